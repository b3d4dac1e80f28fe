"""Northmere regenerates as committed, keeps its geometry whole, and holds the truths that it claims."""

import gzip
import json
import math
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from data.demo import NORTHMERE_FOLDER, deprivation, writers
from data.demo.generate import generate, make_place
from tests.conftest import FULL_PROOFS

BY_CONTENT = {".xlsx", ".gz"}
POSTCODE = re.compile(r"^ZN[1-5] [0-9][ABDEFGHJLNPQRSTUWXYZ]{2}$")
CODES = {"E00": "output area", "E01": "small area", "E02": "middle area", "E05": "ward", "E08": "council"}
MAX_BYTES = 3_000_000


@pytest.fixture(scope="session")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "northmere"
    generate(folder)
    return folder


@pytest.fixture(scope="session")
def areas() -> gpd.GeoDataFrame:
    return gpd.read_file(NORTHMERE_FOLDER / "LSOA_2021_Boundaries_Northmere.geojson")


@pytest.fixture(scope="session")
def wards() -> gpd.GeoDataFrame:
    return gpd.read_file(NORTHMERE_FOLDER / "Wards_2024_Boundaries_Northmere.geojson")


@pytest.fixture(scope="session")
def council() -> gpd.GeoDataFrame:
    return gpd.read_file(NORTHMERE_FOLDER / "Council_2024_Boundary_Northmere.geojson")


@pytest.fixture(scope="session")
def lookup() -> pd.DataFrame:
    return pd.read_csv(NORTHMERE_FOLDER / "LSOA21_WD24_LAD24_Lookup_Northmere.csv", encoding="utf-8-sig")


@pytest.fixture(scope="session")
def file_7() -> pd.DataFrame:
    return pd.read_csv(NORTHMERE_FOLDER / "File_7_IoD2025_Northmere.csv")


@pytest.fixture(scope="session")
def directory() -> pd.DataFrame:
    return pd.read_csv(NORTHMERE_FOLDER / "ONSPD_Northmere.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="session")
def referrals() -> pd.DataFrame:
    path = NORTHMERE_FOLDER / "referrals" / "ssd_referrals_2022_2025.csv.gz"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="session")
def truth() -> dict:
    return json.loads((NORTHMERE_FOLDER.parent / "truth.json").read_text(encoding="utf-8"))


def published(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "README.md")
    return sorted(str(path.relative_to(folder)) for path in found)


def sheet_rows(path: Path) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def residents(year: int) -> pd.DataFrame:
    rows = sheet_rows(NORTHMERE_FOLDER / "sapelsoasyoa20222024.xlsx")[f"Mid-{year} LSOA 2021"]
    return pd.DataFrame(rows[4:], columns=rows[3]).set_index("LSOA 2021 Code")


def rank_column(index: str) -> str:
    return f"{index} Rank (where 1 is most deprived)"


def score_column(frame: pd.DataFrame, index: str) -> pd.Series:
    name = next(c for c in frame.columns if c in (f"{index} Score", f"{index} Score (rate)"))
    return frame[name]


# --- the committed files are what the generator makes


def test_the_same_files_are_made(remade: Path) -> None:
    assert published(remade) == published(NORTHMERE_FOLDER)


def test_plain_files_are_the_same_byte_for_byte(remade: Path) -> None:
    plain = [name for name in published(remade) if Path(name).suffix not in BY_CONTENT]
    different = [n for n in plain if (remade / n).read_bytes() != (NORTHMERE_FOLDER / n).read_bytes()]
    assert len(plain) == 25
    assert different == []


def test_packed_files_hold_the_same(remade: Path) -> None:
    book, packed = "sapelsoasyoa20222024.xlsx", "referrals/ssd_referrals_2022_2025.csv.gz"
    assert sheet_rows(remade / book) == sheet_rows(NORTHMERE_FOLDER / book)
    fresh, kept = ((f / packed).read_bytes() for f in (remade, NORTHMERE_FOLDER))
    assert gzip.decompress(fresh) == gzip.decompress(kept)


def test_the_truth_is_made_again_beside_the_folder(remade: Path) -> None:
    fresh = (remade.parent / "truth.json").read_bytes()
    assert fresh == (NORTHMERE_FOLDER.parent / "truth.json").read_bytes()
    assert "truth.json" not in published(NORTHMERE_FOLDER)


