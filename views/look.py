"""How the pages look: palettes, header and badges, sentence, legend, notes. Content only, no page styling.

`st.html` is used with inline styles alone: no rule here reaches Streamlit's own page.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final, Literal

import streamlit as st

from data.errors import AtlasError, DisclosureError
from models.classes import MISSING, SUPPRESSED, Classes
from models.explain import Explanation
from models.levels import Level
from models.places import PlacesHere
from models.schemes import FIFTHS, Comparator
from models.selected import Figure, SelectedArea
from models.words import Part
from views.badges import Marking
from views.demand_table import is_ratio

HERE: Final = Path(__file__).parent

NEED: Final = ("#ECE3F0", "#D3BFDD", "#AB8CC0", "#7E569C", "#4A2268")
NEED_DARK: Final = ("#2C2534", "#4C3B5D", "#775A90", "#AA85C3", "#E6CFF2")
PEOPLE: Final = ("#E6ECEF", "#BFCDD5", "#8EA5B3", "#5B7789", "#2A4557")
PEOPLE_DARK: Final = ("#243038", "#3B4E5B", "#5E7A8B", "#8FAEC0", "#D2E5EF")
"""Least to most. On dark paper the most is pale: it is always furthest from the paper."""

BESIDE_EXPECTED: Final = ("#0F6B73", "#B3D5D2", "#F4F2EC", "#F0D0A3", "#A4500F")
BESIDE_EXPECTED_DARK: Final = ("#5CC4C2", "#27575A", "#30363A", "#6E4F2B", "#F0A95C")
"""Below what is expected for sure, below it, as expected, above it, above it for sure.

Classed by evidence and not by size: strong only where chance is ruled out.
"""

PLACEMENT: Final = ("#4F8F91", "#F5C04A", "#ECE6EF", "#5B3A7A", "#BDB7AA", "#A8431A")
PLACEMENT_DARK: Final = ("#3E7C7E", "#F0BE4A", "#2C2734", "#A988C8", "#6B6358", "#D9633F")
"""Within reach, newly so, out of reach with lower, higher and unknown need, and no longer within reach."""

DARK_BUTTONS: Final = (
    '<style>[data-testid^="stBaseButton-primary"],[data-testid^="stBaseButton-primary"] *'
    "{color:#14191D!important}</style>"
)
"""Streamlit writes on a main button in white, which cannot be read on the dark theme's light primary."""

SMALL: Final = "font-size:.875rem;line-height:1.4"
PALE: Final = "opacity:.8"


@dataclass(frozen=True)
class Hatch:
    """The two inks of the patterns for suppressed and missing."""

    paper: str
    ink: str


HATCH: Final = Hatch("#F7F6F2", "#7E858B")
HATCH_DARK: Final = Hatch("#262E33", "#7B868D")
GREEN: Final = "#DCE7D6"
GREEN_DARK: Final = "#24332B"
"""Green spaces, as `map/map_style.js` draws them."""


def is_dark() -> bool:
    """Say whether the reader's page is dark."""
    return st.context.theme.type == "dark"


def mend_buttons() -> None:
    """Let the words on main buttons be read on the dark page."""
    if is_dark():
        st.html(DARK_BUTTONS)


def palette_of(classes: Classes, dark: bool) -> tuple[str, ...]:
    """Return the five colours of a map, class 0 first.

    Plum for need, slate for amounts and distances, petrol to orange for what is held against expectation.
    """
    if is_ratio(classes.indicator.id):
        return BESIDE_EXPECTED_DARK if dark else BESIDE_EXPECTED
    if classes.is_need:
        return NEED_DARK if dark else NEED
    return PEOPLE_DARK if dark else PEOPLE


