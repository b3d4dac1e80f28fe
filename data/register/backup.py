"""Back the register up into one file, and read such a file: the same for SQLite and PostgreSQL.

A backup is a zip of `manifest.json` and one file of JSON lines a table, made of one state of the register
while others go on writing. The manifest says how many rows each table has and the SHA-256 of its lines, so
that a backup that was cut short or changed is told from a whole one before anything is put back.

It holds what the register holds: contacts, and the locations of confidential places. It is its owner's alone
from its first byte. What signs invitation links is not in it.
"""

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Engine, Float, Integer, Table, select

from data.errors import RegisterError
from data.register import tables
from data.register.engine import describe, reading
from data.register.migrations import HEAD, ensure_current, require_known, version_of
from data.settings import settings

FORMAT: Final = 1
_WHAT: Final = "a register of Prevention Atlas"
_MANIFEST: Final = "manifest.json"
_AT_ONCE: Final = 1_000
_LARGEST_MANIFEST: Final = 1_000_000
_DAMAGED: Final = "Use another backup."
_NOT_YET: Final = {"0001": frozenset({tables.decision.name}), HEAD: frozenset[str]()}
"""Tables that a register of a version did not have, by each version whose backups can be put back."""


@dataclass(frozen=True)
class Backup:
    """A whole backup.

    Attributes
    ----------
    path
        The file.
    made_at
        When it was made.
    revision
        Of the register then: the number of the last line of its history.
    rows
        How many rows each table has.
    """

    path: Path
    made_at: datetime
    revision: int
    rows: Mapping[str, int]


def back_up(engine: Engine, path: Path) -> Backup:
    """Write one state of the register into a new file, whole or not at all.

    Raises
    ------
    RegisterError
        When there is no register, the file is there already or it cannot be written.
    """
    if not version_of(engine):
        raise RegisterError(
            f"There is no register to back up: {describe(engine)}.", "Nothing was written yet."
        )
    ensure_current(engine)
    with reading(engine) as connection:
        return write_backup(connection, path)


def write_backup(connection: Connection, path: Path) -> Backup:
    """Write the register as a connection sees it; else as `back_up`."""
    with _new_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        listed = {table.name: _write_table(connection, table, packed) for table in ordered_tables()}
        revision = connection.scalars(select(tables.register.c.revision)).one()
        made_at = datetime.now(UTC)
        manifest = {
            "format": FORMAT,
            "what": _WHAT,
            "made_at": made_at.isoformat(),
            "tables_version": HEAD,
            "revision": revision,
            "tables": listed,
        }
        packed.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    return Backup(path, made_at, revision, {name: entry["rows"] for name, entry in listed.items()})


def open_backup(path: Path) -> Backup:
    """Read a backup through, and say what is in it.

    Raises
    ------
    RegisterError
        When it is no backup, is damaged or incomplete, or is of another version of the tables.
    """
    with _opened(path) as packed:
        manifest = _read_manifest(packed, path)
        largest = settings().max_unpacked_mb * 1_000_000
        if sum(entry.file_size for entry in packed.infolist()) > largest:
            raise RegisterError(
                f"{path} unpacks to more than {largest:,} bytes.", "Raise ATLAS_MAX_UNPACKED_MB."
            )
        rows = dict.fromkeys(_NOT_YET[manifest["tables_version"]], 0)
        for table in ordered_tables():
            if table.name in rows:
                continue
            said = manifest["tables"][table.name]
            hashed = hashlib.sha256()
            rows[table.name] = sum(1 for _ in _rows(packed, table, path, hashed))
            if rows[table.name] != said["rows"] or hashed.hexdigest() != said["sha256"]:
                raise _damaged(path, f"{table.name} is not what was written")
        return Backup(path, datetime.fromisoformat(manifest["made_at"]), manifest["revision"], rows)


