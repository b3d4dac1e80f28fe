"""Turn the batches of one extract into columns of numbers: nothing of a row outlives its batch as text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.referral_rows import READ, Role
from data.sources.referral_apart import apart_by_line, apart_by_type
from data.sources.referral_coded import need_numbers, source_numbers
from data.sources.referral_columns import PLACES, Columns
from data.sources.referral_dates import CLOCK, Days, read_days
from data.sources.referral_hashes import Salt, Words, encode
from data.sources.referral_places import AddressBook

_UNBORN: Final = -1
_OLDEST: Final = 25
_LONGEST_WORD: Final = 100
_UNTIMED: Final = (Role.DATE, Role.ADDRESS_FROM, Role.ADDRESS_TO)

Numbers = npt.NDArray[np.generic]


@dataclass(repr=False)
class Gathered:
    """One table as columns of numbers, all of one length.

    Attributes
    ----------
    rows
        How many rows there are.
    days
        The days of each column of dates, by role, as read from its distinct texts.
    columns
        Numbers by role: of the address in the `AddressBook` under `POSTCODE`, hashes of persons and events,
        places among sources and needs, places among the distinct texts of dates.
    apart
        What kind of place that is no family home each row is at, 0 for none.
    ages
        How many rows have an odd age, in words.
    """

    rows: int = 0
    days: dict[Role, Days] = field(default_factory=dict)
    columns: dict[Role, Numbers] = field(default_factory=dict)
    apart: npt.NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    ages: dict[str, int] = field(default_factory=dict)

    def of(self, role: Role) -> Numbers:
        """Return a column, or nought or "not known" for every row where the table has none."""
        if role in self.columns:
            return self.columns[role]
        if role in (Role.PERSON, Role.EVENT):
            return np.zeros(self.rows, np.uint64)
        return np.full(self.rows, -1, np.int8 if role in (Role.SOURCE, Role.NEED) else np.int32)

    @property
    def place(self) -> npt.NDArray[np.int32]:
        """The number of each row's address in the `AddressBook`, -1 for none."""
        return self.of(Role.POSTCODE).astype(np.int32, copy=False)

    def day_of(self, role: Role, otherwise: int) -> npt.NDArray[np.int32]:
        """Return the day of a column of dates by row, `otherwise` where there is none."""
        if role not in self.days:
            return np.full(self.rows, otherwise, np.int32)
        days = np.append(self.days[role].day, np.int32(otherwise))
        found = days[self.columns[role]]
        return np.where(found == np.iinfo(np.int32).min, np.int32(otherwise), found).astype(np.int32)


def needed_columns(columns: Columns) -> list[str]:
    """Return the headings that have to be converted: those that are read, and addresses for telling words."""
    wanted = {*READ, Role.ADDRESS}
    return [n for n, c in zip(columns.names, columns.columns, strict=True) if c.role in wanted]


def gather(
    batches: Iterable[pa.Table],
    columns: Columns,
    book: AddressBook,
    salt: Salt,
    today: date,
    progress: Callable[[int], None],
) -> Gathered:
    """Read all batches of one table.

    Parameters
    ----------
    batches
        Rows as text: the columns that `needed_columns` names.
    columns
        What they are.
    book
        Where addresses lie.
    salt
        Of this reading.
    today
        What is later is dated in the future.
    progress
        Called after each batch with the rows so far.

    Raises
    ------
    SourceError
        When its dates cannot be told, or a batch cannot be read.
    """
    told = {role: str(columns.of(role)) for role in READ if columns.of(role)}
    worded = (*_UNTIMED, Role.SOURCE, Role.NEED, Role.ADDRESS_TYPE, Role.AGE)
    words: dict[Role, Words] = {role: Words() for role in worded if role in told}
    parts: dict[Role, list[Numbers]] = {}
    lines: list[Numbers] = []
    rows = 0
    for batch in batches:
        for role, numbers in _numbers_of(batch, columns, told, words, book, salt).items():
            parts.setdefault(role, []).append(numbers)
        lines.append(_lines_of(batch, columns.all_of(Role.ADDRESS)))
        rows += batch.num_rows
        progress(rows)
    joined = {role: np.concatenate(parts.pop(role)) for role in list(parts)}
    return _finished(rows, joined, words, lines, told, today)


