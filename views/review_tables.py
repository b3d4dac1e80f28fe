"""Two columns of text side by side, with what differs marked: by a sign and by weight."""

from collections.abc import Iterable
from html import escape
from typing import Final

import streamlit as st

from models.record_words import Difference
from views import look

NOTHING: Final = "nothing said"
_CELL: Final = (
    "padding:.3rem .6rem .3rem 0;vertical-align:top;text-align:left;overflow-wrap:anywhere;"
    "white-space:pre-line;border-bottom:1px solid rgba(127,127,127,.28)"
)


def show_differences(differences: Iterable[Difference], heads: tuple[str, str]) -> None:
    """Show what differs between two versions, a field a line."""
    show_beside([(d.label, d.before, d.after) for d in differences], heads, marked=False)


def show_beside(rows: Iterable[tuple[str, str, str]], heads: tuple[str, str], marked: bool = True) -> None:
    """Show labels with two texts each.

    Parameters
    ----------
    rows
        Label, one text, the other.
    heads
        What stands over the two columns of texts.
    marked
        Whether lines in which the two differ are marked.
    """
    top = "".join(f'<th scope="col" style="{_CELL};font-weight:600">{escape(head)}</th>' for head in heads)
    body = "".join(_row(*row, marked and row[1] != row[2]) for row in rows)
    st.html(
        f'<table style="border-collapse:collapse;width:100%;table-layout:fixed;{look.SMALL}">'
        f'<colgroup><col style="width:24%"><col style="width:38%"><col style="width:38%"></colgroup>'
        f'<thead><tr><td style="{_CELL}"></td>{top}</tr></thead><tbody>{body}</tbody></table>'
    )


def _row(label: str, one: str, other: str, differs: bool) -> str:
    mark = '<span aria-hidden="true">≠ </span>' if differs else ""
    spoken = ' <span style="position:absolute;clip-path:inset(50%)">(differs)</span>' if differs else ""
    weight = "600" if differs else "400"
    return (
        f'<tr><th scope="row" style="{_CELL};font-weight:{weight}">{mark}{escape(label)}{spoken}</th>'
        f"{_cell(one)}{_cell(other)}</tr>"
    )


def _cell(text: str) -> str:
    if not text:
        return f'<td style="{_CELL};{look.PALE}">{NOTHING}</td>'
    return f'<td style="{_CELL}">{escape(text)}</td>'
