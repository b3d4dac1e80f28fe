"""Opens what others publish as Open Referral: a JSON file, a folder of them or a zip file of them.

Both shapes of the UK profile are gathered into one: 3.0, and the 1.0 that older directories still publish.
"""

import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from data.errors import SourceError
from data.settings import settings

Record = Mapping[str, Any]
MOST_FILES: Final = 250_000
"""The most files of a folder or a zip file that are read: a register of 100,000 services has 200,000."""

_LOOKED_AT: Final = 20
"""How many files of a folder or a zip file are looked at to see what it is."""

_BEGINNING: Final = 200_000
_A_SIGN: Final = re.compile(
    rb'"(?:service_at_locations|organization|organization_id|services?|contents?|eligibilitys|status)"'
)
_OF_FOLDERS: Final = ("services", "services.json", "service_at_locations", "organizations")
"""What a folder has one of if it is of Open Referral."""

_DEEPEST: Final = 6
"""How many lists and pages may stand in each other before a record is met."""

_DAMAGE: Final = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What a damaged, locked or foreign zip file raises, or a file that cannot be read."""

_SERVICE_SIGNS: Final = frozenset(
    {
        *("service_at_locations", "organization", "organization_id", "eligibilitys"),
        *("service_taxonomys", "service_taxonomies", "regular_schedules", "assured_date"),
    }
)
"""What a record with a name has beside it if it is a service."""

STATUSES: Final = ("active", "inactive", "defunct", "temporarily closed")
_OLD_SIGNS: Final = frozenset(
    {"eligibilitys", "service_taxonomys", "regular_schedules", "physical_addresses", "fundings", "reviews"}
)
"""What only the shape of 1.0 has."""


@dataclass
class Gathered:
    """The services of a publication, each once with all that any of its files says of it.

    Attributes
    ----------
    services
        By their identifier.
    at
        The services at locations, by service and by what tells the location.
    organisations
        By their identifier.
    broken
        What is no record: where it stands, and why.
    old
        Whether it has the shape of 1.0.
    """

    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    at: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    organisations: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: list[tuple[str, str]] = field(default_factory=list)
    old: bool = False

    def take(self, content: object, where: str, depth: int = 0) -> None:
        """Take in whatever a file holds: a record, a page of them, or a list."""
        if depth > _DEEPEST:
            self.broken.append((where, "lists stand in each other too deeply"))
        elif isinstance(content, list):
            for item in content:
                self.take(item, where, depth + 1)
        elif not isinstance(content, dict):
            self.broken.append((where, "it is no record"))
        elif (page := _page_of(content)) is not None:
            self.take(page, where, depth + 1)
        else:
            self._take_record(content, where, depth)

    def _take_record(self, record: dict[str, Any], where: str, depth: int) -> None:
        service = record.get("service")
        if isinstance(service, dict):
            self._take_link(self._take_service(service, where), record)
        elif isinstance(record.get("services"), list):
            self._take_organisation(record)
            own = {name: value for name, value in record.items() if name != "services"}
            for item in record["services"]:
                offered = {"organization": own, **item} if isinstance(item, dict) else item
                self.take(offered, where, depth + 1)
        elif is_service(record):
            self._take_service(record, where)

    def _take_service(self, service: Record, where: str) -> str:
        key = service.get("id") if isinstance(service.get("id"), str) else ""
        key = str(key).strip() or f"{where}#{len(self.services)}"
        self.old = self.old or bool(_OLD_SIGNS & service.keys())
        told = {name: value for name, value in service.items() if name != "service_at_locations"}
        _fill(self.services.setdefault(key, {}), told)
        for link in _list_of(service.get("service_at_locations")):
            self._take_link(key, link)
        if isinstance(service.get("organization"), dict):
            self._take_organisation(service["organization"])
        return key

    def _take_link(self, service: str, link: object) -> None:
        """Take in where a service is; a list says less of a location than the record of the service does."""
        location = link.get("location") if isinstance(link, dict) else None
        if not isinstance(link, dict) or not isinstance(location, dict) or not location:
            return
        known = self.at.setdefault(service, {}).setdefault(_location_key(location), {"location": {}})
        _fill(known["location"], location)
        _fill(known, {name: value for name, value in link.items() if name not in ("location", "service")})

    def _take_organisation(self, organisation: Record) -> None:
        key = organisation.get("id")
        if isinstance(key, str) and key.strip():
            _fill(self.organisations.setdefault(key.strip(), {}), organisation)


def _fill(known: dict[str, Any], told: Record) -> None:
    """Take over what was not known before."""
    known |= {name: value for name, value in told.items() if known.get(name) in (None, "", [])}


def _location_key(location: Record) -> str:
    key = location.get("id")
    if isinstance(key, str) and key.strip():
        return key.strip()
    return "|".join(str(location.get(name, ""))[:80] for name in ("name", "latitude", "longitude"))


def is_service(content: object) -> bool:
    """Say whether something is a record of a service, in either shape."""
    if not isinstance(content, dict) or "name" not in content or "id" not in content:
        return False
    return bool(_SERVICE_SIGNS & content.keys()) or content.get("status") in STATUSES


def is_open_referral(path: Path) -> bool:
    """Say whether a file, a folder or a zip file holds services as Open Referral publishes them."""
    try:
        if path.is_dir() and not any((path / name).exists() for name in _OF_FOLDERS):
            return False
        if path.is_file() and not zipfile.is_zipfile(path) and not _may_be(path):
            return False
        for _, text in islice(_texts(path), _LOOKED_AT):
            if _shows_service(_parse(text)):
                return True
    except (SourceError, ValueError, *_DAMAGE):
        return False
    return False


def gather(path: Path) -> Gathered:
    """Read everything that a publication says.

    Raises
    ------
    SourceError
        When it cannot be read, is too large, or holds no service at all.
    """
    found = Gathered()
    try:
        for name, text in _texts(path):
            try:
                found.take(_parse(text), name)
            except ValueError as error:
                found.broken.append((name, f"it is not JSON: {error}"))
    except _DAMAGE as error:
        raise SourceError(f"{path.name} cannot be read: {error}.", "Download it again.") from error
    if not found.services:
        raise SourceError(
            f"{path.name} holds no services of Open Referral UK.",
            "Take what /services/{id} or /service_at_locations/{id} answers, or a page of them.",
        )
    return found


def _may_be(path: Path) -> bool:
    """Look at the beginning of a file, so that no large table is read for nothing."""
    with path.open("rb") as file:
        begins = file.read(_BEGINNING).removeprefix(b"\xef\xbb\xbf").lstrip()
    return begins[:1] in (b"{", b"[") and _A_SIGN.search(begins) is not None


def _shows_service(content: object, depth: int = 0) -> bool:
    if isinstance(content, list):
        return depth <= _DEEPEST and any(_shows_service(item, depth + 1) for item in content[:_LOOKED_AT])
    if not isinstance(content, dict):
        return False
    if (page := _page_of(content)) is not None:
        return depth <= _DEEPEST and _shows_service(page, depth + 1)
    within = [content, content.get("service"), *(_list_of(content.get("services"))[:_LOOKED_AT])]
    return any(is_service(record) for record in within)


def _page_of(content: Record) -> list[Any] | None:
    """Return the items of a page: `contents` in 3.0, `content` in 1.0."""
    for name in ("contents", "content"):
        if isinstance(content.get(name), list) and not is_service(content):
            return list(content[name])
    return None


def _list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _parse(text: bytes) -> object:
    """Read JSON; a number that is none counts as not said, and what is nested too deeply as no JSON."""
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=lambda _: None)
    except RecursionError as error:
        raise ValueError("its lists stand in each other too deeply") from error


def _texts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give each JSON file, in the order of the names."""
    if path.is_dir():
        yield from _texts_of_folder(path)
    elif zipfile.is_zipfile(path):
        yield from _texts_of_zip(path)
    else:
        _refuse_large(path.stat().st_size, path.name)
        yield path.name, path.read_bytes()


