"""The legends of the map of two indicators and of a search, and their colours."""

from collections.abc import Mapping
from html import escape
from typing import Final

import streamlit as st

from models.classes import MISSING, NO_VALUE_WORDS, SUPPRESSED
from models.condition_words import short_name
from models.search import MATCH, NO_MATCH, Found
from models.search_words import ANSWERS
from models.two_way import BOTH_WORST, HIDDEN_NEED, THIRDS, TwoWay, class_of
from models.words import joined, where
from views import look

TWO_WAY: Final = (
    "#EEECF0",
    "#ECC89F",
    "#BE8B41",
    "#B8ABCB",
    "#897A81",
    "#7B5441",
    "#8078BF",
    "#5C4B7D",
    "#3F2336",
)
TWO_WAY_DARK: Final = (
    "#222C32",
    "#574328",
    "#9F6E31",
    "#5E577B",
    "#8E8488",
    "#CCA684",
    "#827ECA",
    "#BFBBE1",
    "#F6EDF3",
)
"""Violet for the first indicator, gold for the second; both together are furthest from the paper.

Found by a search for nine colours that stay apart for every reader: see `tests/unit/test_look.py`.
"""

FOUND: Final = (look.NEED[0], look.NEED[-1])
FOUND_DARK: Final = (look.NEED_DARK[0], look.NEED_DARK[-1])
"""No match and match."""

FOUND_PALETTES: Final = {False: FOUND, True: FOUND_DARK}
TWO_WAY_PALETTES: Final = {False: TWO_WAY, True: TWO_WAY_DARK}

CELL: Final = "padding:.12rem .5rem;text-align:center;min-width:4.2rem;font-variant-numeric:tabular-nums"
HEAD: Final = "padding:.12rem .5rem .12rem 0;font-weight:400;white-space:nowrap"
HEAD_OF_COLUMN: Final = "padding:.12rem .3rem;font-weight:400;text-align:center"
INKS: Final = ("#000000", "#FFFFFF")


def show_heading(text: str) -> None:
    """Show the heading of one of several maps."""
    st.html(f'<div role=heading aria-level=2 style="font-weight:600">{escape(text)}</div>')


def show_two_way(two: TwoWay, dark: bool, green: bool) -> None:
    """Show the nine classes as a table: thirds of the first down, of the second across, a count in each."""
    names = [escape(short_name(axis.indicator)) for axis in two.axes]
    across = [escape(two.second.labels[third]) for third in THIRDS]
    heads = "".join(f'<th scope=col style="{HEAD_OF_COLUMN}">{words}</th>' for words in across)
    rows = "".join(_row(two, third, TWO_WAY_PALETTES[dark]) for third in THIRDS)
    st.html(
        f'<div style="{look.SMALL}">{_comparators(two)}'
        '<div style="display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;align-items:end;margin-top:.3rem">'
        '<table style="border-collapse:collapse;border:0">'
        f'<tr><td style="{HEAD};border:0"></td>'
        f'<th scope=colgroup colspan=3 style="{HEAD_OF_COLUMN};border:0">{names[1]} →</th></tr>'
        f'<tr><th scope=col style="{HEAD};text-align:left">{names[0]} ↓</th>{heads}</tr>{rows}</table>'
        f"{_hidden_need(two, dark)}{_other_classes(two.counts, NO_VALUE_WORDS, dark, green)}</div></div>"
    )


def _hidden_need(two: TwoWay, dark: bool) -> str:
    """Write the class of hidden need with its count, which stands in the table of the nine as well."""
    if not two.seeks_hidden_need:
        return ""
    box = look.swatch(BOTH_WORST, TWO_WAY_PALETTES[dark], dark)
    return f"<div>{box} <b>hidden need</b>: {escape(HIDDEN_NEED)} {two.counts[BOTH_WORST]:,}</div>"


def _row(two: TwoWay, third: str, palette: tuple[str, ...]) -> str:
    cells = []
    for across in THIRDS:
        key = class_of(third, across)
        fill, count = palette[int(key)], two.counts[key]
        words = (
            f"<b>{count:,} hidden need</b>" if key == BOTH_WORST and two.seeks_hidden_need else f"{count:,}"
        )
        cells.append(f'<td style="{CELL};background:{fill};color:{ink_on(fill)}">{words}</td>')
    label = escape(two.first.labels[third])
    return f'<tr><th scope=row style="{HEAD};text-align:left">{label}</th>{"".join(cells)}</tr>'


def ink_on(fill: str) -> str:
    """Return black or white, whichever is read better on a colour, by the contrast of WCAG 2."""
    channels = [int(fill[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return INKS[0] if (luminance + 0.05) ** 2 > 1.05 * 0.05 else INKS[1]


def _comparators(two: TwoWay) -> str:
    """Say of what each indicator's thirds are, once where they are the same."""
    first, second = (axis.compared_with for axis in two.axes)
    if first == second:
        words = f"{first.removeprefix('thirds ')}."
    else:
        names = [short_name(axis.indicator) for axis in two.axes]
        words = f"{names[0]}: {first}. {names[1]}: {second}."
    note = f"{words} Counts are {joined(two.level.plural, where(two.inside))}."
    return f'<b>Thirds</b> <span style="{look.PALE}">{escape(note)}</span>'


def show_found(found: Found, dark: bool, green: bool) -> None:
    """Show what matches, what does not and what cannot be told, with counts."""
    palette, counts = FOUND_PALETTES[dark], found.counts
    items = "".join(
        f"<div role=listitem>{look.swatch(key, palette, dark)} {escape(ANSWERS[key])} {counts[key]:,}</div>"
        for key in (MATCH, NO_MATCH)
    )
    shapes = joined(found.level.plural, where(found.inside))
    all_met = "All conditions are met at once. " if len(found.conditions) > 1 else ""
    note = f"{all_met}Counts are {shapes}."
    st.html(
        f'<div style="{look.SMALL}"><b>Matches</b> <span style="{look.PALE}">{escape(note)}</span>'
        f'<div style="display:flex;flex-wrap:wrap;gap:.2rem .9rem;margin-top:.3rem">'
        f'<div role=list style="display:contents">{items}</div>'
        f"{_other_classes(counts, ANSWERS, dark, green)}</div></div>"
    )


def _other_classes(counts: Mapping[str, int], words: Mapping[str, str], dark: bool, green: bool) -> str:
    """Write the swatches of what has no class, where there is some, and of green spaces."""
    items = "".join(
        f"<div role=listitem>{look.swatch(key, (), dark)} {escape(words[key])} {counts[key]:,}</div>"
        for key in (SUPPRESSED, MISSING)
        if counts[key]
    )
    if green:
        items += f"<div role=listitem>{look.green_swatch(dark)} green space over 2 ha</div>"
    return (
        f'<div role=list style="display:flex;flex-wrap:wrap;gap:.2rem .9rem">{items}</div>' if items else ""
    )
