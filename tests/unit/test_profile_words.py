"""A profile in words: whole sentences at every level, nothing said that is not known."""

import re
from collections.abc import Iterable

import pytest

from data.provenance import Status
from geo.area_table import AreaTable
from models.levels import Level
from models.profile_sheet import Sheet
from models.profile_words import LIKELY, NOT_EACH_FAMILY, explain_profile, place_words, poverty_column
from models.words import HIDDEN, NO_DATA
from tests.small_builds import make_areas, without_places
from tests.small_profiles import laid_over, profiled_areas, ranked_at, sheet_of

PARTS = {"North": slice(0, 16), "South": slice(16, 32)}
SHAPES = {
    Level.AREA: "E01000005",
    Level.WARD: "E05000001",
    Level.LOCALITY: "North",
    Level.COUNCIL: "E08000001",
}


def words_in(sheet: Sheet) -> Iterable[str]:
    """Every text of a profile."""
    yield from (sheet.name, sheet.place, sheet.explanation.text, *sheet.explanation.caveats)
    for tile in sheet.tiles:
        yield from (tile.label, tile.value, tile.note)
    for line in sheet.lines:
        yield from (line.indicator.label, line.own.value, line.tenth, *(m.value for m in line.beside))
    for points in sheet.points:
        yield from (points.label, *points.beside)
    for kind in sheet.places.kinds:
        yield from (kind.kind, kind.inside, kind.within, kind.nearest, kind.far)
    for similar in sheet.similar:
        yield from (similar.name, similar.place, similar.most_unlike)
    yield from sheet.sources


def explain(areas: AreaTable, level: Level, code: str) -> str:
    return explain_profile(ranked_at(areas, level)[0], code).text


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    return laid_over(profiled_areas(PARTS))


@pytest.mark.parametrize("level", SHAPES)
def test_each_level_is_told_in_whole_sentences(areas: AreaTable, level: Level) -> None:
    text = explain(areas, level, SHAPES[level])
    assert re.search(r"[Rr]anked \d+.* for combined need, where 1 is the highest\. ", text)
    assert re.search(r"\. [\d,]+ children aged 0–17 live here \(2025 figures\)\. ", text)
    assert "Income deprivation affecting children is " in text
    assert re.search(
        r"The nearest .* is \d+ minutes’ walk away and the nearest library is \d+ minutes’ walk away", text
    )
    assert ("on average" in text) == (level is not Level.AREA)
    assert "  " not in text
    assert text[0].isupper()
    assert all(sentence[0].isupper() or sentence[0].isdigit() for sentence in text.split(". "))


@pytest.mark.parametrize("level", SHAPES)
def test_no_text_of_a_profile_is_a_programs_own(areas: AreaTable, level: Level) -> None:
    for words in words_in(sheet_of(areas, level, SHAPES[level])):
        assert not re.search(r"\b(nan|None|NaN|NA|<NA>)\b", words), words


def test_high_and_low_are_said_of_many_and_not_of_few(areas: AreaTable) -> None:
    data, _ = ranked_at(areas, Level.AREA)
    first, last = data.frame["need_index_rank"].idxmin(), data.frame["need_index_rank"].idxmax()
    assert explain_profile(data, str(first)).text.startswith("High need: ranked 1, ")
    assert explain_profile(data, str(last)).text.startswith("Low need: ranked 32")
    assert re.match(
        r"Ranked [12](, likely \d to \d,)? of 2 localities", explain(areas, Level.LOCALITY, "North")
    )


def test_the_rank_of_one_single_shape_is_no_rank() -> None:
    one = laid_over(profiled_areas(councils={"E08000001": "Eastham"}))
    text = explain(one, Level.COUNCIL, "E08000001")
    assert "combined need" not in text
    assert "children aged 0–17 live here" in text
    labels = {tile.label for tile in sheet_of(one, Level.COUNCIL, "E08000001").tiles}
    assert "Rank for combined need" not in labels


