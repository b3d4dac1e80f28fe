"""Places that may be the one that is being added: shown as soon as its name or its postcode is known."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock
from typing import Final

import streamlit as st

from data.register.records import Actor, Place, State
from data.register.store import Register
from data.settings import settings
from geo.builds import Build
from geo.register_duplicates import Alike, find_alike
from models.place_words import confirmed_words
from models.words import sentence_case
from views import assets_state, look
from views.assets_fields import NOT_ADDED
from views.assets_state import Section

MOST: Final = 3
_KEPT: Final = 4
_known: "OrderedDict[tuple[object, ...], tuple[Place, ...]]" = OrderedDict()
_lock = Lock()


def known_places(build: Build, register: Register, actor: Actor) -> tuple[Place, ...]:
    """Return the places that somebody may mean: published ones, and their own in any state.

    Before the register holds any, those of the build's files. Kinds that nobody adds are none of them: a
    stop has the name of what stands beside it.
    """
    key = (register_address(register), register.edition(), build.places.revision, actor.organisation_id)
    with _lock:
        if key not in _known:
            _known[key] = _gather(build, register, actor)
            while len(_known) > _KEPT:
                _known.popitem(last=False)
        _known.move_to_end(key)
        return _known[key]


def register_address(register: Register) -> str:
    """Return what tells one register from another."""
    return register.engine.url.render_as_string(hide_password=True)


def _gather(build: Build, register: Register, actor: Actor) -> tuple[Place, ...]:
    published = register.published()
    own = register.mine(actor) if actor.organisation_id else ()
    found = {place.id: place for place in (*published, *own)}
    known = found.values() if published else [*found.values(), *places_of_files(build)]
    return tuple(place for place in known if place.kind not in NOT_ADDED)


def places_of_files(build: Build) -> list[Place]:
    """Return the places of a build's files as the register would hold them."""
    frame = build.places.frame
    words = frame[["name", "kind", "detail", "address", "postcode"]].astype(object)
    words["ward"] = frame["area_code"].map(build.areas.frame["ward_name"]).astype(object)
    rows = words.where(words.notna(), "").itertuples()
    points = zip(frame.geometry.x.tolist(), frame.geometry.y.tolist(), strict=True)
    return [
        Place(
            str(row.Index), 0, State.PUBLISHED, row.name, row.kind, row.detail,
            address=row.address, postcode=row.postcode, easting_m=east, northing_m=north,
            ward_name=row.ward,
        )
        for row, (east, north) in zip(rows, points, strict=True)
    ]  # fmt: skip


def find_once(key: str, draft: Place, others: Sequence[Place]) -> tuple[Alike, ...]:
    """Find places like a draft, and not again while what tells them apart stays the same."""
    phones = tuple(contact.phone for contact in draft.contacts)
    asked = (draft.name, draft.kind, draft.postcode, draft.easting_m, draft.northing_m, phones, id(others))
    held = st.session_state.get(f"{key} alike")
    if held is None or held[0] != asked:
        found = find_alike(draft, others, MOST) if draft.name.strip() else ()
        held = (asked, tuple(one for one in found if one.place.id != draft.id))
        st.session_state[f"{key} alike"] = held
    alike: tuple[Alike, ...] = held[1]
    return alike


def show_alike(key: str, found: Sequence[Alike], slot: str) -> None:
    """Show places that may be meant, each to be opened instead, until somebody says that it is another."""
    dismissed: set[str] = st.session_state.setdefault(f"{key} another", set())
    shown = [alike for alike in found if alike.place.id not in dismissed]
    if not shown:
        return
    one = len(shown) == 1
    with st.container(border=True, gap="small"):
        st.markdown(f":orange[:material/content_copy:] **Is it {'this one' if one else 'one of these'}?**")
        for alike in shown:
            st.markdown(_describe(alike))
            row = st.container(horizontal=True, gap="small")
            row.button(
                "It is this one",
                key=f"{key} {slot} {alike.place.id}",
                on_click=assets_state.go_to,
                args=(Section.BROWSE, alike.place.id),
                help="Opens it, to confirm it or to say what has changed. What you typed here is kept.",
            )
        label = "No, it is another" if one else "No, it is none of these"
        ids = {alike.place.id for alike in shown}
        where = row if one else st.container()
        where.button(label, key=f"{key} {slot} no", type="tertiary", on_click=dismissed.update, args=(ids,))


def _describe(alike: Alike) -> str:
    """Write a place that may be meant as Markdown: its name, where it is, and why it may be meant."""
    place = alike.place
    where = ", ".join(filter(None, (place.address, place.postcode or place.ward_name)))
    told = confirmed_words(place, date.today(), settings().stale_months) if place.version else ""
    words = ". ".join(sentence_case(part) for part in (where, alike.why, told) if part)
    return f"**{look.plain(place.name)}**  \n{look.plain(words)}"
