"""The tables about areas as ONS and MHCLG publish them: boundaries, lookup and population workbook."""

import geopandas as gpd
import pandas as pd

from data.demo import people, plan, writers
from data.demo.codes import Borough
from data.demo.plan import Ints


def reference_points(shapes: gpd.GeoSeries) -> dict[str, list[int] | list[float]]:
    """Give each shape's reference point in the four columns of ONS boundary files."""
    points = shapes.centroid
    east, north = points.x.round(), points.y.round()
    places = writers.to_lon_lat(pd.concat([east, north], axis=1).to_numpy())
    return {
        "BNG_E": [int(x) for x in east],
        "BNG_N": [int(y) for y in north],
        "LONG": [round(x, 5) for x in places[:, 0].tolist()],
        "LAT": [round(y, 5) for y in places[:, 1].tolist()],
    }


def boundaries(borough: Borough) -> dict[str, gpd.GeoDataFrame]:
    """Make the boundary files, keyed by what they are called."""
    council = gpd.GeoSeries([borough.council], crs=borough.areas.crs)
    la = {"LAD24CD": plan.COUNCIL_CODE, "LAD24NM": plan.COUNCIL_NAME}
    columns: dict[str, tuple[dict[str, object], gpd.GeoSeries]] = {
        "LSOA_2021_Boundaries_Northmere": (
            {"LSOA21CD": borough.areas["code"], "LSOA21NM": borough.areas["name"]},
            borough.areas.geometry,
        ),
        "Wards_2024_Boundaries_Northmere": (
            {"WD24CD": borough.wards["code"], "WD24NM": borough.wards["name"], **la},
            borough.wards.geometry,
        ),
        "Council_2024_Boundary_Northmere": ({key: [value] for key, value in la.items()}, council),
    }
    drawn = {
        name: gpd.GeoDataFrame(values | reference_points(shapes), geometry=shapes, crs=borough.areas.crs)
        for name, (values, shapes) in columns.items()
    }
    return drawn | {"Localities_Northmere": localities(borough)}


def localities(borough: Borough) -> gpd.GeoDataFrame:
    """Make the council's own localities, one a town: names without codes, as councils publish them."""
    towns = borough.wards[["town", "geometry"]].dissolve(by="town").geometry
    return gpd.GeoDataFrame({"area_name": towns.index}, geometry=towns.to_numpy(), crs=borough.areas.crs)


def lookup(borough: Borough) -> pd.DataFrame:
    """Make the small area to ward to council lookup."""
    return pd.DataFrame(
        {
            "LSOA21CD": borough.areas["code"],
            "LSOA21NM": borough.areas["name"],
            "WD24CD": borough.areas["ward_code"],
            "WD24NM": borough.areas["ward_name"],
            "LAD24CD": plan.COUNCIL_CODE,
            "LAD24NM": plan.COUNCIL_NAME,
        }
    )


def population_sheets(borough: Borough, counts: dict[int, Ints]) -> dict[str, list[list[object]]]:
    """Make the sheets of the ONS population workbook: three rows, the header, then one row an area."""
    ages = [f"{sex}{age}" for sex in "FM" for age in people.AGES.tolist()]
    header: list[object] = [
        "LAD 2023 Code",
        "LAD 2023 Name",
        "LSOA 2021 Code",
        "LSOA 2021 Name",
        "Total",
        *ages,
    ]
    title = "Lower layer Super Output Area population estimates, mid-{} (invented figures)"
    sheets: dict[str, list[list[object]]] = {
        "Contents": [
            ["Small area population estimates: Northmere"],
            ["Northmere is not a real place."],
            *[list[object]([f"Mid-{year} LSOA 2021"]) for year in counts],
        ],
        "Notes": [["Notes"], ["Ages are in single years; 90 means 90 and over. F is female, M is male."]],
    }
    for year, residents in counts.items():
        rows = [
            [
                plan.COUNCIL_CODE,
                plan.COUNCIL_NAME,
                code,
                name,
                int(by_sex.sum()),
                *by_sex.reshape(-1).tolist(),
            ]
            for code, name, by_sex in zip(
                borough.areas["code"], borough.areas["name"], residents, strict=True
            )
        ]
        note: list[object] = ["This worksheet contains one table. See Notes."]
        sheets[f"Mid-{year} LSOA 2021"] = [[title.format(year)], note, [], header, *rows]
    return sheets
