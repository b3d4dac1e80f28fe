"""Find one shape: from a list where there are few, by what is typed where there are thousands.

A select box sends all of its options with every change of the page. And the way in from a council of a large
place to its small areas.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from geo.area_table import LARGE_PLACE
from models.finding import MOST_FOUND, find_shapes
from models.levels import Level
from models.words import noun
from views import look
from views.state import Chosen, Possible, choose_area, keep_choice, show_small_areas

TYPED: Final = "typed"
MATCH: Final = "match"


@dataclass(frozen=True)
class Selecting:
    """How a page holds its selected shape: the key in the session, and what is called when it changes."""

    key: str = "area"
    keep: Callable[[], None] = keep_choice
    choose: Callable[[str], None] = choose_area


ON_EXPLORE: Final = Selecting()


def show_finder(inside: pd.DataFrame, level: Level, selected: str, selecting: Selecting = ON_EXPLORE) -> None:
    """Show the box that selects a shape as a click on the map does.

    Parameters
    ----------
    inside
        The shapes that are shown: `name, ward_name, la_name`, indexed by code.
    level
        What they are.
    selected
        The code of the selected one, or an empty text.
    selecting
        How the page holds it.
    """
    if len(inside) > LARGE_PLACE:
        _show_search(inside, level, selected, selecting)
    else:
        _show_list(inside, level, selecting)


def show_way_in(chosen: Chosen, possible: Possible) -> None:
    """Show the button that leads from a selected council of a large place to its small areas."""
    if not possible.is_large or chosen.level is not Level.COUNCIL or not chosen.area:
        return
    areas = int(possible.identity["la_code"].eq(chosen.area).sum())
    st.button(
        f"Show its {areas:,} {noun(Level.AREA, areas)}",
        key="way_in",
        icon=":material/zoom_in:",
        on_click=show_small_areas,
        args=(chosen.area,),
    )


def _show_list(inside: pd.DataFrame, level: Level, selecting: Selecting) -> None:
    names = _names(inside, level)
    st.selectbox(
        f"Find a {level.singular}",
        list(names),
        index=None,
        format_func=lambda key: names[key],
        placeholder="Name, ward or code" if _has_wards(inside, level) else "Name or code",
        key=selecting.key,
        on_change=selecting.keep,
    )


def _show_search(inside: pd.DataFrame, level: Level, selected: str, selecting: Selecting) -> None:
    typed = st.text_input(
        f"Find a {level.singular}",
        placeholder="Name, council or code",
        key=TYPED,
        max_chars=80,
        on_change=lambda: _pick_the_only_match(inside, selecting),
    )
    found, count = find_shapes(inside, typed or "")
    if not count:
        if typed:
            look.show_note(f"No {level.singular} here is called “{typed}” or has such a code.")
        return
    options = list(dict.fromkeys([*([selected] if selected else []), *found]))
    names = _names(inside, level, options)
    more = f", the first {MOST_FOUND} here" if count > MOST_FOUND else ""
    st.session_state[MATCH] = selected or None
    st.selectbox(
        f"{count:,} {'match' if count == 1 else 'matches'}{more}",
        options,
        index=None,
        format_func=lambda key: names[key],
        placeholder="Choose one",
        key=MATCH,
        on_change=lambda: selecting.choose(st.session_state[MATCH] or ""),
    )


def _pick_the_only_match(inside: pd.DataFrame, selecting: Selecting) -> None:
    found, count = find_shapes(inside, st.session_state[TYPED] or "")
    if count == 1:
        selecting.choose(found[0])


def _names(inside: pd.DataFrame, level: Level, codes: list[str] | None = None) -> dict[str, str]:
    """Write the options: name, ward or council, and code."""
    listed = inside.sort_values("name", kind="stable") if codes is None else inside.loc[codes]
    wards = ", " + listed["ward_name"].fillna("no ward") if _has_wards(inside, level) else ""
    return (listed["name"] + wards + " · " + listed.index).to_dict()


def _has_wards(inside: pd.DataFrame, level: Level) -> bool:
    return bool(level is Level.AREA and inside["ward_name"].notna().any())
