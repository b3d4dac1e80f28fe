"""The record of a decision: a shortlist saved by name with its reasons, from a draft to what was agreed."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Final

import streamlit as st

from data.errors import AtlasError
from data.register.decision_checks import LONGEST_REASON, lacking
from data.register.decisions import Decision, DecisionState
from data.register.records import Actor
from data.register.rights import Action, may
from models.decision import basis_on, record_of, renewed
from models.decision_words import differences, how_many, made_words, moment_words, title_of
from models.shortlist import Shortlist
from views import look
from views.register_session import current_register
from views.review_tables import show_differences
from views.shortlist_record_brief import show_record_brief
from views.shortlist_record_form import fairness_for, show_form
from views.shortlist_record_read import show_record, show_versions
from views.shortlist_record_state import (
    OPENED,
    Race,
    begin,
    carry_out,
    follows,
    forget_typed,
    key_in,
    lose_race,
    new_id,
    opened_in,
    race,
    settle_race,
    told,
    with_typed,
    written_on,
)
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import keep_choice, key_of
from views.sign_in import current_actor

NEW: Final = "A new record of what is shown"
NOT_YOURS: Final = "Records of decisions are the council’s own: its staff see them here."
NONE_YET: Final = "No record was agreed yet."
KEPT: Final = (
    "A record keeps who is in and out and why, the weights, and a hash of every file that the figures came "
    "from. It is saved by versions, none of which is ever changed."
)
NO_NAMES: Final = (
    "Write no names of families or children: nothing of a record can be erased. Staff see drafts, and "
    "everyone who opens this build sees what was agreed."
)
EDITOR_AGREES: Final = "It lacks nothing: an editor can say that it was agreed."
WIDTH_PX: Final = 460


def show_records(scene: ShortlistScene) -> None:
    """Show the records of this build, one of them open, or what a new one takes."""
    found, actor = scene.found, current_actor()
    if found is None:
        return
    if not may(actor, Action.SEE_DECISIONS):
        look.show_note(NOT_YOURS)
        return
    try:
        seen = current_register().decisions(actor, scene.build.areas.tier)
    except AtlasError as error:
        st.warning(look.plain(f"{error.message} {error.hint or ''}"), icon=":material/database_off:")
        return
    records = {record.id: record for record in seen}
    _show_told()
    if (lost := race()) is not None:
        _show_race(lost)
        return
    opened = _choose(records, actor)
    if opened is None:
        look.show_note(NONE_YET)
    elif opened == "":
        _show_new(scene, found, records)
    else:
        _show_saved(scene, found, actor, records[opened], records)


def _show_told() -> None:
    words, failed = told()
    if words and failed:
        st.error(look.plain(words), icon=":material/error:")
    elif words:
        st.success(look.plain(words), icon=":material/check_circle:")


def _choose(records: Mapping[str, Decision], actor: Actor) -> str | None:
    """Let a record be opened: its id, "" for a new one, None where there is none to see."""
    options = [*([""] if may(actor, Action.RECORD) else []), *records]
    if not options:
        return None
    opened_in(options)
    return st.selectbox(
        "Record",
        options,
        key=OPENED,
        format_func=lambda one: title_of(records[one]) if one else NEW,
        on_change=keep_choice,
        width=WIDTH_PX,
    )


def _fresh(scene: ShortlistScene, found: Shortlist, record_id: str) -> Decision:
    basis = basis_on(scene.data, scene.asked, scene.build, scene.areas)
    return record_of(found, basis, scene.data, record_id)


def _show_new(scene: ShortlistScene, found: Shortlist, records: Mapping[str, Decision]) -> None:
    """Show what a new record of what is shown takes."""
    draft = replace(_fresh(scene, found, new_id()), successor_of=follows())
    if draft.successor_of in records:
        look.show_note(f"It takes the place of “{records[draft.successor_of].name}”.")
    look.show_note(f"{KEPT} {NO_NAMES}")
    show_form(scene, draft)
    st.button(
        "Save as a draft",
        key=key_of("record_save"),
        icon=":material/save:",
        on_click=_save,
        args=(scene, draft),
    )


def _show_saved(
    scene: ShortlistScene,
    found: Shortlist,
    actor: Actor,
    record: Decision,
    records: Mapping[str, Decision],
) -> None:
    """Show a record that was saved: a draft to work on, else to read."""
    lost = _find_race(actor, record, scene)
    if lost is not None:
        _show_race(lost)
        return
    if record.fault:
        st.error(look.plain(f"This record was tampered with. {record.fault}"), icon=":material/gpp_bad:")
    if record.successor_of in records:
        look.show_note(f"It takes the place of “{records[record.successor_of].name}”.")
    look.show_note(f"{how_many(record)}. {made_words(record)}")
    if record.state is DecisionState.DRAFT and may(actor, Action.RECORD) and not record.fault:
        show_form(scene, record)
        _show_steps(scene, found, actor, record)
    elif record.name:
        show_record(record)
        if may(actor, Action.RECORD):
            _show_after(actor, record)
    show_record_brief(scene, actor, record)
    show_versions(actor, record, scene.build.areas.tier)


def _find_race(actor: Actor, record: Decision, scene: ShortlistScene) -> Race | None:
    """Say who saved a version while the reader was writing on the one before."""
    seen = written_on(record)
    if seen is None:
        return None
    versions = current_register().decision_versions(actor, record.id, scene.build.areas.tier)
    yours = next((with_typed(one) for one in versions if one.version == seen), None)
    if yours is None:
        return None
    who = record.made_by or "somebody"
    said = f"“{record.name}” was saved by {who}, {moment_words(record.made_at)}, while you were writing."
    return lose_race(said, yours, record)


def _show_steps(scene: ShortlistScene, found: Shortlist, actor: Actor, record: Decision) -> None:
    """Show what can be done with a draft, and what it lacks before it can be agreed."""
    typed = with_typed(record)
    missing, unsaved = lacking(typed), typed != record
    if missing:
        st.html(
            f'<div style="{look.SMALL}">Before it can be agreed it lacks:<ul style="margin:.2rem 0 0">'
            f"{''.join(f'<li>{escape(words)}</li>' for words in missing)}</ul></div>"
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Save",
            key=key_of("record_save"),
            icon=":material/save:",
            on_click=_save,
            args=(scene, record),
            disabled=not unsaved,
        )
        if may(actor, Action.AGREE):
            st.button(
                "Say that it was agreed",
                key=key_of("record_agree"),
                icon=":material/verified:",
                on_click=_agree,
                args=(record,),
                disabled=bool(missing) or unsaved,
                help="It is never changed after that." if not unsaved else "Save it first.",
            )
        elif not missing:
            look.show_note(EDITOR_AGREES)
        st.button(
            "Take over what is shown",
            key=key_of("record_renew"),
            icon=":material/sync:",
            on_click=_renew,
            args=(scene, found, record),
            help="The ranks, weights and data of this page come in the place of the draft’s own. What was "
            "written stays.",
        )
        _offer_withdrawing(record)
    if unsaved:
        look.show_note("What you wrote is not saved yet.")


def _show_after(actor: Actor, record: Decision) -> None:
    """Show what can be done with a record that is not changed any more."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not record.fault:
            st.button(
                "Make one that takes its place",
                key=key_of("record_follow"),
                icon=":material/add:",
                on_click=begin,
                args=(record.id,),
            )
        if record.state is DecisionState.AGREED and may(actor, Action.AGREE) and not record.fault:
            _offer_withdrawing(record)


