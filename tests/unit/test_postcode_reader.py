"""Postcode directories are read in every layout; lists of places with postcodes are none."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from data.sources import postcodes
from data.sources.base import Source
from data.tables import read_tables
from tests import places
from tests.reading import read_csv


def read(path: Path, text: str) -> Source | None:
    """Read a text as a file."""
    path.write_bytes(text.encode())
    (table,) = read_tables(path)
    return postcodes.recognise(table)


@pytest.mark.parametrize("codes", ["", ",E92000001,,E18000002,,E08990001,E05990001"])
def test_code_point_keeps_its_first_row(tmp_path: Path, codes: str) -> None:
    rows = [f"ZE{n // 9 + 1} {n % 9 + 1}AB,10,{440_000 + n},{350_000 + n}{codes}" for n in range(50)]
    rows[0] = f"ZE1 1AB,90,0,0{codes}"
    source = read(tmp_path / "ze.csv", "\r\n".join(rows))
    assert source is not None
    assert (source.entry, source.rows, len(source.frame), source.area_kind) == ("code_point", 50, 50, None)
    assert source.frame["postcode"][0] == "ZE1 1AB"
    assert source.frame["easting_m"].isna().sum() == 1
    assert source.rejected.values.tolist() == [[1, "ZE1 1AB", "no grid reference"]]
    assert source.frame["terminated"].isna().all()
    assert source.why


def test_code_point_rows_before_the_fullest_are_not_lost(tmp_path: Path) -> None:
    scottish = [f"ZE1 {n}AB,10,{440_000 + n},350000,S92000003,,,,," for n in range(1, 4)]
    english = [
        f"ZE2 {n}AB,10,{440_000 + n},350000,E92000001,,E18000002,,E08990001,E05990001" for n in range(1, 10)
    ]
    source = read(tmp_path / "ze.csv", "\n".join(scottish + english))
    assert source is not None
    assert source.frame["postcode"].tolist()[:4] == ["ZE1 1AB", "ZE1 2AB", "ZE1 3AB", "ZE2 1AB"]
    assert source.rows == 12


def test_a_directory_keeps_every_well_formed_row(tmp_path: Path) -> None:
    frame = places.postcodes().astype(object)
    frame["osgrdind"] = 1
    frame.loc[0, "doterm"] = "201501"
    frame.loc[1, ["oseast1m", "osnrth1m"]] = 0
    frame.loc[2, "osgrdind"] = 9
    frame.loc[3, "pcds"] = "ZE154 1HF"
    frame.loc[4, "pcds"] = "BT1 1AA"
    source = read_csv(frame.rename(columns=str.upper), tmp_path / "d.csv", postcodes)
    assert len(source.frame) == len(frame) - 1
    assert source.frame["terminated"].tolist()[:2] == [True, False]
    assert source.rejected["row"].tolist() == [2, 3, 4, 5]
    assert source.rejected["reason"].nunique() == 3
    assert source.frame["easting_m"].isna().sum() == 3


def test_an_extract_with_names_of_areas_is_a_directory(tmp_path: Path) -> None:
    head = "postcode,ward_code,ward_name,lsoa_name,locality,la_name,lon,lat\n"
    rows = [
        f"ZE{n // 9 + 1} {n % 9 + 1}AB,E05990001,Elm,Elm 001A,North,Elmshire,{-2 - n / 1e4},53.4"
        for n in range(50)
    ]
    source = read(tmp_path / "extract.csv", head + "\n".join(rows))
    assert source is not None
    assert source.frame["easting_m"].between(399_000, 401_000).all()
    assert source.frame["terminated"].isna().all()


@pytest.mark.parametrize(
    "other", ["name", "Address", "type", "Provider URN", "pers_age_at_referral", "site_name"]
)
def test_a_list_of_places_or_people_is_no_directory(tmp_path: Path, other: str) -> None:
    rows = [f"ZE{n // 9 + 1} {n % 9 + 1}AB,Elm {n},-2.0,53.4" for n in range(50)]
    assert read(tmp_path / "list.csv", f"postcode,{other},lon,lat\n" + "\n".join(rows)) is None


def test_repeated_postcodes_are_no_directory(tmp_path: Path) -> None:
    rows = [f"ZE1 {n % 9 + 1}AB,-2.0,53.4" for n in range(50)]
    assert read(tmp_path / "list.csv", "postcode,lon,lat\n" + "\n".join(rows)) is None


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    frame = places.postcodes()
    source = read_csv(frame[frame.columns[::-1]], tmp_path / "d.csv", postcodes)
    pd.testing.assert_series_equal(
        source.frame["easting_m"], frame["oseast1m"].astype("float64"), check_names=False
    )


@pytest.mark.parametrize("columns", [("EAST1M", "NORTH1M"), ("LONG", "LAT")])
def test_newer_column_names_place_postcodes_as_well(tmp_path: Path, columns: tuple[str, str]) -> None:
    frame = places.postcodes()
    points = gpd.GeoSeries.from_xy(frame["oseast1m"], frame["osnrth1m"], crs=places.CRS)
    if columns == ("LONG", "LAT"):
        points = points.to_crs("EPSG:4326")
    newer = pd.DataFrame({"PCDS": frame["pcds"], columns[0]: points.x, columns[1]: points.y})
    newer.loc[3, columns[1]] = 99.999999 if columns[1] == "LAT" else 0
    source = read_csv(newer, tmp_path / "newer.csv", postcodes)
    assert source.rejected["row"].tolist() == [4]
    assert source.frame["easting_m"].isna().sum() == 1
    placed = source.frame.drop(index=3)
    np.testing.assert_allclose(placed["easting_m"], frame["oseast1m"].drop(index=3), atol=1)
    np.testing.assert_allclose(placed["northing_m"], frame["osnrth1m"].drop(index=3), atol=1)
