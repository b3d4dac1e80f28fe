"""The postcodes: some twenty an area, strung along streets, in the layout of the ONS Postcode Directory."""

from typing import Final

import numpy as np
import pandas as pd
import shapely

from data.demo import plan, writers
from data.demo.codes import Borough
from data.demo.plan import Floats, Ints

LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"
EDGE_M: Final = 18.0
TRACK_M: Final = 45.0
VILLAGE_OUTPUT_AREA_M2: Final = 450_000.0
"""An output area larger than this is fields round a hamlet or two."""
COLUMNS: Final = (
    "pcd", "pcd2", "pcds", "dointr", "doterm", "usertype", "oseast1m", "osnrth1m", "osgrdind", "oscty",
    "oslaua", "osward", "oa21", "lsoa21", "msoa21", "lat", "long",
)  # fmt: skip


def share_out(sizes_m2: Floats, total: int) -> Ints:
    """Share an area's postcodes among its output areas: evenly in town, elsewhere mostly to villages."""
    weight = np.where(sizes_m2 > VILLAGE_OUTPUT_AREA_M2, 0.25, 1.0)
    smallest = np.argsort(sizes_m2, kind="stable")[:2]
    weight[smallest] = np.maximum(weight[smallest], 1.0)
    exact = total * weight / weight.sum()
    counts = np.maximum(np.floor(exact).astype(np.int64), 1)
    short = max(total - int(counts.sum()), 0)
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    return counts


def find_inside(shape: shapely.Polygon, rng: np.random.Generator) -> Floats:
    """Pick a point inside a shape."""
    low, high = np.reshape(shape.bounds, (2, 2))
    while True:
        points = rng.uniform(low, high, (16, 2))
        inside = points[shapely.contains_xy(shape, points)]
        if len(inside):
            return np.asarray(inside[0])


def lay_street(
    room: shapely.Geometry, start: Floats, spacing_m: float, count: int, rng: np.random.Generator
) -> Floats:
    """Place up to ``count`` points along a gently bending street, leaving out those out of room."""
    bearing = rng.uniform(0.0, np.pi) + np.cumsum(rng.normal(0.0, 0.16, count))
    steps = (
        np.stack([np.cos(bearing), np.sin(bearing)], axis=1) * rng.uniform(0.7, 1.3, (count, 1)) * spacing_m
    )
    points = np.round(start + np.cumsum(steps, axis=0) - steps[0] + rng.normal(0.0, 5.0, (count, 2)))
    return np.asarray(points[shapely.contains_xy(room, points)])


def fill_output_area(
    shape: shapely.Polygon, count: int, tracks: shapely.Geometry, rng: np.random.Generator
) -> Floats:
    """Lay streets in an output area until it has its postcodes, clear of borders, river and railway."""
    room = shape.buffer(-EDGE_M).difference(tracks)
    room = shape.buffer(-2.0) if room.is_empty else room
    rural = shape.area > VILLAGE_OUTPUT_AREA_M2
    village = shapely.Point(find_inside(room, rng)).buffer(160.0 if count > 3 else 700.0)
    around = room.intersection(village) if rural else room
    spacing_m = float(rng.uniform(55.0, 90.0)) if rural else float(rng.uniform(38.0, 62.0))
    points = np.empty((0, 2))
    while len(points) < count:
        street = lay_street(room, find_inside(around, rng), spacing_m, int(rng.integers(2, 6)), rng)
        points = np.unique(np.vstack([points, street]), axis=0) if len(points) else street
    return points[rng.permutation(len(points))[:count]]


