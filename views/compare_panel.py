"""Two indicators on Explore: on one map in nine colours, or on two maps side by side; and their table."""

from typing import Final

import pandas as pd
import streamlit as st

from data.provenance import Status
from models.classes import MISSING, NO_VALUE_WORDS, SUPPRESSED, classify
from models.condition_words import short_name
from models.explain import Explanation, explain_map
from models.levels import LevelData
from models.selected import SelectedArea
from models.two_way import THIRDS, Axis, TwoWay, cross
from models.two_way_words import explain_area_on_both, explain_two_way
from models.words import sentence_case
from views import controls, legends, look
from views.inside import why_inside
from views.listing import Column, Listing, show_listing
from views.listing_columns import (
    by_value,
    identity_of,
    name_column,
    pedigree_of,
    place_columns,
    rest_of,
    value_column,
)
from views.scene import Scene, halves, show_below_map, show_foot, show_selected, show_sentence
from views.shown import Way, beside
from views.state import keep_choice
from views.tables import write_csv

WAY_WORDS: Final = {Way.BOTH: "One map", Way.SIDE: "Side by side"}
SECOND_MAP: Final = "map_beside"
THIRDS_WIDTH_PX: Final = 112
INDICATOR_WIDTH_PX: Final = 310
MAPS_WIDTH_PX: Final = 126
LEVEL_WIDTH_PX: Final = 130


def show_two(scene: Scene) -> None:
    """Show two indicators."""
    first, second = (scene.offered[id_] for id_ in (scene.chosen.indicator, scene.chosen.other))
    two = cross(scene.data, first, second, scene.council)
    explanation = explain_two_way(two, scene.data)
    painting = paint_two(two, scene.data, explanation, scene.dark)
    show_sentence(scene, explanation)
    _show_choices(scene, two.inside)
    if scene.chosen.way is Way.SIDE:
        _show_side_by_side(scene, two)
        show_below_map(scene, painting)
        _show_beside_map(scene, two)
    else:
        left, right = halves()
        with left:
            legends.show_two_way(two, scene.dark, controls.has_green(scene.build))
            controls.show_map(scene.build, painting, scene.chosen, scene.dark)
            show_below_map(scene, painting)
        with right:
            _show_beside_map(scene, two)
    show_foot(scene, [first, second], two.inside.index, explanation)


def _show_choices(scene: Scene, inside: pd.DataFrame) -> None:
    chosen, offered = scene.chosen, scene.offered
    choices = {"indicator": list(offered), "with": beside(chosen.indicator, offered)}
    with st.container(horizontal=True):
        for label, (key, ids) in zip(("Indicator", "Second indicator"), choices.items(), strict=True):
            st.selectbox(
                label,
                ids,
                format_func=lambda id_: offered[id_].label,
                key=key,
                on_change=keep_choice,
                width=INDICATOR_WIDTH_PX,
            )
        st.selectbox(
            "Maps",
            [way.value for way in Way],
            format_func=lambda value: WAY_WORDS[Way(value)],
            key="way",
            on_change=keep_choice,
            width=MAPS_WIDTH_PX,
        )
        shown = [chosen.indicator, chosen.other]
        controls.show_where(shown, chosen, scene.possible, inside, LEVEL_WIDTH_PX)


def paint_two(two: TwoWay, data: LevelData, explanation: Explanation, dark: bool) -> controls.Painting:
    """Return what the map of two indicators shows."""
    names = " and ".join(axis.indicator.label for axis in two.axes)
    return controls.Painting(
        level=two.level,
        frame=two.frame,
        palette=legends.TWO_WAY_DARK if dark else legends.TWO_WAY,
        spoken=two.spoken,
        name=f"Map. {names} by {two.level.singular}, in thirds. {explanation.text} {controls.EQUALS}",
        columns=tuple(data.column_of(axis.indicator) for axis in two.axes),
    )


