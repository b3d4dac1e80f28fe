"""Conditions: every text of an address is understood or dropped, and each comparison suits its indicator."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators import Indicator, Kind, indicators
from data.provenance import Status
from models.condition_words import bound_words, factor, option_words, phrase, unit_words, verb
from models.conditions import (
    LONGEST_TEXT,
    MOST_CONDITIONS,
    WITH_A_NUMBER,
    Comparison,
    Condition,
    comparisons_of,
    meets,
    parse_conditions,
    write_conditions,
)
from models.levels import Level, level_data
from tests.small_builds import HOSTILE, make_areas
from tests.small_figures import HIDDEN, with_figures
from tests.small_places import indicator_of, own_indicator, with_own, with_places
from tests.small_profiles import profiled_areas

LIBRARY_MIN = indicator_of("access_library_min", "library")
NEAR = indicator_of("access_library_share", "library")
SUPPLY = indicator_of("access_library_per_1k", "library")
LIBRARIES = indicator_of("asset_library", "library")
OWN = own_indicator("own_x", Kind.RATE)
OFFERED = {
    **{id_: indicators()[id_] for id_ in ("need_idaci_rank", "need_crime_rank", "pop_0_17")},
    **{entry.id: entry for entry in (LIBRARY_MIN, NEAR, SUPPLY, LIBRARIES, OWN)},
}
PIECES = [*OFFERED, *Comparison, ".", "~", "1", "-", "1e9", "٣"]
EXAMPLE = "need_idaci_rank.fifth.worst~access_library_min.over.15"


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    indicator = OFFERED[draw(st.sampled_from(sorted(OFFERED)))]
    comparison = draw(st.sampled_from(comparisons_of(indicator)))
    bound = draw(st.integers(0, 10**12)) / 10**6 if comparison in WITH_A_NUMBER else None
    return Condition(indicator, comparison, bound)


def test_the_example_is_understood() -> None:
    found, strange = parse_conditions(EXAMPLE, OFFERED)
    assert found == (
        Condition(OFFERED["need_idaci_rank"], Comparison.WORST_FIFTH),
        Condition(LIBRARY_MIN, Comparison.OVER, 15.0),
    )
    assert strange == ()


@given(st.lists(conditions(), max_size=MOST_CONDITIONS, unique=True))
def test_what_is_written_is_read_back(asked: list[Condition]) -> None:
    text = write_conditions(tuple(asked))
    assert parse_conditions(text, OFFERED) == (tuple(asked), ())


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES)))
def test_any_text_gives_sound_conditions_and_is_read_the_same_again(text: str | list[str]) -> None:
    found, strange = parse_conditions("".join(text), OFFERED)
    assert len(found) <= MOST_CONDITIONS
    assert all(condition.comparison in comparisons_of(condition.indicator) for condition in found)
    assert all(part in "".join(text) for part in strange)
    assert parse_conditions(write_conditions(found), OFFERED)[0] == found


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "nothing.over.1",
        "need_idaci_rank",
        "need_idaci_rank.over.5",
        "need_idaci_rank.fifth.worst.1",
        "access_library_min.over",
        "access_library_min.over.",
        "access_library_min.over.nan",
        "access_library_min.over.inf",
        "access_library_min.over.1e3",
        "access_library_min.over.-1",
        "access_library_min.over.١",
        "access_library_min.over. 1",
        "access_library_min.over.1234567890",
        "access_library_min.fifth.worst",
        "asset_library.least.-1",
        "asset_library.none.0",
        "pop_0_17.none",
    ],
)
def test_a_part_that_is_not_understood_is_dropped_and_the_rest_kept(text: str) -> None:
    found, strange = parse_conditions(f"{text}~{EXAMPLE}", OFFERED)
    assert write_conditions(found) == EXAMPLE
    assert strange == (text,)


def test_an_own_figure_may_be_below_nothing() -> None:
    assert parse_conditions("own_x.most.-0.75", OFFERED)[0][0].bound == -0.75


def test_it_is_bounded_in_number_and_in_length() -> None:
    parts = [f"access_library_min.over.{n}" for n in range(MOST_CONDITIONS + 2)]
    found, strange = parse_conditions("~".join(parts), OFFERED)
    assert len(found) == MOST_CONDITIONS
    assert strange == tuple(parts[MOST_CONDITIONS:])
    assert parse_conditions(EXAMPLE + "~" + "x" * LONGEST_TEXT, OFFERED)[0] == ()


def test_the_same_condition_twice_counts_once() -> None:
    assert len(parse_conditions(f"{EXAMPLE}~{EXAMPLE}", OFFERED)[0]) == 2


def met(condition: Condition, cells: list[float | None], **states: dict[int, Status]) -> list[object]:
    """Whether areas with these values meet a condition."""
    id_ = condition.indicator.id
    areas = make_areas({"need_idaci_rank": [1.0] * len(cells)})
    if id_.startswith("access"):
        part = {"min": "minutes", "share": "shares", "per_1k": "supply"}[id_.removeprefix("access_library_")]
        areas = with_places(areas, **{part: {"library": cells}})
    elif id_.startswith("asset"):
        areas = with_places(areas, {"library": cells})
    elif id_.startswith("own"):
        areas = with_own(areas, condition.indicator, cells)
    else:
        areas = make_areas({id_: cells}, states)
    data = level_data(areas, Level.AREA)
    told = meets(condition, data, data.frame.index)
    return [None if pd.isna(answer) else bool(answer) for answer in told]


def test_parts_of_england_end_where_mhclg_ends_them() -> None:
    rank = OFFERED["need_idaci_rank"]
    ranks: list[float | None] = [6_751.0, 6_752.0, 27_004.0, 27_005.0]
    assert met(Condition(rank, Comparison.WORST_FIFTH), ranks) == [True, False, False, False]
    assert met(Condition(rank, Comparison.BEST_FIFTH), ranks) == [False, False, False, True]


def test_minutes_are_compared_as_they_are_shown() -> None:
    over = Condition(LIBRARY_MIN, Comparison.OVER, 15.0)
    assert met(over, [15.4, 15.0, 14.6, None]) == [True, False, False, None]
    assert met(Condition(LIBRARY_MIN, Comparison.UNDER, 15.0), [14.0, 14.4]) == [True, False]
    assert met(Condition(LIBRARY_MIN, Comparison.UNDER, 1.0), [0.0]) == [False]


def test_shares_of_homes_are_compared_as_they_are_shown() -> None:
    half = Condition(NEAR, Comparison.LEAST, 0.5)
    assert met(half, [0.494, 0.496, None]) == [False, True, None]
    assert met(Condition(NEAR, Comparison.MOST, 0.0), [0.0, 0.004]) == [True, False]
    assert met(Condition(NEAR, Comparison.LEAST, 1.0), [0.997, 1.0]) == [False, True]
    assert met(Condition(SUPPLY, Comparison.LEAST, 0.25), [0.246, 0.2449]) == [True, False]


def test_a_reader_gives_minutes_and_percent() -> None:
    assert [unit_words(entry) for entry in (LIBRARY_MIN, NEAR, SUPPLY)] == ["minutes’ walk", "% of homes", ""]
    assert [factor(entry) for entry in (LIBRARY_MIN, NEAR, SUPPLY)] == [1.0, 0.01, 1.0]


def test_numbers_of_places_and_of_people() -> None:
    assert met(Condition(LIBRARIES, Comparison.NONE), [0.0, 1.0, None]) == [True, False, None]
    assert met(Condition(LIBRARIES, Comparison.LEAST, 2.0), [1.0, 2.0]) == [False, True]
    children = Condition(OFFERED["pop_0_17"], Comparison.LEAST, 300.0)
    assert met(children, [299.6, 299.4, 300.0]) == [True, False, True]


def test_hidden_is_never_an_answer() -> None:
    hidden = {"need_idaci_rank": {0: Status.SUPPRESSED}}
    worst = Condition(OFFERED["need_idaci_rank"], Comparison.WORST_HALF)
    best = Condition(OFFERED["need_idaci_rank"], Comparison.BEST_HALF)
    assert met(worst, [None, 1.0], **hidden) == [None, True]
    assert met(best, [None, 1.0], **hidden) == [None, False]


def test_the_highest_fifth_of_these_is_the_highest_class_of_the_map() -> None:
    high = Condition(OWN, Comparison.HIGHEST)
    assert met(high, [1.0, 2.0, 3.0, 4.0, 5.0]) == [False] * 4 + [True]
    low = Condition(OWN, Comparison.LOWEST)
    assert met(low, [1.0, 1.0, 3.0, 4.0, 5.0]) == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("need_crime_rank.third.best", "are in England’s least deprived third for crime"),
        ("access_library_min.over.15", "are more than 15 minutes’ walk from a library"),
        ("access_library_min.under.1", "are less than 1 minute’s walk from a library"),
        (
            "access_library_share.most.0.5",
            "have at most 50% of homes within 15 minutes’ walk of a library",
        ),
        (
            "access_library_share.fifth.low",
            "are in the lowest fifth of these small areas for homes within 15 minutes’ walk of a library",
        ),
        (
            "access_library_per_1k.most.0.25",
            "have at most 0.25 libraries for each 1,000 children within reach",
        ),
        ("access_library_min.fifth.low", "are in the fifth of these small areas nearest to a library"),
        ("asset_library.none", "have no library inside"),
        ("asset_library.most.1", "have at most 1 library inside"),
        ("asset_library.fifth.high", "are in the fifth of these small areas with the most libraries inside"),
        ("pop_0_17.least.300", "have at least 300 children aged 0–17"),
        ("own_x.most.2.5", "have at most 2.5 for “Own own_x”"),
        ("own_x.fifth.high", "are in the highest fifth of these small areas for “Own own_x”"),
    ],
)
def test_a_condition_reads_as_a_sentence(text: str, words: str) -> None:
    (condition,), _ = parse_conditions(text, OFFERED)
    assert f"{verb(condition, Level.AREA, 2)} {phrase(condition, Level.AREA)}" == words


def test_several_areas_have_averages() -> None:
    found, _ = parse_conditions(EXAMPLE, OFFERED)
    words = [f"{verb(condition, Level.WARD, 1)} {phrase(condition, Level.WARD)}" for condition in found]
    assert words[0].startswith("has an average rank in England’s most deprived fifth for income")
    assert words[1] == "is on average more than 15 minutes’ walk from a library"


@pytest.mark.parametrize("indicator", OFFERED.values(), ids=lambda entry: entry.id)
def test_every_comparison_is_another_option(indicator: Indicator) -> None:
    options = [option_words(indicator, comparison) for comparison in comparisons_of(indicator)]
    assert len(set(options)) == len(options)


def test_a_bound_is_written_as_it_was_given() -> None:
    written = {1.0: "1 minute’s walk", 15.0: "15 minutes’ walk", 12.5: "12.5 minutes’ walk"}
    assert {m: bound_words(Condition(LIBRARY_MIN, Comparison.OVER, m)) for m in written} == written


def test_what_a_search_compares_is_not_changed() -> None:
    areas = with_places(make_areas({"need_idaci_rank": [1.0]}), minutes={"library": [15.4]})
    data = level_data(areas, Level.AREA)
    meets(Condition(LIBRARY_MIN, Comparison.OVER, 1.0), data, data.frame.index)
    assert data.frame["access_library_min"].equals(pd.Series([15.4], index=data.frame.index))


def test_a_figure_against_what_is_expected_is_asked_whether_it_is_sure() -> None:
    ratio = "demand_children_36m_over_expected"
    areas = with_figures(profiled_areas(), hidden=HIDDEN)
    data = level_data(areas, Level.AREA)
    entry = areas.dictionary[ratio]
    above, below, *with_number = comparisons_of(entry)
    assert set(with_number) <= set(WITH_A_NUMBER)
    signal = data.frame["demand_children_36m_signal"]
    for comparison, value in ((above, 1), (below, -1)):
        met = meets(Condition(entry, comparison), data, data.frame.index)
        assert met[signal.notna()].eq(signal[signal.notna()].eq(value)).all()
        assert met[signal.isna()].isna().all()
        assert signal.eq(value).any()
    assert phrase(Condition(entry, above), Level.AREA) == (
        "more children referred over 36 months than expected, beyond chance"
    )
    (found,), strange = parse_conditions(f"{ratio}.sure.below", areas.dictionary)
    assert (found.comparison, strange) == (below, ())
