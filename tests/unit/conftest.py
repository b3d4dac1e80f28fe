"""A folder for the files of an invented council."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, with room beside it for a build."""
    made = tmp_path / "elmshire"
    made.mkdir()
    return made
