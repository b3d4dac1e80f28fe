"""Addresses that are no family homes, told by words: they would make the area around them look in need."""

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.sources.referral_hashes import Words

APART: Final = ("refuge", "temporary accommodation", "council office", "placement", "institution")
"""What such addresses are called; the number of one is its place here, from 1."""

_KINDS: Final = tuple(
    (APART.index(name) + 1, pattern)
    for name, pattern in (
        ("refuge", r"refuge\b|women s aid|domestic (?:abuse|violence)"),
        (
            "placement",
            r"placement|placed|foster|children s home|residential (?:home|care|unit|school)|looked after"
            r"|secure unit|semi independent|supported lodging",
        ),
        (
            "temporary accommodation",
            r"temporary|\btemp\b|hotel|hostel|\bb b\b|\bb and b\b|bed and breakfast|homeless"
            r"|emergency accommodation",
        ),
        (
            "council office",
            r"council (?:office|building)|civic|town hall|county hall|\boffices?\b|social services",
        ),
        ("institution", r"hospital|prison|\bhmp\b|custody|young offender"),
    )
)
_STREET: Final = (
    r"(?: (?:road|rd|street|st|lane|ln|avenue|ave|close|drive|way|court|place|walk|terrace|crescent|grove"
    r"|gardens|hill|view|square|row|mews|croft|fold|bank|park|green))\b"
)
_LINES: Final = tuple(
    (APART.index(name) + 1, pattern)
    for name, pattern in (
        ("refuge", r"\brefuge\b|\bwomen s aid\b"),
        ("placement", r"\bchildren s home\b|\bfoster (?:care|carers?|placement)\b|\bplacement\b"),
        (
            "temporary accommodation",
            r"\bhotel\b|\bhostel\b|\bb b\b|\bbed and breakfast\b|\btemporary accommodation\b|\btravelodge\b"
            r"|\bpremier inn\b|\btravel inn\b",
        ),
        (
            "council office",
            r"\bcivic cent(?:re|er)\b|\bcouncil offices?\b|\btown hall\b|\bcounty hall\b|\bsocial services\b",
        ),
        ("institution", r"\bhmp\b"),
    )
)
"""Patterns for lines of addresses, where a word may be the name of a street: "Hotel Street" is none."""

_ANY_LINE: Final = (
    "(?i)refuge|women.?s aid|children.?s home|foster|placement|hotel|hostel"
    "|b ?& ?b|breakfast|temporary|travelodge|inn|civic|council|hall|social services|hmp"
)
"""What makes a line worth a closer look."""

Numbers = npt.NDArray[np.int8]


def apart_by_type(words: Words) -> Numbers:
    """Return what each distinct kind of address is, as a number of `APART`; 0 for a family home.

    The last entry is that of a missing kind.
    """
    return np.array([*(_first(text, _KINDS) for text in words.texts), 0], dtype=np.int8)


def apart_by_line(column: pa.ChunkedArray) -> Numbers:
    """Return what each line of an address tells of it, as a number of `APART`; 0 where nothing."""
    found = np.zeros(len(column), np.int8)
    hits = pc.fill_null(pc.match_substring_regex(column, _ANY_LINE), False).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(hits)
    if len(places):
        texts = column.take(pa.array(places)).to_pylist()
        found[places] = [_first(text, _LINES, _STREET) for text in texts]
    return found


def _first(text: str, kinds: tuple[tuple[int, str], ...], unless: str = "") -> int:
    plain = " ".join(re.findall(r"[a-z0-9]+", text[:500].lower()))
    for number, pattern in kinds:
        if re.search(f"(?:{pattern})(?!{unless})" if unless else pattern, plain):
            return number
    return 0
