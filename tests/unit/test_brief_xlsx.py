"""A briefing as a workbook: its figures are those of the page, words run nothing, LibreOffice opens it."""

import csv
import io
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from models.briefing import Brief, Table
from tests.small_briefs import FORMULAS, made_brief
from views.brief_html import head_words
from views.brief_xlsx import HEAD_ROW, sheet_names, write_xlsx

CALC = "soffice"
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
"""Every sheet as a file, each cell as it is shown."""
SECONDS = 120


@pytest.fixture(scope="module")
def brief() -> Brief:
    return made_brief()


@pytest.fixture(scope="module")
def content(brief: Brief) -> bytes:
    return write_xlsx(brief)


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def sheets_of(book: openpyxl.Workbook, brief: Brief) -> list[tuple[Worksheet, Table]]:
    return [(book[name], table) for name, table in zip(sheet_names(brief), brief.tables, strict=True)]


def test_it_has_a_cover_a_method_what_columns_are_each_table_and_sources(
    book: openpyxl.Workbook, brief: Brief
) -> None:
    assert book.sheetnames == ["Cover", "Method", "Data", *sheet_names(brief), "Sources"]
    told = [cell.value for row in book["Cover"].iter_rows() for cell in row]
    assert brief.title in told
    assert "ab" * 32 in told
    assert {row[0].value for row in book["Data"].iter_rows(min_row=HEAD_ROW + 2)} == set(sheet_names(brief))
    assert "OGL v3.0" in [cell.value for row in book["Sources"].iter_rows() for cell in row]


def test_every_figure_is_the_one_that_the_page_prints(book: openpyxl.Workbook, brief: Brief) -> None:
    for sheet, table in sheets_of(book, brief):
        heads = [cell.value for cell in sheet[HEAD_ROW + 1]]
        assert heads == [column.title for column in table.columns]
        rows = list(sheet.iter_rows(min_row=HEAD_ROW + 2, max_row=HEAD_ROW + 1 + len(table.cells)))
        for row, printed in zip(rows, table.cells, strict=True):
            for cell, told in zip(row, printed, strict=True):
                if told.value is None:
                    assert cell.data_type == "s" or cell.value is None
                    assert "\x00" in told.words or (cell.value or "") == told.words
                else:
                    assert (cell.value, cell.number_format) == (told.value, told.pattern)


def test_no_cell_is_a_formula_or_a_link(book: openpyxl.Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert set(FORMULAS) <= {cell.value for cell in cells}


def test_it_prints_to_wide_a4_with_repeated_headings_that_stay_in_view(
    book: openpyxl.Workbook, brief: Brief
) -> None:
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.oddHeader.left.text == head_words(brief.imprint)
    for sheet, table in sheets_of(book, brief):
        assert sheet.freeze_panes == f"B{HEAD_ROW + 2}"
        assert sheet.print_title_rows == f"${HEAD_ROW}:${HEAD_ROW + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{HEAD_ROW + 1}:")
        assert sheet.auto_filter.ref.endswith(str(HEAD_ROW + 1 + len(table.cells)))


def test_sheets_have_names_that_excel_takes_each_once(brief: Brief) -> None:
    names = sheet_names(brief)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
    doubled = replace(brief, sections=brief.sections * 3)
    assert len({name.lower() for name in sheet_names(doubled)}) == 9


def test_it_says_who_may_see_it_in_its_properties(book: openpyxl.Workbook, brief: Brief) -> None:
    assert book.properties.category == brief.imprint.tier_words
    assert "Northmere is not a real place" in book.properties.subject


def opened_by_libreoffice(content: bytes, folder: Path) -> dict[str, list[list[str]]]:
    """Return each sheet as LibreOffice shows it, by its name."""
    if shutil.which(CALC) is None:
        assert os.environ.get("CI") != "true", "LibreOffice is not here"
        pytest.skip("LibreOffice is not here: install libreoffice-calc")
    (folder / "brief.xlsx").write_bytes(content)
    home = f"-env:UserInstallation=file://{folder}/home"
    command = [CALC, home, "--headless", "--convert-to", EVERY_SHEET, "--outdir", str(folder), "brief.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=SECONDS)
    files = sorted(folder.glob("brief-*.csv"))
    return {
        file.stem.removeprefix("brief-"): list(csv.reader(file.read_text("utf-8").splitlines(keepends=True)))
        for file in files
    }


def test_libreoffice_opens_it_and_shows_every_figure_as_the_page_does(
    content: bytes, brief: Brief, tmp_path: Path
) -> None:
    shown = opened_by_libreoffice(content, tmp_path)
    assert len(shown) == 4 + len(brief.tables)
    for name, table in zip(sheet_names(brief), brief.tables, strict=True):
        rows = shown[name][HEAD_ROW + 1 : HEAD_ROW + 1 + len(table.cells)]
        assert len(rows) == len(table.cells)
        for row, printed in zip(rows, table.cells, strict=True):
            for text, told in zip(row, printed, strict=False):
                assert "\x00" in told.words or text == told.words, (name, printed[0].words)
