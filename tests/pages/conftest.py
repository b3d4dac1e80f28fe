"""Small builds with referrals for the pages that show them."""

import pytest

from geo.builds import Build
from tests.small_demand_builds import SPARSE, internal_build, shared_build


@pytest.fixture(scope="module")
def internal(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """An internal build with referrals."""
    return internal_build(tmp_path_factory.mktemp("internal") / "build")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A shared build that hides small counts."""
    folder = tmp_path_factory.mktemp("released")
    return shared_build(internal_build(folder / "internal", SPARSE), folder / "shared")
