"""England's published files: the whole country, against the files themselves."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from data.folder import read_folder
from geo.build_folder import build_folder
from geo.builds import Build, open_build
from geo.layers import outlines_of, web_layers
from geo.localities import Localities
from geo.outlines import draw_outlines
from geo.regions import find_regions
from models.classes import classify
from models.levels import Level, level_data
from models.schemes import FIFTHS
from tests.conftest import FULL_PROOFS

pytestmark = pytest.mark.real

CODE, COUNCIL = "LSOA code (2011)", "Local Authority District code (2019)"

NO_LOCALITIES = Localities(pd.DataFrame(), None, {}, (), ())


@pytest.fixture(scope="module")
def file_1(realdata: Path) -> pd.DataFrame:
    """File 1 as plain pandas reads it."""
    path = realdata / "england" / "File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv.gz"
    return pd.read_csv(path, encoding="utf-8-sig", thousands=",").set_index(CODE).sort_index()


def test_england_alone_stays_and_wales_is_set_aside_with_its_number(england_build: Build) -> None:
    frame = england_build.areas.frame
    assert len(frame) == 32_844
    assert frame.index.str.startswith("E01").all()
    (partly,) = [a for a in england_build.report["set_aside"] if a["partly"]]
    assert partly["path"] == "LSOA_2011_BSC_EW.parquet"
    assert "1,909 of its 34,753 areas lie in Wales" in partly["reason"]
    assert set(england_build.areas.coverage.values()) == {1.0}
    assert england_build.report["rejected"] == 0


def test_every_area_has_its_own_published_rank_and_council(
    england_build: Build, file_1: pd.DataFrame
) -> None:
    frame = england_build.areas.frame
    assert frame.index.equals(file_1.index.rename("area_code"))
    assert frame["need_imd_rank"].tolist() == file_1["Index of Multiple Deprivation (IMD) Rank"].tolist()
    assert frame["la_code"].tolist() == file_1[COUNCIL].tolist()
    assert frame["la_name"].tolist() == file_1["Local Authority District name (2019)"].tolist()


def test_councils_have_what_plain_counting_gives_them(england_build: Build, file_1: pd.DataFrame) -> None:
    councils = england_build.areas.aggregate("council").frame
    decile = file_1["Index of Multiple Deprivation (IMD) Decile"]
    worst = decile.eq(1).groupby(file_1[COUNCIL]).mean()
    assert len(councils) == 317
    np.testing.assert_allclose(councils["need_imd_worst_decile_share"], worst)
    assert councils["areas"].tolist() == file_1.groupby(COUNCIL).size().tolist()
    assert councils["pop_total"].sum() == england_build.areas.frame["pop_total"].sum()


def test_a_fifth_of_england_is_in_each_class(england_build: Build) -> None:
    data = level_data(england_build.areas, Level.AREA)
    counts = classify(data, england_build.areas.dictionary["need_imd_rank"]).counts
    assert [counts[key] for key in FIFTHS] == [6_568, 6_569, 6_569, 6_569, 6_569]


def test_the_outlines_of_councils_are_their_areas_joined(england_build: Build) -> None:
    outlines = outlines_of(england_build, "council")
    frame = england_build.areas.frame
    assert len(outlines) == 317
    assert outlines.geometry.is_valid.all()
    together = frame.geometry.area.groupby(frame["la_code"].to_numpy()).sum()
    np.testing.assert_allclose(outlines.area, together.loc[outlines.index], rtol=1e-6)


def test_opened_again_it_is_the_same(england_build: Build) -> None:
    again = open_build(england_build.path)
    assert again.areas.content_hash == england_build.areas.content_hash
    assert again.areas.frame["la_name"].equals(england_build.areas.frame["la_name"])


@pytest.mark.proof
@pytest.mark.parametrize(
    "place", ["Greater Manchester", "England"] if FULL_PROOFS else ["Greater Manchester"]
)
def test_a_council_of_many_is_the_same_alone(
    place: str, request: pytest.FixtureRequest, realdata: Path, tmp_path: Path
) -> None:
    """But for its residents, whom a file of its own tells of where it is alone, and what is made of them."""
    if place == "England":
        many: Build = request.getfixturevalue("england_build")
        alone = build_folder(realdata / "england", tmp_path / "build", council="Trafford")
        of_residents: list[str] = []
    else:
        many, alone = (request.getfixturevalue(name) for name in ("gm_build", "trafford_build"))
        of_residents = [c for c in many.areas.frame if c.startswith(("pop_", "demand_"))]
    whole = many.areas.select("E08000009").frame
    assert whole.columns.equals(alone.areas.frame.columns)
    assert whole.geometry.geom_equals(alone.areas.frame.geometry).all()
    gone = ["geometry", *of_residents]
    pd.testing.assert_frame_equal(
        pd.DataFrame(alone.areas.frame.drop(columns=gone)), pd.DataFrame(whole.drop(columns=gone))
    )


def test_the_layers_of_councils_hold_every_area_once(england_build: Build) -> None:
    layers = web_layers(england_build)
    assert england_build.areas.is_large
    cut = [code for council in layers.of_councils for code in layers.of_council("areas", council).codes]
    assert sorted(cut) == list(layers.areas.codes)


@pytest.mark.proof
def test_regions_join_the_councils_of_a_published_lookup(
    england_build: Build, realdata: Path, tmp_path: Path
) -> None:
    """The file of children in need names regions by council: as a lookup of the ONS it groups England.

    The country is built with it when all is proved; else what was built is grouped.
    """
    found = pd.read_csv(
        realdata / "england" / "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv", dtype="str"
    )
    known = found.dropna(subset=["new_la_code"]).drop_duplicates("new_la_code")
    london = known["region_code"].str.startswith("E13")  # inner and outer, which the ONS does not part
    known.loc[london, ["region_code", "region_name"]] = ["E12000007", "London"]
    lookup = known[["new_la_code", "la_name", "region_code", "region_name"]]
    lookup.columns = ["LAD24CD", "LAD24NM", "RGN24CD", "RGN24NM"]
    folder = tmp_path / "folder"
    folder.mkdir()
    lookup.to_csv(folder / "regions.csv", index=False, encoding="utf-8-sig")
    if FULL_PROOFS:
        for file in (realdata / "england").iterdir():
            (folder / file.name).symlink_to(file)
        build = build_folder(folder, tmp_path / "build")
        frame, notes, outlines = build.areas.frame, build.report["notes"], build.outlines
        assert json.dumps(build.report["regions"]).count(",") == 8
    else:
        files, areas = read_folder(folder), england_build.areas
        regions = find_regions(files, areas.frame, areas.vintage)
        frame, notes = areas.frame.join(regions.frame), regions.notes
        outlines = draw_outlines(files, frame, NO_LOCALITIES).frame
    expected = frame["la_code"].map(known.set_index("new_la_code")["region_code"])
    assert frame["region_code"].dropna().nunique() == 9
    pd.testing.assert_series_equal(
        frame["region_code"].dropna().astype(object), expected.dropna().astype(object), check_names=False
    )
    assert any("have no region in regions.csv" in note for note in notes)
    drawn = outlines[outlines["level"] == "region"]
    assert drawn["code"].tolist() == sorted(frame["region_code"].dropna().unique())
    assert gpd.GeoSeries(drawn.geometry).is_valid.all()
