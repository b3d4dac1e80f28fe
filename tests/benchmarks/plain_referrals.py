"""The peer of reading referrals: what an analyst would write by hand with pandas and geopandas.

Columns and faults are known beforehand and nothing is checked or told apart; the table of small areas by
month that comes out is the same.
"""

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd


def main(extract: Path, folder: Path) -> None:
    """Read an extract, place it by postcode and count it by small area and month."""
    rows = pd.read_csv(
        extract,
        usecols=["cine_referral_id", "cine_person_id", "cine_referral_date", "addr_address_postcode"],
        dtype={"addr_address_postcode": "string"},
    ).drop_duplicates(["cine_person_id", "cine_referral_date"])
    key = rows["addr_address_postcode"].str.upper().str.replace(" ", "", regex=False)
    parts = [
        pd.read_csv(path, header=None, names=["postcode", "quality", "easting_m", "northing_m"])
        for path in sorted((folder / "postcodes").glob("*.csv"))
        if len(path.stem) <= 2
    ]
    codes = pd.concat(parts)
    codes["key"] = codes["postcode"].str.replace(" ", "", regex=False)
    areas = gpd.read_file(folder / "boundaries/2021_gm_lsoa_generalised.geojson").to_crs(27700)
    areas["geometry"] = areas.make_valid()
    points = gpd.GeoDataFrame(
        codes[["key"]], geometry=gpd.points_from_xy(codes["easting_m"], codes["northing_m"]), crs=27700
    )
    homes = points.sjoin(areas[["area_code", "geometry"]], predicate="within").set_index("key")["area_code"]
    rows["area_code"] = key.map(homes[~homes.index.duplicated()])
    rows["month"] = rows["cine_referral_date"].str[:7]
    counts = rows.groupby(["area_code", "month"]).size()
    print(f"{len(rows):,} rows, {int(counts.sum()):,} placed")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
