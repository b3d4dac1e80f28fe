"""Who did what, and what changed by it in words; undone where nothing stands on it."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import streamlit as st

from data.register.records import Change, Place, State
from data.register.writing import Deed
from models.record_words import LABELS, Difference, describe_change, tell_record
from models.register_times import moment_words
from models.words import sentence_case
from views import look
from views.review_desk import MOST_SEARCHED, Desk, carry_out
from views.review_effect import tell_effect
from views.review_state import Section, cut_page, open_place, show_pages

ROWS: Final = 15
MOST_OF_ONE: Final = 10
EVERY: Final = ""
NOT_UNDONE: Final = (Deed.CONTACT_ERASED, Deed.INVITED, Deed.REVOKED)
WITHOUT_UNDO: Final = ("suggestion", "invitation", "source")
MOST_LINES: Final = 12
_HIDE: Final = ("confidential", "held")
RULE: Final = "1px solid rgba(127,127,127,.28)"
OF_NEW: Final = tuple(LABELS[key] for key in ("state", "name", "point", "submitted_by"))
"""What is not told of a new record: it stands above, or says no more than the rest."""


def show_history(desk: Desk) -> None:
    """Show who did what, the newest first, narrowed to a person or to a kind of change."""
    changes = desk.history
    if not changes:
        st.info("Nothing has happened yet.", icon=":material/history:")
        return
    found = _narrow(desk, changes)
    shown, paged = cut_page(found, desk.shown.page, ROWS)
    if len(changes) == MOST_SEARCHED:
        look.show_note(
            f"The last {MOST_SEARCHED:,} changes. Older ones stand at each place, under All places."
        )
    for change in shown:
        show_line(desk, change, named=True)
    show_pages(paged)


def _narrow(desk: Desk, changes: Sequence[Change]) -> list[Change]:
    deeds = sorted({change.action for change in changes})
    people = sorted({change.who for change in changes})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Place or organisation", key="history_words", placeholder="Part of its name")
        who = _choose("Who", people, "history_who")
        deed = _choose("What", deeds, "history_deed")
    asked = (words or "").casefold().split()
    return [
        change
        for change in changes
        if who in (EVERY, change.who)
        and deed in (EVERY, change.action)
        and (not asked or all(word in name_of(desk, change).casefold() for word in asked))
    ]


def _choose(label: str, options: list[str], key: str) -> str:
    if st.session_state.get(key) not in (EVERY, *options):
        st.session_state[key] = EVERY
    return st.selectbox(
        label, [EVERY, *options], format_func=lambda one: sentence_case(one) if one else "All", key=key
    )


def show_history_of(desk: Desk, place: Place) -> None:
    """Show what happened to one place, one click away."""
    panel = st.expander("What happened to it", on_change="rerun", key=f"history {place.id}")
    if not panel.open:
        return
    with panel:
        for change in desk.register.history(desk.actor, place.id, MOST_OF_ONE):
            show_line(desk, change, named=False)


def name_of(desk: Desk, change: Change) -> str:
    """Return the name of what a change was about."""
    record = change.after or change.before or {}
    if change.entity == "suggestion":
        return desk.names.of("merged_into", place_of(change))
    if change.entity == "invitation":
        return desk.names.of("organisation_id", str(record.get("organisation_id", "")))
    return str(record.get("name") or record.get("title") or record.get("file") or "")


def place_of(change: Change) -> str:
    """Return the id of the place that a change is about; "" where it is about none."""
    if change.entity == "suggestion":
        return str((change.after or change.before or {}).get("place_id", ""))
    return change.entity_id if change.entity == "place" else ""


def show_line(desk: Desk, change: Change, named: bool) -> None:
    """Show one change: who, when, what, and the fields that it changed."""
    lines = _say_lines(desk, change)
    undone = f" (change {change.undoes:,})" if change.undoes else ""
    what = f"<b>{escape(sentence_case(change.action))}</b>{undone}"
    about = f" · {escape(name_of(desk, change))}" if named and name_of(desk, change) else ""
    who = f"{change.who} ({change.role.value})"
    text, buttons = st.columns([3.2, 1], gap="small")
    with text:
        st.html(
            f'<div style="border-top:{RULE};padding-top:.4rem">{what}{about}'
            f'<div style="{look.SMALL};{look.PALE}">{change.number:,} · {moment_words(change.at)} UTC · '
            f"{escape(who)}</div>{lines}</div>"
        )
    with buttons:
        _show_buttons(desk, change, named)


def _say_lines(desk: Desk, change: Change) -> str:
    if change.entity == "suggestion" and change.before is None and change.after:
        asked = {
            **tell_record(change.after["changes"], desk.names),
            LABELS["note"]: str(change.after["note"]),
        }
        return _say_told({label: text for label, text in asked.items() if text})
    differences = describe_change(change.before, change.after, desk.names)
    if change.before is None:
        return _say_told({one.label: one.after for one in differences if one.label not in OF_NEW})
    return _say_changed(differences)


def _say_told(told: Mapping[str, str]) -> str:
    """Write what a new record says, in a line."""
    line = "; ".join(f"{label}: {text}" for label, text in told.items())
    return f'<div style="{look.SMALL};overflow-wrap:anywhere">{escape(line)}</div>'


def _say_changed(differences: Sequence[Difference]) -> str:
    lines = "".join(
        f'<li style="{look.SMALL};overflow-wrap:anywhere">{escape(one.sentence)}</li>'
        for one in differences[:MOST_LINES]
    )
    more = len(differences) - MOST_LINES
    lines += f'<li style="{look.SMALL}">and {more:,} more fields</li>' if more > 0 else ""
    return f'<ul style="margin:.2rem 0 0;padding-left:1.1rem">{lines}</ul>'


def _show_buttons(desk: Desk, change: Change, named: bool) -> None:
    with st.container(horizontal=True):
        place_id = place_of(change)
        if named and place_id:
            st.button(
                "Open the place",
                key=f"open {change.number}",
                type="tertiary",
                icon=":material/open_in_full:",
                on_click=open_place,
                args=(place_id, Section.PLACES),
            )
        if can_undo(desk, change):
            with st.popover("Undo", icon=":material/undo:", type="tertiary", key=f"ask undo {change.number}"):
                st.markdown("What stood before is put back, by a new line of the history.")
                if shows_again(change):
                    st.warning("Where it is would be shown to everyone again.", icon=":material/visibility:")
                st.button("Yes, undo it", key=f"undo {change.number}", on_click=_undo, args=(desk, change))


def can_undo(desk: Desk, change: Change) -> bool:
    """Say whether a change may be undone: it is the last of its record, and of a kind that can be."""
    if change.action in NOT_UNDONE or change.entity in WITHOUT_UNDO:
        return False
    if change.entity == "organisation" and change.before is None:
        return False
    newest = desk.register.history(desk.actor, change.entity_id, 1)
    return bool(newest) and newest[0].number == change.number


def shows_again(change: Change) -> bool:
    """Say whether undoing a change would show where a place is that it made confidential, or held."""
    before, after = change.before or {}, change.after or {}
    is_hidden, was_hidden = (any(side.get(key) for key in _HIDE) for side in (after, before))
    return is_hidden and not was_hidden and before.get("state") == State.PUBLISHED.value


def _undo(desk: Desk, change: Change) -> None:
    def work() -> str:
        desk.register.undo(desk.actor, change.number)
        return f"Change {change.number:,} ({change.action}) is undone."

    carry_out(lambda: tell_effect(work))


def show_refused(desk: Desk) -> None:
    """Show what was refused, the newest first."""
    refusals = desk.register.refusals(desk.actor, MOST_SEARCHED)
    if not refusals:
        st.info("Nobody was refused anything.", icon=":material/shield:")
        return
    look.show_note("Who tried what they may not, by a page, a link or a programme. Each was turned away.")
    shown, paged = cut_page(refusals, desk.shown.page, ROWS)
    for refusal in shown:
        st.html(
            f'<div style="border-top:{RULE};padding-top:.4rem">'
            f"<b>{escape(sentence_case(refusal.action))}</b>"
            f'<div style="{look.SMALL};{look.PALE}">{moment_words(refusal.at)} UTC · {escape(refusal.who)} '
            f'({escape(refusal.role.value)})</div><div style="{look.SMALL};overflow-wrap:anywhere">'
            f"{escape(refusal.why)}</div></div>"
        )
    show_pages(paged)
