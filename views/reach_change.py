"""What if a place opens or closes: a press on the map, a postcode or a name says which."""

from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np
import streamlit as st
from pyproj import Transformer

from data.asset_kinds import asset_kinds
from data.errors import RegisterError
from geo.area_table import LARGE_PLACE
from geo.builds import Build
from geo.register_locate import Located, directory_of, locate_point, locate_postcode
from models.reach_change import Change, with_place_at, without_place
from models.words import a
from views import look, maps, session
from views.reach_map import MAP_KEY
from views.reach_scene import ReachScene
from views.reach_state import Degrees, keep, key_of, write_spot

POSTCODE: Final = key_of("postcode")
CLOSE: Final = key_of("close")
FAULT: Final = key_of("postcode_fault")
OPEN_WIDTH_PX: Final = 216
CLOSE_WIDTH_PX: Final = 282
_to_metres: Final = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
_to_degrees: Final = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


@dataclass(frozen=True)
class Opening:
    """Where a place opens: the spot where it lies, and why it cannot be there; neither where none opens."""

    located: Located | None = None
    fault: str = ""


def find_opening(build: Build, spot: Degrees | None) -> Opening:
    """Find where a spot of the address lies."""
    if spot is None:
        return Opening()
    easting, northing = _to_metres.transform(spot[1], spot[0])
    if not np.isfinite([easting, northing]).all():
        return Opening(fault="This is no point on the map.")
    try:
        return Opening(locate_point(float(easting), float(northing), build))
    except RegisterError as error:
        return Opening(fault=error.message)


def make_change(scene: ReachScene, opening: Opening) -> Change | None:
    """Return what the change that is asked for does; None where nothing opens and nothing closes."""
    if opening.located is not None:
        spot = (opening.located.easting_m, opening.located.northing_m)
        return with_place_at(scene.build, scene.areas, scene.reach, spot)
    if scene.sought.closed:
        return without_place(scene.areas, scene.reach, scene.sought.closed)
    return None


def rare_of(scene: ReachScene) -> dict[str, Any]:
    """Return what the map shows of a change: the pin, a ring where a place closes, and no marker of that."""
    codes = session.current_layers().places.codes
    closed = scene.sought.closed
    only = "".join("0" if code == closed else "1" for code in codes) if closed else ""
    spot = {"at": list(scene.sought.spot), "look": "pin", "go_to": ""} if scene.sought.spot else None
    if closed:
        point = scene.build.places.frame.geometry.loc[closed]
        longitude, latitude = _to_degrees.transform(point.x, point.y)
        spot = {"at": [round(latitude, 5), round(longitude, 5)], "look": "ring", "go_to": ""}
    return {"click": "pin", "only": only, "spot": spot}


def show_inputs(scene: ReachScene, opening: Opening) -> None:
    """Ask where a place opens, and which one closes."""
    sought = scene.sought
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Open one at",
            placeholder="Postcode, or press the map",
            key=POSTCODE,
            max_chars=20,
            on_change=lambda: _take_postcode(scene.build),
            width=OPEN_WIDTH_PX,
        )
        _show_closing(scene)
        if sought.spot or sought.closed:
            st.button("Clear", key=key_of("clear"), icon=":material/close:", on_click=_clear)
        st.html(f'<p style="{look.SMALL};{look.PALE};margin:0 0 .6rem">{escape(_hint(scene, opening))}</p>')
    if fault := st.session_state.get(FAULT) or opening.fault:
        st.warning(look.plain(fault), icon=":material/wrong_location:")


def _hint(scene: ReachScene, opening: Opening) -> str:
    """Say where the pin is, or what to do first."""
    if opening.located:
        return f"The pin is in {opening.located.area_name or 'none of these areas, but near'}."
    if scene.sought.closed:
        return "The ring on the map is where it stands today."
    singular = asset_kinds()[scene.sought.kind].singular
    return f"Press the map where {a(singular)} could open, type a postcode, or close one."


def _show_closing(scene: ReachScene) -> None:
    sought = scene.sought
    mine = scene.offered.places[scene.offered.places["kind"] == sought.kind]
    if sought.council:
        mine = mine[mine["la_code"].eq(sought.council).fillna(False) | (mine.index == sought.closed)]
    if len(mine) > LARGE_PLACE:
        look.show_note(f"{len(mine):,} are too many to list: choose a council to close one of them.")
        return
    names = mine.sort_values("name", kind="stable")["name"].to_dict()
    st.session_state[CLOSE] = sought.closed or None
    st.selectbox(
        "Close one",
        list(names),
        index=None,
        format_func=lambda id_: names[id_],
        placeholder="None",
        key=CLOSE,
        on_change=lambda: keep(closed=st.session_state[CLOSE] or "", spot=""),
        width=CLOSE_WIDTH_PX,
    )


def pick_spot() -> None:
    """Open a place where the map was pressed, from a callback."""
    at = maps.picked_spot(MAP_KEY)
    if at is not None:
        st.session_state[POSTCODE] = ""
        st.session_state.pop(FAULT, None)
        keep(spot=write_spot(at), closed="")


def _take_postcode(build: Build) -> None:
    typed = str(st.session_state.get(POSTCODE) or "").strip()
    st.session_state.pop(FAULT, None)
    if not typed:
        return
    try:
        found = locate_postcode(typed, directory_of(build), build)
    except RegisterError as error:
        st.session_state[FAULT] = f"{error.message} {error.hint}"
        return
    longitude, latitude = _to_degrees.transform(found.easting_m, found.northing_m)
    keep(spot=write_spot((latitude, longitude)), closed="")


def _clear() -> None:
    st.session_state[POSTCODE] = ""
    st.session_state.pop(FAULT, None)
    keep(spot="", closed="")
