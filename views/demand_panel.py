"""Referrals over time on a page: a sentence, bars with what is counted otherwise marked, and a table."""

from html import escape
from typing import Final

import streamlit as st

from geo.builds import Build
from models.demand_over_time import Bar, TimeHere
from models.explain import Explanation
from models.levels import Level
from models.words import HIDDEN
from views import look, session
from views.profile_parts import STYLE, inks_of, write_table

CHART_PX: Final = 84
"""Height of the tallest bar."""

BREAK_INK: Final = {False: "#A84F00", True: "#F2A65A"}
FEW: Final = 6
"""Up to so many periods stand as rows of a table."""


def show_time_briefly(build: Build, level: Level, code: str, dark: bool) -> None:
    """Show the trend of a place in a sentence, and its months one click away."""
    here = session.time_of(build, level, code)
    if here is None:
        return
    look.show_small_explanation(Explanation(here.sentence, ()))
    with st.expander(look.plain(f"Referrals in {here.name} over time"), icon=":material/bar_chart:"):
        st.html(write_bars(here, dark))
        look.show_note(" ".join(here.notes))


def show_time(build: Build, level: Level, code: str, dark: bool) -> None:
    """Show referrals of a place over time; nothing where none are known of it."""
    here = session.time_of(build, level, code)
    if here is None:
        return
    look.show_small_explanation(Explanation(here.sentence, here.notes))
    st.html(write_bars(here, dark))


def write_bars(here: TimeHere, dark: bool) -> str:
    """Write a few periods as rows with a bar each; many as a chart with a table that opens on request."""
    if len(here.bars) <= FEW:
        return _write_rows(here, dark)
    most = max((bar.count or 0 for bar in here.bars), default=0) or 1
    bars = "".join(_bar(bar, most, dark) for bar in here.bars)
    rows = "".join(
        f"<tr><th scope=row>{escape(bar.words)}</th><td class=n>{_count(bar)}</td>"
        f"<td>{escape(_remark(bar))}</td></tr>"
        for bar in here.bars
    )
    heads = "<th scope=col>Months</th><th scope=col class=n>Referrals</th><th scope=col>To bear in mind</th>"
    line = inks_of(dark).line
    return (
        f'<div style="{look.SMALL};font-weight:600;margin-top:.2rem">Referrals in {escape(here.name)}</div>'
        f'<div aria-hidden=true style="display:flex;align-items:flex-end;gap:2px;height:{CHART_PX + 18}px;'
        f'border-bottom:1px solid {line};max-width:640px">{bars}</div>{_ends(here)}'
        f'<details style="{look.SMALL}"><summary>The same as a table</summary>'
        f"{STYLE}{write_table(heads, rows)}</details>"
    )


def _write_rows(here: TimeHere, dark: bool) -> str:
    most = max((bar.count or 0 for bar in here.bars), default=0) or 1
    inks = inks_of(dark)
    rows = "".join(
        f"<tr><th scope=row>{escape(bar.words)}</th><td class=track aria-hidden=true>"
        f'<div style="height:10px;border:1px solid {inks.line}">'
        f'<div style="height:100%;width:{(bar.count or 0) / most:.1%};background:{inks.own}"></div>'
        "</div></td>"
        f"<td class=n>{_count(bar)}</td></tr>"
        for bar in here.bars
    )
    heads = f"<th scope=col>{escape(here.name)}</th><td class=track></td><th scope=col class=n>Referrals</th>"
    return STYLE + write_table(heads, rows)


def _bar(bar: Bar, most: int, dark: bool) -> str:
    height = round((bar.count or 0) / most * CHART_PX)
    inks = inks_of(dark)
    hatch = look.HATCH_DARK if dark else look.HATCH
    fill = f"background:{inks.own}"
    if bar.count is None:
        height = CHART_PX // 3
        fill = f"background:repeating-linear-gradient(135deg,{hatch.ink} 0 1px,{hatch.paper} 1px 4.2px)"
    elif bar.too_recent:
        fill = f"border:1px solid {inks.own};box-sizing:border-box"
    edge = f"border-left:2px dashed {BREAK_INK[dark]};padding-left:2px;" if bar.breaks else ""
    return (
        f'<div style="flex:1;height:100%;display:flex;align-items:flex-end;{edge}">'
        f'<div style="width:100%;height:{max(height, 1)}px;{fill}"></div></div>'
    )


def _ends(here: TimeHere) -> str:
    """Write under the bars where they begin and end, and how many the tallest stands for."""
    most = max((bar.count or 0 for bar in here.bars), default=0)
    first, last = here.bars[0].words, here.bars[-1].words
    return (
        f'<div style="display:flex;justify-content:space-between;gap:1rem;max-width:640px;{look.SMALL};'
        f'{look.PALE}"><span>{escape(first)}</span><span>most: {most:,}</span>'
        f"<span>{escape(last)}</span></div>"
    )


def _count(bar: Bar) -> str:
    return HIDDEN if bar.count is None else f"{bar.count:,}"


def _remark(bar: Bar) -> str:
    breaks = [f"counted otherwise from here: {label}" for label in bar.breaks]
    return "; ".join([*breaks, *(["too recent to judge"] if bar.too_recent else [])])
