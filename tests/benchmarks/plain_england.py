"""The peer of `atlas build` for England: the same joins by hand, as an analyst would write them.

The files are named, the vintage is known and nothing is checked. Only the five files that the build uses are
read, and workbooks by the engine that pandas takes of its own accord.
"""

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

CODE = "LSOA code (2011)"
COUNCIL = "Local Authority District code (2019)"


def main(folder: Path, out: Path) -> None:
    """Join the Indices of 2019 and their populations to the LSOA 2011 boundaries, and write GeoParquet."""
    areas = gpd.read_parquet(folder / "LSOA_2011_BSC_EW.parquet").to_crs(27700)
    areas = areas.set_index(next(c for c in areas.columns if c.upper() == "LSOA11CD"))
    areas["geometry"] = areas.make_valid()
    indices = read_csv(folder / "File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv.gz")
    areas = areas.join(indices, how="inner")
    for table in (
        read_csv(folder / "File_2_-_IoD2019_Domains_of_Deprivation.csv.gz"),
        pd.read_excel(
            folder / "File_3_-_IoD2019_Supplementary_Indices_-_IDACI_and_IDAOPI.xlsx",
            sheet_name=1,
            engine="openpyxl",  # what pandas takes when nothing is said
        ).set_index(CODE),
        read_csv(folder / "File_6_-_IoD2019_Population_Denominators.csv.gz"),
    ):
        areas = areas.join(table[table.columns.difference(areas.columns)])
    areas.to_parquet(out)
    councils = areas[[COUNCIL, "geometry"]].dissolve(COUNCIL)
    councils.to_parquet(out.with_name("councils.parquet"))


def read_csv(path: Path) -> pd.DataFrame:
    """Read one of the Indices' files by small area."""
    return pd.read_csv(path, encoding="utf-8-sig", thousands=",").set_index(CODE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
