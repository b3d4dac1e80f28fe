"""A panel of the Types page: keep these types, and compare those of today with those that were kept."""

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from data.register.records import Actor
from data.type_overrides import may_change, may_override
from models.explain import Explanation
from models.type_changes import TypeChanges, changes_of
from models.type_drift import MOVED, Drift
from models.type_frozen import FrozenTypes
from models.type_inputs import label_of
from models.type_kept import KeptTypes, forget_types, keep_types
from models.type_letters import titled
from models.types import Types
from models.words import Part, a, number, percent
from views import look, types_figures
from views.demand_lines import day_words
from views.profile_parts import STYLE, write_table
from views.sign_in import current_actor
from views.types_overrides import attempt, show_told
from views.types_scene import TypesScene
from views.types_state import key_of
from views.types_tables import show_areas, write_crossed
from views.who_panel import ROLE_NAMES

HALVES: Final = (1, 1)
WHY: Final = (
    "Keep these types, and those of the next build are matched to them: letters and names stay, and this "
    "page says which areas have changed. They are kept in a file beside the build, which atlas types --model "
    "reads."
)
LEAST_SHOWN: Final = 0.005
WHO_MAY: Final = "Analysts and editors of the council can keep types."
DRIFT: Final = (
    "Then and now: means, each in its own unit. Moved: the change of the mean, in spreads of the time; from "
    "half a spread on the types should be made anew. Outside: the share of areas out of the range of then."
)


def show_before(scene: TypesScene) -> None:
    """Show how to keep types, and what has changed since some were kept."""
    actor, types, kept = current_actor(), scene.found.types, scene.beside.kept
    look.show_note(WHY)
    show_told()
    if scene.beside.kept_fault:
        st.warning(look.plain(scene.beside.kept_fault), icon=":material/folder_off:")
        return
    if types is None:
        look.show_note(f"There are no types here to keep or to compare. {scene.found.alone}")
        return
    _show_keeping(scene, types, actor)
    if kept is not None:
        _show_changes(scene, types, kept)


def _show_keeping(scene: TypesScene, types: Types, actor: Actor) -> None:
    kept = scene.beside.kept
    told = "No types are kept yet."
    if kept is not None:
        role = a(ROLE_NAMES[kept.saved_by].lower())
        told = f"Kept on {day_words(kept.saved_at.date())} by {role}: {kept.frozen.k} types."
    st.html(f"<div><b>{escape(told)}</b></div>")
    if not may_override(actor.role):
        look.show_note(WHO_MAY)
        return
    if kept is not None and not may_change(actor.role, kept.saved_by):
        look.show_note("Somebody who may do more than you kept them: ask an editor to change them.")
        return
    with st.container(horizontal=True):
        st.button(
            "Keep these types" if kept is None else "Keep those of today instead",
            key=key_of("keep"),
            icon=":material/save:",
            on_click=_keep,
            args=(scene, types.frozen, actor),
        )
        if kept is not None:
            with st.popover("Forget them", icon=":material/delete:", key=key_of("forget")):
                look.show_note("Letters and names are then given anew, for everybody who uses this build.")
                st.button(
                    "Yes, forget them", key=key_of("forget_now"), on_click=_forget, args=(scene, kept, actor)
                )


def _keep(scene: TypesScene, frozen: FrozenTypes, actor: Actor) -> None:
    def keep() -> str:
        keep_types(scene.build.path, actor, frozen, scene.beside.kept)
        types_figures.follow(scene.build, scene.before, frozen)
        return f"{frozen.k} types of {number(len(frozen.assigned))} areas are kept."

    attempt(keep)


def _forget(scene: TypesScene, kept: KeptTypes, actor: Actor) -> None:
    def forget() -> str:
        forget_types(scene.build.path, actor, kept)
        return "The kept types are forgotten."

    attempt(forget)


