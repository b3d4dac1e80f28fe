"""The Shortlist page from its sentence to its sources."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from models.shortlist import Shortlist
from views import look, shortlist_map, shortlist_ranks, shortlist_selected, shortlist_sources
from views.badges import Marking
from views.controls import EQUALS
from views.shortlist_choices import show_choices
from views.shortlist_classes import classify
from views.shortlist_compare import show_compare
from views.shortlist_criteria_rows import show_criteria
from views.shortlist_downloads import show_downloads
from views.shortlist_files import ranks_to_csv
from views.shortlist_record import show_records
from views.shortlist_scene import FIRST_CAVEATS, ShortlistScene
from views.shortlist_state import keep_choice, key_of, told
from views.shortlist_takes import show_takes
from views.shortlist_who import show_who
from views.shortlist_why import show_why
from views.shortlist_without import show_without

HALVES: Final = (1.2, 1)
NO_CRITERIA: Final = "Nothing is asked yet. Add a criterion below: what should count towards being chosen?"
Panel = Callable[[ShortlistScene], None]
PANELS: Final[tuple[tuple[str, Panel], ...]] = (
    ("Why is it here?", show_why),
    ("What would it take?", show_takes),
    ("Who lives there", show_who),
    ("Leave one out", show_without),
    ("Record", show_records),
    ("Compare", show_compare),
)
"""What stands below the map, one open at a time: a title, and what shows it where there is a shortlist."""


def tabs() -> tuple[str, ...]:
    """Return the titles of the panels, as they stand in an address."""
    return tuple(title for title, _ in PANELS)


def show_head(marking: Marking) -> None:
    """Show the title with its badges."""
    look.show_header("Shortlist", marking)
    look.show_overdue(marking)


def show_page(scene: ShortlistScene) -> None:
    """Show the page below its title."""
    found, fault = scene.found, scene.fault
    if found is not None:
        look.show_explanation(scene.explanation)
    elif fault is not None:
        st.warning(look.plain(" ".join(w for w in (fault.message, fault.hint) if w)), icon=":material/rule:")
    else:
        st.info(NO_CRITERIA, icon=":material/add:")
    for notice in (" ".join(scene.notices), told()):
        if notice:
            st.info(look.plain(notice), icon=":material/link_off:")
    show_choices(scene)
    show_criteria(scene)
    if found is not None:
        _show_found(scene, found)
    shortlist_sources.show_sources(scene)


def _show_found(scene: ShortlistScene, found: Shortlist) -> None:
    """Show the map beside the ranks, and the panels below."""
    classes = classify(scene, found)
    left, right = st.columns(HALVES, gap="medium")
    with left:
        shortlist_map.show_legend(scene, classes)
        shortlist_map.show_map(scene, classes, f"Map. {scene.explanation.text} {EQUALS}")
    with right:
        shortlist_selected.show_selected(scene, found)
        shortlist_ranks.show_ranks(scene, found)
        _offer(scene, found)
        show_downloads(scene, found)
    if further := found.caveats[FIRST_CAVEATS:]:
        look.show_note(f"Bear in mind: {' '.join(further)}")
    _show_panels(scene)


def _offer(scene: ShortlistScene, found: Shortlist) -> None:
    """Offer the table as a file, unless it has to stay inside."""
    if scene.held:
        look.show_note(scene.held)
        return
    st.download_button(
        f"Download all {len(found.frame) + len(found.out):,}",
        lambda: ranks_to_csv(scene, found),
        f"shortlist_{scene.level.value}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _show_panels(scene: ShortlistScene) -> None:
    """Show the panels as tabs: only the one that is open is worked out."""
    opened = st.tabs(list(tabs()), key=key_of("tab"), on_change=keep_choice)
    for tab, (_, show) in zip(opened, PANELS, strict=True):
        if tab.open:
            with tab:
                show(scene)
