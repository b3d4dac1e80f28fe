"""The decision in the briefing of a shortlist: where its record stands, who is in and out and why."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from data.register.decision_checks import LONGEST_ANSWER, LONGEST_NAME, LONGEST_QUESTION, LONGEST_REASON
from data.register.decisions import EQUALITY, Choice, Decision, DecisionState
from models.briefing import Column, Section, Sentence, Table, plain_sentence, table_of
from models.briefing_figures import Cell, Form, words_cell
from models.decision import Basis
from models.decision_changes import compare_inputs
from models.decision_words import moment_words
from models.levels import Level
from models.words import Part, number, sentence_case

TITLE: Final = "The decision"
MOST_CHANGES: Final = 20
MOST_DECIDED_PRINTED: Final = 40
"""How many of those in or considered a document has, those that are in first; the workbook has all."""

UNTOUCHED: Final = "Every version is as it was saved: each hash is that of its content and of the one before."
UNCHANGED: Final = "Nothing that the record was made of has changed since."
CHANGED: Final = (
    "The record was made of other data than this briefing. What follows the decision is what its criteria "
    "give today. Changed since:"
)
THEN: Final = "A rank is that of the record, of the day when it was made."


@dataclass(frozen=True)
class DecisionFacts:
    """What the briefing of a shortlist says of the record of a decision.

    Attributes
    ----------
    versions
        Every version of the record that the reader may see, the oldest first, as they may see it; the last is
        told.
    touched
        What of it is not as it was saved, in sentences.
    changes
        What it was made of and is another today, in sentences.
    beside
        Who would be listed today beside those who were decided in, in a sentence.
    """

    versions: tuple[Decision, ...]
    touched: tuple[str, ...]
    changes: tuple[str, ...]
    beside: str

    @property
    def record(self) -> Decision:
        """The version that is told."""
        return self.versions[-1]


def changes_told(then: Basis, now: Basis, held: Collection[str]) -> tuple[str, ...]:
    """Name what has changed as `compare_inputs` does; of what stays inside that it did, and no more.

    Parameters
    ----------
    then, now
        What a record says that it was made of, and what the same would be made of today.
    held
        Columns whose figures stay inside: how they were worked out could tell of them.
    """
    kept, here = ({one.column: one for one in basis.inputs} for basis in (then, now))
    plain_then, plain_now = (
        replace(basis, inputs=tuple(one for one in basis.inputs if one.column not in held))
        for basis in (then, now)
    )
    inside = [
        f"{one.label}: the figures, their files or how they are worked out are others."
        for column, one in kept.items()
        if column in held and here.get(column) != one
    ]
    return (*compare_inputs(plain_then, plain_now), *inside)


def decision_section(facts: DecisionFacts) -> Section:
    """Write what a record decided, as the section of a briefing."""
    record = facts.record
    head: list[Sentence] = []
    if facts.touched:
        head.append(
            (Part("Not as it was saved: ", True), Part(_plain(" ".join(facts.touched), LONGEST_REASON)))
        )
    head.append(
        (Part(f"“{_plain(record.name, LONGEST_NAME)}”", True), Part(f" {state_words(facts.versions)}"))
    )
    head.append(plain_sentence(facts.beside))
    head.append(plain_sentence(CHANGED if facts.changes else UNCHANGED))
    more = len(facts.changes) - MOST_CHANGES
    listed = [_plain(words, LONGEST_QUESTION) for words in facts.changes[:MOST_CHANGES]]
    listed += [f"and {number(more)} more"] if more > 0 else []
    tables = (_record(facts), *_decided(record), _equality(record))
    return Section(TITLE, tuple(head), tables, listed=tuple(listed))


def state_words(versions: tuple[Decision, ...]) -> str:
    """Say where a record stands, since when, and by whom as far as the reader may see that.

    Parameters
    ----------
    versions
        Its versions, the oldest first.

    Examples
    --------
    >>> from data.provenance import Tier
    >>> state_words((Decision("d", 1, "Two hubs", "ward", Tier.INTERNAL, made_by="R. Ashdown"),))
    'is a draft and was not agreed. It was saved by R. Ashdown.'
    """
    newest = versions[-1]
    if newest.state is DecisionState.DRAFT:
        return f"is a draft and was not agreed. It was saved{_when(newest)}."
    agreed = next((one for one in versions if one.state is DecisionState.AGREED), None)
    said = f"was agreed{_when(agreed)}" if agreed else "was not agreed"
    if newest.state is DecisionState.AGREED:
        return f"{said}."
    reason = _plain(newest.reason, LONGEST_REASON)
    return f"{said}, and was withdrawn{_when(newest)}: {reason}"


def _when(version: Decision) -> str:
    """Say when a version was saved and by whom, as far as both are told."""
    by = _plain(version.made_by, LONGEST_NAME)
    at = moment_words(version.made_at)
    return f"{f' on {at}' if at else ''}{f' by {by}' if by else ''}"


def _record(facts: DecisionFacts) -> Table:
    record, touched = facts.record, _plain(" ".join(facts.touched), LONGEST_REASON)
    rows = [
        ("Where it stands", sentence_case(state_words(facts.versions))),
        ("What had to be decided", _plain(record.question, LONGEST_QUESTION) or "not said"),
        ("Weights said by", _plain(record.weights_by, LONGEST_NAME) or "not said"),
        ("Version", f"{record.version:,}"),
        ("SHA-256 of the version", _plain(record.sha256, LONGEST_NAME)),
        ("As it was saved", f"No. {touched}" if touched else UNTOUCHED),
    ]
    return table_of("The record", (Column("Of the record"), Column("What it says")), rows)


def _decided(record: Decision) -> tuple[Table, ...]:
    """List those that are in, and those that are out and were considered, each with its reason."""
    told = sorted((c for c in record.choices if c.owes_reason), key=lambda choice: not choice.chosen)
    if not told:
        return ()
    columns = (
        Column(sentence_case(Level(record.level).singular)),
        Column("Code"),
        Column("Decided", meaning="in, or considered and left out"),
        Column("Rank then", Form.WHOLE, "1 the highest", THEN),
        Column("Why", meaning="As somebody wrote it in the record"),
    )
    rows = [
        (
            _plain(choice.name, LONGEST_NAME),
            _plain(choice.code, LONGEST_NAME),
            "in" if choice.chosen else "left out",
            _rank(choice),
            _plain(choice.reason, LONGEST_REASON) or "no reason given",
        )
        for choice in told
    ]
    return (table_of("Who is in, who was left out, and why", columns, rows, THEN, MOST_DECIDED_PRINTED),)


def _rank(choice: Choice) -> Cell:
    return words_cell("no rank") if choice.rank is None else choice.rank


def _equality(record: Decision) -> Table:
    rows = [
        (asked, _plain(record.equality.get(key, ""), LONGEST_ANSWER) or "not answered")
        for key, asked in EQUALITY.items()
    ]
    by = _plain(record.equality_by, LONGEST_NAME)
    note = f"Filled in by {by}." if by else "Who filled it in is not said."
    return table_of("Equality view", (Column("Question"), Column("Answer")), rows, note)


def _plain(text: str, most: int) -> str:
    """Return what somebody typed on one line, no longer than may be, without signs that cannot be seen."""
    seen = "".join(sign for sign in " ".join(str(text).split()) if sign.isprintable())
    return seen if len(seen) <= most else f"{seen[: most - 1]}…"
