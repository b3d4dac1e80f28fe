"""The register's database: where it is, whose it is, and what readers and writers see of each other."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from threading import Event

import pytest
from postgres import PASSWORD, Server
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import IntegrityError

from data.errors import RegisterError
from data.register import sqlite_file
from data.register.engine import describe, make_engine, reading, register_url, writing
from data.register.migrations import ensure_current, version_of
from data.register.records import COMMAND_LINE
from data.register.store import open_register
from data.register.tables import organisation, place, register


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    ensure_current(engine)
    yield engine
    engine.dispose()


def revision(connection: Connection) -> int:
    return int(connection.scalars(select(register.c.revision)).one())


def raise_revision(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(register.update().values(revision=revision(connection) + 1))


def test_a_register_stands_beside_its_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATLAS_DATABASE_URL", raising=False)
    assert register_url(tmp_path / "elmshire") == f"sqlite:///{tmp_path}/elmshire.register.db"
    monkeypatch.chdir(tmp_path)
    assert register_url(Path()) == f"sqlite:///{tmp_path}.register.db"
    monkeypatch.setenv("ATLAS_DATABASE_URL", "postgresql://elsewhere/register")
    assert register_url(tmp_path / "elmshire") == "postgresql://elsewhere/register"


@pytest.mark.parametrize("name", ["plain", "a ?mode=memory&x", "50%20 #1", "'; --", "Wŷr"])
def test_any_name_of_a_folder_is_the_name_of_its_register(tmp_path: Path, name: str) -> None:
    engine = make_engine(register_url(tmp_path / name))
    ensure_current(engine)
    assert (tmp_path / f"{name}.register.db").is_file()
    assert describe(engine) == str(tmp_path / f"{name}.register.db")
    raise_revision(engine)
    with reading(engine) as connection:
        assert revision(connection) == 1
    engine.dispose()
    assert {p.name for p in tmp_path.iterdir()} == {f"{name}.register.db", f".{name}.register.db.lock"}


def test_reading_makes_no_file(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'elmshire.register.db'}")
    assert version_of(engine) == ""
    with (
        pytest.raises(RegisterError, match=r"cannot be read .*unable to open"),
        reading(engine) as connection,
    ):
        revision(connection)
    assert not list(tmp_path.iterdir())


def test_the_file_and_what_is_beside_it_are_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        engine = make_engine(f"sqlite:///{tmp_path / 'home' / 'elmshire.register.db'}")
        ensure_current(engine)
        with writing(engine) as connection:
            connection.execute(register.update().values(revision=1))
            modes = {p.suffix: p.stat().st_mode & 0o777 for p in tmp_path.glob("home/elmshire*")}
    finally:
        os.umask(before)
    engine.dispose()
    assert modes == {".db": 0o600, ".db-wal": 0o600, ".db-shm": 0o600}


def test_what_was_committed_is_synced_and_what_is_erased_overwritten(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'elmshire.register.db'}")
    ensure_current(engine)
    with reading(engine) as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}
    engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 30_000,
    }


def test_a_reader_sees_one_state_whatever_is_written(engine: Engine) -> None:
    with reading(engine) as connection:
        assert revision(connection) == 0
        raise_revision(engine)
        assert revision(connection) == 0
    with reading(engine) as connection:
        assert revision(connection) == 1


def test_what_is_raised_leaves_nothing_behind(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        connection.execute(register.update().values(revision=9 // revision(connection)))
    with reading(engine) as connection:
        assert revision(connection) == 0


def test_what_a_reader_writes_is_not_kept(engine: Engine) -> None:
    on_a_server = engine.dialect.name == "postgresql"
    refused = pytest.raises(RegisterError, match="read-only") if on_a_server else nullcontext()
    with refused, reading(engine) as connection:
        connection.execute(register.update().values(revision=9))
    with reading(engine) as connection:
        assert revision(connection) == 0


def test_writers_stand_in_line(engine: Engine) -> None:
    """Each reads what the one before it wrote: none is lost, though all began at once."""
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: raise_revision(engine), range(60)))
    with reading(engine) as connection:
        assert revision(connection) == 60


def test_a_writer_whose_turn_does_not_come_is_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "WAIT_S", 0.05)
    engine = make_engine(database_url)
    ensure_current(engine)
    began, done = Event(), Event()

    def hold() -> None:
        with writing(engine) as connection:
            connection.execute(register.update().values(revision=1))
            began.set()
            done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        assert began.wait(10)
        with pytest.raises(RegisterError, match="is busy") as told:
            raise_revision(engine)
        done.set()
        held.result()
    assert told.value.hint == "Do it again in a moment."
    raise_revision(engine)
    with reading(engine) as connection:
        assert revision(connection) == 2
    engine.dispose()


def test_references_are_kept(engine: Engine) -> None:
    nobody = {"id": "s", "place_id": "none", "position": 0, "accessibility": [], "openings": []}
    service = place.metadata.tables["service"]
    with pytest.raises(IntegrityError) as told, writing(engine) as connection:
        connection.execute(service.insert().values(name="Mrs Private", **nobody))
    assert "Mrs Private" not in str(told.value)


def test_text_is_kept_as_it_is(engine: Engine) -> None:
    """Whatever the session's settings: emoji, right-to-left marks, quotes, a backslash."""
    name = "Café ☕ \u202eמרכז\u202c '; DROP TABLE place; -- \\x00"
    with writing(engine) as connection:
        connection.execute(organisation.insert().values(id="o", version=1, name=name))
    with reading(engine) as connection:
        assert connection.scalar(select(organisation.c.name)) == name


