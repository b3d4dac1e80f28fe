"""A place is a folder: recognise every file in it by content, and tell the vintages of the codes."""

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from data.codes import AreaKind, VintageFinding
from data.errors import AtlasError, SourceError
from data.indicators import Indicator
from data.place_settings import (
    SETTINGS_FILE,
    ColumnSettings,
    FileSettings,
    PlaceSettings,
    read_place_settings,
)
from data.provenance import file_sha256
from data.settings import settings
from data.sources import (
    assets,
    boundaries,
    cars,
    census,
    deprivation,
    events,
    figures,
    localities,
    lookups,
    population,
    postcodes,
    referrals,
    roads,
    series,
    summaries,
    third_party,
    travel_times,
)
from data.sources.base import KIND_WORDS, Source, SourceKind, readable
from data.sources.layer import Layer
from data.sources.layers import is_layer_file, is_parquet, is_read_by_box, is_sidecar, open_layers
from data.sources.wording import looks_like_data
from data.tables import Table, read_tables, to_number
from data.text_stream import is_workbook, open_stream
from data.vintages import infer_vintages

Reader = Callable[..., Source | None]
"""What reads one kind of table or layer, or returns None for any other."""

TABLE_READERS: tuple[Reader, ...] = (
    travel_times.recognise,
    deprivation.recognise,
    third_party.recognise,
    population.recognise,
    postcodes.recognise,
    lookups.recognise,
    summaries.recognise,
    series.recognise,
    cars.recognise,
    census.recognise,
    events.recognise,
    assets.recognise,
    figures.recognise,
)
"""In this order a table without records of children is shown to them: the first that knows it takes it."""

LAYER_READERS: tuple[Reader, ...] = (
    roads.recognise,
    referrals.recognise_layer,
    boundaries.recognise,
    localities.recognise,
    assets.recognise_layer,
)
LAYER_HINT = (
    "Areas need a column of codes, localities a name each, places a name and a type or class, "
    "roads a class or form of way."
)
LARGE_BYTES = 1_000_000
"""From this size on, a text is looked at for records of children before it is read whole."""

READERS = 2
"""How many files are recognised at once."""

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
    settings
        What its `place.toml` says.
    left_out
        What was recognised and `place.toml` leaves out.
    notes
        What `place.toml` says that could not be followed.
    """

    path: Path
    sources: list[Source]
    unplaced: list[Unplaced]
    vintages: dict[int, VintageFinding] = field(default_factory=dict)
    settings: PlaceSettings = field(default_factory=PlaceSettings)
    left_out: list[Source] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

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
        When the folder does not exist or holds no file, or its `place.toml` is wrong.
    """
    if not path.is_dir():
        raise SourceError(f"{path} is not a folder.", "Name the folder that holds your downloaded files.")
    files = sorted(p for p in path.rglob("*") if p.is_file() and not _is_hidden(p, path))
    if not files:
        raise SourceError(
            f"{path} holds no files.", "Put published files in it; the README lists where to get them."
        )
    place = read_place_settings(path)
    sources: list[Source] = []
    unplaced: list[Unplaced] = []
    left_out: list[Source] = []
    notes = place.strangers(file.relative_to(path).as_posix() for file in files)
    said = [_said_of(file, path, place) for file in files]
    for (own, note), outcomes in zip(
        said, _recognise_all(files, [s[0] for s in said], progress), strict=True
    ):
        notes += note
        for outcome in outcomes:
            if isinstance(outcome, Unplaced):
                unplaced.append(outcome)
            else:
                (sources if own.use else left_out).append(_relabelled(outcome, place))
    vintages, mixtures = infer_vintages(sources)
    unplaced += [Unplaced(source.path, error.message, error.hint or "") for source, error in mixtures]
    return Folder(path, sources, unplaced, vintages, place, left_out, notes)


def _recognise_all(
    files: list[Path], wanted: list[FileSettings], progress: Progress | None
) -> Iterator[list[Source | Unplaced]]:
    """Recognise files two at a time, and give what each is in their order.

    Parsers of workbooks and layers leave the interpreter free while they work; more than two at once would
    only take memory.
    """
    with ThreadPoolExecutor(READERS) as pool:
        found = pool.map(recognise_file, files, wanted)
        for done, file in enumerate(files):
            if progress:
                progress(f"Reading {readable(file.name)}", done, len(files))
            yield next(found)


