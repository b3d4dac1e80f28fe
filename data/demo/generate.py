"""Make the files of Northmere: ``python -m data.demo.generate [FOLDER]``."""

import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo import (
    NORTHMERE_FOLDER,
    cars,
    codes,
    deprivation,
    events,
    greenspace,
    groups,
    land,
    people,
    places,
    plan,
    postcodes,
    roads,
    schools,
    sites,
    tables,
    truth,
    writers,
)
from data.demo.plan import Ints


@dataclass(frozen=True)
class Made:
    """What every file is written from."""

    borough: codes.Borough
    kinds: pd.DataFrame
    counts: dict[int, Ints]
    iod: pd.DataFrame
    directory: pd.DataFrame
    warp: land.Warp


def make_place(seed: int) -> Made:
    """Make the land, its people, its deprivation and its postcodes."""
    shape = groups.build(plan.stream(seed, "land"))
    borough = codes.name_borough(shape, land.bent_river(shape.warp))
    kinds = people.mix_kinds(borough.areas, plan.stream(seed, "kinds"))
    pieces = borough.output_areas.groupby("area_code").size().to_numpy(dtype=np.int64)
    counts = people.count_people(kinds, pieces, plan.stream(seed, "people"))
    return Made(
        borough=borough,
        kinds=kinds,
        counts=counts,
        iod=deprivation.file_7(borough.areas, kinds, counts[2022], plan.stream(seed, "deprivation")),
        directory=postcodes.directory(borough, plan.stream(seed, "postcodes")),
        warp=shape.warp,
    )


def write_areas(folder: Path, made: Made, seed: int) -> list[Path]:
    """Write the files about areas: boundaries, lookup, deprivation, population, cars, postcodes."""
    frames = tables.boundaries(made.borough)
    lookup = folder / "LSOA21_WD24_LAD24_Lookup_Northmere.csv"
    households = cars.car_table(made.borough.areas, made.kinds, made.counts[2022], plan.stream(seed, "cars"))
    return [
        writers.write_csv(folder / "census2021-ts045-lsoa.csv", households),
        *(writers.write_geojson(folder / f"{name}.geojson", frame) for name, frame in frames.items()),
        writers.write_csv(lookup, tables.lookup(made.borough), "utf-8-sig", "\r\n"),
        writers.write_csv(folder / "File_7_IoD2025_Northmere.csv", made.iod),
        writers.write_workbook(
            folder / "sapelsoasyoa20222024.xlsx", tables.population_sheets(made.borough, made.counts)
        ),
        writers.write_csv(folder / "ONSPD_Northmere.csv", made.directory, newline="\r\n"),
    ]


def write_assets(folder: Path, made: Made, stock: sites.Sites, seed: int) -> tuple[list[Path], places.Assets]:
    """Write the asset files; also return the assets, which the truth draws on."""
    folder.mkdir(exist_ok=True)
    idaci = made.iod.set_index("LSOA code (2021)")[f"{deprivation.IDACI} Score (rate)"].astype(float)
    assets = places.all_places(stock)
    files = dict(assets.tables)
    files["early_years_childcare_providers"] = schools.childcare(stock)
    files["greenspace_sites"] = greenspace.greenspace(stock, plan.stream(seed, "greenspace"))
    written = [
        writers.write_geojson(folder / f"{name}.geojson", table)
        if isinstance(table, gpd.GeoDataFrame)
        else writers.write_csv(folder / f"{name}.csv", table)
        for name, table in files.items()
    ]
    extract = schools.schools(stock, idaci)
    written.append(writers.write_csv(folder / "edubasealldata20260901.csv", extract, "cp1252", "\r\n"))
    return written, assets


def write_events(folder: Path, made: Made, demand: events.Demand, seed: int) -> list[Path]:
    """Write the referral extract and the monthly series."""
    (folder / "referrals").mkdir(exist_ok=True)
    children = made.counts[2023][:, :, :18].sum(axis=(1, 2))
    areas = made.borough.areas["code"].tolist()
    extract = events.referrals(children, demand, made.directory, areas, plan.stream(seed, "referrals"))
    series = events.monthly_series(extract, plan.stream(seed, "series"))
    return [
        writers.write_csv_gz(folder / "referrals" / "ssd_referrals_2022_2025.csv.gz", extract),
        writers.write_csv(folder / "monthly_children_in_need_Northmere.csv", series),
    ]


def generate(folder: Path, seed: int = plan.SEED) -> list[Path]:
    """Write every file of Northmere into a folder, and the truth behind them beside that folder.

    Parameters
    ----------
    folder
        Where the files go; made if absent. ``truth.json``, which no publisher would release, goes into
        its parent.
    seed
        Another seed gives another borough. The committed files are those of the default.

    Returns
    -------
    list[Path]
        The files written into the folder, sorted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = make_place(seed)
    rank = made.iod[f"{deprivation.IDACI} Rank (where 1 is most deprived)"].to_numpy(dtype=np.int64)
    demand = events.draw_demand(made.kinds, rank, plan.stream(seed, "demand"))
    stock = sites.Sites(made.borough, made.kinds, made.directory, plan.stream(seed, "places"))
    network = roads.build(made.borough, made.warp, stock.homes, plan.stream(seed, "roads"))
    asset_files, assets = write_assets(folder / "assets", made, stock, seed)
    written = write_areas(folder, made, seed) + asset_files + write_events(folder, made, demand, seed)
    written.append(roads.write(folder / "OS_Open_Roads_Northmere.geojson", network.links))
    built_in = truth.collect(
        seed, made.borough, made.kinds, demand, assets, truth.road_truth(network, stock.homes, assets)
    )
    writers.write_json(folder.parent / "truth.json", built_in)
    return sorted(written)


if __name__ == "__main__":
    for path in generate(Path(sys.argv[1]) if len(sys.argv) > 1 else NORTHMERE_FOLDER):
        print(f"{path.stat().st_size:>9,}  {path.name}")
