"""Lines made into a network: noded, thinned, joined up, and cut at its junctions."""

from collections import Counter, defaultdict
from typing import Final

import numpy as np
import shapely

from data.demo.plan import Floats

Node = tuple[float, float]

SERVED_M: Final = 60.0
"""A street serves a postcode that is nearest to it and at most this far away."""
SPUR_M: Final = 42.0
"""A postcode farther than this from every road gets a close of its own."""
JOINED_M: Final = 300.0
ALONG: Final = (0.15, 0.3, 0.5, 0.7, 0.85)
TIED_M: Final = 0.9
BLUNT_M: Final = 2.5
"""How far a line may be moved to save corners."""


def node(lines: list[shapely.LineString]) -> list[shapely.LineString]:
    """Cut lines where they meet or cross, on whole metres, so that each runs from junction to junction."""
    return merge(shapely.union_all(tie(lines), grid_size=1.0))


def tie(lines: list[shapely.LineString]) -> list[shapely.LineString]:
    """Lead each line through the ends of others that lie a hair's breadth off it, as rounding leaves them."""
    points = np.unique(shapely.get_coordinates([shapely.get_point(lines, at) for at in (0, -1)]), axis=0)
    point, line = shapely.STRtree(lines).query(shapely.points(points), "dwithin", TIED_M)
    tied = list(lines)
    for number in np.unique(line).tolist():
        corners = shapely.get_coordinates(lines[number])
        known = set(map(tuple, corners.tolist()))
        new = [corner for corner in points[point[line == number]] if tuple(corner.tolist()) not in known]
        if new:
            every = np.vstack([corners, new])
            order = np.argsort(along(lines[number], every, len(corners)), kind="stable")
            tied[number] = shapely.LineString(every[order])
    return tied


def along(line: shapely.LineString, corners: Floats, own: int) -> Floats:
    """Measure how far along a line each corner lies; the first ``own`` are the line's own, in order."""
    steps = np.hypot(*np.diff(corners[:own], axis=0).T)
    return np.concatenate(
        [[0.0], np.cumsum(steps), shapely.line_locate_point(line, shapely.points(corners[own:]))]
    )


def merge(lines: shapely.Geometry) -> list[shapely.LineString]:
    """Join lines end to end up to the next junction, and put them in order."""
    parts = shapely.get_parts(shapely.line_merge(lines))
    first, last = (shapely.get_coordinates(shapely.get_point(parts, at)) for at in (0, -1))
    backwards = (last[:, 0] < first[:, 0]) | ((last[:, 0] == first[:, 0]) & (last[:, 1] < first[:, 1]))
    parts = np.where(backwards, shapely.reverse(parts), parts)
    first, second = (shapely.get_coordinates(shapely.get_point(parts, at)) for at in (0, 1))
    return list(parts[np.lexsort((*second.T, *first.T))])


def ends(lines: list[shapely.LineString]) -> list[tuple[Node, Node]]:
    """List the two ends of each line."""
    both = [shapely.get_coordinates(shapely.get_point(lines, at)).tolist() for at in (0, -1)]
    return [((ax, ay), (bx, by)) for (ax, ay), (bx, by) in zip(*both, strict=True)]


def pieces(lines: list[shapely.LineString]) -> list[list[int]]:
    """Group lines that hang together, the longest group first."""
    at: dict[Node, list[int]] = defaultdict(list)
    both = ends(lines)
    for number, pair in enumerate(both):
        for end in pair:
            at[end].append(number)
    left, groups = set(range(len(lines))), []
    while left:
        queue = [min(left)]
        left -= set(queue)
        for here in queue:
            near = sorted({b for end in both[here] for b in at[end]} & left)
            queue += near
            left -= set(near)
        groups.append(sorted(queue))
    return sorted(groups, key=lambda group: (-sum(lines[k].length for k in group), group))


def serving(lines: list[shapely.LineString], homes: Floats) -> Counter[int]:
    """Count the homes that each line is nearest to."""
    tree = shapely.STRtree(lines)
    (_, line), far = tree.query_nearest(shapely.points(homes), return_distance=True, all_matches=False)
    return Counter(line[far <= SERVED_M].tolist())


def points_along(lines: list[shapely.LineString]) -> Floats:
    """Find five points along each line, shape (lines, 5, 2)."""
    points = shapely.line_interpolate_point(np.asarray(lines)[:, None], ALONG, normalized=True)
    return shapely.get_coordinates(points).reshape(-1, len(ALONG), 2)


