"""Greater Manchester searched and compared, against plain pandas on the same figures."""

import numpy as np
import pandas as pd
import pytest

from geo.area_table import AreaTable
from geo.builds import Build
from models.classes import offered_indicators
from models.conditions import parse_conditions
from models.levels import Level, LevelData, level_data
from models.places_laid import lay_places
from models.search import Found, opening_conditions, search, widen
from models.search_words import explain_search
from models.two_way import TwoWay, cross

pytestmark = pytest.mark.real

SMALL_AREAS = 33_755


@pytest.fixture(scope="module")
def areas(gm_build: Build) -> AreaTable:
    """Greater Manchester with its places laid over it."""
    return lay_places(gm_build.areas, gm_build)


@pytest.fixture(scope="module")
def data(areas: AreaTable) -> LevelData:
    return level_data(areas, Level.AREA)


def find(text: str, areas: AreaTable, data: LevelData, council: str | None = None) -> Found:
    """Search by a text of the address."""
    offered = {entry.id: entry for entry in offered_indicators(areas)}
    conditions, strange = parse_conditions(text, offered)
    assert strange == ()
    return search(data, conditions, council)


def written(minutes: pd.Series) -> pd.Series:
    """Minutes as the page writes them: rounded up, and one at least."""
    return np.ceil(minutes.round(6)).clip(lower=1)


@pytest.mark.parametrize("council", [None, "E08000009"])
def test_the_opening_search_against_plain_pandas(
    areas: AreaTable, data: LevelData, council: str | None
) -> None:
    found = search(data, opening_conditions(offered_indicators(areas)), council)
    frame = pd.DataFrame(areas.frame.drop(columns="geometry"))
    frame = frame[frame["la_code"] == council] if council else frame
    expected = frame[
        (frame["need_idaci_rank"] * 5 <= SMALL_AREAS) & (written(frame["access_library_min"]) > 15)
    ]
    assert list(found.matches.index) == list(expected.index)
    assert len(found.inside) == len(frame)


def test_five_conditions_against_plain_pandas(areas: AreaTable, data: LevelData) -> None:
    text = (
        "need_imd_rank.third.worst~need_crime_rank.half.worst~access_food_min.over.8~asset_library.none"
        "~pop_0_15.least.300"
    )
    found = find(text, areas, data)
    frame = areas.frame
    expected = frame[
        (frame["need_imd_rank"] <= SMALL_AREAS / 3)
        & (frame["need_crime_rank"] <= SMALL_AREAS / 2)
        & (written(frame["access_food_min"]) > 8)
        & (frame["asset_library"] == 0)
        & (frame["pop_0_15"].round() >= 300)
    ]
    assert len(expected) > 10
    assert list(found.matches.index) == list(expected.index)


def test_what_is_known_of_one_council_alone_is_told_nowhere_else(areas: AreaTable, data: LevelData) -> None:
    found = find("asset_family_hub.none", areas, data)
    known = areas.frame["asset_family_hub"].notna()
    assert 0 < known.sum() < len(known)
    assert found.frame["class"][~known].eq("m").all()
    assert found.counts["m"] == int((~known).sum())
    assert any("cannot be told and may match" in caveat for caveat in explain_search(found, data).caveats)


def test_a_search_in_vain_says_what_would_find_some(areas: AreaTable, data: LevelData) -> None:
    found = find("need_idaci_rank.tenth.worst~access_library_min.over.900", areas, data)
    assert found.matches.empty
    offers = widen(found, data)
    assert offers
    for wider in offers:
        conditions = [wider.condition if n == wider.position else c for n, c in enumerate(found.conditions)]
        assert len(search(data, conditions).matches) == wider.matches > 0


@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
def test_nine_classes_against_plain_pandas(areas: AreaTable, level: Level) -> None:
    values = level_data(areas, level)
    dictionary = areas.dictionary
    two: TwoWay = cross(values, dictionary["need_idaci_rank"], dictionary["access_library_min"])
    ranks = values.frame[values.column_of(dictionary["need_idaci_rank"])]
    minutes = written(values.frame["access_library_min"])
    first = 3 - np.ceil(ranks * 3 / SMALL_AREAS)
    second = ((minutes.rank(method="min") - 1) * 3 // len(minutes)).clip(upper=2)
    np.testing.assert_array_equal(two.frame["class"].astype(int), (3 * first + second).astype(int))
    table = pd.crosstab(first, second)
    assert two.by_chance == pytest.approx(table.loc[2].sum() * table[2].sum() / len(minutes))
    assert sum(two.counts.values()) == len(minutes)
