"""Where the rows of extracts lie: each distinct address is located once in a reading, and then forgotten.

An address is kept as a salted hash with the answer of `locate` beside it, never as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.postcode_text import is_placeholder
from data.referral_rows import FATES, Fate, Locate, Located, Role
from data.sources.coordinates import System, tell_systems, to_metres
from data.sources.referral_columns import PLACES, Columns
from data.sources.referral_content import GRID_REFERENCE, squeezed
from data.sources.referral_hashes import Salt, encode
from data.tables import to_number

_BETWEEN: Final = "\x1f"
_LONGEST: Final = 60
_PAIRS: Final = ((Role.EASTING, Role.NORTHING), (Role.LONGITUDE, Role.LATITUDE))
_NO_ADDRESS: Final = FATES.index(Fate.NO_ADDRESS)


@dataclass(frozen=True)
class Answers:
    """What is known of addresses, by their number in the `AddressBook`."""

    area: npt.NDArray[np.int32]
    fate: npt.NDArray[np.int8]
    terminated: npt.NDArray[np.bool_]


class AddressBook:
    """Every address met in a reading, by its hash, and where it lies."""

    def __init__(self, locate: Locate, salt: Salt) -> None:
        self._locate = locate
        self._salt = salt
        self._numbers: dict[int, int] = {}
        self._found: list[Located] = []
        self.swapped = 0

    def number(self, batch: pa.Table, columns: Columns) -> npt.NDArray[np.int32]:
        """Return the number of each row's address, -1 where every column of it is blank.

        Parameters
        ----------
        batch
            Rows as text.
        columns
            What its columns are.
        """
        roles = [role for role in PLACES if columns.of(role)]
        parts = [_cut(batch.column(str(columns.of(role)))) for role in roles]
        codes, distinct = encode(parts[0] if len(parts) == 1 else _join(parts))
        hashes = self._salt.hash_words(distinct).tolist()
        new = [place for place, value in enumerate(hashes) if value not in self._numbers]
        if new:
            self._add(distinct.take(pa.array(new, pa.int64())), roles)
            start = len(self._numbers)
            self._numbers |= {hashes[place]: start + n for n, place in enumerate(new)}
        numbers = np.array([*(self._numbers[value] for value in hashes), -1], dtype=np.int32)
        return numbers[codes]

    def answers(self) -> Answers:
        """Return what is known of all addresses met so far; the last entry is that of no address."""
        area = [*(found.area for found in self._found), np.array([-1])]
        fate = [*(found.fate for found in self._found), np.array([_NO_ADDRESS])]
        terminated = [*(found.terminated for found in self._found), np.array([False])]
        return Answers(
            np.concatenate(area).astype(np.int32),
            np.concatenate(fate).astype(np.int8),
            np.concatenate(terminated).astype(bool),
        )

    def _add(self, distinct: pa.Array, roles: Sequence[Role]) -> None:
        """Locate addresses that were not met before."""
        text = pd.Series(distinct.to_pandas()).astype("string")
        split = text.str.split(_BETWEEN, expand=True, regex=False) if len(roles) > 1 else text.to_frame(0)
        typed = split.set_axis(list(roles), axis=1)
        typed = typed.mask(typed.eq("").fillna(False))
        frame, faults, swapped = to_addresses(typed)
        self.swapped += swapped
        located = self._locate(frame)
        fate = np.array(located.fate, dtype=np.int8)
        lacking = (fate == _NO_ADDRESS) & (faults >= 0)
        fate[lacking] = faults[lacking]
        self._found.append(Located(np.asarray(located.area), fate, np.asarray(located.terminated)))


def to_addresses(typed: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.int8], int]:
    """Turn addresses as typed into what `locate` takes.

    Parameters
    ----------
    typed
        One row an address, one column of text a role of `PLACES`.

    Returns
    -------
    tuple
        The frame for `locate`; by row the fate of coordinates and grid references that cannot be used, -1
        where there are none; and how many points had latitude and longitude swapped.
    """
    points = pd.DataFrame({"easting_m": np.nan, "northing_m": np.nan}, index=typed.index)
    faults = np.full(len(typed), -1, np.int8)
    swapped = 0
    if Role.GRID_REFERENCE in typed:
        points = read_grid_references(typed[Role.GRID_REFERENCE])
        _note_faults(faults, typed[Role.GRID_REFERENCE], points, is_placeholder(typed[Role.GRID_REFERENCE]))
    for east, north in _PAIRS:
        if east in typed and north in typed:
            x, y = to_number(typed[east]), to_number(typed[north])
            found, turned = _read_pairs(x, y)
            swapped += turned
            filled = typed[east].fillna(typed[north])
            _note_faults(faults, filled, found, x.fillna(0).eq(0) & y.fillna(0).eq(0))
            points = points.fillna(found)
    frame = pd.DataFrame(index=typed.index)
    if {Role.GRID_REFERENCE, Role.EASTING, Role.LONGITUDE} & set(typed):
        frame = points
    for role, name in ((Role.POSTCODE, "postcode"), (Role.AREA_CODE, "area_code")):
        if role in typed:
            frame = frame.assign(**{name: typed[role]})
    return frame, faults, swapped


def read_grid_references(text: pd.Series) -> pd.DataFrame:
    """Turn grid references such as "SJ 123 456" into the middle of their squares in EPSG:27700.

    Examples
    --------
    >>> read_grid_references(pd.Series(["SJ 123 456"])).to_numpy().tolist()
    [[312350.0, 345650.0]]
    """
    parts = squeezed(text).str.upper().str.extract(f"^{GRID_REFERENCE.pattern}$")
    half = parts[2].str.len().fillna(0).astype("int64") // 2
    digits = [(d[:n], d[n:]) if isinstance(d, str) else ("", "") for d, n in zip(parts[2], half, strict=True)]
    metres = (10.0 ** (5 - half)).to_numpy()
    corner = [_corner(a, b) for a, b in zip(parts[0], parts[1], strict=True)]
    east = np.array([float(e or "nan") for e, _ in digits]) * metres + metres / 2
    north = np.array([float(n or "nan") for _, n in digits]) * metres + metres / 2
    origin = np.array(corner, dtype=float).reshape(-1, 2)
    return pd.DataFrame(
        {"easting_m": origin[:, 0] + east, "northing_m": origin[:, 1] + north}, index=text.index
    )


def _corner(first: object, second: object) -> tuple[float, float]:
    """Return the south-west corner of a 100 km square, in metres (Ordnance Survey, two letters)."""
    if not isinstance(first, str) or not isinstance(second, str):
        return np.nan, np.nan
    large, small = (("ABCDEFGHJKLMNOPQRSTUVWXYZ").index(letter) for letter in (first, second))
    east = (large % 5 - 2) * 500_000 + small % 5 * 100_000
    north = (3 - large // 5) * 500_000 + (4 - small // 5) * 100_000
    return float(east), float(north)


def _read_pairs(x: pd.Series, y: pd.Series) -> tuple[pd.DataFrame, int]:
    """Bring pairs to metres, each told by its values: the systems do not overlap in Great Britain."""
    told = tell_systems(x, y)
    out = pd.DataFrame({"easting_m": np.nan, "northing_m": np.nan}, index=x.index)
    for system in System:
        which = told.eq(system.value).fillna(False).astype(bool)
        if which.any():
            out = out.fillna(to_metres(x.where(which), y.where(which), system))
    return out, int(told.eq(System.SWAPPED.value).sum())


def _note_faults(
    faults: npt.NDArray[np.int8], typed: pd.Series, points: pd.DataFrame, placeholder: pd.Series
) -> None:
    """Note why what was typed gives no point: it is no point at all, or stands in place of one."""
    lost = (typed.notna() & points["easting_m"].isna()).to_numpy()
    stands_in = placeholder.fillna(False).to_numpy(dtype=bool)
    faults[lost & (faults < 0)] = FATES.index(Fate.MALFORMED)
    faults[lost & stands_in] = FATES.index(Fate.PLACEHOLDER)


def _cut(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cut what is too long for any address, and what would part one from the next."""
    longest = pc.max(pc.utf8_length(column)).as_py() or 0
    return pc.utf8_slice_codeunits(column, 0, _LONGEST) if longest > _LONGEST else column


def _join(parts: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Write the parts of an address as one text, missing where all are blank."""
    clean = [pc.replace_substring(part, _BETWEEN, " ") for part in parts]
    joined = pc.binary_join_element_wise(*clean, _BETWEEN, null_handling="replace", null_replacement="")
    blank = pc.equal(joined, _BETWEEN * (len(parts) - 1))
    return pc.if_else(blank, pa.scalar(None, pa.string()), joined)
