"""What of the places page is shown, kept in the address: a section, a place, a receipt, what is searched for.

The address holds the truth: each run reads it, and each choice writes it before the page runs again. So a
link can be sent to somebody, and the browser's back button goes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import streamlit as st

from data.register.records import Actor, Role
from data.register.rights import Action, may
from views.sign_in import may_add
from views.state import hold

NAMES: Final = ("section", "do", "place", "receipt", "q", "kinds", "fresh", "page")
DOINGS: Final = ("edit", "suggest")
SECTION_KEY: Final = "assets_section"


class Section(StrEnum):
    """The parts of the page, as they stand in the address."""

    BROWSE = "browse"
    ADD = "add"
    MANY = "many"
    MINE = "mine"


class Fresh(StrEnum):
    """Which places are listed, by when they were last confirmed."""

    ALL = "all"
    CONFIRMED = "confirmed"
    OLD = "old"


SECTION_WORDS: Final = {
    Section.BROWSE: "Browse",
    Section.ADD: "Add a place",
    Section.MANY: "Add many",
    Section.MINE: "My submissions",
}


@dataclass(frozen=True)
class Shown:
    """What is shown.

    Attributes
    ----------
    section
        The part of the page.
    doing
        "edit" or "suggest" while a form about the place stands in place of the section.
    place
        The id of the place that is open.
    receipt
        The token of a receipt that is followed.
    words, kinds, fresh, page
        What is searched for in Browse, and the page of what was found.
    """

    section: Section = Section.BROWSE
    doing: str = ""
    place: str = ""
    receipt: str = ""
    words: str = ""
    kinds: tuple[str, ...] = ()
    fresh: Fresh = Fresh.ALL
    page: int = 1


def opening_section(actor: Actor) -> Section:
    """Return the part that the page opens with: who was invited came to add a place."""
    return Section.ADD if actor.role is Role.PARTNER else Section.BROWSE


def read_shown(opening: Section = Section.BROWSE) -> Shown:
    """Return what the address asks for; what it asks for and there is not is left out."""
    asked = st.query_params
    section, fresh, page = (asked.get(name, "") for name in ("section", "fresh", "page"))
    return Shown(
        Section(section) if section in list(Section) else opening,
        asked.get("do", "") if asked.get("do") in DOINGS else "",
        asked.get("place", "")[:40],
        asked.get("receipt", "")[:400],
        asked.get("q", "")[:80],
        tuple(filter(None, asked.get("kinds", "")[:300].split(","))),
        Fresh(fresh) if fresh in list(Fresh) else Fresh.ALL,
        max(int(page), 1) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


def write_shown(shown: Shown) -> None:
    """Write what is shown into the address, all at once: each part would be a step of the back button."""
    values = {
        "section": shown.section.value,
        "do": shown.doing,
        "place": shown.place,
        "receipt": shown.receipt,
        "q": shown.words,
        "kinds": ",".join(shown.kinds),
        "fresh": "" if shown.fresh is Fresh.ALL else shown.fresh.value,
        "page": str(shown.page) if shown.page > 1 else "",
    }
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
    st.query_params.from_dict({**others, **{name: value for name, value in values.items() if value}})


def sections_for(actor: Actor) -> list[Section]:
    """Return the parts of the page that are of use to somebody."""
    if may(actor, Action.SUBMIT):
        return list(Section)
    return [Section.BROWSE, *([Section.ADD] if may_add(actor) else [])]


def show_sections(shown: Shown, offered: Sequence[Section]) -> None:
    """Show the parts to choose from, where there are several."""
    if len(offered) < 2:
        return
    hold(SECTION_KEY, shown.section.value)
    st.segmented_control(
        "Section",
        [section.value for section in offered],
        format_func=lambda value: SECTION_WORDS[Section(value)],
        required=True,
        key=SECTION_KEY,
        on_change=_choose_section,
        label_visibility="collapsed",
        wrap=True,
    )


def _choose_section() -> None:
    go_to(Section(st.session_state[SECTION_KEY]))


def go_to(section: Section, place: str = "", receipt: str = "") -> None:
    """Show a part of the page, from a callback."""
    write_shown(Shown(section, place=place, receipt=receipt))


def begin(doing: str, place_id: str) -> None:
    """Show the form about a place, from a callback."""
    write_shown(replace(read_shown(), doing=doing, place=place_id))


def end() -> None:
    """Leave the form about a place, from a callback; in Browse the place stays open."""
    shown = read_shown()
    write_shown(replace(shown, doing="", place=shown.place if shown.section is Section.BROWSE else ""))


def open_place(place_id: str) -> None:
    """Open a place beside what was found, from a callback; an empty id closes it."""
    write_shown(replace(read_shown(), place=place_id))
