"""What several tests of pages share: builds with referrals, and searches that nothing cuts short."""

from functools import partial

import pytest

from geo.builds import Build
from models.placement_run import solve_within
from tests.small_demand_builds import SPARSE, internal_build, shared_build
from views import place_figures


@pytest.fixture(scope="module")
def internal(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """An internal build with referrals."""
    return internal_build(tmp_path_factory.mktemp("internal") / "build")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A shared build that hides small counts."""
    folder = tmp_path_factory.mktemp("released")
    return shared_build(internal_build(folder / "internal", SPARSE), folder / "shared")


@pytest.fixture
def in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a moment is found at once, however busy the machine is."""
    monkeypatch.setattr(place_figures, "solve_within", partial(solve_within, seconds=60.0))
