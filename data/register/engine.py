"""The register's database: where it is, and how it is read and written so that nothing told is lost.

SQLite by default: a write-ahead log, so that readers and one writer do not stop each other, and a sync to
the disk before a commit returns, so that what was acknowledged survives a killed process and a power cut.
PostgreSQL where `ATLAS_DATABASE_URL` says so.

Writers stand in line: each takes the register as a whole before it looks at anything, by BEGIN IMMEDIATE on
SQLite and by locking the one row of the table `register` on PostgreSQL. No two can therefore have read the
same state, wait for each other in a ring or lose each other's update, and nothing that was begun has to be
tried again: a write that cannot have its turn within 30 seconds is refused before it did anything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from data.errors import RegisterError
from data.register import sqlite_file, tables
from data.settings import settings

ELSEWHERE: Final = (
    "Name another file or database in ATLAS_DATABASE_URL, or move this one away. If it was a register, put "
    "a backup back with: atlas register restore."
)
_CONNECT_S: Final = 10
_POOL: Final = {"pool_size": 5, "max_overflow": 25, "pool_timeout": sqlite_file.WAIT_S}
_MIGRATING: Final = 0x41544C41
"""What migrations lock on PostgreSQL: any number does that nothing else there locks."""
_LATE: Final = ("database is locked", "lock timeout", "deadlock detected", "could not serialize")


def register_url(beside: Path) -> str:
    """Return the address of the register of a build: that of the settings, else a SQLite file beside it."""
    return settings().database_url or f"sqlite:///{file_beside(beside)}"


def file_beside(build: Path) -> Path:
    """Return the file that is the register of a build where the settings name no other."""
    folder = build.resolve()
    return folder.with_name(f"{folder.name}.register.db")


def make_engine(url: str) -> Engine:
    """Return the engine of a register. Nothing is opened or made yet: see `migrations.ensure_current`.

    Parameters
    ----------
    url
        `sqlite:///` and the path of a file, or `postgresql://user:password@host/database`.

    Raises
    ------
    RegisterError
        When the address is neither, or PostgreSQL is named and its driver is not installed.
    """
    if url.startswith("sqlite:///"):
        return sqlite_file.sqlite_engine(Path(url.removeprefix("sqlite:///")), **_POOL)
    parsed = _parse(url)
    if parsed is not None and parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise RegisterError(
        "The address of the register is not one of SQLite or PostgreSQL.",
        "Set ATLAS_DATABASE_URL to postgresql://user:password@host/database or sqlite:////path/of/file.db, "
        "or leave it out for a file beside the build.",
    )


def _parse(url: str) -> URL | None:
    """Take an address apart; None when it is none. What the parser says of it may hold the password."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        return None


def describe(engine: Engine) -> str:
    """Say in words which database it is, without user or password."""
    url = engine.url
    if is_sqlite(engine):
        return str(url.database)
    host = url.host or url.query.get("host") or "this machine"
    return f"the database {url.database or url.username} on {host}"


def is_sqlite(engine: Engine | Connection) -> bool:
    """Say whether it is SQLite, and not PostgreSQL."""
    return engine.dialect.name == "sqlite"


def file_of(engine: Engine) -> Path | None:
    """Return the file of a SQLite register, there or not; None on PostgreSQL."""
    return Path(str(engine.url.database)) if is_sqlite(engine) else None


def count_anew(connection: Connection) -> None:
    """Tell PostgreSQL how large the tables have become, after many rows were written.

    It plans every question by that, and looks by itself only some time later. SQLite needs no telling.
    """
    if not is_sqlite(connection):
        connection.execute(text("ANALYZE " + ", ".join(tables.metadata.tables)))