def _show_side_by_side(scene: Scene, two: TwoWay) -> None:
    """Show each indicator on a map of its own, with its own legend; the second is below on a phone."""
    keys = (controls.MAP_KEY, SECOND_MAP)
    for half, key, axis in zip(st.columns(2, gap="medium"), keys, two.axes, strict=True):
        classes = classify(scene.data, axis.indicator, scene.council)
        painting = controls.paint_one(classes, scene.data, explain_map(classes, scene.data), scene.dark)
        with half:
            legends.show_heading(axis.indicator.label)
            look.show_legend(classes, scene.dark, controls.has_green(scene.build))
            controls.show_map(scene.build, painting, scene.chosen, scene.dark, key)


def _show_beside_map(scene: Scene, two: TwoWay) -> None:
    show_selected(scene, lambda: _explain_selected(scene, two))
    show_listing(list_two(two, scene.data), scene.chosen.area)


def _explain_selected(scene: Scene, two: TwoWay) -> SelectedArea:
    first, second = (classify(scene.data, axis.indicator, scene.council) for axis in two.axes)
    return explain_area_on_both(first, second, scene.data, scene.chosen.area)


def list_two(two: TwoWay, data: LevelData) -> Listing:
    """Return the table of two indicators: every shape, with both values and both thirds."""
    inside = two.inside
    thirds = [axis.frame.loc[inside.index, "third"].map(int, na_action="ignore") for axis in two.axes]
    first = by_value(two.first.frame.loc[inside.index, "value"], two.first.low_is_worse)
    worst = (thirds[0] + thirds[1]).reindex(first)
    opening = worst.sort_values(ascending=False, kind="stable", na_position="last").index
    columns = [
        name_column(inside, two.level),
        *(_value_column(axis, inside, data) for axis in two.axes),
        _thirds_column(two, opening),
        *place_columns(inside, inside, data, [axis.indicator for axis in two.axes]),
    ]
    return Listing(
        name=f"two {two.first.indicator.id} {two.second.indicator.id} {len(inside)} {inside.index[0]}",
        columns=tuple(columns),
        opening=opening,
        opening_words="Hidden need first" if two.seeks_hidden_need else "Worst on both first",
        file=f"two_indicators_{two.level.value}.csv",
        to_csv=lambda: two_to_csv(two, data),
        spoken=f"{two.level.plural.capitalize()} with the same two figures as the map",
        inside=why_inside(data, [axis.indicator for axis in two.axes]),
    )


def _value_column(axis: Axis, inside: pd.DataFrame, data: LevelData) -> Column:
    low_first = axis.low_is_worse
    return value_column(axis.indicator, data, inside.index, axis.labels[THIRDS[0]], low_first)


def _thirds_column(two: TwoWay, opening: pd.Index) -> Column:
    first, second = (third_texts(axis, two.inside).str.removesuffix(" deprived") for axis in two.axes)
    words = (first + ", " + second).map(sentence_case)
    where = ", ".join(f"{short_name(axis.indicator)} in {axis.compared_with}" for axis in two.axes)
    return Column("Thirds", words, opening, "", THIRDS_WIDTH_PX, f"{where}.")


def third_texts(axis: Axis, inside: pd.DataFrame) -> pd.Series:
    """Return the words of the third of each shape, or of why it has none."""
    frame = axis.frame.loc[inside.index]
    absent = pd.Series(NO_VALUE_WORDS[MISSING], index=frame.index)
    absent = absent.mask(frame["status"].eq(Status.SUPPRESSED), NO_VALUE_WORDS[SUPPRESSED])
    return frame["third"].map(axis.labels).where(frame["third"].notna(), absent)


def two_to_csv(two: TwoWay, data: LevelData) -> bytes:
    """Write every shape with both values, their statuses, thirds and sources, as a CSV file."""
    shown = two.inside.sort_index()
    output = identity_of(shown, data)
    for axis in two.axes:
        column = data.column_of(axis.indicator)
        output |= pedigree_of(column, shown, data)
        output |= {f"{column}_third": third_texts(axis, shown), f"{column}_compared_with": axis.compared_with}
    output |= rest_of(shown, shown, data)
    return write_csv(pd.DataFrame(output, index=shown.index))
