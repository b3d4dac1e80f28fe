"""The vintage is told from the codes; files of another vintage are refused or set aside by name."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import places
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codes import (
    LAST_2011,
    AreaKind,
    beyond_2011,
    clean_codes,
    find_kind,
    infer_vintage,
    is_invented,
    latest_council_code,
)
from data.errors import GeographyError
from data.folder import read_folder
from geo.build_folder import build_folder
from geo.builds import Build
from geo.check import check_folder

OLD = set(places.small_areas("2011").index)
NEW = set(places.small_areas("2021").index)
SAME = OLD & NEW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Elmshire on 2011 boundaries with IoD 2025 alone: the wrong vintage."""
    made = places.simple_folder(tmp_path / "elmshire", "2019")
    places.indices(places.small_areas("2021")).to_csv(made / "file7.csv", index=False)
    return made


def make(folder: Path, **options: str) -> Build:
    return build_folder(folder, folder.parent / "out", **options)


def test_the_wrong_vintage_alone_is_refused_with_counts_vintages_and_hint(folder: Path) -> None:
    with pytest.raises(GeographyError) as refused:
        make(folder)
    message = str(refused.value)
    assert "file7.csv: it is on LSOA 2021, the build on LSOA 2011" in message
    assert "19 of its 24 codes stand in the build's 24 areas, 5 do not" in message
    assert "HINT: Add the LSOA 2021 boundaries" in message
    assert not (folder.parent / "out").exists()


def test_check_says_that_it_would_be_refused_and_still_lists_the_files(folder: Path) -> None:
    report = check_folder(folder)
    assert "LSOA 2021" in report["refused"]["message"]
    assert {f["path"] for f in report["files"]} == {"areas.geojson", "file7.csv", "lookup.csv"}
    assert not any(f["used"] for f in report["files"])


def test_beside_its_own_edition_the_other_vintage_is_set_aside_by_name(folder: Path) -> None:
    places.indices(places.small_areas("2011"), "2019").to_csv(folder / "iod2019.csv", index=False)
    build = make(folder)
    assert build.areas.vintage == "2011"
    aside = build.report["set_aside"]
    assert [a["path"] for a in aside] == ["file7.csv"]
    assert "LSOA 2021" in aside[0]["reason"]
    assert aside[0]["hint"]
    assert build.areas.provenance["need_imd_rank"].file == "iod2019.csv"


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """Elmshire with the boundaries and the Indices of both vintages."""
    made = places.simple_folder(tmp_path / "both")
    older = places.small_areas("2011")
    places.write_geojson(made / "older.geojson", places.boundary_layer(older, "LSOA11CD", "LSOA11NM"))
    places.indices(older, "2019").to_csv(made / "iod2019.csv", index=False)
    places.postcodes().to_csv(made / "postcodes.csv", index=False)
    return made


def test_2021_is_taken_where_both_are_present(both: Path) -> None:
    build = make(both)
    assert build.areas.vintage == "2021"
    assert set(build.areas.frame.index) == NEW


def test_the_vintage_asked_for_is_taken_where_both_are_present(both: Path) -> None:
    build = make(both, vintage="2011")
    assert build.areas.vintage == "2011"
    assert set(build.areas.frame.index) == OLD
    assert build.areas.provenance["need_imd_rank"].file == "iod2019.csv"
    assert {a["path"] for a in build.report["set_aside"]} >= {"areas.geojson", "file7.csv"}


def test_a_vintage_without_boundaries_is_refused(folder: Path) -> None:
    with pytest.raises(GeographyError, match=r"LSOA 2021; it has only those of 2011(.|\n)*--vintage 2011"):
        make(folder, vintage="2021")


def test_a_header_of_2011_over_codes_of_2021_is_overruled(tmp_path: Path) -> None:
    folder = places.simple_folder(tmp_path / "elmshire")
    layer = places.boundary_layer(places.small_areas(), "LSOA11CD", "LSOA11NM")
    places.write_geojson(folder / "areas.geojson", layer)
    build = make(folder)
    assert build.areas.vintage == "2021"
    notes = next(f["notes"] for f in build.report["files"] if f["path"] == "areas.geojson")
    assert any("its header says 2011, the codes win" in note for note in notes)


