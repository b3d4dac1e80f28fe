"""Elmshire: an invented place of 24 small areas, 6 wards and 2 councils, in the layouts of the publishers.

It lies on a grid of 1 km squares in British National Grid, four to a row; a row is a ward and three rows are
a council. Between 2011 and 2021 five squares changed: one area was split in two, two were merged into one,
and the edge between two others moved; the other 19 kept their codes.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.codes import LSOA_COUNT
from data.indicators import Kind, indicators
from geo.build_folder import build_folder
from geo.builds import Build

CRS = "EPSG:27700"
WEST, SOUTH, SIDE = 430_000.0, 560_000.0, 1_000.0
ACROSS, CELLS = 4, 24
COUNCILS = (("E06000901", "Oakmere"), ("E06000902", "Ashby Vale"))
CHANGED = {0: "E01035001", 1: "E01035002", 2: "E01035003", 4: "E01035004", 5: "E01035005"}
"""Squares whose area was new in 2021."""

RETIRED = {
    "E01020101": [(0, 0.0, 1.0), (1, 0.0, 1.0)],
    "E01020102": [(2, 0.0, 0.5)],
    "E01020103": [(2, 0.5, 1.0)],
    "E01020104": [(4, 0.0, 1.0), (5, 0.0, 0.5)],
    "E01020105": [(5, 0.5, 1.0)],
}
"""The 2011 areas that were there before: the squares of each, and from where to where across."""

PAIRS = [
    ("E01020101", "E01035001", "S"),
    ("E01020101", "E01035002", "S"),
    ("E01020102", "E01035003", "M"),
    ("E01020103", "E01035003", "M"),
    ("E01020104", "E01035004", "X"),
    ("E01020104", "E01035005", "X"),
    ("E01020105", "E01035005", "X"),
]
IOD_YEARS = {"2019": ("2011", "2019", "2015"), "2025": ("2021", "2024", "2022")}


def small_areas(vintage: str = "2021", changed: bool = True) -> gpd.GeoDataFrame:
    """Elmshire's areas of a vintage, index `area_code`, with names, wards and councils.

    Without `changed` no area changed between the vintages, and the codes are the same in both.
    """
    cells = {f"E01020{cell:03d}": [(cell, 0.0, 1.0)] for cell in range(CELLS)}
    if changed:
        cells = {c: parts for c, parts in cells.items() if parts[0][0] not in CHANGED}
        new = {code: [(cell, 0.0, 1.0)] for cell, code in CHANGED.items()}
        cells |= new if vintage == "2021" else RETIRED
    rows = [_describe(code, parts) for code, parts in sorted(cells.items())]
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)
    return frame.set_index("area_code")


def _describe(code: str, parts: list[tuple[int, float, float]]) -> dict[str, object]:
    row = parts[0][0] // ACROSS
    council, name = COUNCILS[row // 3]
    boxes = []
    for cell, start, end in parts:
        x, y = WEST + cell % ACROSS * SIDE, SOUTH + cell // ACROSS * SIDE
        boxes.append(shapely.box(x + start * SIDE, y, x + end * SIDE, y + SIDE))
    return {
        "area_code": code,
        "area_name": f"{name} {code[-3:]}A",
        "ward_code": f"E05009{row:03d}",
        "ward_name": f"Ward {'ABCDEF'[row]}",
        "la_code": council,
        "la_name": name,
        "geometry": shapely.union_all(boxes),
    }


def outlines(areas: gpd.GeoDataFrame, prefix: str) -> gpd.GeoDataFrame:
    """Wards ("ward") or councils ("la") of the areas, index code, columns `name, geometry`."""
    joined = areas.dissolve(by=f"{prefix}_code")[[f"{prefix}_name", "geometry"]]
    return joined.rename(columns={f"{prefix}_name": "name"})


def boundary_layer(
    areas: gpd.GeoDataFrame, code: str = "LSOA21CD", name: str = "LSOA21NM"
) -> gpd.GeoDataFrame:
    """Areas in the columns of the ONS Open Geography Portal."""
    return gpd.GeoDataFrame(
        {code: areas.index, name: areas["area_name"].to_numpy()}, geometry=areas.geometry.to_numpy(), crs=CRS
    )


def outline_layer(areas: gpd.GeoDataFrame, prefix: str, code: str) -> gpd.GeoDataFrame:
    """Wards or councils in the columns of the ONS Open Geography Portal."""
    made = outlines(areas, prefix)
    return gpd.GeoDataFrame(
        {code: made.index, code.replace("CD", "NM"): made["name"].to_numpy()},
        geometry=made.geometry.to_numpy(),
        crs=CRS,
    )


def lookup(areas: gpd.GeoDataFrame, lsoa: str = "21", ward: str = "25", council: str = "25") -> pd.DataFrame:
    """A lookup from small areas to wards and councils in the columns of the ONS."""
    names = {
        f"LSOA{lsoa}CD": areas.index,
        f"LSOA{lsoa}NM": areas["area_name"].to_numpy(),
        f"WD{ward}CD": areas["ward_code"].to_numpy(),
        f"WD{ward}NM": areas["ward_name"].to_numpy(),
        f"LAD{council}CD": areas["la_code"].to_numpy(),
        f"LAD{council}NM": areas["la_name"].to_numpy(),
    }
    return pd.DataFrame(names)


def crosswalk_pairs() -> pd.DataFrame:
    """The exact lookup of LSOA 2011 to 2021, with CHGIND."""
    same = [(code, code, "U") for code in small_areas().index if code not in CHANGED.values()]
    pairs = pd.DataFrame(sorted([*same, *PAIRS]), columns=["LSOA11CD", "LSOA21CD", "CHGIND"])
    pairs.insert(1, "LSOA11NM", "Elmshire " + pairs["LSOA11CD"].str[-3:])
    pairs.insert(3, "LSOA21NM", "Elmshire " + pairs["LSOA21CD"].str[-3:])
    return pairs.assign(LAD22CD="E06000901", LAD22NM="Oakmere")


def indices(areas: gpd.GeoDataFrame, edition: str = "2025", seed: int = 7) -> pd.DataFrame:
    """File 7 of the Indices of Deprivation under its published header: 56 columns."""
    lsoa_year, council_year, mid = IOD_YEARS[edition]
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            f"LSOA code ({lsoa_year})": areas.index,
            f"LSOA name ({lsoa_year})": areas["area_name"].to_numpy(),
            f"Local Authority District code ({council_year})": areas["la_code"].to_numpy(),
            f"Local Authority District name ({council_year})": areas["la_name"].to_numpy(),
        }
    )
    stems = dict.fromkeys(e.published_name for e in indicators().values() if e.published_name)
    for stem in stems:
        rank = draw.choice(LSOA_COUNT[lsoa_year], len(areas), replace=False) + 1
        rate = stem in RATES
        frame[f"{stem} Score{' (rate)' if rate else ''}"] = draw.random(len(areas)).round(3)
        frame[f"{stem} Rank (where 1 is most deprived)"] = rank
        frame[f"{stem} Decile (where 1 is most deprived 10% of LSOAs)"] = np.ceil(
            rank * 10 / LSOA_COUNT[lsoa_year]
        ).astype(int)
    frame[f"Total population: mid {mid}"] = draw.integers(1_000, 3_000, len(areas))
    frame[f"Dependent Children aged 0-15: mid {mid}"] = draw.integers(100, 600, len(areas))
    frame[f"Older population aged 60 and over: mid {mid}"] = draw.integers(100, 600, len(areas))
    working = f"Working age population 18-66 (for use with Employment Deprivation Domain): mid {mid}"
    frame[working] = draw.integers(500, 900, len(areas))
    return frame


RATES = {
    "Income",
    "Employment",
    "Income Deprivation Affecting Children Index (IDACI)",
    "Income Deprivation Affecting Older People (IDAOPI)",
}


def published_columns(kind: Kind) -> dict[str, str]:
    """Indicator ids of a kind by the published stem."""
    return {e.published_name: e.id for e in indicators().values() if e.published_name and e.kind is kind}


def population(areas: gpd.GeoDataFrame, seed: int = 11) -> pd.DataFrame:
    """The sheet of the ONS workbook: `Total`, then `F0..F90, M0..M90`."""
    draw = np.random.default_rng(seed)
    ages = [f"{sex}{age}" for sex in "FM" for age in range(91)]
    counts = pd.DataFrame(draw.integers(0, 30, (len(areas), len(ages))), columns=ages)
    counts.insert(0, "Total", counts.sum(axis=1))
    head = {
        "LAD 2023 Code": areas["la_code"].to_numpy(),
        "LAD 2023 Name": areas["la_name"].to_numpy(),
        "LSOA 2021 Code": areas.index,
        "LSOA 2021 Name": areas["area_name"].to_numpy(),
    }
    return pd.concat([pd.DataFrame(head), counts], axis=1)


def postcodes(per_square: dict[int, int] | None = None) -> pd.DataFrame:
    """A postcode directory: so many postcodes in each square (4 when not named), none on an edge."""
    rows = []
    for cell in range(CELLS):
        for n in range((per_square or {}).get(cell, 4)):
            x = WEST + cell % ACROSS * SIDE + 110 + 210 * (n % 4)
            y = SOUTH + cell // ACROSS * SIDE + 110 + 210 * (n // 4)
            rows.append(
                (f"ZE{cell // 9 + 1} {cell % 9 + 1}{LETTERS[n]}{LETTERS[cell % 9]}", int(x), int(y), "")
            )
    return pd.DataFrame(rows, columns=["pcds", "oseast1m", "osnrth1m", "doterm"])


LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def write_workbook(path: Path, sheets: dict[str, tuple[list[str], pd.DataFrame]]) -> None:
    """Write sheets, each with lines of text above its header, as the publishers do."""
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, (above, frame) in sheets.items():
            frame.to_excel(writer, sheet_name=name, startrow=len(above), index=False)
            for row, line in enumerate(above, start=1):
                writer.sheets[name].cell(row, 1, line)


def write_geojson(path: Path, layer: gpd.GeoDataFrame, crs: str | None = "EPSG:4326") -> None:
    """Write GeoJSON in longitude and latitude, or in British National Grid without saying so (`crs=None`)."""
    if crs is None:
        path.write_text(layer.set_crs(None, allow_override=True).to_json(drop_id=True), encoding="utf-8")
    else:
        path.write_text(layer.to_crs(crs).to_json(drop_id=True), encoding="utf-8")


def carried_folder(folder: Path) -> Path:
    """Elmshire on 2021 boundaries with IoD 2019 alone, the lookup of 2011 to 2021, and postcodes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_geojson(folder / "areas.geojson", boundary_layer(small_areas()))
    lookup(small_areas()).to_csv(folder / "lookup.csv", index=False)
    indices(small_areas("2011"), "2019").to_csv(folder / "file7.csv", index=False)
    crosswalk_pairs().to_csv(folder / "crosswalk.csv", index=False)
    postcodes({0: 6, 1: 2}).to_csv(folder / "postcodes.csv", index=False)
    return folder


def simple_folder(folder: Path, edition: str = "2025", with_lookup: bool = True) -> Path:
    """Elmshire on 2021 boundaries as plain files: GeoJSON, File 7 and, if asked for, a lookup."""
    folder.mkdir(parents=True, exist_ok=True)
    vintage = "2021" if edition == "2025" else "2011"
    areas = small_areas(vintage)
    short = vintage[2:]
    write_geojson(folder / "areas.geojson", boundary_layer(areas, f"LSOA{short}CD", f"LSOA{short}NM"))
    indices(areas, edition).to_csv(folder / "file7.csv", index=False)
    if with_lookup:
        lookup(areas, short).to_csv(folder / "lookup.csv", index=False)
    return folder


def make(folder: Path, **options: str) -> Build:
    """Build a folder into one beside it."""
    return build_folder(folder, folder.parent / "out", **options)
