"""What was read of referrals, what is kept of them, and how a build is shared: sections of the data page."""

from collections.abc import Sequence
from html import escape
from shlex import quote
from typing import Any, Final

import streamlit as st

from geo.builds import Build
from models import referral_words
from models.data_flow import data_flow_sheet
from views import look, profile_parts
from views.inside import WHY_INSIDE

FIGURES: Final = ("Rows", "Figures", "Hidden", "Share hidden")
"""Headings whose words stand to the right."""

LEFT_OUT_ON_A_PHONE: Final = ("Told by",)


def sections_of(build: Build) -> list[str]:
    """Return the sections that a build has beside those of every build."""
    found = ["Referrals"] if build.report.get("demand") and build.released is None else []
    return [*found, *(["Release"] if build.released is not None else [])]


def show_referrals(build: Build) -> None:
    """Show what was made of each extract, what is kept and until when, and how to share it."""
    told: dict[str, Any] = build.report["demand"]
    look.show_explanation(referral_words.describe_extracts(told))
    left, right = st.columns([1.32, 1], gap="medium")
    with left:
        for file in told["files"]:
            _show_file(file)
        for record in told.get("not_read", ()):
            look.show_pairs(
                str(record["file"]),
                {"Not read": str(record["reason"]), "What to do": str(record["hint"] or "nothing")},
            )
    with right:
        _show_kept(told)
        _show_publishing(build, told)


def _show_file(file: dict[str, Any]) -> None:
    with st.container(border=True):
        look.show_pairs(str(file["label"]), referral_words.about_file(file))
        for note in file["notes"]:
            st.info(look.plain(str(note)), icon=":material/lightbulb:")
        look.show_note("What each column was taken for: please confirm.")
        show_rows(referral_words.list_columns(file), f"Columns of {file['label']}")
        show_rows(referral_words.list_fates(file), f"What became of the rows of {file['label']}")
        with st.expander("Correct what a column was taken for"):
            look.show_note(referral_words.HOW_TO_CORRECT)
            st.code(referral_words.correction(file), language=None, wrap_lines=True)


def _show_kept(told: dict[str, Any]) -> None:
    if not told.get("kept"):
        return
    st.subheader("What is kept, and nothing finer", anchor=False)
    show_rows(referral_words.list_tables(told), "The tables that are kept")
    for note in referral_words.kept_notes(told):
        look.show_note(note)


def _show_publishing(build: Build, told: dict[str, Any]) -> None:
    if not told.get("kept"):
        return
    st.subheader("Share it with partners", anchor=False)
    look.show_note(referral_words.HOW_TO_PUBLISH)
    controller = (told.get("councils") or ["Name of the council"])[0]
    command = referral_words.PUBLISH.format(
        build=quote(str(build.path)), to=quote(f"{build.path}-shared"), controller=quote(controller)
    )
    st.code(command, language=None, wrap_lines=True)
    look.show_note(WHY_INSIDE)
    st.download_button(
        "Data-flow sheet",
        lambda: data_flow_sheet(build),
        "data_flow.md",
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
        help="What is read, kept and shared, for an impact assessment. It holds no figure of a place.",
    )


def show_release(build: Build) -> None:
    """Show who released a shared build, by which rule, and what suppression cost."""
    if build.released is None:
        return
    facts = build.released.facts
    look.show_explanation(referral_words.describe_release(facts))
    look.show_pairs("This release", release_pairs(facts))
    st.subheader("What is hidden", anchor=False)
    show_rows(referral_words.list_cost(facts), "What is hidden in each table")
    for words in facts.get("left_out", ()):
        look.show_note(str(words))


def release_pairs(facts: dict[str, Any]) -> dict[str, str]:
    """Return the facts of a release under labels."""
    return {
        "Controller": str(facts["controller"]),
        "Rule": str(facts["rule"]),
        "Released on": referral_words.day_words(str(facts["released"])),
        "Entered in the ledger": str(facts["ledger"]) or "not yet",
        "Small areas": f"LSOA {facts['vintage']}",
    }


def show_rows(rows: Sequence[dict[str, str]], label: str) -> None:
    """Show a small table, whole: words on the left and figures on the right."""
    if rows:
        st.html(profile_parts.STYLE + write_rows(rows, label))


def write_rows(rows: Sequence[dict[str, str]], label: str) -> str:
    """Write a small table, the first column as the name of each row."""
    heads = "".join(f'<th scope=col class="{_kind_of(name)}">{escape(name)}</th>' for name in rows[0])
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    table = profile_parts.write_table(heads, body)
    return f'<div role=region aria-label="{escape(label)}" style="max-width:760px">{table}</div>'


def _cells(row: dict[str, str]) -> str:
    (_, first), *others = row.items()
    cells = "".join(f'<td class="{_kind_of(name)}">{escape(words)}</td>' for name, words in others)
    return f"<th scope=row>{escape(first)}</th>{cells}"


def _kind_of(heading: str) -> str:
    if heading in FIGURES:
        return "n"
    return "wide" if heading in LEFT_OUT_ON_A_PHONE else ""