def test_a_header_of_2021_over_codes_of_2011_is_overruled(folder: Path) -> None:
    layer = places.boundary_layer(places.small_areas("2011"), "LSOA21CD", "LSOA21NM")
    places.write_geojson(folder / "areas.geojson", layer)
    with pytest.raises(GeographyError, match="the build on LSOA 2011"):
        make(folder)


def test_boundaries_without_a_year_are_told_by_the_codes_beside_them(folder: Path) -> None:
    layer = places.boundary_layer(places.small_areas("2011"), "area_code", "area_name")
    places.write_geojson(folder / "areas.geojson", layer)
    with pytest.raises(GeographyError, match="the build on LSOA 2011"):
        make(folder)


@pytest.fixture
def mixed(both: Path) -> Path:
    """A File 7 in which rows of both vintages stand."""
    retired = places.small_areas("2011").loc[list(places.RETIRED)]
    rows = gpd.GeoDataFrame(pd.concat([places.small_areas(), retired]))
    places.indices(rows).to_csv(both / "file7.csv", index=False)
    return both


def test_two_vintages_in_one_column_are_refused_by_name(mixed: Path) -> None:
    (mixed / "iod2019.csv").unlink()
    with pytest.raises(
        GeographyError, match=r"file7.csv: LSOA codes of two vintages(.|\n)*5 were retired"
    ) as refused:
        make(mixed)
    assert "Split the file by vintage" in (refused.value.hint or "")


def test_a_mixed_file_does_not_stop_a_build_that_can_do_without(mixed: Path) -> None:
    build = make(mixed)
    assert [u["path"] for u in build.report["unknown"]] == ["file7.csv"]
    assert build.areas.provenance["need_imd_score"].file == "iod2019.csv"


def test_a_lookup_between_vintages_reveals_a_mixture_too(tmp_path: Path) -> None:
    folder = places.carried_folder(tmp_path / "elmshire")
    retired = places.small_areas("2011").loc[list(places.RETIRED)]
    places.indices(gpd.GeoDataFrame(pd.concat([places.small_areas(), retired]))).to_csv(
        folder / "file7.csv", index=False
    )
    with pytest.raises(GeographyError, match=r"file7.csv: LSOA codes of two vintages"):
        make(folder)


def test_national_figures_beside_one_council_are_not_taken_for_a_mixture(both: Path) -> None:
    mine = places.small_areas()
    mine = mine[mine["la_name"] == "Oakmere"]
    places.write_geojson(both / "areas.geojson", places.boundary_layer(mine))
    places.lookup(mine).to_csv(both / "lookup.csv", index=False)
    elsewhere = places.small_areas()
    elsewhere.index = pd.Index([f"E0103{n:04d}" for n in range(5_100, 5_124)], name="area_code")
    national = gpd.GeoDataFrame(pd.concat([places.small_areas(), elsewhere]))
    places.indices(national).to_csv(both / "file7.csv", index=False)
    build = make(both)
    assert build.areas.provenance["need_imd_rank"].file == "file7.csv"
    assert build.report["unknown"] == []


def test_a_place_where_no_code_changed_takes_either_edition(tmp_path: Path) -> None:
    folder = places.simple_folder(tmp_path / "elmshire")
    areas = places.small_areas(changed=False)
    places.write_geojson(folder / "areas.geojson", places.boundary_layer(areas))
    places.indices(areas, "2019").to_csv(folder / "file7.csv", index=False)
    (folder / "lookup.csv").unlink()
    build = make(folder)
    assert build.areas.vintage == "2021"
    assert set(build.report["coverage"].values()) == {1.0}
    vintages = {f["path"]: f["vintage"] for f in build.report["files"]}
    assert vintages["file7.csv"] == "2021 or 2011"


@given(st.sets(st.sampled_from(sorted(OLD | NEW)), min_size=1))
def test_a_code_beyond_2011_settles_the_vintage(codes: set[str]) -> None:
    finding = infer_vintage(codes, {})
    assert (finding.vintages == ("2021",)) == bool(beyond_2011(codes))


@given(st.permutations(sorted(OLD)), st.sampled_from([None, "2011", "2021"]))
def test_order_plays_no_part_in_the_vintage(codes: list[str], declared: str | None) -> None:
    known = {"2021": NEW, "2011": OLD}
    assert infer_vintage(codes, known, declared) == infer_vintage(sorted(codes), known, declared)


