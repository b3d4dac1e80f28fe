"""The same place told twice: inside a file or between files, found by name, postcode and distance.

Two records of one kind are the same place when their names are, and they stand together (`find_duplicates`).
Names are compared without their legal form and without the words that only say the kind, by the token sort
ratio of rapidfuzz. Names that tell themselves apart (infant and junior, pharmacy and surgery, 1st and 2nd)
are never the same, however alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from rapidfuzz import fuzz, process

from geo.plain_names import plain_name

SAME_NAME_M = 100.0
ALIKE_M = 50.0
ALIKE_POSTCODE_M = 250.0
"""How far apart the same name, a like name, and a like name at the same postcode may stand."""

WIDE_M = 300.0
WIDE_KINDS = frozenset({"green_space"})
"""How far apart the same name may stand: one file points at the gate of a park, another at its middle."""

ALIKE = 90.0
"""Names from this token sort ratio on, of 100, are alike."""

MOST_APART_M = 300.0
ONE_POSTCODE_M = 500.0
"""No record is a duplicate of one further away, whatever stands between the two. The second is for the same
name at the same postcode, whose point may lie that far from the door of a hospital or a golf club."""

MOST_TOGETHER = 300
"""A spot or a postcode with more records is where a file puts what it cannot place: only names that are
neighbours in the alphabet are compared there, as comparing all would take for ever."""

_NEIGHBOURS = 10


def find_duplicates(records: pd.DataFrame) -> pd.Series:
    """Find the records that are the same place as an earlier one.

    Two records of one kind are the same place when they have

    - the same `establishment` in one file, wherever they stand; or
    - the same name, and the same postcode or at most 100 m between them (300 m for parks); or
    - names alike (90 of 100), and the same postcode and at most 250 m, or at most 50 m, between them.

    Details that say different things, hospital and dentist, are different places, as are rows of one file
    with an `identifier` each. What is the same as the same is the same,
    as long as every record stands within 300 m of the one that is kept (500 m at one postcode). A name with
    something in brackets at its end is the same as that name without it, and as none with other brackets.

    Parameters
    ----------
    records
        In order of preference: the first of several is the one that is kept. Columns `name, kind, detail,
        postcode` (in one spelling), `file, identifier, establishment` (missing where unknown), and
        `easting_m, northing_m` in EPSG:27700.

    Returns
    -------
    pandas.Series
        For each record the index of the record that is kept; its own where it is no duplicate.
    """
    rows = records.reset_index(drop=True)
    groups = _Groups(rows)
    for first, second, most_m in _likely_pairs(rows):
        groups.join(first, second, most_m)
    kept = np.array([groups.root(row) for row in range(len(rows))], dtype=np.int64)
    return pd.Series(records.index.to_numpy()[kept], index=records.index, dtype=records.index.dtype)


@dataclass
class _Group:
    """Records that are one place: the rows of each establishment in it, and its identifiers by file."""

    units: list[np.ndarray]
    identifiers: dict[str, frozenset[str]] = field(default_factory=dict)

    def contradicts(self, other: "_Group") -> bool:
        """Say whether a file gives both groups identifiers, and none in common."""
        shared = self.identifiers.keys() & other.identifiers.keys()
        return any(self.identifiers[f].isdisjoint(other.identifiers[f]) for f in shared)


class _Groups:
    """A union-find of rows, by their first row, that refuses what would be no one place."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.points = rows[["easting_m", "northing_m"]].to_numpy(dtype=float)
        self.parent = np.arange(len(rows))
        self.files = rows["file"].astype(str).to_dict()
        self.identifiers = rows["identifier"].dropna().to_dict()
        self.groups: dict[int, _Group] = {}
        keys = ["file", "kind", "establishment"]
        told = rows[rows.duplicated(keys, keep=False) & rows["establishment"].notna()]
        for _, members in told.groupby(keys, sort=False).groups.items():
            self.parent[members] = min(members)
            self.groups[int(min(members))] = self._new(np.asarray(members))

    def _new(self, members: np.ndarray) -> _Group:
        known = frozenset(self.identifiers[m] for m in members.tolist() if m in self.identifiers)
        return _Group([members], {self.files[int(members[0])]: known} if known else {})

    def _of(self, root: int) -> _Group:
        """Return the group of a root; a row that stands alone is one of its own."""
        if root not in self.groups:
            self.groups[root] = self._new(np.array([root]))
        return self.groups[root]

    def root(self, row: int) -> int:
        """Return the first row of the group that a row is in."""
        while self.parent[row] != row:
            self.parent[row] = self.parent[self.parent[row]]
            row = int(self.parent[row])
        return row

    def join(self, first: int, second: int, most_m: float) -> None:
        """Make two groups one, unless their identifiers or the distance forbid it."""
        kept, gone = sorted((self.root(first), self.root(second)))
        if kept == gone:
            return
        into, other = self._of(kept), self._of(gone)
        if into.contradicts(other) or not self._all_near(into, other, most_m):
            return
        self.parent[gone] = kept
        into.units += other.units
        for file, known in self.groups.pop(gone).identifiers.items():
            into.identifiers[file] = into.identifiers.get(file, frozenset()) | known

    def _all_near(self, into: _Group, other: _Group, most_m: float) -> bool:
        """Say whether all of a group stands near the record that the other keeps."""
        kept = self.points[into.units[0]][:, None, :]
        apart = (kept - self.points[unit][None, :, :] for unit in other.units)
        return all(bool(np.hypot(a[..., 0], a[..., 1]).min() <= most_m) for a in apart)