@pytest.mark.parametrize(
    "url",
    ["mysql://u:hush@h/d", "postgresql+psycopg2://u:hush@h/d", "hush", "postgresql://u:hush@h:port/d", ""],
)
def test_an_address_of_something_else_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(RegisterError, match="not one of SQLite or PostgreSQL") as told:
        make_engine(url)
    assert "hush" not in str(told.value)
    assert "ATLAS_DATABASE_URL" in str(told.value.hint)


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true"])
def test_a_register_in_memory_is_refused(url: str) -> None:
    with pytest.raises(RegisterError, match="lost with the process"):
        make_engine(url)


def test_a_driver_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(RegisterError, match="driver psycopg") as told:
        make_engine("postgres://u:hush@h/d")
    assert told.value.hint == "Install it with: pip install '.[postgres]'"


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    engine = make_engine(f"postgresql://editor:hush@/register?host={tmp_path}")
    with pytest.raises(RegisterError, match="cannot be written") as told, writing(engine):
        pytest.fail("nothing is there to write to")
    assert f"the database register on {tmp_path}" in told.value.message
    assert "See that the server runs" in str(told.value.hint)
    assert "hush" not in str(told.value)


def test_a_wrong_password_is_not_repeated(postgres: Server) -> None:
    engine = make_engine(postgres.make_database().replace(PASSWORD, "hush-hush"))
    with pytest.raises(RegisterError, match="password authentication failed") as told:
        version_of(engine)
    assert "hush-hush" not in str(told.value)


def test_a_connection_that_ended_meanwhile_is_replaced(postgres: Server) -> None:
    engine = make_engine(postgres.make_database())
    raise_revision(engine)
    end_others(postgres, engine)
    raise_revision(engine)
    with reading(engine) as connection:
        assert revision(connection) == 2
    engine.dispose()


def test_a_commit_that_nobody_answered_is_told_as_unknown(postgres: Server) -> None:
    engine = make_engine(postgres.make_database())
    with (
        pytest.raises(RegisterError, match="whether it is there is not known"),
        writing(engine),
    ):
        end_others(postgres, engine)
    engine.dispose()


def end_others(postgres: Server, engine: Engine) -> None:
    """End every connection to a database, as a restart of the server does."""
    import psycopg

    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [engine.url.database],
        ).fetchall()
    assert ended
    assert all(done for (done,) in ended)


def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "elmshire.register.db"
    engine = make_engine(f"sqlite:///{file}")
    ensure_current(engine)
    engine.dispose()
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(RegisterError, match="malformed") as told, reading(engine) as connection:
        connection.execute(select(func.count()).select_from(place)).all()
    assert "atlas register restore" in str(told.value.hint)


def test_a_file_that_takes_the_place_of_another_is_the_one_written(tmp_path: Path) -> None:
    """As when a damaged register is moved away and a backup put back while the app runs."""
    file = tmp_path / "elmshire.register.db"
    running = open_register(tmp_path / "elmshire", f"sqlite:///{file}")
    running.note_refusal(COMMAND_LINE, "look", "", "before")
    for suffix in ("-wal", "-shm", ""):
        (tmp_path / f"{file.name}{suffix}").rename(tmp_path / f"aside{suffix}")
    other = open_register(tmp_path / "elmshire", f"sqlite:///{file}")
    other.note_refusal(COMMAND_LINE, "look", "", "restored")
    running.note_refusal(COMMAND_LINE, "look", "", "after")
    assert [told.why for told in other.refusals(COMMAND_LINE)] == ["after", "restored"]
    assert running.refusals(COMMAND_LINE) == other.refusals(COMMAND_LINE)


def test_a_place_where_nobody_may_look_is_no_empty_register(tmp_path: Path) -> None:
    register = open_register(tmp_path / "elmshire", f"sqlite:///{tmp_path / ('x' * 300)}/elmshire.db")
    with pytest.raises(RegisterError, match="cannot be read") as told:
        register.published()
    assert told.value.hint


def test_a_file_from_elsewhere_runs_nothing(tmp_path: Path) -> None:
    """A view or trigger in a file that somebody sent may not call what has effects."""
    file = tmp_path / "elmshire.register.db"
    engine = make_engine(f"sqlite:///{file}")
    ensure_current(engine)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA trusted_schema").scalar() == 0
    engine.dispose()
    assert sqlite3.connect(file).execute("SELECT revision FROM register").fetchone() == (0,)
