"""Sources of referral and primary needs as extracts write them: by their code first, then by their words."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.referral_codes import NEEDS, SOURCES, need_patterns, source_patterns

_SOURCE_CODE: Final = re.compile(
    r"(?:[a-z]{1,2}\)\s*)?0?(10|[1-9][a-f]?)(?:\.0)?(?:\s*[-:.)\u2013].*|\s+[a-z(].*)?",
    re.IGNORECASE | re.DOTALL,
)
_NEED_CODE: Final = re.compile(r"(?:[a-z]{1,2}\)\s*)?n\s?([0-9])\b.*", re.IGNORECASE | re.DOTALL)
_IN_BRACKETS: Final = re.compile(r".*\((N?\d{1,2}[A-F]?)\)\s*", re.IGNORECASE | re.DOTALL)
_LONGEST: Final = 200

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def source_numbers(texts: pd.Series) -> npt.NDArray[np.int8]:
    """Return the place of each source among `SOURCES`, -1 where it is not known.

    Parameters
    ----------
    texts
        Text, such as "1A", "q) 6: Police" or "Health visitor".

    Examples
    --------
    >>> source_numbers(pd.Series(["q) 6: Police", "3e", "School nurse", "who knows", None])).tolist()
    [16, 10, 8, -1, -1]
    """
    return _numbers(texts, SOURCES, _source_code, source_patterns())


def need_numbers(texts: pd.Series) -> npt.NDArray[np.int8]:
    """Return the place of each primary need among `NEEDS`, -1 where it is not known.

    Examples
    --------
    >>> need_numbers(pd.Series(["N1", "N4 - Family in acute stress", "Parental illness", "?"])).tolist()
    [0, 3, 2, -1]
    """
    return _numbers(texts, NEEDS, _need_code, need_patterns())


def _numbers(
    texts: pd.Series, codes: Mapping[str, str], read: Callable[[str], str], patterns: Patterns
) -> npt.NDArray[np.int8]:
    places = {code: place for place, code in enumerate(codes)}
    which, distinct = pd.factorize(texts.astype(object).to_numpy(dtype=object))
    told = [_code_of(str(text)[:_LONGEST].strip(), places, read, patterns) for text in distinct]
    return np.array([*told, -1], dtype=np.int8)[which]


def _code_of(text: str, places: Mapping[str, int], read: Callable[[str], str], patterns: Patterns) -> int:
    bracketed = _IN_BRACKETS.fullmatch(text)
    for code in (read(text), bracketed[1].upper() if bracketed else ""):
        if code in places:
            return places[code]
    plain = " ".join(re.findall(r"[a-z0-9]+", text.lower()))
    return next((places[code] for code, pattern in patterns if pattern.search(plain)), -1)


def _source_code(text: str) -> str:
    match = _SOURCE_CODE.fullmatch(text)
    return match[1].upper() if match else ""


def _need_code(text: str) -> str:
    match = _NEED_CODE.fullmatch(text)
    return f"N{match[1]}" if match else ""
