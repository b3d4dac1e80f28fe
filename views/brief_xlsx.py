"""A briefing as a workbook: cover, method, what each column is, and one sheet a table.

Figures are numbers as they are printed in the documents, with the format that prints them so; all else is
text, and no text is ever taken for a formula or a link.
"""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final

from models.briefing import VARIES, Brief, Table, text_of
from models.briefing_figures import Form, Printed
from models.briefing_sources import TIER_MEANS, Imprint
from views.brief_html import head_words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
A4: Final = 9
LONGEST_NAME: Final = 31
LONGEST_HEADER: Final = 250
"""What Excel takes for the name of a sheet, and for what stands at the head of its pages."""

NARROWEST, WIDEST = 9, 42
"""How wide a column is at least and at most, in letters."""

LINE_PT: Final = 15.0
MOST_LINES: Final = 25
TEXT_WIDTH: Final = 100
HEAD_ROW: Final = 3
"""The row of the headings, from 0: above it stand the title, who may see it, and the units."""

COVER, METHOD, COLUMNS, SOURCES = "Cover", "Method", "Data", "Sources"
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_xlsx(brief: Brief) -> bytes:
    """Write a briefing as a workbook.

    Parameters
    ----------
    brief
        The briefing.
    """
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    with Workbook(buffer, OPTIONS) as book:
        _describe(book, brief)
        styles = Styles(book)
        names = sheet_names(brief)
        _write_cover(book, styles, brief, names)
        _write_texts(book, styles, brief)
        _write_columns(book, styles, brief, names)
        for table, name in zip(brief.tables, names, strict=True):
            _write_table(book, styles, brief.imprint, table, name)
        _write_sources(book, styles, brief)
    return buffer.getvalue()


def sheet_names(brief: Brief) -> list[str]:
    """Return a name for the sheet of each table: its title as far as a sheet may be named so, each once.

    Excel takes names that differ in case alone for the same.
    """
    taken = {name.lower() for name in (COVER, METHOD, COLUMNS, SOURCES, "History")}
    names = []
    for at, table in enumerate(brief.tables, 1):
        plain = _NOT_IN_NAMES.sub(" ", table.title).strip(" '") or f"Table {at}"
        name = plain[:LONGEST_NAME].rstrip(" '")
        if name.lower() in taken:
            name = f"{plain[: LONGEST_NAME - len(str(at)) - 1].rstrip()} {at}"
        taken.add(name.lower())
        names.append(name)
    return names


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def of(self, name: str, **properties: Any) -> "Format":  # noqa: ANN401
        """Return the format of a name, made with these properties the first time."""
        if name not in self._made:
            self._made[name] = self._book.add_format({"valign": "top", **properties})
        return self._made[name]

    @property
    def title(self) -> "Format":
        """That of titles."""
        return self.of("title", bold=True, font_size=14)

    @property
    def tier(self) -> "Format":
        """That of the line that says who may see it."""
        return self.of("tier", bold=True, font_color="#6A3D8A")

    @property
    def text(self) -> "Format":
        """That of running text."""
        return self.of("text", text_wrap=True, indent=1)

    @property
    def head(self) -> "Format":
        """That of headings of columns."""
        return self.of("head", bold=True, text_wrap=True, bottom=1, bg_color="#F4F2EC", valign="bottom")

    @property
    def head_right(self) -> "Format":
        """That of headings above figures."""
        return self.of(
            "right", bold=True, text_wrap=True, bottom=1, bg_color="#F4F2EC", valign="bottom", align="right"
        )

    @property
    def label(self) -> "Format":
        """That of the names of rows."""
        return self.of("label", bold=True, text_wrap=True)

    @property
    def unit(self) -> "Format":
        """That of the units above headings."""
        return self.of(
            "unit", italic=True, text_wrap=True, font_color="#3D4852", valign="bottom", align="right"
        )

    @property
    def absent(self) -> "Format":
        """That of words in the place of a figure."""
        return self.of("absent", italic=True, align="right", font_color="#3D4852")

    def number(self, pattern: str) -> "Format":
        """Return the format that prints a number by a pattern."""
        return self.of(f"number {pattern}", num_format=pattern)


