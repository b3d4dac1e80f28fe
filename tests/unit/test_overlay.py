"""Places laid over areas: counted where they stand, measured to the nearest, never 0 where none is known."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from told_places import Directory, elmshire, record, source

from data.errors import GeographyError
from data.indicators import Group, Kind
from data.provenance import Status
from geo.area_table import AreaTable
from geo.origins import origins_of
from geo.overlay import overlay_assets
from geo.places import Places, make_places

AREAS = elmshire()
OAKMERE = AREAS.select("E06000901")
ORIGINS = origins_of(AREAS, gpd.GeoSeries([], crs=27700))[0]
NORTH = 4_500.0
"""Metres from Elmshire's corner to the middle of a row of squares in its second council."""


def places_at(*rows: dict[str, object], areas: AreaTable = AREAS) -> Places:
    return make_places([source("a.csv", rows)], Directory(), areas, 3_000.0).places


def overlaid(*rows: dict[str, object], areas: AreaTable = AREAS) -> AreaTable:
    return overlay_assets(areas, places_at(*rows, areas=areas), ORIGINS)


def test_places_are_counted_where_they_stand_and_measured_from_the_origin() -> None:
    rows = [record("Quay", 500, 500), record("Marsh", 700, 500), record("Fen", 500, NORTH)]
    table = overlaid(*rows)
    assert table.frame.loc["E01035001", "asset_library"] == 2
    assert table.frame["asset_library"].sum() == 3
    assert table.frame.loc["E01035001", "access_library_m"] == 0
    assert table.frame.loc["E01035002", "access_library_m"] == 800
    assert table.status[["asset_library", "access_library_m"]].eq(Status.OBSERVED.value).all(axis=None)
    assert AREAS.indicators == ["pop_0_17"]


def test_a_kind_that_is_known_nowhere_in_a_council_is_missing_there_and_not_0() -> None:
    table = overlaid(record("Quay", 500, 500), record("Fen", 500, NORTH, kind="school"))
    columns = ["asset_library", "access_library_m"]
    first = table.frame["la_code"] == "E06000901"
    assert table.frame.loc[first, columns].notna().all(axis=None)
    assert table.frame.loc[~first, columns].isna().all(axis=None)
    assert table.status.loc[~first, columns].eq(Status.MISSING.value).all(axis=None)
    assert table.frame.loc[first, "asset_school"].isna().all()


def test_in_a_build_of_one_council_none_is_none() -> None:
    table = overlaid(record("Across", 500, NORTH), areas=OAKMERE)
    assert table.frame["asset_library"].eq(0).all()
    assert table.frame["access_library_m"].notna().all()
    assert table.dictionary["asset_library"].caveat == ""


def test_one_council_of_a_wider_build_keeps_what_is_unknown_there() -> None:
    wide = places_at(record("Fen", 500, NORTH))
    table = overlay_assets(OAKMERE, wide, ORIGINS)
    assert table.frame[["asset_library", "access_library_m"]].isna().all(axis=None)


def test_places_across_the_border_are_near_but_not_counted() -> None:
    table = overlaid(record("Across", -400, 500), record("Fen", 3_500, 500), record("Far", 500, NORTH))
    assert table.frame["asset_library"].sum() == 2
    assert table.frame.loc["E01035001", "access_library_m"] == 900


def test_how_unevenly_a_kind_is_known_is_said() -> None:
    both = [record("Quay", 500, 500, detail="Branch"), record("Fen", 500, NORTH, detail="Branch")]
    mobile = source("b.csv", [record("Van", 2_500, 500, detail="Mobile library")])
    draft = make_places([source("a.csv", both), mobile], Directory(), AREAS, 0.0)
    words = "Mobile library is known in 1 of 2 councils only, so numbers there are not comparable."
    dictionary = overlay_assets(AREAS, draft.places, ORIGINS).dictionary
    assert dictionary["asset_library"].caveat == dictionary["access_library_m"].caveat == words


def test_a_detail_that_is_rare_in_a_file_of_all_councils_is_not_unevenly_known() -> None:
    rows = [record("Quay", 500, 500, detail="Branch"), record("Fen", 500, NORTH, detail="Mobile library")]
    assert overlaid(*rows).dictionary["asset_library"].caveat == ""