def _said_of(file: Path, root: Path, place: PlaceSettings) -> tuple[FileSettings, list[str]]:
    """Return what `place.toml` says of a file, unless it was said of another content."""
    name = file.relative_to(root).as_posix()
    said = place.of_file(name)
    if said.sha256 is None or said.sha256 == file_sha256(file):
        return said, []
    return FileSettings(), [
        f"place.toml speaks of another content of {readable(name)}, so it was not followed"
    ]


def _is_hidden(path: Path, root: Path) -> bool:
    """Say whether a file is no data of the user's: hidden, an open workbook's shadow, or part of a build."""
    parts = path.relative_to(root).parts
    own = all((path.parent / name).is_file() for name in BUILD_FILES)
    return (
        own
        or path.name == SETTINGS_FILE
        or is_sidecar(path)
        or any(part.startswith((".", "__MACOSX", "~$")) for part in parts)
    )


def recognise_file(path: Path, wanted: FileSettings | None = None) -> list[Source | Unplaced]:
    """Say what a file is, or why it cannot be read; nothing that is wrong with it is raised.

    Parameters
    ----------
    path
        The file; its name plays no part.
    wanted
        What `place.toml` says of it, where a guess was corrected.

    Returns
    -------
    list of Source or Unplaced
        One a sheet or layer with data.
    """
    limit = settings().max_file_mb
    said = wanted or FileSettings()
    try:
        too_large = path.stat().st_size > limit * 1_000_000
        streamed = _large_text(path, said, too_large)
        if streamed is not None:
            return [streamed]
        if too_large:
            return _large_roads(path, said) or [
                Unplaced(
                    path, f"larger than {limit:,} MB", "Cut it to your council, or raise ATLAS_MAX_FILE_MB."
                )
            ]
        return _recognise(path, said)
    except Exception as error:  # any fault of one file is listed; the others are still read
        return [_unreadable(path, error)]


def _large_text(path: Path, wanted: FileSettings, too_large: bool) -> Source | None:
    """List a large text of records of children, or read one of travel times; None for any other file.

    Both may be larger than what is held whole: records are told by their first kilobytes, and times are
    gathered as they stream by.
    """
    if path.stat().st_size < LARGE_BYTES or is_layer_file(path) or is_workbook(path):
        return None
    try:
        stream = open_stream(path)
    except SourceError:  # what is wrong with it is told where it is read whole
        if too_large:
            raise
        return None
    records = _records_of(stream.table, wanted)
    if records is not None or too_large or wanted.kind not in (None, SourceKind.TRAVEL_TIMES):
        return records
    return travel_times.recognise_stream(stream)


def _large_roads(path: Path, wanted: FileSettings) -> list[Source | Unplaced]:
    """List the roads of a file that is larger than what is read whole: they are read within a box."""
    if not is_read_by_box(path):
        return []
    found = (roads.recognise(layer, wanted.kind is SourceKind.ROADS) for layer in open_layers(path))
    return [source for source in found if source is not None]


def _records_of(table: Table, wanted: FileSettings) -> Source | None:
    """List a table of records of children, told by its content or by `place.toml`."""
    said = wanted.kind is SourceKind.REFERRALS or wanted.events is not None or bool(wanted.roles)
    return referrals.recognise(table) or (referrals.list_as_said(table) if said else None)


def _recognise(path: Path, wanted: FileSettings) -> list[Source | Unplaced]:
    if is_layer_file(path):
        times = travel_times.recognise_parquet(path) if is_parquet(path) else None
        if times is not None and wanted.kind in (None, times.kind):
            return [times]
        layers = open_layers(path)
        if len(layers) > 1 or is_read_by_box(path):
            layers = [layer for layer in layers if not roads.are_junctions(layer)] or layers
        what = "a layer of shapes that is not areas, localities, places or roads"
        return _each_part(layers, LAYER_READERS, wanted) or [Unplaced(path, what, LAYER_HINT)]
    tables = population.only_newest(read_tables(path))
    found = _each_part(tables, TABLE_READERS, wanted)
    return found or [Unplaced(path, "a table that no reader knows", _nearest(tables))]


def _each_part(
    parts: Sequence[Table | Layer], readers: Sequence[Reader], wanted: FileSettings
) -> list[Source | Unplaced]:
    """Show each sheet or layer to the readers; a damaged one does not stop the others."""
    found: list[Source | Unplaced] = []
    untaken: list[Unplaced] = []
    for part in parts:
        try:
            source = _first_to_take(part, readers, wanted)
            if source is not None:
                found.append(source)
            elif left := _left_over(part):
                untaken.append(left)
        except Exception as error:  # any fault of one part is listed; the others are still read
            found.append(_unreadable(part.path, error))
    if not found and wanted.kind is not None:
        words = f"place.toml says that it holds {KIND_WORDS[wanted.kind]}, and it cannot be read so"
        return [Unplaced(parts[0].path, words, "Correct place.toml, or leave the file out.")]
    return [*found, *untaken] if found else []


