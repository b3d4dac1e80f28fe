"""Places laid over areas: counted where they stand, measured to the nearest, never 0 where none is known."""

from dataclasses import replace

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
from geo.builds import BuildParts
from geo.kind_reach import Served
from geo.overlay import overlay_assets
from geo.places import Places, make_places
from geo.reach_columns import ReachColumn, read_column
from tests.small_builds import parts_of

AREAS = elmshire()
OAKMERE = AREAS.select("E06000901")
BUILD = parts_of(AREAS)
"""A build of all areas, without places: people set out from the middle of each."""

M_A_MINUTE = 80 / 1.3
"""How far people come in a minute, in a straight line."""

NORTH = 4_500.0
"""Metres from Elmshire's corner to the middle of a row of squares in its second council."""


def places_at(*rows: dict[str, object], areas: AreaTable = AREAS) -> Places:
    return make_places([source("a.csv", rows)], Directory(), areas, 3_000.0).places


def build_with(places: Places) -> BuildParts:
    return replace(BUILD, places=places)


def overlaid(*rows: dict[str, object], areas: AreaTable = AREAS) -> AreaTable:
    return overlay_assets(areas, build_with(places_at(*rows, areas=areas)))


def test_places_are_counted_where_they_stand_and_measured_from_the_origin() -> None:
    rows = [record("Quay", 500, 500), record("Marsh", 700, 500), record("Fen", 500, NORTH)]
    table = overlaid(*rows)
    assert table.frame.loc["E01035001", "asset_library"] == 2
    assert table.frame["asset_library"].sum() == 3
    assert table.frame.loc["E01035001", "access_library_min"] == 0
    assert table.frame.loc["E01035002", "access_library_min"] == 13.0  # 800 m times 1.3 at 4.8 km an hour
    assert table.frame["access_library_share"].value_counts().to_dict() == {0.0: 21, 1.0: 3}
    columns = ["asset_library", "access_library_min", "access_library_share"]
    assert table.status[columns].eq(Status.OBSERVED.value).all(axis=None)
    assert AREAS.indicators == ["pop_0_17"]


def test_a_kind_that_is_known_nowhere_in_a_council_is_missing_there_and_not_0() -> None:
    table = overlaid(record("Quay", 500, 500), record("Fen", 500, NORTH, kind="school"))
    columns = ["asset_library", "access_library_min"]
    first = table.frame["la_code"] == "E06000901"
    assert table.frame.loc[first, columns].notna().all(axis=None)
    assert table.frame.loc[~first, columns].isna().all(axis=None)
    assert table.status.loc[~first, columns].eq(Status.MISSING.value).all(axis=None)
    assert table.frame.loc[first, "asset_school"].isna().all()


def test_in_a_build_of_one_council_none_is_none() -> None:
    table = overlaid(record("Across", 500, NORTH), areas=OAKMERE)
    assert table.frame["asset_library"].eq(0).all()
    assert table.frame["access_library_min"].notna().all()
    assert table.dictionary["asset_library"].caveat == ""


def test_one_council_of_a_wider_build_keeps_what_is_unknown_there() -> None:
    wide = places_at(record("Fen", 500, NORTH))
    table = overlay_assets(OAKMERE, build_with(wide))
    assert table.frame[["asset_library", "access_library_min"]].isna().all(axis=None)


def test_places_across_the_border_are_near_but_not_counted() -> None:
    table = overlaid(record("Across", -400, 500), record("Fen", 3_500, 500), record("Far", 500, NORTH))
    assert table.frame["asset_library"].sum() == 2
    assert table.frame.loc["E01035001", "access_library_min"] == pytest.approx(900 / M_A_MINUTE)


