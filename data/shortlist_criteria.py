"""What a shortlist is asked by: criteria with their swings, floors and rules, as a file says them."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.errors import SourceError
from data.shortlist_faults import faults_of
from data.shortlist_terms import CRITERIA_FILE, FIGURES, LARGEST_CRITERIA_BYTES, MOST_PARTS
from data.shortlist_terms import Counts as Counts
from data.shortlist_terms import Curve as Curve
from data.shortlist_terms import Direction as Direction

_BETWEEN_NAMES: Final = re.compile(r"(?<!\d)\.|\.(?!\d)|\.\d++(?=\.)")
"""A dot that is not that of a decimal number."""


@dataclass(frozen=True)
class Criterion:
    """One thing that counts towards being chosen.

    Attributes
    ----------
    indicator
        A column of the values of the level: an indicator, or one that `models.shortlist_laid` adds.
    swing
        What the move from worst to best is worth, 0 to 100: 100 for the move that is wanted first.
    direction
        Which end counts.
    curve
        How value grows between them.
    worst, best
        The figures that have the values 0 and 1, in the unit of the indicator; None for the worst and the
        best among the shapes that are compared.
    at
        Of a threshold the cut; of a diminishing value the figure that is worth half.
    veto_below, veto_above
        A shape with a figure below or above it is out, whatever else it has.
    """

    indicator: str
    swing: float
    direction: Direction
    curve: Curve = Curve.LINEAR
    worst: float | None = None
    best: float | None = None
    at: float | None = None
    veto_below: float | None = None
    veto_above: float | None = None


@dataclass(frozen=True)
class Spread:
    """At most so many chosen in one locality, council or ward."""

    most: int
    within: str = "locality"


@dataclass(frozen=True)
class Budget:
    """What those chosen may cost together, in pounds; the costs are the user's, by code or one for each."""

    gbp: float
    cost_gbp: Mapping[str, float] | float


@dataclass(frozen=True)
class Asked:
    """A shortlist that is asked for.

    Attributes
    ----------
    level
        What is compared: "ward", "area" or "locality".
    criteria
        One to twelve, each with an indicator of its own.
    top
        How many are to be chosen at most.
    counts
        What of the weights was said surely.
    tolerance
        The share by which each swing may be off, either way.
    spread, budget
        Rules for those chosen together.
    within
        The code of the one council whose shapes are compared; empty for all.
    """

    level: str
    criteria: tuple[Criterion, ...]
    top: int = 5
    counts: Counts = Counts.SWINGS
    tolerance: float = 0.25
    spread: Spread | None = None
    budget: Budget | None = None
    within: str = ""

    @property
    def weights(self) -> Mapping[str, float]:
        """The weight of each criterion by its indicator: its share of all swings."""
        total = sum(c.swing for c in self.criteria)
        return {c.indicator: c.swing / total for c in self.criteria}


def criteria_from(path: Path = CRITERIA_FILE) -> dict[str, Any]:
    """Read a file of criteria, TOML or JSON, as a document that `asked_from` understands.

    Raises
    ------
    SourceError
        When the file cannot be read, is larger than 2 MB, or is neither.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_CRITERIA_BYTES + 1)
        if len(content) > LARGEST_CRITERIA_BYTES:
            raise ValueError(f"it is larger than {LARGEST_CRITERIA_BYTES:,} bytes")
        text = content.decode("utf-8-sig")
        document = json.loads(text) if path.suffix.lower() == ".json" else _from_toml(text)
        if not isinstance(document, dict):
            raise ValueError("it holds no criteria")
    except OSError as error:
        raise SourceError(
            f"{path.name} cannot be read: {error.strerror or error}.",
            "Name a file of criteria: an edited copy of data/shortlist_criteria.toml.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}.", _hint(path.name)) from error
    return document


def _from_toml(text: str) -> dict[str, Any]:
    """Read TOML, but for names of endless parts: the reader's time grows with the square of their number."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#") and len(_BETWEEN_NAMES.findall(line)) > MOST_PARTS:
            raise ValueError(f"line {number} has a name of more than {MOST_PARTS} parts")
    return tomllib.loads(text)


def asked_from(document: Mapping[str, Any], name: str) -> Asked:
    """Read a document of criteria.

    Parameters
    ----------
    document
        Plain values, as of a TOML or a JSON file.
    name
        What the document is called where a fault is told.

    Raises
    ------
    SourceError
        Names every fault: a criterion twice, a swing that is not 0 to 100, a curve without the figure that it
        takes, worst and best the wrong way round, a rule that cannot be followed, an entry that is not known.
    """
    faults = list(faults_of(document))
    if faults:
        more = f"; and {len(faults) - 12} more faults" if len(faults) > 12 else ""
        raise SourceError(f"{name}: {'; '.join(faults[:12])}{more}.", _hint(name))
    spread, budget = document.get("spread"), document.get("budget")
    return Asked(
        level=document.get("level", "ward"),
        criteria=tuple(_criterion(entry) for entry in document["criterion"]),
        top=document.get("top", 5),
        counts=Counts(document.get("counts", Counts.SWINGS)),
        tolerance=float(document.get("tolerance", 0.25)),
        spread=None if spread is None else Spread(spread["most"], spread.get("within", "locality")),
        budget=None if budget is None else Budget(float(budget["gbp"]), _costs(budget["cost_gbp"])),
        within=document.get("within", ""),
    )


def as_document(asked: Asked) -> dict[str, Any]:
    """Return what is asked as plain values that `asked_from` reads back, and that JSON and TOML can hold."""
    document: dict[str, Any] = {
        "level": asked.level,
        "top": asked.top,
        "counts": asked.counts.value,
        "tolerance": asked.tolerance,
        "within": asked.within,
        "criterion": [_entry(criterion) for criterion in asked.criteria],
    }
    if asked.spread is not None:
        document["spread"] = {"most": asked.spread.most, "within": asked.spread.within}
    if asked.budget is not None:
        cost = asked.budget.cost_gbp
        document["budget"] = {
            "gbp": asked.budget.gbp,
            "cost_gbp": dict(cost) if isinstance(cost, Mapping) else cost,
        }
    return document


def _hint(name: str) -> str:
    return f"Correct {name}; the first lines of data/{CRITERIA_FILE.name} say what stands in it."


def _entry(criterion: Criterion) -> dict[str, Any]:
    figures = {name: getattr(criterion, name) for name in FIGURES}
    return {
        "indicator": criterion.indicator,
        "swing": criterion.swing,
        "direction": criterion.direction.value,
        "curve": criterion.curve.value,
        **{name: figure for name, figure in figures.items() if figure is not None},
    }


def _criterion(entry: Mapping[str, Any]) -> Criterion:
    return Criterion(
        entry["indicator"],
        float(entry["swing"]),
        Direction(entry["direction"]),
        Curve(entry.get("curve", Curve.LINEAR)),
        **{name: float(entry[name]) for name in FIGURES if entry.get(name) is not None},
    )


def _costs(cost: Mapping[str, Any] | float) -> Mapping[str, float] | float:
    return {code: float(one) for code, one in cost.items()} if isinstance(cost, Mapping) else float(cost)
