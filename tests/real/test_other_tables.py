"""The published tables beside the Indices and populations are read, and agree with a plain count of each."""

from pathlib import Path

import pandas as pd
import pytest

from data.indicators import Kind
from data.sources import (
    census,
    deprivation,
    events,
    figures,
    referrals,
    series,
    summaries,
    third_party,
)
from data.sources.base import Origin, Source, SourceKind
from data.tables import read_tables

pytestmark = pytest.mark.real

DEPRIVATION = "greater_manchester/deprivation"
SERIES = "greater_manchester/timeseries"
POPULATION = "greater_manchester/population"
CASUALTIES = "greater_manchester/events/STATS19_road_casualties_2019-Jun2024.csv"
READERS = (referrals, deprivation, third_party, summaries, series, census, events, figures)


def read(path: Path) -> Source:
    """Show a file to the readers in their order; the first to take it wins."""
    (table,) = read_tables(path)
    source = next(s for s in (reader.recognise(table) for reader in READERS) if s)
    assert isinstance(source, Source)
    return source


FILES = [
    (
        f"{DEPRIVATION}/humaniverse_imd2025_england_lsoa21.csv",
        SourceKind.DEPRIVATION,
        "iod2025",
        1_702,
        (1_702, 27),
    ),
    (
        f"{DEPRIVATION}/humaniverse_imd2025_england_lsoa21_subdomains.csv",
        SourceKind.DEPRIVATION,
        "iod2025",
        1_702,
        (1_702, 21),
    ),
    (
        f"{DEPRIVATION}/humaniverse_imd2025_england_lsoa21_indicators.csv",
        SourceKind.INDICATORS,
        "iod2025",
        1_702,
        (1_702, 28),
    ),
    (
        f"{DEPRIVATION}/humaniverse_imd2019_england_lsoa11_indicators.csv",
        SourceKind.INDICATORS,
        "iod2019",
        1_673,
        (1_673, 28),
    ),
    (f"{DEPRIVATION}/indices_of_deprivation_2025_lad.csv", SourceKind.SUMMARY, "iod2025", 2_960, (296, 30)),
    (f"{SERIES}/b1_children_in_need_2013_to_2025.csv", SourceKind.SERIES, "dfe_cin", 156, (156 * 8, 6)),
    (
        f"{SERIES}/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv",
        SourceKind.SERIES,
        "dfe_cin",
        156,
        (156 * 10, 6),
    ),
    (
        f"{SERIES}/c3_factors_identified_at_end_of_assessment_2018_to_2025.csv",
        SourceKind.SERIES,
        "dfe_cin",
        96,
        (96 * 40, 6),
    ),
    (
        "england/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv",
        SourceKind.SERIES,
        "dfe_cin",
        2_132,
        (21_320, 6),
    ),
    (
        f"{POPULATION}/2021_household_composition_lsoa_trafford.csv",
        SourceKind.INDICATORS,
        "census",
        1_946,
        (139, 14 + 1 + 4),
    ),
    (
        f"{POPULATION}/2021_population_by_5_year_age_bands_lsoa_trafford.csv",
        SourceKind.INDICATORS,
        "census",
        2_502,
        (139, 18 + 1),
    ),
    (CASUALTIES, SourceKind.EVENTS, "stats19", 20_435, (20_435, 4)),
    (
        "greater_manchester/referrals/simulated_referrals_2022_2025.csv.gz",
        SourceKind.REFERRALS,
        "referrals",
        118_052,
        (0, 0),
    ),
]


@pytest.mark.parametrize(("name", "kind", "entry", "rows", "shape"), FILES, ids=[f[0] for f in FILES])
def test_a_published_table_is_read(
    name: str, kind: SourceKind, entry: str, rows: int, shape: tuple[int, int], realdata: Path
) -> None:
    source = read(realdata / name)
    assert (source.kind, source.entry, source.rows, source.frame.shape) == (kind, entry, rows, shape)
    assert len(source.rejected) == 0
    assert source.why


def test_ranks_and_deciles_of_the_package_are_the_publishers(realdata: Path) -> None:
    theirs = read(realdata / FILES[0][0])
    assert theirs.origin is Origin.THIRD_PARTY
    published = read(realdata / DEPRIVATION / "File_1_IoD2025_Index_of_Multiple_Deprivation.csv").frame
    assert published.index.sort_values().equals(theirs.frame.index.sort_values())
    for column in ("need_imd_rank", "need_imd_decile"):
        assert theirs.frame[column].reindex(published.index).equals(published[column])


