"""Households without a car: read from either layout of the census, and never of another year."""

from pathlib import Path

import pandas as pd
import places
import pytest
from reading import read_csv

from data.codes import AreaKind
from data.folder import recognise_file
from data.indicators import indicators
from data.sources import cars
from data.sources.base import Source
from data.tables import read_tables
from geo.build_folder import build_folder

CODES = list(places.small_areas().index)
NONE = list(range(len(CODES)))
Counts = dict[str, list[int]]
PARTS: Counts = {
    "No cars or vans in household": NONE,
    "1 car or van in household": [50] * len(CODES),
    "2 cars or vans in household": [30] * len(CODES),
    "3 or more cars or vans in household": [10] * len(CODES),
}
TOTAL: Counts = {"Total: All households": [90 + n for n in NONE]}


def wide(categories: Counts, ending: str = "", year: int = 2021) -> pd.DataFrame:
    """The layout in which Nomis gives out whole tables."""
    counts = {f"Number of cars or vans: {name}{ending}": cells for name, cells in categories.items()}
    names = places.small_areas()["area_name"].to_numpy()
    return pd.DataFrame({"date": year, "geography": names, "geography code": CODES, **counts})


def long(categories: Counts, heading: str) -> pd.DataFrame:
    """The layout of a data set that the ONS makes to order."""
    counts = pd.DataFrame({**categories, "Does not apply": [0] * len(CODES)}, index=CODES)
    rows = counts.stack().reset_index().set_axis(["code", heading, "Observation"], axis=1)
    numbers = {name: number for number, name in enumerate(counts)}
    return pd.DataFrame(
        {
            "Lower layer Super Output Areas Code": rows["code"],
            f"{heading} Code": rows[heading].map(numbers),
            heading: rows[heading],
            "Observation": rows["Observation"],
        }
    )


FIVE, THREE = (f"Car or van availability ({n} categories)" for n in (5, 3))
SOME: Counts = {
    "No cars or vans in household": NONE,
    "1 or more cars or vans in household": [90] * len(CODES),
}


@pytest.mark.parametrize(
    "table",
    [
        wide(TOTAL | PARTS),
        wide(TOTAL | PARTS, "; measures: Value"),
        wide(PARTS),
        long(PARTS, FIVE),
        long(SOME, THREE).sample(frac=1, random_state=1),
        long(TOTAL | PARTS, "C2021_CARS_5_NAME").rename(columns={"Observation": "OBS_VALUE"}),
    ],
    ids=["Nomis", "Nomis with measures", "without a total", "to order", "with or without", "Nomis by rows"],
)
def test_every_layout_gives_the_same_three_columns(table: pd.DataFrame, tmp_path: Path) -> None:
    table.to_csv(tmp_path / "file", index=False)
    (source,) = recognise_file(tmp_path / "file")
    assert isinstance(source, Source)
    assert (source.entry, source.edition, source.area_kind, source.own) == (
        "census",
        "2021",
        AreaKind.LSOA,
        (),
    )
    assert set(source.frame) == {cars.HOUSEHOLDS, cars.NO_CAR, cars.SHARE} <= set(indicators())
    frame = source.frame.loc[CODES]
    assert frame[cars.NO_CAR].tolist() == NONE
    assert frame[cars.HOUSEHOLDS].tolist() == [90 + n for n in NONE]
    assert frame[cars.SHARE].tolist() == pytest.approx([n / (90 + n) for n in NONE])
    assert len(source.rejected) == 0


@pytest.mark.parametrize(
    "table",
    [
        wide(TOTAL | PARTS, year=2011),
        wide(PARTS).replace(50, 50.5),
        wide({name: cells for name, cells in PARTS.items() if not name.startswith("No")}),
        long(PARTS, FIVE).assign(**{"Tenure of household (5 categories)": "Owned"}),
        long({name: cells for name, cells in PARTS.items() if name[0] in "12"}, FIVE),
    ],
    ids=["2011", "shares", "none has no car", "crossed", "none without"],
)
def test_what_is_no_count_of_census_day_is_left_to_others(table: pd.DataFrame, tmp_path: Path) -> None:
    table.to_csv(tmp_path / "file", index=False)
    assert cars.recognise(read_tables(tmp_path / "file")[0]) is None


def test_a_missing_count_is_never_0_and_one_that_cannot_be_is_left_out(tmp_path: Path) -> None:
    table = wide(TOTAL | PARTS)
    column = "Number of cars or vans: {}".format
    table.loc[0, column("No cars or vans in household")] = None
    table.loc[1, column("No cars or vans in household")] = 9_999
    table.loc[2, column("Total: All households")] = 95
    table.loc[3, column("Total: All households")] = None
    source = read_csv(table, tmp_path / "file", cars)
    first, second, third, fourth = (source.frame.loc[code] for code in CODES[:4])
    assert pd.isna(first[cars.NO_CAR])
    assert pd.isna(first[cars.SHARE])
    assert first[cars.HOUSEHOLDS] == 90
    assert second.isna().all()
    assert (third[cars.HOUSEHOLDS], third[cars.SHARE]) == (95, pytest.approx(2 / 95))
    assert fourth.isna().tolist() == [True, False, True]
    notes = " ".join(source.notes)
    assert "1 areas have counts that cannot be" in notes
    assert "in 2 areas the categories do not add up" in notes


def test_an_area_without_a_household_has_no_share(tmp_path: Path) -> None:
    table = wide({name: [0, *list(cells)[1:]] for name, cells in PARTS.items()})
    source = read_csv(table, tmp_path / "file", cars)
    assert source.frame.loc[CODES[0], [cars.HOUSEHOLDS, cars.NO_CAR]].tolist() == [0, 0]
    assert pd.isna(source.frame.loc[CODES[0], cars.SHARE])


def test_a_build_adds_households_up_and_averages_the_share_by_them(tmp_path: Path) -> None:
    folder = places.simple_folder(tmp_path / "folder")
    table = wide(PARTS)
    table["Number of cars or vans: 1 car or van in household"] = [n * n for n in NONE]
    table.to_csv(folder / "census2021-ts045-lsoa.csv", index=False)
    areas = build_folder(folder, tmp_path / "build").areas
    wards = areas.aggregate("ward").frame
    groups = areas.frame.groupby("ward_code")[[cars.NO_CAR, cars.HOUSEHOLDS]].sum()
    assert wards[cars.NO_CAR].tolist() == groups[cars.NO_CAR].tolist()
    assert wards[cars.HOUSEHOLDS].tolist() == groups[cars.HOUSEHOLDS].tolist()
    assert wards[cars.SHARE].tolist() == pytest.approx(groups[cars.NO_CAR] / groups[cars.HOUSEHOLDS])
    assert areas.provenance[cars.SHARE].source == "Census 2021"
    assert not [c for c in areas.indicators if c.startswith("own_")]
