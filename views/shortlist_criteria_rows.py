"""The criteria of the Shortlist page: one row each, with its move, its swing, and what a figure is worth."""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import streamlit as st

from data.errors import AtlasError
from data.indicators import Indicator
from data.shortlist_criteria import Criterion, Curve, Direction
from data.shortlist_terms import MOST_CRITERIA
from models.shortlist_values import Scale
from models.words import percent, sentence_case
from views import look
from views.shortlist_choices import show_saving
from views.shortlist_curve import write_large, write_small
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import add_criterion, change_criterion, drop_criterion, key_of, want_types
from views.shortlist_words import (
    CURVE_WORDS,
    GROUP_WORDS,
    QUESTION,
    direction_words,
    move_words,
    shape_words,
    usual_direction,
)
from views.state import hold

ADD_WIDTH_PX: Final = 520
NAME_PX: Final = 480
DIRECTION_PX: Final = 160
SWING_PX: Final = 170
"""Together they stand side by side on a phone."""

FIGURE_PX: Final = 150
ADDED_SWING: Final = 50.0
SHAPE: Final = "Worth and limits"
NO_TYPES: Final = (
    "Types and ways of working can be criteria, too, once the areas have been sorted. That takes "
    "some seconds, and a minute or more in a large place."
)
NO_MORE: Final = f"{MOST_CRITERIA} criteria are as many as can be weighed against each other."


