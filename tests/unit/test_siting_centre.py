"""The p-centre: the least radius of all choices, looked at by a second routine."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sitings import choices, drawn_rules

from models import siting_centre
from models.siting import Answer, Floats, Marks, Rows, Rules, Siting, no_sites
from models.siting_centre import _Radii, solve_centre
from models.siting_centre_check import Ways
from models.siting_check import ProofError
from models.siting_covering import what_decides

CUTOFF_MIN = 12.0
FURTHEST_MIN = 15


@st.composite
def drawn_centres(draw: st.DrawFn) -> tuple[Floats, Floats, Marks, Rules]:
    """Minutes of a few points (rows) to sites, and to what is there today; who counts; and rules."""
    points, sites = draw(st.integers(0, 7)), draw(st.integers(0, 5))
    minutes = st.integers(0, FURTHEST_MIN).map(float) | st.floats(0, FURTHEST_MIN)
    table = draw(st.lists(minutes, min_size=points * sites, max_size=points * sites))
    today = draw(st.lists(minutes | st.just(float("inf")), min_size=points, max_size=points))
    counts = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=points, max_size=points))
    rules = draw(drawn_rules(sites))
    return (
        np.array(table, dtype=float).reshape(points, sites),
        np.array(today, dtype=float),
        np.array(counts, dtype=bool),
        rules,
    )


def solved(table: Floats, today: Floats, counts: Marks, rules: Rules) -> Answer:
    point, site = np.nonzero(table <= CUTOFF_MIN + 1)
    ways = Ways(point, site, table[point, site])
    return solve_centre(ways, today, counts, table.shape[1], rules, CUTOFF_MIN)


def radius_of(table: Floats, today: Floats, counts: Marks, chosen: Rows) -> float:
    """Minutes from whoever is furthest from a choice of those whom any site reaches, the cut-off at most."""
    reached = counts & (np.minimum(today, table.min(axis=1, initial=np.inf)) <= CUTOFF_MIN)
    nearest = np.minimum(today, table[:, chosen].min(axis=1, initial=np.inf))
    return min(float(nearest[reached].max(initial=0.0)), CUTOFF_MIN)


@pytest.mark.proof
@given(drawn_centres())
def test_it_is_the_least_radius_of_all_choices(drawn: tuple[Floats, Floats, Marks, Rules]) -> None:
    table, today, counts, rules = drawn
    none = np.array([], dtype=np.intp)
    siting = Siting(np.zeros(len(table)), none, none, np.array([]), table.shape[1], rules)
    radii = [radius_of(table, today, counts, chosen) for chosen in choices(siting)]
    centre = solved(table, today, counts, rules)
    assert centre.proven
    assert not centre.stopped
    assert centre.loss == centre.bound == min(radii, default=float("inf"))
    if centre.chosen is None:
        assert not radii
    else:
        assert rules.allow(centre.chosen)
        assert radius_of(table, today, counts, centre.chosen) == centre.loss


def line(points: int = 30, sites: int = 30) -> Ways:
    """Points and sites at the same places along a line, a minute apart."""
    point, site = (grid.ravel() for grid in np.indices((points, sites)))
    return Ways(point, site, np.abs(point - site).astype(float))


def everybody(points: int = 30) -> tuple[Floats, Marks]:
    return np.full(points, np.inf), np.ones(points, dtype=bool)


@pytest.mark.parametrize(("most", "radius"), [(1, 15.0), (2, 7.0), (3, 5.0), (5, 3.0), (10, 1.0), (30, 0.0)])
def test_sites_along_a_line_stand_in_the_middle_of_equal_parts(most: int, radius: float) -> None:
    today, counts = everybody()
    centre = solve_centre(line(), today, counts, 30, Rules(most), cutoff=60.0)
    assert (centre.loss, centre.proven) == (radius, True)


def test_what_is_there_today_and_what_is_required_is_kept() -> None:
    today, counts = everybody()
    today[:10] = 4.0
    rules = Rules(most=2, required=np.array([12]))
    centre = solve_centre(line(), today, counts, 30, rules, cutoff=60.0)
    assert centre.chosen is not None
    assert 12 in centre.chosen
    assert centre.loss == 6.0  # from 12 to 18, and from 24 on to either side


def test_those_whom_nothing_reaches_do_not_hide_the_others() -> None:
    today, counts = everybody(31)
    counts[3] = False
    centre = solve_centre(line(), today, counts, 30, Rules(3), cutoff=60.0)
    assert centre.loss == 5.0


def test_where_some_stay_beyond_the_cut_off_they_are_few() -> None:
    """Swaps alone leave two more of these points beyond it."""
    table = np.where(np.random.default_rng(176).random((40, 14)) < 0.18, 3.0, 20.0)
    point, site = (grid.ravel() for grid in np.indices(table.shape))
    ways = Ways(point, site, table.ravel())
    centre = solve_centre(ways, *everybody(40), 14, Rules(4), cutoff=4.0)
    assert (centre.loss, centre.bound, centre.proven) == (4.0, 4.0, True)
    assert centre.chosen is not None
    reached = (table < 4.0).any(axis=1)
    left = [int((reached & (table[:, some] > 4.0).all(axis=1)).sum()) for some in combinations(range(14), 4)]
    assert (reached & (table[:, centre.chosen] > 4.0).all(axis=1)).sum() == min(left)


def test_where_nobody_counts_any_choice_will_do() -> None:
    centre = solve_centre(line(), *[everybody()[0], np.zeros(30, dtype=bool)], 30, Rules(2, 1), cutoff=9.0)
    assert (centre.loss, centre.proven, len(centre.chosen)) == (0.0, True, 1)


@pytest.mark.proof
@given(st.integers(0, 10_000), st.integers(0, 40))
def test_a_search_that_is_stopped_has_a_bound_that_holds(seed: int, after: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.random((25, 10)) * 50
    point, site = (grid.ravel() for grid in np.indices(table.shape))
    today, counts = everybody(25)
    asked: list[tuple[float, float]] = []

    def watch(radius: float, bound: float) -> bool:
        asked.append((radius, bound))
        return len(asked) > after

    rules = Rules(3)
    siting = Siting(np.zeros(25), no_sites(), no_sites(), np.array([]), 10, rules)
    best = min(float(table[:, chosen].min(axis=1, initial=60.0).max()) for chosen in choices(siting))
    centre = solve_centre(Ways(point, site, table.ravel()), today, counts, 10, rules, 60.0, watch)
    assert all(bound <= best <= radius for radius, bound in asked)
    assert centre.bound <= best <= centre.loss
    assert centre.stopped == (len(asked) > after)
    assert centre.stopped or centre.proven


@pytest.mark.proof
@given(
    st.lists(st.lists(st.booleans(), min_size=5, max_size=5), max_size=9),
    st.lists(st.booleans(), min_size=5, max_size=5),
    st.integers(1, 5),
)
def test_a_smaller_covering_can_be_covered_where_the_whole_can(
    served: list[list[bool]], free: list[bool], most: int
) -> None:
    table = np.array(served, dtype=bool).reshape(-1, 5)
    required = set(np.flatnonzero(~np.array(free))[:most])
    points, sites = what_decides(np.arange(len(table)), *np.nonzero(table), np.array(free))
    assert required <= set(sites)
    chosen = [set(some) | required for some in combinations(range(5), most)]
    allowed = [list(some) for some in chosen if len(some) <= most]
    left = [[site for site in some if site in set(sites)] for some in allowed]
    covers = [bool(table[:, some].any(axis=1).all()) for some in allowed]
    covers_less = [bool(table[points][:, some].any(axis=1).all()) for some in left]
    assert any(covers) == any(covers_less)
    assert all(whole or not less for whole, less in zip(covers, covers_less, strict=True))


def keeps_too_little(patch: pytest.MonkeyPatch) -> None:
    def too_few(points: Rows, point: Rows, site: Rows, free: Marks) -> tuple[Rows, Rows]:
        points, sites = what_decides(points, point, site, free)
        return points, sites[1:]

    patch.setattr(siting_centre, "what_decides", too_few)


def asks_too_much(patch: pytest.MonkeyPatch) -> None:
    def too_many(points: Rows, point: Rows, site: Rows, free: Marks) -> tuple[Rows, Rows]:
        return np.arange(30), what_decides(points, point, site, free)[1]

    patch.setattr(siting_centre, "what_decides", too_many)


def cuts_ways_short(patch: pytest.MonkeyPatch) -> None:
    covering = _Radii._covering
    patch.setattr(
        _Radii, "_covering", lambda search, beyond, point, site: covering(search, beyond, point[1:], site[1:])
    )


def passes_over_a_radius(patch: pytest.MonkeyPatch) -> None:
    look = _Radii._try
    patch.setattr(
        _Radii, "_try", lambda search, radii, radius, looks: look(search, radii[::2], radius, looks)
    )


def starts_too_high(patch: pytest.MonkeyPatch) -> None:
    run = _Radii.run
    patch.setattr(_Radii, "run", lambda search, cutoff, least: run(search, cutoff, least + 3.0))


FAULTS = (keeps_too_little, asks_too_much, cuts_ways_short, passes_over_a_radius, starts_too_high)


@pytest.mark.parametrize("sabotage", FAULTS)
def test_a_fault_of_the_search_is_refused_or_makes_no_difference(
    monkeypatch: pytest.MonkeyPatch, sabotage: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """On thirty problems: none is answered wrongly, and some are refused."""
    problems = [with_some_there(seed) for seed in range(30)]
    right = [solve_centre(*problem).loss for problem in problems]
    sabotage(monkeypatch)
    refused = 0
    for problem, radius in zip(problems, right, strict=True):
        try:
            assert solve_centre(*problem).bound <= radius
        except ProofError:
            refused += 1
    assert refused > 0


def with_some_there(seed: int) -> tuple[Ways, Floats, Marks, int, Rules, float]:
    """Thirty points and twelve sites in a square; some points are near to what is there today."""
    rng = np.random.default_rng(seed)
    table = 40.0 * np.hypot(*(rng.random((30, 1, 2)) - rng.random((12, 2))).transpose(2, 0, 1))
    point, site = (grid.ravel() for grid in np.indices(table.shape))
    today, counts = everybody()
    today[rng.random(30) < 0.3] = 5.0
    return Ways(point, site, table.ravel()), today, counts, 12, Rules(2 + seed % 3), 60.0


def without_a_plan(points: int, sites: int, most: int) -> tuple[Ways, Floats, Marks, int, Rules, float]:
    """Minutes that follow from no map: coverings that can be told only by splitting them often."""
    table = np.random.default_rng(5).random((points, sites)) * 60.0
    point, site = (grid.ravel() for grid in np.indices(table.shape))
    return Ways(point, site, table.ravel()), *everybody(points), sites, Rules(most), 60.0


def test_a_radius_that_is_put_off_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = without_a_plan(40, 20, 4)
    put_off = solve_centre(*problem)
    monkeypatch.setattr(siting_centre, "AT_FIRST", 1_000_000)
    at_once = solve_centre(*problem)
    assert put_off.proven
    assert put_off.loss == at_once.loss
    assert put_off.parts != at_once.parts


def test_a_search_that_is_stopped_early_has_a_bound_that_is_near() -> None:
    """One radius that is hard to tell does not take all the time there is."""
    asked = itertools.count()
    centre = solve_centre(*without_a_plan(200, 60, 10), lambda radius, bound: next(asked) > 60)
    assert centre.stopped
    assert 0 < centre.gap < 0.3


def test_a_council_of_many_points_takes_few_parts() -> None:
    rng = np.random.default_rng(5)
    homes, sites = rng.random((180, 2)), rng.random((110, 2))
    apart = 60.0 * np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1))
    point, site = (grid.ravel() for grid in np.indices(apart.shape))
    today, counts = everybody(180)
    centre = solve_centre(Ways(point, site, apart.ravel()), today, counts, 110, Rules(5), 60.0)
    assert centre.proven
    assert centre.parts < 100


def test_a_budget_that_pays_for_nothing_leaves_no_choice() -> None:
    today, counts = everybody()
    rules = replace(Rules(2, least=1), cost=np.full(30, 2.0), budget=1.0)
    centre = solve_centre(line(), today, counts, 30, rules, cutoff=9.0)
    assert centre.chosen is None
    assert centre.proven
    assert centre.loss == np.inf
