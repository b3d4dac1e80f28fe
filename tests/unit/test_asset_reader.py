"""Places are read from any table or layer by content; what must not be shown is withheld."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.errors import GeographyError, SourceError
from data.sources import assets
from data.sources.asset_rows import CHARITY_NOTE, UNTOLD_NOTE
from data.sources.base import AssetSource
from data.sources.layers import open_layers
from data.tables import read_tables

LON, LAT = -1.5, 54.9
EAST, NORTH = 432_000.0, 560_000.0


def places(count: int = 4, **columns: object) -> pd.DataFrame:
    """A table of libraries with degrees and postcodes; a column given as None is left out."""
    base: dict[str, object] = {
        "name": [f"Elm {n} Library" for n in range(count)],
        "type": "Library",
        "postcode": [f"ZN1 {n}AA" for n in range(count)],
        "lon": LON + np.arange(count) / 100,
        "lat": LAT + np.arange(count) / 100,
    }
    made = base | columns
    return pd.DataFrame({k: v for k, v in made.items() if v is not None}, index=range(count))


def try_table(frame: pd.DataFrame, tmp_path: Path, kind: str | None = None) -> AssetSource | None:
    path = tmp_path / "file.csv"
    frame.to_csv(path, index=False)
    (table,) = read_tables(path)
    return assets.recognise(table, kind)


def read_table(frame: pd.DataFrame, tmp_path: Path, kind: str | None = None) -> AssetSource:
    source = try_table(frame, tmp_path, kind)
    assert source is not None
    assert source.rows == len(source.frame) + len(source.rejected)
    return source


def try_layer(layer: gpd.GeoDataFrame, tmp_path: Path) -> AssetSource | None:
    path = tmp_path / "file"
    layer.to_parquet(path)
    (opened,) = open_layers(path)
    return assets.recognise_layer(opened)


def read_layer(layer: gpd.GeoDataFrame, tmp_path: Path) -> AssetSource:
    source = try_layer(layer, tmp_path)
    assert source is not None
    assert source.rows == len(source.frame) + len(source.rejected)
    return source


def buildings(offsets: list[float], names: list[str], kind: str = "Hospital") -> gpd.GeoDataFrame:
    """Buildings 10 m wide, at distances along a line, in the columns of Ordnance Survey."""
    boxes = [shapely.box(EAST + x, NORTH, EAST + x + 10, NORTH + 10) for x in offsets]
    columns = {"DISTNAME": names, "BUILDGTHEM": "Medical Care", "CLASSIFICA": kind, "FEATCODE": "15020"}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:27700")


def reasons(source: AssetSource) -> dict[int, str]:
    return dict(zip(source.rejected["row"], source.rejected["reason"], strict=True))


# Where places lie


def test_degrees_become_metres(tmp_path: Path) -> None:
    source = read_table(places(), tmp_path)
    expected = gpd.GeoSeries.from_xy([LON], [LAT], crs="EPSG:4326").to_crs("EPSG:27700")[0]
    assert source.frame["easting_m"][0] == pytest.approx(expected.x, abs=0.01)
    assert source.frame["northing_m"][0] == pytest.approx(expected.y, abs=0.01)
    assert set(source.frame["located_by"]) == {"coordinates"}
    assert source.why == "places: its columns name, postcode, lon and lat; kind told by “type”"


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("Easting", "Northing"),
        ("X_REF", "Y_REF"),
        ("X", "Y"),
        ("GEOX", "GEOY"),
        ("EASTINGS", "NORTHINGS"),
        ("lon", "lat"),
        ("lng", "lat"),
        ("Longitude", "Latitude"),
    ],
)
def test_the_system_is_told_by_values_whatever_the_columns_are_called(tmp_path: Path, x: str, y: str) -> None:
    degrees = places().rename(columns={"lon": x, "lat": y})
    metres = places(lon=None, lat=None).assign(**{x: [EAST] * 4, y: NORTH + np.arange(4.0)})
    assert read_table(degrees, tmp_path).frame["easting_m"].between(431_000, 435_000).all()
    assert (read_table(metres, tmp_path).frame["easting_m"] == EAST).all()


def test_degrees_under_a_name_for_metres_are_noted(tmp_path: Path) -> None:
    source = read_table(places().rename(columns={"lon": "Easting", "lat": "Northing"}), tmp_path)
    assert "Easting and Northing hold longitude and latitude, and were read so" in source.notes


def test_web_mercator_is_understood(tmp_path: Path) -> None:
    points = gpd.GeoSeries.from_xy([LON] * 4, [LAT] * 4, crs="EPSG:4326").to_crs("EPSG:3857")
    source = read_table(places(lon=points.x, lat=points.y), tmp_path)
    right = read_table(places(lon=LON, lat=LAT), tmp_path)
    assert np.allclose(source.frame["easting_m"], right.frame["easting_m"], atol=0.1)


def test_latitude_and_longitude_swapped_throughout_are_mended(tmp_path: Path) -> None:
    right = read_table(places(), tmp_path)
    frame = places()
    swapped = read_table(frame.assign(lon=frame["lat"], lat=frame["lon"]), tmp_path)
    assert np.allclose(swapped.frame["easting_m"], right.frame["easting_m"])
    assert any("wrong way round" in note for note in swapped.notes)


def test_latitude_and_longitude_swapped_in_some_rows_are_refused(tmp_path: Path) -> None:
    frame = places(lon=[LAT, LAT, LON, LON], lat=[LON, LON, LAT, LAT])
    with pytest.raises(GeographyError, match="mixes coordinates in its columns lon and lat"):
        read_table(frame, tmp_path)


def test_a_postcode_alone_is_enough(tmp_path: Path) -> None:
    source = read_table(places(lon=None, lat=None), tmp_path)
    assert set(source.frame["located_by"]) == {"postcode"}
    assert source.frame["easting_m"].isna().all()
    assert source.frame["postcode"].tolist() == ["ZN1 0AA", "ZN1 1AA", "ZN1 2AA", "ZN1 3AA"]


def test_bad_coordinates_fall_back_on_the_postcode_or_are_rejected(tmp_path: Path) -> None:
    frame = places(6, lon=[LON, 0, 2.35, LON, 0, None], lat=[LAT, 0, 48.86, LAT, 0, None])
    frame.loc[[4, 5], "postcode"] = None
    source = read_table(frame, tmp_path)
    assert source.frame["located_by"].to_dict() == {
        0: "coordinates",
        1: "postcode",
        2: "postcode",
        3: "coordinates",
    }
    assert reasons(source) == {
        5: "its coordinates are 0, 0, and it has no postcode",
        6: "no coordinates and no postcode",
    }
    assert any(note.startswith("2 rows are placed by their postcode") for note in source.notes)


def test_one_point_for_all_rows_is_not_used(tmp_path: Path) -> None:
    frame = places(25, lon=LON, lat=LAT, postcode=None)
    source = read_table(frame, tmp_path)
    assert len(source.frame) == 0
    assert any("one and the same coordinates" in note for note in source.notes)


# What kind they are


def test_types_tell_row_by_row_and_the_published_type_is_kept(tmp_path: Path) -> None:
    source = read_table(places(type=["Library", "Food bank", "Dentist|Clinic", "Zorb"]), tmp_path)
    assert source.frame["kind"].tolist() == ["library", "food", "health", "other"]
    assert source.frame["detail"].tolist() == ["Library", "Food bank", "Dentist", "Zorb"]
    assert "1 rows whose type tells no known kind count as other places" in source.notes


def test_names_tell_where_most_agree(tmp_path: Path) -> None:
    source = read_table(places(type=None), tmp_path)
    assert set(source.frame["kind"]) == {"library"}
    assert source.why.endswith("kind told by most of “name”")


def test_names_of_many_kinds_tell_nothing(tmp_path: Path) -> None:
    names = ["Elm School", "St Anne's Church", "Elm Village Hall", "Elm Library"]
    source = read_table(places(type=None, name=names), tmp_path)
    assert set(source.frame["kind"]) == {"untold"}
    assert source.frame["detail"].isna().all()
    assert UNTOLD_NOTE in source.notes


def test_descriptions_tell_where_most_agree(tmp_path: Path) -> None:
    words = ["Counselling for adults", "Help with anxiety", "Peer support", "Advice line"]
    source = read_table(places(type=None, name=list("ABCD"), description=words), tmp_path)
    assert set(source.frame["kind"]) == {"health"}


def test_a_forced_kind_is_taken(tmp_path: Path) -> None:
    source = read_table(places(type=None, name=["Ash", "Elm", "Oak", "Yew"]), tmp_path, kind="advice")
    assert set(source.frame["kind"]) == {"advice"}
    with pytest.raises(SourceError, match="not a kind of place"):
        read_table(places(), tmp_path, kind="castle")


def test_headers_tell(tmp_path: Path) -> None:
    stops = places(type=None).rename(columns={"name": "common_name"}).assign(atco_code=list("abcd"))
    food = places(type=None, name=list("ABCD")).assign(**{"Referral method": "x", "Opening times": "y"})
    chemists = places(type=None).rename(columns={"name": "pharmacy_name"})
    assert set(read_table(stops, tmp_path).frame["kind"]) == {"transport"}
    assert set(read_table(food, tmp_path).frame["kind"]) == {"food"}
    assert set(read_table(chemists, tmp_path).frame["detail"]) == {"Pharmacy"}
    assert read_table(stops, tmp_path).entry == "naptan"
    assert read_table(places(), tmp_path).entry == "places"


def test_schools_nurseries_and_closed_ones_of_the_register(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "URN": ["1", "2", "3", "4", "5"],
            "EstablishmentName": ["Elm", "Oak", "Ash", "Yew", "Fir"],
            "TypeOfEstablishment (name)": [
                "Community school",
                "Local authority nursery school",
                "Children's centre",
                "Academy converter",
                "Community school",
            ],
            "EstablishmentStatus (name)": [
                "Open",
                "Open, but proposed to close",
                "Open",
                "Closed",
                "Proposed to open",
            ],
            "HeadFirstName": "Sam",
            "Postcode": "ZN1 1AA",
            "Easting": EAST,
            "Northing": NORTH,
        }
    )
    source = read_table(frame, tmp_path)
    assert source.frame["kind"].tolist() == ["school", "early_years", "family_hub"]
    assert source.frame["identifier"].tolist() == ["1", "2", "3"]
    assert reasons(source) == {4: "closed", 5: "not open yet"}
    assert source.entry == "gias"
    assert "Sam" not in source.frame.to_string()


def test_charities_are_set_aside_with_the_reason(tmp_path: Path) -> None:
    frame = places(type=None, name=None, lon=None, lat=None, postcode=None).assign(
        registered_charity_number=list("1234"), charity_name="Elm", charity_contact_postcode="ZN1 1AA"
    )
    source = read_table(frame, tmp_path)
    assert set(source.frame["kind"]) == {"charity"}
    assert source.entry == "charities"
    assert source.frame["postcode"].notna().all()
    assert CHARITY_NOTE in source.notes


# What is withheld, and what is never kept


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("name", "Elm Women’s Refuge"),
        ("type", "Children's homes"),
        ("description", "Safe accommodation for families"),
        ("name", "Elm Domestic Abuse Service"),
        ("name", "Elm Contact Centre"),
    ],
)
def test_confidential_places_are_withheld_and_never_named(tmp_path: Path, column: str, text: str) -> None:
    frame = places(description="Books")
    frame.loc[2, "name"] = "Thornfield"
    frame.loc[2, column] = f"{text} at Thornfield"
    source = read_table(frame, tmp_path)
    assert 2 not in source.frame.index
    assert reasons(source)[3].startswith("may be a confidential place (")
    assert source.rejected["value"].isna().all()
    told = source.frame.to_string() + source.rejected.to_string() + " ".join(source.notes)
    assert "Thornfield" not in told


def test_words_that_only_look_confidential_are_kept(tmp_path: Path) -> None:
    frame = places(
        name=["Refugee Support Library", "Elm Wildlife Refuge Library", "Oak Library", "Ash Library"],
        address="3 Safe House Lane, Refuge Row",
    )
    assert len(read_table(frame, tmp_path).frame) == 4


def test_confidential_places_stay_withheld_when_the_kind_is_forced(tmp_path: Path) -> None:
    source = read_table(places(name=["A", "B", "C", "Elm Refuge"]), tmp_path, kind="advice")
    assert len(source.frame) == 3


def test_childminders_and_inactive_providers_are_not_shown(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "Provider URN": ["EY1", "EY2", "EY3"],
            "Provider name": ["Elm Nursery", "Pat Rowan", "Oak Nursery"],
            "Provider type": ["Childcare on non-domestic premises", "Childminder", "Childcare"],
            "Provider status": ["Active", "Active", "Suspended"],
            "Provider postcode": "ZN1 1AA",
        }
    )
    source = read_table(frame, tmp_path)
    assert source.frame["kind"].tolist() == ["early_years"]
    assert reasons(source) == {2: "a private home, such as a childminder's", 3: "not active (“Suspended”)"}
    assert "Rowan" not in source.rejected.to_string()


def test_status_words_of_providers_other_than_active_are_not_shown(tmp_path: Path) -> None:
    source = read_table(places(provider_status=["Active", "Paused", "Open", None]), tmp_path)
    assert reasons(source) == {2: "not active (“Paused”)"}


def test_types_of_openstreetmap_are_read(tmp_path: Path) -> None:
    frame = places(type=None, amenity=["place_of_worship", "community_centre", "library", "bench"])
    source = read_table(frame, tmp_path)
    assert source.frame["kind"].tolist() == ["faith", "community_centre", "library", "other"]
    assert source.frame["detail"][0] == "place of worship"


def test_names_of_people_are_withheld_where_the_kind_is_not_told(tmp_path: Path) -> None:
    source = read_table(places(type=None, name=["Mrs A Rowan", "Elm", "Oak", "Ash"]), tmp_path)
    assert reasons(source) == {1: "its name looks like a person's"}


def test_contacts_are_never_kept(tmp_path: Path) -> None:
    frame = places(
        telephone="01632 960000",
        email="sam@elm.example",
        contact="Sam",
        website="elm.example",
        address="1 Elm Row, sam@elm.example",
    )
    source = read_table(frame, tmp_path)
    text = source.frame.to_string()
    assert source.frame["address"].str.startswith("1 Elm Row").all()
    assert not any(word in text for word in ("960000", "elm.example", "Sam"))


def test_hostile_text_is_cut_and_kept_as_text(tmp_path: Path) -> None:
    names = ["=HYPERLINK(1) Library", "<script>alert(1)</script> Library", "x" * 10_000, "Elm\x07 Library"]
    source = read_table(places(name=names, address="y" * 10_000), tmp_path)
    assert source.frame["name"].tolist()[:2] == names[:2]
    assert source.frame["name"].str.len().max() == 200
    assert source.frame["address"].str.len().max() == 300
    assert all(name.isprintable() for name in source.frame["name"])


def test_words_for_nothing_become_missing(tmp_path: Path) -> None:
    source = read_table(places(postcode=["ZN1 1AA", "REDACTED", "Unknown", "ZN1 2AA"]), tmp_path)
    assert source.frame["postcode"].isna().tolist() == [False, True, True, False]


def test_facilities_of_one_site_are_one_establishment(tmp_path: Path) -> None:
    source = read_table(places(site_id=["7", "7", "8", None]), tmp_path)
    assert source.frame["establishment"].tolist() == ["0", "0", "2", "3"]


def test_parts_of_an_address_are_joined(tmp_path: Path) -> None:
    source = read_table(places(Street="1 Elm Row", Town="Ashby", County=None), tmp_path)
    assert set(source.frame["address"]) == {"1 Elm Row, Ashby"}


# What is no table of places


@pytest.mark.parametrize(
    "column",
    ["Date of Birth", "UPN", "nhs_number", "child_id", "referral_date", "surname", "PersonBirthDate"],
)
def test_records_of_people_are_refused(tmp_path: Path, column: str) -> None:
    assert try_table(places().assign(**{column: "x"}), tmp_path) is None


def test_other_tables_are_refused(tmp_path: Path) -> None:
    bare = places(type=None, name=None)
    areas = places(type=None, postcode=None, name=list("ABCD"), code=[f"E0500000{n}" for n in range(4)])
    nowhere = places(lon=None, lat=None, postcode=None)
    monthly = places(8, name=["Elm", "Oak"] * 4, type=None, month=list("abcdefgh"))
    assert [try_table(t, tmp_path) for t in (bare, areas, nowhere, monthly)] == [None] * 4


def test_an_area_code_a_row_does_not_hide_a_list_of_places(tmp_path: Path) -> None:
    assert len(read_table(places(lsoa=[f"E0100000{n}" for n in range(4)]), tmp_path).frame) == 4


# Layers


def test_points_are_read(tmp_path: Path) -> None:
    frame = places(lon=None, lat=None)
    points = gpd.points_from_xy(LON + np.arange(4) / 100, [LAT] * 4)
    source = read_layer(gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326"), tmp_path)
    assert set(source.frame["located_by"]) == {"coordinates"}
    assert source.shapes is None
    assert source.frame["easting_m"].between(431_000, 435_000).all()


def test_points_nowhere_fall_back_on_their_postcodes(tmp_path: Path) -> None:
    frame = places(lon=None, lat=None)
    points = [shapely.Point(LON, LAT), shapely.Point(0, 0), None, shapely.Point(LON, LAT)]
    source = read_layer(gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326"), tmp_path)
    assert source.frame["located_by"].tolist() == ["coordinates", "postcode", "postcode", "coordinates"]


@pytest.mark.parametrize("crs", ["EPSG:4326", None])
def test_layers_with_latitude_first_or_metres_declared_as_degrees_are_mended(
    tmp_path: Path, crs: str | None
) -> None:
    frame = places(lon=None, lat=None)
    swapped = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([LAT] * 4, [LON] * 4), crs=crs)
    metres = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([EAST] * 4, [NORTH] * 4), crs=crs)
    turned = read_layer(swapped, tmp_path)
    assert turned.frame["easting_m"].between(431_000, 435_000).all()
    assert any("latitude stands before longitude" in note for note in turned.notes)
    assert (read_layer(metres, tmp_path).frame["easting_m"] == EAST).all()


def test_buildings_of_one_name_and_class_are_one_establishment(tmp_path: Path) -> None:
    layer = buildings([0, 200, 400, 2_000, 210], ["Elm", "ELM", "Elm", "Elm", "Oak"])
    source = read_layer(layer, tmp_path)
    assert source.frame["establishment"].tolist() == ["0", "0", "0", "3", "4"]
    assert set(source.frame["kind"]) == {"health"}
    assert source.entry == "os_buildings"
    assert source.shapes is not None
    points = gpd.GeoSeries.from_xy(source.frame["easting_m"], source.frame["northing_m"], crs="EPSG:27700")
    assert points.set_axis(source.frame.index).within(source.shapes).all()


def test_unnamed_buildings_join_what_they_stand_beside(tmp_path: Path) -> None:
    layer = buildings([0, 30, 500, 535, 600], ["Elm", "Unknown", "Unknown", "Unknown", "Unknown"])
    source = read_layer(layer, tmp_path)
    assert source.frame["establishment"].tolist() == ["0", "0", "2", "2", "4"]
    assert source.frame["name"].isna().tolist() == [False, True, True, True, True]


def test_an_unnamed_building_does_not_join_two_named_places(tmp_path: Path) -> None:
    source = read_layer(buildings([0, 30, 55], ["Elm", "Unknown", "Oak"]), tmp_path)
    assert source.frame["establishment"].tolist() == ["0", "2", "2"]


def test_invalid_polygons_are_mended(tmp_path: Path) -> None:
    layer = buildings([0, 500], ["Elm", "Oak"])
    corners = [(EAST, NORTH), (EAST + 10, NORTH + 10), (EAST + 10, NORTH), (EAST, NORTH + 10)]
    layer.loc[0, "geometry"] = shapely.Polygon(corners)
    source = read_layer(layer, tmp_path)
    assert source.shapes is not None
    assert source.shapes.is_valid.all()
    assert "1 invalid polygons were mended" in source.notes


def test_polygons_that_are_areas_or_tell_no_kind_are_refused(tmp_path: Path) -> None:
    shapes = [shapely.box(EAST + n * 1e3, NORTH, EAST + n * 1e3 + 1e3, NORTH + 1e3) for n in range(4)]
    localities = gpd.GeoDataFrame({"name": ["North", "South", "East", "West"]}, geometry=shapes, crs=27700)
    wards = localities.assign(code=[f"E0500000{n}" for n in range(4)], type="Park")
    assert try_layer(localities, tmp_path) is None
    assert try_layer(wards, tmp_path) is None


def test_lines_are_refused(tmp_path: Path) -> None:
    line = shapely.LineString([(EAST, NORTH), (EAST + 10, NORTH)])
    layer = gpd.GeoDataFrame({"name": ["Route"], "type": ["Bus stop"]}, geometry=[line], crs=27700)
    assert try_layer(layer, tmp_path) is None


def test_row_order_changes_no_place(tmp_path: Path) -> None:
    frame = places(8, type=["Library", "Food bank"] * 4)
    first = read_table(frame, tmp_path).frame.set_index("name").sort_index()
    second = read_table(frame.iloc[::-1], tmp_path).frame.set_index("name").sort_index()
    pd.testing.assert_frame_equal(first.drop(columns="establishment"), second.drop(columns="establishment"))


# How much there is


@pytest.mark.parametrize("heading", ["Sessions a week", "sessions_a_week", "Sessions per week"])
def test_sessions_a_week_are_read_and_what_is_no_number_of_them_is_noted(
    tmp_path: Path, heading: str
) -> None:
    cells = ["2.5", "0", "lots", None, "=1+1@x.org", "5000"]
    source = read_table(places(6, **{heading: cells}), tmp_path)
    assert source.frame["sessions_a_week"].tolist() == pytest.approx([2.5, *[np.nan] * 5], nan_ok=True)
    (note,) = [n for n in source.notes if "sessions" in n]
    assert note.startswith("4 rows tell no number of sessions a week that can be used: ")


@pytest.mark.parametrize("heading", ["Capacity", "SchoolCapacity", "sessions", "Car park capacity"])
def test_a_capacity_in_another_unit_is_not_taken_for_sessions(tmp_path: Path, heading: str) -> None:
    assert read_table(places(**{heading: 240}), tmp_path).frame["sessions_a_week"].isna().all()
