"""The Indices under other names are the same Indices, or they are refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import places
import pytest
from reading import read_csv

from data.codes import LSOA_COUNT
from data.errors import SourceError
from data.indicators import Group, Kind
from data.sources import summaries, third_party
from data.sources.base import Origin, SourceKind
from data.tables import read_tables

AREAS = places.small_areas()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "any name"


def other_names(vintage: str = "2021", **names: str) -> pd.DataFrame:
    """Ranks and deciles of two indices under another package's names."""
    areas = places.small_areas(vintage)
    rank = np.linspace(1, LSOA_COUNT[vintage], len(areas)).astype(int)
    decile = np.ceil(rank * 10 / LSOA_COUNT[vintage])
    frame = pd.DataFrame(
        {
            f"lsoa{vintage[2:]}_code": areas.index,
            "IMD_rank": rank,
            "IMD_decile": decile,
            "Housing_and_Services_rank": rank[::-1],
            "Housing_and_Services_score": 0.5,
        }
    )
    return frame.rename(columns=names)


@pytest.mark.parametrize(("vintage", "edition"), [("2021", "2025"), ("2011", "2019")])
def test_other_names_fill_the_same_columns(path: Path, vintage: str, edition: str) -> None:
    frame = other_names(vintage).sample(frac=1, random_state=4)
    source = read_csv(frame, path, third_party)
    assert (source.kind, source.origin) == (SourceKind.DEPRIVATION, Origin.THIRD_PARTY)
    assert (source.entry, source.edition, source.declared) == (f"iod{edition}", edition, vintage)
    assert source.frame["need_barriers_rank"].to_dict() == dict(
        zip(frame.iloc[:, 0], frame["Housing_and_Services_rank"], strict=True)
    )
    assert set(source.frame["need_barriers_score"]) == {0.5}
    assert source.why


def test_the_short_names_of_the_open_data_site_are_known(path: Path) -> None:
    named = {"IMD_rank": "IMDRank", "IMD_decile": "IMDDec0", "Housing_and_Services_rank": "BHSRank"}
    source = read_csv(other_names(**named), path, third_party)
    assert {"need_imd_rank", "need_imd_decile", "need_barriers_rank"} <= set(source.frame.columns)


def test_codes_of_2021_win_over_a_heading_of_2011(path: Path) -> None:
    source = read_csv(other_names(lsoa21_code="lsoa11_code"), path, third_party)
    assert source.edition == "2025"


def test_an_older_edition_on_newer_areas_is_refused(path: Path) -> None:
    areas = places.small_areas()
    rank = np.linspace(1, LSOA_COUNT["2011"], len(areas)).astype(int)
    boundary = np.linspace(0.1, 1, 10).repeat(3)[: len(areas)] * LSOA_COUNT["2011"]
    rank[: len(boundary)] = np.floor(boundary) + 1
    rank = np.minimum(rank, LSOA_COUNT["2011"])
    frame = pd.DataFrame(
        {"lsoa21cd": areas.index, "imd_rank": rank, "imd_decile": np.ceil(rank * 10 / LSOA_COUNT["2011"])}
    )
    frame.to_csv(path, index=False)
    with pytest.raises(SourceError, match="does not follow from its rank"):
        third_party.recognise(read_tables(path)[0])


@pytest.mark.parametrize(("column", "value"), [("IMD_rank", 40_000), ("IMD_decile", 0)])
def test_ranks_and_deciles_out_of_range_are_refused(path: Path, column: str, value: int) -> None:
    frame = other_names()
    frame.loc[0, column] = value
    frame.to_csv(path, index=False)
    with pytest.raises(SourceError, match="Overall deprivation"):
        third_party.recognise(read_tables(path)[0])


def test_a_score_of_the_councils_own_is_not_the_indices(path: Path) -> None:
    pd.DataFrame({"lsoa21cd": AREAS.index, "health_score": 3, "crime_rank": 4}).to_csv(path, index=False)
    assert third_party.recognise(read_tables(path)[0]) is None


def test_places_with_their_decile_are_not_the_indices(path: Path) -> None:
    twice = pd.concat([other_names(), other_names()]).sort_values("lsoa21_code")
    twice.assign(name="A hall").to_csv(path, index=False)
    assert third_party.recognise(read_tables(path)[0]) is None


def test_numerators_are_counts_and_the_rest_is_not_added_up(path: Path) -> None:
    frame = pd.DataFrame(
        {
            "lsoa21_code": AREAS.index,
            "income_domain_numerator": range(len(AREAS)),
            "burglary_rate_per_1_000_at_risk_properties": 1.5,
            "acute_morbidity_indicator": "NA",
        }
    ).astype(object)
    frame.loc[0, "income_domain_numerator"] = "*"
    source = read_csv(frame, path, third_party)
    kinds = {entry.id: entry.kind for entry in source.own}
    assert kinds == {
        "own_income_domain_numerator_2025": Kind.COUNT,
        "own_burglary_rate_per_1_000_at_risk_properties_2025": Kind.OTHER,
    }
    assert source.own[1].label == "Burglary rate per 1,000 at-risk properties, 2025"
    assert {entry.group for entry in source.own} == {Group.OWN}
    assert source.frame["own_income_domain_numerator_2025"].isna().sum() == 1
    assert any("*" in note for note in source.notes)


def council_summary() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_code": ["E06000901", "E06000902"] * 2,
            "year": 2025,
            "index_domain": ["Index of Multiple Deprivation"] * 2
            + ["Income Deprivation Affecting Children"] * 2,
            "average_score": [10, 20, 0.1, 0.2],
            "average_rank": [1.5, 2.5, 3.5, 4.5],
            "rank_average_rank": [1, 2, 3, 4],
            "proportion_bottom_decile": [0.25, 0, 0.5, 1],
        }
    )


def test_a_summary_has_one_row_a_council(path: Path) -> None:
    source = read_csv(council_summary(), path, summaries)
    assert (source.kind, source.edition, source.entry) == (SourceKind.SUMMARY, "2025", "iod2025")
    assert source.frame.shape == (2, 6)
    assert source.frame["need_imd_worst_decile_share"].to_dict() == {"E06000901": 0.25, "E06000902": 0}
    assert source.frame.loc["E06000902", "need_idaci_average_rank"] == 4.5


def test_a_summary_in_percent_or_of_an_unknown_edition_is_refused(path: Path) -> None:
    percent = council_summary().assign(proportion_bottom_decile=25)
    for wrong, words in ((percent, "outside 0 to 1"), (council_summary().assign(year=2015), "no edition")):
        wrong.to_csv(path, index=False)
        with pytest.raises(SourceError, match=words):
            summaries.recognise(read_tables(path)[0])


def test_a_summary_says_what_it_leaves_out(path: Path) -> None:
    frame = council_summary()
    frame.loc[3, "index_domain"] = "Happiness"
    frame.loc[len(frame)] = ["E06000901", 2025, "Index of Multiple Deprivation", 99, 1, 1, 0.5]
    source = read_csv(frame, path, summaries)
    assert any("Happiness" in note for note in source.notes)
    assert source.rejected["row"].tolist() == [1, 5]
    assert source.frame.index.tolist() == ["E06000901", "E06000902"]
    assert pd.isna(source.frame.loc["E06000901", "need_imd_average_score"])


def test_a_council_table_of_other_figures_is_no_summary(path: Path) -> None:
    places.lookup(AREAS).to_csv(path, index=False)
    assert summaries.recognise(read_tables(path)[0]) is None
