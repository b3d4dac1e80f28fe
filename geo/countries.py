"""Which countries a build is of: those for which a chosen file has a figure.

National boundaries are often of England and Wales together, the Indices of Deprivation of England alone.
Areas that no figure can be shown for would stand on the map as if something had gone missing.
"""

from collections.abc import Set
from dataclasses import replace
from typing import Final

import pandas as pd

from data.choices import BoundaryChoice, ColumnChoice, SetAside
from data.sources.base import BoundarySource, Source

COUNTRIES: Final = {"E": "England", "W": "Wales"}
"""The first letter of an area code, and the country that it stands for."""


def leave_out_countries(
    boundaries: BoundaryChoice, areas: pd.Index, columns: ColumnChoice
) -> tuple[BoundaryChoice, pd.Index]:
    """Leave out the areas of a country for which no chosen file has a figure.

    Parameters
    ----------
    boundaries
        The chosen boundary files.
    areas
        The codes of all areas that they draw.
    columns
        The sources chosen for all of these areas.

    Returns
    -------
    tuple of BoundaryChoice, Index
        The choice, which sets aside what was left out with its count, and the codes that stay: all of them
        where no country has a figure, for such a build is refused with better words.
    """
    country = areas.str[:1]
    known = countries_with_figures(columns)
    empty = set(country.unique()) - known
    if not empty or not known & set(country):
        return boundaries, areas
    aside = [left for source in boundaries.sources for left in _left_out(source, empty)]
    whole = {left.source for left in aside if not left.partly}
    sources = tuple(s for s in boundaries.sources if s not in whole)
    kept = areas[~country.isin(list(empty))]
    return replace(boundaries, sources=sources, set_aside=(*boundaries.set_aside, *aside)), kept


def countries_with_figures(columns: ColumnChoice) -> set[str]:
    """Return the first letters of the codes that have a value in a chosen column."""
    chosen: dict[Source, list[str]] = {}
    for column, source in columns.columns.items():
        chosen.setdefault(source, []).append(column)
    found: set[str] = set()
    for source, its in chosen.items():
        there = source.frame[its].notna().any(axis=1).to_numpy()
        found |= set(source.frame.index[there].str[:1].unique())
    return found


def _left_out(source: BoundarySource, empty: Set[str]) -> list[SetAside]:
    """Say how many of a boundary file's areas lie in countries without a figure."""
    letters = source.frame.index.str[:1]
    counts = {letter: int((letters == letter).sum()) for letter in sorted(empty)}
    gone = {letter: count for letter, count in counts.items() if count}
    if not gone:
        return []
    parts = [f"{count:,} of its {len(letters):,} areas lie in {_name(c)}" for c, count in gone.items()]
    reason = f"{' and '.join(parts)}, for which no chosen file has a figure"
    return [SetAside(source, reason, partly=sum(gone.values()) < len(letters))]


def _name(letter: str) -> str:
    return COUNTRIES.get(letter, f"the country of codes that begin with {letter}")
