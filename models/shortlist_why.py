"""Why a shape stands where it does in a shortlist: what each criterion adds to its value, beside others.

Value is a sum, so that what a shape has above another falls into what each criterion gives and takes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from models.levels import Level
from models.placement_phrases import listed
from models.shortlist import Shortlist
from models.words import Part

ALIKE: Final = 0.05
"""Values, 0 to 100, that are less than this apart read the same."""

MOST_NAMED: Final = 2


@dataclass(frozen=True, eq=False)
class Why:
    """What each criterion adds to the value of a shape, beside the average and the last one in.

    Attributes
    ----------
    code
        The shape.
    frame
        Index indicator, in the order of what it adds beyond the average: `weight` (0 to 1), and what it adds
        to the value of 100: `own`, `average` of all compared, and `other`; the last is missing where there is
        nobody to compare with.
    other
        The code of the last one in by value; for that one, of the first one left out. None where there is
        neither.
    """

    code: str
    frame: pd.DataFrame
    other: str | None

    @property
    def value(self) -> float:
        """The value, 0 to 100."""
        return float(self.frame["own"].sum())

    def above(self, whom: str) -> float:
        """Return how far the value is above another: "average" or "other"."""
        return float(self.apart(whom).sum())

    def apart(self, whom: str) -> pd.Series:
        """Return what each criterion gives beyond what it gives another: "average" or "other"."""
        return self.frame["own"] - self.frame[whom]


def why_of(found: Shortlist, code: str) -> Why:
    """Take the value of a shape apart.

    Parameters
    ----------
    found
        The shortlist.
    code
        A shape that is compared.

    Raises
    ------
    KeyError
        When it is not among those that are compared.
    """
    weights = pd.Series(dict(found.weights)).reindex(found.values.columns)
    adds = 100 * found.values * weights
    other = _other(found, code)
    frame = pd.DataFrame(
        {
            "weight": weights,
            "own": adds.loc[code],
            "average": adds.mean(),
            "other": float("nan") if other is None else adds.loc[other],
        }
    ).rename_axis("indicator")
    beyond = (frame["own"] - frame["average"]).round(9)
    return Why(code, frame.loc[beyond.sort_values(ascending=False, kind="stable").index], other)


def why_words(why: Why, found: Shortlist, labels: Mapping[str, str], level: Level) -> tuple[Part, ...]:
    """Say what brings a shape where it stands.

    Parameters
    ----------
    why
        What each criterion adds.
    found
        The shortlist.
    labels
        What each criterion is called, by indicator.
    level
        What is compared.
    """
    return tuple(_parts(why, found, labels, level))


def why_caveats(found: Shortlist) -> tuple[str, ...]:
    """Say what has to be known of it, in sentences."""
    told = ["What a criterion adds is what its figure is worth times its weight: both are choices."]
    if any(criterion.worst is None or criterion.best is None for criterion in found.asked.criteria):
        told.append("Worth is counted from the worst to the best of those compared where no ends are given.")
    return tuple(told)


def _other(found: Shortlist, code: str) -> str | None:
    """Return the last one in by value; for that one itself, the first one left out."""
    chosen = found.frame["chosen"].astype(bool)
    inside, outside = found.frame.index[chosen], found.frame.index[~chosen]
    if len(inside) and inside[-1] != code:
        return str(inside[-1])
    rest = [one for one in outside if one != code]
    return str(rest[0]) if rest else None


def _parts(why: Why, found: Shortlist, labels: Mapping[str, str], level: Level) -> Iterator[Part]:
    yield Part(str(found.names[why.code]), True)
    yield Part(" has a value of ")
    yield Part(f"{why.value:.1f}", True)
    above = why.above("average")
    if abs(above) < ALIKE:
        yield Part(f" of 100, that of the average {level.singular}")
    else:
        yield Part(f" of 100, {abs(above):.1f} {'above' if above > 0 else 'below'} ")
        yield Part(f"the average {level.singular}")
    yield Part(f"{_gives_and_takes(why.apart('average'), labels)}.")
    if why.other is not None:
        yield from _beside(why, why.other, found, labels)


def _gives_and_takes(apart: pd.Series, labels: Mapping[str, str]) -> str:
    """Say which criteria give most beyond the average, and which take most."""
    gives = apart[apart >= ALIKE].head(MOST_NAMED)
    takes = apart[apart <= -ALIKE].sort_values(kind="stable").head(MOST_NAMED)
    up = apart.sum() > -ALIKE
    sides = (
        [("most by", gives), ("held back by", takes)] if up else [("most by", takes), ("helped by", gives)]
    )
    told = [
        f"{words} {listed([f'“{labels[str(id_)]}” ({_signed(gain)})' for id_, gain in some.items()])}"
        for words, some in sides
        if len(some)
    ]
    return f": {'; '.join(told)}" if told else ""


def _beside(why: Why, other: str, found: Shortlist, labels: Mapping[str, str]) -> Iterator[Part]:
    ahead, apart = why.above("other"), why.apart("other")
    whom = "the last one in" if bool(found.frame.loc[other, "chosen"]) else "the first one left out"
    side = "level with" if abs(ahead) < ALIKE else f"{abs(ahead):.1f} {'ahead of' if ahead > 0 else 'behind'}"
    most = apart.abs().idxmax() if abs(ahead) < ALIKE else (apart * (1 if ahead > 0 else -1)).idxmax()
    yield Part(f" It is {side} ")
    yield Part(str(found.names[other]), True)
    least = abs(float(apart[most])) < ALIKE
    yield Part(f", {whom}{'' if least else f': most by “{labels[str(most)]}” ({_signed(apart[most])})'}.")


def _signed(points: float) -> str:
    return f"{'+' if points > 0 else '−'}{abs(points):.1f}"
