"""The table beside the map of reach: its order, its pages, and what a click on it does."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from models.levels import Level
from views import tables
from views.reach_rows import AFTER, BEFORE, CHANGE, COUNCIL, GAINS, MINUTES, NEAREST, OUT, REACH, Order, Rows
from views.reach_state import choose_area, key_of
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX, ROWS_SHOWN
from views.tables import ROWS_A_PAGE, ROWS_ON_ONE_PAGE

WIDTHS_PX: Final = {
    MINUTES: 70,
    OUT: 94,
    REACH: 150,
    NEAREST: 192,
    CHANGE: 150,
    GAINS: 72,
    BEFORE: 64,
    AFTER: 60,
}
NAME_WIDTHS_PX: Final = {Level.AREA: 122}
NAME_WIDTH_PX: Final = 140
"""Names of wards are longer."""

BESIDE_COUNCIL_PX: Final = {COUNCIL: 86, REACH: 128, OUT: 92, MINUTES: 64}
NAME_BESIDE_COUNCIL_PX: Final = 112

ORDER_WIDTH_PX: Final = 220
RIGHT: Final = (MINUTES, OUT, GAINS, BEFORE, AFTER)
HELPS: Final = {
    MINUTES: "To the nearest, rounded up: half of the homes are as near or nearer; of a ward or more, half "
    "of the children.",
    OUT: "Children who have none within reach: those of a small area times the share of its homes that have "
    "none. A plus: those of some areas are not known.",
    NEAREST: "The place that is the nearest of most of its homes.",
    GAINS: "Children who come within reach, or no longer are.",
    BEFORE: "Minutes to the nearest today.",
    AFTER: "Minutes to the nearest after the change.",
}


def show_table(rows: Rows, level: Level, view: tuple[str, ...], short: bool) -> None:
    """Show a page of rows: a cell selects its area, and a heading asks for its order, as the box below does.

    Parameters
    ----------
    rows
        What is shown.
    level
        What one row is.
    view
        What tells this table from another, so that nothing stays picked.
    short
        Whether something stands above it.
    """
    order = _order_in_force(rows)
    ordered = rows.frame.loc[rows.orders[order]]
    pages = 1 if len(ordered) <= ROWS_ON_ONE_PAGE else -(-len(ordered) // ROWS_A_PAGE)
    page = min(st.session_state.get(key_of("page"), 1), pages)
    shown = ordered if pages == 1 else ordered.iloc[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    key = " ".join(["reach_rows", *view, order, str(page)])
    most = ROWS_SHOWN["under a selected area" if short else "alone"]
    st.dataframe(
        tables.to_arrow(shown),
        height=min(len(shown) + 1, most) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={name: _column(name, widths_px(shown.columns, level)) for name in shown.columns},
        key=key,
        on_select=lambda: _pick(key, list(shown.index), rows.sorts),
        selection_mode=["single-cell", "single-column"],
        alt=f"{level.plural.capitalize()} with the same figures as the map",
    )
    if pages > 1:
        st.pagination(pages, key=key_of("page"), max_visible_pages=5)


def show_order(rows: Rows) -> None:
    """Show the box that orders the table, as its headings do."""
    st.selectbox(
        "Order",
        [order.value for order in rows.orders],
        format_func=lambda order: rows.words[Order(order)],
        key=key_of("order"),
        width=ORDER_WIDTH_PX,
    )


def _order_in_force(rows: Rows) -> Order:
    # Another view's words may still be held: the box sends words, and each view has its own.
    held = st.session_state.get(key_of("order"))
    order = next((order for order in rows.orders if order == held), Order.WORST)
    st.session_state[key_of("order")] = order.value
    return order


def widths_px(columns: pd.Index, level: Level) -> dict[str, int]:
    """Return the width of every column; together they fill their half of the page."""
    name = NAME_WIDTHS_PX.get(level, NAME_WIDTH_PX)
    if COUNCIL in columns:
        return {column: BESIDE_COUNCIL_PX.get(column, NAME_BESIDE_COUNCIL_PX) for column in columns}
    return {column: WIDTHS_PX.get(column, name) for column in columns}


def _column(name: str, widths: Mapping[str, int]) -> ColumnConfig:
    return st.column_config.TextColumn(
        width=widths[name], help=HELPS.get(name), alignment="right" if name in RIGHT else "left"
    )


def _pick(key: str, codes: list[str], sorts: Mapping[str, Order]) -> None:
    picked = st.session_state[key]["selection"]
    if picked["columns"]:
        st.session_state[key_of("order")] = sorts.get(picked["columns"][0], Order.WORST).value
    elif picked["cells"]:
        choose_area(codes[picked["cells"][0][0]])
