"""Put a backup back in place of what the register holds, in one transaction, and keep what was there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select, update

from data.errors import RegisterError
from data.register import tables
from data.register.backup import Backup, open_backup, ordered_tables, read_rows, write_backup
from data.register.engine import append_only_lifted, count_anew, file_of, reading, writing
from data.register.migrations import ensure_current, version_of
from data.register.records import Actor
from data.register.rights import Action, may
from data.register.sqlite_file import is_there

RESTORED: Final = "restored a backup"
"""What the history says of it."""


@dataclass(frozen=True)
class Restored:
    """What was put back.

    Attributes
    ----------
    backup
        What stands in the register now.
    revision
        Of the register now: one more than that of the backup, for the line that says who restored it.
    kept
        The backup of what was there; None where nothing was.
    aside
        Where a damaged SQLite file was moved, since no backup could be made of it; else None.
    """

    backup: Backup
    revision: int
    kept: Backup | None
    aside: Path | None


def restore(engine: Engine, actor: Actor, path: Path, keep: Path) -> Restored:
    """Replace what the register holds by what a backup holds.

    The backup is read through before anything is touched. Other processes may go on reading and writing:
    they see what was there before or what is there after.

    Parameters
    ----------
    engine
        The register; it is made where there is none.
    actor
        Who restores; the history says so.
    path
        The backup.
    keep
        A new file, for a backup of what is there now.

    Raises
    ------
    RegisterError
        When the actor may not, the backup cannot be used, or the register or `keep` cannot be written.
    """
    if not may(actor, Action.RESTORE):
        raise RegisterError(
            f"Refused: with the role {actor.role.value} you may not {Action.RESTORE}.",
            "Ask an administrator.",
        )
    backup = open_backup(path)
    aside = _set_aside(engine) if is_damaged(engine) else None
    ensure_current(engine)
    with writing(engine) as connection:
        kept = write_backup(connection, keep) if holds_anything(connection) else None
        try:
            _replace_all(connection, backup)
            revision = _note(connection, actor, backup)
            count_anew(connection)
        except BaseException:
            keep.unlink(missing_ok=True)  # what it was made of is still there
            raise
    return Restored(backup, revision, kept, aside)


def is_damaged(engine: Engine) -> bool:
    """Say whether a SQLite file is there and cannot be read through; a server looks after its own."""
    file = file_of(engine)
    if file is None or not is_there(file):
        return False
    try:
        version_of(engine)
        with reading(engine) as connection:
            return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok"
    except RegisterError as error:
        with file.open("rb") as content:
            if "malformed" in error.message or content.read(6) != b"SQLite":
                return True
        raise


def holds_anything(connection: Connection) -> bool:
    """Say whether there is a row in any table but the one that counts revisions."""
    counted = (t for t in ordered_tables() if t is not tables.register)
    return any(connection.execute(select(t).limit(1)).first() for t in counted)


def _set_aside(engine: Engine) -> Path:
    """Move a damaged file, and what SQLite put beside it, out of the way."""
    file = file_of(engine)
    assert file is not None, "only a file is moved"
    engine.dispose()
    stamp = f"damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for suffix in ("-wal", "-shm", ""):
        part = file.with_name(file.name + suffix)
        if part.exists():
            part.rename(file.with_name(f"{file.name}.{stamp}{suffix}"))
    return file.with_name(f"{file.name}.{stamp}")


def _replace_all(connection: Connection, backup: Backup) -> None:
    place = tables.place
    connection.execute(update(place).values(merged_into=None))
    # The one row of `register` stays: other writers wait for it on a server, and one that is gone stops none.
    filled = [table for table in ordered_tables() if table is not tables.register]
    with append_only_lifted(connection):
        for table in reversed(filled):
            connection.execute(table.delete())
    merged: list[dict[str, Any]] = []
    for table in filled:
        for rows in read_rows(backup, table):
            if table is place:  # it refers to itself: a row may come before the one that it names
                merged += [{"at": row["id"], "to": row["merged_into"]} for row in rows if row["merged_into"]]
                rows = [{**row, "merged_into": None} for row in rows]
            connection.execute(insert(table), rows)
    for pair in merged:
        connection.execute(update(place).where(place.c.id == pair["at"]).values(merged_into=pair["to"]))


def _note(connection: Connection, actor: Actor, backup: Backup) -> int:
    """Append to the history who put back what, and return the register's revision."""
    revision = backup.revision + 1
    line = {
        "number": revision,
        "at": datetime.now(UTC),
        "who": actor.name,
        "role": actor.role.value,
        "action": RESTORED,
        "entity": "register",
        "entity_id": "register",
        "version": revision,
        "after": {"made_at": backup.made_at.isoformat(), "revision": backup.revision},
    }
    connection.execute(insert(tables.history), line)
    connection.execute(update(tables.register).values(revision=revision))
    return revision
