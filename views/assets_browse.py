"""Browse: the places that are known, found by words, kind and freshness, on a map and in an equal table."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Final

import pandas as pd
import streamlit as st

from data.errors import RegisterError
from data.register.records import Actor, Place, is_stale
from data.register.rights import Action, may
from data.register.store import Register
from data.settings import settings
from geo.builds import Build
from models.place_search import Listing, count_places, of_kinds
from views import (
    assets_alike,
    assets_card,
    assets_downloads,
    assets_map,
    assets_state,
    assets_told,
    look,
    tables,
)
from views.assets_alike import register_address
from views.assets_fields import NOT_ADDED
from views.assets_state import Fresh, Shown, read_shown, write_shown
from views.markers import MARKERS, pill_words
from views.state import hold
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX

ROWS_A_PAGE: Final = 40
ROWS_SHOWN: Final = {False: 15, True: 8}
"""How many rows stand in view: fewer while a place is open above them."""

WIDTHS_PX: Final = {"Name": 188, "Kind": 140, "Where": 104, "Confirmed": 84}
MAP_KEY: Final = "assets_map"
WORDS_KEY: Final = "assets_words"
KINDS_KEY: Final = "assets_kinds"
FRESH_KEY: Final = "assets_fresh"
PAGE_KEY: Final = "assets_page"
TABLE_KEY: Final = "assets_table"
FRESH_WORDS: Final = {Fresh.ALL: "All", Fresh.CONFIRMED: "Confirmed", Fresh.OLD: "Not confirmed lately"}
_KEPT: Final = 2
_listings: "OrderedDict[tuple[object, ...], Listing]" = OrderedDict()
_lock = Lock()


def listing_of(build: Build, register: Register) -> Listing:
    """Return what can be browsed: what the register publishes, or else the places of the build's files."""
    key = (register_address(register), register.edition(), build.places.revision)
    with _lock:
        if key not in _listings:
            published = register.published()
            places: Sequence[Place] = published or assets_alike.places_of_files(build)
            _listings[key] = Listing(places, dated=bool(published))
            while len(_listings) > _KEPT:
                _listings.popitem(last=False)
        _listings.move_to_end(key)
        return _listings[key]


def show_browse(build: Build, register: Register, actor: Actor, shown: Shown) -> None:
    """Show the search, the map, the table and the place that is open."""
    listing = listing_of(build, register)
    if not listing.dated:
        _show_empty(actor, len(listing.places))
    place = _open_place(register, actor, listing, shown.place)
    if not listing.places:
        if place is not None:
            assets_card.show_card(register, actor, place)
        return
    today, months = date.today(), settings().stale_months
    confirmed = {Fresh.CONFIRMED: True, Fresh.OLD: False}.get(shown.fresh) if listing.dated else None
    worded = listing.find(shown.words, confirmed, today, months)
    counts = count_places(worded)
    kinds = [kind for kind in shown.kinds if kind in counts]
    _show_search(shown, listing.dated, counts, kinds)
    found = of_kinds([p for p in worded if kinds or p.kind not in NOT_ADDED], kinds)
    look.show_note(_say_found(found, listing, today, months))
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        _show_map(build, listing, counts, kinds, found, place)
    with right:
        if place is not None:
            assets_card.show_card(register, actor, place)
        _show_table(found, listing.dated, shown.page, place is not None)
    if listing.dated:
        assets_downloads.show_downloads(build, register)


def _show_empty(actor: Actor, count: int) -> None:
    """Say that the register holds nothing yet, and what to do."""
    files = f"Below are the {count:,} places of the files of this build, to look at." if count else ""
    if may(actor, Action.IMPORT):
        todo = "Bring in the files that you have with: atlas register import FILE, or add a place."
    elif may(actor, Action.SUBMIT):
        todo = "Add a place that you know, and an editor checks it."
    else:
        todo = "An editor brings in the first places."
    st.info(look.plain(f"No place has been published here yet. {todo} {files}"), icon=":material/inbox:")


def _show_search(shown: Shown, dated: bool, counts: dict[str, int], kinds: list[str]) -> None:
    hold(WORDS_KEY, shown.words)
    hold(FRESH_KEY, shown.fresh.value)
    with st.container(horizontal=True, vertical_alignment="top"):
        st.text_input(
            "Search",
            placeholder="Name, street, postcode or what happens there",
            type="search",
            max_chars=80,
            key=WORDS_KEY,
            on_change=_narrow,
            width=380,
        )
        if dated:
            st.segmented_control(
                "When last confirmed",
                [fresh.value for fresh in Fresh],
                format_func=lambda value: FRESH_WORDS[Fresh(value)],
                required=True,
                key=FRESH_KEY,
                on_change=_narrow,
            )
    st.session_state[KINDS_KEY] = kinds
    st.pills(
        "Kinds, and how many there are",
        list(counts),
        selection_mode="multi",
        format_func=lambda kind: pill_words(kind, counts[kind]),
        key=KINDS_KEY,
        on_change=_narrow,
        label_visibility="collapsed",
        wrap=True,
    )


