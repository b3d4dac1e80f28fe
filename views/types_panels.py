"""The Types page from its sentence to its sources."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from views import controls, look, types_cards, types_map, types_selected, types_sources, types_table
from views.brief_buttons import show_brief_buttons
from views.briefs import STAYS, brief_of_type
from views.types_before import show_before
from views.types_classes import classify
from views.types_drivers import show_drivers
from views.types_overrides import show_overrides
from views.types_rules import show_rules
from views.types_scene import TypesScene, show_choices
from views.types_state import keep_choice, key_of
from views.types_sure import show_sure
from views.types_words import explain_types

HALVES: Final = (1.32, 1)
Panel = Callable[[TypesScene], None]
PANELS: Final[tuple[tuple[str, Panel], ...]] = (
    ("How many, how sure", show_sure),
    ("Rules beside types", show_rules),
    ("What separates them", show_drivers),
    ("Overruled", show_overrides),
    ("Compare with last time", show_before),
)
"""What stands below the cards, one open at a time: a title, and what shows it."""


def tabs() -> tuple[str, ...]:
    """Return the titles of the panels, as they stand in an address."""
    return tuple(title for title, _ in PANELS)


def show_page(scene: TypesScene) -> None:
    """Show the page below its title."""
    explanation = explain_types(scene)
    look.show_explanation(explanation)
    if scene.notices:
        st.info(look.plain(" ".join(scene.notices)), icon=":material/link_off:")
    for fault in scene.beside.faults:
        st.warning(look.plain(fault), icon=":material/folder_off:")
    show_choices(scene)
    classes = classify(scene)
    left, right = st.columns(HALVES, gap="medium")
    with left:
        types_map.show_legend(scene, classes)
        types_map.show_map(scene, classes, f"Map. {explanation.text} {controls.EQUALS}")
    with right:
        types_selected.show_selected(scene)
        types_table.show_rows(scene)
    types_cards.show_cards(scene)
    _show_briefing(scene)
    _show_panels(scene)
    types_sources.show_sources(scene, explanation.method)


def _show_briefing(scene: TypesScene) -> None:
    """Offer the briefing of a type that is chosen; nothing where there are no types."""
    letters = sorted(scene.found.portraits)
    if scene.found.types is None or not letters:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        letter = st.selectbox(
            "Briefing of", letters, format_func=scene.found.title_of, key=key_of("briefed"), width=280
        )
        make = partial(brief_of_type, scene.build, scene.areas, scene.found, letter)
        show_brief_buttons(make, f"type {letter}", key_of("brief"), STAYS if scene.held else "")


def _show_panels(scene: TypesScene) -> None:
    """Show the panels as tabs: only the one that is open is worked out."""
    opened = st.tabs(list(tabs()), key=key_of("tab"), on_change=keep_choice)
    for tab, (_, show) in zip(opened, PANELS, strict=True):
        if tab.open:
            with tab:
                show(scene)
