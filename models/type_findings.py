"""The kinds of place of a build, put together: types, operating models and portraits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from data.errors import AtlasError
from data.operating_models import NO_RULE, NOT_ENOUGH_DATA, OperatingModel, Rules
from data.provenance import Tier
from data.type_overrides import Override, models_given, names_given
from geo.area_table import AreaTable
from geo.builds import Build
from models.composites import Composites, composites_of
from models.need import overlay_need
from models.operating_models import OperatingModels, operating_models_of, overrule
from models.places_laid import lay_places
from models.type_compare import Agreement, compare_types
from models.type_frozen import FrozenTypes
from models.type_ground import TypesGround, ground_of
from models.type_letters import names_for, titled
from models.type_portraits import Portrait, portraits_of
from models.types import Types, types_from
from models.types_told import UNNAMED


@dataclass(frozen=True)
class TypeFindings:
    """The kinds of place of a build.

    Attributes
    ----------
    composites
        What both types and rules are made of.
    types
        The types; None where rules stand alone.
    alone
        Why rules stand alone, in words; empty where there are types.
    models
        The operating model of every area, with what people gave in the place of a rule.
    agreement
        How types and rules agree; None where there is nothing to compare.
    portraits
        The portrait of each type, by letter; empty without types.
    given
        The names that people gave to types, by letter.
    """

    composites: Composites
    types: Types | None
    alone: str
    models: OperatingModels
    agreement: Agreement | None
    portraits: Mapping[str, Portrait]
    given: Mapping[str, Override]

    @property
    def tier(self) -> Tier:
        """That of the build."""
        return self.composites.tier

    @property
    def letters(self) -> pd.Series:
        """The letter of each area's type, index `area_code`; missing where it has none."""
        if self.types is None:
            return pd.Series(None, index=self.composites.frame.index, dtype="str", name="type")
        return self.types.frame["type"]

    def name_of(self, letter: str) -> str:
        """Return what a type is called: the name that somebody gave, else that of `name_types`.

        Raises
        ------
        KeyError
            When there is no type of that letter.
        """
        if letter in self.given:
            return self.given[letter].value
        if self.types is None:
            raise KeyError(letter)
        return self.types.names[letter]

    def title_of(self, letter: str) -> str:
        """Return the letter of a type with its name: "A · High need", or "Type A" where it has none.

        Raises
        ------
        KeyError
            When there is no type of that letter.
        """
        return titled(letter, self.name_of(letter))

    def usual_model(self, letter: str) -> OperatingModel | None:
        """Return the way of working that most areas of a type have; None where none has one."""
        return usual_model(self.models, self.letters, letter)


def usual_model(models: OperatingModels, letters: pd.Series, letter: str) -> OperatingModel | None:
    """Return the way of working that most areas of a type have; None where none has one.

    Parameters
    ----------
    models
        The way of working of every area.
    letters
        The letter of each area's type, on the same index; missing where it has none.
    letter
        The type.
    """
    mine = models.frame.loc[letters.eq(letter).fillna(False).to_numpy(dtype=bool), "model"]
    counts = mine[~mine.isin([NO_RULE, NOT_ENOUGH_DATA])].value_counts()
    most = [model for model in models.rules.models if counts.get(model.id, 0) == counts.max()]
    return most[0] if len(counts) else None


@dataclass(frozen=True, eq=False)
class TypesPrepared:
    """What the kinds of place of a build are taken from, however many types there are to be.

    Attributes
    ----------
    areas
        The areas with places laid over them.
    composites, models
        See `TypeFindings`.
    ground
        What types of any number are taken from; None where rules stand alone.
    alone
        Why rules stand alone, in words; else empty.
    """

    areas: AreaTable
    composites: Composites
    models: OperatingModels
    ground: TypesGround | None
    alone: str


