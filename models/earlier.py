"""What earlier releases showed, found again from the ledger: it holds no counts, and none are kept.

The counts that an earlier release showed are counted anew from what is kept now, for its own windows. Where
that cannot be done, nothing is guessed: a release whose windows overlap such ones is refused, and children,
who cannot be counted anew over other months, are left out of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.errors import DisclosureError, first_few
from data.ledger import LedgerEntry
from geo.periods import month_number
from models.cell_maker import KEY
from models.release_cells import Cells, EarlierCells, Flags
from models.release_counts import DemandCounts, Window
from models.release_rule import ReleaseTable, Rule

_HINT = (
    "Release for windows that end a multiple of 12 months after those of the earlier release, from extracts "
    "that go back as far as it does."
)


@dataclass(frozen=True)
class Earlier:
    """What earlier releases hold that bears on this one.

    Attributes
    ----------
    cells
        Their windows.
    shown, held
        Keys (see `KEY`) of the cells that some release showed, and of all that some release held.
    children
        The windows of children.
    """

    cells: EarlierCells = field(default_factory=EarlierCells)
    shown: frozenset[tuple[object, ...]] = frozenset()
    held: frozenset[tuple[object, ...]] = frozenset()
    children: frozenset[Window] = frozenset()

    def flags(self, cells: Cells, rule: Rule) -> tuple[Flags, Flags]:
        """Return which cells earlier releases showed, and which they held.

        A cell that was shown and would be withheld now was corrected since: what was shown is not its count.
        """
        if not self.held:
            return np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
        keys = pd.MultiIndex.from_frame(cells.frame[list(KEY)])
        held, shown = (
            keys.isin(list(some)) if some else np.zeros(len(keys), bool) for some in (self.held, self.shown)
        )
        return shown & ~np.isin(cells.values, rule.hidden), held


def find_earlier(
    entries: Sequence[LedgerEntry], counts: DemandCounts, tables: Sequence[ReleaseTable]
) -> Earlier:
    """Return what earlier releases hold that shares months and places with a release.

    Raises
    ------
    DisclosureError
        When its cells cannot be counted anew.
    """
    now = {w for months in {t.months for t in tables} for w in counts.windows(months)}
    bearing = [entry for entry in entries if _shares_places(entry, counts)]
    windows = _reaching({w for e in bearing for w in _windows(e)}, now)
    bearing = [entry for entry in bearing if windows & set(_windows(entry))]
    _require_same_places(bearing, counts)
    shown: set[tuple[object, ...]] = set()
    held: set[tuple[object, ...]] = set()
    plain: set[Window] = set()
    broken_down: dict[str, set[Window]] = {}
    children: set[Window] = set()
    for entry in bearing:
        for table in entry.tables:
            window = Window(month_number(table.start), table.months)
            if window not in windows:
                continue
            if table.measure == "children":
                children.add(window)
            elif table.by:
                broken_down.setdefault(table.by, set()).add(window)
            else:
                plain.add(window)
            for codes, to in ((table.published, (shown, held)), (table.withheld, (held,))):
                keys = {
                    (table.level, c, table.measure, window.start, window.months, table.by, table.category)
                    for c in codes
                }
                for target in to:
                    target |= keys
    _require_kept(plain, broken_down, counts)
    cells = EarlierCells(frozenset(plain), {by: frozenset(ws) for by, ws in broken_down.items()})
    return Earlier(cells, frozenset(shown), frozenset(held), frozenset(children))


def without_overlapping_children(
    tables: Sequence[ReleaseTable], earlier: Earlier, counts: DemandCounts
) -> tuple[list[ReleaseTable], list[str]]:
    """Return the tables less those of children that overlap earlier ones of other months, and say which."""
    ours = {m: Window(counts.end - m, m) for m in {t.months for t in tables}}
    same = set(ours.values())
    clash = {m for m, w in ours.items() if any(w.overlaps(e) and e not in same for e in earlier.children)}
    kept = [t for t in tables if t.measure != "children" or t.months not in clash]
    left_out = [
        f"{t.words}: an earlier release holds children over months that overlap these, and children cannot "
        "be counted anew over other months"
        for t in tables
        if t not in kept
    ]
    return kept, left_out


def _windows(entry: LedgerEntry) -> list[Window]:
    return [Window(month_number(t.start), t.months) for t in entry.tables]


def _reaching(earlier: set[Window], now: set[Window]) -> set[Window]:
    """Return the earlier windows that overlap those of now, or one that does."""
    found: set[Window] = set()
    while True:
        more = {w for w in earlier - found if any(w.overlaps(other) for other in now | found)}
        if not more:
            return found
        found |= more


def _shares_places(entry: LedgerEntry, counts: DemandCounts) -> bool:
    """Say whether a release holds a place of this one."""
    codes = {c for t in entry.tables for c in (*t.published, *t.withheld)}
    ours = {*counts.places.index, *counts.wards, *counts.places["la_code"].dropna()}
    return bool(codes & ours)


def _require_same_places(entries: Sequence[LedgerEntry], counts: DemandCounts) -> None:
    """Refuse where wards or small areas were drawn otherwise in an earlier release."""
    strange: set[str] = set()
    placed = counts.places["ward_code"].dropna()
    ours = {str(ward): set(codes.index) for ward, codes in placed.groupby(placed)}
    here = set(counts.places.index)
    for entry in entries:
        if entry.vintage != counts.demand.vintage:
            raise DisclosureError(
                f"An earlier release is by small areas of {entry.vintage}, this one by "
                f"{counts.demand.vintage}: what they give away together cannot be told.",
                f"Publish with --vintage {entry.vintage}, or wait until no window overlaps.",
            )
        for ward, areas in entry.wards.items():
            if here & set(areas) and ours.get(ward) != set(areas):
                strange.add(ward)
    if strange:
        raise DisclosureError(
            f"{len(strange):,} wards of an earlier release are drawn otherwise now: {first_few(strange)}.",
            "Publish with the lookup of wards of that release until no window overlaps.",
        )


def _require_kept(plain: set[Window], broken_down: dict[str, set[Window]], counts: DemandCounts) -> None:
    stored = {w for m in (12, 36) for w in counts.windows(m)}
    lost = [w for w in plain if not counts.has(w) and w not in stored]
    lost += [w for by, ws in broken_down.items() for w in ws if not counts.has_category(w, by)]
    if lost:
        raise DisclosureError(
            "An earlier release holds windows that overlap those of this one, and what is kept now does not "
            "reach back so far or is not fine enough to count them anew.",
            _HINT,
        )
