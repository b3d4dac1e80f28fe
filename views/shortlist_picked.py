"""Which shape a panel of the Shortlist page tells of: the selected one, or else one it suggests."""

from typing import Final

import pandas as pd
import streamlit as st

from models.shortlist import Shortlist
from models.words import number
from views import look
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import choose_area, key_of

WIDTH_PX: Final = 360


def show_picking(scene: ShortlistScene, found: Shortlist, otherwise: str) -> str | None:
    """Show whom a panel tells of, with a box to choose another; return the code where there is something.

    Parameters
    ----------
    scene
        What the page starts from.
    found
        The shortlist.
    otherwise
        Who is told of while nobody is selected.
    """
    selected = scene.sought.area
    code = selected if selected in found.frame.index else otherwise
    out = found.out.loc[selected] if selected in found.out.index else None
    ranks = found.frame["rank"]
    key = key_of("picked")
    st.session_state[key] = None if out is not None else code
    st.selectbox(
        f"Which {scene.level.singular}",
        list(ranks.index),
        index=0 if out is None else None,
        format_func=lambda one: f"{number(ranks[one])}. {found.names[one]}",
        placeholder=f"Choose a {scene.level.singular}",
        key=key,
        on_change=_take,
        args=(key,),
        width=WIDTH_PX,
    )
    if out is None:
        return code
    look.show_note(_out_words(out))
    return None


def _out_words(out: pd.Series) -> str:
    return f"{out['name']} is out before weighing: {out['words']}. No weights change that."


def _take(key: str) -> None:
    code = st.session_state[key]
    if code is not None:
        choose_area(code)
