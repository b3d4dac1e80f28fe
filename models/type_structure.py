"""Whether there are kinds of place at all, or one cloud that types only cut into slices.

The gap statistic asks how much tighter the types are than those of a cloud without kinds: here a normal
with the same covariance, which lies stretched as the composites do. Because a cloud without kinds can come
out a little tighter by chance, kinds are only told when the data stands out from such clouds as one in a
hundred of them does. Among many areas a small departure is enough for that, and one long tail can be it: how
much tighter the types are is told beside the answer.

Source: Tibshirani, Walther and Hastie (2001), "Estimating the number of clusters in a data set via the gap
statistic"; the reference is a normal with the covariance of the data, and the answer "one" is a Monte Carlo
test in place of their rule at k = 1, which takes one cloud in six for two.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from models.type_pipeline import Floats
from models.words import percent

REFERENCES: Final = 99
"""How many clouds are drawn."""

ONE_IN: Final = 100
"""The data has kinds when it stands out as one cloud of so many does."""

SLIGHT: Final = 0.1
"""Types that are less tighter than a cloud's than this are little more than slices of a gradient."""

MOST_TYPES: Final = 10
AREAS_AT_MOST: Final = 1_500
"""Of more areas so many are drawn: enough to tell kinds from one cloud."""

STARTS: Final = 2


@dataclass(frozen=True)
class Structure:
    """Whether areas fall into kinds.

    Attributes
    ----------
    gap
        The gap statistic by number of types, index `k` from 1.
    error
        Its standard error, on the same index.
    k
        The number of kinds that the gap statistic finds; 1 where there are none.
    one
        Whether areas form one cloud: types are slices of a gradient, not separate kinds of place.
    chance
        How often a cloud without kinds stands out as much, 0.01 to 1.
    sentence
        What that means, in words.
    """

    gap: pd.Series
    error: pd.Series
    k: int
    one: bool
    chance: float
    sentence: str

    @property
    def slight(self) -> bool:
        """Whether there are kinds and they are little more than slices of a gradient."""
        return not self.one and tighter_by(self.gap.loc[self.k]) < SLIGHT


def structure_of(values: Floats, seed: int = 0) -> Structure:
    """Tell whether areas fall into kinds.

    Parameters
    ----------
    values
        Composites as they are prepared for k-means, shape (areas, composites), nothing missing.
    seed
        Of the clouds and the starts.
    """
    rng = np.random.default_rng(seed)
    if len(values) > AREAS_AT_MOST:
        values = values[np.sort(rng.choice(len(values), AREAS_AT_MOST, replace=False))]
    start = int(rng.integers(2**31))
    own = log_within(values, MOST_TYPES, start)
    clouds = np.stack(
        [log_within(cloud, MOST_TYPES, start) for cloud in draw_clouds(values, REFERENCES, rng)]
    )
    gap, error = gap_of(own, clouds)
    chance = chance_of(own, clouds)
    one = chance > 1.0 / ONE_IN
    k = 1 if one else first_enough(gap, error)
    index = pd.RangeIndex(1, MOST_TYPES + 1, name="k")
    return Structure(
        pd.Series(gap, index, name="gap"),
        pd.Series(error, index, name="error"),
        k,
        one,
        chance,
        structure_words(gap, k),
    )


def draw_clouds(values: Floats, count: int, rng: np.random.Generator) -> list[Floats]:
    """Draw clouds without kinds: normals with the mean and the covariance of the data, as many areas each."""
    middle, spread = values.mean(axis=0), np.atleast_2d(np.cov(values, rowvar=False))
    return [rng.multivariate_normal(middle, spread, len(values), method="eigh") for _ in range(count)]


def log_within(values: Floats, most: int, start: int) -> Floats:
    """Return the logarithm of the squares within 1 to `most` types, shape (most,); `start` seeds the starts.

    Half the summed squared distances of all pairs in a type over its number of areas, added over the types,
    is the sum of squares from their centres, which k-means makes least.
    """
    from sklearn.cluster import KMeans

    squares = [float(((values - values.mean(axis=0)) ** 2).sum())]
    squares += [
        float(KMeans(k, n_init=STARTS, random_state=start).fit(values).inertia_) for k in range(2, most + 1)
    ]
    logs: Floats = np.log(np.maximum(squares, np.finfo(np.float64).tiny))
    return logs


def gap_of(own: Floats, clouds: Floats) -> tuple[Floats, Floats]:
    """Return the gap statistic by number of types and its standard error.

    Parameters
    ----------
    own
        Logarithms of the squares within, of the data, shape (types,).
    clouds
        The same for each cloud, shape (clouds, types).
    """
    gap: Floats = clouds.mean(axis=0) - own
    error: Floats = clouds.std(axis=0) * np.sqrt(1.0 + 1.0 / len(clouds))
    return gap, error


def chance_of(own: Floats, clouds: Floats) -> float:
    """Return how often a cloud without kinds is cut as much tighter than whole as the data is, above 0 to 1.

    The gain of each number of types over one is measured in its spread over data and clouds together, the
    greatest gain of each is taken, and the data has its rank among them: an exact test where the
    data is such a cloud, whatever the number of types looked at.
    """
    every = np.vstack([own, clouds])
    gain = every[:, :1] - every[:, 1:]
    spread = gain.std(axis=0)
    greatest = np.divide(gain - gain.mean(axis=0), spread, out=np.zeros_like(gain), where=spread > 0).max(
        axis=1
    )
    return float((greatest >= greatest[0]).mean())


def first_enough(gap: Floats, error: Floats) -> int:
    """Return the least number of types, from two, that the next one does not clearly better.

    It must be tighter than a cloud's by more than its error; where none is, the widest gap tells.
    """
    for at in range(1, len(gap) - 1):
        if gap[at] > error[at] and gap[at] >= gap[at + 1] - error[at + 1]:
            return at + 1
    return int(np.argmax(gap[1:])) + 2


def tighter_by(gap: float) -> float:
    """Return how much smaller differences within types are than in a cloud, a share, by their gap."""
    return 1.0 - float(np.exp(-gap))


def structure_words(gap: Floats, k: int) -> str:
    """Say whether areas fall into `k` kinds, and how much tighter those are than a cloud's; 1 is none."""
    if k == 1:
        return (
            "The types are slices of a gradient, not separate kinds of place: the areas are no more clumped "
            "than a single cloud would be. Read the rules first."
        )
    share = tighter_by(gap[k - 1])
    closer = percent(share)
    if share < SLIGHT:
        return (
            f"The areas are a little more clumped than a single cloud would be: differences within {k} types "
            f"are {closer} smaller than in such a cloud. That is little, so read the types as slices of a "
            "gradient first, and the rules beside them."
        )
    return (
        f"The areas are more clumped than a single cloud would be: differences within {k} types are {closer} "
        "smaller than in such a cloud. So the types may be more than slices of a gradient, though a few "
        "areas far from all others can look like that; their borders are soft."
    )
