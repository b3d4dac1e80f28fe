"""Find one shape: from a list where there are few, by what is typed where there are thousands.

A select box sends all of its options with every change of the page. And the way in from a council of a large
place to its small areas.
"""

from typing import Final

import streamlit as st

from geo.area_table import LARGE_PLACE
from models.classes import Classes
from models.finding import MOST_FOUND, find_shapes
from models.levels import Level
from models.words import noun
from views import look
from views.state import Chosen, Possible, choose_area, keep_choice, show_small_areas

TYPED: Final = "typed"
MATCH: Final = "match"


def show_finder(classes: Classes, chosen: Chosen) -> None:
    """Show the box that selects a shape as a click on the map does."""
    if len(classes.inside) > LARGE_PLACE:
        _show_search(classes, chosen)
    else:
        _show_list(classes)


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


def _show_list(classes: Classes) -> None:
    names = _names(classes)
    st.selectbox(
        f"Find a {classes.level.singular}",
        list(names),
        index=None,
        format_func=lambda key: names[key],
        placeholder="Name, ward or code" if _has_wards(classes) else "Name or code",
        key="area",
        on_change=keep_choice,
    )


def _show_search(classes: Classes, chosen: Chosen) -> None:
    typed = st.text_input(
        f"Find a {classes.level.singular}",
        placeholder="Name, council or code",
        key=TYPED,
        max_chars=80,
        on_change=lambda: _pick_the_only_match(classes),
    )
    found, count = find_shapes(classes.inside, typed or "")
    if not count:
        if typed:
            look.show_note(f"No {classes.level.singular} here is called “{typed}” or has such a code.")
        return
    options = list(dict.fromkeys([*([chosen.area] if chosen.area else []), *found]))
    names = _names(classes, options)
    more = f", the first {MOST_FOUND} here" if count > MOST_FOUND else ""
    st.session_state[MATCH] = chosen.area or None
    st.selectbox(
        f"{count:,} {'match' if count == 1 else 'matches'}{more}",
        options,
        index=None,
        format_func=lambda key: names[key],
        placeholder="Choose one",
        key=MATCH,
        on_change=lambda: choose_area(st.session_state[MATCH] or ""),
    )


def _pick_the_only_match(classes: Classes) -> None:
    found, count = find_shapes(classes.inside, st.session_state[TYPED] or "")
    if count == 1:
        choose_area(found[0])


def _names(classes: Classes, codes: list[str] | None = None) -> dict[str, str]:
    """Write the options: name, ward or council, and code."""
    inside = classes.inside if codes is None else classes.inside.loc[codes]
    inside = inside.sort_values("name", kind="stable") if codes is None else inside
    wards = ", " + inside["ward_name"].fillna("no ward") if _has_wards(classes) else ""
    return (inside["name"] + wards + " · " + inside.index).to_dict()


def _has_wards(classes: Classes) -> bool:
    return bool(classes.level is Level.AREA and classes.inside["ward_name"].notna().any())
