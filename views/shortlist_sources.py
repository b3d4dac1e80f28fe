"""How the shortlist was made and of what: the last panel of the Shortlist page."""

from typing import Final

import streamlit as st

from models.shortlist_values import column_of
from views import controls, look
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import key_of

METHOD: Final = (
    "The value is additive: what each figure is worth from its worst (0) to its best (1), times the weight "
    "of its criterion, which is its share of all swings (Keeney and Raiffa 1976). Worst and best are those "
    "among the shapes compared, unless you give them. How sure a rank is comes from 10,000 weightings that "
    "fit what was said of the weights, each ranking all anew (SMAA: Lahdelma, Hokkanen and Salminen 1998; "
    "Lahdelma and Salminen 2001). A range of ranks leaves out the lowest and the highest 5%. A tier ends "
    "where all above stand above all below in nine of ten weightings. A criterion without a figure puts a "
    "shape out: nothing is filled in."
)


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