def json_files(folder: Path) -> dict[str, Path]:
    """Return the JSON files of a folder and the folders in it, in the order of their names."""
    files = {
        file.relative_to(folder).as_posix(): file
        for file in folder.rglob("*.json")
        if file.is_file() and not file.is_symlink()
    }
    return dict(sorted(files.items()))


def _texts_of_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    files = json_files(path)
    _refuse_many(len(files), path.name)
    left = settings().max_unpacked_mb * 1_000_000
    for name, file in files.items():
        _refuse_large(file.stat().st_size, name)
        left -= file.stat().st_size
        _refuse_all(left, path.name)
        yield name, file.read_bytes()


def _texts_of_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files of a zip file; how large one says that it is, is not believed."""
    left = settings().max_unpacked_mb * 1_000_000
    with zipfile.ZipFile(path) as archive:
        names = sorted(
            info.filename
            for info in archive.infolist()
            if info.filename.lower().endswith(".json") and not info.is_dir()
        )
        _refuse_many(len(names), path.name)
        for name in names:
            with archive.open(name) as stream:
                text = stream.read(min(left, settings().max_file_mb * 1_000_000) + 1)
            _refuse_large(len(text), name)
            left -= len(text)
            _refuse_all(left, path.name)
            yield name, text


def _refuse_large(size: int, name: str) -> None:
    if size > settings().max_file_mb * 1_000_000:
        raise SourceError(
            f"{name} is larger than {settings().max_file_mb:,} MB.",
            "Take it in pages, or raise ATLAS_MAX_FILE_MB.",
        )


def _refuse_all(left: int, name: str) -> None:
    if left < 0:
        raise SourceError(
            f"{name} holds more than {settings().max_unpacked_mb:,} MB.",
            "Take fewer files at a time, or raise ATLAS_MAX_UNPACKED_MB.",
        )


def _refuse_many(count: int, name: str) -> None:
    if count > MOST_FILES:
        raise SourceError(f"{name} holds {count:,} files; {MOST_FILES:,} are read at most.", "Take pages.")