@pytest.mark.proof
def test_another_seed_makes_another_borough(tmp_path: Path) -> None:
    """Every file of it when all is proved, and its deprivation otherwise."""
    name = "File_7_IoD2025_Northmere.csv"
    if FULL_PROOFS:
        generate(tmp_path, seed=7)
    else:
        writers.write_csv(tmp_path / name, make_place(7).iod)
    assert (tmp_path / name).read_bytes() != (NORTHMERE_FOLDER / name).read_bytes()


def test_everything_is_small() -> None:
    files = (path for path in NORTHMERE_FOLDER.parent.rglob("*") if path.is_file())
    assert sum(path.stat().st_size for path in files if path.suffix != ".pyc") < MAX_BYTES


# --- geometry


def test_sizes_are_those_of_a_borough(areas: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> None:
    assert 120 <= len(areas) <= 140
    assert len(wards) == 20
    square_km = areas.to_crs(27700).area / 1e6
    assert square_km.median() < 0.8
    assert square_km.max() > 8


@pytest.mark.parametrize("layer", ["areas", "wards", "council"])
def test_boundaries_are_plain_valid_polygons(layer: str, request: pytest.FixtureRequest) -> None:
    shapes = request.getfixturevalue(layer).geometry
    assert shapes.is_valid.all()
    assert (shapes.geom_type == "Polygon").all()
    assert shapes.crs.to_epsg() == 4326 or "CRS84" in str(shapes.crs)


def test_neighbours_share_edges_without_gap_or_overlap(
    areas: gpd.GeoDataFrame, wards: gpd.GeoDataFrame
) -> None:
    for layer in (areas, wards):
        assert shapely.coverage_is_valid(layer.geometry.to_numpy(), gap_width=1e-5)
    whole = shapely.coverage_union_all(areas.geometry.to_numpy())
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert shapely.area(areas.geometry.to_numpy()).sum() == pytest.approx(whole.area, rel=1e-12)


def test_wards_and_council_are_unions(
    areas: gpd.GeoDataFrame, wards: gpd.GeoDataFrame, council: gpd.GeoDataFrame, lookup: pd.DataFrame
) -> None:
    ward_of = areas["LSOA21CD"].map(lookup.set_index("LSOA21CD")["WD24CD"])
    for code, shape in wards.set_index("WD24CD").geometry.items():
        members = areas.geometry[ward_of == code].to_numpy()
        assert shapely.coverage_union_all(members).normalize().equals_exact(shape.normalize(), 0.0), code
    union = shapely.coverage_union_all(wards.geometry.to_numpy())
    assert union.normalize().equals_exact(council.geometry.iloc[0].normalize(), 0.0)


def test_nobody_real_lives_near(council: gpd.GeoDataFrame) -> None:
    west, south, east, north = council.to_crs(27700).total_bounds
    assert west > 555_000
    assert east < 585_000
    assert south > 465_000
    assert north < 495_000


# --- codes


def test_codes_lie_in_unused_ranges() -> None:
    found: dict[str, set[str]] = {}
    for name in published(NORTHMERE_FOLDER):
        if Path(name).suffix in (".csv", ".geojson"):
            raw = (NORTHMERE_FOLDER / name).read_bytes()
            for code in re.findall(rb"\b[EW][0-9]{2}[0-9]{6}\b", raw):
                found.setdefault(code[:3].decode(), set()).add(code.decode())
    assert set(found) - {"E99"} == set(CODES)
    stray = {code for kind in CODES for code in found[kind] if not code[3:].startswith("99")}
    assert stray == set()
    assert found["E99"] == {"E99999999"}


def test_every_area_is_in_every_table(
    areas: gpd.GeoDataFrame, lookup: pd.DataFrame, file_7: pd.DataFrame, directory: pd.DataFrame
) -> None:
    codes = set(areas["LSOA21CD"])
    assert areas["LSOA21CD"].is_unique
    assert set(lookup["LSOA21CD"]) == codes
    assert set(file_7["LSOA code (2021)"]) == codes
    assert set(directory["lsoa21"]) - {""} == codes
    assert all(set(residents(year).index) == codes for year in (2022, 2023, 2024))


def test_names_follow_middle_areas_of_four_to_six(areas: gpd.GeoDataFrame) -> None:
    assert areas["LSOA21NM"].str.fullmatch(r"Northmere 0[0-9]{2}[A-F]").all()
    assert areas["LSOA21NM"].is_unique
    assert areas["LSOA21NM"].str[:-1].value_counts().between(4, 6).all()


def test_the_lookup_is_written_as_ons_does() -> None:
    raw = (NORTHMERE_FOLDER / "LSOA21_WD24_LAD24_Lookup_Northmere.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfLSOA21CD,LSOA21NM,WD24CD,WD24NM,LAD24CD,LAD24NM\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")


# --- deprivation


def test_file_7_has_the_published_headers(file_7: pd.DataFrame) -> None:
    assert len(file_7.columns) == 56
    assert file_7.columns[4] == "Index of Multiple Deprivation (IMD) Score"
    assert file_7.columns[7] == "Income Score (rate)"
    cut_short = "Children and Young People Sub-domain Decile (where 1 is most deprived 10% of LSO"
    assert file_7.columns[36] == cut_short
    assert sum(c.endswith("Rank (where 1 is most deprived)") for c in file_7.columns) == 16


@pytest.mark.parametrize("index", deprivation.PUBLISHED)
def test_ranks_deciles_and_scores_agree(file_7: pd.DataFrame, index: str) -> None:
    rank = file_7[rank_column(index)]
    decile = file_7[deprivation.decile_header(index)]
    assert rank.is_unique
    assert rank.between(1, 33_755).all()
    assert (decile == np.ceil(rank * 10 / 33_755)).all()
    by_rank = score_column(file_7, index).to_numpy()[np.argsort(rank.to_numpy())]
    assert (np.diff(by_rank) <= 0).all()


def test_scores_are_on_their_published_scales(file_7: pd.DataFrame) -> None:
    for index in (*deprivation.RATES, deprivation.SKILLS):
        assert score_column(file_7, index).between(0, 1).all(), index
    for index in deprivation.LINES:
        spread = 12 if index == deprivation.WIDER else 4
        assert score_column(file_7, index).between(-spread, spread).all(), index
    for index in (*deprivation.PARTS, deprivation.GEOGRAPHICAL):
        assert score_column(file_7, index).between(0, 100).all(), index


@pytest.mark.parametrize("index", list(deprivation.PARTS))
def test_composite_scores_follow_from_their_parts(file_7: pd.DataFrame, index: str) -> None:
    expected = np.zeros(len(file_7))
    for part, weight in deprivation.PARTS[index].items():
        standing = 1 - (file_7[rank_column(part)].to_numpy() - 1) / 33_755
        expected += weight * -23 * np.log(1 - standing * (1 - math.exp(-100 / 23)))
    assert np.abs(expected - score_column(file_7, index).to_numpy()).max() < 0.0006


# --- people


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_population_adds_up(year: int) -> None:
    people = residents(year)
    by_sex = {sex: people[[f"{sex}{age}" for age in range(91)]].sum(axis=1) for sex in "FM"}
    assert (people["Total"] == by_sex["F"] + by_sex["M"]).all()
    assert people["Total"].between(900, 3200).all()


def test_file_7_populations_are_those_of_mid_2022(file_7: pd.DataFrame) -> None:
    people = residents(2022).loc[file_7["LSOA code (2021)"]]
    ranges = {
        "Total population: mid 2022": range(91),
        "Dependent Children aged 0-15: mid 2022": range(16),
        "Older population aged 60 and over: mid 2022": range(60, 91),
        "Working age population 18-66 (for use with Employment Deprivation Domain): mid 2022": range(18, 67),
    }
    for column, ages in ranges.items():
        counted = people[[f"{sex}{age}" for sex in "FM" for age in ages]].sum(axis=1)
        assert (counted.to_numpy() == file_7[column].to_numpy()).all(), column


# --- postcodes


def test_postcodes_are_in_the_unallocated_area(directory: pd.DataFrame) -> None:
    assert directory["pcds"].is_unique
    assert directory["pcds"].map(POSTCODE.match).notna().all()
    assert (directory["pcd"].str.len() == 7).all()
    assert (directory["pcd2"].str.len() == 8).all()
    assert directory["pcds"].str[:3].nunique() == 5


def test_live_postcodes_lie_in_the_area_they_name(directory: pd.DataFrame, areas: gpd.GeoDataFrame) -> None:
    live = directory[(directory["doterm"] == "") & (directory["osgrdind"] == "1")]
    shapes = areas.set_index("LSOA21CD").geometry.loc[live["lsoa21"]]
    places = shapely.points(live["long"].astype(float), live["lat"].astype(float))
    assert shapely.contains(shapes.to_numpy(), places).all()
    on_grid = gpd.GeoSeries.from_xy(live["oseast1m"].astype(int), live["osnrth1m"].astype(int), crs=27700)
    assert shapely.contains(shapes.to_crs(27700).to_numpy(), on_grid.to_numpy()).all()
    assert live.groupby("lsoa21").size().between(12, 25).all()


def test_some_postcodes_are_ended_and_some_have_no_place(directory: pd.DataFrame) -> None:
    assert 30 <= (directory["doterm"] != "").sum() <= 150
    lost = directory[directory["osgrdind"] == "9"]
    assert len(lost) == 6
    assert (lost["lat"] == "99.999999").all()
    assert (lost["lsoa21"] == "").all()


# --- assets


def test_real_postcodes_never_appear() -> None:
    outward = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2})\b")
    for name in published(NORTHMERE_FOLDER / "assets"):
        encoding = "cp1252" if name.startswith("edubase") else "utf-8"
        found = outward.findall((NORTHMERE_FOLDER / "assets" / name).read_text(encoding=encoding))
        assert all(code.startswith("ZN") for code in found), name


