"""Each reader takes its own files, counts nobody twice, and hands back what it could not use."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import places
import pytest
import shapely

from data.codes import AreaKind
from data.errors import GeographyError, SourceError
from data.sources import boundaries, deprivation, lookups, population, postcodes
from data.sources.base import Origin, Source, SourceKind, index_by_code
from data.sources.layers import open_layers
from data.tables import read_tables

AREAS = places.small_areas()


def read_csv(frame: pd.DataFrame, path: Path, reader: object) -> Source:
    frame.to_csv(path, index=False)
    (table,) = read_tables(path)
    source = reader.recognise(table)
    assert source is not None
    return source


def read_layer(layer: gpd.GeoDataFrame, path: Path) -> Source | None:
    layer.to_parquet(path)
    (opened,) = open_layers(path)
    return boundaries.recognise(opened)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


# --- The Indices of Deprivation ---


@pytest.mark.parametrize("edition", ["2019", "2025"])
def test_every_column_of_file_7_is_read(path: Path, edition: str) -> None:
    areas = places.small_areas("2021" if edition == "2025" else "2011")
    published = places.indices(areas, edition)
    source = read_csv(published, path, deprivation)
    assert (source.kind, source.edition, source.origin) == (SourceKind.DEPRIVATION, edition, Origin.PUBLISHED)
    assert source.rows == len(areas) == len(source.frame)
    for kind in (places.Kind.SCORE, places.Kind.RATE, places.Kind.RANK, places.Kind.DECILE):
        for stem, column in places.published_columns(kind).items():
            header = next(c for c in published.columns if c.startswith(f"{stem} {kind.value.title()}"))
            assert source.frame[column].tolist() == published[header].tolist()


def test_headers_with_line_breaks_double_spaces_and_cut_ends_are_known(path: Path) -> None:
    published = places.indices(AREAS)
    whole = read_csv(published, path, deprivation)
    mangled = published.rename(
        columns=lambda c: (
            c.replace("LSOAs)", "LSO").replace(" Rank (", "\n Rank  (").replace("rate)", "rate) ")
        )
    )
    pd.testing.assert_frame_equal(read_csv(mangled, path, deprivation).frame, whole.frame)


def test_the_first_of_two_columns_of_one_name_is_taken(path: Path) -> None:
    published = places.indices(AREAS)
    doubled = pd.concat([published, published[["Income Score (rate)"]] + 1], axis=1)
    source = read_csv(doubled, path, deprivation)
    assert source.frame["need_income_score"].tolist() == published["Income Score (rate)"].tolist()


def test_a_rank_is_never_read_as_a_score(path: Path) -> None:
    published = places.indices(AREAS)
    ranks = [c for c in published.columns[4:] if "Rank" not in c]
    source = read_csv(published.drop(columns=ranks), path, deprivation)
    assert {c for c in source.frame.columns if c.startswith("need_")} == set(
        places.published_columns(places.Kind.RANK).values()
    )


def test_populations_of_file_7_stand_for_their_own_year(path: Path) -> None:
    source = read_csv(places.indices(AREAS), path, deprivation)
    assert source.edition_of("pop_total") == "2022"
    assert source.edition_of("need_imd_rank") == "2025"


def test_file_6_is_population_of_its_mid_year(path: Path) -> None:
    published = places.indices(places.small_areas("2011"), "2019")
    keep = [*published.columns[:4], *[c for c in published.columns if "mid 2015" in c]]
    source = read_csv(published[keep], path, deprivation)
    assert (source.kind, source.edition) == (SourceKind.POPULATION, "2015")


def test_the_rebuilt_layout_of_fifty_columns_is_known_for_what_it_is(path: Path) -> None:
    published = places.indices(AREAS)
    gone = [c for c in published.columns if "mid 2022" in c or (c.startswith("Income Dep") and "Score" in c)]
    source = read_csv(published.drop(columns=gone), path, deprivation)
    assert len(published.columns) - len(gone) == 50
    assert source.origin is Origin.REBUILT
    assert "need_idaci_rank" in source.frame


def test_the_header_of_the_real_file_7_is_read(realdata: Path) -> None:
    sample = realdata / "england" / "SAMPLE_File_7_IoD2025_header_and_6_rows_transcribed.csv"
    (table,) = read_tables(sample)
    source = deprivation.recognise(table)
    assert source is not None
    assert (source.edition, len(source.frame), source.origin) == ("2025", 6, Origin.PUBLISHED)
    assert source.frame[[c for c in source.frame if c.startswith(("need_", "pop_"))]].notna().all().all()
    assert {"pop_iod_0_15", "pop_iod_60_plus", "pop_iod_working_age", "pop_iod_total"} <= set(source.frame)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"LSOA code (2021)": "LSOA code (2011)"}, "edition .* not read"),
        ({"LSOA name (2021)": "LSOA code (2011)"}, "mixes editions"),
        ({"Local Authority District name (2024)": "Local Authority District name (2019)"}, "mixes editions"),
    ],
)
def test_mixed_and_unknown_editions_are_refused(path: Path, change: dict[str, str], says: str) -> None:
    places.indices(AREAS).rename(columns=change).to_csv(path, index=False)
    (table,) = read_tables(path)
    with pytest.raises(SourceError, match=says):
        deprivation.recognise(table)


@pytest.mark.parametrize(("measure", "bad"), [("Rank", 0), ("Rank", 33_756), ("Decile", 11), ("Decile", 0)])
def test_ranks_and_deciles_out_of_range_are_refused(path: Path, measure: str, bad: int) -> None:
    published = places.indices(AREAS)
    column = next(c for c in published.columns if c.startswith(f"Crime {measure}"))
    published.loc[3, column] = bad
    published.to_csv(path, index=False)
    with pytest.raises(SourceError, match="file holds ranks or deciles outside their range: Crime"):
        deprivation.recognise(read_tables(path)[0])


# --- Population ---


def long_form(by_sex: dict[str, int], period: str | None = None) -> pd.DataFrame:
    """A row an area and sex, ages in columns; each count is the number given for the sex."""
    rows = [
        {"area_code": code, "area_name": "x", "sex": sex, "all_ages": 91 * n}
        | {str(a): n for a in range(90)}
        | {"90+": n}
        for code in AREAS.index
        for sex, n in by_sex.items()
    ]
    frame = pd.DataFrame(rows)
    return frame if period is None else frame.assign(period=period)


@pytest.mark.parametrize(
    ("by_sex", "people"),
    [
        ({"Persons": 5, "Females": 2, "Males": 3}, 5),
        ({"females": 2, "males": 3}, 5),
        ({"F": 2, "M": 3}, 5),
        ({"Females": 2, "Persons": 5, "Males": 3}, 5),
    ],
)
def test_nobody_is_counted_twice(path: Path, by_sex: dict[str, int], people: int) -> None:
    frame = long_form(by_sex).sample(frac=1, random_state=2)
    source = read_csv(frame, path, population)
    assert source.frame.index.sort_values().equals(AREAS.index)
    assert set(source.frame["pop_total"]) == {91 * people}
    assert set(source.frame["pop_0_17"]) == {18 * people}
    assert set(source.frame["pop_60_plus"]) == {31 * people}
    assert not len(source.rejected)


def test_of_several_periods_the_newest_is_taken(path: Path) -> None:
    frame = pd.concat([long_form({"Persons": 2}, "2022"), long_form({"Persons": 7}, "mid-2024")])
    source = read_csv(frame, path, population)
    assert source.edition == "2024"
    assert set(source.frame["pop_total"]) == {91 * 7}


def test_one_sex_alone_is_not_everybody(path: Path) -> None:
    source = read_csv(long_form({"Males": 3}), path, population)
    assert source.frame["pop_total"].isna().all()


def test_sheets_of_one_sex_are_not_populations(path: Path) -> None:
    wide = long_form({"Persons": 5}).drop(columns="sex")
    named = {"Mid-2020 Males": wide, "Mid-2020 Females": wide, "Mid-2020 Persons": wide}
    places.write_workbook(path, {name: ([], frame) for name, frame in named.items()})
    found = [s for t in population.only_newest(read_tables(path)) if (s := population.recognise(t))]
    assert [s.part for s in found] == ["Mid-2020 Persons"]


def test_columns_of_one_sex_are_not_populations(path: Path) -> None:
    males = places.population(AREAS)
    males[[c for c in males.columns if not c.startswith("F")]].to_csv(path, index=False)
    assert population.recognise(read_tables(path)[0]) is None


def test_ages_that_stop_early_are_not_added_up_to_everybody(path: Path) -> None:
    wide = long_form({"Persons": 5})
    source = read_csv(
        wide[[c for c in wide.columns if c not in {"90+", *map(str, range(70, 90))}]], path, population
    )
    assert set(source.frame["pop_0_17"]) == {90}
    assert not {"pop_total", "pop_60_plus"} & set(source.frame.columns)


def test_an_age_without_a_count_leaves_its_sums_missing(path: Path) -> None:
    wide = places.population(AREAS).astype(object)
    wide.loc[0, "F3"] = "c"
    source = read_csv(wide, path, population)
    first = source.frame.iloc[0]
    assert first[["pop_total", "pop_0_4", "pop_0_17"]].isna().all()
    assert first[["pop_16_59", "pop_60_plus"]].notna().all()


def test_bands_follow_from_single_years(path: Path) -> None:
    wide = places.population(AREAS)
    source = read_csv(wide, path, population)
    for column, (first, last) in population.BANDS.items():
        ages = [f"{sex}{age}" for sex in "FM" for age in range(first, min(last, 90) + 1)]
        assert source.frame[column].tolist() == wide[ages].sum(axis=1).tolist()
    assert source.frame["pop_total"].tolist() == wide["Total"].tolist()


# --- Lookups ---


def test_scottish_rows_of_a_lookup_are_rejected_and_shown(path: Path) -> None:
    lookup = pd.concat(
        [places.lookup(AREAS), places.lookup(AREAS).head(2).assign(LSOA21CD=["S01000001", "S01000002"])]
    )
    source = read_csv(lookup, path, lookups)
    assert len(source.frame) == 24
    assert source.rejected["value"].tolist() == ["S01000001", "S01000002"]
    assert source.rejected["row"].tolist() == [25, 26]


def test_columns_of_identifiers_do_not_hide_a_lookup(path: Path) -> None:
    lookup = places.lookup(AREAS).assign(
        ObjectId=range(24), GlobalID="x", RGN25CD="E12000001", RGN25NM="North"
    )
    assert read_csv(lookup, path, lookups).edition == "2025"


def test_a_table_of_figures_is_no_lookup(path: Path) -> None:
    places.lookup(AREAS).assign(referrals=3).to_csv(path, index=False)
    assert lookups.recognise(read_tables(path)[0]) is None


def test_the_lookup_between_vintages_keeps_every_pair_once(path: Path) -> None:
    pairs = places.crosswalk_pairs()
    source = read_csv(pd.concat([pairs, pairs.head(3)]), path, lookups)
    assert source.kind is SourceKind.CROSSWALK
    assert set(zip(source.frame["old"], source.frame["new"], strict=True)) == set(
        zip(pairs["LSOA11CD"], pairs["LSOA21CD"], strict=True)
    )
    assert len(source.frame) == len(pairs)
    assert set(source.frame["change"]) == {"U", "S", "M", "X"}


def test_the_smaller_share_of_output_areas_does_not_name_the_ward(path: Path) -> None:
    rows = [("E01000001", "E05000001")] * 2 + [("E01000001", "E05000002")] * 3 + [("E01000002", "E05000003")]
    frame = pd.DataFrame(rows, columns=["LSOA21CD", "WD25CD"])
    frame.insert(0, "OA21CD", [f"E0000000{n}" for n in range(len(frame))])
    source = read_csv(frame, path, lookups)
    assert source.frame["ward_code"].to_dict() == {"E01000001": "E05000002", "E01000002": "E05000003"}


# --- Postcodes ---


def test_a_postcode_directory_is_read_less_the_terminated_and_unplaced(path: Path) -> None:
    frame = places.postcodes()
    frame.loc[0, "doterm"] = "201501"
    frame = frame.astype(object)
    frame.loc[1, ["oseast1m", "osnrth1m"]] = 0
    frame.loc[2, ["oseast1m", "osnrth1m"]] = None
    source = read_csv(frame.rename(columns=str.upper), path, postcodes)
    assert len(source.frame) == len(frame) - 3
    assert source.rejected["row"].tolist() == [2, 3]
    assert any("1 terminated" in note for note in source.notes)


# --- Boundaries ---


def test_invalid_polygons_are_mended_and_counted(path: Path) -> None:
    layer = places.boundary_layer(AREAS)
    x, y = places.WEST, places.SOUTH
    bow_tie = shapely.Polygon([(x, y), (x + 1000, y + 1000), (x + 1000, y), (x, y + 1000)])
    layer.loc[0, "geometry"] = bow_tie
    source = read_layer(layer, path)
    assert source is not None
    assert source.frame.geometry.is_valid.all()
    assert "1 invalid polygons were mended" in source.notes


def test_parts_of_an_area_are_joined_at_its_code(path: Path) -> None:
    whole = places.boundary_layer(AREAS)
    many = pd.concat([whole] * 3, ignore_index=True)
    many["LSOA21CD"] = [f"E0103{n:04d}" for n in range(5_000, 5_072)]
    many.loc[71, ["LSOA21CD", "geometry"]] = ["E01035000 ", many.geometry[0].buffer(10)]
    source = read_layer(gpd.GeoDataFrame(many, crs=places.CRS), path)
    assert source is not None
    assert len(source.frame) == 71
    assert source.frame.geometry["E01035000"].equals(many.geometry[71])
    assert source.frame.loc["E01035000", "name"] == many.loc[0, "LSOA21NM"]


def test_rows_without_code_or_shape_are_rejected_and_counted(path: Path) -> None:
    layer = places.boundary_layer(AREAS)
    layer.loc[3, "geometry"] = None
    layer.loc[5, "LSOA21CD"] = None
    layer.loc[7, "geometry"] = shapely.Point(places.WEST, places.SOUTH)
    source = read_layer(layer, path)
    assert source is not None
    assert len(source.frame) == 21
    assert dict(zip(source.rejected["row"], source.rejected["reason"], strict=True)) == {
        6: "no area code",
        4: "no shape",
        8: "no shape",
    }


def test_a_column_of_councils_is_not_the_code_of_small_areas(path: Path) -> None:
    layer = places.boundary_layer(AREAS).assign(
        AAA25CD=AREAS["la_code"].to_numpy(), AAA25NM=AREAS["la_name"].to_numpy()
    )
    source = read_layer(layer, path)
    assert source is not None
    assert source.area_kind is AreaKind.LSOA
    assert source.frame["parent_name"].tolist() == AREAS["la_name"].tolist()


@pytest.mark.parametrize("kind", ["points", "lines", "no codes", "scotland"])
def test_other_layers_are_left_alone(path: Path, kind: str) -> None:
    layer = places.boundary_layer(AREAS)
    if kind == "points":
        layer = layer.set_geometry(layer.centroid)
    elif kind == "lines":
        layer = layer.set_geometry(layer.boundary)
    elif kind == "no codes":
        layer = layer.drop(columns="LSOA21CD")
    else:
        layer = layer.assign(LSOA21CD=layer["LSOA21CD"].str.replace("E", "S"))
    assert read_layer(layer, path) is None


def test_building_outlines_with_a_small_area_code_are_not_its_boundary(path: Path) -> None:
    sites = places.boundary_layer(AREAS)
    sites = sites.set_geometry(sites.centroid.buffer(60)).assign(name="Hospital")
    assert read_layer(sites, path) is None


def test_ultra_generalised_boundaries_with_gaps_are_still_boundaries(path: Path) -> None:
    layer = places.boundary_layer(AREAS)
    source = read_layer(layer.set_geometry(layer.geometry.buffer(-20)), path)
    assert source is not None


@pytest.mark.parametrize(
    ("move", "says"),
    [
        (lambda a: a[:, ::-1], "latitude before longitude"),
        (lambda a: a + np.array([6.0, 0.0]), "not in Great Britain"),
    ],
)
def test_places_outside_britain_are_refused_and_named(path: Path, move: object, says: str) -> None:
    layer = places.boundary_layer(AREAS).to_crs("EPSG:4326")
    moved = shapely.transform(layer.geometry.to_numpy(), move)
    with pytest.raises(GeographyError, match=f"file has coordinates(.|\n)*{says}"):
        read_layer(layer.set_geometry(moved, crs="EPSG:4326"), path)


# --- Codes that stand twice ---


def test_exact_repeats_count_once_and_clashes_are_rejected() -> None:
    frame = pd.DataFrame(
        {
            "code": ["E01000001", "E01000001", "E01000002", "e01000002 ", "E01000003"],
            "n": ["1", "1", "2", "3", "4"],
        }
    )
    usable, rejected, notes = index_by_code(frame, "code", AreaKind.LSOA)
    assert usable["n"].to_dict() == {"E01000001": "1", "E01000003": "4"}
    assert rejected["row"].tolist() == [3, 4]
    assert set(rejected["reason"]) == {"the code stands twice with other values"}
    assert len(notes) == 2
