"""The gap that Northmere's generator built in is found: an estate of high need without a family hub."""

import json
from typing import Any

import pytest

from geo.builds import Build
from geo.travel import Mode
from models.reach import HIGHER_NEED, Reach, reach_in
from models.reach_asked import Asked
from models.reach_words import explain_gaps
from tests.conftest import PROJECT

DEMO = PROJECT / "data" / "demo"


@pytest.fixture(scope="module")
def estate() -> dict[str, Any]:
    """What the generator wrote of the gap: its wards and its areas."""
    truth = json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))
    return dict(truth["gaps"]["estate_without_hub"])


@pytest.fixture(scope="module", params=list(Mode))
def reach(northmere_build: Build, request: pytest.FixtureRequest) -> Reach:
    return reach_in(northmere_build, northmere_build.areas, Asked("family_hub", request.param))


def test_every_area_of_the_estate_is_out_of_reach_and_of_higher_need(
    reach: Reach, estate: dict[str, Any]
) -> None:
    mine = reach.areas.loc[estate["areas"]]
    assert mine["gap"].tolist() == [HIGHER_NEED] * len(estate["areas"])
    assert mine["children_out"].tolist() == mine["children"].tolist()


def test_its_wards_are_named_among_the_largest_gaps(
    reach: Reach, northmere_build: Build, estate: dict[str, Any]
) -> None:
    told = [part.text for part in explain_gaps(reach, northmere_build.areas).sentence if part.bold]
    assert set(estate["wards"]) < set(told[1:])
    assert len(told) == 4
