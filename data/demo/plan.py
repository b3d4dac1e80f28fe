"""The plan of Northmere: what is placed by hand before chance fills in the rest.

Positions are kilometres east and north of the plan's south-west corner.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEED: Final = 20260901
ORIGIN: Final = (559_000.0, 471_000.0)
"""South-west corner of the plan in EPSG:27700: open sea."""

COUNCIL_CODE: Final = "E08990001"
COUNCIL_NAME: Final = "Northmere"
NEIGHBOUR_CODE: Final = "E08990002"
NEIGHBOUR_NAME: Final = "Eastmarch"
ESTATE_WARDS: Final = ("Larkbeck", "Ravensholme")
ESTATE_HEART: Final = (16.93, 12.18)
"""Where most ways of the two wards meet: their largest school stands there, and nothing else."""


@dataclass(frozen=True)
class Ward:
    """A ward: its name, its heart, how far it reaches relative to others, its town and postcode sectors."""

    name: str
    x_km: float
    y_km: float
    reach: float
    town: str
    sectors: tuple[str, ...]


@dataclass(frozen=True)
class Pull:
    """A place that draws a kind of neighbourhood, or homes, to itself: strength fades with distance."""

    x_km: float
    y_km: float
    radius_km: float
    strength: float


WARDS: Final = (
    Ward("Castle Quay", 14.2, 10.1, 0.62, "Marlhaven", ("ZN1 1", "ZN1 2")),
    Ward("St Olave's", 13.3, 10.9, 0.74, "Marlhaven", ("ZN1 3", "ZN1 4")),
    Ward("Harbourside", 15.25, 10.75, 0.74, "Marlhaven", ("ZN1 5", "ZN1 6")),
    Ward("Northgate", 13.9, 12.0, 1.1, "Marlhaven", ("ZN2 1", "ZN2 2")),
    Ward("Ravensholme", 15.8, 12.4, 1.0, "Marlhaven", ("ZN2 3", "ZN2 4")),
    Ward("Larkbeck", 16.95, 11.7, 0.95, "Marlhaven", ("ZN2 5", "ZN2 6")),
    Ward("Oakmere", 12.2, 10.2, 1.0, "Marlhaven", ("ZN3 1", "ZN3 2")),
    Ward("Priory Fields", 13.2, 8.75, 0.9, "Marlhaven", ("ZN3 3", "ZN3 4")),
    Ward("Ferry Road", 14.7, 8.85, 0.85, "Marlhaven", ("ZN3 5", "ZN3 6")),
    Ward("Aldwick Chase", 12.3, 6.4, 1.4, "Marlhaven", ("ZN3 7", "ZN3 8")),
    Ward("Cragwick Mills", 6.2, 11.7, 1.1, "Cragwick", ("ZN5 1", "ZN5 2")),
    Ward("Cragwick Tor", 5.4, 13.0, 1.05, "Cragwick", ("ZN5 3", "ZN5 4")),
    Ward("Hollin Bridge", 8.2, 11.6, 1.4, "Cragwick", ("ZN5 5", "ZN5 6")),
    Ward("Keldhead", 3.0, 13.6, 1.9, "Cragwick", ("ZN5 7", "ZN5 8")),
    Ward("Fenbury Market", 8.95, 4.5, 0.9, "Fenbury", ("ZN4 1", "ZN4 2")),
    Ward("Fenbury Lodge", 10.3, 4.0, 0.9, "Fenbury", ("ZN4 3", "ZN4 4")),
    Ward("Thorpe Marl", 6.2, 5.4, 2.2, "Fenbury", ("ZN4 5", "ZN4 6")),
    Ward("Whitmere Carrs", 17.0, 5.2, 2.7, "Fenbury", ("ZN4 7", "ZN4 8")),
    Ward("Northmoor", 9.8, 15.0, 2.7, "Cragwick", ("ZN2 7", "ZN2 8")),
    Ward("Gannet Point", 19.0, 14.3, 2.3, "Marlhaven", ("ZN2 9", "ZN2 0")),
)

OUTLINE_KM: Final = (
    (2.2, 3.6), (3.4, 1.9), (6.4, 1.2), (8.0, 0.3), (10.8, 0.9), (13.4, 1.9), (16.0, 1.0), (18.4, 1.5),
    (20.6, 3.9), (20.0, 6.2), (20.3, 7.7), (18.3, 8.4), (17.0, 8.9), (16.2, 9.25), (15.5, 9.6), (16.1, 9.95),
    (17.2, 10.1), (18.8, 10.7), (20.6, 10.5), (21.6, 12.4), (20.6, 14.3), (20.9, 16.0), (18.2, 16.4),
    (15.8, 16.0), (13.4, 17.5), (10.6, 17.6), (8.2, 16.6), (6.0, 16.9), (3.4, 16.9), (2.1, 15.0), (0.7, 13.6),
    (1.0, 11.2), (2.8, 9.6), (2.0, 7.6), (0.9, 5.6),
)  # fmt: skip
RIVER_KM: Final = (
    (15.75, 9.7), (14.9, 9.6), (14.0, 9.45), (13.1, 9.6), (12.2, 9.3), (11.2, 10.1), (10.0, 10.9),
    (8.9, 10.9), (7.8, 11.7), (6.8, 11.6), (5.9, 12.5), (4.9, 12.6), (4.1, 13.9), (3.1, 14.6), (3.0, 15.6),
)  # fmt: skip
RAILWAYS_KM: Final = (
    ((9.4, 0.2), (9.7, 2.2), (9.75, 4.2), (10.9, 6.0), (12.6, 7.6), (13.75, 9.1), (13.9, 10.3), (13.2, 11.8),
     (12.6, 14.0), (12.9, 17.8)),
    ((13.9, 10.3), (12.6, 10.5), (10.6, 11.3), (8.3, 11.3), (6.3, 11.8), (5.4, 12.4)),
)  # fmt: skip

HOMES: Final = (
    Pull(13.9, 10.3, 2.0, 10.5), Pull(14.2, 10.3, 0.9, 13.0), Pull(16.5, 12.2, 1.15, 10.0),
    Pull(13.3, 8.6, 1.0, 9.5), Pull(5.8, 12.3, 1.45, 11.5), Pull(8.3, 11.5, 1.0, 9.5),
    Pull(9.6, 4.3, 1.35, 9.5), Pull(9.1, 4.5, 0.5, 12.0), Pull(12.3, 6.3, 0.8, 8.0),
    Pull(6.4, 5.6, 0.65, 7.0), Pull(17.6, 4.9, 0.5, 6.0), Pull(9.6, 15.2, 0.5, 6.0),
    Pull(19.3, 14.4, 0.5, 5.0), Pull(3.0, 13.4, 0.5, 5.0), Pull(4.2, 7.6, 0.4, 4.0),
    Pull(14.6, 3.4, 0.4, 4.0),
)  # fmt: skip
"""Output areas per square kilometre at the heart of each settlement."""
COUNTRYSIDE_HOMES: Final = 0.3
OUTPUT_AREAS: Final = 655

KINDS: Final = ("estate", "centre", "commuter", "rural", "valley", "suburb")
KIND_PULLS: Final[dict[str, tuple[Pull, ...]]] = {
    "estate": (Pull(16.5, 12.3, 1.05, 1.5), Pull(11.9, 10.3, 0.6, 1.2), Pull(5.0, 13.3, 0.45, 0.6)),
    "centre": (Pull(14.2, 10.3, 1.0, 1.5), Pull(9.1, 4.5, 0.4, 0.6), Pull(6.1, 12.1, 0.35, 0.5)),
    "commuter": (Pull(10.0, 3.8, 1.6, 1.1), Pull(12.4, 6.4, 1.3, 1.2), Pull(6.5, 5.5, 1.0, 0.9)),
    "valley": (Pull(5.8, 12.4, 1.3, 1.2), Pull(8.3, 11.6, 1.0, 1.2), Pull(3.6, 13.5, 0.7, 0.6)),
    "rural": (),
    "suburb": (Pull(13.8, 12.1, 0.9, 1.2), Pull(14.8, 8.7, 0.7, 1.1), Pull(13.2, 8.6, 0.8, 1.1),
               Pull(12.5, 9.8, 0.5, 0.9)),
}  # fmt: skip


def to_bng(points_km: tuple[tuple[float, float], ...]) -> Floats:
    """Turn plan positions into eastings and northings, shape (n, 2)."""
    return np.asarray(points_km, dtype=np.float64) * 1000.0 + np.asarray(ORIGIN)


def smooth(points: Floats, *, closed: bool, rounds: int = 3) -> Floats:
    """Cut corners (Chaikin 1974) so that a hand-drawn line runs like a natural one."""
    for _ in range(rounds):
        ahead = np.roll(points, -1, axis=0)
        cut = np.stack([0.75 * points + 0.25 * ahead, 0.25 * points + 0.75 * ahead], axis=1).reshape(-1, 2)
        points = cut if closed else np.vstack([points[:1], cut[:-2], points[-1:]])
    return points


def outline() -> shapely.Polygon:
    """Draw the council's outline before it is roughened."""
    return shapely.Polygon(smooth(to_bng(OUTLINE_KM), closed=True))