def lie_on(lines: list[shapely.LineString], kept: shapely.Geometry) -> list[bool]:
    """Tell for each line whether some of it lies in the strip of roads that are to stay."""
    shapely.prepare(kept)
    points = points_along(lines)
    some: list[bool] = shapely.contains_xy(kept, points[..., 0], points[..., 1]).any(axis=1).tolist()
    return some


def trim(lines: list[shapely.LineString], homes: Floats, kept: shapely.Geometry) -> list[shapely.LineString]:
    """Take away dead ends that serve no home, again and again; dead ends in the strip ``kept`` stay."""
    while True:
        both = ends(lines)
        count = Counter(end for pair in both for end in pair)
        served, stays = serving(lines, homes), lie_on(lines, kept)
        left = [
            line
            for number, line in enumerate(lines)
            if served[number] or stays[number] or min(count[end] for end in both[number]) > 1
        ]
        if len(left) == len(lines):
            return lines
        lines = merge(shapely.multilinestrings(left))


def thin(
    lines: list[shapely.LineString],
    homes: Floats,
    kept: shapely.Geometry,
    share: float,
    rng: np.random.Generator,
) -> list[shapely.LineString]:
    """Take away a share of the streets that serve no home, where there is another way round nearby."""
    served, stays, both = serving(lines, homes), lie_on(lines, kept), ends(lines)
    near: dict[Node, dict[int, Node]] = defaultdict(dict)
    for number, (a, b) in enumerate(both):
        near[a][number], near[b][number] = b, a
    gone = set()
    for number in rng.permutation(len(lines)).tolist():
        a, b = both[number]
        idle = rng.random() < share and not served[number] and not stays[number]
        if idle and way_round(near, a, b, number):
            gone.add(number)
            near[a].pop(number)
            near[b].pop(number, None)
    return merge(shapely.multilinestrings([line for number, line in enumerate(lines) if number not in gone]))


def way_round(near: dict[Node, dict[int, Node]], start: Node, goal: Node, without: int) -> bool:
    """Tell whether a few streets lead from one junction to another without the one given."""
    seen, edge = {start}, [start]
    for _ in range(9):
        edge = [b for a in edge for number, b in near[a].items() if number != without and b not in seen]
        seen.update(edge)
        if goal in seen:
            return True
    return False


def blunt(lines: list[shapely.LineString], barriers: shapely.Geometry) -> list[shapely.LineString]:
    """Save corners that are hardly seen, but not where a line crosses a barrier; node what then touches."""
    plain = np.asarray(lines)
    return node(list(np.where(shapely.intersects(plain, barriers), plain, shapely.simplify(plain, BLUNT_M))))


def add_spurs(
    lines: list[shapely.LineString], homes: Floats, barriers: shapely.Geometry, room: shapely.Geometry
) -> list[shapely.LineString]:
    """Give each home that is too far from a road a short way of its own, if no barrier is between."""
    whole = shapely.union_all(lines)
    points = shapely.points(homes)
    far = shapely.distance(points, whole) > SPUR_M
    ways = shapely.shortest_line(points[far], whole)
    rounded = shapely.linestrings(np.round(shapely.get_coordinates(ways)).reshape(-1, 2, 2))
    free = ~shapely.intersects(rounded, barriers) & shapely.contains(room, rounded)
    free &= shapely.length(rounded) < 4 * SERVED_M
    return node([*lines, *rounded[free]])


def join_pieces(
    lines: list[shapely.LineString], homes: Floats, barriers: shapely.Geometry
) -> list[shapely.LineString]:
    """Join each loose piece that serves homes to the main one by the shortest way over no barrier.

    A piece that serves nobody, or is too far away, is taken away.
    """
    groups = pieces(lines)
    served = serving(lines, homes)
    main = shapely.union_all([lines[k] for k in groups[0]])
    kept = [lines[k] for k in groups[0]]
    for group in groups[1:]:
        corners = shapely.points(np.unique(shapely.get_coordinates([lines[k] for k in group]), axis=0))
        ways = shapely.shortest_line(corners, main)
        ways = ways[np.argsort(shapely.length(ways), kind="stable")]
        free = ways[~shapely.intersects(ways, barriers) & (shapely.length(ways) < JOINED_M)]
        if len(free) and any(served[k] for k in group):
            kept += [lines[k] for k in group]
            kept.append(shapely.LineString(np.round(shapely.get_coordinates(free[0]))))
    return node(kept)