@contextmanager
def append_only_lifted(connection: Connection) -> Iterator[None]:
    """Let the rows of decisions be replaced whole, as a backup that is put back has to, in one transaction.

    Others see the table as it was before or as it is after, and never without what guards it.
    """
    name = tables.decision.name
    if is_sqlite(connection):
        there = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        guards = connection.execute(there, {"table": name}).all()
        for guard in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {guard.name}")
        yield
        for guard in guards:
            connection.exec_driver_sql(guard.sql)
    else:
        connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        yield
        connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the register, whatever is written meanwhile.

    It ends with a rollback: nothing that is read is ever written by it.

    Raises
    ------
    RegisterError
        When the database cannot be reached or read.
    """
    options: dict[str, Any] = {}
    if not is_sqlite(engine):
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _told(engine, "read"), engine.connect() as connection:
        yield connection.execution_options(**options)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection that has the register to itself, and commit what was done with it at the end.

    Once this returns, the change is on the disk. When anything is raised nothing of it is there.

    Raises
    ------
    RegisterError
        When its turn did not come in time, or the database cannot be reached or written.
    """
    with _alone(engine, _take_row) as connection:
        yield connection


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Give a connection that alone may make and change tables; else as `writing`."""
    with _alone(engine, _take_tables) as connection:
        yield connection


@contextmanager
def _alone(engine: Engine, take: Callable[[Connection], object]) -> Iterator[Connection]:
    """Begin, take the register before anything is read, and commit at the end."""
    with _told(engine, "written"), engine.connect() as connection:
        connection.execution_options(**sqlite_file.WRITES)
        with connection.begin() as transaction:
            if not is_sqlite(engine):
                connection.execute(
                    select(func.set_config("lock_timeout", f"{sqlite_file.WAIT_S * 1000:.0f}", True))
                )
                take(connection)
            yield connection
            with _unsure(engine):
                transaction.commit()


def _take_row(connection: Connection) -> None:
    connection.execute(select(tables.register.c.revision).with_for_update())


def _take_tables(connection: Connection) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))


@contextmanager
def _told(engine: Engine, done: str) -> Iterator[None]:
    """Tell a fault of the database in words, with what to do; never with what was in the statement."""
    try:
        yield
    except IntegrityError:
        raise
    except NoConnectionFree as error:
        raise _too_busy(engine) from error
    except DBAPIError as error:
        reason = _reason(engine, error)
        if any(words in reason for words in _LATE):
            raise _too_busy(engine) from error
        if "not a database" in reason:
            raise RegisterError(f"{describe(engine)} is not a register.", ELSEWHERE) from error
        raise RegisterError(
            f"The register cannot be {done} ({describe(engine)}): {reason}", _hint(engine, reason)
        ) from error


@contextmanager
def _unsure(engine: Engine) -> Iterator[None]:
    """Say of a connection that breaks during the commit that nobody can tell whether it was done."""
    try:
        yield
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise RegisterError(
            f"The connection to {describe(engine)} broke while a change was written: whether it is there is "
            "not known.",
            "Look at the record before doing it again.",
        ) from error


def _too_busy(engine: Engine) -> RegisterError:
    waited = f"{sqlite_file.WAIT_S:.0f} s"
    return RegisterError(
        f"The register is busy ({describe(engine)}): the turn of this change did not come in {waited}. "
        "Nothing was changed.",
        "Do it again in a moment.",
    )


def _reason(engine: Engine, error: DBAPIError) -> str:
    """Return what the driver says, on one line, without the password should it be in there."""
    said = " ".join(str(error.orig).split())
    password = engine.url.password
    return said.replace(str(password), "...") if password else said


def _hint(engine: Engine, reason: str) -> str:
    """Say what to do about a fault of the database."""
    if "malformed" in reason:
        return "See what is left with: atlas register verify. Put a backup back with: atlas register restore."
    if is_sqlite(engine):
        return "See that the file and its folder are yours, on a disk of this machine with room to spare."
    return "See that the server runs, and that ATLAS_DATABASE_URL names it, its database and its user."


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": _CONNECT_S,
                "application_name": "prevention-atlas",
            },
            **_POOL,
        )
    except ModuleNotFoundError as error:
        raise RegisterError(
            "The register is on PostgreSQL, and its driver psycopg is not installed.",
            "Install it with: pip install '.[postgres]'",
        ) from error
