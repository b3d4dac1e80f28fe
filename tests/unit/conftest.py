"""A folder for the files of an invented council, and one of them built."""

from pathlib import Path

import places
import pytest

from geo.builds import Build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, with room beside it for a build."""
    made = tmp_path / "elmshire"
    made.mkdir()
    return made


@pytest.fixture(scope="session")
def elmshire(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Elmshire with a postcode directory and no places, built once for the tests of its register."""
    made = places.simple_folder(tmp_path_factory.mktemp("register") / "elmshire")
    places.postcodes().to_csv(made / "postcodes.csv", index=False)
    return places.make(made)
