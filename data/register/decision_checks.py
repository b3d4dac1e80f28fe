"""What a record of a decision may hold, and what it lacks before it can be agreed."""

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

from data.errors import RegisterError, first_few
from data.provenance import Tier
from data.register.cleaning import Cleaner, clean_text
from data.register.decision_json import content_to_text
from data.register.decisions import EQUALITY, Choice, Decision, Input
from data.register.fields import FieldsError

LONGEST_NAME: Final = 160
LONGEST_QUESTION: Final = 1_000
LONGEST_REASON: Final = 1_500
LONGEST_ANSWER: Final = 4_000
LONGEST_SAID: Final = 2_000
"""How long a sentence may be that the analysis said: they are no longer than a few hundred characters."""
MOST_CHOICES: Final = 2_500
MOST_INPUTS: Final = 60
MOST_SENTENCES: Final = 100
MOST_BYTES: Final = 3_000_000
"""How much text a version may be."""
LEVELS: Final = ("ward", "area", "locality")
_LONGEST_KEY: Final = 200
_MOST_ENTRIES: Final = 40_000
_DEEPEST: Final = 8


def check_decision(draft: Decision) -> Decision:
    """Clean what people type in a record, and refuse what cannot be kept, all faults in one error.

    Text is kept as it was typed, less what cannot be seen: a formula or a tag is text like any other.

    Raises
    ------
    FieldsError
        With everything that is wrong.
    """
    clean = Cleaner()
    name = clean.needed("name", "name", draft.name, LONGEST_NAME)
    cleaned = replace(
        draft,
        id=clean.key("id", "id", draft.id),
        name=name,
        level=clean.choice("level", "level", draft.level, LEVELS),
        tier=clean.choice("tier", "tier", draft.tier, tuple(Tier)),
        question=clean.text("question", "question", draft.question, LONGEST_QUESTION, lines=True),
        weights_by=clean.text("weights_by", "name of who said the weights", draft.weights_by, LONGEST_NAME),
        equality_by=clean.text(
            "equality_by", "name of who filled in the equality view", draft.equality_by, LONGEST_NAME
        ),
        reason=clean.text("reason", "reason", draft.reason, LONGEST_REASON, lines=True),
        successor_of=draft.successor_of
        and clean.key("successor_of", "record that it takes the place of", draft.successor_of),
        equality=_answers(clean, draft.equality),
        choices=_choices(clean, draft.choices),
        inputs=_inputs(clean, draft.inputs),
        **_said(clean, draft),
    )
    _check_plain(clean, draft)
    if not clean.faults:
        _check_size(clean, cleaned)
    if clean.faults:
        raise FieldsError(f"“{name[:60]}”" if name else "The record", clean.faults)
    return cleaned


def _answers(clean: Cleaner, answers: Mapping[str, str]) -> dict[str, str]:
    for key in answers:
        clean.choice("equality", "question of the equality view", key, EQUALITY)
    return {
        key: clean.text(f"equality.{key}", f"answer to “{asked}”", answers[key], LONGEST_ANSWER, lines=True)
        for key, asked in EQUALITY.items()
        if key in answers
    }


