"""One level of a build as a layer that leaves: its columns with their meaning, and the classes of the map."""

from collections.abc import Collection
from typing import Final

import geopandas as gpd
import pandas as pd

from data.codes import is_invented
from data.errors import GeographyError, first_few
from data.provenance import Provenance
from geo.area_table import CRS
from models.classes import Classes, classify, offered_among
from models.exported import CLASS, NUMBER, STATUS, STATUS_WORDS, ExportColumn, ExportLayer, invented_words
from models.levels import CODE_COLUMNS, WIDE, Level, LevelData, levels_of, stem_of
from models.words import sentence_case

LAYERS: Final = {
    Level.AREA: "areas",
    Level.WARD: "wards",
    Level.LOCALITY: "localities",
    Level.COUNCIL: "councils",
}
"""The levels that can be exported, and the names of their layers."""

ENDINGS: Final = {
    "_average_rank": "average rank of its small areas",
    "_extent_share": "extent of deprivation",
    "_worst_decile_share": "share of its small areas in England’s most deprived tenth",
    "_worst_fifth_share": "share of its small areas in England’s most deprived fifth",
    "_most_deprived_rank": "rank of its most deprived small area",
    "_least_deprived_rank": "rank of its least deprived small area",
}
"""What is made of an index above small areas: see `geo.aggregate`."""

NAMES: Final = {
    "area_code": "Code of the small area",
    "locality_code": "Code of the locality",
    "locality_name": "Locality",
    "ward_code": "Code of the ward",
    "ward_name": "Ward",
    "la_code": "Code of the council",
    "la_name": "Council",
    "areas": "Small areas in it",
}


def columns_for(data: LevelData, indicators: Collection[str]) -> list[str]:
    """Return the columns of a level for some indicators, or all of them for none.

    Parameters
    ----------
    data
        The values.
    indicators
        Ids of the dictionary, such as "need_idaci_rank", or columns of this level.

    Raises
    ------
    GeographyError
        When there is no such indicator, or none at this level.
    """
    every = [column for column in data.status.columns if column not in NAMES and column != "name"]
    if not indicators:
        return every
    found: list[str] = []
    absent: list[str] = []
    for id_ in dict.fromkeys(indicators):
        entry = data.dictionary.get(id_)
        column = id_ if entry is None or id_ in every else data.column_of(entry)
        (found if column in every else absent).append(column)
    if absent:
        raise GeographyError(
            f"There is no {first_few(absent)} for {data.level.plural} of this build.",
            "The heading of a table, or the list under Data and methods, names the indicators.",
        )
    return found


def export_of_level(
    data: LevelData,
    shapes: gpd.GeoSeries,
    columns: Collection[str],
    revision: str,
    shown: str = "",
    council: str | None = None,
) -> ExportLayer:
    """Make the layer of one level: every value with its status, and the classes that a map shows it in.

    Parameters
    ----------
    data
        The values at that level.
    shapes
        Its outlines by code; a shape may lack one.
    columns
        The columns of `data` that are wanted, in any order.
    revision
        The hash of the area table.
    shown
        The indicator whose classes come first; an empty text for the first in the order of Explore.
    council
        The code of the one council that is wanted; None for all.
    """
    frame = data.frame.sort_index()
    inside = frame["la_code"].eq(council).fillna(False) if council else pd.Series(True, index=frame.index)
    frame = frame[inside.to_numpy(dtype=bool)]
    status = data.status.loc[frame.index]
    wanted = [column for column in data.frame.columns if column in set(columns)]
    classes = _classes_of(data, wanted, shown, council)
    told, cells = _names_of(data, frame)
    for column in wanted:
        cells[column] = frame[column].astype("float64")
        told.append(_column_of(data, column))
        words = status[column].astype(str).map(STATUS_WORDS)
        if words.notna().any():
            cells[column + STATUS] = words
            told.append(_status_of(told[-1]))
        placed = classes.get(column + CLASS)
        if placed is not None:
            cells[column + CLASS] = placed.frame["class"].reindex(frame.index).map(placed.labels)
            told.append(_class_of(_column_of(data, column), placed))
    output = gpd.GeoDataFrame(
        pd.DataFrame(cells, index=frame.index), geometry=shapes.reindex(frame.index), crs=CRS
    )
    return ExportLayer(
        name=LAYERS[data.level],
        title=f"{sentence_case(data.level.plural)} of {_whole_name(frame)}",
        frame=output,
        columns=tuple(told),
        classes=classes,
        tier=data.tier,
        vintage=data.vintage,
        revision=revision,
        notes=(*invented_notes(frame), *data.caveats),
    )


