"""From small areas to wards, localities and councils, by the right method for each kind of column.

Counts add up. An average score of the Indices of Deprivation is weighted by the index's own denominator;
beside it stand the average rank, the extent, and the shares in England's worst tenth and fifth, because an
average hides pockets. Deciles are never averaged.

Source of the methods: English Indices of Deprivation technical report, section 3.8 (summary measures).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.errors import GeographyError
from data.indicators import Kind, national_list
from data.provenance import Provenance, Status, Tier

if TYPE_CHECKING:
    from geo.area_table import AreaTable

LEVELS = {"ward": "ward", "council": "la", "locality": "locality", "region": "region"}
WHOLE = "all"
"""The code and the name of the one row of a whole table."""

_NESTED = ("council", "region")
"""Levels whose edges small areas never cross: no area is in one by best fit."""

_LOOKUP_HINT = "Add a lookup from small areas to wards and councils."
_MISSING_LEVEL = {
    "ward": _LOOKUP_HINT,
    "council": _LOOKUP_HINT,
    "locality": "Add a layer of localities, with a name for each.",
    "region": "Add a lookup from small areas or councils to regions.",
}
_CERTAINTY = (Status.OBSERVED, Status.STALE, Status.APPORTIONED, Status.MODELLED, Status.SUPPRESSED)
_WORDS = np.array([status.value for status in _CERTAINTY], dtype=object)
_DOUBTS = {status.value: number for number, status in enumerate(_CERTAINTY)} | {Status.MISSING.value: 0}


@dataclass(frozen=True)
class LevelTable:
    """Wards, localities, councils or regions, with aggregated indicators.

    Attributes
    ----------
    frame
        Index `ward_code`, `la_code`, `locality_code` or `region_code`; `name, la_code, la_name, areas` (small
        areas in it) and indicators:
        `pop_*` sums; for each index `_score` (average), `_average_rank` (the average of national ranks,
        1 the most deprived; MHCLG publishes it the other way round), `_extent_share`,
        `_worst_decile_share` and `_worst_fifth_share` (shares of small areas, 0 to 1), and the ranks of its
        `_most_deprived_rank` and `_least_deprived_rank` small area: how far the average can be trusted.
    status
        Same index; the status of each indicator value. None is surer than how its areas were placed.
    provenance
        As in the area table, with the step taken here.
    level
        "ward", "council", "locality" or "region".
    tier
        As in the area table.
    caveats
        What to say beside any figure of it.
    """

    frame: pd.DataFrame
    status: pd.DataFrame
    provenance: Mapping[str, Provenance]
    level: str
    tier: Tier
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class _Weights:
    """How far each area counts: by its people where its group knows them all, else as one."""

    of_area: pd.Series
    by_people: pd.Series
    denominator: str | None
    unweighted: frozenset[str]
    groups: int

    @property
    def words(self) -> str:
        """Say how the areas were weighted."""
        once = "each small area counting once"
        if len(self.unweighted) == self.groups or self.denominator is None:
            return once
        some = f", {once} in {len(self.unweighted)} of {self.groups} groups" if self.unweighted else ""
        return f"weighted by {self.denominator}{some}"


class _Groups:
    """Which group each area is in, found once for all columns.

    Attributes
    ----------
    index
        The codes of the groups, in order, under the name of the column that gives them.
    """

    def __init__(self, keys: pd.Series) -> None:
        self._of, codes = pd.factorize(keys, sort=True)
        self.index = pd.Index(codes, name=keys.name)

    def sum(self, values: pd.Series) -> pd.Series:
        """Add up by group; a missing value adds nothing."""
        there = (self._of >= 0) & values.notna().to_numpy()
        weights = values.to_numpy(dtype=float, na_value=np.nan)[there]
        return self._by_group(np.bincount(self._of[there], weights, len(self.index)))

    def any(self, yes: pd.Series) -> pd.Series:
        """Say which groups hold any."""
        found = self._of[(self._of >= 0) & yes.to_numpy(dtype=bool)]
        return self._by_group(np.bincount(found, minlength=len(self.index)) > 0)

    def largest(self, values: pd.Series) -> pd.Series:
        """Return the largest value of each group, missing where none is known."""
        out = np.full(len(self.index), -np.inf)
        there = (self._of >= 0) & values.notna().to_numpy()
        np.maximum.at(out, self._of[there], values.to_numpy(dtype=float, na_value=np.nan)[there])
        return self._by_group(np.where(np.isinf(out), np.nan, out))

    def spread(self, of_group: pd.Series, index: pd.Index) -> pd.Series:
        """Return for each area whether its group holds; an area in none has no group that does."""
        return pd.Series((self._of >= 0) & of_group.to_numpy(dtype=bool)[self._of], index)

    def _by_group(self, values: np.ndarray) -> pd.Series:
        return pd.Series(values, self.index)


@dataclass(frozen=True)
class _Column:
    """An aggregated column: its values by group, the columns it was made of, and the step in words."""

    values: pd.Series
    made_of: tuple[str, ...]
    step: str
    weights: _Weights | None = None


def aggregate(table: AreaTable, level: str) -> LevelTable:
    """Aggregate an area table to wards, localities, councils or regions.

    Parameters
    ----------
    table
        The small areas.
    level
        "ward", "council", "locality" or "region".

    Raises
    ------
    GeographyError
        When the level is unknown, or no area of the table has one.
    """
    if level not in LEVELS:
        raise GeographyError(f"{level!r} is not a level.", f"Use one of: {', '.join(LEVELS)}.")
    prefix = LEVELS[level]
    keys = table.frame.get(f"{prefix}_code", pd.Series(pd.NA, index=table.frame.index))
    if keys.isna().all():
        raise GeographyError(f"No small area has a {level}.", _MISSING_LEVEL[level])
    groups = _Groups(keys)
    columns = _aggregate_columns(table, groups)
    head = _describe_groups(table, prefix)
    values = pd.DataFrame(
        {name: c.values.reindex(head.index) for name, c in columns.items()}, index=head.index
    )
    status = pd.DataFrame(
        {name: _status(table, c, groups, values[name]) for name, c in columns.items()}, index=head.index
    )
    provenance = {
        name: table.provenance[c.made_of[0]].with_step(f"{c.step}, by {level}") for name, c in columns.items()
    }
    frame = pd.concat([head, values], axis=1)
    caveats = tuple(_caveats(table, level, columns.values()))
    return LevelTable(frame, status, provenance, level, table.tier, caveats)


def aggregate_whole(table: AreaTable) -> LevelTable:
    """Aggregate a whole area table to one row, as if all of its areas lay in one council."""
    return aggregate(in_one_council(table), "council")


def in_one_council(table: AreaTable) -> AreaTable:
    """Return areas as if all of them lay in one council, whose code and name are `WHOLE`."""
    frame, status = table.frame.copy(), table.status.copy()
    for column in ("la_code", "la_name"):
        frame[column] = WHOLE
        status[column] = pd.Categorical(
            [Status.OBSERVED.value] * len(status), categories=status[column].cat.categories
        )
    return replace(table, frame=frame, status=status)


def extent_weight(rank: pd.Series, areas: int) -> pd.Series:
    """Return how far each area counts towards the extent of deprivation.

    1 in the worst tenth of England, then 0.95 at the 11th percentile falling evenly to 0.05 at the 30th, and
    0 beyond (English Indices of Deprivation technical report, appendix N).

    Parameters
    ----------
    rank
        National ranks, 1 the most deprived.
    areas
        Small areas in England.
    """
    percentile = np.ceil(rank / areas * 100)
    falling = 0.95 - (percentile - 11) * 0.9 / 19
    weight = pd.Series(np.where(percentile <= 10, 1.0, np.where(percentile <= 30, falling, 0.0)), rank.index)
    return weight.where(rank.notna())


def _aggregate_columns(table: AreaTable, groups: _Groups) -> dict[str, _Column]:
    out: dict[str, _Column] = {}
    dictionary = table.dictionary
    for column in table.indicators:
        entry = dictionary[column]
        if entry.kind is Kind.COUNT:
            values = _sum(table.frame[column], groups)
            out[column] = _Column(values, (column,), "counts of its small areas added up")
        elif entry.kind in (Kind.SCORE, Kind.RATE):
            out[column] = _average(table, column, entry.denominator, groups, "average", entry.known_by)
        elif entry.kind is Kind.RANK:
            out |= _rank_measures(table, column, entry.denominator, groups)
    return out


def _rank_measures(
    table: AreaTable, column: str, denominator: str | None, groups: _Groups
) -> dict[str, _Column]:
    stem = column.removesuffix("_rank")
    areas = national_list(table.provenance[column].vintage, table.vintage).areas
    rank = table.frame[column]

    def share(parts: int) -> pd.Series:
        return _mean((rank * parts <= areas).astype(float).where(rank.notna()), None, groups)

    weights = _weigh(table, column, denominator, groups)
    extent = _mean(extent_weight(rank, areas), weights.of_area, groups)
    deciles = table.frame.get(f"{stem}_decile")
    worst = (deciles == 1).astype(float).where(deciles.notna()) if deciles is not None else None
    worst_decile = _mean(worst, None, groups) if worst is not None else share(10)
    decile_of = (column,) if deciles is None else (f"{stem}_decile",)
    known = ~groups.any(rank.isna())
    spread = {"most": -groups.largest(-rank).where(known), "least": groups.largest(rank).where(known)}
    return {
        f"{stem}_average_rank": _average(table, column, denominator, groups, "average rank"),
        f"{stem}_extent_share": _Column(
            extent, (column,), f"extent of deprivation, {weights.words}", weights
        ),
        f"{stem}_worst_decile_share": _Column(
            worst_decile, decile_of, "share of its small areas in England's most deprived tenth"
        ),
        f"{stem}_worst_fifth_share": _Column(
            share(5), (column,), "share of its small areas in England's most deprived fifth"
        ),
    } | {
        f"{stem}_{end}_deprived_rank": _Column(ranks, (column,), f"rank of its {end} deprived small area")
        for end, ranks in spread.items()
    }


def _average(
    table: AreaTable,
    column: str,
    denominator: str | None,
    groups: _Groups,
    what: str,
    known_by: str | None = None,
) -> _Column:
    weights = _weigh(table, column, denominator, groups)
    told = table.frame[known_by].notna() if known_by in table.frame else None
    values = _mean(table.frame[column], weights.of_area, groups, told)
    step = f"{what}, {weights.words}"
    if weights.denominator is not None:
        source = table.provenance[weights.denominator]
        step = f"{step} ({source.source}, {source.vintage}, {source.file})"
    return _Column(values, (column,), step, weights)


def _weigh(table: AreaTable, column: str, denominator: str | None, groups: _Groups) -> _Weights:
    """Weight each area by the index's own denominator, in the groups where every area with a value has it."""
    known = table.frame[column].notna()
    people = table.frame.get(denominator, pd.Series(np.nan, index=known.index))
    lacking = groups.any(known & people.isna())
    nobody = groups.sum(people.where(known)) <= 0
    with_value = groups.any(known)
    unweighted = (lacking | nobody) & with_value
    weighted = groups.spread(~unweighted, known.index)
    return _Weights(
        of_area=people.where(weighted, 1.0),
        by_people=weighted & known,
        denominator=None if unweighted[with_value].all() else denominator,
        unweighted=frozenset(unweighted.index[unweighted]),
        groups=int(with_value.sum()),
    )


