"""The columns of a table of several indicators, and the columns of its file."""

from collections.abc import Collection
from typing import Final

import pandas as pd

from data.indicators import Indicator
from models.condition_words import short_name, value_name, words_at
from models.conditions import values_of
from models.levels import Level, LevelData
from models.schemes import is_national_rank
from views.listing import Column
from views.tables import cells_of, people_pedigree, plain_values

CHILDREN_HEADING: Final = "Children"
COUNCIL_HEADING: Final = "Council"
WARD_HEADING: Final = "Ward"
CHILDREN_WIDTH_PX: Final = 66
COUNCIL_WIDTH_PX: Final = 100
NAME_WIDTHS_PX: Final = {True: 116, False: 150}
WARD_WIDTH_PX: Final = 100
LETTER_PX: Final = 6
MARGINS_PX: Final = 18
WIDEST_PX: Final = 160
"""A column of values is as wide as its heading, which is wider than they are."""


def by_value(values: pd.Series, low_first: bool) -> pd.Index:
    """Return codes in the order of their values; equal ones by code, and those without a value last."""
    return values.sort_index().sort_values(ascending=low_first, kind="stable", na_position="last").index


def value_column(
    indicator: Indicator, data: LevelData, shown: pd.Index, first: str, low_first: bool
) -> Column:
    """Return the column of an indicator's values, as a search compares them.

    Parameters
    ----------
    indicator, data
        What is shown, and the values at one level.
    shown
        Codes of the shapes of the table.
    first
        What stands first in the order of this column: "furthest".
    low_first
        Whether the lowest values are the first.
    """
    heading = value_name(indicator, data)
    values = values_of(indicator, data, shown)
    if is_national_rank(indicator):
        states = data.status.loc[shown, data.column_of(indicator)]
        cells = cells_of(values, states, data.dictionary[indicator.id])
    else:
        cells = words_at(indicator, data, shown)
    return Column(
        heading=heading,
        cells=cells,
        order=by_value(values, low_first),
        order_words=f"{short_name(indicator)}: {first} first",
        width=min(LETTER_PX * len(heading) + MARGINS_PX, WIDEST_PX),
        help=f"{indicator.meaning.removesuffix('.')}.",
        right=True,
    )


def name_column(shown: pd.DataFrame, level: Level) -> Column:
    """Return the column of names."""
    heading = level.singular.capitalize()
    order = shown.sort_index().sort_values("name", kind="stable").index
    return Column(heading, shown["name"], order, "By name", NAME_WIDTHS_PX[level is Level.AREA])


def place_columns(
    shown: pd.DataFrame, inside: pd.DataFrame, data: LevelData, listed: Collection[Indicator]
) -> list[Column]:
    """Return the columns that say who lives in a shape and where it is: children, ward and council.

    Parameters
    ----------
    shown
        The shapes of the table.
    inside
        All that were looked at: the number of children is the one that is known best of them.
    data
        The values at one level.
    listed
        Indicators that have a column already.
    """
    columns = []
    children = data.children_column(inside.index)
    if children and data.dictionary[children] not in listed:
        people, states = data.frame.loc[shown.index, children], data.status.loc[shown.index, children]
        cells = cells_of(people, states, data.dictionary[children])
        means = f"{data.dictionary[children].meaning}."
        order = by_value(people, low_first=False)
        words = "Most children first"
        columns.append(Column(CHILDREN_HEADING, cells, order, words, CHILDREN_WIDTH_PX, means, right=True))
    if data.level is Level.AREA and inside["ward_name"].notna().any():
        order = shown.sort_index().sort_values(["ward_name", "name"], kind="stable").index
        names = shown["ward_name"].fillna("No ward")
        columns.append(Column(WARD_HEADING, names, order, "By ward", WARD_WIDTH_PX))
    if inside["la_code"].nunique() > 1:
        order = shown.sort_index().sort_values(["la_name", "name"], kind="stable").index
        names = shown["la_name"].fillna("No council")
        columns.append(Column(COUNCIL_HEADING, names, order, "By council", COUNCIL_WIDTH_PX))
    return columns


def identity_of(shown: pd.DataFrame, data: LevelData) -> dict[str, pd.Series | str]:
    """Return the code and the name of each shape, as a file begins."""
    return {f"{data.level.value}_code": shown.index.to_series(), f"{data.level.value}_name": shown["name"]}


def pedigree_of(column: str, shown: pd.DataFrame, data: LevelData) -> dict[str, pd.Series | str]:
    """Return the values of a column with the status of each and their source, as a file holds them."""
    values, states = data.frame[column], data.status[column].astype(str)
    return {
        column: plain_values(values, states).reindex(shown.index),
        f"{column}_status": states.reindex(shown.index),
        f"{column}_source": data.provenance[column].attribution,
    }


def rest_of(shown: pd.DataFrame, inside: pd.DataFrame, data: LevelData) -> dict[str, pd.Series | str]:
    """Return how a file ends: children with their source, ward, council, and who may see it."""
    output: dict[str, pd.Series | str] = {}
    if children := data.children_column(inside.index):
        values = plain_values(data.frame[children], data.status[children])
        output = {children: values.reindex(shown.index), **people_pedigree(data, inside.index)}
    if data.level is Level.AREA:
        output |= {"ward_code": shown["ward_code"], "ward_name": shown["ward_name"]}
    return output | {"la_code": shown["la_code"], "la_name": shown["la_name"], "tier": data.tier.value}
