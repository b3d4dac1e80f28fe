"""A file that somebody hands over: what it is, without keeping it, and how it is put in a folder.

Records of children must not touch the disk. So an upload stays in memory while its headers are looked at, and
only one that holds none is written: to a folder that is deleted at once, for the readers, and to the folder
of the place when somebody says so.
"""

import io
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import AtlasError, SourceError
from data.folder import Unplaced, recognise_file
from data.settings import settings
from data.sources import referrals
from data.sources.base import Source, SourceKind, readable
from data.sources.layers import is_osm
from data.tables import read_tables

REFUSED: Final = (
    "It holds records of children, so it was dropped: nothing of it was kept, shown or written. "
    "Records of children are never stored by this app."
)

TOLD_BY_FIELDS: Final = "its columns are those of records of people"
_WORKBOOK_PARTS = {"[Content_Types].xml", "content.xml"}
_ZIP = b"PK\x03\x04"
_SHAPEFILE = b"\x00\x00\x27\x0a"
_SQLITE = b"SQLite format 3\x00"
_PARQUET = b"PAR1"
_DEEPEST = 2
"""How many zip files inside each other are opened."""


@dataclass(frozen=True)
class Recognised:
    """What an upload is: what readers took from it, what they left, or why it is refused."""

    name: str
    sources: tuple[Source, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    refused: str = ""
    hint: str = ""
    child_level: bool = False


def recognise_upload(name: str, content: bytes) -> Recognised:
    """Say what an uploaded file is, without keeping it.

    Parameters
    ----------
    name
        Its name as the browser gave it: shown, but never used as a path.
    content
        Its bytes.
    """
    shown = readable(name)
    try:
        why = find_child_records(safe_name(name), content)
    except AtlasError as error:
        return Recognised(shown, refused=error.message, hint=error.hint or "")
    if why:
        return Recognised(shown, refused=REFUSED, hint=f"It was told by this: {why}.", child_level=True)
    with tempfile.TemporaryDirectory(prefix="atlas-upload-") as folder:
        path = Path(folder) / safe_name(name)
        path.write_bytes(content)
        found = recognise_file(path)
    sources = tuple(s for s in found if isinstance(s, Source))
    if any(s.kind is SourceKind.REFERRALS for s in sources):
        return Recognised(shown, refused=REFUSED, child_level=True)
    return Recognised(shown, sources, tuple(u for u in found if isinstance(u, Unplaced)))


def safe_name(name: str) -> str:
    """Return a name that is safe on any disk: no folder, no control character, not hidden, not too long.

    Examples
    --------
    >>> safe_name("../../etc/passwd"), safe_name(".hidden"), safe_name("a:b?.csv")
    ('passwd', 'hidden', 'a_b_.csv')
    """
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(c if c.isprintable() and c not in '<>:"|?*' else "_" for c in last).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    short = f"{stem[:100]}{dot}{suffix[:20]}" if dot else plain[:100]
    reserved = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d|place)(\..*)?", short)
    return f"file_{short}" if reserved or not short else short


def add_to_folder(folder: Path, name: str, content: bytes) -> Path:
    """Put a file in a folder under a safe name; one that is there already is never overwritten.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    wanted = Path(safe_name(name))
    number = 1
    while True:
        target = folder / (wanted.name if number == 1 else f"{wanted.stem}_{number}{wanted.suffix}")
        try:
            with target.open("xb") as file:
                try:
                    file.write(content)
                except OSError:
                    target.unlink()
                    raise
        except FileExistsError:
            number += 1
        else:
            return target


def find_child_records(name: str, content: bytes) -> str:
    """Look for records of children without writing anything: say what they were told by, or nothing.

    Raises
    ------
    SourceError
        When the content is neither a table, nor a workbook, nor a layer of shapes, or is too large.
    """
    limit = settings().max_file_mb
    if len(content) > limit * 1_000_000:
        raise SourceError(
            f"{name} is larger than {limit:,} MB.", "Cut it to your council, or raise ATLAS_MAX_FILE_MB."
        )
    return _look(name, content, 0)


def _look(name: str, content: bytes, depth: int) -> str:
    fields = list(_layer_fields(name, content))
    told = TOLD_BY_FIELDS if any(map(referrals.is_child_level, fields)) else ""
    if told or (fields and not content.startswith(_ZIP)):
        return told
    if content.startswith(_ZIP) and (told := _look_inside(name, content, depth)):
        return told
    if fields:
        return ""
    found = (referrals.recognise(table) for table in read_tables(Path(name), content))
    return next((source.why for source in found if source), "")


def _look_inside(name: str, content: bytes, depth: int) -> str:
    """Look at each file in a zip file that is no workbook."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise SourceError(f"{name} is a damaged zip file.", "Download it again.") from error
    with archive:
        items = [item for item in archive.infolist() if not item.is_dir()]
        if any(item.filename in _WORKBOOK_PARTS for item in items):
            return ""
        total = sum(item.file_size for item in items)
        if total > settings().max_unpacked_mb * 1_000_000 or depth >= _DEEPEST:
            raise SourceError(f"{name} unpacks to too much.", "Unpack it, and choose the files themselves.")
        for item in items:
            part = _unzip(archive, item, name)
            try:
                told = _look(Path(item.filename).name, part, depth + 1)
            except SourceError:
                if part.startswith(_ZIP):
                    raise
                continue  # a part of a shapefile is no table by itself; its fields were looked at above
            if told:
                return told
    return ""


def _unzip(archive: zipfile.ZipFile, item: zipfile.ZipInfo, name: str) -> bytes:
    try:
        return archive.read(item)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise SourceError(
            f"{name} cannot be unpacked: {error}.", "Unpack it, and choose its files."
        ) from error


def _layer_fields(name: str, content: bytes) -> Iterator[Sequence[str]]:
    """Yield the names of the fields of each layer of shapes; nothing where the content holds none."""
    if content.startswith(_PARQUET):
        yield _parquet_fields(name, content)
    elif content.startswith(_SQLITE):
        yield from _database_fields(name, content)
    elif content.startswith(_SHAPEFILE):
        yield ()  # its fields stand in another file
    elif _holds_shapes(content):
        import pyogrio

        try:
            layers = [layer for layer, _ in pyogrio.list_layers(content)]
            for layer in layers if len(layers) > 1 else [None]:
                yield [str(field) for field in pyogrio.read_info(content, layer=layer)["fields"]]
        except Exception as error:  # GDAL raises its own kinds for each driver
            raise SourceError(
                f"{name} cannot be read as a layer of shapes: {readable(str(error))}.",
                "Export or download it again.",
            ) from error


def _holds_shapes(content: bytes) -> bool:
    if content.startswith(_ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return any(name.lower().endswith(".shp") for name in archive.namelist())
        except zipfile.BadZipFile:
            return False  # said to be damaged when its files are looked at
    if is_osm(content[:512]):
        return True
    start = content[:65536]
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"Feature' in start


def _database_fields(name: str, content: bytes) -> list[list[str]]:
    """Return the columns of every table of a GeoPackage, of those without shapes too."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(content)
            tables = [
                row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            columns = "SELECT name FROM pragma_table_info(?)"
            return [[row[0] for row in database.execute(columns, (table,))] for table in tables]
        except sqlite3.Error as error:
            raise SourceError(f"{name} is a damaged GeoPackage: {error}.", "Download it again.") from error


def _parquet_fields(name: str, content: bytes) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(io.BytesIO(content)).names)
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{name} is a damaged Parquet file.", "Download it again.") from error
