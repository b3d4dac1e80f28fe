"""Words and ids for columns that a file itself defines, and its rows by area and further keys."""

import hashlib
import re
from collections.abc import Sequence

import pandas as pd

from data.codes import CODE_TYPES, AreaKind, clean_codes
from data.errors import first_few
from data.sources.base import readable
from data.tables import Table

_LONGEST_SLUG = 60
_LONGEST_LABEL = 120
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_THOUSANDS = re.compile(r"\b(\d{1,3}) (000)\b")
_UPPER = {"gp": "GP", "imd": "IMD", "idaci": "(IDACI)", "idaopi": "(IDAOPI)", "lsoa": "LSOA", "id": "ID"}
_LSOA_YEAR = re.compile(r"(?:20)?(11|21)(?!\d)")

_LIKE_DATA = re.compile(
    r"^[\d/.,:-]{4,}$|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\d{6}|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b"
)


def looks_like_data(header: str) -> bool:
    """Say whether a heading is what no column is called: a number, a date, a postcode.

    Such a first row may be of a child: it is never shown.
    """
    return bool(_LIKE_DATA.search(header))


def words(header: str) -> str:
    """Return a header as plain lower-case words.

    Examples
    --------
    >>> words("IMDRank"), words("Housing_and_Services_rank"), words("LSOA code (2021)")
    ('imd rank', 'housing and services rank', 'lsoa code 2021')
    """
    return " ".join(re.findall(r"[^\W_]+", _CAMEL.sub(" ", header).lower()))


def spell(header: str) -> str:
    """Return a header as a label that people can read.

    Examples
    --------
    >>> spell("burglary_rate_per_1_000_at_risk_properties")
    'Burglary rate per 1,000 at-risk properties'
    >>> spell("road_distance_to_a_gp_surgery_indicator_km")
    'Road distance to a GP surgery indicator (km)'
    >>> spell("Claimants, aged 16+")
    'Claimants, aged 16+'
    """
    text = readable(" ".join(header.split()))
    if " " not in text:
        text = _THOUSANDS.sub(r"\1,\2", " ".join(text.replace("_", " ").split()))
        text = re.sub(r"\bat risk (?=population|properties|households)", "at-risk ", text)
        text = re.sub(r"\bkm$", "(km)", text)
        text = " ".join(_UPPER.get(word.lower(), word) for word in text.split())
    return (text[:1].upper() + text[1:])[:_LONGEST_LABEL]


def slug(text: str) -> str:
    """Return a text as part of an id: lower-case ASCII words, told apart by a hash where it is cut short.

    Examples
    --------
    >>> slug("Aged 4 years and under")
    'aged_4_years_and_under'
    """
    plain = "_".join(re.findall(r"[a-z0-9]+", text.lower()))
    if plain and len(plain) <= _LONGEST_SLUG:
        return plain
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:4]
    return "_".join(part for part in (plain[: _LONGEST_SLUG - 5].strip("_"), mark) if part)


def slugs(texts: Sequence[str]) -> dict[str, str]:
    """Return a slug for each text, no two the same."""
    made: dict[str, str] = {}
    for text in texts:
        plain, n = slug(text), 2
        while plain in made.values():
            plain, n = f"{slug(text)}_{n}", n + 1
        made[text] = plain
    return made


def lsoa_columns(table: Table) -> list[str]:
    """Return the columns whose values are codes of small areas."""
    return [c for c, kind in table.kinds.items() if kind is AreaKind.LSOA]


def declared_year(column: str) -> str | None:
    """Return the vintage that the name of a column of small-area codes claims.

    Examples
    --------
    >>> declared_year("lsoa21_code"), declared_year("LSOA code (2011)"), declared_year("area_code")
    ('2021', '2011', None)
    """
    found = _LSOA_YEAR.search(column)
    return f"20{found[1]}" if found else None


def index_by_keys(
    frame: pd.DataFrame, column: str, kind: AreaKind, keys: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Index rows by area code where further columns tell the rows of an area apart.

    As `index_by_code`, with several rows an area: a row is rejected when its code is not sound, when a key is
    empty, or when area and keys stand twice with other values; an exact repeat is dropped and noted.
    """
    codes = clean_codes(frame[column])
    sound = codes.str.fullmatch(CODE_TYPES[kind].pattern).fillna(False).astype(bool)
    named = frame[list(keys)].notna().all(axis=1)
    reasons = pd.Series(pd.NA, index=frame.index, dtype="string")
    reasons[~named] = f"nothing stands in {first_few(keys)}"
    reasons[~sound] = f"not a {CODE_TYPES[kind].singular} code"
    reasons[codes.isna()] = "no area code"
    clean = frame.assign(**{column: codes})
    exact = clean.duplicated() & reasons.isna()
    left = clean[reasons.isna() & ~exact]
    clash = left.duplicated([column, *keys], keep=False)
    reasons[clash[clash].index] = "the area and its category stand twice with other values"
    keep = reasons.isna() & ~exact
    usable = frame[keep].set_axis(pd.Index(codes[keep].astype(str), name="area_code"))
    bad = reasons.notna()
    rejected = pd.DataFrame({"row": frame.index[bad] + 1, "value": codes[bad], "reason": reasons[bad]})
    notes = []
    if exact.any():
        notes.append(f"{int(exact.sum()):,} rows repeat another exactly and count once")
    if len(rejected):
        notes.append(f"{len(rejected):,} rows cannot be used: {first_few(rejected['reason'].unique())}")
    return usable.drop(columns=column), rejected.reset_index(drop=True), tuple(notes)
