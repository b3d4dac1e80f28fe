"""Street names: streets that run straight on through a junction keep their name."""

from collections import Counter, defaultdict
from typing import Final

import numpy as np
import pandas as pd
import shapely

from data.demo import network, routes
from data.demo.network import Node
from data.demo.plan import Floats

STRAIGHT_ON: Final = 0.80
"""Cosine of the sharpest turn that still counts as straight on."""
FRONT_M: Final = 45.0


def leaving(line: shapely.LineString, node: Node) -> Floats:
    """Find the direction in which a line leaves one of its ends, as a vector of length 1."""
    corners = shapely.get_coordinates(line)
    out = corners[1] - corners[0] if tuple(corners[0]) == node else corners[-2] - corners[-1]
    return np.asarray(out / np.hypot(*out))


def strokes(lines: list[shapely.LineString], named: list[bool]) -> list[int]:
    """Give lines that run straight on into one another one number."""
    at: dict[Node, list[int]] = defaultdict(list)
    for number, pair in enumerate(network.ends(lines)):
        for end in set(pair) if not named[number] else ():
            at[end].append(number)
    street = list(range(len(lines)))

    def root(k: int) -> int:
        while street[k] != k:
            k = street[k]
        return k

    for node, here in sorted(at.items()):
        out = {k: leaving(lines[k], node) for k in here}
        pairs = sorted(
            (float(out[a] @ out[b]), a, b) for a in here for b in here if a < b and root(a) != root(b)
        )
        taken: set[int] = set()
        for cosine, a, b in pairs:
            if cosine < -STRAIGHT_ON and not {a, b} & taken:
                taken |= {a, b}
                street[max(root(a), root(b))] = min(root(a), root(b))
    return [root(k) for k in range(len(lines))]


def name_streets(
    lines: list[shapely.LineString], planned: list[int | None], homes: pd.DataFrame
) -> list[str]:
    """Name each line: planned roads as planned, streets after the address of most homes along them.

    A street without homes has no name, as most service roads and paths have none.
    """
    has_plan = [road is not None and road >= 0 for road in planned]
    street = strokes(lines, has_plan)
    tree = shapely.STRtree(lines)
    (home, line), far = tree.query_nearest(
        shapely.points(homes[["x", "y"]].to_numpy(dtype=np.float64)), return_distance=True, all_matches=False
    )
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    addresses = homes["street"].tolist()
    for h, k in zip(home[far <= FRONT_M].tolist(), line[far <= FRONT_M].tolist(), strict=True):
        votes[street[k]][addresses[h]] += 1
    names = []
    for k, road in enumerate(planned):
        if road is not None and road >= 0:
            names.append(routes.PLANNED[road].name)
            continue
        found = votes.get(street[k])
        names.append(min(found, key=lambda name: (-found[name], name)) if found else "")
    return names
