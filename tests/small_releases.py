"""Small tables of referrals for tests of disclosure control, made up, and what brute force makes of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pandas as pd

from data.provenance import Status
from data.referral_codes import NEEDS, SOURCES
from geo.area_table import AreaTable, make_status
from geo.demand import SCHEMAS, Demand, Grain
from geo.periods import month_number, month_text
from models.attack import Knowledge
from models.release_cells import Cells, make_cells
from models.release_counts import DemandCounts, Window
from models.release_rule import ReleaseTable
from tests.small_builds import provenance as pedigree

LAST = "2025-03"
HIERARCHY = (
    ReleaseTable("area", "referrals", 12, worth=1.0),
    ReleaseTable("area", "referrals", 36, worth=2.0),
    ReleaseTable("area", "children", 12, worth=1.0),
    ReleaseTable("area", "children", 36, worth=2.0),
    ReleaseTable("ward", "referrals", 12, worth=8.0),
    ReleaseTable("ward", "referrals", 36, worth=12.0),
    ReleaseTable("ward", "children", 12, worth=8.0),
    ReleaseTable("ward", "children", 36, worth=12.0),
    ReleaseTable("council", "referrals", 12, worth=1000.0),
    ReleaseTable("council", "referrals", 36, worth=1000.0),
)
"""Areas in wards in a council, by year and over 36 months, without breakdowns."""


def places_of(areas: int, per_ward: int) -> pd.DataFrame:
    """Identity columns of areas, so many to a ward, all in one council."""
    index = pd.Index([f"E0100{n:04}" for n in range(areas)], name="area_code")
    ward = np.arange(areas) // per_ward
    return pd.DataFrame(
        {
            "area_name": [f"Area {n}" for n in range(areas)],
            "ward_code": [f"E0500{w:04}" for w in ward],
            "ward_name": [f"Ward {w}" for w in ward],
            "la_code": "E06000901",
            "la_name": "Oakmere",
        },
        index=index,
    )


def demand_of(
    places: pd.DataFrame,
    counts: np.ndarray,
    children: np.ndarray | None = None,
    grain: Grain = Grain.MONTH,
    last: str = LAST,
    seed: int = 0,
) -> Demand:
    """A demand with given counts.

    Parameters
    ----------
    places
        Identity columns of the areas.
    counts
        Referrals of each area and period, shape (areas, periods), the last period ending with `last`.
    children
        Children of each area over 12 and 36 months, shape (areas, 2); four fifths of referrals if not given.
    """
    months = grain.months or 12
    end, periods = month_number(last) + 1, counts.shape[1]
    starts = [month_text(end - months * (periods - n)) for n in range(periods)]
    area, period = np.nonzero(counts)
    table = pd.DataFrame(
        {
            "kind": "referrals",
            "area_code": places.index[area],
            "start": np.array(starts)[period],
            "count": counts[area, period],
        }
    )
    parts = []
    for n, length in enumerate((12, 36)):
        if periods * months < length:
            continue
        within = counts[:, periods - length // months :].sum(axis=1)
        distinct = np.ceil(within * 0.8).astype(int) if children is None else children[:, n]
        parts.append(
            pd.DataFrame(
                {"area_code": places.index, "months": length, "referrals": within, "children": distinct}
            )
        )
    draw = np.random.default_rng(seed)
    tables = {"periods": table, "windows": pd.concat(parts, ignore_index=True)}
    for by, codes in (("source", list(SOURCES)), ("need", list(NEEDS))):
        tables[f"ward_{by}"] = _dealt_out(places, counts, starts, codes, draw)
    tables["rereferrals"] = pd.DataFrame({c: [] for c in SCHEMAS["rereferrals"]})
    grains = {"periods:referrals": grain, "ward_source": grain, "ward_need": grain}
    return Demand(
        tables=tables,
        grains={**grains, "windows": Grain.WHOLE, "rereferrals": Grain.YEAR},
        first=starts[0],
        last=last,
        councils=("E06000901",),
        vintage="2021",
        made=date(2025, 4, 2),
        delete_after=date(2099, 1, 1),
        files=("extract_of_the_case_system.csv",),
    )


def _dealt_out(
    places: pd.DataFrame,
    counts: np.ndarray,
    starts: Sequence[str],
    codes: list[str],
    draw: np.random.Generator,
) -> pd.DataFrame:
    """Deal the referrals of each ward and period out to a few codes."""
    wards = places["ward_code"].unique()
    chances = np.r_[draw.dirichlet(np.full(4, 1.5)), np.zeros(len(codes) - 4)]
    rows = []
    for ward in wards:
        mine = counts[(places["ward_code"] == ward).to_numpy()].sum(axis=0)
        for start, total in zip(starts, mine, strict=True):
            dealt = draw.multinomial(total, chances)
            rows += [(ward, start, code, n) for code, n in zip(codes, dealt, strict=True) if n]
    return pd.DataFrame(rows, columns=list(SCHEMAS["ward_need"]))


def random_counts(seed: int, areas: int, mean: float = 4.0, periods: int = 3) -> np.ndarray:
    """Counts that differ from area to area, many of them small."""
    draw = np.random.default_rng(seed)
    return draw.poisson(draw.gamma(1.5, mean / 1.5, size=(areas, 1)), size=(areas, periods))


def random_cells(
    seed: int, areas: int, per_ward: int, tables: Sequence[ReleaseTable] = HIERARCHY, mean: float = 4.0
) -> Cells:
    """The cells of a random hierarchical table."""
    places = places_of(areas, per_ward)
    counts = random_counts(seed, areas, mean)
    draw = np.random.default_rng(seed + 1)
    year, whole = counts[:, -1], counts.sum(axis=1)
    short = np.where(year > 0, draw.integers(1, np.maximum(year, 1) + 1), 0)
    rest = draw.integers(0, np.maximum(whole - year, 0) + 1)
    long = np.where(whole > 0, np.maximum(short + rest, 1), 0)
    demand = demand_of(places, counts, np.column_stack([short, long]), Grain.YEAR, seed=seed)
    cells, left_out = make_cells(DemandCounts.of(demand, places), tables)
    assert not left_out
    return cells


def base_of(cells: Cells) -> np.ndarray:
    """Places of the cells that all others are sums of: referrals by area and year, children by area."""
    frame = cells.frame
    assert not frame["by"].any()
    by_area = (frame["level"] == "area").to_numpy()
    return np.flatnonzero(by_area & ((frame["months"] == 12) | (frame["measure"] == "children")))


def possible_by_force(
    cells: Cells, known: Knowledge, ward_of: dict[str, str], targets: Sequence[int], top: int = 5
) -> dict[int, set[int]]:
    """Which counts 1 to `top` each target can be, found by trying all tables near the true one.

    It knows nothing of the equations of `cells`: each cell is summed from its key. A table that makes a cell
    any count of 1 to 5 exists only if one exists that differs by no more than 5 anywhere.
    """
    frame = cells.frame
    base = base_of(cells)
    values = cells.values
    ranges = [
        np.arange(max(known.low[c], values[c] - top, 0), min(known.high[c], values[c] + top) + 1)
        for c in base
    ]
    tables = np.array(list(product(*ranges)))
    place = {tuple(frame.iloc[c][["code", "measure", "start", "months"]]): n for n, c in enumerate(base)}
    sums = np.zeros((len(base), len(frame)))
    for n, cell in enumerate(frame.itertuples()):
        for (code, measure, start, months), b in place.items():
            above = {"area": code, "ward": ward_of[code], "council": "E06000901"}[cell.level]
            within = cell.start <= start and start + months <= cell.start + cell.months
            same = measure == cell.measure and (measure == "referrals" or months == cell.months)
            sums[b, n] = above == cell.code and within and same
    whole = tables @ sums
    good = ((whole >= known.low - 1e-9) & (whole <= known.high + 1e-9)).all(axis=1)
    for short, long, year, total in _area_columns(frame):
        good &= whole[:, short] <= whole[:, year]
        good &= whole[:, long] <= whole[:, total]
        good &= whole[:, short] <= whole[:, long]
        good &= whole[:, long] - whole[:, short] <= whole[:, total] - whole[:, year]
    kept = whole[good]
    return {t: {int(v) for v in np.unique(kept[:, t]) if 1 <= v <= top} for t in targets}


def _area_columns(frame: pd.DataFrame) -> list[tuple[int, ...]]:
    """For each area: its children of 12 and 36 months, its referrals of the last year and of 36 months."""
    end = month_number(LAST) + 1
    keyed = {tuple(row[:5]): n for n, row in enumerate(frame.itertuples(index=False))}
    out = []
    for code in frame.loc[frame["level"] == "area", "code"].unique():
        keys = [
            (m, w) for m in ("children", "referrals") for w in (Window(end - 12, 12), Window(end - 36, 36))
        ]
        found = [keyed.get(("area", code, m, w.start, w.months)) for m, w in keys]
        if all(f is not None for f in found):
            out.append(tuple(int(f) for f in found if f is not None))
    return out


def areas_with(areas: AreaTable, demand: Demand) -> AreaTable:
    """Areas with the counts of a demand as columns, as an internal build has them."""
    table = demand.tables["windows"]
    values = pd.DataFrame(
        {
            f"demand_{measure}_{months}m": table[table["months"] == months]
            .set_index("area_code")[measure]
            .reindex(areas.frame.index)
            .astype("float64")
            for measure in ("referrals", "children")
            for months in sorted(table["months"].unique())
        },
        index=areas.frame.index,
    )
    pedigree_of = replace(
        pedigree("Referrals to children's social care"), file=demand.files[0], sha256="cd" * 32
    )
    return areas.overlaid(
        values, make_status(values, Status.OBSERVED), dict.fromkeys(values.columns, pedigree_of), ()
    )
