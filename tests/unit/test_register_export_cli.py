"""`atlas register export`: each form by the command, put whole or not at all."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data.register.open_referral_read import read_open_referral
from tests.feed_server import make_register
from tests.register_places import LIBRARY, TODAY, key
from views import cli

PLACES = tuple(replace(LIBRARY, id=key(f"cli {n}"), name=f"Library {n}") for n in range(3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("export")
    make_register(made, PLACES)
    return made


class Command:
    """The command line, with what it printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, form: str, out: Path, *words: str) -> tuple[int, str, str]:
        told = ["atlas", "register", "export", "--format", form, "--out", str(out), *words]
        self._monkeypatch.setattr(sys, "argv", told)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        code = ended.value.code
        printed = self._capsys.readouterr()
        return (code if isinstance(code, int) else 0), printed.out, printed.err


@pytest.fixture
def export(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("ATLAS_BUILD", str(folder / "build"))
    monkeypatch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{folder / 'register.db'}")
    return Command(monkeypatch, capsys)


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "gpkg"])
def test_each_form_is_written_to_a_new_file(export: Command, tmp_path: Path, form: str) -> None:
    out = tmp_path / "new" / f"places.{form}"
    code, printed, _ = export(form, out, "--json")
    told = json.loads(printed)
    assert code == 0
    assert (told["places"], told["format"], told["tier"], told["out"]) == (3, form, "open", str(out))
    assert out.stat().st_size > 500
    assert out.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_the_feed_is_written_as_a_folder_or_a_zip_file(export: Command, tmp_path: Path) -> None:
    for name in ("feed", "feed.zip"):
        code, printed, _ = export("openreferral", tmp_path / name)
        assert (code, "3 places" in printed) == (0, True)
        found = read_open_referral(tmp_path / name, TODAY)
        assert {place.name for place in found.places} == {place.name for place in PLACES}
    assert (tmp_path / "feed" / "services.json").is_file()


def test_what_is_there_is_replaced_only_when_asked_for(export: Command, tmp_path: Path) -> None:
    for form, name in (("csv", "places.csv"), ("openreferral", "feed")):
        out = tmp_path / name
        assert export(form, out)[0] == 0
        code, _, said = export(form, out)
        assert code == 1
        assert "--yes" in said
        mark = out / "services" / "left.json" if out.is_dir() else out
        mark.write_text("old")
        assert export(form, out, "--yes")[0] == 0
        assert not mark.exists() or mark.read_bytes() != b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed", "places.csv"]


def test_a_folder_of_something_else_is_never_replaced(export: Command, tmp_path: Path) -> None:
    kept = tmp_path / "letters" / "index.json"
    kept.parent.mkdir()
    kept.write_text('{"version": "mine"}')
    code, _, said = export("openreferral", kept.parent, "--yes")
    assert code == 1
    assert "something else" in said
    assert kept.read_text() == '{"version": "mine"}'


@pytest.mark.parametrize(
    ("form", "name"), [("csv", "taken.xlsx"), ("gpkg", "taken"), ("openreferral", "taken")]
)
def test_a_name_of_another_form_is_refused(export: Command, tmp_path: Path, form: str, name: str) -> None:
    taken = tmp_path / name
    taken.write_text("x")
    assert export(form, taken, "--yes")[0] == 1
    assert taken.read_text() == "x"


def test_a_file_is_whole_or_as_it_was(
    export: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "places.csv"
    assert export("csv", out)[0] == 0
    before = out.read_bytes()

    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("views.register_export_cli.os.fsync", fail)
    code, _, said = export("csv", out, "--yes")
    assert (code, "No space left" in said) == (1, True)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["places.csv"]


def test_a_register_that_nobody_wrote_is_exported_empty(
    export: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    code, printed, _ = export("csv", tmp_path / "places.csv", "--json")
    assert (code, json.loads(printed)["places"]) == (0, 0)
    assert not (tmp_path / "none.db").exists()
