"""Makes the tables of the register and brings those of an earlier version up to date, by alembic.

There is no `alembic.ini`: everything goes through `ensure_current`. A change of `tables` needs a file more
in `versions/`, and `HEAD` names the last; a test compares what they make with `tables.metadata`.
"""

from pathlib import Path
from threading import Lock
from typing import Any, Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Inspector, inspect, text

from data.errors import RegisterError, first_few
from data.register import tables
from data.register.engine import ELSEWHERE, describe, file_of, is_sqlite, migrating, reading
from data.register.sqlite_file import WAIT_S, is_there, keep_log, make_file

_one_at_a_time = Lock()  # alembic's `context` is one for the whole process
HEAD: Final = "0002"
"""The version of the tables that this code reads and writes."""
VERSION_TABLE: Final = "register_version"


def version_of(engine: Engine) -> str:
    """Return the version of the tables in a database; "" where there is no register yet.

    Raises
    ------
    RegisterError
        When the database cannot be read, or holds something else than a register.
    """
    file = file_of(engine)
    if file is not None and (not is_there(file) or not file.stat().st_size):
        return ""
    with reading(engine) as connection:
        return _version(connection, describe(engine))


def ensure_current(engine: Engine) -> None:
    """Make the register where there is none, and bring an earlier version up to date; else do nothing.

    Safe when several processes do it at once: one does it, the others wait. A migration is one transaction.

    Raises
    ------
    RegisterError
        When the database holds something else, or a register of a later version of Prevention Atlas.
    """
    version = version_of(engine)
    if version == HEAD:
        return
    file = file_of(engine)
    if file is None:
        _upgrade(engine)
        return
    make_file(file)
    try:
        # what is done to a new file outside a transaction needs a lock of its own
        with FileLock(file.parent / f".{file.name}.lock", timeout=WAIT_S):
            if not version_of(engine):
                keep_log(engine)
            _upgrade(engine)
    except Timeout as error:
        raise RegisterError(
            f"The register is being made by another process ({file}), for {WAIT_S:.0f} s now.",
            "Wait for it to end, then do it again.",
        ) from error


def require_known(version: str, what: str) -> None:
    """Refuse a version of the tables that this code does not know.

    Raises
    ------
    RegisterError
        When it was made by a later version of Prevention Atlas.
    """
    from alembic.script import ScriptDirectory

    known = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]
    if version and version not in known:
        raise RegisterError(
            f"{what} was made by a later version of Prevention Atlas: its tables are of version {version}, "
            f"and this one knows those up to {HEAD}.",
            "Update Prevention Atlas, or put back a backup that was made by this version.",
        )


def _version(connection: Connection, what: str) -> str:
    inspector = inspect(connection)
    if inspector.has_table(VERSION_TABLE):
        return str(connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) or "")
    _refuse_others(inspector, what, whole=is_sqlite(connection))
    return ""


def _refuse_others(inspector: Inspector, what: str, whole: bool) -> None:
    """Refuse a database with tables that no migration of ours made: all of a file, like-named on a server."""
    there = set(inspector.get_table_names())
    others = there if whole else there & set(tables.metadata.tables)
    if others:
        raise RegisterError(
            f"{what} is not a register: it holds other tables, {first_few(others)}.", ELSEWHERE
        )


def _upgrade(engine: Engine) -> None:
    from alembic import command

    with migrating(engine) as connection:
        version = _version(connection, describe(engine))
        require_known(version, describe(engine))
        if version != HEAD:
            config = _config()
            config.attributes["connection"] = connection
            with _one_at_a_time:
                command.upgrade(config, "head")


def _config() -> Any:  # noqa: ANN401
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
