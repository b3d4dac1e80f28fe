"""Builds with counts of referrals: their owner's alone, and without them once their date has passed."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from small_builds import COUNCILS, make_areas, make_build
from small_demand import KEEP_DAYS, TODAY, draw_rows, extracts_of

from data.errors import DisclosureError, SourceError
from data.provenance import Tier
from geo.area_counts import area_counts
from geo.area_table import AreaTable
from geo.builds import DEMAND_FILES, FILES, Build, BuildParts, open_build, save_build
from geo.demand import Demand
from geo.demand_tables import count_demand
from geo.purge import Outcome, purge
from geo.released import Released

PROJECT = Path(__file__).parents[2]
OVERDUE = TODAY + timedelta(days=KEEP_DAYS + 1)
LAST_DAY = TODAY + timedelta(days=KEEP_DAYS)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of files")


@pytest.fixture(scope="module")
def demand_and_areas(tmp_path_factory: pytest.TempPathFactory) -> tuple[Demand, AreaTable]:
    areas = make_areas({"pop_0_17": [300.0] * 32}, councils=COUNCILS)
    extracts = extracts_of(draw_rows(areas, 6_000), tmp_path_factory.mktemp("x"))
    demand = count_demand(extracts, areas, TODAY, KEEP_DAYS)
    assert demand is not None
    values, status, provenance = area_counts(demand, areas, [extracts.files[0].source])
    return demand, areas.overlaid(values, status, provenance, ())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "builds"


@pytest.fixture
def plain_build(home: Path) -> Build:
    """A build without an extract."""
    return make_build(home / "plain", make_areas({"pop_0_17": [300.0] * 32}, councils=COUNCILS))


@pytest.fixture
def parts(plain_build: Build, demand_and_areas: tuple[Demand, AreaTable]) -> BuildParts:
    """A build with counts of referrals, not yet saved."""
    demand, areas = demand_and_areas
    report = {"notes": [], "demand": {"rows": 6_000}, "content_hash": areas.content_hash}
    return replace(plain_build, areas=areas, report=report, demand=demand)


def modes(path: Path) -> set[int]:
    return {file.stat().st_mode & 0o777 for file in path.iterdir()}


def names(path: Path) -> set[str]:
    return {file.name for file in path.iterdir()}


def bytes_of(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_a_build_with_counts_is_its_owners_alone_also_once_replaced(home: Path, parts: BuildParts) -> None:
    out = home / "elmshire"
    for _ in range(2):
        save_build(out, parts)
        assert out.stat().st_mode & 0o777 == 0o700
        assert modes(out) == {0o600}
        assert names(out) == {*FILES, *DEMAND_FILES}


def test_a_build_that_replaces_another_has_its_own_mode_and_files(
    home: Path, plain_build: Build, parts: BuildParts
) -> None:
    out = home / "plain"
    before = (out.stat().st_mode, modes(out), names(out))
    save_build(out, parts)
    assert names(out) > before[2]
    save_build(out, plain_build)
    assert (out.stat().st_mode, modes(out), names(out)) == before
    assert before[2] == set(FILES)


def test_a_build_is_closed_to_others_while_it_is_written(
    home: Path, parts: BuildParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    save = Demand.save

    def watched(demand: Demand, folder: Path) -> None:
        seen.append(folder.stat().st_mode & 0o777)
        save(demand, folder)
        seen.append(folder.stat().st_mode & 0o777)

    monkeypatch.setattr(Demand, "save", watched)
    save_build(home / "elmshire", parts)
    assert seen == [0o700, 0o700]


def test_a_build_opens_with_its_counts_until_the_last_day(home: Path, parts: BuildParts) -> None:
    save_build(home / "elmshire", parts)
    build = open_build(home / "elmshire", LAST_DAY)
    assert build.demand is not None
    assert build.demand.tables["windows"].equals(parts.demand and parts.demand.tables["windows"])
    assert build.areas.content_hash == parts.areas.content_hash
    assert build.report == parts.report


def test_past_its_date_a_build_opens_without_its_counts_and_says_so(home: Path, parts: BuildParts) -> None:
    save_build(home / "elmshire", parts)
    build = open_build(home / "elmshire", OVERDUE)
    assert build.demand is None
    assert build.areas.indicators == ["pop_0_17"]
    assert build.report["demand"] is None
    assert build.report["content_hash"] == build.areas.content_hash
    assert [f"to be deleted after {LAST_DAY}" in note for note in build.report["notes"]] == [True]


def test_a_build_with_a_table_of_counts_torn_off_is_refused(home: Path, parts: BuildParts) -> None:
    save_build(home / "elmshire", parts)
    (home / "elmshire" / DEMAND_FILES[0]).unlink()
    with pytest.raises(SourceError, match="damaged"):
        open_build(home / "elmshire")


def test_what_is_internal_is_not_written_to_a_shared_build(
    home: Path, plain_build: Build, parts: BuildParts
) -> None:
    shared = replace(plain_build.areas, tier=Tier.SHARED)
    released = Released(plain_build.areas.frame.iloc[:0], {}, Tier.SHARED)
    mixed = (
        replace(parts, areas=replace(parts.areas, tier=Tier.SHARED)),
        replace(parts, released=released),
        replace(plain_build, released=released),
        replace(plain_build, areas=shared),
    )
    for number, wrong in enumerate(mixed):
        with pytest.raises(DisclosureError, match="nothing internal"):
            save_build(home / f"shared{number}", wrong)
        assert not (home / f"shared{number}").exists()


def test_purge_keeps_until_the_date_and_deletes_afterwards(home: Path, parts: BuildParts) -> None:
    out = home / "elmshire"
    save_build(out, parts)
    before, untouched = bytes_of(out), bytes_of(home / "plain")
    kept = purge(home, LAST_DAY)
    assert [(e.path, e.outcome, e.delete_after) for e in kept] == [(out, Outcome.KEPT, LAST_DAY)]
    assert bytes_of(out) == before
    gone = purge(home, OVERDUE)
    assert [(e.path, e.outcome, e.delete_after) for e in gone] == [(out, Outcome.FIGURES, LAST_DAY)]
    assert names(out) == set(FILES)
    assert not any(b"demand_referrals" in content for content in bytes_of(out).values())
    build = open_build(out)
    assert (build.demand, build.areas.indicators) == (None, ["pop_0_17"])
    assert build.report["notes"] == [f"The figures of referrals were deleted on {OVERDUE}, past their date."]
    assert bytes_of(home / "plain") == untouched
    assert purge(home, OVERDUE) == []


def test_purge_takes_one_build_too(home: Path, parts: BuildParts) -> None:
    for name in ("one", "other"):
        save_build(home / name, parts)
    assert [e.path for e in purge(home / "one", OVERDUE)] == [home / "one"]
    assert names(home / "one") == set(FILES)
    assert names(home / "other") == {*FILES, *DEMAND_FILES}


def test_a_build_that_cannot_be_written_again_is_deleted_whole(home: Path, parts: BuildParts) -> None:
    out = home / "elmshire"
    save_build(out, parts)
    (out / "places.parquet").write_bytes(b"")
    assert [e.outcome for e in purge(home, OVERDUE)] == [Outcome.FOLDER]
    assert not out.exists()
    assert (home / "plain").exists()


def test_damaged_counts_are_kept_no_longer_than_others(home: Path, parts: BuildParts) -> None:
    out = home / "elmshire"
    save_build(out, parts)
    (out / DEMAND_FILES[1]).write_bytes(b"torn")
    made = date.fromtimestamp(out.stat().st_mtime)
    (kept,) = purge(home, made + timedelta(days=KEEP_DAYS))
    assert (kept.outcome, kept.delete_after) == (Outcome.KEPT, made + timedelta(days=KEEP_DAYS))
    (gone,) = purge(home, made + timedelta(days=KEEP_DAYS + 1))
    assert gone.outcome is Outcome.FOLDER
    assert not out.exists()


def test_purge_deletes_what_builds_that_were_cut_short_left(home: Path, parts: BuildParts) -> None:
    save_build(home / "elmshire", parts)
    long_ago = time.time() - 7_200
    for name in (".elmshire.new-cut", ".gone.new-cut", ".elmshire.old-cut", ".elmshire.new-now"):
        (home / name).mkdir()
        (home / name / DEMAND_FILES[0]).write_bytes(b"half a table")
        if not name.endswith("now"):
            os.utime(home / name, (long_ago, long_ago))
    (home / ".thesis.new-notes").mkdir()
    (home / ".thesis.new-notes" / "diary.txt").write_text("mine")
    os.utime(home / ".thesis.new-notes", (long_ago, long_ago))
    done = purge(home, TODAY)
    assert [e.path.name for e in done if e.outcome is Outcome.LEFTOVER] == [
        ".elmshire.new-cut",
        ".elmshire.old-cut",
        ".gone.new-cut",
    ]
    left = {p.name for p in home.iterdir() if p.is_dir()}
    assert left == {"plain", "elmshire", ".elmshire.new-now", ".thesis.new-notes"}
    assert [e.path.name for e in done if e.outcome is Outcome.KEPT] == ["elmshire"]


def test_purge_puts_back_a_build_whose_replacement_was_cut_short(home: Path, parts: BuildParts) -> None:
    save_build(home / "elmshire", parts)
    (home / "elmshire").rename(home / ".elmshire.old-cut")
    done = purge(home, OVERDUE)
    assert [(e.path.name, e.outcome) for e in done] == [("elmshire", Outcome.FIGURES)]
    assert names(home / "elmshire") == set(FILES)


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from geo.builds import open_build, save_build
from geo.demand import Demand

save = Demand.save

def cut_short(demand, folder):
    save(demand, folder)
    os.kill(os.getpid(), signal.SIGKILL)

Demand.save = cut_short
build = open_build(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
save_build(Path(sys.argv[1]), build)
"""


def test_a_killed_build_leaves_nothing_that_others_can_read(home: Path, parts: BuildParts) -> None:
    save_build(home / "elmshire", parts)
    before = bytes_of(home / "elmshire")
    command = [sys.executable, "-W", "ignore", "-c", KILLED, str(home / "elmshire"), TODAY.isoformat()]
    assert subprocess.run(command, cwd=PROJECT, check=False).returncode == -9
    (left,) = home.glob(".elmshire.new-*")
    assert names(left) >= set(DEMAND_FILES)
    assert left.stat().st_mode & 0o777 == 0o700
    assert bytes_of(home / "elmshire") == before
    long_ago = time.time() - 7_200
    os.utime(left, (long_ago, long_ago))
    assert Outcome.LEFTOVER in {entry.outcome for entry in purge(home, TODAY)}
    assert not left.exists()
    assert bytes_of(home / "elmshire") == before


def test_purge_of_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a folder"):
        purge(tmp_path / "none", TODAY)
    assert purge(tmp_path, TODAY) == []
