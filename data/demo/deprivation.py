"""The Indices of Deprivation 2025: national ranks, scores and deciles in the layout of File 7.

Each index gets a latent position among England's 33,755 small areas from the area's kinds, a field
that varies slowly over the ground and its own chance. Ranks follow from positions and scores from
ranks on smooth national curves. Domains made of sub-domains, and the overall index, are computed
from ranks exactly as published: exponential transformation, then the published weights.
"""

from statistics import NormalDist
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo import people, plan
from data.demo.plan import Floats, Ints

NATIONAL: Final = 33_755
NORMAL: Final = NormalDist()
IMD: Final = "Index of Multiple Deprivation (IMD)"
IDACI: Final = "Income Deprivation Affecting Children Index (IDACI)"
IDAOPI: Final = "Income Deprivation Affecting Older People (IDAOPI)"
EDUCATION: Final = "Education, Skills and Training"
HEALTH: Final = "Health Deprivation and Disability"
BARRIERS: Final = "Barriers to Housing and Services"
LIVING: Final = "Living Environment"
CYP: Final = "Children and Young People Sub-domain"
SKILLS: Final = "Adult Skills Sub-domain"
GEOGRAPHICAL: Final = "Geographical Barriers Sub-domain"
WIDER: Final = "Wider Barriers Sub-domain"
INDOORS: Final = "Indoors Sub-domain"
OUTDOORS: Final = "Outdoors Sub-domain"

PUBLISHED: Final = (
    IMD, "Income", "Employment", EDUCATION, HEALTH, "Crime", BARRIERS, LIVING, IDACI, IDAOPI,
    CYP, SKILLS, GEOGRAPHICAL, WIDER, INDOORS, OUTDOORS,
)  # fmt: skip
RATES: Final = ("Income", "Employment", IDACI, IDAOPI)

POSITIONS: Final[dict[str, tuple[float, ...]]] = {
    "Income": (1.55, 1.30, -1.15, -0.40, 0.80, -0.05),
    "Employment": (1.60, 1.10, -1.10, -0.50, 1.05, -0.05),
    HEALTH: (1.30, 1.25, -1.00, -0.55, 1.15, 0.05),
    "Crime": (1.10, 1.55, -1.00, -1.10, 0.50, 0.05),
    IDACI: (1.65, 1.55, -1.10, -0.45, 0.85, 0.00),
    IDAOPI: (1.20, 1.40, -1.05, -0.55, 0.65, -0.05),
    CYP: (1.50, 0.60, -0.95, -0.15, 0.85, 0.00),
    SKILLS: (1.55, 0.65, -1.20, -0.40, 1.05, 0.00),
    GEOGRAPHICAL: (0.35, -1.40, 0.20, 1.70, -0.05, -0.30),
    WIDER: (0.80, 1.00, -0.65, -0.35, 0.10, -0.05),
    INDOORS: (-0.60, 1.20, -0.65, 0.90, 1.10, -0.15),
    OUTDOORS: (0.10, 1.30, -0.45, -1.40, 0.30, 0.10),
}
"""Where each kind, in the order of ``plan.KINDS``, stands nationally: standard deviations, worse upwards."""
ALONE: Final = {GEOGRAPHICAL, INDOORS, OUTDOORS}
"""Indices about the place, which do not share in the common swing of household circumstances."""

CURVES: Final[dict[str, tuple[float, float, float]]] = {
    IMD: (100.0, -1.544, 1.023),
    "Income": (1.0, -1.437, 0.961),
    "Employment": (1.0, -2.045, 0.721),
    EDUCATION: (100.0, -1.697, 1.344),
    BARRIERS: (100.0, -1.395, 0.646),
    LIVING: (100.0, -1.608, 1.150),
    IDACI: (1.0, -0.850, 1.000),
    IDAOPI: (1.0, -1.720, 1.080),
    SKILLS: (1.0, -1.233, 0.572),
    GEOGRAPHICAL: (100.0, -0.675, 0.817),
}
"""Top of the scale, then intercept and slope of the logit of the score on the national normal position."""
LINES: Final[dict[str, tuple[float, float]]] = {
    HEALTH: (-0.016, 0.88),
    "Crime": (-0.012, 0.84),
    CYP: (-0.013, 0.87),
    WIDER: (-0.115, 3.01),
    INDOORS: (-0.027, 0.63),
    OUTDOORS: (-0.058, 0.75),
}
"""Intercept and slope of the standardised scores."""
PARTS: Final[dict[str, dict[str, float]]] = {
    EDUCATION: {CYP: 0.5, SKILLS: 0.5},
    BARRIERS: {GEOGRAPHICAL: 0.5, WIDER: 0.5},
    LIVING: {INDOORS: 2 / 3, OUTDOORS: 1 / 3},
    IMD: {
        "Income": 0.225,
        "Employment": 0.225,
        EDUCATION: 0.135,
        HEALTH: 0.135,
        "Crime": 0.093,
        BARRIERS: 0.093,
        LIVING: 0.093,
    },
}
FIELD_M: Final = 1300.0
COMMON: Final = (0.18, 0.16)
"""Chance that an area's household indices share, in national standard deviations: with neighbours, alone."""
OWN: Final = (0.15, 0.12)
"""The same of each index for itself."""