def _narrow() -> None:
    """Take over what the widgets say into the address; the table begins at its first page."""
    state = st.session_state
    fresh = Fresh(state.get(FRESH_KEY) or Fresh.ALL)
    narrowed = replace(
        read_shown(),
        words=state[WORDS_KEY] or "",
        kinds=tuple(state.get(KINDS_KEY) or ()),
        fresh=fresh,
        page=1,
    )
    write_shown(narrowed)


def _say_found(found: Sequence[Place], listing: Listing, today: date, months: int) -> str:
    if not found:
        return "Nothing was found. Try fewer words, or another kind."
    count = f"{len(found):,} {'place' if len(found) == 1 else 'places'}"
    if not listing.dated:
        return f"{count}."
    old = sum(is_stale(place.last_confirmed, today, months) for place in found)
    if not old:
        return f"{count}, confirmed in the last {months} months."
    return f"{count}; {old:,} not confirmed in the last {months} months, drawn hollow on the map."


def _open_place(register: Register, actor: Actor, listing: Listing, place_id: str) -> Place | None:
    """Return the place that is open; one that is not published is asked of the register, which may refuse."""
    if not place_id or place_id in listing.by_id:
        return listing.by_id.get(place_id)
    try:
        return register.find(actor, place_id)
    except RegisterError as error:
        assets_told.show_refusal(error)
        return None


def _show_map(
    build: Build,
    listing: Listing,
    counts: dict[str, int],
    kinds: list[str],
    found: Sequence[Place],
    place: Place | None,
) -> None:
    shown_kinds = kinds or [kind for kind in counts if kind not in NOT_ADDED]
    only = {each.id for each in found} if len(found) < len(of_kinds(listing.places, shown_kinds)) else None
    at = (place.easting_m, place.northing_m) if place else (None, None)
    spot = (at[0], at[1]) if at[0] is not None and at[1] is not None else None
    assets_map.show_places_map(build, shown_kinds, only, spot, MAP_KEY, _open_from_map)


def _open_from_map() -> None:
    place_id = assets_map.picked_place(MAP_KEY)
    if place_id:
        assets_state.open_place(place_id)


def _show_table(found: Sequence[Place], dated: bool, page: int, beside_card: bool) -> None:
    """Show one page of what was found; a press on a row opens its place, as a click on the map does."""
    if not found:
        return
    pages = max(-(-len(found) // ROWS_A_PAGE), 1)
    page = min(page, pages)
    shown = found[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    st.dataframe(
        tables.to_arrow(_rows(shown, dated)),
        height=min(len(shown) + 1, ROWS_SHOWN[beside_card]) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        key=TABLE_KEY,
        on_select=lambda: _open_from_table([place.id for place in shown]),
        selection_mode="single-cell",
        column_config={name: st.column_config.TextColumn(width=px) for name, px in WIDTHS_PX.items()},
        alt="The places that were found; a press on one opens it",
    )
    if pages > 1:
        if st.session_state.get(PAGE_KEY, page) != page:
            st.session_state[PAGE_KEY] = page
        st.pagination(pages, default=page, key=PAGE_KEY, max_visible_pages=5, on_change=_turn_page)
    _show_picker(shown)


def _rows(places: Sequence[Place], dated: bool) -> pd.DataFrame:
    columns = {
        "Name": [place.name for place in places],
        "Kind": [f"{MARKERS[place.kind].glyph} {MARKERS[place.kind].name}" for place in places],
        "Where": [place.ward_name or place.postcode for place in places],
    }
    if dated:
        columns["Confirmed"] = [_month(place.last_confirmed) for place in places]
    return pd.DataFrame(columns)


def _month(day: date | None) -> str:
    return f"{day:%b %Y}" if day else "Never"


def _open_from_table(ids: Sequence[str]) -> None:
    cells = st.session_state[TABLE_KEY].selection.cells
    if cells and cells[0][0] < len(ids):
        assets_state.open_place(ids[cells[0][0]])


def _turn_page() -> None:
    write_shown(replace(read_shown(), page=int(st.session_state[PAGE_KEY])))


def _show_picker(shown: Sequence[Place]) -> None:
    """Show a select box that opens what a press on a row does."""
    names = {place.id: f"{place.name}, {place.ward_name or place.postcode}" for place in shown}
    key = "assets_pick"
    hold(key, None)
    st.selectbox(
        "Open a place",
        list(names),
        format_func=lambda place_id: names[place_id],
        index=None,
        placeholder="Choose one of this page",
        key=key,
        on_change=lambda: assets_state.open_place(st.session_state[key] or ""),
    )