def _describe(book: "Workbook", brief: Brief) -> None:
    book.set_properties(
        {
            "title": f"{brief.title}: briefing",
            "subject": head_words(brief.imprint),
            "author": "Prevention Atlas",
            "category": brief.imprint.tier_words,
            "comments": f"{brief.subtitle}. Hash of the data: {brief.imprint.build_hash}",
            "created": datetime.combine(brief.imprint.made, time(), UTC),
        }
    )


def _new_sheet(book: "Workbook", name: str, imprint: Imprint) -> "Worksheet":
    """Add a sheet that prints to A4 as wide as the paper, with who may see it at the head of each page."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L{_in_header(head_words(imprint))}")
    sheet.set_footer(f"&L{_in_header(name)}&RPage &P of &N")
    return sheet


def _in_header(text: str) -> str:
    """Return a text as it is: an ampersand would begin an order."""
    return text[: LONGEST_HEADER // 2].replace("&", "&&")


def _write_cover(book: "Workbook", styles: Styles, brief: Brief, names: Sequence[str]) -> None:
    sheet, imprint = _new_sheet(book, COVER, brief.imprint), brief.imprint
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, TEXT_WIDTH)
    sheet.write_string(0, 0, brief.title, styles.title)
    sheet.write_string(1, 0, head_words(imprint), styles.tier)
    sheet.write_string(2, 0, brief.subtitle)
    lines = [("In short", text_of(sentence)) for sentence in brief.headline]
    lines.append(("Who may see it", TIER_MEANS[imprint.tier]))
    if imprint.invented:
        lines.append(("Not a real place", f"{imprint.invented} is invented, and so is every figure of it."))
    if brief.left_out:
        lines.append(("Left out", brief.left_out))
    lines += [("To bear in mind", line) for line in brief.caveats]
    lines += list(imprint.lines)
    lines += [
        ("Sheets", name if name == table.title else f"{name}: {table.title}")
        for name, table in zip(names, brief.tables, strict=True)
    ]
    _write_pairs(sheet, styles, 4, lines)


def _write_pairs(sheet: "Worksheet", styles: Styles, start: int, lines: Iterable[tuple[str, str]]) -> None:
    """Write labelled lines; a label that several share stands once."""
    before = ""
    for row, (label, words) in enumerate(lines, start):
        sheet.set_row(row, _height_pt([(label, 24), (words, TEXT_WIDTH)]))
        sheet.write_string(row, 0, "" if label == before else label, styles.label)
        sheet.write_string(row, 1, words, styles.text)
        before = label


def _write_texts(book: "Workbook", styles: Styles, brief: Brief) -> None:
    sheet = _new_sheet(book, METHOD, brief.imprint)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, TEXT_WIDTH)
    sheet.write_string(0, 0, "How it was worked out", styles.title)
    sheet.write_string(1, 0, head_words(brief.imprint), styles.tier)
    lines = [("Method", line) for line in brief.method]
    for section in brief.filled:
        told = [*(text_of(sentence) for sentence in section.sentences), *section.listed]
        told += [f"Map: {drawn.alt}" for drawn in section.maps]
        lines += [(section.title, words) for words in told]
    _write_pairs(sheet, styles, 3, lines)


def _write_columns(book: "Workbook", styles: Styles, brief: Brief, names: Sequence[str]) -> None:
    """Write what each column of each table says, in which unit, and where it came from."""
    rows = [
        (name, column.title, column.unit, column.meaning, column.source)
        for name, table in zip(names, brief.tables, strict=True)
        for column in table.columns
    ]
    heads = ("Sheet", "Column", "Unit", "What it says", "Source")
    _write_words(book, styles, brief.imprint, COLUMNS, "What each column is", heads, rows)


def _write_sources(book: "Workbook", styles: Styles, brief: Brief) -> None:
    rows = [
        (source.what, source.title, source.publisher, source.licence, source.date, source.attribution)
        for source in brief.sources
    ]
    heads = ("Figures", "Source", "Publisher", "Licence", "Date", "Attribution")
    _write_words(book, styles, brief.imprint, SOURCES, "Sources and licences", heads, rows)


def _write_words(
    book: "Workbook",
    styles: Styles,
    imprint: Imprint,
    name: str,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> None:
    """Write a table that has nothing but words."""
    cells = [[Printed(words) for words in row] for row in rows]
    sheet = _new_sheet(book, name, imprint)
    _write_grid(sheet, styles, imprint, title, [(head, "", Form.TEXT) for head in heads], cells)


def _write_table(book: "Workbook", styles: Styles, imprint: Imprint, table: Table, name: str) -> None:
    sheet = _new_sheet(book, name, imprint)
    columns = [(column.title, column.unit, column.form) for column in table.columns]
    last = _write_grid(sheet, styles, imprint, table.title, columns, table.cells)
    if table.note:
        sheet.write_string(last + 2, 0, table.note)


def _write_grid(
    sheet: "Worksheet",
    styles: Styles,
    imprint: Imprint,
    title: str,
    columns: Sequence[tuple[str, str, Form]],
    rows: Sequence[Sequence[Printed]],
) -> int:
    """Write a table with its title, units and headings, and return the number of its last row."""
    sheet.write_string(0, 0, title, styles.title)
    sheet.write_string(1, 0, head_words(imprint), styles.tier)
    widths = [_width(head, [row[at].words for row in rows]) for at, (head, _, _) in enumerate(columns)]
    units = ["" if form is Form.TEXT or unit == VARIES else unit for _, unit, form in columns]
    sheet.set_row(HEAD_ROW - 1, _height_pt(zip(units, widths, strict=True)))
    sheet.set_row(
        HEAD_ROW, _height_pt((head, width) for (head, _, _), width in zip(columns, widths, strict=True))
    )
    for at, (head, _, form) in enumerate(columns):
        sheet.set_column(at, at, widths[at])
        sheet.write_string(HEAD_ROW - 1, at, units[at], styles.unit)
        sheet.write_string(HEAD_ROW, at, head, styles.head if form is Form.TEXT else styles.head_right)
    for row, cells in enumerate(rows, HEAD_ROW + 1):
        sheet.set_row(row, _height_pt((cell.words, width) for cell, width in zip(cells, widths, strict=True)))
        for at, cell in enumerate(cells):
            _write_cell(sheet, styles, row, at, cell, columns[at][2])
    last = HEAD_ROW + len(rows)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.repeat_rows(HEAD_ROW - 1, HEAD_ROW)
    if rows:
        sheet.autofilter(HEAD_ROW, 0, last, len(columns) - 1)
    return last


def _width(head: str, words: Sequence[str]) -> int:
    """Return how wide a column is, in letters: beside the words a heading has an arrow to filter by."""
    longest = max((len(one) for one in words), default=0)
    return min(max(NARROWEST, longest + 3, min(len(head), 24) + 4), WIDEST)


def _height_pt(told: Iterable[tuple[str, int]]) -> float:
    """Return how high a row is in which all words can be read: not every program works it out by itself."""
    lines = (
        sum(max(1, -(-len(line) // max(width - 2, 1))) for line in words.split("\n")) for words, width in told
    )
    return LINE_PT * min(max(lines, default=1), MOST_LINES)


def _write_cell(sheet: "Worksheet", styles: Styles, row: int, at: int, cell: Printed, form: Form) -> None:
    if cell.value is not None:
        sheet.write_number(row, at, cell.value, styles.number(cell.pattern))
    elif form is Form.TEXT:
        sheet.write_string(row, at, cell.words, styles.label if at == 0 else styles.text)
    else:
        sheet.write_string(row, at, cell.words, styles.absent)
