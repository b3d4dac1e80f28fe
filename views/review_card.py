"""Everything about one place, as text: what it is, who sent it, where it is and what is near, whom to ask."""

from collections.abc import Mapping
from html import escape
from typing import Final, Literal

import streamlit as st

from data.asset_kinds import asset_kinds
from data.register.records import DRAFTS, Contact, Place, State
from data.register.rights import Action, may
from models.record_words import LABELS, STATE_WORDS, tell_place
from models.register_times import ago_words, day_words
from models.service_words import contact_words, service_words
from models.words import distance, sentence_case
from views import look
from views.markers import MARKERS
from views.review_desk import Desk, Outcome, carry_out
from views.review_map import MOST_NUMBERED, Centre, Near, draw_near, find_near

ABOVE: Final = (
    "state",
    "name",
    "kind",
    "held",
    "confidential",
    "point",
    "ward_name",
    "reason",
    "submitted_by",
)
"""What is told above the list of fields, or beside it."""

BADGES: Final[Mapping[State, tuple[Literal["orange", "green", "gray"], str]]] = {
    State.SUBMITTED: ("orange", "schedule"),
    State.NEEDS_INFORMATION: ("orange", "help"),
    State.PUBLISHED: ("green", "check"),
    State.STALE: ("gray", "history"),
    State.RETIRED: ("gray", "block"),
    State.REJECTED: ("gray", "close"),
}
GRID: Final = "margin:0;padding:0;display:grid;grid-template-columns:8.2em 1fr;gap:.25rem .8rem"
WITHHELD: Final = (
    "Where it is is withheld from everybody, you too: no address, no postcode and no map. Its ward is all "
    "that is told."
)

HELD_MEANS: Final = """
- **Publish** shows it on the map, with its address, to everyone.
- **Publish as confidential** keeps it in the register with its ward alone: it is on no map, in no figure, no
  download and no feed."""
DRAFT_MEANS: Final = """
- **Ask** sends a question to who sent it. It stays hidden meanwhile.
- **Reject** leaves it out. Where it is stays hidden."""
RETIRE_MEANS: Final = """
- **Retire** takes it out. Where it is stays hidden."""


def show_card(desk: Desk, place: Place) -> None:
    """Show everything about a place."""
    _show_head(desk, place)
    _show_held(place)
    left, right = st.columns(2, gap="medium")
    with left:
        _show_facts(desk, place)
        _show_contacts(desk, place)
    with right:
        _show_where(desk, place)


def _show_head(desk: Desk, place: Place) -> None:
    state = desk.state_of(place)
    colour, icon = BADGES[state]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(look.plain(place.name), anchor=False, width="content")
        st.badge(sentence_case(STATE_WORDS[state]), icon=f":material/{icon}:", color=colour)
        if place.withheld:
            st.badge("Location withheld", icon=":material/visibility_off:", color="violet")
    look.show_note(_origin(desk, place))
    if place.reason and not place.merged_into:
        st.info(look.plain(f"{_REASONS.get(place.state, 'It was said')}: {place.reason}"))


_REASONS: Final = {
    State.NEEDS_INFORMATION: "What was asked",
    State.REJECTED: "Why it was rejected",
    State.RETIRED: "Why it was retired",
}


def _origin(desk: Desk, place: Place) -> str:
    """Say who sent a place, for whom, when, and when it was confirmed."""
    told = []
    organisation = desk.organisations.get(place.organisation_id)
    if place.submitted_by:
        whose = (
            f" for {organisation.name}"
            if organisation and organisation.name not in place.submitted_by
            else ""
        )
        told.append(f"Sent by {place.submitted_by}{whose}")
    if place.created_at:
        made = place.created_at.date()
        told.append(f"{'on' if told else 'Added on'} {day_words(made)} ({ago_words(made, desk.today)})")
    words = " ".join(told)
    confirmed = place.last_confirmed
    when = f"Last confirmed {day_words(confirmed)} ({ago_words(confirmed, desk.today)})." if confirmed else ""
    return f"{words}. {when}".strip(" .") + "."


def _show_held(place: Place) -> None:
    """Say why a place is held, that its location is withheld meanwhile, and what each decision means."""
    if not place.held:
        return
    why = f"{place.held[:1].upper()}{place.held[1:]}".rstrip(".")
    st.warning(
        f"**Held for you.** {look.plain(why)}. Until you decide, where it is is shown to nobody: not on this "
        "page either, in case somebody looks over your shoulder or copies it.",
        icon=":material/visibility_off:",
    )
    st.markdown(HELD_MEANS + (DRAFT_MEANS if place.state in DRAFTS else RETIRE_MEANS))


