"""The parts of a profile as HTML: every name is text, every figure has its headings, no dot lies."""

import re

import pytest

from data.provenance import Status
from models.levels import Level
from models.profile import compare_shapes
from models.profile_sheet import Sheet
from tests.small_builds import HOSTILE, without_places
from tests.small_places import make_places
from tests.small_profiles import Elements, laid_over, profiled_areas, ranked_at, renamed, sheet_of
from views.profile_panel import names_in, setting_words
from views.profile_parts import (
    reads_words,
    share_words,
    write_comparison,
    write_lines,
    write_places,
    write_points,
    write_similar,
    write_tiles,
)

NAMED = ("area_name", "ward_name", "la_name")
SHAPES = {
    Level.AREA: "E01000005",
    Level.WARD: "E05000001",
    Level.COUNCIL: "E08000001",
}


def parts_of(sheet: Sheet, dark: bool = False) -> dict[str, str]:
    """Every part of a profile as HTML."""
    return {
        "tiles": write_tiles(sheet.tiles),
        "lines": write_lines(sheet.lines, sheet.settings, "Tenth", dark),
        "points": write_points(sheet.points, sheet.settings, dark),
        "places": write_places(sheet.places, average=sheet.level is not Level.AREA),
        "similar": write_similar(sheet.similar, lambda code: f"?area={code}"),
    }


def hostile_sheet(level: Level) -> Sheet:
    areas = laid_over(renamed(profiled_areas(), HOSTILE, *NAMED))
    places = make_places(areas, [(kind, HOSTILE, None, "E01000005") for kind in ("library", "family_hub")])
    return sheet_of(areas, level, SHAPES[level], places)


@pytest.mark.parametrize("level", SHAPES)
def test_a_hostile_name_is_text_in_every_part(level: Level) -> None:
    sheet = hostile_sheet(level)
    data, _ = ranked_at(laid_over(renamed(profiled_areas(), HOSTILE, *NAMED)), level)
    codes = list(data.frame.index[:2])
    parts = parts_of(sheet) | {
        "compared": write_comparison([HOSTILE] * 2, compare_shapes(data, codes), False)
    }
    for name, html in parts.items():
        elements = Elements(html)
        assert "img" not in elements.names, name
        assert not any(key.startswith("on") for _, attributes in elements.tags for key in attributes), name
    assert HOSTILE in Elements(parts["lines"]).text
    assert HOSTILE in Elements(parts["compared"]).text
    if level is Level.AREA:
        assert HOSTILE in Elements(parts["places"]).text


def test_a_hostile_code_cannot_leave_its_link() -> None:
    sheet = hostile_sheet(Level.AREA)
    links = Elements(write_similar(sheet.similar, lambda _: '?area="><script>')).tags
    assert {attributes["href"] for tag, attributes in links if tag == "a"} == {'?area="><script>'}
    assert "script" not in {tag for tag, _ in links}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("level", SHAPES)
def test_every_row_has_a_cell_for_every_heading(level: Level, dark: bool) -> None:
    for name, html in parts_of(sheet_of(laid_over(profiled_areas()), level, SHAPES[level]), dark).items():
        rows = [len(re.findall(r"<t[hd][ >]", row)) for row in re.findall(r"<tr>(.*?)</tr>", html)]
        assert len(set(rows)) <= 1, name
        scopes = [attributes.get("scope") for tag, attributes in Elements(html).tags if tag == "th"]
        assert set(scopes) <= {"col", "row"}, name


def test_each_dot_stands_where_its_figure_says() -> None:
    sheet = sheet_of(laid_over(profiled_areas()), Level.AREA, "E01000005")
    html = parts_of(sheet)["lines"]
    drawn = sorted(re.findall(r"left:([\d.]+%)", html))
    marks = [mark for line in sheet.lines for mark in (line.own, *line.beside)]
    assert drawn == sorted(f"{mark.worse_than:.1%}" for mark in marks if mark.worse_than is not None)
    for mark in marks:
        assert share_words(mark) in html


@pytest.mark.parametrize(("status", "words"), [(Status.SUPPRESSED, "Hidden"), (Status.MISSING, "No data")])
def test_what_is_not_known_has_words_and_no_dot(status: Status, words: str) -> None:
    areas = profiled_areas(
        values={"need_crime_rank": [None] * 32},
        states={"need_crime_rank": dict.fromkeys(range(32), status)},
    )
    sheet = sheet_of(laid_over(areas), Level.AREA, "E01000005")
    (line,) = [line for line in sheet.lines if line.indicator.id == "need_crime_rank"]
    html = write_lines([line], sheet.settings, "Tenth", dark=False)
    assert "left:" not in html
    assert html.count(words) >= 1 + len(sheet.settings)
    assert "0%" not in Elements(html).text


def test_missing_points_of_a_setting_are_words() -> None:
    areas = laid_over(profiled_areas(values={"need_crime_rank": [*[100.0] * 31, None]}))
    html = parts_of(sheet_of(areas, Level.AREA, "E01000005"))["points"]
    assert "No data" in html
    assert "nan" not in html


def test_a_bar_is_never_longer_than_its_frame() -> None:
    for level, code in SHAPES.items():
        html = parts_of(sheet_of(laid_over(profiled_areas()), level, code))["points"]
        widths = [float(width) for width in re.findall(r"height:100%;width:([\d.]+)%", html)]
        assert widths
        assert all(0 <= width <= 100 for width in widths)


def test_how_figures_are_read_is_said_for_areas_and_for_what_is_made_of_them() -> None:
    areas = laid_over(profiled_areas())
    for level, code in SHAPES.items():
        words = reads_words(sheet_of(areas, level, code))
        assert "33,755 small areas" in words
        assert "higher is worse" in words
        assert ("Tenth 1 is the most deprived" in words) == (level is Level.AREA)
        assert ("Worst tenth" in words) == (level is not Level.AREA)
        assert words.endswith("Indices of 2025.")


def test_options_name_each_shape_of_a_council_once_with_its_ward() -> None:
    areas = profiled_areas()
    data, _ = ranked_at(areas, Level.AREA)
    names = names_in(data, "E08000002")
    assert set(names) == set(data.frame.index[data.frame["la_code"] == "E08000002"])
    assert names["E01000008"] == "Area 009A, Ward 2 · E01000008"
    bare, _ = ranked_at(without_places(areas, "ward_code", "ward_name", "la_code", "la_name"), Level.AREA)
    assert names_in(bare, "")["E01000008"] == "Area 009A · E01000008"


def test_a_setting_says_what_it_is() -> None:
    sheet = sheet_of(profiled_areas(), Level.AREA, "E01000005")
    said = [setting_words(setting) for setting in sheet.settings]
    assert said == ["Ward 1 (ward)", "Eastham (council)", "All 2 councils"]
