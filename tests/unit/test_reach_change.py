"""Who gains if a place opens and who loses if one closes: as if all were measured anew, and in words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import Places
from geo.times import To
from models.reach import GAPS, REACHED, Reach, reach_in
from models.reach_asked import Asked
from models.reach_change import Change, with_place_at, without_place
from models.reach_change_words import HOMES
from tests.reach_line import Spot, Start, areas_of, line_build, line_places, straight_walks, with_times, xy
from tests.small_builds import HOSTILE

NAN = float("nan")
CHILDREN = [1_000.0, 200.0, 60.0, 40.0]
RANKS = [1.0, 10_000.0, 30_000.0, 2.0]
STARTS: list[Start] = [(0, 1.0, 0.0), (1, 0.75, 30.0), (1, 0.25, 60.0), (2, 1.0, 70.0), (3, 1.0, 75.0)]
LIBRARY = Asked("library")


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def areas(
    children: Sequence[float | None] | None = CHILDREN,
    ranks: Sequence[float | None] | None = RANKS,
    cars: Sequence[float | None] | None = None,
    councils: Sequence[str] = (),
) -> AreaTable:
    given = {
        "pop_0_17": children,
        "need_idaci_rank": ranks,
        "pop_households_no_car": cars,
        "pop_total": [1.0] * 4,
    }
    return areas_of({name: values for name, values in given.items() if values}, councils=councils)


def opening(
    table: AreaTable, at: float, spots: Sequence[Spot] = (("Near", 0.0, 0),), minutes: float = 15.0
) -> Change:
    build = line_build(table, STARTS, spots)
    return with_place_at(build, table, reach_in(build, table, Asked("library", minutes=minutes)), xy(at))


def closing(table: AreaTable, spots: Sequence[Spot], place: str = "p001") -> Change:
    build = line_build(table, STARTS, spots)
    return without_place(table, reach_in(build, table, LIBRARY), place)


def test_a_place_that_opens_is_counted_by_hand() -> None:
    change = opening(areas(cars=[10.0, 20.0, 30.0, 40.0]), 62.0)
    assert change.areas["before_share"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert change.areas["after_share"].tolist() == [1.0, 0.25, 1.0, 1.0]
    assert change.areas["children_gained"].tolist() == [0.0, 50.0, 60.0, 40.0]
    assert change.areas["households_no_car_gained"].tolist() == [0.0, 5.0, 30.0, 40.0]
    assert change.areas["before_min"].tolist() == pytest.approx([0.0, 30.0, NAN, NAN], nan_ok=True)
    assert change.areas["after_min"].tolist() == pytest.approx([0.0, 30.0, 8.0, 13.0])
    assert change.areas["before_gap"].tolist() == [GAPS[0], GAPS[2], GAPS[1], GAPS[2]]
    assert change.areas["after_gap"].tolist() == [REACHED, GAPS[2], REACHED, REACHED]
    assert change.by_fifth["children_gained"].tolist() == pytest.approx(
        [40.0, 50.0, NAN, NAN, 60.0], nan_ok=True
    )
    assert change.by_fifth["areas"].tolist() == [1, 1, 0, 0, 1]
    told = change.explanation
    assert told.text == (
        "If a library opened here, 150 children aged 0–17 in three areas would come within 15 minutes’ "
        "walk; 40 of "
        "them live in the most deprived fifth of England."
    )
    assert [part.text for part in told.sentence if part.bold] == ["150 children aged 0–17"]
    assert told.caveats[0] == "75 households without a car would come within reach."
    assert told.method[0] == HOMES


WORST = "in the most deprived fifth of England."
FEW_CHILDREN = [9.0, 4.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("table", "at", "ending"),
    [
        (areas(ranks=[1.0] * 4), 62.0, f"; all of them live {WORST}"),
        (areas(ranks=[9_999.0] * 4), 62.0, f"; none of them live {WORST}"),
        (areas(ranks=[1.0, 9_999.0, None, 9_999.0]), 62.0, "would come within 15 minutes’ walk."),
        (areas(FEW_CHILDREN), 62.0, " 1 child aged 0–17 in three areas would come within 15 minutes’ walk."),
        (areas(FEW_CHILDREN, [1.0] * 4), 62.0, f", and lives {WORST}"),
        (
            areas([9.0, None, 60.0, 40.0]),
            62.0,
            f"three areas would come within 15 minutes’ walk; one of the areas lies {WORST}",
        ),
        (
            areas(None),
            62.0,
            f", homes in three areas would come within 15 minutes’ walk; one of the areas lies {WORST}",
        ),
        (
            areas(),
            89.0,
            "If a library opened here, 40 children aged 0–17 in one area would come within 15 minutes’ walk; "
            f"all of them live {WORST}",
        ),
        (
            areas(),
            1.0,
            "If a library opened here, nobody more would come within 15 minutes’ walk of one; for 200 "
            "children aged 0–17 in one area it would be nearer than any is today.",
        ),
        (
            areas(),
            -9.0,
            "If a library opened here, nobody more would come within 15 minutes’ walk of one.",
        ),
    ],
)
def test_who_gains_is_said_in_words_that_fit(table: AreaTable, at: float, ending: str) -> None:
    assert opening(table, at).explanation.text.endswith(ending)


def test_children_who_are_not_known_are_not_made_up() -> None:
    change = opening(areas([9.0, None, 60.0, 40.0]), 62.0)
    assert change.areas["children_gained"].tolist() == pytest.approx([0.0, NAN, 60.0, 40.0], nan_ok=True)
    assert "at least 100 children aged 0–17 in three areas" in change.explanation.text
    assert "The number of children is not known for one of these three areas." in change.explanation.caveats


def test_a_place_that_closes_takes_from_those_who_have_no_other() -> None:
    spots: list[Spot] = [("Near", 0.0, 0), (HOSTILE, 72.0, 2), ("East", 80.0, 3)]
    change = closing(areas(), spots)
    assert change.areas["children_gained"].tolist() == [0.0, -50.0, 0.0, 0.0]
    assert change.explanation.text == (
        f"If {HOSTILE} closed, 50 children aged 0–17 in one area would no longer be within 15 minutes’ walk "
        "of a "
        "library; none of them live in the most deprived fifth of England."
    )
    kept = closing(areas(), [("Near", 0.0, 0), ("Twin", 1.0, 0)]).explanation.text
    assert kept == (
        "If Twin closed, nobody who is within 15 minutes’ walk of a library today would be so no longer; "
        "for 200 "
        "children aged 0–17 in one area the nearest would be further away."
    )
    with pytest.raises(KeyError):
        closing(areas(), spots, "p009")


def test_where_reach_is_not_known_those_around_are_counted_alone() -> None:
    table = areas(councils=["Eastham", "Westham", "Westham", "Westham"])
    change = opening(table, 62.0)
    assert change.areas["children_gained"].isna().tolist() == [False, True, True, True]
    assert change.explanation.text == (
        "Within 15 minutes’ walk of here live 150 children aged 0–17 in three areas. Who of them reaches a "
        "library "
        "today is not known."
    )
    both = areas(councils=["Eastham", "Eastham", "Westham", "Westham"])
    partly = opening(both, 62.0).explanation
    assert "50 children aged 0–17 in one area would come within" in partly.text
    assert (
        "Who reaches one today is not known in two areas near by, so none there is counted." in partly.caveats
    )


def test_supplied_times_lead_to_a_new_place_by_the_area_that_holds_it_or_not_at_all() -> None:
    table = areas()
    build = line_build(table, STARTS, [("Near", 0.0, 0)])
    to_areas = with_times(build, [(n, m, 10.0 * abs(n - m)) for n in range(4) for m in range(4)])
    reach = reach_in(to_areas, table, LIBRARY)
    assert reach.areas["nearest_min"].tolist() == [0.0, 10.0, 20.0, 30.0]
    change = with_place_at(to_areas, table, reach, xy(30.0))
    assert change.areas["after_min"].tolist() == [0.0, 10.0, 0.0, 10.0]
    to_places = with_times(build, [(n, 0, 10.0 * n) for n in range(4)], To.PLACES)
    nothing = with_place_at(to_places, table, reach_in(to_places, table, LIBRARY), xy(30.0))
    assert nothing.areas["children_gained"].tolist() == [0.0] * 4
    assert nothing.explanation.text == (
        "Who would reach a library here cannot be told: "
        "the supplied times lead only to places that are known."
    )


WITH_CARS = line_build(areas(cars=[10.0, 20.0, 30.0, 40.0]), STARTS, [])
PLACES_AT = st.lists(st.integers(-40, 120), min_size=1, max_size=5)


def with_places(build: Build, spots: Sequence[int]) -> tuple[Build, Reach]:
    places: Places = line_places(build.areas, [(f"L{n}", float(at), 0) for n, at in enumerate(spots)])
    there = replace(build, places=places)
    return there, reach_in(there, there.areas, LIBRARY)


@given(PLACES_AT, st.integers(-40, 120))
def test_a_change_is_what_all_measured_anew_says_and_closing_undoes_opening(
    spots: list[int], new: int
) -> None:
    table = WITH_CARS.areas
    build, before = with_places(WITH_CARS, spots)
    _, after = with_places(build, [*spots, new])
    opened = with_place_at(build, table, before, xy(new)).areas
    closed = without_place(table, after, f"p{len(spots):03}").areas
    for there, now in (("after", after), ("before", before)):
        pd.testing.assert_series_equal(opened[f"{there}_min"], now.areas["nearest_min"], check_names=False)
        pd.testing.assert_series_equal(
            opened[f"{there}_share"], now.areas["reached_share"], check_names=False
        )
        pd.testing.assert_series_equal(opened[f"{there}_gap"], now.areas["gap"], check_names=False)
    lost = before.areas["children_out"] - after.areas["children_out"]
    assert opened["children_gained"].tolist() == pytest.approx(lost.tolist())
    assert closed["children_gained"].tolist() == pytest.approx((-lost).tolist())
    assert closed["after_min"].tolist() == pytest.approx(before.areas["nearest_min"].tolist(), nan_ok=True)
    assert (opened["children_gained"] >= 0).all()