def test_how_unevenly_a_kind_is_known_is_said() -> None:
    both = [record("Quay", 500, 500, detail="Branch"), record("Fen", 500, NORTH, detail="Branch")]
    mobile = source("b.csv", [record("Van", 2_500, 500, detail="Mobile library")])
    draft = make_places([source("a.csv", both), mobile], Directory(), AREAS, 0.0)
    words = "Mobile library is known in 1 of 2 councils only, so numbers there are not comparable."
    dictionary = overlay_assets(AREAS, build_with(draft.places)).dictionary
    assert dictionary["asset_library"].caveat == dictionary["access_library_min"].caveat == words


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
    assert overlay_assets(AREAS, build_with(draft.places)).dictionary["asset_library"].caveat == (
        "Known in some of 2 councils only: Type 0 (1), Type 1 (1), Type 2 (1) and 2 more types. "
        "Numbers there are not comparable."
    )


def test_the_dictionary_says_what_the_columns_are() -> None:
    table = overlaid(record("Quay", 500, 500))
    count, reach = table.dictionary["asset_library"], table.dictionary["access_library_min"]
    assert (count.label, count.kind, count.group) == ("Libraries: number", Kind.COUNT, Group.ASSETS)
    share = table.dictionary["access_library_share"]
    assert (reach.label, reach.kind, reach.group) == (
        "Nearest library: minutes’ walk",
        Kind.RATE,
        Group.ACCESS,
    )
    assert share.label == "Homes near libraries: share within 15 minutes’ walk"
    assert (count.unit, count.polarity, reach.unit, reach.polarity) == (
        "places",
        "neutral",
        "minutes’ walk",
        "high_is_worse",
    )
    assert (share.unit, share.polarity) == ("share of homes within 15 minutes’ walk", "low_is_worse")
    assert reach.denominator == share.denominator == "pop_0_17"
    assert (
        "from the area's homes to the nearest library: half of the homes have no further to go"
        in reach.meaning
    )
    assert reach.method == share.method
    assert "1.3 times as long for the streets, at 4.8 km an hour" in reach.method


@pytest.mark.parametrize(("column", "expected"), [("pop_0_15", "pop_0_15"), ("pop_total", None)])
def test_a_distance_is_averaged_over_the_children_that_are_known(column: str, expected: str | None) -> None:
    table = overlaid(record("Quay", 500, 500), areas=elmshire(**{column: 10.0}))
    assert table.dictionary["access_library_min"].denominator == expected


def test_other_places_are_counted_and_no_distance_is_told() -> None:
    table = overlaid(record("Shed", 500, 500, kind="other"))
    assert [c for c in table.indicators if c.startswith(("asset_", "access_"))] == ["asset_other"]


def test_no_places_lay_nothing_over() -> None:
    table = overlay_assets(AREAS, BUILD)
    assert table.indicators == AREAS.indicators


def test_each_column_names_its_files_once() -> None:
    files = [source(f"{n}.csv", [record(f"Hall {n}", 100 + 300 * n, 500)]) for n in range(5)]
    draft = make_places(files, Directory(), AREAS, 0.0)
    pedigree = overlay_assets(AREAS, build_with(draft.places)).provenance["access_library_min"]
    assert pedigree.file == "0.csv, 1.csv, 2.csv and 2 more"
    assert pedigree.source == "Digital boundaries"
    assert "straight line" in pedigree.steps[0]


def test_an_area_without_a_start_is_an_error() -> None:
    fewer = replace(BUILD, starts=BUILD.starts[BUILD.starts["area_code"] != "E01035001"])
    with pytest.raises(GeographyError, match="1 of 24 areas have no point to set out from: E01035001"):
        overlay_assets(AREAS, fewer)


def test_an_area_can_be_partly_within_reach() -> None:
    mine = (BUILD.starts["area_code"] == "E01035001").to_numpy()
    three = BUILD.starts[mine].iloc[[0, 0, 0]].assign(weight=[0.2, 0.5, 0.3])
    middle = three.geometry.iloc[0]
    three.geometry = [shapely.Point(middle.x, middle.y - y) for y in (5_000, 0, 900)]
    starts = pd.concat([BUILD.starts[~mine], three], ignore_index=True)
    places = places_at(record("Quay", 500, 500), record("Fen", 500, NORTH))
    found = overlay_assets(AREAS, replace(BUILD, starts=starts, places=places)).frame.loc["E01035001"]
    assert found["access_library_min"] == 0.0
    assert found["access_library_share"] == 0.8


