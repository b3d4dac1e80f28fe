"""A build: the folder that `atlas build` makes and everything else opens.

A build that holds counts of referrals is its owner's alone: its folder and files are open to nobody else,
from their first byte on. Counts past their date are left out when it is opened; `geo.purge` deletes them.
"""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely
from filelock import FileLock

from data.errors import AtlasError, DisclosureError, SourceError
from data.provenance import Tier
from geo.area_table import AreaTable
from geo.demand import SCHEMAS, Demand
from geo.overdue import without_demand
from geo.places import Places
from geo.released import Released
from geo.roads import Roads
from geo.times import Times

AREAS_FILE = "areas.parquet"
OUTLINES_FILE = "outlines.parquet"
PLACES_FILE = "places.parquet"
STARTS_FILE = "starts.parquet"
ROADS_FILE = "roads.parquet"
TIMES_FILE = "times.parquet"
SERIES_FILE = "series.parquet"
EVENTS_FILE = "events.parquet"
REPORT_FILE = "report.json"
FILES = (AREAS_FILE, OUTLINES_FILE, PLACES_FILE, STARTS_FILE, SERIES_FILE, EVENTS_FILE, REPORT_FILE)
DEMAND_FILES = tuple(f"demand_{name}.parquet" for name in SCHEMAS)
"""What a build of a folder with referral extracts holds besides."""

_MOST_READS = 5
ABANDONED_S = 3_600.0
"""How old an unfinished build must be before it is taken for one that was cut short."""


@dataclass(frozen=True)
class BuildParts:
    """What a build is made of.

    Attributes
    ----------
    areas
        The area table.
    outlines
        Wards, councils, regions, localities and green spaces to draw and to name: columns `level` ("ward",
        "council", "region", "locality" or "greenspace"), `code`, `name`, `la_code`, geometry in EPSG:27700.
        Empty when the folder had none.
    places
        The places of the folder's files, each once.
    starts
        The points that the people of each area set out from, weighted by homes: see `geo.starts`.
    series
        Figures over time by council: see `geo.series`.
    events
        Counts of dated events by area and year: see `geo.events`.
    report
        What was read, set aside, rejected and reconciled, as in `report.json`.
    demand
        Counts of referrals: in an internal build of a folder with referral extracts, else None.
    released
        Protected figures: in a shared build, else None.
    roads
        The road network of the folder, where it has one.
    times
        The travel times of the folder, where it has any.
    """

    areas: AreaTable
    outlines: gpd.GeoDataFrame
    places: Places
    starts: gpd.GeoDataFrame
    series: pd.DataFrame
    events: pd.DataFrame
    report: dict[str, Any]
    demand: Demand | None = None
    released: Released | None = None
    roads: Roads | None = None
    times: Times | None = None

    @cached_property
    def travel_revision(self) -> str:
        """SHA-256 of what travel depends on beside the places: where people set out from, roads and times."""
        digest = hashlib.sha256("\n".join(self.starts["area_code"]).encode())
        digest.update(self.starts["weight"].to_numpy(dtype=float).tobytes())
        digest.update(shapely.get_coordinates(self.starts.geometry.to_numpy()).tobytes())
        digest.update(self.roads.revision.encode() if self.roads is not None else b"-")
        digest.update(self.times.revision.encode() if self.times is not None else b"-")
        return digest.hexdigest()


@dataclass(frozen=True)
class Build(BuildParts):
    """An opened build, with the `path` of its folder."""

    path: Path = field(kw_only=True)


def open_build(path: Path, today: date | None = None) -> Build:
    """Open a build, putting back an earlier one if its replacement was cut short.

    A build that is replaced while it is read is read again, so that its files are of one making. Counts of
    referrals past their date are left out, and the notes of its report say so.

    Parameters
    ----------
    path
        The folder.
    today
        The day that dates are compared with; today when not given.

    Raises
    ------
    SourceError
        When the folder is not a build, or is damaged.
    """
    recover(path)
    for _ in range(_MOST_READS):
        making = _making(path)
        try:
            build = _read(path)
        except SourceError:
            if _making(path) == making:
                raise
            continue
        if _making(path) == making:
            return _in_date(build, today or date.today())
    raise SourceError(f"{path} is being replaced over and over.", "Wait for the builds that write it to end.")


