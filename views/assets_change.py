"""Change what was sent, or suggest a change of a published place; and what to do when somebody was faster."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from data.errors import RegisterError
from data.register.as_json import changed_keys, contacts_to_json
from data.register.fields import to_json
from data.register.records import Actor, Place
from data.register.store import LostRace, Register
from data.register.suggesting import CLOSED
from geo.builds import Build
from models.place_answers import QUESTIONS, answers_of
from models.place_differences import combine, differences
from views import assets_fields, assets_form, assets_state, assets_told, look
from views.assets_form import Filled

TITLES: Final = {"edit": "Change what you sent: {}", "suggest": "What has changed at {}?"}
SEND: Final = {"edit": "Send again", "suggest": "Send to an editor"}
SENT: Final = {
    "edit": "{}: your change was saved, and an editor looks at it.",
    "suggest": "{}: an editor looks at what you suggested. You see here what becomes of it.",
}
SAYS_CLOSED: Final = "It has closed."
_BASES: Final = "assets_bases"
_RACES: Final = "assets_races"


def show_change(build: Build, register: Register, actor: Actor, doing: str, place_id: str) -> None:
    """Show the form about a place that is there, filled with what is known of it.

    What the form was filled from is kept, so that a change by somebody else is noticed when it is sent.
    """
    key = f"{doing} {place_id}"
    bases: dict[str, Place] = st.session_state.setdefault(_BASES, {})
    try:
        base = bases.get(key) or bases.setdefault(key, register.find(actor, place_id))
    except RegisterError as error:
        assets_told.show_refusal(error)
        st.button("Back", on_click=assets_state.end)
        return
    st.subheader(TITLES[doing].format(look.plain(base.name)), anchor=False)
    if base.reason:
        st.info(f"The editor wrote: {look.plain(base.reason)}", icon=":material/chat:")
    race: Place | None = st.session_state.setdefault(_RACES, {}).get(key)
    if race is not None:
        _show_race(key, base, race)
        return
    if doing == "suggest":
        st.button(
            "It has closed",
            icon=":material/door_front:",
            on_click=_say_closed,
            args=(register, actor, key, base),
        )
        look.show_note("Or change below what is not right any more.")
    purpose: assets_form.Purpose = "edit" if doing == "edit" else "suggest"
    filled, end = assets_form.show_form(build, register, actor, key, base, purpose)
    with end:
        note = _ask_note(key) if doing == "suggest" else ""
        if assets_form.show_send(key, SEND[doing], filled):
            _send(register, actor, doing, key, base, filled, note)
        st.button("Leave it as it is", type="tertiary", on_click=_leave, args=(key,))


def _ask_note(key: str) -> str:
    return (
        st.text_input(
            "Anything else the editor should know? (optional)",
            placeholder="For example: it moved next door in May",
            max_chars=500,
            key=f"{key} note",
            on_change="ignore",
            persist_state="session",
        )
        or ""
    )


def _say_closed(register: Register, actor: Actor, key: str, base: Place) -> None:
    """Suggest that a place has closed, from a callback."""

    def work() -> str:
        register.suggest(actor, base.id, base.version, CLOSED, SAYS_CLOSED)
        return SENT["suggest"].format(base.name)

    if assets_told.attempt(work):
        _leave(key)


def _send(
    register: Register, actor: Actor, doing: str, key: str, base: Place, filled: Filled, note: str
) -> None:
    """Save or suggest what was typed; where somebody was faster, keep both versions to choose from."""
    place = filled.told.place
    try:
        if doing == "edit":
            register.edit(actor, place)
        else:
            register.suggest(actor, base.id, base.version, _changes(base, place), note)
    except LostRace as race:
        st.session_state[_RACES][key] = race.theirs
        st.rerun()
    except RegisterError as error:
        assets_told.show_refusal(error)
        return
    assets_told.tell(SENT[doing].format(base.name))
    _forget(key)
    assets_state.end()
    st.rerun()


def _changes(base: Place, place: Place) -> Mapping[str, Any]:
    """Return the fields of a place that were changed, as the register takes a suggestion."""
    before = to_json(base) | {"contacts": contacts_to_json(base.contacts)}
    after = to_json(place) | {"contacts": contacts_to_json(place.contacts)}
    return {name: after[name] for name in changed_keys(before, after)}


def _show_race(key: str, base: Place, theirs: Place) -> None:
    """Show what differs between what was typed and what the register holds by now, to choose from.

    What somebody did not touch is the register's until they say otherwise.
    """
    yours = assets_fields.read_fields(key)
    differing = differences(yours, answers_of(theirs))
    touched = differences(yours, answers_of(base))
    st.warning(
        "Somebody else changed this place while you were typing. Nothing of yours is lost: choose what "
        "should stand, and then send it.",
        icon=":material/call_split:",
    )
    for question, (own, other) in differing.items():
        st.radio(
            QUESTIONS[question],
            ["yours", "theirs"],
            index=0 if question in touched else 1,
            format_func=lambda which, own=own, other=other: _option(which, own, other),
            key=f"{key} race {question}",
        )
    if not differing:
        look.show_note("Both say the same by now.")
    st.button("Go on with these", type="primary", on_click=_settle, args=(key, theirs, tuple(differing)))


def _option(which: str, own: str, other: str) -> str:
    words = {"yours": ("Yours", own), "theirs": ("The register’s", other)}[which]
    return f"**{words[0]}:** {look.plain(words[1]) if words[1] else 'nothing'}"


def _settle(key: str, theirs: Place, differing: Sequence[str]) -> None:
    """Fill the form with what was chosen, on the version that the register holds, from a callback."""
    mine = {question for question in differing if st.session_state.get(f"{key} race {question}") == "yours"}
    answers = combine(assets_fields.read_fields(key), answers_of(theirs), mine)
    if "where" in differing and "where" not in mine:
        st.session_state.pop(f"{key} pin", None)
    assets_fields.write_fields(key, answers)
    st.session_state[_BASES][key] = theirs
    st.session_state[_RACES].pop(key, None)


def _leave(key: str) -> None:
    """Leave the form and what was typed in it, from a callback."""
    _forget(key)
    assets_state.end()


def _forget(key: str) -> None:
    """Let a form begin afresh when it is opened next."""
    for held in (_BASES, _RACES):
        st.session_state.get(held, {}).pop(key, None)
    for name in [name for name in st.session_state if str(name).startswith(f"{key} ")]:
        del st.session_state[name]