def _show_changes(scene: TypesScene, types: Types, kept: KeptTypes) -> None:
    changes = changes_of(kept.frozen, types, scene.found.composites)
    look.show_small_explanation(Explanation((Part(changes.sentence, True),), ()))
    left, right = st.columns(HALVES, gap="medium")
    with left:
        _show_flows(scene, changes)
    with right:
        _show_drift(scene, changes)
    _show_areas(scene, changes)


def _show_flows(scene: TypesScene, changes: TypeChanges) -> None:
    if not changes.both:
        return
    st.subheader("From type to type", anchor=False)
    flows = changes.flows
    then = {str(letter): then_words(scene, str(letter)) for letter in flows.index}
    now = {str(letter): str(letter) for letter in flows.columns}
    same = {(letter, letter) for letter in then}
    st.html(write_crossed(flows, ("Type then, by type now", then, now), same, "same", scene.dark))


def then_words(scene: TypesScene, letter: str) -> str:
    """Return the letter of a type with the name it had when it was kept."""
    names = {} if scene.before is None else scene.before.names
    return titled(letter, names[letter]) if letter in names else letter


def _show_areas(scene: TypesScene, changes: TypeChanges) -> None:
    changed = changes.frame[changes.frame.index.isin(scene.named.index)]
    if changed.empty:
        return
    st.subheader("Areas that changed", anchor=False)
    ordered = changed.sort_index().sort_values(["then", "now"], kind="stable")
    rows = pd.DataFrame(
        {
            "Then": list(ordered["then"]),
            "Now": list(ordered["now"]),
            "Types of then, data of today": list(ordered["as_then"].fillna("too little known")),
        },
        ordered.index,
        dtype=object,
    )
    show_areas(scene, rows, "changed", "Small areas whose type has changed", "by the type of then")


def _show_drift(scene: TypesScene, changes: TypeChanges) -> None:
    st.subheader("The types of then, laid over the data of today", anchor=False)
    if changes.drift is None:
        look.show_note(changes.fault)
        return
    look.show_small_explanation(Explanation((Part(changes.drift.sentence, changes.drift.large),), ()))
    st.html(STYLE + write_drift(changes.drift))
    look.show_note(DRIFT)
    st.html(write_sizes(scene, changes.drift))


def write_drift(drift: Drift) -> str:
    """Write how far each composite has moved."""
    heads = (
        "<th scope=col>Composite</th><th scope=col class=n>Then</th><th scope=col class=n>Now</th>"
        "<th scope=col class=n>Moved</th><th scope=col class=n>Outside</th>"
    )
    rows = ""
    for id_, row in drift.frame.iterrows():
        moved = moved_words(row["moved"])
        if not pd.isna(row["moved"]) and abs(row["moved"]) >= MOVED:
            moved = f"<b>{moved}, far</b>"
        rows += (
            f"<tr><th scope=row>{escape(label_of(str(id_)))}</th><td class=n>{row['then']:,.3g}</td>"
            f"<td class=n>{row['now']:,.3g}</td><td class=n>{moved}</td>"
            f"<td class=n>{escape(percent(row['outside']))}</td></tr>"
        )
    return write_table(heads, rows)


def moved_words(moved: float) -> str:
    """Write a change in spreads with its sign; the smallest as 0.

    Examples
    --------
    >>> moved_words(0.514), moved_words(-0.02), moved_words(-0.001)
    ('+0.51', '−0.02', '0.00')
    """
    if pd.isna(moved):
        return "–"
    return "0.00" if abs(moved) < LEAST_SHOWN else f"{moved:+.2f}".replace("-", "−")


def write_sizes(scene: TypesScene, drift: Drift) -> str:
    """Write the share of areas of each type, then and by the same model now."""
    heads = (
        "<th scope=col>Type</th><th scope=col class=n>Areas then</th>"
        "<th scope=col class=n>By the same types now</th>"
    )
    rows = "".join(
        f"<tr><th scope=row>{escape(then_words(scene, str(letter)))}</th>"
        f"<td class=n>{escape(percent(row['then']))}</td><td class=n>{escape(percent(row['now']))}</td></tr>"
        for letter, row in drift.sizes.sort_index().iterrows()
    )
    return write_table(heads, rows)
