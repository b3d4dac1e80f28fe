"""Places of any kind, from a table or a layer: schools, libraries, food banks, parks, bus stops.

What each column holds is told by its name and values, the kind of each place by `asset_kinds.toml`. Contacts
and dates are never kept. Places that may be confidential are withheld, and never named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from data.errors import first_few
from data.sources.asset_columns import (
    Columns,
    clean_text,
    find_columns,
    has_postcode_name,
    is_about_areas,
    is_about_people,
    is_over_time,
    join_address,
    read_sessions,
)
from data.sources.asset_rows import MAY_BE_CONFIDENTIAL, Told, closed_rows, screen_rows, tell_kinds
from data.sources.base import AssetSource, SourceKind, readable
from data.sources.boundaries import CRS
from data.sources.buildings import group_polygons, locate_shapes
from data.sources.coordinates import Located, coordinate_columns, locate_columns, refuse_one_point
from data.sources.layer import Layer
from data.tables import Table

_LONGEST_NAME, _LONGEST_CODE = 200, 50
_FEWEST_TOLD: Final = 0.5
_MOSTLY: Final = 0.9


@dataclass(frozen=True)
class _Part:
    """A file or a part of one: where its rows are from, what they hold, and where they lie."""

    path: Path
    name: str | None
    rows: pd.DataFrame
    columns: Columns
    told: Told
    located: Located
    placed_by: str
    found_in: Sequence[str]
    notes: tuple[str, ...] = ()
    polygons: gpd.GeoSeries | None = None


def recognise(table: Table, kind: str | None = None) -> AssetSource | None:
    """Read a table if its rows are places with coordinates or postcodes, else return None.

    Parameters
    ----------
    table
        The table.
    kind
        A kind of place that a person said all its rows are.

    Raises
    ------
    GeographyError
        When the table mixes coordinates of several systems.
    """
    if is_about_people(table.header) or not _may_be_places(table, kind):
        return None
    rows = table.frame
    columns = find_columns(rows)
    located, pair = locate_columns(rows, table.path.name)
    if columns.postcode is None and located is None:
        return None
    told = tell_kinds(rows, columns, kind)
    if not _are_places(rows, columns, told):
        return None
    if located is None:
        located = Located(_nowhere(rows.index), _nothing(rows.index), ())
    elif columns.name:
        located = refuse_one_point(located, rows[columns.name])
    found_in = [c for c in (columns.name, columns.postcode, *(pair or ())) if c]
    return _make_source(
        _Part(table.path, table.sheet, rows, columns, told, located, "coordinates", found_in, table.notes)
    )


def recognise_layer(layer: Layer, kind: str | None = None) -> AssetSource | None:
    """Read a layer if it is points of places, or polygons of buildings and green spaces, else return None.

    Parameters
    ----------
    layer
        The layer.
    kind
        A kind of place that a person said all its rows are.

    Raises
    ------
    GeographyError
        When the layer mixes coordinates of several systems.
    """
    drawn = layer.frame.geometry.dropna().geom_type
    pointed, outlined = drawn.isin(["Point", "MultiPoint"]), drawn.isin(["Polygon", "MultiPolygon"])
    if not len(drawn) or max(pointed.mean(), outlined.mean()) < _MOSTLY:
        return None
    rows = _attributes(layer)
    columns = find_columns(rows)
    if is_about_people(rows.columns):
        return None
    told = tell_kinds(rows, columns, kind)
    polygons = bool(outlined.mean() >= _MOSTLY)
    if not _are_places(rows, columns, told):
        return None
    if polygons and (told.share < _FEWEST_TOLD or is_about_areas(rows)):
        return None
    placed = locate_shapes(layer, polygons)
    what = "polygons" if polygons else "points"
    found_in = [*(c for c in (columns.name, columns.postcode) if c), what]
    return _make_source(
        _Part(
            layer.path,
            layer.name,
            rows,
            columns,
            told,
            placed.points,
            "shape" if polygons else "coordinates",
            found_in,
            polygons=placed.shapes if polygons else None,
        )
    )


def _may_be_places(table: Table, kind: str | None) -> bool:
    """Look at the header and the first rows, so that a large table of another kind is not read whole."""
    columns = find_columns(table.sample)
    if not has_postcode_name(table.header) and not coordinate_columns(table.header):
        return False
    return columns.name is not None or tell_kinds(table.sample, columns, kind).share >= _FEWEST_TOLD


def _are_places(rows: pd.DataFrame, columns: Columns, told: Told) -> bool:
    if not len(rows) or is_over_time(rows, columns.name):
        return False
    if columns.name is None and told.share < _FEWEST_TOLD:
        return False
    return not (columns.postcode is None and told.share < _FEWEST_TOLD and is_about_areas(rows))


def _make_source(part: _Part) -> AssetSource:
    rows, columns = part.rows, part.columns
    name = _text_of(rows, columns.name, _LONGEST_NAME)
    postcode = _text_of(rows, columns.postcode, _LONGEST_CODE)
    point = part.located.frame
    pointed = point["easting_m"].notna() & point["northing_m"].notna()
    by_postcode = ~pointed & postcode.notna()
    located_by = _nothing(rows.index).mask(pointed, part.placed_by).mask(by_postcode, "postcode")
    hidden = screen_rows(rows, columns, part.told.kind)
    closed = closed_rows(rows, columns.status)
    reasons = hidden.fillna(closed)
    reasons = reasons.fillna(_lost_reasons(part.located.faults).where(located_by.isna()))
    keep = reasons.isna()
    sessions, unread = read_sessions(rows, columns.sessions)
    confidential = hidden.str.startswith(MAY_BE_CONFIDENTIAL).fillna(False).astype(bool)
    apart = confidential & closed.isna() & located_by.notna()
    every = pd.DataFrame(
        {
            "name": name,
            "detail": part.told.detail,
            "kind": part.told.kind,
            "address": join_address(rows, columns.address),
            "postcode": postcode,
            "identifier": _text_of(rows, columns.identifier, _LONGEST_CODE),
            "sessions_a_week": sessions,
            "easting_m": point["easting_m"],
            "northing_m": point["northing_m"],
            "located_by": located_by,
        }
    )
    frame = every[keep].copy()
    frame["establishment"] = _establishments(frame, part)
    withheld = every[apart].assign(establishment=every.index[apart].astype(str), reason=hidden[apart])
    more = [c for c in dict.fromkeys((*columns.types, columns.description)) if c is not None]
    rejected = pd.DataFrame(
        {"row": rows.index[~keep] + 1, "value": name.mask(hidden.notna())[~keep], "reason": reasons[~keep]}
    )
    return AssetSource(
        path=part.path,
        part=part.name,
        kind=SourceKind.ASSETS,
        entry=part.told.entry or "places",
        edition="",
        area_kind=None,
        frame=frame,
        rows=len(rows),
        rejected=rejected.reset_index(drop=True),
        notes=(*_notes(part, by_postcode & keep, rejected, hidden), *unread),
        why=f"places: {_in_words(part.found_in)}; {readable(part.told.how)}",
        shapes=None if part.polygons is None else part.polygons.loc[frame.index],
        withheld=withheld,
        texts=rows.loc[keep | apart, more].astype("string"),
        amounts=pd.DataFrame(
            {
                "cost_gbp": _text_of(rows, columns.cost, _LONGEST_CODE)[keep],
                "capacity": _text_of(rows, columns.capacity, _LONGEST_CODE)[keep],
            }
        ),
    )


def _establishments(frame: pd.DataFrame, part: _Part) -> pd.Series:
    """Give the rows of one place one value: the place in the file of the first of them."""
    own = pd.Series(frame.index.astype(str), index=frame.index, dtype="string")
    if part.polygons is not None:
        drawn = frame.index[part.polygons.loc[frame.index].notna()]
        classes = frame["kind"] + "|" + frame["detail"].fillna("")
        grouped = group_polygons(
            gpd.GeoSeries(part.polygons.loc[drawn], crs=CRS), frame["name"].loc[drawn], classes.loc[drawn]
        )
        return grouped.reindex(frame.index).fillna(own)
    return own.groupby(frame["identifier"]).transform("first").reindex(frame.index).fillna(own)


def _lost_reasons(faults: pd.Series) -> pd.Series:
    """Say why a row is nowhere: no coordinates, or some that cannot be used."""
    return (faults + ", and it has no postcode").fillna("no coordinates and no postcode")


def _notes(part: _Part, by_postcode: pd.Series, rejected: pd.DataFrame, hidden: pd.Series) -> tuple[str, ...]:
    fallen = by_postcode & part.located.faults.notna()
    notes = [*part.notes, *part.told.notes, *part.located.notes]
    if fallen.any():
        why = first_few(part.located.faults[fallen].unique())
        notes.append(f"{int(fallen.sum()):,} rows are placed by their postcode: {why}")
    alone = int((by_postcode & ~fallen).sum())
    if alone:
        notes.append(f"{alone:,} rows have a postcode and no coordinates")
    if hidden.notna().any():
        notes.append(f"{int(hidden.notna().sum()):,} rows are withheld and not named: {_withheld(hidden)}")
    others = rejected["reason"][rejected["row"].isin(hidden.index[hidden.isna()] + 1)]
    if len(others):
        notes.append(f"{len(others):,} rows cannot be used: {first_few(others.unique())}")
    return tuple(notes)


def _withheld(hidden: pd.Series) -> str:
    return first_few(hidden.dropna().str.replace(r" \(.*", "", regex=True).unique())


def _attributes(layer: Layer) -> pd.DataFrame:
    """Return the columns of a layer as text, without its shapes."""
    plain = pd.DataFrame(layer.frame.drop(columns=layer.frame.geometry.name)).rename(columns=str)
    return plain.astype("string")


def _text_of(rows: pd.DataFrame, column: str | None, most: int) -> pd.Series:
    return _nothing(rows.index) if column is None else clean_text(rows[column], most)


def _nothing(index: pd.Index) -> pd.Series:
    return pd.Series(pd.NA, index=index, dtype="string")


def _nowhere(index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({"easting_m": float("nan"), "northing_m": float("nan")}, index=index)


def _in_words(names: Sequence[str]) -> str:
    """List the columns that tell, in words."""
    listed = [readable(n)[:_LONGEST_CODE] for n in names]
    words = listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
    return f"its columns {words}" if listed[-1] not in ("points", "polygons") else f"its {words}"
