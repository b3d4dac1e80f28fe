"""The Indices of Deprivation are known by their headers, and never by another edition's."""

from pathlib import Path

import pandas as pd
import places
import pytest
from reading import read_csv

from data.errors import SourceError
from data.sources import deprivation
from data.sources.base import Origin, SourceKind
from data.tables import read_tables

AREAS = places.small_areas()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


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


def test_cells_that_are_not_numbers_are_noted(path: Path) -> None:
    published = places.indices(AREAS).astype(object)
    published.loc[3, "Crime Score"] = ":"
    source = read_csv(published, path, deprivation)
    assert "1 cell is not a number and counts as missing: :" in source.notes
