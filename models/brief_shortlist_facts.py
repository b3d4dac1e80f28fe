"""What the briefing of a shortlist is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geo.area_table import AreaTable
from geo.builds import Build
from models.brief_decision import DecisionFacts
from models.briefing import MapClass
from models.levels import LevelData
from models.shortlist import Shortlist
from models.shortlist_fairness import Fairness
from models.shortlist_words import label_in

NEXT_IN_LINE: Final = 5
"""How many of those that come next are told beside those chosen."""


@dataclass(frozen=True)
class Told:
    """A criterion in words: which end counts, the move that its swing is of, and what is not usual of it."""

    end: str
    move: str
    shape: str


@dataclass(frozen=True, eq=False)
class ShortlistFacts:
    """What the briefing of a shortlist is made of.

    Attributes
    ----------
    build, areas
        The build, and its small areas with places laid over them.
    data
        The values of the level, with all that is laid over them.
    found
        The shortlist.
    fairness
        Who lives in the chosen places; None where nothing is chosen.
    told
        Each criterion in words, by indicator.
    classes, legend
        The class of each shape on the map, by code, and what the classes are.
    held
        Criteria whose figures stay inside: none of their figures, nor any value that would tell them, stands
        in the briefing.
    left_out
        What does not stand in it, and why.
    decision
        The record of what was decided on it; None where there is none.
    """

    build: Build
    areas: AreaTable
    data: LevelData
    found: Shortlist
    fairness: Fairness | None
    told: Mapping[str, Told]
    classes: pd.Series
    legend: tuple[MapClass, ...]
    held: frozenset[str] = frozenset()
    left_out: str = ""
    decision: DecisionFacts | None = None

    @property
    def looked_at(self) -> list[str]:
        """Those chosen, and those that come next, by code in the order of rank."""
        frame = self.found.frame
        others = frame.index[~frame["chosen"].astype(bool)][:NEXT_IN_LINE]
        return [str(code) for code in frame.index if code in {*self.found.chosen, *others}]

    def label(self, indicator: str) -> str:
        """Return what a criterion is called."""
        return label_in(self.data, indicator)
