"""The truth behind Northmere: what was built in, for tests to hold against what analyses find."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import cars, deprivation, events, people, plan, roads, ways
from data.demo.codes import BRITISH_GRID, Borough
from data.demo.crossings import Crossing
from data.demo.places import CENTRES, HUBS, Assets
from data.demo.plan import ESTATE_WARDS
from data.demo.roads import Roads


def points_of(line: shapely.LineString) -> list[list[int]]:
    """List a line's corners as whole eastings and northings."""
    return [[round(x), round(y)] for x, y in shapely.simplify(line, 5.0).coords]


def area_truth(borough: Borough, kinds: pd.DataFrame, demand: events.Demand) -> dict[str, object]:
    """Tell each area's kinds and the multiplier on its referral rate that no published figure explains."""
    return {
        code: {
            "kinds": {kind: share for kind, share in kinds.loc[code].items() if share >= 0.05},
            "referral_lift": events.LIFT if code in demand.lifted else 1.0,
            "rising": code in demand.rising,
        }
        for code in borough.areas["code"]
    }


def kind_truth() -> dict[str, object]:
    """Tell what each kind of neighbourhood is like, of an area that is wholly of that kind."""
    return {
        kind: {
            "idaci_position": deprivation.POSITIONS[deprivation.IDACI][k],
            "under_fives": people.BAND_SHARES[kind][0],
            "referral_log_ratio": events.BY_KIND[k],
            "referral_log_change_a_year": events.DRIFT_BY_KIND[k],
        }
        for k, kind in enumerate(plan.KINDS)
    }


def estate_gap(borough: Borough, kinds: pd.DataFrame, assets: Assets) -> dict[str, object]:
    """List the estate's areas and how far the nearest family hub is from the nearest of them."""
    estate = borough.areas[
        borough.areas["ward_name"].isin(ESTATE_WARDS) & (kinds["estate"].to_numpy() >= 0.3)
    ].reset_index(drop=True)
    centre = people.centres(estate)
    nearest = np.hypot(*(centre[:, None] - assets.hubs).transpose(2, 0, 1)).min(axis=1)
    return {
        "wards": list(ESTATE_WARDS),
        "areas": estate["code"].tolist(),
        "nearest_hub_m": [round(m, -1) for m in nearest.tolist()],
    }


def place_of(crossing: Crossing) -> list[int]:
    """Give the middle of a crossing as whole eastings and northings."""
    middle = crossing.line.interpolate(0.5, normalized=True)
    return [round(middle.x), round(middle.y)]


def road_truth(network: Roads, homes: pd.DataFrame, assets: Assets) -> dict[str, object]:
    """Tell where roads get across, which homes they do not join, and where a straight line misleads."""
    away = homes[homes["postcode"].isin(network.island)]
    own = homes[homes["lsoa21"].isin(away["lsoa21"])].groupby("lsoa21").size()
    hubs = gpd.GeoDataFrame(
        {"name": assets.tables["family_hubs_and_childrens_centres"]["name"]},
        geometry=shapely.points(assets.hubs),
        crs=BRITISH_GRID,
    )
    shelves = assets.tables["libraries"].rename(columns={"Name": "name"})[["name", "geometry"]]
    places = gpd.GeoDataFrame(pd.concat([hubs, shelves], ignore_index=True), geometry="geometry")
    ashore = homes[~homes["postcode"].isin(network.island)]
    return {
        "links": len(network.links),
        "kilometres": round(float(network.links.length.sum()) / 1000.0, 1),
        "crossings": [
            {"name": c.name, "kind": c.kind, "crosses": list(c.crosses), "place": place_of(c)}
            for c in network.barriers.crossings
            if "estate edge" not in c.crosses
        ],
        "ways_into_the_estate": [
            {"name": c.name, "place": place_of(c)}
            for c in network.barriers.crossings
            if "estate edge" in c.crosses
        ],
        "island": {
            "name": roads.ISLAND,
            "postcodes": sorted(network.island),
            "share_of_area": {
                code: round(count / int(own[code]), 3)
                for code, count in away.groupby("lsoa21").size().items()
            },
        },
        "straight_line_misleads": ways.misleading(network.links, network.barriers, ashore, places),
    }


def collect(
    seed: int,
    borough: Borough,
    kinds: pd.DataFrame,
    demand: events.Demand,
    assets: Assets,
    road_network: dict[str, object],
) -> dict[str, object]:
    """Gather everything that was built in."""
    return {
        "about": "What was built into Northmere. Not a published file: no reader should see it.",
        "seed": seed,
        "kinds": kind_truth(),
        "areas": area_truth(borough, kinds, demand),
        "gaps": {
            "estate_without_hub": estate_gap(borough, kinds, assets),
            "wards_with_hub_or_centre": sorted(HUBS + CENTRES),
            "wards_with_little": ["Gannet Point", "Northmoor", "Whitmere Carrs"],
        },
        "duplicates": [dataclasses.asdict(pair) for pair in assets.duplicates],
        "referrals": {
            "rate_per_10k_a_year": events.RATE_PER_10K,
            "log_gradient_of_idaci": events.GRADIENT,
            "own_log_spread": events.OWN_SPREAD,
            "lifted_areas": demand.lifted,
            "lift": events.LIFT,
            "rising_areas": demand.rising,
            "rise_by_year": dict(
                zip(("2022-23", "2023-24", "2024-25"), events.RISE_BY_YEAR[1:], strict=True)
            ),
        },
        "series": {
            "step_change": {"month": events.STEP_MONTH, "factor": events.STEP, "real": True},
            "definition_break": {"month": events.BREAK_MONTH, "factors": events.BREAKS, "real": False},
            "disruption": dict(zip(("first", "last", "factor"), events.DISRUPTED, strict=True)),
            "season_april_to_march": list(events.SEASON),
        },
        "roads": road_network,
        "cars": {
            "people_each_household": cars.PEOPLE_EACH,
            "shares_with_none_one_two_three": cars.SHARES,
            "own_log_spread": cars.OWN_SPREAD,
        },
        "lines": {
            "river": points_of(borough.river),
            "railways": [points_of(line) for line in borough.railways],
        },
    }
