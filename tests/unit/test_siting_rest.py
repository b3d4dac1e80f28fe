"""What is left of a choice: sites in part, and the worth that gives the best bound there is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from small_sitings import best_by_trying, drawn_sitings, medium_siting, table_with_ceiling

from models.siting import WITHIN_BUDGET, Rules, Siting, no_sites
from models.siting_bound import choice_of
from models.siting_part import Choosing, Part
from models.siting_rest import solve_rest
from models.siting_table import table_of
from models.siting_tree import solve


def whole_of(siting: Siting) -> Part:
    """The part that holds every choice."""
    ceiling = siting.ceiling
    part = Part(0, no_sites(), table_of(siting), ceiling, ceiling, 0.0, -float("inf"))
    return part.narrowed(no_sites(), siting.rules.required)


def best_in_part(siting: Siting) -> float:
    """What all points lose at least where sites are chosen in part: each pair of site and point has a column.

    The strong formulation of M. L. Balinski, Integer programming: methods, uses, computation, Management
    Science 12, 1965, solved by scipy; infinite where no choice is allowed, even in part.
    """
    from scipy.optimize import linprog

    loss, rules = table_with_ceiling(siting), siting.rules
    sites, points = siting.sites, len(siting.ceiling)
    cost = np.concatenate([np.zeros(sites), loss.T.ravel()])
    each = np.kron(np.eye(points), np.ones(sites + 1))
    opened = np.kron(np.ones((points, 1)), np.vstack([np.eye(sites), np.zeros(sites)]))
    linked = np.hstack([-opened, np.eye(points * (sites + 1))])
    linked = linked[np.arange(len(linked)) % (sites + 1) < sites]
    limits = [(np.ones(sites), rules.most), (-np.ones(sites), -rules.least)]
    limits += [(-np.isin(np.arange(sites), group).astype(float), -1) for group in rules.one_of]
    if rules.spending is not None:
        limits.append((rules.spending, rules.budget * WITHIN_BUDGET))
    weights = np.array([weight for weight, _ in limits]).reshape(len(limits), sites)
    above = np.vstack([linked, np.hstack([weights, np.zeros((len(limits), points * (sites + 1)))])])
    most = np.concatenate([np.zeros(len(linked)), [limit for _, limit in limits]])
    bounds = [(float(site in rules.required), 1.0) for site in range(sites)] + [(0, None)] * loss.size
    found = linprog(cost, above, most, np.hstack([np.zeros((points, sites)), each]), np.ones(points), bounds)
    return float(found.fun) if found.status == 0 else float("inf")


@pytest.mark.proof
@given(drawn_sitings())
def test_the_worth_gives_the_bound_of_the_programme(siting: Siting) -> None:
    """The choice by worth is one of whole sites, so that no worth gives a better bound (Geoffrion 1974)."""
    part = whole_of(siting)
    if not part.table.pairs or not Choosing(part, siting.rules).possible:
        return
    solved = solve_rest(part, siting.rules)
    assert solved is not None
    assert (solved.worth <= part.table.ceiling).all()
    assert solved.price >= 0
    sharp = replace(part, worth=solved.worth, price=solved.price)
    _, _, bound = choice_of(sharp, siting.rules)
    assert bound == pytest.approx(best_in_part(siting), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_chosen_lose_what_the_bound_says(seed: int) -> None:
    siting = medium_siting(seed)
    part = whole_of(siting)
    solved = solve_rest(part, siting.rules)
    assert solved is not None
    assert solved.share.sum() == pytest.approx(siting.rules.most)
    _, _, bound = choice_of(replace(part, worth=solved.worth, price=solved.price), siting.rules)
    loss, total = table_with_ceiling(siting), 0.0
    for point in range(len(siting.ceiling)):
        order = np.argsort(loss[:, point])
        share = np.append(solved.share, 1.0)[order]
        served = np.diff(np.minimum(np.cumsum(share), 1.0), prepend=0.0)
        total += float(served @ loss[order, point])
    assert total == pytest.approx(bound)
    assert bound <= best_by_trying(siting) + 1e-9


def test_a_budget_that_no_choice_in_part_keeps_leaves_nothing() -> None:
    siting = medium_siting(2, sites=8)
    rules = Rules(most=4, least=4, cost=np.full(8, 2.0), budget=7.9)
    assert solve_rest(whole_of(siting), rules) is None


def test_a_search_is_proven_without_the_programme_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it finds nothing, steps and splits alone lead to the same choice, in more parts."""
    siting = medium_siting(23, points=60)
    with_it = solve(siting)
    monkeypatch.setattr("models.siting_tree.solve_rest", lambda part, rules: None)
    without = solve(siting)
    assert without.proven
    assert without.loss == with_it.loss
    assert without.parts > with_it.parts