@pytest.mark.parametrize("number", [0, 1])
def test_every_column_of_the_package_equals_that_of_file_7(number: int, realdata: Path) -> None:
    theirs = read(realdata / FILES[number][0]).frame.filter(regex="^need_")
    rebuilt = read(realdata / DEPRIVATION / "rebuilt_IoD2025_File_7_layout.csv").frame
    assert theirs.reindex(rebuilt.index).equals(rebuilt[theirs.columns])


def test_numerators_add_up_and_the_rest_does_not(realdata: Path) -> None:
    source = read(realdata / FILES[2][0])
    counts = [entry.id for entry in source.own if entry.kind is Kind.COUNT]
    assert len(counts) == 4
    plain = pd.read_csv(realdata / FILES[2][0])
    assert source.frame["own_income_domain_numerator_2025"].sum() == plain["income_domain_numerator"].sum()
    assert {entry.kind for entry in source.own if entry.id not in counts} == {Kind.OTHER}
    assert source.frame.isna().sum().sum() == plain.isna().sum().sum()


def test_councils_worst_shares_are_as_published(realdata: Path) -> None:
    frame = read(realdata / FILES[4][0]).frame
    assert frame.loc["E06000001", "need_imd_worst_decile_share"] == 0.4211
    assert frame.loc["E06000001", "need_income_average_rank"] == 22621.74
    assert frame.notna().all(axis=None)


def test_englands_referrals_are_as_published(realdata: Path) -> None:
    for number in (6, 8):
        frame = read(realdata / FILES[number][0]).frame
        england = frame.loc["E92000001"].set_index(["period", "measure"])["value"]
        assert england["2025", "referral_count"] == 632_830
        assert england["2025", "rereferral_percent"] == 22.6


def test_markers_of_the_series_are_kept_and_are_no_numbers(realdata: Path) -> None:
    frame = read(realdata / FILES[8][0]).frame
    assert frame["marker"].value_counts().to_dict() == {"c": 296, "x": 68, "u": 26}
    assert frame["value"].isna().sum() == 296 + 68 + 26
    assert (frame["value"].isna() == frame["marker"].notna()).all()
    assert set(frame["level"]) == {"National", "Regional", "Local authority"}


def test_census_bands_add_up_to_everybody(realdata: Path) -> None:
    source = read(realdata / FILES[10][0])
    people = source.frame["own_census_2021_persons"].sum()
    assert people == pd.read_csv(realdata / FILES[10][0])["value"].sum() == 235_044
    estimates = pd.read_csv(realdata / POPULATION / "mid-year_2024_population_estimates_lsoa.csv")
    persons = estimates[estimates["sex"] == "Persons"]
    both = set(persons["area_code"]) & set(source.frame.index)
    assert len(both) == len(source.frame)
    assert people == pytest.approx(persons[persons["area_code"].isin(both)]["all_ages"].sum(), rel=0.05)


def test_household_types_add_up_to_all_households(realdata: Path) -> None:
    source = read(realdata / FILES[9][0])
    households = source.frame["own_census_2021_households"]
    assert households.sum() == pd.read_csv(realdata / FILES[9][0])["value"].sum() == 96_280
    shares = source.frame.filter(regex="_share$")
    assert shares.shape[1] == 4
    assert shares.sum(axis=1).between(0.05, 0.7).all()
    people = read(realdata / FILES[10][0]).frame["own_census_2021_persons"]
    assert (people / households).between(1.2, 4).all()


def test_casualties_by_year_equal_a_plain_count(realdata: Path) -> None:
    source = read(realdata / CASUALTIES)
    plain = pd.read_csv(realdata / CASUALTIES)
    assert source.frame["year"].value_counts().to_dict() == plain["year"].value_counts().to_dict()
    assert source.frame["event"].nunique() == plain["AREFNO"].nunique()
    words = " ".join(source.notes)
    assert "4,790 rows repeat the number of an event" in words
    assert "769 rows are identical to another and are counted" in words
    assert source.frame["easting_m"].between(340_000, 420_000).all()
    assert source.frame["northing_m"].between(370_000, 430_000).all()


def test_no_other_table_is_taken_for_records_of_children_events_or_a_series(greater_manchester: Path) -> None:
    expected = {"referrals": 1, "events": 1, "series": 3, "census": 2, "summaries": 1}
    found = dict.fromkeys(expected, 0)
    for path in sorted(greater_manchester.rglob("*.csv*")):
        for table in read_tables(path):
            for reader in (referrals, events, series, census, summaries):
                found[reader.__name__.rpartition(".")[2]] += reader.recognise(table) is not None
    assert found == expected
