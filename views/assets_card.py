"""One place: what it is, for whom and when, who said so last; and what can be said about it."""

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from data.asset_kinds import asset_kinds
from data.register.fields import ACCESSIBILITY
from data.register.records import Actor, Place, Service, State
from data.register.rights import Action, may
from data.register.store import Register
from data.settings import settings
from models.opening_words import write_hours
from models.place_words import confirmed_words, month_of, ward_words
from models.service_words import ages_words, contact_words, cost_words
from models.words import sentence_case
from views import assets_state, assets_told, look
from views.markers import MARKERS

UNDATED: Final = "From a published file"


def show_card(register: Register, actor: Actor, place: Place) -> None:
    """Show a place with what somebody may say about it."""
    with st.container(border=True, gap="small"):
        _show_head(place)
        for service in place.services:
            _show_service(service, len(place.services) > 1)
        look.show_pairs("", _where(register, place))
        _show_website(place.website)
        if place.version:
            show_actions(register, actor, place)
        st.button("Close", key="card close", type="tertiary", on_click=assets_state.open_place, args=("",))


def _show_head(place: Place) -> None:
    kind = asset_kinds()[place.kind]
    detail = place.detail if place.detail.lower() != kind.singular else ""
    words = " · ".join(filter(None, (sentence_case(kind.singular), detail)))
    marker = MARKERS[place.kind]
    name = escape(place.name)
    st.html(
        '<div role=heading aria-level=2 style="font-weight:600;font-size:1.15rem;overflow-wrap:anywhere">'
        f"{name}</div>"
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":{marker.ink}[{marker.glyph}] {look.plain(words)}", width="content")
        show_freshness(place)


def show_freshness(place: Place) -> None:
    """Show when somebody last said that a place is there, as a badge."""
    if not place.version:
        st.badge(UNDATED, icon=":material/description:", color="gray")
        return
    today, months = date.today(), settings().stale_months
    words = sentence_case(confirmed_words(place, today, months))
    stale = place.last_confirmed is None or place.state_on(today, months) is State.STALE
    st.badge(
        words, icon=f":material/{'schedule' if stale else 'check'}:", color="orange" if stale else "green"
    )


def _show_service(service: Service, several: bool) -> None:
    pairs = {
        "When": write_hours(service.openings, service.opening_note),
        "For": ages_words(service),
        "Cost": cost_words(service),
        "Easy to use": ", ".join(ACCESSIBILITY.get(key, key) for key in service.accessibility),
        "Sessions a week": f"{service.sessions_a_week:g}" if service.sessions_a_week else "",
    }
    if service.description:
        st.html(
            f'<div style="white-space:pre-line;overflow-wrap:anywhere">{escape(service.description)}</div>'
        )
    look.show_pairs(service.name if several else "", {label: text for label, text in pairs.items() if text})


def _where(register: Register, place: Place) -> Mapping[str, str]:
    address = ", ".join(filter(None, (place.address, place.postcode)))
    organisations = {one.id: one.name for one in register.organisations()} if place.organisation_id else {}
    pairs = {
        "Where": " · ".join(filter(None, (address, ward_words(place.ward_name))))
        or "kept confidential" * place.withheld,
        "Contact": "; ".join(contact_words(contact) for contact in place.contacts if contact.consent),
        "Run by": organisations.get(place.organisation_id, ""),
        "Source": _source_words(register, place),
    }
    return {label: text for label, text in pairs.items() if text}


def _source_words(register: Register, place: Place) -> str:
    if not place.source_id:
        return ""
    source = next((one for one in register.sources() if one.id == place.source_id), None)
    return f"{source.title or source.file}, {month_of(source.dated)}" if source else ""


def _show_website(website: str) -> None:
    if website:
        shown = website.split("://", 1)[-1].rstrip("/")
        st.html(
            f'<a href="{escape(website, quote=True)}" target="_blank" rel="noopener noreferrer nofollow" '
            f'style="overflow-wrap:anywhere">{escape(shown)}</a>'
        )


def may_confirm(actor: Actor, place: Place) -> bool:
    """Say whether somebody may confirm a place today: editors any, partners those of their organisation."""
    own = bool(actor.organisation_id) and place.organisation_id == actor.organisation_id
    told_today = place.last_confirmed is not None and place.last_confirmed >= date.today()
    return (place.state is State.PUBLISHED and not told_today) and (
        may(actor, Action.CONFIRM) or (own and may(actor, Action.CONFIRM_OWN))
    )


def show_actions(register: Register, actor: Actor, place: Place, primary: bool = True) -> None:
    """Show what somebody may say about a published place: that it is still open, or what has changed."""
    if place.state is not State.PUBLISHED:
        return
    with st.container(horizontal=True):
        if may_confirm(actor, place):
            st.button(
                "It is still open",
                key=f"confirm {place.id}",
                type="primary" if primary else "secondary",
                icon=":material/check:",
                on_click=_confirm_one,
                args=(register, actor, place),
            )
        if may(actor, Action.SUGGEST):
            st.button(
                "Suggest a change",
                key=f"suggest {place.id}",
                icon=":material/edit:",
                on_click=assets_state.begin,
                args=("suggest", place.id),
            )


def _confirm_one(register: Register, actor: Actor, place: Place) -> None:
    assets_told.attempt(lambda: confirm(register, actor, [place]))


def confirm(register: Register, actor: Actor, places: list[Place]) -> str:
    """Confirm places today, and say so."""
    count = register.confirm(actor, [place.id for place in places], date.today())
    named = places[0].name if len(places) == 1 else f"{count:,} places"
    return f"{named}: confirmed today. Thank you."
