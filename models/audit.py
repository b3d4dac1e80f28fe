"""The audit of a release: an attack on what is shown, before it is."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from models.attack import Proven, known_of, prove_all
from models.earlier import Earlier
from models.release_cells import Cells, Flags
from models.release_rule import Rule


@dataclass(frozen=True)
class Audit:
    """What an outsider can prove of the cells that are withheld.

    Attributes
    ----------
    attacked
        How many cells were attacked: those that the rule withholds, and those that nobody publishes and whose
        count is as small.
    failing
        How many of them fail, by table in words: some count that the rule withholds is not possible any more.
    exact
        Of how many the count itself can be proven.
    seconds
        How long the attack took.
    proven
        What can be proven of each cell, by its place: internal.
    """

    attacked: int
    failing: Mapping[str, int]
    exact: int
    seconds: float
    proven: Mapping[int, Proven] = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether every count that the rule withholds stays possible in every cell."""
        return not self.failing

    @property
    def sentence(self) -> str:
        """What came of it, in words."""
        if self.passed:
            return (
                f"The release was attacked at {self.attacked:,} cells: in each, every count that the rule "
                "withholds stays possible."
            )
        return (
            f"The release was attacked at {self.attacked:,} cells, and {sum(self.failing.values()):,} give "
            f"something away, {self.exact:,} of them their count."
        )


def audit(cells: Cells, rule: Rule, withheld: Flags, earlier: Earlier | None = None) -> Audit:
    """Attack a release with all that an outsider knows.

    Parameters
    ----------
    cells
        The cells, with what ties them.
    rule
        The rule.
    withheld
        Which cells of the release are withheld.
    earlier
        What earlier releases showed.

    Returns
    -------
    Audit
        It passes when each cell that the rule withholds can be each count that the rule withholds, in a table
        of whole numbers that agrees with everything shown, and each cell between the ends of overlapping
        windows can be as many counts.
    """
    started = time.perf_counter()
    shown_before, before = (earlier or Earlier()).flags(cells, rule)
    known = known_of(cells, rule, withheld, shown_before, before)
    targets, wide = targets_of(cells, rule, shown_before, before)
    proven = prove_all(cells, known, rule, targets, wide)
    wrong = [p for p in proven.values() if not all(p.possible)]
    words = table_words(cells.frame.iloc[[p.cell for p in wrong]])
    return Audit(
        attacked=len(proven),
        failing={str(k): int(n) for k, n in words.value_counts().sort_index().items()},
        exact=sum(p.least == p.greatest for p in wrong),
        seconds=time.perf_counter() - started,
        proven=proven,
    )


def targets_of(cells: Cells, rule: Rule, shown_before: Flags, before: Flags) -> tuple[Flags, Flags]:
    """Return the cells that the rule withholds, now or in an earlier release, and those nobody publishes."""
    small = np.isin(cells.values, rule.hidden)
    told = cells.now | before
    return small & told & ~shown_before, small & ~told


def table_words(frame: pd.DataFrame) -> pd.Series:
    """Return the table of each cell in words: never its place or count."""
    by = frame["by"].where(frame["by"] == "", " by " + frame["by"].astype("str"))
    return frame["measure"] + " by " + frame["level"] + by + ", " + frame["months"].astype("str") + " months"
