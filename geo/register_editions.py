"""What tells a place of a file in the next edition of that file, and of which day a file is."""

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from data.errors import RegisterError
from data.register.records import Source
from data.sources.asset_columns import compact
from data.sources.dates import read_dates
from data.sources.layer import Layer
from data.sources.layers import is_layer_file, open_layers
from data.tables import Table, read_tables
from geo.plain_names import plain_name

NAMESPACE: Final = uuid.UUID("5b0e6f0a-8f0c-5c53-9d0b-3f4f5f8d7a21")
"""The namespace of the ids of imported places and sources: never to be changed."""

OLDEST: Final = date(2000, 1, 1)
"""Figures in a file's name that make an earlier day are no date of it."""

_DIGITS: Final = re.compile(r"\d+")
_NAMED_DAY: Final = re.compile(
    r"(?<!\d)(?:(20\d\d)[-_. ]?([01]\d)[-_. ]?([0-3]\d)|([0-3]\d)[-_. ]([01]\d)[-_. ](20\d\d))(?!\d)"
)
_DAY_COLUMNS: Final = frozenset(
    (
        *("lastupdated", "datelastupdated", "lastupdate", "updated", "updatedat", "dateupdated"),
        *("lastmodified", "modified", "datemodified", "lastchanged", "lastchangeddate", "extractdate"),
        *("asat", "asatdate", "publicationdate", "publisheddate", "datepublished", "lastconfirmed"),
    )
)


@dataclass(frozen=True)
class Dated:
    """The day of a file, and how it is known, in words."""

    day: date
    how: str


def find_day(
    path: Path, said: date | None, today: date, newest: Callable[[], date | None] | None = None
) -> Dated:
    """Find the day that a file stands for: what was said, its name, its content, or else today.

    Parameters
    ----------
    path
        The file.
    said
        What was said, if anything.
    today
        The day on which it is asked.
    newest
        What tells the newest day in it, where it is no table.

    Raises
    ------
    RegisterError
        When the day that was said is still to come.
    """
    if said is not None:
        if said > today:
            raise RegisterError(
                f"{said.isoformat()} is still to come.", "Give the day on which the file was published."
            )
        return Dated(said, "as you said")
    if (named := day_in_name(path.name, today)) is not None:
        return Dated(named, "by its name")
    if (told := newest() if newest else _day_in_content(path, today)) is not None:
        return Dated(told, "by the newest day in it")
    return Dated(today, "today, as neither its name nor its content tells a day")


def day_in_name(name: str, today: date) -> date | None:
    """Return the day that a file's name tells: 20250301, 2025-03-01 or 01.03.2025; None for none.

    Examples
    --------
    >>> day_in_name("hubs_20250301.csv", date(2026, 1, 1))
    datetime.date(2025, 3, 1)
    """
    for found in _NAMED_DAY.finditer(name):
        year, month, day = (
            int(n) for n in (found[1] or found[6], found[2] or found[5], found[3] or found[4])
        )
        try:
            told = date(year, month, day)
        except ValueError:  # figures that are no day, such as 20251399
            continue
        if OLDEST <= told <= today:
            return told
    return None


def _day_in_content(path: Path, today: date) -> date | None:
    """Return the newest day that a column of days of change holds."""
    parts: Sequence[Layer | Table] = open_layers(path) if is_layer_file(path) else read_tables(path)
    days: list[date] = []
    for frame in (part.frame for part in parts):
        for column in (c for c in frame.columns if compact(c) in _DAY_COLUMNS):
            found = read_dates(frame[column].astype("string"))
            days += [d for d in (stamp.date() for stamp in found.dropna()) if OLDEST <= d <= today]
    return max(days, default=None)


def edition_key(source: Source) -> str:
    """Return what two editions of one file have in common: their publisher, and their name but for figures.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day, now = date(2025, 3, 1), datetime(2025, 3, 2, tzinfo=UTC)
    >>> first = Source("a", "", "hubs_20250301.csv", "", "Oakmere", "", "", day, now, "")
    >>> edition_key(first)
    'oakmere|hubs_.csv'
    """
    return f"{source.publisher.casefold()}|{_DIGITS.sub('', source.file.casefold())}"


def source_id(sha256: str) -> str:
    """Return the id of a source, the same for the same file."""
    return str(uuid.uuid5(NAMESPACE, f"source|{sha256}"))


def place_id(edition: str, key: str) -> str:
    """Return the id of an imported place, the same in the next edition."""
    return str(uuid.uuid5(NAMESPACE, f"{edition}|{key}"))


def name_keys(rows: pd.DataFrame) -> list[str]:
    """Return what tells each row by its kind, name and postcode, or its position to 10 m; repeats numbered.

    Parameters
    ----------
    rows
        `kind, name, postcode, easting_m, northing_m`.
    """
    spots = zip(rows["easting_m"], rows["northing_m"], strict=True)
    where = [
        str(code) if isinstance(code, str) and code else f"{east / 10:.0f},{north / 10:.0f}"
        for code, (east, north) in zip(rows["postcode"], spots, strict=True)
    ]
    names = [plain_name(name).words if isinstance(name, str) else "" for name in rows["name"]]
    keys = [f"{kind}|{name}|{at}" for kind, name, at in zip(rows["kind"], names, where, strict=True)]
    order = rows.assign(key=keys, at=range(len(rows))).sort_values(["key", "easting_m", "northing_m"])
    nth = pd.Series((order.groupby("key").cumcount() + 1).to_numpy(), index=order["at"].to_numpy())
    return [key if nth[at] == 1 else f"{key}|{nth[at]}" for at, key in enumerate(keys)]


def newest_of(sources: Iterable[Source], edition: str) -> Source | None:
    """Return the newest source that is an edition of the same file."""
    return max((s for s in sources if edition_key(s) == edition), key=lambda s: s.dated, default=None)
