"""Which rows stand for an event that another row stands for already, over all extracts of a reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.referral_rows import KINDS, EventKind
from data.sources.referral_hashes import Hashes, mix

_MANY_IN_ALL: Final = 100
_MANY_A_DAY: Final = 10
_CHUNK: Final = 500_000


@dataclass(frozen=True, repr=False)
class Keys:
    """What tells the events of rows apart, all arrays of one length; 0 and `NO_DAY` where not known.

    Attributes
    ----------
    file
        Place of the extract.
    kind, day, person, event, source, need, area
        As in `EventRows`; `event` is a hash of the number of the event.
    fate
        What would become of the row: of several that are one event, the one with the least is kept.
    dated
        Whether the day is known.
    """

    file: npt.NDArray[np.int16]
    kind: npt.NDArray[np.int8]
    day: npt.NDArray[np.int32]
    dated: npt.NDArray[np.bool_]
    person: Hashes
    event: Hashes
    source: npt.NDArray[np.int8]
    need: npt.NDArray[np.int8]
    area: npt.NDArray[np.int32]
    fate: npt.NDArray[np.int8]


def find_repeats(keys: Keys) -> npt.NDArray[np.bool_]:
    """Say which rows repeat an event.

    Rows are one event where they have the same number of the event and the same child; where they are of one
    child on one day and of one kind (of contacts, from one source too), whatever their numbers: a child
    that is being looked at is not referred again that day. Rows without a child's number are told apart
    within a file, as siblings are referred together, and repeat only the rows of another file.

    Of the rows of one event that one is kept which can be used; then that of the earliest day, the least
    area, source and need, so that the order of rows plays no part.
    """
    repeated = np.zeros(len(keys.day), bool)
    with_event = keys.event != 0
    nobody = keys.person == 0
    if with_event.any():
        day = np.where(nobody, keys.day, np.int32(0))
        _mark(repeated, with_event, mix(keys.event, keys.person, keys.kind, day), keys)
    if not nobody.all():
        contact = keys.kind == KINDS.index(EventKind.CONTACT)
        source = np.where(contact, keys.source, np.int8(-9))
        _mark(repeated, ~nobody & keys.dated, mix(keys.person, keys.day, keys.kind, source), keys)
    _mark_across_files(repeated, nobody & ~with_event & keys.dated, keys)
    return repeated


def _mark(repeated: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_], key: Hashes, keys: Keys) -> None:
    """Mark all but the best row of each key, among rows that are not marked yet."""
    twice = _repeated_values(key[among & ~repeated])
    if not len(twice):
        return
    places = np.flatnonzero(among & ~repeated & _stand_in(key, twice))
    rows = pd.DataFrame({"key": key[places], **{n: getattr(keys, n)[places] for n in _RANK}}, index=places)
    rows = rows.sort_values(["key", *_RANK], kind="stable")
    repeated[rows.index[rows["key"].duplicated()]] = True


_RANK: Final = ("fate", "day", "area", "source", "need", "file")


def _mark_across_files(repeated: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_], keys: Keys) -> None:
    """Mark rows without any number that another file holds as often."""
    places = np.flatnonzero(among & ~repeated)
    if len(np.unique(keys.file[places])) < 2:
        return
    key = mix(*(getattr(keys, n)[places] for n in ("day", "kind", "area", "fate", "source", "need")))
    rows = pd.DataFrame({"key": key, "file": keys.file[places]}, index=places)
    rows["nth"] = rows.groupby(["key", "file"]).cumcount()
    repeated[rows.index[rows.sort_values("file", kind="stable").duplicated(["key", "nth"]).sort_index()]] = (
        True
    )


def _repeated_values(values: Hashes) -> Hashes:
    """Return the values that stand more than once, in order; the array is sorted in place."""
    values.sort()
    return np.unique(values[1:][values[1:] == values[:-1]])


def _stand_in(values: Hashes, ordered: Hashes) -> npt.NDArray[np.bool_]:
    """Say which values stand among others that are in order; takes less memory than `isin`."""
    found = np.zeros(len(values), bool)
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        nearest = np.minimum(np.searchsorted(ordered, part), len(ordered) - 1)
        found[start : start + _CHUNK] = ordered[nearest] == part
    return found


def odd_children(person: Hashes, day: npt.NDArray[np.int32]) -> list[str]:
    """Say where one child's number stands in more rows than a child can have.

    Parameters
    ----------
    person, day
        Of all rows of one file; 0 where there is no number.
    """
    known = person != 0
    day_of_child = mix(person[known], day[known])
    in_all = _counts_of_many(person[known], _MANY_IN_ALL)
    a_day = _counts_of_many(day_of_child, _MANY_A_DAY)
    if len(in_all):
        return [_odd(in_all, f"{_MANY_IN_ALL} rows or more")]
    return [_odd(a_day, f"{_MANY_A_DAY} rows or more of one day")] if len(a_day) else []


def _odd(counts: npt.NDArray[np.int64], many: str) -> str:
    n = len(counts)
    numbers = "one number of a child stands" if n == 1 else f"{n:,} numbers of a child stand"
    return (
        f"{numbers} in {many}, the most in {int(counts.max()):,}: "
        "it may stand for children who are not known. Check it in the case system"
    )


def _counts_of_many(values: Hashes, least: int) -> npt.NDArray[np.int64]:
    """Return how often those values stand that stand so often at least; the array is sorted in place."""
    if len(values) < least:
        return np.zeros(0, np.int64)
    values.sort()
    many = np.unique(values[least - 1 :][values[least - 1 :] == values[: len(values) - least + 1]])
    return np.searchsorted(values, many, "right") - np.searchsorted(values, many, "left")


def concatenate(parts: Sequence[Keys]) -> Keys:
    """Return the keys of all files as one."""
    if len(parts) == 1:
        return parts[0]
    return Keys(
        **{name: np.concatenate([getattr(p, name) for p in parts]) for name in Keys.__dataclass_fields__}
    )