def exponential(ranks: Ints) -> Floats:
    """Transform ranks to 0-100, so that strength in one domain does not cancel need in another.

    The formula is that of the Indices of Deprivation technical report.
    """
    standing = (NATIONAL - ranks + 1) / NATIONAL
    scores: Floats = -23.0 * np.log(1.0 - standing * (1.0 - np.exp(-100.0 / 23.0)))
    return scores


def slow_field(points: Floats, rng: np.random.Generator) -> Floats:
    """Draw a field of unit variance that neighbours share."""
    distance = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    weight = np.exp(-0.5 * (distance / FIELD_M) ** 2)
    field: Floats = weight @ rng.standard_normal(len(points)) / np.sqrt((weight**2).sum(axis=1))
    return field


def positions(kinds: pd.DataFrame, points: Floats, rng: np.random.Generator) -> dict[str, Floats]:
    """Place every area on each directly drawn index, in national standard deviations."""
    common = COMMON[0] * slow_field(points, rng) + COMMON[1] * rng.standard_normal(len(points))
    placed = {}
    for index, levels in POSITIONS.items():
        own = OWN[0] * slow_field(points, rng) + OWN[1] * rng.standard_normal(len(points))
        shared = 0.0 if index in ALONE else common
        placed[index] = kinds.to_numpy() @ np.asarray(levels) + shared + own
    return placed


def rank_nationally(position: Floats) -> Ints:
    """Turn national positions into ranks, 1 the most deprived; equal ranks move down to the next free one."""
    wished = [round((1.0 - NORMAL.cdf(z)) * NATIONAL + 0.5) for z in np.clip(position, -3.5, 3.5).tolist()]
    ranks, taken = np.zeros(len(wished), dtype=np.int64), set[int]()
    for number in sorted(range(len(wished)), key=lambda k: (wished[k], -position[k], k)):
        rank = min(max(wished[number], 1), NATIONAL - len(wished))
        while rank in taken:
            rank += 1
        taken.add(rank)
        ranks[number] = rank
    return ranks


def score_ranks(index: str, ranks: Ints) -> Floats:
    """Read scores off the national curve of an index at the middle of each rank."""
    z = np.asarray([NORMAL.inv_cdf(1.0 - (rank - 0.5) / NATIONAL) for rank in ranks.tolist()])
    if index in LINES:
        intercept, slope = LINES[index]
        return intercept + slope * z
    top, intercept, slope = CURVES[index]
    scores: Floats = top / (1.0 + np.exp(-(intercept + slope * z)))
    return scores


def place_scores(index: str, scores: Floats) -> Floats:
    """Find the national position at which the curve of an index has these scores."""
    top, intercept, slope = CURVES[index]
    placed: Floats = (np.log(scores / (top - scores)) - intercept) / slope
    return placed


def rank_and_score(placed: dict[str, Floats]) -> tuple[dict[str, Ints], dict[str, Floats]]:
    """Rank and score every index; those made of parts are weighted sums of transformed ranks."""
    ranks = {index: rank_nationally(position) for index, position in placed.items()}
    scores = {index: score_ranks(index, rank) for index, rank in ranks.items()}
    for index, parts in PARTS.items():
        total = np.zeros(len(next(iter(ranks.values()))))
        for part, weight in parts.items():
            total = total + weight * exponential(ranks[part])
        scores[index] = np.round(total, 3)
        ranks[index] = rank_nationally(place_scores(index, scores[index]))
    return ranks, scores


def decile_header(index: str) -> str:
    """Head a decile column as published, including the one header that is cut short."""
    header = f"{index} Decile (where 1 is most deprived 10% of LSOAs)"
    return header[:-3] if index == CYP else header


def population_columns(residents: Ints) -> dict[str, Ints]:
    """Add up the four population columns from residents by area, sex and age."""
    ages = residents.sum(axis=1)
    return {
        "Total population: mid 2022": ages.sum(axis=1),
        "Dependent Children aged 0-15: mid 2022": ages[:, :16].sum(axis=1),
        "Older population aged 60 and over: mid 2022": ages[:, 60:].sum(axis=1),
        "Working age population 18-66 (for use with Employment Deprivation Domain): mid 2022": ages[
            :, 18:67
        ].sum(axis=1),
    }


def file_7(
    areas: gpd.GeoDataFrame, kinds: pd.DataFrame, residents: Ints, rng: np.random.Generator
) -> pd.DataFrame:
    """Make File 7: 56 columns, one row an area, sorted by code; scores are text to three decimals."""
    ranks, scores = rank_and_score(positions(kinds, people.centres(areas), rng))
    columns: dict[str, object] = {
        "LSOA code (2021)": areas["code"],
        "LSOA name (2021)": areas["name"],
        "Local Authority District code (2024)": plan.COUNCIL_CODE,
        "Local Authority District name (2024)": plan.COUNCIL_NAME,
    }
    for index in PUBLISHED:
        columns[f"{index} Score{' (rate)' if index in RATES else ''}"] = [
            f"{score:.3f}".rstrip("0").rstrip(".") for score in scores[index].tolist()
        ]
        columns[f"{index} Rank (where 1 is most deprived)"] = ranks[index]
        columns[decile_header(index)] = -(-ranks[index] * 10 // NATIONAL)
    return pd.DataFrame(columns | population_columns(residents))
