"""Area codes of the Office for National Statistics: what kind they are and which vintage.

A vintage is inferred from the codes themselves wherever it can be. The 2021 small areas that replaced
2011 ones were numbered onwards from the last 2011 code (E01033768, W01001958), so a set that holds a
higher code is 2021; a set without one may be either, and is told apart by comparison with code lists of
known vintage (`infer_vintage`). A column's name is a declaration to be checked, never the proof.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from data.errors import GeographyError, first_few


class AreaKind(StrEnum):
    """The kinds of area whose codes are understood."""

    OA = "oa"
    LSOA = "lsoa"
    MSOA = "msoa"
    WARD = "ward"
    COUNCIL = "council"
    REGION = "region"


@dataclass(frozen=True)
class CodeType:
    """One coding system: its kind, its pattern and the words for it on screen."""

    kind: AreaKind
    pattern: re.Pattern[str]
    singular: str
    plural: str


CODE_TYPES: Final[dict[AreaKind, CodeType]] = {
    kind: CodeType(kind, re.compile(pattern), singular, plural)
    for kind, pattern, singular, plural in [
        (AreaKind.OA, r"[EW]00\d{6}", "output area", "output areas"),
        (AreaKind.LSOA, r"[EW]01\d{6}", "small area", "small areas"),
        (AreaKind.MSOA, r"[EW]02\d{6}", "middle-layer area", "middle-layer areas"),
        (AreaKind.WARD, r"[EW]05\d{6}", "ward", "wards"),
        (AreaKind.COUNCIL, r"(?:E0[6789]|E10|W06)\d{6}", "council", "councils"),
        (AreaKind.REGION, r"(?:E12|W92)\d{6}", "region", "regions"),
    ]
}

_GLANCE: Final = 50
_LOOKS_LIKE_A_CODE: Final = re.compile(r"(?:[EW][01]|W9)\d{7}")

LAST_2011: Final = {"E": "E01033768", "W": "W01001958"}
"""The highest LSOA 2011 code of England and of Wales; every code above is 2021 or later."""

LSOA_COUNT: Final = {"2011": 32_844, "2021": 33_755}
"""Small areas of England in each vintage: what a national rank is out of."""

RECODED_COUNCILS: Final = {"E08000016": "E08000038", "E08000019": "E08000039"}
"""Councils whose code changed with no change of name: Barnsley and Sheffield, 2025. Old to new."""

INVENTED: Final = re.compile(r"E0[01256789]99\d{4}")
"""Codes in an unused range, kept for invented places such as Northmere."""


def clean_codes(values: pd.Series) -> pd.Series:
    """Trim and upper-case codes as text; blanks become missing.

    Parameters
    ----------
    values
        Codes as read, of any type.

    Returns
    -------
    pandas.Series
        Text, on the same index.
    """
    text = values.astype("string").str.strip().str.upper()
    return text.mask(text.isin(["", "NA", "NAN", "NONE"]))


def match_share(values: pd.Series, kind: AreaKind) -> float:
    """Return the share of the values present that are codes of a kind (0 when there is no value)."""
    text = clean_codes(values).dropna()
    return float(text.str.fullmatch(CODE_TYPES[kind].pattern).mean()) if len(text) else 0.0


def find_kind(values: pd.Series, at_least: float = 0.9) -> AreaKind | None:
    """Say which kind of code a column holds, from its values alone.

    Parameters
    ----------
    values
        A column of any type.
    at_least
        The share of the values present that must be codes of the kind.
    """
    present = values.dropna()
    first = [str(value).strip().upper() for value in present.head(_GLANCE)]
    if not any(_LOOKS_LIKE_A_CODE.fullmatch(value) for value in first):
        return None
    text = clean_codes(present).dropna()
    for kind in AreaKind:
        if len(text) and text.str.fullmatch(CODE_TYPES[kind].pattern).mean() >= at_least:
            return kind
    return None


def stand_in(codes: pd.Index, others: pd.Index) -> np.ndarray:
    """Say of each code whether it stands among others; many times faster than `isin` on a list of text.

    Examples
    --------
    >>> stand_in(pd.Index(["E01000001", "E01000002"]), pd.Index(["E01000002"])).tolist()
    [False, True]
    """
    return np.asarray((others if others.is_unique else others.unique()).get_indexer(codes) >= 0)


def latest_council_code(codes: pd.Series) -> pd.Series:
    """Carry council codes forward to the code in force now (Barnsley, Sheffield), for joining."""
    return codes.replace(RECODED_COUNCILS)


def is_invented(codes: Iterable[str]) -> bool:
    """Say whether every code lies in the range kept for invented places."""
    listed = list(codes)
    return bool(listed) and all(INVENTED.fullmatch(code) for code in listed)


def beyond_2011(codes: Iterable[str]) -> set[str]:
    """Return the LSOA codes that were first used in 2021."""
    first = min(LAST_2011.values())  # most codes stand below it, and need no closer look
    return {code for code in codes if code > first and code > LAST_2011.get(code[:1], "~")}


@dataclass(frozen=True)
class VintageFinding:
    """What the codes say about their own vintage.

    `vintages` holds every vintage that the codes agree with: one when it is certain, two when the codes
    are the same in both.
    """

    vintages: tuple[str, ...]
    why: str


def infer_vintage(
    codes: Iterable[str], known: Mapping[str, set[str]], declared: str | None = None
) -> VintageFinding:
    """Infer the vintage of a set of LSOA codes from the codes.

    Parameters
    ----------
    codes
        LSOA codes, each well formed.
    known
        Codes of known vintage that stand in other files of the folder, by vintage ("2011", "2021").
    declared
        The vintage that a column's name claims, if it does.

    Returns
    -------
    VintageFinding
        One vintage, or both where the codes are the same in both.

    Raises
    ------
    GeographyError
        When 2021-only codes stand beside codes that are known to have been retired before 2021.
    """
    own, older, newer = set(codes), known.get("2011", set()), known.get("2021", set())
    new = beyond_2011(own)
    if new:
        _refuse_mixture(own, new, older, newer)
        claim = f"; its header says {declared}, the codes win" if declared not in (None, "2021") else ""
        return VintageFinding(("2021",), f"{len(new):,} of {len(own):,} codes were first used in 2021{claim}")
    shared, lacking = own & newer, own - newer
    if newer and not lacking:
        sure = ("2021",) if declared == "2021" else ("2021", "2011")
        return VintageFinding(sure, "every code stands in a 2021 list")
    if declared == "2011":
        return VintageFinding(("2011",), "its header says 2011 and no code is newer")
    if older and own <= older and not shared and declared is None:
        return VintageFinding(("2011",), "every code stands in a 2011 list, and none in a 2021 list")
    if not shared or newer <= own:
        sure = ("2021",) if declared == "2021" else ("2021", "2011")
        return VintageFinding(
            sure, "no code was first used in 2021, and no 2021 list beside it says otherwise"
        )
    if declared == "2021" and (len(lacking) <= _few(own) or len(shared) < len(own) / 2):
        return VintageFinding(("2021",), "its header says 2021")
    claim = f"; its header says {declared}, the codes win" if declared else ""
    return VintageFinding(
        ("2011",),
        f"{len(shared):,} of {len(own):,} codes stand in the 2021 list, {len(lacking):,} do not "
        f"({first_few(lacking, 3)}), and none was first used in 2021{claim}",
    )


def _refuse_mixture(own: set[str], new: set[str], older: set[str], newer: set[str]) -> None:
    """Refuse new codes beside retired ones, where the lists present are of the whole place."""
    retired = own & older - newer
    of_the_place = own <= older | newer and len(retired) < len(own & newer) / 2
    if of_the_place and len(retired) > _few(own):
        raise GeographyError(
            f"LSOA codes of two vintages stand in one column: {len(new):,} were first used in 2021 "
            f"({first_few(new, 3)}) and {len(retired):,} were retired before it ({first_few(retired, 3)}).",
            "Split the file by vintage, or take the publisher's own file again.",
        )


def _few(codes: set[str]) -> int:
    """Return how many codes may be out of place by mistake."""
    return max(2, len(codes) // 100)
