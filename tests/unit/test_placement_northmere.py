"""The best new hub in Northmere goes to the estate that its generator left without one."""

import json
from typing import Any

import pytest

from geo.builds import Build
from models.candidates import default_buildings
from models.placement import Placed, place
from models.placement_asked import For, Objective, Wanted
from models.placement_weights import offered_people
from models.placement_words import explain_placed, reasons
from tests.conftest import PROJECT

MINUTES = 20.0


@pytest.fixture(scope="module")
def estate() -> dict[str, Any]:
    """What the generator wrote of the gap: its wards and its areas."""
    truth = json.loads((PROJECT / "data" / "demo" / "truth.json").read_text(encoding="utf-8"))
    return dict(truth["gaps"]["estate_without_hub"])


@pytest.fixture(scope="module")
def buildings(northmere_build: Build) -> tuple[str, ...]:
    return default_buildings(northmere_build, "family_hub")


def hub_in(
    build: Build,
    buildings: tuple[str, ...],
    objective: Objective = Objective.COVER,
    people: For = For.CHILDREN,
) -> Placed:
    wanted = Wanted("family_hub", 1, minutes=MINUTES, objective=objective, people=people, buildings=buildings)
    return place(build, wanted)


def test_it_can_be_placed_for_everybody_whom_a_build_knows(northmere_build: Build) -> None:
    assert offered_people(northmere_build, "family_hub") == tuple(For)


@pytest.mark.parametrize("people", list(For))
@pytest.mark.parametrize("objective", [Objective.COVER, Objective.MEDIAN, Objective.FAIR])
def test_the_first_hub_goes_to_the_estate(
    northmere_build: Build,
    buildings: tuple[str, ...],
    estate: dict[str, Any],
    objective: Objective,
    people: For,
) -> None:
    placed = hub_in(northmere_build, buildings, objective=objective, people=people)
    assert placed.answer is not None
    assert placed.answer.proven
    mine = placed.areas.loc[estate["areas"]]
    assert (mine["before_share"] == 0.0).all()
    assert mine["children_after"].sum() > 0.8 * mine["children"].sum()
    assert mine["children_gained"].sum() > 0.75 * placed.figures.gained


def test_its_reason_names_a_ward_of_the_estate(
    northmere_build: Build, buildings: tuple[str, ...], estate: dict[str, Any]
) -> None:
    placed = hub_in(northmere_build, buildings)
    (reason,) = reasons(placed, northmere_build)
    assert any(ward in reason for ward in estate["wards"])
    assert explain_placed(placed, northmere_build).caveats[0].startswith("Proven best site of ")


def test_expected_demand_is_what_deprivation_leads_one_to_expect_and_stays_inside(
    northmere_build: Build, buildings: tuple[str, ...]
) -> None:
    placed = hub_in(northmere_build, buildings, people=For.DEMAND)
    assert placed.internal
    assert not hub_in(northmere_build, buildings).internal
    frame = northmere_build.areas.frame
    expected = frame["demand_children_36m_expected"]
    assert placed.figures.weight == pytest.approx(expected.sum())
    assert abs(placed.figures.weight - frame["demand_children_36m"].sum()) > 1.0
    by_area = placed.problem.weighing.values
    assert by_area.to_numpy() == pytest.approx(expected.to_numpy())