def _choices(clean: Cleaner, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    if len(choices) > MOST_CHOICES:
        clean.fault("choices", "list of wards", f"has more than {MOST_CHOICES:,}")
        return ()
    codes = [choice.code for choice in choices]
    if len(set(codes)) < len(codes):
        twice = sorted({code for code in codes if codes.count(code) > 1})
        clean.fault("choices", "list of wards", f"has a code twice: {first_few(twice)}")
    checked = []
    for number, choice in enumerate(choices):
        clean.within(f"choices.{number}.", str(choice.name)[:60])
        checked.append(
            replace(
                choice,
                code=clean.needed("code", "code", choice.code, 20),
                name=clean.text("name", "name", choice.name, LONGEST_NAME),
                council=clean.text("council", "council", choice.council, LONGEST_NAME),
                rank=clean.number("rank", "rank", choice.rank, 1, 1_000_000, whole=True),
                value=clean.number("value", "value", choice.value, -1e-6, 100 + 1e-6),
                chance=clean.number("chance", "chance", choice.chance, 0, 1 + 1e-9),
                tier=clean.number("tier", "tier", choice.tier, 1, 1_000_000, whole=True),
                listed=clean.flag("listed", "mark", choice.listed),
                chosen=clean.flag("chosen", "mark", choice.chosen),
                considered=clean.flag("considered", "mark", choice.considered),
                reason=clean.text("reason", "reason", choice.reason, LONGEST_REASON, lines=True),
                barred=clean.text("barred", "reason that it has no rank", choice.barred, LONGEST_SAID),
            )
        )
    clean.within("", "")
    return tuple(checked)


def _inputs(clean: Cleaner, inputs: tuple[Input, ...]) -> tuple[Input, ...]:
    if len(inputs) > MOST_INPUTS:
        clean.fault("inputs", "list of inputs", f"has more than {MOST_INPUTS}")
        return ()
    for one in inputs:
        texts = [getattr(one, field.name) for field in fields(one) if field.name not in ("steps", "files")]
        texts += [*one.steps, *one.files, *one.files.values()]
        if not all(isinstance(text, str) and len(text) <= LONGEST_SAID * 4 for text in texts):
            clean.fault("inputs", f"input {str(one.column)[:60]}", "is no text, or too long")
    return inputs


def _said(clean: Cleaner, draft: Decision) -> dict[str, Any]:
    """Clean what the analysis said: sentences, hashes and the name of the build."""
    said: dict[str, Any] = {
        name: clean.text(name, name, getattr(draft, name), LONGEST_SAID)
        for name in ("areas", "travel", "place", "built", "app", "sentence")
    }
    for name in ("caveats", "fairness"):
        lines = getattr(draft, name)
        if len(lines) > MOST_SENTENCES:
            clean.fault(name, name, f"are more than {MOST_SENTENCES} sentences")
            lines = ()
        said[name] = tuple(clean.text(name, name, line, LONGEST_SAID) for line in lines)
    top = clean.number("top", "number to choose", draft.top, 1, MOST_CHOICES, whole=True)
    more = clean.number("not_listed", "number of others", draft.not_listed, 0, 1_000_000, whole=True)
    return said | {"top": top, "not_listed": more}


def _check_plain(clean: Cleaner, draft: Decision) -> None:
    """Refuse what JSON cannot hold, or what is nested or listed without end."""
    for name in ("criteria", "weights", "places", "place_counts", "settings"):
        if not isinstance(getattr(draft, name), Mapping) or not _is_plain(getattr(draft, name)):
            clean.fault(name, name.replace("_", " "), "cannot be kept as plain values")
    if not all(_is_number(weight) and weight >= 0 for weight in draft.weights.values()):
        clean.fault("weights", "weights", "are not numbers from 0")


def _is_plain(value: object, depth: int = 0) -> bool:
    if depth > _DEEPEST:
        return False
    if isinstance(value, Mapping):
        return len(value) <= _MOST_ENTRIES and all(
            isinstance(key, str) and len(key) <= _LONGEST_KEY and _is_plain(one, depth + 1)
            for key, one in value.items()
        )
    if isinstance(value, list | tuple):
        return len(value) <= _MOST_ENTRIES and all(_is_plain(one, depth + 1) for one in value)
    if isinstance(value, str):
        return len(value) <= LONGEST_SAID and clean_text(value, lines=True) == value
    return value is None or isinstance(value, bool) or _is_number(value)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _check_size(clean: Cleaner, cleaned: Decision) -> None:
    size = len(content_to_text(cleaned).encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        clean.fault("choices", "record", f"is longer than {MOST_BYTES // 1_000_000} MB of text")


def check_reason(text: str) -> str:
    """Clean the reason for which a record is withdrawn, and refuse one that is missing or too long.

    Raises
    ------
    RegisterError
        With what to do.
    """
    cleaned = clean_text(text, lines=True) if len(text) <= 4 * LONGEST_REASON else text
    if len(cleaned) > LONGEST_REASON:
        raise RegisterError(f"The reason is longer than {LONGEST_REASON:,} characters.", "Shorten it.")
    if not any(sign.isalnum() for sign in cleaned):
        raise RegisterError("A reason is missing.", "Say why: it stays with the record.")
    return cleaned


def lacking(decision: Decision) -> tuple[str, ...]:
    """Say what a record still lacks before it can be agreed, each in words; nothing where it is complete.

    A reason is owed for everything that was decided in, and for what is out and was considered.

    Examples
    --------
    >>> draft = Decision("d", 1, "", "ward", Tier.INTERNAL, choices=(Choice("E1", "Mill", chosen=True),))
    >>> lacking(draft)[:3]
    ('a name', 'a reason why Mill is in', 'who said the weights')
    """
    said = [] if _says(decision.name) else ["a name"]
    if not decision.chosen:
        said.append("at least one that is in")
    said += [
        f"a reason why {choice.name or choice.code} is {'in' if choice.chosen else 'out'}"
        for choice in decision.choices
        if choice.owes_reason and not _says(choice.reason)
    ]
    if not _says(decision.weights_by):
        said.append("who said the weights")
    said += [
        f"an answer in the equality view: {asked}"
        for key, asked in EQUALITY.items()
        if not _says(decision.equality.get(key, ""))
    ]
    if not _says(decision.equality_by):
        said.append("who filled in the equality view")
    return tuple(said)


def _says(text: str) -> bool:
    """Say whether a text holds a letter or a digit: a dot or a dash is no answer."""
    return any(sign.isalnum() for sign in text)
