"""Words that speak of a confidential place, however they are typed: they hold a record for an editor.

The words stand in `data/asset_kinds.toml`. A refuge that is typed in capitals, with hyphens, accents, spaced
letters or signs that nobody sees is still a refuge.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from data.asset_kinds import Finder, plain, vocabulary
from data.register.records import Place

_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘`´ʼʹ′＇"))
_BETWEEN_CASES: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INNER_SIGN: Final = re.compile(r"(?<=\w)[-‐‑‒–—._·*](?=\w)")
_SPELLED_OUT: Final = re.compile(r"\b(?:\w ){3,}\w\b")
_LONE_S: Final = re.compile(r"(?<=\w) s\b")
_NAMED_BY_NUMBER: Final = re.compile(r"\d+[a-z]?(?: \d+[a-z]?)*")


def hold_reason(place: Place, *organisations: str) -> str:
    """Say why an editor has to look at a place before it can be published.

    Everything that was written about it is read, but for who it is for and when it is open.

    Parameters
    ----------
    place
        The place, as it was typed.
    organisations
        Names of who runs it.

    Returns
    -------
    str
        In words; "" where nothing speaks of a confidential place or of somebody's home.

    Examples
    --------
    >>> from data.register.records import State
    >>> hold_reason(Place("p", 1, State.SUBMITTED, "Brambley RÉ-FUGE", "other"))
    'it may be a confidential place: it has the word “refuge”'
    >>> hold_reason(Place("p", 1, State.SUBMITTED, "Brambley Refugee Support", "advice"))
    ''
    """
    words = vocabulary()
    named = [place.name, place.detail, place.kind, *organisations]
    named += [text for service in place.services for text in (service.name, service.kind)]
    written = [place.address, place.website, *(contact.role for contact in place.contacts)]
    written += [t for s in place.services for t in (s.description, s.cost, s.opening_note)]
    for text in _readings((*named, *written)):
        if found := words.held.find_all(words.unless.blank(text)):
            return f"it may be a confidential place: it has the word “{found[0][1]}”"
    for text in _readings(named):
        if found := words.private.find_all(text):
            return f"it may be somebody's home: it has the word “{found[0][0]}”"
    return ""


def screen_import(place: Place, *more: str) -> str:
    """Say why an imported place is held: as `hold_reason`, and care homes and mental health more strictly.

    A care home that its name or type says is for children, for few people with a disability, or a home that
    is named by its address alone, may be where somebody vulnerable lives; so may a place of mental
    health where people stay. A large care home and a counselling service are public, and are not held.

    Parameters
    ----------
    place
        The place, as the file tells it.
    more
        What else the file says of it: descriptions, types.

    Examples
    --------
    >>> from data.register.records import State
    >>> home = Place("p", 1, State.PUBLISHED, "12 Mill Road", "other", detail="Residential homes")
    >>> screen_import(home)
    'it may be where vulnerable people live: a residential home that is named by its address'
    """
    if reason := hold_reason(place, *more):
        return reason
    texts = [place.name, place.detail, *more]
    texts += [t for service in place.services for t in (service.name, service.description)]
    screened = vocabulary().screened
    for about, with_word in (("homes", "homes_held"), ("minds", "minds_held")):
        what, told = _find(texts, screened[about]), _find(texts, screened[with_word])
        if what and told:
            words = " and ".join(f"“{word}”" for word in dict.fromkeys((what, told)))
            return f"it may be where vulnerable people live: it speaks of {words}"
    home = _find(texts, screened["homes"])
    if home and _is_address(place.name):
        return f"it may be where vulnerable people live: a {home} that is named by its address"
    return ""


def _find(texts: Iterable[str], finder: Finder) -> str:
    """Return the first word found in any text, in any reading."""
    return next((found[0][0] for text in _readings(texts) if (found := finder.find_all(text))), "")


def _is_address(name: str) -> bool:
    """Say whether a name is but a street, or a number of one."""
    words = plain(name).split()
    if not words:
        return False
    streets = vocabulary().screened["streets"]
    number = _NAMED_BY_NUMBER.fullmatch(words[0]) is not None
    return bool(streets.find_all(words[-1])) and (number or len(words) <= 3)


def _readings(texts: Iterable[str]) -> list[str]:
    """Return each text as words, in every way in which it may be read."""
    return [reading for text in texts if text for reading in _read(text)]


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[str, ...]:
    """Return a text as words, with its inner signs read as spaces, and as nothing where it has any."""
    clean = _fold(text)
    joined = _INNER_SIGN.sub("", clean)
    return tuple(_gather(plain(way)) for way in dict.fromkeys((clean, joined)))


def _fold(text: str) -> str:
    """Take out what changes a word's letters and not its reading: accents, apostrophes, hidden signs."""
    spread = _BETWEEN_CASES.sub(" ", text.translate(_APOSTROPHES))
    if spread.isascii():
        return spread
    spread = unicodedata.normalize("NFKD", spread)
    return "".join(c for c in spread if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")


def _gather(words: str) -> str:
    """Join letters that are spaced out, and an s that lost its apostrophe."""
    together = _SPELLED_OUT.sub(lambda found: found[0].replace(" ", ""), words)
    return _LONE_S.sub("s", together)