def _numbers_of(
    batch: pa.Table,
    columns: Columns,
    told: dict[Role, str],
    words: dict[Role, Words],
    book: AddressBook,
    salt: Salt,
) -> dict[Role, Numbers]:
    found: dict[Role, Numbers] = {}
    for role, seen in words.items():
        column = batch.column(told[role])
        found[role] = _small(seen.number(_untimed(column) if role in _UNTIMED else _cut(column)))
    for role in (Role.PERSON, Role.EVENT):
        if role in told:
            found[role] = salt.hash_column(batch.column(told[role]))
    if any(role in told for role in PLACES):
        found[Role.POSTCODE] = book.number(batch, columns)
    return found


def _small(numbers: npt.NDArray[np.int32]) -> Numbers:
    """Keep numbers in as few bytes as hold them."""
    return numbers.astype(np.int16) if len(numbers) and numbers.max() < 2**15 else numbers


def _untimed(column: pa.ChunkedArray) -> pa.Array:
    """Cut the time of day off time stamps, each distinct one once."""
    codes, distinct = encode(_cut(column))
    if pc.any(pc.match_substring(distinct, ":")).as_py():
        distinct = pc.replace_substring_regex(distinct, CLOCK, "")
    return distinct.take(pa.array(codes, mask=codes < 0))


def _cut(column: pa.ChunkedArray) -> pa.ChunkedArray:
    longest = pc.max(pc.utf8_length(column)).as_py() or 0
    return pc.utf8_slice_codeunits(column, 0, _LONGEST_WORD) if longest > _LONGEST_WORD else column


def _lines_of(batch: pa.Table, names: list[str]) -> npt.NDArray[np.int8]:
    found = np.zeros(batch.num_rows, np.int8)
    for name in names:
        found = np.where(found > 0, found, apart_by_line(batch.column(name))).astype(np.int8)
    return found


def _finished(
    rows: int,
    columns: dict[Role, Numbers],
    words: dict[Role, Words],
    lines: list[Numbers],
    told: dict[Role, str],
    today: date,
) -> Gathered:
    """Replace places among distinct texts by what the texts mean."""
    out = Gathered(rows, columns=columns)
    out.apart = np.concatenate([np.zeros(0, np.int8), *lines]).astype(np.int8)
    for role in _UNTIMED:
        if role in words:
            out.days[role] = read_days(words[role].series(), words[role].rows, told[role], today)
    for role, read in ((Role.SOURCE, source_numbers), (Role.NEED, need_numbers)):
        if role in words:
            columns[role] = np.append(read(words[role].series()), np.int8(-1))[columns[role]]
    if Role.ADDRESS_TYPE in words:
        by_type = apart_by_type(words[Role.ADDRESS_TYPE])[columns.pop(Role.ADDRESS_TYPE)]
        out.apart = np.where(by_type > 0, by_type, out.apart).astype(np.int8)
    if Role.AGE in words:
        del columns[Role.AGE]
        out.ages = _odd_ages(words[Role.AGE])
    return out


def _odd_ages(words: Words) -> dict[str, int]:
    ages = pd.to_numeric(words.series(), errors="coerce").astype("float64").to_numpy()
    kinds = {
        "children not yet born (age -1)": ages == _UNBORN,
        "a negative age": (ages < 0) & (ages != _UNBORN),
        f"an age over {_OLDEST}": ages > _OLDEST,
    }
    return {name: n for name, which in kinds.items() if (n := int(words.rows[which].sum()))}
