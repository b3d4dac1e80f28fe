"""A regular table read at once has the same cells, in the same rows, as one read row by row."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data.tables import _to_frame, read_tables, to_number
from data.workbook_text import cell_text

CELLS = st.text(st.sampled_from('ab1 ,.;"\n\tNA-é'), max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12)


def write(rows: list[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    """A table of three columns with a code in each row, so that its header is found."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=quoting, lineterminator="\n")
    writer.writerow(["LSOA21CD", "a name", "a figure", "more"])
    writer.writerows([f"E0100000{n % 10}", *row] for n, row in enumerate(rows))
    return buffer.getvalue().encode()


@given(ROWS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_at_once_is_as_row_by_row(rows: list[list[str]], quoting: int) -> None:
    (table,) = read_tables(Path("table.csv"), write(rows, quoting))
    assert_frame_equal(table.frame, _to_frame(table._load(), table.header))


@pytest.mark.parametrize(
    ("body", "at_once"),
    [
        ("E01000001,x,1\nE01000002,y,2\n", True),
        ('E01000001,"x, y",1\nE01000002,z,"1,296"\n', True),
        ("E01000001,x,1\n,,\nE01000002,y,2\n", True),
        ("E01000001,x,1\n\nE01000002,y,2\n", False),
        ("E01000001,x\nE01000002,y,2\n", False),
        ('E01000001,"x ""y""",1\nE01000002,y,2\n', False),
        ('E01000001,5" pipe,1\nE01000002,y,2\n', False),
        ("E01000001,NA,1\nE01000002,n/a,None\n", True),
    ],
)
def test_what_is_not_regular_is_left_to_the_slower_reader(body: str, at_once: bool) -> None:
    (table,) = read_tables(Path("table.csv"), f'code,"a\nname",figure\n{body}'.encode())
    assert (table._load_at_once() is not None) is at_once
    assert_frame_equal(table.frame, _to_frame(table._load(), table.header))


def test_a_row_keeps_its_place_below_an_empty_one() -> None:
    (table,) = read_tables(Path("table.csv"), b"code,name\nE01000001,x\n,\nE01000002,y\n")
    assert table.frame.index.tolist() == [0, 2]


@pytest.mark.parametrize("value", [0.0, 3.0, -2.5, 1e22, "", " x ", "NA", True, None, float("nan")])
def test_a_workbook_is_read_as_its_cells_are_written(tmp_path: Path, value: object) -> None:
    path = tmp_path / "book.xlsx"
    rows = [["E01000001", "x", value], ["E01000002", "y", 1.0], [None, None, None], ["E01000003", "z", 2.0]]
    frame = pd.DataFrame(rows, columns=["code", "name", "figure"])
    frame.to_excel(path, index=False)
    (table,) = read_tables(path)
    assert_frame_equal(table.frame, _to_frame(table._load(), table.header))
    assert table.frame["figure"].iloc[1] == cell_text(1.0) == "1"


@given(st.lists(st.sampled_from(["1", " 2", "1,296", "-3.5", "1e3", "inf", "nan", "x", "0x10", "1_000", ""])))
def test_a_column_is_as_many_numbers_as_its_cells_are_alone(cells: list[str]) -> None:
    column = pd.Series(cells, dtype="string")
    alone = [to_number(pd.Series([cell], dtype="string")).iloc[0] for cell in cells]
    pd.testing.assert_series_equal(to_number(column), pd.Series(alone, dtype="float64"))