def find_types(
    build: Build,
    areas: AreaTable | None = None,
    k: int | None = None,
    rules: Rules | None = None,
    before: FrozenTypes | None = None,
    seed: int = 0,
) -> TypeFindings:
    """Sort the areas of a build into types, and give each its operating model by rule.

    Parameters
    ----------
    build
        The build, internal or shared.
    areas
        Its areas with need and places laid over them, where the caller has them.
    k
        How many types, 2 to 10; the stablest of four to seven when not given.
    rules
        The rules of operating models; those of `data/operating_models.toml` when not given.
    before
        The types of the last run, whose letters and names are kept.
    seed
        Of starts and draws.

    Notes
    -----
    Where types cannot be made (too few areas, too few composites) the rules stand alone.
    """
    return findings_of(prepare_findings(build, areas, rules, before, seed), k)


def prepare_findings(
    build: Build,
    areas: AreaTable | None = None,
    rules: Rules | None = None,
    before: FrozenTypes | None = None,
    seed: int = 0,
) -> TypesPrepared:
    """Work out what does not hang on how many types there are, which is nearly all: see `find_types`."""
    laid = lay_places(overlay_need(build.areas), build) if areas is None else areas
    composites = composites_of(build, laid)
    models = operating_models_of(composites, rules)
    try:
        ground = ground_of(composites, seed, before)
    except AtlasError as error:
        alone = " ".join(part for part in (error.message, error.hint) if part)
        return TypesPrepared(laid, composites, models, None, alone)
    return TypesPrepared(laid, composites, models, ground, "")


def by_rules(prepared: TypesPrepared, rules: Rules) -> TypesPrepared:
    """Give areas their operating models by rules that were changed meanwhile, without fitting types anew."""
    if prepared.models.rules == rules:
        return prepared
    return replace(prepared, models=operating_models_of(prepared.composites, rules))


def following(prepared: TypesPrepared, kept: FrozenTypes) -> TypesPrepared:
    """Let types that were just taken from what was prepared be those of last time, without fitting anew."""
    ground = None if prepared.ground is None else replace(prepared.ground, earlier=kept)
    return replace(prepared, ground=ground)


def findings_of(prepared: TypesPrepared, k: int | None = None) -> TypeFindings:
    """Take the types of one number, with their portraits, from what was prepared.

    Parameters
    ----------
    prepared
        What was prepared.
    k
        How many types, 2 to 10; the stablest of four to seven when not given.
    """
    composites, models, ground = prepared.composites, prepared.models, prepared.ground
    if ground is None:
        return TypeFindings(composites, None, prepared.alone, models, None, {}, {})
    types = types_from(ground, k)
    letters = types.frame["type"]
    portraits = portraits_of(composites, letters, prepared.areas)
    named = name_types(types, portraits, ground.earlier)
    return TypeFindings(composites, named, "", models, compare_types(letters, models), portraits, {})


def name_types(types: Types, portraits: Mapping[str, Portrait], before: FrozenTypes | None) -> Types:
    """Name types as they were named before, and new ones after their portraits.

    Types that hardly come out again are not given names: each is called after its letter.
    """
    kept = {} if before is None else before.names
    plain = names_for(list(types.names), {})
    named = (letter for letter in types.names if kept.get(letter, plain[letter]) != plain[letter])
    names = {letter: kept[letter] for letter in named}
    unsure = float(types.by_k.loc[types.k, "stability"]) < UNNAMED
    for letter, portrait in portraits.items():
        if letter not in names and unsure:
            names[letter] = plain[letter]
        elif letter not in names:
            taken = portrait.name in names.values()
            names[letter] = f"{portrait.name} ({letter})" if taken else portrait.name
    return replace(types, names=names, frozen=replace(types.frozen, names=names))


def with_overrides(findings: TypeFindings, overrides: Sequence[Override]) -> TypeFindings:
    """Put the names and ways of working that people gave in the place of those that were found.

    A name that was given among another number of types is left out.
    """
    names = {} if findings.types is None else names_given(overrides, findings.types.k)
    return replace(
        findings,
        models=overrule(findings.models, models_given(overrides)),
        given={letter: one for letter, one in names.items() if letter in findings.portraits},
    )
