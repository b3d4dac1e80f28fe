"""Places that may be the one in question, side by side, to be made one or told apart."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import streamlit as st

from data.register.records import Place, State
from geo.register_duplicates import SAME, Alike, find_alike
from models.record_words import STATE_WORDS
from models.register_merge import Row, Side, lay_beside, merge_places, order_pair
from models.words import distance
from views import look
from views.review_desk import Desk, Outcome, carry_out
from views.review_effect import tell_effect
from views.review_state import open_place
from views.review_tables import show_beside

OVER: Final = (State.RETIRED, State.REJECTED)
APART_KEY: Final = "review_apart"
SIDES: Final = {Side.STAYS: "Left", Side.GOES: "Right", Side.BOTH: "Both"}
MOST: Final = 3


def find_twins(desk: Desk, place: Place) -> tuple[Alike, ...]:
    """Return the places that may be the same, but for those that were told apart in this session."""
    found = find_alike(place, _alive(desk.everything), MOST + len(_told_apart()))
    return tuple(a for a in found if frozenset((place.id, a.place.id)) not in _told_apart())[:MOST]


@lru_cache(maxsize=2)
def _alive(places: tuple[Place, ...]) -> tuple[Place, ...]:
    return tuple(place for place in places if place.state not in OVER)


def _told_apart() -> set[frozenset[str]]:
    told: set[frozenset[str]] = st.session_state.setdefault(APART_KEY, set())
    return told


def show_twins(desk: Desk, place: Place, then: str) -> None:
    """Show the places that may be the same, each side by side with this one; nothing where there is none.

    Parameters
    ----------
    desk, place
        Who looks at what.
    then
        The id of the place that opens once this one went into a published one; "" for that one.
    """
    for alike in find_twins(desk, place):
        likely = "Probably the same" if alike.score >= SAME else "Perhaps the same"
        away = "" if alike.distance_m is None else f", {_away_words(alike.distance_m)}"
        with st.expander(
            f"**{likely}: {look.plain(alike.place.name)}**{away}",
            icon=":material/content_copy:",
            expanded=alike.score >= SAME,
            key=f"twin {place.id} {alike.place.id}",
        ):
            _show_pair(desk, place, alike, then)


def _away_words(distance_m: float) -> str:
    return "at the same point" if distance_m < 5 else f"{distance(distance_m)} away"


def _show_pair(desk: Desk, place: Place, alike: Alike, then: str) -> None:
    stays, goes = order_pair(place, alike.place)
    look.show_note(f"Why: {alike.why}. {_which_stays(desk, place, stays)}")
    rows = lay_beside(stays, goes, desk.names)
    heads = tuple(_head(desk, one, one.id == place.id) for one in (stays, goes))
    show_beside([(row.label, row.stays, row.goes) for row in rows], (heads[0], heads[1]))
    held = bool(stays.held or goes.held)
    if held:
        look.show_note("One of them is held: decide that first, then they can be made one.")
    keys = {} if held else _show_choices(stays, goes, rows)
    with st.container(horizontal=True):
        if not held:
            st.button(
                "Same place: make them one",
                key=f"merge {stays.id} {goes.id}",
                icon=":material/merge:",
                on_click=_merge,
                args=(desk, stays, goes, keys, then),
            )
        st.button(
            "Different place",
            key=f"apart {place.id} {alike.place.id}",
            icon=":material/call_split:",
            on_click=_tell_apart,
            args=(place.id, alike.place.id),
            help="Not shown to you again while you work.",
        )


def _which_stays(desk: Desk, place: Place, stays: Place) -> str:
    kept, gone = ("This one", "the other") if stays.id == place.id else ("The other", "this one")
    why = "is published" if stays.state is State.PUBLISHED else "is older"
    return f"{kept} {why}, so it would stay, and {gone} would go into it."


def _head(desk: Desk, place: Place, is_this: bool) -> str:
    return f"{'This one' if is_this else 'The other'}: {STATE_WORDS[desk.state_of(place)]}"


def _show_choices(stays: Place, goes: Place, rows: tuple[Row, ...]) -> dict[str, str]:
    """Offer the values that differ to choose from, the fuller one chosen; return the key of each choice."""
    pair = f"{stays.id} {goes.id}"
    to_choose = [row for row in rows if row.to_choose]
    if to_choose:
        look.show_note("Which is kept where both say something, left or right? The fuller one is chosen.")
    with st.container(horizontal=True):
        for row in to_choose:
            st.segmented_control(
                row.label,
                list(row.sides),
                format_func=SIDES.__getitem__,
                default=row.default,
                required=True,
                key=f"side {row.field} {pair}",
                on_change="ignore",
            )
    return {row.field: f"side {row.field} {pair}" for row in to_choose}


def _merge(desk: Desk, stays: Place, goes: Place, keys: Mapping[str, str], then: str) -> None:
    chosen = {field: Side(st.session_state[key]) for field, key in keys.items()}

    def work() -> Outcome:
        kept = merge_places(stays, goes, chosen)

        def merge() -> str:
            desk.register.merge(desk.actor, kept, goes.id, goes.version)
            return f"“{goes.name}” went into “{stays.name}”, which stays."

        return tell_effect(merge)

    if carry_out(work):
        open_place(then if then and stays.state is State.PUBLISHED else stays.id)


def _tell_apart(one: str, other: str) -> None:
    _told_apart().add(frozenset((one, other)))
