"""The form about a place: to add one, to change what was sent, or to say what has changed at one."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.register.records import Actor, Place, State
from data.register.rights import Action, may
from data.register.store import Register
from geo.builds import Build
from geo.register_duplicates import Alike
from models.place_answers import QUESTIONS, Answers, Told, answers_of, read_answers
from views import assets_alike, assets_fields, look
from views.assets_fields import Form
from views.assets_where import Where, find_where, show_where

Purpose = Literal["add", "edit", "suggest"]
HEADINGS: Final = ("What is it, and where?", "What you know of it")
REST: Final = "All of this is optional: fill in what you know."
ROUND: Final = "assets_round"
"""How many places were added in this visit: each begins with empty fields."""


@dataclass(frozen=True)
class Filled:
    """A form as it stands.

    Attributes
    ----------
    answers, where
        What was typed.
    told
        The place that it makes, with all that is wrong.
    """

    answers: Answers
    where: Where
    told: Told

    @property
    def faults(self) -> Mapping[str, str]:
        """What is wrong, by question, in the order of the form."""
        found = {**self.told.faults, **({"where": self.where.fault} if self.where.fault else {})}
        return {question: found[question] for question in [*QUESTIONS, *found] if question in found}


def draft_key() -> str:
    """Return what the fields of the place that is being added are kept under."""
    return f"add {st.session_state.get(ROUND, 0)}"


def new_draft(actor: Actor) -> Place:
    """Return the draft of this visit: its id stays, so that sending it twice makes no second place."""
    place_id = st.session_state.setdefault(f"{draft_key()} id", str(uuid.uuid4()))
    return Place(place_id, 0, State.SUBMITTED, "", "", organisation_id=actor.organisation_id)


def begin_another() -> None:
    """Begin the next place, from a callback."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def fill(build: Build, key: str, base: Place) -> Filled:
    """Read what stands in a form's fields now; at first they hold what is known of the place."""
    assets_fields.fill_once(key, answers_of(base) if base.name else Answers())
    answers = assets_fields.read_fields(key)
    where = find_where(build, key, answers, base)
    return Filled(answers, where, read_answers(answers, where.located, base, datetime.now(UTC)))


def show_form(
    build: Build, register: Register, actor: Actor, key: str, base: Place, purpose: Purpose
) -> tuple[Filled, DeltaGenerator]:
    """Show the questions, and return what was answered and where what follows them belongs.

    Parameters
    ----------
    build, register, actor
        What is shown, and to whom.
    key
        What the fields are kept under.
    base
        The place before: an empty draft for one that is added.
    purpose
        What the form is for. Places like it are looked for when it is added.
    """
    filled = fill(build, key, base)
    form = Form(key, filled.faults if st.session_state.get(f"{key} tried") else {})
    by_name, by_where = _alike(build, register, actor, key, filled) if purpose == "add" else ((), ())
    left, right = st.columns(2, gap="large")
    with left:
        _show_heading(1)
        assets_fields.show_name(form)
        with st.container():
            assets_alike.show_alike(key, by_name, "name")
        assets_fields.show_kind(form)
        near = partial(assets_alike.show_alike, key, by_where, "where")
        show_where(build, form, filled.where, base, near)
    with right:
        _show_heading(2)
        look.show_note(REST)
        assets_fields.show_what_happens(form)
        assets_fields.show_contact(form, may(actor, Action.SUBMIT))
        assets_fields.show_more(form)
    return filled, right


def _show_heading(number: int) -> None:
    st.subheader(f"{number}\u2002{HEADINGS[number - 1]}", anchor=False)


def _alike(
    build: Build, register: Register, actor: Actor, key: str, filled: Filled
) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
    """Return the places that the name calls to mind, and those that only the location does.

    Each stand below what told them; once the location is known, what is far from it is left out.
    """
    others = assets_alike.known_places(build, register, actor)
    draft = filled.told.place
    nowhere = replace(draft, postcode="", easting_m=None, northing_m=None)
    by_name = assets_alike.find_once(f"{key} name", nowhere, others)
    if filled.where.located is None:
        return by_name, ()
    seen = {alike.place.id for alike in by_name}
    located = assets_alike.find_once(f"{key} where", draft, others)
    return tuple(a for a in located if a.place.id in seen), tuple(
        a for a in located if a.place.id not in seen
    )


def show_send(key: str, label: str, filled: Filled) -> bool:
    """Show the button that sends a form; say whether it was pressed and nothing is wrong.

    What is wrong is said in one line here and beside each field.
    """
    pressed = st.button(label, key=f"{key} send", type="primary", width="stretch", icon=":material/send:")
    if pressed and filled.faults and not st.session_state.get(f"{key} tried"):
        st.session_state[f"{key} tried"] = True
        st.rerun()
    if filled.faults and st.session_state.get(f"{key} tried"):
        named = [QUESTIONS.get(question, question) for question in filled.faults]
        one = len(named) == 1
        words = (
            f"{'One answer needs' if one else f'{len(named)} answers need'} another look: {', '.join(named)}."
        )
        st.error(look.plain(words), icon=":material/error:")
    return pressed and not filled.faults
