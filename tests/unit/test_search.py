"""A search: against plain pandas, stricter never finds more, and it says what decides."""

import csv
import io
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.provenance import Status
from geo.area_table import AreaTable
from models.classes import MISSING, OUTSIDE, SUPPRESSED, offered_indicators
from models.conditions import PARTS, WORST_PARTS, Comparison, Condition, parse_conditions
from models.levels import Level, LevelData, level_data
from models.search import (
    MATCH,
    NO_MATCH,
    Found,
    next_condition,
    opening_conditions,
    search,
    widen,
)
from models.search_words import explain_found_area, explain_search
from tests.small_builds import COUNCILS, HOSTILE, make_areas, varied_areas
from tests.small_places import with_places
from views.search_panel import found_to_csv

CELLS = st.one_of(st.none(), st.floats(0, 60, allow_nan=False))


def asked(text: str, areas: AreaTable) -> tuple[Condition, ...]:
    """The conditions of a text of the address."""
    offered = {entry.id: entry for entry in offered_indicators(areas)}
    found, strange = parse_conditions(text, offered)
    assert strange == ()
    return found


def far_areas(minutes: list[float | None], ranks: list[float | None] | None = None) -> AreaTable:
    """Areas with a rank, a distance to a library and a hundred children each."""
    ranks = ranks or [1.0] * len(minutes)
    areas = make_areas({"need_idaci_rank": ranks, "pop_0_17": [100.0] * len(minutes)})
    return with_places(areas, minutes={"library": minutes})


def find(
    text: str, areas: AreaTable, level: Level = Level.AREA, council: str = ""
) -> tuple[Found, LevelData]:
    """Search areas by a text of the address."""
    data = level_data(areas, level)
    return search(data, asked(text, areas), council or None), data


SOURCE = "Attribution of English indices of deprivation 2025."
EXAMPLE = "need_idaci_rank.fifth.worst~access_library_min.over.15"


def test_all_conditions_have_to_be_met() -> None:
    areas = far_areas([20.0, 20.0, 1.0, 1.0], [1.0, 30_000.0, 1.0, 30_000.0])
    found, _ = find(EXAMPLE, areas)
    assert found.frame["class"].tolist() == [MATCH, NO_MATCH, NO_MATCH, NO_MATCH]
    assert found.alone == (2, 2)
    assert found.without == (2, 2)


def test_what_cannot_be_told_is_neither_a_match_nor_none() -> None:
    areas = far_areas([20.0, None, None, 20.0], [1.0, 1.0, 30_000.0, None])
    status = areas.status.copy()
    status.loc["E01000003", "need_idaci_rank"] = Status.SUPPRESSED.value
    areas = type(areas)(areas.frame, status, areas.provenance, areas.vintage, own=areas.own)
    found, data = find(EXAMPLE, areas)
    assert found.frame["class"].tolist() == [MATCH, MISSING, NO_MATCH, SUPPRESSED]
    caveats = explain_search(found, data).caveats
    reasons = "1 hidden because the count is small, 1 without data."
    assert f"2 more small areas cannot be told and may match: {reasons}" in caveats


@given(
    st.lists(st.tuples(CELLS, st.one_of(st.none(), st.integers(1, 33_755))), min_size=1, max_size=16),
    st.integers(0, 60),
    st.integers(0, 30),
    st.sampled_from(WORST_PARTS),
)
def test_a_stricter_search_never_finds_more(
    cells: list[tuple[float | None, int | None]], bound: int, more: int, part: Comparison
) -> None:
    areas = far_areas([minutes for minutes, _ in cells], [rank for _, rank in cells])
    wide, _ = find(f"need_idaci_rank.{part}~access_library_min.over.{bound}", areas)
    further, _ = find(f"need_idaci_rank.{part}~access_library_min.over.{bound + more}", areas)
    assert set(further.matches.index) <= set(wide.matches.index)
    for narrower in WORST_PARTS[: WORST_PARTS.index(part)]:
        found, _ = find(f"need_idaci_rank.{narrower}~access_library_min.over.{bound}", areas)
        assert set(found.matches.index) <= set(wide.matches.index)


