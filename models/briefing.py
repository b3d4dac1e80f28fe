"""What a briefing holds, whatever it is about and whichever file it becomes.

There is one content and several writers: a document for the screen and for paper, a workbook, a document to
edit. Every figure is printed by `models.briefing_figures`, so that all of them say the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import pandas as pd

from data.provenance import attribution_words
from models.briefing_figures import Form, Printed, print_figure
from models.briefing_sources import Imprint, Source
from models.words import Part

VARIES: Final = "as the row says"
"""The unit of a column whose rows are in units of their own."""

Sentence = tuple[Part, ...]

Pattern = Literal["", "hatch", "dots", "stripes"]

Look = Literal["chosen", "today", "closed"]


def plain_sentence(text: str) -> Sentence:
    """Return a text as a sentence in which nothing is bold."""
    return (Part(text),)


def text_of(sentence: Sentence) -> str:
    """Return a sentence as one text."""
    return "".join(part.text for part in sentence)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    title
        Its heading, unique in its table.
    form
        How its figures are written.
    unit
        What they are in, or out of: "share of homes", "of 33,755"; empty for words.
    meaning
        What the column says, in a sentence.
    source
        Where its figures came from, in words.
    """

    title: str
    form: Form = Form.TEXT
    unit: str = ""
    meaning: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a briefing; its first column names the rows.

    Attributes
    ----------
    title
        Its caption.
    columns
        Its columns, in order.
    frame
        Its cells (see `models.briefing_figures.Cell`), one column a heading in the same order.
    note
        What has to be known to read it.
    printed_rows
        How many of its rows stand in a document; the workbook has all of them. None prints all.

    Raises
    ------
    ValueError
        When the columns of the frame are not those that are told.
    """

    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    note: str = ""
    printed_rows: int | None = None

    def __post_init__(self) -> None:
        titles = [column.title for column in self.columns]
        if list(self.frame.columns) != titles or len(set(titles)) < len(titles):
            raise ValueError(f"The columns of {self.title!r} are {list(self.frame.columns)}, not {titles}.")

    @property
    def cells(self) -> list[list[Printed]]:
        """Every row as it is printed, in the order of the columns."""
        forms = [column.form for column in self.columns]
        rows = zip(*(self.frame[column.title].astype(object) for column in self.columns), strict=True)
        return [[print_figure(cell, form) for cell, form in zip(row, forms, strict=True)] for row in rows]

    @property
    def shown(self) -> list[list[Printed]]:
        """The rows that stand in a document."""
        return self.cells[: self.printed_rows]

    @property
    def more_words(self) -> str:
        """Say how many rows stand in the workbook alone; empty where a document has them all."""
        if self.printed_rows is None or len(self.frame) <= self.printed_rows:
            return ""
        return f"The first {self.printed_rows:,} of {len(self.frame):,}: the workbook has them all."


@dataclass(frozen=True)
class MapClass:
    """One class of a map.

    Attributes
    ----------
    key
        What tells it from others in `BriefMap.shapes`.
    label
        Its words.
    palette, step
        Which colours it is drawn in ("need", "people", "kinds", ...), and which of them. A class with a
        pattern of hidden or missing has none.
    mark
        A letter or number that stands in its shapes and beside its label, for whoever sees no colour.
    pattern
        Hatched (hidden), dotted (no data), striped, or plain.
    count
        How many shapes it has; None where that is not told.
    """

    key: str
    label: str
    palette: str = ""
    step: int = 0
    mark: str = ""
    pattern: Pattern = ""
    count: int | None = None


@dataclass(frozen=True)
class Mark:
    """A place on a map: a numbered disc, or a small sign; coordinates in metres of EPSG:27700."""

    easting_m: float
    northing_m: float
    look: Look
    text: str = ""


@dataclass(frozen=True, eq=False)
class BriefMap:
    """A map of a briefing.

    Attributes
    ----------
    title
        Its caption.
    alt
        What it shows, in a sentence, for whoever does not see it.
    classes
        Its classes, in the order of the legend.
    shapes
        One row a shape, by code: `class` (a key of the classes), `label` (words that are written into it
        where they fit; empty for none) and its geometry in EPSG:27700.
    legend_title, note
        What the classes are of, and what has to be known.
    lines
        Outlines over the shapes, each with the width of its lines in points.
    chosen
        Codes of shapes with a heavy outline.
    marks
        Places on it.
    marks_words
        What the marks are, by their look.
    bounds_m
        West, south, east and north of what is drawn; all shapes when not given.
    """

    title: str
    alt: str
    classes: tuple[MapClass, ...]
    shapes: gpd.GeoDataFrame
    legend_title: str = ""
    note: str = ""
    lines: tuple[tuple[gpd.GeoDataFrame, float], ...] = ()
    chosen: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    marks_words: tuple[tuple[str, str], ...] = ()
    bounds_m: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, eq=False)
class Section:
    """A part of a briefing under one heading: sentences, then maps, then tables.

    Attributes
    ----------
    title
        Its heading.
    sentences
        What it says.
    tables, maps
        What it shows.
    listed
        Lines of a list below the sentences.
    """

    title: str
    sentences: tuple[Sentence, ...] = ()
    tables: tuple[Table, ...] = ()
    maps: tuple[BriefMap, ...] = ()
    listed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing under its heading."""
        return not (self.sentences or self.tables or self.maps or self.listed)


@dataclass(frozen=True, eq=False)
class Brief:
    """A briefing.

    Attributes
    ----------
    title, subtitle
        What it is about, and what and where that is.
    imprint
        What it was made from, and who may see it.
    headline
        Its sentences that come first.
    sections
        What follows, in order; those without anything in them are left out.
    method, caveats
        How it was worked out, and what to bear in mind.
    sources
        Where every figure came from.
    left_out
        What does not stand in it, and why; empty where nothing was left out.
    """

    title: str
    subtitle: str
    imprint: Imprint
    headline: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    method: tuple[str, ...]
    caveats: tuple[str, ...]
    sources: tuple[Source, ...]
    left_out: str = ""

    @property
    def filled(self) -> tuple[Section, ...]:
        """The sections that hold something."""
        return tuple(section for section in self.sections if not section.is_empty)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table of every section."""
        return tuple(table for section in self.sections for table in section.tables)

    @property
    def attribution(self) -> str:
        """Every sentence that a licence asks for, once."""
        return attribution_words(self.sources)


def table_of(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    note: str = "",
    printed_rows: int | None = None,
) -> Table:
    """Make a table from its rows, each with a cell a column."""
    frame = pd.DataFrame(list(rows), columns=[column.title for column in columns], dtype=object)
    return Table(title, tuple(columns), frame, note, printed_rows)