def _in_date(build: Build, today: date) -> Build:
    """Leave out counts of referrals that are past their date."""
    if build.demand is None or today <= build.demand.delete_after:
        return build
    note = (
        f"The figures of referrals were to be deleted after {build.demand.delete_after}, so they are not "
        "shown. Run atlas purge to delete them, or atlas build to count them afresh."
    )
    areas, report = without_demand(build.areas, build.report, note)
    return replace(build, areas=areas, report=report, demand=None)


def _making(path: Path) -> tuple[int, int] | None:
    """Return what tells one making of a build from the next: the folder itself and when it was filled."""
    if not path.exists():
        return None
    folder = path.stat()
    return folder.st_ino, folder.st_mtime_ns


def _read(path: Path) -> Build:
    if not (path / AREAS_FILE).is_file():
        raise SourceError(
            f"{path} is not a build: it has no {AREAS_FILE}.", "Make one with: atlas build FOLDER"
        )
    try:
        areas = AreaTable.open(path / AREAS_FILE)
        report = json.loads((path / REPORT_FILE).read_text(encoding="utf-8"))
        if not isinstance(report, dict):
            raise SourceError(f"{REPORT_FILE} holds no report.")
        return Build(
            path=path,
            areas=areas,
            outlines=gpd.read_parquet(path / OUTLINES_FILE),
            places=Places.open(path / PLACES_FILE),
            starts=_starts(path / STARTS_FILE),
            series=pd.read_parquet(path / SERIES_FILE),
            events=pd.read_parquet(path / EVENTS_FILE),
            report=report,
            demand=Demand.open(path),
            released=Released.open(path),
            roads=Roads.open(path / ROADS_FILE) if _holds(path / ROADS_FILE, report, "roads") else None,
            times=Times.open(path / TIMES_FILE) if _holds(path / TIMES_FILE, report, "times") else None,
        )
    except (OSError, ValueError, pa.ArrowException) as error:
        what = (error.message if isinstance(error, AtlasError) else str(error)).removesuffix(".")
        raise SourceError(f"{path} is a damaged build: {what}.", "Run atlas build again.") from error


def _starts(path: Path) -> gpd.GeoDataFrame:
    """Return where people set out, as a build keeps it."""
    starts = gpd.read_parquet(path)
    if not {"area_code", "weight"} <= set(starts.columns):
        raise SourceError(f"{path} does not hold where people set out.")
    return starts


def _holds(file: Path, report: Mapping[str, Any], what: str) -> bool:
    """Say whether a build has a file that not all have: it has one that its report tells of."""
    return file.is_file() or report.get(what) is not None


def require_target(out: Path) -> None:
    """Refuse a place for a build that holds something else, before any work is done.

    Raises
    ------
    SourceError
        When `out` is a file, or a folder that holds something else than a build.
    """
    if out.exists() and not is_build(out) and (not out.is_dir() or any(out.iterdir())):
        raise SourceError(
            f"{out} exists and is not a build.", "Name another folder with --out, or with --to for a release."
        )


def save_build(out: Path, parts: BuildParts) -> None:
    """Write a build whole or not at all: an earlier one is replaced only once the new one is complete.

    One with counts of referrals is readable by its owner only, while it is written and afterwards.

    Raises
    ------
    SourceError
        When `out` holds something else than a build, or cannot be written.
    DisclosureError
        When it is to be shared and holds what is internal.
    """
    require_target(out)
    _refuse_internal(parts)
    out = out.resolve()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
        try:
            _write(new, parts)
            with _lock(out):
                _put_back(out)
                _clean(out)
                _swap(new, out)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
    except OSError as error:
        raise SourceError(
            f"{out} cannot be written: {error.strerror or error}.", "Name a folder of yours with --out."
        ) from error


