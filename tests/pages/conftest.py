"""What several tests of pages share: builds with referrals, and searches that nothing cuts short."""

from functools import partial

import pytest

from geo.builds import Build
from models.placement_run import solve_within
from views import place_figures


@pytest.fixture(scope="session")
def internal(internal_referrals: Build) -> Build:
    """An internal build with referrals."""
    return internal_referrals


@pytest.fixture(scope="session")
def released(released_referrals: Build) -> Build:
    """A shared build that hides small counts."""
    return released_referrals


@pytest.fixture
def in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a moment is found at once, however busy the machine is."""
    monkeypatch.setattr(place_figures, "solve_within", partial(solve_within, seconds=60.0))
