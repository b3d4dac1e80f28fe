"""Northmere's roads are one network that crosses water and rails where it says; its cars follow its kinds."""

import itertools
import json
from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from data.demo import NORTHMERE_FOLDER, cars, network, ways

FILE = NORTHMERE_FOLDER / "OS_Open_Roads_Northmere.geojson"
CARS = "census2021-ts045-lsoa.csv"
COLUMNS = [
    "id", "road_classification", "road_function", "form_of_way", "road_classification_number", "name_1",
    "length", "start_node", "end_node",
]  # fmt: skip
ASHORE_SHARE = 0.98
CORNER = st.tuples(st.integers(0, 60), st.integers(0, 60))

Corner = tuple[int, int]


@pytest.fixture(scope="module")
def links() -> gpd.GeoDataFrame:
    return gpd.read_file(FILE)


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((NORTHMERE_FOLDER.parent / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def homes() -> pd.DataFrame:
    frame = pd.read_csv(NORTHMERE_FOLDER / "ONSPD_Northmere.csv", dtype=str, keep_default_na=False)
    live = frame[(frame["doterm"] == "") & (frame["osgrdind"] == "1")].set_index("pcds")
    return live[["oseast1m", "osnrth1m", "lsoa21"]].astype({"oseast1m": int, "osnrth1m": int})


@pytest.fixture(scope="module")
def piece_of(links: gpd.GeoDataFrame) -> np.ndarray:
    nodes = pd.Index(sorted({*links["start_node"], *links["end_node"]}))
    a, b = (nodes.get_indexer(links[column]) for column in ("start_node", "end_node"))
    graph = coo_array((np.ones(len(links)), (a, b)), shape=(len(nodes), len(nodes)))
    return connected_components(graph, directed=False)[1][a]


def points_of(homes: pd.DataFrame) -> np.ndarray:
    return shapely.points(homes[["oseast1m", "osnrth1m"]].to_numpy(dtype=float))


def ends_of(links: gpd.GeoDataFrame) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return [(line.coords[0], line.coords[-1]) for line in links.geometry]


# --- layout


def test_the_layout_is_that_of_os_open_roads(links: gpd.GeoDataFrame) -> None:
    assert list(links.columns) == [*COLUMNS, "geometry"]
    assert links.crs.to_epsg() == 27700
    assert (links.geom_type == "LineString").all()
    assert links["id"].is_unique
    classes = {"A Road", "B Road", "Classified Unnumbered", "Unclassified"}
    assert set(links["road_classification"]) == classes
    numbered = links["road_classification"].isin(["A Road", "B Road"])
    assert (links["road_classification_number"].notna() == numbered).all()
    assert links["name_1"].dropna().str.fullmatch(r"[A-Z][A-Za-z']+( [A-Z][A-Za-z']+)+").all()


def test_corners_are_whole_metres_and_lengths_are_right(links: gpd.GeoDataFrame) -> None:
    corners = shapely.get_coordinates(links.geometry.to_numpy())
    assert (corners == np.round(corners)).all()
    assert (links["length"] - links.geometry.length).abs().max() <= 0.5
    assert links["length"].min() > 0


# --- a whole network


def test_links_meet_only_at_junctions_that_they_share(links: gpd.GeoDataFrame) -> None:
    lines, ends = links.geometry.to_numpy(), ends_of(links)
    a, b = shapely.STRtree(lines).query(lines, predicate="intersects")
    once = a < b
    meeting = shapely.intersection(lines[a[once]], lines[b[once]])
    for first, second, where in zip(a[once], b[once], meeting, strict=True):
        shared = set(ends[first]) & set(ends[second])
        assert {tuple(corner) for corner in shapely.get_coordinates(where).tolist()} <= shared
    assert shapely.is_simple(lines).all()
    assert len({line.normalize().wkb for line in lines}) == len(lines)


@given(st.lists(st.tuples(CORNER, CORNER).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=9))
def test_noding_leaves_no_crossing_without_a_junction(drawn: list[tuple[Corner, Corner]]) -> None:
    lines = network.node([shapely.LineString(pair) for pair in drawn])
    ends = network.ends(lines)
    for (i, first), (j, second) in itertools.combinations(enumerate(lines), 2):
        where = shapely.get_coordinates(first.intersection(second)).tolist()
        assert set(map(tuple, where)) <= set(ends[i]) & set(ends[j])
    assert sorted(k for group in network.pieces(lines) for k in group) == list(range(len(lines)))
    whole = shapely.union_all(lines)
    assert all(whole.distance(shapely.Point(corner)) < 1.0 for pair in drawn for corner in pair)


@given(st.lists(CORNER, min_size=2, max_size=6, unique=True), st.lists(CORNER, min_size=1, max_size=3))
def test_no_road_is_shorter_than_the_straight_line(way: list[Corner], homes: list[Corner]) -> None:
    lines = network.node([shapely.LineString(pair) for pair in itertools.pairwise(way)])
    roads = gpd.GeoDataFrame(geometry=lines, crs=27700)
    here, there = np.asarray(homes, dtype=float), np.asarray(way, dtype=float)
    metres = ways.road_metres(roads, here, there)
    straight = np.hypot(*(here[:, None] - there).transpose(2, 0, 1))
    assert metres.shape == (len(homes), len(way))
    assert np.isfinite(metres).all()
    assert (metres >= straight - 1e-6).all()


def test_nodes_are_places(links: gpd.GeoDataFrame) -> None:
    place_of: dict[str, set[tuple[float, float]]] = {}
    for start, end, pair in zip(links["start_node"], links["end_node"], ends_of(links), strict=True):
        place_of.setdefault(start, set()).add(pair[0])
        place_of.setdefault(end, set()).add(pair[1])
    assert all(len(places) == 1 for places in place_of.values())
    assert len({next(iter(places)) for places in place_of.values()}) == len(place_of)


def test_junctions_are_as_in_english_towns(links: gpd.GeoDataFrame) -> None:
    degree = Counter(end for pair in ends_of(links) for end in pair)
    kinds = Counter(degree.values())
    assert max(kinds) <= 6
    assert kinds[3] > 0.5 * len(degree)
    assert 0.15 < kinds[1] / len(degree) < 0.45


def test_roads_stay_on_the_land(links: gpd.GeoDataFrame) -> None:
    council = gpd.read_file(NORTHMERE_FOLDER / "Council_2024_Boundary_Northmere.geojson").to_crs(27700)
    assert shapely.contains(council.geometry.iloc[0], links.geometry.to_numpy()).all()


# --- what is crossed, and where


@pytest.mark.parametrize("barrier", ["river", "railway"])
def test_water_and_rails_are_crossed_at_the_named_places_only(
    links: gpd.GeoDataFrame, truth: dict, barrier: str
) -> None:
    lines = [truth["lines"]["river"]] if barrier == "river" else truth["lines"]["railways"]
    whole = shapely.union_all(links.geometry.to_numpy())
    found = shapely.get_parts(shapely.intersection(whole, shapely.MultiLineString(lines)))
    named = [c for c in truth["roads"]["crossings"] if barrier in c["crosses"]]
    places = shapely.points([c["place"] for c in named])
    assert shapely.distance(found, shapely.multipoints(places)).max() < 10.0
    assert shapely.distance(places, whole).max() < 2.0
    assert len({c["name"] for c in named}) == len(named) == len(found)


def test_the_estate_is_joined_to_the_town_by_few_roads(links: gpd.GeoDataFrame, truth: dict) -> None:
    wards = gpd.read_file(NORTHMERE_FOLDER / "Wards_2024_Boundaries_Northmere.geojson").to_crs(27700)
    estate = wards.geometry[wards["WD24NM"].isin(truth["gaps"]["estate_without_hub"]["wards"])]
    sea = shapely.union_all(wards.geometry.to_numpy()).boundary.buffer(5.0)
    edge = shapely.union_all(estate.to_numpy()).boundary.difference(sea)
    ways_in = shapely.get_parts(shapely.intersection(shapely.union_all(links.geometry.to_numpy()), edge))
    named = truth["roads"]["ways_into_the_estate"]
    assert len(ways_in) == len(named) <= 3
    assert shapely.distance(ways_in, shapely.multipoints([way["place"] for way in named])).max() < 10.0


# --- homes


def test_homes_lie_by_a_road(links: gpd.GeoDataFrame, homes: pd.DataFrame) -> None:
    far = shapely.distance(points_of(homes), shapely.union_all(links.geometry.to_numpy()))
    assert far.max() <= 60.0
    assert (far <= 25.0).mean() > 0.75


def test_one_islet_is_cut_off_and_nothing_else(
    links: gpd.GeoDataFrame, homes: pd.DataFrame, truth: dict, piece_of: np.ndarray
) -> None:
    sizes = Counter(piece_of.tolist())
    main = max(sizes, key=lambda piece: sizes[piece])
    nearest = shapely.STRtree(links.geometry.to_numpy()).nearest(points_of(homes))
    ashore = piece_of[nearest] == main
    island = truth["roads"]["island"]
    assert len(sizes) == 2
    assert ashore.mean() >= ASHORE_SHARE
    assert sorted(homes.index[~ashore]) == island["postcodes"]
    cut_off = pd.Series(~ashore, index=homes["lsoa21"]).groupby(level=0).mean()
    assert cut_off[cut_off > 0].round(3).to_dict() == island["share_of_area"]
    assert max(island["share_of_area"].values()) < 0.5


# --- where a straight line misleads


def corner_to_corner(links: gpd.GeoDataFrame, starts: np.ndarray, goals: np.ndarray) -> np.ndarray:
    """Metres from each start to its goal along roads cut into steps of at most 10 m."""
    fine = map(shapely.get_coordinates, shapely.segmentize(links.geometry.to_numpy(), 10.0))
    steps = np.vstack([np.stack([corners[:-1], corners[1:]], axis=1) for corners in fine])
    corners, index = np.unique(steps.reshape(-1, 2), axis=0, return_inverse=True)
    a, b = index.reshape(-1, 2).T
    metres = np.hypot(*(steps[:, 0] - steps[:, 1]).T)
    graph = coo_array((metres, (a, b)), shape=(len(corners), len(corners))).tocsr()
    tree = shapely.STRtree(shapely.points(corners))
    first, last = tree.nearest(starts), tree.nearest(goals)
    on_road = dijkstra(graph, directed=False, indices=first)[np.arange(len(first)), last]
    off_road = [shapely.distance(p, tree.geometries[k]) for p, k in ((starts, first), (goals, last))]
    return on_road + off_road[0] + off_road[1]


def test_straight_lines_mislead_as_told(links: gpd.GeoDataFrame, homes: pd.DataFrame, truth: dict) -> None:
    hubs = pd.read_csv(NORTHMERE_FOLDER / "assets" / "family_hubs_and_childrens_centres.csv")
    shelves = gpd.read_file(NORTHMERE_FOLDER / "assets" / "libraries.geojson").set_index("Name")
    places = pd.concat(
        [
            gpd.GeoSeries.from_xy(hubs["lon"], hubs["lat"], crs=4326).set_axis(hubs["name"]),
            shelves.geometry.to_crs(4326),
        ]
    ).to_crs(27700)
    told = pd.DataFrame(truth["roads"]["straight_line_misleads"])
    starts = points_of(homes.loc[told["postcode"]])
    goals = places.loc[told["place"]].to_numpy()
    assert len(told) >= 5
    assert (homes["lsoa21"].loc[told["postcode"]].to_numpy() == told["area"]).all()
    assert np.abs(shapely.distance(starts, goals) - told["straight_m"]).max() < 10.0
    assert np.abs(corner_to_corner(links, starts, goals) - told["road_m"]).max() < 20.0
    assert (told["road_m"] > 2.5 * told["straight_m"]).all()
    assert set(told["between"].map(tuple)) >= {("river",), ("railway",)}


# --- cars


def test_the_car_table_has_the_published_header() -> None:
    first = (NORTHMERE_FOLDER / CARS).read_text(encoding="utf-8").split("\n")[0].split(",")
    assert first == [
        "date",
        "geography",
        "geography code",
        "Number of cars or vans: Total: All households",
        *cars.COLUMNS,
    ]


def test_cars_follow_the_kinds_of_neighbourhood(truth: dict) -> None:
    frame = pd.read_csv(NORTHMERE_FOLDER / CARS, index_col="geography code")
    households = frame["Number of cars or vans: Total: All households"]
    assert (frame[list(cars.COLUMNS)].sum(axis=1) == households).all()
    assert sorted(frame.index) == sorted(truth["areas"])
    assert frame["geography"].is_unique
    without = frame[cars.COLUMNS[0]] / households
    kinds = pd.DataFrame({code: entry["kinds"] for code, entry in truth["areas"].items()}).T.fillna(0.0)
    mostly = {
        kind: without[kinds[kind].reindex(without.index) > 0.7] for kind in ("estate", "centre", "rural")
    }
    assert mostly["estate"].between(0.33, 0.55).all()
    assert mostly["centre"].between(0.33, 0.55).all()
    assert mostly["rural"].max() < 0.15
    assert min(len(areas) for areas in mostly.values()) >= 3
    assert 0.20 < frame[cars.COLUMNS[0]].sum() / households.sum() < 0.28
