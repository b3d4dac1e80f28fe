"""The words and limits of a document of criteria for a shortlist."""

from enum import StrEnum
from pathlib import Path
from typing import Final

CRITERIA_FILE: Final = Path(__file__).parent / "shortlist_criteria.toml"
LARGEST_CRITERIA_BYTES: Final = 2_000_000
MOST_PARTS: Final = 8
MOST_CRITERIA: Final = 12
MOST_CHOSEN: Final = 50
MOST_SWING: Final = 100.0
MOST_TOLERANCE: Final = 0.9
MOST_COSTS: Final = 50_000
LEVELS: Final = ("ward", "area", "locality")
PLACES: Final = ("locality", "council", "ward")
"""What a spread rule may count in."""

FIGURES: Final = ("worst", "best", "at", "veto_below", "veto_above")
"""The figures that a criterion may have, all in the unit of its indicator."""


class Direction(StrEnum):
    """Which end of a figure counts towards being chosen."""

    MORE = "more"
    LESS = "less"


class Curve(StrEnum):
    """How value grows from the worst figure to the best."""

    LINEAR = "linear"
    THRESHOLD = "threshold"
    DIMINISHING = "diminishing"


class Counts(StrEnum):
    """What of the weights was said surely: the swings, only their order, or nothing."""

    SWINGS = "swings"
    ORDER = "order"
    ANY = "any"
