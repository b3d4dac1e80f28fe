"""Types: a handful of kinds of neighbourhood, by the composites, with how sure each area's type is.

How many types is the number in four to seven that comes out again most surely, or the reader's. Silhouette is
shown and never decides: it picks "poor and not poor". Whether there are kinds of place at all is another
question, which `type_structure` answers. Among the areas that have every composite types are made; an area
that lacks some is placed by those that it has, and one that lacks more than two in five of them has no type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from data.errors import AtlasError
from data.provenance import Tier
from models.composites import Composites
from models.type_frozen import FrozenTypes, freeze, place
from models.type_ground import LOOKED_AT, TypesGround, ground_of
from models.type_letters import first_letters, kept_letters, names_for
from models.type_membership import membership_of
from models.type_pipeline import one_thread, prepare
from models.type_stability import BOOTSTRAPS, nearest
from models.type_structure import Structure
from models.types_told import STABLE, kinds_caveats, kinds_sentence

if TYPE_CHECKING:
    pass


WORKING: Final = range(4, 8)
AS_STABLE: Final = 0.05
"""A later run keeps its number of types unless another comes out again more surely by more than this."""


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
    earlier = before.frozen if isinstance(before, Types) else before
    return types_from(ground_of(composites, seed, earlier, weights, draws), k)


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
