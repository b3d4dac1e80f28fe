"""A record of a decision to read: who is in and out and why, the equality view, and its versions."""

from html import escape
from typing import Final

import streamlit as st

from data.errors import AtlasError
from data.provenance import Tier
from data.register.decision_chain import what_is_touched
from data.register.decision_json import data_hash
from data.register.decisions import EQUALITY, Choice, Decision, Input
from data.register.records import Actor
from models.decision_words import STATES, moment_words
from models.words import percent
from views import look
from views.profile_parts import STYLE, write_table
from views.reach_rows import NOT_KNOWN
from views.register_session import current_register
from views.who_panel import ROLE_NAMES

UNTOUCHED: Final = "Every version is as it was saved: each hash is that of its content and of the one before."
HIDDEN: Final = "not shown by whom"
_WHOLE: Final = 'style="overflow-wrap:normal"'
"""Of a cell whose words are not broken on a phone, as a hash beside them is."""


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
    given = record.equality
    answers = {asked.removesuffix("?"): given[key] for key, asked in EQUALITY.items() if key in given}
    filled = {"Filled in by": record.equality_by} if record.equality_by else {}
    told = {"Who lives there": " ".join(record.fairness)} if record.fairness else {}
    look.show_pairs("Equality view", {**told, **answers, **filled})
    with st.expander("What it was made of"):
        st.html(STYLE + write_inputs(record))


def _weights(record: Decision) -> str:
    labels = {one.column: one.label for one in record.inputs}
    order = sorted(record.weights.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{labels.get(name, name)} {percent(share)}" for name, share in order)


def write_choices(record: Decision) -> str:
    """Write those that are in, and those that are out and were considered, with the reasons."""
    heads = (
        f'<th scope=col>Name</th><th scope=col {_WHOLE}>Decided</th><th scope=col class="n wide">Rank</th>'
        '<th scope=col class="n wide">Chance</th><th scope=col>Why</th>'
    )
    shown = [choice for choice in record.choices if choice.owes_reason]
    return write_table(heads, "".join(map(_row, sorted(shown, key=lambda c: not c.chosen))))


def _row(choice: Choice) -> str:
    chance = NOT_KNOWN if choice.chance is None else escape(percent(choice.chance))
    return (
        f"<tr><th scope=row {_WHOLE}>{escape(choice.name)}</th>"
        f"<td {_WHOLE}>{'in' if choice.chosen else 'out'}</td>"
        f'<td class="n wide">{NOT_KNOWN if choice.rank is None else choice.rank}</td>'
        f'<td class="n wide">{chance}</td>'
        f"<td>{escape(choice.reason)}</td></tr>"
    )


def write_inputs(record: Decision) -> str:
    """Write what a record was made of: each figure with its files and their hashes."""
    heads = "<th scope=col>Figures</th><th scope=col>Files, each with its SHA-256</th>"
    rows = "".join(
        f"<tr><th scope=row {_WHOLE}>{escape(one.label)}</th><td>{_files(one)}</td></tr>"
        for one in record.inputs
    )
    return write_table(heads, rows)


def _files(one: Input) -> str:
    lines = [f"{escape(name)}<br>{_pale(sha256)}" for sha256, name in one.files.items()]
    return "<br>".join(lines) or escape(one.file)


def _pale(words: str) -> str:
    return f'<span style="{look.PALE}">{escape(words)}</span>'


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
        look.show_pairs("Its data", {"Hash of all that it was made of": data_hash(record)})


def write_versions(versions: tuple[Decision, ...]) -> str:
    """Write the versions of a record as a table, the newest first."""
    heads = f"<th scope=col {_WHOLE}>Version</th><th scope=col>Saved</th><th scope=col>Hash</th>"
    rows = "".join(
        f"<tr><th scope=row {_WHOLE}>{one.version}, {STATES[one.state]}</th>"
        f"<td {_WHOLE}>{escape(moment_words(one.made_at))}<br>{_pale(_who(one))}</td>"
        f"<td>{escape(one.sha256)}</td></tr>"
        for one in sorted(versions, key=lambda one: -one.version)
    )
    return write_table(heads, rows)


def _who(version: Decision) -> str:
    return f"by {version.made_by}, {ROLE_NAMES[version.role].lower()}" if version.made_by else HIDDEN
