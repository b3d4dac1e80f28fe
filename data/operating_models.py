"""The operating models and the rules that give an area one: what `operating_models.toml` says, checked."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.errors import SourceError

RULES_FILE: Final = Path(__file__).parent / "operating_models.toml"
LARGEST_RULES_BYTES: Final = 200_000
MOST_RULES: Final = 40
NOT_ENOUGH_DATA: Final = "not_enough_data"
NO_RULE: Final = "no_rule"
RESERVED: Final = (NOT_ENOUGH_DATA, NO_RULE)
"""What stands in the place of a model where there is none: no model may be called so."""

MEASURES: Final[Mapping[str, str]] = {
    "need_place": "need",
    "assets_place": "community places",
    "access_place": "services nearby",
    "demand_place": "demand over expected",
    "trend_place": "the trend in referrals",
    "rurality_place": "open land",
    "young_place": "young families",
    "demand_signal": "demand over expected",
    "trend_signal": "the trend in referrals",
    "people_per_km2": "people for each square kilometre",
    "within_reach_percent": "homes within reach of services",
    "no_car_percent": "households without a car",
}
"""What a rule may name, and how it is called within a sentence."""

COMPARISONS: Final = ("at_least", "at_most", "above", "below")
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_TEXTS: Final = ("label", "offer", "evidence", "kin", "source")
_LONGEST: Final = 600
_LARGEST: Final = 1e12


@dataclass(frozen=True)
class Condition:
    """One condition of a rule.

    Attributes
    ----------
    measure
        What is looked at: one of `MEASURES`.
    comparison
        "at_least", "at_most", "above" or "below".
    cut_off
        What it is compared with.
    needed
        Whether the whole rule is left out where the build has no data for it.
    """

    measure: str
    comparison: str
    cut_off: float
    needed: bool = False

    @property
    def wants_more(self) -> bool:
        """Whether more of the measure brings an area nearer to it."""
        return self.comparison in ("at_least", "above")


@dataclass(frozen=True)
class OperatingModel:
    """A way of working, with the rule by which an area is given it.

    Attributes
    ----------
    id
        A short name, as it stands in files.
    label
        What it is called where people read it.
    offer
        What it offers.
    evidence
        What is known of whether it works.
    kin, source
        What it is related to, and where that is said.
    every
        Conditions that must all hold.
    groups
        Groups of conditions, of which one must hold as a whole; none where `every` is enough.
    """

    id: str
    label: str
    offer: str
    evidence: str
    kin: str
    source: str
    every: tuple[Condition, ...]
    groups: tuple[tuple[Condition, ...], ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of the rule."""
        return (*self.every, *(condition for group in self.groups for condition in group))


@dataclass(frozen=True)
class Rules:
    """The operating models in the order in which their rules are tried.

    Attributes
    ----------
    models
        The models; the first whose rule fits an area wins.
    nearest_within
        How many points off a rule may be to be taken by an area that none fits.
    """

    models: tuple[OperatingModel, ...]
    nearest_within: float

    def named(self, id_: str) -> OperatingModel | None:
        """Return a model by its id; None where there is none of it."""
        return next((model for model in self.models if model.id == id_), None)


def operating_rules(path: Path = RULES_FILE) -> Rules:
    """Read the operating models and their rules, as they stand now: the file is meant to be edited.

    Raises
    ------
    SourceError
        When the file cannot be read, or names every fault in it: an id twice or reserved, a text that is
        absent, a measure or a cut-off that is not known, a condition without comparison, a rule without any.
    """
    hint = f"Correct {path.name}; the first lines of data/{RULES_FILE.name} say what stands in it."
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_RULES_BYTES + 1)
        if len(content) > LARGEST_RULES_BYTES:
            raise ValueError(f"it is larger than {LARGEST_RULES_BYTES:,} bytes")
        document = tomllib.loads(content.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}.", hint) from error
    faults = list(_faults(document))
    if faults:
        raise SourceError(f"{path.name}: {'; '.join(faults)}.", hint)
    cut_offs = document.get("cut_offs", {})
    models = tuple(_model(entry, cut_offs) for entry in document["model"])
    return Rules(models, float(document["nearest_within"]))


