"""The briefing of a shape: it says what its profile says, and of an internal build nothing of referrals."""

from pathlib import Path

import pytest

from data.errors import SourceError
from data.provenance import Tier
from geo.builds import Build
from geo.places import Places
from models.briefing import Brief, text_of
from models.briefing_figures import words_cell
from models.levels import Level
from models.words import value_words
from tests.small_builds import HOSTILE, make_build, provenance
from tests.small_figures import figures_of, shared_build_of, with_figures
from tests.small_places import make_places
from tests.small_profiles import Elements, profiled_areas, renamed
from views import session
from views.brief_html import write_html
from views.brief_xlsx import write_xlsx
from views.briefs import brief_of_area
from views.inside import WHY_INSIDE

SHAPES = {Level.AREA: "E01000005", Level.WARD: "E05000001", Level.COUNCIL: "E08000001"}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Areas, wards, councils and places, all of a hostile name."""
    areas = renamed(profiled_areas(), HOSTILE, "area_name", "ward_name", "la_name")
    places = make_places(
        areas, [("library", HOSTILE, None, "E01000005"), ("family_hub", HOSTILE, None, None)]
    )
    sources = {file: provenance(f"Places of {file}") for file in places["file"].unique()}
    return make_build(tmp_path_factory.mktemp("briefed") / "build", areas, Places(places, sources))


def table(brief: Brief, title: str) -> dict[str, list[str]]:
    """Return the printed rows of a table by their first cell."""
    (found,) = (one for one in brief.tables if one.title.startswith(title))
    return {row[0].words: [cell.words for cell in row[1:]] for row in found.cells}


@pytest.mark.parametrize("level", SHAPES)
def test_it_says_what_the_profile_of_the_shape_says(build: Build, level: Level) -> None:
    brief, sheet = brief_of_area(build, level, SHAPES[level]), session.sheet_of(build, level, SHAPES[level])
    assert (brief.title, brief.subtitle) == (sheet.name, sheet.place)
    assert text_of(brief.headline[0]) == sheet.explanation.text
    assert set(sheet.explanation.caveats) <= set(brief.caveats)
    told = table(brief, "Key figures")
    shown = {tile.label: words_cell(tile.value).words for tile in sheet.tiles}
    assert shown == {label: row[0] for label, row in told.items()}
    ranks = table(brief, "Deprivation beside")
    assert list(ranks) == [line.indicator.label for line in sheet.lines]
    assert [row[-1] for row in ranks.values()] == [line.tenth for line in sheet.lines]
    points = table(brief, "What its need is made of")
    assert {p.label: f"{p.points:.1f}" for p in sheet.points} == {
        label: row[0] for label, row in points.items()
    }
    places = table(brief, "Kinds of place")
    assert {k.kind: words_cell(k.inside).words for k in sheet.places.kinds} == {
        kind: row[0] for kind, row in places.items()
    }


def test_a_ward_tells_of_each_of_its_small_areas_the_neediest_first(build: Build) -> None:
    brief = brief_of_area(build, Level.WARD, SHAPES[Level.WARD])
    data = session.need_at(build, Level.AREA)
    members = data.frame.index[data.frame["ward_code"].eq(SHAPES[Level.WARD])]
    (found,) = (one for one in brief.tables if one.title.startswith("Small areas"))
    codes = [row[1].words for row in found.cells]
    ranks = [row[2].value for row in found.cells]
    assert sorted(codes) == sorted(members)
    assert ranks == sorted(ranks)
    for code, row in zip(codes, found.cells, strict=True):
        need, children = data.frame.loc[code, ["need_index_score", "pop_0_17"]]
        assert [row[5].words, row[6].words] == [f"{need:.1f}", value_words(children, "observed")]


def test_its_maps_show_it_among_others_and_what_lies_in_it(build: Build) -> None:
    brief = brief_of_area(build, Level.WARD, SHAPES[Level.WARD])
    around, inside = (drawn for section in brief.filled for drawn in section.maps)
    assert around.chosen == (SHAPES[Level.WARD],)
    assert text_of(brief.headline[0]) in around.alt
    assert set(inside.shapes.index) == set(
        build.areas.frame.index[build.areas.frame["ward_code"] == SHAPES[Level.WARD]]
    )
    assert sum(entry.count or 0 for entry in inside.classes) == len(inside.shapes)
    (alone,) = (d for s in brief_of_area(build, Level.AREA, SHAPES[Level.AREA]).filled for d in s.maps)
    assert alone.chosen == (SHAPES[Level.AREA],)


def test_a_council_that_is_all_of_a_build_is_not_set_beside_itself(tmp_path: Path) -> None:
    areas = profiled_areas(councils={"E08000001": "Eastham"})
    brief = brief_of_area(make_build(tmp_path / "build", areas), Level.COUNCIL, "E08000001")
    assert "Where it is" not in [section.title for section in brief.filled]
    assert len([drawn for section in brief.filled for drawn in section.maps]) == 1
    assert all("Eastham" not in [column.title for column in one.columns] for one in brief.tables)


@pytest.mark.parametrize("level", SHAPES)
def test_nothing_of_referrals_stands_in_one_of_an_internal_build(tmp_path: Path, level: Level) -> None:
    areas = with_figures(profiled_areas())
    brief = brief_of_area(make_build(tmp_path / "build", areas), level, SHAPES[level])
    text = Elements(write_html(brief)).text
    assert brief.imprint.tier is Tier.INTERNAL
    assert brief.left_out.startswith(WHY_INSIDE)
    assert brief.left_out in text
    assert "expected" not in text.replace(brief.left_out, "")
    cells = {str(cell.value) for one in brief.tables for row in one.cells for cell in row}
    assert not cells & figures_of(areas)
    assert "Referrals" not in [section.title for section in brief.filled]


def test_released_figures_stand_in_one_of_a_shared_build(tmp_path: Path) -> None:
    areas = with_figures(profiled_areas(), hidden=(4,), stems=("demand_referrals_36m", "demand_children_36m"))
    brief = brief_of_area(shared_build_of(tmp_path / "build", areas), Level.AREA, SHAPES[Level.AREA])
    assert brief.imprint.tier is Tier.SHARED
    assert not brief.left_out
    rows = table(brief, "Referrals beside")
    assert any("hidden, small count" in row for row in rows.values())
    assert "0" not in {row[0] for row in rows.values()}
    assert "Shared: cleared for partners" in write_html(brief)


def test_hostile_names_are_text(build: Build) -> None:
    for level, code in SHAPES.items():
        brief = brief_of_area(build, level, code)
        html = write_html(brief)
        assert HOSTILE not in html
        assert HOSTILE in Elements(html).text
    assert write_xlsx(brief_of_area(build, Level.WARD, SHAPES[Level.WARD])).startswith(b"PK")


def test_a_shape_that_is_not_there_is_refused(build: Build) -> None:
    with pytest.raises(SourceError, match="There is no ward E05999999"):
        brief_of_area(build, Level.WARD, "E05999999")
