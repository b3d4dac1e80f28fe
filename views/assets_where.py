"""Where a place is that somebody tells of: a postcode looked up offline, or a pin on the map."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from data.errors import RegisterError
from data.register.records import Place
from geo.builds import Build
from geo.register_locate import Located, directory_of, locate_point, locate_postcode
from models.place_answers import Answers, keeps_location, where_fault
from views import assets_fields, assets_map
from views.assets_fields import Form
from views.assets_map import Spot

KEPT_HIDDEN: Final = "Where it is is kept hidden. Leave this empty to leave it as it is."


@dataclass(frozen=True)
class Where:
    """Where a place is told to be.

    Attributes
    ----------
    located
        What was found; None where nothing new was told.
    pin
        Where the pin stands on the map; None where there is nothing to show.
    fault
        What is wrong, in words; an empty text where nothing is.
    typed
        Whether anything was told at all.
    """

    located: Located | None
    pin: Spot | None
    fault: str
    typed: bool


def find_where(build: Build, key: str, answers: Answers, base: Place) -> Where:
    """Find where a form says that its place is: a pin that was moved comes before the postcode."""
    pin: Spot | None = st.session_state.get(f"{key} pin")
    kept = keeps_location(answers, base)
    asked = (answers.postcode.strip(), pin, build.areas.content_hash)
    located, error = None, None
    if pin is not None or (asked[0] and not kept):
        located, error = _look_up_once(build, key, asked)
    at = (located.easting_m, located.northing_m) if located else pin
    if at is None and kept and base.easting_m is not None and base.northing_m is not None:
        at = (base.easting_m, base.northing_m)
    typed = bool(asked[0]) or pin is not None
    return Where(located, at, where_fault(answers, located, error, base), typed)


Answer = tuple[Located | None, RegisterError | None]


def _look_up_once(build: Build, key: str, asked: tuple[str, Spot | None, str]) -> Answer:
    """Look up what was told, and not again while it stays the same."""
    held = st.session_state.get(f"{key} looked up")
    if held is None or held[0] != asked:
        held = (asked, _look_up(build, *asked[:2]))
        st.session_state[f"{key} looked up"] = held
    found: Answer = held[1]
    return found


def _look_up(build: Build, postcode: str, pin: Spot | None) -> Answer:
    try:
        if pin is not None:
            return locate_point(*pin, build), None
        return locate_postcode(postcode, directory_of(build), build), None
    except RegisterError as error:
        return None, error


def show_where(build: Build, form: Form, where: Where, base: Place, show_alike: Callable[[], None]) -> None:
    """Ask for the postcode, say where it falls, and let the pin be moved on a map.

    Parameters
    ----------
    build, form, where, base
        What is asked, of which place.
    show_alike
        Shows what is like it and near, above the map.
    """
    note = KEPT_HIDDEN if base.withheld else ""
    assets_fields.show_postcode(form, lambda: forget_pin(form.key), note)
    with st.container():
        _say_where(form, where)
    with st.container():
        show_alike()
    postcode = str(st.session_state.get(form.of("postcode")) or "").strip().upper()
    assets_map.show_pin_map(build, where.pin, postcode, f"{form.key} map", lambda: move_pin(form.key))


def _say_where(form: Form, where: Where) -> None:
    if where.located is not None:
        found = where.located
        words = assets_fields.say_falls_in(found.area_name, found.ward_name, found.la_name)
        st.html(f'<p style="margin:0">{words} If the pin is off, press the right spot on the map.</p>')
    elif where.fault and where.typed and "where" not in form.faults:
        Form(form.key, {"where": where.fault}).show_fault("where")


def move_pin(key: str) -> None:
    """Set the pin where the map was clicked, from a callback."""
    pin = assets_map.picked_pin(f"{key} map")
    if pin is not None:
        st.session_state[f"{key} pin"] = pin


def forget_pin(key: str) -> None:
    """Let a new postcode count before the pin that was set, from a callback."""
    st.session_state.pop(f"{key} pin", None)
