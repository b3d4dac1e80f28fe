"""Two charts beside the map of the Place support page: what each further site adds, and who gains.

As on the other pages they are drawn in HTML with inline styles, and every figure stands in a table.
"""

from html import escape
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from models.placement_curve import Curve, curve_words
from models.reach_phrases import NEXT_TO_NOTHING
from models.words import number, percent
from views import look
from views.look import PLACEMENT, PLACEMENT_DARK
from views.place_curve import write_curve
from views.profile_parts import STYLE, inks_of, write_table
from views.reach_below import FIFTH_WORDS
from views.reach_rows import NOT_KNOWN, signed_cells

GAIN_PARTS: Final = ("within reach today", "added", "no longer within reach", "out of reach")
"""The parts of a bar, from its left."""

PROVEN_WORDS: Final = {True: "proven best", False: "best found"}


def show_curve(curve: Curve, marked: tuple[int, float], within: str, aim: str, dark: bool) -> None:
    """Show how many children are within reach by the number of new sites, and how many each one adds.

    Parameters
    ----------
    curve
        The curve.
    marked
        How many sites are chosen, and the share of children within reach with them.
    within
        What within reach is: "within 15 minutes’ walk of a library".
    aim
        What the choices are best by; empty where that is the children who are counted here.
    dark
        Whether the page is dark.
    """
    st.subheader("What each further site adds", anchor=False)
    if curve.frame["share"].isna().all():
        look.show_note("Without numbers of children nobody can be counted.")
        return
    st.html(write_curve(curve, marked, within, dark))
    unproven = curve.unproven
    told = [
        f"Number of new sites, and share of all {number(curve.total)} children {within}.",
        curve_words(curve, marked[0]),
        f"Best is by {aim}: another choice may bring more children within reach." if aim else "",
        f"Hollow: the best that was found, not proven ({_listed(unproven)})." if unproven else "",
    ]
    look.show_note(" ".join(words for words in told if words))
    with st.expander("The same as a table"):
        st.html(STYLE + write_steps(curve, marked[0]))


def _listed(numbers: tuple[int, ...]) -> str:
    return f"{', '.join(map(str, numbers))} {'site' if numbers == (1,) else 'sites'}"


def write_steps(curve: Curve, chosen: int) -> str:
    """Write the curve as a table: children within reach, and those that each further site adds."""
    heads = (
        "<th scope=col>New sites</th><th scope=col class=n>Within reach</th><th scope=col class=n>Share</th>"
        "<th scope=col class=n>Added by the last</th><th scope=col>Choice</th>"
    )
    rows = (
        f"<tr><th scope=row>{_bold(str(sites), sites == chosen)}</th>"
        f"<td class=n>{number(row['children'])}</td>"
        f"<td class=n>{escape(percent(row['share']))}</td>"
        f"<td class=n>{_extra(row['extra'])}</td>"
        f"<td>{PROVEN_WORDS[bool(row['proven'])]}</td></tr>"
        for sites, row in curve.frame.iterrows()
    )
    return write_table(heads, "".join(rows))


def _extra(children: float) -> str:
    if np.isnan(children):
        return "–"
    return f"{'−' if children <= -NEXT_TO_NOTHING else ''}{number(abs(children))}"


def _bold(words: str, chosen: bool) -> str:
    return f"<b>{words}, chosen</b>" if chosen else words


def show_who_gains(by_fifth: pd.DataFrame, fifths_words: str, dark: bool) -> None:
    """Show by fifth of deprivation who is within reach today, who is added, and who stays out of reach.

    Parameters
    ----------
    by_fifth
        `models.placement.Placed.by_fifth`.
    fifths_words
        How the fifths are told: "income deprivation affecting children, 2025"; empty where no rank is known.
    dark
        Whether the page is dark.
    """
    st.subheader("Who gains, by deprivation", anchor=False)
    if not fifths_words:
        look.show_note("No rank of deprivation was loaded, so nobody can be told by it.")
        return
    if by_fifth["children"].isna().all():
        look.show_note("Without numbers of children nobody can be counted by deprivation.")
        return
    st.html(STYLE + write_gains_legend(by_fifth, dark) + write_gains(by_fifth, dark))
    look.show_note(
        f"Children by fifth of England: {fifths_words}. Within reach today, and with the new sites."
    )


def write_gains_legend(by_fifth: pd.DataFrame, dark: bool) -> str:
    """Write what the parts of the bars are."""
    names = (*GAIN_PARTS[:2], *(GAIN_PARTS[2:3] if _loses(by_fifth) else ()), GAIN_PARTS[3])
    items = "".join(
        f'<span role=listitem style="margin-right:.9rem"><span style="display:inline-block;width:12px;'
        f"height:12px;border-radius:2px;vertical-align:-1px;margin-right:.3rem;background:{ink};"
        f'border:1px solid {inks_of(dark).line}"></span>{words}</span>'
        for words, ink in gain_inks(dark).items()
        if words in names
    )
    return f'<div role=list style="{look.SMALL};margin-bottom:.3rem">{items}</div>'


def gain_inks(dark: bool) -> dict[str, str]:
    """Return the colours of the parts of a bar."""
    palette = PLACEMENT_DARK if dark else PLACEMENT
    inks = (palette[0], palette[1], palette[5], "#3A444B" if dark else "#D9D6CE")
    return dict(zip(GAIN_PARTS, inks, strict=True))


def _loses(by_fifth: pd.DataFrame) -> bool:
    """Say whether some fifth has fewer children within reach than today: a place closes."""
    return bool((by_fifth["before"] - by_fifth["after"]).max() > NEXT_TO_NOTHING)


def write_gains(by_fifth: pd.DataFrame, dark: bool) -> str:
    """Write who gains as a table with a bar for each fifth."""
    change = "Change" if _loses(by_fifth) else "Added"
    heads = (
        "<th scope=col>Fifth</th><td style=width:34%></td><th scope=col class=n>Today</th>"
        f"<th scope=col class=n>With new</th><th scope=col class=n>{change}</th>"
    )
    rows = (_gain_row(fifth, row, _loses(by_fifth), dark) for fifth, row in by_fifth.iterrows())
    return write_table(heads, "".join(rows))


def _gain_row(fifth: object, row: pd.Series, signed: bool, dark: bool) -> str:
    name = NOT_KNOWN if pd.isna(fifth) else FIFTH_WORDS[int(str(fifth))]
    head = f"<tr><th scope=row>{name}</th>"
    if not row["children"] > 0 or np.isnan(row["after"]):
        words = "nobody" if row["children"] == 0 else NOT_KNOWN
        return f"{head}<td></td><td class=n colspan=3>{words}</td></tr>"
    before, after = row["before"] / row["children"], row["after"] / row["children"]
    shares = (
        min(before, after),
        max(after - before, 0.0),
        max(before - after, 0.0),
        1.0 - max(before, after),
    )
    spans = "".join(
        f'<div style="width:{share:.1%};background:{ink}"></div>'
        for share, ink in zip(shares, gain_inks(dark).values(), strict=True)
    )
    bar = f'<div style="height:14px;display:flex;border:1px solid {inks_of(dark).line}">{spans}</div>'
    gain = row["after"] - row["before"]
    told = signed_cells(pd.Series([gain])).iloc[0] if signed else number(gain)
    return (
        f"{head}<td aria-hidden=true>{bar}</td><td class=n>{escape(percent(before))}</td>"
        f"<td class=n><b>{escape(percent(after))}</b></td><td class=n>{told}</td></tr>"
    )
