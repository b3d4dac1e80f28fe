"""What a reader hands over: a source, with its codes, its columns and what it could not use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from data.codes import CODE_TYPES, AreaKind, clean_codes
from data.errors import first_few
from data.indicators import Indicator
from data.provenance import Provenance, catalogue, file_sha256


class SourceKind(StrEnum):
    """The kinds of file that are recognised."""

    BOUNDARIES = "boundaries"
    DEPRIVATION = "deprivation"
    POPULATION = "population"
    LOOKUP = "lookup"
    CROSSWALK = "crosswalk"
    POSTCODES = "postcodes"
    ASSETS = "assets"
    INDICATORS = "indicators"
    SERIES = "series"
    EVENTS = "events"
    LOCALITIES = "localities"
    SUMMARY = "summary"
    TRAVEL_TIMES = "travel_times"
    REFERRALS = "referrals"
    ROADS = "roads"


KIND_WORDS: Final = {
    SourceKind.BOUNDARIES: "boundaries",
    SourceKind.DEPRIVATION: "Indices of Deprivation",
    SourceKind.POPULATION: "population",
    SourceKind.LOOKUP: "lookup between areas",
    SourceKind.CROSSWALK: "lookup from LSOA 2011 to 2021",
    SourceKind.POSTCODES: "postcodes",
    SourceKind.ASSETS: "places",
    SourceKind.INDICATORS: "figures by small area",
    SourceKind.SERIES: "figures over time",
    SourceKind.EVENTS: "dated events",
    SourceKind.LOCALITIES: "localities",
    SourceKind.SUMMARY: "published summary",
    SourceKind.TRAVEL_TIMES: "travel times",
    SourceKind.REFERRALS: "records of children",
    SourceKind.ROADS: "road network",
}
"""What each kind is called where people read it."""


class Origin(IntEnum):
    """Whose file it is; the lower wins where two hold the same indicator."""

    PUBLISHED = 0
    REBUILT = 1
    THIRD_PARTY = 2


@dataclass(frozen=True, eq=False)
class Source:
    """A recognised file, or one sheet or layer of it.

    Attributes
    ----------
    path
        The file.
    kind
        What it is.
    entry
        Its id in `data/catalogue.csv`.
    edition
        The year of the edition, for choosing the newest: "2025".
    area_kind
        The kind of area that its rows are; None where they are places, events or postcodes.
    frame
        The rows that can be used, index `area_code`; the columns depend on the kind.
    rows
        The rows of the file; 0 where only reading it all would tell.
    rejected
        The rows that cannot be used: `row` (1 is the first below the header), `value`, `reason`.
    declared
        The vintage its header claims for its codes, if any: "2011" or "2021" for small areas.
    part
        The sheet or layer, where the file has several.
    notes
        What was noticed while reading, in words.
    population_year
        The year of the populations in a file whose edition is another: File 7 of 2025 counts mid-2022.
    years
        The years that the header of a lookup names, by kind of area.
    own
        The dictionary entries of columns that the file itself defines.
    why
        What in the content it was told by, in words: "its header has Easting, Northing and Postcode".
    """

    path: Path
    kind: SourceKind
    entry: str
    edition: str
    area_kind: AreaKind | None
    frame: pd.DataFrame
    rows: int
    rejected: pd.DataFrame
    declared: str | None = None
    part: str | None = None
    origin: Origin = Origin.PUBLISHED
    notes: tuple[str, ...] = ()
    population_year: str | None = None
    years: Mapping[AreaKind, str] = field(default_factory=dict)
    own: tuple[Indicator, ...] = ()
    why: str = ""

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the file."""
        return file_sha256(self.path)

    @property
    def publisher(self) -> str:
        """Who publishes it."""
        return catalogue()[self.entry].publisher

    @property
    def label(self) -> str:
        """The file, and its sheet or layer where it has several."""
        return readable(self.path.name if self.part is None else f"{self.path.name} ({self.part})")

    def edition_of(self, column: str) -> str:
        """Return the year that a column stands for."""
        return (column.startswith("pop_") and self.population_year) or self.edition

    def provenance(self, geography: str, *steps: str, column: str = "") -> Provenance:
        """Return the pedigree of a column taken from this source."""
        entry = catalogue()[self.entry]
        return Provenance(
            source=entry.title,
            publisher=entry.publisher,
            licence=entry.licence,
            vintage=self.edition_of(column),
            geography=geography,
            file=self.label,
            sha256=self.sha256,
            attribution=entry.attribution,
            steps=steps,
        )


