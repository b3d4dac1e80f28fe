"""The optional `place.toml` of a folder: what a reader of the files corrects, read and written with care.

A person may edit the file by hand, so what is written keeps their comments and order. Two who correct at once
both count: a change is read, made and put in place under a lock.
"""

import tomllib
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import tomlkit
from filelock import FileLock
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Table

from data.errors import SourceError
from data.indicators import Kind
from data.place_faults import (
    ROLE_IDS,
    Where,
    entry_faults,
    find_faults,
    inside,
    line_numbers,
    line_of,
    nearest,
    quoted,
)
from data.referral_rows import EventKind, Role
from data.sources.base import SourceKind
from data.whole_files import write_whole

SETTINGS_FILE: Final = "place.toml"
_MOST_BYTES = 1_000_000
_LOCK_WAIT_S = 20.0

_ID_OF_ROLE: Final = {role: name for name, role in ROLE_IDS.items()}

Plain = Mapping[str, str | bool | Mapping[str, str]]
"""What is said of one file or column, as TOML has it."""

Entry = TypeVar("Entry", "FileSettings", "ColumnSettings")


@dataclass(frozen=True)
class FileSettings:
    """What is said of one file.

    Attributes
    ----------
    use
        Whether it is read at all.
    kind
        What it is to be read as, where that differs from what its content says.
    asset_kind
        The kind of place that all its rows are: an id of `data/asset_kinds.toml`.
    sha256
        The content that this is said of; of any content when not given.
    events
        What the rows of an extract of records of children are.
    roles
        What columns of such an extract are, by heading.
    """

    use: bool = True
    kind: SourceKind | None = None
    asset_kind: str | None = None
    sha256: str | None = None
    events: EventKind | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnSettings:
    """What is said of a column that a file of the folder defines; what is None is as the file has it."""

    label: str | None = None
    meaning: str | None = None
    unit: str | None = None
    kind: Kind | None = None
    polarity: str | None = None
    use: bool = True


@dataclass(frozen=True)
class PlaceSettings:
    """What a folder's `place.toml` says.

    Attributes
    ----------
    council
        Name or code of the one council that a build is of.
    vintage
        "2021" or "2011".
    asset_buffer_m
        How far beyond the build's areas places are kept, in metres: people cross borders.
    capacity
        By kind of place, the sessions a week of a place that does not tell them itself.
    files
        By path inside the folder, with `/` between its parts.
    columns
        By column id.
    """

    council: str | None = None
    vintage: str | None = None
    asset_buffer_m: float = 3_000.0
    capacity: Mapping[str, float] = field(default_factory=dict)
    files: Mapping[str, FileSettings] = field(default_factory=dict)
    columns: Mapping[str, ColumnSettings] = field(default_factory=dict)

    def of_file(self, path: str) -> FileSettings:
        """Return what is said of a file, by its path inside the folder."""
        return self.files.get(path, FileSettings())

    def of_column(self, column: str) -> ColumnSettings:
        """Return what is said of a column."""
        return self.columns.get(column, ColumnSettings())

    def strangers(self, paths: Iterable[str]) -> list[str]:
        """Say of each file that is named here but not among `paths` which one comes nearest."""
        known = list(paths)
        return [
            f"{SETTINGS_FILE} speaks of {path}, which is not in the folder{nearest(path, known)}"
            for path in self.files
            if path not in known
        ]


def read_place_settings(folder: Path) -> PlaceSettings:
    """Read the `place.toml` of a folder; a folder without one has the defaults.

    Raises
    ------
    SourceError
        When the file is not TOML or says something that has no meaning: every fault with its line.
    """
    text = _read_text(folder)
    return PlaceSettings() if text is None else _parse(text)


def save_file_settings(folder: Path, path: str, settings: FileSettings) -> None:
    """Write what is said of one file in place of what was said of it before; the defaults take it out.

    Raises
    ------
    SourceError
        When a value has no meaning, the path leaves the folder, or `place.toml` cannot be written.
    """
    digest = settings.sha256 and settings.sha256.lower()
    _save(folder, ("files", inside(path)), replace(settings, sha256=digest))


def save_column_settings(folder: Path, column: str, settings: ColumnSettings) -> None:
    """Write what is said of one column in place of what was said of it before.

    Raises
    ------
    SourceError
        When a value has no meaning or `place.toml` cannot be written.
    """
    _save(folder, ("columns", column), settings)


# Reading


def _read_text(folder: Path) -> str | None:
    path = folder / SETTINGS_FILE
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise SourceError(f"{SETTINGS_FILE} is larger than 1 MB.", "Keep to the settings of the place.")
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise SourceError(f"{SETTINGS_FILE} is not UTF-8 text.", "Save it again as UTF-8.") from error
    except OSError as error:
        raise SourceError(
            f"{SETTINGS_FILE} cannot be read: {error.strerror or error}.", "Check that you may read it."
        ) from error


