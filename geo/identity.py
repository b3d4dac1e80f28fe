"""Which ward and council each small area lies in, and what it is called."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.choices import Choice
from data.codes import RECODED_COUNCILS, AreaKind, latest_council_code
from data.errors import GeographyError, first_few
from data.folder import Folder
from data.provenance import Provenance
from data.sources.base import BoundarySource, Source, SourceKind
from geo.area_table import IDENTITY
from geo.homes import Homes
from geo.localities import share_by_postcodes


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
        Whether wards and councils were found on the map, not by a published lookup.
    notes
        What an analyst should know.
    """

    frame: pd.DataFrame
    provenance: dict[str, Provenance]
    placed: dict[str, bool]
    notes: tuple[str, ...]


def identify(
    folder: Folder, shapes: gpd.GeoDataFrame, lookup: Choice, vintage: str, label: Source, homes: Homes
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
    homes
        The live postcodes of the place, asked for only where areas have to be placed on the map.
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
    for helper in lookup.further:
        _fill(frame, helper.frame, ("la_code", "la_name"))
        for column in ("la_code", "la_name"):
            provenance.setdefault(column, helper.provenance(geography, "joined on the area code"))
    _fill_councils_of_wards(folder, frame, provenance)
    for source in _holding_places(folder, vintage):
        if frame["la_code"].isna().any() or frame["area_name"].isna().any():
            _fill(frame, source.frame, ("area_name", "la_code", "la_name"))
            provenance.setdefault("la_code", source.provenance(geography, "joined on the area code"))
            provenance.setdefault("la_name", provenance["la_code"])
            provenance.setdefault("area_name", provenance["la_code"])
    parents = shapes.rename(columns={"parent_code": "la_code", "parent_name": "la_name"})
    for column in ("la_code", "la_name"):
        _fill(frame, parents, (column,))
        if frame[column].notna().any():
            provenance.setdefault(column, label.provenance(geography))
    frame["la_code"] = _one_code_a_council(frame["la_code"])
    for kind, prefix in ((AreaKind.WARD, "ward"), (AreaKind.COUNCIL, "la")):
        if frame[f"{prefix}_code"].isna().all():
            _place(folder, shapes, kind, prefix, frame, provenance, notes, homes)
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
    codes = latest_council_code(names["la_code"]).str.casefold()
    now = RECODED_COUNCILS.get(wanted.strip().upper(), wanted.strip()).casefold()
    match = names[(codes == now) | (names["la_name"].str.casefold() == asked)]
    if len(match):
        return str(match["la_code"].iloc[0])
    raise GeographyError(
        f"No small area of this folder lies in {wanted!r}. Councils here: {first_few(names['la_name'], 12)}.",
        "Use one of these names or its code.",
    )


def _one_code_a_council(codes: pd.Series) -> pd.Series:
    """Give a recoded council its newer code throughout, where files of both years were used."""
    present = set(codes.dropna())
    return codes.replace({old: new for old, new in RECODED_COUNCILS.items() if {old, new} <= present})


def _fill_councils_of_wards(folder: Folder, frame: pd.DataFrame, provenance: dict[str, Provenance]) -> None:
    """Where wards are known and councils are not, take the council of each ward from a lookup of wards."""
    if frame["la_code"].notna().any() or frame["ward_code"].isna().all():
        return
    for source in folder.of_kind(SourceKind.LOOKUP, AreaKind.WARD):
        for column in ("la_code", "la_name"):
            frame[column] = frame[column].fillna(
                frame["ward_code"].map(source.frame[column]).astype("string")
            )
        if frame["la_code"].notna().any():
            provenance["la_code"] = source.provenance("ward", "joined on the ward code")
            provenance["la_name"] = provenance["la_code"]
            return


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
    homes: Homes,
) -> None:
    """Place areas in the polygon with most of their postcodes: a stand-in for the published best fit."""
    found = [s for s in folder.of_kind(SourceKind.BOUNDARIES, kind) if isinstance(s, BoundarySource)]
    used: list[BoundarySource] = []
    for source in sorted(found, key=lambda s: _newness(folder, s), reverse=True):
        unplaced = shapes.geometry[frame[f"{prefix}_code"].isna().to_numpy()]
        joined = share_by_postcodes(unplaced, source.shapes.geometry, homes.points)["part"]
        if len(joined):
            used.append(source)
            frame.loc[joined.index, f"{prefix}_code"] = joined.astype("string")
            frame.loc[joined.index, f"{prefix}_name"] = joined.map(source.frame["name"]).astype("string")
    if not used:
        return
    files = ", ".join(s.label for s in used)
    step = f"each area placed where most of its postcodes are, in {files}"
    for column in (f"{prefix}_code", f"{prefix}_name"):
        provenance[column] = used[0].provenance(kind.value, step)
    notes.append(
        f"No lookup to {kind.value}s: each area was placed where most of its postcodes are, in {files}."
    )


def _newness(folder: Folder, source: BoundarySource) -> tuple[str, str, str]:
    """Order boundary files by their newest code, for a code is issued after every lower one; then by year."""
    years = folder.vintage_of(source)
    return max(source.frame.index), max(years, default=source.edition), source.label
