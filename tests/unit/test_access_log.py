"""The access log: a line an opening, whole lines from several processes, and nothing but who and when."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.errors import DisclosureError
from data.provenance import Tier
from geo.builds import Build
from tests.asking import ask
from tests.conftest import PROJECT
from tests.small_builds import make_build, varied_areas
from views import access_log
from views.access_log import LOG_FILE, log_path, note_opening

MAIN = PROJECT / "views" / "pages" / "main.py"
KEYS = ["time", "who", "page", "build"]
MANY = 400
WRITER = """
import sys
from pathlib import Path
from views.access_log import _append
for number in range(int(sys.argv[3])):
    _append(Path(sys.argv[1]), f"{sys.argv[2]} {number} " + "x" * 200)
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of this test alone."""
    path = tmp_path / "logs" / "openings.log"
    monkeypatch.setenv("ATLAS_ACCESS_LOG", str(path))
    return path


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """An internal build that the app shows."""
    made = make_build(tmp_path / "a build", varied_areas())
    monkeypatch.setenv("ATLAS_BUILD", str(made.path))
    return made


def lines_of(log: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_an_opening_is_one_line_of_who_when_and_which_page(log: Path, build: Build) -> None:
    note_opening(build, "Explore")
    note_opening(build, 'A "page"\nwith a break')
    first, second = lines_of(log)
    assert list(first) == KEYS
    assert (first["who"], first["page"], first["build"]) == ("local", "Explore", "a build")
    assert first["time"].endswith("Z")
    assert second["page"] == 'A "page"\nwith a break'


def test_who_signed_in_stands_in_the_line(log: Path, build: Build) -> None:
    note_opening(build, "Explore", "a@council.example")
    assert [line["who"] for line in lines_of(log)] == ["a@council.example"]


def test_the_log_is_its_owners_alone(log: Path, build: Build) -> None:
    note_opening(build, "Explore")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    log.chmod(0o644)
    note_opening(build, "Explore")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_shared_build_is_not_logged(log: Path, build: Build) -> None:
    note_opening(replace(build, areas=replace(build.areas, tier=Tier.SHARED)), "Explore")
    assert not log.exists()


def test_it_stands_beside_the_builds_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ATLAS_ACCESS_LOG")
    monkeypatch.setenv("ATLAS_BUILDS", str(tmp_path))
    assert log_path() == tmp_path / LOG_FILE


def test_a_log_that_cannot_be_written_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Build
) -> None:
    (tmp_path / "a file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ATLAS_ACCESS_LOG", str(tmp_path / "a file" / "access.log"))
    with pytest.raises(DisclosureError, match="cannot be written") as error:
        note_opening(build, "Explore")
    assert "ATLAS_ACCESS_LOG" in (error.value.hint or "")


def test_a_line_that_is_written_in_part_is_a_failure(
    log: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log.os, "write", lambda handle, line: len(line) - 1)
    with pytest.raises(DisclosureError, match="written in part"):
        note_opening(build, "Explore")


def test_two_processes_do_not_mix_their_lines(log: Path) -> None:
    log.parent.mkdir()
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(log), name, str(MANY)],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
        for name in ("one", "other")
    ]
    assert [process.wait(60) for process in started] == [0, 0]
    found = log.read_text(encoding="utf-8").splitlines()
    expected = {f"{name} {n} " + "x" * 200 for name in ("one", "other") for n in range(MANY)}
    assert len(found) == 2 * MANY
    assert set(found) == expected


def test_a_visit_is_noted_once_a_page_and_not_at_every_change_of_it(log: Path, build: Build) -> None:
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params["area"] = "E01000003"
    page.run()
    page.selectbox(key="level").select("ward").run()
    assert [line["page"] for line in lines_of(log)] == ["Explore"]
    page.switch_page("data_and_methods.py").run()
    page.run()
    page.switch_page("explore.py").run()
    assert [line["page"] for line in lines_of(log)] == ["Explore", "Data and methods", "Explore"]
    assert "E01000003" not in log.read_text(encoding="utf-8")


def test_a_page_is_held_back_when_its_opening_cannot_be_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Build
) -> None:
    monkeypatch.setenv("ATLAS_ACCESS_LOG", str(tmp_path))
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert not page.exception
    assert page.title[0].value == "This page is held back"
    assert not page.dataframe
    assert not page.get("component_instance")
    answer = ask("/atlas/profile", query=f"level=area&area={build.areas.frame.index[0]}")
    assert answer.status == 503
    assert b"cannot be written" in answer.body


def test_the_printed_sheet_is_noted_and_what_is_not_there_is_not(log: Path, build: Build) -> None:
    assert ask("/atlas/profile", query="level=area&area=E01999999").status == 404
    assert not log.exists()
    query = f"level=area&area={build.areas.frame.index[0]}"
    assert ask("/atlas/profile", query=query).status == 200
    assert [line["page"] for line in lines_of(log)] == ["Printed profile"]
