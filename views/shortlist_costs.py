"""What each shape costs, as a file of the reader tells it: a template to fill in, and the file read back."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from math import isfinite
from typing import Final

import pandas as pd

from data.errors import SourceError, first_few
from models.levels import Level
from views.shortlist_address import MOST_GBP
from views.tables import write_csv

LARGEST_COSTS_BYTES: Final = 1_000_000
COST: Final = "cost_gbp"
LONGEST_NAMED: Final = 40
"""So many signs of a code are told where it is wrong: a file may hold anything."""

HINT: Final = "Fill in the template: a code and a cost in pounds in each row."


def template_of(shown: pd.DataFrame, level: Level) -> bytes:
    """Write a file of all shapes to be filled in: no cost stands in it, as none is known here."""
    output = {f"{level.value}_code": shown.index.to_series(), "name": shown["name"], COST: ""}
    return write_csv(pd.DataFrame(output, index=shown.index))


def costs_in(content: bytes, shown: pd.DataFrame, level: Level) -> Mapping[str, float]:
    """Read what each shape costs in pounds, by code.

    Parameters
    ----------
    content
        A CSV file: a column of codes, `area_code`, `ward_code` or `locality_code`, and `cost_gbp`.
    shown
        The shapes that are compared, by code.
    level
        What they are.

    Raises
    ------
    SourceError
        Names every fault: a file that is no table, a cost that is no number, a code twice or not here, and a
        shape without a cost.
    """
    if len(content) > LARGEST_COSTS_BYTES:
        raise SourceError(f"The file is larger than {LARGEST_COSTS_BYTES:,} bytes.", HINT)
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"The file cannot be read: {error}.", HINT) from error
    code, known = f"{level.value}_code", set(shown.index)
    if not rows or code not in rows[0] or COST not in rows[0]:
        raise SourceError(f"The file has no columns {code} and {COST}.", HINT)
    given = [((row[code] or "").strip(), (row[COST] or "").strip().replace(",", "")) for row in rows]
    codes = Counter(one for one, _ in given)
    costs = {one: _pounds(cost) for one, cost in given}
    faults = [
        _fault("code stands twice", "codes stand twice", {one for one, count in codes.items() if count > 1}),
        _fault("code is not here", "codes are not here", set(codes) - known),
        _fault("cost is no number of pounds", "costs are no numbers of pounds", _wrong(costs)),
        _fault("is without a cost", "are without a cost", known - set(codes)),
    ]
    if told := [fault for fault in faults if fault]:
        raise SourceError(f"{'; '.join(told)}.", HINT)
    return {one: cost for one, cost in costs.items() if cost is not None}


def _pounds(text: str) -> float | None:
    try:
        cost = float(text.removeprefix("£"))
    except ValueError:
        return None
    return cost if isfinite(cost) and 0 <= cost <= MOST_GBP else None


def _wrong(costs: Mapping[str, float | None]) -> set[str]:
    return {code for code, cost in costs.items() if cost is None}


def _fault(one: str, several: str, codes: set[str]) -> str:
    if not codes:
        return ""
    named = [code if len(code) <= LONGEST_NAMED else f"{code[:LONGEST_NAMED]}…" for code in sorted(codes)]
    return f"{len(codes):,} {one if len(codes) == 1 else several}: {first_few(named)}"
