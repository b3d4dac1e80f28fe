"""Addresses become points, postcodes and codes; those that are no family homes are set apart."""

from pathlib import Path

import extracts
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from data.referral_rows import FATES, Fate, Role
from data.sources.referral_apart import APART, apart_by_line, apart_by_type
from data.sources.referral_hashes import Salt, Words, encode, mix
from data.sources.referral_places import read_grid_references, to_addresses

TO_GRID = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
LETTERS = {
    "SV": (0, 0),
    "TQ": (5, 1),
    "SJ": (3, 3),
    "NN": (2, 7),
    "HU": (4, 11),
    "SK": (4, 3),
    "NZ": (4, 5),
    "TA": (5, 4),
}
"""100 km squares and where they begin, in hundreds of kilometres east and north (Ordnance Survey)."""


@given(st.sampled_from(sorted(LETTERS)), st.integers(2, 5), st.integers(0, 99_999), st.integers(0, 99_999))
def test_grid_references_are_the_middle_of_their_squares(
    square: str, figures: int, east: int, north: int
) -> None:
    side = 10 ** (5 - figures)
    text = f"{square} {east // side:0{figures}d} {north // side:0{figures}d}"
    point = read_grid_references(pd.Series([text])).iloc[0]
    corner_east, corner_north = (hundreds * 100_000 for hundreds in LETTERS[square])
    assert point["easting_m"] == corner_east + east // side * side + side / 2
    assert point["northing_m"] == corner_north + north // side * side + side / 2


