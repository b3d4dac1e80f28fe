"""Tables that several panels of the Types page have: two ways of sorting crossed, and areas to select."""

from collections.abc import Collection, Iterable, Mapping
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from models.type_letters import titled
from models.words import number
from views import look, tables
from views.profile_parts import STYLE, write_table
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX
from views.types_scene import TypesScene
from views.types_state import choose_area, key_of

MOST_AREAS: Final = 50
AREAS_SHOWN: Final = 10
TINT: Final = {False: "rgba(11,95,99,{:.2f})", True: "rgba(108,195,191,{:.2f})"}
SHORT: Final = 3
FIRST_EM, LETTER_EM, WORDS_EM = 9, 2.8, 6.5
"""How wide the first column, a column of letters and one of words are at least."""

STRONGEST_TINT: Final = 0.3
"""Pale enough for the words on it to be read."""


def type_words(scene: TypesScene, letter: str) -> str:
    """Return the letter of a type with its name; the name it had where there is no such type now."""
    types = scene.found.types
    if types is not None and letter in types.names:
        return scene.found.title_of(letter)
    kept = {} if scene.before is None else scene.before.names
    return titled(letter, kept[letter]) if letter in kept else letter


def write_crossed(
    counts: pd.DataFrame,
    heads: tuple[str, Mapping[str, str], Mapping[str, str]],
    marked: Collection[tuple[str, str]],
    mark: str,
    dark: bool,
) -> str:
    """Write a table of counts of two ways of sorting; it scrolls by itself where it is too wide.

    Parameters
    ----------
    counts
        How many areas, by row and column.
    heads
        The heading of the first column, and the words of each row and of each column.
    marked
        The cells that are marked.
    mark
        The word that marks them.
    dark
        Whether the page is dark.
    """
    first, rows, columns = heads
    head = f"<th scope=col>{escape(first)}</th>"
    head += "".join(f"<th scope=col class=n>{escape(columns[str(c)])}</th>" for c in counts.columns)
    head += "<th scope=col class=n>All</th>"
    body = ""
    for row, line in counts.iterrows():
        most = max(int(line.max()), 1)
        cells = "".join(
            _cell(int(count), int(count) / most, mark if (str(row), str(column)) in marked else "", dark)
            for column, count in line.items()
        )
        every = f"<td class=n>{number(line.sum())}</td>"
        body += f"<tr><th scope=row>{escape(rows[str(row)])}</th>{cells}{every}</tr>"
    longest = max((len(columns[str(column)]) for column in counts.columns), default=0)
    width = LETTER_EM if longest <= SHORT else WORDS_EM
    return write_wide(write_table(head, body, " compared"), FIRST_EM + width * (counts.shape[1] + 1), first)


def write_wide(table: str, least_em: float, name: str) -> str:
    """Write a table that scrolls by itself where the page is narrower than it can be."""
    inside = f'<div style="min-width:{least_em:g}em;max-width:64em">{table}</div>'
    return (
        f'{STYLE}<div style="overflow-x:auto;{look.SMALL}" tabindex=0 role=region '
        f'aria-label="{escape(name, quote=True)}">{inside}</div>'
    )


def _cell(count: int, share: float, mark: str, dark: bool) -> str:
    if not count:
        return f'<td class=n style="{look.PALE}">0</td>'
    ground = f"background:{TINT[dark].format(share * STRONGEST_TINT)}"
    words = f"<b>{count:,}</b><br><b>{escape(mark)}</b>" if mark else f"{count:,}"
    return f'<td class=n style="{ground}">{words}</td>'


def show_areas(scene: TypesScene, rows: pd.DataFrame, name: str, alt: str, order: str) -> None:
    """Show small areas as a table in which a cell selects its area, as a click on the map does.

    Parameters
    ----------
    scene
        What the page shows.
    rows
        What is told of each area, as words, in order; index its code. Its name is put before, and its ward
        behind.
    name
        What tells this table from others.
    alt
        Its accessible name.
    order
        Which come first, to follow "first".
    """
    shown = rows.head(MOST_AREAS)
    named = scene.named.reindex(shown.index)
    places = {}
    if named["ward_name"].notna().any():
        places["Ward"] = named["ward_name"].fillna("No ward")
    if named["la_name"].nunique() > 1:
        places["Council"] = named["la_name"].fillna("No council")
    first = named["name"].fillna(pd.Series(shown.index, shown.index)).rename("Small area")
    told = pd.concat([first, shown, pd.DataFrame(places, shown.index)], axis=1)
    key = key_of(" ".join([name, scene.sought.council, str(len(rows))]))
    st.dataframe(
        tables.to_arrow(told),
        height=min(len(told) + 1, AREAS_SHOWN) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        key=key,
        on_select=lambda: _pick(key, list(told.index)),
        selection_mode="single-cell",
        alt=alt,
    )
    more = f" The first {MOST_AREAS} of {len(rows):,}." if len(rows) > MOST_AREAS else ""
    look.show_note(f"First {order}. A click on one selects it on the map.{more}")


def _pick(key: str, codes: list[str]) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    if cells:
        choose_area(codes[cells[0][0]])


def write_list(title: str, items: Iterable[str]) -> str:
    """Write lines of small type, under a title if there is one; nothing where there are none."""
    lines = "".join(f'<li style="overflow-wrap:anywhere">{escape(one)}</li>' for one in items)
    if not lines:
        return ""
    style = f"{look.SMALL};{look.PALE};margin:.1rem 0 0;padding-left:1.1rem;max-width:72em"
    head = f'<div style="{look.SMALL};font-weight:600;margin-top:.4rem">{escape(title)}</div>'
    return f'{head if title else ""}<ul style="{style}">{lines}</ul>'
