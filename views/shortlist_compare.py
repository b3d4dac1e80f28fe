"""Two records side by side, or one beside what its question gives today, with what has changed by name."""

from collections.abc import Mapping
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from data.errors import AtlasError
from data.register.decisions import Decision
from data.register.rights import Action, may
from data.shortlist_criteria import Asked, asked_from
from models.decision import basis_of, basis_on
from models.decision_changes import compare_inputs
from models.decision_wards import SideBySide, records_side_by_side, side_by_side
from models.decision_words import title_of
from models.levels import Level, LevelData
from models.words import number, percent
from views import look, shortlist_figures, shortlist_plans
from views.profile_parts import STYLE, write_table
from views.reach_rows import NOT_KNOWN
from views.register_session import current_register
from views.shortlist_record import NOT_YOURS
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import keep_asked, keep_choice, key_of, want_types
from views.sign_in import current_actor

TODAY: Final = "What its question gives today"
NO_RECORDS: Final = "No record is saved yet that could be compared. Save one under “Record”."
SAME: Final = "Nothing that it was made of has changed since."
TYPES_FIRST: Final = "It asks of types or ways of working, which are not made yet on this page."
WIDTH_PX: Final = 460
MOST_ROWS: Final = 40
"""How many shapes are shown: those in or listed first, then those that come next."""

RECORD: Final = key_of("compare_record")
BESIDE: Final = key_of("compare_beside")


def show_compare(scene: ShortlistScene) -> None:
    """Show a record beside today or beside another."""
    actor = current_actor()
    if not may(actor, Action.SEE_DECISIONS):
        look.show_note(NOT_YOURS)
        return
    try:
        found = current_register().decisions(actor, scene.build.areas.tier)
    except AtlasError as error:
        st.warning(look.plain(f"{error.message} {error.hint or ''}"), icon=":material/database_off:")
        return
    records = {record.id: record for record in found if record.level}
    if not records:
        look.show_note(NO_RECORDS)
        return
    record, beside = _choose(records)
    if record.fault:
        st.error(look.plain(f"This record was tampered with. {record.fault}"), icon=":material/gpp_bad:")
    if beside is None:
        _show_today(scene, record)
    else:
        _show_both(record, beside)


def _choose(records: Mapping[str, Decision]) -> tuple[Decision, Decision | None]:
    """Let a record be chosen, and what stands beside it: None is today."""
    options = list(records)
    if st.session_state.get(RECORD) not in options:
        st.session_state[RECORD] = options[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Record",
            options,
            key=RECORD,
            format_func=lambda one: title_of(records[one]),
            on_change=keep_choice,
            width=WIDTH_PX,
        )
        others = ["", *(one for one in options if one != chosen)]
        if st.session_state.get(BESIDE) not in others:
            st.session_state[BESIDE] = ""
        beside = st.selectbox(
            "Beside",
            others,
            key=BESIDE,
            format_func=lambda one: title_of(records[one]) if one else TODAY,
            on_change=keep_choice,
            width=WIDTH_PX,
        )
    return records[chosen], records[beside] if beside else None


def _show_today(scene: ShortlistScene, record: Decision) -> None:
    """Ask what a record asked of the data of today, and show both and what has changed."""
    try:
        asked = asked_from(record.criteria, "The record")
    except AtlasError as error:
        st.warning(look.plain(error.message), icon=":material/rule:")
        return
    st.button(
        "Open what it asked on this page",
        key=key_of("compare_open"),
        icon=":material/folder_open:",
        on_click=keep_asked,
        args=(asked,),
    )
    if shortlist_figures.needs_types(asked.criteria) and scene.types is None:
        look.show_note(TYPES_FIRST)
        st.button("Make them", key=key_of("compare_types"), on_click=want_types)
        return
    data = _data_today(scene, asked)
    now = shortlist_figures.shortlist_for(scene.build, asked, scene.types, data)
    changes = compare_inputs(basis_of(record), basis_on(data, asked, scene.build, scene.areas))
    if isinstance(now, AtlasError):
        words = f"Today it gives no shortlist. {now.message} {now.hint or ''}"
        st.warning(look.plain(words), icon=":material/rule:")
        _show_changes(changes)
        return
    found = side_by_side(record, now)
    st.markdown(look.plain(found.sentence))
    _show_changes(changes)
    st.html(STYLE + write_side_by_side(found, ("then", "today")))
    _tell_rest(found)


def _data_today(scene: ShortlistScene, asked: Asked) -> LevelData:
    wanted = [criterion.indicator for criterion in asked.criteria]
    return shortlist_plans.data_with_plans(scene.build, Level(asked.level), scene.types, wanted)


def _show_both(first: Decision, second: Decision) -> None:
    """Show two records side by side, and what they were made of otherwise."""
    if first.level != second.level:
        look.show_note("They compare shapes of different kinds, so nothing of them stands side by side.")
        return
    found = records_side_by_side(first, second)
    st.markdown(look.plain(found.sentence))
    _show_changes(compare_inputs(basis_of(first), basis_of(second)), "Both were made of the same.")
    st.html(STYLE + write_side_by_side(found, (f"in “{first.name}”", f"in “{second.name}”")))
    _tell_rest(found)


def _show_changes(changes: tuple[str, ...], same: str = SAME) -> None:
    if not changes:
        look.show_note(same)
        return
    lines = "".join(f"<li>{escape(words)}</li>" for words in changes)
    st.html(
        f'<div style="{look.SMALL}"><b>What has changed</b>'
        f'<ul style="margin:.2rem 0 0;overflow-wrap:anywhere">{lines}</ul></div>'
    )


def _tell_rest(found: SideBySide) -> None:
    rest = len(found.frame) - MOST_ROWS
    if rest > 0:
        look.show_note(f"{number(rest)} more are ranked lower in both.")


def write_side_by_side(found: SideBySide, heads: tuple[str, str]) -> str:
    """Write each shape with its rank, value and chance in both, and what became of it."""
    then, now = (escape(head) for head in heads)
    top = (
        f"<th scope=col>Name</th><th scope=col class=n>Rank {then}</th><th scope=col class=n>{now}</th>"
        f'<th scope=col class="n wide">Value {then}</th><th scope=col class="n wide">{now}</th>'
        f'<th scope=col class="n wide">Chance {then}</th><th scope=col class="n wide">{now}</th>'
        "<th scope=col>What became of it</th>"
    )
    frame = found.frame
    first = frame["decided"] | frame["listed_now"]
    shown = pd.concat([frame[first], frame[~first]]).head(MOST_ROWS)
    return write_table(top, "".join(_row(row) for _, row in shown.iterrows()))


def _row(row: pd.Series) -> str:
    bold = bool(row["decided"] or row["listed_now"])
    name = f"<b>{escape(str(row['name']))}</b>" if bold else escape(str(row["name"]))
    cells = "".join(
        f'<td class="n{" wide" if part != "rank" else ""}">{_figure(row[f"{part}_{when}"], part)}</td>'
        for part in ("rank", "value", "chance")
        for when in ("then", "now")
    )
    return f"<tr><th scope=row>{name}</th>{cells}<td>{escape(str(row['note']))}</td></tr>"


def _figure(value: float, part: str) -> str:
    if pd.isna(value):
        return NOT_KNOWN
    if part == "chance":
        return escape(percent(float(value)))
    return f"{int(value)}" if part == "rank" else f"{float(value):.1f}"
