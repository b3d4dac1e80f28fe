"""The conditions of a search as rows of choices, each an indicator, a comparison and perhaps a number."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from data.indicators import Group, Indicator, Kind
from models.condition_words import factor, option_words, unit_words
from models.conditions import (
    MOST_CONDITIONS,
    WITH_A_NUMBER,
    Comparison,
    Condition,
    comparisons_of,
    is_sound_bound,
    values_of,
    write_conditions,
)
from models.levels import LevelData
from models.nearness import is_minutes
from models.search import Found, far_min, next_condition, opening_condition
from views import controls, look
from views.scene import Scene
from views.state import hold, keep_choice

COMPARISON_WIDTH_PX: Final = 270
NUMBER_WIDTH_PX: Final = 140
LARGEST: Final = 999_999_999
PARTS_OF_A_ROW: Final = ("indicator", "comparison", "bound")


def show_conditions(scene: Scene, found: Found) -> None:
    """Show a row for each condition, and under them the choice of level, council and area."""
    for position in range(len(found.conditions)):
        _show_row(scene, found, position)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Add a condition",
            icon=":material/add:",
            on_click=_add,
            args=(scene,),
            disabled=len(found.conditions) == MOST_CONDITIONS,
        )
        shown = [indicator.id for indicator in found.indicators]
        controls.show_where(shown, scene.chosen, scene.possible, found.inside)


def _show_row(scene: Scene, found: Found, position: int) -> None:
    condition = found.conditions[position]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _show_indicator(scene, position)
        _show_comparison(scene, position)
        if condition.comparison in WITH_A_NUMBER:
            _show_number(scene, position)
        if len(found.conditions) > 1:
            st.button(
                f"Remove condition {position + 1}",
                icon=":material/close:",
                type="tertiary",
                on_click=_remove,
                args=(scene, position),
            )
            meeting = found.alone[position]
            look.show_note(f"{meeting:,} {'meets' if meeting == 1 else 'meet'} it")


def _show_indicator(scene: Scene, position: int) -> None:
    offered, key = scene.offered, row_key(position, "indicator")
    hold(key, scene.chosen.find[position].indicator.id)
    st.selectbox(
        f"Condition {position + 1}: indicator",
        list(offered),
        format_func=lambda id_: offered[id_].label,
        key=key,
        on_change=_change,
        args=(scene, position),
        label_visibility="collapsed",
        width=controls.INDICATOR_WIDTH_PX,
    )


def _show_comparison(scene: Scene, position: int) -> None:
    condition, key = scene.chosen.find[position], row_key(position, "comparison")
    hold(key, condition.comparison.value)
    st.selectbox(
        f"Condition {position + 1}: comparison",
        [comparison.value for comparison in comparisons_of(condition.indicator)],
        format_func=lambda value: option_words(condition.indicator, Comparison(value)),
        key=key,
        on_change=_change,
        args=(scene, position),
        label_visibility="collapsed",
        width=COMPARISON_WIDTH_PX,
    )


def _show_number(scene: Scene, position: int) -> None:
    condition, key = scene.chosen.find[position], row_key(position, "bound")
    indicator, one = condition.indicator, factor(condition.indicator)
    hold(key, round((condition.bound or 0.0) / one, 6))
    lowest = -LARGEST / one if is_sound_bound(indicator, -1.0) else 0.0
    st.number_input(
        f"Condition {position + 1}: {unit_words(indicator) or 'number'}",
        min_value=lowest,
        max_value=LARGEST / one,
        step=1.0,
        format="%g",
        key=key,
        on_change=_change,
        args=(scene, position),
        label_visibility="collapsed",
        width=NUMBER_WIDTH_PX,
    )


def row_key(position: int, part: str) -> str:
    """Return the key of a widget of a row."""
    return f"condition_{position}_{part}"


def _change(scene: Scene, position: int) -> None:
    """Take over what a row holds after a change of one of its parts."""
    held = [st.session_state.get(row_key(position, part)) for part in PARTS_OF_A_ROW]
    conditions = list(scene.chosen.find)
    indicator, comparison = scene.offered[str(held[0])], Comparison(str(held[1]))
    number = None if held[2] is None else float(held[2])
    conditions[position] = changed(conditions[position], indicator, comparison, number, scene.data)
    _ask(conditions)


def changed(
    old: Condition, indicator: Indicator, comparison: Comparison, number: float | None, data: LevelData
) -> Condition:
    """Return a condition after a change of its indicator, of its comparison or of its number.

    Another indicator of the same sort keeps the comparison and the number.

    Parameters
    ----------
    old
        The condition before.
    indicator, comparison
        What the row holds now.
    number
        The number that the row holds, in the reader's unit (minutes, percent); None without one.
    data
        The values, for a number to begin with.
    """
    if indicator != old.indicator:
        alike = comparisons_of(indicator) == comparisons_of(old.indicator)
        same = alike and (indicator.group, indicator.unit) == (old.indicator.group, old.indicator.unit)
        return Condition(indicator, old.comparison, old.bound) if same else opening_condition(indicator)
    if comparison not in WITH_A_NUMBER:
        return Condition(indicator, comparison)
    if comparison is not old.comparison or number is None:
        bound = usual_bound(indicator, data) if old.bound is None else old.bound
        return Condition(indicator, comparison, bound)
    return Condition(indicator, comparison, round(number * factor(indicator), 6))


def usual_bound(indicator: Indicator, data: LevelData) -> float:
    """Return a number to begin with: a long way, one place, or the value in the middle."""
    if is_minutes(indicator):
        return far_min()
    if indicator.group is Group.ASSETS:
        return 1.0
    values = values_of(indicator, data, data.frame.index).dropna()
    middle = float(values.median()) if len(values) else 0.0
    return float(round(middle)) if indicator.kind is Kind.COUNT else round(middle, 6)


def _remove(scene: Scene, position: int) -> None:
    _ask([condition for n, condition in enumerate(scene.chosen.find) if n != position])


def _add(scene: Scene) -> None:
    _ask([*scene.chosen.find, next_condition(scene.chosen.find, list(scene.offered.values()))])


def _ask(conditions: Sequence[Condition]) -> None:
    st.session_state["find"] = write_conditions(tuple(conditions))
    keep_choice()
