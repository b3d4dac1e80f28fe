"""Bring files of places into the register, and say what became of every row.

All files are read and sorted out before the first is written, so that a wrong one changes nothing; each is
then written whole or not at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Protocol

from data.errors import RegisterError, first_few
from data.folder import read_folder
from data.provenance import CatalogueEntry, catalogue, file_sha256
from data.register.open_referral_load import is_open_referral
from data.register.records import Actor, Organisation, Place, Source
from data.sources.base import KIND_WORDS, AssetSource, readable
from geo.builds import Build
from geo.place_files import read_place_file
from geo.register_counts import COUNTED, FileCount, Imported, Rejected, Sorted
from geo.register_editions import Dated, edition_key, find_day, newest_of, source_id
from geo.register_feed import read_feed, sort_feed
from geo.register_known import Known
from geo.register_locate import directory_of
from geo.register_rows import prepare_rows, sort_rows

_UNKNOWN: Final = "places"
Tell = Callable[[str, int, int], None]


class Importable(Protocol):
    """What of a register an import asks: see `data.register.store.Register`."""

    def everything(self, actor: Actor) -> tuple[Place, ...]:
        """Return every place."""

    def sources(self) -> tuple[Source, ...]:
        """Return the files that places were imported from."""

    def find(self, actor: Actor, place_id: str) -> Place:
        """Return a place."""

    def organisations(self) -> tuple[Organisation, ...]:
        """Return who runs places."""

    def import_rows(
        self,
        actor: Actor,
        source: Source,
        rows: Sequence[Place],
        organisations: Sequence[Organisation] = (),
    ) -> Mapping[str, int]:
        """Write the places of a file, and who runs them, in one transaction."""


@dataclass(frozen=True)
class Said:
    """What whoever imports says of the files, where they do not say it themselves.

    Attributes
    ----------
    dated
        The day of which they are.
    title, publisher, licence
        "" where the catalogue of published sources is to tell.
    kind
        The kind of place that all rows are; None where the content is to tell.
    """

    dated: date | None = None
    title: str = ""
    publisher: str = ""
    licence: str = ""
    kind: str | None = None


@dataclass(frozen=True)
class _File:
    """A file that was read: its parts that hold places, and the record that the register keeps of it."""

    path: Path
    parts: tuple[AssetSource, ...]
    source: Source
    dated: Dated
    identified: bool


@dataclass
class _Plan:
    """Files with what is to become of their rows, in order, and the versions of the places before."""

    versions: Mapping[str, int]
    files: list[tuple[_File, Sorted]] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)


def import_files(
    register: Importable,
    build: Build,
    actor: Actor,
    paths: Sequence[Path],
    said: Said | None = None,
    tell: Tell | None = None,
    today: date | None = None,
) -> Imported:
    """Bring files, or all files of places of a folder, into the register.

    Parameters
    ----------
    register
        The register.
    build
        The build whose areas the places lie in, or near to.
    actor
        Who imports.
    paths
        Files and folders.
    said
        What is said of the files.
    tell
        Called before each step.
    today
        The day on which it is done; today when not given.

    Raises
    ------
    AtlasError
        When a file is none of places, cannot be read, or is older than what was imported of it. Nothing is
        imported then.
    """
    told = tell or (lambda *_: None)
    plan = _plan(register, build, actor, paths, said or Said(), told, today or date.today())
    counts: list[FileCount] = []
    rejected: list[Rejected] = []
    for done, (file, found) in enumerate(plan.files):
        told(f"Writing {readable(file.path.name)}", done, len(plan.files))
        counts.append(_write(register, actor, file, found, plan.versions))
        rejected += found.rejected
    return Imported(tuple(counts), tuple(rejected), tuple(plan.passed_over))


def _plan(
    register: Importable,
    build: Build,
    actor: Actor,
    paths: Sequence[Path],
    said: Said,
    tell: Tell,
    today: date,
) -> _Plan:
    """Read every file and say what is to become of its rows, without writing anything."""
    places, sources = register.everything(actor), list(register.sources())
    known, directory = Known(places, sources), directory_of(build)
    plan = _Plan({place.id: place.version for place in places})
    feeds = [path for path in paths if is_open_referral(path)]
    for path in feeds:
        tell(f"Reading {readable(path.name)}", 0, 1)
        feed = read_feed(path, actor, today, said.dated, said.title, said.publisher, said.licence)
        _refuse_older(feed.source, sources)
        told = sort_feed(feed, directory, build, known, register.organisations())
        known.add(place for place in told.places if place.id not in known.by_id)
        plan.files.append((_File(path, (), feed.source, feed.dated, identified=True), told))
    for path, parts in _read_all([path for path in paths if path not in feeds], said, plan, tell):
        file = _describe(path, parts, said, actor, today)
        if file.source.sha256 in {f.source.sha256 for f, _ in plan.files}:
            plan.passed_over.append((readable(path.name), "it is the same as another of these files"))
            continue
        _refuse_older(file.source, sources)
        found = sort_rows(
            prepare_rows(parts, directory, build), parts, file.source, known, identified=file.identified
        )
        known.add(place for place in found.places if place.id not in known.by_id)
        known.editions[file.source.id] = edition_key(file.source)
        plan.files.append((file, found))
    if not plan.files:
        raise RegisterError(
            f"{first_few(map(str, paths))} holds no file of places.",
            "See what it holds with: atlas check FOLDER",
        )
    return plan


def _read_all(
    paths: Sequence[Path], said: Said, plan: _Plan, tell: Tell
) -> Iterable[tuple[Path, tuple[AssetSource, ...]]]:
    """Read the files one after the other; of a folder, those that hold no places are passed over."""
    for path in paths:
        if path.is_dir():
            if said.kind is not None:
                raise RegisterError(
                    "A kind is said of one file.", f"Name the file in {path} that it is said of."
                )
            folder = read_folder(path, tell)
            by_path: dict[Path, list[AssetSource]] = {}
            for source in folder.sources:
                if isinstance(source, AssetSource):
                    by_path.setdefault(source.path, []).append(source)
                else:
                    plan.passed_over.append((source.label, f"it holds {KIND_WORDS[source.kind]}"))
            plan.passed_over += [(readable(u.path.name), u.reason) for u in folder.unplaced]
            yield from ((path, tuple(parts)) for path, parts in by_path.items())
        else:
            tell(f"Reading {readable(path.name)}", 0, 1)
            yield path, read_place_file(path, said.kind)


def _describe(path: Path, parts: tuple[AssetSource, ...], said: Said, actor: Actor, today: date) -> _File:
    """Return a file with the record that the register keeps of it."""
    entry = _entry_of(parts)
    known = entry.id != _UNKNOWN
    sha256, dated = file_sha256(path), find_day(path, said.dated, today)
    name = readable(path.name)
    source = Source(
        id=source_id(sha256),
        sha256=sha256,
        file=name,
        title=said.title or (entry.title if known else name),
        publisher=said.publisher or entry.publisher,
        licence=said.licence or entry.licence,
        attribution=entry.attribution if known else "",
        dated=dated.day,
        imported_at=datetime.now(UTC),
        imported_by=actor.name,
    )
    return _File(path, parts, source, dated, identified=known)


def _entry_of(parts: Sequence[AssetSource]) -> CatalogueEntry:
    """Return what the catalogue of published sources knows of a file: of its first part that it knows."""
    ids = [part.entry for part in parts]
    return catalogue()[next((id_ for id_ in ids if id_ != _UNKNOWN), ids[0])]


def _refuse_older(source: Source, sources: Sequence[Source]) -> None:
    """Refuse a file that is older than what was imported of it: it would put back what was."""
    if source.sha256 in {other.sha256 for other in sources}:
        return
    newest = newest_of(sources, edition_key(source))
    if newest is not None and newest.dated > source.dated:
        raise RegisterError(
            f"{source.file} is of {source.dated}, and {newest.file} of {newest.dated} was imported before. "
            "Nothing was imported.",
            "Take the newer file, or say with --dated of which day this one is.",
        )


def _write(
    register: Importable, actor: Actor, file: _File, found: Sorted, versions: Mapping[str, int]
) -> FileCount:
    """Write the places of a file, and count what became of its rows."""
    counts = dict(register.import_rows(actor, file.source, found.places, found.organisations))
    counts |= {"held": 0, "duplicates": found.duplicates, "rejected": len(found.rejected), "read": found.read}
    for screened in (place for place in found.places if place.held):
        now = register.find(actor, screened.id)
        if now.held:  # else an editor has looked at it
            before = versions.get(now.id)
            counts["added" if before is None else "unchanged" if before == now.version else "updated"] -= 1
            counts["held"] += 1
    source = file.source
    return FileCount(
        file=source.file,
        sha256=source.sha256,
        title=source.title,
        publisher=source.publisher,
        licence=source.licence,
        dated=source.dated,
        dated_by=file.dated.how,
        **{name: counts[name] for name in COUNTED},
    )
