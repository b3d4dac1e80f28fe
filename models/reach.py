"""Who reaches a kind of place within some minutes, and who does not: by area, ward, fifth and car."""

from dataclasses import dataclass

import pandas as pd

from geo.area_table import AreaTable
from geo.builds import Build
from geo.travel import Mode, TravelCosts


@dataclass(frozen=True)
class Asked:
    """What is asked: a kind of place, how people travel, and how far away is near enough."""

    kind: str
    mode: Mode = Mode.WALK
    minutes: float = 15.0


@dataclass(frozen=True)
class Reach:
    """The reach of one kind of place.

    Attributes
    ----------
    asked
        What was asked.
    areas
        One row a small area, index area code: `nearest_id` and `nearest_min` (the nearest place of most of
        its homes, and the mean minutes to the nearest, missing beyond the cut-off), `within` (how many places
        within the minutes, mean over homes), `reached_share` (of its homes), `score` (E2SFCA: supply for
        each 1,000 children), `children` (missing where unknown), `children_out`, `households_no_car_out`
        (missing where unknown), `fifth` (of England, 1 the most deprived; missing where unknown), `gap`
        (one of `GAPS`).
    places
        One row a counted place of the kind, index place id: `name`, `inside` (the build's areas), `supply`,
        `children_within`, `ratio`.
    costs
        The travel costs they were found by.
    children_column
        The column of children who are served; None where none was loaded.
    notes
        What has to be known, in sentences.
    """

    asked: Asked
    areas: pd.DataFrame
    places: pd.DataFrame
    costs: TravelCosts
    children_column: str | None
    notes: tuple[str, ...]


def reach_in(build: Build, areas: AreaTable, asked: Asked) -> Reach:
    """Find who reaches a kind of place. `areas` is the table of the build."""
    raise NotImplementedError


def by_ward(reach: Reach, areas: AreaTable) -> pd.DataFrame:
    """Add reach up by ward: index ward code; `name, children, children_out, out_share, nearest_min, ...`."""
    raise NotImplementedError


def by_fifth(reach: Reach) -> pd.DataFrame:
    """Add reach up by fifth of deprivation: index 1 to 5 (and missing), the columns of `by_ward`."""
    raise NotImplementedError
