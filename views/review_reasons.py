"""Reasons: common ones to pick, and own words."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

LONGEST: Final = 600


def ask_reason(key: str, question: str, common: Sequence[str]) -> Callable[[], str]:
    """Ask for a reason, and return what reads it when a button is pressed.

    What was picked and typed is kept, so that no lost race takes it away.

    Parameters
    ----------
    key
        What it is kept under.
    question
        What is asked.
    common
        Reasons to pick from; several can be.
    """
    picked_key, words_key = f"{key} picked", f"{key} words"
    st.pills(
        question,
        common,
        selection_mode="multi",
        key=picked_key,
        on_change="ignore",
        wrap=True,
        persist_state="session",
    )
    st.text_area(
        "In your own words",
        key=words_key,
        height=88,
        max_chars=LONGEST,
        on_change="ignore",
        persist_state="session",
    )

    def read() -> str:
        picked = st.session_state.get(picked_key) or ()
        words = str(st.session_state.get(words_key) or "").strip()
        return " ".join([*(reason for reason in common if reason in picked), words]).strip()

    return read