def show_criteria(scene: ShortlistScene) -> None:
    """Show the criteria with what is asked of each, and how to add one."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("Criteria", anchor=False, width="content")
        show_saving(scene)
    look.show_note(QUESTION)
    criteria = scene.asked.criteria
    total = sum(criterion.swing for criterion in criteria)
    with st.container(gap="xsmall"):
        for criterion in criteria:
            _show_row(scene, criterion, criterion.swing / total if total else 0.0)
    _show_adding(scene, criteria)


def _show_row(scene: ShortlistScene, criterion: Criterion, weight: float) -> None:
    id_, entry = criterion.indicator, scene.criteria[criterion.indicator]
    scale = scale_or_fault(scene, criterion)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key_of("row", id_)):
        st.html(write_name(entry, criterion, scale, weight, scene.dark), width=NAME_PX)
        _choose_direction(entry, criterion)
        hold(key_of("swing", id_), round(criterion.swing))
        st.slider(
            f"Swing of {entry.label}",
            0,
            100,
            key=key_of("swing", id_),
            on_change=_take,
            args=(id_, "swing", "swing"),
            label_visibility="collapsed",
            width=SWING_PX,
        )
        box = st.popover(SHAPE, key=key_of("shape", id_), on_change="rerun")
        if box.open:
            with box:
                _show_shape(scene, entry, criterion, scale)
        st.button(
            "Remove",
            key=key_of("drop", id_),
            type="tertiary",
            icon=":material/close:",
            on_click=drop_criterion,
            args=(id_,),
        )


def scale_or_fault(scene: ShortlistScene, criterion: Criterion) -> Scale | AtlasError:
    """Return the scale of a criterion, or why it has none."""
    try:
        return scene.scale(criterion)
    except AtlasError as error:
        return error


def write_name(
    entry: Indicator, criterion: Criterion, scale: Scale | AtlasError, weight: float, dark: bool
) -> str:
    """Write what a criterion is, the move that its swing is asked of, and its weight."""
    if isinstance(scale, Scale):
        move, drawn = f"Move {move_words(entry, scale)}.", write_small(scale, dark)
    else:
        move, drawn = scale.message, ""
    shape = shape_words(entry, criterion)
    told = " ".join(
        [move, *([f"{shape}."] if shape else []), f"{sentence_case(percent(weight))} of the weight."]
    )
    return (
        f'<div style="display:flex;gap:.7rem;align-items:center">{drawn}'
        f'<div style="overflow-wrap:anywhere"><b>{escape(entry.label)}</b>'
        f'<div style="{look.SMALL};{look.PALE}">{escape(told)}</div></div></div>'
    )


def _choose_direction(entry: Indicator, criterion: Criterion) -> None:
    id_ = criterion.indicator
    hold(key_of("direction", id_), criterion.direction.value)
    st.selectbox(
        f"Which end of {entry.label} counts",
        [direction.value for direction in Direction],
        format_func=lambda value: direction_words(entry, Direction(value)),
        key=key_of("direction", id_),
        on_change=_turn,
        args=(id_,),
        label_visibility="collapsed",
        width=DIRECTION_PX,
    )


def _show_shape(
    scene: ShortlistScene, entry: Indicator, criterion: Criterion, scale: Scale | AtlasError
) -> None:
    """Show what a figure is worth as a chart, and how to say it otherwise; and what puts a shape out."""
    id_ = criterion.indicator
    if isinstance(scale, Scale):
        st.html(write_large(entry, scale, scene.dark))
    else:
        st.warning(look.plain(" ".join(part for part in (scale.message, scale.hint) if part)))
    hold(key_of("curve", id_), criterion.curve.value)
    st.selectbox(
        "How it counts",
        [curve.value for curve in Curve],
        format_func=lambda value: CURVE_WORDS[Curve(value)],
        key=key_of("curve", id_),
        on_change=_bend,
        args=(id_, scale if isinstance(scale, Scale) else None),
    )
    if criterion.curve is not Curve.LINEAR:
        words = "Counts from" if criterion.curve is Curve.THRESHOLD else "Worth half"
        _ask_figure(criterion, "at", words)
    with st.container(horizontal=True):
        _ask_figure(criterion, "worst", "Worth nothing at", "The worst")
        _ask_figure(criterion, "best", "Worth all at", "The best")
    with st.container(horizontal=True):
        _ask_figure(criterion, "veto_below", "Out if below", "No limit")
        _ask_figure(criterion, "veto_above", "Out if above", "No limit")
    unit = "" if entry.unit in entry.label else f" In {entry.unit}."
    look.show_note(f"{entry.meaning.removesuffix('.')}.{unit}")


def _ask_figure(criterion: Criterion, name: str, words: str, empty: str = "") -> None:
    key = key_of(name, criterion.indicator)
    hold(key, getattr(criterion, name))
    st.number_input(
        words,
        value=None,
        format="%g",
        placeholder=empty or None,
        key=key,
        on_change=_take,
        args=(criterion.indicator, name, name),
        width=FIGURE_PX,
    )


def _take(id_: str, name: str, field: str) -> None:
    value = st.session_state[key_of(name, id_)]
    change_criterion(id_, **{field: None if value is None else float(value)})


def _turn(id_: str) -> None:
    """Let the other end count: figures of worst and best and half were said of the end that counted."""
    value = st.session_state[key_of("direction", id_)]
    if value in list(Direction):
        gone: dict[str, Any] = {"worst": None, "best": None}
        change_criterion(id_, direction=Direction(value), **gone)


def _bend(id_: str, scale: Scale | None) -> None:
    """Let value grow in another way: from the middle on, or with half at a quarter of the way."""
    value = st.session_state[key_of("curve", id_)]
    if value not in list(Curve):
        return
    curve = Curve(value)
    share = {Curve.THRESHOLD: 0.5, Curve.DIMINISHING: 0.25}.get(curve)
    at = None
    if share is not None and scale is not None:
        at = round_figure(scale.worst + share * (scale.best - scale.worst))
    change_criterion(id_, curve=curve, at=at)


def round_figure(value: float) -> float:
    """Return a figure to three digits: what is offered has no more to say.

    Examples
    --------
    >>> round_figure(12.3456), round_figure(20_481.7), round_figure(0.04567)
    (12.3, 20500.0, 0.0457)
    """
    return float(f"{value:.3g}")


def _show_adding(scene: ShortlistScene, criteria: Sequence[Criterion]) -> None:
    """Show the box to add a criterion from: indicators by what they are about, as Explore lists them."""
    if len(criteria) >= MOST_CRITERIA:
        look.show_note(NO_MORE)
        return
    used = {criterion.indicator for criterion in criteria}
    left = {id_: entry for id_, entry in scene.criteria.items() if id_ not in used}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state[key_of("add")] = None
        st.selectbox(
            "Add a criterion",
            list(left),
            index=None,
            format_func=lambda id_: f"{GROUP_WORDS[left[id_].group]}: {left[id_].label}",
            placeholder=f"Add a criterion: type to search the {len(left):,} there are",
            label_visibility="collapsed",
            key=key_of("add"),
            on_change=_add,
            args=(left,),
            width=ADD_WIDTH_PX,
        )
        if scene.types is None:
            st.button(
                "Let types be criteria",
                key=key_of("make_types"),
                icon=":material/category:",
                help=NO_TYPES,
                on_click=want_types,
            )
    if scene.types is not None and scene.types.types is None and scene.types.alone:
        look.show_note(f"Types cannot be criteria here. {scene.types.alone}")


def _add(left: dict[str, Indicator]) -> None:
    id_ = st.session_state[key_of("add")]
    if id_ in left:
        add_criterion(Criterion(id_, ADDED_SWING, usual_direction(left[id_])))
