"""The demand: an invented referral extract and the council's monthly series.

No row describes a child. Families are drawn by small area from the number of children, a deprivation
gradient, a little chance of each area's own, and the lifts built in for later analyses to find.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.demo import plan
from data.demo.plan import Floats, Ints

FIRST_MONTH: Final = "2022-04"
LAST_MONTH: Final = "2025-03"
LEAD_IN: Final = "2021-04"
"""Families are drawn from a year earlier, so that the first months have their share of re-referrals."""
RATE_PER_10K: Final = 525.0
GRADIENT: Final = 1.8
"""Log ratio of the rates at the most and the least deprived percentile."""
LIFT: Final = 1.8
RISING: Final = 3
RISE_BY_YEAR: Final = (0.75, 0.75, 1.1, 1.6)
OWN_SPREAD: Final = 0.04
BY_KIND: Final = (0.00, 0.05, -0.15, 0.00, -0.55, 0.50)
"""Log ratio of each kind's rate, in the order of ``plan.KINDS``, to what deprivation leads one to expect.

In the valley towns families and chapels help first; in the suburbs hardship in private lets is newer than
the indices.
"""
DRIFT_BY_KIND: Final = (0.04, -0.08, 0.00, 0.00, -0.20, 0.24)
"""Change of the log of each kind's rate in a year: early help grew in the valley, hardship in the suburbs."""
LIFTED_KINDS: Final = ("commuter", "suburb", "estate", "centre", "suburb")
"""What the lifted areas mostly are."""
RISING_KIND: Final = "estate"
"""What the rising areas mostly are."""
SIBLING_CHANCE: Final = 0.125
AGAIN_CHANCE: Final = 0.2
STEP_MONTH: Final = "2023-10"
STEP: Final = 1.14
NEEDS: Final = {"N1": 52, "N2": 6, "N3": 8, "N4": 9, "N5": 15, "N6": 4, "N7": 1, "N8": 2, "N9": 3}
SOURCES: Final = {
    "6": 28, "2A": 20, "3A": 6, "3B": 3, "3E": 5, "5A": 8, "5B": 6,
    "1A": 5, "1B": 2, "1D": 3, "4": 3, "7": 3, "8": 6, "9": 2,
}  # fmt: skip
SEASON: Final = (1.00, 1.05, 1.00, 1.03, 0.72, 0.98, 1.02, 1.10, 1.06, 0.90, 1.02, 1.12)
"""April to March: the dip is August, when schools are shut."""

SERIES_FIRST: Final = "2019-04"
SERIES_LAST: Final = "2026-03"
DISRUPTED: Final = ("2020-04", "2020-06", 0.80)
BREAK_MONTH: Final = "2025-04"
BREAKS: Final = {"referrals": 1.12, "assessments": 1.35}
"""From this month targeted early help and section 17 are counted together as Family Help."""


@dataclass(frozen=True)
class Demand:
    """What drives referrals: a multiplier by area, and by area and year of referral (2021-22 first)."""

    rate: Floats
    by_year: Floats
    lifted: list[str]
    rising: list[str]


def draw_demand(kinds: pd.DataFrame, idaci_rank: Ints, rng: np.random.Generator) -> Demand:
    """Choose the lifted and the rising areas and set every area's relative rate per child."""
    deprived = 1.0 - (idaci_rank - 1) / 33_754
    main = kinds.idxmax(axis=1)
    lifted: list[str] = []
    for kind in LIFTED_KINDS:
        lifted.append(str(rng.choice(main.index[(main == kind) & ~main.index.isin(lifted)])))
    free = main.index[(main == RISING_KIND) & ~main.index.isin(lifted)]
    rising = [str(code) for code in rng.choice(free, RISING, replace=False)]
    own = rng.normal(0.0, OWN_SPREAD, len(kinds))
    rate = np.exp(GRADIENT * deprived + kinds.to_numpy() @ np.asarray(BY_KIND) + own)
    rate = rate * np.where(kinds.index.isin(lifted), LIFT, 1.0)
    by_year = np.where(kinds.index.isin(rising)[:, None], np.asarray(RISE_BY_YEAR), 1.0)
    drift = kinds.to_numpy() @ np.asarray(DRIFT_BY_KIND)
    by_year = by_year * np.exp(drift[:, None] * np.arange(-2.0, 2.0))
    return Demand(rate=rate, by_year=by_year, lifted=sorted(lifted), rising=sorted(rising))


