"""Programmes that ask for whole numbers in some columns, solved to the last digit that counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from models.solver import Floats, Solver

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Marks = npt.NDArray[np.bool_]

SHARP: Final = 1e-9
"""By how much a limit may be passed, a whole number be missed and two aims differ that are taken for one."""


@dataclass(frozen=True, eq=False)
class Table:
    """What a programme came to.

    Attributes
    ----------
    columns
        The best table that was found; None where none was found in time.
    bound
        What no table can be below; minus infinity where nothing is known yet.
    proven
        Whether there is no better table.
    """

    columns: Floats | None
    bound: float
    proven: bool


class WholeProgramme(Solver):
    """A programme some of whose columns are whole numbers, as small as can be within a time.

    Parameters
    ----------
    matrix, row_low, row_high, low, high
        As for `Solver`; figures near 1 are told apart to `SHARP`.
    whole
        Which columns are whole numbers.
    """

    def __init__(
        self,
        matrix: "csr_matrix",
        row_low: Floats,
        row_high: Floats,
        low: Floats,
        high: Floats,
        whole: Marks,
    ) -> None:
        super().__init__(matrix, row_low, row_high, low, high)
        kinds = self._kit.HighsVarType
        each = np.where(whole, kinds.kInteger, kinds.kContinuous)
        self._highs.changeColsIntegrality(len(each), self.columns, each)
        for option, value in (
            ("presolve", "choose"),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", SHARP),
            ("mip_feasibility_tolerance", SHARP),
            ("primal_feasibility_tolerance", SHARP),
            ("dual_feasibility_tolerance", SHARP),
        ):
            self._highs.setOptionValue(option, value)

    def least(self, cost: Floats, seconds: float) -> Table | None:
        """Make an aim as small as can be; None where no table keeps the limits.

        Parameters
        ----------
        cost
            What each column adds to the aim.
        seconds
            How long to look.
        """
        statuses = self._kit.HighsModelStatus
        self.aim(cost)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.0))
        self._highs.run()
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        if status == statuses.kInfeasible:
            return None
        if status not in (statuses.kOptimal, statuses.kTimeLimit):
            raise RuntimeError(f"the programme ended with {self._highs.modelStatusToString(status)}")
        has_one = info.primal_solution_status == self._kit.SolutionStatus.kSolutionStatusFeasible
        columns = np.asarray(self._highs.getSolution().col_value) if has_one else None
        return Table(columns, float(info.mip_dual_bound), status == statuses.kOptimal)
