"""A record of a decision in words: what it is called in a list, and how two versions of it differ."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from data.register.decisions import EQUALITY, Choice, Decision, DecisionState
from models.record_words import Difference
from models.register_times import day_words
from models.words import number

STATES: Final[Mapping[DecisionState, str]] = {
    DecisionState.DRAFT: "draft",
    DecisionState.AGREED: "agreed",
    DecisionState.WITHDRAWN: "withdrawn",
}
_LONGEST: Final = 60


def title_of(record: Decision) -> str:
    """Return what a record is called in a list: its name, where it stands, and when it was saved last.

    Examples
    --------
    >>> from data.provenance import Tier
    >>> title_of(Decision("d", 1, "Two hubs", "ward", Tier.INTERNAL))
    'Two hubs (draft)'
    """
    name = record.name if len(record.name) <= _LONGEST else f"{record.name[: _LONGEST - 1]}…"
    when = f", {day_words(record.made_at.date())}" if record.made_at else ""
    return f"{name} ({STATES[record.state]}{when})"


def moment_words(at: datetime | None) -> str:
    """Say when something was, to the minute."""
    return f"{day_words(at.date())}, {at:%H:%M} UTC" if at else ""


def made_words(record: Decision) -> str:
    """Say on what a record was made: the build, when that was made, and by which version of the tool."""
    built = f", built on {_day(record.built)}" if record.built else ""
    app = f", by Prevention Atlas {record.app}" if record.app else ""
    kinds = f" The build was {record.tier.value}."
    return f"Made on {record.place or 'a build without a name'}{built}{app}.{kinds}"


def _day(written: str) -> str:
    try:
        return day_words(datetime.fromisoformat(written).date())
    except ValueError:
        return written


def how_many(record: Decision) -> str:
    """Say how many are in, and how many of those that are out were considered."""
    considered = sum(choice.considered and not choice.chosen for choice in record.choices)
    return f"{number(len(record.chosen))} in, {number(considered)} considered and out"


def differences(one: Decision, other: Decision) -> tuple[Difference, ...]:
    """Say in what two versions of a record differ: what people typed, and which shapes are in.

    Parameters
    ----------
    one, other
        Versions of one record.
    """
    return tuple(
        Difference(label, before, after) for label, before, after in _texts(one, other) if before != after
    )


def _texts(one: Decision, other: Decision) -> Iterator[tuple[str, str, str]]:
    yield "Name", one.name, other.name
    yield "Where it stands", STATES[one.state], STATES[other.state]
    yield "Question", one.question, other.question
    yield "Who said the weights", one.weights_by, other.weights_by
    yield "Weights", _weights(one), _weights(other)
    then, now = ({choice.code: choice for choice in record.choices} for record in (one, other))
    for code in dict.fromkeys([*then, *now]):
        name = (then.get(code) or now[code]).name
        yield name, _choice_words(then.get(code)), _choice_words(now.get(code))
    for key, asked in EQUALITY.items():
        yield asked, one.equality.get(key, ""), other.equality.get(key, "")
    yield "Who filled in the equality view", one.equality_by, other.equality_by
    yield "Reason to withdraw it", one.reason, other.reason


def _weights(record: Decision) -> str:
    labels = {one.column: one.label for one in record.inputs}
    return ", ".join(f"{labels.get(name, name)} {weight:.0%}" for name, weight in record.weights.items())


def _choice_words(choice: Choice | None) -> str:
    if choice is None:
        return ""
    where = "in" if choice.chosen else "out, considered" if choice.considered else "out"
    return f"{where}: {choice.reason}" if choice.reason else where
