"""A briefing as a Word document: headings, tables with repeated headings, described pictures, inert words."""

import io
import zipfile

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from data.provenance import Tier
from data.sources.base import readable
from models.briefing import Brief
from tests.small_briefs import made_brief
from tests.small_builds import HOSTILE
from views.brief_docx import write_docx
from views.brief_html import head_words


@pytest.fixture(scope="module")
def brief() -> Brief:
    return made_brief(Tier.SHARED)


@pytest.fixture(scope="module")
def content(brief: Brief) -> bytes:
    return write_docx(brief)


@pytest.fixture(scope="module")
def document(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def test_it_has_a_title_and_a_heading_for_each_section(document: Document, brief: Brief) -> None:
    styles = {p.style.name: [] for p in document.paragraphs}
    for paragraph in document.paragraphs:
        styles[paragraph.style.name].append(paragraph.text)
    assert styles["Title"] == [brief.title]
    own = ["What to bear in mind", "How it was worked out", "Sources and licences"]
    assert styles["Heading 1"] == [*(section.title for section in brief.filled), *own]


def test_every_table_has_the_figures_of_the_page_and_headings_on_each_page(
    document: Document, brief: Brief
) -> None:
    assert len(document.tables) == len(brief.tables)
    for made, table in zip(document.tables, brief.tables, strict=True):
        head, *rows = made.rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        told = [[cell.words for cell in row] for row in table.shown]
        shown = [[cell.text for cell in row.cells] for row in rows]
        assert shown == [[readable(words) for words in row] for row in told]


def test_every_picture_says_what_it_shows(document: Document, brief: Brief) -> None:
    maps = [drawn for section in brief.filled for drawn in section.maps]
    shapes = document.inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == [drawn.alt for drawn in maps]
    text = "\n".join(p.text for p in document.paragraphs)
    assert "1 = highest: 1" in text
    assert "hidden, small count: 1 (hatched)" in text


def test_who_may_see_it_stands_at_the_head_of_every_page(document: Document, brief: Brief) -> None:
    (section,) = document.sections
    assert section.header.paragraphs[0].text == head_words(brief.imprint)
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert document.core_properties.category == brief.imprint.tier_words
    assert document.core_properties.language == "en-GB"


def test_hostile_words_are_text_and_nothing_is_fetched(content: bytes, document: Document) -> None:
    assert any(HOSTILE in paragraph.text for paragraph in document.paragraphs)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in parts.read(name)