def show_header(title: str, marking: Marking, width: Literal["stretch", "content"] = "stretch") -> None:
    """Show the page's title with the badges that belong in every screenshot, and what is overdue."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width=width):
        st.title(title, anchor=False, width="content")
        for badge in marking.badges:
            st.badge(plain(badge.label), icon=f":material/{badge.icon}:", color=badge.colour, help=badge.help)


def show_overdue(marking: Marking) -> None:
    """Warn that figures should have been deleted; nothing when they need not be."""
    if marking.overdue:
        st.warning(plain(marking.overdue), icon=":material/auto_delete:")


def show_explanation(explanation: Explanation) -> None:
    """Show the sentence, and its caveats in smaller type below."""
    sentence = f'<div style="font-size:1.2rem;line-height:1.45">{_parts(explanation.sentence)}</div>'
    caveats = f'<div style="{SMALL};{PALE};margin-top:.35rem">{escape(" ".join(explanation.caveats))}</div>'
    st.html(f'<div style="max-width:72em">{sentence}{caveats if explanation.caveats else ""}</div>')


def show_small_explanation(explanation: Explanation) -> None:
    """Show a sentence within a page's text, with its caveats in smaller type below."""
    caveats = f'<div style="{SMALL};{PALE};margin-top:.2rem">{escape(" ".join(explanation.caveats))}</div>'
    st.html(f"<div>{_parts(explanation.sentence)}</div>{caveats if explanation.caveats else ''}")


def show_note(text: str) -> None:
    """Show a line of small type."""
    st.html(f'<p style="{SMALL};{PALE};margin:0">{escape(text)}</p>')


def show_legend(classes: Classes, dark: bool, green: bool = False) -> None:
    """Show the legend: title, comparator, and every class with its swatch and its count; and green spaces.

    A legend goes out with every change of the page, so it says in one place what all of its entries share.
    """
    counts = classes.counts
    colours = palette_of(classes, dark)
    between = ": " if classes.comparator is Comparator.BANDS else " "  # "2 10" would be read as one number.
    items = "".join(
        f"<div role=listitem>{swatch(key, colours, dark)} {escape(label)}{between}{counts[key]:,}</div>"
        for key, label in classes.labels.items()
        if key in FIFTHS or counts[key]
    )
    if green:
        items += f"<div role=listitem>{green_swatch(dark)} green space over 2 ha</div>"
    note = f"{classes.note} {_nothing_hidden(counts, classes.level)}"
    st.html(
        f'<div style="{SMALL}"><b>{escape(classes.title)}</b> <span style="{PALE}">{escape(note)}</span>'
        '<div role=list style="display:flex;flex-wrap:wrap;gap:.2rem .9rem;margin-top:.3rem">'
        f"{items}</div></div>"
    )


def show_counted(
    title: str,
    note: str,
    entries: Iterable[tuple[str, str, str]],
    palette: tuple[str, ...],
    dark: bool,
    green: bool,
) -> None:
    """Show a legend of classes with their counts.

    Parameters
    ----------
    title, note
        The two parts of its first line.
    entries
        Class, words and count of each.
    palette
        The colours of the classes.
    dark, green
        Whether the page is dark, and whether the map has green spaces.
    """
    items = "".join(
        f"<div role=listitem>{swatch(key, palette, dark)} {escape(words)}: {escape(count)}</div>"
        for key, words, count in entries
    )
    if green:
        items += f"<div role=listitem>{green_swatch(dark)} green space over 2 ha</div>"
    st.html(
        f'<div style="{SMALL}"><b>{escape(title)}</b> <span style="{PALE}">{escape(note)}</span>'
        '<div role=list style="display:flex;flex-wrap:wrap;gap:.2rem .9rem;margin-top:.3rem">'
        f"{items}</div></div>"
    )


def show_selected(area: SelectedArea, places: PlacesHere | None, more: str = "") -> None:
    """Show the figures of the selected area, the places in it and what else is written of it in a panel."""
    with st.container(border=True):
        st.html(
            f'<div role=heading aria-level=2 style="font-weight:600">{escape(area.name)}</div>'
            f'<div style="{SMALL};{PALE}">{escape(area.place)} · {escape(area.code)}</div>'
            f'<div style="margin:.4rem 0">{_parts(area.sentence)}</div>'
            f"{_figures(area.figures)}{_places(places) if places else ''}{more}"
        )