def test_assets_across_the_border_are_near(council: gpd.GeoDataFrame) -> None:
    schools = pd.read_csv(NORTHMERE_FOLDER / "assets" / "edubasealldata20260901.csv", encoding="cp1252")
    places = gpd.GeoSeries.from_xy(schools["Easting"], schools["Northing"], crs=27700)
    away = places.distance(council.to_crs(27700).geometry.iloc[0])
    assert (away > 0).sum() == 3
    assert (away < 3000).all()
    assert set(schools["LA (name)"][away > 0]) == {"Eastmarch"}


def test_schools_are_in_the_area_they_name(areas: gpd.GeoDataFrame) -> None:
    schools = pd.read_csv(
        NORTHMERE_FOLDER / "assets" / "edubasealldata20260901.csv", encoding="cp1252", keep_default_na=False
    )
    local = schools[schools["LSOA (code)"] != ""]
    shapes = areas.to_crs(27700).set_index("LSOA21CD").geometry.loc[local["LSOA (code)"]]
    assert shapely.contains_xy(shapes.to_numpy(), local["Easting"], local["Northing"]).all()
    assert "St Zoë's" in " ".join(schools["EstablishmentName"])


def test_greenspace_is_free_of_homes(directory: pd.DataFrame) -> None:
    parks = gpd.read_file(NORTHMERE_FOLDER / "assets" / "greenspace_sites.geojson").to_crs(27700)
    placed = directory[(directory["osgrdind"] == "1") & (directory["doterm"] == "")]
    homes = shapely.points(placed["oseast1m"].astype(float), placed["osnrth1m"].astype(float))
    assert parks.is_valid.all()
    assert (parks.area > 20_000).sum() >= 12
    assert not shapely.STRtree(parks.geometry.to_numpy()).query(homes, predicate="intersects").size