def _first_to_take(part: Table | Layer, readers: Sequence[Reader], wanted: FileSettings) -> Source | None:
    """Return what the first reader makes of a part; records of children are never read as anything else."""
    if isinstance(part, Table) and (records := _records_of(part, wanted)) is not None:
        return records
    said = {
        assets.recognise: wanted.asset_kind,
        assets.recognise_layer: wanted.asset_kind,
        roads.recognise: wanted.kind is SourceKind.ROADS,
    }
    for reader in readers:
        forced = said.get(reader)
        source = reader(part, forced) if forced else reader(part)
        if source is not None and (wanted.kind in (None, source.kind) or source.kind is SourceKind.REFERRALS):
            return source
    return None


def _relabelled(source: Source, place: PlaceSettings) -> Source:
    """Return a source whose own columns carry the words that `place.toml` gives them."""
    if not any(entry.id in place.columns for entry in source.own):
        return source
    kept = [entry for entry in source.own if place.of_column(entry.id).use]
    dropped = [entry.id for entry in source.own if entry not in kept]
    own = tuple(_in_words_of(entry, place.of_column(entry.id)) for entry in kept)
    return dataclasses.replace(source, own=own, frame=source.frame.drop(columns=dropped))


def _in_words_of(entry: Indicator, said: ColumnSettings) -> Indicator:
    words = dataclasses.asdict(said)
    given = {name: words[name] for name in ("label", "meaning", "unit", "kind", "polarity") if words[name]}
    return dataclasses.replace(entry, **given)


def _unreadable(path: Path, error: Exception) -> Unplaced:
    """Put a fault in words: one that a reader foresaw, one of opening the file, or any other."""
    if isinstance(error, AtlasError):
        return Unplaced(path, readable(error.message), error.hint or "")
    if isinstance(error, OSError) and error.strerror:
        return Unplaced(path, f"it cannot be opened: {error.strerror}", "Check that you may read it.")
    return Unplaced(
        path,
        f"it could not be read: {type(error).__name__}",
        "Take the publisher's own file again, or leave it out.",
    )


def _left_over(part: Table | Layer) -> Unplaced | None:
    """Name a sheet or layer with data that no reader took; a sheet of notes is none."""
    if isinstance(part, Layer):
        words = f"the layer {part.name} is not areas, localities, places or roads"
        return Unplaced(part.path, readable(words), LAYER_HINT) if len(part.frame) else None
    if len(part.header) < 3 or not part.sample.apply(to_number).notna().to_numpy().any():
        return None
    return Unplaced(
        part.path, readable(f"the sheet {part.sheet} is one that no reader knows"), _nearest([part])
    )


LIKENESS = {
    "a list of places": "name address postcode type telephone website lon lat easting northing",
    "figures over time by council": "time period geographic level la code name month year",
    "the DfE's children in need tables": "time_period time_identifier geographic_level new_la_code la_name",
    "dated events": "date time lon lat easting northing severity",
    "figures by small area": "lsoa code lsoa21cd lsoa11cd area_code value indicator measure unit",
    "the Indices of Deprivation": "lsoa code name local authority district index rank decile score",
    "population by single year of age": "lad code lsoa code name total sex age aged f0 f1 m0 m1",
    "a lookup between areas": "lsoa21cd lsoa21nm wd24cd wd24nm lad24cd lad24nm lsoa11cd",
    "travel times": "from to minutes from_id to_id travel_time origin destination duration",
    "the ONS Postcode Directory": "pcd pcds dointr doterm oseast1m osnrth1m osgrdind oa21 lsoa21 lat long",
}
"""Words in the headers of each known layout, to name the nearest for a table that none takes."""


def _nearest(tables: list[Table]) -> str:
    """Show how a table begins, and name the known layout that shares most words with its header."""
    if not tables or len(tables[0].header) < 2:
        return "It looks like text. Leave it out, or save the data as CSV."
    if any(map(looks_like_data, tables[0].header)):
        return "Its first row looks like data: give each column a name."
    words = set(re.findall(r"[a-z0-9]+", " ".join(tables[0].header).lower()))
    shared = {name: len(words & set(likeness.split())) for name, likeness in LIKENESS.items()}
    best = max(shared, key=lambda name: shared[name])
    near = f"The nearest known layout is {best}." if shared[best] else "No known layout is near."
    return f"Its columns begin: {', '.join(tables[0].header[:4])}. {near}"
