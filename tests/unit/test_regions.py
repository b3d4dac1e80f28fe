"""Regions come from lookups in the layouts of the ONS, by small area or by council, and can be mapped."""

from pathlib import Path

import pandas as pd
import places
import pytest
from reading import read_csv

from data.codes import AreaKind
from data.sources import lookups
from data.sources.base import SourceKind
from data.tables import read_tables
from geo.build_folder import build_folder
from geo.builds import Build
from geo.layers import outlines_of

COUNCILS = dict(places.COUNCILS)
REGIONS = {"E06000901": ("E12000001", "North East"), "E06000902": ("E12000003", "Yorkshire")}


def of_councils(regions: dict[str, tuple[str, str]] | None = None) -> pd.DataFrame:
    """Local authority district to region, as the Open Geography Portal has it."""
    rows = [
        (number, council, COUNCILS.get(council, "Elsewhere"), *region)
        for number, (council, region) in enumerate((REGIONS if regions is None else regions).items())
    ]
    return pd.DataFrame(rows, columns=["ObjectId", "LAD24CD", "LAD24NM", "RGN24CD", "RGN24NM"])


def of_areas() -> pd.DataFrame:
    """Small area to council and region."""
    lookup = places.lookup(places.small_areas())
    council = next(c for c in lookup.columns if c.startswith("LAD") and c.endswith("CD"))
    names = lookup[council].map(REGIONS)
    return lookup.assign(RGN24CD=names.str[0], RGN24NM=names.str[1])


def build(folder: Path, regions: pd.DataFrame | None, **further: pd.DataFrame) -> Build:
    """The simple place with a lookup of regions beside its own files."""
    places.simple_folder(folder)
    for name, frame in {**further, **({"regions": regions} if regions is not None else {})}.items():
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
    return build_folder(folder, folder.with_name("build"))


def test_councils_to_regions_are_read_as_the_portal_has_them(tmp_path: Path) -> None:
    path = tmp_path / "file"
    of_councils().to_csv(path, index=False, encoding="utf-8-sig")
    source = lookups.recognise(read_tables(path)[0])
    assert source is not None
    assert (source.kind, source.area_kind) == (SourceKind.LOOKUP, AreaKind.COUNCIL)
    assert source.frame["region_code"].to_dict() == {code: region for code, (region, _) in REGIONS.items()}
    assert source.frame["region_name"].tolist() == ["North East", "Yorkshire"]
    assert source.edition == "2024"


def test_the_regions_of_small_areas_are_read_beside_their_councils(tmp_path: Path) -> None:
    source = read_csv(of_areas(), tmp_path / "file", lookups)
    assert source.area_kind is AreaKind.LSOA
    assert set(source.frame["region_code"]) == {"E12000001", "E12000003"}
    assert source.frame["la_code"].notna().all()


def test_a_code_that_is_no_region_is_none(tmp_path: Path) -> None:
    sound = {f"E060010{n:02}": ("E12000001", "North East") for n in range(18)}
    lookup = of_councils({**sound, "E09000001": ("E13000001", "Inner London")})
    codes = read_csv(lookup, tmp_path / "file", lookups).frame["region_code"]
    assert codes.index[codes.isna()].tolist() == ["E09000001"]


def test_a_lookup_without_regions_has_no_such_columns(tmp_path: Path) -> None:
    assert (
        "region_code" not in read_csv(places.lookup(places.small_areas()), tmp_path / "file", lookups).frame
    )


@pytest.mark.parametrize("lookup", [of_councils(), of_areas()], ids=["councils", "areas"])
def test_every_small_area_knows_its_region_and_where_that_is_from(
    tmp_path: Path, lookup: pd.DataFrame
) -> None:
    made = build(tmp_path / "folder", lookup)
    frame = made.areas.frame
    assert frame["region_code"].tolist() == [REGIONS[code][0] for code in frame["la_code"]]
    assert made.areas.provenance["region_code"].file == "regions.csv"
    assert made.report["regions"] == ["North East", "Yorkshire"]
    (file,) = [f for f in made.report["files"] if f["path"] == "regions.csv"]
    assert file["used"]
    assert not [a for a in made.report["set_aside"] if a["path"] == "regions.csv"]


def test_regions_are_drawn_as_their_councils_joined(tmp_path: Path) -> None:
    made = build(tmp_path / "folder", of_councils())
    regions, councils = outlines_of(made, "region"), outlines_of(made, "council")
    assert regions["name"].to_dict() == dict(REGIONS.values())
    assert regions.area.tolist() == pytest.approx(councils.area.tolist())
    assert regions["la_code"].isna().all()


def test_counts_of_regions_add_up_to_the_whole(tmp_path: Path) -> None:
    made = build(tmp_path / "folder", of_councils())
    regions = made.areas.aggregate("region")
    assert regions.frame["pop_iod_total"].sum() == made.areas.frame["pop_iod_total"].sum()
    assert regions.frame["areas"].sum() == len(made.areas.frame)
    assert regions.frame["la_code"].isna().all()


def test_a_council_without_a_region_is_named(tmp_path: Path) -> None:
    one = {code: REGIONS[code] for code in list(REGIONS)[:1]}
    made = build(tmp_path / "folder", of_councils(one))
    assert made.areas.frame["region_code"].isna().sum() == 12
    assert "12 small areas have no region in regions.csv, in Ashby Vale." in made.report["notes"]


def test_an_older_code_of_a_council_meets_the_newer_one(tmp_path: Path) -> None:
    areas = places.small_areas()
    old, new = "E08000016", "E08000038"
    lookup = places.lookup(areas).replace({"E06000901": old})
    made = build(tmp_path / "folder", of_councils({new: ("E12000003", "Yorkshire")}), lookup=lookup)
    mine = made.areas.frame["la_code"].eq(old)
    assert mine.any()
    assert made.areas.frame.loc[mine, "region_code"].eq("E12000003").all()


def test_without_a_lookup_of_regions_there_are_none(tmp_path: Path) -> None:
    made = build(tmp_path / "folder", None)
    assert "region_code" not in made.areas.frame.columns
    assert outlines_of(made, "region").empty
    assert made.report["regions"] == []