def _figures(figures: Iterable[Figure]) -> str:
    cells = "".join(
        f'<div><div style="{PALE};{SMALL}">{escape(figure.label)}</div>'
        f'<div style="font-weight:600;font-variant-numeric:tabular-nums">{escape(figure.value)}</div></div>'
        for figure in figures
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:.4rem 1.4rem">{cells}</div>'


def _places(places: PlacesHere) -> str:
    """Write the equal of the markers in words: what stands here, and how far the nearest of each kind is."""
    lines = "".join(
        f'<li style="overflow-wrap:anywhere">{escape(name)} <span style="{PALE}">· {escape(kind)}</span></li>'
        for kind, name in places.listed
    )
    more = f"<li>and {places.more:,} more</li>" if places.more else ""
    head = f"Inside, of the kinds on the map{'' if lines else ': none'}"
    listed = f'<ul style="{SMALL};margin:.1rem 0 0;padding-left:1.1rem">{lines}{more}</ul>' if lines else ""
    nearest = ", ".join(f"{escape(near.label)} <b>{escape(near.value)}</b>" for near in places.nearest)
    how_far = f"{places.nearest_words}: {nearest}" if nearest else ""
    return (
        f'<div style="{SMALL};margin-top:.6rem"><b>{head}</b></div>{listed}'
        f'<div style="{SMALL};margin-top:.3rem">{how_far}</div>'
    )


def show_pairs(title: str, pairs: Mapping[str, str]) -> None:
    """Show labelled lines of small type under a title."""
    lines = "".join(
        f'<div><b>{escape(label)}:</b> <span style="overflow-wrap:anywhere">{escape(value)}</span></div>'
        for label, value in pairs.items()
    )
    heading = f'<div style="font-weight:600;margin-top:.4rem">{escape(title)}</div>'
    st.html(f'{heading}<div style="{SMALL}">{lines}</div>')


_ASKING: Final = re.compile(r"(?!(?<=\w)-(?=\w)|(?<= )&(?= )|[',])[!-/:-@\[-`{-~]")
"""What Markdown may read as more than text."""


def plain(text: str) -> str:
    r"""Return text that Markdown shows as it stands: no link, picture or colour that it asks for is made.

    A bare address is parted by a sign that nobody sees, as it would become a link whatever is escaped. A
    hyphen in a word, an ampersand between spaces, an apostrophe and a comma ask for nothing and stay as they
    are: a label of a box is read out as it is written.

    Examples
    --------
    >>> print(plain("![x](//host/a)"))
    \!\[x\]\(\/\/host\/a\)
    >>> print(plain("Gorse Hill & Bucklow-St Martin's"))
    Gorse Hill & Bucklow-St Martin's
    """
    parted = re.sub(r"(?i)\b(https?:|www)(?=//|\.)", "\\1\N{WORD JOINER}", text)
    return _ASKING.sub(r"\\\g<0>", parted)


def show_failure(error: AtlasError) -> None:
    """Show what is wrong and what to do next, instead of a page."""
    held_back = isinstance(error, DisclosureError)
    st.title("This page is held back" if held_back else "There is nothing to show yet", anchor=False)
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


def green_swatch(dark: bool) -> str:
    """Return the swatch of green spaces."""
    return _box(GREEN_DARK if dark else GREEN, dark)


def swatch(key: str, colours: tuple[str, ...], dark: bool) -> str:
    """Return the swatch of a class: its colour, or the pattern of suppressed or missing."""
    hatch = HATCH_DARK if dark else HATCH
    fills = {
        SUPPRESSED: f"repeating-linear-gradient(135deg,{hatch.ink} 0 1px,{hatch.paper} 1px 4.2px)",
        MISSING: f"radial-gradient({hatch.ink} 1px,{hatch.paper} 1.3px) 0 0/4px 4px",
    }
    return _box(fills.get(key) or _fill(colours[int(key, 36)]), dark)


def _fill(colour: str) -> str:
    """Return what fills a box: a colour, or for two with a stroke between them their stripes."""
    fill, _, stripes = colour.partition("/")
    return f"repeating-linear-gradient(135deg,{stripes} 0 2px,{fill} 2px 4.2px)" if stripes else fill


def _box(fill: str, dark: bool) -> str:
    ink = (HATCH_DARK if dark else HATCH).ink
    return (
        '<span style="display:inline-block;width:22px;height:13px;border-radius:2px;vertical-align:-1px;'
        f'margin-right:.1rem;border:1px solid {ink};background:{fill}"></span>'
    )
