"""Sources of referral and primary needs: the codes of the children in need census, and their words."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from data.errors import SourceError, first_few

_WORDS: Final = Path(__file__).with_name("referral_codes.toml")

SOURCES: Final = {
    "1A": "Family member, relative or carer",
    "1B": "Acquaintance, neighbour or child minder",
    "1C": "The child",
    "1D": "Other individual",
    "2A": "School",
    "2B": "Education service",
    "3A": "GP",
    "3B": "Health visitor",
    "3C": "School nurse",
    "3D": "Other primary health service",
    "3E": "Accident and emergency",
    "3F": "Other health service",
    "4": "Housing",
    "5A": "Council: social care",
    "5B": "Council: other service",
    "5C": "Another council",
    "6": "Police",
    "7": "Other legal agency",
    "8": "Other",
    "9": "Anonymous",
    "10": "Unknown",
}
"""Source of referral by code; the number of a code is its place here."""

NEEDS: Final = {
    "N1": "Abuse or neglect",
    "N2": "Child's disability or illness",
    "N3": "Parent's disability or illness",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
    "N9": "Cases other than children in need",
    "N0": "Not stated",
}
"""Primary need by code; the number of a code is its place here."""


@cache
def source_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what sources are called in words, with their codes, in the order in which they are tried."""
    return _patterns("source", SOURCES)


@cache
def need_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what needs are called in words, with their codes, in the order in which they are tried."""
    return _patterns("need", NEEDS)


def _patterns(section: str, codes: Mapping[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    entries = tomllib.loads(_WORDS.read_text("utf-8"))[section]
    if strange := [entry["code"] for entry in entries if entry["code"] not in codes]:
        raise SourceError(
            f"{_WORDS.name} names codes that are no {section}: {first_few(strange)}.",
            "Use the codes of data/referral_codes.py.",
        )
    return tuple((entry["code"], re.compile(entry["pattern"])) for entry in entries)
