"""The table beside the map of types: its order, its pages, its file, and what a click on it does."""

from typing import Final

import pandas as pd
import streamlit as st

from views import look, tables
from views.export_answers import types_layer
from views.export_buttons import show_formats
from views.table_panel import HEADING_HEIGHT_PX, ORDER_WIDTH_PX, ROW_HEIGHT_PX, ROWS_SHOWN
from views.tables import ROWS_A_PAGE, ROWS_ON_ONE_PAGE
from views.types_rows import (
    AREA,
    CHILDREN,
    COUNCIL,
    MODEL,
    ORDER_WORDS,
    PATCH,
    SECOND,
    SURE,
    TYPE,
    WARD,
    Order,
    facts_of,
    ordered,
    orders_of,
    rows_of,
    to_csv,
)
from views.types_scene import TypesScene
from views.types_state import Show, choose_area, key_of

WIDTHS_PX: Final = {
    **{AREA: 112, TYPE: 46, SECOND: 60, SURE: 86, MODEL: 161},
    **{WARD: 130, COUNCIL: 96, PATCH: 56, CHILDREN: 72},
}
FIRST: Final = {
    Show.TYPE: Order.TYPE,
    Show.MODEL: Order.MODEL,
    Show.PATCH: Order.PATCH,
    Show.SURE: Order.LEAST_SURE,
}
"""The order in which the table of each map opens."""

ROWS_UNDER_AREA: Final = 8
HELPS: Final = {
    TYPE: "The letter of its type: see the legend and the cards below.",
    SECOND: "The type that it is next nearest to.",
    SURE: "Sure: nine in ten fresh draws of areas or more give it the same type, and it lies well off the "
    "border to the second. Between: the second is nearly as near, or fewer draws agree.",
    MODEL: "By rule, or as somebody gave it with a reason.",
    PATCH: "The patch that it lies in: see the map by patch.",
}


def show_rows(scene: TypesScene) -> None:
    """Show the table of what is told of small areas, its order, and its file."""
    facts = facts_of(scene)
    rows = rows_of(scene, facts)
    orders = orders_of(rows)
    name = key_of(f"order_{scene.sought.show}")
    held = st.session_state.get(name, FIRST[scene.sought.show])
    order = next((order for order in orders if order == held), orders[0])
    st.session_state[name] = order.value
    _show_page(scene, rows.loc[ordered(scene, facts, order)], order)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Order",
            [order.value for order in orders],
            format_func=lambda value: ORDER_WORDS[Order(value)],
            key=name,
            width=ORDER_WIDTH_PX,
        )
        if scene.held:
            look.show_note(scene.held)
            return
        st.download_button(
            f"Download all {len(rows):,}",
            lambda: to_csv(scene, facts),
            "types.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        show_formats(
            lambda: types_layer(scene, facts), "types", "Small areas with their type and way of working."
        )


def _show_page(scene: TypesScene, rows: pd.DataFrame, order: Order) -> None:
    """Show a page of rows; a cell selects its area, as a click on the map does."""
    pages = 1 if len(rows) <= ROWS_ON_ONE_PAGE else -(-len(rows) // ROWS_A_PAGE)
    page = min(st.session_state.get(key_of("page"), 1), pages)
    start = (page - 1) * ROWS_A_PAGE
    shown = rows if pages == 1 else rows.iloc[start : start + ROWS_A_PAGE]
    codes = [str(code) for code in shown.index]
    sought = scene.sought
    key = " ".join(["types_rows", sought.council, str(sought.k), order, str(page)])
    most = ROWS_UNDER_AREA if sought.area else ROWS_SHOWN["alone"]

    def pick() -> None:
        if cells := st.session_state[key]["selection"]["cells"]:
            choose_area(codes[cells[0][0]])

    st.dataframe(
        tables.to_arrow(shown),
        key=key,
        height=min(len(shown) + 1, most) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        column_config={
            name: st.column_config.TextColumn(
                width=WIDTHS_PX[name],
                help=HELPS.get(name),
                alignment="right" if name in (PATCH, CHILDREN) else "left",
            )
            for name in shown.columns
        },
        hide_index=True,
        selection_mode="single-cell",
        on_select=pick,
        alt="Small areas with the same facts as the map",
    )
    if pages > 1:
        st.pagination(pages, key=key_of("page"), max_visible_pages=5)
