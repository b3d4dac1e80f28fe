"""Take the published places away as a file: for a spreadsheet, a map, or in the standard of directories."""

from datetime import date
from functools import partial

import streamlit as st

from data.register.store import Register
from geo.builds import Build
from views import look
from views.register_files import councils_of, export_bytes
from views.register_forms import FORM_WORDS, Form


def show_downloads(build: Build, register: Register) -> None:
    """Offer every published place in each form, one click away."""
    panel = st.expander("Download all published places", on_change="rerun", key="assets_downloads")
    if not panel.open:
        return
    today = date.today()
    with panel:
        look.show_note(
            "Published places alone: none that is confidential, and no phone or email without consent. Each "
            "row says its source and licence: keep them with what you pass on."
        )
        with st.container(horizontal=True):
            for form in Form:
                st.download_button(
                    FORM_WORDS[form],
                    partial(_content, form, build, register, today),
                    _name(form, today),
                    key=f"download {form.value}",
                    icon=":material/download:",
                    on_click="ignore",
                )


def _content(form: Form, build: Build, register: Register, day: date) -> bytes:
    return export_bytes(form, register, day, councils_of(build.areas.frame)).content


def _name(form: Form, day: date) -> str:
    stem, ending = ("openreferral", "zip") if form is Form.OPEN_REFERRAL else ("places", form.value)
    return f"{stem}_{day.isoformat()}.{ending}"
