"""Travel times that somebody supplies: a table from areas to places, areas or postcodes, in minutes."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.provenance import Provenance
from geo.places import Places
from geo.travel import TravelCosts


@dataclass(frozen=True)
class Times:
    """Travel times.

    Attributes
    ----------
    frame
        One row a pair: `from` (area code), `to`, `minutes`; sorted by both.
    provenance
        Where they come from.
    """

    frame: pd.DataFrame
    provenance: Provenance

    def save(self, path: Path) -> None:
        """Write them to one file, with their provenance."""
        raise NotImplementedError

    @classmethod
    def open(cls, path: Path) -> "Times":
        """Read what `save` wrote."""
        raise NotImplementedError


def costs_by_times(
    starts: gpd.GeoDataFrame, places: Places, ids: pd.Index, times: Times, cutoff_min: float
) -> TravelCosts:
    """Return supplied travel times as costs from starts to some of the places."""
    raise NotImplementedError
