"""A briefing as a Word document to be edited: headings, tables with repeated headings, described pictures."""

import io
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from data.sources.base import readable
from models.briefing import VARIES, Brief, BriefMap, Section, Sentence, Table
from models.briefing_figures import Form
from models.briefing_sources import TIER_MEANS, Imprint, day_words
from views.brief_html import WIDE_TABLE, head_words
from views.brief_maps import WIDTH_IN, draw_png

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT: Final = "Arial"
HEADING_FONT: Final = "Georgia"
INK: Final = "1C2730"
SIZES_PT: Final = {"Normal": 10.5, "Title": 21, "Heading 1": 14, "Caption": 9.5}
SMALL_PT, TABLE_PT, WIDE_PT = 8.8, 9.2, 8.0
MARGIN_MM: Final = 15
LANGUAGE: Final = "en-GB"


def write_docx(brief: Brief) -> bytes:
    """Write a briefing as a Word document.

    Parameters
    ----------
    brief
        The briefing.
    """
    from docx import Document

    document = Document()
    _set_up(document, brief)
    _write_cover(document, brief)
    for section in brief.filled:
        _write_section(document, section)
    for title, lines in (("What to bear in mind", brief.caveats), ("How it was worked out", brief.method)):
        if lines:
            document.add_heading(title, level=1)
            for line in lines:
                _add_line(document, line)
    _write_sources(document, brief)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: "Document", brief: Brief) -> None:
    """Set paper, type, language, and what stands at the head and foot of every page."""
    from docx.shared import Mm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(MARGIN_MM)
    page.top_margin, page.bottom_margin = Mm(20), Mm(18)
    for name, size in SIZES_PT.items():
        style = document.styles[name]
        font = FONT if name in ("Normal", "Caption") else HEADING_FONT
        style.font.name, style.font.size = font, Pt(size)
        style.font.color.rgb = RGBColor.from_string(INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(_name(f"w:{kind}"), font)
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(_name(f"w:{kind}"), None)
    document.styles["Caption"].font.bold = True
    document.styles["Caption"].paragraph_format.keep_with_next = True
    _set_language(document)
    head = page.header.paragraphs[0].add_run(readable(head_words(brief.imprint)))
    head.bold, head.font.size = True, Pt(8)
    foot = page.footer.paragraphs[0]
    told = f"{brief.title}. Prevention Atlas, {day_words(brief.imprint.made)}. Page "
    foot.add_run(readable(told)).font.size = Pt(8)
    _add_field(foot, "PAGE")
    foot.add_run(" of ").font.size = Pt(8)
    _add_field(foot, "NUMPAGES")
    about = document.core_properties
    about.title, about.author = readable(f"{brief.title}: briefing"), "Prevention Atlas"
    about.subject, about.category = readable(head_words(brief.imprint)), brief.imprint.tier_words
    about.language, about.comments = LANGUAGE, f"Hash of the data: {brief.imprint.build_hash}"
    about.created = about.modified = datetime.combine(brief.imprint.made, time())


def _set_language(document: "Document") -> None:
    from docx.oxml import OxmlElement

    properties = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(_name("w:val"), LANGUAGE)
    properties.append(language)


def _add_field(paragraph: "Paragraph", name: str) -> None:
    """Add what a word processor counts: the page, or how many there are."""
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(_name("w:fldCharType"), kind)
        else:
            element.text = name
        run._r.append(element)


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))


def _write_cover(document: "Document", brief: Brief) -> None:
    imprint = brief.imprint
    document.add_paragraph().add_run(readable(head_words(imprint))).bold = True
    document.add_paragraph(readable(brief.title), style="Title")
    document.add_paragraph(readable(f"{brief.subtitle} · {day_words(imprint.made)}"))
    for sentence in brief.headline:
        _add_sentence(document, sentence, 12.5)
    words = TIER_MEANS[imprint.tier]
    if imprint.invented:
        words += f" {imprint.invented} is invented, and so is every figure of it."
    _add_small(document, words)
    if brief.left_out:
        _add_small(document, f"Left out. {brief.left_out}")


def _add_sentence(document: "Document", sentence: Sentence, size_pt: float | None = None) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    for part in sentence:
        run = paragraph.add_run(readable(part.text))
        run.bold = part.bold or None
        if size_pt:
            run.font.size = Pt(size_pt)