def _likely_pairs(rows: pd.DataFrame) -> Iterable[tuple[int, int, float]]:
    """Return the pairs of rows that are the same place by name and distance, the likeliest first.

    With each stands how far apart the records may be that it joins.
    """
    named = rows[rows["name"].notna()]
    plain = {name: plain_name(name) for name in named["name"].unique()}
    names = {row: plain[name] for row, name in named["name"].items()}
    core = pd.Series([name.core for name in names.values()], index=named.index, dtype=object)
    pairs = _candidates(named, core)
    first, second = pairs[:, 0], pairs[:, 1]
    x, y = (rows[c].to_numpy(dtype=float) for c in ("easting_m", "northing_m"))
    apart_m = np.hypot(x[first] - x[second], y[first] - y[second])
    postcode = pd.factorize(rows["postcode"])[0]
    together = (postcode[first] == postcode[second]) & (postcode[first] >= 0)
    short = pd.Series([name.short for name in names.values()], index=named.index, dtype=object)
    left, right = core.loc[first].to_numpy(), core.loc[second].to_numpy()
    same_name = (left == right) | _same_but_brackets(core, short, first, second)
    wide = rows["kind"].isin(WIDE_KINDS).to_numpy(dtype=bool)[first]
    ratio = np.zeros(len(pairs))
    if len(pairs):
        ratio = process.cpdist(left, right, scorer=fuzz.ratio, score_cutoff=ALIKE).astype(float)
    same = same_name & (together | (apart_m <= np.where(wide, WIDE_M, SAME_NAME_M)))
    alike = (ratio >= ALIKE) & ((together & (apart_m <= ALIKE_POSTCODE_M)) | (apart_m <= ALIKE_M))
    chosen = np.flatnonzero(same | alike)
    order = np.lexsort((second[chosen], first[chosen], apart_m[chosen], -ratio[chosen]))
    likely = chosen[order]
    most_m = np.where(same & together, ONE_POSTCODE_M, MOST_APART_M)
    types = {row: plain_name(str(text)).signs for row, text in named["detail"].dropna().items()}
    return [
        (a, b, far)
        for (a, b), far in zip(pairs[likely].tolist(), most_m[likely].tolist(), strict=True)
        if not names[a].differs(names[b])
        and not (types.get(a) and types.get(b) and types[a].isdisjoint(types[b]))
    ]


def _same_but_brackets(
    core: pd.Series, short: pd.Series, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Say which pairs have one name, but for what stands in brackets at the end of one of the two."""
    left, right, cut = core.loc[first].to_numpy(), core.loc[second].to_numpy(), (core != short)
    only_left = (short.loc[first].to_numpy() == right) & ~cut.loc[second].to_numpy()
    only_right = (left == short.loc[second].to_numpy()) & ~cut.loc[first].to_numpy()
    return np.asarray(only_left | only_right)


def _candidates(rows: pd.DataFrame, core: pd.Series) -> np.ndarray:
    """Return the pairs of rows of one kind that share a postcode or stand near each other, each once."""
    found = [np.empty((0, 2), dtype=np.int64)]
    for kind, here in rows.groupby("kind", sort=True):
        reach_m = WIDE_M if kind in WIDE_KINDS else SAME_NAME_M
        names = core.loc[here.index]
        spots = here["easting_m"].round() * 1e8 + here["northing_m"].round()
        crowded = spots.map(spots.value_counts()) > MOST_TOGETHER
        found.append(_pairs_inside(here["postcode"], names))
        found.append(_pairs_inside(spots.where(crowded), names))
        loose = here[~crowded]
        points = shapely.points(loose["easting_m"], loose["northing_m"])
        near = shapely.STRtree(points).query(points, predicate="dwithin", distance=reach_m).T
        found.append(loose.index.to_numpy()[near[near[:, 0] < near[:, 1]]])
    ordered = np.sort(np.concatenate(found), axis=1)
    return np.unique(ordered, axis=0)


def _pairs_inside(keys: pd.Series, names: pd.Series) -> np.ndarray:
    """Return the pairs of rows with the same key; of a crowd, only those next to each other by name."""
    table = pd.DataFrame({"key": keys, "name": names})[keys.notna()]
    crowd = table.groupby("key")["name"].transform("size") > MOST_TOGETHER
    table = table.assign(crowd=crowd, row=table.index).sort_values(["key", "name", "row"])
    key = pd.factorize(table["key"])[0]
    crowd_of = table["crowd"].to_numpy(dtype=bool)
    start, found = np.arange(len(table)), [np.empty((0, 2), dtype=np.int64)]
    for step in range(1, MOST_TOGETHER):
        start = start[start + step < len(table)]
        start = start[key[start] == key[start + step]]
        if step > _NEIGHBOURS:
            start = start[~crowd_of[start]]
        if not len(start):
            break
        row = table["row"].to_numpy()
        found.append(np.column_stack([row[start], row[start + step]]))
    return np.concatenate(found)
