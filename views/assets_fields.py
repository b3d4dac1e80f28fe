"""The questions of the form about a place: each a field with what is wrong with it right beneath.

What is typed is kept in the session under the form's own keys, so that no error, no other page and no lost
race takes it away.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import streamlit as st

from data.asset_kinds import asset_kinds
from data.register.fields import ACCESSIBILITY
from models.opening_words import parse_hours, write_hours
from models.place_ages import AGES
from models.place_answers import Answers
from models.place_words import ward_words
from models.words import sentence_case
from views import look
from views.markers import MARKERS

NOT_ADDED: Final = ("transport",)
"""Stops come from the national list, not from people: they are no choice in the form, and on a map only where
they are asked for, as they would bury the rest."""

COSTS: Final = {"free": "Free", "paid": "Costs something"}
CONSENT: Final = "Show it to everyone. The person whose it is has agreed."
MOST: Final = {"description": 5_001}
MOST_A_LINE: Final = 1_001
"""How much is taken of a field, in characters: enough to see that it is too much to be kept."""


@dataclass(frozen=True)
class Form:
    """One form about one place.

    Attributes
    ----------
    key
        What its fields are kept under.
    faults
        What is wrong, by question; empty until somebody tried to send it.
    """

    key: str
    faults: Mapping[str, str]

    def of(self, name: str) -> str:
        """Return the key of a field in the session."""
        return f"{self.key} {name}"

    def text(self, name: str, label: str, **options: Any) -> str:  # noqa: ANN401
        """Show a field of one line."""
        options = {"autocomplete": "off", **options}
        typed = st.text_input(label, key=self.of(name), persist_state="session", **options)
        return typed or ""

    @contextmanager
    def question(self, name: str) -> Iterator[None]:
        """Hold a question, its notes and what is wrong with its answer together as one block.

        So nothing below it changes its place in the page, where a map would begin afresh.
        """
        with st.container(gap="xsmall"):
            yield
            self.show_fault(name)

    def show_fault(self, question: str) -> None:
        """Show what is wrong with an answer."""
        if question in self.faults:
            st.markdown(f":red[:material/error: {look.plain(self.faults[question])}]")


def fill_once(key: str, answers: Answers) -> None:
    """Put answers into the fields of a form that nobody has opened yet."""
    if st.session_state.get(f"{key} filled"):
        return
    st.session_state[f"{key} filled"] = True
    write_fields(key, answers)


def write_fields(key: str, answers: Answers) -> None:
    """Put answers into the fields of a form, whatever stands there."""
    values = {
        **{name: getattr(answers, name) for name in _TEXTS},
        "ages": list(answers.ages),
        "accessibility": list(answers.accessibility),
        "kind": answers.kind or None,
        "cost": answers.cost or None,
        "consent": answers.consent,
        "youngest": answers.youngest,
        "oldest": answers.oldest,
    }
    for name, value in values.items():
        st.session_state[f"{key} {name}"] = value


def read_fields(key: str) -> Answers:
    """Return what stands in the fields of a form now, shown or not."""
    held = {name: st.session_state.get(f"{key} {name}") for name in Answers.__dataclass_fields__}
    told: dict[str, Any] = {
        name: str(value or "")[: MOST.get(name, MOST_A_LINE)] for name, value in held.items()
    }
    told |= {name: tuple(held[name] or ()) for name in ("ages", "accessibility")}
    told |= {name: held[name] for name in ("youngest", "oldest")}
    return Answers(**told | {"consent": bool(held["consent"])})


_TEXTS: Final = tuple(
    name
    for name, field in Answers.__dataclass_fields__.items()
    if field.type in ("str", str) and name != "kind"
)


def show_name(form: Form) -> None:
    """Ask what the place is called."""
    with form.question("name"):
        form.text("name", "Name of the place or group")


def show_kind(form: Form) -> None:
    """Ask what kind of place it is, with the marker that it will have on the map."""
    own = st.session_state.get(form.of("kind"))
    with form.question("kind"):
        st.pills(
            "What kind of place is it?",
            [kind for kind in asset_kinds() if kind not in NOT_ADDED or kind == own],
            format_func=lambda kind: f":{MARKERS[kind].ink}[{MARKERS[kind].glyph}] {MARKERS[kind].name}",
            key=form.of("kind"),
            wrap=True,
            persist_state="session",
        )


def show_postcode(form: Form, on_change: Callable[[], None], note: str = "") -> None:
    """Ask for the postcode."""
    with form.question("where"):
        form.text("postcode", "Postcode", on_change=on_change, autocomplete="postal-code")
        if note:
            look.show_note(note)


def show_what_happens(form: Form) -> None:
    """Ask what happens there, for whom, at what cost and when."""
    with form.question("description"):
        st.text_area(
            "What happens there?",
            key=form.of("description"),
            placeholder="For example: a weekly food parcel and a cup of tea",
            height=88,
            on_change="ignore",
            persist_state="session",
        )
    with form.question("ages"):
        st.pills(
            "Who is it for?",
            list(AGES),
            selection_mode="multi",
            format_func=lambda key: AGES[key][0],
            key=form.of("ages"),
            on_change="ignore",
            wrap=True,
            persist_state="session",
        )
    with form.question("cost"):
        _show_cost(form)
    with form.question("opening"):
        _show_opening(form)


def _show_cost(form: Form) -> None:
    cost = st.pills(
        "What does it cost?",
        list(COSTS),
        format_func=COSTS.__getitem__,
        key=form.of("cost"),
        wrap=True,
        persist_state="session",
    )
    if cost == "paid":
        form.text("price", "How much?", placeholder="For example £2 a child", on_change="ignore")


def _show_opening(form: Form) -> None:
    """Ask when it is open, in words, and say how they are read."""
    typed = form.text("opening", "When is it open?", placeholder="For example Tuesdays 10 to 12, term time")
    hours = parse_hours(typed[:MOST_A_LINE])
    if hours.openings:
        look.show_note(f"Read as: {write_hours(hours.openings, hours.note)}.")
    elif typed.strip():
        look.show_note("It will be shown as you wrote it.")


def show_contact(form: Form, may_publish: bool) -> None:
    """Ask how to reach the place, and whether that may be shown: of what anybody sends it never is."""
    with form.question("contact"):
        form.text("contact", "Phone or email", on_change="ignore")
        if not may_publish:
            look.show_note("Only editors see it.")
            return
        st.checkbox(CONSENT, key=form.of("consent"), on_change="ignore", persist_state="session")
        look.show_note("Without the tick only editors see it.")


def show_more(form: Form) -> None:
    """Ask for the rest, one click away; open at once where something in it is wrong."""
    more = ("accessibility", "sessions", "website", "address", "contact_name")
    with st.expander("More, if you know it", expanded=any(question in form.faults for question in more)):
        for name, label in (
            ("address", "Address, without the postcode"),
            ("website", "Website"),
            ("contact_name", "Who to ask for"),
        ):
            with form.question(name):
                form.text(name, label, on_change="ignore")
        with form.question("accessibility"):
            _show_accessibility(form)
        with form.question("sessions"):
            form.text(
                "sessions", "How many sessions a week?", placeholder="For example 2", on_change="ignore"
            )
        _show_exact_ages(form)


def _show_accessibility(form: Form) -> None:
    st.pills(
        "What makes it easy to use?",
        list(ACCESSIBILITY),
        selection_mode="multi",
        format_func=lambda key: sentence_case(ACCESSIBILITY[key]),
        key=form.of("accessibility"),
        on_change="ignore",
        wrap=True,
        persist_state="session",
    )


def _show_exact_ages(form: Form) -> None:
    with st.container(horizontal=True):
        for name, label in (("youngest", "Youngest age"), ("oldest", "Oldest age")):
            st.number_input(
                label,
                min_value=0,
                max_value=120,
                value=None,
                step=1,
                key=form.of(name),
                on_change="ignore",
                persist_state="session",
                width=150,
            )
    look.show_note("Only if the ages above do not fit.")


def say_falls_in(area: str, ward: str, council: str) -> str:
    """Say as HTML in which area a place falls, or that it lies just outside."""
    if not area:
        return "It lies just across the border, and still counts for those who live near it."
    where = escape(ward_words(ward) or council)
    return f"It falls in <b>{escape(area)}</b>{f', {where}' if where else ''}."
