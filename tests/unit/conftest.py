"""A folder for the files of an invented council, one of them built, and the command line run here."""

import sys
from collections.abc import Callable
from pathlib import Path

import places
import pytest

from geo.builds import Build
from views import cli

Run = Callable[..., tuple[int, str, str]]


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


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process; give its exit status, output and error output."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["atlas", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return call
