"""Saved plans: nothing that two people save at once is lost, and nothing that is typed is more than text."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RegisterError, SourceError
from data.plans import (
    LARGEST_PLAN_BYTES,
    LONGEST_NAME,
    MOST_PLANS,
    Plan,
    delete_plan,
    may_delete,
    plans_file,
    read_plans,
    save_plan,
)
from data.register.cleaning import clean_text
from data.register.records import Actor, Role
from tests.conftest import PROJECT
from tests.small_builds import HOSTILE

VIEWER = Actor("someone@council.example", Role.VIEWER)
EDITOR = Actor("local", Role.EDITOR)
PARTNER = Actor("invitation of a library", Role.PARTNER, organisation_id="o1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TWO_HUBS = Plan(
    "Two hubs", {"kind": "family_hub", "sites": "2"}, Role.VIEWER, NOON, NOON, {"after": 12_027.0}
)


def named(name: str) -> Plan:
    return replace(TWO_HUBS, name=name)


def test_a_build_without_plans_has_none_and_reading_makes_no_file(tmp_path: Path) -> None:
    assert read_plans(tmp_path / "elmshire") == ()
    assert list(tmp_path.iterdir()) == []


def test_a_plan_comes_back_and_stands_beside_the_build(tmp_path: Path) -> None:
    build = tmp_path / "elmshire"
    build.mkdir()
    saved = save_plan(build, VIEWER, TWO_HUBS)
    assert saved == TWO_HUBS
    save_plan(build, EDITOR, named("a centre"))
    assert [plan.name for plan in read_plans(build)] == ["a centre", "Two hubs"]
    assert [plan.saved_by for plan in read_plans(build)] == [Role.EDITOR, Role.VIEWER]
    assert plans_file(build) == tmp_path.resolve() / "elmshire.plans.json"
    assert list(build.iterdir()) == []
    text = plans_file(build).read_text(encoding="utf-8")
    assert "someone" not in text
    assert "local" not in text
    if os.name != "nt":
        assert plans_file(build).stat().st_mode & 0o077 == 0


def test_a_name_is_given_once_whatever_its_letters_size(tmp_path: Path) -> None:
    save_plan(tmp_path, VIEWER, TWO_HUBS)
    before = plans_file(tmp_path).read_bytes()
    with pytest.raises(RegisterError, match="“TWO HUBS” already"):
        save_plan(tmp_path, EDITOR, named(" TWO \u200b HUBS"))
    assert plans_file(tmp_path).read_bytes() == before


@given(
    st.text(max_size=LONGEST_NAME) | st.sampled_from([HOSTILE, "=HYPERLINK(1)", "../../x", "\udcff", "\0"])
)
def test_any_name_is_text_or_none(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    build = tmp_path_factory.mktemp("plans")
    if not clean_text(name):
        with pytest.raises(RegisterError, match="has no name"):
            save_plan(build, VIEWER, named(name))
        return
    saved = save_plan(build, VIEWER, named(name))
    assert saved.name == clean_text(name)
    assert read_plans(build) == (saved,)
    delete_plan(build, VIEWER, saved)
    assert read_plans(build) == ()


def test_what_is_too_long_or_too_much_is_refused(tmp_path: Path) -> None:
    for name in ("x" * (LONGEST_NAME + 1), "x" * 1_000_000):
        with pytest.raises(RegisterError, match="longer than 80"):
            save_plan(tmp_path, VIEWER, named(name))
    with pytest.raises(RegisterError, match="More is asked"):
        save_plan(tmp_path, VIEWER, replace(TWO_HUBS, asked={"required": "é" * LARGEST_PLAN_BYTES}))
    largest = replace(TWO_HUBS, asked={"required": "x" * (LARGEST_PLAN_BYTES - 400)})
    entry = json.loads(json.dumps({"format": 1, "plans": []}))
    save_plan(tmp_path, VIEWER, largest)
    entry["plans"] = [
        {**json.loads(plans_file(tmp_path).read_text())["plans"][0], "name": f"Plan {n}"}
        for n in range(MOST_PLANS)
    ]
    plans_file(tmp_path).write_text(json.dumps(entry, indent=1))
    assert len(read_plans(tmp_path)) == MOST_PLANS
    with pytest.raises(RegisterError, match="no room for more"):
        save_plan(tmp_path, VIEWER, TWO_HUBS)


def test_partners_save_nothing_and_a_plan_is_deleted_from_the_role_that_saved_it_upwards(
    tmp_path: Path,
) -> None:
    with pytest.raises(RegisterError, match="Only people of the council"):
        save_plan(tmp_path, PARTNER, TWO_HUBS)
    assert not plans_file(tmp_path).exists()
    mine = save_plan(tmp_path, VIEWER, TWO_HUBS)
    theirs = save_plan(tmp_path, EDITOR, replace(TWO_HUBS, name="Of an editor", saved_by=Role.VIEWER))
    assert theirs.saved_by is Role.EDITOR
    assert [may_delete(role, mine) for role in Role] == [True, False, True, True, True]
    assert [may_delete(role, theirs) for role in Role] == [False, False, True, False, True]
    for actor in (VIEWER, PARTNER):
        with pytest.raises(RegisterError, match="may do more than you"):
            delete_plan(tmp_path, actor, theirs)
    delete_plan(tmp_path, EDITOR, mine)
    delete_plan(tmp_path, EDITOR, mine)
    assert read_plans(tmp_path) == (theirs,)


def test_a_plan_that_was_saved_anew_meanwhile_is_not_deleted(tmp_path: Path) -> None:
    seen = save_plan(tmp_path, VIEWER, TWO_HUBS)
    delete_plan(tmp_path, VIEWER, seen)
    again = save_plan(tmp_path, VIEWER, replace(TWO_HUBS, asked={"kind": "library"}))
    delete_plan(tmp_path, VIEWER, seen)
    assert read_plans(tmp_path) == (again,)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"format": 1, "plans": [',
        b"[]",
        b'{"format": 0, "plans": []}',
        b'{"format": 1, "plans": 3}',
        b'{"format": 1, "plans": [{"name": "x"}]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b" " * 3_000_001,
        json.dumps({"format": 1, "plans": [{"name": 3, "asked": {}, "figures": {}}]}).encode(),
    ],
)
def test_a_damaged_file_is_told_and_not_written_over(tmp_path: Path, content: bytes) -> None:
    plans_file(tmp_path).write_bytes(content)
    for ask in (
        lambda: read_plans(tmp_path),
        lambda: save_plan(tmp_path, VIEWER, TWO_HUBS),
        lambda: delete_plan(tmp_path, VIEWER, TWO_HUBS),
    ):
        with pytest.raises(SourceError, match="damaged") as caught:
            ask()
        assert "move it away" in str(caught.value.hint)
    assert plans_file(tmp_path).read_bytes() == content


@pytest.mark.parametrize(
    "change",
    [
        {"saved_by": "partner of all"},
        {"saved_at": "noon"},
        {"asked": {"a": 1}},
        {"asked": ["kind"]},
        {"asked": {"kind": "\ud800"}},
        {"name": "half a letter \udc00"},
        {"figures": {"a": "b"}},
        {"figures": {"after": 10**400}},
        {"figures": {"after": float("nan")}},
        {"figures": [1, 2]},
    ],
)
def test_a_plan_that_says_something_else_is_damage(tmp_path: Path, change: dict[str, object]) -> None:
    save_plan(tmp_path, VIEWER, TWO_HUBS)
    document = json.loads(plans_file(tmp_path).read_text())
    document["plans"][0] |= change
    plans_file(tmp_path).write_text(json.dumps(document))
    with pytest.raises(SourceError, match="damaged"):
        read_plans(tmp_path)


def test_a_file_of_a_later_version_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    plans_file(tmp_path).write_text('{"format": 2, "kept": []}', encoding="utf-8")
    with pytest.raises(SourceError, match=r"later version.* wrote") as caught:
        save_plan(tmp_path, VIEWER, TWO_HUBS)
    assert "Update Prevention Atlas" in str(caught.value.hint)
    assert plans_file(tmp_path).read_text(encoding="utf-8") == '{"format": 2, "kept": []}'


def test_what_a_writer_left_that_was_ended_goes_with_the_next_plan(tmp_path: Path) -> None:
    build = tmp_path / "elmshire"
    save_plan(build, VIEWER, TWO_HUBS)
    handle, left = mkstemp(prefix=f".{plans_file(build).name}.", dir=tmp_path)
    os.close(handle)
    others = [".elmshire.plans.json.lock", ".elmshire.plans.json.of_more.plans.json.lock"]
    for name in ("elmshire.plans.json.copy1234", others[1]):
        (tmp_path / name).touch()
    save_plan(build, VIEWER, named("Another"))
    assert not Path(left).exists()
    assert all((tmp_path / name).exists() for name in ("elmshire.plans.json.copy1234", *others))


def test_of_two_who_save_one_name_at_once_one_is_told_that_it_is_taken(tmp_path: Path) -> None:
    def save(sites: int) -> str:
        try:
            return save_plan(tmp_path, VIEWER, replace(TWO_HUBS, asked={"sites": f"{sites}"})).asked["sites"]
        except RegisterError as error:
            return error.message

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(save, range(8)))
    assert told.count("There is a plan “Two hubs” already.") == 7
    (plan,) = read_plans(tmp_path)
    assert plan.asked["sites"] in told


def test_a_folder_that_may_only_be_read_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = save_plan(tmp_path, VIEWER, TWO_HUBS)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("data.whole_files.tempfile.mkstemp", refuse)
    for ask in (
        lambda: save_plan(tmp_path, VIEWER, named("Another")),
        lambda: delete_plan(tmp_path, VIEWER, seen),
    ):
        with pytest.raises(SourceError, match=r"cannot be written: Permission denied") as caught:
            ask()
        assert "may write beside its build" in str(caught.value.hint)
    assert read_plans(tmp_path) == (seen,)


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "gone").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be"):
        save_plan(tmp_path / "gone" / "build", VIEWER, TWO_HUBS)


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from data.plans import Plan, save_plan
from data.register.records import Actor, Role

now = datetime.now(UTC)
for number in range(int(sys.argv[3])):
    plan = Plan(f"{sys.argv[2]}/{number}", {}, Role.VIEWER, now, now)
    save_plan(Path(sys.argv[1]), Actor("local", Role.VIEWER), plan)
"""


def test_writers_at_once_and_one_that_is_killed_lose_nothing(tmp_path: Path) -> None:
    build = tmp_path / "elmshire"

    def write(name: str, plans: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", WRITER, build, name, str(plans)], cwd=PROJECT)

    writers, killed = [write("one", 12), write("two", 12)], write("cut short", 150)
    seen: set[str] = set()
    while any(writer.poll() is None for writer in (*writers, killed)):
        found = {plan.name for plan in read_plans(build)}
        assert seen <= found
        seen = found
        if any("cut short" in name for name in seen):
            killed.kill()
    assert killed.wait() != 0
    assert [writer.wait() for writer in writers] == [0, 0]
    found = {plan.name for plan in read_plans(build)}
    assert seen | {f"{name}/{number}" for name in ("one", "two") for number in range(12)} <= found
    save_plan(build, VIEWER, TWO_HUBS)
    assert {plan.name for plan in read_plans(build)} == found | {"Two hubs"}
    assert {file.name for file in tmp_path.iterdir()} == {"elmshire.plans.json", ".elmshire.plans.json.lock"}
