"""Give every row one fate, and say of each file what became of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.referral_rows import FATES, KINDS, EventRows, Fate, ReadFile, Role
from data.sources.referral_apart import APART
from data.sources.referral_dates import NO_DAY
from data.sources.referral_gather import Gathered
from data.sources.referral_join import ALWAYS
from data.sources.referral_open import OpenTable
from data.sources.referral_places import Answers
from data.sources.referral_repeats import Keys, concatenate, find_repeats, odd_children

_USED: Final = FATES.index(Fate.USED)
_APART: Final = FATES.index(Fate.APART)
_REPEATED: Final = FATES.index(Fate.REPEATED)
_DISTORTED_ROWS, _DISTORTED_SHARE = 5, 0.1
_EPOCH: Final = date(1970, 1, 1)


@dataclass(repr=False)
class FileRows:
    """One extract and its rows as numbers, and how many found their address in another table."""

    table: OpenTable
    rows: Gathered
    joined: int | None = None
    day: npt.NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.day = self.rows.day_of(Role.DATE, NO_DAY)

    @property
    def kind(self) -> int:
        """The number of its kind."""
        kind = self.table.columns.kind
        return KINDS.index(kind) if kind else 0


def settle(
    files: Sequence[FileRows], answers: Answers, areas: pd.Index, swapped: int
) -> tuple[EventRows, tuple[ReadFile, ...]]:
    """Decide the fate of every row of all files.

    A repeated row comes first, then a fault of its date, an address that is no family home, and a fault of
    its address.

    Parameters
    ----------
    files
        The extracts.
    answers
        Where addresses lie.
    areas
        Area codes of the build.
    swapped
        How many points had latitude and longitude swapped.

    Returns
    -------
    tuple
        The rows that are used, and what was made of each file.
    """
    if not files:
        return _no_rows(areas), ()
    notes = [_note_validity(file) for file in files]
    keys = concatenate([_keys_of(number, file, answers) for number, file in enumerate(files)])
    fate = np.where(find_repeats(keys), np.int8(_REPEATED), keys.fate)
    ends = np.cumsum([file.rows.rows for file in files])
    read = []
    for file, extra, end in zip(files, notes, ends, strict=True):
        mine = slice(int(end) - file.rows.rows, int(end))
        read.append(_describe(file, fate[mine], answers, areas, [*extra, *_note_swapped(file, swapped)]))
    used = fate == _USED
    return (
        EventRows(
            areas=areas,
            area=keys.area[used],
            day=keys.day[used],
            kind=keys.kind[used],
            person=keys.person[used],
            source=keys.source[used],
            need=keys.need[used],
        ),
        tuple(read),
    )


def _no_rows(areas: pd.Index) -> EventRows:
    whole, small = np.zeros(0, np.int32), np.zeros(0, np.int8)
    return EventRows(areas, whole, whole, small, np.zeros(0, np.uint64), small, small)


def _note_validity(file: FileRows) -> list[str]:
    """Take away addresses that were not the child's on the day, where a file says from when to when."""
    rows = file.rows
    if not {Role.ADDRESS_FROM, Role.ADDRESS_TO} & set(rows.days):
        return []
    start, end = rows.day_of(Role.ADDRESS_FROM, -ALWAYS), rows.day_of(Role.ADDRESS_TO, ALWAYS)
    other = (file.day != NO_DAY) & ((file.day < start) | (end < file.day)) & (rows.place >= 0)
    rows.columns[Role.POSTCODE] = np.where(other, -1, rows.place)
    n = int(other.sum())
    return [f"{n:,} rows have an address that was not the child's on the day, which is not used"] if n else []


def _keys_of(number: int, file: FileRows, answers: Answers) -> Keys:
    rows, count = file.rows, file.rows.rows
    place = rows.place
    fate = answers.fate[place]
    fate[rows.apart > 0] = _APART
    dates = np.append(rows.days[Role.DATE].fate, np.int8(FATES.index(Fate.NO_DATE)))[rows.columns[Role.DATE]]
    fate = np.where(dates == _USED, fate, dates).astype(np.int8)
    return Keys(
        file=np.full(count, number, np.int16),
        kind=np.full(count, file.kind, np.int8),
        day=file.day,
        dated=file.day != NO_DAY,
        person=rows.of(Role.PERSON).astype(np.uint64, copy=False),
        event=rows.of(Role.EVENT).astype(np.uint64, copy=False),
        source=rows.of(Role.SOURCE).astype(np.int8),
        need=rows.of(Role.NEED).astype(np.int8, copy=False),
        area=answers.area[place],
        fate=fate,
    )