def _write(new: Path, parts: BuildParts) -> None:
    parts.areas.save(new / AREAS_FILE)
    parts.outlines.to_parquet(new / OUTLINES_FILE, compression="zstd")
    parts.places.save(new / PLACES_FILE)
    parts.starts.to_parquet(new / STARTS_FILE, compression="zstd")
    if parts.roads is not None:
        parts.roads.save(new / ROADS_FILE)
    if parts.times is not None:
        parts.times.save(new / TIMES_FILE)
    parts.series.to_parquet(new / SERIES_FILE, compression="zstd")
    parts.events.to_parquet(new / EVENTS_FILE, compression="zstd")
    text = json.dumps(parts.report, ensure_ascii=False, indent=1, default=str)
    (new / REPORT_FILE).write_text(text, encoding="utf-8")
    if parts.released is not None:
        parts.released.save(new)
    if parts.demand is None:
        new.chmod(0o755)  # mkdtemp made it the owner's alone
    else:
        parts.demand.save(new)
        for file in new.iterdir():
            file.chmod(0o600)


def _refuse_internal(parts: BuildParts) -> None:
    """Refuse a build of which one part is to be shared and another is internal."""
    tiers = {"areas": parts.areas.tier, "places": parts.places.tier}
    if parts.released is None and Tier.SHARED not in tiers.values():
        return
    wrong = [name for name, tier in tiers.items() if tier is not Tier.SHARED]
    wrong += ["tables of demand"] if parts.demand is not None else []
    wrong += ["released figures"] if parts.released is None or parts.released.tier is not Tier.SHARED else []
    wrong += ["report"] if parts.report.get("tier") != "shared" or "demand" in parts.report else []
    if wrong:
        raise DisclosureError(
            f"A build that is shared holds nothing internal; what is not fit to be: {', '.join(wrong)}.",
            "Make the shared build with: atlas publish",
        )


def is_build(path: Path) -> bool:
    """Say whether a folder is a build, whole or not."""
    return path.is_dir() and (path / AREAS_FILE).is_file()


def _is_whole(path: Path) -> bool:
    """Say whether no file is absent; the tables of demand are all there or none is."""
    of_demand = [(path / name).is_file() for name in DEMAND_FILES]
    return all((path / name).is_file() for name in FILES) and any(of_demand) == all(of_demand)


def _lock(out: Path) -> FileLock:
    """Keep other processes from renaming beside `out`; the lock is held for two renames, not for a build."""
    return FileLock(out.parent / f".{out.name}.lock")


def _swap(new: Path, out: Path) -> None:
    """Put a new folder in the place of an old one, under the lock."""
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


def clear_beside(out: Path) -> None:
    """Put back an earlier build whose replacement was cut short, and remove what else was left beside it."""
    if out.parent.is_dir() and (_beside(out, "old") or _beside(out, "new")):
        with _lock(out):
            _put_back(out)
            _clean(out)


def recover(out: Path) -> None:
    """Put back an earlier build whose replacement was cut short between two renames."""
    if not out.exists() and out.parent.is_dir() and _beside(out, "old"):
        with _lock(out):
            _put_back(out)


def _put_back(out: Path) -> None:
    kept = [] if out.exists() else [p for p in _beside(out, "old") if _is_whole(p)]
    if kept:
        max(kept, key=lambda p: p.stat().st_mtime).rename(out)


def _clean(out: Path) -> None:
    """Remove what builds that were cut short left beside `out`, once nobody can be writing them."""
    if _is_whole(out):
        for left in _beside(out, "old"):
            shutil.rmtree(left, ignore_errors=True)
    for left in _beside(out, "new"):
        if time.time() - left.stat().st_mtime > ABANDONED_S:
            shutil.rmtree(left, ignore_errors=True)


def _beside(out: Path, what: str) -> list[Path]:
    start = f".{out.name}.{what}-"
    return [p for p in out.parent.iterdir() if p.name.startswith(start) and p.is_dir()]
