"""The start of the command `atlas`: Ctrl+C ends it without a word, wherever it is."""

import sys
from types import ModuleType

import pytest

from views import start


class Interrupted(ModuleType):
    """A module that is still being loaded when somebody presses Ctrl+C."""

    @property
    def main(self) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_while_it_is_loaded_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "views.cli", Interrupted("views.cli"))
    with pytest.raises(SystemExit) as left:
        start.main()
    assert left.value.code == 130
    assert capfd.readouterr() == ("", "")


def test_it_runs_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["atlas", "place", "nowhere", "--sites", "0"])
    with pytest.raises(SystemExit) as left:
        start.main()
    assert left.value.code == 2