def _offer_withdrawing(record: Decision) -> None:
    with st.popover("Withdraw", icon=":material/block:", key=key_of("record_gone")):
        key = key_in(record, "withdraw")
        st.text_area("Why is it withdrawn?", key=key, max_chars=LONGEST_REASON)
        st.button("Withdraw it", key=key_of("record_withdraw"), on_click=_withdraw, args=(record, key))


def _show_race(lost: Race) -> None:
    """Show that somebody else saved first, with both versions, and let the reader decide."""
    with st.container(border=True):
        st.warning(look.plain(f"Somebody was quicker: {lost.said}"), icon=":material/group:")
        differ = differences(lost.yours, lost.theirs)
        if differ:
            look.show_note("Nothing was written over. What you wrote is kept here until you decide.")
            show_differences(differ, ("Yours", "As it stands now"))
        with st.container(horizontal=True):
            if lost.theirs.state is DecisionState.DRAFT and differ:
                st.button("Keep mine over it", key=key_of("record_mine"), on_click=_keep_mine, args=(lost,))
            st.button(
                "Keep it as it stands now",
                key=key_of("record_theirs"),
                on_click=settle_race,
                args=(lost,),
            )


def _save(scene: ShortlistScene, record: Decision) -> None:
    yours = with_typed(record)
    chosen = [choice.code for choice in yours.chosen]
    draft = replace(yours, fairness=_fairness_words(scene, chosen) or record.fairness)
    carry_out(lambda: current_register().save_decision(current_actor(), draft), "“{}” is saved.", draft)


def _fairness_words(scene: ShortlistScene, chosen: list[str]) -> tuple[str, ...]:
    """Say who lives in those that are in, in the sentences that stand beside the equality view."""
    found = fairness_for(scene, chosen)
    return () if found is None else (found.sentence, *found.caveats)


def _agree(record: Decision) -> None:
    carry_out(
        lambda: current_register().agree_decision(current_actor(), record.id, record.version),
        "“{}” is agreed, and is not changed any more.",
    )


def _renew(scene: ShortlistScene, found: Shortlist, record: Decision) -> None:
    fresh = renewed(with_typed(record), _fresh(scene, found, record.id))
    carry_out(
        lambda: current_register().save_decision(current_actor(), fresh),
        "“{}” is of what is shown now.",
        fresh,
    )


def _withdraw(record: Decision, key: str) -> None:
    reason = str(st.session_state.get(key) or "")
    carry_out(
        lambda: current_register().withdraw_decision(current_actor(), record.id, record.version, reason),
        "“{}” is withdrawn. It is kept.",
    )


def _keep_mine(lost: Race) -> None:
    mine = replace(lost.yours, version=lost.theirs.version)
    forget_typed(lost.yours)
    carry_out(lambda: current_register().save_decision(current_actor(), mine), "“{}” is saved.", mine)
