"""The buttons that make a briefing: nothing of it is made before one is pressed."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from models.briefing import Brief
from views import look
from views.brief_files import FORM_WORDS, MIME, BriefForm, file_name, write_brief

ICONS: Final = {
    BriefForm.HTML: ":material/article:",
    BriefForm.XLSX: ":material/table:",
    BriefForm.DOCX: ":material/edit_document:",
}
SAYS: Final = "Briefing for a board: sentences first, maps, tables, method and sources. {}"


def show_brief_buttons(
    make: Callable[[], Brief],
    title: str,
    key: str,
    note: str = "",
    held: str = "",
    label: str = "Briefing",
) -> None:
    """Offer a briefing in each form, one click each.

    Parameters
    ----------
    make
        Makes the briefing when a button has been pressed.
    title
        What it is of: what its file is called.
    key
        What tells these buttons from others of the page.
    note
        What it says of itself beside them.
    held
        Why there is none; empty where there is.
    label
        What it is called on the first button.
    """
    if held:
        look.show_note(held)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for form in BriefForm:
            st.download_button(
                f"{label}: {FORM_WORDS[form]}" if form is BriefForm.HTML else FORM_WORDS[form],
                partial(_write, make, form),
                file_name(title, form),
                mime=MIME[form],
                key=f"{key} {form.value}",
                icon=ICONS[form],
                help=SAYS.format(note).strip(),
                on_click="ignore",
            )


def _write(make: Callable[[], Brief], form: BriefForm) -> bytes:
    return write_brief(make(), form)
