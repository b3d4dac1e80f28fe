"""Addresses of an extract: each has one fate, and its area is the one that geopandas finds."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import places
import pytest

from data.folder import read_folder
from data.postcode_text import is_placeholder
from data.postcodes import PostcodeDirectory
from data.referral_rows import FATES, Fate, Located
from geo.locating import Locator, codes_of_other_vintage, make_locator

CRS = places.CRS


@pytest.fixture(scope="module")
def areas() -> gpd.GeoSeries:
    return places.small_areas().geometry


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Elmshire with a postcode file: one postcode has ended, one has no grid reference."""
    path = places.simple_folder(tmp_path_factory.mktemp("located") / "elmshire")
    directory = places.postcodes()
    directory.loc[0, "doterm"] = "202001"
    directory.loc[1, ["oseast1m", "osnrth1m"]] = 0
    directory.loc[2, ["oseast1m", "osnrth1m"]] = (500_000, 300_000)
    directory.to_csv(path / "postcodes.csv", index=False)
    return path


@pytest.fixture(scope="module")
def locate(folder: Path, areas: gpd.GeoSeries) -> Locator:
    return make_locator(read_folder(folder), areas, "2021")


def fates(located: Located) -> list[Fate]:
    return [FATES[number] for number in located.fate]


def codes(located: Located, locate: Locator) -> list[str | None]:
    return [None if place < 0 else locate.areas[place] for place in located.area]


def test_every_postcode_lies_where_geopandas_puts_it(locate: Locator) -> None:
    directory = places.postcodes().iloc[3:]
    located = locate(pd.DataFrame({"postcode": directory["pcds"].str.lower()}))
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(directory["oseast1m"], directory["osnrth1m"]), crs=CRS
    )
    joined = gpd.sjoin(points, places.small_areas()[["geometry"]], predicate="within")
    assert set(fates(located)) == {Fate.USED}
    assert codes(located, locate) == joined.sort_index()["area_code"].tolist()


@pytest.mark.parametrize(
    ("typed", "fate"),
    [
        (None, Fate.NO_ADDRESS),
        ("  ", Fate.NO_ADDRESS),
        ("XXXX XXX", Fate.PLACEHOLDER),
        ("nopostcode", Fate.PLACEHOLDER),
        ("No fixed abode", Fate.PLACEHOLDER),
        ("NFA", Fate.PLACEHOLDER),
        ("Unknown", Fate.PLACEHOLDER),
        ("ZZ99 3VZ", Fate.PLACEHOLDER),
        ("ZE1 1A", Fate.MALFORMED),
        ("4 High Street", Fate.MALFORMED),
        ("ZE9 9ZZ", Fate.UNKNOWN),
        ("ZE1 IAA", Fate.MALFORMED),
        ("BT1 1AA", Fate.OUTSIDE),
    ],
)
def test_what_cannot_be_placed_says_why(locate: Locator, typed: str | None, fate: Fate) -> None:
    """A postcode that is one slip from a sound one is not guessed at."""
    located = locate(pd.DataFrame({"postcode": pd.array([typed], dtype="string")}))
    assert (fates(located), codes(located, locate)) == ([fate], [None])
    assert not located.terminated.any()


def test_postcodes_that_ended_have_no_grid_or_lie_elsewhere(locate: Locator) -> None:
    first = places.postcodes()["pcds"].iloc[:3]
    located = locate(pd.DataFrame({"postcode": first}))
    assert fates(located) == [Fate.USED, Fate.UNKNOWN, Fate.OUTSIDE]
    assert located.terminated.tolist() == [True, False, False]


def test_points_lie_where_geopandas_puts_them(locate: Locator) -> None:
    draw = np.random.default_rng(4)
    east = places.WEST - 500 + draw.random(800) * 5_000
    north = places.SOUTH - 500 + draw.random(800) * 7_000
    located = locate(pd.DataFrame({"easting_m": east, "northing_m": north}))
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(east, north), crs=CRS)
    joined = gpd.sjoin(points, places.small_areas()[["geometry"]], how="left", predicate="within")
    theirs = joined.sort_index()["area_code"]
    assert codes(located, locate) == [None if pd.isna(code) else code for code in theirs]
    assert set(fates(located)) == {Fate.USED, Fate.OUTSIDE}


