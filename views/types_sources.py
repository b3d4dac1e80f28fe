"""How the types were made and of what: the last panel of the Types page."""

from typing import Final

import streamlit as st

from models.composite_parts import CHILD_COLUMNS, NATIONAL, NO_CAR
from models.composites import COMPOSITE
from models.demand_measures import MEASURES
from models.levels import NEED_INDEX
from views import controls, look
from views.types_scene import TypesScene
from views.types_state import key_of

METHOD: Final = (
    "Types: each composite by its inverse hyperbolic sine, brought to one range, and k-means with many "
    "starts. Whether there are kinds of place is told by the gap statistic against a normal cloud with the "
    "same covariance; how many types, by how surely they come out again among fresh draws of areas (adjusted "
    "Rand index). The silhouette never decides. Letters "
    "go by need, A the highest, and stay with their types once these are kept."
)
RULES: Final = (
    "Ways of working: the first rule that fits an area. The rules stand in data/operating_models.toml "
    "and can be edited."
)
REFERRED: Final = tuple(measure.column for measure in MEASURES)
MADE_OF: Final = {
    "need": (NEED_INDEX, *NATIONAL),
    "demand": REFERRED,
    "trend": REFERRED,
    "rurality": ("pop_total",),
    "young": ("pop_0_4", *CHILD_COLUMNS, "pop_total"),
    "no_car_percent": (NO_CAR,),
}
"""Columns of the areas that composites and measures of rules are made of, where a build has them; the others
are made of places."""


def show_sources(scene: TypesScene, method: tuple[str, ...]) -> None:
    """Show the method, what each composite is made of, and where its figures came from, one click away."""
    panel = st.expander("Sources and method", on_change="rerun", key=key_of("sources"))
    if not panel.open:
        return
    with panel:
        found = scene.found
        look.show_note(" ".join(dict.fromkeys([*method, METHOD, RULES, *found.models.caveats])))
        made = {
            COMPOSITE[id_].label: f"{COMPOSITE[id_].meaning} {source}"
            for id_, source in found.composites.sources.items()
        }
        look.show_pairs("What types and rules are made of", made)
        left_out = found.composites.left_out if found.types is None else found.types.left_out
        if left_out:
            look.show_pairs("Left out", {COMPOSITE[id_].label: why for id_, why in left_out.items()})
        if found.models.left_out:
            look.show_note(" ".join(found.models.left_out))
        for column in source_columns(scene):
            controls.show_source(scene.areas.dictionary[column].label, scene.areas.provenance[column])
        for file in dict.fromkeys(scene.build.places.frame["file"]):
            controls.show_source(f"Places: {file}", scene.build.places.provenance[file])
        controls.show_source("Boundaries of small areas", scene.areas.provenance["geometry"])


def source_columns(scene: TypesScene) -> list[str]:
    """Return the columns of the areas that types and rules are made of, as far as their source is known."""
    composites = scene.found.composites
    used = (*composites.sources, *composites.measures)
    wanted = [column for id_ in used for column in MADE_OF.get(id_, ())]
    return [column for column in dict.fromkeys(wanted) if column in scene.areas.provenance]