def month_weights(first: str, last: str) -> pd.Series:
    """Weigh each month by season and by the step; index month as text."""
    months = pd.period_range(first, last, freq="M")
    season = np.asarray(SEASON)[(months.month.to_numpy() - 4) % 12]
    labels = months.strftime("%Y-%m")
    return pd.Series(season * np.where(labels >= STEP_MONTH, STEP, 1.0), index=labels)


def draw_families(children: Ints, demand: Demand, rng: np.random.Generator) -> pd.DataFrame:
    """Draw referred families: area, day of referral, siblings, and whether they come back."""
    months = month_weights(LEAD_IN, LAST_MONTH)
    year = np.repeat(np.arange(4), 12)
    weight = children[:, None] * (demand.rate[:, None] * demand.by_year)[:, year] * months.to_numpy()
    rows_each = (1 + 2 * SIBLING_CHANCE) * (1 + AGAIN_CHANCE)
    wanted = 3 * children.sum() * RATE_PER_10K / 10_000 / rows_each
    counts = rng.poisson(weight * wanted / weight[:, 12:].sum())
    area, month = np.nonzero(counts)
    repeat = counts[area, month]
    area, month = np.repeat(area, repeat), np.repeat(month, repeat)
    start = pd.PeriodIndex(months.index, freq="M").to_timestamp().to_numpy().astype("datetime64[D]")
    day = start[month] + rng.integers(0, 28, len(month)).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "area": area,
            "day": day,
            "siblings": 1 + rng.binomial(2, SIBLING_CHANCE, len(area)),
            "again": rng.random(len(area)) < AGAIN_CHANCE,
            "wait": rng.integers(30, 300, len(area)),
            "home": rng.random(len(area)),
        }
    )


