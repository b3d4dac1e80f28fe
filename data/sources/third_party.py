"""The Indices of Deprivation under another package's column names, and the indicators that underlie them.

Scores, ranks and deciles fill the same columns as the publisher's own file, which wins where both stand in a
folder. The edition follows from the small areas: LSOA 2011 is 2019, LSOA 2021 is 2025; deciles must follow
from ranks as they do in that edition, or the file is refused.

The underlying indicators become columns of their own. Numerators are counts of people and add up. The rest
are rates whose denominators are not in the file, modelled shares and standardised values: without
denominators an average over a ward would be a guess, so they are shown by small area alone (`Kind.OTHER`).
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from data.codes import LSOA_COUNT, AreaKind, beyond_2011, clean_codes
from data.errors import SourceError, first_few
from data.indicators import Group, Indicator, Kind, indicators
from data.sources.base import Origin, Source, SourceKind, index_by_code, readable
from data.sources.wording import declared_year, lsoa_columns, slugs, spell, words
from data.tables import Table, note_unread, to_number

EDITION: Final = {"2011": "2019", "2021": "2025"}
"""Edition of the Indices by the vintage of its small areas."""

_NAMES = {
    "imd": ("imd", "index of multiple deprivation", "index of multiple deprivation imd"),
    "income": ("income", "inc"),
    "employment": ("employment", "emp"),
    "education": ("education", "edu", "education skills and training", "education skills training"),
    "health": ("health", "hdd", "health deprivation and disability", "health and disability"),
    "crime": ("crime", "cri"),
    "barriers": ("barriers", "bhs", "housing and services", "barriers to housing and services"),
    "living": ("environment", "env", "living environment"),
    "idaci": (
        "idaci",
        "idc",
        "income deprivation affecting children",
        "income deprivation affecting children index idaci",
    ),
    "idaopi": (
        "idaopi",
        "ido",
        "income deprivation affecting older people",
        "income deprivation affecting older people index idaopi",
    ),
    "cyp": ("children and young people", "cyp"),
    "adult_skills": ("adult skills", "as"),
    "geographical_barriers": ("geographical barriers", "gb"),
    "wider_barriers": ("wider barriers", "wb"),
    "indoors": ("indoors", "ind"),
    "outdoors": ("outdoors", "out"),
}
_STEMS = {alias: stem for stem, aliases in _NAMES.items() for alias in aliases}
_MEASURE = re.compile(
    r"(?P<index>.+?)(?: sub ?domain| domain)? (?P<measure>score|rank|dec(?:ile|il)?)(?: ?\d{1,4})?"
)
_UNMISTAKABLE = {"imd", "idaci", "idaopi"}
_OUT_OF_STEP = 0.01
"""The share of deciles that may not follow from their rank; those of the other edition are out in a tenth."""

_UNDERLYING = re.compile(
    r"(?:income|employment) domain numerator|idaci numerator|idaopi numerator"
    r"|(?:entry to higher education|acute morbidity|years of potential life lost|household overcrowding"
    r"|comparative illness and disability ratio|housing affordability|mood and anxiety disorders"
    r"|staying on in education post 16|adult skills and english language proficiency"
    r"|nitrogen dioxide component of air quality) indicator.*"
)
_PLACE = re.compile(r"\b(?:code|name|cd|nm|lsoa\w*|lad|lad\d+\w*)\b")


def recognise(table: Table) -> Source | None:
    """Read a table of the Indices under other names, or of their underlying indicators, else return None.

    Raises
    ------
    SourceError
        When ranks or deciles lie outside the range of the edition, or deciles do not follow from ranks.
    """
    columns = _find_columns(table.header)
    underlying = [c for c in table.header if _UNDERLYING.fullmatch(words(c))]
    if not underlying and not _is_index(columns):
        return None
    code = next(iter(lsoa_columns(table)), None)
    if code is None or table.sample[code].dropna().duplicated().any():
        return None
    vintage = _find_vintage(code, table)
    if vintage is None or (EDITION[vintage] == "2025" and re.search("2019", " ".join(table.header))):
        return None
    return (
        _read_indicators(table, code, vintage) if underlying else _read_indices(table, code, vintage, columns)
    )


def _find_columns(header: tuple[str, ...]) -> dict[str, str]:
    """Map each column to the indicator that it fills; of two for one indicator the first."""
    found: dict[str, str] = {}
    for column in header:
        match = _MEASURE.fullmatch(words(column))
        stem = _STEMS.get(match["index"]) if match else None
        if match and stem:
            measure = "decile" if match["measure"].startswith("dec") else match["measure"]
            name = f"need_{stem}_{measure}"
            if name in indicators() and name not in found.values():
                found[column] = name
    return found


def _is_index(columns: Mapping[str, str]) -> bool:
    """Say whether columns are the Indices': an index of that name, or several measures of one domain."""
    stems = [name.removeprefix("need_").rpartition("_")[0] for name in columns.values()]
    return bool(_UNMISTAKABLE & set(stems)) or len(stems) >= len(set(stems)) + 2