def read_rows(backup: Backup, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table of a backup, a thousand at once; none of one that it did not have yet."""
    if not backup.rows[table.name]:
        return
    with _opened(backup.path) as packed:
        some: list[dict[str, Any]] = []
        for row in _rows(packed, table, backup.path, hashlib.sha256()):
            some.append(row)
            if len(some) == _AT_ONCE:
                yield some
                some = []
        if some:
            yield some


def ordered_tables() -> list[Table]:
    """Return every table, those that others refer to first."""
    return tables.metadata.sorted_tables


def _write_table(connection: Connection, table: Table, packed: zipfile.ZipFile) -> dict[str, Any]:
    hashed, rows = hashlib.sha256(), 0
    wanted = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    with packed.open(f"{table.name}.jsonl", "w", force_zip64=True) as lines:
        for row in connection.execute(wanted):
            values = {key: _plain(value) for key, value in row._mapping.items()}
            line = json.dumps(values, ensure_ascii=False).encode() + b"\n"
            lines.write(line)
            hashed.update(line)
            rows += 1
    return {"rows": rows, "sha256": hashed.hexdigest()}


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value.isoformat() if isinstance(value, date) else value  # a time is a date too


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that stands at `path` once it is whole and on the disk, and nowhere else."""
    taken = RegisterError(f"{path} is there already.", "Name a new file: a backup replaces none.")
    try:
        if path.exists():
            raise taken
        number, name = tempfile.mkstemp(prefix=f".{path.name}.new-", dir=path.parent)
        new = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                yield file
                file.flush()
                os.fsync(number)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError as error:
        raise taken from error
    except OSError as error:
        raise RegisterError(
            f"{path} cannot be written: {error.strerror}.", "Name a file in a folder of yours."
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file; one that is locked, packed otherwise or nested without end is damaged to us too."""
    try:
        with zipfile.ZipFile(path) as packed:
            yield packed
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError) as error:
        raise _damaged(path, str(error).strip("'\"")) from error
    except OSError as error:
        raise RegisterError(
            f"{path} cannot be read: {error.strerror}.", "Name a backup of a register."
        ) from error


def _read_manifest(packed: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    if _MANIFEST not in packed.namelist() or packed.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise RegisterError(
            f"{path} is not a backup of a register.", "Name one that atlas register backup made."
        )
    try:
        manifest = json.loads(packed.read(_MANIFEST))
        version, listed = str(manifest["tables_version"]), manifest["tables"]
        whole = manifest["what"] == _WHAT and isinstance(manifest["revision"], int)
        datetime.fromisoformat(manifest["made_at"])
        known = {name: (entry["rows"], entry["sha256"]) for name, entry in listed.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(path, "its manifest cannot be read") from error
    if manifest["format"] != FORMAT or version not in _NOT_YET:
        require_known(version, str(path))
        raise RegisterError(
            f"{path} was made by another version of Prevention Atlas.", "Restore it with that one."
        )
    if not whole or set(known) != set(tables.metadata.tables) - _NOT_YET[version]:
        raise _damaged(path, "its manifest is not one of a register")
    return dict(manifest)


def _rows(packed: zipfile.ZipFile, table: Table, path: Path, hashed: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield the rows of a table as they go into the database, and hash its lines."""
    columns = {column.name: column for column in table.columns}
    with packed.open(f"{table.name}.jsonl") as lines:
        for number, line in enumerate(lines, 1):
            hashed.update(line)
            try:
                written = json.loads(line)
                if set(written) != set(columns):
                    raise ValueError("other columns")
                yield {name: _typed(columns[name], value) for name, value in written.items()}
            except (ValueError, TypeError) as error:
                raise _damaged(path, f"line {number:,} of {table.name} cannot be read") from error


_TYPES: Final[tuple[tuple[type, tuple[type, ...]], ...]] = (
    (Boolean, (bool,)),
    (Integer, (int,)),
    (Float, (float, int)),
)


def _typed(column: Column[Any], value: Any) -> Any:  # noqa: ANN401
    """Return a value of a backup as its column holds it, and refuse one of another type."""
    if isinstance(column.type, JSON):
        return value
    if value is None:
        if column.nullable:
            return None
        raise ValueError("nothing where something must be")
    if isinstance(column.type, tables.Moment):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    wanted = next((types for kind, types in _TYPES if isinstance(column.type, kind)), (str,))
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted != (bool,)):
        raise ValueError("a value of another type")
    return value


def _damaged(path: Path, why: str) -> RegisterError:
    return RegisterError(f"{path} is a damaged backup: {why}.", _DAMAGED)
