"""Postcodes as text: one way to write each, and what was perhaps meant by one that is mistyped."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

PATTERN: Final = re.compile(
    r"((?:[A-PR-UWYZ](?:[0-9][0-9A-HJKMNPR-Y]?|[A-HK-Y][0-9][0-9ABEHMNPRV-Y]?))|GIR|NPT)([0-9][ABD-HJLNP-UW-Z]{2})"
)
"""A postcode without its space, as the ONS Postcode Directory has them; `NPT` and `W1M` ended long ago."""

SHORTEST, LONGEST = 5, 7
CONFUSED: Final = {
    "0": "O", "O": "0", "1": "IL", "I": "1", "L": "1", "5": "S", "S": "5", "8": "B", "B": "8",
    "2": "Z", "Z": "2", "6": "G", "G": "6",
}  # fmt: skip
"""Letters and figures that are taken for each other."""

_SIGNS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_INVISIBLE: Final = dict.fromkeys(
    map(ord, "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{WORD JOINER}")
)
_PUNCTUATION: Final = ".,;:'\"`()[]*-_/"

_STAND_INS: Final = re.compile(
    r"X{3,}|0{3,}|9{3,}|Z{3,}|ZZ?99.*|N/?A|NFA|NK|NIL|NONE|NULL|TBC|TBA"
    r"|NO(?:POST|FIXED|ADDRESS|KNOWN|ABODE|T(?:KNOWN|RECORDED|STATED|GIVEN|PROVIDED|APPLICABLE|AVAILABLE)).*"
    r"|(?:POSTCODE)?(?:UNKNOWN|MISSING|WITHHELD|CONFIDENTIAL|RESTRICTED|HOMELESS|OVERSEAS|ABROAD).*"
)
"""What case systems hold where there is no postcode, squeezed; `ZZ99` is the ONS's own for no fixed abode."""

Keys = npt.NDArray[np.uint64]


def squeeze(value: object) -> str:
    """Write a text in capitals, without white space and without punctuation at its ends."""
    text = "" if value is None or value is pd.NA or value != value else str(value)
    return "".join(text.translate(_INVISIBLE).upper().split()).strip(_PUNCTUATION)


def canonical(squeezed: str) -> str | None:
    """Put the space into a well-formed postcode; None where it is none.

    Examples
    --------
    >>> canonical("ZE11AB"), canonical("ZE1541HF")
    ('ZE1 1AB', None)
    """
    match = PATTERN.fullmatch(squeezed)
    return f"{match[1]} {match[2]}" if match else None


def is_placeholder(text: pd.Series) -> pd.Series:
    """Say which texts stand in place of a postcode: "XXX XXX", "nopostcode", "NFA", "ZZ99 3VZ".

    Parameters
    ----------
    text
        Postcodes as typed.

    Returns
    -------
    pandas.Series
        True or False on the same index; a missing value is no placeholder.

    Examples
    --------
    >>> is_placeholder(pd.Series(["xxx xxx", "No fixed abode", "ZE1 1AB", None])).tolist()
    [True, True, False, False]
    """
    codes, distinct = factorise(text)
    found = np.array([_stands_in(squeeze(value)) for value in distinct] + [False])
    return pd.Series(found[codes], index=text.index, name=text.name)


def _stands_in(squeezed: str) -> bool:
    return bool(_STAND_INS.fullmatch(squeezed)) and canonical(squeezed) is None


def normalise(values: pd.Series) -> pd.Series:
    """Write postcodes in one way: "ze1 1ab", "ZE11AB" and "ZE1  1AB." are all "ZE1 1AB".

    A letter O for a nought and the like are not put right: what was meant is a guess, which
    `PostcodeDirectory.suggest` offers.

    Parameters
    ----------
    values
        Postcodes as typed, of any type.

    Returns
    -------
    pandas.Series
        Text on the same index, missing where the value is no well-formed postcode.

    Examples
    --------
    >>> normalise(pd.Series(["ze11ab", "ZE1 IAB", None])).tolist()
    ['ZE1 1AB', <NA>, <NA>]
    """
    codes, distinct = factorise(values)
    written = np.array([canonical(squeeze(value)) for value in distinct] + [None], dtype=object)
    return pd.Series(written[codes], index=values.index, dtype="string", name=values.name)


def factorise(values: pd.Series) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.object_]]:
    """Return each value's place among the distinct ones (-1 where missing), and the distinct ones."""
    codes, distinct = pd.factorize(values.astype(object).to_numpy(dtype=object))
    return codes, np.asarray(distinct, dtype=object)


def to_keys(postcodes: Iterable[str]) -> Keys:
    """Turn canonical postcodes into whole numbers, which sort and search fast.

    Parameters
    ----------
    postcodes
        "ZE1 1AB", as `canonical` writes them.

    Returns
    -------
    numpy.ndarray
        One unsigned integer each: the bytes of the seven-letter form, "ZE1 1AB" or "ZE101AB".
    """
    return fixed_to_keys([f"{postcode[:-4]:4}{postcode[-3:]}" for postcode in postcodes])


def fixed_to_keys(fixed: Iterable[str]) -> Keys:
    """Turn postcodes in the seven-letter form of ONS ("Z1  1AB", "ZE101AB") into whole numbers."""
    texts = fixed.tolist() if isinstance(fixed, pd.Series) else list(fixed)  # which iterates far faster
    return np.array(texts, dtype="S8").view(">u8").astype(np.uint64)


def initial_of(keys: Keys) -> npt.NDArray[np.str_]:
    """Return the first letter of each key."""
    return (keys >> np.uint64(56)).astype("uint32").view("<U1")


def one_edit_away(squeezed: str) -> list[str]:
    """List the well-formed postcodes that one slip turns into a text, the likeliest first.

    A slip is one sign taken for its like (O and 0), two signs swapped, one too many, one left out, one
    wrong. Those of the same area letters come first, then the kinds of slip in that order, then by text.

    Parameters
    ----------
    squeezed
        What was typed, as `squeeze` writes it.
    """
    if not SHORTEST - 1 <= len(squeezed) <= LONGEST + 1:
        return []
    kinds: dict[str, int] = {}
    for kind, edited in _edits(squeezed):
        postcode = canonical(edited)
        if postcode and edited != squeezed:
            kinds.setdefault(postcode, kind)
    area = _area(squeezed)
    return sorted(kinds, key=lambda postcode: (_area(postcode) != area, kinds[postcode], postcode))


def _area(text: str) -> str:
    """Return the area letters that a text begins with."""
    return re.match(r"[A-Z]{0,2}", text)[0]  # type: ignore[index]  # it matches an empty text too


def _edits(text: str) -> Iterator[tuple[int, str]]:
    cuts = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    for left, right in cuts[:-1]:
        yield from ((0, left + sign + right[1:]) for sign in CONFUSED.get(right[0], ""))
    for left, right in cuts[:-2]:
        yield 1, left + right[1] + right[0] + right[2:]
    for left, right in cuts[:-1]:
        yield 2, left + right[1:]
    for left, right in cuts:
        yield from ((3, left + sign + right) for sign in _SIGNS)
    for left, right in cuts[:-1]:
        yield from ((4, left + sign + right[1:]) for sign in _SIGNS)
