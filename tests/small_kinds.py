"""Small areas of three kinds of place, enough of them for types."""

import numpy as np

from geo.area_table import AreaTable
from tests.small_builds import COUNCILS, HOSTILE, make_areas
from tests.small_figures import with_figures

COUNT = 64
FORMULA = "=HYPERLINK(1)"


def areas_of_kinds(count: int = COUNT, figures: bool = False) -> AreaTable:
    """Areas with much, middling and little hardship in turn, in two councils; the first two have odd names.

    Parameters
    ----------
    count
        How many; types need 60.
    figures
        Whether figures of referrals are laid over them.
    """
    rng = np.random.default_rng(0)
    kind = np.arange(count) % 3
    ranks = np.array([2_000.0, 15_000.0, 30_000.0])[kind] + rng.normal(0, 1_500, count)
    values = {
        "need_imd_rank": list(ranks.clip(1, 33_755).round()),
        "pop_total": list((1_500 + rng.normal(0, 50, count)).round()),
        "pop_0_17": list((np.array([500.0, 300.0, 200.0])[kind] + rng.normal(0, 15, count)).round()),
    }
    areas = make_areas(values, names={0: HOSTILE, 1: FORMULA}, councils=COUNCILS)
    return with_figures(areas) if figures else areas