def test_transport_is_not_shared_out_among_children() -> None:
    rows = [record("Stop", 500, 500, kind="transport"), record("Quay", 500, 500)]

    def serving(kind: str, ids: pd.Index) -> Served:
        return Served("pop_0_17", AREAS.frame["pop_0_17"], pd.Series(2.0, ids), "sessions a week", ("So.",))

    table = overlay_assets(OAKMERE, build_with(places_at(*rows, areas=OAKMERE)), serving)
    found = [column for column in table.indicators if column.startswith("access_")]
    assert found == [
        *("access_library_min", "access_transport_min"),
        *("access_library_share", "access_transport_share"),
        "access_library_per_1k",
    ]
    entry = table.dictionary["access_library_per_1k"]
    assert entry.label == "Libraries for each 1,000 children within reach: sessions a week"
    assert entry.unit == "sessions a week for each 1,000 children"
    assert entry.caveat.startswith("So. Children beyond the border are not known")


def test_what_children_have_of_a_place_adds_up_to_what_it_supplies() -> None:
    children = AREAS.frame["pop_0_17"].astype(float).copy()
    children.iloc[3] = np.nan

    def serving(kind: str, ids: pd.Index) -> Served:
        return Served("pop_0_17", children, pd.Series([3.0, 5.0], ids), "places")

    places = places_at(record("Quay", 500, 500), record("Fen", 500, NORTH))
    score = overlay_assets(AREAS, build_with(places), serving).frame["access_library_per_1k"]
    assert score.isna().tolist() == children.isna().tolist()
    assert (score * children / 1_000).sum() == pytest.approx(8.0)


def test_the_columns_say_what_they_tell() -> None:
    for what in ReachColumn:
        assert read_column(what.of("family_hub")) == ("family_hub", what)


def test_settings_change_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [record("Quay", 600, 500), record("Fen", 500, NORTH)]
    before = overlaid(*rows)
    monkeypatch.setenv("ATLAS_WALK_KMH", "2.4")
    slow = overlaid(*rows)
    assert np.allclose(slow.frame["access_library_min"], 2 * before.frame["access_library_min"], atol=0.11)
    assert slow.frame["access_library_share"].sum() < before.frame["access_library_share"].sum()
    monkeypatch.setenv("ATLAS_REACH_MIN", "30")
    assert overlaid(*rows).frame["access_library_share"].equals(before.frame["access_library_share"])


SPOT = st.tuples(st.integers(-900, 4_900), st.integers(-900, 6_900), st.sampled_from(["library", "school"]))


@given(st.lists(SPOT, max_size=12))
def test_counts_and_distances_equal_brute_force(spots: list[tuple[int, int, str]]) -> None:
    rows = [record(f"Hall {n}", x + 0.5, y + 0.5, kind=kind) for n, (x, y, kind) in enumerate(spots)]
    places = places_at(*rows)
    table = overlay_assets(AREAS, replace(BUILD, places=places, starts=BUILD.starts[::-1]))
    origins = BUILD.starts.set_index("area_code").geometry
    for kind, mine in places.frame.groupby("kind"):
        for code, area in AREAS.frame.iterrows():
            council = AREAS.frame[AREAS.frame["la_code"] == area["la_code"]]
            known = any(shapely.intersects(shape, p) for shape in council.geometry for p in mine.geometry)
            columns = [f"asset_{kind}", f"access_{kind}_min", f"access_{kind}_share"]
            count, reach, share = table.frame.loc[code, columns]
            if not known:
                assert pd.isna(count)
                assert pd.isna(reach)
                assert pd.isna(share)
            else:
                assert count == sum(area.geometry.intersects(p) for p in mine.geometry)
                minutes = min(origins[code].distance(p) for p in mine.geometry) / M_A_MINUTE
                assert reach == pytest.approx(minutes, abs=0.051)
                assert share == (minutes <= 15)
    assert np.isfinite(table.frame["pop_0_17"]).all()