@given(st.lists(CELLS, min_size=2, max_size=16), st.randoms())
def test_the_order_changes_nothing(cells: list[float | None], random: Random) -> None:
    areas = far_areas(cells, [float(1 + n * 2_000) for n in range(len(cells))])
    found, data = find(EXAMPLE, areas)
    turned, _ = find("~".join(reversed(EXAMPLE.split("~"))), areas)
    assert turned.frame["class"].equals(found.frame["class"])
    order = list(data.frame.index)
    random.shuffle(order)
    shuffled = LevelData(**{**vars(data), "frame": data.frame.loc[order], "status": data.status.loc[order]})
    again = search(shuffled, found.conditions)
    assert again.frame["class"].sort_index().equals(found.frame["class"])
    assert explain_search(again, shuffled).text == explain_search(found, data).text


@given(st.lists(st.tuples(CELLS, st.booleans()), min_size=1, max_size=16), st.integers(0, 60))
def test_hidden_and_missing_never_match(cells: list[tuple[float | None, bool]], bound: int) -> None:
    areas = far_areas([minutes for minutes, _ in cells])
    for asks in (f"over.{bound}", f"under.{bound}", "fifth.low"):
        found, data = find(f"access_library_min.{asks}", areas)
        unknown = data.frame["access_library_min"].isna()
        assert found.frame["class"][unknown].eq(MISSING).all()
        assert found.frame["class"][~unknown].isin([MATCH, NO_MATCH]).all()


@pytest.mark.parametrize("council", ["", *COUNCILS])
@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
def test_a_council_alone_is_searched(council: str, level: Level) -> None:
    found, data = find("need_crime_rank.half.worst", varied_areas(), level, council)
    inside = found.inside
    assert inside["la_code"].eq(council).all() if council else len(inside) == len(data.frame)
    assert found.frame.drop(inside.index)["class"].eq(OUTSIDE).all()


def test_it_opens_on_children_in_poverty_far_from_a_library() -> None:
    areas = far_areas([1.0])
    opening = opening_conditions(offered_indicators(areas))
    assert [condition.text for condition in opening] == EXAMPLE.split("~")
    without = opening_conditions(offered_indicators(make_areas({"need_crime_rank": [1.0]})))
    assert [condition.text for condition in without] == ["need_crime_rank.fifth.worst"]
    people = opening_conditions(offered_indicators(make_areas({"pop_0_17": [1.0]})))
    assert [condition.text for condition in people] == ["pop_0_17.fifth.high"]


def test_a_condition_that_is_added_asks_about_something_else() -> None:
    areas = far_areas([1.0])
    offered = offered_indicators(areas)
    added = next_condition(asked(EXAMPLE, areas), offered)
    assert added.indicator.id == "pop_0_17"


def test_the_sentence_reads_the_question_back() -> None:
    areas = far_areas([20.0, 20.0, 1.0, 1.0], [1.0, 1.0, 1.0, 30_000.0])
    found, data = find(EXAMPLE, areas)
    assert explain_search(found, data).text == (
        "2 of the 4 small areas in Eastham are in England’s most deprived fifth for income deprivation "
        "affecting children (IDACI) and more than 15 minutes’ walk from a library. 200 children aged "
        "0–17 live there, 50% of all in Eastham. Without condition 2, 3 would match."
    )


def test_when_none_matches_it_says_what_would() -> None:
    areas = far_areas([9.0, 12.0, 30.0], [1.0, 1.0, 9_000.0])
    found, data = find(EXAMPLE, areas)
    text = explain_search(found, data).text
    assert text.startswith("No small area in Eastham is in England’s most deprived fifth")
    assert "“more than 11 minutes’ walk from a library” instead would find 1" in text
    assert "“in England’s most deprived third for IDACI” instead would find 1" in text


