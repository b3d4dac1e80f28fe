"""Supply is shared out without loss, as plain loops share it, and as pysal's `access` does."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_reach import amounts, costs_at, matrices, scores_in_loops

from geo.reach import (
    STEPS,
    demand_within,
    nearest_of,
    number_within,
    share_supply,
    steps,
    weigh,
)

Case = tuple[list[list[float | None]], list[float], list[float]]
"""Minutes by start and place, the demand of each start, and the supply of each place."""


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Minutes, demand and supply."""
    minutes = draw(matrices())
    return minutes, draw(amounts(len(minutes))), draw(amounts(len(minutes[0])))


def shared(minutes: list[list[float | None]], demand: list[float], supply: list[float]) -> np.ndarray:
    return share_supply(costs_at(minutes), np.array(demand), np.array(supply), STEPS).score


@pytest.mark.proof
@given(cases())
def test_what_all_people_have_adds_up_to_what_is_reached(
    case: Case,
) -> None:
    minutes, demand, supply = case
    share = share_supply(costs_at(minutes), np.array(demand), np.array(supply), STEPS)
    assert math.isclose(float(share.score @ np.array(demand)), share.reached, rel_tol=1e-9)
    assert math.isclose(share.reached, float(np.array(supply)[~np.isnan(share.ratio)].sum()), rel_tol=1e-9)


@pytest.mark.proof
@given(cases())
def test_it_is_what_plain_loops_find(case: Case) -> None:
    minutes, demand, supply = case
    expected = scores_in_loops(minutes, demand, supply, STEPS)
    np.testing.assert_allclose(shared(minutes, demand, supply), expected, rtol=1e-9)


@pytest.mark.proof
@given(cases(), st.data(), st.floats(0.01, 1e6))
def test_more_supply_lowers_nobody(case: Case, data: st.DataObject, more: float) -> None:
    minutes, demand, supply = case
    raised = list(supply)
    raised[data.draw(st.integers(0, len(supply) - 1))] += more
    assert (shared(minutes, demand, raised) >= shared(minutes, demand, supply)).all()


