"""A table of travel times is told by its content, read in batches, and every row is accounted for."""

import gzip
import tempfile
from pathlib import Path

import pandas as pd
import places
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import folder as folders
from data.errors import SourceError
from data.folder import Unplaced, recognise_file
from data.sources import travel_pairs
from data.sources.base import Source, SourceKind
from data.sources.travel_times import To, TravelTimes, read_travel_times

AREAS = list(places.small_areas().index)
ONE, TWO = AREAS[0], AREAS[7]


def table(*rows: tuple[object, ...], header: str = "from,to,minutes") -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


def read(path: Path, text: str) -> TravelTimes:
    path.write_text(text, encoding="utf-8")
    return read_travel_times(path)


def cells(source: TravelTimes) -> list[tuple[str, str, float]]:
    return list(source.times.astype({"from": str, "to": str}).itertuples(index=False, name=None))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "times.csv"


def test_pairs_are_sorted_and_areas_listed(path: Path) -> None:
    source = read(path, table((TWO, "p1", 4.5), (ONE, "p2", 0), (ONE, "p1", 12)))
    assert cells(source) == [(ONE, "p1", 12.0), (ONE, "p2", 0.0), (TWO, "p1", 4.5)]
    assert source.frame["pairs"].to_dict() == {ONE: 2, TWO: 1}
    assert (source.kind, source.to, source.rows, len(source.rejected)) == (
        SourceKind.TRAVEL_TIMES,
        To.PLACES,
        3,
        0,
    )
    assert source.publisher == "Not stated in the file"
    assert "from, to and minutes" in source.why


@pytest.mark.parametrize(
    ("header", "minutes"),
    [
        ("from_id,to_id,travel_time", 30.0),
        ("from_id,to_id,travel_time_p50", 30.0),
        ("fromId,toId,travelTime", 30.0),
        ("origin,destination,time", 30.0),
        ("Origin ID,Destination ID,Travel time (mins)", 30.0),
        ("from_lsoa21cd,to_postcode,duration_min", 30.0),
        ("from,to,seconds", 0.5),
        ("from,to,duration_s", 0.5),
        ("from,to,travel_time_seconds", 0.5),
    ],
)
def test_columns_go_by_many_names(path: Path, header: str, minutes: float) -> None:
    source = read(path, table((ONE, "p1", 30), header=header))
    assert source.times["minutes"].tolist() == [minutes]
    assert any("in seconds" in note for note in source.notes) == (minutes == 0.5)


def test_minutes_are_taken_before_a_time_of_day_and_the_middle_before_other_percentiles(path: Path) -> None:
    header = "from,to,time,travel_time_p25,travel_time_p50,minutes"
    assert read(path, table((ONE, "p1", 800, 1, 2, 3), header=header)).times["minutes"].tolist() == [3.0]
    header = "from,to,travel_time_p25,travel_time_p50,time"
    assert read(path, table((ONE, "p1", 1, 2, 800), header=header)).times["minutes"].tolist() == [2.0]


@pytest.mark.parametrize("unclear", ["duration", "hours", "time_ms"])
def test_a_time_of_no_clear_unit_is_refused(path: Path, unclear: str) -> None:
    with pytest.raises(SourceError, match=f"does not say that {unclear} is in minutes or in seconds"):
        read(path, table((ONE, "p1", 3), header=f"from,to,{unclear}"))


