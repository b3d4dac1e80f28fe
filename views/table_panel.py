"""The table on a page: its order, its pages, what a click on it does, and its download."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st
from pandas.api.types import is_numeric_dtype
from streamlit.elements.lib.column_types import ColumnConfig

from geo.builds import Build
from models.classes import Classes
from models.exported_levels import LAYERS
from models.levels import LevelData
from views import demand_table, export_buttons, look, tables
from views.exports import level_layer
from views.inside import WHY_INSIDE, stays_inside
from views.state import Chosen, choose_area
from views.tables import Rows, Sort

ROW_HEIGHT_PX: Final = 28
HEADING_HEIGHT_PX: Final = 10
"""How much taller the row of headings is than the others, with the border."""

ORDER_WIDTH_PX: Final = 220
RANK_HELP: Final = (
    "1 is the highest need. In brackets the range that the rank keeps in nine of ten weightings, each weight "
    "up to a quarter more or less."
)
RIGHT: Final = (
    "Children",
    tables.RANK_HEADING,
    demand_table.RANGE,
    demand_table.NUMBER,
    demand_table.EXPECTED,
)
"""Headings whose words are figures and stand to the right."""

ROWS_SHOWN: Final = {"alone": 18, "under a selected area": 13}


def show_table(build: Build, classes: Classes, data: LevelData, chosen: Chosen) -> None:
    """Show the table of the map.

    Its headings are made selectable, because a click on one would otherwise sort the page in view and not
    the rest: so it sorts all pages, and a cell selects its area as a click on the map does. The select box
    below does for a keyboard what the headings do.
    """
    # Another indicator's words may still be held: the box sends words, and each indicator has its own.
    held = st.session_state.get("sort")
    sort = next((sort for sort in Sort if sort == held), Sort.FIRST)
    rows = tables.make_rows(classes, data, sort)
    orders = tables.sort_words(classes, rows)
    if sort not in orders:
        sort = Sort.FIRST
    st.session_state["sort"] = sort
    page = min(st.session_state.get("page", 1), rows.pages)
    _show_page(classes, data, chosen, rows, page)
    if rows.pages > 1:
        st.pagination(rows.pages, key="page", max_visible_pages=5)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Order", list(orders), format_func=lambda key: orders[key], key="sort", width=ORDER_WIDTH_PX
        )
        if stays_inside(data, classes.indicator):
            look.show_note(WHY_INSIDE)
            return
        st.download_button(
            f"Download all {len(rows.frame):,}",
            lambda: tables.to_csv(classes, data),
            f"{classes.indicator.id}_{data.level.value}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        if data.level in LAYERS:
            _show_formats(build, classes, data, chosen.council)


def _show_formats(build: Build, classes: Classes, data: LevelData, council: str) -> None:
    """Show the downloads of the whole table in other formats, drawn first as the map is."""
    indicator = classes.indicator.id
    export_buttons.show_formats(
        lambda: level_layer(build, data, shown=indicator, council=council or None),
        "_".join(part for part in ("atlas", LAYERS[data.level], council) if part),
        f"Every indicator of these {data.level.plural}, with its status and the classes of the map.",
    )


def _show_page(classes: Classes, data: LevelData, chosen: Chosen, rows: Rows, page: int) -> None:
    shown = rows.page(page)
    # What is picked is known by its position: another view of the table starts with nothing picked.
    key = " ".join(["rows", *chosen.view, st.session_state["sort"], str(page)])
    height = ROWS_SHOWN["under a selected area" if chosen.area else "alone"]
    st.dataframe(
        tables.to_arrow(shown),
        height=min(len(shown) + 1, height) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config=_columns(classes, data, shown),
        key=key,
        on_select=lambda: _pick(key, list(shown.index), rows.sorts),
        selection_mode=["single-cell", "single-column"],
        alt=f"{classes.level.plural.capitalize()} with the same figures as the map",
    )


def _pick(key: str, codes: list[str], sorts: Mapping[str, Sort]) -> None:
    picked = st.session_state[key]["selection"]
    if picked["columns"]:
        st.session_state["sort"] = next_sort(sorts[picked["columns"][0]], st.session_state["sort"])
    elif picked["cells"]:
        choose_area(codes[picked["cells"][0][0]])


def next_sort(wanted: Sort, current: Sort) -> Sort:
    """Return the order after a click on a heading: a second click on the value turns it round."""
    return Sort.LAST if wanted == current == Sort.FIRST else wanted


def _columns(classes: Classes, data: LevelData, shown: pd.DataFrame) -> dict[str, ColumnConfig]:
    children = data.children_column(classes.inside.index)
    value = tables.value_heading(classes)
    helps = {
        **demand_table.HELPS,
        value: tables.value_help(classes),
        tables.RANK_HEADING: RANK_HELP,
        "Its areas": "The ranks of its most and its least deprived small area.",
        "Children": f"{data.dictionary[children].meaning}." if children else None,
    }
    widths = tables.widths_px(classes)
    numbers = {name for name in shown.columns if is_numeric_dtype(shown[name])}
    return {
        name: (
            st.column_config.NumberColumn(width=widths[name], help=helps.get(name), format="localized")
            if name in numbers
            else st.column_config.TextColumn(
                width=widths[name],
                help=helps.get(name),
                alignment="right" if name in (*RIGHT, value) else "left",
            )
        )
        for name in shown.columns
    }
