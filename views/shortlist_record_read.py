"""A record of a decision to read: who is in and out and why, the equality view, and its versions."""

from html import escape
from typing import Final

import streamlit as st

from data.errors import AtlasError
from data.provenance import Tier
from data.register.decision_chain import what_is_touched
from data.register.decisions import EQUALITY, Choice, Decision
from data.register.records import Actor
from models.decision_words import STATES, moment_words
from models.words import percent
from views import look
from views.profile_parts import STYLE, write_table
from views.reach_rows import NOT_KNOWN
from views.register_session import current_register
from views.who_panel import ROLE_NAMES

UNTOUCHED: Final = "Every version is as it was saved: each hash is that of its content and of the one before."
HIDDEN: Final = "not shown"


def show_record(record: Decision) -> None:
    """Show what a record says."""
    if record.reason:
        st.info(look.plain(f"Withdrawn: {record.reason}"), icon=":material/block:")
    pairs = {
        "What had to be decided": record.question,
        "Weights": _weights(record),
        "Weights said by": record.weights_by,
        "The shortlist said": record.sentence,
    }
    look.show_pairs(record.name, {label: words for label, words in pairs.items() if words})
    st.html(STYLE + write_choices(record))
    answers = {EQUALITY[key]: words for key, words in record.equality.items() if key in EQUALITY}
    filled = {"Filled in by": record.equality_by} if record.equality_by else {}
    told = {"Who lives there": " ".join(record.fairness)} if record.fairness else {}
    look.show_pairs("Equality view", {**told, **answers, **filled})
    with st.expander("What it was made of"):
        st.html(STYLE + write_inputs(record))


def _weights(record: Decision) -> str:
    labels = {one.column: one.label for one in record.inputs}
    return ", ".join(f"{labels.get(name, name)} {percent(share)}" for name, share in record.weights.items())


def write_choices(record: Decision) -> str:
    """Write those that are in, and those that are out and were considered, with the reasons."""
    heads = (
        "<th scope=col>Name</th><th scope=col>Decided</th><th scope=col class=n>Rank</th>"
        "<th scope=col class=n>Chance</th><th scope=col>Why</th>"
    )
    shown = [choice for choice in record.choices if choice.owes_reason]
    return write_table(heads, "".join(map(_row, sorted(shown, key=lambda c: not c.chosen))))


def _row(choice: Choice) -> str:
    chance = NOT_KNOWN if choice.chance is None else escape(percent(choice.chance))
    return (
        f"<tr><th scope=row>{escape(choice.name)}</th><td>{'in' if choice.chosen else 'out'}</td>"
        f"<td class=n>{NOT_KNOWN if choice.rank is None else choice.rank}</td><td class=n>{chance}</td>"
        f"<td>{escape(choice.reason)}</td></tr>"
    )


def write_inputs(record: Decision) -> str:
    """Write what a record was made of: each figure with its files and their hashes."""
    heads = "<th scope=col>Figures</th><th scope=col>Files</th><th scope=col>SHA-256 of each</th>"
    rows = "".join(
        f"<tr><th scope=row>{escape(one.label)}</th><td>{escape(', '.join(one.files.values()) or one.file)}"
        f"</td><td>{escape(', '.join(one.files))}</td></tr>"
        for one in record.inputs
    )
    return write_table(heads, rows)


def show_versions(actor: Actor, record: Decision, tier: Tier) -> None:
    """Show who saved each version and when, its hash, and whether it is as it was saved."""
    try:
        versions = current_register().decision_versions(actor, record.id, tier)
    except AtlasError as error:
        st.warning(look.plain(error.message), icon=":material/history:")
        return
    touched = what_is_touched(versions)
    with st.expander(f"Versions: {len(versions)}", expanded=bool(touched)):
        for words in touched:
            st.error(look.plain(words), icon=":material/gpp_bad:")
        if not touched:
            look.show_note(UNTOUCHED)
        st.html(STYLE + write_versions(versions))


def write_versions(versions: tuple[Decision, ...]) -> str:
    """Write the versions of a record as a table, the newest first."""
    heads = (
        "<th scope=col class=n>Version</th><th scope=col>State</th><th scope=col>Saved</th>"
        "<th scope=col>By</th><th scope=col>Hash</th>"
    )
    rows = "".join(
        f"<tr><th scope=row class=n>{one.version}</th><td>{STATES[one.state]}</td>"
        f"<td>{escape(moment_words(one.made_at))}</td><td>{escape(_who(one))}</td>"
        f"<td>{escape(one.sha256)}</td></tr>"
        for one in sorted(versions, key=lambda one: -one.version)
    )
    return write_table(heads, rows)


def _who(version: Decision) -> str:
    return f"{version.made_by}, {ROLE_NAMES[version.role].lower()}" if version.made_by else HIDDEN
