"""Small areas of a few kinds that anybody can tell apart, for tests of what is told of types."""

import numpy as np

from geo.area_table import AreaTable
from tests.small_builds import COUNCILS, make_areas

KINDS = ((2_000.0, 0.12, 2_400.0), (16_000.0, 0.03, 1_500.0), (30_000.0, 0.06, 400.0))
"""Of each kind: its rank of deprivation, the share of under-fives, and how many people an area has."""


def areas_of_kinds(count: int = 72, seed: int = 0) -> AreaTable:
    """Make areas of three kinds, in turn: the first is the most deprived, with most young children."""
    rng = np.random.default_rng(seed)
    rank, young, people = np.array([KINDS[n % len(KINDS)] for n in range(count)]).T
    ranks = np.clip(np.round(rank + rng.normal(0, 1_500, count)), 1, 33_755)
    everyone = np.round(people * rng.lognormal(0, 0.1, count))
    children = np.round(everyone * (0.1 + young) * rng.lognormal(0, 0.05, count))
    return make_areas(
        {
            "need_idaci_rank": list(ranks),
            "need_imd_rank": list(ranks),
            "pop_total": list(everyone),
            "pop_0_17": list(children),
            "pop_0_4": list(np.round(everyone * young * rng.lognormal(0, 0.1, count))),
        },
        councils=COUNCILS,
    )
