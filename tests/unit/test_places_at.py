"""Places laid over the values of a level are what they would be, had all been worked out at once."""

from dataclasses import replace

import pandas as pd
import pytest
from demand_places import demand_areas

from geo.aggregate import in_one_council
from geo.area_table import AreaTable
from geo.places import Places
from models.demand_at import demand_at
from models.demand_columns import with_demand
from models.levels import Level
from models.need import overlay_need
from models.places_at import with_places
from models.places_laid import lay_places
from tests.small_builds import parts_of, provenance, varied_areas
from tests.small_places import varied_places


def with_some_places(areas: AreaTable) -> AreaTable:
    frame = varied_places(areas)
    places = Places(frame, {file: provenance(file) for file in frame["file"].unique()})
    return lay_places(areas, parts_of(areas, places))


@pytest.fixture(scope="module", params=["referrals", "some children unknown"])
def ground(request: pytest.FixtureRequest) -> AreaTable:
    if request.param == "referrals":
        return overlay_need(with_demand(demand_areas(count=64)))
    areas = varied_areas()
    frame = areas.frame.copy()
    frame.loc[frame.index[0], "pop_0_17"] = float("nan")
    status = areas.status.copy()
    status.loc[status.index[0], "pop_0_17"] = "missing"
    return overlay_need(replace(areas, frame=frame, status=status))


@pytest.mark.parametrize("level", [Level.WARD, Level.COUNCIL, None])
def test_it_is_the_same_as_all_at_once(ground: AreaTable, level: Level | None) -> None:
    without, areas = ground, with_some_places(ground)
    if level is None:
        without, areas, level = in_one_council(without), in_one_council(areas), Level.COUNCIL
    found = with_places(demand_at(without, level), without, areas)
    whole = demand_at(areas, level)
    assert {"asset_library", "access_library_min", "access_library_per_1k", "asset_school"} <= set(
        found.frame.columns
    )
    for name in ("frame", "status"):
        one, other = getattr(found, name), getattr(whole, name)
        pd.testing.assert_frame_equal(one.sort_index(axis=1), other.sort_index(axis=1))
    assert found.provenance == whole.provenance
    assert found.dictionary == whole.dictionary
    assert found.caveats == whole.caveats
    assert (found.level, found.vintage, found.tier) == (whole.level, whole.vintage, whole.tier)


def test_without_places_nothing_is_added(ground: AreaTable) -> None:
    plain = demand_at(ground, Level.WARD)
    assert list(with_places(plain, ground, ground).frame.columns) == list(plain.frame.columns)