def test_a_kind_that_is_known_in_one_council_says_so() -> None:
    table = overlaid(record("Quay", 500, 500))
    assert table.dictionary["asset_library"].caveat == "Libraries are known in 1 of 2 councils only."


def test_few_of_many_uneven_details_are_named() -> None:
    both = [record("Quay", 500, 500), record("Fen", 500, NORTH)]
    some = [record(f"Hall {n}", 100 + 200 * n, 2_500, detail=f"Type {n}") for n in range(5)]
    draft = make_places([source("a.csv", both), source("b.csv", some)], Directory(), AREAS, 0.0)
    assert overlay_assets(AREAS, draft.places, ORIGINS).dictionary["asset_library"].caveat == (
        "Known in some of 2 councils only: Type 0 (1), Type 1 (1), Type 2 (1) and 2 more types. "
        "Numbers there are not comparable."
    )


def test_the_dictionary_says_what_the_columns_are() -> None:
    table = overlaid(record("Quay", 500, 500))
    count, reach = table.dictionary["asset_library"], table.dictionary["access_library_m"]
    assert (count.label, count.kind, count.group) == ("Libraries: number", Kind.COUNT, Group.ASSETS)
    assert (reach.label, reach.kind, reach.group) == ("Nearest library", Kind.RATE, Group.ACCESS)
    assert (count.unit, count.polarity, reach.unit, reach.polarity) == (
        "places",
        "neutral",
        "m",
        "high_is_worse",
    )
    assert reach.denominator == "pop_0_17"
    assert "to the nearest library, in metres" in reach.meaning


@pytest.mark.parametrize(("column", "expected"), [("pop_0_15", "pop_0_15"), ("pop_total", None)])
def test_a_distance_is_averaged_over_the_children_that_are_known(column: str, expected: str | None) -> None:
    table = overlaid(record("Quay", 500, 500), areas=elmshire(**{column: 10.0}))
    assert table.dictionary["access_library_m"].denominator == expected


def test_other_places_are_counted_and_no_distance_is_told() -> None:
    table = overlaid(record("Shed", 500, 500, kind="other"))
    assert [c for c in table.indicators if c.startswith(("asset_", "access_"))] == ["asset_other"]


def test_no_places_lay_nothing_over() -> None:
    table = overlay_assets(AREAS, Places.empty(), ORIGINS)
    assert table.indicators == AREAS.indicators


def test_each_column_names_its_files_once() -> None:
    files = [source(f"{n}.csv", [record(f"Hall {n}", 100 + 300 * n, 500)]) for n in range(5)]
    draft = make_places(files, Directory(), AREAS, 0.0)
    pedigree = overlay_assets(AREAS, draft.places, ORIGINS).provenance["access_library_m"]
    assert pedigree.file == "0.csv, 1.csv, 2.csv and 2 more"
    assert pedigree.source == "Digital boundaries"
    assert "straight line" in pedigree.steps[0]


def test_an_area_without_an_origin_is_an_error() -> None:
    with pytest.raises(GeographyError, match="1 of 24 areas have no origin to measure from: E01035001"):
        overlay_assets(AREAS, Places.empty(), ORIGINS.drop("E01035001"))


SPOT = st.tuples(st.integers(-900, 4_900), st.integers(-900, 6_900), st.sampled_from(["library", "school"]))


@given(st.lists(SPOT, max_size=12))
def test_counts_and_distances_equal_brute_force(spots: list[tuple[int, int, str]]) -> None:
    rows = [record(f"Hall {n}", x + 0.5, y + 0.5, kind=kind) for n, (x, y, kind) in enumerate(spots)]
    places = places_at(*rows)
    table = overlay_assets(AREAS, places, ORIGINS[::-1])
    for kind, mine in places.frame.groupby("kind"):
        for code, area in AREAS.frame.iterrows():
            council = AREAS.frame[AREAS.frame["la_code"] == area["la_code"]]
            known = any(shapely.intersects(shape, p) for shape in council.geometry for p in mine.geometry)
            count, reach = table.frame.loc[code, [f"asset_{kind}", f"access_{kind}_m"]]
            if not known:
                assert pd.isna(count)
                assert pd.isna(reach)
            else:
                assert count == sum(area.geometry.intersects(p) for p in mine.geometry)
                assert reach == pytest.approx(
                    min(ORIGINS[code].distance(p) for p in mine.geometry), abs=0.051
                )
    assert np.isfinite(table.frame["pop_0_17"]).all()
