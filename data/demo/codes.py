"""Codes and names: every area numbered in the publishers' way, in ranges that they do not use."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import groups, plan
from data.demo.plan import Ints

BRITISH_GRID = "EPSG:27700"


@dataclass(frozen=True)
class Borough:
    """The named geography, each frame sorted by code and in EPSG:27700.

    ``areas`` has code, name, ward_code, ward_name, town and middle_code; ``output_areas`` has code
    and area_code.
    """

    areas: gpd.GeoDataFrame
    output_areas: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame
    council: shapely.Polygon
    river: shapely.LineString
    railways: list[shapely.LineString]


def name_wards(land: groups.Northmere) -> gpd.GeoDataFrame:
    """Assign ward codes in the order of their names, as ONS does."""
    frame = gpd.GeoDataFrame(
        {
            "plan_order": np.arange(len(plan.WARDS)),
            "name": [ward.name for ward in plan.WARDS],
            "town": [ward.town for ward in plan.WARDS],
        },
        geometry=land.wards,
        crs=BRITISH_GRID,
    )
    frame = frame.sort_values("name", ignore_index=True)
    frame.insert(0, "code", [f"E05{990001 + k:06d}" for k in range(len(frame))])
    return frame


def name_middle_areas(land: groups.Northmere) -> pd.DataFrame:
    """Give each small area its middle-layer number, counted from the north, and its letter, from the west."""
    points = groups.centres(land.small_areas)
    frame = pd.DataFrame({"group": land.middle_area_of, "x": points[:, 0], "y": points[:, 1]})
    north = frame.groupby("group")["y"].mean().sort_values(ascending=False, kind="stable").index
    frame["number"] = frame["group"].map({group: k + 1 for k, group in enumerate(north)})
    order = frame.sort_values(["number", "x", "y"], kind="stable").groupby("number").cumcount()
    frame["letter"] = [chr(ord("A") + int(k)) for k in order.reindex(frame.index)]
    return frame


def name_areas(land: groups.Northmere, wards: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Assign small-area codes by ward and from the south, and names by middle-layer area and letter."""
    middle = name_middle_areas(land)
    ward = wards.set_index("plan_order").loc[land.ward_of]
    frame = gpd.GeoDataFrame(
        {
            "plan_order": np.arange(len(land.small_areas)),
            "name": [
                f"{plan.COUNCIL_NAME} {n:03d}{c}"
                for n, c in zip(middle["number"], middle["letter"], strict=True)
            ],
            "ward_code": ward["code"].to_numpy(),
            "ward_name": ward["name"].to_numpy(),
            "town": ward["town"].to_numpy(),
            "middle_code": [f"E02{990000 + n:06d}" for n in middle["number"]],
            "south": middle["y"],
        },
        geometry=land.small_areas,
        crs=BRITISH_GRID,
    )
    frame = frame.sort_values(["ward_code", "south", "name"], ignore_index=True).drop(columns="south")
    frame.insert(0, "code", [f"E01{990001 + k:06d}" for k in range(len(frame))])
    return frame


def name_output_areas(land: groups.Northmere, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Assign output-area codes in the order of the small areas that hold them."""
    code: dict[int, str] = dict(zip(areas["plan_order"], areas["code"], strict=True))
    place: Ints = groups.centres(land.output_areas).astype(np.int64)
    frame = gpd.GeoDataFrame(
        {"area_code": [code[int(k)] for k in land.small_area_of], "x": place[:, 0], "y": place[:, 1]},
        geometry=land.output_areas,
        crs=BRITISH_GRID,
    )
    frame = frame.sort_values(["area_code", "y", "x"], ignore_index=True).drop(columns=["x", "y"])
    frame.insert(0, "code", [f"E00{990001 + k:06d}" for k in range(len(frame))])
    return frame


def name_borough(land: groups.Northmere, river: shapely.LineString) -> Borough:
    """Name and number the whole geography."""
    wards = name_wards(land)
    areas = name_areas(land, wards)
    return Borough(
        areas=areas.drop(columns="plan_order"),
        output_areas=name_output_areas(land, areas),
        wards=wards.drop(columns="plan_order"),
        council=land.council,
        river=river,
        railways=[land.warp.line(line) for line in plan.railways()],
    )
