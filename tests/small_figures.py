"""Small areas with figures of referrals of our choice, of an internal or of a shared build."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from data.indicators import indicators
from data.provenance import Status, Tier
from geo.area_table import AreaTable, make_status
from geo.builds import Build, BuildParts, open_build, save_build
from geo.events import count_events
from geo.places import Places
from geo.released import COLUMNS, Released
from geo.series import gather_series
from tests.small_builds import COUNCILS, outlines_of, provenance
from tests.small_starts import one_start_each

STEMS = tuple(f"demand_{what}_{months}m" for what in ("referrals", "children") for months in (12, 36))
SHORTEST = 7
"""Characters of a figure that cannot stand in a file by chance."""

HIDDEN = (3, 11)
"""Positions of areas whose figures are suppressed in a shared build."""


def with_figures(
    areas: AreaTable,
    counts: Sequence[float] | None = None,
    expected: Sequence[float] | None = None,
    hidden: Sequence[int] = (),
    same_rate: bool = False,
    stems: Sequence[str] = STEMS,
) -> AreaTable:
    """Lay figures of referrals over areas.

    Parameters
    ----------
    areas
        Areas with `pop_0_17`.
    counts
        Number of referrals over 36 months, one an area; some of our own when not given.
    expected
        Numbers to be expected; 20 everywhere when not given.
    hidden
        Positions of areas whose figures are suppressed.
    same_rate
        Whether the steadied rate is the same everywhere, as it is where all could be chance.
    stems
        Which figures: `demand_referrals_36m` and so on.
    """
    size = len(areas.frame)
    numbers = np.array(counts if counts is not None else [8.0 + (n * 7) % 35 for n in range(size)])
    usual = np.array(expected if expected is not None else [20.0] * size)
    people = areas.frame["pop_0_17"].to_numpy(dtype=float)
    values: dict[str, np.ndarray] = {}
    for stem in stems:
        part = 1.0 if stem.endswith("36m") else 1 / 3
        values |= _figures(stem, np.round(numbers * part), usual * part, people, 3 * part, same_rate)
    known = {c: v for c, v in values.items() if c in indicators()}
    frame = pd.DataFrame(known, index=areas.frame.index)
    status = make_status(frame)
    hide = frame.index[list(hidden)]
    frame.loc[hide] = np.nan
    for column in frame.columns:
        status.loc[hide, column] = Status.SUPPRESSED.value
    return areas.overlaid(frame, status, {c: provenance("Referrals") for c in frame.columns}, ())


def _figures(
    stem: str, numbers: np.ndarray, usual: np.ndarray, people: np.ndarray, years: float, same_rate: bool
) -> dict[str, np.ndarray]:
    rate = numbers / people / years * 10_000
    ratio = numbers / usual
    low, high = ratio - 2 * np.sqrt(ratio / usual), ratio + 2 * np.sqrt(ratio / usual)
    steadied = np.full(len(rate), np.nanmean(rate)) if same_rate else (rate + np.nanmean(rate)) / 2
    return {
        stem: numbers,
        f"{stem}_per_10k": rate,
        f"{stem}_smoothed_per_10k": np.where(np.isnan(rate), np.nan, steadied),
        f"{stem}_expected": usual,
        f"{stem}_over_expected": ratio,
        f"{stem}_over_expected_low": np.maximum(low, 0),
        f"{stem}_over_expected_high": high,
        f"{stem}_signal": np.where(low > 1, 1.0, np.where(high < 1, -1.0, 0.0)),
    }


def shared(areas: AreaTable) -> AreaTable:
    """Say of areas that they have been released."""
    return replace(areas, tier=Tier.SHARED)


def figures_of(areas: AreaTable) -> set[str]:
    """Return every figure of referrals that no other number could be taken for, as a file could hold it."""
    found = areas.frame[[c for c in areas.indicators if c.startswith("demand_")]]
    texts = {f"{value:.10g}" for value in found.to_numpy().ravel() if not np.isnan(value)}
    return {text for text in texts if len(text) > SHORTEST}


FACTS = {
    "controller": "Eastham Council",
    "rule": "Counts of 1 to 5 are withheld.",
    "round_to": 0,
    "released": "2025-06-01",
    "ledger": "ab" * 32,
    "first": "2022-04",
    "last": "2025-03",
    "vintage": "2021",
    "councils": list(COUNCILS),
    "cost": {"tables": {"referrals by area, 36 months": {"cells": 32, "withheld": 2}}, "not_told": 0},
    "left_out": [],
    "audit": "The release was attacked.",
}


def shared_build_of(folder: Path, areas: AreaTable) -> Build:
    """Save a shared build of areas whose figures are taken as released, and open it."""
    released = Released(pd.DataFrame(columns=list(COLUMNS)), dict(FACTS), Tier.SHARED)
    save_build(
        folder,
        BuildParts(
            areas=shared(areas),
            outlines=outlines_of(areas),
            places=replace(Places.empty(), tier=Tier.SHARED),
            starts=one_start_each(areas.frame.geometry.representative_point()),
            series=gather_series([], pd.Index([]))[0],
            events=count_events([], areas.frame.geometry),
            report={"tier": Tier.SHARED.value},
            released=released,
        ),
    )
    return open_build(folder)