@pytest.mark.proof
@given(cases(), st.floats(0, 60), st.floats(0, 60))
def test_further_reaches_as_much_or_more(case: Case, one: float, other: float) -> None:
    minutes, demand, _ = case
    costs, people = costs_at(minutes), np.array(demand)
    near, far = sorted((one, other))
    assert (number_within(costs, near) <= number_within(costs, far)).all()
    assert (demand_within(costs, people, near) <= demand_within(costs, people, far)).all()
    nearest = nearest_of(costs).minutes
    assert set(np.flatnonzero(nearest <= near)) == set(np.flatnonzero(number_within(costs, near)))
    assert people[~(nearest <= far)].sum() <= people[~(nearest <= near)].sum()


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_starts_and_places_changes_nothing(case: Case, random: object) -> None:
    minutes, demand, supply = case
    rows, columns = list(range(len(demand))), list(range(len(supply)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    random.shuffle(columns)  # type: ignore[attr-defined]
    turned = [[minutes[row][column] for column in columns] for row in rows]
    found = shared(turned, [demand[row] for row in rows], [supply[column] for column in columns])
    np.testing.assert_allclose(found, shared(minutes, demand, supply)[rows], rtol=1e-9)
    near = nearest_of(costs_at(turned)).minutes
    np.testing.assert_array_equal(near, nearest_of(costs_at(minutes)).minutes[rows])


@given(matrices())
def test_the_nearest_is_that_of_a_look_at_every_place(minutes: list[list[float | None]]) -> None:
    nearest = nearest_of(costs_at(minutes))
    for start, row in enumerate(minutes):
        known = [(cost, place) for place, cost in enumerate(row) if cost is not None]
        if known:
            assert (nearest.minutes[start], nearest.place[start]) == min(known)
        else:
            assert nearest.place[start] == -1
            assert math.isnan(nearest.minutes[start])


@given(matrices(), st.data())
def test_it_equals_access(minutes: list[list[float | None]], data: st.DataObject) -> None:
    from access import Access, weights

    demand = data.draw(amounts(len(minutes), least=0.01))
    supply = data.draw(amounts(len(minutes[0])))
    costs = costs_at([*minutes, [None] * len(supply)])
    demand.append(5.0)
    people = pd.DataFrame({"people": demand}).rename_axis("start")
    offered = pd.DataFrame({"offer": supply}, index=costs.places.rename("place"))
    pairs = pd.DataFrame({"origin": costs.start, "dest": costs.places[costs.place], "cost": costs.minutes})
    peer = Access(
        demand_df=people,
        demand_value="people",
        supply_df=offered,
        supply_value="offer",
        cost_df=pairs,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    theirs = peer.enhanced_two_stage_fca(weight_fn=weights.step_fn(dict(STEPS)))["e2sfca_offer"]
    ours = share_supply(costs, people["people"].to_numpy(), offered["offer"].to_numpy(), STEPS).score
    np.testing.assert_allclose(ours, theirs.reindex(people.index).fillna(0), rtol=1e-9, atol=1e-12)


def test_a_place_that_nobody_reaches_gives_nothing_and_is_not_among_the_reached() -> None:
    share = share_supply(costs_at([[5.0, None], [15.0, None]]), np.array([10.0, 20.0]), np.array([3.0, 9.0]))
    np.testing.assert_allclose(share.ratio, [3 / (10 + 0.68 * 20), np.nan])
    np.testing.assert_allclose(share.score, share.ratio[0] * np.array([1, 0.68]))
    assert share.reached == 3.0


def test_a_place_with_no_demand_near_it_has_no_ratio() -> None:
    share = share_supply(costs_at([[5.0]]), np.array([0.0]), np.array([3.0]))
    assert np.isnan(share.ratio).all()
    assert (share.score.tolist(), share.reached) == ([0.0], 0.0)


def test_missing_demand_adds_nothing_and_its_start_has_a_score() -> None:
    costs = costs_at([[5.0], [5.0]])
    share = share_supply(costs, np.array([np.nan, 4.0]), np.array([2.0]))
    assert share.score.tolist() == [0.5, 0.5]
    assert demand_within(costs, np.array([np.nan, 4.0]), 15).tolist() == [4.0]


def test_a_place_no_step_away_counts_in_full() -> None:
    assert weigh(costs_at([[0.0, 10.0, 10.5, 30.0, 30.5]]), STEPS).tolist() == [1.0, 1.0, 0.68, 0.22, 0.0]


def test_without_places_there_is_nothing_near() -> None:
    costs = costs_at([[None], [None]])
    assert nearest_of(costs).place.tolist() == [-1, -1]
    assert number_within(costs, 15).tolist() == [0, 0]
    assert share_supply(costs, np.array([1.0, 1.0]), np.array([1.0])).score.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("wrong", [[1.0, -1.0], [1.0, np.inf], [1.0]])
def test_amounts_that_cannot_be_are_refused(wrong: list[float]) -> None:
    costs = costs_at([[5.0, 5.0], [5.0, 5.0]])
    sound = np.array([1.0, 1.0])
    with pytest.raises(ValueError, match="demand"):
        share_supply(costs, np.array(wrong), sound)
    with pytest.raises(ValueError, match="supply"):
        share_supply(costs, sound, np.array(wrong))
    with pytest.raises(ValueError, match="demand"):
        demand_within(costs, np.array(wrong), 15)


def test_more_than_is_stored_is_refused() -> None:
    costs = costs_at([[5.0]], cutoff_min=20)
    with pytest.raises(ValueError, match="30 minutes, and 20 are stored"):
        share_supply(costs, np.array([1.0]), np.array([1.0]))
    with pytest.raises(ValueError, match="25 minutes are asked for, and 20 are stored"):
        costs.within(25)


def test_steps_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATLAS_REACH_STEPS", raising=False)
    assert steps() == STEPS
    monkeypatch.setenv("ATLAS_REACH_STEPS", "5:1, 15:0.5")
    assert steps() == ((5.0, 1.0), (15.0, 0.5))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("10", "write minutes and weights as 10:1,20:0.68,30:0.22"),
        ("10:1,", "write minutes and weights"),
        ("10:1,ten:0.5", "write minutes and weights"),
        ("20:1,10:0.5", "the minutes of the steps have to rise"),
        ("0:1", "the minutes of the steps have to rise"),
        ("10:1,inf:0.5", "the minutes of the steps have to rise"),
        ("10:0.5,20:0.5", "the weights of the steps have to fall"),
        ("10:1.2", "the weights of the steps have to fall"),
        ("10:1,20:0", "the weights of the steps have to fall"),
        ("10:1,20:nan", "the weights of the steps have to fall"),
    ],
)
def test_steps_that_make_no_sense_are_refused(
    monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.setenv("ATLAS_REACH_STEPS", text)
    with pytest.raises(ValueError, match=message):
        steps()
