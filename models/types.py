"""Types: a handful of kinds of neighbourhood, by the composites, with how sure each area's type is.

How many types is the number in four to seven that comes out again most surely, or the reader's. Silhouette is
shown and never decides: it picks "poor and not poor". Whether there are kinds of place at all is another
question, which `type_structure` answers. Among the areas that have every composite types are made; an area
that lacks some is placed by those that it has, and one that lacks more than two in five of them has no type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.errors import AtlasError
from data.provenance import Tier
from models.composites import COMPOSITE, Composites
from models.type_frozen import FrozenTypes, freeze, place
from models.type_inputs import FEWEST_AREAS, TooFewAreas, TypeInputs, inputs_of, label_of
from models.type_letters import first_letters, kept_letters, names_for
from models.type_membership import membership_of
from models.type_pipeline import Floats, one_thread, prepare, starts_for, type_pipeline
from models.type_stability import BOOTSTRAPS, Stability, nearest, stability_of
from models.type_structure import Structure, structure_of
from models.types_told import STABLE, kinds_caveats, kinds_sentence

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

__all__ = ["FEWEST_AREAS", "TooFewAreas", "Types", "TypesGround", "ground_of", "types_from", "types_of"]

LOOKED_AT: Final = range(2, 11)
WORKING: Final = range(4, 8)
AS_STABLE: Final = 0.05
"""A later run keeps its number of types unless another comes out again more surely by more than this."""

AS_TIGHT: Final = 1.01
"""A later run keeps its types unless others have less than a hundredth fewer squares within them."""

SILHOUETTE_OF: Final = 4_000
"""The silhouette of more areas is that of so many, drawn by the seed."""


@dataclass(frozen=True)
class Types:
    """The types of neighbourhoods.

    Attributes
    ----------
    frame
        One row an area, index `area_code`, sorted. `type` and `second`, letters; `margin`, 0 half way between
        the two to 1 at the heart of the first; `share`, of the bootstraps that gave the area this type;
        `between`, whether margin or share is thin; `known`, how many of the composites the area has. An area
        with too few composites has no letters, margin or share.
    membership
        The probability of each type by a Gaussian mixture, one column a letter, on the same index.
    k
        How many types.
    chosen
        Why so many, in words.
    structure
        Whether there are kinds of place at all.
    by_k
        Index `k`, 2 to 10: `stability`, the mean adjusted Rand index of the bootstraps, `stability_low`, its
        tenth percentile; `jaccard`, the least of the types; `silhouette`; `gap` and `gap_error`; `smallest`,
        the areas of the smallest type.
    jaccard
        How far each type comes out again, by letter, 0 to 1.
    centres
        The mean of each composite in each type, in its own unit, a row a letter.
    names
        The name of each type, by letter.
    left_out
        Why a composite is not used, in a sentence, by id.
    tier
        That of the build.
    frozen
        The model, to be kept and laid over new data.
    sentence, caveats
        What the types are and are not, in words.
    """

    frame: pd.DataFrame
    membership: pd.DataFrame
    k: int
    chosen: str
    structure: Structure
    by_k: pd.DataFrame
    jaccard: pd.Series
    centres: pd.DataFrame
    names: Mapping[str, str]
    left_out: Mapping[str, str]
    tier: Tier
    frozen: FrozenTypes
    sentence: str
    caveats: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TypesGround:
    """What types of any number are taken from, once it has been worked out.

    Attributes
    ----------
    composites, inputs
        The composites, and those of them and of the areas that are used.
    pipelines, stability
        The types of each number, fitted, and how surely they come out again.
    structure, by_k
        See `Types`.
    earlier
        The types of an earlier run; None where there are none.
    seed, draws
        As they were asked for.
    """

    composites: Composites
    inputs: TypeInputs
    pipelines: "Mapping[int, Pipeline]"
    stability: Mapping[int, Stability]
    structure: Structure
    by_k: pd.DataFrame
    earlier: FrozenTypes | None
    seed: int
    draws: int


def types_of(
    composites: Composites,
    k: int | None = None,
    seed: int = 0,
    before: "Types | FrozenTypes | None" = None,
    weights: Mapping[str, float] | None = None,
    draws: int = BOOTSTRAPS,
) -> Types:
    """Make types of the composites of areas.

    Parameters
    ----------
    composites
        Of one build.
    k
        How many types, 2 to 10; the stablest of four to seven when not given.
    seed
        Of starts, draws and clouds.
    before
        The types of an earlier run, or its frozen model: letters, names and, where they do as well, the
        number of types and the types themselves are kept.
    weights
        How much the squared difference in a composite counts, by id; 1 where not given.
    draws
        How many bootstraps tell how sure the types are.

    Raises
    ------
    TooFewAreas
        There are fewer than 60 areas with every composite: the rules stand alone.
    AtlasError
        Fewer than two composites can be used, `k` is not 2 to 10, or a weight is not above 0 or of no
        composite.
    """
    _require_number(k)
    return types_from(ground_of(composites, seed, before, weights, draws), k)


def ground_of(
    composites: Composites,
    seed: int = 0,
    before: "Types | FrozenTypes | None" = None,
    weights: Mapping[str, float] | None = None,
    draws: int = BOOTSTRAPS,
) -> TypesGround:
    """Fit types of every number that is looked at, and try how surely each comes out again: see `types_of`.

    Raises
    ------
    TooFewAreas, AtlasError
        As `types_of` does.
    """
    inputs = inputs_of(composites)
    earlier = before.frozen if isinstance(before, Types) else before
    counted = _weights_of(inputs, weights)
    with one_thread():
        pipelines = _fit_all(inputs, counted, seed, earlier)
        stability = stability_of(pipelines, inputs.frame.loc[inputs.placed], seed, draws)
        values = prepare(pipelines[LOOKED_AT[0]], inputs.whole)
        structure = structure_of(values, seed)
        by_k = _table(pipelines, stability, structure, values, seed)
    return TypesGround(composites, inputs, pipelines, stability, structure, by_k, earlier, seed, draws)


def types_from(ground: TypesGround, k: int | None = None) -> Types:
    """Take the types of one number from what was fitted.

    Parameters
    ----------
    ground
        What was fitted.
    k
        How many types, 2 to 10; the stablest of four to seven when not given.

    Raises
    ------
    AtlasError
        `k` is not 2 to 10.
    """
    _require_number(k)
    chosen, why = _choose(ground.by_k, k, ground.earlier)
    with one_thread():
        return _assemble(ground, chosen, why)


def _require_number(k: int | None) -> None:
    if k is not None and k not in LOOKED_AT:
        raise AtlasError(f"{k} types were asked for.", "Ask for 2 to 10, or leave the number open.")


def _assemble(ground: TypesGround, k: int, why: str) -> Types:
    composites, inputs, earlier = ground.composites, ground.inputs, ground.earlier
    pipeline, stability, structure = ground.pipelines[k], ground.stability[k], ground.structure
    placed = inputs.frame.loc[inputs.placed]
    labels = pd.Series(nearest(pipeline, placed), index=placed.index)
    means = placed.groupby(labels).mean().reindex(range(k))
    first = means["need"] if "need" in means else means.iloc[:, 0]
    if earlier is None:
        letters, known = first_letters(first), {}
    else:
        letters = kept_letters(labels, k, pd.Series(earlier.assigned, dtype="str"), first)
        known = dict(earlier.names)
    names = names_for(letters, known)
    frozen = freeze(pipeline, placed, letters, names, composites.tier)
    frame = place(frozen, inputs.frame)
    frame["share"] = pd.Series(stability.share, index=placed.index).reindex(frame.index)
    frame["between"] = frame["between"] | (frame["share"] < STABLE)
    chances = membership_of(prepare(pipeline, placed), labels.to_numpy(), k, ground.seed)
    membership = pd.DataFrame(chances, index=placed.index, columns=letters)[sorted(letters)]
    centres = means.set_axis(pd.Index(letters, name="type")).sort_index()
    return Types(
        frame=frame[["type", "second", "margin", "share", "between", "known"]],
        membership=membership.reindex(frame.index),
        k=k,
        chosen=why,
        structure=structure,
        by_k=ground.by_k,
        jaccard=pd.Series(stability.jaccard, index=pd.Index(letters, name="type")).sort_index(),
        centres=centres,
        names=names,
        left_out=inputs.left_out,
        tier=composites.tier,
        frozen=frozen,
        sentence=kinds_sentence(frame, k, structure),
        caveats=kinds_caveats(frame, inputs, float(ground.by_k.loc[k, "stability"]), ground.draws),
    )


def _weights_of(inputs: TypeInputs, weights: Mapping[str, float] | None) -> list[float] | None:
    if weights is None:
        return None
    wrong = [id_ for id_, weight in weights.items() if not (np.isfinite(weight) and weight > 0)]
    if wrong:
        names = ", ".join(label_of(id_) for id_ in wrong)
        raise AtlasError(
            f"These weights are not above 0: {names}.", "Leave a composite out of the data instead."
        )
    strange = sorted(set(weights) - set(COMPOSITE))
    if strange:
        raise AtlasError(f"These weights are of no composite: {', '.join(strange)}.", "Correct their names.")
    return [float(weights.get(id_, 1.0)) for id_ in inputs.frame.columns]


def _fit_all(
    inputs: TypeInputs, weights: list[float] | None, seed: int, earlier: FrozenTypes | None
) -> "dict[int, Pipeline]":
    """Fit the pipeline of each number of types among the areas that have every composite."""
    whole = inputs.whole
    values = whole.to_numpy(dtype=np.float64)
    starts = starts_for(len(whole))
    pipelines = {k: type_pipeline(k, weights, seed, starts).fit(values) for k in LOOKED_AT}
    if earlier is not None and earlier.k in pipelines:
        pipelines[earlier.k] = _as_before(pipelines[earlier.k], whole, earlier)
    return pipelines


def _as_before(pipeline: "Pipeline", whole: pd.DataFrame, earlier: FrozenTypes) -> "Pipeline":
    """Return the types that start from those before, where they are as tight as the best that were found."""
    from sklearn.base import clone

    values = prepare(pipeline, whole)
    was = pd.Series(earlier.assigned, dtype="str").reindex(whole.index.astype(str)).to_numpy()
    middles = pd.DataFrame(values).groupby(was).mean()
    if len(middles) != earlier.k:
        return pipeline
    again = clone(pipeline).set_params(types__init=middles.to_numpy(), types__n_init=1)
    again.fit(whole.to_numpy(dtype=np.float64))
    tight = again.named_steps["types"].inertia_ <= AS_TIGHT * pipeline.named_steps["types"].inertia_
    return again if tight else pipeline


def _table(
    pipelines: "Mapping[int, Pipeline]",
    stability: Mapping[int, Stability],
    structure: Structure,
    values: Floats,
    seed: int,
) -> pd.DataFrame:
    from sklearn.metrics import pairwise_distances, silhouette_score

    rows = np.arange(len(values))
    if len(rows) > SILHOUETTE_OF:
        rows = np.sort(np.random.default_rng(seed).choice(len(rows), SILHOUETTE_OF, replace=False))
    apart = pairwise_distances(values[rows])
    np.fill_diagonal(apart, 0.0)
    found = {}
    for k, pipeline in pipelines.items():
        labels = pipeline.named_steps["types"].labels_
        found[k] = {
            "stability": float(stability[k].rand.mean()),
            "stability_low": float(np.quantile(stability[k].rand, 0.1)),
            "jaccard": float(stability[k].jaccard.min()),
            "silhouette": float(silhouette_score(apart, labels[rows], metric="precomputed")),
            "smallest": int(np.bincount(labels, minlength=k).min()),
        }
    table = pd.DataFrame.from_dict(found, orient="index").rename_axis("k")
    table["gap"], table["gap_error"] = structure.gap, structure.error
    return table


def _choose(by_k: pd.DataFrame, asked: int | None, earlier: FrozenTypes | None) -> tuple[int, str]:
    """Return how many types, and why."""
    if asked is not None:
        return asked, f"{asked} types, as asked for."
    candidates = by_k.loc[list(WORKING)].round(3)
    best = candidates.sort_values(["stability", "jaccard"], ascending=False, kind="stable").index[0]
    if earlier is not None and earlier.k in candidates.index:
        lost = candidates.loc[best, "stability"] - candidates.loc[earlier.k, "stability"]
        if lost <= AS_STABLE:
            return (
                earlier.k,
                f"{earlier.k} types, as last time: they come out again nearly as surely as any.",
            )
    return int(best), f"{best} types: of four to seven, the number that comes out again most surely."
