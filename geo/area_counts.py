"""The counts of referrals as columns of the area table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from data.provenance import Provenance, join_provenance
from data.sources.base import Source
from geo.area_table import AreaTable, make_status
from geo.demand import WINDOWS, Demand
from geo.periods import Span, month_number, span_words

PREFIX: Final = "demand_"
MEASURES: Final = ("referrals", "children")


def area_counts(
    demand: Demand, areas: AreaTable, sources: Sequence[Source]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Provenance]]:
    """Return referrals and distinct children of each small area over the windows that there are.

    Parameters
    ----------
    demand
        The tables that are kept.
    areas
        The areas of the build.
    sources
        The extracts that the counts came from.

    Returns
    -------
    tuple of pandas.DataFrame, pandas.DataFrame, dict
        Values and statuses on the index of the areas, and the provenance of each column:
        `demand_referrals_12m`, `demand_referrals_36m`, `demand_children_12m`, `demand_children_36m`. In a
        council covered 0 is a count of none; elsewhere the value is missing.
    """
    values: dict[str, pd.Series] = {}
    provenance: dict[str, Provenance] = {}
    table = demand.tables["windows"]
    for measure in MEASURES:
        for months in WINDOWS:
            window = table[table["months"] == months].set_index("area_code")[measure]
            if not window.notna().any():
                continue
            column = f"{PREFIX}{measure}_{months}m"
            counts = window.reindex(areas.frame.index)
            values[column] = pd.Series(counts.to_numpy("float64", na_value=np.nan), index=areas.frame.index)
            provenance[column] = _pedigree(demand, measure, months, sources)
    frame = pd.DataFrame(values, index=areas.frame.index)
    return frame, make_status(frame), provenance


def windows_of(demand: Demand) -> Mapping[int, Span]:
    """Return the months of each window that is kept."""
    last = month_number(demand.last)
    present = set(demand.tables["windows"]["months"].unique())
    return {months: Span(last - months + 1, last) for months in WINDOWS if months in present}


def _pedigree(demand: Demand, measure: str, months: int, sources: Sequence[Source]) -> Provenance:
    """Say where a column came from, without a word of any row."""
    geography = f"LSOA {demand.vintage}"
    joined = join_provenance([source.provenance(geography) for source in sources], geography)
    counted = {
        "referrals": "counted by the small area that holds the address of the extract",
        "children": "counted as distinct children in each small area, by salted hashes that were thrown away",
    }
    return replace(
        joined,
        source="Referrals to children's social care",
        vintage=span_words(windows_of(demand)[months]),
        steps=(
            counted[measure],
            f"the last {months} complete months; 0 only in the councils that the extracts cover",
        ),
    )
