"""A folder for the files of an invented council, and the command line run in this process."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from views import cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, with room beside it for a build."""
    made = tmp_path / "elmshire"
    made.mkdir()
    return made


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
