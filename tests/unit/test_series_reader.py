"""Figures over time: markers are never numbers, and a row is one council and period."""

from pathlib import Path

import pandas as pd
import pytest
from reading import read_csv

from data.codes import AreaKind
from data.sources import series
from data.sources.base import SourceKind
from data.sources.dates import read_dates, read_periods
from data.tables import read_tables

COUNCILS = {"E06000901": "Oakmere", "E06000902": "Ashby Vale"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def published(years: range = range(2020, 2026)) -> pd.DataFrame:
    """The Department's layout: England, a region and two councils a year."""
    rows = []
    for year in reversed(years):
        shared = {"time_period": year, "time_identifier": "Reporting year", "country_code": "E92000001"}
        england = shared | {"country_name": "England", "category": "Referrals"}
        region = england | {"region_code": "E12000002", "region_name": "North"}
        rows.append(
            england | {"geographic_level": "National", "referral_count": 1000, "rereferral_percent": 20}
        )
        rows.append(
            region | {"geographic_level": "Regional", "referral_count": 100, "rereferral_percent": 21.5}
        )
        for code, name in COUNCILS.items():
            own = {
                "geographic_level": "Local authority",
                "new_la_code": code,
                "la_name": name,
                "old_la_code": 901,
            }
            rows.append(region | own | {"referral_count": year - 2000, "rereferral_percent": 1})
    return pd.DataFrame(rows).astype(object)


def test_every_level_is_kept(path: Path) -> None:
    source = read_csv(published(), path, series)
    assert (source.kind, source.area_kind, source.entry) == (SourceKind.SERIES, AreaKind.COUNCIL, "dfe_cin")
    assert source.edition == "2025"
    assert source.frame.columns.tolist() == ["period", "level", "area_name", "measure", "value", "marker"]
    assert source.frame.index.name == "area_code"
    first = source.frame[["level", "area_name"]].drop_duplicates().to_dict("index")
    assert first["E92000001"] == {"level": "National", "area_name": "England"}
    assert first["E12000002"] == {"level": "Regional", "area_name": "North"}
    assert first["E06000901"] == {"level": "Local authority", "area_name": "Oakmere"}
    assert set(source.frame["measure"]) == {"referral_count", "rereferral_percent"}
    assert len(source.frame) == 6 * 4 * 2


@pytest.mark.parametrize("marker", ["c", "x", "u", "z", ".", ":", "k", "low", "[c]"])
def test_a_marker_is_no_number_and_not_nought(path: Path, marker: str) -> None:
    frame = published()
    frame.loc[2, "referral_count"] = marker
    frame.loc[3, "referral_count"] = 0
    source = read_csv(frame, path, series)
    newest = source.frame[(source.frame["period"] == "2025") & (source.frame["measure"] == "referral_count")]
    assert pd.isna(newest.loc["E06000901", "value"])
    assert newest.loc["E06000901", "marker"] == marker
    assert newest.loc["E06000902", "value"] == 0
    assert pd.isna(newest.loc["E06000902", "marker"])
    assert any(f"{marker} 1" in note for note in source.notes)


def test_a_file_that_begins_with_england_alone_is_read(path: Path) -> None:
    many = published(range(1960, 2026))
    ordered = many.sort_values(
        "geographic_level", key=lambda s: s.map({"National": 0, "Regional": 1}).fillna(2)
    )
    source = read_csv(ordered, path, series)
    assert set(source.frame.index) == {"E92000001", "E12000002", *COUNCILS}


def test_a_months_series_of_the_councils_own(path: Path) -> None:
    months = pd.period_range("2019-04", periods=24, freq="M").astype(str)
    frame = pd.DataFrame(
        {"month": months, "la_code": "E06000901", "la_name": "Oakmere", "contacts": range(24)}
    )
    source = read_csv(frame, path, series)
    assert source.entry == "series"
    assert source.frame["period"].tolist() == list(months)
    assert source.frame["value"].sum() == sum(range(24))


def test_a_row_that_stands_twice_is_not_counted(path: Path) -> None:
    frame = published(range(2000, 2026))
    other = frame.iloc[[2]].assign(referral_count=7)
    source = read_csv(pd.concat([frame, other, frame.iloc[[3]]]), path, series)
    assert source.rejected["reason"].tolist() == ["the area and period stand twice"] * 2
    assert source.rejected["row"].tolist() == [3, len(frame) + 1]
    assert "1 rows repeat another exactly and count once" in source.notes


def test_a_row_of_no_known_place_is_rejected(path: Path) -> None:
    frame = published(range(2000, 2026))
    frame.loc[[2, 3], "new_la_code"] = ["E0600901", "E02001259"]
    source = read_csv(frame, path, series)
    assert source.rejected[["row", "value"]].to_numpy().tolist() == [[3, "E0600901"], [4, "E02001259"]]


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f[f["time_period"] == 2025],
        lambda f: pd.concat([f.assign(category=c, referral_count=n) for n, c in enumerate("ab")]),
        lambda f: f.drop(columns="time_period"),
        lambda f: f.drop(columns=["referral_count", "rereferral_percent"]),
        lambda f: f.assign(lsoa="E01020101"),
    ],
)
def test_other_tables_are_no_series(path: Path, change: object) -> None:
    change(published()).to_csv(path, index=False)  # type: ignore[operator]
    assert series.recognise(read_tables(path)[0]) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["2024", "2025"], ["2024", "2025"]),
        (["202324", "202425"], ["2023-24", "2024-25"]),
        (["202011", "202012", "202101"], ["2020-11", "2020-12", "2021-01"]),
        (["2023/24", "2024/25"], ["2023-24", "2024-25"]),
        (["2019-04", "2019-12"], ["2019-04", "2019-12"]),
        (["2019-04-01", "2019-05-01"], ["2019-04", "2019-05"]),
        (["2019-04-01", "2019-04-08"], ["2019-04-01", "2019-04-08"]),
        (["01/04/2019", "01/05/2019"], ["2019-04", "2019-05"]),
        (["31/03/2019", "30/04/2019"], ["2019-03-31", "2019-04-30"]),
        (["Apr-19", "May-19"], ["2019-04", "2019-05"]),
        (["September 2019", "October 2019"], ["2019-09", "2019-10"]),
        (["2019 Q1", "Q2 2019"], ["2019-Q1", "2019-Q2"]),
    ],
)
def test_periods_are_read_as_they_are_written(written: list[str], read: list[str]) -> None:
    found = read_periods(pd.Series(written))
    assert found is not None
    assert found.tolist() == read


@pytest.mark.parametrize("written", [["02/03/2019", "05/04/2019"], ["spring", "summer"], ["901", "902"]])
def test_what_is_no_period_is_not_guessed(written: list[str]) -> None:
    assert read_periods(pd.Series(written)) is None


def test_a_day_that_is_not_in_the_calendar_is_missing() -> None:
    dates = read_dates(pd.Series(["2023-02-29", "31/04/2023", "2024-02-29", "2023-01-01T10:00"]))
    assert dates.isna().tolist() == [True, True, False, False]
