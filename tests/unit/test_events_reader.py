"""Of a dated point its place and year are kept, and nothing else."""

from pathlib import Path

import pandas as pd
import pytest
from reading import read_csv

from data.errors import SourceError
from data.sources import events
from data.sources.base import SourceKind
from data.tables import read_tables


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def casualties() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "AREFNO": ["A100", "A100", "A101", "A102"],
            "date": ["2022-12-31", "2022-12-31", "2023-01-01", "2023-05-06"],
            "casualty_severity": ["Slight", "Slight", "Serious", "Fatal"],
            "ageband": ["0-15", "0-15", "16-20", "21-25"],
            "area_name": "Oakmere",
            "lon": [-1.5, -1.5, -1.51, -1.52],
            "lat": [55.0, 55.0, 55.01, 55.02],
        }
    )


def test_place_year_and_number_alone_are_kept(path: Path) -> None:
    source = read_csv(casualties(), path, events)
    assert (source.kind, source.area_kind, source.entry) == (SourceKind.EVENTS, None, "stats19")
    assert source.frame.columns.tolist() == ["easting_m", "northing_m", "year", "event"]
    assert source.frame["year"].tolist() == [2022, 2022, 2023, 2023]
    assert source.frame["event"].tolist() == ["A100", "A100", "A101", "A102"]
    assert source.frame["easting_m"].between(430_000, 433_000).all()
    assert source.frame["northing_m"].between(566_000, 571_000).all()
    assert source.own[0].label == "Road casualties"


def test_people_alike_in_one_event_are_counted_and_said(path: Path) -> None:
    source = read_csv(casualties(), path, events)
    assert len(source.frame) == 4
    words = " ".join(source.notes)
    assert "1 rows repeat the number of an event (AREFNO)" in words
    assert "1 rows are identical to another and are counted" in words


def test_rows_that_cannot_be_placed_or_dated_are_rejected(path: Path) -> None:
    frame = pd.concat([casualties()] * 12, ignore_index=True).astype(object)
    frame.loc[0, "lat"] = None
    frame.loc[1, "lat"] = 48.0
    frame.loc[2, "date"] = "2023-02-30"
    source = read_csv(frame, path, events)
    assert source.rejected["row"].tolist() == [1, 2, 3]
    assert source.rejected["reason"].tolist() == ["no coordinates", "outside Great Britain", "no date"]
    assert source.frame.index.tolist() == list(range(3, 48))


@pytest.mark.parametrize(
    "dates",
    [
        ["31/12/2022", "31/12/2022", "01/01/2023", "06/05/2023"],
        ["12/31/2022", "12/31/2022", "01/01/2023", "05/06/2023"],
        ["01/02/2022", "01/02/2022", "03/04/2023", "05/06/2023"],
        ["2022-12", "2022-12", "2023-01", "2023-05"],
        ["2022-12-31T08:30", "2022-12-31 09:00", "2023-01-01", "2023-05-06"],
    ],
)
def test_the_year_does_not_depend_on_the_order_of_day_and_month(path: Path, dates: list[str]) -> None:
    source = read_csv(casualties().assign(date=dates), path, events)
    assert source.frame["year"].tolist() == [2022, 2022, 2023, 2023]


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (["03/04/05", "03/04/05", "06/07/08", "09/10/11"], "two figures: 03/04/05"),
        (["31/12/2022", "12/31/2022", "01/01/2023", "05/06/2023"], "31/12/2022 has the day first"),
    ],
)
def test_dates_that_may_be_of_several_years_are_refused_with_examples(
    path: Path, dates: list[str], words: str
) -> None:
    casualties().assign(date=dates).to_csv(path, index=False)
    with pytest.raises(SourceError, match=words):
        events.recognise(read_tables(path)[0])


def test_grid_references_are_read_as_they_are(path: Path) -> None:
    frame = casualties().drop(columns=["lon", "lat"])
    frame = frame.assign(Easting=[430_100, 430_100, 430_200, 0], Northing=[560_100, 560_100, 560_200, 0])
    source = read_csv(frame, path, events)
    assert source.frame["easting_m"].tolist() == [430_100, 430_100, 430_200]
    assert source.rejected["reason"].tolist() == ["outside Great Britain"]


def test_a_months_crimes_without_a_number_are_events(path: Path) -> None:
    frame = pd.DataFrame(
        {
            "Crime ID": [None, None, "f" * 64],
            "Month": "2024-03",
            "Longitude": -1.5,
            "Latitude": [55.0, 55.01, 55.02],
            "Location": "On or near a road",
            "LSOA code": ["E01020000"] * 3,
            "LSOA name": "Oakmere 000A",
            "Crime type": "Burglary",
        }
    )
    source = read_csv(frame, path, events)
    assert source.entry == "events"
    assert source.own[0].label == "Recorded crimes"
    assert source.frame["event"].isna().all()


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.assign(name="A hall"),
        lambda f: f.assign(site_name="A hall"),
        lambda f: f.assign(Postcode="ZE1 1AA"),
        lambda f: f.assign(address="1 High Street"),
        lambda f: f.drop(columns="date"),
        lambda f: f.drop(columns="lat"),
        lambda f: f.assign(lat=None),
        lambda f: f[["date", "lon", "lat"]].assign(date="2024-01-01"),
    ],
)
def test_lists_of_places_are_no_events(path: Path, change: object) -> None:
    change(casualties()).to_csv(path, index=False)  # type: ignore[operator]
    assert events.recognise(read_tables(path)[0]) is None