def draw_children(
    families: pd.DataFrame, homes: pd.DataFrame, areas: list[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Turn families into referrals of children at a home, with returns, within the extract's window."""
    by_area = {code: group["pcds"].tolist() for code, group in homes[homes["lsoa21"] != ""].groupby("lsoa21")}
    addresses = [by_area[areas[a]] for a in families["area"].tolist()]
    families["postcode"] = [
        codes[int(u * len(codes))] for codes, u in zip(addresses, families["home"].tolist(), strict=True)
    ]
    rows = families.loc[families.index.repeat(families["siblings"])].reset_index(drop=True)
    rows["person"] = rng.choice(900_000_000, len(rows), replace=False) + 100_000_000
    rows["age"] = rng.integers(0, 18, len(rows))
    back = rows[rows["again"]].copy()
    back["day"] = back["day"] + pd.to_timedelta(back["wait"], unit="D")
    back["age"] = np.minimum(back["age"] + (rng.random(len(back)) < back["wait"] / 365), 17)
    both = pd.concat([rows, back])
    month = both["day"].dt.strftime("%Y-%m")
    return both[(month >= FIRST_MONTH) & (month <= LAST_MONTH)].sort_values(
        ["day", "person"], ignore_index=True
    )


def spoil(codes: list[str], rng: np.random.Generator) -> list[str]:
    """Write postcodes the way extracts hold them: about one in ten is not clean."""
    edges = (0.008, 0.012, 0.015, 0.040, 0.070, 0.073, 0.085, 0.088)
    case = np.digitize(rng.random(len(codes)), edges).tolist()
    out = []
    for code, k in zip(codes, case, strict=True):
        choices = (
            "",
            "XXX XXX",
            "nopostcode",
            code.lower(),
            code.replace(" ", ""),
            f"{code[:-1]}!",
            f"  {code}",
            "SW1A 1AA",
            code,
        )
        out.append(choices[k])
    return out


def draw_codes(weights: dict[str, int], count: int, rng: np.random.Generator) -> Ints:
    """Draw codes in proportion to their weights."""
    share = np.asarray(list(weights.values()), dtype=np.float64)
    return np.asarray(rng.choice(list(weights), count, p=share / share.sum()))


def referrals(
    children: Ints, demand: Demand, homes: pd.DataFrame, areas: list[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Make the referral extract in the columns of the Standard Safeguarding Dataset, repeated rows last."""
    rows = draw_children(draw_families(children, demand, rng), homes, areas, rng)
    frame = pd.DataFrame(
        {
            "cine_referral_id": [f"R{k:09d}" for k in range(len(rows))],
            "cine_person_id": rows["person"],
            "cine_referral_date": rows["day"].dt.strftime("%Y-%m-%d"),
            "cine_cin_primary_need_code": draw_codes(NEEDS, len(rows), rng),
            "cine_referral_source_code": draw_codes(SOURCES, len(rows), rng),
            "cine_referral_nfa": np.where(rng.random(len(rows)) < 0.065, "Y", "N"),
            "pers_age_at_referral": rows["age"],
            "addr_address_postcode": spoil(rows["postcode"].tolist(), rng),
        }
    )
    again = np.sort(rng.choice(len(frame), len(frame) // 500, replace=False))
    return pd.concat([frame, frame.iloc[again]], ignore_index=True)


def stock(
    level: float, drift: float, pull: float, spread: float, months: int, rng: np.random.Generator
) -> Ints:
    """Draw a month-end count that wanders about a slowly drifting level."""
    out, now = [], level
    for month in range(months):
        target = level * (1.0 + drift * month)
        now = now + pull * (target - now) + float(rng.normal(0.0, spread))
        out.append(round(now))
    return np.asarray(out, dtype=np.int64)


def monthly_series(extract: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make the council's monthly counts.

    In the months that the extract covers, referrals equal its distinct referrals.
    """
    weight = month_weights(SERIES_FIRST, SERIES_LAST)
    months = weight.index
    first, last, disruption = DISRUPTED
    seen = extract.drop_duplicates()["cine_referral_date"].str[:7].value_counts().reindex(months)
    level = seen.sum() / weight[seen.notna()].sum()
    expected = level * weight * np.where((months >= first) & (months <= last), disruption, 1.0)
    drawn = pd.Series(rng.negative_binomial(220, 220 / (220 + expected.to_numpy())), index=months)
    true_referrals = seen.fillna(drawn)
    flow = 0.65 * true_referrals + 0.35 * true_referrals.shift(fill_value=int(expected.iloc[0]))
    frame = pd.DataFrame({"month": months, "la_code": plan.COUNCIL_CODE, "la_name": plan.COUNCIL_NAME})
    counts = {
        "contacts": rng.poisson(4.4 * expected.to_numpy() * rng.normal(1.0, 0.03, len(months))),
        "referrals": true_referrals.to_numpy(),
        "assessments": rng.poisson(0.88 * flow.to_numpy()),
        "section_47_enquiries": rng.poisson(0.34 * flow.to_numpy()),
        "child_protection_plans": stock(185.0, 0.0008, 0.12, 5.0, len(months), rng),
        "children_looked_after": stock(355.0, 0.0014, 0.10, 2.6, len(months), rng),
    }
    for name, values in counts.items():
        factor = np.where(months >= BREAK_MONTH, BREAKS.get(name, 1.0), 1.0)
        frame[name] = np.round(values * factor).astype(np.int64)
    return frame
