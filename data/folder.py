"""A place is a folder: recognise every file in it by content, and tell the vintages of the codes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.codes import AreaKind, VintageFinding, infer_vintage
from data.errors import AtlasError, SourceError
from data.settings import settings
from data.sources import boundaries, deprivation, lookups, population, postcodes
from data.sources.base import Source, SourceKind
from data.sources.layers import is_layer_file, is_sidecar, open_layers
from data.tables import Table, read_tables

TABLE_READERS = (deprivation, population, postcodes, lookups)
LAYER_READERS = (boundaries,)
OWN_FILES = {"place.toml"}

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
        For each source of small areas, what its codes say of their vintage; by position in `sources`.
    """

    path: Path
    sources: list[Source]
    unplaced: list[Unplaced]
    vintages: dict[int, VintageFinding] = field(default_factory=dict)

    def vintage_of(self, source: Source) -> tuple[str, ...]:
        """Return the vintages that a source's codes agree with; none for wards and councils."""
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
            progress(f"Reading {file.name}", done, len(files))
        for outcome in _recognise(file):
            (sources if isinstance(outcome, Source) else unplaced).append(outcome)  # type: ignore[arg-type]
    folder = Folder(path, sources, unplaced)
    _infer_vintages(folder)
    return folder


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(root).parts) or (
        path.name in OWN_FILES or is_sidecar(path)
    )


def _recognise(path: Path) -> Iterator[Source | Unplaced]:
    limit = settings().max_file_mb
    if path.stat().st_size > limit * 1_000_000:
        yield Unplaced(
            path, f"larger than {limit:,} MB", "Cut it to your council, or raise ATLAS_MAX_FILE_MB."
        )
        return
    try:
        layered = is_layer_file(path)
        yield from _recognise_layers(path) if layered else _recognise_tables(path)
    except AtlasError as error:
        yield Unplaced(path, error.message, error.hint or "")


def _recognise_layers(path: Path) -> Iterator[Source | Unplaced]:
    found = [s for layer in open_layers(path) for reader in LAYER_READERS if (s := reader.recognise(layer))]
    if found:
        yield from found
    else:
        yield Unplaced(path, "a layer of shapes that is not small areas, wards or councils")


def _recognise_tables(path: Path) -> Iterator[Source | Unplaced]:
    tables = read_tables(path)
    found = [s for table in tables for reader in TABLE_READERS if (s := reader.recognise(table))]
    if found:
        yield from _newest_population(found)
    else:
        yield Unplaced(path, "a table that no reader knows", _nearest(tables))


def _newest_population(found: list[Source]) -> list[Source]:
    """Keep one sheet of a workbook that repeats its population by year: the newest."""
    yearly = [s for s in found if s.kind is SourceKind.POPULATION and s.entry == "population"]
    if len(yearly) < 2:
        return found
    newest = max(yearly, key=lambda s: s.edition)
    return [s for s in found if s is newest or s not in yearly]


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


def _infer_vintages(folder: Folder) -> None:
    """Tell vintages in two passes: those that codes or a sound header settle, then the rest beside them."""
    small = [
        i
        for i, s in enumerate(folder.sources)
        if s.area_kind is AreaKind.LSOA and s.kind not in (SourceKind.CROSSWALK, SourceKind.POSTCODES)
    ]
    known: dict[str, set[str]] = {}
    for source in folder.of_kind(SourceKind.CROSSWALK):
        known.setdefault("2011", set()).update(source.frame["old"])
        known.setdefault("2021", set()).update(source.frame["new"])
    findings = {
        i: infer_vintage(folder.sources[i].frame.index, {}, folder.sources[i].declared) for i in small
    }
    for i, finding in findings.items():
        if len(finding.vintages) == 1:
            known.setdefault(finding.vintages[0], set()).update(folder.sources[i].frame.index)
    for i in small:
        source = folder.sources[i]
        try:
            folder.vintages[i] = infer_vintage(source.frame.index, known, source.declared)
        except AtlasError as error:
            folder.unplaced.append(Unplaced(source.path, error.message, error.hint or ""))
            folder.vintages[i] = VintageFinding((), error.message)