def test_a_likely_range_is_explained_where_there_is_one(areas: AreaTable) -> None:
    data, _ = ranked_at(areas, Level.AREA)
    ranges = data.frame["need_index_rank_low"] < data.frame["need_index_rank_high"]
    assert ranges.any()
    for code, is_range in ranges.items():
        explanation = explain_profile(data, str(code))
        assert (LIKELY in explanation.caveats) == is_range == (", likely " in explanation.text)
        assert NOT_EACH_FAMILY in explanation.caveats


def test_without_combined_need_it_says_nothing_of_it() -> None:
    plain = profiled_areas(without=("need_education", "need_cyp", "need_adult", "need_health", "need_crime",
                                    "need_barriers", "need_living", "pop_total"))  # fmt: skip
    text = explain(laid_over(plain), Level.AREA, "E01000005")
    assert "combined need" not in text
    assert "children aged 0–17 live here" in text


@pytest.mark.parametrize(("status", "words"), [(Status.SUPPRESSED, HIDDEN), (Status.MISSING, NO_DATA)])
def test_children_who_are_not_known_are_in_no_sentence(status: Status, words: str) -> None:
    gone = laid_over(
        profiled_areas(values={"pop_0_17": [None, *[300.0] * 31]}, states={"pop_0_17": {0: status}})
    )
    sheet = sheet_of(gone, Level.AREA, "E01000000")
    assert "live here" not in sheet.explanation.text
    assert "lives here" not in sheet.explanation.text
    tile = next(tile for tile in sheet.tiles if tile.label == "Children aged 0–17")
    assert tile.value == words


def test_one_child_lives_here() -> None:
    areas = make_areas({"pop_0_17": [1.0, 0.0, *[5.0] * 6]})
    assert explain(areas, Level.AREA, "E01000000") == "1 child aged 0–17 lives here (2025 figures)."
    assert explain(areas, Level.AREA, "E01000001").startswith("0 children aged 0–17 live here")


def test_a_shape_of_which_nothing_is_known_says_so() -> None:
    areas = make_areas({"pop_0_17": [None, *[5.0] * 7]})
    assert (
        explain(areas, Level.AREA, "E01000000")
        == "Area 001A has no figure to sum up: what there is stands under “Every other indicator”."
    )


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        ((), "need_idaci_rank"),
        (("need_idaci",), "need_income_rank"),
        (("need_idaci", "need_income"), "need_imd_rank"),
        (("need_",), None),
    ],
)
def test_child_poverty_is_the_nearest_index_to_it(without: tuple[str, ...], expected: str | None) -> None:
    data, _ = ranked_at(profiled_areas(without=without), Level.AREA)
    assert poverty_column(data) == expected


def test_a_tile_is_labelled_and_says_what_its_rank_is_out_of(areas: AreaTable) -> None:
    for level, code in SHAPES.items():
        tiles = sheet_of(areas, level, code).tiles
        assert len({tile.label for tile in tiles}) == len(tiles) == 4
        for tile in tiles:
            assert tile.label
            assert tile.value
            assert "rank" not in tile.label.lower() or re.match(r"of [\d,]+ .*; 1 is the ", tile.note)


def test_a_place_is_named_with_what_it_lies_in(areas: AreaTable) -> None:
    said = {level: place_words(ranked_at(areas, level)[0], code) for level, code in SHAPES.items()}
    assert said == {
        Level.AREA: "Small area E01000005 in Ward 1 ward, Eastham",
        Level.WARD: "Ward E05000001 in Westham",
        Level.LOCALITY: "Locality in Eastham",
        Level.COUNCIL: "Council E08000001",
    }
    bare = without_places(areas, "ward_code", "ward_name", "la_code", "la_name")
    assert place_words(ranked_at(bare, Level.AREA)[0], "E01000005") == "Small area E01000005"
