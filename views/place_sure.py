"""A tab of the Place support page: how sure the choice is, and whom no candidate reaches."""

from html import escape

import pandas as pd
import streamlit as st

from models.explain import Explanation
from models.placement import Placed
from models.placement_asked import Objective
from models.placement_sure_words import often_frame, often_words, proof_words
from models.placement_trials import trials_words
from models.reach_phrases import Near
from models.words import number, percent
from views import look, place_tab_figures
from views.place_curve import PRIMARY
from views.place_scene import PlaceScene
from views.place_trade_offs import HALVES, MOST_ROWS, ROOM_COUNTS, best_of
from views.profile_parts import STYLE, inks_of, write_table


def show_how_sure(scene: PlaceScene) -> None:
    """Show the proof or the gap, how often each site is chosen, and whom nobody can reach."""
    best = best_of(scene)
    if best is None:
        return
    left, right = st.columns(HALVES, gap="medium")
    with left:
        st.subheader("Is there a better choice?", anchor=False)
        look.show_small_explanation(Explanation(proof_words(best), ()))
        _show_trials(scene, best)
    with right:
        _show_unreachable(scene, best)


def _show_trials(scene: PlaceScene, best: Placed) -> None:
    st.subheader("Would other figures choose the same?", anchor=False)
    if best.problem.capacity is not None:
        look.show_note(ROOM_COUNTS)
        return
    if best.problem.wanted.objective is Objective.CENTRE:
        look.show_note("Not tried where the longest way alone counts.")
        return
    with st.spinner(f"Trying {place_tab_figures.TRIALS} variations"):
        trials = place_tab_figures.trials_for(scene.build, best)
    look.show_small_explanation(Explanation(often_words(trials, best.chosen), ()))
    st.html(STYLE + write_often(often_frame(best.problem, trials, best.chosen).head(MOST_ROWS), scene.dark))
    look.show_note(f"{trials_words(best.problem)} The sites of today stay as they are.")


def write_often(frame: pd.DataFrame, dark: bool) -> str:
    """Write how often each site is among the best, with a bar each."""
    heads = "<th scope=col>Site</th><td style=width:30%></td><th scope=col class=n>Among the best</th>"
    rows = "".join(
        f"<tr><th scope=row>{_bold(escape(str(row['name'])), bool(row['chosen']))}</th>"
        f"<td aria-hidden=true>{_bar(float(row['share']), dark)}</td>"
        f"<td class=n>{escape(percent(row['share']))}</td></tr>"
        for _, row in frame.iterrows()
    )
    return write_table(heads, rows)


def _bold(words: str, chosen: bool) -> str:
    return f"<b>{words}</b>, chosen" if chosen else words


def _bar(share: float, dark: bool) -> str:
    return (
        f'<div style="height:10px;border:1px solid {inks_of(dark).line}">'
        f'<div style="height:100%;width:{share:.1%};background:{PRIMARY[dark]}"></div></div>'
    )


def _show_unreachable(scene: PlaceScene, best: Placed) -> None:
    st.subheader("Whom no candidate reaches", anchor=False)
    found = place_tab_figures.unreachable_for(scene.build, best)
    reach = best.problem.reach
    near = Near(reach.asked, reach.costs.means)
    if not len(found.areas):
        look.show_note(f"Every child could be brought {near.within} by one of the candidates.")
    else:
        look.show_note(" ".join(found.notes))
        st.html(STYLE + write_out(found.areas, scene.areas.frame["area_name"]))
    if found.sites_words:
        look.show_note(found.sites_words)


def write_out(children: pd.Series, names: pd.Series) -> str:
    """Write the small areas with most children whom no candidate reaches."""
    most = children.sort_index().sort_values(ascending=False, kind="stable").head(MOST_ROWS)
    heads = "<th scope=col>Small area</th><th scope=col class=n>Children</th>"
    rows = "".join(
        f"<tr><th scope=row>{escape(str(names.get(code, code)))}</th><td class=n>{number(count)}</td></tr>"
        for code, count in most.items()
    )
    more = len(children) - len(most)
    rest = (
        f"<tr><th scope=row>and {more:,} more</th><td class=n>{number(children.sum() - most.sum())}</td></tr>"
    )
    return write_table(heads, rows + (rest if more > 0 else ""))
