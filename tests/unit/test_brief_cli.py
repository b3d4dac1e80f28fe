"""`atlas brief`: what is written, what is said of it, what is refused; and a briefing of `atlas place`."""

import json
from pathlib import Path

import openpyxl
import pytest

from geo.builds import Build
from geo.places import Places
from tests.small_briefs import outlined
from tests.small_builds import make_build, provenance
from tests.small_placements import placing_build
from tests.small_places import make_places
from tests.small_profiles import profiled_areas
from tests.unit.conftest import Run
from views import place_cli
from views.brief_files import BriefForm, file_name

WARD = "E05000001"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    areas = profiled_areas()
    places = make_places(areas, [("library", "Library", None, "E01000005")])
    sources = {file: provenance(file) for file in places["file"].unique()}
    return make_build(tmp_path_factory.mktemp("asked") / "build", areas, Places(places, sources))


@pytest.mark.parametrize("form", BriefForm)
def test_each_form_is_written_and_told(run: Run, build: Build, tmp_path: Path, form: BriefForm) -> None:
    out = tmp_path / f"ward.{form}"
    status, printed, err = run("brief", build.path, "--ward", WARD, "--out", out, "--json")
    assert (status, err) == (0, "")
    told = json.loads(printed)
    assert told["out"] == str(out)
    assert told["bytes"] == out.stat().st_size
    assert (told["tier"], told["invented"]) == ("internal", None)
    assert told["headline"]
    assert told["tables"]["Key figures"] == 3
    assert len(told["maps"]) == 2
    assert out.stat().st_mode & 0o077 == 0


def test_a_shape_is_found_by_its_name_in_any_spelling(run: Run, build: Build, tmp_path: Path) -> None:
    name = build.areas.frame.loc["E01000005", "area_name"]
    out = tmp_path / "area.xlsx"
    status, printed, err = run("brief", build.path, "--area", name.upper(), "--out", out)
    assert (status, err) == (0, "")
    assert "Internal: stays inside the council. The briefing is in" in printed
    assert openpyxl.load_workbook(out)["Cover"]["A1"].value == name
    assert run("brief", build.path, "--area", name, "--out", out)[0] == 0, "a briefing may be written anew"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--out", "ward.html"], 2, "name one of"),
        (["--ward", WARD, "--area", "E01000005", "--out", "x.html"], 2, "name one of"),
        (["--ward", WARD, "--out", "ward.pdf"], 2, "ends in none of"),
        (["--ward", "Nowhere", "--out", "ward.html"], 1, "There is no ward"),
        (["--ward", WARD, "--out", "taken.html"], 1, "is no briefing"),
        (["--ward", WARD, "--out", "absent/ward.html"], 1, "There is no folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run,
    build: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.html").write_text("something else")
    ended, _, err = run("brief", build.path, *arguments)
    assert ended == status
    assert words in " ".join(err.replace("│", " ").split())
    assert (tmp_path / "taken.html").read_text() == "something else"


def test_a_choice_of_sites_is_briefed_beside(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = outlined(placing_build())
    folder = make_build(tmp_path / "build", build.areas).path
    monkeypatch.setattr("geo.register_places.open_in_force", lambda *_: build)
    out = tmp_path / "sites.html"
    asked = ("--buildings", "library,school", "--minutes", "20", "--sites", "1", "--brief", out, "--json")
    status, printed, err = run("place", folder, *asked)
    assert (status, err) == (0, "")
    assert json.loads(printed)["brief"] == str(out)
    assert json.loads(printed)["sentence"].split(" would")[0] in out.read_text()
    assert place_cli.place


@pytest.mark.parametrize(
    ("title", "name"),
    [("", "briefing_atlas.html"), ("../..\\etc", "briefing_etc.html"), ("A · B", "briefing_a_b.html")],
)
def test_names_of_files_are_letters_and_digits(title: str, name: str) -> None:
    assert file_name(title, BriefForm.HTML) == name
