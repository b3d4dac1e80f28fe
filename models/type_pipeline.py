"""The way from composites to types: one pipeline of scikit-learn's own steps.

Each composite is centred on its middle and measured in its own spread, so that its unit does not matter; the
inverse hyperbolic sine then draws long tails in; the range is made 0 to 1; and k-means from many starts
makes the types. A value that is missing stays missing up to the last step.

Source of the practice: the Output Area Classification of the Office for National Statistics (inverse
hyperbolic sine, range standardisation, k-means from many starts).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STARTS: Final = 50
"""From how many starts k-means looks for types."""

MANY_AREAS: Final = 5_000
"""Above so many areas fewer starts do: each finds nearly the same types, and takes longer."""

STARTS_OF_MANY: Final = 10


def starts_for(areas: int) -> int:
    """Return from how many starts k-means looks for types among so many areas."""
    return STARTS if areas <= MANY_AREAS else STARTS_OF_MANY


def type_pipeline(
    k: int, weights: Sequence[float] | None = None, seed: int = 0, starts: int = STARTS
) -> "Pipeline":
    """Return the pipeline that makes `k` types of composites, not yet fitted.

    Parameters
    ----------
    k
        How many types.
    weights
        How much the squared difference in each composite counts, in the order of the columns; all alike when
        not given.
    seed
        Of the starts.
    starts
        From how many starts the best is taken.

    Examples
    --------
    >>> pipeline = type_pipeline(2, starts=5).fit([[0.0], [1.0], [10.0], [11.0]])
    >>> first, second, third, last = pipeline.predict([[0.0], [1.0], [10.0], [11.0]]).tolist()
    >>> first == second, third == last, first == last
    (True, True, False)
    """
    from sklearn.cluster import KMeans
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler

    return Pipeline(
        [
            ("spread", RobustScaler()),
            ("sine", FunctionTransformer(np.arcsinh, np.sinh, check_inverse=False)),
            ("range", MinMaxScaler()),
            ("weights", FunctionTransformer(weigh, kw_args={"weights": weights})),
            ("types", KMeans(k, n_init=starts, random_state=seed)),
        ]
    )


@contextmanager
def one_thread() -> Iterator[None]:
    """Let k-means run in one thread and skip checks of what was checked.

    The many fits are short: on a machine with other work their threads wait for each other most of the time,
    and sums over several threads can differ in their last digits from run to run.
    """
    import sklearn
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        yield


def weigh(values: Floats, weights: Sequence[float] | None) -> Floats:
    """Stretch columns so that their squared differences count by weights; all alike when not given."""
    return values if weights is None else values * np.sqrt(np.asarray(weights, dtype=np.float64))


def prepare(pipeline: "Pipeline", frame: pd.DataFrame) -> Floats:
    """Return composites as a fitted pipeline hands them to k-means, shape (areas, composites); gaps stay."""
    values: Floats = np.asarray(pipeline[:-1].transform(frame.to_numpy(dtype=np.float64)))
    return values


def distances_to(centres: Floats, values: Floats) -> Floats:
    """Return how far each area lies from each centre, in the composites that the area has.

    Parameters
    ----------
    centres
        Prepared, shape (types, composites).
    values
        Prepared, shape (areas, composites); a missing value is NaN.

    Returns
    -------
    ndarray
        Shape (areas, types). A distance over some of the composites is scaled up to all of them, as
        `sklearn.metrics.pairwise.nan_euclidean_distances` does; NaN for an area that has none.
    """
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    squared = (filled**2).sum(axis=1)[:, None] - 2.0 * filled @ centres.T + known @ (centres**2).T
    count = known.sum(axis=1, dtype=np.float64)
    share = np.divide(count, values.shape[1], out=np.full(len(count), np.nan), where=count > 0)
    apart: Floats = np.sqrt(np.maximum(squared, 0.0) / share[:, None])
    return apart


def nearest_two(apart: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the nearest type of each area, the second, and how much further that is.

    Parameters
    ----------
    apart
        Shape (areas, types), finite, with at least two types.

    Returns
    -------
    tuple
        Two arrays of positions and the margin: 0 half way between the two types, 1 at the heart of the first.
    """
    order = np.argsort(apart, axis=1, kind="stable")
    first, second = order[:, 0], order[:, 1]
    near, far = (np.take_along_axis(apart, which[:, None], axis=1)[:, 0] for which in (first, second))
    margin = 1.0 - np.divide(near, far, out=np.ones_like(near), where=far > 0)
    return first, second, margin
