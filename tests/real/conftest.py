"""One build of Greater Manchester and one of Trafford for all tests that read them."""

from pathlib import Path

import pytest

from data.folder import read_folder
from data.postcodes import PostcodeDirectory
from data.sources.base import AssetSource, SourceKind
from geo.build_folder import build_folder
from geo.builds import Build
from models.composites import Composites, composites_of
from models.demand_columns import with_demand
from tests.conftest import build_once


@pytest.fixture(scope="session")
def gm_build(greater_manchester: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Greater Manchester, built from its published files."""
    return build_once(
        tmp_path_factory, "gm", lambda out: build_folder(greater_manchester, out, derive=with_demand)
    )


@pytest.fixture(scope="session")
def gm_composites(gm_build: Build) -> Composites:
    """The composites of Greater Manchester."""
    return composites_of(gm_build)


@pytest.fixture(scope="session")
def trafford_build(greater_manchester: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Trafford alone, built from the same files."""
    return build_once(
        tmp_path_factory,
        "trafford",
        lambda out: build_folder(greater_manchester, out, council="Trafford", derive=with_demand),
    )


@pytest.fixture(scope="session")
def gm_sources(greater_manchester: Path) -> list[AssetSource]:
    """Greater Manchester's files of places, read."""
    found = read_folder(greater_manchester / "assets").sources
    return [source for source in found if isinstance(source, AssetSource)]


@pytest.fixture(scope="session")
def gm_directory(greater_manchester: Path) -> PostcodeDirectory:
    """Where postcodes lie, by Greater Manchester's own files first."""
    return PostcodeDirectory(read_folder(greater_manchester / "postcodes").of_kind(SourceKind.POSTCODES))
