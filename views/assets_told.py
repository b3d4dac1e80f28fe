"""What the register answered to a press of a button: shown once, at the top of what is drawn next."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from data.errors import RegisterError
from views import look

_TOLD: Final = "assets_told"


def tell(words: str) -> None:
    """Keep a sentence to be shown when the page is drawn next."""
    st.session_state[_TOLD] = (True, words)


def attempt(do: Callable[[], str]) -> bool:
    """Do something in the register, from a callback, and keep what it says or why it was refused.

    Returns whether it was done.

    Parameters
    ----------
    do
        Does it, and returns what to say then.
    """
    try:
        tell(do())
    except RegisterError as error:
        st.session_state[_TOLD] = (False, words_of(error))
        return False
    return True


def show_told() -> None:
    """Show what was kept, once."""
    told = st.session_state.pop(_TOLD, None)
    if told is not None:
        (st.success if told[0] else st.error)(look.plain(told[1]))


def show_refusal(error: RegisterError) -> None:
    """Show why something was refused, and what to do."""
    st.error(look.plain(words_of(error)))


def words_of(error: RegisterError) -> str:
    """Return what is wrong and what to do, in one text."""
    return " ".join(filter(None, (error.message, error.hint)))
