"""Sites that can serve only so many, against every choice judged by another solver."""

from itertools import chain, combinations, count

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import siting_capacity_swaps
from models.siting import Floats, Rows, Rules, Siting
from models.siting_capacity import Served, solve_with_capacity
from models.siting_capacity_check import CapacityLedger
from models.siting_capacity_lp import Stoppable, shares_of
from models.siting_capacity_swaps import Choices
from models.siting_swaps import Stop
from models.siting_tree import solve

Case = tuple[Siting, Floats, Floats]
WHOLE = st.integers(0, 9).map(float)
ANY = st.floats(0.01, 1e3) | WHOLE


@st.composite
def rules(draw: st.DrawFn, sites: int) -> Rules:
    """Rules of every sort, of which some allow nothing."""
    numbers = list(range(sites))
    most = draw(st.integers(0, sites))
    owner = draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=sites, max_size=sites))
    groups = [np.flatnonzero(np.array(owner) == group) for group in (0, 1)]
    counts = draw(st.booleans())
    cost = np.array(draw(st.lists(WHOLE, min_size=sites, max_size=sites))) if counts else None
    return Rules(
        most=most,
        least=draw(st.sampled_from([0, 0, most, most // 2])),
        required=np.array(sorted(draw(st.sets(st.sampled_from(numbers), max_size=2))), dtype=np.intp),
        one_of=tuple(group for group in groups if len(group)) if draw(st.booleans()) else (),
        cost=cost,
        budget=draw(st.integers(0, 25)) if counts else float("inf"),
    )


@st.composite
def cases(draw: st.DrawFn, amount: st.SearchStrategy[float] = ANY) -> Case:
    """Small problems with points of nobody, sites without room or without limit, and ties."""
    points, sites = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    values = draw(st.sampled_from([amount, WHOLE]))

    def some(count: int, of: st.SearchStrategy[float]) -> Floats:
        return np.array(draw(st.lists(of, min_size=count, max_size=count)), dtype=float)

    pairs = np.array(sorted(draw(st.sets(st.integers(0, points * sites - 1)))), dtype=np.intp)
    ceiling, loss = some(points, values), some(len(pairs), values)
    siting = Siting.of_pairs(ceiling, pairs % points, pairs // points, loss, sites, draw(rules(sites)))
    room = st.just(float("inf")) | values | WHOLE.map(lambda n: 3 * n)
    return siting, some(points, values), some(sites, room)


def judged(siting: Siting, weight: Floats, capacity: Floats, chosen: Rows) -> float:
    """What all points lose with a choice, by SciPy."""
    pairs = np.flatnonzero(np.isin(siting.site, chosen))
    base = float(siting.ceiling.sum())
    if not len(pairs):
        return base
    point, site = siting.point[pairs], siting.site[pairs]
    limits = [(point == i, np.ones(len(pairs)), 1.0) for i in np.unique(point)]
    limits += [(site == j, weight[point], capacity[j]) for j in np.unique(site) if np.isfinite(capacity[j])]
    rows = np.array([np.where(mine, amount, 0.0) for mine, amount, _ in limits])
    gain = siting.ceiling[point] - siting.loss[pairs]
    found = linprog(-gain, A_ub=rows, b_ub=[limit for *_, limit in limits], bounds=(0, 1))
    return base + float(found.fun)


def best_of_all(siting: Siting, weight: Floats, capacity: Floats) -> float:
    """The least loss of every choice that the rules allow; infinite where they allow none."""
    numbers = range(siting.sites)
    every = chain.from_iterable(combinations(numbers, count) for count in range(siting.sites + 1))
    choices = [np.array(choice, dtype=np.intp) for choice in every]
    allowed = [choice for choice in choices if siting.rules.allow(choice)]
    return min((judged(siting, weight, capacity, choice) for choice in allowed), default=float("inf"))


def check_shares(served: Served, siting: Siting, weight: Floats, capacity: Floats) -> None:
    """Shares keep all limits, and lose what is said."""
    share, point, site = served.share, served.point, served.site
    assert ((share > 0) & (share <= 1)).all()
    assert np.isin(site, served.answer.chosen).all()
    of_point = np.bincount(point, weights=share, minlength=len(siting.ceiling))
    of_site = np.bincount(site, weights=share * weight[point], minlength=siting.sites)
    assert (of_point <= 1 + 1e-9).all()
    assert (of_site <= capacity * (1 + 1e-8)).all()
    losses = {(i, j): loss for i, j, loss in zip(siting.point, siting.site, siting.loss, strict=True)}
    lost = siting.ceiling @ (1 - of_point) + sum(
        losses[pair] * part for *pair, part in zip(point, site, share, strict=True) for pair in [tuple(pair)]
    )
    assert lost == pytest.approx(served.answer.loss, rel=1e-6, abs=1e-6)


@pytest.mark.proof
@given(case=cases())
def test_the_best_of_every_choice_is_found_and_proven(case: Case) -> None:
    siting, weight, capacity = case
    served = solve_with_capacity(siting, weight, capacity)
    answer, best = served.answer, best_of_all(siting, weight, capacity)
    if not np.isfinite(best):
        assert answer.chosen is None
        assert answer.loss == answer.bound == best
        return
    assert answer.chosen is not None
    assert siting.rules.allow(answer.chosen)
    total = float(siting.ceiling.sum())
    assert answer.loss == pytest.approx(best, rel=1e-6, abs=1e-9 * total)
    assert answer.bound <= best + 1e-7 * total
    assert answer.loss - answer.bound <= max(1e-6 * answer.loss, 1e-9 * total)
    check_shares(served, siting, weight, capacity)


@pytest.mark.proof
@given(case=cases(), data=st.data())
def test_the_second_routine_never_promises_too_much(case: Case, data: st.DataObject) -> None:
    siting, weight, capacity = case
    parts = st.floats(0, 1)
    worth = siting.ceiling * np.array(
        data.draw(st.lists(parts, min_size=len(siting.ceiling), max_size=len(siting.ceiling)))
    )
    price = data.draw(st.floats(0, 10))
    ledger = CapacityLedger(siting, weight, capacity)
    ledger.raise_to(0, worth, price)
    best = best_of_all(siting, weight, capacity)
    assert ledger.bound <= best + 1e-7 * float(siting.ceiling.sum())


@pytest.mark.proof
@given(case=cases())
def test_without_limits_it_is_the_choice_of_sites_alone(case: Case) -> None:
    siting, weight, _ = case
    assume(len(siting.loss))
    served = solve_with_capacity(siting, weight, np.full(siting.sites, np.inf))
    plain = solve(siting)
    assert (served.answer.chosen is None) == (plain.chosen is None)
    assert served.answer.loss == pytest.approx(plain.loss, rel=1e-6, abs=1e-9)


def test_a_small_difference_counts_where_another_point_loses_far_more() -> None:
    loss = np.array([[0.99999, 199.0], [1.0, 1.0]])
    siting = Siting.of_table(loss, Rules(most=2), ceiling=np.array([2.0, 199.0]))
    answer = solve_with_capacity(siting, np.ones(2), np.full(2, np.inf)).answer
    assert answer.loss == pytest.approx(1.99999, rel=1e-9)
    assert answer.proven


def test_a_full_site_sends_children_to_another() -> None:
    loss = np.array([[0.0, 0.0], [5.0, 5.0]])
    siting = Siting.of_table(loss, Rules(most=2), ceiling=np.array([10.0, 10.0]))
    served = solve_with_capacity(siting, np.array([10.0, 10.0]), np.array([15.0, 100.0]))
    assert served.answer.proven
    assert served.answer.loss == pytest.approx(2.5)
    assert served.share.sum() == pytest.approx(2.0)


def test_a_site_without_room_serves_nobody() -> None:
    siting = Siting.of_table(np.zeros((1, 2)), Rules(most=1, least=1), ceiling=np.array([3.0, 4.0]))
    served = solve_with_capacity(siting, np.array([1.0, 1.0]), np.array([0.0]))
    assert served.answer.chosen.tolist() == [0]
    assert served.answer.loss == served.answer.bound == 7.0
    assert not len(served.share)


def test_a_search_that_is_stopped_leaves_a_choice_and_a_bound() -> None:
    siting, weight, capacity = _hard()
    seen: list[tuple[float, float]] = []

    def watch(loss: float, bound: float) -> bool:
        seen.append((loss, bound))
        return len(seen) > 3

    answer = solve_with_capacity(siting, weight, capacity, watch).answer
    whole = solve_with_capacity(siting, weight, capacity).answer
    assert answer.stopped
    assert not answer.proven
    assert whole.proven
    assert answer.bound <= whole.loss <= answer.loss
    assert np.diff([bound for _, bound in seen]).min() >= 0


@pytest.mark.proof
@given(case=cases(), after=st.integers(0, 30))
def test_stopped_at_any_step_it_has_shares_that_keep_the_limits_and_a_bound_that_holds(
    case: Case, after: int
) -> None:
    siting, weight, capacity = case
    asked = count()
    served = solve_with_capacity(siting, weight, capacity, lambda loss, bound: next(asked) >= after)
    best = best_of_all(siting, weight, capacity)
    total = float(siting.ceiling.sum())
    assert served.answer.bound <= best + 1e-7 * total
    if served.answer.chosen is not None:
        assert siting.rules.allow(served.answer.chosen)
        assert served.answer.loss >= best - 1e-7 * total
        check_shares(served, siting, weight, capacity)


@pytest.mark.parametrize("after", range(0, 60, 4))
def test_once_it_is_stopped_no_programme_is_started(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    asked, told_to, late = count(), list[bool](), list[bool]()
    run = Stoppable.run

    def noted(programme: Stoppable, stop: Stop) -> object:
        late.extend(told_to[:1])
        return run(programme, stop)

    def watch(loss: float, bound: float) -> bool:
        told_to.extend([True] * (next(asked) >= after))
        return bool(told_to)

    monkeypatch.setattr(Stoppable, "run", noted)
    served = solve_with_capacity(*_hard(), watch)
    assert served.answer.stopped == bool(told_to)
    assert not late
    check_shares(served, *_hard())


def test_shares_of_a_programme_that_is_stopped_serve_those_first_who_gain_most() -> None:
    loss = np.array([[0.0, 5.0, 0.0], [8.0, 2.0, 9.0]])
    siting = Siting.of_table(loss, Rules(most=2), ceiling=np.array([10.0, 10.0, 10.0]))
    weight, capacity = np.array([10.0, 10.0, 0.0]), np.array([15.0, 5.0])
    share, worth = shares_of(siting, weight, capacity, np.array([0, 1]), lambda: True)
    served = dict(zip(zip(siting.site.tolist(), siting.point.tolist(), strict=True), share, strict=True))
    assert served == {(0, 0): 1.0, (0, 1): 0.5, (0, 2): 1.0, (1, 0): 0.0, (1, 1): 0.5, (1, 2): 0.0}
    assert worth.tolist() == siting.ceiling.tolist()


def test_what_was_judged_first_is_forgotten_and_the_answer_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = solve_with_capacity(*_hard()).answer
    monkeypatch.setattr(siting_capacity_swaps, "KEPT", 90)
    sizes: list[int] = []
    judge = Choices.judge

    def noted(choices: Choices, chosen: Rows) -> tuple[float, Floats]:
        judged = judge(choices, chosen)
        sizes.append(len(choices._judged))
        return judged

    monkeypatch.setattr(Choices, "judge", noted)
    answer = solve_with_capacity(*_hard()).answer
    assert (answer.loss, answer.proven) == (pytest.approx(whole.loss), True)
    assert max(sizes) == 3


@pytest.mark.parametrize(
    ("weight", "capacity"),
    [([1.0], [1.0]), ([1.0, -1.0], [1.0]), ([1.0, np.nan], [1.0]), ([1.0, 1.0], [np.nan])],
)
def test_amounts_that_do_not_fit_are_refused(weight: list[float], capacity: list[float]) -> None:
    siting = Siting.of_table(np.zeros((1, 2)), Rules(most=1), ceiling=np.array([3.0, 4.0]))
    with pytest.raises(ValueError, match="0 or more"):
        solve_with_capacity(siting, np.array(weight), np.array(capacity))


def _hard() -> Case:
    """A problem that is not solved by its first linear programme."""
    random = np.random.default_rng(8)
    homes, sites = random.uniform(0, 100, (30, 2)), random.uniform(0, 100, (12, 2))
    weight = random.integers(1, 9, 30).astype(float)
    way = np.hypot(*(sites[:, None, :] - homes[None, :, :]).transpose(2, 0, 1))
    siting = Siting.of_table(way * weight, Rules(most=4), ceiling=60.0 * weight)
    return siting, weight, random.integers(15, 45, 12).astype(float)
