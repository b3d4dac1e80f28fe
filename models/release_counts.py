"""Counts of any window of months, for small areas and for wards by category, from the kept tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import DisclosureError, first_few
from data.referral_codes import NEEDS, SOURCES
from data.referral_rows import EventKind
from geo.demand import NO_CATEGORY, Demand, Grain
from geo.periods import month_number, month_text

Counts = npt.NDArray[np.int64]
YEAR: Final = 12
WHOLE: Final = 36
CODES: Final = {"source": (*SOURCES, NO_CATEGORY), "need": (*NEEDS, NO_CATEGORY)}
"""The categories of each breakdown, in their order."""


@dataclass(frozen=True, order=True)
class Window:
    """Some months on end: the number of the first, and how many."""

    start: int
    months: int

    @property
    def end(self) -> int:
        """The month after the last."""
        return self.start + self.months

    def overlaps(self, other: "Window") -> bool:
        """Say whether two windows share a month."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class DemandCounts:
    """The counts of a `Demand`, by window.

    Attributes
    ----------
    demand
        What is kept of referrals.
    places
        The identity columns of the small areas covered, index `area_code`, sorted.
    """

    demand: Demand
    places: pd.DataFrame

    @classmethod
    def of(cls, demand: Demand, areas: pd.DataFrame) -> "DemandCounts":
        """Take the counts of a demand, with the wards and councils of the areas of a build.

        Raises
        ------
        DisclosureError
            When the demand has areas that the build does not know.
        """
        covered = pd.Index(demand.tables["windows"]["area_code"].unique()).sort_values()
        strange = covered.difference(areas.index)
        if len(strange):
            raise DisclosureError(
                f"{len(strange):,} small areas of the demand tables are not in the build: "
                f"{first_few(strange)}.",
                "Run atlas build again.",
            )
        columns = ["area_name", "ward_code", "ward_name", "la_code", "la_name"]
        return cls(demand, pd.DataFrame(areas.loc[covered, columns]))

    @property
    def end(self) -> int:
        """The month after the last complete one."""
        return month_number(self.demand.last) + 1

    @cached_property
    def wards(self) -> pd.Index:
        """The wards that the areas covered lie in, sorted."""
        return pd.Index(sorted(self.places["ward_code"].dropna().unique()), name="ward_code")

    def windows(self, months: int) -> tuple[Window, ...]:
        """Return the windows of a length that are published now, the earliest first.

        Three years make up the 36 months where the grain allows it, else there is the last year alone.
        """
        last = Window(self.end - months, months)
        years = tuple(Window(self.end - YEAR * n, YEAR) for n in (3, 2, 1))
        if months == YEAR and all(self.has(window) for window in years):
            return years
        return (last,) if self._stored(months) is not None or self.has(last) else ()

    def has(self, window: Window) -> bool:
        """Say whether the kept periods add up to a window."""
        return self._aligned(window, self.demand.grains.get("periods:referrals"))

    def has_category(self, window: Window, by: str) -> bool:
        """Say whether the kept periods of wards by category add up to a window."""
        return self._aligned(window, self.demand.grains.get(f"ward_{by}"))

    def referrals(self, window: Window) -> Counts:
        """Return the referrals of each area in a window, in the order of `places`."""
        if self.has(window):
            return self._summed(self._periods, window)
        stored = self._stored(window.months) if window.end == self.end else None
        if stored is None:
            raise DisclosureError(
                f"Referrals of {window.months} months from {month_text(window.start)} are not kept."
            )
        return _whole(stored["referrals"])

    def children(self, months: int) -> Counts | None:
        """Return the children of each area in a window that ends now; None where they cannot be told."""
        stored = self._stored(months)
        if stored is None or stored["children"].isna().any():
            return None
        return _whole(stored["children"])

    def by_category(self, window: Window, by: str, category: str) -> Counts:
        """Return the referrals of each ward in a window with one source or need, in the order of `wards`."""
        table = self.demand.tables[f"ward_{by}"]
        mine = table[table["category"].fillna(NO_CATEGORY) == category]
        inside = mine[_within(mine["start"], window)]
        sums = inside.groupby("ward_code")["referrals"].sum()
        return _whole(sums.reindex(self.wards, fill_value=0))

    def _aligned(self, window: Window, grain: Grain | None) -> bool:
        months = grain.months if grain is not None else None
        return (
            months is not None
            and window.start >= month_number(self.demand.first)
            and window.end <= self.end
            and (self.end - window.end) % months == 0
            and window.months % months == 0
        )

    @cached_property
    def _periods(self) -> pd.DataFrame:
        table = self.demand.tables["periods"]
        return table[table["kind"] == EventKind.REFERRAL.value]

    def _summed(self, periods: pd.DataFrame, window: Window) -> Counts:
        inside = periods[_within(periods["start"], window)]
        return _whole(inside.groupby("area_code")["count"].sum().reindex(self.places.index, fill_value=0))

    def _stored(self, months: int) -> pd.DataFrame | None:
        table = self.demand.tables["windows"]
        mine = table[table["months"] == months].set_index("area_code")
        return mine.reindex(self.places.index) if len(mine) else None


def _within(starts: pd.Series, window: Window) -> npt.NDArray[np.bool_]:
    """Say which periods lie in a window, from their first months."""
    known = {text: window.start <= month_number(text) < window.end for text in starts.unique()}
    return starts.map(known).fillna(False).to_numpy(dtype=bool)


def _whole(values: pd.Series) -> Counts:
    return values.fillna(0).to_numpy(dtype="int64")


def all_categories(counts: DemandCounts, by: str) -> Sequence[str]:
    """Return the categories that are published: every code, and "not known" where it occurs."""
    found = counts.demand.tables[f"ward_{by}"]["category"].fillna(NO_CATEGORY)
    strange = set(found) - set(CODES[by])
    if strange:
        raise DisclosureError(f"Codes of {by} that the dictionary does not know: {first_few(strange)}.")
    return [code for code in CODES[by] if code != NO_CATEGORY or (found == NO_CATEGORY).any()]
