"""The address of the Shortlist page: it is read as it was written, and nonsense is told and dropped."""

from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators import Indicator, indicators
from data.shortlist_criteria import Asked, Budget, Counts, Criterion, Curve, Direction, Spread
from data.shortlist_terms import MOST_CRITERIA
from models.levels import Level
from tests.small_builds import HOSTILE
from views.shortlist_address import (
    LONGEST_TEXT,
    NONE,
    OWN_COSTS,
    Offered,
    Sought,
    fault_of,
    parse_sought,
    read_criteria,
    write_criteria,
    write_sought,
)
from views.state import Possible

IDS = ("need_imd_rank", "pop_0_17", "access_library_min", "need_crime_rank")
COUNCILS = {"E08000001": "Eastham", "E08000002": "Westham"}
OPENING = (Criterion("need_imd_rank", 100, Direction.LESS), Criterion("pop_0_17", 60, Direction.MORE))


def offered(costs: Mapping[str, float] | None = None) -> Offered:
    """Two wards in two councils; small areas know no crime rank."""
    identity = pd.DataFrame(
        {"ward_code": ["E05000001", "E05000002"], "la_code": list(COUNCILS)}, ["E01000001", "E01000002"]
    )

    def criteria(level: Level) -> dict[str, Indicator]:
        known = IDS if level is Level.WARD else IDS[:3]
        return {id_: indicators().get(id_, indicators()["need_imd_rank"]) for id_ in known}

    return Offered(
        levels=(Level.WARD, Level.AREA),
        possible=Possible(IDS, COUNCILS, identity),
        criteria=criteria,
        opening=lambda _: OPENING,
        spreads=lambda level: ("council",) if level is Level.WARD else (),
        tabs=("Who lives there", "Leave one out"),
        costs=costs,
    )


def parse(text: Mapping[str, str], costs: Mapping[str, float] | None = None) -> tuple[Sought, dict[str, str]]:
    return parse_sought(text, offered(costs))


def test_without_an_address_the_page_opens_on_its_criteria() -> None:
    sought, strange = parse({})
    assert sought.asked == Asked("ward", OPENING)
    assert not strange
    assert write_sought(sought, offered()) == {"c": "need_imd_rank~100~l~~pop_0_17~60"}


def test_everything_that_is_asked_comes_back_from_its_address() -> None:
    asked = Asked(
        level="ward",
        criteria=(
            Criterion("need_imd_rank", 100, Direction.LESS, veto_above=30_000),
            Criterion("access_library_min", 42.5, Direction.MORE, Curve.DIMINISHING, 2, 40, 9.5, -1.25, 99),
        ),
        top=3,
        counts=Counts.ORDER,
        spread=Spread(2, "council"),
        budget=Budget(50_000, 20_000),
        within="E08000002",
    )
    sought = Sought(asked, "E05000002", "Leave one out", 50_000, "20000")
    address = write_sought(sought, offered())
    assert parse(address) == (sought, {})
    assert "%" not in address["c"]
    assert all(sign.isalnum() or sign in "_~.-" for sign in address["c"])


figures = st.one_of(st.none(), st.integers(-(10**6), 10**6).map(lambda n: n / 100))
criteria = st.builds(
    Criterion,
    st.sampled_from(IDS),
    st.integers(1, 100),
    st.sampled_from(Direction),
    st.sampled_from(Curve),
    *([figures] * 5),
).filter(lambda criterion: not fault_of(criterion))


@given(st.lists(criteria, min_size=1, max_size=4, unique_by=lambda c: c.indicator))
def test_criteria_are_read_as_they_were_written(many: list[Criterion]) -> None:
    assert read_criteria(write_criteria(many)) == (tuple(many), ())


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    found, strange = read_criteria(text)
    assert not found or write_criteria(found)
    assert all(part in text for part in strange)


@pytest.mark.parametrize(
    "part",
    [
        "pop_0_17",
        "pop_0_17~",
        "pop_0_17~101",
        "pop_0_17~-5",
        "pop_0_17~nan",
        "pop_0_17~60~t",  # a threshold without its line
        "pop_0_17~60~a5",  # a line that a value in step has none of
        "pop_0_17~60~w9~b1",  # the wrong way round
        "pop_0_17~60~vb9~va1",  # everything would be out
        "pop_0_17~60~w1e99",
        "POP~60",
        HOSTILE,
    ],
)
def test_a_criterion_that_makes_no_sense_is_told_and_dropped(part: str) -> None:
    assert read_criteria(part) == ((), (part,))
    assert read_criteria(f"need_imd_rank~100~l~~{part}") == (OPENING[:1], (part,))


def test_a_criterion_stands_once_and_there_are_no_more_than_can_be_weighed() -> None:
    assert read_criteria("pop_0_17~60~~pop_0_17~70")[1] == ("pop_0_17~70",)
    many = "~~".join(f"own_{number}~50" for number in range(MOST_CRITERIA + 1))
    found, strange = read_criteria(many)
    assert len(found) == MOST_CRITERIA
    assert strange == (f"own_{MOST_CRITERIA}~50",)
    endless = "pop_0_17~60" + "~" * LONGEST_TEXT
    assert read_criteria(endless) == ((), (endless,))


def test_what_a_level_does_not_know_is_told() -> None:
    sought, strange = parse({"c": "pop_0_17~60~~need_crime_rank~50~l", "level": "area"})
    assert [criterion.indicator for criterion in sought.asked.criteria] == ["pop_0_17"]
    assert strange == {"c": "need_crime_rank"}
    sought, strange = parse({"c": "no_such~50"})
    assert sought.asked.criteria == OPENING
    assert strange == {"c": "no_such"}


def test_no_criterion_at_all_can_be_asked_for() -> None:
    sought, strange = parse({"c": NONE})
    assert sought.asked.criteria == ()
    assert not strange
    assert write_sought(sought, offered())["c"] == NONE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", "region"),
        ("council", "E08000009"),
        ("top", "0"),
        ("top", "51"),
        ("top", "five"),
        ("sure", "91"),
        ("sure", "surely"),
        ("spread", "2.locality"),
        ("spread", "0.council"),
        ("budget", "-1"),
        ("cost", "1e5"),
        ("cost", OWN_COSTS),
        ("area", "E05000009"),
        ("tab", HOSTILE),
    ],
)
def test_each_choice_that_is_not_understood_is_told_and_dropped(name: str, value: str) -> None:
    sought, strange = parse({name: value})
    assert strange == {name: value}
    assert sought == parse({})[0]


def test_a_small_area_selects_its_ward() -> None:
    assert parse({"area": "E01000002"})[0].area == "E05000002"
    assert parse({"area": "E01000002", "council": "E08000001"})[1] == {"area": "E01000002"}


def test_a_budget_says_nothing_until_it_is_known_what_each_costs() -> None:
    sought, strange = parse({"budget": "50000"})
    assert (sought.asked.budget, sought.gbp, strange) == (None, 50_000, {})
    assert write_sought(sought, offered())["budget"] == "50000"
    costs = {"E05000001": 1.0, "E05000002": 2.0}
    sought, strange = parse({"budget": "50000", "cost": OWN_COSTS}, costs)
    assert sought.asked.budget == Budget(50_000, costs)
    assert not strange
