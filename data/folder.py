"""A place is a folder: recognise every file in it by content, and tell the vintages of the codes."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from data.codes import AreaKind, VintageFinding
from data.errors import AtlasError, SourceError
from data.settings import settings
from data.sources import boundaries, deprivation, lookups, population, postcodes
from data.sources.base import Source, SourceKind, readable
from data.sources.layers import Layer, is_layer_file, is_sidecar, open_layers
from data.tables import Table, read_tables, to_number
from data.vintages import infer_vintages

TABLE_READERS = (deprivation, population, postcodes, lookups)
LAYER_READERS = (boundaries,)
SETTINGS_FILE = "place.toml"
BUILD_FILES = ("areas.parquet", "report.json")
"""What a build holds: a folder with both is passed over, so that a build is never read as its own source."""

Progress = Callable[[str, int, int], None]
"""What a long task reports to: what it is doing, how many are done, of how many."""


@dataclass(frozen=True)
class Unplaced:
    """A file, or a part of one, that no reader took, with the reason and the nearest match."""

    path: Path
    reason: str
    hint: str = ""


@dataclass
class Folder:
    """What a folder holds.

    Attributes
    ----------
    path
        The folder.
    sources
        What was recognised, in order of file name.
    unplaced
        What was not.
    vintages
        What the codes of each source say of their vintage; by position in `sources`.
    """

    path: Path
    sources: list[Source]
    unplaced: list[Unplaced]
    vintages: dict[int, VintageFinding] = field(default_factory=dict)

    def vintage_of(self, source: Source) -> tuple[str, ...]:
        """Return the vintages that a source's codes agree with; none where nothing tells."""
        finding = self.vintages.get(self.sources.index(source))
        return finding.vintages if finding else ()

    def of_kind(self, kind: SourceKind, area_kind: AreaKind | None = None) -> list[Source]:
        """Return the sources of a kind, and of a kind of area if one is named."""
        return [s for s in self.sources if s.kind is kind and area_kind in (None, s.area_kind)]


def read_folder(path: Path, progress: Progress | None = None) -> Folder:
    """Recognise every file of a folder and its sub-folders by content, never by name.

    Parameters
    ----------
    path
        The folder.
    progress
        Called before each file.

    Raises
    ------
    SourceError
        When the folder does not exist or holds no file.
    """
    if not path.is_dir():
        raise SourceError(f"{path} is not a folder.", "Name the folder that holds your downloaded files.")
    files = sorted(p for p in path.rglob("*") if p.is_file() and not _is_hidden(p, path))
    if not files:
        raise SourceError(
            f"{path} holds no files.", "Put published files in it; the README lists where to get them."
        )
    sources: list[Source] = []
    unplaced: list[Unplaced] = []
    for done, file in enumerate(files):
        if progress:
            progress(f"Reading {readable(file.name)}", done, len(files))
        for outcome in _recognise(file):
            (sources if isinstance(outcome, Source) else unplaced).append(outcome)  # type: ignore[arg-type]
    vintages, mixtures = infer_vintages(sources)
    unplaced += [Unplaced(source.path, error.message, error.hint or "") for source, error in mixtures]
    return Folder(path, sources, unplaced, vintages)


def _is_hidden(path: Path, root: Path) -> bool:
    """Say whether a file is no data of the user's: hidden, an open workbook's shadow, or part of a build."""
    parts = path.relative_to(root).parts
    own = all((path.parent / name).is_file() for name in BUILD_FILES)
    return own or is_sidecar(path) or any(part.startswith((".", "__MACOSX", "~$")) for part in parts)


def _recognise(path: Path) -> Iterator[Source | Unplaced]:
    limit = settings().max_file_mb
    if path.stat().st_size > limit * 1_000_000:
        yield Unplaced(
            path, f"larger than {limit:,} MB", "Cut it to your council, or raise ATLAS_MAX_FILE_MB."
        )
        return
    if path.name == SETTINGS_FILE:
        yield Unplaced(
            path,
            "settings of a place are not read by this version",
            "Leave it out, and name a council or a vintage when you build.",
        )
        return
    try:
        if is_layer_file(path):
            found = _each_part(open_layers(path), LAYER_READERS)
            unknown = Unplaced(path, "a layer of shapes that is not small areas, wards or councils")
        else:
            tables = population.only_newest(read_tables(path))
            found = _each_part(tables, TABLE_READERS)
            unknown = Unplaced(path, "a table that no reader knows", _nearest(tables))
    except Exception as error:  # any fault of one file is listed; the others are still read
        yield _unreadable(path, error)
    else:
        yield from found or [unknown]


def _each_part(parts: Sequence[Table | Layer], readers: Sequence[ModuleType]) -> list[Source | Unplaced]:
    """Show each sheet or layer to each reader; a damaged one does not stop the others."""
    found: list[Source | Unplaced] = []
    untaken: list[Unplaced] = []
    for part in parts:
        try:
            taken = [source for reader in readers if (source := reader.recognise(part))]
            if not taken and (left := _left_over(part)):
                untaken.append(left)
            found += taken
        except Exception as error:  # any fault of one part is listed; the others are still read
            found.append(_unreadable(part.path, error))
    return [*found, *untaken] if found else []


def _unreadable(path: Path, error: Exception) -> Unplaced:
    """Put a fault in words: one that a reader foresaw, one of opening the file, or any other."""
    if isinstance(error, AtlasError):
        return Unplaced(path, readable(error.message), error.hint or "")
    if isinstance(error, OSError) and error.strerror:
        return Unplaced(path, f"it cannot be opened: {error.strerror}", "Check that you may read it.")
    return Unplaced(
        path,
        readable(f"it could not be read: {type(error).__name__}: {error}"),
        "Take the publisher's own file again, or leave it out.",
    )


def _left_over(part: Table | Layer) -> Unplaced | None:
    """Name a sheet or layer with data that no reader took; a sheet of notes is none."""
    if isinstance(part, Layer):
        words = f"the layer {part.name} is not small areas, wards or councils"
        return Unplaced(part.path, readable(words)) if len(part.frame) else None
    if len(part.header) < 3 or not part.sample.apply(to_number).notna().to_numpy().any():
        return None
    return Unplaced(
        part.path, readable(f"the sheet {part.sheet} is one that no reader knows"), _nearest([part])
    )


LIKENESS = {
    "the Indices of Deprivation": "lsoa code name local authority district index rank decile score",
    "population by single year of age": "lad code lsoa code name total sex age aged f0 f1 m0 m1",
    "a lookup between areas": "lsoa21cd lsoa21nm wd24cd wd24nm lad24cd lad24nm lsoa11cd",
    "the ONS Postcode Directory": "pcd pcds dointr doterm oseast1m osnrth1m osgrdind oa21 lsoa21 lat long",
}
"""Words in the headers of each known layout, to name the nearest for a table that none takes."""


def _nearest(tables: list[Table]) -> str:
    """Show how a table begins, and name the known layout that shares most words with its header."""
    if not tables or len(tables[0].header) < 2:
        return "It looks like text. Leave it out, or save the data as CSV."
    words = set(re.findall(r"[a-z0-9]+", " ".join(tables[0].header).lower()))
    shared = {name: len(words & set(likeness.split())) for name, likeness in LIKENESS.items()}
    best = max(shared, key=lambda name: shared[name])
    near = f"The nearest known layout is {best}." if shared[best] else "No known layout is near."
    return f"Its columns begin: {', '.join(tables[0].header[:4])}. {near}"
