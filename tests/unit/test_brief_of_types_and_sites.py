"""The briefings of a type and of a choice of sites: their figures, their maps, and what stays inside."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import DisclosureError, SourceError
from data.provenance import Tier
from models.briefing import Brief, text_of
from models.placement import place
from models.placement_asked import For, Wanted
from models.placement_words import explain_placed
from tests.small_briefs import outlined
from tests.small_figures import with_figures
from tests.small_placements import line_table, placing_build
from tests.small_profiles import Elements
from tests.small_type_scenes import type_areas, type_findings, type_scene
from views.brief_docx import write_docx
from views.brief_html import write_html
from views.brief_xlsx import write_xlsx
from views.briefs import brief_of_placement, brief_of_type
from views.inside import WHY_INSIDE
from views.place_report import describe_sites
from views.types_classes import sureness_of

ASKED = Wanted(kind="family_hub", sites=2, minutes=20.0, buildings=("library", "school"))


def cells(brief: Brief, title: str) -> list[list[str]]:
    """Return the printed rows of a table."""
    (found,) = (one for one in brief.tables if one.title.startswith(title))
    return [[cell.words for cell in row] for row in found.cells]


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    scene = type_scene(tmp_path_factory.mktemp("typed") / "build")
    return brief_of_type(scene.build, scene.areas, scene.found, "A")


def test_a_type_tells_what_it_is_like_and_lists_its_areas(typed: Brief) -> None:
    found = type_findings()
    assert found.types is not None
    assert typed.title == found.title_of("A")
    codes = sorted(found.letters.index[found.letters == "A"])
    rows = cells(typed, "Small areas of this type")
    assert [row[1] for row in rows] == codes
    sure = sureness_of(found.types)
    assert [row[4] for row in rows] == [sure[code] for code in codes]
    assert [row[6] for row in rows] == [
        found.models.label_of(found.models.frame.at[c, "model"]) for c in codes
    ]
    told = (trait for trait in found.portraits["A"].traits if trait.composite.id not in ("demand", "trend"))
    traits = {trait.composite.label: f"{trait.gap:,.2f}" for trait in told}
    assert {row[0]: row[2] for row in cells(typed, "What its areas are like")} == traits
    assert sum(int(row[1]) for row in cells(typed, "Way of working")) == len(codes)
    assert f"{len(codes)} small areas" in text_of(typed.headline[0])


def test_the_map_of_a_type_has_a_letter_and_not_colour_alone(typed: Brief) -> None:
    (drawn,) = (one for section in typed.filled for one in section.maps)
    assert {entry.mark for entry in drawn.classes if entry.key in ("mine", "between")} == {"A"}
    assert sum(entry.count or 0 for entry in drawn.classes) == len(drawn.shapes)


def test_figures_of_referrals_do_not_stand_in_a_type_of_an_internal_build(tmp_path: Path) -> None:
    scene = type_scene(tmp_path / "build")
    portrait = scene.found.portraits["A"]
    marked = [
        replace(t, words="7.77") if t.composite.id in ("demand", "trend") else t for t in portrait.traits
    ]
    said = ("Demand over expected: much higher than average (7.77 referrals).", *portrait.sentences)
    telling = replace(portrait, traits=tuple(marked), sentences=said)
    found = replace(scene.found, portraits={**scene.found.portraits, "A": telling})
    brief = brief_of_type(scene.build, scene.areas, found, "A")
    text = Elements(write_html(brief)).text
    assert "7.77" in " ".join(trait.words for trait in telling.traits)
    assert "7.77" not in text
    assert brief.left_out.startswith(WHY_INSIDE)
    assert "Internal: stays inside the council" in text
    free = replace(found, composites=replace(found.composites, tier=Tier.SHARED))
    assert "7.77" in Elements(write_html(brief_of_type(scene.build, scene.areas, free, "A"))).text


def test_a_type_that_is_not_there_is_refused(tmp_path: Path) -> None:
    scene = type_scene(tmp_path / "build")
    with pytest.raises(SourceError, match="There is no type Z"):
        brief_of_type(scene.build, scene.areas, scene.found, "Z")
    alone = replace(scene.found, types=None, alone="Too few areas.")
    with pytest.raises(SourceError, match=r"Too few areas\."):
        brief_of_type(scene.build, type_areas(), alone, "A")


def test_a_choice_of_sites_tells_them_and_who_gains() -> None:
    build = outlined(placing_build())
    placed = place(build, ASKED)
    said = explain_placed(placed, build)
    brief = brief_of_placement(build, build.areas, placed, said, ("A note.",))
    assert text_of(brief.headline[0]) == said.text
    assert (*said.caveats, "A note.") == brief.caveats
    sites = describe_sites(build, placed)
    rows = cells(brief, "New sites")
    assert [row[0] for row in rows] == [f"{at}. {site['name']}" for at, site in enumerate(sites, 1)]
    assert [row[4] for row in rows] == [f"{round(float(site['newly_reached'])):,}" for site in sites]
    wards = cells(brief, "By ward")
    sums = placed.by_ward[["children", "before", "after"]].sum()
    assert [sum(int(row[at]) for row in wards) for at in (1, 2, 3)] == pytest.approx(list(sums), abs=2)
    areas = cells(brief, "Small areas")
    assert {row[1] for row in areas} == set(placed.areas.index)
    (drawn,) = (one for section in brief.filled for one in section.maps)
    assert [mark.text for mark in drawn.marks if mark.look == "chosen"] == ["2", "1"]
    assert sum(mark.look == "today" for mark in drawn.marks) == 1
    for write in (write_html, write_xlsx, write_docx):
        assert write(brief)


def test_a_choice_that_was_made_for_referrals_becomes_no_briefing() -> None:
    build = placing_build(with_figures(line_table(), counts=[9.0, 9.0, 9.0, 9.0]))
    placed = place(build, replace(ASKED, people=For.DEMAND))
    with pytest.raises(DisclosureError) as refused:
        brief_of_placement(build, build.areas, placed, explain_placed(placed, build))
    assert refused.value.hint == WHY_INSIDE
