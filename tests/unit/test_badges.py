"""Badges: each build says what it is, and figures past their date say what to do."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.builds import open_build
from tests.small_builds import make_build, varied_areas
from tests.small_demand_builds import SPARSE, internal_build
from tests.small_figures import shared_build_of, with_figures
from tests.small_profiles import profiled_areas
from views.badges import holds_demand, marking_of


def labels(build: object) -> list[str]:
    return [badge.label for badge in marking_of(build).badges]  # type: ignore[arg-type]


def test_each_tier_has_its_own_badge(tmp_path: Path) -> None:
    plain = make_build(tmp_path / "plain", varied_areas())
    with_referrals = internal_build(tmp_path / "internal", SPARSE)
    shared = shared_build_of(tmp_path / "shared", with_figures(profiled_areas()))
    assert labels(plain) == ["Internal build"]
    assert labels(with_referrals) == ["Internal build: OFFICIAL-SENSITIVE"]
    assert labels(shared) == ["Shared build"]
    assert [holds_demand(build) for build in (plain, with_referrals)] == [False, True]


@pytest.mark.parametrize(("days", "overdue"), [(0, False), (1, True)])
def test_figures_past_their_date_are_told_until_they_are_purged(
    tmp_path: Path, days: int, overdue: bool
) -> None:
    build = internal_build(tmp_path / "build", SPARSE)
    last = build.demand.delete_after
    opened = open_build(build.path, date.fromordinal(last.toordinal() + days))
    assert (f"atlas purge {build.path}" in marking_of(opened).overdue) is overdue
    assert holds_demand(opened) is not overdue
    for file in build.path.glob("demand_*.parquet"):
        file.unlink()
    assert marking_of(replace(opened, demand=None)).overdue == ""
