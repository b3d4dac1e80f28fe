"""Who lives in the places that are chosen, beside all: by fifth of deprivation, age and protected group."""

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from models.explain import Explanation
from models.shortlist_fairness import AGE, FIFTH, Fairness, fairness_of
from models.words import Part, number, percent, sentence_case
from views import look
from views.profile_parts import STYLE, inks_of, write_table
from views.reach_rows import NOT_KNOWN
from views.shortlist_scene import ShortlistScene

KIND_WORDS: Final = {FIFTH: "Children by deprivation", AGE: "People by age"}
BESIDE: Final = {FIFTH: "all children"}
MEANS: Final = (
    "Of each group, the part that lives in the chosen places; beside it, the same part of all people, or of "
    "all children. Times is the one divided by the other: above 1, the choice favours the group."
)
WIDEST: Final = 3.0
"""The times at which a bar is full."""

NOBODY: Final = "Nothing is chosen, so nobody can be told of."


def show_who(scene: ShortlistScene) -> None:
    """Show who lives in the chosen places."""
    found = scene.found
    if found is None:
        return
    if not found.chosen:
        look.show_note(NOBODY)
        return
    within = scene.asked.within
    areas = scene.areas.select(within) if within else scene.areas
    fairness = fairness_of(areas, found.chosen, scene.level)
    look.show_small_explanation(Explanation((Part(fairness.sentence),), fairness.caveats))
    st.html(STYLE + "".join(write_groups(fairness, str(kind), scene.dark) for kind in _kinds(fairness)))
    look.show_note(MEANS)


def _kinds(fairness: Fairness) -> list[object]:
    return list(dict.fromkeys(fairness.frame["kind"]))


def write_groups(fairness: Fairness, kind: str, dark: bool) -> str:
    """Write the groups of one kind as a table, with how much more or less than all each is reached."""
    heads = (
        f"<th scope=col>{escape(KIND_WORDS.get(kind, sentence_case(kind)))}</th>"
        '<th scope=col class=n>In the chosen</th><th scope=col class="n wide">Of all</th>'
        f"<th scope=col class=n>Part</th><th scope=col class=n>Of {BESIDE.get(kind, 'everybody')}</th>"
        '<td class="wide" style=width:22%></td><th scope=col class=n>Times</th>'
    )
    frame = fairness.frame
    rows = "".join(_row(row, dark) for _, row in frame[frame["kind"].eq(kind)].iterrows())
    return f'<div style="margin-top:.6rem">{write_table(heads, rows, " lines")}</div>'


def _row(row: pd.Series, dark: bool) -> str:
    times = row["times"]
    return (
        f"<tr><th scope=row>{escape(str(row['label']))}</th>"
        f"<td class=n>{_count(row['chosen'])}</td>"
        f'<td class="n wide">{_count(row["all"])}</td>'
        f"<td class=n><b>{_part(row['share'])}</b></td><td class=n>{_part(row['beside'])}</td>"
        f'<td class="wide" aria-hidden=true>{_write_times(times, dark)}</td>'
        f"<td class=n>{NOT_KNOWN if pd.isna(times) else f'{times:.2f}'}</td></tr>"
    )


def _write_times(times: float, dark: bool) -> str:
    """Draw how many times a group is reached: a rule stands at 1, where nobody was looked at."""
    if pd.isna(times):
        return ""
    ink = inks_of(dark)
    at, even = min(times, WIDEST) / WIDEST, 1 / WIDEST
    left, width = min(at, even), abs(at - even)
    return (
        f'<div style="position:relative;height:12px;border-bottom:1px solid {ink.line}">'
        f'<div style="position:absolute;top:2px;height:7px;left:{left:.1%};width:{width:.1%};'
        f'background:{ink.own}"></div><div style="position:absolute;top:0;bottom:0;left:{even:.1%};'
        f'border-left:1.5px solid {ink.council}"></div></div>'
    )


def _count(value: float) -> str:
    return NOT_KNOWN if pd.isna(value) else number(value)


def _part(share: float) -> str:
    return NOT_KNOWN if pd.isna(share) else escape(percent(share))
