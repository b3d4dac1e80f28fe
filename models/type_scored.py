"""The kinds of place of a build by a model that was kept: nothing is made anew."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data.errors import DisclosureError
from data.operating_models import Rules
from data.provenance import Tier
from geo.area_table import AreaTable
from geo.builds import Build
from models.composites import Composites, composites_of
from models.need import overlay_need
from models.operating_models import OperatingModels, operating_models_of
from models.places_laid import lay_places
from models.type_compare import Agreement, compare_types
from models.type_frozen import FrozenTypes, score_types
from models.type_portraits import Portrait, portraits_of


@dataclass(frozen=True)
class ScoredTypes:
    """The areas of a build as a kept model sorts them.

    Attributes
    ----------
    composites
        What both types and rules are made of.
    frame
        The type of each area: see `models.type_frozen.place`.
    models
        The operating model of every area by rule.
    agreement
        How types and rules agree; None where there is nothing to compare.
    portraits
        The portrait of each type that an area has, by letter.
    """

    composites: Composites
    frame: pd.DataFrame
    models: OperatingModels
    agreement: Agreement | None
    portraits: Mapping[str, Portrait]


def score_build(
    build: Build, frozen: FrozenTypes, areas: AreaTable | None = None, rules: Rules | None = None
) -> ScoredTypes:
    """Sort the areas of a build by a kept model, and give each its operating model by rule.

    Parameters
    ----------
    build
        The build, internal or shared.
    frozen
        The model.
    areas
        Its areas with need and places laid over them, where the caller has them.
    rules
        The rules of operating models; those of `data/operating_models.toml` when not given.

    Raises
    ------
    DisclosureError
        The model is of an internal build, and this one is shared.
    SourceError
        The build lacks a composite that the model was made of, as a whole.
    """
    require_tier(frozen, build.areas.tier)
    laid = lay_places(overlay_need(build.areas), build) if areas is None else areas
    composites = composites_of(build, laid)
    frame = score_types(frozen, composites)
    models = operating_models_of(composites, rules)
    letters = frame["type"]
    portraits = portraits_of(composites, letters, laid)
    return ScoredTypes(composites, frame, models, compare_types(letters, models), portraits)


def require_tier(frozen: FrozenTypes, tier: Tier) -> None:
    """Refuse a model of an internal build over a shared one: it was made of figures that were not released.

    Raises
    ------
    DisclosureError
        When that is so.
    """
    if tier is Tier.SHARED and frozen.tier is not Tier.SHARED:
        raise DisclosureError(
            "This model of types was made of an internal build, and the build is a shared one: what it knows "
            "of referrals was not released.",
            "Make the types of the shared build anew, and keep their model in a file of its own.",
        )
