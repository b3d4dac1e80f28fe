"""A build: the folder that `atlas build` makes and everything else opens."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from data.errors import SourceError
from geo.area_table import AreaTable

AREAS_FILE = "areas.parquet"
OUTLINES_FILE = "outlines.parquet"
REPORT_FILE = "report.json"


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
        When the folder is not a build.
    """
    recover(path)
    if not (path / AREAS_FILE).is_file():
        raise SourceError(
            f"{path} is not a build: it has no {AREAS_FILE}.", "Make one with: atlas build FOLDER"
        )
    return Build(
        path=path,
        areas=AreaTable.open(path / AREAS_FILE),
        outlines=gpd.read_parquet(path / OUTLINES_FILE),
        report=json.loads((path / REPORT_FILE).read_text(encoding="utf-8")),
    )


def save_build(out: Path, areas: AreaTable, outlines: gpd.GeoDataFrame, report: dict[str, Any]) -> None:
    """Write a build whole or not at all: an earlier one is replaced only once the new one is complete.

    Raises
    ------
    SourceError
        When `out` is a folder that holds something else than a build.
    """
    if out.exists() and not _is_build(out) and (not out.is_dir() or any(out.iterdir())):
        raise SourceError(f"{out} exists and is not a build.", "Name another folder with --out.")
    out.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
    try:
        areas.save(new / AREAS_FILE)
        outlines.to_parquet(new / OUTLINES_FILE, compression="zstd")
        text = json.dumps(report, ensure_ascii=False, indent=1, default=str)
        (new / REPORT_FILE).write_text(text, encoding="utf-8")
        new.chmod(0o755)
        _swap(new, out)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _is_build(path: Path) -> bool:
    return path.is_dir() and (path / AREAS_FILE).is_file()


def _swap(new: Path, out: Path) -> None:
    """Put a new folder in the place of an old one; `recover` undoes a swap that was cut short."""
    if not out.exists():
        new.rename(out)
        return
    old = out.parent / f".{out.name}.old-{new.name.rsplit('-', 1)[1]}"
    out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old)


def recover(out: Path) -> None:
    """Put back an earlier build whose replacement was cut short between two renames."""
    if out.exists() or not out.parent.is_dir():
        return
    kept = [p for p in out.parent.glob(f".{out.name}.old-*") if _is_build(p)]
    if kept:
        max(kept, key=lambda p: p.stat().st_mtime).rename(out)
