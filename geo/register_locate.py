"""Where a place lies that somebody adds: by a postcode, offline, or by a point; and in which area."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pandas as pd
import shapely

from data.errors import RegisterError, first_few
from data.folder import recognise_file
from data.place_settings import PlaceSettings
from data.postcodes import Found, PostcodeDirectory
from data.sources.base import Source, SourceKind
from geo.area_table import AreaTable
from geo.builds import Build

_LONGEST_TYPED: Final = 20
_KEPT: Final = 3
_NAMED: Final = ("area_name", "ward_code", "ward_name", "la_name")
ELSE_POINT: Final = " Else point at the place on the map."
OR_POINT: Final = ", or point at the place on the map instead"
_POINT_INSTEAD: Final = f"Look at it again{OR_POINT}."


@dataclass(frozen=True)
class Located:
    """Where a place lies.

    Attributes
    ----------
    easting_m, northing_m
        In EPSG:27700.
    postcode
        As it is written; "" where somebody pointed.
    area_code, area_name, ward_code, ward_name, la_name
        The area, ward and council that it lies in; "" for a place beyond the border that is near enough.
    """

    easting_m: float
    northing_m: float
    postcode: str = ""
    area_code: str = ""
    area_name: str = ""
    ward_code: str = ""
    ward_name: str = ""
    la_name: str = ""

    @property
    def inside(self) -> bool:
        """Whether it lies in an area of the build, and not just near one."""
        return bool(self.area_code)


def locate_postcode(text: str, directory: PostcodeDirectory, build: Build) -> Located:
    """Find where a postcode lies, without a network.

    Parameters
    ----------
    text
        The postcode as typed.
    directory
        Where postcodes lie: see `directory_of`.
    build
        The build whose areas it is to lie in, or near to.

    Raises
    ------
    RegisterError
        When it is no postcode, is in no list (near ones are named), or lies too far outside.
    """
    typed = text.strip()
    if not typed:
        raise RegisterError("There is no postcode.", "Type one, or point at the place on the map.")
    if len(typed) > _LONGEST_TYPED:
        raise RegisterError(f"“{typed[:_LONGEST_TYPED]}…” is not a postcode.", _POINT_INSTEAD)
    row = directory.locate(pd.Series([typed], dtype=object)).iloc[0]
    if row["found"] not in (Found.PLACED, Found.TERMINATED):
        raise _not_found(typed, Found(row["found"]), directory)
    postcode = str(row["postcode"])
    return _locate(float(row["easting_m"]), float(row["northing_m"]), postcode, build)


def locate_point(easting_m: float, northing_m: float, build: Build) -> Located:
    """Find the area that a point lies in.

    Parameters
    ----------
    easting_m, northing_m
        In EPSG:27700.
    build
        The build whose areas it is to lie in, or near to.

    Raises
    ------
    RegisterError
        When it lies too far outside.
    """
    return _locate(easting_m, northing_m, "", build)


def buffer_of(build: Build) -> float:
    """Return how far beyond a build's areas places are kept, in metres."""
    told: Any = build.report.get("places") or {}
    return float(told.get("beyond_m", PlaceSettings.asset_buffer_m))


def council_names(areas: AreaTable) -> str:
    """Name the councils of a build, the first few of many."""
    return first_few(areas.frame["la_name"].dropna().unique(), limit=3) or "the areas of the build"


def directory_of(build: Build) -> PostcodeDirectory:
    """Return where postcodes lie for a build: its folder's own files where they are still there, then all.

    They are read once a build.
    """
    report = build.report
    listed = [(f["path"], f["kind"]) for f in report.get("files", [])]
    own = tuple(path for path, kind in listed if kind == SourceKind.POSTCODES.value)
    return _directory(str(report.get("folder_path", "")), own, str(report.get("made", "")))


@lru_cache(maxsize=_KEPT)
def _directory(folder: str, files: tuple[str, ...], made: str) -> PostcodeDirectory:
    """Read the postcode files of a folder; `made` tells one making of a build from the next."""
    found: list[Source] = []
    for name in files:
        path = Path(folder) / name
        if folder and path.is_file():
            found += [
                part
                for part in recognise_file(path)
                if isinstance(part, Source) and part.kind is SourceKind.POSTCODES
            ]
    return PostcodeDirectory(found)


class _Shapes:
    """The areas of a build made ready to be asked for one point after the other."""

    def __init__(self, areas: AreaTable) -> None:
        frame = areas.frame
        self.codes = frame.index.to_numpy()
        self.tree = shapely.STRtree(frame.geometry.to_numpy())
        self.names = frame[list(_NAMED)].astype("string").fillna("")
        self.councils = council_names(areas)

    def area_at(self, point: shapely.Point) -> str:
        """Return the code of the area that holds a point, the lower one on an edge; "" outside."""
        held = self.tree.query(point, predicate="intersects")
        return str(min(self.codes[held])) if len(held) else ""

    def distance_m(self, point: shapely.Point) -> float:
        """Return how far a point is from the nearest area."""
        return float(self.tree.query_nearest(point, return_distance=True, all_matches=False)[1][0])


_shapes: "OrderedDict[str, _Shapes]" = OrderedDict()
_lock = Lock()


def _shapes_of(areas: AreaTable) -> _Shapes:
    with _lock:
        if areas.content_hash not in _shapes:
            _shapes[areas.content_hash] = _Shapes(areas)
        _shapes.move_to_end(areas.content_hash)
        while len(_shapes) > _KEPT:
            _shapes.popitem(last=False)
        return _shapes[areas.content_hash]


def _locate(easting_m: float, northing_m: float, postcode: str, build: Build) -> Located:
    shapes = _shapes_of(build.areas)
    point = shapely.Point(easting_m, northing_m)
    if not shapely.is_valid(point) or point.is_empty:
        raise RegisterError("This is no point on the map.", "Point again, or type a postcode.")
    code = shapes.area_at(point)
    if code:
        names = {name: str(value) for name, value in shapes.names.loc[code].items()}
        return Located(easting_m, northing_m, postcode, area_code=code, **names)
    _refuse_far(shapes, point, postcode, buffer_of(build))
    return Located(easting_m, northing_m, postcode)


def _refuse_far(shapes: _Shapes, point: shapely.Point, postcode: str, most_m: float) -> None:
    away_m = shapes.distance_m(point)
    if away_m <= most_m:
        return
    what = postcode or "This point"
    raise RegisterError(
        f"{what} lies {_kilometres(away_m)} outside {shapes.councils}.",
        f"Places up to {_kilometres(most_m)} beyond the border can be added. Look at it again.",
    )


def _kilometres(distance_m: float) -> str:
    return f"{distance_m:,.0f} m" if distance_m < 950 else f"{distance_m / 1000:,.1f} km"


def _not_found(typed: str, found: Found, directory: PostcodeDirectory) -> RegisterError:
    """Say why a postcode lies nowhere, and which ones may be meant."""
    words = {
        Found.EMPTY: f"“{typed}” is not a postcode.",
        Found.MALFORMED: f"“{typed}” is not a postcode.",
        Found.UNKNOWN: f"{typed.upper()} is in no list of postcodes.",
        Found.NO_GRID: f"{typed.upper()} is a postcode, but no list says where it lies.",
        Found.NORTHERN_IRELAND: f"{typed.upper()} is in Northern Ireland, which is not covered.",
    }
    near = directory.suggest(typed) if found in (Found.MALFORMED, Found.UNKNOWN) else []
    meant = f"Did you mean {' or '.join(near)}?{ELSE_POINT}"
    return RegisterError(words[found], meant if near else _POINT_INSTEAD)