def test_times_that_are_seconds_by_their_size_are_refused_or_told(path: Path) -> None:
    far = ((ONE, "p1", 0), (ONE, "p2", 540), (ONE, "p3", 2_000))
    with pytest.raises(SourceError, match="whether travel_time is in minutes or in seconds"):
        read(path, table(*far, header="from,to,travel_time"))
    assert any("look whether times are in seconds" in note for note in read(path, table(*far)).notes)
    in_seconds = read(path, table(*far, header="from,to,seconds"))
    assert not any("look whether" in note for note in in_seconds.notes)
    assert read(path, table((ONE, "p1", 30), (ONE, "p2", 540), header="from,to,time")).rows == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (table((ONE, "p1", 3), header="from,to,metres"), "its columns are: from, metres, to"),
        (table(("p1", ONE, 3)), "no table of travel times from small areas"),
        (table((ONE, "p1", ""), (ONE, "p2", "NA")), "holds no travel time"),
        ("from,to,minutes\n", "no rows below it"),
    ],
)
def test_what_is_no_table_of_travel_times_is_refused(path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(path, text)


def test_rows_that_cannot_be_used_are_rejected_and_told(path: Path) -> None:
    good = [(ONE, f"p{n}", n) for n in range(60)]
    bad = [
        (ONE, "x1", -1),
        (ONE, "x2", "inf"),
        (ONE, "x3", "far"),
        ("E99", "x4", 3),
        ("", "x5", 3),
        (ONE, "", 4),
    ]
    source = read(path, table(*good, *bad))
    assert len(source.times) == 60
    assert source.rejected.to_dict("list") == {
        "row": [61, 62, 63, 64, 65, 66],
        "value": [
            f"{ONE} to x1: -1",
            f"{ONE} to x2: inf",
            f"{ONE} to x3: far",
            "E99 to x4",
            "nothing to x5",
            f"{ONE} to nothing",
        ],
        "reason": [
            "a time below 0",
            "not a number",
            "not a number",
            "not a small area code",
            "not a small area code",
            "not the id of a place",
        ],
    }
    assert any(note.startswith("6 rows cannot be used") for note in source.notes)


def test_a_file_of_which_much_cannot_be_used_is_refused(path: Path) -> None:
    rows = [(ONE, f"p{n}", -n) for n in range(10)]
    with pytest.raises(SourceError, match=r"9 of 10 rows of times.csv cannot be used: a time below 0"):
        read(path, table(*rows))


def test_where_no_way_was_found_there_is_no_pair(path: Path) -> None:
    source = read(path, table((ONE, "p1", 3), (ONE, "p2", "NA"), (TWO, "p1", "")))
    assert cells(source) == [(ONE, "p1", 3.0)]
    assert len(source.rejected) == 0
    assert "2 rows have no time: no way was found there" in source.notes


def test_an_exact_repeat_counts_once_and_another_time_is_refused(path: Path) -> None:
    source = read(path, table((ONE, "p1", 3), (ONE, "p1", "3.0"), (f" {ONE.lower()}", "p1", 3)))
    assert cells(source) == [(ONE, "p1", 3.0)]
    assert "2 rows repeat another exactly and count once" in source.notes
    with pytest.raises(SourceError, match="Keep one row a pair") as caught:
        read(path, table((ONE, "p1", 3), (TWO, "p1", 3), (ONE, "p1", 5)))
    assert caught.value.message == (
        f"1 row of times.csv gives a pair another time than an earlier row: {ONE} to p1."
    )
    with pytest.raises(SourceError, match=r"6 rows of .* to p0, .* to p4 and more"):
        read(path, table(*((ONE, f"p{n}", m) for n in range(6) for m in (3, 5))))


@pytest.mark.parametrize(
    ("destinations", "to", "kept"),
    [
        (["E01020007", "e01020008 "], To.AREAS, ["E01020007", "E01020008"]),
        (["ze11ab", "ZE1  1AD"], To.POSTCODES, ["ZE1 1AB", "ZE1 1AD"]),
        (["a1b2c3d4e5f6", "a1b2c3d4e5f6-2"], To.PLACES, ["a1b2c3d4e5f6", "a1b2c3d4e5f6-2"]),
    ],
)
def test_destinations_are_told_by_their_form(
    path: Path, destinations: list[str], to: To, kept: list[str]
) -> None:
    source = read(path, table(*((ONE, d, 3) for d in destinations)))
    assert (source.to, source.times["to"].tolist()) == (to, kept)


def test_a_postcode_in_two_spellings_is_one(path: Path) -> None:
    assert cells(read(path, table((ONE, "ZE1 1AB", 3), (ONE, "ze11ab", 3)))) == [(ONE, "ZE1 1AB", 3.0)]


def test_destinations_of_two_kinds_are_refused_and_a_stray_one_is_rejected(path: Path) -> None:
    mixed = table((ONE, "E01020007", 3), (ONE, "ZE1 1AB", 3), (ONE, "p1", 3))
    with pytest.raises(SourceError, match="1 that may be ids of places, 1 codes of small areas, 1 postcodes"):
        read(path, mixed)
    codes = [(ONE, code, 3) for code in AREAS]
    source = read(path, table(*codes, (ONE, "ZE1 1AB", 3)))
    assert (source.to, source.rejected["reason"].tolist()) == (To.AREAS, ["not a small area code"])


def test_a_packed_text_a_workbook_and_parquet_hold_the_same(tmp_path: Path) -> None:
    rows = [(ONE, "p1", 3.5), (TWO, "p1", None), (TWO, "p2", 8.0)]
    frame = pd.DataFrame(rows, columns=["from", "to", "minutes"])
    frame.to_csv(tmp_path / "a.csv.gz", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.astype({"from": "category"}).to_parquet(tmp_path / "b.parquet")
    notes = pd.DataFrame([["A planner", "2025"]])
    places.write_workbook(
        tmp_path / "a.xlsx",
        {"Notes": (["Made by", "On"], notes), "Times": ([], frame)},
    )
    expected = [(ONE, "p1", 3.5), (TWO, "p2", 8.0)]
    for name in ("a.csv.gz", "a.parquet", "b.parquet", "a.xlsx"):
        assert cells(read_travel_times(tmp_path / name)) == expected, name
        (found,) = recognise_file(tmp_path / name)
        assert isinstance(found, TravelTimes), name
        assert cells(found) == expected, name


@pytest.mark.parametrize(
    "kind", [pa.int32(), pa.float32(), pa.decimal128(12, 2), pa.string(), pa.large_string()]
)
def test_parquet_may_hold_times_of_any_type_of_number(tmp_path: Path, kind: pa.DataType) -> None:
    texts = pa.array(["3", None, "7"])
    times = texts if pa.types.is_string(kind) else texts.cast(pa.int32()).cast(kind)
    columns = {"from": [ONE, ONE, TWO], "to": pa.array([11, 12, 13]), "travel_time": times}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    assert cells(read_travel_times(tmp_path / "t.parquet")) == [(ONE, "11", 3.0), (TWO, "13", 7.0)]


def test_hostile_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(SourceError, match="damaged Parquet file"):
        read_travel_times(path)
    times = pa.array([pd.Timestamp("2025-01-01")])
    pq.write_table(pa.table({"from": [ONE], "to": ["p1"], "minutes": times}), path)
    with pytest.raises(SourceError, match="times that are no numbers but timestamp"):
        read_travel_times(path)
    places.boundary_layer(places.small_areas()).to_parquet(path)
    with pytest.raises(SourceError, match="holds no table"):
        read_travel_times(path)
    assert recognise_file(path)[0].kind is SourceKind.BOUNDARIES  # type: ignore[union-attr]


def test_more_rows_than_memory_holds_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(travel_pairs, "MOST_ROWS", 2)
    with pytest.raises(SourceError, match="holds more than 2 rows"):
        read(path, table(*((ONE, f"p{n}", n) for n in range(3))))


def test_a_large_text_is_streamed_and_a_table_of_children_never_is_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "LARGE_BYTES", 10)
    monkeypatch.setattr(folders, "read_tables", lambda _: pytest.fail("it is read whole"))
    path.write_text(table((ONE, "p1", 3)), encoding="utf-8")
    (found,) = recognise_file(path)
    assert isinstance(found, TravelTimes)
    header = "child_id,referral_date,postcode,from,to,minutes"
    path.write_text(table((1, "2025-01-01", "ZE1 1AB", ONE, "p1", 3), header=header), encoding="utf-8")
    (found,) = recognise_file(path)
    assert isinstance(found, Source)
    assert found.kind is SourceKind.REFERRALS


def test_what_is_wrong_is_listed_with_what_to_do(path: Path) -> None:
    path.write_text(table((ONE, "p1", 3), (ONE, "p1", 4)), encoding="utf-8")
    (found,) = recognise_file(path)
    assert isinstance(found, Unplaced)
    assert (found.reason[:31], found.hint) == ("1 row of times.csv gives a pair", "Keep one row a pair.")


ORIGINS = st.sampled_from([ONE, TWO, TWO.lower(), "", "E99", "NA"])
DESTINATIONS = st.sampled_from(["p1", "p2", " p1", "ZE1 1AB", "E01020007", "", "\u202e"])
MINUTES = st.sampled_from(["3", "3.0", "1,296", "-1", "inf", "nan", "", "x", "1e309"])
ROWS = st.tuples(ORIGINS, DESTINATIONS, MINUTES).filter(lambda row: set(row) - {"", "NA", "nan"})
"""Rows in which something is filled: whether one without is a row at all, readers see differently."""


@given(st.lists(ROWS, min_size=1, max_size=40))
def test_every_row_is_accounted_for_or_the_file_is_refused(rows: list[tuple[str, str, str]]) -> None:
    lines = [f'{start},{to},"{minutes}"' for start, to, minutes in [(ONE, "p9", "5")] * 30 + rows]
    content = "\n".join(["from,to,minutes", *lines]).encode()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "t.csv.gz"
        path.write_bytes(gzip.compress(content))
        (outcome,) = recognise_file(path)
        if isinstance(outcome, Unplaced):
            with pytest.raises(SourceError):
                read_travel_times(path)
            return
        assert isinstance(outcome, TravelTimes)
        assert cells(read_travel_times(path)) == cells(outcome)
    told = [int(note.split()[0]) for note in outcome.notes if "no time" in note or "repeat another" in note]
    assert len(outcome.times) + len(outcome.rejected) + sum(told) == outcome.rows
    assert (outcome.times["minutes"] >= 0).all()