def test_duplicates_told_by_the_truth_are_there(truth: dict) -> None:
    text = {
        path.stem: path.read_text(encoding="utf-8") for path in (NORTHMERE_FOLDER / "assets").glob("*[!1].*")
    }
    assert len(truth["duplicates"]) >= 4
    for pair in truth["duplicates"]:
        assert pair["name"] in text[pair["file"]]
        assert pair["other_name"] in text[pair["other_file"]]


# --- what there is to find


def test_kinds_overlap(truth: dict, file_7: pd.DataFrame) -> None:
    main = {code: max(told["kinds"], key=told["kinds"].get) for code, told in truth["areas"].items()}
    rank = file_7.set_index("LSOA code (2021)")[rank_column(deprivation.IDACI)]
    kind = pd.Series(main).loc[rank.index]
    estate, centre = rank[kind == "estate"].to_numpy(), rank[kind == "centre"].to_numpy()
    cuts = np.concatenate([estate, centre])
    right = max(((estate <= cut).mean() + (centre > cut).mean()) / 2 for cut in cuts)
    assert min(len(estate), len(centre)) >= 6
    assert right < 0.9
    share = pd.Series({code: max(told["kinds"].values()) for code, told in truth["areas"].items()})
    assert (share < 0.9).mean() > 0.15


