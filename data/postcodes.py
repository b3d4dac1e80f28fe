"""Where postcodes lie: the folder's own directories first, then the ONS Postcode Directory package."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.folder import Folder
from data.gazetteer import (
    DIRECTORY,
    LETTERS,
    Bounds,
    Gazetteer,
    Mask,
    Rows,
    State,
    by_letter,
    from_source,
    national,
    national_points,
)
from data.postcode_text import Keys, canonical, factorise, normalise, one_edit_away, squeeze, to_keys
from data.sources.base import Source, SourceKind

__all__ = ["DIRECTORY", "Found", "PostcodeDirectory", "PostcodePoints", "normalise", "postcode_points"]


class Found(StrEnum):
    """What became of a postcode. Whether one is terminated is known only where a file says so."""

    PLACED = "placed"
    TERMINATED = "placed, terminated"
    NO_GRID = "no grid reference"
    UNKNOWN = "in no source"
    NORTHERN_IRELAND = "in Northern Ireland, outside this tool"
    MALFORMED = "not a postcode"
    EMPTY = "no postcode"


_FOUND = np.array([Found.UNKNOWN, Found.NO_GRID, Found.NORTHERN_IRELAND, Found.PLACED], dtype=object)
"""By `State`."""


@dataclass
class _Answer:
    """What is known of each of a number of keys; `source` is the place of the source that knows it."""

    state: npt.NDArray[np.int8]
    source: Rows
    easting_m: npt.NDArray[np.float64]
    northing_m: npt.NDArray[np.float64]
    ended: Mask

    def take(self, places: Rows, keys: Keys, gazetteer: Gazetteer, source: int) -> None:
        """Take what a source says of the keys at some places, where it knows more than those before it."""
        hit, rows = gazetteer.find(keys[places])
        hit = places[hit]
        self.ended[hit] |= gazetteer.ended[rows]
        better = gazetteer.state[rows] > self.state[hit]
        hit, rows = hit[better], rows[better]
        self.state[hit] = gazetteer.state[rows]
        self.source[hit] = source
        placed = self.state[hit] == State.PLACED
        self.easting_m[hit[placed]] = gazetteer.easting_m[rows[placed]]
        self.northing_m[hit[placed]] = gazetteer.northing_m[rows[placed]]


@dataclass(frozen=True)
class PostcodePoints:
    """Postcodes in and around a place.

    Attributes
    ----------
    points
        Points in EPSG:27700.
    name
        Where they come from, in words.
    sources
        The folder's own directories among them.
    """

    points: gpd.GeoSeries
    name: str
    sources: tuple[Source, ...]


class PostcodeDirectory:
    """Every postcode that the folder's own files or the national package know of.

    A postcode lies where the first source that places it says; it is terminated where any file of the
    folder says so. Of the package only the first letters that are asked for are loaded.

    Parameters
    ----------
    sources
        The folder's own postcode sources, in the order in which they are asked.
    """

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        self.sources = tuple(sources)

    @cached_property
    def _own(self) -> tuple[tuple[Source, Gazetteer], ...]:
        return tuple((source, from_source(source)) for source in self.sources)

    def locate(self, values: pd.Series) -> pd.DataFrame:
        """Find where postcodes lie.

        Parameters
        ----------
        values
            Postcodes as typed, of any type.

        Returns
        -------
        pandas.DataFrame
            On the same index: `postcode` (canonical, missing where malformed), `easting_m` and `northing_m`
            in EPSG:27700 (missing where not placed), `found` (a value of `Found`), `source` (the file or
            directory that knows it, in words; missing where none does).
        """
        codes, distinct = factorise(values)
        squeezed = [squeeze(value) for value in distinct]
        written = np.array([canonical(text) for text in squeezed] + [None], dtype=object)
        sound = np.flatnonzero(written != None)  # noqa: E711  # element by element
        answer = self._resolve(to_keys(written[sound]))
        found = np.array(
            [Found.MALFORMED if text else Found.EMPTY for text in squeezed] + [Found.EMPTY], object
        )
        found[sound] = _FOUND[answer.state]
        found[sound[(answer.state == State.PLACED) & answer.ended]] = Found.TERMINATED
        names = np.array([*(source.label for source, _ in self._own), DIRECTORY, None], dtype=object)
        knows = np.full(len(written), len(names) - 1)
        knows[sound] = answer.source
        east, north = np.full(len(written), np.nan), np.full(len(written), np.nan)
        east[sound], north[sound] = answer.easting_m, answer.northing_m
        columns: dict[str, Any] = {
            "postcode": pd.array(written[codes], dtype="string"),
            "easting_m": east[codes],
            "northing_m": north[codes],
            "found": pd.array(found[codes], dtype="string"),
            "source": pd.array(names[knows[codes]], dtype="string"),
        }
        return pd.DataFrame(columns, index=values.index)

    def suggest(self, text: str, most: int = 3) -> list[str]:
        """Name postcodes that stand in the directory and that one slip turns into what was typed.

        Those that begin with another letter are looked for only where none begins with the same, or with
        one taken for it: to look for them all of the package has to be loaded.

        Parameters
        ----------
        text
            What was typed.
        most
            How many to name at most.

        Returns
        -------
        list of str
            The likeliest first; none where the directory has what was typed.
        """
        typed = squeeze(text)
        postcode = canonical(typed)
        if postcode and (self._resolve(to_keys([postcode])).state != State.ABSENT).all():
            return []
        near = one_edit_away(typed)
        begins = (
            {typed[:1]}
            if typed[:1].isalpha()
            else {c[0] for c in near if c.replace(" ", "")[1:] == typed[1:]}
        )
        alike = [c for c in near if c[0] in begins]
        others = [c for c in near if c[0] not in begins]
        for candidates in (alike, others):
            standing = self._resolve(to_keys(candidates)).state != State.ABSENT
            if standing.any():
                return [c for c, stands in zip(candidates, standing, strict=True) if stands][: max(most, 0)]
        return []

    def points_within(
        self, bounds: Bounds, live_only: bool = True, areas: gpd.GeoSeries | None = None
    ) -> PostcodePoints:
        """Return the postcodes within bounds: the folder's own, and the package's where they stop short.

        The folder's own are enough where every area holds one of them; then the package is not read. Else
        the package adds its postcodes outside the extent of the folder's own, and in the areas that hold
        none of them.

        Parameters
        ----------
        bounds
            West, south, east and north in metres of EPSG:27700.
        live_only
            Whether to leave out those that a file says are terminated. The package does not say.
        areas
            The polygons of the place, in EPSG:27700. Where not given, the folder's own are enough if the
            bounds lie within their extent.
        """
        inside = [(source, gazetteer, gazetteer.within(bounds)) for source, gazetteer in self._own]
        used = tuple(source for source, _, rows in inside if len(rows))
        own = self._own_points(inside, live_only)
        name = ", ".join(source.label for source in used)
        if not len(own):
            return PostcodePoints(_to_points(national_points(bounds)), DIRECTORY, used)
        points = _to_points(own)
        extent = shapely.multipoints(own).convex_hull
        lacking = _without_any(areas, points) if areas is not None else None
        enough = extent.covers(shapely.box(*bounds)) if lacking is None else not len(lacking)
        if enough:
            return PostcodePoints(points, name, used)
        package = _to_points(national_points(bounds))
        beyond = ~package.intersects(extent)
        if lacking is not None and len(lacking):
            beyond |= package.intersects(lacking.union_all())
        both = pd.concat([points, package[beyond]], ignore_index=True)
        return PostcodePoints(both, f"{name}; beyond its extent {DIRECTORY}", used)

    def points_to_draw(self, bounds: Bounds, letter: str) -> npt.NDArray[np.float64]:
        """Return where postcodes are within bounds, one row each: the folder's own, else the package's.

        Parameters
        ----------
        bounds
            West, south, east and north in metres of EPSG:27700.
        letter
            The first letter of the package's postcodes that are drawn, so that no more of it is loaded;
            none of them without one.
        """
        inside = [(source, gazetteer, gazetteer.within(bounds)) for source, gazetteer in self._own]
        own = self._own_points(inside, live_only=True)
        if len(own) or letter not in tuple(LETTERS):
            return own
        gazetteer = national(letter)
        rows = gazetteer.within(bounds)
        return np.column_stack([gazetteer.easting_m[rows], gazetteer.northing_m[rows]]).astype("float64")

    def _own_points(
        self, inside: Sequence[tuple[Source, Gazetteer, Rows]], live_only: bool
    ) -> npt.NDArray[np.float64]:
        """Stack the folder's own points, each postcode once, from the first file that places it."""
        if not inside:
            return np.empty((0, 2))
        keys = np.concatenate([gazetteer.keys[rows] for _, gazetteer, rows in inside])
        first = np.sort(np.unique(keys, return_index=True)[1])
        if live_only:
            ended = np.zeros(len(keys), dtype=bool)
            for _, gazetteer in self._own:
                hit, rows = gazetteer.find(keys)
                ended[hit] |= gazetteer.ended[rows]
            first = first[~ended[first]]
        east = np.concatenate([gazetteer.easting_m[rows] for _, gazetteer, rows in inside])
        north = np.concatenate([gazetteer.northing_m[rows] for _, gazetteer, rows in inside])
        return np.column_stack([east[first], north[first]]).astype("float64")

    def _resolve(self, keys: Keys) -> _Answer:
        """Ask the folder's own files, then the package for what they do not place."""
        count = len(keys)
        answer = _Answer(
            np.zeros(count, dtype=np.int8),
            np.full(count, len(self.sources) + 1),
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.zeros(count, dtype=bool),
        )
        for place, (_, gazetteer) in enumerate(self._own):
            answer.take(np.arange(count), keys, gazetteer, place)
        for places, gazetteer in by_letter(keys, answer.state != State.PLACED):
            answer.take(places, keys, gazetteer, len(self.sources))
        return answer


def postcode_points(folder: Folder, areas: gpd.GeoSeries, margin_m: float) -> PostcodePoints:
    """Find the live postcodes of a place.

    Where the folder's own directories stop short of some area, as one of a single council does in a wider
    place, the package adds to them.

    Parameters
    ----------
    folder
        The folder, which may hold postcode directories of its own.
    areas
        Polygons of the place in EPSG:27700.
    margin_m
        How far around the place postcodes are wanted, in metres.
    """
    west, south, east, north = (float(b) for b in areas.total_bounds)
    bounds = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    return PostcodeDirectory(folder.of_kind(SourceKind.POSTCODES)).points_within(bounds, areas=areas)


def _to_points(places: npt.NDArray[np.float64]) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy(places[:, 0], places[:, 1], crs="EPSG:27700")


def _without_any(areas: gpd.GeoSeries, points: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the areas that hold none of the points."""
    _, held = areas.sindex.query(points, predicate="intersects")
    return areas[~np.isin(np.arange(len(areas)), held)]
