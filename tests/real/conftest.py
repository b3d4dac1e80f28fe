"""One build of Greater Manchester for all tests that read it."""

from pathlib import Path

import pytest

from geo.build_folder import build_folder
from geo.builds import Build
from models.demand_columns import with_demand


@pytest.fixture(scope="session")
def gm_build(greater_manchester: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Greater Manchester, built from its published files."""
    return build_folder(greater_manchester, tmp_path_factory.mktemp("builds") / "gm", derive=with_demand)
