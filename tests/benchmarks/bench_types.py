"""Types of as many areas as England has: all numbers of types from 2 to 10, with 50 bootstraps each.

The composites are invented: six overlapping kinds of place with a correlated spread and long tails. What is
imported is there before; making the types is measured from the composites to the answer.
"""

import resource
import sys
import time
from typing import Final

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from data.provenance import Tier
from models.composites import COMPOSITES, Composites
from models.type_pipeline import Floats, type_pipeline
from models.type_stability import BOOTSTRAPS, STARTS, stability_of
from models.types import types_of

AREAS: Final = 33_000
KINDS: Final = 6
LIMIT_S: Final = 60.0
LIMIT_GB: Final = 2.0


def main() -> None:
    """Print how long it takes and how much memory, and stop where that is more than it may be."""
    composites = england()
    types_of(small(composites), k=4)
    started = time.perf_counter()
    types = types_of(composites)
    took_s = time.perf_counter() - started
    unit = 1e9 if sys.platform == "darwin" else 1e6
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(f"Types of {AREAS:,} areas by {composites.frame.shape[1]} composites, 2 to 10, 50 bootstraps each")
    print(f"  {took_s:.1f} s, {peak_gb:.2f} GB at most with all that is imported; {types.chosen}")
    beside_scikit_learn(composites)
    if took_s > LIMIT_S or peak_gb > LIMIT_GB:
        raise SystemExit(f"more than {LIMIT_S:.0f} s or {LIMIT_GB:.0f} GB")


def beside_scikit_learn(composites: Composites) -> None:
    """Print how sure one number of types is and how long that takes, beside a plain loop of scikit-learn.

    Of many areas 2,500 are drawn each time here, so that it is understated; the loop draws them all.
    """
    frame = composites.frame.dropna()
    values = frame.to_numpy()
    pipeline = type_pipeline(KINDS, starts=STARTS).fit(values)
    started = time.perf_counter()
    ours = float(stability_of({KINDS: pipeline}, frame)[KINDS].rand.mean())
    ours_s = time.perf_counter() - started
    started = time.perf_counter()
    theirs = plain_stability(values)
    theirs_s = time.perf_counter() - started
    print(f"  how sure {KINDS} types are, 50 draws: {ours_s:.1f} s (adjusted Rand index {ours:.3f})")
    print(f"  scikit-learn in a plain loop, every area drawn: {theirs_s:.1f} s ({theirs:.3f})")
    print(f"  ratio {theirs_s / ours_s:.1f}")


def plain_stability(values: Floats) -> float:
    """Return how far types come out again, as a reader of scikit-learn's guide would work it out."""
    rng = np.random.default_rng(1)

    def types_by(rows: Floats) -> Pipeline:
        squash = FunctionTransformer(np.arcsinh)
        kinds = KMeans(KINDS, n_init=STARTS, random_state=0)
        return make_pipeline(StandardScaler(), squash, MinMaxScaler(), kinds).fit(rows)

    whole = types_by(values).predict(values)
    drawn = (types_by(values[rng.integers(len(values), size=len(values))]) for _ in range(BOOTSTRAPS))
    return float(np.mean([adjusted_rand_score(whole, each.predict(values)) for each in drawn]))


def england(seed: int = 0) -> Composites:
    """Invent the composites of as many areas as England has."""
    rng = np.random.default_rng(seed)
    ids = [composite.id for composite in COMPOSITES]
    middles = rng.normal(0.0, 1.2, (KINDS, len(ids)))
    mixing = rng.normal(0.0, 0.5, (len(ids), len(ids))) + np.eye(len(ids))
    kinds = rng.integers(KINDS, size=AREAS)
    values = middles[kinds] + rng.normal(size=(AREAS, len(ids))) @ mixing
    values[:, 1::3] = np.exp(values[:, 1::3])
    values[rng.random(AREAS) < 0.03, ids.index("demand")] = np.nan
    index = pd.Index([f"E01{number:06d}" for number in range(AREAS)], name="area_code")
    return composites_from(pd.DataFrame(values, index=index, columns=ids))


def small(composites: Composites) -> Composites:
    """Return a few of the areas, so that everything is imported before the clock starts."""
    return composites_from(composites.frame.iloc[:200])


def composites_from(frame: pd.DataFrame) -> Composites:
    """Return a frame as the composites of an internal build."""
    weights = pd.Series(1.0, index=frame.index, name="weight")
    return Composites(frame, {}, {}, Tier.INTERNAL, pd.DataFrame(index=frame.index), {}, weights)


if __name__ == "__main__":
    main()
