"""The briefing of a shortlist: ranks, weights and what each criterion adds; what stays inside is not told."""

import json
from pathlib import Path

import pytest

from data.shortlist_criteria import Asked, Criterion, Direction, Spread
from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import Places
from models.brief_shortlist_why import RULED
from models.briefing import Brief, text_of
from models.levels import Level, level_data
from models.shortlist import Shortlist, shortlist_of
from models.shortlist_laid import laid_for
from tests.small_builds import COUNCILS, make_areas, make_build, provenance
from tests.small_figures import with_figures
from tests.small_places import make_places
from tests.small_profiles import Elements
from tests.unit.conftest import Run
from views.brief_docx import write_docx
from views.brief_html import write_html
from views.brief_xlsx import write_xlsx
from views.briefs import brief_of_shortlist
from views.inside import WHY_INSIDE

COUNT = 24
NEED = Criterion("need_imd_rank", 100.0, Direction.LESS)
PEOPLE = Criterion("pop_0_17", 50.0, Direction.MORE)
OUT = Criterion("out_of_reach_library_children", 20.0, Direction.MORE)


def areas_here() -> AreaTable:
    """Areas of which the last lacks its rank."""
    ranks = [1.0 + n * 1_400.0 for n in range(COUNT - 1)]
    children = [float(200 + (n * 37) % 90) for n in range(COUNT)]
    values = {"need_imd_rank": [*ranks, None], "pop_0_17": children, "pop_total": [1_500.0] * COUNT}
    return make_areas(values, councils=COUNCILS)


def listed(build: Build, *criteria: Criterion, **more: object) -> tuple[Brief, Shortlist]:
    """Return the briefing of the first three small areas by some criteria, with the shortlist."""
    data = laid_for(level_data(build.areas, Level.AREA), build, build.areas, None)
    asked = Asked(level="area", criteria=criteria, top=3, **more)
    found = shortlist_of(data, asked, draws=400)
    return brief_of_shortlist(build, build.areas, data, found), found


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Brief, Shortlist]:
    return listed(make_build(tmp_path_factory.mktemp("listed") / "build", areas_here()), NEED, PEOPLE)


def cells(brief: Brief, title: str) -> list[list[str]]:
    (found,) = (one for one in brief.tables if one.title.startswith(title))
    return [[cell.words for cell in row] for row in found.cells]


def test_the_ranked_table_is_that_of_the_shortlist(both: tuple[Brief, Shortlist]) -> None:
    brief, found = both
    assert text_of(brief.headline[0]) == found.sentence
    rows = cells(brief, "The shortlist")
    frame = found.frame
    assert [row[1] for row in rows] == list(frame.index)
    assert [row[3] == "chosen" for row in rows] == list(frame["chosen"])
    assert [row[4:8] for row in rows] == [
        [f"{int(value):,}" for value in line]
        for line in frame[["rank", "tier", "rank_low", "rank_high"]].to_numpy()
    ]
    assert [row[9] for row in rows] == [f"{value:.1f}" for value in frame["value"]]


def test_what_criteria_add_comes_to_the_value(both: tuple[Brief, Shortlist]) -> None:
    brief, found = both
    rows = cells(brief, "What each criterion adds")
    assert [row[0] for row in rows][:3] == [found.names[code] for code in found.chosen]
    for row in rows:
        *adds, value = map(float, row[2:])
        assert sum(adds) == pytest.approx(value, abs=0.11)
    weights = {row[0]: row[1] for row in cells(brief, "What counts")}
    assert sorted(weights.values()) == ["33%", "67%"]


def test_it_says_what_it_would_take_and_who_is_out(both: tuple[Brief, Shortlist]) -> None:
    brief, found = both
    (takes,) = (section for section in brief.filled if section.title == "What it would take")
    assert len(takes.listed) == 8
    assert all(str(found.names[code]) in " ".join(takes.listed) for code in found.chosen)
    (out,) = cells(brief, "Not compared")
    assert out[1] == str(found.out.index[0])
    (drawn,) = (one for section in brief.filled for one in section.maps)
    assert set(drawn.chosen) == set(found.chosen)
    assert sum(entry.count or 0 for entry in drawn.classes) == COUNT
    for write in (write_html, write_xlsx, write_docx):
        assert write(brief)


def test_under_a_rule_no_shift_of_weights_is_told(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", areas_here())
    brief, _ = listed(build, NEED, PEOPLE, spread=Spread(1, "council"))
    (takes,) = (section for section in brief.filled if section.title == "What it would take")
    assert [text_of(sentence) for sentence in takes.sentences] == [RULED]


def test_no_figure_of_referrals_nor_a_value_that_tells_it_stands_in_it(tmp_path: Path) -> None:
    areas = with_figures(areas_here())
    referred = Criterion("demand_referrals_36m", 80.0, Direction.MORE)
    brief, found = listed(make_build(tmp_path / "build", areas), NEED, referred)
    assert brief.left_out.startswith(WHY_INSIDE)
    (ranked,) = (one for one in brief.tables if one.title.startswith("The shortlist"))
    assert not {"Value", "Value from", "Value to"} & {column.title for column in ranked.columns}
    assert not [
        one for one in brief.tables if one.title in ("What each criterion adds", "The figures themselves")
    ]
    (row,) = (r for r in cells(brief, "What counts") if "eferral" in r[0])
    assert row[4] == ""
    text = Elements(write_html(brief)).text
    assert "Internal: stays inside the council" in text
    assert found.sentence in text


def test_children_out_of_reach_can_be_a_criterion(run: Run, tmp_path: Path) -> None:
    """They are about access and are no column of reach: how they are told must not be guessed from that."""
    areas = areas_here()
    places = make_places(areas, [("library", "Library", None, areas.frame.index[0])])
    build = make_build(tmp_path / "build", areas, Places(places, {"library.csv": provenance("Places")}))
    criteria = [
        {"indicator": one.indicator, "swing": one.swing, "direction": one.direction.value}
        for one in (NEED, OUT)
    ]
    (tmp_path / "asked.json").write_text(json.dumps({"level": "area", "top": 2, "criterion": criteria}))
    out = tmp_path / "list.html"
    status, printed, err = run(
        "brief", build.path, "--criteria", tmp_path / "asked.json", "--out", out, "--json"
    )
    assert (status, err) == (0, "")
    assert json.loads(printed)["tables"]["The shortlist, by rank"] > 2
    assert "More counts" in out.read_text()