def _classes_of(
    data: LevelData, columns: Collection[str], shown: str, council: str | None
) -> dict[str, Classes]:
    """Return the classes of every column that a map can show, the one that is shown first."""
    stands_for = {data.column_of(entry): entry.id for entry in data.dictionary.values()}
    present = {stands_for[column] for column in columns if column in stands_for}
    offered = [e for e in offered_among(present, data.dictionary) if data.level in levels_of(e)]
    offered.sort(key=lambda entry: entry.id != shown)
    return {data.column_of(entry) + CLASS: classify(data, entry, council) for entry in offered}


def _names_of(data: LevelData, frame: pd.DataFrame) -> tuple[list[ExportColumn], dict[str, pd.Series]]:
    """Return the columns that say what a shape is and where it lies."""
    code = str(frame.index.name)
    noun = data.level.singular
    names = [column for column in NAMES if column in frame.columns and column not in (code, "areas")]
    if data.level is Level.WARD:
        names = [column for column in names if not column.startswith("ward_")]
    if data.level in WIDE:
        names = [column for column in names if not column.startswith(("la_", "ward_"))]
    names = [column for column in names if frame[column].notna().any()]
    source = data.provenance.get(CODE_COLUMNS.get(data.level, "geometry"))
    told = [
        ExportColumn(code, NAMES[code], f"Code of the {noun}, of the Office for National Statistics."),
        ExportColumn("name", sentence_case(noun), f"Name of the {noun}.", source=source),
        *(ExportColumn(c, NAMES[c], f"{NAMES[c]} that it lies in.", source=_source(data, c)) for c in names),
    ]
    cells = {column: frame[column].astype("string") for column in ("name", *names)}
    if "areas" in frame.columns:
        told.append(ExportColumn("areas", NAMES["areas"], "How many small areas were added up.", NUMBER))
        cells["areas"] = frame["areas"].astype("float64")
    return told, cells


def _source(data: LevelData, column: str) -> Provenance | None:
    return data.provenance.get(column) or data.provenance.get(column.replace("_name", "_code"))


def _column_of(data: LevelData, column: str) -> ExportColumn:
    entry, source = data.dictionary.get(column), data.provenance.get(column)
    if entry is not None:
        told = " ".join(text for text in (_ended(entry.meaning), entry.caveat, entry.method) if text)
        return ExportColumn(column, entry.label, told, NUMBER, entry.unit, source)
    ending = next((end for end in ENDINGS if column.endswith(end)), "")
    stem = column.removesuffix(ending) if ending else stem_of(column)
    known = (data.dictionary.get(f"{stem}{end}") for end in ("_rank", "_score"))
    first = next((entry for entry in known if entry is not None), None)
    label = first.label if first is not None else column
    steps = "; ".join(source.steps) if source is not None else ""
    words = ENDINGS.get(ending, "")
    unit = "share of 1" if ending.endswith("_share") else "rank"
    title = f"{label}: {words}" if words else label
    return ExportColumn(column, title, _ended(sentence_case(steps)), NUMBER, unit if ending else "", source)


def _status_of(column: ExportColumn) -> ExportColumn:
    words = ", ".join(f"“{text}”" for text in STATUS_WORDS.values())
    told = f"Empty where the value beside it was observed; else one of {words}."
    return ExportColumn(column.name + STATUS, f"{column.title}: status", told)


def _class_of(column: ExportColumn, classes: Classes) -> ExportColumn:
    words = ", ".join(f"“{text}”" for text in classes.labels.values())
    told = f"{_ended(classes.title)} {_ended(classes.note)} The classes are {words}."
    return ExportColumn(column.name + CLASS, f"{column.title}: class on the map", told)


def _ended(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""


def _whole_name(frame: pd.DataFrame) -> str:
    """Name the one council that all rows lie in, or say how many there are."""
    councils = frame["la_name"].dropna().unique()
    if len(councils) == 1:
        return str(councils[0])
    if not len(councils) and len(frame) == 1:
        return str(frame["name"].iloc[0])
    count = len(councils) or len(frame)
    return f"{count:,} councils"


def invented_notes(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return what has to be said of an invented borough: that it is none. Of others nothing.

    Parameters
    ----------
    frame
        Shapes with `name, la_code, la_name`; of councils the index is their code.
    """
    codes = frame["la_code"].dropna() if frame["la_code"].notna().any() else frame.index
    if not is_invented(codes.unique()):
        return ()
    return (invented_words(_whole_name(frame)),)
