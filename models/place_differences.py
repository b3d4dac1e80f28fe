"""Two tellings of one place beside each other: what differs, by question, and one made of both."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from data.asset_kinds import asset_kinds
from data.register.fields import ACCESSIBILITY
from data.register.records import Service
from models.place_answers import QUESTIONS, Answers, ages_told
from models.service_words import ages_words


def differences(yours: Answers, theirs: Answers) -> dict[str, tuple[str, str]]:
    """Return by question what two tellings of a place say, in words, where they differ."""
    one, other = _in_words(yours), _in_words(theirs)
    return {
        question: (one[question], other[question]) for question in one if one[question] != other[question]
    }


def combine(yours: Answers, theirs: Answers, mine: Collection[str]) -> Answers:
    """Take the answers to some questions from one telling, and the rest from another."""
    taken = [name for question in mine for name in _ANSWERS_TO.get(question, (question,))]
    return replace(theirs, **{name: getattr(yours, name) for name in taken})


_ANSWERS_TO: Final = {
    "where": ("postcode",),
    "ages": ("ages", "youngest", "oldest"),
    "cost": ("cost", "price"),
    "contact": ("contact", "consent"),
}


def _in_words(answers: Answers) -> dict[str, str]:
    kinds = asset_kinds()
    cost = {"free": "Free", "paid": "Paid"}.get(answers.cost, "")
    shown = "shown to everyone" if answers.consent else "not shown"
    words = {
        "name": answers.name,
        "kind": kinds[answers.kind].singular if answers.kind in kinds else "",
        "where": answers.postcode,
        "ages": ages_words(Service("", "", "", "", *ages_told(answers))),
        "cost": ": ".join(filter(None, (cost, answers.price))),
        "contact": f"{answers.contact} ({shown})" if answers.contact else "",
        "accessibility": ", ".join(ACCESSIBILITY[k] for k in answers.accessibility if k in ACCESSIBILITY),
    }
    return {question: words.get(question, getattr(answers, question, "")) for question in QUESTIONS}
