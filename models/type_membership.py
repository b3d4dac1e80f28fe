"""How far each area belongs to each type: a Gaussian mixture that starts from the types of k-means.

The mixture has one covariance for all types, so that a small type is told by few areas too. An area that
lacks composites is told by the distribution of those that it has.

Source: Fraley and Raftery (2002), "Model-based clustering, discriminant analysis, and density estimation".
"""

from typing import Final

import numpy as np

from models.type_pipeline import Floats, Ints
from models.type_stability import crossed, matched

MOST_STEPS: Final = 1_000


def membership_of(values: Floats, labels: Ints, k: int, seed: int = 0) -> Floats:
    """Return the probability of each type for each area, shape (areas, types), rows adding to 1.

    Parameters
    ----------
    values
        Composites as prepared for k-means, shape (areas, composites); a gap is NaN. The mixture is fitted to
        the areas without gaps.
    labels
        The type of each area, as positions.
    k
        How many types.
    seed
        Of the mixture.
    """
    from scipy.special import logsumexp
    from scipy.stats import multivariate_normal
    from sklearn.mixture import GaussianMixture

    known = np.isfinite(values)
    whole = known.all(axis=1)
    own, its = values[whole], labels[whole]
    means = np.stack([own[its == at].mean(axis=0) for at in range(k)])
    mixture = GaussianMixture(
        k, covariance_type="tied", means_init=means, max_iter=MOST_STEPS, random_state=seed
    ).fit(own)
    logs = np.zeros((len(values), k))
    for pattern in np.unique(known, axis=0):
        rows = (known == pattern).all(axis=1)
        logs[rows] = np.log(mixture.weights_)
        if pattern.any():
            covariance = mixture.covariances_[np.ix_(pattern, pattern)]
            for at in range(k):
                normal = multivariate_normal(mixture.means_[at, pattern], covariance)
                logs[rows, at] += normal.logpdf(values[np.ix_(rows, pattern)])
    chances = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
    type_of = matched(crossed(its, chances[whole].argmax(axis=1), k, k))
    ordered = np.empty_like(chances)
    ordered[:, type_of] = chances
    return ordered
