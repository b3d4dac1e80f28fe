"""Who refers and why: of a ward or a council over 36 months, never of a small area.

Source and need are kept one by one and never together. An internal build has them by ward and period; a
shared one has what was released of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.provenance import Status
from data.referral_codes import NEEDS, SOURCES
from geo.demand import NO_CATEGORY, Demand
from geo.released import Released
from models.levels import Level

WINDOW_MONTHS: Final = 36
WORDS: Final = {"source": SOURCES, "need": NEEDS}
"""What a referral is told apart by, with the words of its codes."""

MIXED: Final = (Level.WARD, Level.COUNCIL)
"""The levels at which source and need are kept."""


@dataclass(frozen=True)
class Share:
    """One source or need: its words, how many referrals, and what share of those that are known.

    `count` and `share` are None where the count is hidden.
    """

    label: str
    count: int | None
    share: float | None


def mix_of_kept(demand: Demand, wards: Collection[str], by: str) -> tuple[Share, ...]:
    """Return what referrals of some wards were told apart by, the most frequent first.

    Parameters
    ----------
    demand
        What is kept of referrals.
    wards
        Codes of the wards together.
    by
        "source" or "need".
    """
    cells = _in_window(demand.tables[f"ward_{by}"], demand.last)
    mine = cells[cells["ward_code"].isin(list(wards))]
    counts = mine.groupby("category")["referrals"].sum()
    return _shares(by, counts[counts > 0], hidden=())


def mix_of_released(released: Released, level: Level, code: str, by: str) -> tuple[Share, ...]:
    """Return what released referrals of a ward or a council were told apart by, hidden ones last.

    Shares are of what is shown: where a count is hidden the total of the parts is not known.
    """
    cells = released.frame
    mine = cells[
        cells["level"].eq(level.value)
        & cells["code"].eq(code)
        & cells["by"].eq(by)
        & cells["months"].eq(WINDOW_MONTHS)
    ]
    mine = mine[mine["start"].eq(mine["start"].max())]
    hidden = mine.loc[mine["status"].eq(Status.SUPPRESSED.value), "category"]
    counts = mine.loc[mine["value"].gt(0)].set_index("category")["value"]
    return _shares(by, counts, tuple(hidden))


def window_start(last: str, months: int = WINDOW_MONTHS) -> str:
    """Return the first month of a window that ends with a month.

    Examples
    --------
    >>> window_start("2025-03")
    '2022-04'
    """
    return str(pd.Period(last, "M") - (months - 1))


def _in_window(cells: pd.DataFrame, last: str) -> pd.DataFrame:
    return cells[cells["start"].ge(window_start(last))]


def _shares(by: str, counts: pd.Series, hidden: Collection[str]) -> tuple[Share, ...]:
    total = counts.sum()
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    shown = [Share(_label(by, str(code)), int(count), float(count / total)) for code, count in ordered]
    return (*shown, *(Share(_label(by, code), None, None) for code in sorted(hidden)))


def _label(by: str, code: str) -> str:
    return WORDS[by].get(code, "Not known" if code == NO_CATEGORY else code)
