"""How the types were made and of what: the last panel of the Types page."""

import streamlit as st

from models.composites import COMPOSITE
from views import controls, look
from views.types_method import METHOD, RULES, columns_of
from views.types_scene import TypesScene
from views.types_state import key_of


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
    return columns_of(scene.found.composites, scene.areas)
