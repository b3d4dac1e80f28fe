"""A record of a decision: which wards were chosen, why, on what, by whom, and who gains and who loses by it.

It says all that is needed to defend a choice a year later: what was asked, what each ward came to, the files
that the figures were of, and what people answered about equality. A version is never changed: what is saved
anew is one version more, and each carries the SHA-256 of itself and of the one before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from data.provenance import Tier
from data.register.records import Role


class DecisionState(StrEnum):
    """Where a record stands. One that is agreed is never changed; one that is withdrawn is kept."""

    DRAFT = "draft"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


EQUALITY: Final[Mapping[str, str]] = {
    "gains": "Who gains from this choice?",
    "loses": "Who loses by it, or is left out?",
    "groups": "Which groups with protected characteristics does it touch, and how?",
    "evidence": "What evidence is there, and what is not known?",
    "done": "What is done about it?",
}
"""What has to be answered before a record is agreed, by key: what a public body has due regard to under
section 149 of the Equality Act 2010."""


@dataclass(frozen=True)
class Choice:
    """A ward, or another shape of the map, that a record speaks of.

    Attributes
    ----------
    code, name, council
        Which it is.
    rank, value, chance, tier
        What the shortlist said: its rank from 1, its value 0 to 100, its chance of being among the first,
        0 to 1, and its tier, 1 the surest. None where it had no rank.
    listed
        Whether the shortlist put it among the first.
    chosen
        Whether it was decided in.
    considered
        Whether it is out and a reason is owed: it cannot be told apart from those that are in, or somebody
        named it.
    reason
        Why it is in or out, as somebody typed it.
    barred
        Why it had no rank: a floor, a veto or a missing figure, in words; "" where it had one.
    """

    code: str
    name: str
    council: str = ""
    rank: int | None = None
    value: float | None = None
    chance: float | None = None
    tier: int | None = None
    listed: bool = False
    chosen: bool = False
    considered: bool = False
    reason: str = ""
    barred: str = ""

    @property
    def owes_reason(self) -> bool:
        """Whether the record is not complete without a reason for it."""
        return self.chosen or self.considered


@dataclass(frozen=True)
class Input:
    """A column that a shortlist was made of, and what it stood on.

    Attributes
    ----------
    column, label
        Its id and what it is called.
    source, publisher, vintage, file, sha256
        As its provenance has them.
    files
        What each file that it came from is called, by SHA-256, with its edition where that is known.
    unit
        What its figures are in, which says how far is within reach.
    steps
        What was done with it since, in sentences.
    figures
        SHA-256 of its figures by code, so that a change that no file tells of is told too.
    """

    column: str
    label: str
    source: str = ""
    publisher: str = ""
    vintage: str = ""
    file: str = ""
    sha256: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    steps: tuple[str, ...] = ()
    figures: str = ""


@dataclass(frozen=True)
class Decision:
    """A version of a record of a decision.

    Attributes
    ----------
    id, version
        A UUID; 0 before it is saved, 1 when it is, one more at each change.
    state
        Whether it is a draft, agreed or withdrawn; the store sets it.
    tier
        Of the build that it was made on: a record of an internal build stays inside the council.
    name, question
        What it is called, and what had to be decided.
    level
        What one shape is: "ward", "area" or "locality".
    criteria
        What was asked, as `data.shortlist_criteria.as_document` writes it.
    weights, weights_by
        By indicator, adding up to 1; and who said them.
    top
        How many were to be chosen.
    choices
        Those in and out, by rank, then those without one by code.
    not_listed
        How many more were ranked lower and are not among the choices.
    inputs
        What each criterion was made of.
    areas
        SHA-256 of the area table.
    places, place_counts
        Of each kind of place that a criterion rests on: SHA-256 of those that counted, and how many.
    travel
        SHA-256 of what travel rests on, where a criterion rests on places; else "".
    settings
        What else matters, by name in words: how many weightings were drawn, from which seed.
    place, built
        The name of the build and when it was made, as its report says.
    app
        The version of Prevention Atlas.
    sentence, caveats, fairness
        What the shortlist said then, what had to be said with it, and who lives in the chosen, in sentences.
    equality, equality_by
        Answers by key of `EQUALITY`, and who gave them.
    successor_of
        The id of the record that it takes the place of; "" for none.
    reason
        Why it was withdrawn; "" where it was not.
    made_by, role, made_at
        Who made this version, as what, and when. The store sets them.
    previous, sha256
        The hash of the version before, "" for the first, and of this one. The store sets them.
    fault
        Why what is stored cannot be read; "" where it can.
    """

    id: str
    version: int
    name: str
    level: str
    tier: Tier
    state: DecisionState = DecisionState.DRAFT
    question: str = ""
    criteria: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    weights_by: str = ""
    top: int = 5
    choices: tuple[Choice, ...] = ()
    not_listed: int = 0
    inputs: tuple[Input, ...] = ()
    areas: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    travel: str = ""
    place_counts: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    built: str = ""
    app: str = ""
    sentence: str = ""
    caveats: tuple[str, ...] = ()
    fairness: tuple[str, ...] = ()
    equality: Mapping[str, str] = field(default_factory=dict)
    equality_by: str = ""
    successor_of: str = ""
    reason: str = ""
    made_by: str = ""
    role: Role = Role.VIEWER
    made_at: datetime | None = None
    previous: str = ""
    sha256: str = ""
    fault: str = ""

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """Those that were decided in, in their order."""
        return tuple(choice for choice in self.choices if choice.chosen)
