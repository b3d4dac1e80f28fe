"""What was read of referrals, what is kept of them, and how a build is shared: sections of the data page."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.builds import Build
from models import referral_words
from views import look, tables
from views.inside import WHY_INSIDE

ROW_HEIGHT_PX = 28
MOST_ROWS_SHOWN = 16
WIDTHS_PX = {
    "Column": 230,
    "Taken for": 170,
    "What becomes of it": 230,
    "Told by": 420,
    "What became of them": 330,
    "Rows": 80,
    "Kept": 330,
    "How fine": 170,
    "Cells": 80,
    "Table": 400,
    "Figures": 90,
    "Hidden": 80,
    "Share hidden": 110,
}
FIGURES = ("Rows", "Cells", "Figures", "Hidden", "Share hidden")


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
            st.code(referral_words.correction(file), language="toml")


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
    st.code(referral_words.PUBLISH.format(build=build.path, controller=controller), language="sh")
    look.show_note(WHY_INSIDE)


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


def show_rows(rows: Sequence[dict[str, str]], alt: str) -> None:
    """Show a small table of words on the left and figures on the right."""
    if not rows:
        return
    frame = pd.DataFrame(list(rows))
    st.dataframe(
        tables.to_arrow(frame),
        height=min(len(frame) + 1, MOST_ROWS_SHOWN) * ROW_HEIGHT_PX + 4,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(
                width=WIDTHS_PX[name], alignment="right" if name in FIGURES else "left"
            )
            for name in frame.columns
        },
        alt=alt,
    )