def _add_line(document: "Document", text: str) -> None:
    """Add a line of a list. What no document may hold, such as control characters, is replaced."""
    document.add_paragraph(readable(text), style="List Bullet")


def _add_small(document: "Document", text: str) -> None:
    from docx.shared import Pt

    document.add_paragraph().add_run(readable(text)).font.size = Pt(SMALL_PT)


def _write_section(document: "Document", section: Section) -> None:
    document.add_heading(readable(section.title), level=1)
    for sentence in section.sentences:
        _add_sentence(document, sentence)
    for line in section.listed:
        _add_line(document, line)
    for drawn in section.maps:
        _add_map(document, drawn)
    for table in section.tables:
        _add_table(document, table)


def _add_map(document: "Document", drawn: BriefMap) -> None:
    """Add a map as a picture with its words, its caption, and its legend in words."""
    from docx.shared import Inches

    picture = draw_png(drawn)
    if not picture:
        return
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), width=Inches(WIDTH_IN))
    shape._inline.docPr.set("descr", readable(drawn.alt))
    shape._inline.docPr.set("title", readable(drawn.title))
    document.add_paragraph(readable(f"{drawn.title}. {drawn.legend_title}"), style="Caption")
    entries = [
        f"{f'{entry.mark} = ' if entry.mark else ''}{entry.label}"
        f"{'' if entry.count is None else f': {entry.count:,}'}"
        f"{PATTERN_WORDS.get(entry.pattern, '')}"
        for entry in drawn.classes
    ]
    entries += [f"{SIGNS[look]} {words}" for look, words in drawn.marks_words]
    _add_small(document, " ".join(["; ".join(entries) + ".", drawn.note]))


SIGNS: Final = {"chosen": "●", "today": "■", "closed": "□"}
PATTERN_WORDS: Final = {"hatch": " (hatched)", "dots": " (dotted)", "stripes": " (striped)"}


def _add_table(document: "Document", table: Table) -> None:
    """Add a table whose headings stand on every page, and whose rows are never torn."""
    document.add_paragraph(readable(table.title), style="Caption")
    columns = table.columns
    made = document.add_table(rows=1, cols=len(columns), style="Light List")
    size_pt = WIDE_PT if len(columns) >= WIDE_TABLE else TABLE_PT
    for cell, column in zip(made.rows[0].cells, columns, strict=True):
        told = column.unit if column.form is not Form.TEXT and column.unit != VARIES else ""
        _fill(cell, f"{column.title}{f' ({told})' if told else ''}", column.form, size_pt, bold=True)
    _mark_row(made.rows[0], "tblHeader")
    for row in table.shown:
        added = made.add_row()
        _mark_row(added, "cantSplit")
        for at, (cell, printed) in enumerate(zip(added.cells, row, strict=True)):
            _fill(cell, printed.words, columns[at].form, size_pt, bold=at == 0)
    note = " ".join(words for words in (table.note, table.more_words) if words)
    _add_small(document, note)


def _fill(cell: Any, text: str, form: Form, size_pt: float, *, bold: bool) -> None:  # noqa: ANN401
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(readable(text))
    run.bold, run.font.size = bold, Pt(size_pt)
    if form is not Form.TEXT:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _mark_row(row: Any, mark: str) -> None:  # noqa: ANN401
    """Say of a row that it is repeated on every page, or that it is not torn."""
    from docx.oxml import OxmlElement

    element = OxmlElement(f"w:{mark}")
    element.set(_name("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


def _write_sources(document: "Document", brief: Brief) -> None:
    document.add_heading("Sources and licences", level=1)
    for source in brief.sources:
        dated = f", {source.date}" if source.date and source.date not in source.title else ""
        published = f"Publisher: {source.publisher}. Licence: {source.licence}."
        _add_line(document, f"{source.what}: {source.title}{dated}. {published}")
    if brief.attribution:
        _add_small(document, brief.attribution)
    _write_imprint(document, brief.imprint)


def _write_imprint(document: "Document", imprint: Imprint) -> None:
    told = [*imprint.lines, ("Who may see it", imprint.tier_words)]
    _add_small(document, ". ".join(f"{label}: {words}" for label, words in told) + ".")
