"""Greater Manchester's published asset files, placed: against an independent join and the postcode files."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.prepared import prep

from data.postcodes import PostcodeDirectory
from data.sources.base import AssetSource
from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import PlacesDraft, find_areas, make_places

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def sources(gm_sources: list[AssetSource]) -> list[AssetSource]:
    return gm_sources


@pytest.fixture(scope="module")
def areas(gm_build: Build) -> AreaTable:
    return gm_build.areas


@pytest.fixture(scope="module")
def directory(gm_directory: PostcodeDirectory) -> PostcodeDirectory:
    return gm_directory


@pytest.fixture(scope="module")
def draft(sources: list[AssetSource], directory: PostcodeDirectory, areas: AreaTable) -> PlacesDraft:
    return make_places(sources, directory, areas, 3_000.0)


def test_every_asset_file_is_there(sources: list[AssetSource], greater_manchester: Path) -> None:
    assert {s.path.name for s in sources} == {p.name for p in (greater_manchester / "assets").iterdir()}


def test_points_lie_in_the_areas_that_a_plain_loop_finds(
    sources: list[AssetSource], areas: AreaTable
) -> None:
    shapes = {code: (shape.bounds, prep(shape)) for code, shape in areas.frame.geometry.items()}
    compared = 0
    for source in sources:
        placed = source.frame.dropna(subset=["easting_m", "northing_m"])
        points = gpd.GeoSeries.from_xy(placed["easting_m"], placed["northing_m"], placed.index, crs=27700)
        expected = []
        for point in points:
            x, y = point.x, point.y
            holding = (
                code
                for code, ((west, south, east, north), shape) in shapes.items()
                if west <= x <= east and south <= y <= north and shape.intersects(point)
            )
            expected.append(next(holding, None))
        found = find_areas(points, areas.frame.geometry)
        assert found.isna().tolist() == [code is None for code in expected], source.label
        assert found.dropna().tolist() == [code for code in expected if code], source.label
        compared += len(points)
    assert compared > 6_000


def test_published_degrees_lie_in_the_same_areas(
    greater_manchester: Path, draft: PlacesDraft, areas: AreaTable
) -> None:
    """The longitude and latitude of the files, joined in degrees: all but those within a metre of an edge."""
    degrees = areas.frame[["geometry"]].to_crs(4326)
    table = pd.read_csv(greater_manchester / "assets/gm_libraries.csv")
    points = gpd.GeoDataFrame(
        table[["name"]], geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=4326
    )
    expected = points.sjoin(degrees, predicate="within").set_index("name")["area_code"]
    ours = draft.places.frame[draft.places.frame["file"] == "gm_libraries.csv"]
    both = ours.merge(expected.rename("expected"), left_on="name", right_index=True)
    assert len(both) >= 130
    assert (both["area_code"] == both["expected"]).all()


def squeezed(postcodes: pd.Series) -> pd.Series:
    """Postcodes as typed, but for case and blanks."""
    return postcodes.astype("string").str.upper().str.replace(" ", "", regex=False)


def test_every_row_whose_postcode_stands_in_the_files_is_placed(
    sources: list[AssetSource], directory: PostcodeDirectory, draft: PlacesDraft
) -> None:
    standing = pd.concat([s.frame for s in directory.sources])
    known = set(squeezed(standing["postcode"]).dropna())
    rejected = set(zip(draft.rejected["file"], draft.rejected["row"], strict=True))
    compared = 0
    for source in sources:
        alone = source.frame[source.frame["easting_m"].isna() & (source.frame["kind"] != "charity")]
        standing_rows = alone.index[[code in known for code in squeezed(alone["postcode"])]]
        lost = [row for row in standing_rows if (source.label, row + 1) in rejected]
        assert not lost, source.label
        compared += len(standing_rows)
    assert compared > 1_000


def test_what_became_of_the_rows_adds_up(sources: list[AssetSource], draft: PlacesDraft) -> None:
    assert len(draft.tallies) == len(sources)
    for tally in draft.tallies:
        told = tally.used + tally.duplicate + tally.outside + tally.rejected + tally.set_aside
        assert told == tally.rows, tally.file
    assert sum(t.used for t in draft.tallies) == len(draft.places.frame)


def test_a_file_in_two_formats_counts_once(draft: PlacesDraft) -> None:
    tallies = {t.file: t for t in draft.tallies}
    for name in ("gm_libraries", "gm_pharmacies", "trafford_childrens_centres"):
        first, second = tallies[f"{name}.csv"], tallies[f"{name}.geojson"]
        assert first.used + second.used == first.rows == second.rows


def test_places_do_not_depend_on_the_order_of_the_files(
    sources: list[AssetSource], directory: PostcodeDirectory, areas: AreaTable, draft: PlacesDraft
) -> None:
    again = make_places(sources[::-1], directory, areas, 3_000.0)
    assert again.places.revision == draft.places.revision
    assert again.tallies == draft.tallies
