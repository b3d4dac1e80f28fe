"""The dictionary of indicators: what each column means, its unit, polarity, kind and denominator."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

INDICATORS_FILE = Path(__file__).parent / "indicators.csv"


class Kind(StrEnum):
    """How a column may be added up: counts sum, rates and scores average, ranks and deciles do neither."""

    COUNT = "count"
    RATE = "rate"
    SCORE = "score"
    RANK = "rank"
    DECILE = "decile"


@dataclass(frozen=True)
class Indicator:
    """One entry of the dictionary. `denominator` names the column that its average is weighted by."""

    id: str
    label: str
    meaning: str
    unit: str
    polarity: str
    kind: Kind
    denominator: str | None
    published_name: str | None


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by id, in the order of the dictionary."""
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
        )
        for row in rows
    }
