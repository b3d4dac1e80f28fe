"""A panel of the Types page: how many types and why, and how sure each of them is."""

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from models.explain import Explanation
from models.type_structure import Structure
from models.type_sure_words import (
    Soft,
    again_words,
    between_words,
    chance_words,
    overlap_note,
    soft_of,
    soft_words,
)
from models.types import Types
from models.words import Part, number, percent
from views import look
from views.profile_parts import STYLE, write_table
from views.types_charts import Level, write_bar, write_levels
from views.types_scene import TypesScene
from views.types_tables import type_words, write_list, write_wide

HALVES: Final = (1, 1)
AGAIN: Final = (
    "How surely each number of types comes out again when areas are drawn anew: the mean of the draws "
    "(adjusted Rand index, 1 is the same types and 0 is chance), with a line down to what nine in ten draws "
    "reach. Four to seven are looked at; the others are shown."
)
GAP: Final = (
    "How much tighter each number of types is than the same cut through a cloud without kinds (gap "
    "statistic, with twice its standard error). Whether there are kinds is told by the clouds, not by the "
    "highest dot. The figures from two types on stand in the table of the numbers of types."
)
COLUMNS: Final = (
    "Silhouette says how far types lie apart; it is shown and never decides, as it would always choose “poor "
    "and not poor”. Least sure type: how far the type comes out again that does so least."
)


def show_sure(scene: TypesScene) -> None:
    """Show how many types there are and why, and how sure each is."""
    types = scene.found.types
    if types is None:
        look.show_note(f"There are no types here, so the rules stand alone. {scene.found.alone}")
        return
    left, right = st.columns(HALVES, gap="medium")
    with left:
        _show_number(types, scene.dark)
    with right:
        _show_structure(types.structure, scene.dark)
        _show_each(scene, types)
    st.html(write_list("To bear in mind", types.caveats))


def _show_number(types: Types, dark: bool) -> None:
    st.subheader("How many types, and why", anchor=False)
    look.show_small_explanation(Explanation((Part(types.chosen),), ()))
    st.html(write_levels(levels_of(types.by_k), types.k, (0.0, 1.0), number_text(types), dark))
    look.show_note(AGAIN)
    with st.expander("The same as a table"):
        st.html(write_wide(write_by_number(types), 34, "Figures by the number of types"))
        look.show_note(COLUMNS)


def levels_of(by_k: pd.DataFrame) -> list[Level]:
    """Return how surely each number of types comes out again, with a range down to its low end."""
    return [
        Level(int(str(k)), row["stability"], row["stability_low"], row["stability"])
        for k, row in by_k.iterrows()
    ]


def number_text(types: Types) -> str:
    """Say what the chart of the numbers of types shows."""
    told = ", ".join(f"{k} types {value:.2f}" for k, value in types.by_k["stability"].items())
    return f"How surely each number of types comes out again, 0 to 1: {told}. Chosen: {types.k}."


def write_by_number(types: Types) -> str:
    """Write all figures by the number of types as a table."""
    heads = (
        "<th scope=col>Types</th><th scope=col class=n>Comes out again</th>"
        "<th scope=col class=n>Nine in ten draws</th><th scope=col class=n>Least sure type</th>"
        "<th scope=col class=n>Silhouette</th><th scope=col class=n>Areas in the smallest</th>"
        "<th scope=col class=n>Gap</th>"
    )
    rows = ""
    for k, row in types.by_k.iterrows():
        words = f"<b>{k}, chosen</b>" if k == types.k else f"{k}"
        figures = (f"{row[name]:.2f}" for name in ("stability", "stability_low", "jaccard", "silhouette"))
        cells = [*figures, number(row["smallest"]), f"{row['gap']:.2f} ± {row['gap_error']:.2f}"]
        rows += f"<tr><th scope=row>{words}</th>{''.join(f'<td class=n>{cell}</td>' for cell in cells)}</tr>"
    return write_table(heads, rows)


def _show_structure(structure: Structure, dark: bool) -> None:
    st.subheader("Are there kinds of place at all?", anchor=False)
    look.show_small_explanation(Explanation((Part(structure.sentence),), (chance_words(structure),)))
    levels = [
        Level(int(str(k)), gap, gap - 2 * structure.error[k], gap + 2 * structure.error[k])
        for k, gap in structure.gap.items()
    ]
    low, high = min(one.low for one in levels), max(one.high for one in levels)
    told = ", ".join(f"{one.k}: {one.value:.2f}" for one in levels)
    with st.expander("Tightness by number of types"):
        st.html(
            write_levels(levels, 0, (min(low, 0.0), max(high, 0.1)), f"Gap by number of types. {told}.", dark)
        )
        look.show_note(GAP)


def _show_each(scene: TypesScene, types: Types) -> None:
    st.subheader("How sure each type is", anchor=False)
    soft = soft_of(types)
    look.show_small_explanation(Explanation((Part(between_words(types)),), ()))
    st.html(STYLE + write_each(scene, types, soft))
    look.show_note(f"{overlap_note()} {soft_words(soft)}")


def write_each(scene: TypesScene, types: Types, soft: Soft) -> str:
    """Write how far each type comes out again, how many areas are between, and what the mixture says."""
    heads = (
        "<th scope=col>Type</th><td class=track></td><th scope=col class=n>Comes out again</th>"
        "<th scope=col class=n>Between</th><th scope=col class=n>Same by mixture</th>"
    )
    rows = ""
    for letter, jaccard in types.jaccard.items():
        mine = soft.frame.loc[str(letter)]
        rows += (
            f"<tr><th scope=row>{escape(type_words(scene, str(letter)))}</th>"
            f"<td class=track aria-hidden=true>{write_bar(jaccard, scene.dark)}</td>"
            f"<td class=n>{again_words(jaccard)}, <b>{jaccard:.2f}</b></td>"
            f"<td class=n>{number(mine['between'])} of {number(mine['areas'])}</td>"
            f"<td class=n>{escape(percent(mine['same']))}</td></tr>"
        )
    return write_table(heads, rows)
