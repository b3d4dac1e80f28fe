"""The commands: exit status, JSON on the output stream alone, and words that nothing in a file can break."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import places
import pytest
import told_referrals

from geo.builds import Build, open_build
from tests.unit.conftest import Run
from views import cli, console

PROJECT = Path(__file__).parents[2]
FILE_KEYS = {"path", "kind", "publisher", "vintage", "rows", "matched_share", "used", "notes"}
BUILD_KEYS = {
    "areas",
    "vintage",
    "wards",
    "indicators",
    "coverage",
    "set_aside",
    "rejected",
    "seconds",
    "out",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return places.simple_folder(tmp_path / "elmshire")


def test_build_prints_one_json_object_of_the_promised_shape(run: Run, folder: Path, tmp_path: Path) -> None:
    status, out, err = run("build", folder, "--out", tmp_path / "out", "--json")
    report = json.loads(out)
    assert (status, err) == (0, "")
    assert set(report) >= BUILD_KEYS
    assert (report["areas"], report["vintage"], report["wards"], report["rejected"]) == (24, "2021", 6, 0)
    assert report["coverage"] == dict.fromkeys(report["indicators"], 1.0)
    assert report["set_aside"] == []
    assert report["seconds"] > 0
    assert open_build(Path(report["out"])).areas.indicators == report["indicators"]


def test_check_prints_one_json_object_of_the_promised_shape(run: Run, folder: Path) -> None:
    (folder / "other.csv").write_text("colour,taste\nred,sweet\n")
    before = sorted(folder.rglob("*"))
    status, out, err = run("check", folder, "--json")
    report = json.loads(out)
    assert (status, err) == (0, "")
    assert set(report) >= {"files", "unknown", "missing"}
    assert all(set(file) >= FILE_KEYS for file in report["files"])
    described = {file["path"]: file for file in report["files"]}
    assert {p: f["kind"] for p, f in described.items()} == {
        "areas.geojson": "boundaries",
        "file7.csv": "deprivation",
        "lookup.csv": "lookup",
    }
    assert all(
        (f["used"], f["rows"], f["matched_share"], f["vintage"]) == (True, 24, 1.0, "2021")
        for f in described.values()
    )
    assert [u["path"] for u in report["unknown"]] == ["other.csv"]
    assert any("children aged 0" in words for words in report["missing"])
    assert sorted(folder.rglob("*")) == before


def test_demo_prints_the_build_of_the_invented_borough(
    run: Run, northmere_build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILDS", str(northmere_build.path.parent))
    status, out, _ = run("demo", "--json")
    report = json.loads(out)
    assert status == 0
    assert set(report) >= BUILD_KEYS
    assert Path(report["out"]) == northmere_build.path
    assert min(report["coverage"].values()) == 1.0


def test_demo_builds_where_nothing_is_and_again_once_a_file_is_newer(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILDS", str(tmp_path / "builds"))
    monkeypatch.setattr("geo.build_folder.NORTHMERE_FOLDER", folder)
    table = tmp_path / "builds" / "northmere" / "areas.parquet"
    made = []
    for _ in range(2):
        assert run("demo", "--json")[0] == 0
        made.append(table.stat().st_ino)
    newer = table.stat().st_mtime + 1
    os.utime(folder / "file7.csv", (newer, newer))
    assert run("demo", "--json")[0] == 0
    made.append(table.stat().st_ino)
    assert made[0] == made[1] != made[2]


def test_a_build_without_out_goes_where_the_settings_say(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILDS", str(tmp_path / "made"))
    status, out, _ = run("build", folder)
    assert status == 0
    assert "24 small areas (LSOA 2021) in 6 wards of 2 councils" in out
    assert open_build(tmp_path / "made" / "elmshire").report["areas"] == 24


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["build", "x", "--vintage", "2031"],
        ["check", "x", "--vintage", "2001"],
        ["check", "x", "--nonsense"],
        ["nonsense"],
    ],
)
def test_a_wrong_command_ends_with_2(run: Run, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_folder_that_is_none_ends_with_1_and_a_hint(run: Run, tmp_path: Path, command: str) -> None:
    status, out, err = run(command, tmp_path / "nowhere", "--json")
    assert (status, out) == (1, "")
    assert err.startswith("Error: ")
    assert "nowhere is not a folder" in err.replace("\n", " ")
    assert "HINT: " in err


def test_the_wrong_vintage_ends_with_1_and_what_is_set_aside_with_0(run: Run, tmp_path: Path) -> None:
    folder = places.simple_folder(tmp_path / "elmshire", "2019")
    places.indices(places.small_areas("2021")).to_csv(folder / "file7.csv", index=False)
    status, out, err = run("build", folder, "--out", tmp_path / "out", "--json")
    assert (status, out) == (1, "")
    assert "LSOA 2021" in err
    assert "HINT: Add the LSOA 2021 boundaries" in err
    status, out, err = run("check", folder, "--json")
    assert status == 1
    assert json.loads(out)["refused"]["hint"] in err
    places.indices(places.small_areas("2011"), "2019").to_csv(folder / "iod2019.csv", index=False)
    status, out, _ = run("build", folder, "--out", tmp_path / "out", "--json")
    report = json.loads(out)
    assert (status, report["vintage"]) == (0, "2011")
    assert [(a["path"], bool(a["hint"])) for a in report["set_aside"]] == [("file7.csv", True)]


def test_an_unknown_council_ends_with_1_and_names_those_there_are(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    status, _, err = run("build", folder, "--council", "Leeds", "--out", tmp_path / "out")
    assert status == 1
    assert "Ashby Vale, Oakmere" in err.replace("\n", " ")
    assert not (tmp_path / "out").exists()


def test_an_out_that_holds_something_else_ends_with_1(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "mine.txt").write_text("mine")
    status, _, err = run("build", folder, "--out", tmp_path / "papers")
    assert status == 1
    assert "is not a build" in err.replace("\n", " ")


@pytest.fixture
def hostile(folder: Path) -> Path:
    """Elmshire with names in files and of files that mean something to a terminal."""
    areas = places.small_areas()
    renamed = areas.assign(la_name="[red]Oak[/]\x1b[31m mere [/nonsense]", ward_name="[link=http://x]y")
    places.lookup(renamed).to_csv(folder / "lookup.csv", index=False)
    (folder / "[bold]loud[green].csv").write_text("x,y\n1,2\n")
    (folder / "[nonsense] two\nlines\x1b[2J.csv").write_text("x,y\n1,2\n")
    Path(os.fsdecode(os.fsencode(folder / "bytes ") + b"\xff.csv")).write_text("x,y\n1,2\n")
    (folder / "file7.csv").rename(folder / "[file=7].csv")
    doubled = pd.read_csv(folder / "[file=7].csv", dtype=str)
    pd.concat([doubled, doubled.head(1).assign(**{"Crime Score": "9"})]).to_csv(
        folder / "[file=7].csv", index=False
    )
    return folder


@pytest.mark.parametrize("command", ["check", "build"])
def test_hostile_names_do_not_break_the_words(run: Run, hostile: Path, tmp_path: Path, command: str) -> None:
    place = ["--out", tmp_path / "[out]"] if command == "build" else []
    status, out, err = run(command, hostile, *place)
    assert (status, err) == (0, "")
    assert "[bold]loud[green].csv" in out
    assert "\x1b" not in out
    assert not any(line.startswith("lines") for line in out.splitlines())


@pytest.mark.parametrize("command", ["check", "build"])
def test_hostile_names_do_not_break_the_json(run: Run, hostile: Path, tmp_path: Path, command: str) -> None:
    place = ["--out", tmp_path / "[out]"] if command == "build" else []
    status, out, _ = run(command, hostile, *place, "--json")
    assert status == 0
    assert len(json.loads(out)["unknown"]) == 3


def test_a_hostile_council_and_folder_do_not_break_an_error(run: Run, folder: Path, tmp_path: Path) -> None:
    status, _, err = run("build", folder, "--council", "[/red]x\x1b[2J", "--out", tmp_path / "out")
    assert status == 1
    assert "[/red]x" in err
    assert "\x1b" not in err
    status, _, err = run("check", tmp_path / "[bold]none")
    assert status == 1
    assert "[bold]none" in err.replace("\n", "")


@pytest.mark.parametrize(("encoding", "flags"), [("ascii", ["--json"]), ("ascii", []), ("cp1252", [])])
def test_any_terminal_encoding_will_do(hostile: Path, encoding: str, flags: list[str]) -> None:
    (hostile / "W\u0175r \u2013.csv").write_text("x,y\n1,2\n")
    command = [sys.executable, "-W", "ignore", "-m", "views.cli", "check", str(hostile), *flags]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ended = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, timeout=120, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    words = ended.stdout.decode(encoding)
    assert len(json.loads(words)["unknown"]) == 4 if flags else "Not recognised (4)" in words


def test_progress_goes_to_people_on_the_error_stream_only(
    folder: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console

    monkeypatch.setattr(console, "err_console", Console(stderr=True, force_terminal=True, width=80))
    status, out, err = run("build", folder, "--out", tmp_path / "out")
    assert status == 0
    assert "Drawing outlines" in err
    assert "Drawing outlines" not in out
    status, out, err = run("build", folder, "--out", tmp_path / "out", "--json")
    assert json.loads(out)["areas"] == 24
    assert err == ""


def test_help_names_the_commands(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    assert all(command in out for command in ("check", "build", "demo", "reach"))


def test_a_build_remembers_what_was_asked_for(tmp_path: Path) -> None:
    folder = places.simple_folder(tmp_path / "elmshire")
    assert places.make(folder, council="Oakmere").report["asked"] == {"council": "Oakmere", "vintage": None}


def test_build_says_what_became_of_referrals_and_purge_when_they_go(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = told_referrals.referred_folder(tmp_path / "elmshire")
    out_path = tmp_path / "builds" / "elmshire"
    status, out, err = run("build", folder, "--out", out_path)
    words = " ".join(out.split())
    assert (status, err) == (0, "")
    assert "3,000 rows read from referrals.csv" in words
    assert "OFFICIAL-SENSITIVE" in words
    status, out, _ = run("purge", out_path.parent)
    assert (status, "are kept until" in out) == (0, True)
    status, out, _ = run("purge", out_path, "--json")
    (kept,) = json.loads(out)["builds"]
    assert (status, kept["path"], kept["outcome"]) == (0, str(out_path), "kept until its date")

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date.fromisoformat(kept["delete_after"]) + timedelta(days=1)

    monkeypatch.setattr(cli, "date", Later)
    status, out, _ = run("purge", out_path.parent)
    assert (status, "figures of referrals deleted" in out) == (0, True)
    assert open_build(out_path).demand is None
    _, out, _ = run("purge", out_path.parent)
    assert out == "No build holds figures of referrals.\n"


def test_build_prints_columns_of_demand_and_what_became_of_the_rows_as_json(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    told_referrals.referred_folder(folder)
    _, out, _ = run("build", folder, "--out", tmp_path / "out", "--json")
    report = json.loads(out)
    assert {"demand_referrals_12m", "demand_children_36m"} <= set(report["indicators"])
    assert (report["demand"]["used"], report["demand"]["kept"]) == (3_000, True)


def test_purge_of_nothing_is_refused(run: Run, tmp_path: Path) -> None:
    status, out, err = run("purge", tmp_path / "none")
    assert (status, out) == (1, "")
    assert "HINT" in err
