"""What types of any number are taken from: every number fitted, how surely each comes out again, structure.

It is nearly all of the work, and done once for all numbers of types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.errors import AtlasError
from models.composites import COMPOSITE, Composites
from models.type_frozen import FrozenTypes
from models.type_inputs import TypeInputs, inputs_of, label_of
from models.type_pipeline import Floats, one_thread, prepare, starts_for, type_pipeline
from models.type_stability import BOOTSTRAPS, Stability, stability_of
from models.type_structure import Structure, structure_of

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

LOOKED_AT: Final = range(2, 11)
AS_TIGHT: Final = 1.01
"""A later run keeps its types unless others have less than a hundredth fewer squares within them."""

SILHOUETTE_OF: Final = 4_000
"""The silhouette of more areas is that of so many, drawn by the seed."""


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


def ground_of(
    composites: Composites,
    seed: int = 0,
    earlier: FrozenTypes | None = None,
    weights: Mapping[str, float] | None = None,
    draws: int = BOOTSTRAPS,
) -> TypesGround:
    """Fit types of every number that is looked at, and try how surely each comes out again.

    Parameters
    ----------
    composites, seed, weights, draws
        See `models.types.types_of`.
    earlier
        The types of an earlier run: where they do as well, their number of types starts from them.

    Raises
    ------
    TooFewAreas, AtlasError
        As `models.types.types_of` does.
    """
    inputs = inputs_of(composites)
    counted = _weights_of(inputs, weights)
    with one_thread():
        pipelines = _fit_all(inputs, counted, seed, earlier)
        stability = stability_of(pipelines, inputs.frame.loc[inputs.placed], seed, draws)
        values = prepare(pipelines[LOOKED_AT[0]], inputs.whole)
        structure = structure_of(values, seed)
        by_k = _table(pipelines, stability, structure, values, seed)
    return TypesGround(composites, inputs, pipelines, stability, structure, by_k, earlier, seed, draws)


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
