"""A list beside what is open of it: one is chosen at a time, by pointer or keyboard, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

import streamlit as st

from views import look
from views.review_desk import shorten
from views.review_state import cut_page, read_shown, show_pages, write_shown
from views.state import hold

ROWS: Final = 8
CHOSEN_KEY: Final = "review_chosen"


class Known(Protocol):
    """Something that is known by an id."""

    @property
    def id(self) -> str:
        """The id."""


Item = TypeVar("Item", bound=Known)


@dataclass(frozen=True)
class Line:
    """One line of a list: the name of what it is about, and what is said of it beneath."""

    title: str
    caption: str


def show_list(
    label: str, items: Sequence[Item], line_of: Callable[[Item], Line], asked: str, revision: int
) -> Item | None:
    """Show a page of a list, and return what is chosen: what the address asks for, else the first.

    Parameters
    ----------
    label
        What the list is called, for those who hear it.
    items
        All of its items; the page is that of the address, or the one with what it asks for.
    line_of
        Writes the line of an item. It is asked for those of the page alone.
    asked
        The id that the address asks for.
    revision
        That of the register: a name that changed makes another list, in which what is chosen is marked anew.
    """
    if not items:
        return None
    ids = [item.id for item in items]
    page = ids.index(asked) // ROWS + 1 if asked in ids else read_shown().page
    shown, paged = cut_page(items, page, ROWS)
    lines = {item.id: line_of(item) for item in shown}
    chosen = asked if asked in lines else next(iter(lines))
    key = f"{CHOSEN_KEY} {revision}"
    hold(key, chosen)
    st.radio(
        label,
        list(lines),
        format_func=lambda id_: _words(lines[id_]),
        key=key,
        on_change=_choose,
        args=(key,),
        label_visibility="collapsed",
    )
    show_pages(paged)
    return shown[list(lines).index(chosen)]


def _words(line: Line) -> str:
    """Write a line of the list; the captions that a radio button can have are too pale."""
    return f"**{look.plain(shorten(line.title))}**  \n:gray[{look.plain(shorten(line.caption))}]"


def _choose(key: str) -> None:
    write_shown(replace(read_shown(), place=st.session_state[key]))


def next_after(ids: Sequence[str], current: str) -> str:
    """Return the id that follows another in a list, or the one before the last; "" where it is alone.

    Examples
    --------
    >>> [next_after(["a", "b", "c"], id_) for id_ in "abc"], next_after(["a"], "a")
    (['b', 'c', 'b'], '')
    """
    if current not in ids or len(ids) < 2:
        return ""
    at = ids.index(current)
    return ids[at + 1] if at + 1 < len(ids) else ids[at - 1]
