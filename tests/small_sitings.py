"""Small problems of choosing sites, drawn with every side condition, and their answers by trying all."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from models.siting import Floats, Rows, Rules, Siting, no_sites

MOST_SITES = 6
MOST_POINTS = 7


@st.composite
def drawn_rules(draw: st.DrawFn, sites: int) -> Rules:
    """Rules for so many sites: often none, now and then such as nothing can keep."""
    most = draw(st.integers(0, min(sites, 4) + 1))
    names = draw(st.permutations(range(sites)))
    cut = sorted(draw(st.lists(st.integers(0, sites), min_size=2, max_size=2)))
    groups = [names[: cut[0]], names[cut[0] : cut[1]]]
    grouped = draw(st.sampled_from([0, 0, 1, 2]))
    cost = draw(st.none() | st.lists(st.integers(0, 8), min_size=sites, max_size=sites))
    return Rules(
        most=most,
        least=draw(st.sampled_from([0, 0, 1, most])),
        required=np.array(sorted(names[: draw(st.sampled_from([0, 0, 1, 2]))]), dtype=np.intp),
        one_of=tuple(np.array(sorted(group), dtype=np.intp) for group in groups[:grouped]),
        cost=None if cost is None else np.array(cost, dtype=float) / 3,
        budget=draw(st.sampled_from([1.0, 3.0, 5.0, float("inf")])),
    )


@st.composite
def drawn_sitings(draw: st.DrawFn) -> Siting:
    """A problem with ties, points that weigh nothing, sites that help nobody, whole and broken losses."""
    sites, points = draw(st.integers(0, MOST_SITES)), draw(st.integers(0, MOST_POINTS))
    size = draw(st.sampled_from([1, 3, 20]))
    parts = draw(st.sampled_from([1.0, 7.0]))

    def row(count: int) -> list[int]:
        return draw(st.lists(st.integers(0, size), min_size=count, max_size=count))

    loss = np.array([row(points) for _ in range(sites)], dtype=float).reshape(sites, points) / parts
    ceiling = np.array(row(points), dtype=float) / parts
    if not draw(st.booleans()):
        ceiling = np.full(points, size / parts)
    return Siting.of_table(loss, draw(drawn_rules(sites)), ceiling)


def medium_siting(seed: int, points: int = 30, sites: int = 12, most: int = 3) -> Siting:
    """A p-median of losses without a plan, which takes several parts to prove."""
    rng = np.random.default_rng(seed)
    return Siting.of_table(rng.random((sites, points)) * rng.integers(1, 30, points), Rules(most=most))


def choices(siting: Siting) -> Iterator[Rows]:
    """Every choice that the rules allow."""
    for count in range(min(siting.rules.most, siting.sites) + 1):
        for some in combinations(range(siting.sites), count):
            chosen = np.array(some, dtype=np.intp)
            if siting.rules.allow(chosen):
                yield chosen


def lost(siting: Siting, chosen: Rows) -> float:
    """What all points lose with a choice, from the full table."""
    return float(table_with_ceiling(siting)[[*chosen, -1]].min(axis=0).sum())


def table_with_ceiling(siting: Siting) -> Floats:
    """What each site (row) leaves each point (column) to lose; the last row is that of no site."""
    table = np.tile(siting.ceiling, (siting.sites + 1, 1))
    table[siting.site, siting.point] = siting.loss
    return table


def best_by_trying(siting: Siting) -> float:
    """What all points lose at least; infinite where nothing is allowed."""
    table = table_with_ceiling(siting)
    lost_by_choice = (float(table[[*chosen, -1]].min(axis=0).sum()) for chosen in choices(siting))
    return min(lost_by_choice, default=float("inf"))


def in_other_order(siting: Siting, points: Rows, sites: Rows) -> Siting:
    """The same problem, with its points and sites in another order: old positions to new ones."""
    rules = siting.rules
    ceiling = np.empty_like(siting.ceiling)
    ceiling[points] = siting.ceiling
    cost = None if rules.cost is None else np.empty_like(rules.cost)
    if cost is not None and rules.cost is not None:
        cost[sites] = rules.cost
    moved = replace(
        rules,
        required=np.sort(sites[rules.required]) if len(rules.required) else no_sites(),
        one_of=tuple(np.sort(sites[group]) for group in rules.one_of),
        cost=cost,
    )
    return Siting.of_pairs(
        ceiling, points[siting.point], sites[siting.site], siting.loss, siting.sites, moved
    )