def _show_facts(desk: Desk, place: Place) -> None:
    """Show what is told, but for what stands above and for services, which have a line each."""
    kinds = asset_kinds()
    marker = MARKERS.get(place.kind)
    kind = kinds[place.kind].singular if place.kind in kinds else place.kind
    above = {LABELS[key] for key in ABOVE}
    told = {label: text for label, text in tell_place(place, desk.names).items() if label not in above}
    facts = {LABELS["kind"]: f"{marker.glyph} {kind}" if marker else kind}
    facts |= {label: text for label, text in told.items() if not label.startswith("Service")}
    facts.pop(LABELS["last_confirmed"], None)
    rows = "".join(_fact(label, escape(text)) for label, text in facts.items())
    for number, service in enumerate(place.services):
        rows += _fact("What is offered" if number == 0 else "", escape(service_words(service)))
    st.html(f'<dl style="{GRID}">{rows}</dl>')


def _fact(label: str, value: str) -> str:
    return (
        f'<dt style="{look.PALE}">{escape(label)}</dt>'
        f'<dd style="margin:0;overflow-wrap:anywhere;white-space:pre-line">{value}</dd>'
    )


def _show_contacts(desk: Desk, place: Place) -> None:
    """Show whom to ask; personal data, which can be erased on request."""
    for contact in place.contacts:
        agreed = "agreed to be published" if contact.consent else "not to be published"
        st.html(
            f'<div style="margin-top:.4rem"><b>Contact</b> <span style="{look.PALE}">({agreed})</span><br>'
            f'<span style="overflow-wrap:anywhere">{escape(contact_words(contact))}</span></div>'
        )
        if may(desk.actor, Action.ERASE):
            _offer_erasing(desk, place, contact)


def _offer_erasing(desk: Desk, place: Place, contact: Contact) -> None:
    with st.popover("Erase this contact", icon=":material/person_remove:", type="tertiary"):
        st.markdown(
            "For when somebody asks for their details to be forgotten. They are deleted here and in the "
            "whole history. **This cannot be undone.**"
        )
        st.button(
            "Erase for good",
            key=f"erase {contact.id}",
            icon=":material/delete_forever:",
            on_click=_erase,
            args=(desk, place, contact.id),
        )


def _erase(desk: Desk, place: Place, contact_id: str) -> None:
    def work() -> Outcome:
        desk.register.erase_contact(desk.actor, place.id, contact_id)
        return Outcome(f"The contact of “{place.name}” is erased, here and in the history.")

    carry_out(work)


def _show_where(desk: Desk, place: Place) -> None:
    """Show where a place is and what is near; of one that is withheld the ward alone, in words."""
    ward = f"{place.ward_name} ward" if place.ward_name else "Outside the wards of this build"
    if place.easting_m is None or place.northing_m is None:
        st.html(f'<div style="font-weight:600">{escape(ward)}</div>')
        look.show_note(WITHHELD if place.withheld else "It has no location yet.")
        return
    centre = Centre(place.easting_m, place.northing_m)
    near = find_near(desk.build.places.frame, centre, place.id)
    st.html(draw_near(desk.build, centre, near, desk.dark))
    st.html(f'<div style="{look.SMALL};margin-top:.3rem"><b>{escape(ward)}</b>{_located(place)}</div>')
    st.html(_say_near(near))


def _located(place: Place) -> str:
    how = {"postcode": "placed by its postcode", "point": "somebody pointed at it on a map"}
    words = how.get(place.located_by, "")
    return f", {words}" if words else ""


def _say_near(near: list[Near]) -> str:
    """Write the equal of the map: the places with numbers, their kind and how far they are."""
    if not near:
        return f'<div style="{look.SMALL};{look.PALE}">No other place is near.</div>'
    kinds = asset_kinds()
    lines = "".join(
        f'<li style="overflow-wrap:anywhere;{look.SMALL}">{MARKERS[n.kind].glyph} {escape(n.name)} '
        f'<span style="{look.PALE}">· {escape(kinds[n.kind].singular)}, {distance(n.distance_m)}</span></li>'
        for n in near[:MOST_NUMBERED]
    )
    more = len(near) - MOST_NUMBERED
    rest = f'<div style="{look.PALE}">and {more:,} more on the map</div>' if more > 0 else ""
    return (
        f'<div style="{look.SMALL}"><ol style="margin:.2rem 0 0;padding-left:1.3rem">{lines}</ol>{rest}</div>'
    )
