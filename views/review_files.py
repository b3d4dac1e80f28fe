"""The files that places were imported from: whose they are, how old, and what came of them."""

from datetime import date
from typing import Final

import streamlit as st

from data.register.records import Source
from models.register_times import ago_words, day_words, moment_words
from models.words import sentence_case
from views import look
from views.review_desk import Desk
from views.review_state import cut_page, show_pages

ROWS: Final = 8
EMPTY: Final = (
    "No file is imported. Whoever runs the app brings one in with: atlas register import FILE. The places of "
    "the build’s own files come in when the first place is published."
)


def show_files(desk: Desk) -> None:
    """Show every file that was imported, the newest first."""
    sources = desk.register.sources()
    if not sources:
        st.info(EMPTY, icon=":material/folder_open:")
        return
    shown, paged = cut_page(sources, desk.shown.page, ROWS)
    columns = st.columns(2, gap="medium")
    for number, source in enumerate(shown):
        with columns[number % 2]:
            look.show_pairs(source.title or source.file, describe_source(source, desk.today))
    show_pages(paged)


def describe_source(source: Source, today: date) -> dict[str, str]:
    """Return what is known of an imported file, under labels."""
    counts = ", ".join(f"{sentence_case(name)} {count:,}" for name, count in source.counts.items() if count)
    told = {
        "File": source.file,
        "Publisher": source.publisher,
        "Date": f"{day_words(source.dated)} ({ago_words(source.dated, today)})",
        "Licence": source.licence,
        "To be quoted": source.attribution,
        "Imported": f"{moment_words(source.imported_at)} by {source.imported_by}",
        "Rows": counts,
        "SHA-256": f"{source.sha256[:12]}…",
    }
    return {label: text for label, text in told.items() if text}
