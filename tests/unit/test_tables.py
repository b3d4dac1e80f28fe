"""Any published table is read as text, whatever its encoding, line ends, delimiter, header row or sheet."""

import gzip
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SourceError
from data.tables import collapse, decode, find_header, read_tables, to_number

TEXT = 'code,name,"All\r\nages"\r\nE01000001,Bwlch-y-groes,"1,296"\r\nE01000002,Sand\u2013hill,NA\r\n'


def read(path: Path, content: bytes) -> pd.DataFrame:
    path.write_bytes(content)
    return read_tables(path)[0].frame


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "any name"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        gzip.compress(TEXT.encode(), mtime=0),
        TEXT.replace(",", ";").replace('"1;296"', '"1,296"').encode(),
        TEXT.replace(",", "\t").replace('"1\t296"', '"1,296"').encode(),
        TEXT.replace(",", "|").replace('"1|296"', '"1,296"').encode("utf-16"),
        TEXT.replace("\r\nE", "\r\n\r\n , ,\r\nE").encode(),
        ("Population estimates\r\n\r\nSource: ONS,,\r\n , ,\r\n" + TEXT).encode(),
        TEXT.replace("code,name", " code , name").encode(),
    ],
)
def test_every_form_of_a_table_reads_the_same(path: Path, content: bytes) -> None:
    frame = read(path, content)
    assert frame.columns.tolist() == ["code", "name", "All ages"]
    assert frame["code"].tolist() == ["E01000001", "E01000002"]
    assert frame["name"].tolist() == ["Bwlch-y-groes", "Sand\u2013hill"]
    assert to_number(frame["All ages"]).tolist()[0] == 1296
    assert frame["All ages"].isna().tolist() == [False, True]


def test_what_stands_above_the_header_is_kept_as_words(path: Path) -> None:
    path.write_text("Mid-2020 estimates\nOne table\n" + TEXT)
    assert read_tables(path)[0].above == "Mid-2020 estimates One table"


def test_duplicate_and_blank_headers_are_told_apart(path: Path) -> None:
    frame = read(path, b"code,value,value,,\nE01000001,1,2,3,4\n")
    assert frame.columns.tolist() == ["code", "value", "value (2)", "column 4", "column 5"]
    assert frame.iloc[0].tolist() == ["E01000001", "1", "2", "3", "4"]


def test_ragged_rows_are_padded_and_cut_to_the_header(path: Path) -> None:
    frame = read(path, b"code,a,b\nE01000001,1\nE01000002,1,2,3\n")
    assert frame["b"].isna().tolist() == [True, False]
    assert frame.shape == (2, 3)


def test_a_column_of_text_is_read_as_one_column(path: Path) -> None:
    frame = read(path, b"E01000001\nE01000002\nE01000003\n")
    assert frame.shape == (2, 1)


def test_commas_in_names_do_not_pass_for_the_delimiter(path: Path) -> None:
    frame = read(path, b"code;name\nE05000001;Heaton, Lostock, Chew, Moor\nE05000002;A, B, C\n")
    assert frame["name"].tolist() == ["Heaton, Lostock, Chew, Moor", "A, B, C"]


def test_a_title_as_wide_as_most_of_a_narrow_table_is_no_header(path: Path) -> None:
    frame = read(path, b"Table 1,Lookup,\ncode,ward,name\nE01000001,E05000001,Elm\n")
    assert frame.columns.tolist() == ["code", "ward", "name"]


def test_notes_in_brackets_are_not_taken_for_json(path: Path) -> None:
    frame = read(path, b"[c] is confidential\ncode,value\nE01000001,[c]\n")
    assert frame.columns.tolist() == ["code", "value"]


def test_workbook_sheets_are_tables_and_notes_without_rows_are_not(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Notes"])
    sheet = book.create_sheet("Data")
    for row in (
        ["Title"],
        [],
        ["code", "people", "share"],
        ["E01000001", 1296, 0.5],
        ["E01000002", None, 3.0],
    ):
        sheet.append(row)
    book.create_chartsheet("Chart")
    book.save(path)
    (table,) = read_tables(path)
    assert (table.sheet, table.above) == ("Data", "Title")
    assert table.frame["people"].tolist()[0] == "1296"
    assert table.frame["share"].tolist() == ["0.5", "3"]
    assert table.frame["people"].isna().tolist() == [False, True]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv", "a.ods", "a"])
def test_a_workbook_is_known_by_its_bytes(tmp_path: Path, name: str) -> None:
    book = openpyxl.Workbook()
    for row in (["code", "n"], ["E01000001", 1]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    assert read(tmp_path / name, content.getvalue())["code"].tolist() == ["E01000001"]


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_do_not_change_a_number(value: int) -> None:
    assert to_number(pd.Series([f" {value:,} ", str(value)])).tolist() == [value, value]


@pytest.mark.parametrize("text", ["", "NA", "c", "x", "1,29", "12,96", "1,2,3", "-", "..", None, "1 296"])
def test_what_is_no_number_is_missing_and_never_zero(text: str | None) -> None:
    assert to_number(pd.Series([text], dtype="string")).isna().all()


@pytest.mark.parametrize("text", ["<NA>", "inf", "nan"])
def test_words_for_numbers_are_not_finite_numbers(text: str) -> None:
    assert not to_number(pd.Series([text])).between(-1e300, 1e300).any()


@given(st.text())
def test_any_text_survives_utf_8(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if "\x00" not in text and not text.startswith("\ufeff"):
        assert decode(text.encode("utf-8"), "x") == plain


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused(content: bytes) -> None:
    binary = b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if binary:
        with pytest.raises(SourceError, match="binary"):
            decode(content, "x")
    else:
        assert "\r" not in decode(content, "x")


@given(st.lists(st.lists(st.sampled_from(["", " ", "a", "E01000001"]), min_size=1), min_size=1))
def test_a_header_is_always_one_of_the_rows(rows: list[list[str]]) -> None:
    rows = [row for row in rows if any(cell.strip() for cell in row)] or [["a"]]
    assert 0 <= find_header(rows) < len(rows)


def test_white_space_collapses() -> None:
    assert collapse(" Index of\n Multiple  Deprivation\t(IMD) ") == "Index of Multiple Deprivation (IMD)"