def _mean(
    values: pd.Series, weights: pd.Series | None, groups: _Groups, told: pd.Series | None = None
) -> pd.Series:
    """Average by group; a group with a missing value is missing, but for areas of which it is told why."""
    weight = pd.Series(1.0, index=values.index) if weights is None else weights
    if told is None:
        total = groups.sum(values * weight) / groups.sum(weight)
        return total.mask(groups.any(values.isna()))
    total = groups.sum(values * weight) / groups.sum(weight.where(values.notna())).replace(0, np.nan)
    return total.mask(groups.any(values.isna() & ~told))


def _sum(values: pd.Series, groups: _Groups) -> pd.Series:
    return groups.sum(values).mask(groups.any(values.isna()))


def _describe_groups(table: AreaTable, prefix: str) -> pd.DataFrame:
    groups = table.frame.groupby(f"{prefix}_code")
    head = pd.DataFrame(
        {
            "name": groups[f"{prefix}_name"].first(),
            "la_code": groups["la_code"].first(),
            "la_name": groups["la_name"].first(),
            "areas": groups.size(),
        }
    )
    if prefix == "region":  # it lies in no council: they lie in it
        none = pd.Series(pd.NA, index=head.index, dtype="string")
        head = head.assign(la_code=none, la_name=none)
    return head.sort_index()


