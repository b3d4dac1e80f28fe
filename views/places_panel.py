"""Places on the Explore page: which kinds the map marks, and the same places as a table with a download."""

from collections.abc import Callable
from typing import Final

import pandas as pd
import streamlit as st

from data.settings import settings
from geo.builds import Build
from geo.places import Places
from models.places import (
    PlacesHere,
    count_kinds,
    describe_unconfirmed,
    lasting,
    places_here,
    places_table,
)
from models.words import joined
from views import look, session, tables
from views.markers import pill_words
from views.state import Chosen, Possible, keep_choice
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX

ROWS_A_PAGE: Final = 40
HEADINGS: Final = {
    "name": "Name",
    "kind": "Kind",
    "detail": "Detail",
    "area_name": "Small area",
    "ward_name": "Ward",
    "file": "File",
}
SILENT: Final = {"confirmed": "Confirmed"}
ELSEWHERE: Final = "Paler markers lie outside the areas shown."


def show_pills(build: Build, chosen: Chosen, possible: Possible) -> None:
    """Show the kinds of place with their markers and numbers: a press puts one on the map or takes it off."""
    if not possible.kinds:
        return
    counts = count_kinds(build.places.counted, chosen.council)
    st.pills(
        "Places on the map, and how many there are",
        list(possible.kinds),
        selection_mode="multi",
        format_func=lambda kind: pill_words(kind, counts.get(kind, 0)),
        key="points",
        on_change=keep_choice,
        label_visibility="collapsed",
        wrap=True,
    )
    if told := _markers_words(build.places, chosen):
        look.show_note(told)
    show_counting(build, "count", keep_choice)


def _markers_words(places: Places, chosen: Chosen) -> str:
    """Say what a paler marker is, and a hollow one, where there are any."""
    frame = places.frame
    shown = frame["kind"].isin(chosen.points)
    outside = frame["la_code"].ne(chosen.council) if chosen.council else frame["area_code"].isna()
    silent = describe_unconfirmed(places, shown, settings().stale_months)
    return joined(ELSEWHERE if (shown & outside).any() else "", f"Hollow markers: {silent}" if silent else "")


def show_counting(build: Build, key: str, on_change: Callable[[], None]) -> None:
    """Let the reader count places that nobody has confirmed lately, where there are any."""
    if build.places.frame["unconfirmed_since"].notna().any():
        st.checkbox(
            f"Count places not confirmed for {lasting(settings().stale_months)} too",
            key=key,
            on_change=on_change,
        )


def find_places_here(build: Build, chosen: Chosen) -> PlacesHere | None:
    """Return the places in the selected area, of the kinds on the map; None when the map marks none."""
    if not chosen.points:
        return None
    data = session.data_at(build, chosen.level)
    return places_here(build.places.frame, chosen.points, build.areas, data, chosen.area)


def show_places(build: Build, chosen: Chosen) -> None:
    """Show the places of the map as a table, one click away, and as a file."""
    if not len(build.places.frame):
        return
    panel = st.expander("Places on the map", on_change="rerun", key="places")
    if not panel.open:
        return
    with panel:
        if not chosen.points:
            look.show_note("No kind of place is on the map. Choose one under it.")
            return
        found = places_table(build.places.frame, chosen.points, build.areas, chosen.council)
        _show_table(found)
        st.download_button(
            f"Download all {len(found):,} places",
            lambda: tables.places_to_csv(found, build.places.provenance, build.areas.tier),
            "places.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _show_table(found: pd.DataFrame) -> None:
    pages = max(-(-len(found) // ROWS_A_PAGE), 1)
    page = min(st.session_state.get("places_page", 1), pages)
    shown = found.iloc[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    several = found["la_name"].nunique() > 1
    silent = SILENT if found["confirmed"].notna().any() else {}
    headings = {**HEADINGS, **({"la_name": "Council"} if several else {}), **silent}
    words = shown[list(headings)].astype(object).where(shown[list(headings)].notna(), "")
    st.dataframe(
        tables.to_arrow(words.rename(columns=headings)),
        height=min(len(shown) + 1, 14) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        alt="The places that the map marks",
    )
    if pages > 1:
        st.pagination(pages, key="places_page", max_visible_pages=5)
