"""The table beside a map: every shape with the words of the map, sorted, paged, and as a CSV file."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd
import pyarrow as pa
from pandas.api.types import is_numeric_dtype

from data.indicators import Group, Indicator, Kind
from data.provenance import Provenance, Tier
from geo.reach_columns import ReachColumn, read_column
from models.classes import MISSING, SUPPRESSED, Classes
from models.levels import NEED_INDEX, WIDE, Level, LevelData, stem_of
from models.nearness import is_minutes
from models.need_words import has_ranks, rank_cells
from models.schemes import Comparator, is_national_rank
from models.words import HIDDEN, NO_DATA, rank_spread, sentence_case, value_words
from views.demand_table import HOW_SURE, NAMES_PX, TIMES, demand_columns, is_ratio
from views.demand_table import WIDTHS_PX as DEMAND_WIDTHS_PX

ROWS_ON_ONE_PAGE: Final = 150
ROWS_A_PAGE: Final = 40
"""A borough stands on one page. A region is paged: a change of indicator sends a page, not the region."""

VALUE_WIDTH_PX: Final = 70
WIDTHS_PX: Final = {
    "Small area": 122,
    "Locality": 122,
    "Rank": 60,
    "Fifth": 72,
    "Children": 66,
    "Average rank": 92,
    "Its areas": 112,
}
WARD_WIDTH_PX: Final = {Level.AREA: 146, Level.WARD: 122}
NAME_WIDTH_PX: Final = 122
WIDE_WIDTHS_PX: Final = {"Council": 134, "Region": 134, "Fifth": 62}
ALONE_WIDTH_PX: Final = 168
"""The name of a small area without a ward beside it: its end tells 017D from 017E."""
BAND_WIDTHS_PX: Final = {Group.ASSETS: {"Class": 80, "Ward": 128}, Group.ACCESS: {"Class": 104, "Ward": 104}}
"""The words of a band are longer than those of a fifth: the ward gives them room."""

REACH_HEADINGS: Final = {
    ReachColumn.MINUTES: "Minutes",
    ReachColumn.SHARE: "Homes",
    ReachColumn.PER_1K: "Per 1,000",
}

PEOPLE_BESIDE: Final = (Group.NEED, Group.ASSETS, Group.ACCESS)
"""Groups of which one asks at once how many children it is about."""

RANK_HEADING: Final = "Rank (likely)"
RANK_WIDTHS_PX: Final = {
    "Need": 50,
    RANK_HEADING: 94,
    "Small area": 110,
    "Fifth": 66,
    "Children": 64,
    "Ward": 90,
}
LONG_RANK_WIDTH_PX: Final = 140
"""A rank of four figures with its range, "1,234 (1,150–1,300)", needs more room."""

FOUR_FIGURES: Final = 1_000

NO_RANK: Final = {SUPPRESSED: HIDDEN, MISSING: NO_DATA}

LARGEST_WHOLE: Final = 2**31 - 1
AVERAGE_RANK: Final = (
    "The average rank is the average of national ranks, 1 the most deprived; "
    "MHCLG publishes it the other way round."
)

PLACE_COLUMNS: Final = (
    "name",
    "kind",
    "detail",
    "address",
    "postcode",
    "located_by",
    "area_code",
    "area_name",
    "ward_name",
    "la_name",
    "unconfirmed_since",
    "file",
)

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class Sort(StrEnum):
    """The orders of the table. Ties stand in the order of their codes; areas without a value come last."""

    FIRST = "first"
    LAST = "last"
    NAME = "name"
    WARD = "ward"
    COUNCIL = "council"
    CHILDREN = "children"


@dataclass(frozen=True)
class Rows:
    """The rows of a table, indexed by code, in their order, and what each heading sorts by."""

    frame: pd.DataFrame
    sorts: Mapping[str, Sort]

    def page(self, number: int) -> pd.DataFrame:
        """Return one page of rows, counted from 1."""
        if self.pages == 1:
            return self.frame
        return self.frame.iloc[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return 1 if len(self.frame) <= ROWS_ON_ONE_PAGE else -(-len(self.frame) // ROWS_A_PAGE)


def make_rows(classes: Classes, data: LevelData, sort: Sort) -> Rows:
    """Write the table beside a map, in the order asked for.

    Parameters
    ----------
    classes
        The indicator in classes.
    data
        The values it was made from; children are read from them.
    sort
        The order of the rows.
    """
    inside = classes.inside
    children = data.children_column(inside.index)
    name, value = classes.level.singular.capitalize(), value_heading(classes)
    entry, classed = (
        data.dictionary.get(data.column_of(classes.indicator)),
        inside["class"].map(classes.labels),
    )
    beside = demand_columns(classes, data)
    columns = {
        name: inside["name"],
        value: cells_of(inside["value"], inside["status"], entry),
        **_spread_column(classes, data),
    }
    if HOW_SURE not in beside:
        columns[class_heading(classes)] = classed.str.removesuffix(" deprived").map(sentence_case)
    columns |= beside
    if children and classes.indicator.group in PEOPLE_BESIDE:
        people, states = data.frame.loc[inside.index, children], data.status.loc[inside.index, children]
        columns["Children"] = cells_of(people, states, data.dictionary[children])
    if classes.level is Level.AREA and inside["ward_name"].notna().any() and HOW_SURE not in beside:
        columns["Ward"] = inside["ward_name"].fillna("No ward")
    if classes.level not in WIDE and inside["la_code"].nunique() > 1:
        columns["Council"] = inside["la_name"].fillna("No council")
    sorts = {"Ward": Sort.WARD, "Children": Sort.CHILDREN, "Council": Sort.COUNCIL, name: Sort.NAME}
    numbers = data.frame[children] if children else None
    frame = pd.DataFrame(columns, index=inside.index).loc[_order(classes, inside, numbers, sort)]
    return Rows(frame, {heading: sorts.get(heading, Sort.FIRST) for heading in frame.columns})


def _spread_column(classes: Classes, data: LevelData) -> dict[str, pd.Series]:
    """Return what a rank is not to be read without: how far a ward's small areas, or its own ranks, range."""
    if classes.indicator.id == NEED_INDEX and has_ranks(data):
        ranks = rank_cells(data).reindex(classes.inside.index)
        return {RANK_HEADING: ranks.where(ranks.notna(), classes.inside["class"].map(NO_RANK))}
    spread = rank_spread(data, classes.indicator)
    return {"Its areas": classes.inside.index.to_series().map(spread)} if spread else {}


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Turn rows into Arrow with each repeated word once and no index: a third of the bytes."""
    columns = {}
    for name, column in frame.items():
        cells = pa.array(column.tolist(), pa.int32() if is_numeric_dtype(column) else pa.string())
        repeated = pa.types.is_string(cells.type) and column.nunique() * 2 < len(column)
        columns[str(name)] = cells.dictionary_encode() if repeated else cells
    return pa.table(columns)


def value_heading(classes: Classes) -> str:
    """Return the heading of the value: a rank, minutes, a number of people or of anything else."""
    indicator = classes.indicator
    if is_national_rank(indicator):
        return "Rank" if classes.level is Level.AREA else "Average rank"
    if indicator.id == NEED_INDEX:
        return "Need"
    if indicator.group is Group.ACCESS:
        return REACH_HEADINGS[read_column(indicator.id)[1]]
    if indicator.group is Group.PEOPLE and indicator.unit == "people":
        return "People"
    if indicator.unit == "share of 1":
        return "Share"
    if is_ratio(indicator.id):
        return TIMES
    return {Kind.COUNT: "Number", Kind.SCORE: "Score", Kind.RATE: "Rate"}.get(indicator.kind, "Figure")


def widths_px(classes: Classes) -> dict[str, int]:
    """Return the width of every column that the table may have; together they fill their half of the page."""
    widths = {
        value_heading(classes): VALUE_WIDTH_PX,
        **WIDTHS_PX,
        "Ward": WARD_WIDTH_PX.get(classes.level, NAME_WIDTH_PX),
    }
    if classes.indicator.group in BAND_WIDTHS_PX and classes.comparator is Comparator.BANDS:
        bands = BAND_WIDTHS_PX[classes.indicator.group]
        widths |= bands if classes.level is Level.AREA else {"Class": bands["Class"]}
    if classes.indicator.id == NEED_INDEX:
        long = len(classes.frame) >= FOUR_FIGURES
        widths |= RANK_WIDTHS_PX | ({RANK_HEADING: LONG_RANK_WIDTH_PX} if long else {})
        widths |= {} if classes.level is Level.AREA else {"Ward": NAME_WIDTH_PX}
    if classes.indicator.group is Group.DEMAND:
        widths |= DEMAND_WIDTHS_PX
        widths |= {classes.level.singular.capitalize(): NAMES_PX} if is_ratio(classes.indicator.id) else {}
    if classes.level in WIDE:
        return {**widths, **WIDE_WIDTHS_PX}
    if classes.inside["ward_name"].isna().all():
        widths["Small area"] = ALONE_WIDTH_PX
    return {**widths, "Council": 100}


def class_heading(classes: Classes) -> str:
    """Return the heading of the classes."""
    return "Class" if classes.comparator is Comparator.BANDS else "Fifth"


def value_help(classes: Classes) -> str:
    """Say what the values mean, and for an average rank which way it runs."""
    meaning = f"{classes.indicator.meaning.removesuffix('.')}."
    average = is_national_rank(classes.indicator) and classes.level is not Level.AREA
    return f"{meaning} {AVERAGE_RANK}" if average else meaning


def sort_words(classes: Classes, rows: Rows) -> dict[Sort, str]:
    """Return the orders that this table can take, with their words."""
    if is_national_rank(classes.indicator):
        first, last = "Most deprived first", "Least deprived first"
    elif is_minutes(classes.indicator):
        first, last = "Furthest first", "Nearest first"
    elif classes.indicator.id == NEED_INDEX:
        first, last = "Highest need first", "Lowest need first"
    elif _is_low_first(classes.indicator):
        first, last = "Lowest first", "Highest first"
    else:
        first, last = "Highest first", "Lowest first"
    words = {
        Sort.FIRST: first,
        Sort.LAST: last,
        Sort.NAME: "By name",
        Sort.WARD: "By ward",
        Sort.COUNCIL: "By council",
        Sort.CHILDREN: "Most children first",
    }
    possible = {Sort.LAST, *rows.sorts.values()}
    return {sort: word for sort, word in words.items() if sort in possible}


def to_csv(classes: Classes, data: LevelData) -> bytes:
    """Write every shape as a CSV file that a spreadsheet opens without running anything.

    Source and tier stand at the end of each row, not in lines above the header: the file stays one clean
    table, and rows that are copied into another file still say where they came from and who may see them.
    """
    inside = classes.inside.sort_index()
    column = data.column_of(classes.indicator)
    source = data.provenance[column]
    output = {
        f"{data.level.value}_code": inside.index.to_series(),
        f"{data.level.value}_name": inside["name"],
        column: plain_values(inside["value"], inside["status"]),
        "class": inside["class"].map(classes.labels),
        "status": inside["status"],
        "comparator": classes.title,
    }
    for extra in _companions(classes, data, inside.index):
        output.setdefault(extra, plain_values(data.frame[extra], data.status[extra]).reindex(inside.index))
    output |= people_pedigree(data, inside.index)
    if data.level is Level.AREA:
        output |= {"ward_code": inside["ward_code"], "ward_name": inside["ward_name"]}
    if data.level not in WIDE:
        output |= {"la_code": inside["la_code"], "la_name": inside["la_name"]}
    if classes.indicator.id == NEED_INDEX:
        output["method"] = "; ".join(source.steps)
    elif classes.indicator.method:
        output["method"] = classes.indicator.method
    output |= {"indicator": classes.indicator.label, "source": source.attribution, "tier": data.tier.value}
    return write_csv(pd.DataFrame(output, index=inside.index))


def places_to_csv(places: pd.DataFrame, provenance: Mapping[str, Provenance], tier: Tier) -> bytes:
    """Write places as a CSV file that a spreadsheet opens without running anything, with source and tier.

    Parameters
    ----------
    places
        As `models.places.places_table` returns them.
    provenance
        Where each file came from, by the label in `file`.
    tier
        Who may see the build.
    """
    known = [column for column in PLACE_COLUMNS if column in places.columns]
    sources = {label: source.attribution or source.source for label, source in provenance.items()}
    output = places[known].assign(source=places["file"].map(sources), tier=tier.value)
    return write_csv(output.rename_axis("place_id").reset_index())


def people_pedigree(data: LevelData, shown: pd.Index) -> dict[str, pd.Series | str]:
    """Return the year, status and source of the children, who have a source of their own."""
    column = data.children_column(shown)
    if column is None:
        return {}
    source = data.provenance[column]
    return {
        f"{column}_year": source.vintage,
        f"{column}_status": data.status[column].astype(str).reindex(shown),
        f"{column}_source": source.attribution,
    }


def formula_safe(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> formula_safe("=HYPERLINK(1)"), formula_safe("-0.75"), formula_safe("Bolton 001A")
    ("'=HYPERLINK(1)", '-0.75', 'Bolton 001A')
    """
    if not text.startswith(FORMULA_STARTS) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def write_csv(frame: pd.DataFrame) -> bytes:
    """Write a frame as a CSV file, without its index, that a spreadsheet opens without running anything."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(frame.columns)
    for row in frame.astype(object).where(frame.notna(), "").astype(str).itertuples(index=False):
        writer.writerow([formula_safe(cell) for cell in row])
    return buffer.getvalue().encode("utf-8-sig")


def _companions(classes: Classes, data: LevelData, shown: pd.Index) -> list[str]:
    stem = stem_of(classes.indicator.id)
    related = [f"{stem}_"] if classes.is_need else []
    columns = [c for c in data.frame.columns if c.startswith(tuple(related))]
    children = data.children_column(shown)
    return [*columns, *([children] if children else [])]


def cells_of(values: pd.Series, status: pd.Series, entry: Indicator | None) -> pd.Series:
    """Return whole numbers as numbers; once a value is hidden or missing, or has a unit, all as words."""
    whole = entry is None or entry.kind in (Kind.COUNT, Kind.RANK)
    if whole and values.notna().all() and values.abs().le(LARGEST_WHOLE).all():
        return values.round().astype("int32")
    pairs = zip(values, status, strict=True)
    return pd.Series([value_words(value, state, entry) for value, state in pairs], index=values.index)


def plain_values(values: pd.Series, status: pd.Series) -> pd.Series:
    """Write values without thousands separators; "Hidden" and "No data" where there is none."""
    pairs = zip(values, status, strict=True)
    texts = [f"{value:.10g}" if pd.notna(value) else value_words(value, state) for value, state in pairs]
    return pd.Series(texts, index=values.index)


def _is_low_first(indicator: Indicator) -> bool:
    """Say whether low values stand first: the best ranks, the fewest homes near, and the least supply."""
    return is_national_rank(indicator) or (indicator.group is Group.ACCESS and not is_minutes(indicator))


def _order(classes: Classes, inside: pd.DataFrame, children: pd.Series | None, sort: Sort) -> pd.Index:
    frame = inside.sort_index()
    if sort is Sort.NAME:
        return frame.sort_values("name", kind="stable").index
    if sort is Sort.WARD:
        return frame.sort_values(["ward_name", "name"], kind="stable").index
    if sort is Sort.COUNCIL:
        return frame.sort_values(["la_name", "name"], kind="stable").index
    if sort is Sort.CHILDREN and children is not None:
        numbers = children.reindex(frame.index)
        return numbers.sort_values(ascending=False, kind="stable", na_position="last").index
    low_first = _is_low_first(classes.indicator) == (sort is not Sort.LAST)
    return frame.sort_values("value", ascending=low_first, kind="stable", na_position="last").index
