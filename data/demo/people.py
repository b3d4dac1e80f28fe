"""The people: what mixture of neighbourhood kinds each area is, and who lives there by age and sex."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo import plan
from data.demo.plan import Floats, Ints

AGES: Final = np.arange(91)
YEARS: Final = (2022, 2023, 2024)
RESIDENTS_EACH: Final = 325
"""Residents of a typical output area."""
SHARPNESS: Final = 3.6
"""How much more of an area is the kind that draws it most: the power to which each pull is raised."""
KIND_SPREAD: Final = 0.25
"""Chance in the mixture of each area: standard deviation of the logarithm."""
OPEN_KM2: Final = 3.0
"""The size at which an area is drawn half as much as it can be to the countryside."""
SUBURB_ANYWHERE: Final = 0.25
"""How much any close-built area is drawn to the suburb, beside the pulls of the plan."""
BAND_SPREAD: Final = 0.04
"""Chance in the share of each age band in each area: standard deviation of the logarithm."""

BAND_STARTS: Final = (0, 5, 11, 18, 25, 35, 50, 65, 80, 91)
BAND_SHARES: Final[dict[str, tuple[float, ...]]] = {
    "estate": (0.085, 0.100, 0.100, 0.085, 0.140, 0.175, 0.165, 0.107, 0.043),
    "centre": (0.044, 0.046, 0.045, 0.160, 0.250, 0.200, 0.140, 0.080, 0.035),
    "commuter": (0.070, 0.088, 0.085, 0.050, 0.105, 0.220, 0.195, 0.137, 0.050),
    "rural": (0.035, 0.055, 0.070, 0.055, 0.085, 0.165, 0.255, 0.210, 0.070),
    "valley": (0.062, 0.080, 0.085, 0.075, 0.130, 0.185, 0.200, 0.135, 0.048),
    "suburb": (0.044, 0.062, 0.074, 0.070, 0.110, 0.190, 0.220, 0.170, 0.060),
}


def centres(areas: gpd.GeoDataFrame) -> Floats:
    """Find the centroids in metres, shape (areas, 2)."""
    points = areas.geometry.centroid
    return np.stack([points.x.round(), points.y.round()], axis=1)


def mix_kinds(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give each area its shares of the six kinds; most are mainly one kind and some lie between.

    Returns one row an area, index code, one column a kind, rows adding to 1.
    """
    points = centres(areas)
    size_km2 = areas.geometry.area.to_numpy() / 1e6
    pull = {kind: plan.pull_at(plan.KIND_PULLS[kind], points) for kind in plan.KINDS}
    pull["rural"] = 1.6 * size_km2**2 / (size_km2**2 + OPEN_KM2**2)
    pull["suburb"] += np.where(size_km2 < 1.5, SUBURB_ANYWHERE, 0.15)
    weight = np.stack([pull[kind] + 0.02 for kind in plan.KINDS], axis=1) ** SHARPNESS
    weight *= np.exp(rng.normal(0.0, KIND_SPREAD, weight.shape))
    shares = np.round(weight / weight.sum(axis=1, keepdims=True), 3)
    shares[:, -1] = np.round(1.0 - shares[:, :-1].sum(axis=1), 3)
    return pd.DataFrame(shares, index=pd.Index(areas["code"], name="code"), columns=list(plan.KINDS))


def age_profiles() -> Floats:
    """Give the share of each single year of age for each kind, shape (kinds, 91)."""
    edges = np.asarray(BAND_STARTS, dtype=np.float64)
    middles, widths = (edges[:-1] + edges[1:] - 1) / 2, np.diff(edges)
    profiles = []
    for kind in plan.KINDS:
        curve = np.interp(AGES, middles, np.asarray(BAND_SHARES[kind]) / widths)
        curve[81:90] *= 0.93 ** np.arange(1, 10)
        profiles.append(curve / curve.sum())
    return np.stack(profiles)


def count_first_year(kinds: pd.DataFrame, output_areas: Ints, rng: np.random.Generator) -> Ints:
    """Draw residents in mid-2022 by area, sex (female, male) and age, shape (areas, 2, 91)."""
    totals = np.maximum(rng.normal(output_areas * RESIDENTS_EACH, 55.0 * np.sqrt(output_areas)), 1010.0)
    profile = kinds.to_numpy() @ age_profiles()
    bands = np.digitize(AGES, BAND_STARTS) - 1
    profile = profile * np.exp(rng.normal(0.0, BAND_SPREAD, (len(kinds), len(BAND_STARTS) - 1)))[:, bands]
    profile /= profile.sum(axis=1, keepdims=True)
    female = np.interp(AGES, [0, 25, 60, 75, 90], [0.488, 0.495, 0.508, 0.535, 0.65])
    expected = totals[:, None] * profile
    both = [rng.poisson(expected * share) for share in (female, 1.0 - female)]
    return np.stack(both, axis=1)


def age_by_one_year(people: Ints, rng: np.random.Generator) -> Ints:
    """Move every resident on by a year, with births, deaths and moves in and out."""
    dying = np.minimum(0.00004 * np.exp(0.098 * AGES), 0.3)
    moving = np.interp(AGES, [0, 10, 17, 19, 27, 40, 90], [0.06, 0.03, 0.05, 0.2, 0.12, 0.04, 0.02])
    staying = people - rng.binomial(people, np.minimum(dying + moving, 0.9))
    older = np.zeros_like(people)
    older[:, :, 1:] = staying[:, :, :-1]
    older[:, :, 90] += staying[:, :, 90]
    arrivals = rng.poisson(people * moving * 1.05)
    births = rng.poisson(people[:, :, :3].mean(axis=2) * 0.985)
    older[:, :, 0] = births
    moved: Ints = older + arrivals * (AGES > 0)
    return moved


def count_people(kinds: pd.DataFrame, output_areas: Ints, rng: np.random.Generator) -> dict[int, Ints]:
    """Count residents in the middle of each year by area, sex and age."""
    people = {YEARS[0]: count_first_year(kinds, output_areas, rng)}
    for year in YEARS[1:]:
        people[year] = age_by_one_year(people[year - 1], rng)
    return people
