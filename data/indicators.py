"""The dictionary of indicators: what each column means, its unit, polarity, kind and denominator."""

import csv
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from data.codes import LSOA_COUNT

INDICATORS_FILE = Path(__file__).parent / "indicators.csv"

RANKED_OUT_OF: Final = {"2019": 32_844, "2025": 33_755}
"""Small areas that each edition of the Indices ranks. Ranks carried to other areas keep their own total."""


class Group(StrEnum):
    """What an indicator is about: the heading that it stands under, and the words that are used of it."""

    NEED = "need"
    PEOPLE = "people"
    ASSETS = "assets"
    ACCESS = "access"
    DEMAND = "demand"
    EVENTS = "events"
    OWN = "own"


class Kind(StrEnum):
    """How a column may be added up: counts sum, rates and scores average, the rest do neither.

    `OTHER` is a number of which nobody has said what it is: it is shown by small area and never added up,
    averaged or carried.
    """

    COUNT = "count"
    RATE = "rate"
    SCORE = "score"
    RANK = "rank"
    DECILE = "decile"
    OTHER = "other"


@dataclass(frozen=True)
class Indicator:
    """One entry of the dictionary. `denominator` names the column that its average is weighted by.

    `caveat` is said beside every figure of it, and `method` once beside all figures that were measured alike.
    A group with an area without a value has no average, unless the column `known_by` has one of that area:
    nothing is unknown of it then, and the average leaves it out, as one of minutes does where no way leads.
    """

    id: str
    label: str
    meaning: str
    unit: str
    polarity: str
    kind: Kind
    denominator: str | None
    published_name: str | None
    group: Group = Group.NEED
    caveat: str = ""
    method: str = ""
    known_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Indicator":
        """Read back what `to_json` wrote."""
        return cls(**{**values, "kind": Kind(values["kind"]), "group": Group(values["group"])})


@dataclass(frozen=True)
class NationalList:
    """The small areas of England that national ranks are out of: how many, and of which LSOA year."""

    areas: int
    lsoa_year: str


def national_list(edition: str, vintage: str) -> NationalList:
    """Return what the ranks of an edition are out of.

    Parameters
    ----------
    edition
        The edition of the Indices: the vintage of the column's provenance.
    vintage
        The LSOA vintage of the table, which decides when the edition is unknown.

    Examples
    --------
    >>> national_list("2019", "2021")
    NationalList(areas=32844, lsoa_year='2011')
    """
    areas = RANKED_OUT_OF.get(edition, LSOA_COUNT[vintage])
    return NationalList(areas, next(year for year, count in LSOA_COUNT.items() if count == areas))


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator of the built-in dictionary by id, in its order.

    What a table holds may be more: `AreaTable.dictionary` adds the entries of its own files and of places.
    """
    with INDICATORS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["id"]: Indicator(
            id=row["id"],
            label=row["label"],
            meaning=row["meaning"],
            unit=row["unit"],
            polarity=row["polarity"],
            kind=Kind(row["kind"]),
            denominator=row["denominator"] or None,
            published_name=row["published_name"] or None,
            group=_group_of(row["id"]),
        )
        for row in rows
    }


def _group_of(id_: str) -> Group:
    if id_.startswith("pop_"):
        return Group.PEOPLE
    return Group.DEMAND if id_.startswith("demand_") else Group.NEED
