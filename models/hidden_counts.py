"""What hidden counts are likely to be, so that leaving them out does not raise what is expected.

Small counts are hidden because they are small. A regression on the counts that are shown would take quiet
areas for livelier than they are: by a quarter, over 12 months, in the least deprived fifth. Each hidden count
is therefore stood in for by its mean among the counts that the rule hides, given what is expected there, and
the fit is made again until it settles (the EM algorithm: Dempster, Laird and Rubin 1977). It uses nothing but
what is shown and which counts are hidden: anybody who reads the release could do the same.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from models.over_expected import chance_of_reaching

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

OTHER_SHARE: Final = 0.05
"""About so many counts are hidden for another's sake: those may be of any size."""

USUAL_LIMIT: Final = 5
MOST_LIMIT: Final = 10
"""The largest count that a rule hides, where the counts shown do not tell, and the most it can be."""


def largest_hidden(shown: Array) -> int:
    """Return the largest count that is hidden for being small: one less than the least shown above 0."""
    above = shown[shown > 0]
    return int(np.clip(above.min() - 1, 1, MOST_LIMIT)) if len(above) else USUAL_LIMIT


def likely_counts(expected: Array, dispersion: float, limit: int) -> Array:
    """Return the likely value of hidden counts.

    Parameters
    ----------
    expected
        What is expected of each.
    dispersion
        How many times wider than chance alone counts spread round it.
    limit
        The largest count that is hidden for being small.

    Returns
    -------
    numpy.ndarray
        The mean of the counts 1 to `limit`; where so small a count would be a wonder, it is more likely to be
        hidden for another's sake, and as expected.

    Examples
    --------
    >>> likely_counts(np.array([3.0, 60.0]), 1.0, 5).round(1).tolist()
    [2.8, 60.0]
    """
    beyond = chance_of_reaching(np.full(len(expected), limit + 1.0), expected, dispersion)
    reached = [
        chance_of_reaching(np.full(len(expected), float(count)), expected, dispersion) - beyond
        for count in range(1, limit + 1)
    ]
    small = reached[0]
    mean = np.sum(reached, axis=0) / np.where(small > 0, small, 1.0)
    is_small = small / (small + OTHER_SHARE)
    return np.asarray(is_small * mean + (1 - is_small) * expected)
