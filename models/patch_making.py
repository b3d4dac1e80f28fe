"""Connected groups of areas within bounds of people: the search behind `models.type_patches`.

Ward linkage joins only areas that lie beside each other (Ward 1963; scikit-learn's). Its tree is
cut into the largest groups that hold no more than the most people. Groups that hold too few are then joined
with a neighbour, or set together with their neighbours and cut anew along spanning trees (the step of
recombination: DeFord, Duchin and Solomon 2021, Recombination: a family of Markov chains for redistricting).
Last, borders are settled: see `models.patch_ground`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.patch_ground import Array, Flags, Ground, Positions, first_member, settled

TREES: Final = 12
"""How many spanning trees are tried to cut a few groups anew."""

MOST_GROUPS: Final = 6
"""How many groups are set together at most to be cut anew."""

FEW_AREAS: Final = 40
"""So few areas that hang together are cut as a whole where groups cannot be mended."""

_MORE_TREES: Final = 50


def make_groups(ground: Ground, seed: int = 0) -> Positions:
    """Divide areas into connected groups, as many as possible of them within the bounds.

    Parameters
    ----------
    ground
        The areas.
    seed
        Of the spanning trees.

    Returns
    -------
    numpy.ndarray
        The group of each area, numbered by the first area of each. An area with more than the most people
        is a group alone, and areas that hang together and hold too few in all are one.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    rng = np.random.default_rng(seed)
    small = np.flatnonzero(ground.people <= ground.most)
    groups = np.arange(len(ground.people), dtype=np.intp)
    _, pieces = connected_components(csr_array(ground.beside[small][:, small]), directed=False)
    for piece in range(pieces.max(initial=-1) + 1):
        members = small[pieces == piece]
        groups[members] = members[_groups_of_piece(_part_of(ground, members), rng)]
    return np.unique(groups, return_inverse=True)[1].astype(np.intp)


def ward_start(ground: Ground) -> Positions:
    """Return the largest branches of the Ward tree that hold no more than the most people.

    Parameters
    ----------
    ground
        At least two areas, all connected.
    """
    from sklearn.cluster import AgglomerativeClustering

    count = len(ground.people)
    tree = AgglomerativeClustering(
        n_clusters=None, distance_threshold=0, linkage="ward", connectivity=ground.beside
    ).fit(ground.values)
    people = np.append(ground.people, np.zeros(len(tree.children_)))
    for node, pair in enumerate(tree.children_, start=count):
        people[node] = people[pair].sum()
    top = np.arange(len(people))
    for node in range(len(people) - 1, count - 1, -1):
        if people[node] <= ground.most:
            top[tree.children_[node - count]] = top[node]
    return first_member(top[:count])


def _part_of(ground: Ground, members: Positions) -> Ground:
    from scipy.sparse import csr_array

    beside = csr_array(ground.beside[members][:, members])
    return Ground(ground.values[members], ground.people[members], beside, ground.least, ground.most)


def _groups_of_piece(ground: Ground, rng: np.random.Generator) -> Positions:
    """Divide areas that all hang together; each group is told by its first area."""
    if ground.people.sum() <= ground.most:
        return np.zeros(len(ground.people), dtype=np.intp)
    groups = ward_start(ground)
    given_up: set[int] = set()
    while len(short := [g for g in _too_small(ground, groups) if g not in given_up]):
        mended = _mended(ground, groups, short[0], rng)
        if mended is None:
            given_up.add(short[0])
        else:
            groups = mended
    if given_up and len(groups) <= FEW_AREAS:
        whole = _cut_anew(ground, groups, np.unique(groups).tolist(), rng, _MORE_TREES)
        groups = groups if whole is None else whole
    return settled(ground, groups)


def _too_small(ground: Ground, groups: Positions) -> list[int]:
    """Return the groups with too few people, the smallest first."""
    people = np.bincount(groups, ground.people, minlength=len(groups))
    short = np.flatnonzero((people < ground.least) & (np.bincount(groups, minlength=len(groups)) > 0))
    return [int(g) for g in short[np.argsort(people[short], kind="stable")]]