def typed(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({Role[n.upper()]: pd.array(v, "string") for n, v in columns.items()})


def test_what_is_no_grid_reference_says_so() -> None:
    frame, faults, _ = to_addresses(
        typed(grid_reference=["SJ 123 456", "SJ 12 345", "unknown", None, "II 12 34"])
    )
    assert np.isfinite(frame["easting_m"]).tolist() == [True, False, False, False, False]
    assert [FATES[n] if n >= 0 else None for n in faults] == [
        None, Fate.MALFORMED, Fate.PLACEHOLDER, None, Fate.MALFORMED,
    ]  # fmt: skip


@given(st.floats(-5, 1.5), st.floats(50.5, 55.5), st.booleans())
def test_degrees_are_brought_to_metres_the_right_way_round(lon: float, lat: float, swapped: bool) -> None:
    first, second = (lat, lon) if swapped else (lon, lat)
    frame, faults, turned = to_addresses(typed(longitude=[repr(first)], latitude=[repr(second)]))
    wanted = TO_GRID.transform(lon, lat)
    assert frame.iloc[0].to_numpy() == pytest.approx(wanted, abs=0.02)
    assert (faults.tolist(), turned) == ([-1], int(swapped))


def test_points_that_are_none_are_told_apart() -> None:
    frame, faults, _ = to_addresses(
        typed(easting=["400500", "0", "x", None, "9e9"], northing=["300500", "0", "300500", None, "1"])
    )
    assert frame["easting_m"].notna().tolist() == [True, False, False, False, False]
    assert [FATES[n] if n >= 0 else None for n in faults] == [
        None, Fate.PLACEHOLDER, Fate.MALFORMED, None, Fate.MALFORMED,
    ]  # fmt: skip


def test_a_false_point_gives_way_to_a_postcode(tmp_path: Path) -> None:
    frame = extracts.ssd(40).assign(Easting="400500", Northing="300500")
    frame.loc[:9, ["Easting", "Northing"]] = "0"
    frame.loc[10:12, ["Easting", "Northing"]] = None
    frame.loc[:4, "addr_address_postcode"] = None
    file = extracts.read_frame(frame, tmp_path)
    assert file.fates == {Fate.USED: 35, Fate.PLACEHOLDER: 5}


@pytest.mark.parametrize("column", ["Grid ref", "LSOA code", "points"])
def test_every_kind_of_place_is_read(tmp_path: Path, column: str) -> None:
    frame = extracts.ssd(40).drop(columns="addr_address_postcode")
    places = np.arange(40) % 4
    if column == "Grid ref":
        frame[column] = [f"SK {place:02d}5 005" for place in places]
    elif column == "LSOA code":
        frame[column] = extracts.AREAS[places]
    else:
        frame["x"], frame["y"] = 400_500 + 1_000 * places, 300_500
    frame.to_csv(tmp_path / "x.csv", index=False)
    found = extracts.read(tmp_path)
    assert found.files[0].fates == {Fate.USED: 40}
    assert np.bincount(found.rows.area).tolist() == [10, 10, 10, 10]


# Addresses that are no family homes

BY_TYPE = {
    "HOME": "", "Family home": "", "Permanent": "", "Private rented": "", "Council house": "",
    "Women's refuge": "refuge", "REFUGE": "refuge",
    "Temporary accommodation": "temporary accommodation", "B&B": "temporary accommodation",
    "Hotel": "temporary accommodation", "Hostel": "temporary accommodation",
    "Civic Centre": "council office", "Office address": "council office", "Council office": "council office",
    "Placement": "placement", "Foster carer": "placement", "Children's home": "placement",
    "Hospital": "institution",
}  # fmt: skip


@pytest.mark.parametrize("text", BY_TYPE)
def test_kinds_of_address_say_what_is_no_home(text: str) -> None:
    words = Words()
    words.number(pa.array([text, None]))
    number, missing = apart_by_type(words)
    assert ("" if number == 0 else APART[number - 1]) == BY_TYPE[text]
    assert missing == 0


BY_LINE = {
    "12 Hotel Street": "", "1 Refuge Road": "", "3 Foster Street": "", "Innsbruck House": "",
    "9 Civic Way": "", "The Grand Hotel, 4 High Street": "temporary accommodation",
    "Travelodge, Station Road": "temporary accommodation",
    "Anytown Refuge": "refuge", "Town Hall, Market Place": "council office",
    "c/o Social Services, Civic Centre": "council office", "Oak Lodge Children's Home": "placement",
}  # fmt: skip


@pytest.mark.parametrize("text", BY_LINE)
def test_words_of_an_address_say_what_is_no_home(text: str) -> None:
    number, missing = apart_by_line(pa.chunked_array([[text, None]]))
    assert ("" if number == 0 else APART[number - 1]) == BY_LINE[text]
    assert missing == 0


def test_rows_apart_are_counted_and_the_areas_they_would_distort_named(tmp_path: Path) -> None:
    frame = extracts.ssd(200).assign(addr_address_type="HOME", addr_address_line_1="1 High Street")
    frame["addr_address_postcode"] = np.repeat(["ZN1 1AA", "ZN2 1AA", "ZN3 1AA", "ZN4 1AA"], 50)
    frame.loc[0:6, "addr_address_type"] = "Refuge"  # 7 of 50 in the first area
    frame.loc[50:53, "addr_address_type"] = "Temporary accommodation"  # 4: too few
    frame.loc[100:104, "addr_address_line_1"] = "Civic Centre"  # 5 of 50
    frame.loc[150:154, ["addr_address_type", "addr_address_postcode"]] = ["Placement", "XXX"]
    file = extracts.read_frame(frame, tmp_path)
    assert file.fates == {Fate.USED: 179, Fate.APART: 21}
    assert file.apart == {"refuge": 7, "temporary accommodation": 4, "council office": 5, "placement": 5}
    assert file.apart_areas == (extracts.AREAS[0], extracts.AREAS[2])
    assert "addresses" in file.dropped


def test_a_fault_of_the_date_comes_before_the_address(tmp_path: Path) -> None:
    frame = extracts.ssd(40).assign(addr_address_type="HOME")
    frame.loc[:2, ["addr_address_type", "cine_referral_date"]] = ["Refuge", None]
    frame.loc[3:4, ["addr_address_postcode", "cine_referral_date"]] = [None, "no day"]
    frame.loc[5:6, ["addr_address_type", "addr_address_postcode"]] = ["Refuge", None]
    file = extracts.read_frame(frame, tmp_path)
    assert file.fates == {Fate.USED: 33, Fate.NO_DATE: 3, Fate.BAD_DATE: 2, Fate.APART: 2}


# Hashes


def test_hashes_differ_between_readings_and_agree_within_one() -> None:
    words = pa.array([f"child {n}" for n in range(1_000)])
    salt = Salt()
    first, again, other = salt.hash_words(words), salt.hash_words(words), Salt().hash_words(words)
    assert (first == again).all()
    assert not (first == other).any()
    assert len(np.unique(first)) == 1_000
    assert salt.hash_column(pa.array(["child 7", None, "child 7"])).tolist() == [first[7], 0, first[7]]
    assert not hasattr(salt, "__dict__")
    assert "child" not in repr(salt)


def test_mixed_numbers_differ_where_any_part_does() -> None:
    a, b = (part.ravel() for part in np.meshgrid(np.arange(300), np.arange(-150, 150)))
    mixed = mix(a, b.astype(np.int32))
    assert len(np.unique(mixed)) == 90_000
    assert (mixed[:5] == mix(a[:5], b[:5])).all()


def test_distinct_texts_are_numbered_over_batches() -> None:
    words = Words()
    numbers = [
        words.number(pa.array(batch, pa.string())).tolist()
        for batch in (["a", None, "b"], ["b", "c", "a", "a"], [])
    ]
    assert numbers == [[0, -1, 1], [1, 2, 0, 0], []]
    assert (words.texts, words.rows.tolist()) == (["a", "b", "c"], [3, 2, 1])
    codes, distinct = encode(pa.chunked_array([["x"], [None, "x", "y"]]))
    assert (codes.tolist(), distinct.to_pylist()) == ([0, -1, 0, 1], ["x", "y"])