@pytest.mark.parametrize("declared", [None, "2011", "2021"])
def test_old_codes_beside_a_2021_list_are_2011_whatever_the_header(declared: str | None) -> None:
    assert infer_vintage(OLD, {"2021": NEW}, declared).vintages == ("2011",)


@pytest.mark.parametrize(
    ("codes", "known", "declared", "vintages"),
    [
        (SAME, {}, None, ("2021", "2011")),
        (SAME, {}, "2011", ("2011",)),
        (SAME, {}, "2021", ("2021",)),
        (SAME, {"2021": NEW}, None, ("2021", "2011")),
        (SAME, {"2021": NEW}, "2011", ("2021", "2011")),
        (OLD, {"2021": {"E01034999"}}, None, ("2021", "2011")),
    ],
)
def test_codes_that_are_the_same_in_both_agree_with_both(
    codes: set[str], known: dict[str, set[str]], declared: str | None, vintages: tuple[str, ...]
) -> None:
    assert infer_vintage(codes, known, declared).vintages == vintages


def test_the_last_2011_codes_of_england_and_wales_are_2011() -> None:
    assert beyond_2011(LAST_2011.values()) == set()
    assert beyond_2011(["E01033769", "W01001959", "E01033767"]) == {"E01033769", "W01001959"}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["E00000001"], AreaKind.OA),
        (["E01000001", "W01000001"], AreaKind.LSOA),
        (["E02000001"], AreaKind.MSOA),
        (["E05000001", "W05000001"], AreaKind.WARD),
        (["E06000001", "E07000001", "E08000001", "E09000001", "W06000001"], AreaKind.COUNCIL),
        (["E10000001"], AreaKind.COUNCIL),
        (["S01000001"], None),
        (["E0100001"], None),
        (["Bolton 001A"], None),
        ([], None),
        ([None, None], None),
        ([1.0, 2.0], None),
        (["e01000001 ", None], AreaKind.LSOA),
        (["E01000001"] * 9 + ["n/a"], AreaKind.LSOA),
        (["E01000001"] * 8 + ["n/a"] * 2, None),
    ],
)
def test_the_kind_of_a_code_is_told_from_its_values(values: list[object], kind: AreaKind | None) -> None:
    assert find_kind(pd.Series(values)) is kind


def test_codes_are_trimmed_and_blanks_become_missing() -> None:
    cleaned = clean_codes(pd.Series([" e01000001", "NA", "", "nan", None]))
    assert cleaned.iloc[0] == "E01000001"
    assert cleaned.iloc[1:].isna().all()


def test_recoded_councils_are_carried_forward_and_no_others() -> None:
    codes = pd.Series(["E08000016", "E08000019", "E08000017", None], dtype="string")
    assert latest_council_code(codes).dropna().tolist() == ["E08000038", "E08000039", "E08000017"]


def test_invented_places_are_known_by_their_codes() -> None:
    assert is_invented(["E01990001", "E05990002", "E06990001"])
    assert not is_invented(["E01990001", "E01000001"])
    assert not is_invented([])


@pytest.mark.parametrize("column", ["WD25CD", "wardCD"])
def test_wards_have_the_year_of_the_lookup_with_the_same_codes(both: Path, column: str) -> None:
    areas = places.small_areas()
    places.lookup(areas).to_csv(both / "lookup.csv", index=False)
    places.write_geojson(both / "wards.geojson", places.outline_layer(areas, "ward", column))
    folder = read_folder(both)
    wards = next(s for s in folder.sources if s.area_kind is AreaKind.WARD)
    assert folder.vintage_of(wards) == ("2025",)


def test_wards_of_an_unknown_year_have_no_vintage(both: Path) -> None:
    areas = places.small_areas()
    places.lookup(areas).to_csv(both / "lookup.csv", index=False)
    other = areas.assign(ward_code=areas["ward_code"].replace({areas["ward_code"].iloc[0]: "E05999999"}))
    places.write_geojson(both / "wards.geojson", places.outline_layer(other, "ward", "wardCD"))
    folder = read_folder(both)
    position = next(i for i, s in enumerate(folder.sources) if s.area_kind is AreaKind.WARD)
    assert folder.vintages[position].vintages == ()
    assert "5 of its 6 codes" in folder.vintages[position].why