def test_deprivation_is_shared_by_neighbours(areas: gpd.GeoDataFrame, file_7: pd.DataFrame) -> None:
    rank = file_7.set_index("LSOA code (2021)")[rank_column(deprivation.IDACI)].loc[areas["LSOA21CD"]]
    left, right = areas.sindex.query(areas.geometry, predicate="touches")
    standing = (rank - rank.mean()).to_numpy() / rank.std()
    assert (standing[left] * standing[right]).mean() > 0.35


def test_the_estate_is_far_from_a_hub(truth: dict) -> None:
    gap = truth["gaps"]["estate_without_hub"]
    assert len(gap["areas"]) >= 5
    assert min(gap["nearest_hub_m"]) > 1000
    assert not set(gap["wards"]) & set(truth["gaps"]["wards_with_hub_or_centre"])


def test_referrals_have_the_expected_rate_and_faults(referrals: pd.DataFrame) -> None:
    children = residents(2023)[[f"{sex}{age}" for sex in "FM" for age in range(18)]].to_numpy().sum()
    rate = len(referrals.drop_duplicates()) / 3 / children * 10_000
    assert rate == pytest.approx(525, rel=0.06)
    assert 5 <= referrals.duplicated().sum() <= 30
    clean = referrals["addr_address_postcode"].map(POSTCODE.match).notna()
    assert clean.mean() == pytest.approx(0.912, abs=0.02)
    assert referrals["cine_referral_date"].between("2022-04-01", "2025-03-31").all()


def test_lifted_areas_stand_out(
    referrals: pd.DataFrame, directory: pd.DataFrame, truth: dict, file_7: pd.DataFrame
) -> None:
    area = directory.set_index("pcds")["lsoa21"]
    counts = referrals.drop_duplicates()["addr_address_postcode"].str.upper().map(area).value_counts()
    told = truth["referrals"]
    frame = file_7.set_index("LSOA code (2021)")
    kinds = pd.DataFrame({code: entry["kinds"] for code, entry in truth["areas"].items()}).fillna(0.0)
    by_kind = pd.Series({kind: entry["referral_log_ratio"] for kind, entry in truth["kinds"].items()})
    expected = frame["Dependent Children aged 0-15: mid 2022"] * np.exp(
        told["log_gradient_of_idaci"] * (1 - frame[rank_column(deprivation.IDACI)] / 33_755)
        + by_kind @ kinds.loc[by_kind.index, frame.index]
    )
    ratio = counts.reindex(frame.index).fillna(0) / expected
    plain = ratio.drop(told["lifted_areas"] + told["rising_areas"])
    assert (ratio[told["lifted_areas"]] / plain.median()).mean() == pytest.approx(told["lift"], rel=0.2)


def test_the_series_agrees_with_the_extract(referrals: pd.DataFrame) -> None:
    series = pd.read_csv(NORTHMERE_FOLDER / "monthly_children_in_need_Northmere.csv").set_index("month")
    counted = referrals.drop_duplicates()["cine_referral_date"].str[:7].value_counts().sort_index()
    assert len(series) == 84
    assert (series["referrals"].loc[counted.index] == counted).all()
    assert len(counted) == 36


def test_the_step_and_the_break_are_in_the_series(truth: dict) -> None:
    series = pd.read_csv(NORTHMERE_FOLDER / "monthly_children_in_need_Northmere.csv").set_index("month")
    step, change = truth["series"]["step_change"], truth["series"]["definition_break"]
    month = pd.PeriodIndex(series.index, freq="M").month.to_numpy()
    level = series["referrals"] / np.asarray(truth["series"]["season_april_to_march"])[(month - 4) % 12]
    before, after = level["2021-10":"2023-09"].mean(), level[step["month"] : "2025-03"].mean()
    assert after / before == pytest.approx(step["factor"], abs=0.07)
    seen = series["assessments"] / series["referrals"]
    jump = seen[change["month"] :].mean() / seen["2024-04":"2025-03"].mean()
    told = change["factors"]["assessments"] / change["factors"]["referrals"]
    assert jump == pytest.approx(told, abs=0.06)
