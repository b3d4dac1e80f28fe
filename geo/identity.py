"""Which ward and council each small area lies in, and what it is called."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.choosing import Choice
from data.codes import AreaKind
from data.errors import GeographyError, first_few
from data.folder import Folder
from data.provenance import Provenance
from data.sources.base import BoundarySource, Source, SourceKind
from geo.area_table import IDENTITY


@dataclass(frozen=True)
class Identity:
    """Names and parents of areas.

    Attributes
    ----------
    frame
        Index area code; the identity columns of the area table.
    provenance
        Where the names, wards and councils come from.
    placed
        Whether wards and councils were found by point in polygon, not by a published lookup.
    notes
        What an analyst should know.
    """

    frame: pd.DataFrame
    provenance: dict[str, Provenance]
    placed: dict[str, bool]
    notes: tuple[str, ...]


def identify(
    folder: Folder, shapes: gpd.GeoDataFrame, lookup: Choice, vintage: str, label: Source
) -> Identity:
    """Find the name, ward and council of each area: by lookup, else by other files, else by place on the map.

    Parameters
    ----------
    folder
        The folder as read.
    shapes
        Index area code; `name, parent_code, parent_name` and polygons in EPSG:27700.
    lookup
        The chosen lookup, which may be none.
    vintage
        The vintage of the build.
    label
        The leading boundary file, for the provenance of names.
    """
    frame = pd.DataFrame(pd.NA, index=shapes.index, columns=list(IDENTITY), dtype="string")
    provenance: dict[str, Provenance] = {}
    placed = {"ward": False, "la": False}
    notes: list[str] = []
    frame["area_name"] = shapes["name"].astype("string")
    geography = f"LSOA {vintage}"
    if frame["area_name"].notna().any():
        provenance["area_name"] = label.provenance(geography)
    if lookup.source is not None:
        _fill(frame, lookup.source.frame, IDENTITY)
        for column in IDENTITY:
            if lookup.source.frame[column].notna().any():
                provenance.setdefault(column, lookup.source.provenance(geography, "joined on the area code"))
    for source in _holding_places(folder, vintage):
        if frame["la_code"].isna().any() or frame["area_name"].isna().any():
            _fill(frame, source.frame, ("area_name", "la_code", "la_name"))
            provenance.setdefault("la_code", source.provenance(geography, "joined on the area code"))
            provenance.setdefault("la_name", provenance["la_code"])
    _fill(
        frame,
        shapes.rename(columns={"parent_code": "la_code", "parent_name": "la_name"}),
        ("la_code", "la_name"),
    )
    for kind, prefix in ((AreaKind.WARD, "ward"), (AreaKind.COUNCIL, "la")):
        if frame[f"{prefix}_code"].isna().all():
            _place(folder, shapes, kind, prefix, frame, provenance, notes)
            placed[prefix] = bool(frame[f"{prefix}_code"].notna().any())
    if frame["la_code"].isna().all():
        notes.append("No file says which council the areas lie in; add a lookup or council boundaries.")
    if frame["ward_code"].isna().all():
        notes.append("No file says which wards the areas lie in; the ward level is left out.")
    elif without := int(frame["ward_code"].isna().sum()):
        notes.append(
            f"{without:,} areas have no ward in {lookup.source.label if lookup.source else 'the folder'}."
        )
    frame["area_name"] = frame["area_name"].fillna(frame.index.to_series().astype("string"))
    frame["la_name"] = frame["la_name"].fillna(frame["la_code"])
    frame["ward_name"] = frame["ward_name"].fillna(frame["ward_code"])
    return Identity(frame, provenance, placed, tuple(notes))


def find_council(frame: pd.DataFrame, wanted: str) -> str:
    """Find a council by code or by name, whatever the case.

    Raises
    ------
    GeographyError
        When no area lies in it; the message names those that there are.
    """
    names = frame[["la_code", "la_name"]].dropna(subset=["la_code"]).drop_duplicates()
    asked = wanted.strip().casefold()
    match = names[(names["la_code"].str.casefold() == asked) | (names["la_name"].str.casefold() == asked)]
    if len(match):
        return str(match["la_code"].iloc[0])
    raise GeographyError(
        f"No small area of this folder lies in {wanted!r}. Councils here: {first_few(names['la_name'], 12)}.",
        "Use one of these names or its code.",
    )


def _holding_places(folder: Folder, vintage: str) -> list[Source]:
    """List the files of figures that also name the council of each area."""
    found = folder.of_kind(SourceKind.DEPRIVATION) + folder.of_kind(SourceKind.POPULATION, AreaKind.LSOA)
    return [s for s in found if vintage in folder.vintage_of(s) and "la_code" in s.frame.columns]


def _fill(frame: pd.DataFrame, other: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Fill blanks from another frame, on the area code."""
    for column in columns:
        if column in other.columns:
            values = other[column].reindex(frame.index).astype("string").str.strip()
            frame[column] = frame[column].fillna(values)


def _place(
    folder: Folder,
    shapes: gpd.GeoDataFrame,
    kind: AreaKind,
    prefix: str,
    frame: pd.DataFrame,
    provenance: dict[str, Provenance],
    notes: list[str],
) -> None:
    """Place areas by the polygon that holds a point inside them: a stand-in for the published best fit."""
    found = [s for s in folder.of_kind(SourceKind.BOUNDARIES, kind) if isinstance(s, BoundarySource)]
    if not found:
        return
    points = gpd.GeoDataFrame(geometry=shapes.geometry.representative_point(), crs=shapes.crs)
    newest = max(found, key=lambda s: (s.edition, s.label))
    polygons = newest.shapes.rename_axis("code").reset_index()[["code", "name", "geometry"]]
    joined = gpd.sjoin(points, polygons, predicate="within").sort_values("code")
    joined = joined[~joined.index.duplicated()]
    frame[f"{prefix}_code"] = joined["code"].reindex(frame.index).astype("string")
    frame[f"{prefix}_name"] = joined["name"].reindex(frame.index).astype("string")
    step = "each area placed by a point inside it"
    for column in (f"{prefix}_code", f"{prefix}_name"):
        provenance[column] = newest.provenance(kind.value, step)
    notes.append(f"No lookup to {kind.value}s: each area was placed by a point inside it, in {newest.label}.")
