"""What every way of looking at Explore starts from, and the parts that they share."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd
import streamlit as st

from data.indicators import Group, Indicator
from data.need_weights import write_weights
from geo.builds import Build
from models.explain import Explanation
from models.levels import NEED_INDEX, LevelData
from models.profile_setting import PROFILED
from models.selected import SelectedArea
from views import controls, demand_panel, look, places_panel, session
from views.badges import marking_of
from views.shown import Show, ways_to_show
from views.state import EVERY_PLACE, Chosen, Possible, keep_choice

SHOW_WORDS: Final = {Show.ONE: "One indicator", Show.TWO: "Two indicators", Show.FIND: "Find areas"}
PROFILE_PAGE: Final = "area_profile.py"
HALVES: Final = (1.32, 1)


@dataclass(frozen=True)
class Scene:
    """What every way of looking starts from: the build, what is chosen, and what of it was not understood."""

    build: Build
    chosen: Chosen
    possible: Possible
    notices: tuple[str, ...]
    dark: bool

    @property
    def offered(self) -> dict[str, Indicator]:
        """The indicators that a map can show, by id."""
        return dict(self.possible.offered)

    @cached_property
    def data(self) -> LevelData:
        """The values at the level that is shown; of combined need with ranks, by the reader's weights."""
        if self.chosen.show is Show.ONE and self.chosen.indicator == NEED_INDEX:
            return session.need_at(self.build, self.chosen.level, self.chosen.weights)
        return session.data_at(self.build, self.chosen.level)

    @property
    def council(self) -> str | None:
        """The one council that is shown, or None for all of them."""
        return self.chosen.council or None


def show_head(scene: Scene) -> None:
    """Show the title with its badges, and beside it the ways of looking."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        marking = marking_of(scene.build)
        look.show_header("Explore", marking, width="content")
        st.segmented_control(
            "Show",
            [show.value for show in ways_to_show(scene.offered)],
            format_func=lambda value: SHOW_WORDS[Show(value)],
            required=True,
            key="show",
            on_change=keep_choice,
            label_visibility="collapsed",
        )
    look.show_overdue(marking)


def show_sentence(scene: Scene, explanation: Explanation) -> None:
    """Show the sentence, and what in the address was not understood."""
    look.show_explanation(explanation)
    if scene.notices:
        st.info(look.plain(" ".join(scene.notices)), icon=":material/link_off:")


def show_selected(scene: Scene, explain: Callable[[], SelectedArea]) -> None:
    """Show what is known of the selected area, when there is one."""
    chosen = scene.chosen
    if chosen.area:
        look.show_selected(explain(), places_panel.find_places_here(scene.build, chosen))
    if chosen.area and _is_of_demand(scene):
        demand_panel.show_time_briefly(scene.build, chosen.level, chosen.area, scene.dark)
    if chosen.area and chosen.level in PROFILED:
        kept = {"weights": write_weights(dict(chosen.weights))} if chosen.weights else {}
        kept |= {"count": EVERY_PLACE} if chosen.count_all else {}
        st.page_link(
            PROFILE_PAGE,
            label="Open its profile",
            icon=":material/article:",
            query_params={"level": chosen.level.value, "area": chosen.area, **kept},
        )


def _is_of_demand(scene: Scene) -> bool:
    shown = [scene.chosen.indicator] if scene.chosen.show is not Show.FIND else []
    shown += [scene.chosen.other] if scene.chosen.show is Show.TWO else []
    return any(scene.offered[id_].group is Group.DEMAND for id_ in shown)


def show_below_map(scene: Scene, painting: controls.Painting) -> None:
    """Show the kinds of place and who is to be credited under a map."""
    places_panel.show_pills(scene.build, scene.chosen, scene.possible)
    controls.show_attribution(scene.build, painting, scene.chosen)


def show_foot(
    scene: Scene, indicators: Sequence[Indicator], shown: pd.Index, explanation: Explanation
) -> None:
    """Show the places as a table and the sources, each one click away."""
    places_panel.show_places(scene.build, scene.chosen)
    controls.show_sources(scene.build, scene.data, indicators, shown, explanation)


def halves() -> tuple[AbstractContextManager[object], AbstractContextManager[object]]:
    """Return the two halves of the page: the map, and what is beside it."""
    left, right = st.columns(HALVES, gap="medium")
    return left, right
