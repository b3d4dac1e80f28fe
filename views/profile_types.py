"""Types on a profile: on the page once they stand ready, for which nobody has to wait, and on its print."""

from html import escape
from textwrap import shorten
from typing import Final

import streamlit as st

from data.errors import AtlasError
from geo.area_table import LARGE_PLACE
from geo.builds import Build
from models.demand_mix import Share
from models.explain import Explanation
from models.levels import Level
from models.profile_types import OF_A_PLACE, TypesHere
from models.type_inputs import FEWEST_AREAS
from models.words import Part, number
from views import look, types_figures
from views.demand_parts import write_mix
from views.inside import held_indicators, why_inside
from views.profile_parts import STYLE
from views.types_beside import read_beside, words_of
from views.types_here import find_types_here

EVERY_S: Final = 1.0
TYPES_PAGE: Final = "types.py"
LONGEST_PRINTED: Final = 90
"""Characters of a reason for which the printed page has room."""

WAITING: Final = "Sorting {} small areas into kinds of place. The rest of the page does not wait for it."
TOO_MANY: Final = (
    "To sort {} small areas into kinds of place takes a minute or more: open Types once, and they stand here."
)
NOT_YET: Final = (
    "{} small areas are still being sorted into kinds of place: load this page again in a minute."
)
PATIENCE_S: Final = 5.0
"""How long the printed page waits for types."""

NOT_PRINTED: Final = "This rests on referrals, so the printed page leaves it out."
TITLES: Final = {True: "What kind of place it is", False: "What kinds of place it holds"}


def show_types(build: Build, level: Level, code: str, dark: bool) -> None:
    """Show the kind of place of a shape and the way of working that suits it, once they are known."""
    st.subheader(TITLES[level is Level.AREA], anchor=False)
    try:
        _show(build, level, code, dark)
    except AtlasError as error:
        look.show_note(words_of(error))


def _show(build: Build, level: Level, code: str, dark: bool) -> None:
    if stand_ready(build):
        _tell(build, level, code, dark)
    elif len(build.areas.frame) > LARGE_PLACE:
        look.show_note(TOO_MANY.format(number(len(build.areas.frame))))
        st.page_link(TYPES_PAGE, label="Open Types", icon=":material/category:")
    else:
        _wait(build)


def stand_ready(build: Build) -> bool:
    """Say whether the types of a build are there at once: they were made, or rules stand alone."""
    few = len(build.areas.frame) < FEWEST_AREAS
    return few or types_figures.is_ready(build, None, read_beside(build).before)


def printed_types(build: Build, level: Level, code: str) -> str:
    """Write what the printed page says of types as a paragraph; where it takes long, how to get it there."""
    try:
        return _printed(build, level, code)
    except AtlasError as error:
        return f"<p>{escape(words_of(error))}</p>"


def _printed(build: Build, level: Level, code: str) -> str:
    areas = len(build.areas.frame)
    if not stand_ready(build):
        if areas > LARGE_PLACE:
            return f"<p>{escape(TOO_MANY.format(number(areas)))}</p>"
        if not types_figures.wait_for(build, None, read_beside(build).before, PATIENCE_S):
            return f"<p>{escape(NOT_YET.format(number(areas)))}</p>"
    here = find_types_here(build, level, code)
    lines = [_html(parts) for parts in (here.kind, here.way) if parts]
    if here.reason:
        lines.append(escape(f"Reason: {shorten(here.reason, LONGEST_PRINTED, placeholder=' …')}"))
    lines += [_line(title, shares) for title, shares in _counted(here) if shares]
    return f"<p>{' '.join([*lines, *map(escape, here.notes), escape(OF_A_PLACE)])}</p>"


@st.fragment(run_every=EVERY_S)
def _wait(build: Build) -> None:
    """Let the types be made beside the page, and show them once they are there."""
    words = WAITING.format(number(len(build.areas.frame)))
    try:
        if types_figures.begin(build, None, read_beside(build).before):
            st.rerun()
    except AtlasError as error:
        words = words_of(error)
    st.html(f'<p role=status style="{look.SMALL};{look.PALE};margin:0">{escape(words)}</p>')


def _tell(build: Build, level: Level, code: str, dark: bool) -> None:
    here = find_types_here(build, level, code)
    for parts in (here.kind, here.way):
        if parts:
            look.show_small_explanation(Explanation(parts, ()))
    if here.reason:
        look.show_note(f"Reason: {here.reason}")
    tables = "".join(write_mix(title, shares, dark) for title, shares in _counted(here) if shares)
    if tables:
        st.html(f'{STYLE}<div style="{_SIDE_BY_SIDE}">{tables}</div>')
    held = [NOT_PRINTED] if why_inside(build, held_indicators(build)) else []
    look.show_note(" ".join([*here.notes, OF_A_PLACE, *held]))


_SIDE_BY_SIDE: Final = (
    "display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26em),1fr));gap:.4rem 1.6rem"
)


def _counted(here: TypesHere) -> tuple[tuple[str, tuple[Share, ...]], ...]:
    return (("Kind of place", here.kinds), ("Way of working that suits it", here.ways))


def _line(title: str, shares: tuple[Share, ...]) -> str:
    told = "; ".join(f"<b>{escape(one.label)}</b>: {one.count:,}" for one in shares)
    return f"{escape(title)}, by small areas: {told}."


def _html(parts: tuple[Part, ...]) -> str:
    return "".join(f"<b>{escape(part.text)}</b>" if part.bold else escape(part.text) for part in parts)
