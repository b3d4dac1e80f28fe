"""Days of events as case systems write them: the form is told from the whole column, never from one cell."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import SourceError
from data.referral_rows import FATES, Fate

CLOCK: Final = r"[T ]+\d{1,2}:\d{2}.*$"
"""What follows a day in a time stamp; as pyarrow's regular expressions have it too."""

NO_DAY: Final = np.iinfo(np.int32).min

_ISO: Final = r"((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})"
_COMPACT: Final = r"((?:19|20)\d{2})(\d{2})(\d{2})"
_SLASHED: Final = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|(?:19|20)\d{2})"
_NAMED: Final = r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3})[a-z]*[-/., ]*(\d{2}|(?:19|20)\d{2})"
_MONTH_NAMED: Final = r"([a-z]{3})[a-z]*[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+((?:19|20)\d{2})"
_SERIAL: Final = r"([2-7]\d{4})(?:\.\d+)?"
_ANY: Final = "|".join((_ISO, _COMPACT, _SLASHED, _NAMED, _MONTH_NAMED, _SERIAL))
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXCEL_EPOCH: Final = -25_569
"""Day 0 of a workbook's serial numbers, 30 December 1899, in days since 1970."""

_FIRST_YEAR: Final = 1980
_MANY_DAYS: Final = 30
_SLIPS: Final = 0.001


@dataclass(frozen=True)
class Days:
    """Days of distinct texts: `day` since 1970 (`NO_DAY` where none), `fate` as in `FATES`, and notes."""

    day: npt.NDArray[np.int32]
    fate: npt.NDArray[np.int8]
    notes: tuple[str, ...]


def is_date_like(text: pd.Series) -> pd.Series:
    """Say which texts have the form of a day, whatever the form."""
    return without_clock(text).str.lower().str.fullmatch(_ANY)


def without_clock(text: pd.Series) -> pd.Series:
    """Cut the time of day off time stamps."""
    return text.astype("string").str.strip().str.replace(CLOCK, "", regex=True)


def read_days(texts: pd.Series, counts: npt.NDArray[np.int64], column: str, today: date) -> Days:
    """Read the distinct texts of a column of dates.

    ISO dates, named months and the serial numbers of workbooks say what they are, row by row. Of dates with
    slashes, one day above 12 proves which number is the day for all.

    Parameters
    ----------
    texts
        Distinct texts, without a time of day.
    counts
        How many rows have each.
    column
        Its heading, for messages.
    today
        What is later is dated in the future.

    Raises
    ------
    SourceError
        When some dates can only have the day first and others only the month, or nothing tells which.
    """
    text = texts.astype("string").str.strip().str.lower().reset_index(drop=True)
    slashed = text.str.extract(f"^{_SLASHED}$").astype("float64")
    day_first, notes = _order(text, slashed, counts, column)
    day = _calendar(*_parts(text, slashed, day_first))
    serial = text.str.extract(f"^{_SERIAL}$")[0].astype("float64").to_numpy()
    day = np.where(np.isfinite(serial), serial + _EXCEL_EPOCH, day)
    first = (date(_FIRST_YEAR, 1, 1) - date(1970, 1, 1)).days
    early = day < first
    known = np.isfinite(day) & ~early
    fate = np.full(len(text), FATES.index(Fate.BAD_DATE), np.int8)
    fate[known] = FATES.index(Fate.USED)
    fate[known & (day > (today - date(1970, 1, 1)).days)] = FATES.index(Fate.FUTURE_DATE)
    if n := int(counts[early].sum()):
        notes.append(f"{n:,} rows are dated before {_FIRST_YEAR}, which counts as no date")
    if np.isfinite(serial).any():
        notes.append(f"{column} holds the serial numbers of a workbook, which were read as days")
    if n := int(counts[(slashed[2] < 100).to_numpy()].sum()):
        notes.append(f"{n:,} dates have a year of two figures, which was read as 20..")
    return Days(np.where(known, day, NO_DAY).astype(np.int32), fate, tuple(notes))


def _parts(text: pd.Series, slashed: pd.DataFrame, day_first: bool) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return year, month and day of each text, missing where it has none of the forms."""
    iso = text.str.extract(f"^{_ISO}$").astype("float64")
    compact = text.str.extract(f"^{_COMPACT}$").astype("float64")
    named = text.str.extract(f"^{_NAMED}$")
    american = text.str.extract(f"^{_MONTH_NAMED}$")
    numbers = {name: place for place, name in enumerate(_MONTHS, start=1)}
    at_day, at_month = (0, 1) if day_first else (1, 0)
    year = iso[0].fillna(compact[0]).fillna(slashed[2]).fillna(_number(named[2])).fillna(_number(american[2]))
    month = iso[1].fillna(compact[1]).fillna(slashed[at_month])
    month = month.fillna(_number(named[1].map(numbers))).fillna(_number(american[0].map(numbers)))
    day = (
        iso[2]
        .fillna(compact[2])
        .fillna(slashed[at_day])
        .fillna(_number(named[0]))
        .fillna(_number(american[1]))
    )
    return year.where(year >= 100, year + 2000), month, day


def _number(text: pd.Series) -> pd.Series:
    return text.astype("float64")


def _calendar(year: pd.Series, month: pd.Series, day: pd.Series) -> npt.NDArray[np.float64]:
    """Return days since 1970, missing where the calendar has no such day."""
    parts = pd.DataFrame({"year": year, "month": month, "day": day})
    stamps = pd.to_datetime(parts, errors="coerce")
    days = stamps.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype("int64")).astype("float64")


def _order(
    text: pd.Series, slashed: pd.DataFrame, counts: npt.NDArray[np.int64], column: str
) -> tuple[bool, list[str]]:
    """Say whether the day comes first in dates with slashes, with what has to be noted."""
    if slashed[0].isna().all():
        return True, []
    day = (slashed[0].between(13, 31) & slashed[1].between(1, 12)).to_numpy()
    month = (slashed[1].between(13, 31) & slashed[0].between(1, 12)).to_numpy()
    days, months = int(counts[day].sum()), int(counts[month].sum())
    if days and months and months > _SLIPS * days:
        raise SourceError(
            f"its column {column} mixes two forms of dates: {_example(text, day)} can only have the day "
            f"first, {_example(text, month)} only the month",
            "Write all dates in one form, best 2024-04-03, and build again.",
        )
    if months and not days:
        note = f"{column} has the month before the day ({_example(text, month)}), and was read so"
        return False, [note]
    if days:
        return True, []
    sound = slashed[0].notna().to_numpy()
    if int(sound.sum()) <= _MANY_DAYS:
        examples = ", ".join(sorted(text[sound])[:3])
        raise SourceError(
            f"nothing in its column {column} tells whether the day or the month comes first: {examples}",
            "Write the dates as 2024-04-03, and build again.",
        )
    return True, [f"no date of {column} proves that the day comes before the month; that was taken"]


def _example(text: pd.Series, which: npt.NDArray[np.bool_]) -> str:
    return str(min(text[which]))
