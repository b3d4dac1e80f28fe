"""Published postcode files are read whole, and agree with each other and with the package."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.folder import Folder
from data.postcodes import DIRECTORY, Found, PostcodeDirectory, postcode_points
from data.sources import postcodes
from data.sources.base import Source
from data.tables import read_tables
from geo.builds import Build

CODE_POINT = {
    "bl.csv": (10_379, 0, "BL0 0AA"),
    "m.csv": (32_267, 2, "M1 1AD"),
    "ol.csv": (13_181, 0, "OL1 1AA"),
    "sk.csv": (16_677, 2, "SK1 1AL"),
    "wa.csv": (18_328, 0, "WA1 1AF"),
    "wn.csv": (7_274, 0, "WN1 1AA"),
}


@pytest.fixture(scope="module")
def sources(greater_manchester: Path) -> dict[str, Source]:
    """The postcode files by name."""
    found = {}
    for file in sorted((greater_manchester / "postcodes").glob("*.csv")):
        (table,) = read_tables(file)
        source = postcodes.recognise(table)
        assert source is not None
        found[file.name] = source
    return found


@pytest.fixture(scope="module")
def code_point(sources: dict[str, Source]) -> pd.DataFrame:
    """Every row of Code-Point, index postcode."""
    return pd.concat([sources[name].frame for name in CODE_POINT]).set_index("postcode")


@pytest.mark.parametrize("name", CODE_POINT)
def test_every_row_of_code_point_is_kept(sources: dict[str, Source], name: str) -> None:
    rows, unplaced, first = CODE_POINT[name]
    source = sources[name]
    assert (source.entry, source.rows, len(source.frame)) == ("code_point", rows, rows)
    assert source.frame["postcode"][0] == first
    assert source.rejected["reason"].tolist() == ["no grid reference"] * unplaced


def test_the_extract_of_trafford_is_a_directory(sources: dict[str, Source]) -> None:
    source = sources["trafford_postcodes.csv"]
    assert (source.entry, source.rows, len(source.frame), len(source.rejected)) == (
        "postcodes",
        11_264,
        11_264,
        0,
    )
    assert source.frame["terminated"].isna().all()


def test_no_list_of_places_is_a_directory(greater_manchester: Path) -> None:
    for folder in ("assets", "referrals", "events", "population", "lookups"):
        for file in (
            *(greater_manchester / folder).glob("*.csv"),
            *(greater_manchester / folder).glob("*.gz"),
        ):
            assert [t for t in read_tables(file) if postcodes.recognise(t)] == [], file.name


def test_two_publishers_place_a_postcode_alike(sources: dict[str, Source], code_point: pd.DataFrame) -> None:
    """97.4 % of the 6,502 postcodes in both lie within 5 m; half within 4 cm."""
    other = sources["trafford_postcodes.csv"].frame.set_index("postcode")
    both = code_point.join(other.add_suffix("_other"), how="inner")
    apart_m = np.hypot(
        both["easting_m"] - both["easting_m_other"], both["northing_m"] - both["northing_m_other"]
    )
    assert len(both) == 6_502
    assert apart_m.median() < 0.1
    assert (apart_m < 5).mean() > 0.97


def test_the_package_places_code_point_alike(code_point: pd.DataFrame) -> None:
    """The package, of another quarter, places 94.9 % of Code-Point within 1 m."""
    located = PostcodeDirectory().locate(pd.Series(code_point.index)).set_axis(code_point.index)
    assert located["found"].value_counts().to_dict() == {Found.PLACED: 98_102, Found.NO_GRID: 4}
    apart_m = np.hypot(
        code_point["easting_m"] - located["easting_m"], code_point["northing_m"] - located["northing_m"]
    )
    assert (apart_m.dropna() <= 1).mean() > 0.945


def test_codes_of_northern_ireland_are_refused() -> None:
    located = PostcodeDirectory().locate(pd.Series(["BT1 1AA", "BT48 6DQ", "JE2 3AB", "GIR 0AA"]))
    assert located["found"].tolist()[:2] == [Found.NORTHERN_IRELAND] * 2
    assert located["found"].isin([Found.NO_GRID, Found.UNKNOWN]).tolist()[2:] == [True, True]
    assert located["easting_m"].isna().all()


def test_a_mistyped_postcode_gets_suggestions(sources: dict[str, Source]) -> None:
    directory = PostcodeDirectory(list(sources.values()))
    named = directory.suggest("WA154 1HF")
    assert 1 <= len(named) <= 3
    assert all(directory.locate(pd.Series(named))["found"] == Found.PLACED)
    assert all(name.startswith("WA") for name in named)


def test_the_folder_alone_covers_greater_manchester(
    sources: dict[str, Source], gm_build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(letter: str) -> None:
        raise AssertionError(f"the package was read for {letter}")

    monkeypatch.setattr("data.gazetteer.national", refuse)
    folder = Folder(Path(), list(sources.values()), [])
    found = postcode_points(folder, gm_build.areas.frame.geometry, 2_000.0)
    assert DIRECTORY not in found.name
    assert len(found.sources) == 7
    assert len(found.points) > 90_000
