"""The nesting: output areas into wards and small areas, small areas into middle-layer areas."""

from dataclasses import dataclass

import numpy as np
import shapely

from data.demo import land, plan
from data.demo.land import Borders
from data.demo.plan import Floats, Ints

OUTPUT_AREAS_EACH = 5
SMALL_AREAS_EACH = 5
LINKED_M = 5.0
"""Two areas are linked when they share more border than this, so that none hangs by a corner."""


@dataclass(frozen=True)
class Northmere:
    """The geography: polygons in EPSG:27700 and, for each output and small area, what it is part of."""

    output_areas: list[shapely.Polygon]
    small_areas: list[shapely.Polygon]
    wards: list[shapely.Polygon]
    council: shapely.Polygon
    small_area_of: Ints
    ward_of: Ints
    middle_area_of: Ints
    warp: land.Warp


def centres(polygons: list[shapely.Polygon]) -> Floats:
    """Find the centroids, shape (n, 2), rounded to the metre."""
    rounded: Floats = np.round(shapely.get_coordinates(shapely.centroid(polygons)))
    return rounded


def components(members: list[int], borders: Borders) -> list[list[int]]:
    """Split a set of areas into connected parts, largest first."""
    left, parts = set(members), []
    while left:
        queue = [min(left)]
        left -= set(queue)
        for here in queue:
            near = sorted(b for b, metres in borders[here].items() if metres > LINKED_M and b in left)
            queue += near
            left -= set(near)
        parts.append(sorted(queue))
    return sorted(parts, key=lambda part: (-len(part), part))


def mend(labels: Ints, borders: Borders, within: Ints | None = None) -> Ints:
    """Move stray parts of a group to the neighbouring group with the longest border, until all hang together.

    ``within`` keeps a move inside a larger group.
    """
    labels = labels.copy()
    for _ in range(20):
        strays = [
            part
            for label in np.unique(labels).tolist()
            for part in components(np.flatnonzero(labels == label).tolist(), borders)[1:]
        ]
        if not strays:
            break
        for part in strays:
            labels[part] = best_neighbour(part, labels, borders, within)
    return labels


def best_neighbour(part: list[int], labels: Ints, borders: Borders, within: Ints | None) -> int:
    """Find the other group with which a part shares the longest border; its own group if it has none."""
    own, weight = int(labels[part[0]]), dict[int, float]()
    for here in part:
        for b, metres in borders[here].items():
            allowed = within is None or within[b] == within[here]
            if labels[b] != own and allowed:
                weight[int(labels[b])] = weight.get(int(labels[b]), 0.0) + metres
    return max(weight, key=lambda label: (weight[label], -label)) if weight else own


def bisect(points: Floats, members: Ints, groups: int) -> list[Ints]:
    """Split members into groups of nearly equal number by repeated cuts across the longer axis."""
    if groups == 1:
        return [members]
    spread = points[members] - points[members].mean(axis=0)
    across, along = np.sqrt((spread**2).mean(axis=0))
    product = float((spread[:, 0] * spread[:, 1]).mean())
    angle = 0.5 * np.arctan2(2.0 * product, across**2 - along**2)
    position = np.round(spread @ np.array([np.cos(angle), np.sin(angle)]))
    ordered = members[np.lexsort((members, position))]
    cut = round(len(members) * (groups // 2) / groups)
    return bisect(points, ordered[:cut], groups // 2) + bisect(points, ordered[cut:], groups - groups // 2)


def ward_labels(points: Floats, borders: Borders, warp: land.Warp) -> Ints:
    """Give each output area to the ward whose heart is nearest in units of the ward's reach."""
    hearts = warp(plan.to_bng(tuple((ward.x_km, ward.y_km) for ward in plan.WARDS)))
    reach = np.asarray([ward.reach for ward in plan.WARDS])
    distance = np.hypot(*(points[:, None] - hearts).transpose(2, 0, 1)) / reach
    return mend(distance.argmin(axis=1), borders)


def small_area_labels(points: Floats, wards: Ints, borders: Borders) -> Ints:
    """Cut each ward into small areas of about five output areas."""
    labels = np.zeros(len(points), dtype=np.int64)
    number = 0
    for ward in range(len(plan.WARDS)):
        members = np.flatnonzero(wards == ward)
        for group in bisect(points, members, max(3, round(len(members) / OUTPUT_AREAS_EACH))):
            labels[group] = number
            number += 1
    labels = mend(labels, borders, wards)
    return np.unique(labels, return_inverse=True)[1]


def level_sizes(labels: Ints, borders: Borders, smallest: int, largest: int) -> Ints:
    """Move areas one at a time between neighbouring groups until none is too small or too large."""
    labels = labels.copy()
    for _ in range(200):
        sizes = np.bincount(labels)
        moves = [
            (abs(int(sizes[labels[a]] - sizes[labels[b]])), a, b)
            for a, near in borders.items()
            for b, metres in near.items()
            if sizes[labels[a]] > sizes[labels[b]] + 1
            and metres > LINKED_M
            and whole_without(a, labels, borders)
        ]
        if not moves or (sizes.min() >= smallest and sizes.max() <= largest):
            break
        _, a, b = max(moves, key=lambda move: (move[0], -move[1], -move[2]))
        labels[a] = labels[b]
    return labels


def whole_without(area: int, labels: Ints, borders: Borders) -> bool:
    """Tell whether an area's group still hangs together once the area leaves it."""
    rest = [a for a in np.flatnonzero(labels == labels[area]).tolist() if a != area]
    return len(components(rest, borders)) == 1


def middle_area_labels(small_areas: list[shapely.Polygon]) -> Ints:
    """Group small areas by fives into middle-layer areas; these may cross wards and the river."""
    borders = land.shared_borders(small_areas, shapely.LineString())
    labels = np.zeros(len(small_areas), dtype=np.int64)
    everything = np.arange(len(small_areas))
    for number, group in enumerate(
        bisect(centres(small_areas), everything, round(len(small_areas) / SMALL_AREAS_EACH))
    ):
        labels[group] = number
    return level_sizes(mend(labels, borders), borders, 4, 6)


def build(rng: np.random.Generator) -> Northmere:
    """Build the whole geography."""
    pieces, warp = land.make_output_areas(rng)
    water = land.bent_river(warp)
    borders, points = land.shared_borders(pieces, water), centres(pieces)
    ward_of_piece = ward_labels(points, borders, warp)
    small_area_of = small_area_labels(points, ward_of_piece, borders)
    small_areas = land.dissolve(pieces, small_area_of)
    ward_of = np.asarray([ward_of_piece[small_area_of == k][0] for k in range(len(small_areas))])
    wards = land.dissolve(small_areas, ward_of)
    return Northmere(
        output_areas=pieces,
        small_areas=small_areas,
        wards=wards,
        council=land.dissolve(wards, np.zeros(len(wards), dtype=np.int64))[0],
        small_area_of=small_area_of,
        ward_of=ward_of,
        middle_area_of=middle_area_labels(small_areas),
        warp=warp,
    )
