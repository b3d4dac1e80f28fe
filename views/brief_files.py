"""A briefing as a file of the form that is asked for, and what a file of it is called."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from models.briefing import Brief

LONGEST_STEM: Final = 60
_NOT_IN_FILES: Final = re.compile(r"[^a-z0-9]+")


class BriefForm(StrEnum):
    """What a briefing can be written as, by how the name of its file ends."""

    HTML = "html"
    XLSX = "xlsx"
    DOCX = "docx"


FORM_WORDS: Final = {BriefForm.HTML: "HTML, to print", BriefForm.XLSX: "Excel", BriefForm.DOCX: "Word"}
MIME: Final = {
    BriefForm.HTML: "text/html",
    BriefForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    BriefForm.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
STARTS: Final = {BriefForm.HTML: b"<!DOCTYPE html>", BriefForm.XLSX: b"PK", BriefForm.DOCX: b"PK"}
"""How files of each form begin."""


def write_brief(brief: Brief, form: BriefForm) -> bytes:
    """Write a briefing as a file."""
    return _writer(form)(brief)


def _writer(form: BriefForm) -> Callable[[Brief], bytes]:
    if form is BriefForm.XLSX:
        from views.brief_xlsx import write_xlsx

        return write_xlsx
    if form is BriefForm.DOCX:
        from views.brief_docx import write_docx

        return write_docx
    from views.brief_html import write_html

    return lambda brief: write_html(brief).encode("utf-8")


def file_name(title: str, form: BriefForm) -> str:
    """Return what the file of a briefing is called: letters and digits of its title alone.

    Examples
    --------
    >>> file_name("St Olave's / Harbourside", BriefForm.XLSX)
    'briefing_st_olave_s_harbourside.xlsx'
    """
    stem = _NOT_IN_FILES.sub("_", title.lower()).strip("_")[:LONGEST_STEM].rstrip("_")
    return f"briefing_{stem or 'atlas'}.{form.value}"