def test_a_point_on_an_edge_lies_in_the_area_with_the_lower_code(
    locate: Locator, areas: gpd.GeoSeries
) -> None:
    edge = pd.DataFrame({"easting_m": [places.WEST + 2_000.0], "northing_m": [places.SOUTH + 2_500.0]})
    touching = areas[areas.intersects(gpd.points_from_xy(edge["easting_m"], edge["northing_m"])[0])]
    assert len(touching) == 2
    assert codes(locate(edge), locate) == [min(touching.index)]


def test_codes_of_small_areas_are_looked_up_and_their_vintage_told(areas: gpd.GeoSeries) -> None:
    older = set(places.RETIRED)
    locate = Locator(PostcodeDirectory(), areas, "2021", older)
    asked = [areas.index[3], f" {areas.index[4].lower()} ", "E01020101", "E01009999", "E02000001", None]
    located = locate(pd.DataFrame({"area_code": pd.array(asked, dtype="string")}))
    assert fates(located) == [
        Fate.USED,
        Fate.USED,
        Fate.WRONG_VINTAGE,
        Fate.OUTSIDE,
        Fate.MALFORMED,
        Fate.NO_ADDRESS,
    ]
    assert codes(located, locate)[:2] == list(areas.index[3:5])


def test_a_code_of_2021_is_of_another_vintage_in_a_build_of_2011() -> None:
    old = places.small_areas("2011").geometry
    located = Locator(PostcodeDirectory(), old, "2011")(pd.DataFrame({"area_code": ["E01035001"]}))
    assert fates(located) == [Fate.WRONG_VINTAGE]


def test_codes_of_the_other_vintage_are_those_of_other_files(tmp_path: Path) -> None:
    folder = read_folder(places.carried_folder(tmp_path / "elmshire"))
    assert codes_of_other_vintage(folder, "2021") == set(places.RETIRED)
    assert codes_of_other_vintage(folder, "2011") == set(places.CHANGED.values())


def test_a_point_comes_before_a_postcode_and_a_postcode_before_a_code(
    locate: Locator, areas: gpd.GeoSeries
) -> None:
    postcode = places.postcodes()["pcds"].iloc[20]
    by_postcode = codes(locate(pd.DataFrame({"postcode": [postcode]})), locate)[0]
    middle = areas.iloc[9].centroid
    nan = float("nan")
    addresses = pd.DataFrame(
        {
            "easting_m": [middle.x, nan, nan, 0.0, 1.0],
            "northing_m": [middle.y, nan, nan, 0.0, 1.0],
            "postcode": [postcode, postcode, "unknown", None, postcode],
            "area_code": [areas.index[2]] * 5,
        }
    )
    located = locate(addresses)
    assert codes(located, locate) == [
        areas.index[9],
        by_postcode,
        areas.index[2],
        areas.index[2],
        None,
    ]
    assert fates(located) == [Fate.USED] * 4 + [Fate.OUTSIDE]


def test_a_code_that_is_none_does_not_hide_what_was_wrong_with_the_postcode(locate: Locator) -> None:
    addresses = pd.DataFrame({"postcode": ["nfa", None], "area_code": ["none known", "none known"]})
    assert fates(locate(addresses)) == [Fate.PLACEHOLDER, Fate.MALFORMED]


def test_the_order_of_addresses_and_of_areas_plays_no_part(locate: Locator, areas: gpd.GeoSeries) -> None:
    asked = pd.DataFrame({"postcode": [*places.postcodes()["pcds"], "XXX", None]})
    order = np.random.default_rng(2).permutation(len(asked))
    one, other = locate(asked), locate(asked.iloc[order])
    assert one.area[order].tolist() == other.area.tolist()
    assert one.fate[order].tolist() == other.fate.tolist()
    turned = Locator(locate.directory, areas.iloc[::-1], "2021")
    assert turned.areas.equals(locate.areas)
    assert turned(asked).area.tolist() == one.area.tolist()


def test_no_address_is_no_fault(locate: Locator) -> None:
    none = locate(pd.DataFrame({"postcode": pd.Series([], dtype="string")}))
    assert (len(none.area), len(none.fate), len(none.terminated)) == (0, 0, 0)


def test_no_placeholder_is_a_sound_postcode() -> None:
    assert not is_placeholder(places.postcodes()["pcds"]).any()
    assert is_placeholder(pd.Series(["nfa", None, "ZE1 1AB"])).tolist() == [True, False, False]
