"""Which councils an extract is of: a few rows across the border do not make zeros of another council."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import GeographyError
from geo.area_table import AreaTable

LEAST_SHARE: Final = 0.1
"""A council is covered where it has at least this share of the events per small area of the fullest one."""

RULE: Final = (
    "A council counts as covered where its extract has, for each of its small areas, at least a tenth of the "
    "rows of the council that has most. Elsewhere nothing is known, and no figure is shown."
)

NO_COUNCIL: Final = ""


@dataclass(frozen=True)
class Parents:
    """What each area of the rows lies in, in their order.

    Attributes
    ----------
    council
        Position in `councils`; areas without a council share one, `NO_COUNCIL`.
    councils
        Council codes, sorted.
    ward
        Position in `wards`, -1 where the build knows none.
    wards
        Ward codes, sorted.
    """

    council: npt.NDArray[np.int32]
    councils: tuple[str, ...]
    ward: npt.NDArray[np.int32]
    wards: tuple[str, ...]

    def lies_in(self, councils: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Say of each area whether it lies in one of some councils."""
        wanted = np.array([council in councils for council in self.councils], dtype=bool)
        return np.asarray(wanted[self.council])


def find_parents(codes: pd.Index, areas: AreaTable) -> Parents:
    """Return what each area lies in.

    Parameters
    ----------
    codes
        The areas that rows are placed in, in the order that the rows count them.
    areas
        The areas of the build.

    Raises
    ------
    GeographyError
        When they are not the areas of the build.
    """
    if not pd.Index(codes).sort_values().equals(areas.frame.index):
        raise GeographyError("The referrals are placed in other areas than those of the build.")
    frame = areas.frame.reindex(codes)
    council = frame["la_code"].astype("string").fillna(NO_COUNCIL)
    ward = frame["ward_code"].astype("string")
    councils, wards = sorted(council.unique()), sorted(ward.dropna().unique())
    return Parents(
        pd.Index(councils).get_indexer(council).astype(np.int32),
        tuple(councils),
        pd.Index(wards, dtype="object").get_indexer(ward.astype(object)).astype(np.int32),
        tuple(wards),
    )


def covered_councils(events_per_area: npt.NDArray[np.int64], parents: Parents) -> tuple[str, ...]:
    """Return the councils that an extract is of: see `RULE`.

    Parameters
    ----------
    events_per_area
        Events of one kind in each area, in the order of `parents`.
    parents
        What the areas lie in. Every area of the build stands in it.

    Returns
    -------
    tuple of str
        Codes, sorted; none where there are no events. The council that has most is always among them.

    Examples
    --------
    >>> places = Parents(np.array([0, 0, 1, 1]), ("E06000901", "E06000902"), np.zeros(4, int), ("w",))
    >>> covered_councils(np.array([40, 60, 3, 0]), places)
    ('E06000901',)
    """
    size = len(parents.councils)
    events = np.bincount(parents.council, events_per_area, size)
    per_area = events / np.maximum(np.bincount(parents.council, minlength=size), 1)
    if not per_area.any():
        return ()
    covered = per_area >= LEAST_SHARE * per_area.max()
    return tuple(code for code, is_covered in zip(parents.councils, covered, strict=True) if is_covered)


def name_councils(councils: tuple[str, ...], areas: AreaTable) -> Mapping[str, str]:
    """Return the names of councils by code, sorted by code."""
    named = areas.frame.drop_duplicates("la_code").set_index("la_code")["la_name"]
    return {code: str(named.get(code, code)) for code in councils if code != NO_COUNCIL}
