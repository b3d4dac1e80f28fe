"""What hangs on one criterion: the shortlist without each of them, in a table."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from models.shortlist import Shortlist
from models.words import few, noun, percent, sentence_case
from views import look
from views.profile_parts import STYLE, write_table
from views.shortlist_scene import ShortlistScene

NOTHING: Final = "–"
MEANS: Final = (
    "Each row chooses again as if that criterion counted for nothing and the others as before. "
    "Its limits stay."
)
ALONE: Final = "There is one criterion: without it nothing is left to choose by. Add another above."


def show_without(scene: ShortlistScene) -> None:
    """Show who comes in and who goes out when a criterion is left out."""
    found = scene.found
    if found is None:
        return
    if found.without.empty:
        look.show_note(ALONE)
        return
    st.markdown(look.plain(without_words(scene, found)))
    st.html(STYLE + write_without(scene, found))
    look.show_note(MEANS)


def without_words(scene: ShortlistScene, found: Shortlist) -> str:
    """Say how much hangs on one criterion."""
    changed = found.without["changed"]
    count = len(found.chosen)
    shapes = f"{few(count)} {noun(scene.level, count)}"
    if not changed.any():
        return f"The same {shapes} are chosen whichever criterion is left out."
    most = changed.idxmax()
    label = scene.data.dictionary[str(most)].label
    still = [code for code in found.chosen if not any(code in leave for leave in found.without["leave"])]
    kept = f"{sentence_case(few(len(still)))} of the {shapes} {'stays' if len(still) == 1 else 'stay'}"
    return (
        f"{kept} whichever criterion is left out. Most hangs on “{label}”: without it "
        f"{few(int(changed[most]))} would be another."
    )


def write_without(scene: ShortlistScene, found: Shortlist) -> str:
    """Write who comes in and who goes out as a table."""
    heads = (
        "<th scope=col>Without</th><th scope=col class=n>Its weight</th>"
        "<th scope=col>Comes in</th><th scope=col>Goes out</th>"
    )
    rows = "".join(
        f"<tr><th scope=row>{escape(scene.data.dictionary[str(id_)].label)}</th>"
        f"<td class=n>{escape(percent(found.weights[str(id_)]))}</td>"
        f"<td>{_names(found, row['enter'])}</td><td>{_names(found, row['leave'])}</td></tr>"
        for id_, row in found.without.iterrows()
    )
    return write_table(heads, rows)


def _names(found: Shortlist, codes: Sequence[str]) -> str:
    return escape(", ".join(str(found.names[code]) for code in codes)) or NOTHING
