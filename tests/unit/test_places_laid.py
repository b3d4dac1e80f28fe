"""What Explore says of reach is what the page on reach says: by roads, on Northmere, kind by kind."""

import pandas as pd
import pytest

from geo.area_table import AreaTable
from geo.builds import Build
from geo.overlay import NOT_SHARED
from geo.travel import Means
from models.places_laid import lay_places
from models.reach import Asked, reach_in


@pytest.fixture(scope="module")
def laid(northmere_build: Build) -> AreaTable:
    """Northmere with its places laid over it."""
    return lay_places(northmere_build.areas, northmere_build)


@pytest.mark.parametrize("kind", ["library", "family_hub", "early_years", "transport"])
def test_both_tell_the_same(northmere_build: Build, laid: AreaTable, kind: str) -> None:
    reach = reach_in(northmere_build, northmere_build.areas, Asked(kind))
    assert reach.costs.means is Means.NETWORK
    told, found = laid.frame, reach.areas
    near = found["nearest_min"].notna()  # The page looks for an hour, Explore for as long as it takes.
    assert near.sum() > 100
    pd.testing.assert_series_equal(
        told[f"access_{kind}_min"][near], found["nearest_min"][near], check_names=False
    )
    assert (told[f"access_{kind}_min"][~near].fillna(float("inf")) > 60).all()
    pd.testing.assert_series_equal(told[f"access_{kind}_share"], found["reached_share"], check_names=False)
    if kind not in NOT_SHARED:
        assert laid.dictionary[f"access_{kind}_per_1k"].denominator == reach.children_column
        pd.testing.assert_series_equal(told[f"access_{kind}_per_1k"], found["score"], check_names=False)


def test_columns_say_by_what_they_were_measured_and_for_whom(laid: AreaTable) -> None:
    columns = [column for column in laid.indicators if column.endswith("_min")]
    assert all("along the roads" in laid.dictionary[column].method for column in columns)
    assert laid.dictionary["access_library_min"].denominator == "pop_0_17"
    assert laid.dictionary["access_early_years_min"].denominator == "pop_0_4"
    assert "OS Open Roads" in laid.provenance["access_library_share"].source
