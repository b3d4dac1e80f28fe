"""Linear programmes whose limits and aim change from question to question, solved from where they stood."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
EXACT: Final = 1e-6
FAR: Final = 1e7
"""Beyond any count: what stands for no upper limit where a programme has to be bounded."""


class Solver:
    """A programme over some columns whose limits and aim change from question to question."""

    def __init__(
        self, matrix: "csr_matrix", row_low: Floats, row_high: Floats, low: Floats, high: Floats
    ) -> None:
        import highspy

        self._kit = highspy
        self.columns = np.arange(matrix.shape[1], dtype="int32")
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_, lp.col_upper_ = low, high
        lp.row_lower_, lp.row_upper_ = row_low, row_high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        self._highs = highspy._core._Highs()  # the class in Python prints a banner
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(lp)

    def limit(self, columns: Ids, low: Floats, high: Floats) -> None:
        """Change the limits of some columns."""
        self._highs.changeColsBounds(len(columns), columns.astype("int32"), low, high)

    def aim(self, cost: Floats) -> None:
        """Change what is made as small as can be."""
        self._highs.changeColsCost(len(cost), self.columns, cost)

    def solve(self) -> Floats | None:
        """Return the columns of a best table; None where there is none."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == self._kit.HighsModelStatus.kInfeasible:
            return None
        if status != self._kit.HighsModelStatus.kOptimal:
            self._highs.clearSolver()
            self._highs.run()
            status = self._highs.getModelStatus()
            if status == self._kit.HighsModelStatus.kInfeasible:
                return None
            if status != self._kit.HighsModelStatus.kOptimal:
                raise RuntimeError(f"the programme ended with {self._highs.modelStatusToString(status)}")
        return np.asarray(self._highs.getSolution().col_value)

    def row_duals(self) -> Floats:
        """Return what each row is worth at the last solution."""
        return np.asarray(self._highs.getSolution().row_dual)

    def solve_whole(self) -> Floats | None:
        """Return the columns of a best table of whole numbers; None where there is none."""
        with self._whole():
            return self.solve()

    def least_whole(self, seconds: float) -> tuple[float, bool]:
        """Return the least aim of a table of whole numbers, and whether it is that.

        When the time is up before it is known, a bound below it is returned instead, which is endless where
        there is none yet. There has to be a table.
        """
        statuses = self._kit.HighsModelStatus
        with self._whole():
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
            self._highs.run()
            status, info = self._highs.getModelStatus(), self._highs.getInfo()
            if status not in (statuses.kOptimal, statuses.kTimeLimit):
                raise RuntimeError(f"the programme ended with {self._highs.modelStatusToString(status)}")
            return float(info.mip_dual_bound), status == statuses.kOptimal

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Ask for whole numbers for a while."""
        kinds = self._kit.HighsVarType
        count = len(self.columns)
        self._highs.changeColsIntegrality(count, self.columns, np.full(count, kinds.kInteger))
        self._highs.setOptionValue("presolve", "choose")
        try:
            yield
        finally:
            self._highs.changeColsIntegrality(count, self.columns, np.full(count, kinds.kContinuous))
            self._highs.setOptionValue("presolve", "off")
            self._highs.setOptionValue("time_limit", float("inf"))
            self._highs.clearSolver()