def scatter(borough: Borough, rng: np.random.Generator) -> pd.DataFrame:
    """Scatter 18 to 25 postcodes over each area's output areas; one row a postcode with its place."""
    tracks = shapely.union_all(
        [borough.river.buffer(TRACK_M), *(line.buffer(TRACK_M / 2) for line in borough.railways)]
    )
    parts = []
    for area, pieces in borough.output_areas.groupby("area_code", sort=True):
        counts = share_out(pieces.geometry.area.to_numpy(), int(rng.integers(18, 26)))
        for code, shape, count in zip(pieces["code"], pieces.geometry, counts.tolist(), strict=True):
            points = fill_output_area(shape, count, tracks, rng)
            parts.append(
                pd.DataFrame(
                    {"lsoa21": area, "oa21": code, "easting": points[:, 0], "northing": points[:, 1]}
                )
            )
    return pd.concat(parts, ignore_index=True)


def number(homes: pd.DataFrame, borough: Borough, rng: np.random.Generator) -> list[str]:
    """Hand out postcodes ward by ward, so that neighbours have similar ones; some units stay unused."""
    units = [f"{a}{b}" for a in LETTERS for b in LETTERS]
    ward = homes["lsoa21"].map(borough.areas.set_index("code")["ward_name"])
    codes = np.full(len(homes), "", dtype=object)
    for entry in plan.WARDS:
        members = np.flatnonzero(ward == entry.name)
        free = [f"{sector}{unit}" for sector in entry.sectors for unit in units]
        chosen = np.sort(rng.choice(len(free), len(members), replace=False))
        codes[members] = [free[k] for k in chosen.tolist()]
    return [str(code) for code in codes]


def date_and_end(count: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Draw when each postcode was introduced (yyyymm) and, for about three in a hundred, when it ended."""
    introduced = np.where(
        rng.random(count) < 0.7, 198001, rng.integers(1985, 2021, count) * 100 + rng.integers(1, 13, count)
    )
    ended = rng.integers(2021, 2026, count) * 100 + rng.integers(1, 13, count)
    over = rng.random(count) < 0.03
    return [str(k) for k in introduced.tolist()], [
        str(k) if o else "" for k, o in zip(ended.tolist(), over, strict=True)
    ]


def directory(borough: Borough, rng: np.random.Generator) -> pd.DataFrame:
    """Make the directory, sorted by postcode, all columns text as published."""
    homes = scatter(borough, rng)
    homes["pcds"] = number(homes, borough, rng)
    homes = homes.sort_values("pcds", ignore_index=True)
    homes["dointr"], homes["doterm"] = date_and_end(len(homes), rng)
    places = writers.to_lon_lat(homes[["easting", "northing"]].to_numpy())
    area = borough.areas.set_index("code").loc[homes["lsoa21"]]
    frame = homes.assign(
        pcd=[f"{code[:-4]:<4}{code[-3:]}" for code in homes["pcds"]],
        pcd2=[f"{code[:-4]:<5}{code[-3:]}" for code in homes["pcds"]],
        usertype="0",
        oseast1m=[str(int(x)) for x in homes["easting"]],
        osnrth1m=[f"{int(y):07d}" for y in homes["northing"]],
        osgrdind="1",
        oscty="E99999999",
        oslaua=plan.COUNCIL_CODE,
        osward=area["ward_code"].to_numpy(),
        msoa21=area["middle_code"].to_numpy(),
        lat=[f"{lat:.6f}" for lat in places[:, 1]],
        long=[f"{lon:.6f}" for lon in places[:, 0]],
    )
    return lose_grid_references(frame, rng)[list(COLUMNS)]


def lose_grid_references(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Mark six large-user postcodes as having no grid reference, the way ONS does."""
    rows = np.sort(rng.choice(frame.index[frame["doterm"] == ""], 6, replace=False))
    frame.loc[rows, ["oseast1m", "osnrth1m", "oslaua", "osward", "oa21", "lsoa21", "msoa21", "oscty"]] = ""
    frame.loc[rows, ["usertype", "osgrdind", "lat", "long"]] = ["1", "9", "99.999999", "0.000000"]
    return frame


def usable(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep live postcodes with a place, with whole-number eastings and northings."""
    live = frame[(frame["doterm"] == "") & (frame["osgrdind"] == "1")].reset_index(drop=True)
    return live.astype({"oseast1m": "int64", "osnrth1m": "int64"})
