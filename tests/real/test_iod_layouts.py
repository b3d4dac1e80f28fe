"""Every published layout of the Indices that stands in the pack is read, and read rightly."""

from pathlib import Path

import pandas as pd
import pytest

from data.sources import deprivation
from data.sources.base import Origin, Source, SourceKind
from data.tables import read_tables

pytestmark = pytest.mark.real

FILES = [
    ("england/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv.gz", "2019", 32_844, 2),
    ("england/File_2_-_IoD2019_Domains_of_Deprivation.csv.gz", "2019", 32_844, 16),
    ("england/File_3_-_IoD2019_Supplementary_Indices_-_IDACI_and_IDAOPI.xlsx", "2019", 32_844, 6),
    ("england/File_6_-_IoD2019_Population_Denominators.csv.gz", "2015", 32_844, 8),
    ("england/File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx", "2025", 33_755, 2),
    ("england/File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.xlsx", "2025", 33_755, 6),
    ("england/rebuilt_IoD2025_File_7_layout_no_IDACI_score_no_population.csv.gz", "2025", 33_755, 46),
    ("england/SAMPLE_File_7_IoD2025_header_and_6_rows_transcribed.csv", "2025", 6, 55),
    ("greater_manchester/deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv", "2019", 1_673, 2),
    ("greater_manchester/deprivation/File_1_IoD2025_Index_of_Multiple_Deprivation.csv", "2025", 1_702, 2),
    ("greater_manchester/deprivation/rebuilt_IoD2025_File_7_layout.csv", "2025", 1_702, 46),
]


def read(path: Path) -> Source:
    found = [s for table in read_tables(path) if (s := deprivation.recognise(table))]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("name", "edition", "rows", "columns"), FILES, ids=[f[0] for f in FILES])
def test_a_published_file_is_read(name: str, edition: str, rows: int, columns: int, realdata: Path) -> None:
    source = read(realdata / name)
    figures = source.frame.filter(regex="^(need|pop)_")
    assert (source.edition, source.rows, len(source.frame)) == (edition, rows, rows)
    assert figures.shape[1] == columns
    assert figures.notna().all().all()
    assert len(source.rejected) == 0


def test_every_rank_of_england_occurs_once(realdata: Path) -> None:
    ranks = read(realdata / "england/File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.xlsx").frame[
        "need_idaci_rank"
    ]
    assert ranks.min() == 1
    assert ranks.max() == 33_755


def test_the_rebuilt_file_is_told_from_the_published_one(realdata: Path) -> None:
    assert read(realdata / FILES[6][0]).origin is Origin.REBUILT
    assert read(realdata / FILES[7][0]).origin is Origin.PUBLISHED


def test_file_6_is_a_population(realdata: Path) -> None:
    source = read(realdata / FILES[3][0])
    assert source.kind is SourceKind.POPULATION
    plain = pd.read_csv(realdata / FILES[3][0], encoding="utf-8-sig", thousands=",")
    assert source.frame["pop_0_15"].sum() == plain.filter(like="aged 0-15").iloc[:, 0].sum()
    assert source.frame["pop_iod_working_age"].sum() == plain.filter(like="Working age").iloc[:, 0].sum()


def test_the_six_row_sample_gives_scores_and_populations(realdata: Path) -> None:
    row = read(realdata / FILES[7][0]).frame.loc["E01000001"]
    assert row["need_imd_score"] == 8.742
    assert row["need_idaci_score"] == 0.039
    assert row["need_outdoors_decile"] == 1
    assert (row["pop_iod_total"], row["pop_iod_0_15"], row["pop_iod_60_plus"]) == (1795, 149, 520)
    assert row["pop_iod_working_age"] == 1248