def _find_vintage(code: str, table: Table) -> str | None:
    """Return the vintage of the small areas: by a code first used in 2021, else by the column's name."""
    codes = clean_codes(table.frame[code]).dropna()
    return "2021" if beyond_2011(codes) else declared_year(code)


def _read_indices(table: Table, code: str, vintage: str, columns: dict[str, str]) -> Source:
    usable, rejected, notes = index_by_code(table.frame, code, AreaKind.LSOA)
    numbers = usable[list(columns)].apply(to_number)
    frame = numbers.rename(columns=columns)
    _check(frame, vintage, table)
    edition = EDITION[vintage]
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.DEPRIVATION,
        entry=f"iod{edition}",
        edition=edition,
        area_kind=AreaKind.LSOA,
        frame=frame.assign(area_name=pd.NA, la_code=pd.NA, la_name=pd.NA),
        rows=len(table.frame),
        rejected=rejected,
        declared=declared_year(code),
        origin=Origin.THIRD_PARTY,
        notes=(
            *table.notes,
            "the Indices under another package's names: the publisher's own file wins where both are there",
            *note_unread(usable[list(columns)], numbers),
            *notes,
        ),
        why=f"its header has {first_few(map(readable, columns), 3)} beside codes of small areas of {vintage}",
    )


def _check(frame: pd.DataFrame, vintage: str, table: Table) -> None:
    """Refuse ranks and deciles that cannot be of the edition."""
    top = {Kind.RANK: LSOA_COUNT[vintage], Kind.DECILE: 10}
    wrong = []
    for column in frame.columns:
        limit = top.get(indicators()[column].kind)
        if limit is not None and not frame[column].dropna().between(1, limit).all():
            wrong.append(f"{indicators()[column].label} (1 to {limit:,})")
        if column.endswith("_rank") and (decile := column.replace("_rank", "_decile")) in frame.columns:
            both = frame[[column, decile]].dropna()
            right = np.ceil(both[column] * 10 / LSOA_COUNT[vintage])
            if len(both) and (right != both[decile]).mean() > _OUT_OF_STEP:
                wrong.append(f"{indicators()[decile].label} (does not follow from its rank)")
    if wrong:
        raise SourceError(
            f"{table.path.name} does not hold the {EDITION[vintage]} Indices of Deprivation that its codes "
            f"stand for: {first_few(wrong)}.",
            "Take the publisher's own file: columns may have moved, or it was carried to other areas.",
        )


def _read_indicators(table: Table, code: str, vintage: str) -> Source:
    usable, rejected, notes = index_by_code(table.frame, code, AreaKind.LSOA)
    columns = [c for c in usable.columns if not _PLACE.search(words(c))]
    numbers = usable[columns].apply(to_number)
    columns = [c for c in columns if numbers[c].notna().any()]
    edition = EDITION[vintage]
    own = {c: _entry(c, name, edition) for c, name in slugs(columns).items()}
    known_names = sum(bool(_UNDERLYING.fullmatch(words(c))) for c in columns)
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.INDICATORS,
        entry=f"iod{edition}",
        edition=edition,
        area_kind=AreaKind.LSOA,
        frame=numbers[columns].rename(columns={c: entry.id for c, entry in own.items()}),
        rows=len(table.frame),
        rejected=rejected,
        declared=declared_year(code),
        origin=Origin.THIRD_PARTY,
        notes=(*table.notes, *note_unread(usable[columns], numbers[columns]), *notes),
        own=tuple(own.values()),
        why=f"its header names {known_names} indicators that underlie the Indices, beside codes of small "
        f"areas of {vintage}",
    )


def _entry(column: str, name: str, edition: str) -> Indicator:
    counted = words(column).endswith("numerator")
    label = spell(column)
    return Indicator(
        id=f"own_{name}_{edition}",
        label=f"{label}, {edition}",
        meaning=f"{label}: one of the figures that the Indices of Deprivation {edition} are made of",
        unit="people" if counted else "as published",
        polarity="high_is_worse" if counted else "neutral",
        kind=Kind.COUNT if counted else Kind.OTHER,
        denominator=None,
        published_name=readable(column),
        group=Group.OWN,
        caveat="" if counted else "Shown by small area alone: the file has no denominators to average it by.",
    )
