"""Why a shape stands where it does: what each criterion adds to its value, beside the average and another."""

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from models.explain import Explanation
from models.shortlist import Shortlist
from models.shortlist_why import Why, why_caveats, why_of, why_words
from models.words import percent
from views import look
from views.place_curve import PRIMARY
from views.profile_parts import STYLE, inks_of, write_table
from views.shortlist_picked import show_picking
from views.shortlist_scene import ShortlistScene

NOTHING: Final = "–"
LEAST_SCALE: Final = 1.0
"""What a bar is full at, at least: where nothing adds anything there is no bar."""


def show_why(scene: ShortlistScene) -> None:
    """Show what each criterion adds to the value of the selected shape, or of the first."""
    found = scene.found
    if found is None:
        return
    code = show_picking(scene, found, str(found.frame.index[0]))
    if code is None:
        return
    why = why_of(found, code)
    labels = {str(id_): scene.data.dictionary[str(id_)].label for id_ in why.frame.index}
    sentence = why_words(why, found, labels, scene.level)
    look.show_small_explanation(Explanation(sentence, why_caveats(found)))
    st.html(STYLE + write_legend(scene, found, why) + write_why(found, why, labels, scene.dark))


def write_legend(scene: ShortlistScene, found: Shortlist, why: Why) -> str:
    """Write what the bar and its marks are."""
    inks = inks_of(scene.dark)
    bar = f"display:inline-block;width:16px;height:9px;margin-right:.35rem;background:{PRIMARY[scene.dark]}"
    items = [
        (bar, str(found.names[why.code])),
        (_mark_style(inks.council, "solid"), f"the average {scene.level.singular}"),
    ]
    if why.other is not None:
        items.append((_mark_style(inks.ward, "dashed"), str(found.names[why.other])))
    told = "".join(
        f'<span role=listitem style="margin-right:1.1rem"><span style="{style}"></span>{escape(words)}</span>'
        for style, words in items
    )
    return f'<div role=list style="{look.SMALL};margin:.7rem 0 .3rem">{told}</div>'


def write_why(found: Shortlist, why: Why, labels: dict[str, str], dark: bool) -> str:
    """Write what each criterion adds as a table, with a bar under each name."""
    frame = why.frame
    widest = max(float(frame[["own", "average", "other"]].max(axis=None)), LEAST_SCALE)
    other = "" if why.other is None else f"<th scope=col class=n>{escape(str(found.names[why.other]))}</th>"
    heads = (
        "<th scope=col>Criterion</th><th scope=col class=n>Weight</th><th scope=col class=n>Adds here</th>"
        f"<th scope=col class=n>On average</th>{other}"
    )
    rows = "".join(_row(labels[str(id_)], row, widest, dark) for id_, row in frame.iterrows())
    totals = frame[["own", "average", "other"]].sum(min_count=1)
    last = (
        f"<tr><th scope=row><b>Value, of 100</b></th><td class=n>100%</td>"
        f"<td class=n><b>{totals['own']:.1f}</b></td><td class=n>{totals['average']:.1f}</td>"
        f"{_figure(totals['other'])}</tr>"
    )
    return write_table(heads, rows + last, " compared")


def _row(label: str, row: pd.Series, widest: float, dark: bool) -> str:
    return (
        f"<tr><th scope=row>{escape(label)}{_write_bar(row, widest, dark)}</th>"
        f"<td class=n>{escape(percent(row['weight']))}</td><td class=n><b>{row['own']:.1f}</b></td>"
        f"<td class=n>{row['average']:.1f}</td>{_figure(row['other'])}</tr>"
    )


def _figure(value: float) -> str:
    return "" if pd.isna(value) else f"<td class=n>{value:.1f}</td>"


def _write_bar(row: pd.Series, widest: float, dark: bool) -> str:
    """Draw what a criterion adds as a bar, with marks at what it adds on average and to the other."""
    inks = inks_of(dark)
    marks = "".join(
        f'<div style="position:absolute;top:-3px;bottom:-3px;left:{row[whom] / widest:.1%};'
        f'border-left:2px {style} {ink}"></div>'
        for whom, ink, style in (("average", inks.council, "solid"), ("other", inks.ward, "dashed"))
        if pd.notna(row[whom])
    )
    return (
        f'<div aria-hidden=true style="position:relative;height:9px;margin:.3rem 0 .3rem;'
        f'border-bottom:1px solid {inks.line}"><div style="height:100%;width:{row["own"] / widest:.1%};'
        f'background:{PRIMARY[dark]}"></div>{marks}</div>'
    )


def _mark_style(ink: str, style: str) -> str:
    box = "display:inline-block;height:13px;vertical-align:-2px;margin-right:.4rem"
    return f"{box};border-left:2px {style} {ink}"
