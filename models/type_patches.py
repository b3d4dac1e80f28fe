"""Patches: connected neighbourhoods of a size to organise a team in, alike inside.

Teams work on ground that hangs together, and types of area lie scattered. A patch joins areas beside each
other that are alike, by Ward linkage with a contiguity graph, and holds 5,000 to 10,000 people wherever that
can be. Where it cannot, as on an island of few people, the patch is shown as it is, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.errors import AtlasError, GeographyError, first_few
from models.neighbour_pairs import neighbour_pairs
from models.patch_ground import Array, Ground
from models.patch_making import make_groups
from models.words import Part, number

if TYPE_CHECKING:
    from libpysal.graph import Graph

LEAST_PEOPLE: Final = 5_000
MOST_PEOPLE: Final = 10_000

FITS: Final = "fits"
TOO_FEW: Final = "too_few"
TOO_MANY: Final = "too_many"
NOT_FOUND: Final = "not_found"
REASONS: Final = {
    FITS: "",
    TOO_FEW: "it lies beside nothing that it could be joined with",
    TOO_MANY: "a single small area holds more",
    NOT_FOUND: "no way was found to divide the ground round it so that every part has enough people",
}
"""Why a patch is not within its bounds, in words."""

BY_WHAT_THEY_ARE_ALIKE: Final = (
    "Patches follow likeness and number of people alone: not roads, schools or who knows whom. Move their "
    "borders where local knowledge says so."
)


@dataclass(frozen=True)
class Patches:
    """Areas in patches.

    Attributes
    ----------
    frame
        One row an area, sorted by code: `patch`, a number from 1 in the order of the lowest code of each;
        missing where the people of an area are not known.
    table
        One row a patch: `areas`, `people`, `fit` ("fits", "too_few", "too_many" or "not_found"), `why` in
        words where it does not fit, and `within`, the place it lies in, where one was given.
    alike
        The share of all differences between areas that lies between patches, 0 to 1: 1 when areas of a patch
        are equal; missing where nothing differs.
    sentence, caveats
        What it says, and what it does not.
    """

    frame: pd.DataFrame
    table: pd.DataFrame
    alike: float
    sentence: tuple[Part, ...]
    caveats: tuple[str, ...]


def patches_of(
    areas: pd.DataFrame,
    neighbours: Graph,
    people: pd.Series,
    least: float = LEAST_PEOPLE,
    most: float = MOST_PEOPLE,
    within: pd.Series | None = None,
    seed: int = 0,
) -> Patches:
    """Join areas that lie beside each other into patches of a size.

    Parameters
    ----------
    areas
        What areas are compared by, index area code, such as `Composites.frame`: brought to 0 to 1 here. A
        column without a value or without a difference does not count. An area that lacks a value is placed
        as the areas beside it are.
    neighbours
        Which areas lie beside which: see `geo.neighbours.neighbours_of`.
    people
        Residents by area code.
    least, most
        The bounds of people of a patch.
    within
        A place that no patch may cross the border of, such as the council of each area.
    seed
        Of the search; the same seed gives the same patches, whatever the order of the rows.

    Raises
    ------
    AtlasError
        When the bounds make no sense.
    GeographyError
        When a code stands twice, or the people or place of an area are not given.
    """
    if not 0 < least <= most:
        raise AtlasError(
            f"A patch cannot hold at least {number(least)} and at most {number(most)} people.",
            "Give a least above 0 and a most that is no smaller.",
        )
    _check_codes(areas.index, people, within)
    ordered = areas.sort_index()
    known = ordered.index[people.reindex(ordered.index).notna()]
    ground, filled = _ground(ordered.loc[known], neighbours, people, least, most, within)
    groups = pd.Series(make_groups(ground, seed) + 1, index=known)
    frame = pd.DataFrame({"patch": groups.reindex(ordered.index).astype("Int64")})
    table = _table(groups, ground, within)
    caveats = tuple(_caveats(len(ordered) - len(known), filled, table))
    return Patches(frame, table, _alike(ground.values, groups), _sentence(table, least, most), caveats)


def _check_codes(codes: pd.Index, people: pd.Series, within: pd.Series | None) -> None:
    if not codes.is_unique:
        raise GeographyError(f"Areas stand twice: {first_few(codes[codes.duplicated()].unique())}.")
    given = [("number of people", people)] + ([] if within is None else [("place", within)])
    for what, column in given:
        absent = codes.difference(column.index)
        if len(absent):
            raise GeographyError(f"{len(absent):,} areas have no {what}: {first_few(absent)}.")


def _ground(
    areas: pd.DataFrame,
    neighbours: Graph,
    people: pd.Series,
    least: float,
    most: float,
    within: pd.Series | None,
) -> tuple[Ground, int]:
    """Return what patches are made of, and how many areas were placed as those beside them are."""
    from scipy.sparse import csr_array

    one, other = neighbour_pairs(neighbours, areas.index)
    if within is not None:
        place = pd.factorize(within.reindex(areas.index))[0]
        same = place[one] == place[other]
        one, other = one[same], other[same]
    beside = csr_array((np.ones(len(one)), (one, other)), shape=(len(areas), len(areas)))
    beside.sum_duplicates()
    spread = areas.astype("float64").agg(["min", "max"])
    differing = spread.columns[(spread.loc["max"] > spread.loc["min"]).to_numpy()]
    scaled = (areas[differing] - spread.loc["min", differing]) / (
        spread.loc["max", differing] - spread.loc["min", differing]
    )
    values = scaled.to_numpy(dtype="float64")
    lacking = int(np.isnan(values).any(axis=1).sum())
    if not len(differing):
        values = np.zeros((len(areas), 1))
    counted = people.reindex(areas.index).to_numpy(dtype="float64")
    return Ground(_as_those_beside(values, one, other), counted, beside, least, most), lacking


def _as_those_beside(values: Array, one: np.ndarray, other: np.ndarray) -> Array:
    """Fill gaps with the mean of the areas beside, from the edge of each gap inwards, else of all areas."""
    filled = values.copy()
    while (gaps := np.isnan(filled)).any():
        there = np.where(gaps, 0.0, filled)
        sums, counts = np.zeros_like(filled), np.zeros_like(filled)
        np.add.at(sums, one, there[other])
        np.add.at(counts, one, (~gaps[other]).astype(float))
        reached = gaps & (counts > 0)
        if not reached.any():
            return np.where(gaps, np.nanmean(values, axis=0), filled)
        filled[reached] = sums[reached] / counts[reached]
    return filled


def _table(groups: pd.Series, ground: Ground, within: pd.Series | None) -> pd.DataFrame:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    people = pd.Series(ground.people, index=groups.index)
    table = pd.DataFrame({"areas": groups.value_counts(), "people": people.groupby(groups).sum()})
    table = table.sort_index().rename_axis("patch")
    small = np.flatnonzero(ground.people <= ground.most)
    _, pieces = connected_components(csr_array(ground.beside[small][:, small]), directed=False)
    of_piece = pd.Series(pieces, index=groups.index[small])
    reach = people.iloc[small].groupby(of_piece).sum()
    around = of_piece.map(reach).groupby(groups).first().reindex(table.index)
    fit = np.select(
        [ground.fits(table["people"].to_numpy()), table["people"] > ground.most, around < ground.least],
        [FITS, TOO_MANY, TOO_FEW],
        NOT_FOUND,
    )
    table["fit"] = fit
    table["why"] = [REASONS[reason] for reason in fit]
    if within is not None:
        table["within"] = within.reindex(groups.index).groupby(groups).first()
    return table


def _alike(values: Array, groups: pd.Series) -> float:
    """Return the share of the sum of squares that lies between groups."""
    frame = pd.DataFrame(values, index=groups.index)
    whole = ((frame - frame.mean()) ** 2).to_numpy().sum()
    inside = ((frame - frame.groupby(groups).transform("mean")) ** 2).to_numpy().sum()
    return float(1 - inside / whole) if whole > 0 else float("nan")


def _sentence(table: pd.DataFrame, least: float, most: float) -> tuple[Part, ...]:
    size = f"{number(least)} to {number(most)} people"
    fitting = int((table["fit"] == FITS).sum())
    if not len(table):
        return (Part("No patch could be made", True), Part(": no number of people is known."))
    if fitting == len(table):
        head = "1 patch" if fitting == 1 else f"{number(fitting)} patches"
        return (Part(f"{head} of {size}", True), Part(", each of areas that lie beside each other."))
    return (
        Part(f"{number(fitting)} of {number(len(table))} patches hold {size}", True),
        Part("; the others are shown with the reason."),
    )


def _caveats(unknown: int, filled: int, table: pd.DataFrame) -> Iterable[str]:
    yield BY_WHAT_THEY_ARE_ALIKE
    for fit, why in REASONS.items():
        count = int((table["fit"] == fit).sum())
        if fit != FITS and count:
            patches = "1 patch is" if count == 1 else f"{number(count)} patches are"
            yield f"{patches} outside the bounds: {why}."
    if filled:
        areas = "1 area lacks" if filled == 1 else f"{number(filled)} areas lack"
        yield f"{areas} some of what likeness is told by, and went with the areas beside."
    if unknown:
        areas = "1 area is" if unknown == 1 else f"{number(unknown)} areas are"
        yield f"{areas} in no patch: the number of people is not known."
