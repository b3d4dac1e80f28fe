"""The table beside the map of reach: its order, its pages, and what a click on it does."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from models.classes import MISSING
from models.levels import Level
from models.words import sentence_case
from views import tables
from views.reach_classes import ReachClasses, whole_minutes
from views.reach_figures import LevelReach
from views.reach_state import choose_area, key_of
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX, ROWS_SHOWN
from views.tables import ROWS_A_PAGE, ROWS_ON_ONE_PAGE

MINUTES: Final = "Minutes"
OUT: Final = "Children out"
REACH: Final = "Reach"
NEAREST: Final = "Nearest"
NOT_KNOWN: Final = "Not known"
WIDTHS_PX: Final = {MINUTES: 74, OUT: 92, REACH: 176, NEAREST: 190, "Gains": 70, "Before": 62, "After": 62}
NAME_WIDTH_PX: Final = 126
ORDER_WIDTH_PX: Final = 220
RIGHT: Final = (MINUTES, OUT, "Gains", "Before", "After")
HELPS: Final = {
    MINUTES: "To the nearest: at least half of the homes, or above small areas of the children, are as near.",
    OUT: "Children who live there and have none within reach: their number times the share of homes.",
    NEAREST: "The place that is the nearest of most of its homes.",
}


class Order(StrEnum):
    """The orders of the table: the worst first, by name, or by children out of reach."""

    WORST = "worst"
    CHILDREN = "children"
    NAME = "name"


ORDER_WORDS: Final = {Order.CHILDREN: "Most children out first", Order.NAME: "By name"}
GAPS_FIRST: Final = "53420" + MISSING
"""The classes of gaps, the worst first."""

Ordered = Mapping[str, Order]
"""The order that a heading asks for; the worst first where none is named."""


def minutes_words(minutes: float, known: bool, furthest: float) -> str:
    """Write how many minutes the nearest place is away: "12", "over 60" or "Not known"."""
    if not known:
        return NOT_KNOWN
    return f"over {furthest:.0f}" if pd.isna(minutes) else f"{minutes:,.0f}"


def cells_of_minutes(found: LevelReach, frame: pd.DataFrame) -> pd.Series:
    """Write the minutes of each shape."""
    furthest = found.reach.costs.cutoff_min
    known = frame["reached_share"].notna()
    pairs = zip(whole_minutes(frame["nearest_min"]), known, strict=True)
    return pd.Series([minutes_words(m, bool(k), furthest) for m, k in pairs], frame.index, dtype=object)


def number_words(values: pd.Series) -> pd.Series:
    """Write whole numbers; "Not known" where there is none."""
    words = [NOT_KNOWN if pd.isna(value) else f"{round(value):,}" for value in values]
    return pd.Series(words, values.index, dtype=object)


def ordered(frame: pd.DataFrame, order: Order, by_gap: bool) -> pd.Index:
    """Return the codes of shapes in an order: what is not known comes last, none within reach first.

    Parameters
    ----------
    frame
        As `ReachClasses.frame`.
    order
        The order.
    by_gap
        Whether the worst are those of higher need that are out of reach, and not the furthest.
    """
    keyed = pd.DataFrame(
        {
            "unknown": frame["reached_share"].isna(),
            "gap": frame["class"].map(GAPS_FIRST.index) if by_gap else 0,
            "far": -frame["nearest_min"].fillna(float("inf")),
            "out": -frame["children_out"].fillna(-1.0),
            "name": frame["name"].astype(str),
        }
    ).sort_index()
    worst = ["unknown", "gap", "out", "far"] if by_gap else ["unknown", "far", "out"]
    by = {Order.WORST: worst, Order.CHILDREN: ["unknown", "out", "far"], Order.NAME: ["name"]}
    return keyed.sort_values(by[order], kind="stable").index


def minutes_rows(classes: ReachClasses, found: LevelReach) -> tuple[pd.DataFrame, Ordered]:
    """Return the columns that go with the map of minutes, and the order that each heading asks for."""
    inside = classes.inside
    name = classes.level.singular.capitalize()
    columns = {name: inside["name"], MINUTES: cells_of_minutes(found, inside)}
    if found.has_children:
        columns[OUT] = number_words(inside["children_out"])
    if classes.level is Level.AREA:
        columns[NEAREST] = inside["nearest_id"].map(found.reach.places["name"]).fillna("None near")
    return pd.DataFrame(columns, inside.index), {name: Order.NAME, OUT: Order.CHILDREN}


def gap_rows(classes: ReachClasses, found: LevelReach) -> tuple[pd.DataFrame, Ordered]:
    """Return the columns that go with the map of gaps, and the order that each heading asks for."""
    inside = classes.inside
    name = classes.level.singular.capitalize()
    words = inside["class"].map(classes.labels).map(sentence_case)
    columns = {name: inside["name"], REACH: words}
    if found.has_children:
        columns[OUT] = number_words(inside["children_out"])
    columns[MINUTES] = cells_of_minutes(found, inside)
    return pd.DataFrame(columns, inside.index), {name: Order.NAME, OUT: Order.CHILDREN}


def show_table(
    classes: ReachClasses, rows: pd.DataFrame, orders: Ordered, view: tuple[str, ...], by_gap: bool, area: str
) -> None:
    """Show a page of rows: a cell selects its area, and a heading asks for its order, as the box below does.

    Parameters
    ----------
    classes
        What the map shows.
    rows
        What the table shows of it, by code.
    orders
        The order that each heading asks for.
    view
        What tells this table from another, so that nothing stays picked.
    by_gap
        Whether the worst are those of higher need that are out of reach.
    area
        The code of the selected shape, or an empty text.
    """
    order = _order_in_force(rows)
    codes = ordered(classes.inside, order, by_gap)
    rows = rows.loc[codes[codes.isin(rows.index)]]
    pages = 1 if len(rows) <= ROWS_ON_ONE_PAGE else -(-len(rows) // ROWS_A_PAGE)
    page = min(st.session_state.get(key_of("page"), 1), pages)
    shown = rows if pages == 1 else rows.iloc[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    picked = " ".join(["reach_rows", *view, order, str(page)])
    most = ROWS_SHOWN["under a selected area" if area else "alone"]
    st.dataframe(
        tables.to_arrow(shown),
        height=min(len(shown) + 1, most) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={column: _column(column) for column in shown.columns},
        key=picked,
        on_select=lambda: _pick(picked, list(shown.index), orders),
        selection_mode=["single-cell", "single-column"],
        alt=f"{classes.level.plural.capitalize()} with the same figures as the map",
    )
    if pages > 1:
        st.pagination(pages, key=key_of("page"), max_visible_pages=5)


def show_order(rows: pd.DataFrame, by_gap: bool) -> None:
    """Show the box that orders the table, as its headings do."""
    words = {Order.WORST: "Higher need first" if by_gap else "Furthest first", **ORDER_WORDS}
    st.selectbox(
        "Order",
        [order.value for order in _orders_of(rows)],
        format_func=lambda order: words[Order(order)],
        key=key_of("order"),
        width=ORDER_WIDTH_PX,
    )


def _orders_of(rows: pd.DataFrame) -> list[Order]:
    return [order for order in Order if order is not Order.CHILDREN or OUT in rows]


def _order_in_force(rows: pd.DataFrame) -> Order:
    order = Order(st.session_state.get(key_of("order"), Order.WORST))
    order = order if order in _orders_of(rows) else Order.WORST
    st.session_state[key_of("order")] = order.value
    return order


def _column(name: str) -> ColumnConfig:
    return st.column_config.TextColumn(
        width=WIDTHS_PX.get(name, NAME_WIDTH_PX),
        help=HELPS.get(name),
        alignment="right" if name in RIGHT else "left",
    )


def _pick(key: str, codes: list[str], orders: Ordered) -> None:
    picked = st.session_state[key]["selection"]
    if picked["columns"]:
        st.session_state[key_of("order")] = orders.get(picked["columns"][0], Order.WORST).value
    elif picked["cells"]:
        choose_area(codes[picked["cells"][0][0]])
