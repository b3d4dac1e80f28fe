"""Patterns of withheld cells under the cuts that are known: as cheap as can be, in fractions or whole."""

from dataclasses import dataclass, field

import numpy as np

from models.protection import Block
from models.secondary import start_pattern
from models.solver import Floats


@dataclass(frozen=True)
class Cut:
    """What some need asks for: `weights` times the pattern of `columns` is at least `least`."""

    columns: tuple[int, ...]
    weights: tuple[float, ...]
    least: float


@dataclass
class Master:
    """The programme of patterns: as cheap as can be under the cuts that are known."""

    block: Block
    cuts: dict[Cut, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        import highspy

        self._kit = highspy
        self.columns = np.flatnonzero(self.block.choice)
        self._place = {int(c): n for n, c in enumerate(self.columns)}
        self._highs = highspy._core._Highs()  # the class in Python prints a banner
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            self._highs.setOptionValue(option, value)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = 0, len(self.columns)
        lp.col_cost_ = self.block.cost[self.columns]
        lp.col_lower_, lp.col_upper_ = np.zeros(len(self.columns)), np.ones(len(self.columns))
        self._highs.passModel(lp)

    def add(self, cut: Cut) -> bool:
        """Add a cut; say whether it is a new one."""
        if cut in self.cuts:
            return False
        self.cuts[cut] = None
        places = np.array([self._place[c] for c in cut.columns], dtype="int32")
        weights = np.array(cut.weights)
        self._highs.addRow(cut.least, self._kit.kHighsInf, len(places), places, weights)
        return True

    def solve(self) -> tuple[Floats, float]:
        """Return the cheapest pattern in fractions, and its cost."""
        self._highs.setOptionValue("presolve", "off")
        self._highs.run()
        return self._pattern(), float(self._highs.getObjectiveValue())

    def solve_whole(self, seconds: float) -> tuple[Floats | None, float]:
        """Return the cheapest whole pattern found in time, and what any costs at least."""
        count = len(self.columns)
        places = np.arange(count, dtype="int32")
        self._highs.setOptionValue("presolve", "choose")
        self._highs.setOptionValue("mip_rel_gap", 0.0)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.05))
        self._highs.changeColsIntegrality(count, places, np.full(count, self._kit.HighsVarType.kInteger))
        self._highs.clearSolver()  # else the programme in fractions may stand for the whole one
        self._highs.run()
        info = self._highs.getInfo()
        has_one = info.primal_solution_status == self._kit.SolutionStatus.kSolutionStatusFeasible
        pattern = np.round(self._pattern()) if has_one else None
        bound = float(info.mip_dual_bound)
        self._highs.changeColsIntegrality(count, places, np.full(count, self._kit.HighsVarType.kContinuous))
        self._highs.setOptionValue("time_limit", self._kit.kHighsInf)
        return pattern, bound

    def _pattern(self) -> Floats:
        pattern = start_pattern(self.block)
        pattern[self.columns] = np.clip(np.asarray(self._highs.getSolution().col_value), 0.0, 1.0)
        return pattern
