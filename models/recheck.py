"""A released file is attacked again as it stands, by those who hold the counts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.errors import DisclosureError
from data.ledger import LedgerEntry
from data.provenance import Status
from geo.area_table import AreaTable
from geo.demand import Demand
from geo.periods import month_number
from geo.released import Released
from models.attack import round_counts
from models.audit import Audit, audit
from models.cell_maker import KEY
from models.disclosure import CHILDREN_LIVING
from models.earlier import find_earlier, without_overlapping_children
from models.leaving_out import leave_out
from models.release_cells import make_cells
from models.release_counts import DemandCounts
from models.release_rule import ReleasePlan, release_plan


def audit_released(
    released: Released,
    demand: Demand,
    areas: AreaTable,
    plan: ReleasePlan | None = None,
    earlier: Sequence[LedgerEntry] = (),
) -> Audit:
    """Attack released figures as they stand in a file.

    Parameters
    ----------
    released
        The figures.
    demand, areas
        The counts and the areas of the internal build that they came from.
    plan
        What was published, and by which rule; `data/release.toml` when not given.
    earlier
        The releases before this one, from the ledger.

    Raises
    ------
    DisclosureError
        When the figures are not those of the demand: other cells, or a count that is not the true one.
    """
    plan = plan or release_plan()
    counts = DemandCounts.of(demand, areas.frame)
    before = find_earlier(earlier, counts, plan.tables)
    tables, _ = without_overlapping_children(plan.tables, before, counts)
    declared, _ = make_cells(counts, tables, areas.frame.get(CHILDREN_LIVING), before.cells)
    cells, _ = leave_out(declared, plan.rule)
    shown = released.frame.assign(start=released.frame["start"].map(month_number))
    told = shown.set_index(list(KEY))
    ours = pd.MultiIndex.from_frame(cells.frame.loc[cells.now, list(KEY)])
    if not told.index.is_unique or set(told.index) != set(ours):
        raise DisclosureError("The released figures are of other cells than those of this build.", _HINT)
    told = told.loc[list(ours)]
    hidden = (told["status"] == Status.SUPPRESSED.value).to_numpy(dtype=bool)
    true = round_counts(cells.values[cells.now].astype("float64"), plan.rule)
    if (told["value"].to_numpy(dtype="float64", na_value=np.nan)[~hidden] != true[~hidden]).any():
        raise DisclosureError("The released figures are not the counts of this build.", _HINT)
    withheld = np.zeros(len(cells), dtype=bool)
    withheld[cells.now] = hidden
    return audit(cells, plan.rule, withheld, before)


_HINT = "Compare a shared build with the internal build that it was made of."
