"""How the pages look: palettes, header and badges, sentence, legend, notes. Content only, no page styling.

`st.html` is used with inline styles alone: no rule here reaches Streamlit's own page.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

from data.errors import AtlasError
from data.provenance import Tier
from models.classes import FIFTHS, MISSING, SUPPRESSED, Classes
from models.explain import Explanation
from models.levels import Level
from models.selected import SelectedArea
from models.words import Part

HERE: Final = Path(__file__).parent

NEED: Final = ("#ECE3F0", "#D3BFDD", "#AB8CC0", "#7E569C", "#4A2268")
NEED_DARK: Final = ("#2C2534", "#4C3B5D", "#775A90", "#AA85C3", "#E6CFF2")
PEOPLE: Final = ("#E6ECEF", "#BFCDD5", "#8EA5B3", "#5B7789", "#2A4557")
PEOPLE_DARK: Final = ("#243038", "#3B4E5B", "#5E7A8B", "#8FAEC0", "#D2E5EF")
"""Least to most. On dark paper the most is pale: it is always furthest from the paper."""

SMALL: Final = "font-size:.875rem;line-height:1.4"
PALE: Final = "opacity:.8"


@dataclass(frozen=True)
class Hatch:
    """The two inks of the patterns for suppressed and missing."""

    paper: str
    ink: str


HATCH: Final = Hatch("#F7F6F2", "#7E858B")
HATCH_DARK: Final = Hatch("#262E33", "#7B868D")


def is_dark() -> bool:
    """Say whether the reader's page is dark."""
    return st.context.theme.type == "dark"


def palette_of(classes: Classes, dark: bool) -> tuple[str, ...]:
    """Return the five colours of a map, class 0 first: plum for need, slate for numbers of people."""
    if classes.is_need:
        return NEED_DARK if dark else NEED
    return PEOPLE_DARK if dark else PEOPLE


def show_header(title: str, tier: Tier, invented_place: str | None) -> None:
    """Show the page's title and the badges that belong in every screenshot."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="content")
        if tier is Tier.INTERNAL:
            st.badge(
                "Internal build",
                icon=":material/lock:",
                color="orange",
                help="May hold figures that a shared build must not show. Do not forward screenshots.",
            )
        if invented_place:
            st.badge(
                f"{plain(invented_place)} is not a real place",
                icon=":material/theater_comedy:",
                color="violet",
                help="An invented borough with invented figures, to try the tool on.",
            )


def show_explanation(explanation: Explanation) -> None:
    """Show the sentence, and its caveats in smaller type below."""
    sentence = f'<div style="font-size:1.2rem;line-height:1.45">{_parts(explanation.sentence)}</div>'
    caveats = f'<div style="{SMALL};{PALE};margin-top:.35rem">{escape(" ".join(explanation.caveats))}</div>'
    st.html(f'<div style="max-width:72em">{sentence}{caveats if explanation.caveats else ""}</div>')


def show_note(text: str) -> None:
    """Show a line of small type."""
    st.html(f'<p style="{SMALL};{PALE};margin:0">{escape(text)}</p>')


def show_legend(classes: Classes, dark: bool) -> None:
    """Show the legend: title, comparator, and every class with its swatch and its count.

    A legend goes out with every change of the page, so it says in one place what all of its entries share.
    """
    counts = classes.counts
    colours = palette_of(classes, dark)
    items = "".join(
        f"<div role=listitem>{_swatch(key, colours, dark)} {escape(label)} {counts[key]:,}</div>"
        for key, label in classes.labels.items()
        if key in FIFTHS or counts[key]
    )
    note = f"{classes.note} {_nothing_hidden(counts, classes.level)}"
    st.html(
        f'<div style="{SMALL}"><b>{escape(classes.title)}</b> <span style="{PALE}">{escape(note)}</span>'
        '<div role=list style="display:flex;flex-wrap:wrap;gap:.2rem .9rem;margin-top:.3rem">'
        f"{items}</div></div>"
    )


def show_selected(area: SelectedArea) -> None:
    """Show the figures of the selected area in a bordered panel."""
    figures = "".join(
        f'<div><div style="{PALE};{SMALL}">{escape(figure.label)}</div>'
        f'<div style="font-weight:600;font-variant-numeric:tabular-nums">{escape(figure.value)}</div></div>'
        for figure in area.figures
    )
    with st.container(border=True):
        st.html(
            f'<div role=heading aria-level=2 style="font-weight:600">{escape(area.name)}</div>'
            f'<div style="{SMALL};{PALE}">{escape(area.place)} · {escape(area.code)}</div>'
            f'<div style="margin:.4rem 0">{_parts(area.sentence)}</div>'
            f'<div style="display:flex;flex-wrap:wrap;gap:.4rem 1.4rem">{figures}</div>'
        )


def show_pairs(title: str, pairs: Mapping[str, str]) -> None:
    """Show labelled lines of small type under a title."""
    lines = "".join(
        f'<div><b>{escape(label)}:</b> <span style="overflow-wrap:anywhere">{escape(value)}</span></div>'
        for label, value in pairs.items()
    )
    heading = f'<div style="font-weight:600;margin-top:.4rem">{escape(title)}</div>'
    st.html(f'{heading}<div style="{SMALL}">{lines}</div>')


def plain(text: str) -> str:
    r"""Return text that Markdown shows as it stands: no link, picture or colour that it asks for is made.

    Examples
    --------
    >>> print(plain("![x](//host/a)"))
    \!\[x\]\(\/\/host\/a\)
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def show_failure(error: AtlasError) -> None:
    """Show what is wrong and what to do next, instead of a page."""
    st.title("There is nothing to show yet", anchor=False)
    st.error(plain(error.message))
    if error.hint:
        st.markdown("**What to do next**")
        st.text(error.hint)


def _parts(parts: Iterable[Part]) -> str:
    return "".join(f"<b>{escape(part.text)}</b>" if part.bold else escape(part.text) for part in parts)


def _nothing_hidden(counts: Mapping[str, int], level: Level) -> str:
    words = {SUPPRESSED: "hidden", MISSING: "without data"}
    absent = [word for key, word in words.items() if not counts[key]]
    return f"No {level.singular} is {' or '.join(absent)}." if absent else ""


def _swatch(key: str, colours: tuple[str, ...], dark: bool) -> str:
    hatch = HATCH_DARK if dark else HATCH
    fills = {
        SUPPRESSED: f"repeating-linear-gradient(135deg,{hatch.ink} 0 1px,{hatch.paper} 1px 4.2px)",
        MISSING: f"radial-gradient({hatch.ink} 1px,{hatch.paper} 1.3px) 0 0/4px 4px",
    }
    fill = fills.get(key) or colours[int(key)]
    return (
        '<span style="display:inline-block;width:22px;height:13px;border-radius:2px;vertical-align:-1px;'
        f'margin-right:.1rem;border:1px solid {hatch.ink};background:{fill}"></span>'
    )
