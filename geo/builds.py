"""A build: the folder that `atlas build` makes and everything else opens."""

import contextlib
import errno
import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa

from data.errors import SourceError
from geo.area_table import AreaTable

AREAS_FILE = "areas.parquet"
OUTLINES_FILE = "outlines.parquet"
REPORT_FILE = "report.json"
_MOST_SWAPS = 20
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.EACCES)
_ABANDONED_S = 3_600.0
"""How old an unfinished build must be before it is taken for one that was cut short."""


@dataclass(frozen=True)
class Build:
    """An opened build.

    Attributes
    ----------
    path
        Its folder.
    areas
        The area table.
    outlines
        Wards and councils to draw and to name: columns `level` ("ward" or "council"), `code`, `name`,
        `la_code`, geometry in EPSG:27700. Empty when the folder had none.
    report
        What was read, set aside, rejected and reconciled, as in `report.json`.
    """

    path: Path
    areas: AreaTable
    outlines: gpd.GeoDataFrame
    report: dict[str, Any]


def open_build(path: Path) -> Build:
    """Open a build, putting back an earlier one if its replacement was cut short.

    Raises
    ------
    SourceError
        When the folder is not a build, or is damaged.
    """
    recover(path)
    if not (path / AREAS_FILE).is_file():
        raise SourceError(
            f"{path} is not a build: it has no {AREAS_FILE}.", "Make one with: atlas build FOLDER"
        )
    areas = AreaTable.open(path / AREAS_FILE)
    try:
        outlines = gpd.read_parquet(path / OUTLINES_FILE)
        report = json.loads((path / REPORT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise SourceError(f"{path} is a damaged build: {error}.", "Run atlas build again.") from error
    return Build(path=path, areas=areas, outlines=outlines, report=report)


def require_target(out: Path) -> None:
    """Refuse a place for a build that holds something else, before any work is done.

    Raises
    ------
    SourceError
        When `out` is a file, or a folder that holds something else than a build.
    """
    if out.exists() and not _is_build(out) and (not out.is_dir() or any(out.iterdir())):
        raise SourceError(f"{out} exists and is not a build.", "Name another folder with --out.")


def save_build(out: Path, areas: AreaTable, outlines: gpd.GeoDataFrame, report: dict[str, Any]) -> None:
    """Write a build whole or not at all: an earlier one is replaced only once the new one is complete.

    Raises
    ------
    SourceError
        When `out` holds something else than a build, or cannot be written.
    """
    require_target(out)
    out = out.resolve()
    try:
        recover(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        _clean(out)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
        try:
            _write(new, areas, outlines, report)
            _swap(new, out)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
    except OSError as error:
        raise SourceError(
            f"{out} cannot be written: {error.strerror or error}.", "Name a folder of yours with --out."
        ) from error


def _write(new: Path, areas: AreaTable, outlines: gpd.GeoDataFrame, report: dict[str, Any]) -> None:
    areas.save(new / AREAS_FILE)
    outlines.to_parquet(new / OUTLINES_FILE, compression="zstd")
    text = json.dumps(report, ensure_ascii=False, indent=1, default=str)
    (new / REPORT_FILE).write_text(text, encoding="utf-8")
    new.chmod(0o755)


def _is_build(path: Path) -> bool:
    return path.is_dir() and (path / AREAS_FILE).is_file()


def _is_whole(path: Path) -> bool:
    return all((path / name).is_file() for name in (AREAS_FILE, OUTLINES_FILE, REPORT_FILE))


def _swap(new: Path, out: Path) -> None:
    """Put a new folder in the place of an old one; `recover` undoes a swap that was cut short.

    Where another build takes the place between the two renames, that one is replaced in its turn.
    """
    replaced: list[Path] = []
    try:
        for attempt in range(_MOST_SWAPS):
            old = out.parent / f".{out.name}.old-{new.name.rsplit('-', 1)[1]}-{attempt}"
            try:
                out.rename(old)
                replaced.append(old)
            except FileNotFoundError:
                pass
            try:
                new.rename(out)
                break
            except OSError as error:
                if error.errno not in _TAKEN or attempt == _MOST_SWAPS - 1:
                    raise
    except BaseException:
        if replaced and not out.exists():
            replaced.pop().rename(out)
        raise
    finally:
        for old in replaced:
            shutil.rmtree(old, ignore_errors=True)


def recover(out: Path) -> None:
    """Put back an earlier build whose replacement was cut short between two renames."""
    if out.exists() or not out.parent.is_dir():
        return
    kept = [p for p in _beside(out, "old") if _is_whole(p)]
    for earlier in sorted(kept, key=lambda p: p.stat().st_mtime, reverse=True):
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            earlier.rename(out)
            return


def _clean(out: Path) -> None:
    """Remove what builds that were cut short left beside `out`, once nobody can be writing them."""
    if _is_whole(out):
        for left in _beside(out, "old"):
            shutil.rmtree(left, ignore_errors=True)
    for left in _beside(out, "new"):
        if time.time() - left.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(left, ignore_errors=True)


def _beside(out: Path, what: str) -> list[Path]:
    start = f".{out.name}.{what}-"
    return [p for p in out.parent.iterdir() if p.name.startswith(start) and p.is_dir()]
