"""A table of several indicators beside a map: its order, its pages, what a click on it does, its download."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd
import streamlit as st
from pandas.api.types import is_numeric_dtype
from streamlit.elements.lib.column_types import ColumnConfig

from views import look
from views.state import choose_area
from views.table_panel import HEADING_HEIGHT_PX, ORDER_WIDTH_PX, ROW_HEIGHT_PX, ROWS_SHOWN
from views.tables import Rows, to_arrow

OPENING: Final = "opening"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    heading
        What stands over it.
    cells
        Words or whole numbers, indexed by code.
    order
        The codes in the order of this column.
    order_words
        What that order is called.
    width
        In pixels.
    help
        What the heading says when it is pointed at.
    right
        Whether its words stand to the right, as figures do.
    """

    heading: str
    cells: pd.Series
    order: pd.Index
    order_words: str
    width: int
    help: str | None = None
    right: bool = False


@dataclass(frozen=True)
class Listing:
    """A table with its orders and its file.

    Attributes
    ----------
    name
        Part of the table's key: another question is another table.
    columns
        From the left.
    opening
        The codes in the order that the table opens with.
    opening_words
        What that order is called.
    file
        Name of the file to download.
    to_csv
        Writes the file.
    spoken
        The accessible name.
    inside
        Why there is no file to download; an empty text where there is one.
    """

    name: str
    columns: tuple[Column, ...]
    opening: pd.Index
    opening_words: str
    file: str
    to_csv: Callable[[], bytes]
    spoken: str
    inside: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", _told_apart(self.columns))

    @property
    def orders(self) -> dict[str, tuple[str, pd.Index]]:
        """The words and the codes of every order, by the heading that asks for it."""
        by_heading = {c.heading: (c.order_words, c.order) for c in self.columns if c.order_words}
        return {OPENING: (self.opening_words, self.opening), **by_heading}

    def rows(self, order: str) -> pd.DataFrame:
        """Return the rows in an order."""
        frame = pd.DataFrame({column.heading: column.cells for column in self.columns})
        return frame.loc[self.orders[order][1]]


def _told_apart(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Put a number to each heading that stands twice: an own column may be called as one of ours."""
    seen: Counter[str] = Counter()
    told = []
    for column in columns:
        seen[column.heading] += 1
        times = seen[column.heading]
        told.append(replace(column, heading=f"{column.heading} ({times})") if times > 1 else column)
    return tuple(told)


def show_listing(listing: Listing, area: str) -> None:
    """Show a table. Its headings sort all of its pages, and a cell selects its area.

    Parameters
    ----------
    listing
        What it holds; at least one row.
    area
        The code of the selected area, or an empty text.
    """
    orders = listing.orders
    if st.session_state.get("order") not in orders:
        st.session_state["order"] = OPENING
    order = st.session_state["order"]
    rows = Rows(listing.rows(order), {})
    page = min(st.session_state.get("listing_page", 1), rows.pages)
    _show_page(listing, rows.page(page), f"{listing.name} {order} {page}", area)
    if rows.pages > 1:
        st.pagination(rows.pages, key="listing_page", max_visible_pages=5)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Order", list(orders), format_func=lambda key: orders[key][0], key="order", width=ORDER_WIDTH_PX
        )
        if listing.inside:
            look.show_note(listing.inside)
            return
        st.download_button(
            f"Download all {len(rows.frame):,}",
            listing.to_csv,
            listing.file,
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _show_page(listing: Listing, shown: pd.DataFrame, key: str, area: str) -> None:
    height = ROWS_SHOWN["under a selected area" if area else "alone"]
    st.dataframe(
        to_arrow(shown),
        height=min(len(shown) + 1, height) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={column.heading: _config(column) for column in listing.columns},
        key=key,
        on_select=lambda: _pick(key, list(shown.index), listing),
        selection_mode=["single-cell", "single-column"],
        alt=listing.spoken,
    )


def _config(column: Column) -> ColumnConfig:
    if is_numeric_dtype(column.cells):
        return st.column_config.NumberColumn(width=column.width, help=column.help, format="localized")
    return st.column_config.TextColumn(
        width=column.width, help=column.help, alignment="right" if column.right else "left"
    )


def _pick(key: str, codes: list[str], listing: Listing) -> None:
    picked = st.session_state[key]["selection"]
    if picked["columns"]:
        heading = picked["columns"][0]
        again = heading == st.session_state["order"]
        st.session_state["order"] = OPENING if again or heading not in listing.orders else heading
    elif picked["cells"]:
        choose_area(codes[picked["cells"][0][0]])
