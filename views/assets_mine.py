"""My submissions: how each stands and what the editor asks, confirming, changing, and suggestions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

import streamlit as st

from data.errors import RegisterError
from data.register.records import DRAFTS, Actor, Place, State, Suggestion
from data.register.store import Register
from data.settings import settings
from geo.builds import Build
from models.place_words import confirmed_words, standing_of, ward_words
from views import assets_card, assets_effect, assets_state, assets_told, look
from views.assets_state import Section
from views.markers import MARKERS

A_PAGE: Final = 10
WIDTH_PX: Final = 760
GROUPS: Final = {
    "The editor asks you": (State.NEEDS_INFORMATION,),
    "Waiting for an editor": (State.SUBMITTED,),
    "Published": (State.PUBLISHED,),
    "Not listed": (State.REJECTED, State.RETIRED),
}
FATES: Final[Mapping[str, tuple[str, Literal["gray", "green"]]]] = {
    "open": ("Waiting for an editor", "gray"),
    "accepted": ("Taken over", "green"),
    "rejected": ("Not taken over", "gray"),
}
COLOURS: Final[Mapping[State, Literal["gray", "orange", "green"]]] = {
    State.SUBMITTED: "gray",
    State.NEEDS_INFORMATION: "orange",
    State.PUBLISHED: "green",
    State.RETIRED: "gray",
    State.REJECTED: "gray",
}


def show_mine(build: Build, register: Register, actor: Actor) -> None:
    """Show everything of somebody's organisation, what needs them first."""
    with st.container(width=WIDTH_PX):
        _show_all(build, register, actor)


def _show_all(build: Build, register: Register, actor: Actor) -> None:
    mine = register.mine(actor)
    suggestions = [
        one for one in register.suggestions(actor, "") if one.made_by == actor.name or _is_own(one, actor)
    ]
    if not mine and not suggestions:
        st.info("You have not sent anything yet.", icon=":material/inbox:")
        st.button("Add a place", type="primary", on_click=assets_state.go_to, args=(Section.ADD,))
        return
    _show_confirm_several(register, actor, mine)
    for title, states in GROUPS.items():
        group = sorted((place for place in mine if place.state in states), key=_longest_silent)
        if group:
            st.subheader(f"{title} ({len(group):,})", anchor=False)
            _show_group(build, register, actor, title, group)
    if suggestions:
        names = {place.id: place.name for place in mine}
        st.subheader("What you suggested", anchor=False)
        for suggestion in reversed(suggestions):
            _show_suggestion(register, actor, suggestion, names)


def _longest_silent(place: Place) -> date:
    """Return what published places are ordered by; the others keep their order, the newest change first."""
    silent = place.last_confirmed or date.min
    return silent if place.state is State.PUBLISHED else date.min


def _is_own(suggestion: Suggestion, actor: Actor) -> bool:
    return bool(actor.organisation_id) and suggestion.organisation_id == actor.organisation_id


def _show_group(build: Build, register: Register, actor: Actor, title: str, group: Sequence[Place]) -> None:
    """Show the places of one standing, a page at a time."""
    pages = -(-len(group) // A_PAGE)
    page = 1
    if pages > 1:
        page = st.pagination(pages, key=f"mine {title}", max_visible_pages=5)
    for place in group[(page - 1) * A_PAGE : page * A_PAGE]:
        _show_one(build, register, actor, place)


def _show_one(build: Build, register: Register, actor: Actor, place: Place) -> None:
    today, months = date.today(), settings().stale_months
    standing = standing_of(place, today, months)
    marker = MARKERS[place.kind]
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":{marker.ink}[{marker.glyph}] **{look.plain(place.name)}**", width="content")
            if place.state is State.PUBLISHED and not place.withheld:
                assets_card.show_freshness(place)
            elif standing.name not in GROUPS:
                st.badge(standing.name, color=COLOURS[place.state])
        look.show_note(_where_words(place))
        if place.reason:
            st.markdown(f"**The editor wrote:** {look.plain(place.reason)}")
        elif place.state is not State.PUBLISHED or place.withheld:
            look.show_note(standing.meaning)
        if place.state is State.PUBLISHED:
            _show_effect(build, place)
            assets_card.show_actions(register, actor, place, primary=False)
        elif place.state in DRAFTS:
            _show_change(place)


def _show_change(place: Place) -> None:
    asked = place.state is State.NEEDS_INFORMATION
    st.button(
        "Answer and send again" if asked else "Change what you sent",
        key=f"edit {place.id}",
        type="primary" if asked else "secondary",
        icon=":material/edit:",
        on_click=assets_state.begin,
        args=("edit", place.id),
    )


def _where_words(place: Place) -> str:
    return " · ".join(filter(None, (place.address, place.postcode, ward_words(place.ward_name))))


def _show_effect(build: Build, place: Place) -> None:
    """Show what a published place changed, one click away: it is worked out when it is asked for."""
    panel = st.expander("What it changed", on_change="rerun", key=f"effect {place.id}", type="compact")
    if panel.open:
        with panel:
            assets_effect.show_done(build, place)


def _show_confirm_several(register: Register, actor: Actor, mine: Sequence[Place]) -> None:
    """Offer to confirm several places at once, those first that nobody has confirmed for longest."""
    own = [place for place in mine if assets_card.may_confirm(actor, place)]
    due = [place for place in own if place.last_confirmed is None or place.last_confirmed < date.today()]
    if len(due) < 2:
        return
    due.sort(key=lambda place: (place.last_confirmed or date.min, place.name.casefold()))
    panel = st.expander(
        f"Confirm several at once ({len(due):,} to confirm)", on_change="rerun", key="several"
    )
    if not panel.open:
        return
    today, months = date.today(), settings().stale_months
    with panel, st.form("confirm several", border=False):
        look.show_note(
            "Take the tick away from those that are not open any more, or that you are not sure of."
        )
        ticked = [
            place
            for place in due[:50]
            if st.checkbox(
                f"{look.plain(place.name)}, {confirmed_words(place, today, months)}",
                value=True,
                key=f"still {place.id} {place.version}",
            )
        ]
        if st.form_submit_button("These are still open", icon=":material/check:", type="primary") and ticked:
            assets_told.attempt(lambda: assets_card.confirm(register, actor, ticked))
            st.rerun()


def _show_suggestion(register: Register, actor: Actor, suggestion: Suggestion, names: dict[str, str]) -> None:
    """Show a suggestion and what became of it."""
    name = names.get(suggestion.place_id) or _name_of(register, actor, suggestion.place_id)
    words, colour = FATES[suggestion.state]
    with st.container(border=True, gap="small"):
        st.markdown(f"**{look.plain(name)}**")
        st.badge(words, color=colour)
        asked = ", ".join(sorted(_FIELDS[key] for key in suggestion.changes if key in _FIELDS))
        look.show_note(" · ".join(filter(None, (asked and f"About: {asked}", suggestion.note))))
        if suggestion.reason:
            st.markdown(f"**The editor wrote:** {look.plain(suggestion.reason)}")


_FIELDS: Final = {
    "name": "name",
    "kind": "kind",
    "website": "website",
    "services": "what happens there",
    "contacts": "phone or email",
    "address": "address",
    "postcode": "where it is",
}


def _name_of(register: Register, actor: Actor, place_id: str) -> str:
    try:
        return register.find(actor, place_id).name
    except RegisterError:
        return "A place that is not listed any more"
