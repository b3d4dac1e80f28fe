"""What can be wrong in a `place.toml`: names and values without a meaning, and their lines."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final, TypeGuard

from data.asset_kinds import asset_kinds
from data.codes import LSOA_COUNT
from data.errors import SourceError
from data.indicators import Kind
from data.referral_rows import EventKind, Role
from data.register.fields import MOST_SESSIONS
from data.sources.base import SourceKind, readable

POLARITIES: Final = ("high_is_worse", "low_is_worse", "neutral")
COLUMN_KINDS: Final = (Kind.COUNT, Kind.RATE, Kind.SCORE, Kind.OTHER)
"""What a column of a partner's own may be; ranks and deciles are those of the Indices alone."""

ROLE_IDS: Final = {("ignore" if role is Role.OTHER else role.name.lower()): role for role in Role}
"""What a column of an extract of records of children may be said to be."""

MOST_COLUMNS: Final = 500
FURTHEST_BUFFER_M: Final = 50_000.0
LONGEST_TEXT: Final = 500

Where = tuple[str, ...]
Fault = tuple[Where, str]
"""The keys that lead to a setting, and what is wrong with it."""

Check = Callable[[Any], str]


def find_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault, with where it stands."""
    yield from _unknown_keys((), document, _SETTINGS)
    for name, check in _OF_THE_PLACE.items():
        if name in document and (fault := check(document[name])):
            yield (name,), f"{name} {fault}"
    yield from _capacity_faults(document.get("capacity", {}))
    for section in _OF_AN_ENTRY:
        entries = document.get(section, {})
        if not isinstance(entries, Mapping):
            yield (section,), f"{section} is not a table; write [{section}.name] and its settings below"
            continue
        for name, entry in entries.items():
            yield from entry_faults((section, name), entry)
    yield from _named_twice(document.get("files"))


def entry_faults(where: Where, entry: object) -> Iterator[Fault]:
    """Yield every fault of what is said of one file or one column."""
    section, name = where
    if fault := _path_fault(name) if section == "files" else _column_fault(name):
        yield where, fault
    if not isinstance(entry, Mapping):
        yield where, f"{quoted(name)} is not a table of settings"
        return
    yield from _unknown_keys(where, entry, _OF_AN_ENTRY[section])
    for key, check in _OF_AN_ENTRY[section].items():
        if key in entry and (fault := check(entry[key])):
            yield (*where, key), f"{key} {fault}"


def _capacity_faults(capacity: object) -> Iterator[Fault]:
    """Yield every fault of the sessions a week of kinds of place."""
    if not isinstance(capacity, Mapping):
        yield ("capacity",), "capacity is not a table; write [capacity] and a line such as library = 5 below"
        return
    kinds = list(asset_kinds())
    for kind, sessions in capacity.items():
        if kind not in kinds:
            near = nearest(kind, kinds) or f"; there are {', '.join(kinds)}"
            yield ("capacity", kind), f"there is no kind of place {quoted(kind)}{near}"
        if not (_is_number(sessions) and 0 < sessions <= MOST_SESSIONS):
            words = f"is not a number of sessions a week, above 0 and at most {MOST_SESSIONS:,}"
            yield ("capacity", kind), f"capacity of {quoted(kind)} {words}"


def _unknown_keys(where: Where, entry: Mapping[str, Any], known: Iterable[str]) -> Iterator[Fault]:
    known = list(known)
    for key in entry:
        if key not in known:
            near = nearest(key, known) or f"; there are {', '.join(known)}"
            yield (*where, key), f"there is no setting {quoted(key)}{near}"


def _named_twice(files: object) -> Iterator[Fault]:
    seen: set[str] = set()
    for path in files if isinstance(files, Mapping) else ():
        if _path_fault(path):
            continue
        if (shortest := inside(path)) in seen:
            yield ("files", path), f"{quoted(path)} is named twice"
        seen.add(shortest)


def nearest(word: str, known: Iterable[str]) -> str:
    """Name the known word that comes nearest, to be put behind another; nothing where none is near."""
    near = get_close_matches(word, list(known), n=1)
    return f"; the nearest is {quoted(near[0])}" if near else ""


def quoted(text: str) -> str:
    """Return a word of the file as it can be shown anywhere."""
    return f'"{readable(text[:80])}"'


# What each value may be: a check returns what is wrong with it, or nothing.


def _flag_fault(value: object) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


def _text_fault(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        return "is not a text in quotation marks"
    if len(value) > LONGEST_TEXT:
        return f"is longer than {LONGEST_TEXT} characters"
    return "" if value.isprintable() else "holds characters that cannot be shown"


def _choice_fault(choices: Iterable[str], value: object) -> str:
    known = [str(choice) for choice in choices]
    if isinstance(value, str) and value in known:
        return ""
    near = nearest(str(value), known)
    return f"is {quoted(str(value))}, which is none of {', '.join(known)}{near}"


def _vintage_fault(value: object) -> str:
    whole = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return _choice_fault(LSOA_COUNT, whole)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _buffer_fault(value: object) -> str:
    if _is_number(value) and 0 <= value <= FURTHEST_BUFFER_M:
        return ""
    return f"is not a number of metres from 0 to {FURTHEST_BUFFER_M:,.0f}"


def _digest_fault(value: object) -> str:
    sound = isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{64}", value)
    return "" if sound else "is not a SHA-256 of 64 digits"


def _roles_fault(value: object) -> str:
    if not isinstance(value, Mapping):
        return 'is not a table such as { "Home postcode" = "postcode" }'
    if len(value) > MOST_COLUMNS:
        return f"names more than {MOST_COLUMNS} columns"
    for name, role in value.items():
        if fault := _text_fault(name) or _choice_fault(ROLE_IDS, role):
            return f"of {quoted(name)} {fault}"
    return ""


def _path_fault(path: str) -> str:
    pure = PurePosixPath(path)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts or re.match(r"[A-Za-z]:[\\/]", path):
        return f"{quoted(path)} is not a path inside the folder"
    if "\\" in path and "/" not in path:
        return f"{quoted(path)} has to be written with / between folder and file"
    if any("\ud800" <= c <= "\udfff" for c in path):
        return f"{quoted(path)} is a file name with broken bytes; rename the file"
    return ""


def _column_fault(name: str) -> str:
    sound = re.fullmatch(r"[a-z][a-z0-9_]{0,100}", name)
    return "" if sound else f"{quoted(name)} is not the id of a column"


_OF_THE_PLACE: Final[Mapping[str, Check]] = {
    "council": _text_fault,
    "vintage": _vintage_fault,
    "asset_buffer_m": _buffer_fault,
}
_OF_A_FILE: Final[Mapping[str, Check]] = {
    "use": _flag_fault,
    "kind": partial(_choice_fault, list(SourceKind)),
    "asset_kind": lambda value: _choice_fault(asset_kinds(), value),
    "sha256": _digest_fault,
    "events": partial(_choice_fault, list(EventKind)),
    "roles": _roles_fault,
}
_OF_A_COLUMN: Final[Mapping[str, Check]] = {
    "label": _text_fault,
    "meaning": _text_fault,
    "unit": _text_fault,
    "kind": partial(_choice_fault, COLUMN_KINDS),
    "polarity": partial(_choice_fault, POLARITIES),
    "use": _flag_fault,
}
_OF_AN_ENTRY: Final = {"files": _OF_A_FILE, "columns": _OF_A_COLUMN}
_SETTINGS: Final = (*_OF_THE_PLACE, "capacity", *_OF_AN_ENTRY)


def inside(path: str) -> str:
    """Return a path in its shortest form, with `/`; refuse one that leaves the folder."""
    if fault := _path_fault(path):
        raise SourceError(f"{fault}.", "Name the file by its path inside the folder.")
    return PurePosixPath(path).as_posix()


def line_numbers(text: str) -> dict[Where, int]:
    """Find the first line of every table and key; the lines inside a text of several lines may be missed."""
    found: dict[Where, int] = {}
    table: Where = ()
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            where = _deepest(tomllib.loads(line))
        except tomllib.TOMLDecodeError:
            continue
        if line.lstrip().startswith("["):
            table = where
        else:
            where = table + where
        for depth in range(1, len(where) + 1):
            found.setdefault(where[:depth], number)
    return found


def _deepest(document: Mapping[str, Any]) -> Where:
    """Return the keys that lead to the first value of a line."""
    for key, value in document.items():
        return (key, *(_deepest(value) if isinstance(value, Mapping) else ()))
    return ()


def line_of(where: Where, lines: Mapping[Where, int]) -> int:
    """Return the line of a setting, or of the nearest that is around it."""
    return next((lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in lines), 1)
