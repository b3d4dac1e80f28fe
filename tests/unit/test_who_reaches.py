"""Who reaches a kind of place: worked out by hand in a world on one line, and rules that hold anywhere."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from random import Random

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.area_table import CRS, AreaTable
from geo.builds import Build
from geo.roads import Roads
from geo.travel import Mode
from models.levels import Level
from models.places_laid import lay_places
from models.reach import GAPS, HIGHER_NEED, LOWER_NEED, REACHED, UNKNOWN_NEED, Reach, costs_for, reach_in
from models.reach_asked import Asked
from models.reach_levels import by_fifth, by_level, by_ward, in_all
from models.reach_words import explain_reach
from tests.reach_line import Spot, Start, areas_of, line_build, point, straight_walks, with_times
from tests.small_builds import provenance

NAN = float("nan")
HAND = areas_of(
    {
        "pop_0_17": [100.0, 200.0, 50.0, None],
        "need_idaci_rank": [1.0, 10_000.0, 30_000.0, 2.0],
        "pop_households_no_car": [40.0, 80.0, 10.0, 20.0],
    },
    wards=["East", "East", "West", "West"],
)
HAND_STARTS: list[Start] = [(0, 1.0, 0.0), (1, 0.75, 10.0), (1, 0.25, 50.0), (2, 1.0, 100.0), (3, 1.0, 12.0)]
HAND_SPOTS: list[Spot] = [("Near", 5.0, 0), ("Across", 30.0, None)]
LIBRARY = Asked("library")


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


@pytest.fixture(scope="module")
def hand() -> Reach:
    return reach_in(line_build(HAND, HAND_STARTS, HAND_SPOTS), HAND, LIBRARY)


def told(series: pd.Series) -> list[object]:
    return pytest.approx(series.tolist(), nan_ok=True)


def test_minutes_are_those_that_half_of_the_homes_do_not_exceed(hand: Reach) -> None:
    assert told(hand.areas["nearest_min"]) == [5.0, 5.0, NAN, 7.0]
    assert told(hand.areas["nearest_from_min"]) == [5.0, 5.0, NAN, 7.0]
    assert told(hand.areas["nearest_to_min"]) == [5.0, 20.0, NAN, 7.0]
    assert hand.areas["nearest_id"].fillna("none").tolist() == ["p000", "p000", "none", "p000"]


def test_an_area_can_be_partly_within_reach(hand: Reach) -> None:
    assert told(hand.areas["reached_share"]) == [1.0, 0.75, 0.0, 1.0]
    assert told(hand.areas["within"]) == [1.0, 0.75, 0.0, 1.0]
    assert told(hand.areas["children_out"]) == [0.0, 50.0, 50.0, NAN]
    assert told(hand.areas["households_no_car_out"]) == [0.0, 20.0, 10.0, 0.0]


def test_supply_is_shared_by_steps_and_what_is_across_the_border_counts(hand: Reach) -> None:
    near, across = 1_000 / 250.0, 1_000 / (0.22 * 100 + 0.68 * 150 + 0.68 * 50)
    expected = [
        near + 0.22 * across,
        0.75 * (near + 0.68 * across) + 0.25 * 0.68 * across,
        0.0,
        NAN,
    ]
    assert told(hand.areas["score"]) == expected
    assert hand.places["inside"].tolist() == [True, False]
    assert told(hand.places["children_within"]) == [250.0, 0.0]
    assert told(hand.places["ratio"] * 1_000) == [near, across]


def test_gaps_are_told_by_need_and_only_where_most_homes_are_out(hand: Reach) -> None:
    assert hand.areas["fifth"].tolist() == [1, 2, 5, 1]
    assert hand.areas["gap"].tolist() == [REACHED, REACHED, LOWER_NEED, REACHED]
    far = reach_in(line_build(HAND, HAND_STARTS, HAND_SPOTS), HAND, Asked("library", minutes=4.0))
    assert far.areas["gap"].tolist() == [HIGHER_NEED, HIGHER_NEED, LOWER_NEED, HIGHER_NEED]
    unranked = areas_of({"pop_0_17": [1.0] * 4})
    blind = reach_in(line_build(unranked, HAND_STARTS, HAND_SPOTS), unranked, LIBRARY)
    assert blind.fifths is None
    assert blind.areas["gap"].tolist() == [REACHED, REACHED, UNKNOWN_NEED, REACHED]
    assert {HIGHER_NEED, LOWER_NEED, REACHED, UNKNOWN_NEED} == set(GAPS)


def test_exactly_half_of_the_homes_are_enough() -> None:
    areas = areas_of({"pop_0_17": [10.0]})
    homes: list[Start] = [(0, 0.1, float(n)) for n in range(5)] + [(0, 0.1, 40.0 + n) for n in range(5)]
    found = reach_in(line_build(areas, homes, [("Near", 2.0, 0)]), areas, LIBRARY)
    assert found.areas["gap"].tolist() == [REACHED]
    assert told(found.areas["children_out"]) == [5.0]


def test_a_pram_is_slower(hand: Reach) -> None:
    with_pram = reach_in(line_build(HAND, HAND_STARTS, HAND_SPOTS), HAND, Asked("library", Mode.PRAM))
    assert told(with_pram.areas["nearest_min"]) == [6.0, 6.0, NAN, 8.4]
    assert told(with_pram.areas["reached_share"]) == hand.areas["reached_share"].tolist()


def test_wards_add_up_what_is_known_and_say_of_how_many_areas_nothing_is(hand: Reach) -> None:
    wards = by_ward(hand, HAND)
    assert wards["name"].tolist() == ["East", "West"]
    assert wards["areas"].tolist() == [2, 2]
    assert wards["areas_unknown"].tolist() == [0, 1]
    assert told(wards["children"]) == [300.0, 50.0]
    assert told(wards["children_out"]) == [50.0, 50.0]
    assert told(wards["out_share"]) == [50 / 300, 1.0]
    assert told(wards["children_out_deprived"]) == [50.0, 0.0]
    assert told(wards["households_no_car_out"]) == [20.0, 10.0]
    assert told(wards["nearest_min"]) == [5.0, 7.0]
    assert told(wards["nearest_to_min"]) == [20.0, NAN]
    assert told(wards["reached_share"]) == [250 / 300, 0.5]
    assert wards["gap"].tolist() == [REACHED, REACHED]


def test_a_ward_is_of_higher_need_by_those_of_its_children_who_are_out() -> None:
    far = reach_in(line_build(HAND, HAND_STARTS, HAND_SPOTS), HAND, Asked("library", minutes=4.0))
    assert by_ward(far, HAND)["gap"].tolist() == [HIGHER_NEED, LOWER_NEED]


def test_fifths_are_all_there_and_nobody_in_one_is_none(hand: Reach) -> None:
    fifths = by_fifth(hand)
    assert fifths.index.tolist() == [1, 2, 3, 4, 5]
    assert fifths["areas"].tolist() == [2, 1, 0, 0, 1]
    assert fifths["areas_unknown"].tolist() == [1, 0, 0, 0, 0]
    assert told(fifths["children_out"]) == [0.0, 50.0, 0.0, 0.0, 50.0]
    unranked = areas_of({"pop_0_17": [1.0] * 4, "need_idaci_rank": [1.0, None, None, None]})
    partly = by_fifth(reach_in(line_build(unranked, HAND_STARTS, HAND_SPOTS), unranked, LIBRARY))
    assert len(partly) == 6
    assert partly.index.isna().tolist() == [False] * 5 + [True]
    assert partly["areas"].tolist() == [1, 0, 0, 0, 0, 3]


def test_the_whole_is_the_sum_of_all(hand: Reach) -> None:
    whole = in_all(hand)
    assert (whole["areas"], whole["areas_unknown"]) == (4, 1)
    assert (whole["children"], whole["children_out"]) == (350.0, 100.0)
    assert whole["out_share"] == pytest.approx(100 / 350)


def test_deprivation_of_all_people_stands_in_for_that_of_children() -> None:
    areas = areas_of({"pop_0_17": [1.0] * 4, "need_imd_rank": [20_000.0, 1.0, 2.0, 3.0]})
    found = reach_in(line_build(areas, HAND_STARTS, HAND_SPOTS), areas, LIBRARY)
    assert found.fifths is not None
    assert found.fifths.words == "overall deprivation (IMD)"
    assert found.areas["fifth"].tolist() == [3, 1, 1, 1]


def test_where_none_of_a_kind_is_known_reach_is_not_known() -> None:
    areas = areas_of({"pop_0_17": [10.0] * 4}, councils=["Eastham", "Eastham", "Westham", "Westham"])
    found = reach_in(line_build(areas, HAND_STARTS, HAND_SPOTS), areas, LIBRARY)
    assert found.known.tolist() == [True, True, False, False]
    assert told(found.areas["children_out"]) == [0.0, 2.5, NAN, NAN]
    assert found.areas["gap"].isna().tolist() == [False, False, True, True]
    assert (
        "Libraries are known in 1 of 2 councils only: near their borders, more may be within reach."
        in found.notes
    )
    councils = by_level(found, areas, Level.COUNCIL)
    assert councils["areas_unknown"].tolist() == [0, 2]
    assert told(councils["children_out"]) == [2.5, NAN]
    assert told(councils["reached_share"]) == [0.875, NAN]


def test_without_any_place_nothing_is_known() -> None:
    build = line_build(HAND, HAND_STARTS, HAND_SPOTS)
    found = reach_in(build, HAND, Asked("school"))
    assert not found.known.any()
    assert found.places.empty
    assert in_all(found)["areas_unknown"] == 4


def test_a_place_that_nobody_confirmed_lately_counts_when_it_is_asked_for() -> None:
    build = line_build(HAND, HAND_STARTS, HAND_SPOTS)
    frame = build.places.frame.copy()
    frame.loc["p000", "unconfirmed_since"] = "2020-01-01"
    doubted = replace(build, places=replace(build.places, frame=frame))
    found = reach_in(doubted, HAND, LIBRARY)
    assert told(found.areas["reached_share"]) == [0.0] * 4
    assert found.notes == ("1 place has not been confirmed for a year and is not counted.",)
    counted = replace(doubted, places=doubted.places.all_counted)
    assert told(reach_in(counted, HAND, LIBRARY).areas["reached_share"]) == [1.0, 0.75, 0.0, 1.0]


def test_minutes_that_reach_beyond_the_places_that_are_kept_are_told(hand: Reach) -> None:
    assert hand.notes == ()
    further = reach_in(line_build(HAND, HAND_STARTS, HAND_SPOTS), HAND, Asked("library", minutes=40.0))
    assert further.notes == (
        "Places more than 3.0 km outside these areas are not known, and 40 minutes reach further: near the "
        "border, more may be within reach.",
    )


def test_costs_that_are_at_hand_serve_any_minutes() -> None:
    build = line_build(HAND, HAND_STARTS, HAND_SPOTS)
    costs = costs_for(build, LIBRARY)
    for minutes in (1.0, 20.0, 60.0):
        asked = Asked("library", minutes=minutes)
        again, afresh = reach_in(build, HAND, asked, costs), reach_in(build, HAND, asked)
        pd.testing.assert_frame_equal(again.areas, afresh.areas)


def test_an_area_that_supplied_times_do_not_start_from_is_not_known() -> None:
    build = line_build(HAND, HAND_STARTS, HAND_SPOTS)
    timed = with_times(build, [(0, 0, 5.0), (1, 0, 10.0), (1, 1, 3.0)])
    found = reach_in(timed, HAND, LIBRARY)
    assert found.known.tolist() == [True, True, False, False]
    assert told(found.areas["nearest_min"]) == [5.0, 10.0, NAN, NAN]
    assert told(found.areas["children_out"]) == [0.0, 0.0, NAN, NAN]
    assert by_ward(found, HAND)["areas_unknown"].tolist() == [0, 2]
    assert found.means_words.startswith("Minutes are those of file.csv, which does not say by which way")
    assert any("2 small areas do not stand in it" in note for note in found.notes)


def test_beyond_the_longest_of_supplied_times_nothing_is_said() -> None:
    build = line_build(HAND, HAND_STARTS, HAND_SPOTS)
    rows = [(n, 0, 10.0 * n) for n in range(4)]
    assert costs_for(with_times(build, rows), LIBRARY).cutoff_min == 30.0
    assert costs_for(with_times(build, [*rows, (0, 1, 42.0)]), LIBRARY).cutoff_min == 42.0
    assert costs_for(with_times(build, [*rows, (0, 1, 420.0)]), LIBRARY).cutoff_min == 60.0
    assert costs_for(with_times(build, rows), Asked("library", minutes=45.0)).cutoff_min == 45.0


def test_homes_far_from_any_road_are_taken_to_be_like_the_rest_of_their_area() -> None:
    road = shapely.LineString([point(-1.0), point(20.0)])
    edges = gpd.GeoDataFrame({"u": [0], "v": [1], "metres": [road.length]}, geometry=[road], crs=CRS)
    build = replace(line_build(HAND, HAND_STARTS, HAND_SPOTS), roads=Roads(edges, provenance("Roads")))
    found = reach_in(build, HAND, LIBRARY)
    assert found.measured.tolist() == [True, False, True, False, True]
    assert told(found.areas["reached_share"]) == [1.0, 1.0, NAN, 1.0]
    assert told(found.areas["nearest_to_min"]) == [5.0, 5.0, NAN, 7.0]
    assert told(by_ward(found, HAND)["nearest_to_min"]) == [5.0, 7.0]
    assert told(found.areas["score"]) == [1_000 / 300, 1_000 / 300, NAN, NAN]
    assert told(found.places["children_within"]) == [300.0, 0.0]
    caveats = explain_reach(found, HAND).caveats
    assert (
        "No road is near the homes of 1 of 4 small areas, so who reaches a library there is not known."
        in caveats
    )


def test_a_ward_has_the_share_that_its_areas_have_though_some_homes_are_far_from_any_road() -> None:
    areas = areas_of({"pop_0_17": [100.0, 100.0]}, wards=["One", "One"])
    starts: list[Start] = [(0, 0.2, 0.0), (0, 0.8, 90.0), (1, 1.0, 30.0)]
    road = shapely.LineString([point(-1.0), point(31.0)])
    edges = gpd.GeoDataFrame({"u": [0], "v": [1], "metres": [road.length]}, geometry=[road], crs=CRS)
    build = replace(line_build(areas, starts, [("Near", 5.0, 0)]), roads=Roads(edges, provenance("Roads")))
    found = reach_in(build, areas, LIBRARY)
    (ward,) = by_ward(found, areas).to_dict("records")
    assert (ward["children_out"], ward["out_share"], ward["reached_share"]) == (100.0, 0.5, 0.5)
    assert found.areas["score"].mul(areas.frame["pop_0_17"]).sum() == pytest.approx(1_000.0)
    frame = lay_places(areas, build).frame
    for column in ("share", "per_1k"):
        mine = found.areas["reached_share" if column == "share" else "score"]
        assert told(frame[f"access_library_{column}"]) == mine.tolist()


WORLDS = st.tuples(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 120)), min_size=1, max_size=15),
    st.lists(st.integers(0, 120), min_size=1, max_size=6),
    st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=6, max_size=6),
    st.lists(st.one_of(st.none(), st.integers(1, 33_755)), min_size=6, max_size=6),
)
World = tuple[list[tuple[int, int]], list[int], list[int | None], list[int | None]]


@lru_cache(maxsize=4)
def six_areas(children: tuple[int | None, ...], ranks: tuple[int | None, ...]) -> AreaTable:
    values = {"pop_0_17": children, "need_idaci_rank": ranks}
    cells = {column: [None if v is None else float(v) for v in told] for column, told in values.items()}
    return areas_of(cells, wards=["A", "A", "B", "B", "C", "C"])


def world(drawn: World) -> Build:
    """Six areas in three wards; one that nobody was drawn for has one start at the west end."""
    homes, spots, children, ranks = drawn
    homes = homes + [(n, 0) for n in range(6) if n not in {area for area, _ in homes}]
    counts = {n: sum(area == n for area, _ in homes) for n in range(6)}
    starts: list[Start] = [(area, 1 / counts[area], float(minutes)) for area, minutes in homes]
    return line_build(
        six_areas(tuple(children), tuple(ranks)),
        starts,
        [(f"L{n}", float(minutes), n % 6) for n, minutes in enumerate(spots)],
    )


@given(WORLDS, st.integers(1, 59))
def test_shares_and_children_are_as_counted_one_by_one_and_grow_with_the_minutes(
    drawn: World, minutes: int
) -> None:
    build = world(drawn)
    found, more = (
        reach_in(build, build.areas, Asked("library", minutes=m)).areas
        for m in (float(minutes), minutes + 1.0)
    )
    east = ((build.starts.geometry.x - 400_000) / 80).round().to_numpy()
    for n, (code, row) in enumerate(found.iterrows()):
        mine = east[(build.starts["area_code"] == code).to_numpy()]
        far = [min(abs(home - spot) for spot in drawn[1]) for home in mine]
        share = sum(m <= minutes for m in far) / len(far)
        assert row["reached_share"] == pytest.approx(share)
        living = drawn[2][n]
        out = NAN if living is None else living * (1 - share)
        assert row["children_out"] == pytest.approx(out, nan_ok=True)
    assert (more["reached_share"] >= found["reached_share"] - 1e-9).all()
    assert (more["within"] >= found["within"] - 1e-9).all()


@given(WORLDS, st.randoms(use_true_random=False))
def test_parts_add_up_all_supply_is_shared_out_and_order_does_not_matter(
    drawn: World, random: Random
) -> None:
    build = world(drawn)
    found = reach_in(build, build.areas, LIBRARY)
    whole = in_all(found)
    for parts in (by_ward(found, build.areas), by_fifth(found)):
        for column in ("areas", "areas_unknown", "children", "children_out"):
            assert parts[column].sum() == pytest.approx(np.nan_to_num(float(whole[column])))
    got = (found.areas["score"] * found.areas["children"]).sum() / 1_000
    assert got == pytest.approx(found.places.loc[found.places["ratio"].notna(), "supply"].sum())
    homes, spots, children, ranks = drawn
    other = list(spots)
    random.shuffle(other)
    again = world((homes[::-1], other, children, ranks))
    same = reach_in(again, again.areas, LIBRARY)
    columns = ["nearest_min", "within", "reached_share", "score", "children_out"]
    pd.testing.assert_frame_equal(found.areas[columns], same.areas[columns])
