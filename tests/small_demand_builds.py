"""Small builds with figures of referrals: internal ones, and the shared ones that are published of them."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from geo.area_counts import area_counts
from geo.builds import Build, BuildParts, open_build, save_build
from geo.demand_tables import count_demand
from geo.events import count_events
from geo.places import Places
from geo.series import gather_series
from models.demand_columns import with_demand
from models.publish import publish
from tests.small_builds import outlines_of
from tests.small_demand import chosen, draw_rows, extracts_of
from tests.small_profiles import profiled_areas
from tests.small_starts import one_start_each

KEEP_DAYS = 400
ROWS = 4_000
SPARSE = 700
"""So few rows that many a cell is small."""

REPORT = {
    "kept": True,
    "rows": 4_100,
    "used": 4_000,
    "fates": {"used": 4_000, "no address": 100},
    "files": [
        {
            "label": "extract <b>.csv",
            "kind": "referrals",
            "layout": "Standard Safeguarding Dataset",
            "columns": [
                {"name": "cine_referral_date", "role": "date", "why": "its heading says so"},
                {"name": 'home "postcode"', "role": "postcode", "why": "its values agree"},
                {"name": "Name <img src=x>", "role": "names", "why": "its heading says so"},
                {"name": "colour", "role": "not needed", "why": ""},
            ],
            "dropped": ["names"],
            "rows": 4_100,
            "fates": {"used": 4_000, "no address": 100},
            "first": "2022-04-01",
            "last": "2025-03-31",
            "terminated": 7,
            "apart": {"refuge": 3},
            "distorted": [{"code": "E01000007", "name": "Area 008A"}],
            "uncoded": {"need": 12},
            "notes": ["Two forms of date stand in one column."],
        }
    ],
    "not_read": [{"file": "other.csv", "reason": "dates of both forms", "hint": "Write them as 2025-03-31."}],
    "months": "April 2022 to March 2025",
    "tables": [
        {"name": "windows", "words": "referrals by small area", "grain": "over 36 months", "cells": 64}
    ],
    "councils": ["Eastham", "Westham"],
    "rule": "A council counts as covered where it has rows.",
    "left_out": {},
    "distorted": [],
    "notes": [],
    "marking": "OFFICIAL-SENSITIVE",
    "delete_after": "2099-01-02",
}
"""What a report says of an extract, with a small count and a hostile name in it."""


def internal_build(folder: Path, rows: int = ROWS, today: date | None = None, seed: int = 1) -> Build:
    """Save and open an internal build with counts of invented referrals.

    Parameters
    ----------
    folder
        Where it goes; the extract is written beside it.
    rows
        How many referrals there are.
    today
        The day on which it is made.
    seed
        Of the drawing.
    """
    areas = profiled_areas()
    drawn = draw_rows(areas, max(rows, 1_200), seed=seed)
    kept = np.sort(np.random.default_rng(seed).permutation(len(drawn.area))[:rows])
    folder.parent.mkdir(parents=True, exist_ok=True)
    extracts = extracts_of(chosen(drawn, kept), folder.parent)
    demand = count_demand(extracts, areas, today or date.today(), KEEP_DAYS)
    assert demand is not None
    values, status, provenance = area_counts(demand, areas, [file.source for file in extracts.files])
    full = with_demand(areas.overlaid(values, status, provenance, ()))
    save_build(
        folder,
        BuildParts(
            areas=full,
            outlines=outlines_of(full),
            places=Places.empty(),
            starts=one_start_each(full.frame.geometry.representative_point()),
            series=gather_series([], pd.Index([]))[0],
            events=count_events([], full.frame.geometry),
            report={"demand": REPORT},
            demand=demand,
        ),
    )
    return open_build(folder)


def shared_build(build: Build, folder: Path) -> Build:
    """Publish an internal build, and open what came of it."""
    publish(build, folder, "Eastham Council", folder.parent / "ledger.jsonl", derive=with_demand)
    return open_build(folder)
