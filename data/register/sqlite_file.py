"""A register in a SQLite file: how it is made, opened, and written by one process after another."""

import os
import random
import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from data.errors import RegisterError

WAIT_S = 30.0
"""How long a write waits for its turn, in seconds; on PostgreSQL too."""
WRITES: Final = {"atlas_begin": "BEGIN IMMEDIATE"}
"""The option of a connection whose transactions write: they take the file before they read anything."""
_ASK_AGAIN_S: Final = (0.005, 0.03)
_PRAGMAS: Final = (
    "foreign_keys = ON",
    "synchronous = FULL",
    "fullfsync = ON",  # where fsync does not reach the disk (macOS); nothing elsewhere
    "secure_delete = ON",  # a contact that is erased is overwritten
    "trusted_schema = OFF",  # a file that came from elsewhere runs nothing of its own
)


def sqlite_engine(path: Path, **pool: Any) -> Engine:  # noqa: ANN401
    """Return an engine on a file. A connection makes no file: only `make_file` does.

    Raises
    ------
    RegisterError
        When what is named is no file.
    """
    if str(path) in (".", ":memory:") or str(path).startswith("file:"):
        raise RegisterError(
            "A register in memory would be lost with the process.", "Name a file: sqlite:////path/of/file.db"
        )
    path = path.absolute()

    def connect() -> sqlite3.Connection:
        # isolation_level None: SQLAlchemy begins transactions, not the driver (its documentation of SQLite)
        address = f"{path.as_uri()}?mode=rw"
        return sqlite3.connect(address, WAIT_S, isolation_level=None, check_same_thread=False, uri=True)

    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, creator=connect, hide_parameters=True, **pool)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    _follow_file(engine, path)
    return engine


def _follow_file(engine: Engine, path: Path) -> None:
    """Let go of connections to a file that another was put in the place of: what they wrote would be lost."""

    def which() -> tuple[int, int] | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def note(_: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info["file"] = which()

    def look(_: sqlite3.Connection, record: ConnectionPoolEntry, __: object) -> None:
        if record.info["file"] != which():
            raise DisconnectionError(f"{path} is another file by now")

    event.listen(engine, "connect", note)
    event.listen(engine, "checkout", look)


def is_there(path: Path) -> bool:
    """Say whether a file is there; where nobody may look, that is no answer.

    Raises
    ------
    RegisterError
        When it cannot be told.
    """
    try:
        return path.exists()
    except OSError as error:
        raise RegisterError(
            f"The register cannot be read ({path}): {error.strerror}.",
            "See that the file and its folder are yours, or set ATLAS_DATABASE_URL.",
        ) from error


def make_file(path: Path) -> None:
    """Make an empty file for a register where there is none, open to nobody else from the start.

    What SQLite puts beside it, the log and its index, takes the mode of this file.

    Raises
    ------
    RegisterError
        When it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise RegisterError(
            f"The register cannot be made at {path}: {error.strerror}.",
            "See that the folder is yours, or set ATLAS_DATABASE_URL.",
        ) from error


def keep_log(engine: Engine) -> None:
    """Switch a new file to the write-ahead log; it stays so.

    Raises
    ------
    RegisterError
        When its disk cannot hold one.
    """
    connection = engine.raw_connection()  # the mode cannot be changed inside a transaction
    try:
        mode = connection.cursor().execute("PRAGMA journal_mode = WAL").fetchone()[0]
    finally:
        connection.close()
    if mode != "wal":
        raise RegisterError(
            f"{engine.url.database} is on a disk that cannot hold a register.",
            "Keep it on a disk of this machine, or use PostgreSQL by ATLAS_DATABASE_URL.",
        )


def _set_pragmas(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin as a transaction is to begin; where that fails SQLAlchemy tries last, and says what is wrong."""
    (option,) = WRITES
    how = connection.get_execution_options().get(option, "BEGIN")
    driver: Any = connection.connection.driver_connection
    if how == "BEGIN" or not _takes_turn(driver, how):
        connection.exec_driver_sql(how)


def _takes_turn(driver: sqlite3.Connection, how: str) -> bool:
    """Ask for the turn to write, again and again, until it comes or its time is over.

    SQLite's own waiting asks ever more seldom, so that among many writers who came first comes last, or
    never. Here everybody asks equally often.
    """
    end = time.monotonic() + WAIT_S
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                driver.execute(how)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    return False
                time.sleep(random.uniform(*_ASK_AGAIN_S))
            else:
                return True
    finally:
        driver.execute(f"PRAGMA busy_timeout = {WAIT_S * 1000:.0f}")