def river() -> shapely.LineString:
    """Draw the Marl from its estuary to its head."""
    return shapely.LineString(smooth(to_bng(RIVER_KM), closed=False))


def railways() -> list[shapely.LineString]:
    """Draw the main line from south to north and the valley branch."""
    return [shapely.LineString(smooth(to_bng(line), closed=False)) for line in RAILWAYS_KM]


def pull_at(pulls: tuple[Pull, ...], points: Floats) -> Floats:
    """Add up the strength of several pulls at each point, each fading as a bell curve of its radius."""
    total = np.zeros(len(points))
    for pull in pulls:
        heart = to_bng(((pull.x_km, pull.y_km),))[0]
        distance = np.hypot(*(points - heart).T) / (pull.radius_km * 1000.0)
        total += pull.strength * np.exp(-0.5 * distance**2)
    return total


def homes_at(points: Floats) -> Floats:
    """Give the density of homes at each point, in output areas per square kilometre.

    A settlement is flat inside its radius and falls off steeply at its edge, as English towns do.
    """
    total = np.full(len(points), COUNTRYSIDE_HOMES)
    for pull in HOMES:
        heart = to_bng(((pull.x_km, pull.y_km),))[0]
        distance = np.hypot(*(points - heart).T) / (pull.radius_km * 1000.0)
        total = np.maximum(total, pull.strength / (1.0 + distance**7))
    return total


def stream(seed: int, part: str) -> np.random.Generator:
    """Open the random stream of one part, so that a change in one part leaves the others as they are."""
    return np.random.default_rng([seed, *part.encode()])
