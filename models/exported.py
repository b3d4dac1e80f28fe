"""A layer as it leaves the atlas in a file: rows with their shapes, and what each column means.

A value that is hidden or missing is empty, never 0, and the column of its status says which. Which file it
becomes, and in which colours, is told elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import pandas as pd

from data.errors import GeographyError
from data.indicators import Group
from data.provenance import Provenance, Status, Tier
from geo.area_table import CRS
from models.classes import NO_VALUE_WORDS, SUPPRESSED, Classes

HIDDEN_WORDS: Final = NO_VALUE_WORDS[SUPPRESSED]
STATUS_WORDS: Final = {
    Status.SUPPRESSED.value: HIDDEN_WORDS,
    Status.MISSING.value: "no data",
    Status.APPORTIONED.value: "shared out from larger areas",
    Status.MODELLED.value: "estimated",
    Status.STALE.value: "out of date",
}
"""What the column of a status says; it is empty where a value was observed."""

STATUS: Final = "_status"
CLASS: Final = "_class"
TEXT: Final = "string"
NUMBER: Final = "number"


@dataclass(frozen=True)
class ExportColumn:
    """What is known of one column of a layer.

    Attributes
    ----------
    name, title, description
        Its heading, what people call it, and what it means.
    datatype
        "string" or "number".
    unit
        The unit of its numbers; an empty text for none.
    source
        Where it came from; None where nothing else than the layer itself says so.
    """

    name: str
    title: str
    description: str
    datatype: str = TEXT
    unit: str = ""
    source: Provenance | None = None


@dataclass(frozen=True)
class Entry:
    """One class of a style: the value of its column, and how it is drawn.

    Attributes
    ----------
    value
        What stands in the column, which is also what the legend says.
    fill
        A colour such as "#4A2268", or `SUPPRESSED` or `MISSING` for a pattern.
    glyph
        The marker of a place; an empty text for a shape.
    """

    value: str
    fill: str
    glyph: str = ""


@dataclass(frozen=True)
class Style:
    """One way of drawing a layer.

    Attributes
    ----------
    title, description
        What it is called, and the first line of its legend.
    column
        The column that holds the class of each row.
    entries
        The classes in the order of the legend.
    """

    title: str
    description: str
    column: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class ExportLayer:
    """Rows with their shapes, as they go into a file.

    Attributes
    ----------
    name, title
        What the layer is called in a file, and by people.
    frame
        One row a shape or place; a unique, sorted index of codes that has a name, the columns of `columns`
        after the first, and `geometry` in EPSG:27700, missing where no outline is known.
    columns
        What is known of each, the index first.
    classes
        The classes of the map, by the column that holds their words; the one that is shown first.
    tier
        Who may see it.
    vintage
        The LSOA vintage of its small areas.
    revision
        What the data it was made of is known by: the hash of the area table.
    notes
        What has to be said of every figure of it, and what was left out.
    more_sources
        Where its rows come from, beside the sources of single columns.
    styles
        How it is drawn where that is not told by its classes.
    """

    name: str
    title: str
    frame: gpd.GeoDataFrame
    columns: tuple[ExportColumn, ...]
    classes: Mapping[str, Classes]
    tier: Tier
    vintage: str
    revision: str
    notes: tuple[str, ...]
    more_sources: tuple[Provenance, ...] = ()
    styles: tuple[Style, ...] = ()

    def __post_init__(self) -> None:
        told = [column.name for column in self.columns]
        index = self.frame.index
        held = [index.name, *self.frame.columns.drop("geometry")]
        if told != held or not index.is_unique or self.frame.crs != CRS:
            raise GeographyError(f"The layer {self.name} is not what its columns say.")

    @property
    def plain(self) -> pd.DataFrame:
        """The rows without their shapes, the code as a column."""
        return pd.DataFrame(self.frame.drop(columns="geometry")).reset_index()

    @property
    def sources(self) -> tuple[Provenance, ...]:
        """Where its figures come from, each once."""
        told = (column.source for column in self.columns if column.source is not None)
        return tuple(dict.fromkeys((*told, *self.more_sources)))

    def with_notes(self, notes: Iterable[str]) -> "ExportLayer":
        """Return the layer with more said of it."""
        return replace(self, notes=(*self.notes, *notes))


def is_of_referrals(column: str) -> bool:
    """Say whether a column holds figures of referrals, at any level.

    Examples
    --------
    >>> is_of_referrals("demand_referrals_12m"), is_of_referrals("need_idaci_rank")
    (True, False)
    """
    return column.startswith(f"{Group.DEMAND.value}_")


def invented_words(name: str) -> str:
    """Say of an invented borough that it is none."""
    return f"{name} is not a real place: its figures are invented, to try the tool on."