def _mended(ground: Ground, groups: Positions, short: int, rng: np.random.Generator) -> Positions | None:
    """Join a small group with a neighbour, or set it together with several and cut them anew."""
    together = [short]
    for other in _by_likeness(ground, groups, together):
        both = np.isin(groups, [short, other])
        if ground.people[both].sum() <= ground.most:
            return np.where(both, min(short, other), groups)
    for other in _by_likeness(ground, groups, together):
        if (found := _cut_anew(ground, groups, [short, other], rng)) is not None:
            return found
    while len(together) < MOST_GROUPS:
        others = _by_likeness(ground, groups, together)
        if not others:
            return None
        together.append(others[0])
        for other in others[1:]:
            if (found := _cut_anew(ground, groups, [*together, other], rng)) is not None:
                return found
    return None


def _by_likeness(ground: Ground, groups: Positions, together: list[int]) -> list[int]:
    """Return the groups beside some, those that joining costs least first (Ward's cost)."""
    inside = np.isin(groups, together)
    around = np.unique(ground.beside[np.flatnonzero(inside)].indices)
    near = np.unique(groups[around[~inside[around]]])
    size, centre = inside.sum(), ground.values[inside].mean(axis=0)
    costs = []
    for other in near:
        theirs = groups == other
        gap = ((ground.values[theirs].mean(axis=0) - centre) ** 2).sum()
        costs.append(gap * size * theirs.sum() / (size + theirs.sum()))
    return [int(g) for g in near[np.argsort(costs, kind="stable")]]


def _cut_anew(
    ground: Ground, groups: Positions, together: list[int], rng: np.random.Generator, trees: int = TREES
) -> Positions | None:
    """Cut some groups, set together, into parts within the bounds; None where no way was found."""
    members = np.flatnonzero(np.isin(groups, together))
    people = ground.people[members].sum()
    fewest, parts = int(np.ceil(people / ground.most)), int(people // ground.least)
    for count in range(parts, fewest - 1, -1):
        best: tuple[float, list[Positions]] | None = None
        for _ in range(trees):
            found = _cut_along_tree(ground, members, count, rng)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        if best is not None:
            changed = groups.copy()
            for part in best[1]:
                changed[part] = part.min()
            return changed
    return None


def _cut_along_tree(
    ground: Ground, members: Positions, count: int, rng: np.random.Generator
) -> tuple[float, list[Positions]] | None:
    """Cut connected areas along one random spanning tree; return its spread and its parts."""
    if count == 1:
        whole = _Sides.of(ground, members, np.ones((1, len(members)), dtype=bool))
        return (float(whole.spread[0]), [members]) if ground.fits(whole.people)[0] else None
    below = _branches(ground, members, rng)
    one = _Sides.of(ground, members, below)
    rest = ground.people[members].sum() - one.people
    left = (rest >= (count - 1) * ground.least) & (rest <= (count - 1) * ground.most)
    usable = np.flatnonzero(ground.fits(one.people) & left)
    spread = one.spread + _Sides.of(ground, members, ~below).spread
    if not len(usable):
        return None
    branch = usable[np.argmin(spread[usable])]
    cut = below[branch]
    found = _cut_along_tree(ground, members[~cut], count - 1, rng)
    return None if found is None else (found[0] + float(one.spread[branch]), [members[cut], *found[1]])


def _branches(ground: Ground, members: Positions, rng: np.random.Generator) -> Flags:
    """Draw a spanning tree that mostly keeps like areas together; return what is below each edge."""
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    edges = coo_array(ground.beside[members][:, members])
    one, other = edges.coords
    values = ground.values[members]
    upper = one < other
    one, other = one[upper], other[upper]
    gaps = np.sqrt(((values[one] - values[other]) ** 2).sum(axis=1))
    lengths = (gaps + gaps.mean() + 1.0) * rng.exponential(size=len(gaps)) + 1e-12
    tree = minimum_spanning_tree(csr_array((lengths, (one, other)), shape=edges.shape))
    order, above = breadth_first_order(tree, 0, directed=False)
    below = np.eye(len(members), dtype=bool)
    for node in order[:0:-1]:
        below[above[node]] |= below[node]
    return below[order[1:]]


@dataclass(frozen=True)
class _Sides:
    """The people of some sets of areas, and the sum of squares inside each."""

    people: Array
    spread: Array

    @classmethod
    def of(cls, ground: Ground, members: Positions, inside: Flags) -> _Sides:
        values, held = ground.values[members], inside.astype(float)
        sums, squares = held @ values, held @ (values**2).sum(axis=1)
        spread = squares - (sums**2).sum(axis=1) / np.maximum(held.sum(axis=1), 1)
        return cls(held @ ground.people[members], spread)
