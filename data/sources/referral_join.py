"""Join the address that was a child's on the day: the latest one is wrong for history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.referral_rows import Role
from data.sources.referral_gather import Gathered
from data.sources.referral_hashes import Hashes
from data.sources.referral_places import Answers

ALWAYS: Final = 2**30
_CHUNK: Final = 500_000


@dataclass(frozen=True, repr=False)
class Homes:
    """Addresses of children over time, sorted by child: `place` is a number of the `AddressBook`."""

    frame: pd.DataFrame

    @classmethod
    def of(cls, tables: Sequence[Gathered], answers: Answers) -> "Homes":
        """Put the addresses of several tables together."""
        parts = [
            pd.DataFrame(
                {
                    "person": table.of(Role.PERSON),
                    "start": table.day_of(Role.ADDRESS_FROM, -ALWAYS),
                    "end": table.day_of(Role.ADDRESS_TO, ALWAYS),
                    "place": table.place,
                    "apart": table.apart,
                }
            )
            for table in tables
        ]
        frame = pd.concat(parts, ignore_index=True)
        frame["fate"], frame["area"] = answers.fate[frame["place"]], answers.area[frame["place"]]
        return cls(frame[frame["person"] != 0])

    def on(
        self, person: Hashes, day: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]:
        """Return the number of each child's address on a day, -1 where there was none, and what it is apart.

        Of several that hold on the day a family home comes first, then the one that began last, then one
        that can be placed.
        """
        places, apart = np.full(len(person), -1, np.int32), np.zeros(len(person), np.int8)
        for rows, best in self._best(person, day):
            places[rows], apart[rows] = best["place"].to_numpy(), best["apart"].to_numpy()
        return places, apart

    def _best(
        self, person: Hashes, day: npt.NDArray[np.int32]
    ) -> Iterator[tuple[npt.NDArray[np.int64], pd.DataFrame]]:
        known = np.flatnonzero((person != 0) & np.isin(person, self.frame["person"].unique()))
        for start in range(0, len(known), _CHUNK):
            rows = known[start : start + _CHUNK]
            events = pd.DataFrame({"person": person[rows], "day": day[rows], "row": rows})
            pairs = events.merge(self.frame, on="person")
            pairs = pairs[(pairs["start"] <= pairs["day"]) & (pairs["day"] <= pairs["end"])]
            pairs = pairs.assign(away=pairs["apart"] > 0, late=-pairs["start"])
            order = ["row", "away", "late", "fate", "area", "place"]
            best = pairs.sort_values(order, kind="stable").drop_duplicates("row")
            yield best["row"].to_numpy(), best
