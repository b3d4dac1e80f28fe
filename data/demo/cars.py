"""Cars: how many households have none, one, two or more, in the layout of Census 2021 table TS045."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo.plan import Floats, Ints

PEOPLE_EACH: Final = 2.3
"""Residents of a household, on average."""
SHARES: Final[dict[str, tuple[float, ...]]] = {
    "estate": (0.46, 0.39, 0.12, 0.03),
    "centre": (0.44, 0.42, 0.11, 0.03),
    "commuter": (0.11, 0.39, 0.37, 0.13),
    "rural": (0.07, 0.32, 0.41, 0.20),
    "valley": (0.30, 0.43, 0.21, 0.06),
    "suburb": (0.21, 0.43, 0.27, 0.09),
}
"""Share of households of each kind of neighbourhood with no car, one, two, and three or more."""
OWN_SPREAD: Final = 0.12
COLUMNS: Final = (
    "Number of cars or vans: No cars or vans in household",
    "Number of cars or vans: 1 car or van in household",
    "Number of cars or vans: 2 cars or vans in household",
    "Number of cars or vans: 3 or more cars or vans in household",
)


def mix_shares(kinds: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Mix the shares of an area's kinds, each area a little its own; rows add to 1."""
    each = np.asarray([SHARES[kind] for kind in kinds.columns])
    mixed = (kinds.to_numpy() @ each) * np.exp(rng.normal(0.0, OWN_SPREAD, (len(kinds), each.shape[1])))
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))


def car_table(
    areas: gpd.GeoDataFrame, kinds: pd.DataFrame, residents: Ints, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the table, one row an area.

    ``residents`` has shape (areas, 2, 91): women and men by single year of age.
    """
    households = np.round(residents.sum(axis=(1, 2)) / rng.normal(PEOPLE_EACH, 0.08, len(areas)))
    counts = rng.multinomial(households.astype(np.int64), mix_shares(kinds, rng))
    frame = pd.DataFrame({"date": 2021, "geography": areas["name"], "geography code": areas["code"]})
    frame["Number of cars or vans: Total: All households"] = counts.sum(axis=1)
    return frame.assign(**dict(zip(COLUMNS, counts.T, strict=True)))
