"""A build is written whole or not at all, whoever else is writing and whenever a process is killed."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import places
import pytest

from data.errors import SourceError
from geo.build_folder import build_folder
from geo.builds import FILES, OUTLINES_FILE, Build, open_build, recover, save_build

PROJECT = Path(__file__).parents[2]

KILLED = """
import json, os, signal, sys
from pathlib import Path
import geo.builds as builds
from geo.build_folder import build_folder

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def after(original, times):
    left = [times]
    def wrapped(*args, **kwargs):
        result = original(*args, **kwargs)
        left[0] -= 1
        if left[0] == 0:
            die()
        return result
    return wrapped

def build(folder, out, moment):
    if moment == "before the table":
        builds.AreaTable.save = die
    elif moment == "half a table":
        def half(self, path):
            path.write_bytes(b"PAR1 half")
            die()
        builds.AreaTable.save = half
    elif moment == "before the report":
        Path.write_text = die
    elif moment == "before the swap":
        builds._swap = die
    elif moment == "between the renames":
        Path.rename = after(Path.rename, 1)
    elif moment == "after the renames":
        builds.shutil.rmtree = die
    build_folder(Path(folder), Path(out))

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        build(*json.loads(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
MOMENTS = [
    "before the table",
    "half a table",
    "before the report",
    "before the swap",
    "between the renames",
    "after the renames",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """One build of Elmshire that every test may copy."""
    home = tmp_path_factory.mktemp("made")
    return build_folder(places.simple_folder(home / "elmshire"), home / "build")


@pytest.fixture(scope="module")
def kill_a_build() -> Iterator[Callable[[Path, Path, str], int]]:
    """Start a build that is killed at a moment, and return how its process ended.

    Each is a process of its own, forked from one that has read the code and built nothing yet.
    """
    command = [sys.executable, "-W", "ignore", "-c", KILLED]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as ready:

        def kill(folder: Path, out: Path, moment: str) -> int:
            assert ready.stdin
            assert ready.stdout
            print(json.dumps([str(folder), str(out), moment]), file=ready.stdin, flush=True)
            return int(ready.stdout.readline())

        yield kill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return places.simple_folder(tmp_path / "elmshire")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a build goes; nothing is there yet."""
    return tmp_path / "builds" / "elmshire"


@pytest.fixture
def built(made: Build, out: Path) -> Path:
    """Where a build goes, with an earlier build there."""
    shutil.copytree(made.path, out)
    return out


def fingerprint(path: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in path.iterdir()}


def beside(out: Path) -> list[str]:
    """What stands beside a build, its lock file apart."""
    return sorted(p.name for p in out.parent.iterdir() if p != out and p.suffix != ".lock")


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", script, *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def change(folder: Path) -> None:
    places.indices(places.small_areas(), seed=99).to_csv(folder / "file7.csv", index=False)


def test_a_build_opens_as_it_was_made(folder: Path, out: Path) -> None:
    build = build_folder(folder, out)
    assert set(fingerprint(out)) == set(FILES)
    assert build.report["content_hash"] == build.areas.content_hash
    assert beside(out) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_build_leaves_a_whole_table(
    made: Build,
    folder: Path,
    built: Path,
    kill_a_build: Callable[[Path, Path, str], int],
    moment: str,
) -> None:
    out, earlier = built, made.areas.content_hash
    before = fingerprint(out)
    change(folder)
    assert kill_a_build(folder, out, moment) == -9
    assert beside(out)
    opened = open_build(out)
    if moment == "after the renames":
        assert opened.areas.content_hash != earlier
    else:
        assert opened.areas.content_hash == earlier
        assert fingerprint(out) == before
    assert opened.report["content_hash"] == opened.areas.content_hash


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", ["half a table", "between the renames", "after the renames"])
def test_what_a_killed_build_left_is_cleared_by_the_next(
    folder: Path, built: Path, kill_a_build: Callable[[Path, Path, str], int], moment: str
) -> None:
    out = built
    change(folder)
    kill_a_build(folder, out, moment)
    for left in out.parent.glob(".elmshire.new-*"):
        long_ago = time.time() - 7_200
        os.utime(left, (long_ago, long_ago))
    build_folder(folder, out)
    assert beside(out) == []


def test_an_unfinished_build_of_another_process_is_left_alone(made: Build, out: Path) -> None:
    theirs = out.parent / ".elmshire.new-theirs"
    other_place = out.parent / ".elmshire town.old-theirs"
    for path in (theirs, other_place):
        path.mkdir(parents=True)
    for _ in range(2):
        save_build(out, made)
    assert beside(out) == sorted([theirs.name, other_place.name])


def test_a_failed_build_leaves_the_earlier_one_and_nothing_else(
    folder: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = built
    before = fingerprint(out)
    (folder / "file7.csv").unlink()
    with pytest.raises(ValueError, match="no indicator"):
        build_folder(folder, out)
    assert (fingerprint(out), beside(out)) == (before, [])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gpd.GeoDataFrame, "to_parquet", full)
    places.indices(places.small_areas(), seed=5).to_csv(folder / "file7.csv", index=False)
    with pytest.raises(SourceError, match="cannot be written: No space left on device"):
        build_folder(folder, out)
    assert (fingerprint(out), beside(out)) == (before, [])


def test_two_processes_at_once_leave_one_whole_build(folder: Path, out: Path) -> None:
    script = "import sys; from pathlib import Path; from geo.build_folder import build_folder as b\n"
    script += "for _ in range(2): b(Path(sys.argv[1]), Path(sys.argv[2]))"
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: run(script, folder, out), range(2)))
    assert [e.stderr for e in ended if e.returncode] == []
    opened = open_build(out)
    assert opened.report["content_hash"] == opened.areas.content_hash
    assert beside(out) == []


def test_many_writers_at_once_leave_one_whole_build(made: Build, built: Path) -> None:
    build, out = made, built
    reports = [{**build.report, "writer": n} for n in range(12)]

    def write(report: dict[str, object]) -> None:
        save_build(out, replace(build, report=report))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, reports))
    opened = open_build(out)
    assert opened.report["writer"] in range(12)
    assert opened.areas.content_hash == build.areas.content_hash
    assert beside(out) == []


def test_a_build_is_read_whole_while_others_write_it(made: Build, built: Path) -> None:
    shifted = made.areas.frame.assign(pop_total=made.areas.frame["pop_total"] + 1)
    other = replace(made.areas, frame=shifted)
    tables = {t.content_hash: t for t in (made.areas, other)}
    assert len(tables) == 2

    def write(key: str) -> None:
        save_build(built, replace(made, areas=tables[key], report={"content_hash": key}))

    def read(_: int) -> bool:
        opened = open_build(built)
        return opened.report["content_hash"] == opened.areas.content_hash

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, key) for key in [*tables] * 6]
        assert all(pool.map(read, range(20)))
        assert [done.result() for done in writing] == [None] * 12


@pytest.mark.parametrize("what", ["file", "folder with papers"])
def test_a_place_that_holds_something_else_is_refused_before_any_work(
    folder: Path, out: Path, what: str
) -> None:
    out.parent.mkdir()
    if what == "file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / "thesis.docx").write_text("mine")
    seen: list[str] = []
    with pytest.raises(SourceError, match="exists and is not a build") as refused:
        build_folder(folder, out, progress=lambda doing, *_: seen.append(doing))
    assert "--out" in (refused.value.hint or "")
    assert seen == []
    assert (out if what == "file" else out / "thesis.docx").read_text() == "mine"


def test_an_empty_folder_is_a_fit_place(folder: Path, out: Path) -> None:
    out.mkdir(parents=True)
    assert build_folder(folder, out).path == out


def test_a_link_to_a_build_stays_a_link(folder: Path, built: Path, tmp_path: Path) -> None:
    out = built
    link = tmp_path / "current"
    link.symlink_to(out, target_is_directory=True)
    change(folder)
    build = build_folder(folder, link)
    assert link.is_symlink()
    assert open_build(out).areas.content_hash == build.areas.content_hash


def test_a_place_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    with pytest.raises(SourceError, match=r"a file/build cannot be written: File exists(.|\n)*--out"):
        build_folder(folder, tmp_path / "a file" / "build")


def test_a_read_only_place_is_named(folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("geo.builds.tempfile.mkdtemp", refuse)
    with pytest.raises(SourceError, match="cannot be written: Permission denied"):
        build_folder(folder, out)


def test_the_newest_whole_of_several_earlier_builds_is_put_back(made: Build, out: Path) -> None:
    for age, name in ((300, "older"), (200, "newer"), (100, "torn")):
        left = out.parent / f".elmshire.old-{name}"
        save_build(left, replace(made, report={**made.report, "name": name}))
        if name == "torn":
            (left / OUTLINES_FILE).unlink()
        os.utime(left, (time.time() - age,) * 2)
    recover(out)
    assert open_build(out).report["name"] == "newer"


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("content", [None, b"", b"{"])
def test_a_damaged_build_is_refused_with_what_to_do(built: Path, name: str, content: bytes | None) -> None:
    out = built
    if content is None:
        (out / name).unlink()
    else:
        (out / name).write_bytes(content)
    with pytest.raises(SourceError, match=r"HINT: (Run|Make)"):
        open_build(out)


def test_a_damaged_build_says_what_is_wrong_once(built: Path) -> None:
    (built / "report.json").write_text("[]")
    with pytest.raises(
        SourceError, match=r"is a damaged build: report\.json holds no report\.\nHINT"
    ) as told:
        open_build(built)
    assert str(told.value).count("HINT") == 1


def test_a_build_without_what_its_starts_weigh_is_damaged(built: Path) -> None:
    starts = gpd.read_parquet(built / "starts.parquet")
    starts.drop(columns="weight").to_parquet(built / "starts.parquet")
    with pytest.raises(SourceError, match=r"starts\.parquet does not hold where people set out"):
        open_build(built)


def test_the_report_of_a_build_holds_the_names_of_hostile_files(folder: Path, out: Path) -> None:
    (folder / "[bold]two\nlines.csv").write_text("x,y\n1,2\n")
    Path(os.fsdecode(os.fsencode(folder / "not utf-") + b"\xff.csv")).write_text("x,y\n1,2\n")
    build = build_folder(folder, out)
    names = {entry["path"] for entry in build.report["unknown"]}
    assert names == {"[bold]two\N{REPLACEMENT CHARACTER}lines.csv", "not utf-\N{REPLACEMENT CHARACTER}.csv"}