@dataclass(frozen=True, eq=False)
class BoundarySource(Source):
    """Polygons: `frame` is a GeoDataFrame with `name, parent_code, parent_name`, in EPSG:27700."""

    @property
    def shapes(self) -> gpd.GeoDataFrame:
        """The frame, as the GeoDataFrame that it is."""
        return gpd.GeoDataFrame(self.frame)


@dataclass(frozen=True, eq=False)
class AssetSource(Source):
    """Places: `frame` has one row for each row of the file that can be used; the index is its place there.

    Its columns, all text but the numbers, missing where unknown:

    - `name`; `detail`, the kind as published ("Pharmacy"); `kind`, an id of `data/asset_kinds.toml`
    - `address`, `postcode` as the file has it, `identifier` (a publisher's own number, unique in the file)
    - `sessions_a_week`, above 0: how much there is
    - `easting_m`, `northing_m` in EPSG:27700, missing where the row has a postcode alone
    - `located_by`: "coordinates", "shape" or "postcode"
    - `establishment`: rows of the file with the same value are one place, such as the buildings of a hospital

    Attributes
    ----------
    shapes
        The polygons of a layer of polygons in EPSG:27700, on the index of `frame`; None for points.
    withheld
        Rows that may be confidential places, in the columns of `frame` and `reason`. They stand in `rejected`
        too, without their names: only the register may take them, to hold them for an editor.
    texts
        What else the rows of `frame` and `withheld` say of what they are, as published: types, description.
    amounts
        What the rows of `frame` say of `cost_gbp` a year and of `capacity`, how many children there is room
        for: text as written, missing where nothing is. Only candidates for new support are asked for it.
    """

    shapes: gpd.GeoSeries | None = None
    withheld: pd.DataFrame | None = None
    texts: pd.DataFrame | None = None
    amounts: pd.DataFrame | None = None


def readable(text: str) -> str:
    """Return a name as it can be written anywhere: control characters and broken bytes are replaced."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in whole)


def index_by_code(
    frame: pd.DataFrame, column: str, kind: AreaKind
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Index rows by their area code; return the usable rows, the rejected ones and notes.

    Rows without a sound code of the kind are rejected, as are rows that repeat a code with other values;
    an exact repeat is dropped and noted. The index of the frame counts the rows of the file from 0.
    """
    codes = clean_codes(frame[column])
    row_numbers = pd.Series(frame.index + 1, index=frame.index)
    sound = codes.str.fullmatch(CODE_TYPES[kind].pattern).fillna(False).astype(bool)
    reasons = pd.Series(pd.NA, index=frame.index, dtype="string")
    reasons[~sound] = f"not a {CODE_TYPES[kind].singular} code"
    reasons[codes.isna()] = "no area code"
    twice = frame[codes.duplicated(keep=False) & sound]
    exact = twice.assign(**{column: codes[twice.index]}).duplicated().reindex(frame.index, fill_value=False)
    clash = codes[sound & ~exact].duplicated(keep=False).reindex(frame.index, fill_value=False)
    reasons[clash] = "the code stands twice with other values"
    keep = sound & ~exact & ~clash
    usable = frame[keep].set_axis(pd.Index(codes[keep].astype(str), name="area_code"))
    bad = reasons.notna()
    rejected = pd.DataFrame({"row": row_numbers[bad], "value": codes[bad], "reason": reasons[bad]})
    notes = []
    if int(exact.sum()):
        notes.append(f"{int(exact.sum()):,} rows repeat another exactly and count once")
    if len(rejected):
        notes.append(f"{len(rejected):,} rows cannot be used: {first_few(rejected['reason'].unique())}")
    return usable.drop(columns=column), rejected.reset_index(drop=True), tuple(notes)
