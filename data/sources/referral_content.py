"""What the values of a column of an extract say: whether they are what its heading claims."""

import re
from typing import Final

import pandas as pd

from data.codes import AreaKind, match_share
from data.postcode_text import is_placeholder, normalise
from data.referral_rows import Role
from data.sources.referral_coded import need_numbers, source_numbers
from data.sources.referral_dates import is_date_like
from data.sources.referrals import is_nhs_number, is_pupil_number
from data.tables import to_number

GRID_REFERENCE: Final = re.compile(r"([HNOST])([A-HJ-Z])((?:\d\d){2,5})", re.IGNORECASE)
_ENOUGH: Final = 0.5
_SURE: Final = 0.8
_UNIQUE: Final = 0.95
_FEWEST: Final = 3

SAID: Final = {
    Role.POSTCODE: "postcodes",
    Role.EASTING: "eastings",
    Role.NORTHING: "northings",
    Role.LATITUDE: "latitudes",
    Role.LONGITUDE: "longitudes",
    Role.GRID_REFERENCE: "grid references",
    Role.AREA_CODE: "small-area codes",
    Role.DATE: "dates",
    Role.ADDRESS_FROM: "dates",
    Role.ADDRESS_TO: "dates",
    Role.SOURCE: "sources of referral",
    Role.NEED: "primary needs",
    Role.AGE: "ages",
    Role.EVENT: "numbers of their own",
}
"""What the values of each role are called; other roles are told by their heading alone."""


def share_of(role: Role, values: pd.Series) -> float:
    """Return the share of the values present that can be of a role; 1 where none is present.

    Parameters
    ----------
    role
        One of `SAID`.
    values
        Text cells of the first rows.
    """
    present = values.dropna().astype("string").str.strip()
    if not len(present):
        return 1.0
    return float(_fits(role, present).mean())


def _fits(role: Role, text: pd.Series) -> pd.Series:
    if role is Role.POSTCODE:
        return normalise(text).notna() | is_placeholder(text)
    if role in (Role.DATE, Role.ADDRESS_FROM, Role.ADDRESS_TO):
        return is_date_like(text)
    if role is Role.GRID_REFERENCE:
        return squeezed(text).str.fullmatch(GRID_REFERENCE)
    if role is Role.AREA_CODE:
        return pd.Series(match_share(text, AreaKind.LSOA), index=text.index)
    if role is Role.SOURCE:
        return pd.Series(source_numbers(text) >= 0, index=text.index)
    if role is Role.NEED:
        return pd.Series(need_numbers(text) >= 0, index=text.index)
    if role is Role.EVENT:
        return pd.Series(float(text.nunique() >= _UNIQUE * len(text)), index=text.index)
    return _fits_number(role, to_number(text))


def _fits_number(role: Role, numbers: pd.Series) -> pd.Series:
    """Say which numbers can be of a role; a latitude under the heading of a longitude can be swapped."""
    if role is Role.AGE:
        return numbers.between(-2, 130)
    degrees = numbers.between(-9, 2.5) | numbers.between(49, 61.5)
    if role in (Role.LATITUDE, Role.LONGITUDE):
        return degrees | numbers.eq(0)
    return numbers.between(1_000, 1_250_000) | degrees


def squeezed(text: pd.Series) -> pd.Series:
    """Return text without white space and commas."""
    return text.astype("string").str.replace(r"[\s,]", "", regex=True)


def is_enough(role: Role, values: pd.Series) -> bool:
    """Say whether values bear out what the heading of their column claims."""
    return role not in SAID or share_of(role, values) >= _ENOUGH


def role_by_content(values: pd.Series) -> Role | None:
    """Tell a role from values alone, whatever the heading: only what proves itself."""
    present = values.dropna().astype("string").str.strip()
    if len(present) < _FEWEST:
        return None
    text = present.str.upper()
    for role, test in ((Role.PUPIL_NUMBER, is_pupil_number), (Role.HEALTH_NUMBER, is_nhs_number)):
        if text.map(test).mean() >= _UNIQUE:
            return role
    for role in (Role.AREA_CODE, Role.GRID_REFERENCE):
        if share_of(role, present) >= _SURE:
            return role
    return Role.POSTCODE if normalise(present).notna().mean() >= _SURE else None
