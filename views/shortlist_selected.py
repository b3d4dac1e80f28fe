"""What is said of the shape that is selected on the Shortlist page: its rank, how sure, and what it has."""

from collections.abc import Iterable
from html import escape

import pandas as pd
import streamlit as st

from data.indicators import Indicator
from data.provenance import Status
from data.shortlist_criteria import Criterion
from models.levels import Level
from models.selected import Figure, SelectedArea
from models.shortlist import Shortlist
from models.shortlist_values import column_of
from models.words import Part, number, percent, value_words
from views import look
from views.profile_parts import STYLE, write_table
from views.scene import PROFILE_PAGE
from views.shortlist_scene import ShortlistScene
from views.shortlist_words import chance_words, range_words
from views.types_charts import write_bar


def show_selected(scene: ShortlistScene, found: Shortlist) -> None:
    """Show what is told of the selected shape, with a way to its profile; nothing without one."""
    code = scene.sought.area
    if not code:
        return
    more = STYLE + write_figures(scene, found, code) if code in found.frame.index else ""
    look.show_selected(explain_shape(scene, found, code), None, more)
    if scene.level is not Level.LOCALITY:
        st.page_link(
            PROFILE_PAGE,
            label="Open its profile",
            icon=":material/article:",
            query_params={"level": scene.level.value, "area": code},
        )


def explain_shape(scene: ShortlistScene, found: Shortlist, code: str) -> SelectedArea:
    """Say where a shape stands, and how sure that is."""
    named = scene.data.frame.loc[code]
    ward = named["ward_name"] if scene.level is Level.AREA else None
    place = [str(part) for part in (ward, named["la_name"]) if part is not None and pd.notna(part)]
    return SelectedArea(
        code=code,
        name=str(named["name"]),
        place=", ".join(place) or scene.level.singular.capitalize(),
        sentence=tuple(_parts(scene, found, code)),
        figures=tuple(_figures(found, code)),
    )


def _parts(scene: ShortlistScene, found: Shortlist, code: str) -> Iterable[Part]:
    if code in found.out.index:
        yield Part("Not compared", True)
        yield Part(f": {found.out.loc[code, 'words']}.")
        return
    if code not in found.frame.index:
        yield Part("Not among those that are compared.")
        return
    row = found.frame.loc[code]
    top, chosen = found.asked.top, bool(row["chosen"])
    yield Part("Chosen. " if chosen else "Not chosen. ", True)
    yield Part(f"Rank {number(row['rank'])} of {number(len(found.frame))}")
    yield Part(f", and {_likely(row['rank_low'], row['rank_high'])}. Among the first {number(top)} in ")
    yield Part(chance_words(row["chance_top"]), True)
    yield Part(" of the weightings that fit what was said.")
    if not chosen and row["rank"] <= top:
        yield Part(" A rule keeps it out: the spread, or the budget.")
    elif chosen and row["rank"] > top:
        yield Part(" A rule brings it in: the spread, or the budget.")
    del scene


def _likely(low: float, high: float) -> str:
    return f"always {low:,.0f}" if low == high else f"likely {range_words(low, high)}"


def _figures(found: Shortlist, code: str) -> Iterable[Figure]:
    if code not in found.frame.index:
        return
    row = found.frame.loc[code]
    yield Figure("Value, 0 to 100", f"{row['value']:.0f}")
    yield Figure("Likely", f"{row['value_low']:.0f} to {row['value_high']:.0f}")
    yield Figure("Tier", number(row["tier"]))


def write_figures(scene: ShortlistScene, found: Shortlist, code: str) -> str:
    """Write the figures of a shape by criterion, what each is worth, and what it adds to the value."""
    heads = (
        "<th scope=col>Criterion</th><th scope=col class=n>Figure</th><td style=width:22%></td>"
        "<th scope=col class=n>Worth</th><th scope=col class=n>Adds</th>"
    )
    rows = "".join(_row(scene, found, criterion, code) for criterion in found.asked.criteria)
    return f'<div style="margin-top:.5rem">{write_table(heads, rows)}</div>'


def _row(scene: ShortlistScene, found: Shortlist, criterion: Criterion, code: str) -> str:
    entry: Indicator = scene.data.dictionary[criterion.indicator]
    own = float(scene.data.frame.loc[code, column_of(scene.data, criterion.indicator)])
    worth = float(found.values.loc[code, criterion.indicator])
    added = 100 * worth * found.weights[criterion.indicator]
    return (
        f"<tr><th scope=row>{escape(entry.label)}</th>"
        f"<td class=n>{escape(value_words(own, Status.OBSERVED.value, entry))}</td>"
        f"<td aria-hidden=true>{write_bar(worth, scene.dark)}</td>"
        f"<td class=n>{escape(percent(worth))}</td><td class=n>{added:.1f}</td></tr>"
    )
