"""What a place changes for children: before it is sent, and once it is published."""

from collections.abc import Callable, Hashable
from datetime import date
from typing import Final

import streamlit as st

from data.register.records import Place
from geo.builds import Build
from geo.register_places import without_places
from models.explain import Explanation
from models.register_effect import effect_of, effect_of_place
from views import look, session

_KEPT: Final = "assets_effects"
_MOST_KEPT: Final = 40


def show_preview(build: Build, place: Place) -> None:
    """Show what a place would change if it were published."""
    key = (session.reading(build), place.id, place.kind, place.easting_m, place.northing_m)
    told = _once(key, lambda: effect_of_place(place, build, build.places, date.today()))
    with st.container(border=True):
        look.show_small_explanation(told)


def show_done(build: Build, place: Place) -> None:
    """Show what a published place changed, against the same places without it."""
    key = (session.reading(build), place.id, "done")
    told = _once(key, lambda: effect_of(without_places(build.places, (place.id,)), build.places, build))
    look.show_small_explanation(told)


def _once(key: Hashable, make: Callable[[], Explanation]) -> Explanation:
    """Work out an effect once a visit, as long as the places stay the same."""
    kept: dict[Hashable, Explanation] = st.session_state.setdefault(_KEPT, {})
    if key not in kept:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = make()
    return kept[key]
