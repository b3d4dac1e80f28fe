"""Records of children: told by their headers, and listed. Their rows are read when a build is made.

An extract of a case system has a row for each child, contact or referral. Nothing of such a row may be kept,
shown or logged here: the reader looks at the header and at the shape of the first rows, counts the rows, and
hands over an empty frame. What it says of a file never holds a value of it.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from data.sources.base import Source, SourceKind
from data.sources.layer import Layer
from data.sources.wording import words
from data.tables import Table

NOTE = "records of children: counted when a build is made; no row of it is kept"

_PERSON = r"(?:la ?|ssd ?)?(?:child|childs|children s|pupil|person|client|patient|service user|young person)"
_SIGNS = {
    "a number of a person": re.compile(
        rf"(?<!registered )(?<!contact )\b{_PERSON}(?: unique| record)? (?:id|ids|identifier|ref|reference)\b"
        rf"|\bunique {_PERSON} (?:id|identifier|number|reference)\b"
        rf"|\b(?:child|client|pupil) (?:number|no)$"
        r"|\b(?:lachild|child|person|client|pupil)id\b"
        r"|\b(?:mosaic|lcs|liquidlogic|eclipse|swift|ics|care ?first) (?:id|number|no|ref|reference)\b"
    ),
    "a unique pupil number": re.compile(r"\b(?:upn|unique pupil number)\b"),
    "an NHS number": re.compile(r"\bnhs ?(?:number|no|num|id)\b"),
    "a National Insurance number": re.compile(r"\bnational insurance\b"),
    "a date of birth": re.compile(
        r"\b(?:date of birth|dob|d o b|born|birth ?dates?|person ?birth ?date|birth ?month|month of birth)\b"
    ),
    "the name of a person": re.compile(
        rf"^(?:legal |preferred |mother s |father s )?(?:{_PERSON} )?(?:legal |preferred |full )?"
        r"(?:surname|forenames?|family name|given names?|first ?name|last ?name|middle ?names?)$"
        rf"|^{_PERSON} (?:full )?name$|^name of (?:the )?(?:child|client|pupil|young person|patient)$"
    ),
    "a column of a case system": re.compile(
        r"^cine [a-z]+|^[a-z0-9]{4} person id$"
        r"|^pers (?:person|sex|gender|ethnicity|dob|expected|age|legal|forename|surname|upn|common|single)\b"
    ),
    "where a child is placed": re.compile(r"\bplacement postcode\b"),
}
_REFERRED_ON = re.compile(
    r"\b(?:referral|referred)\b.*\b(?:date|on)\b|\bcinreferraldate\b|\bdate\b.*\b(?:referral|referred)\b"
)
_HOME = re.compile(
    r"\b(?:post ?code|pcds?|address|uprn|lsoa(?: ?(?:11|21))?(?:cd| code)?|eastings?|lat|latitude)\b"
)
_OF_ONE = re.compile(
    r"^(?:child(?:s|ren s)? )?(?:gender|sex|ethnicity|age)\b(?! ?group| ?band)|\bage of child\b"
)

_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_NHS = re.compile(r"\d{3} ?\d{3} ?\d{4}")
_FEWEST, _SURE = 5, 0.95
_LONGEST_HEADING = 60


def recognise(table: Table) -> Source | None:
    """List a table if it holds records of children, without keeping a row of it; else return None."""
    why = _signs_of(table.header) or _signs_in_rows(table) or _signs_in_values(table)
    return _listed(table.path, table.sheet, table.count_rows(), why) if why else None


def list_as_said(table: Table) -> Source:
    """List a table that `place.toml` says to be of records of children."""
    return _listed(table.path, table.sheet, table.count_rows(), "place.toml says so")


def recognise_layer(layer: Layer) -> Source | None:
    """List a layer if it holds records of children, told by the names of its columns; else return None."""
    why = _signs_of([str(column) for column in layer.frame.columns])
    return _listed(layer.path, layer.name, len(layer.frame), why) if why else None


def _listed(path: Path, part: str | None, rows: int, why: str) -> Source:
    return Source(
        path=path,
        part=part,
        kind=SourceKind.REFERRALS,
        entry="referrals",
        edition="",
        area_kind=None,
        frame=pd.DataFrame(index=pd.Index([], name="area_code", dtype="string")),
        rows=rows,
        rejected=pd.DataFrame({"row": [], "value": [], "reason": []}),
        notes=(NOTE,),
        why=why,
    )


def is_child_level(header: Sequence[str]) -> bool:
    """Say whether a header is one of records of people, such as an extract of a case system.

    Examples
    --------
    >>> is_child_level(["Child Unique ID", "Gender", "Date of referral"])
    True
    >>> is_child_level(["time_period", "new_la_code", "referral_count"])
    False
    """
    return bool(_signs_of(header))


def _signs_of(header: Sequence[str]) -> str:
    """Say in our own words what in a header points to one person; an empty text where nothing does."""
    found = [sign for sign, pattern in _SIGNS.items() if any(_has(pattern, name) for name in header)]
    dated = [name for name in header if _has(_REFERRED_ON, name)]
    others = [name for name in header if name not in dated]
    if dated and any(_has(_HOME, name) for name in others):
        found.append("a date of referral beside an address")
    elif dated and any(_has(_OF_ONE, name) for name in others):
        found.append("a date of referral beside a child's age, sex or ethnicity")
    return f"its header has {', '.join(found)}" if found else ""


def _signs_on(name: str) -> set[str]:
    """Return the signs that a heading has; one without a letter has none."""
    if not any(map(str.isalpha, name)):
        return set()
    spelled = (words(name), words(name.lower()))
    return {sign for sign, pattern in _SIGNS.items() if any(map(pattern.search, spelled))}


def _has(pattern: re.Pattern[str], name: str) -> bool:
    """Say whether a heading has a sign, its words parted by capitals (PersonBirthDate) or not (LAchildID)."""
    return bool(pattern.search(words(name)) or pattern.search(words(name.lower())))


def _signs_in_rows(table: Table) -> str:
    """Look for a header of such records further down, below a title or among other tables of a sheet."""
    for _, row in table.sample.iterrows():
        names = [str(cell) for cell in row.dropna() if len(str(cell)) <= _LONGEST_HEADING]
        signs = set[str]().union(*map(_signs_on, names))
        if len(signs) >= 2:
            return "a row below its header has headings of records of children"
    return ""


def _signs_in_values(table: Table) -> str:
    """Look for pupil and NHS numbers, which prove themselves by a check digit, under whatever heading."""
    tests: dict[str, Callable[[str], bool]] = {
        "unique pupil numbers": is_pupil_number,
        "NHS numbers": is_nhs_number,
    }
    for column in table.header:
        values = [str(value).strip().upper() for value in table.sample[column].dropna().unique()]
        for name, test in tests.items():
            sound = sum(map(test, values))
            if len(values) >= _FEWEST and sound >= _SURE * len(values):
                return f"one of its columns holds {name}"
    return ""


def is_pupil_number(text: str) -> bool:
    """Say whether a text is a unique pupil number: a check letter, then 12 places."""
    if not _UPN.fullmatch(text):
        return False
    digits = [int(c) if c.isdigit() else _UPN_LETTERS.index(c) for c in text[1:]]
    total = sum(weight * digit for weight, digit in enumerate(digits, start=2))
    return _UPN_LETTERS[total % 23] == text[0]


def is_nhs_number(text: str) -> bool:
    """Say whether a text is an NHS number: ten digits, the last a check digit modulo 11."""
    if not _NHS.fullmatch(text):
        return False
    digits = [int(c) for c in text if c.isdigit()]
    check = 11 - sum((10 - place) * digit for place, digit in enumerate(digits[:9])) % 11
    return digits[9] == check % 11 and len(set(digits)) > 1
