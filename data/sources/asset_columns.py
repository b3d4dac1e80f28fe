"""Which columns of a table of places hold their names, types, addresses, postcodes and numbers.

Columns of contacts, dates and free notes are never among them, so that they are never kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.asset_kinds import vocabulary
from data.codes import AreaKind, find_kind
from data.errors import first_few
from data.register.fields import MOST_SESSIONS
from data.sources.base import readable
from data.tables import collapse, to_number

_ADDRESS_WHOLE: Final = re.compile(r"(?:[a-z]*?)(?:full|postal)?address")
_ADDRESS_PART: Final = re.compile(
    r"(?:[a-z]*?)(?:address(?:line)?(?:\d|one|two|three)|street|locality|town|city)"
)
_NOT_AN_ADDRESS: Final = re.compile(r"email|web|url|contact|ip|mail|capacity")
_POSTCODE_NAME: Final = re.compile(r"postcode|postalcode|^pcode$|^pcds?$|postcd")
POSTCODE: Final = re.compile(r"(?i)[a-z]{1,2}\d[a-z\d]?\s*\d\s*[a-z]{2}")
_PERSON: Final = re.compile(
    r"birth|^dob$|dob$|^upn$|uniquepupil|nhsn(?:o|umber)|childid|childunique|personid|pupilid|clientid"
    r"|patientid|caseid|mosaicid|referraldate|dateofreferral|ageatreferral|^(?:first|fore|sur|last|middle)name$"
    r"|^surname|^ethnicity$|^ninumber$|nationalinsurance|^uln$"
)
_EMAIL: Final = re.compile(r"[^\s,;<>]{1,100}@[\w-]{1,100}\.[\w.-]{1,100}")
_DATED: Final = re.compile(
    r"^(?:date|month|period|timeperiod|year|quarter|datetime|incidentdate|eventdate|reporteddate)$"
)
_OF_PUPILS: Final = frozenset(
    {"urn", "uniquereferencenumber", "establishmentnumber", "lowestadmissionage", "statutorylowage"}
)
"""A list with one of these columns is a register of schools or providers: its capacity counts pupils."""

_LONGEST_SHOWN: Final = 20
_UNTRUE: Final = frozenset({"unknown", "redacted", "not known", "n/a", "none", "null", "-", "not applicable"})


@dataclass(frozen=True)
class Columns:
    """The columns of a table of places by what they hold; those that are not there are None or empty."""

    name: str | None
    postcode: str | None
    types: tuple[str, ...]
    description: str | None
    status: str | None
    identifier: str | None
    address: tuple[str, ...]
    sessions: str | None = None
    cost: str | None = None
    capacity: str | None = None


def compact(name: object) -> str:
    """Write the name of a column as lower-case letters and digits alone.

    Examples
    --------
    >>> compact("TypeOfEstablishment (name)")
    'typeofestablishmentname'
    """
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def find_columns(frame: pd.DataFrame) -> Columns:
    """Find what each column of a table holds, by its name, and postcodes by their values too."""
    wanted = vocabulary().columns
    names = {compact(column): str(column) for column in reversed(frame.columns)}

    def first(these: Iterable[str]) -> str | None:
        return next((names[w] for w in these if w in names), None)

    return Columns(
        name=next((names[w] for w in wanted["name"] if w in names and _has_words(frame[names[w]])), None),
        postcode=_postcode_column(frame),
        types=tuple(names[w] for w in wanted["type"] if w in names),
        description=first(wanted["description"]),
        status=first(wanted["status"]),
        identifier=first(wanted["identifier"]),
        address=_address_columns([str(c) for c in frame.columns]),
        sessions=first(wanted["sessions"]),
        cost=first(wanted["cost"]),
        capacity=None if names.keys() & _OF_PUPILS else first(wanted["capacity"]),
    )


def is_about_people(header: Iterable[str]) -> bool:
    """Say whether a header has a column that only records of people have."""
    return any(_PERSON.search(compact(column)) for column in header)


def is_about_areas(frame: pd.DataFrame) -> bool:
    """Say whether each row has a code of its own of a small area, ward or council."""
    kinds = (AreaKind.OA, AreaKind.LSOA, AreaKind.MSOA, AreaKind.WARD, AreaKind.COUNCIL)
    return any(
        frame[column].nunique() >= 0.98 * len(frame) and find_kind(frame[column]) in kinds
        for column in frame.columns
        if frame[column].dtype == "string" or frame[column].dtype == object
    )


def is_over_time(frame: pd.DataFrame, name: str | None) -> bool:
    """Say whether rows repeat names over dates, as figures over time and events do."""
    dated = any(_DATED.search(compact(c)) and frame[c].nunique() > 1 for c in frame.columns)
    return dated and (name is None or frame[name].nunique() <= len(frame) / 2)


def clean_text(values: pd.Series, most: int) -> pd.Series:
    """Return text that can be written anywhere: one line, printable, at most so many letters.

    Words that stand for nothing, such as Unknown and REDACTED, become missing; e-mail addresses are cut out.
    """
    text = values.astype("string")
    unique = {v: collapse(readable(collapse(_EMAIL.sub("", v[: 4 * most])))) for v in text.dropna().unique()}
    short = {v: t if len(t) <= most else t[: most - 1] + "…" for v, t in unique.items()}
    cleaned = text.map(short).astype("string")
    return cleaned.mask(cleaned.str.lower().isin(_UNTRUE) | cleaned.eq(""))


def read_sessions(rows: pd.DataFrame, column: str | None) -> tuple[pd.Series, tuple[str, ...]]:
    """Read how many sessions a week each place has; what is no such number is missing, and noted.

    A column of a capacity is never taken for one: it counts seats or pupils.
    """
    if column is None:
        return pd.Series(float("nan"), index=rows.index), ()
    numbers = to_number(rows[column]).astype(float)
    sound = numbers.where((numbers > 0) & (numbers <= MOST_SESSIONS))
    lost = rows.loc[rows[column].notna() & sound.isna(), column]
    if lost.empty:
        return sound, ()
    cells = first_few(clean_text(lost, _LONGEST_SHOWN).dropna().unique())
    return sound, (f"{len(lost):,} rows tell no number of sessions a week that can be used: {cells}",)


def join_address(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """Write the parts of an address on one line, each once."""
    if not columns:
        return pd.Series(pd.NA, index=frame.index, dtype="string")
    parts = [clean_text(frame[c], 300) for c in columns]
    if len(parts) == 1:
        return parts[0]
    rows = zip(*(p.tolist() for p in parts), strict=True)
    joined = [", ".join(dict.fromkeys(p for p in row if isinstance(p, str))) for row in rows]
    return clean_text(pd.Series(joined, index=frame.index, dtype="string"), 300)


def has_postcode_name(header: Iterable[str]) -> bool:
    """Say whether a header names a column of postcodes, whatever it holds."""
    return any(_POSTCODE_NAME.search(compact(column)) for column in header)


def _has_words(values: pd.Series) -> bool:
    filled = values.dropna().astype("string")
    return bool(len(filled)) and bool(filled.str.contains(r"[^\W\d_]").mean() >= 0.5)


def _postcode_column(frame: pd.DataFrame) -> str | None:
    for column in frame.columns:
        if not _POSTCODE_NAME.search(compact(column)):
            continue
        filled = frame[column].dropna().astype("string").str.strip()
        filled = filled[~filled.str.lower().isin(_UNTRUE)]
        if len(filled) and filled.str.fullmatch(POSTCODE).mean() >= 0.5:
            return str(column)
    return None


def _address_columns(header: list[str]) -> tuple[str, ...]:
    usable = [c for c in header if not _NOT_AN_ADDRESS.search(compact(c))]
    whole = [c for c in usable if _ADDRESS_WHOLE.fullmatch(compact(c))]
    return (whole[0],) if whole else tuple(c for c in usable if _ADDRESS_PART.fullmatch(compact(c)))[:5]
