"""Nothing that was told is lost: twenty writers at once, and writers and servers killed at any moment."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from postgres import Server, running_server
from register_load import DRAFTS, EDITOR, Ack, Plan, lost, plan_file, prepare, source_of
from sqlalchemy import func, select

from data.register import tables
from data.register.engine import make_engine, reading, writing
from data.register.store import Register
from tests.conftest import FULL_PROOFS

PROJECT = Path(__file__).parents[2]
ENGINES = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
WRITERS, SECONDS = (20, 120.0) if FULL_PROOFS else (4, 0.3)
KILLED_WRITERS, ROUNDS = (3, 25) if FULL_PROOFS else (1, 3)
REGISTERS = 8 if FULL_PROOFS else 1
"""Each is written to and killed for so many rounds: 200 in all, or 3."""
MOMENTS = range(40) if FULL_PROOFS else (18,)
"""When a register is killed while it is made, in sixtieths of a second after it began."""
pytestmark = [pytest.mark.proof, pytest.mark.skipif(os.name == "nt", reason="Windows does not fork")]


@pytest.fixture(scope="module")
def durable() -> Iterator[Server]:
    """A server that keeps what it told, as one in use does."""
    with running_server(durable=True) as server:
        yield server


def address(kind: str, request: pytest.FixtureRequest, folder: Path, number: int = 0) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / f'elmshire_{number}.register.db'}"
    server: Server = request.getfixturevalue("durable")
    return server.make_database()


def program(*words: object) -> list[str]:
    return [sys.executable, str(PROJECT / "tests" / "register_load.py"), *map(str, words)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'tests'}"}


def run(plan: Plan, folder: Path, what: str, writers: int, much: float) -> list[Any]:
    """Run writers to their end and return what they told."""
    with plan_file(plan, folder) as path:
        ended = subprocess.run(
            program(what, path, writers, much), env=environment(), capture_output=True, check=False
        )
    assert ended.returncode == 0, ended.stderr.decode()
    return [json.loads(line) for line in ended.stdout.splitlines()]


@ENGINES
def test_no_write_of_many_writers_is_lost(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    plan = prepare(address(kind, request, tmp_path))
    acks: list[Ack] = run(plan, tmp_path, "write", WRITERS, SECONDS)
    did = Counter(ack["did"] for ack in acks)
    print(f"\n{kind}: {WRITERS} writers, {SECONDS:g} s: {dict(did)}")
    assert min(did[what] for what in ("submit", "submit shared", "change", "confirm", "import")) > WRITERS
    engine = make_engine(plan.url)
    assert lost(engine, acks) == []
    with reading(engine) as connection:
        place = tables.place
        shared = connection.execute(
            select(place.c.detail, place.c.version).where(place.c.id.in_(plan.shared))
        )
        details = [(int(row.detail), row.version) for row in shared]
        drafts = connection.scalar(select(func.count()).where(place.c.name.startswith("Place of all ")))
    # every change that was told added one, and each made one version: published as the second
    assert sum(detail for detail, _ in details) == did["change"]
    assert all(version == detail + 2 for detail, version in details)
    assert drafts == len({ack["place"] for ack in acks if ack["did"] == "submit shared"})
    assert drafts <= DRAFTS
    of_all = source_of("the file of all")[0].id
    assert sum(ack["added"] > 0 for ack in acks if ack.get("source") == of_all) == 1
    engine.dispose()


@ENGINES
def test_what_was_told_survives_a_kill(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    for number in range(REGISTERS):
        plan = prepare(address(kind, request, tmp_path, number))
        (found,) = run(plan, tmp_path, "kill", KILLED_WRITERS, ROUNDS)
        print(f"\n{kind}: {found}")
        assert found["lost"] == []
        assert found["killed"] == KILLED_WRITERS * ROUNDS
        assert found["told"] > 0


def test_what_was_told_survives_a_server_that_stops_at_once(durable: Server, tmp_path: Path) -> None:
    plan = prepare(durable.make_database())
    with plan_file(plan, tmp_path) as path:
        writers = subprocess.Popen(
            program("write", path, 2, 600),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert writers.stdout is not None
        told = [writers.stdout.readline() for _ in range(20)]
        durable.control("stop", "-m", "immediate")
        rest, said = writers.communicate(timeout=60)
    durable.control("start")
    assert writers.returncode == 2, "each of the writers was told that the server is gone"
    assert said.count(b"RegisterError: ") == 2
    acks = [json.loads(line) for line in (*told, *rest.splitlines())]
    engine = make_engine(plan.url)
    assert lost(engine, acks) == []
    engine.dispose()


def test_a_loss_would_be_found(tmp_path: Path) -> None:
    """The proofs above would fail: on a register that went back to what it was before."""
    plan = prepare(address("sqlite", None, tmp_path))  # type: ignore[arg-type]
    file = tmp_path / "elmshire_0.register.db"
    before = file.read_bytes()
    register = Register(make_engine(plan.url))
    source, rows = source_of("a file")
    register.import_rows(EDITOR, source, rows)
    ack = {"did": "import", "source": source.id, "added": len(rows)}
    assert lost(register.engine, [ack]) == []
    with writing(register.engine) as connection:
        connection.execute(tables.service.delete())
        connection.execute(tables.place.delete().where(tables.place.c.id == rows[0].id))
    found = lost(register.engine, [ack])
    assert f"{source.id}: 24 of 25 rows" in found
    assert any(line.startswith("every record is as the history says") for line in found)
    register.engine.dispose()
    file.write_bytes(before)
    engine = make_engine(plan.url)
    assert lost(engine, [ack]) == [f"not there: {ack}"]
    engine.dispose()


def test_a_kill_while_it_is_made_leaves_one_that_can_be_made(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(lambda number: _make_and_kill(tmp_path / str(number), number), MOMENTS))


def _make_and_kill(folder: Path, number: int) -> bool:
    folder.mkdir()
    url = f"sqlite:///{folder / 'elmshire.register.db'}"
    code = (
        "import os, signal, threading\n"
        "from data.register.engine import make_engine\n"
        "from data.register.migrations import ensure_current\n"
        f"timer = threading.Timer({number} / 60, os.kill, (os.getpid(), signal.SIGKILL))\n"
        "timer.start()\n"
        f"ensure_current(make_engine({url!r}))\n"
        "timer.join()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], env=environment(), check=False)
    engine = make_engine(url)
    plan = prepare(url)
    found = lost(engine, [])
    engine.dispose()
    return ended.returncode == -9 and found == [] and bool(plan.shared)
