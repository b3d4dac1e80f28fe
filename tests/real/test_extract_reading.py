"""The simulated referrals of Greater Manchester: fates and counts equal those of plain pandas."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from data.folder import recognise_file
from data.postcode_text import canonical, is_placeholder, normalise, squeeze
from data.referral_codes import NEEDS, SOURCES
from data.referral_rows import FATES, EventKind, Extracts, Fate, Located
from data.sources.base import Source
from data.sources.referral_read import read_extracts

pytestmark = pytest.mark.real

EXTRACT = "referrals/simulated_referrals_2022_2025.csv.gz"
FATES_WANTED = {
    Fate.USED: 115_409,
    Fate.NO_ADDRESS: 915,
    Fate.PLACEHOLDER: 780,
    Fate.MALFORMED: 378,
    Fate.OUTSIDE: 335,
    Fate.REPEATED: 235,
}


@pytest.fixture(scope="module")
def homes(greater_manchester: Path) -> pd.Series:
    """The small area of every postcode, by a spatial join of its point; index canonical postcode."""
    areas = gpd.read_file(greater_manchester / "boundaries/2021_gm_lsoa_generalised.geojson").to_crs(27700)
    files = [f for f in sorted((greater_manchester / "postcodes").glob("*.csv")) if len(f.stem) <= 2]
    names = ["postcode", "quality", "easting_m", "northing_m"]
    codes = pd.concat(pd.read_csv(f, header=None, names=names) for f in files)
    points = gpd.GeoDataFrame(
        {"postcode": normalise(codes["postcode"])},
        geometry=gpd.points_from_xy(codes["easting_m"], codes["northing_m"]),
        crs=27700,
    )
    joined = points.sjoin(areas[["area_code", "geometry"]], predicate="within")
    return joined.groupby("postcode")["area_code"].min()


@pytest.fixture(scope="module")
def plain(greater_manchester: Path, homes: pd.Series) -> pd.DataFrame:
    """The rows as pandas reads them, with area and fate worked out in the open."""
    rows = pd.read_csv(greater_manchester / EXTRACT, dtype=str, keep_default_na=False)
    typed = rows["addr_address_postcode"].str.strip()
    rows["area"] = (
        typed.str.upper().str.replace(" ", "").map(homes.set_axis(homes.index.str.replace(" ", "")))
    )
    rows["fate"] = Fate.OUTSIDE
    rows.loc[rows["area"].notna(), "fate"] = Fate.USED
    rows.loc[typed.str.endswith("!"), "fate"] = Fate.MALFORMED
    rows.loc[typed.isin(["XXX XXX", "nopostcode"]), "fate"] = Fate.PLACEHOLDER
    rows.loc[typed == "", "fate"] = Fate.NO_ADDRESS
    rows["rank"] = rows["fate"].map(list(FATES).index)
    rows = rows.sort_values(["rank", "area", "cine_referral_source_code", "cine_cin_primary_need_code"])
    again = rows.duplicated(["cine_person_id", "cine_referral_date"])
    rows.loc[again, "fate"] = Fate.REPEATED
    return rows


@pytest.fixture(scope="module")
def found(greater_manchester: Path, homes: pd.Series) -> Extracts:
    """The same file as it is read for a build."""
    areas = pd.Index(sorted(homes.unique()))
    place = dict(zip(homes.index, areas.get_indexer(pd.Index(homes)), strict=True))

    def locate(addresses: pd.DataFrame) -> Located:
        typed = [canonical(squeeze(text)) for text in addresses["postcode"]]
        area = np.array([place.get(postcode, -1) for postcode in typed], np.int32)
        fate = np.where(area >= 0, FATES.index(Fate.USED), FATES.index(Fate.OUTSIDE)).astype(np.int8)
        fate[[postcode is None for postcode in typed]] = FATES.index(Fate.MALFORMED)
        fate[is_placeholder(addresses["postcode"]).to_numpy()] = FATES.index(Fate.PLACEHOLDER)
        return Located(area, fate, np.zeros(len(area), bool))

    (source,) = recognise_file(greater_manchester / EXTRACT)
    assert isinstance(source, Source)
    return read_extracts([source], locate, date(2025, 6, 1), areas=areas)


def test_every_row_has_the_fate_that_a_plain_count_gives(found: Extracts, plain: pd.DataFrame) -> None:
    (file,) = found.files
    assert (file.kind, file.layout, file.rows) == (
        EventKind.REFERRAL,
        "Standard Safeguarding Dataset",
        118_052,
    )
    assert file.fates == plain["fate"].value_counts().to_dict() == FATES_WANTED
    assert (file.first, file.last) == (date(2022, 4, 1), date(2025, 3, 31))
    assert (file.uncoded, file.apart, found.not_read) == ({}, {}, ())


def test_areas_and_months_are_those_of_a_plain_count(found: Extracts, plain: pd.DataFrame) -> None:
    rows, used = found.rows, plain[plain["fate"] == Fate.USED]
    months = pd.to_datetime(rows.day, unit="D").strftime("%Y-%m")
    counted = pd.DataFrame({"area": rows.areas[rows.area], "month": months}).value_counts()
    wanted = pd.DataFrame({"area": used["area"], "month": used["cine_referral_date"].str[:7]}).value_counts()
    assert counted.sort_index().to_dict() == wanted.sort_index().to_dict()


def test_sources_and_needs_are_those_of_a_plain_count(found: Extracts, plain: pd.DataFrame) -> None:
    used = plain[plain["fate"] == Fate.USED]
    for codes, numbers, column in (
        (SOURCES, found.rows.source, "cine_referral_source_code"),
        (NEEDS, found.rows.need, "cine_cin_primary_need_code"),
    ):
        counts = pd.Series(np.array(list(codes))[numbers]).value_counts().to_dict()
        wanted = used[column].value_counts().to_dict()
        assert counts == wanted


def test_children_are_as_many_and_their_numbers_are_nowhere(found: Extracts, plain: pd.DataFrame) -> None:
    used = plain[plain["fate"] == Fate.USED]
    per_child = np.unique(found.rows.person, return_counts=True)[1]
    assert sorted(per_child) == sorted(used["cine_person_id"].value_counts())
    assert not np.isin(found.rows.person, used["cine_person_id"].astype("uint64")).any()