def _status(table: AreaTable, column: _Column, groups: _Groups, values: pd.Series) -> pd.Series:
    """Return the least certain status among what a group was made of: values, people and placing."""
    used = [_doubt(table.status[c]) for c in (*column.made_of, str(groups.index.name))]
    if column.weights is not None and column.weights.denominator is not None:
        used.append(_doubt(table.status[column.weights.denominator]).where(column.weights.by_people, 0))
    return _status_words(groups.largest(reduce(np.maximum, used)), values)


def least_certain(statuses: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Return the status of values that were each made of several, row by row: none is surer than its parts.

    Parameters
    ----------
    statuses
        The status of each part, one row a value.
    values
        The values, on the same index. One that could not be made is suppressed where a part is, and missing
        otherwise; one that was made without a suppressed part is modelled.
    """
    return _status_words(statuses.apply(_doubt).max(axis=1), values)


def _status_words(doubt: pd.Series, values: pd.Series) -> pd.Series:
    known = doubt.reindex(values.index).fillna(-1).to_numpy(dtype=int)
    there = values.notna().to_numpy()
    known = np.where(there, np.minimum(known, _CERTAINTY.index(Status.MODELLED)), known)
    told = (known >= 0) & (there | (known == _CERTAINTY.index(Status.SUPPRESSED)))
    return pd.Series(np.where(told, _WORDS[known], Status.MISSING.value), values.index)


def _doubt(status: pd.Series) -> pd.Series:
    """Return statuses as numbers from the most certain; a missing value adds no doubt of its own."""
    each = status.astype("category")
    numbers = np.array([_DOUBTS[word] for word in each.cat.categories], dtype=int)
    return pd.Series(numbers[each.cat.codes.to_numpy()], status.index)


def _caveats(table: AreaTable, level: str, columns: Iterable[_Column]) -> Iterable[str]:
    rough = f"so a {level}’s edge is rough"
    if table.status[f"{LEVELS[level]}_code"].eq(Status.MODELLED.value).any():
        yield f"Each small area is counted wholly in the {level} that holds most of its postcodes, {rough}."
    elif level not in _NESTED:
        yield f"Each small area is counted wholly in one {level}, by the published best fit, {rough}."
    if any(c.weights.unweighted for c in columns if c.weights is not None):
        yield "Some averages count each small area once where the population that weights them is not known."
