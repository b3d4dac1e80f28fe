"""What it would take to get in: the smallest shift of weights, and a button that takes them over."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from data.shortlist_criteria import Criterion
from models.explain import Explanation
from models.shortlist import Shortlist
from models.shortlist_takes import Takes
from models.shortlist_takes_words import takes_caveats, takes_words
from models.words import Part
from views import look, shortlist_figures
from views.profile_parts import STYLE, write_table
from views.shortlist_picked import show_picking
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import choose_area, keep_criteria, key_of

USE: Final = "Use these weights"
WARNING: Final = (
    "Weights say what matters. Moving them until somebody is in, or out, turns that round: keep them only "
    "where they are what you meant."
)
SAME: Final = 0.00005
"""A weight that changes by less than this share reads the same."""


def show_takes(scene: ShortlistScene) -> None:
    """Show what brings the selected shape in, or the first left out; of one that is in, what puts it out."""
    found = scene.found
    if found is None:
        return
    outside = found.frame.index[~found.frame["chosen"].astype(bool)]
    code = show_picking(scene, found, str(outside[0] if len(outside) else found.frame.index[-1]))
    if code is None:
        return
    with st.spinner("Looking for the smallest shift of weights …"):
        takes = shortlist_figures.takes_for(scene.build, scene.types, found, code)
    labels = {str(id_): f"“{scene.data.dictionary[str(id_)].label}”" for id_ in found.values.columns}
    first, *more = takes_words(takes, found.names.to_dict(), labels)
    told, colon, proof = first.partition(": ") if takes.weights is None else (first, "", "")
    rest = " ".join([f"{colon}{proof}", *more])
    sentence = (Part(told, True), Part(rest))
    look.show_small_explanation(Explanation(sentence, takes_caveats(takes, found.asked)))
    if takes.weights is None:
        return
    st.html(STYLE + f'<div style="margin-top:.6rem">{write_takes(scene, takes)}</div>')
    look.show_note(WARNING)
    st.button(
        USE,
        key=key_of("use_weights"),
        icon=":material/balance:",
        on_click=_use,
        args=(with_weights(found, takes.weights), code),
    )


def write_takes(scene: ShortlistScene, takes: Takes) -> str:
    """Write the weight of each criterion before and after as a table, those that change most first."""
    if takes.weights is None or takes.change is None:
        return ""
    heads = (
        "<th scope=col>Criterion</th><th scope=col class=n>Weight now, of 100</th>"
        "<th scope=col class=n>After</th><th scope=col class=n>Change</th>"
    )
    order = takes.change.abs().round(9).sort_values(ascending=False, kind="stable").index
    rows = "".join(
        f"<tr><th scope=row>{escape(scene.data.dictionary[str(id_)].label)}</th>"
        f"<td class=n>{100 * takes.before[id_]:.1f}</td>"
        f"<td class=n><b>{100 * takes.weights[id_]:.1f}</b></td>"
        f"<td class=n>{_signed(takes.change[id_])}</td></tr>"
        for id_ in order
    )
    return write_table(heads, rows, " compared")


def with_weights(found: Shortlist, weights: pd.Series) -> tuple[Criterion, ...]:
    """Return the criteria with the swings that give some weights: 100 for the highest."""
    swings: Mapping[str, float] = (100 * weights / weights.max()).round(6).to_dict()
    return tuple(
        replace(criterion, swing=float(swings[criterion.indicator])) for criterion in found.asked.criteria
    )


def _use(criteria: tuple[Criterion, ...], code: str) -> None:
    """Take weights over, and go on telling of the same shape."""
    keep_criteria(criteria)
    choose_area(code)


def _signed(change: float) -> str:
    if abs(change) < SAME:
        return "less than 0.1" if change else "–"
    return f"{'+' if change > 0 else '−'}{abs(100 * change):.1f}"
