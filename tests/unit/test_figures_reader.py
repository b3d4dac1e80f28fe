"""Any other table by small area: its numbers under its own words, and no more said than the file says."""

from pathlib import Path

import pandas as pd
import places
import pytest
from reading import read_csv

from data.indicators import Group, Kind
from data.sources import figures
from data.sources.base import SourceKind
from data.sources.wording import slug, slugs, spell
from data.tables import read_tables

AREAS = places.small_areas()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def by_area(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"LSOA21CD": AREAS.index, "LSOA21NM": AREAS["area_name"].to_numpy(), **columns})


def test_a_column_of_numbers_becomes_an_entry(path: Path) -> None:
    source = read_csv(by_area(youth_club_members=range(len(AREAS))), path, figures)
    (entry,) = source.own
    assert (source.kind, source.entry, source.declared) == (SourceKind.INDICATORS, "figures", "2021")
    assert entry.id.startswith("own_youth_club_members_")
    assert (entry.label, entry.kind, entry.group) == ("Youth club members", Kind.OTHER, Group.OWN)
    assert "nobody has said yet what it means" in entry.meaning
    assert source.frame[entry.id].to_dict() == dict(zip(AREAS.index, range(len(AREAS)), strict=True))


@pytest.mark.parametrize(
    ("header", "value", "kind", "unit"),
    [
        ("Number of claimants", 3, Kind.COUNT, "number"),
        ("income_numerator", 3, Kind.COUNT, "number"),
        ("Number of claimants", 3.5, Kind.OTHER, "as published"),
        ("Number of claimants", -1, Kind.OTHER, "as published"),
        ("Average number of children", 2, Kind.OTHER, "as published"),
        ("Households with no car (%)", 30, Kind.RATE, "percent"),
        ("share of households", 0.3, Kind.RATE, "share"),
        ("Claimant rate per 1,000 people", 30, Kind.RATE, "per 1,000"),
        ("mystery", 3, Kind.OTHER, "as published"),
    ],
)
def test_no_more_is_said_than_the_header_says(
    path: Path, header: str, value: float, kind: Kind, unit: str
) -> None:
    (entry,) = read_csv(by_area(**{header: value}), path, figures).own
    assert (entry.kind, entry.unit, entry.polarity) == (kind, unit, "neutral")


def test_codes_names_and_coordinates_are_no_figures(path: Path) -> None:
    others = {
        "OBJECTID": 1,
        "Shape__Area": 2.5,
        "LONG": -1.5,
        "LAT": 55,
        "year": 2021,
        "LAD24CD": "E06000901",
    }
    source = read_csv(by_area(**others, rooms=4), path, figures)
    assert [entry.label for entry in source.own] == ["Rooms"]
    by_area(**others).to_csv(path, index=False)
    assert figures.recognise(read_tables(path)[0]) is None


def test_markers_are_missing_and_said(path: Path) -> None:
    frame = by_area(pupils=5).astype(object)
    frame.loc[0, "pupils"] = "c"
    source = read_csv(frame, path, figures)
    assert source.frame.iloc[:, 0].isna().tolist() == [True] + [False] * (len(AREAS) - 1)
    assert "1 cell is not a number and counts as missing: c" in source.notes


def test_an_area_that_stands_twice_is_rejected(path: Path) -> None:
    frame = by_area(pupils=5)
    source = read_csv(pd.concat([frame, frame.iloc[[0]].assign(pupils=6)]), path, figures)
    assert source.rejected["row"].tolist() == [1, len(frame) + 1]
    assert AREAS.index[0] not in source.frame.index


@pytest.mark.parametrize(
    "frame",
    [
        pd.concat([by_area(pupils=n) for n in (1, 2)]),
        by_area(pupils=5).assign(Postcode="ZE1 1AA"),
        by_area(pupils=5).drop(columns="LSOA21CD"),
        by_area(colour="red"),
    ],
)
def test_what_is_not_one_row_an_area_is_left(path: Path, frame: pd.DataFrame) -> None:
    frame.to_csv(path, index=False)
    assert figures.recognise(read_tables(path)[0]) is None


def test_columns_beyond_the_limit_are_named(path: Path) -> None:
    many = by_area(**{f"measure {n:03d}": 1.5 for n in range(figures.MOST_COLUMNS + 2)})
    source = read_csv(many, path, figures)
    assert source.frame.shape[1] == figures.MOST_COLUMNS
    assert any(f"measure {figures.MOST_COLUMNS + 1}" in note for note in source.notes)


def test_hostile_headers_become_plain_ids_and_readable_labels(path: Path) -> None:
    hostile = {"<script>alert(1)</script>": 1, "\u202ereversed\x07": 2, "É": 3, "e": 4, "E": 5, "x" * 300: 6}
    source = read_csv(by_area(**hostile), path, figures)
    ids = [entry.id for entry in source.own]
    assert len(set(ids)) == len(hostile)
    assert all(id_.isascii() and id_.replace("_", "").isalnum() and len(id_) < 90 for id_ in ids)
    assert all(entry.label.isprintable() and len(entry.label) <= 120 for entry in source.own)


def test_another_header_makes_other_ids(path: Path) -> None:
    first = read_csv(by_area(pupils=5), path, figures).own[0].id
    second = read_csv(by_area(pupils=5, rooms=2), path, figures).own[0].id
    assert first != second


def test_slugs_are_told_apart() -> None:
    assert list(slugs(["A b", "a-b", "a  b"]).values()) == ["a_b", "a_b_2", "a_b_3"]
    assert slug("") != ""
    assert (
        spell("core_homelessness_rate_percent_of_households")
        == "Core homelessness rate percent of households"
    )
