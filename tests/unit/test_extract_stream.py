"""A text is streamed in bounded memory, and gives the rows that reading it whole gives."""

import csv
import gzip
import io
import tracemalloc
from pathlib import Path

import extracts
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import data.text_blocks as text_blocks
from data.errors import SourceError
from data.folder import Unplaced, read_folder, recognise_file
from data.sources.base import Source, SourceKind
from data.tables import Table, read_tables
from data.text_stream import open_stream

CELLS = st.text(alphabet='ab ,"\n\tZé', max_size=6)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.csv"


def streamed(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    stream = open_stream(path)
    batches = list(stream.batches(columns or list(stream.table.header)))
    return pa.concat_tables(batches).to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)


def write(rows: list[tuple[str, ...]], line_end: str = "\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end).writerows([("first", "second", "third"), ("x", "y", "z"), *rows])
    return out.getvalue().encode()


@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.integers(20, 200))
def test_a_stream_gives_what_reading_it_whole_gives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], line_end: str, block: int
) -> None:
    path = tmp_path_factory.mktemp("stream") / "x.csv"
    path.write_bytes(write(rows, line_end))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_blocks, "BLOCK_BYTES", block)
        found = streamed(path)
        assert open_stream(path).count_rows() == len(found)
    whole = read_tables(path)[0].frame.apply(lambda column: column.str.strip())
    whole = whole.mask(whole.eq("").fillna(False))
    assert found.fillna("").to_numpy().tolist() == whole.fillna("").to_numpy().tolist()


@pytest.mark.parametrize("block", [7, 64, 8_000_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end(
    path: Path, monkeypatch: pytest.MonkeyPatch, block: int, encoding: str, line_end: str
) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", block)
    lines = ["name;date;note", *(f"Zoë {n};2024-05-{n:02d};été" for n in range(1, 29))]
    path.write_bytes(line_end.join(lines).encode(encoding))
    found = streamed(path)
    assert list(found.columns) == ["name", "date", "note"]
    assert found["name"].tolist() == [f"Zoë {n}" for n in range(1, 29)]
    assert (found["note"] == "été").all()


def test_cells_on_several_lines_are_not_cut(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 50)
    long = 'one\n\ntwo, 5"\n' * 30
    frame = pd.DataFrame({"a": ["1", "2", "3"], "b": [long, "x", long]})
    frame.to_csv(path, index=False)
    assert streamed(path)["b"].tolist() == [long.strip(), "x", long.strip()]


def test_blank_rows_do_not_count_though_a_wanted_column_may_be_blank(path: Path) -> None:
    path.write_text('a,b,c\n1,,3\n,,\n\n ,2, \n,,4\n"",,\n')
    stream = open_stream(path)
    assert stream.count_rows() == 3
    (batch,) = stream.batches(["b"])
    assert batch.column("b").to_pylist() == [None, "2", None]


def test_the_header_may_span_lines(path: Path) -> None:
    path.write_text('Title\n"first\nheading",second\n1,2\n3,4\n5,6\n')
    assert streamed(path)["first heading"].tolist() == ["1", "3", "5"]


def test_rows_of_another_width_are_padded_and_counted(path: Path) -> None:
    path.write_text("a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3\n")
    stream = open_stream(path)
    (batch,) = stream.batches(["a", "c"])
    assert sorted(map(str, batch.column("c").to_pylist())) == ["3", "3", "8", "None"]
    assert stream.ragged == 2


def test_a_cell_of_a_megabyte_hides_no_header(path: Path) -> None:
    pd.DataFrame({"note": ["n" * 1_000_000] * 3, "b": ["1", "2", "3"]}).to_csv(path, index=False)
    assert streamed(path)["b"].tolist() == ["1", "2", "3"]


def test_an_open_quotation_mark_is_found_with_its_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 1_000)
    monkeypatch.setattr(text_blocks, "LONGEST_ROW", 5_000)
    lines = ["a,b", *(f"{n},x" for n in range(5_000))]
    lines[2_000] = '"1999,x'
    path.write_text("\n".join(lines))
    with pytest.raises(SourceError, match="near line 2,001 that is never closed"):
        open_stream(path).count_rows()


def test_what_is_larger_than_allowed_is_refused_as_it_unpacks(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 500_000))
    monkeypatch.setenv("ATLAS_MAX_EXTRACT_MB", "1")
    with pytest.raises(SourceError, match="larger than 1 MB") as caught:
        open_stream(path).count_rows()
    assert "ATLAS_MAX_EXTRACT_MB" in str(caught.value.hint)


def test_memory_does_not_grow_with_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 200_000)
    frame = extracts.ssd(5_000)
    with gzip.open(path, "wt", compresslevel=1) as file:
        for part in range(12):
            file.write(frame.to_csv(index=False, header=not part))
    tracemalloc.start()
    try:
        assert open_stream(path).count_rows() == 60_000
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 2_500_000  # the text is of 4 MB


def test_a_large_extract_is_listed_by_its_first_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    extracts.ssd(3_000).to_csv(path, index=False)

    def refuse(table: Table) -> pd.DataFrame:
        raise AssertionError("the rows were loaded into a frame")

    monkeypatch.setattr("data.folder.LARGE_BYTES", 1_000)
    monkeypatch.setattr("data.folder.read_tables", refuse)
    monkeypatch.setattr(Table, "frame", property(refuse))
    (source,) = read_folder(tmp_path).sources
    assert (source.kind, source.rows) == (SourceKind.REFERRALS, 3_000)
    assert source.frame.empty


def test_an_extract_may_be_larger_than_other_files(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extracts.ssd(30_000).to_csv(path, index=False)
    other = path.with_name("other.csv")
    pd.DataFrame({"a": range(300_000), "b": 1}).to_csv(other, index=False)
    monkeypatch.setenv("ATLAS_MAX_FILE_MB", "1")
    (source,), (unplaced,) = recognise_file(path), recognise_file(other)
    assert isinstance(source, Source)
    assert source.rows == 30_000
    assert isinstance(unplaced, Unplaced)
    assert "larger than 1 MB" in unplaced.reason


def test_rows_in_batches_of_any_size_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = extracts.ssd(2_000)
    frame = pd.concat([frame, frame.sample(50, random_state=1)])
    frame.to_csv(tmp_path / "x.csv", index=False)
    results, asked = [], []
    for block in (3_000, 8_000_000):
        monkeypatch.setattr(text_blocks, "BLOCK_BYTES", block)
        directory = extracts.Directory()
        found = extracts.read(tmp_path, directory)
        extracts.check_counts(found)
        results.append((found.files[0].fates, sorted(zip(found.rows.area, found.rows.day, strict=True))))
        asked.append(pd.concat(directory.asked)["postcode"])
    assert results[0] == results[1]
    assert all(postcodes.is_unique for postcodes in asked)  # each address is asked for once in a reading


def test_progress_is_told_for_each_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extracts.ssd(2_000).to_csv(tmp_path / "x.csv", index=False)
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 20_000)
    told: list[tuple[str, int, int]] = []
    extracts.read_extracts(
        read_folder(tmp_path).sources,
        extracts.Directory(),
        extracts.TODAY,
        lambda words, done, of: told.append((words, done, of)),
        areas=extracts.AREAS,
    )
    assert len(told) > 3
    assert [done for _, done, _ in told] == sorted({done for _, done, _ in told})
    assert told[-1] == ("Reading x.csv", 2_000, 2_000)