def test_it_says_which_condition_alone_leaves_none() -> None:
    found, data = find("need_idaci_rank.fifth.worst~access_library_min.over.900", far_areas([9.0, 12.0]))
    text = explain_search(found, data).text
    assert "No small area at all meets “more than 900 minutes’ walk from a library”." in text
    assert "Asking for “more than 11 minutes’ walk from a library” instead would find 1." in text


def test_no_single_condition_may_be_to_blame() -> None:
    ranks: Mapping[str, list[float | None]] = {
        "need_idaci_rank": [1.0, 33_000.0, 33_000.0],
        "need_crime_rank": [33_000.0, 1.0, 33_000.0],
        "need_imd_rank": [33_000.0, 33_000.0, 1.0],
    }
    text = "~".join(f"{column}.tenth.worst" for column in ranks)
    found, data = find(text, make_areas(ranks))
    assert "More than one condition has to give way." in explain_search(found, data).text


@given(
    st.lists(st.tuples(CELLS, st.integers(1, 33_755)), min_size=1, max_size=12),
    st.sampled_from(["over.50", "under.2", "fifth.high"]),
    st.sampled_from(list(PARTS)),
)
def test_what_would_match_does(
    cells: list[tuple[float | None, int]], distance: str, part: Comparison
) -> None:
    areas = far_areas([minutes for minutes, _ in cells], [float(rank) for _, rank in cells])
    found, data = find(f"need_idaci_rank.{part}~access_library_min.{distance}", areas)
    for wider in widen(found, data):
        instead = [wider.condition if n == wider.position else c for n, c in enumerate(found.conditions)]
        again = search(data, instead)
        assert len(again.matches) == wider.matches > 0


def test_a_selected_area_is_told_condition_by_condition() -> None:
    found, data = find(EXAMPLE, far_areas([20.0, None]))
    area = explain_found_area(found, data, "E01000001")
    text = "".join(part.text for part in area.sentence)
    assert text.startswith("Cannot be told: no data. In England’s most deprived fifth for income")
    assert text.endswith("More than 15 minutes’ walk from a library: cannot be told.")
    assert [(figure.label, figure.value) for figure in area.figures] == [
        ("IDACI rank", "1"),
        ("Nearest library", "No data"),
        ("Children aged 0–17", "100"),
    ]


def test_the_file_holds_the_matches_with_status_source_and_tier() -> None:
    areas = varied_areas()
    found, data = find("need_crime_rank.half.best~pop_0_17.least.303", areas)
    rows = list(csv.DictReader(io.StringIO(found_to_csv(found, data).decode("utf-8-sig"))))
    assert [row["area_code"] for row in rows] == list(found.matches.index)
    hostile = next(row for row in rows if row["area_code"] == "E01000007")
    assert hostile["area_name"] == HOSTILE
    assert {row["need_crime_rank_status"] for row in rows} == {"observed"}
    assert {row["need_crime_rank_source"] for row in rows} == {SOURCE}
    assert {row["condition_2"] for row in rows} == {"at least 303 children aged 0–17"}
    assert {row["tier"] for row in rows} == {"internal"}


def test_a_name_in_the_file_is_never_a_formula() -> None:
    areas = make_areas({"need_idaci_rank": [1.0]}, names={0: "=HYPERLINK(1)"})
    found, data = find("need_idaci_rank.half.worst", areas)
    assert b"'=HYPERLINK(1)" in found_to_csv(found, data)


def test_a_search_against_plain_pandas() -> None:
    areas = varied_areas()
    found, _ = find("need_crime_rank.third.worst~pop_0_17.most.325~need_idaci_rank.half.best", areas)
    frame = areas.frame
    expected = frame[
        (frame["need_crime_rank"] <= 33_755 / 3)
        & (frame["pop_0_17"] <= 325)
        & (frame["need_idaci_rank"] > 33_755 / 2)
    ]
    assert len(expected) > 0
    assert list(found.matches.index) == list(expected.index)