def _parse(text: str) -> PlaceSettings:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(
            f"{SETTINGS_FILE} is not TOML: {error}.", "Mend that line, or take the file out of the folder."
        ) from error
    faults = [*find_faults(document)]
    if faults:
        lines = line_numbers(text)
        told = [f"Line {line_of(where, lines)}: {words}." for where, words in faults]
        raise SourceError(
            f"{SETTINGS_FILE} cannot be used. {' '.join(told)}", "Mend these lines, or take them out."
        )
    return PlaceSettings(
        council=document.get("council"),
        vintage=str(document["vintage"]) if "vintage" in document else None,
        asset_buffer_m=float(document.get("asset_buffer_m", PlaceSettings.asset_buffer_m)),
        capacity={kind: float(sessions) for kind, sessions in document.get("capacity", {}).items()},
        files=_said({inside(p): _file_settings(e) for p, e in document.get("files", {}).items()}),
        columns=_said({name: _column_settings(e) for name, e in document.get("columns", {}).items()}),
    )


def _said(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Leave out what says nothing: a table of which only the comments are left."""
    return {name: entry for name, entry in entries.items() if _plain(entry)}


def _file_settings(entry: Mapping[str, Any]) -> FileSettings:
    kind = {"kind": SourceKind(entry["kind"])} if "kind" in entry else {}
    sha256 = {"sha256": entry["sha256"].lower()} if "sha256" in entry else {}
    events = {"events": EventKind(entry["events"])} if "events" in entry else {}
    roles = (
        {"roles": {name: ROLE_IDS[role] for name, role in entry["roles"].items()}} if "roles" in entry else {}
    )
    return FileSettings(**{**entry, **kind, **sha256, **events, **roles})


def _column_settings(entry: Mapping[str, Any]) -> ColumnSettings:
    return ColumnSettings(**{**entry, **({"kind": Kind(entry["kind"])} if "kind" in entry else {})})


# Writing


def _save(folder: Path, where: Where, entry: Entry) -> None:
    plain = _plain(entry)
    if faults := [words for _, words in entry_faults(where, plain)]:
        raise SourceError(f"{SETTINGS_FILE} cannot be changed: {'; '.join(faults)}.", "Choose another value.")
    try:
        with FileLock(folder / f".{SETTINGS_FILE}.lock", timeout=_LOCK_WAIT_S):
            text = _read_text(folder) or ""
            wanted = _replaced(_parse(text), where, entry)
            new = _changed(text, where, plain)
            if _parse(new) != wanted:
                raise _not_from_here(where)
            path = folder / SETTINGS_FILE
            write_whole(path, new, path.stat().st_mode & 0o777 if path.exists() else 0o644)
    except TOMLKitError as error:
        raise _not_from_here(where) from error
    except OSError as error:  # a lock that does not come free in time is one too
        raise SourceError(
            f"{SETTINGS_FILE} cannot be written: {error.strerror or error}.",
            "Check that you may write in the folder, and that nobody else holds the file.",
        ) from error


def _not_from_here(where: Where) -> SourceError:
    return SourceError(
        f"{SETTINGS_FILE} is laid out in a way that cannot be changed from here.",
        f"Change what it says of {quoted(where[1])} in a text editor.",
    )


def _plain(entry: FileSettings | ColumnSettings) -> Plain:
    """Return what an entry says beyond the defaults, as TOML has it."""
    usual = type(entry)()
    values = {f.name: getattr(entry, f.name) for f in fields(entry)}
    return {name: _as_toml(value) for name, value in values.items() if value != getattr(usual, name)}


def _as_toml(value: object) -> str | bool | dict[str, str]:
    if isinstance(value, Mapping):
        return {name: _ID_OF_ROLE.get(role, str(role)) for name, role in value.items()}
    return value if isinstance(value, bool) else str(value)


def _replaced(before: PlaceSettings, where: Where, entry: Entry) -> PlaceSettings:
    """Return the settings as they have to read once an entry is written."""
    section, name = where
    others = {key: value for key, value in getattr(before, section).items() if key != name}
    said = {name: entry} if _plain(entry) else {}
    changes: dict[str, Any] = {section: others | said}
    return replace(before, **changes)


def _changed(text: str, where: Where, plain: Plain) -> str:
    """Return the text with one entry in place of what it said before, all else as it stands."""
    section, name = where
    document = tomlkit.parse(text)
    if section not in document:
        document[section] = tomlkit.table(is_super_table=True)
    entries: Any = document[section]
    key = next((k for k in entries if section == "files" and inside(k) == name), name)
    if key not in entries:
        entries[key] = tomlkit.inline_table() if isinstance(entries, InlineTable) else tomlkit.table()
    said: MutableMapping[str, Any] = entries[key]
    _put_in(said, plain)
    if not plain and not (isinstance(said, Table) and "#" in said.as_string()):
        del entries[key]
    return tomlkit.dumps(document)


def _put_in(said: MutableMapping[str, Any], plain: Plain) -> None:
    """Write what is new, take out what is gone, and leave all else and its comments as they stand."""
    for gone in [k for k in said if k not in plain]:
        del said[gone]
    for name, value in plain.items():
        if isinstance(value, Mapping) and isinstance(said.get(name), MutableMapping):
            _put_in(said[name], value)
        elif said.get(name) != value:
            said[name] = value
