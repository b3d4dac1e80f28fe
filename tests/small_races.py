"""Small tables of values, and what it takes to get in found by trying every choice of whom to beat."""

from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from scipy.optimize import linprog

from models.shortlist_takes import MARGIN

Race = tuple[pd.DataFrame, pd.Series, int, str]
ROUNDING = 2e-9
"""What programmes ask for beyond the margin."""


@st.composite
def races(draw: st.DrawFn) -> Race:
    """Up to eight wards and four criteria, coarse or fine, with ties, and weights that may be 0."""
    count, criteria = draw(st.integers(2, 8)), draw(st.integers(1, 4))
    coarse = draw(st.booleans())
    figures = st.integers(0, 4).map(lambda n: n / 4) if coarse else st.integers(0, 999).map(lambda n: n / 999)
    rows = st.lists(st.lists(figures, min_size=criteria, max_size=criteria), min_size=count, max_size=count)
    parts = np.array(draw(st.lists(st.integers(0, 9), min_size=criteria, max_size=criteria)), dtype=float)
    if not parts.any():
        parts[0] = 1.0
    values = pd.DataFrame(
        draw(rows), index=[f"w{n}" for n in range(count)], columns=[f"c{n}" for n in range(criteria)]
    )
    weights = pd.Series(parts / parts.sum(), index=values.columns)
    return values, weights, draw(st.integers(1, count)), draw(st.sampled_from(list(values.index)))


def leads_of(values: pd.DataFrame, code: str) -> np.ndarray:
    """By how much a ward is ahead of each other one on each criterion."""
    return values.loc[code].to_numpy() - values.drop(index=code).to_numpy()


def is_in(values: pd.DataFrame, weights: pd.Series, top: int, code: str) -> bool:
    """Whether a ward is ahead of all but `top` - 1 others by the margin."""
    ahead = leads_of(values, code) @ weights.reindex(values.columns).to_numpy() >= MARGIN
    return bool(ahead.sum() >= len(values) - top)


def is_out(values: pd.DataFrame, weights: pd.Series, top: int, code: str) -> bool:
    """Whether `top` others are ahead of a ward by the margin."""
    behind = -leads_of(values, code) @ weights.reindex(values.columns).to_numpy() >= MARGIN
    return bool(behind.sum() >= top)


def smallest_shift(race: Race, margin: float = MARGIN) -> float | None:
    """The smallest shift that changes whether a ward is in, among all choices of who beats whom."""
    values, weights, top, code = race
    leads, need = leads_of(values, code), len(values) - top
    if is_in(*race):
        leads, need = -leads, top
    if need > len(leads):
        return None
    found = [_shift(leads[list(rows)], weights, margin) for rows in combinations(range(len(leads)), need)]
    return min((size for size in found if size is not None), default=None)


def _shift(leads: np.ndarray, weights: pd.Series, margin: float) -> float | None:
    """The smallest shift at which some leads are all there, as SciPy finds it."""
    count, given = len(weights), weights.to_numpy()
    answer = linprog(
        np.full(2 * count, 0.5),
        A_ub=np.hstack([-leads, leads]),
        b_ub=leads @ given - margin,
        A_eq=[np.concatenate([np.ones(count), -np.ones(count)])],
        b_eq=[0.0],
        bounds=[(0, None)] * count + [(0, most) for most in given],
        method="highs-ds",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    return float(answer.fun) if answer.status == 0 else None
