"""How the shortlist was made and of what: the last panel of the Shortlist page."""

import streamlit as st

from models.shortlist_values import column_of
from models.shortlist_words import METHOD
from views import controls, look
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import key_of


def show_sources(scene: ShortlistScene) -> None:
    """Show the method and where the figures of each criterion came from, one click away."""
    panel = st.expander("Sources and method", on_change="rerun", key=key_of("sources"))
    if not panel.open:
        return
    with panel:
        look.show_note(METHOD)
        data = scene.data
        for criterion in scene.asked.criteria:
            entry, column = data.dictionary[criterion.indicator], column_of(data, criterion.indicator)
            look.show_note(
                " ".join(part for part in (f"{entry.label}: {entry.meaning}.", entry.method) if part)
            )
            if column in data.provenance:
                controls.show_source(entry.label, data.provenance[column])
        shapes = scene.areas.provenance
        controls.show_source("Boundaries of small areas", shapes["geometry"])
        if "ward_code" in shapes:
            controls.show_source("Wards of small areas", shapes["ward_code"])
