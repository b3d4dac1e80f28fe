"""The cells of a release, and everything that an outsider knows of how they hang together.

A cell is one count of one table. Small areas add up to wards and councils, years to 36 months, needs and
sources to the referrals of their ward: those are equations. No more children than referrals can be in a
cell: those are inequalities. Where windows of releases overlap, the months between their ends are cells of
their own that nobody publishes, since subtraction may give them away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import DisclosureError
from models.cell_maker import CellMaker, Ids, split_time, stack_rows
from models.release_counts import WHOLE, YEAR, Counts, DemandCounts, Window, all_categories
from models.release_rule import ReleaseTable

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cells:
    """Cells with what ties them together.

    Attributes
    ----------
    frame
        One row a cell: `KEY` (`start` as the number of a month) and `value`, the true count.
    equal
        Equations: each row times the cells is 0. Shape (equations, cells), entries 1 and -1.
    at_most
        Inequalities: each row times the cells is at most 0. Shape (inequalities, cells).
    upper
        The most that each cell can be: the children who live there, else infinite.
    lower
        The least that each cell can be where it is not shown.
    now
        Whether a cell belongs to the release that is made.
    worth
        What withholding a cell costs.
    """

    frame: pd.DataFrame
    equal: "csr_matrix"
    at_most: "csr_matrix"
    upper: npt.NDArray[np.float64]
    lower: npt.NDArray[np.float64]
    now: Flags
    worth: npt.NDArray[np.float64]

    @property
    def values(self) -> Counts:
        """The true counts."""
        return self.frame["value"].to_numpy(dtype="int64")

    @property
    def always_shown(self) -> Flags:
        """Which cells are withheld only if the rule says so: totals of councils, which others publish too."""
        totals = (self.frame["level"] == "council") & (self.frame["by"] == "")
        return totals.to_numpy(dtype=bool)

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True)
class EarlierCells:
    """The tables that earlier releases hold: their windows, and how each cell of theirs is told apart.

    Attributes
    ----------
    windows
        Windows of referrals that are not broken down.
    broken_down
        Windows of referrals by "source" and "need".
    """

    windows: frozenset[Window] = frozenset()
    broken_down: dict[str, frozenset[Window]] = field(default_factory=dict)


def make_cells(
    counts: DemandCounts,
    tables: Sequence[ReleaseTable],
    children_living: pd.Series | None = None,
    earlier: EarlierCells | None = None,
) -> tuple[Cells, list[str]]:
    """Return the cells of a release with their equations, and the tables that are left out, in words.

    Parameters
    ----------
    counts
        The counts.
    tables
        What is published.
    children_living
        Children who live in each area, index area code: no count of children is above it.
    earlier
        What earlier releases hold.
    """
    earlier = earlier or EarlierCells()
    maker = CellMaker()
    left_out: list[str] = []
    published = _published_windows(counts, tables, earlier, left_out)
    wanted = {w for table, windows in published for w in windows if table.measure == "referrals"}
    before = {*earlier.windows, *(w for ws in earlier.broken_down.values() for w in ws)}
    _add_referrals(maker, counts, wanted | before)
    for by in ("need", "source"):
        windows = {w for table, ws in published for w in ws if table.by == by} | set(
            earlier.broken_down.get(by, ())
        )
        if windows:
            _add_categories(maker, counts, by, windows)
    months = sorted({t.months for t, _ in published if t.measure == "children"})
    _add_children(maker, counts, months)
    return _finish(maker, counts, published, children_living), left_out


def _published_windows(
    counts: DemandCounts, tables: Sequence[ReleaseTable], earlier: EarlierCells, left_out: list[str]
) -> list[tuple[ReleaseTable, tuple[Window, ...]]]:
    """Return for each table its windows; tables without data are named in `left_out`."""
    out = []
    for table in tables:
        windows = counts.windows(table.months)
        if table.measure == "children":
            windows = windows[-1:] if counts.children(table.months) is not None else ()
        elif table.by:
            windows = tuple(w for w in windows if counts.has_category(w, table.by))
        if table.level == "ward" and not len(counts.wards):
            windows = ()
        if windows:
            out.append((table, windows))
        else:
            left_out.append(f"{table.words}: not kept as finely, or not for so long")
    return out


def _stretch_values(counts: DemandCounts, windows: set[Window]) -> dict[Window, Counts]:
    """Return the referrals by area of windows and stretches, by subtraction where they are not kept."""
    out = {w: counts.referrals(w) for w in windows}
    for stretch in split_time(windows):
        if stretch not in out and counts.has(stretch):
            out[stretch] = counts.referrals(stretch)
    for stretch in [s for s in split_time(windows) if s not in out]:
        for whole in sorted(windows):
            inside = [s for s in split_time(windows) if whole.start <= s.start and s.end <= whole.end]
            others = [s for s in inside if s != stretch]
            if stretch in inside and all(s in out for s in others):
                out[stretch] = out[whole] - sum(out[s] for s in others)
                break
        else:
            raise DisclosureError(
                "Windows of an earlier release overlap those of this one, and the kept tables are not fine "
                "enough to tell what subtraction would give away.",
                "Release for windows that end a multiple of 12 months after those of the earlier release.",
            )
    if any((values < 0).any() for values in out.values()):
        raise DisclosureError("The demand tables contradict each other.", "Run atlas build again.")
    return out


def _add_referrals(maker: CellMaker, counts: DemandCounts, windows: set[Window]) -> None:
    """Add referrals of areas, wards and councils; areas add up to wards, and both to councils."""
    if not windows:
        return
    by_area = _stretch_values(counts, windows)
    groups = _groups(counts)
    for level, codes, to in (
        ("area", counts.places.index, None),
        ("ward", counts.wards, groups["ward"]),
        ("council", groups["councils"], groups["council"]),
    ):
        values = by_area if to is None else {w: _add_up(v, to, len(codes)) for w, v in by_area.items()}
        maker.add_over_time((level, "referrals", "", ""), codes, windows, values.__getitem__)
    for stretch in split_time(windows):
        _tie_levels(maker, counts, groups, ("referrals", stretch, "", ""))


def _groups(counts: DemandCounts) -> dict[str, Any]:
    """Return where each area belongs: places of its ward and its council, and the wards that lie in one."""
    places = counts.places
    councils = pd.Index(sorted(places["la_code"].dropna().unique()), name="la_code")
    ward = counts.wards.get_indexer(places["ward_code"])
    council = councils.get_indexer(places["la_code"])
    spread = pd.Series(council).groupby(ward).agg(["nunique", "first"])
    whole = spread[(spread["nunique"] == 1) & (spread["first"] >= 0) & (spread.index >= 0)]
    ward_council = np.full(len(counts.wards), -1)
    ward_council[whole.index.to_numpy(dtype="int64")] = whole["first"].to_numpy(dtype="int64")
    beside = (ward < 0) | (ward_council[ward] < 0) if len(counts.wards) else np.ones(len(places), dtype=bool)
    return {
        "ward": ward,
        "council": council,
        "councils": councils,
        "ward_council": ward_council,
        "beside": beside & (council >= 0),
    }


def _add_up(values: Counts, to: Ids, count: int) -> Counts:
    kept = to >= 0
    return np.bincount(to[kept], weights=values[kept], minlength=count).astype("int64")[:count]


def _tie_levels(
    maker: CellMaker, counts: DemandCounts, groups: dict[str, Any], key: tuple[str, Window, str, str]
) -> None:
    areas, wards, councils = (maker.known[level, *key] for level in ("area", "ward", "council"))
    in_ward = groups["ward"] >= 0
    if len(wards):
        maker.sum_to(wards, [(groups["ward"][in_ward], areas[in_ward])])
    whole = groups["ward_council"] >= 0
    beside = groups["beside"]
    parts = [
        (groups["ward_council"][whole], wards[whole]),
        (groups["council"][beside], areas[beside]),
    ]
    if len(councils):
        maker.sum_to(councils, parts)


def _add_categories(maker: CellMaker, counts: DemandCounts, by: str, windows: set[Window]) -> None:
    """Add wards and councils by source or by need; the categories add up to the referrals of the ward."""
    if any(not counts.has_category(s, by) for s in split_time(windows)):
        raise DisclosureError(
            f"Windows of an earlier release by {by} overlap those of this one, and the kept tables are not "
            "fine enough to tell what subtraction would give away.",
            "Release for windows that end a multiple of 12 months after those of the earlier release.",
        )
    groups = _groups(counts)
    beside = np.zeros(len(groups["councils"]), dtype=bool)
    beside[groups["council"][groups["beside"]]] = True
    whole = np.flatnonzero(~beside)
    councils = groups["councils"][whole]
    place = np.full(len(groups["councils"]) + 1, -1)
    place[whole] = np.arange(len(whole))
    to = place[groups["ward_council"]]
    categories = all_categories(counts, by)
    for category in categories:
        values = {w: counts.by_category(w, by, category) for w in (*windows, *split_time(windows))}
        maker.add_over_time(("ward", "referrals", by, category), counts.wards, windows, values.__getitem__)
        above = {w: _add_up(v, to, len(councils)) for w, v in values.items()}
        maker.add_over_time(("council", "referrals", by, category), councils, windows, above.__getitem__)
        for stretch in split_time(windows):
            wards = maker.known["ward", "referrals", stretch, by, category]
            total = maker.known["council", "referrals", stretch, by, category]
            maker.sum_to(total, [(to[to >= 0], wards[to >= 0])])
    _tie_categories(maker, counts, by, windows, categories)


def _tie_categories(
    maker: CellMaker, counts: DemandCounts, by: str, windows: set[Window], categories: Sequence[str]
) -> None:
    """Say that the categories of a ward add up to its referrals, which years may make up."""
    everyone = np.arange(len(counts.wards))
    plain = {key[2] for key in maker.known if (key[0], key[1], key[3]) == ("ward", "referrals", "")}
    for stretch in split_time(windows):
        parts = [(everyone, maker.known["ward", "referrals", stretch, by, c]) for c in categories]
        whole = maker.known.get(("ward", "referrals", stretch, "", ""))
        if whole is not None:
            maker.sum_to(whole, parts)
            continue
        years = [
            maker.known["ward", "referrals", part, "", ""]
            for part in split_time(plain)
            if stretch.start <= part.start and part.end <= stretch.end
        ]
        rows = [everyone] * (len(parts) + len(years))
        columns = [ids for _, ids in parts] + years
        signs = [np.ones(len(everyone))] * len(parts) + [np.full(len(everyone), -1.0)] * len(years)
        maker.equations.append(
            (np.concatenate(rows), np.concatenate(columns), np.concatenate(signs), len(everyone))
        )


def _add_children(maker: CellMaker, counts: DemandCounts, lengths: Sequence[int]) -> None:
    """Add children of areas, wards and councils, and what ties them to referrals."""
    groups = _groups(counts)
    for months in lengths:
        window = Window(counts.end - months, months)
        values = counts.children(months)
        if values is None:
            continue
        key = ("children", window, "", "")
        maker.add(("area", *key), counts.places.index, values)
        maker.add(("ward", *key), counts.wards, _add_up(values, groups["ward"], len(counts.wards)))
        above = _add_up(values, groups["council"], len(groups["councils"]))
        maker.add(("council", *key), groups["councils"], above)
        _tie_levels(maker, counts, groups, key)
    _tie_children(maker, counts.end, lengths)


def _tie_children(maker: CellMaker, end: int, lengths: Sequence[int]) -> None:
    """Say that children are no more than referrals, and that a longer window has no fewer of them."""
    children = {m: maker.known.get(("area", "children", Window(end - m, m), "", "")) for m in (YEAR, WHOLE)}
    referrals = {m: maker.known.get(("area", "referrals", Window(end - m, m), "", "")) for m in (YEAR, WHOLE)}
    for months in lengths:
        ours, theirs = children[months], referrals[months]
        if ours is not None and theirs is not None:
            maker.limit((1.0, ours), (-1.0, theirs))
    short, long = children[YEAR], children[WHOLE]
    if short is None or long is None:
        return
    maker.limit((1.0, short), (-1.0, long))
    if referrals[YEAR] is not None and referrals[WHOLE] is not None:
        maker.limit((1.0, long), (-1.0, short), (-1.0, referrals[WHOLE]), (1.0, referrals[YEAR]))


def _finish(
    maker: CellMaker,
    counts: DemandCounts,
    published: list[tuple[ReleaseTable, tuple[Window, ...]]],
    children_living: pd.Series | None,
) -> Cells:
    frame = pd.concat(maker.parts, ignore_index=True)
    now, worth = np.zeros(len(frame), dtype=bool), np.zeros(len(frame))
    for table, windows in published:
        for (level, measure, window, by, _), ids in maker.known.items():
            if (level, measure, by) == (table.level, table.measure, table.by) and window in windows:
                now[ids] = True
                worth[ids] = table.worth
    values = frame["value"].to_numpy(dtype="int64")
    worth *= 1.0 + np.log10(np.maximum(values, 1))
    at_most = stack_rows(maker.limits, len(frame))
    true = at_most @ values <= 0  # what the data themselves break, nobody can rely on
    upper = np.full(len(frame), np.inf)
    if children_living is not None:
        living = children_living.reindex(counts.places.index).to_numpy(dtype="float64")
        for (level, measure, *_), ids in maker.known.items():
            if (level, measure) == ("area", "children"):
                upper[ids] = np.where(np.nan_to_num(living, nan=-1.0) >= values[ids], living, np.inf)
    equal = stack_rows(maker.equations, len(frame))
    if (equal @ values != 0).any():
        raise DisclosureError(
            "The demand tables contradict each other: parts do not add up to their totals.",
            "Run atlas build again.",
        )
    lower = np.where(now, np.minimum(1.0, values), 0.0)
    return Cells(frame, equal, at_most[np.flatnonzero(true)], upper, lower, now, worth)
