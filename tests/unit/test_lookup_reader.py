"""Lookups and postcode directories are read in every layout, and hand back what cannot be used."""

from pathlib import Path

import pandas as pd
import places
import pytest
from reading import read_csv

from data.codes import AreaKind
from data.sources import lookups
from data.sources.base import SourceKind, index_by_code
from data.tables import read_tables

AREAS = places.small_areas()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


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
