"""What `atlas types` finds: types made anew or by a kept model, with ways of working and what people gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.errors import AtlasError
from data.operating_models import Rules
from data.type_overrides import models_given, names_given
from geo.area_table import AreaTable
from geo.builds import Build
from models.composites import Composites
from models.operating_models import OperatingModels, overrule
from models.type_compare import Agreement
from models.type_drift import Drift, drift_of
from models.type_findings import find_types, with_overrides
from models.type_frozen import FrozenTypes
from models.type_portraits import Portrait
from models.type_scored import score_build
from models.types import Types
from models.words import number, percent
from views.types_beside import read_beside

NO_TYPES: Final = "No types were made. "
BY_MARGIN: Final = (
    "How surely the types come out again was not tried: which areas lie between two types is told by how "
    "near the second is."
)


@dataclass(frozen=True, eq=False)
class Answers:
    """What was found.

    Attributes
    ----------
    build
        The build, with the places that were counted.
    composites
        What types and rules are made of.
    frame
        One row an area: `type`, `second`, `margin`, `between`, `known`, and `share` where types were made
        anew; all missing where rules stand alone.
    types
        The types that were made anew; None where rules stand alone, or by a kept model.
    model
        The model that sorts the areas; None where rules stand alone.
    names
        What each type is called, by letter.
    portraits
        The portrait of each type that an area has, by letter.
    models
        The way of working of every area, with what people gave in the place of a rule.
    agreement
        How types and rules agree; None where there is nothing to compare.
    alone
        Why rules stand alone; empty where there are types.
    before
        The model of the last run; None where there was none.
    drift
        How far the data has moved from what that was made of; None where that cannot be told.
    notes
        What else has to be known.
    seconds
        How long it took.
    """

    build: Build
    composites: Composites
    frame: pd.DataFrame
    types: Types | None
    model: FrozenTypes | None
    names: Mapping[str, str]
    portraits: Mapping[str, Portrait]
    models: OperatingModels
    agreement: Agreement | None
    alone: str
    before: FrozenTypes | None
    drift: Drift | None
    notes: tuple[str, ...]
    seconds: float = 0.0

    @property
    def sentence(self) -> str:
        """What was found, in a sentence or two."""
        if self.types is not None:
            return self.types.sentence
        if self.model is None:
            return f"{NO_TYPES}{self.alone} The rules stand alone."
        count, between = int(self.frame["type"].notna().sum()), int(self.frame["between"].sum())
        sorted_ = f"{count:,} areas in {self.model.k} types by the model as it was kept"
        return f"{sorted_}, {between:,} of them between two types."

    @property
    def kept_words(self) -> str:
        """How many areas have the type that they had in the last run; empty where there was none."""
        if self.before is None or self.model is None:
            return ""
        was = pd.Series(self.before.assigned, dtype="str").reindex(self.frame.index.astype(str))
        both = was.notna().to_numpy() & self.frame["type"].notna().to_numpy()
        if not both.any():
            return "None of the areas of the last run is here."
        same = int((was.to_numpy() == self.frame["type"].to_numpy())[both].sum())
        return (
            f"{number(same)} of {number(int(both.sum()))} areas ({percent(same / both.sum())}) have the type "
            "that they had in the last run."
        )


def made_answers(
    build: Build, laid: AreaTable, rules: Rules, asked: int | None, before: FrozenTypes | None
) -> Answers:
    """Make types anew.

    Parameters
    ----------
    build
        The build.
    laid
        Its areas with need and places laid over them.
    rules
        The rules of ways of working.
    asked
        How many types; None where the number is open.
    before
        The model of the last run; where there is none, the types that are kept beside the build stand for it.
    """
    beside = read_beside(build)
    before = beside.before if before is None else before
    found = with_overrides(find_types(build, laid, asked, rules, before), beside.overrides)
    types = found.types
    drift, moved = _drift(before, found.composites)
    return Answers(
        build,
        found.composites,
        _frame(found.composites, types),
        types,
        None if types is None else types.frozen,
        {} if types is None else {letter: found.name_of(letter) for letter in sorted(types.names)},
        found.portraits,
        found.models,
        found.agreement,
        found.alone,
        before,
        drift,
        (*beside.faults, *moved),
    )


def scored_answers(build: Build, laid: AreaTable, rules: Rules, model: FrozenTypes) -> Answers:
    """Sort the areas by a kept model, as it is.

    Raises
    ------
    DisclosureError, SourceError
        As `models.type_scored.score_build` does.
    """
    beside = read_beside(build)
    found = score_build(build, model, laid, rules)
    given = {letter: one.value for letter, one in names_given(beside.overrides, model.k).items()}
    return Answers(
        build,
        found.composites,
        found.frame,
        None,
        model,
        {letter: {**model.names, **given}[letter] for letter in sorted(model.letters)},
        found.portraits,
        overrule(found.models, models_given(beside.overrides)),
        found.agreement,
        "",
        model,
        drift_of(model, found.composites),
        (*beside.faults, BY_MARGIN),
    )


def _drift(before: FrozenTypes | None, composites: Composites) -> tuple[Drift | None, tuple[str, ...]]:
    """Return how far the data has moved, or why that cannot be told."""
    if before is None:
        return None, ()
    try:
        return drift_of(before, composites), ()
    except AtlasError as error:
        return None, (f"How far the data has moved since the last run cannot be told. {error.message}",)


def _frame(composites: Composites, types: Types | None) -> pd.DataFrame:
    """Return the types of all areas, or as many rows without any."""
    if types is not None:
        return types.frame
    empty = pd.DataFrame(index=composites.frame.index)
    return empty.assign(type=None, second=None, margin=float("nan"), between=False, known=0).astype(
        {"type": "str", "second": "str"}
    )
