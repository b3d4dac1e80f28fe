"""What the Reach page starts from, and its head: title, choices, and what the map can show."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

import pandas as pd
import streamlit as st

from geo.area_table import AreaTable
from geo.builds import Build
from geo.travel import Mode
from models.levels import WIDE, Level
from models.places import count_kinds
from models.reach import Reach
from views import controls, finder, look
from views.badges import Marking
from views.markers import MARKERS
from views.reach_figures import LevelReach, reach_at
from views.reach_state import Offered, Sought, View, choose_area, keep_choice, key_of

Option = TypeVar("Option", str, int)

VIEW_WORDS: Final = {View.MINUTES: "Minutes to the nearest", View.GAPS: "Gaps", View.WHAT_IF: "What if"}
MODE_WORDS: Final = {Mode.WALK: "On foot", Mode.PRAM: "With a pram"}
WIDTHS_PX: Final = {"kind": 216, "mode": 136, "minutes": 130, "level": 136, "council": 180}
SELECTING: Final = finder.Selecting(key_of("area"), keep_choice, choose_area)


@dataclass(frozen=True, eq=False)
class ReachScene:
    """What the page starts from: the build, what is asked, and what of it was not understood."""

    build: Build
    areas: AreaTable
    offered: Offered
    sought: Sought
    notices: tuple[str, ...]
    dark: bool

    @cached_property
    def found(self) -> LevelReach:
        """The reach that is asked for, at the level that is shown."""
        return reach_at(self.build, self.sought.asked, self.sought.level)

    @cached_property
    def codes(self) -> pd.Index:
        """The small areas of the council that is shown, or all of them."""
        council = self.sought.council
        frame = self.areas.frame
        return frame.index[frame["la_code"].eq(council).fillna(False)] if council else frame.index

    @cached_property
    def reach(self) -> Reach:
        """The reach of those small areas."""
        return self.found.reach.of(self.codes)


def show_head(marking: Marking) -> None:
    """Show the title with its badges, and beside it what the map can show."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        look.show_header("Reach", marking, width="content")
        st.segmented_control(
            "Show",
            [view.value for view in View],
            format_func=lambda value: VIEW_WORDS[View(value)],
            required=True,
            key=key_of("view"),
            on_change=keep_choice,
            label_visibility="collapsed",
        )
    look.show_overdue(marking)


def show_choices(scene: ReachScene) -> None:
    """Show what can be chosen in one row: kind, travel, minutes, level, council and area."""
    offered, sought = scene.offered, scene.sought
    counts = count_kinds(scene.build.places.counted, sought.council)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _choose("Kind of place", "kind", offered.kinds, lambda k: f"{MARKERS[k].name} · {counts.get(k, 0):,}")
        if offered.modes:
            _choose("Travel", "mode", [m.value for m in offered.modes], lambda m: MODE_WORDS[Mode(m)])
        _choose("Within", "minutes", offered.minutes, lambda minutes: f"{minutes} minutes")
        if sought.view is not View.WHAT_IF:
            levels = [level.value for level in offered.levels(sought.council)]
            _choose("Level", "level", levels, lambda level: controls.LEVEL_WORDS[Level(level)])
        councils = offered.possible.councils
        if len(councils) > 1 and sought.level not in WIDE:
            names = {"": f"All {len(councils)} councils", **councils}
            _choose("Council", "council", list(names), lambda code: names[code])
        finder.show_finder(scene.found.inside(sought.council), sought.level, sought.area, SELECTING)


def _choose(
    label: str, name: str, options: "list[Option] | tuple[Option, ...]", words: Callable[[Option], str]
) -> None:
    st.selectbox(
        label,
        options,
        format_func=words,
        key=key_of(name),
        on_change=keep_choice,
        width=WIDTHS_PX[name],
    )
