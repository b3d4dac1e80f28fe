"""Saved plans as criteria: added up to wards, known by their name, and inside where referrals are in them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd
import pytest

from data.indicators import Group
from data.plans import Plan, plans_file, save_plan
from data.register.records import Actor, Role
from geo.builds import Build
from models.levels import Level
from tests.small_builds import HOSTILE, make_build, provenance, varied_areas
from views import session, shortlist_plans
from views.shortlist_plans import Gains, data_with_plans, entries_of, faults_of, gained_at, plan_id

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PLAN = Plan(HOSTILE, {"kind": "family_hub", "sites": "1"}, Role.ANALYST, NOW, NOW)
ID = plan_id(PLAN)


@pytest.fixture
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """A build with one saved plan, and no building that anything could be placed in."""
    made = make_build(tmp_path_factory.mktemp("plans") / "build", varied_areas())
    save_plan(made.path, Actor("an", Role.ANALYST), PLAN)
    yield made
    plans_file(made.path).unlink()


def gains(build: Build, inside: bool = False) -> Gains:
    """One child more in each area but the first, of which nothing is known."""
    children = pd.Series(1.0, build.areas.frame.index)
    children.iloc[0] = float("nan")
    return Gains(children, provenance("Plan"), inside)


def test_a_ward_has_the_sum_of_its_areas_and_none_where_one_is_not_known(build: Build) -> None:
    found = gained_at(gains(build).children, build, Level.WARD)  # type: ignore[arg-type]
    wards = session.areas_of(build).frame["ward_code"]
    assert found.isna().sum() == 1
    assert pd.isna(found[wards.iloc[0]])
    assert found.dropna().eq(wards.value_counts()[found.dropna().index]).all()


@pytest.mark.parametrize("inside", [False, True])
def test_a_plan_becomes_a_column_with_its_pedigree(
    build: Build, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    monkeypatch.setattr(shortlist_plans, "gains_of", lambda build, plan: gains(build, inside))
    data = data_with_plans(build, Level.WARD, None, [ID, "pop_total"])
    assert data.frame[ID].notna().any()
    assert HOSTILE in data.dictionary[ID].label
    assert data.provenance[ID].source == "Plan"
    assert data.dictionary[ID].group is (Group.DEMAND if inside else Group.ACCESS)
    assert entries_of(build, [ID])[ID] == data.dictionary[ID]


def test_a_plan_that_comes_to_nothing_is_told_and_is_no_criterion(build: Build) -> None:
    assert list(entries_of(build, [])) == [ID]
    assert not faults_of(build, [])
    assert entries_of(build, [ID]) == {}
    (fault,) = faults_of(build, [ID])
    assert fault.startswith(f"The plan “{HOSTILE}” cannot be a criterion now. ")
    assert ID not in data_with_plans(build, Level.WARD, None, [ID]).frame


def test_a_file_of_plans_that_cannot_be_read_is_told(build: Build) -> None:
    plans_file(build.path).write_text("{")
    assert entries_of(build, [ID]) == {}
    assert len(faults_of(build, [ID])) == 1
