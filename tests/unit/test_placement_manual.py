"""Sites that are put down by hand: as if the candidates stood there, beside the best choice, and in words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SourceError
from geo.area_table import CRS, AreaTable
from geo.builds import Build
from geo.times import To
from models.candidates import COLUMNS, Candidates, candidates_of
from models.placement import Placed, place
from models.placement_asked import For, Objective, Wanted
from models.placement_manual import ByHand, Spot, by_hand, gains_of, saved_of
from models.placement_manual_words import (
    FREE_OF_CONDITIONS,
    explain_by_hand,
    one_more_words,
    site_words,
)
from models.placement_phrases import NOT_SAID
from models.placement_problem import Problem, problem_of
from models.siting import Answer
from tests.reach_line import areas_of, line_build, point, straight_walks, with_times, xy

CHILDREN = [100.0, 200.0, 400.0, 50.0]
"""Of areas 0, 20, 45 and 60 minutes east; the only library is at the west end."""

LIBRARY = Wanted("library", sites=1)
AT = {"a": 21.0, "b": 46.0, "c": 70.0}


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def line_areas() -> AreaTable:
    return areas_of(
        {
            "pop_0_17": CHILDREN,
            "need_idaci_rank": [1.0, 1.0, 30_000.0, 1.0],
            "need_idaci_score": [0.5, 0.5, 0.0, 0.5],
        }
    )


def build_of() -> Build:
    starts = [(0, 1.0, 0.0), (1, 1.0, 20.0), (2, 1.0, 45.0), (3, 1.0, 60.0)]
    return line_build(line_areas(), starts, [("West", 0.0, 0)])


def candidates_at(minutes: dict[str, float]) -> Candidates:
    ids = sorted(minutes)
    plain = pd.DataFrame(index=pd.Index(ids, name="candidate_id"), columns=list(COLUMNS), dtype="object")
    plain["name"] = [f"Hall {id_.upper()}" for id_ in ids]
    plain["kind"] = "community_centre"
    shapes = gpd.GeoDataFrame(plain, geometry=[point(minutes[id_]) for id_ in ids], crs=CRS)
    return Candidates(shapes, from_build=False)


def problem_at(wanted: Wanted = LIBRARY, at: dict[str, float] = AT, build: Build | None = None) -> Problem:
    return problem_of(build or build_of(), wanted, candidates_at(at))


def best_of(problem: Problem, count: int) -> Placed:
    """The best choice, every one of them tried."""
    several = combinations(range(len(problem.candidates.frame)), count)
    return max((Placed(problem, np.array(chosen)) for chosen in several), key=saved_of)


def hand_of(problem: Problem, spots: Sequence[Spot], build: Build | None = None) -> ByHand:
    return by_hand(problem, build or build_of(), spots)


def text_of(hand: ByHand, best: Placed | None = None) -> str:
    return explain_by_hand(hand, build_of(), best).text


def test_a_site_on_the_map_is_counted_by_hand() -> None:
    hand = hand_of(problem_at(), [xy(50.0)])
    assert hand.saved == hand.placed.figures.gained == 450.0
    assert hand.sites[["children", "higher_need", "lost"]].to_numpy().tolist() == [[450.0, 50.0, 450.0]]
    assert hand.placed.areas["children_gained"].tolist() == [0.0, 0.0, 400.0, 50.0]
    assert hand.placed.by_fifth["after"].tolist() == pytest.approx(
        [150.0, np.nan, np.nan, np.nan, 400.0], nan_ok=True
    )
    assert text_of(hand) == (
        "Your site brings 450 more children within 15 minutes’ walk of a library, taking reach "
        "from 13% to 73%. 50 of them live in England’s two most deprived fifths."
    )


def test_little_that_is_gained_is_told_to_a_tenth_and_in_the_right_number() -> None:
    starts = [(0, 1.0, 0.0), (1, 1.0, 20.0), (2, 1.0, 45.0), (3, 1.0, 60.0)]
    ranks = {"need_idaci_rank": [1.0, 1.0, 30_000.0, 1.0]}

    def told(children: list[float]) -> str:
        build = line_build(areas_of({"pop_0_17": children, **ranks}), starts, [("West", 0.0, 0)])
        return text_of(hand_of(problem_at(build=build), [xy(50.0)], build))

    one = told([970.0, 27.0, 2.0, 1.0])
    assert "taking reach from 97.0% to 97.3%. 1 of them lives in England’s" in one
    assert "children within 15 minutes’ walk of a library; reach stays at 97%. " in told(
        [9.7e6, 3e5, 2.0, 1.0]
    )
    assert "1 more child" in (single := told([970.0, 29.0, 0.0, 1.0]))
    assert single.endswith("That child lives in England’s two most deprived fifths.")


def test_sites_keep_the_order_in_which_they_were_put_down_and_count_once() -> None:
    hand = hand_of(problem_at(), ["c", xy(21.0), "c", "b"])
    assert hand.sites.index.tolist() == ["c", "own-2", "b"]
    assert hand.sites["number"].tolist() == [1, 2, 3]
    assert hand.sites["name"].tolist() == ["Hall C", "Site 2", "Hall B"]
    assert hand.sites["children"].tolist() == [50.0, 200.0, 450.0]
    assert hand.sites["lost"].tolist() == [0.0, 200.0, 400.0]


def test_a_site_that_is_no_candidate_is_refused() -> None:
    with pytest.raises(SourceError, match="no candidates: elsewhere"):
        hand_of(problem_at(), ["elsewhere"])


@pytest.fixture(scope="module")
def northmere(northmere_build: Build) -> Placed:
    """The best two sites in Northmere, along its roads."""
    wanted = Wanted("family_hub", sites=2, buildings=("library", "school"))
    return place(northmere_build, wanted, candidates_of(northmere_build, wanted))


def test_a_spot_where_a_candidate_stands_is_worth_what_that_is(
    northmere: Placed, northmere_build: Build
) -> None:
    frame = northmere.problem.candidates.frame
    ids = list(frame.index[:12])
    named = by_hand(northmere.problem, northmere_build, ids)
    spots = [(p.x, p.y) for p in frame.geometry.loc[ids]]
    dropped = by_hand(northmere.problem, northmere_build, list(dict.fromkeys(spots)))
    assert np.array_equal(named.placed.after_min, dropped.placed.after_min)
    of_spot = dict(zip(dict.fromkeys(spots), dropped.sites["children"], strict=True))
    assert [of_spot[spot] for spot in spots] == named.sites["children"].tolist()
    assert dropped.near["near_m"].eq(0.0).all()


def test_who_hits_the_best_sites_hits_all_that_is_possible(northmere: Placed, northmere_build: Build) -> None:
    hand = by_hand(northmere.problem, northmere_build, list(northmere.sites.index))
    assert hand.share_of(northmere) == 1.0
    pd.testing.assert_frame_equal(hand.placed.areas, northmere.areas)
    pd.testing.assert_frame_equal(hand.placed.by_ward, northmere.by_ward)
    assert hand.sites["children"].tolist() == northmere.sites["children"].tolist()
    told = explain_by_hand(hand, northmere_build, northmere)
    assert told.text.endswith("The best two candidates do no better.")


@given(
    at=st.lists(st.integers(0, 70), min_size=2, max_size=4),
    hands=st.lists(st.integers(0, 70), min_size=1, max_size=2),
    objective=st.sampled_from(Objective),
    people=st.sampled_from([For.CHILDREN, For.NEED]),
)
def test_one_more_adds_what_it_does_when_it_is_measured(
    at: list[int], hands: list[int], objective: Objective, people: For
) -> None:
    wanted = replace(LIBRARY, objective=objective, people=people)
    problem = problem_at(wanted, {f"c{n}": float(m) for n, m in enumerate(at)})
    hand = hand_of(problem, [xy(m) for m in hands])
    gains = gains_of(problem, hand.placed)
    for id_, gain in zip(problem.candidates.frame.index, gains, strict=True):
        both = hand_of(problem, [*map(xy, hands), id_])
        assert gain == pytest.approx(both.saved - hand.saved, abs=1e-6)
    more = hand.one_more
    assert gains.max() <= 0 if more is None else more.saved == gains.max()


def test_the_best_addition_is_named() -> None:
    problem = problem_at()
    assert "".join(p.text for p in one_more_words(hand_of(problem, ["b"]))) == (
        "Best for one more: Hall A, 200 more children."
    )
    everybody = hand_of(problem, ["a", "b"])
    assert one_more_words(everybody)[0].text == "No candidate adds anything to that."


@pytest.mark.parametrize(
    ("wanted", "spots", "said"),
    [
        (LIBRARY, ["a"], "The best single site would reach 450: yours does 44% of what is possible."),
        (LIBRARY, ["a", xy(70.0)], "The best two would reach 650: yours do 38% of what is possible."),
        (LIBRARY, ["b"], "The best single candidate does no better."),
        (
            replace(LIBRARY, people=For.NEED),
            [xy(50.0)],
            "That is 25 children in families of low income. The best single site would reach 100 "
            "children in families of low income: yours does 25% of what is possible.",
        ),
        (
            replace(LIBRARY, objective=Objective.FAIR, fairness=1.0),
            ["b"],
            "The fairest single site would bring 200, all of them of higher need: yours does 25% of "
            "what is possible.",
        ),
        (
            replace(LIBRARY, objective=Objective.MEDIAN),
            ["a"],
            "Your site makes the average way to a library 17.7 minutes shorter: 15.7 minutes. The best "
            "single site would save 26.5 minutes: yours does 67% of what is possible.",
        ),
        (
            replace(LIBRARY, objective=Objective.CENTRE),
            ["b"],
            "Your site makes the longest way to a library 40.0 minutes shorter: 20.0 minutes. The best "
            "single candidate does no better.",
        ),
        (
            replace(LIBRARY, objective=Objective.CENTRE),
            [xy(1.0)],
            "Your site makes the longest way to a library 1.0 minute shorter: 59.0 minutes. The best single "
            "site would save 40.0 minutes: yours does 2% of what is possible.",
        ),
    ],
)
def test_the_best_choice_of_as_many_stands_beside_them(wanted: Wanted, spots: list[Spot], said: str) -> None:
    problem = problem_at(wanted)
    hand = hand_of(problem, spots)
    assert text_of(hand, best_of(problem, len(hand.near))).endswith(said)


def test_a_spot_between_the_candidates_can_do_better_than_they() -> None:
    problem = problem_at(at={"a": 21.0, "c": 70.0})
    hand = hand_of(problem, [xy(50.0)])
    assert hand.share_of(best_of(problem, 1)) == 450.0 / 200.0
    assert text_of(hand, best_of(problem, 1)).endswith("The best single candidate does less.")


def test_a_best_choice_that_is_not_proven_is_called_the_best_that_was_found() -> None:
    problem = problem_at()
    found = replace(best_of(problem, 1), answer=Answer(np.array([1]), 200.0, 100.0, 1, stopped=True))
    told = explain_by_hand(hand_of(problem, ["a"]), build_of(), found)
    assert "The best single site found would reach 450" in told.text
    assert "Whether the best choice that was found is the best is not proven." in told.caveats


def test_conditions_do_not_bind_a_hand() -> None:
    wanted = replace(LIBRARY, required=("a",), budget_gbp=10.0, cost_gbp=10.0, excluded=("c",))
    problem = problem_at(wanted)
    hand = hand_of(problem, [xy(59.0), "b"])
    assert hand.placed.problem.wanted.required == ()
    told = explain_by_hand(hand, build_of(), best_of(problem, 1))
    assert FREE_OF_CONDITIONS in told.caveats
    assert told.caveats[-1] == NOT_SAID


def test_the_building_that_may_be_meant_is_named() -> None:
    table, hand = line_areas(), hand_of(problem_at(), [xy(48.0), xy(46.05), xy(30.0)])
    assert hand.near["near_id"].tolist() == ["b", "b", None]
    assert hand.near["near_m"].tolist() == pytest.approx([160.0, 4.0, np.nan], nan_ok=True)
    assert [site_words(hand, id_, table) for id_ in hand.near.index] == [
        "160 m from Hall B",
        "at Hall B",
        "Area 003A",
    ]


def test_sites_with_room_for_few_reach_no_more_than_that() -> None:
    hand = hand_of(problem_at(replace(LIBRARY, capacity=120.0)), [xy(50.0)])
    assert hand.placed.figures.gained == pytest.approx(120.0)
    assert hand.one_more is not None
    assert hand.one_more.name == "Hall A"
    assert hand.one_more.children == pytest.approx(120.0)
    assert "120 more children" in text_of(hand)


def test_a_spot_outside_the_areas_says_so_and_reaches_who_is_near() -> None:
    hand = hand_of(problem_at(), [xy(-10.0)])
    assert hand.near[["outside", "cut_off"]].to_numpy().tolist() == [[True, False]]
    told = explain_by_hand(hand, build_of(), None)
    assert told.text == "Your site brings nobody more within 15 minutes’ walk of a library."
    assert told.caveats[0] == "Site 1: outside the areas that are looked at, beyond which no children count."
    far = hand_of(problem_at(), [xy(200.0)])
    assert site_words(far, "own-1", line_areas()) == "no home is near enough"


def test_a_spot_far_from_every_road_says_so(northmere: Placed, northmere_build: Build) -> None:
    west, south, *_ = northmere_build.areas.frame.total_bounds
    hand = by_hand(northmere.problem, northmere_build, [(west - 5_000.0, south - 5_000.0)])
    assert site_words(hand, "own-1", northmere_build.areas) == "no road leads here from any home"
    assert hand.saved == 0.0


def test_supplied_times_lead_to_the_area_of_a_spot_or_nowhere() -> None:
    rows = [(0, 0, 0.0), (1, 1, 5.0), (2, 1, 12.0), (3, 1, 30.0)]
    build = with_times(build_of(), rows, To.AREAS)
    problem = problem_at(build=build)
    middles = build.areas.frame.geometry.centroid
    hand = hand_of(problem, [(p.x, p.y) for p in middles.iloc[[1, 2]]], build)
    assert hand.sites["children"].tolist() == [600.0, 0.0]
    assert site_words(hand, "own-2", build.areas) == "no supplied times lead here"


def test_before_the_first_site_it_says_what_there_is_today() -> None:
    hand = hand_of(problem_at(), [])
    assert hand.saved == 0.0
    assert text_of(hand) == (
        "13% of 750 children live within 15 minutes’ walk of a library today. Press the map where "
        "one could open, or choose a building by name."
    )
    assert hand.one_more is not None
    assert hand.one_more.name == "Hall B"