def _describe(
    file: FileRows,
    fate: npt.NDArray[np.int8],
    answers: Answers,
    areas: pd.Index,
    extra: Sequence[str],
) -> ReadFile:
    """Put in words and counts what was made of one file."""
    rows, columns = file.rows, file.table.columns
    used, apart = fate == _USED, fate == _APART
    place = rows.place
    counts = np.bincount(fate, minlength=len(FATES))
    days = file.day[used]
    fates = {name: int(n) for name, n in zip(FATES, counts, strict=True) if n}
    assert columns.kind is not None  # a table of addresses is no file of events
    return ReadFile(
        source=file.table.source,
        kind=columns.kind,
        layout=columns.layout,
        columns=columns.columns,
        rows=rows.rows,
        fates=fates,
        first=_as_date(days.min()) if len(days) else None,
        last=_as_date(days.max()) if len(days) else None,
        terminated=int(answers.terminated[place[used]].sum()),
        apart=_count_apart(rows.apart[apart]),
        apart_areas=_distorted(answers.area[place[apart]], answers.area[place[used]], areas),
        uncoded=_count_uncoded(rows, used),
        notes=tuple(_notes(file, fates)) + tuple(extra),
    )


def _as_date(day: np.int32) -> date:
    return _EPOCH + timedelta(days=int(day))


def _count_apart(kinds: npt.NDArray[np.int8]) -> dict[str, int]:
    counts = np.bincount(kinds, minlength=len(APART) + 1)[1:]
    return {name: int(n) for name, n in zip(APART, counts, strict=True) if n}


def _distorted(apart: npt.NDArray[np.int32], used: npt.NDArray[np.int32], areas: pd.Index) -> tuple[str, ...]:
    """Name the areas of which a good part of the rows are at addresses that are no family homes."""
    there = np.bincount(apart[apart >= 0], minlength=len(areas))
    homes = np.bincount(used[used >= 0], minlength=len(areas))
    many = (there >= _DISTORTED_ROWS) & (there >= _DISTORTED_SHARE * (there + homes))
    return tuple(sorted(str(code) for code in areas[many]))


def _count_uncoded(rows: Gathered, used: npt.NDArray[np.bool_]) -> dict[str, int]:
    told = {"source": Role.SOURCE, "need": Role.NEED}
    there = {name: rows.of(role).astype(np.int8) for name, role in told.items() if role in rows.columns}
    counts = {name: int((codes[used] < 0).sum()) for name, codes in there.items()}
    return {name: n for name, n in counts.items() if n}


def _notes(file: FileRows, fates: Mapping[Fate, int]) -> list[str]:
    rows, columns = file.rows, file.table.columns
    notes = [*columns.notes, *rows.days[Role.DATE].notes]
    if ragged := file.table.ragged():
        notes.append(
            f"{ragged:,} rows have more or fewer cells than the header: check them in the case system"
        )
    notes += [f"{n:,} rows have {words}; they are used" for words, n in rows.ages.items()]
    if Role.PERSON in rows.columns:
        notes += odd_children(rows.of(Role.PERSON).astype(np.uint64, copy=False), file.day)
    else:
        notes.append("it has no number of the child, so that children and re-referrals cannot be counted")
    if file.joined is not None:
        notes.append(
            f"{file.joined:,} rows have the address that was the child's on the day, from another table"
        )
    if rows.rows and not fates.get(Fate.USED):
        most = max(fates, key=lambda fate: fates[fate])
        notes.append(
            f"no row can be used, most for one reason: {most.value}. Check the columns that were taken"
        )
    return notes


def _note_swapped(file: FileRows, swapped: int) -> list[str]:
    if swapped and file.table.columns.of(Role.LATITUDE):
        return ["latitude and longitude are the wrong way round in some rows, and were swapped"]
    return []
