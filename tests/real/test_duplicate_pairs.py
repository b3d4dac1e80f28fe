"""Duplicates in the published pack: found as a person who looked at the rows would say."""

import pandas as pd
import pytest

from data.postcodes import PostcodeDirectory
from data.sources.base import AssetSource
from tests.duplicate_pairs import judge_pairs, locate_pack, precision_recall, read_pairs

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def judged(gm_sources: list[AssetSource], gm_directory: PostcodeDirectory) -> pd.DataFrame:
    pairs = read_pairs()
    return pairs.join(judge_pairs(pairs, locate_pack(gm_sources, gm_directory)))


def test_there_are_hundreds_of_pairs_of_every_hardness(judged: pd.DataFrame) -> None:
    assert len(judged) > 600
    assert judged["same"].sum() > 200
    assert judged.groupby("stratum").size().min() >= 10
    assert not judged.duplicated(["sha256_a", "row_a", "sha256_b", "row_b"]).any()


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("method", ["imported", "typed"])
def test_duplicates_are_found_as_a_person_would_say(
    judged: pd.DataFrame, method: str, held_out: bool
) -> None:
    """Without the rows that the reader of one file makes one already; an import joins within a kind."""
    asked = judged[~judged["joined"] & (judged["held_out"] == held_out)]
    asked = asked[asked["one_kind"]] if method == "imported" else asked
    precision, recall = precision_recall(asked[method], asked["same"])
    assert precision >= 0.9, precision
    assert recall >= 0.9, recall


def test_an_import_finds_more_than_name_and_postcode_and_is_as_sure(judged: pd.DataFrame) -> None:
    asked = judged[judged["one_kind"]]
    ours = precision_recall(asked["imported"], asked["same"])
    peer = precision_recall(asked["peer"], asked["same"])
    assert ours[0] >= peer[0]
    assert ours[1] > peer[1]
