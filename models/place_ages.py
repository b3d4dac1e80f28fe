"""Who a place is for: the ages from and to, as the pills of a form say them."""

from collections.abc import Collection, Mapping
from typing import Final

Ages = tuple[int | None, int | None]
"""Ages from and to, in whole years; None for no limit."""

EVERYONE: Final = "everyone"
AGES: Final[Mapping[str, tuple[str, int, int | None]]] = {
    EVERYONE: ("Everyone", 0, None),
    "under_5": ("Under 5", 0, 4),
    "5_11": ("5 to 11", 5, 11),
    "12_17": ("12 to 17", 12, 17),
    "18_25": ("18 to 25", 18, 25),
    "adults": ("Parents and carers", 18, None),
}
"""The pills: words, and the ages from and to."""


def range_of(pills: Collection[str]) -> Ages:
    """Return the ages that pills say together; None from and to where all are welcome, or nobody said.

    Examples
    --------
    >>> range_of(["under_5", "12_17"]), range_of(["12_17", "adults"]), range_of(["everyone", "5_11"])
    ((0, 17), (12, None), (None, None))
    """
    chosen = [AGES[key][1:] for key in pills if key in AGES]
    if not chosen or EVERYONE in pills:
        return None, None
    tops = [top for _, top in chosen if top is not None]
    return min(low for low, _ in chosen), max(tops) if len(tops) == len(chosen) else None


def pills_for(ages: Ages) -> tuple[str, ...]:
    """Return the pills that say exactly these ages; none where no pills do, or nobody said.

    Examples
    --------
    >>> pills_for((0, 11)), pills_for((7, 19))
    (('under_5', '5_11'), ())
    """
    low, top = ages
    if ages == (None, None):
        return ()
    keys = tuple(
        key
        for key, (_, start, end) in AGES.items()
        if key != EVERYONE and start >= (low or 0) and (top is None or (end is not None and end <= top))
    )
    return keys if range_of(keys) == ages else ()
