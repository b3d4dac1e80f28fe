"""What of the review is shown, kept in the address: a section, a place, what a list is narrowed to, its page.

The address holds the truth: each run reads it, and each choice writes it before the page runs again. So a
link can be sent to a colleague, and the browser's back button goes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeVar

import streamlit as st

from views.state import hold

Item = TypeVar("Item")


class Section(StrEnum):
    """The parts of the review, as they stand in the address."""

    QUEUE = "queue"
    SUGGESTIONS = "suggestions"
    STALE = "stale"
    PLACES = "places"
    ORGANISATIONS = "organisations"
    FILES = "files"
    HISTORY = "history"
    REFUSED = "refused"


SECTION_WORDS: Final = {
    Section.QUEUE: "Queue",
    Section.SUGGESTIONS: "Suggestions",
    Section.STALE: "Not confirmed",
    Section.PLACES: "All places",
    Section.ORGANISATIONS: "Organisations",
    Section.FILES: "Imported files",
    Section.HISTORY: "History",
    Section.REFUSED: "Refused",
}
SECTION_KEY: Final = "review_section"
PAGE_KEY: Final = "review_page"
NAMES: Final = ("section", "place", "only", "page")


@dataclass(frozen=True)
class Shown:
    """What is shown: a section, the place that is open in it, what its list is narrowed to, and its page."""

    section: Section = Section.QUEUE
    place: str = ""
    only: str = ""
    page: int = 1


@dataclass(frozen=True)
class Paged:
    """One page of a list, and how many pages there are."""

    page: int
    pages: int
    start: int
    end: int


def read_shown() -> Shown:
    """Return what the address asks for; what it asks for and there is not is left out."""
    asked = st.query_params
    section = asked.get("section", "")
    page = asked.get("page", "")
    return Shown(
        Section(section) if section in list(Section) else Section.QUEUE,
        asked.get("place", ""),
        asked.get("only", ""),
        int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


def write_shown(shown: Shown) -> None:
    """Write what is shown into the address, all at once: each part would be a step of the back button."""
    values = {
        "section": "" if shown.section is Section.QUEUE else shown.section.value,
        "place": shown.place,
        "only": shown.only,
        "page": str(shown.page) if shown.page > 1 else "",
    }
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
    st.query_params.from_dict({**others, **{name: value for name, value in values.items() if value}})


def show_sections(shown: Shown, waiting: dict[Section, int]) -> None:
    """Show the sections to choose from, those in which something waits with how much."""
    hold(SECTION_KEY, shown.section.value)
    st.segmented_control(
        "Section",
        [section.value for section in Section],
        format_func=lambda value: _section_words(Section(value), waiting),
        required=True,
        key=SECTION_KEY,
        on_change=_choose_section,
        label_visibility="collapsed",
        wrap=True,
    )


def _section_words(section: Section, waiting: dict[Section, int]) -> str:
    count = waiting.get(section, 0)
    return f"{SECTION_WORDS[section]} {count:,}" if count else SECTION_WORDS[section]


def _choose_section() -> None:
    write_shown(Shown(Section(st.session_state[SECTION_KEY])))


def open_place(place_id: str, section: Section | None = None) -> None:
    """Open a place, in the section that is shown or in another."""
    shown = read_shown()
    write_shown(replace(shown, place=place_id) if section is None else Shown(section, place_id))


def narrow(only: str) -> None:
    """Narrow the list of the section; it begins at its first page."""
    write_shown(replace(read_shown(), only=only, page=1, place=""))


def cut_page(items: Sequence[Item], page: int, size: int) -> tuple[Sequence[Item], Paged]:
    """Return the items of one page; a page beyond the last is the last.

    Examples
    --------
    >>> cut_page("abcde", 2, 2)
    ('cd', Paged(page=2, pages=3, start=2, end=4))
    """
    pages = max(-(-len(items) // size), 1)
    page = min(max(page, 1), pages)
    start = (page - 1) * size
    shown = items[start : start + size]
    return shown, Paged(page, pages, start, start + len(shown))


def show_pages(paged: Paged) -> None:
    """Show the pages of a list to choose from, where there are several."""
    if paged.pages < 2:
        return
    key = f"{PAGE_KEY} {paged.page} of {paged.pages}"  # A value set in the session would be warned of.
    st.pagination(
        paged.pages, default=paged.page, key=key, max_visible_pages=5, on_change=_choose_page, args=(key,)
    )


def _choose_page(key: str) -> None:
    write_shown(replace(read_shown(), page=int(st.session_state[key]), place=""))
