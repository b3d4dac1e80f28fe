"""What the name of a column says: which names belong to which codes, and of what year they are."""

import re
from collections.abc import Iterable

_ONS = re.compile(r"(?i)[a-z]+?(?P<year>\d{2})(?:cd|nm)")
_CODE = re.compile(r"(?i)(?:cd|code)\b")
_NAME = re.compile(r"(?i)(?:nm|name)\b")


def name_column(header: Iterable[str], column: str) -> str | None:
    """Find the names that belong to a column of codes.

    Examples
    --------
    >>> name_column(["WD24CD", "LAD24NM", "WD24NM"], "WD24CD")
    'WD24NM'
    >>> name_column(["LSOA11NM", "LAD11CD"], "LAD11CD") is None
    True
    """
    stem = _stem(_CODE, column)
    others = (c for c in header if c != column)
    return next((c for c in others if _NAME.search(c) and _stem(_NAME, c) == stem), None)


def year_of(column: str) -> str:
    """Return the year in a column's name, or an empty text.

    Examples
    --------
    >>> year_of("WD24CD"), year_of("LSOA code (2021)"), year_of("area_code")
    ('2024', '2021', '')
    """
    if match := _ONS.fullmatch(column):
        return f"20{match['year']}"
    found = re.search(r"20\d{2}", column)
    return found[0] if found else ""


def _stem(ending: re.Pattern[str], column: str) -> str:
    return ending.sub("", column).strip(" _").lower()