def _model(entry: Mapping[str, Any], cut_offs: Mapping[str, float]) -> OperatingModel:
    texts = {name: entry[name].strip() for name in _TEXTS}
    every = tuple(_condition(one, cut_offs) for one in entry.get("all", []))
    groups = tuple(tuple(_condition(one, cut_offs) for one in group) for group in entry.get("any", []))
    return OperatingModel(id=entry["id"], **texts, every=every, groups=groups)


def _condition(entry: Mapping[str, Any], cut_offs: Mapping[str, float]) -> Condition:
    comparison = next(name for name in COMPARISONS if name in entry)
    value = entry[comparison]
    cut_off = float(cut_offs[value] if isinstance(value, str) else value)
    return Condition(entry["measure"], comparison, cut_off, entry.get("needed", False))


def _faults(document: Mapping[str, Any]) -> Iterable[str]:
    """Name every fault of a file of rules."""
    models, cut_offs = document.get("model"), document.get("cut_offs", {})
    if not isinstance(models, list) or not models or not all(isinstance(m, dict) for m in models):
        yield "it has no model"
        return
    if len(models) > MOST_RULES:
        yield f"it has more than {MOST_RULES} models"
    if not isinstance(cut_offs, dict) or not all(_is_number(value) for value in cut_offs.values()):
        yield "a cut-off is not a number"
        cut_offs = {}
    within = document.get("nearest_within")
    if not (isinstance(within, int | float) and _is_number(within) and within >= 0):
        yield "nearest_within is not a number from 0"
    unknown = sorted(set(document) - {"model", "cut_offs", "nearest_within"})
    yield from (f"{name} is not known" for name in unknown)
    ids = [str(m.get("id", "")) for m in models]
    yield from (f"the model {twice} stands twice" for twice in sorted({i for i in ids if ids.count(i) > 1}))
    for id_, entry in zip(ids, models, strict=True):
        yield from (f"{id_ or 'a model'}: {fault}" for fault in _model_faults(id_, entry, cut_offs))


def _model_faults(id_: str, entry: Mapping[str, Any], cut_offs: Mapping[str, float]) -> Iterable[str]:
    if not isinstance(entry.get("id"), str) or not _ID.fullmatch(id_):
        yield "its id is not a short name in small letters"
    if id_ in RESERVED:
        yield "that id is kept for areas without a model"
    for name in _TEXTS:
        text = entry.get(name)
        if not isinstance(text, str) or not 0 < len(text.strip()) <= _LONGEST:
            yield f"its {name} is no text of 1 to {_LONGEST} characters"
    yield from (f"{name} is not known" for name in sorted(set(entry) - {"id", "all", "any", *_TEXTS}))
    every, groups = entry.get("all", []), entry.get("any", [])
    if not isinstance(every, list) or not isinstance(groups, list):
        yield "all and any are not lists"
        return
    if not every and not groups:
        yield "it has no condition"
    if not all(isinstance(group, list) and group for group in groups):
        yield "any is not a list of groups of conditions"
        return
    for condition in every:
        yield from _condition_faults(condition, cut_offs, alone=True)
    for condition in (one for group in groups for one in group):
        yield from _condition_faults(condition, cut_offs, alone=False)


def _condition_faults(entry: Any, cut_offs: Mapping[str, float], *, alone: bool) -> Iterable[str]:  # noqa: ANN401
    if not isinstance(entry, dict):
        yield f"{entry!r} is no condition"
        return
    measure = entry.get("measure")
    if not isinstance(measure, str) or measure not in MEASURES:
        yield f"{measure!r} is no measure"
    found = [name for name in COMPARISONS if name in entry]
    if len(found) != 1:
        yield f"a condition on {measure} has not one of {', '.join(COMPARISONS)}"
    for value in (entry[name] for name in found):
        if isinstance(value, str) and value not in cut_offs:
            yield f"{value!r} is no cut-off"
        elif not isinstance(value, str) and not _is_number(value):
            yield f"{value!r} is not a number"
    known = {"measure", *COMPARISONS, *(["needed"] if alone else [])}
    yield from (f"{name} is not known in a condition on {measure}" for name in sorted(set(entry) - known))
    if not isinstance(entry.get("needed", False), bool):
        yield f"needed is not true or false in a condition on {measure}"


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
