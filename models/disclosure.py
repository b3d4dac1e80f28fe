"""Disclosure control: from counts that are internal to figures that may leave the council.

This module alone makes anything shared. A release that its own audit does not pass is not made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from data.errors import DisclosureError
from data.ledger import LedgerEntry, LedgerTable
from data.provenance import Status, Tier
from geo.area_table import AreaTable, make_status
from geo.demand import WINDOWS, Demand
from geo.periods import month_number, month_text
from geo.places import Places
from geo.released import COLUMNS, Released
from models.attack import round_counts
from models.audit import Audit, audit, table_words
from models.earlier import find_earlier, without_overlapping_children
from models.leaving_out import leave_out
from models.release_cells import Cells, Flags, make_cells
from models.release_counts import DemandCounts
from models.release_rule import LEVELS, MEASURES, ReleasePlan, release_plan
from models.suppression import Suppression, Tell, describe_cost, suppress

CHILDREN_LIVING: Final = "pop_0_17"
COUNTS: Final = tuple(f"demand_{measure}_{months}m" for measure in MEASURES for months in WINDOWS)
"""The columns of an area table that hold counts of demand."""

PROTECTED: Final = "protected: {rule}"


@dataclass(frozen=True)
class Release:
    """A release that its audit passed.

    Attributes
    ----------
    released
        The protected figures: shared. Its ledger is not named until it is entered in one.
    entry
        What the ledger says of it.
    audit
        What came of the attack.
    cost
        What withholding cost: internal, see `models.suppression.describe_cost`.
    left_out
        Tables that are not published though they are declared, and why.
    """

    released: Released
    entry: LedgerEntry
    audit: Audit
    cost: dict[str, Any]
    left_out: tuple[str, ...]

    def entered(self, ledger_hash: str) -> Released:
        """Return the figures with the line of the ledger that holds them."""
        return replace(self.released, facts={**self.released.facts, "ledger": ledger_hash})


def release(
    demand: Demand,
    areas: AreaTable,
    controller: str,
    plan: ReleasePlan | None = None,
    earlier: Sequence[LedgerEntry] = (),
    today: date | None = None,
    tell: Tell | None = None,
) -> Release:
    """Protect the counts of a demand and attack the result; what passes may leave the council.

    Parameters
    ----------
    demand
        What is kept of referrals.
    areas
        The areas of its build.
    controller
        Who answers for the figures: the name of the council.
    plan
        What is published, and by which rule; `data/release.toml` when not given.
    earlier
        Every earlier release, from the ledger.
    today
        The day of the release.
    tell
        Called before each step.

    Raises
    ------
    DisclosureError
        When the release cannot be made so that its audit passes: the message names tables, never a count.
    """
    plan, tell, today = plan or release_plan(), tell or (lambda *_: None), today or date.today()
    if not controller.strip():
        raise DisclosureError("A release names its controller.", "Say who answers for it with --controller.")
    tell("Adding up the tables of the release", 0, 4)
    counts = DemandCounts.of(demand, areas.frame)
    before = find_earlier(earlier, counts, plan.tables)
    tables, left_out = without_overlapping_children(plan.tables, before, counts)
    living = areas.frame.get(CHILDREN_LIVING)
    declared, missing = make_cells(counts, tables, living, before.cells)
    cells, untold = leave_out(declared, plan.rule)
    if not cells.now.any():
        raise DisclosureError("There is nothing to release: no table of the release is kept.", _NOTHING)
    tell("Withholding what has to be", 1, 4)
    suppression = suppress(cells, plan.rule, before, plan.seconds, tell)
    tell("Attacking the release", 2, 4)
    found = audit(cells, plan.rule, suppression.withheld, before)
    if not found.passed:
        where = ", ".join(f"{table} ({n:,})" for table, n in found.failing.items())
        raise DisclosureError(
            f"The release was not made: its audit found cells that it cannot protect, in {where}.", _FAILED
        )
    tell("Writing down what is shown", 3, 4)
    cost = describe_cost(cells, suppression) | {"left_out_cells": int(untold.sum())}
    facts = {
        "controller": controller.strip(),
        "rule": plan.rule.words,
        "round_to": plan.rule.round_to,
        "released": today.isoformat(),
        "ledger": "",
        "first": month_text(int(cells.frame.loc[cells.now, "start"].min())),
        "last": demand.last,
        "vintage": demand.vintage,
        "councils": list(demand.councils),
        "cost": _safe_cost(cells, suppression, untold),
        "left_out": [*left_out, *missing],
        "audit": _ATTACKED,
    }
    frame = _released_frame(cells, suppression.withheld, counts, plan)
    entry = _entry(cells, suppression.withheld, counts, plan, facts, len(earlier) + 1)
    return Release(Released(frame, facts, Tier.SHARED), entry, found, cost, (*left_out, *missing))


_ATTACKED: Final = (
    "The release was attacked before it was made, with all that an outsider knows: in each cell that the "
    "rule withholds, every count that it withholds stays possible."
)
"""What is said of the audit in the open: how many cells were attacked would tell how many are small."""

_NOTHING: Final = "Build the folder again with the extracts of 12 or 36 months."
_FAILED: Final = (
    "Leave those tables out of data/release.toml, publish for larger places, or release for windows that do "
    "not overlap those of earlier releases."
)


def _safe_cost(cells: Cells, suppression: Suppression, untold: Flags) -> dict[str, Any]:
    """Return how many cells of each table are withheld: not how many for which reason, which would tell."""
    frame = cells.frame[cells.now]
    words = table_words(frame)
    withheld = pd.Series(suppression.withheld[cells.now], index=frame.index)
    tables = {
        str(name): {"cells": len(mine), "withheld": int(mine.sum())}
        for name, mine in withheld.groupby(words, sort=False)
    }
    return {"tables": tables, "not_told": int(untold.sum())}


def _released_frame(cells: Cells, withheld: Flags, counts: DemandCounts, plan: ReleasePlan) -> pd.DataFrame:
    """Return the cells of the release as they are shown."""
    places = counts.places
    names = {
        "area": places["area_name"],
        "ward": places.drop_duplicates("ward_code").set_index("ward_code")["ward_name"],
        "council": places.drop_duplicates("la_code").set_index("la_code")["la_name"],
    }
    mine = cells.frame[cells.now]
    hidden = withheld[cells.now]
    name = pd.Series(pd.NA, index=mine.index, dtype="string")
    for level in LEVELS:
        here = mine["level"] == level
        name[here] = mine.loc[here, "code"].map(names[level]).astype("string")
    shown = round_counts(mine["value"].to_numpy(dtype="float64"), plan.rule)
    out = pd.DataFrame(
        {
            "level": mine["level"].astype("string"),
            "code": mine["code"].astype("string"),
            "name": name,
            "measure": mine["measure"].astype("string"),
            "start": mine["start"].map(month_text).astype("string"),
            "months": mine["months"].astype("int64"),
            "by": mine["by"].astype("string"),
            "category": mine["category"].astype("string"),
            "value": pd.Series(shown, index=mine.index).astype("Int64").mask(hidden),
            "status": np.where(hidden, Status.SUPPRESSED.value, Status.OBSERVED.value),
        }
    )
    place = out["level"].map({level: n for n, level in enumerate(LEVELS)})
    order = ["place", "measure", "by", "months", "start", "code", "category"]
    return out.assign(place=place).sort_values(order, ignore_index=True)[list(COLUMNS)]


def _entry(
    cells: Cells,
    withheld: Flags,
    counts: DemandCounts,
    plan: ReleasePlan,
    facts: dict[str, Any],
    number: int,
) -> LedgerEntry:
    """Return what the ledger says of a release."""
    mine = cells.frame[cells.now].assign(withheld=withheld[cells.now])
    keys = ["level", "measure", "start", "months", "by", "category"]
    tables = []
    for key, group in mine.groupby(keys, sort=True):
        level, measure, start, months, by, category = key
        codes = group["code"].astype("str")
        tables.append(
            LedgerTable(
                level=str(level),
                measure=str(measure),
                start=month_text(int(start)),
                months=int(months),
                by=str(by),
                category=str(category),
                published=tuple(sorted(codes[~group["withheld"]])),
                withheld=tuple(sorted(codes[group["withheld"]])),
            )
        )
    placed = counts.places["ward_code"].dropna()
    wards = {str(ward): tuple(sorted(codes.index)) for ward, codes in placed.groupby(placed)}
    return LedgerEntry(
        id=f"{facts['released']}-{number}",
        made=facts["released"],
        controller=facts["controller"],
        rule=plan.rule.to_json(),
        vintage=counts.demand.vintage,
        wards=wards,
        tables=tuple(tables),
    )


def share_areas(
    areas: AreaTable, released: Released, derive: Callable[[AreaTable], AreaTable] | None = None
) -> AreaTable:
    """Return the area table of a shared build: protected counts, and what is derived from them alone.

    Parameters
    ----------
    areas
        The internal areas, less what the shared build does not hold.
    released
        The protected figures.
    derive
        Adds the figures that are derived from the counts: see `models.demand_columns.with_demand`.
    """
    gone = [c for c in areas.indicators if c.startswith("demand_")]
    plain = replace(
        areas,
        frame=areas.frame.drop(columns=gone),
        status=areas.status.drop(columns=gone),
        provenance={c: p for c, p in areas.provenance.items() if c not in gone},
        own=tuple(entry for entry in areas.own if entry.id not in gone),
        tier=Tier.SHARED,
    )
    step = PROTECTED.format(rule=released.facts["rule"])
    values, states, provenance = {}, {}, {}
    for column in COUNTS:
        found = _column_of(column, released, plain.frame.index) if column in gone else None
        if found is not None:
            values[column], states[column] = found
            provenance[column] = replace(
                areas.provenance[column].with_step(step),
                publisher=released.facts["controller"],
                licence="As the controller says: see README.md of the shared build",
                file="an extract of the council's, which is not published",
                sha256="",
            )
    frame = pd.DataFrame(values, index=plain.frame.index)
    status = make_status(frame).assign(
        **{c: s.astype(make_status(frame)[c].dtype) for c, s in states.items()}
    )
    shared = plain.overlaid(frame, status, provenance, ())
    return derive(shared) if derive is not None else shared


def _column_of(column: str, released: Released, index: pd.Index) -> tuple[pd.Series, pd.Series] | None:
    """Return the values and statuses of a column of counts, from the released figures."""
    _, measure, length = column.split("_")
    months = int(length.removesuffix("m"))
    start = month_text(month_number(released.facts["last"]) + 1 - months)
    frame = released.frame
    mine = frame[
        (frame["level"] == "area")
        & (frame["measure"] == measure)
        & (frame["months"] == months)
        & (frame["start"] == start)
        & (frame["by"] == "")
    ].set_index("code")
    if not len(mine):
        return None
    values = mine["value"].astype("float64").reindex(index)
    status = mine["status"].reindex(index)
    councils = set(frame.loc[frame["level"] == "area", "code"])
    covered = pd.Series(index.isin(list(councils)), index=index)
    untold = np.where(covered, Status.SUPPRESSED.value, Status.MISSING.value)
    return values.rename(column), status.fillna(pd.Series(untold, index=index)).rename(column)


def share_places(places: Places) -> Places:
    """Return the places of a shared build.

    What stands in a file of places is public, and so is what an editor published in the register, which
    gives out no place whose location is to be withheld.
    """
    return replace(places, tier=Tier.SHARED, with_unconfirmed=False)
