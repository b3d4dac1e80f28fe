"""Dates and periods as publishers write them: told from the whole column, never guessed cell by cell."""

import re
from typing import Final

import pandas as pd

_ISO: Final = r"(?P<year>(?:19|20)\d{2})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:[ T].*)?"
_SLASHED: Final = r"(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-](?P<year>(?:19|20)\d{2})(?: .*)?"
_SHORT_YEAR: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_YEAR: Final = r"(?:19|20)\d{2}"
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def has_short_years(values: pd.Series) -> bool:
    """Say whether most dates of a column have a year of two figures: 03/04/05 may be any of three years."""
    text = values.dropna().astype("string").str.strip()
    return bool(len(text)) and float(text.str.fullmatch(_SHORT_YEAR).mean()) > 0.5


def read_dates(values: pd.Series, day_first: bool = True) -> pd.Series:
    """Read ISO dates, dates with slashes and four figures of the year, and months (2024-03).

    Parameters
    ----------
    values
        Text cells.
    day_first
        Whether 03/04/2024 is the third of April.

    Returns
    -------
    pandas.Series
        Timestamps on the same index; what is no date of the calendar is missing.
    """
    text = values.astype("string").str.strip()
    iso = text.str.extract(f"^{_ISO}$")
    slashed = text.str.extract(f"^{_SLASHED}$")
    month = text.str.extract(rf"^(?P<year>{_YEAR})-(?P<month>\d{{1,2}})$")
    day, mon = ("first", "second") if day_first else ("second", "first")
    parts = pd.DataFrame(
        {
            "year": iso["year"].fillna(slashed["year"]).fillna(month["year"]),
            "month": iso["month"].fillna(slashed[mon]).fillna(month["month"]),
            "day": iso["day"].fillna(slashed[day]).mask(month["year"].notna(), "1"),
        }
    )
    known = parts.dropna().astype("int64")
    return pd.to_datetime(known, errors="coerce").reindex(values.index)


def is_month_first(values: pd.Series) -> bool | None:
    """Say whether dates with slashes have the month first; None where none has a number above 12.

    Raises
    ------
    ValueError
        When some can only have the day first and others only the month, with examples.
    """
    text = values.astype("string").str.strip()
    parts = text.str.extract(f"^{_SLASHED}$")[["first", "second"]].astype("float64")
    days, months = text[parts["first"] > 12], text[parts["second"] > 12]
    if len(days) and len(months):
        raise ValueError(f"{days.iloc[0][:10]} has the day first, {months.iloc[0][:10]} the month")
    return bool(len(months)) if len(days) or len(months) else None


def read_periods(values: pd.Series) -> pd.Series | None:
    """Read a column of periods as text that sorts by time, or return None where it is not one.

    Years stay ("2025"), months become "2019-04", quarters "2019-Q1", financial and academic years "2024-25"
    (the form 202425 too), other days "2019-04-05".
    """
    text = values.astype("string").str.strip()
    present = text.dropna()
    if not len(present):
        return None
    for read in (_years, _pairs, _compact, _quarters, _named_months, _days):
        found = read(present)
        if found is not None and found.notna().mean() >= 0.9:
            return found.reindex(text.index).astype("string")
    return None


def _years(text: pd.Series) -> pd.Series:
    return text.where(text.str.fullmatch(_YEAR))


def _pairs(text: pd.Series) -> pd.Series | None:
    parts = text.str.extract(r"^((?:19|20)\d{2})[-/](?:20)?(\d{2})$")
    follows = (parts[0].astype("float64") + 1) % 100 == parts[1].astype("float64")
    if not follows.any() or not follows[parts[0].notna()].all():
        return None
    return (parts[0] + "-" + parts[1]).where(follows)


def _compact(text: pd.Series) -> pd.Series | None:
    parts = text.str.extract(r"^((?:19|20)\d{2})(\d{2})$")
    if parts[0].isna().all():
        return None
    start, end = parts[0].astype("float64"), parts[1].astype("float64")
    pairs = (start + 1) % 100 == end
    months = end.between(1, 12)
    sound = pairs if pairs[start.notna()].all() else months
    return (parts[0] + "-" + parts[1]).where(sound)


def _quarters(text: pd.Series) -> pd.Series:
    parts = text.str.upper().str.extract(rf"^(?:({_YEAR})[ -]?Q([1-4])|Q([1-4])[ -]?({_YEAR}))$")
    return parts[0].fillna(parts[3]) + "-Q" + parts[1].fillna(parts[2])


def _named_months(text: pd.Series) -> pd.Series:
    parts = text.str.lower().str.extract(r"^([a-z]{3})[a-z]*[ -]((?:19|20)?\d{2})$")
    number = parts[0].map({name: f"{n:02d}" for n, name in enumerate(_MONTHS, start=1)})
    year = parts[1].where(parts[1].str.len() == 4, "20" + parts[1])
    return year + "-" + number


def _days(text: pd.Series) -> pd.Series | None:
    try:
        month_first = is_month_first(text)
    except ValueError:
        return None
    starts = text.str.match(r"0?1[/.-]").all()
    slashed = text.str.fullmatch(_SLASHED).any()
    if slashed and month_first is None and not starts:
        return None
    dates = read_dates(text, day_first=not month_first)
    form = "%Y-%m" if (dates.dropna().dt.day == 1).all() else "%Y-%m-%d"
    return dates.dt.strftime(form)
