"""Trends of demand in words: of one place, and of all places of a level."""

from typing import Final

import pandas as pd

from data.referral_rows import EventKind
from geo.area_table import AreaTable
from geo.periods import month_number, month_words
from models.demand_series import names_of
from models.demand_trend import FEWEST_A_YEAR, FEWEST_EVENTS, Trends
from models.levels import Level
from models.words import Part, noun, number, percent

NO_TREND: Final = "There are too few events, or too few years, to say whether they are rising or falling."
POOLED: Final = (
    "{} {} too few events for a trend of their own (it takes {} in all and {} a year): that of the place "
    "that they lie in stands there."
)
REBASED: Final = "From {} on figures are counted differently ({}): the trend starts from a new level there."
DIRECTION: Final = {1: "rose", -1: "fell"}


def trend_sentence(trends: Trends, areas: AreaTable, code: str) -> tuple[Part, ...]:
    """Say of one place whether what is counted is rising or falling, and whose trend that is.

    Parameters
    ----------
    trends
        The trends of its level.
    areas
        The areas of the build, which know the name of the place whose trend stands there.
    code
        The place.
    """
    row = trends.frame.loc[code]
    if pd.isna(row["change"]):
        return (Part(NO_TREND),)
    of_level = Level(str(row["from_level"]))
    name = names_of(areas, of_level).get(str(row["from_code"]), str(row["from_code"]))
    pooled = of_level is not trends.level
    before = f"{row['name']} has too few for a trend of its own. " if pooled else ""
    what = f"{before}{trends.kind.value.capitalize()} in {name} "
    between = f"{change_words(row['low'])} to {change_words(row['high'])} a year"
    if row["signal"] == 0:
        return (Part(what), Part("show no clear change", True), Part(f": {between}."))
    way = DIRECTION[int(row["signal"])]
    return (
        Part(what),
        Part(f"{way} by about {percent(abs(row['change']))} a year", True),
        Part(f" ({between})."),
    )


def trends_sentence(trends: Trends) -> tuple[Part, ...]:
    """Say of all places of a level how many are rising and falling beyond chance."""
    own = trends.frame[trends.own]
    if own.empty:
        return (Part(f"No {trends.level.singular} has enough {trends.kind.value} for a trend of its own."),)
    rising, falling = (int(own["signal"].eq(way).sum()) for way in (1, -1))
    group = f"{number(len(own))} {noun(trends.level, len(own))}"
    tail = " with enough events, beyond chance." if len(own) < len(trends.frame) else ", beyond chance."
    kind = trends.kind.value.capitalize()
    return (
        Part(f"{kind} rose in {number(rising)} and fell in {number(falling)}", True),
        Part(f" of {group}{tail}"),
    )


def trend_caveats(trends: Trends) -> tuple[str, ...]:
    """Say how many places have the trend of a larger one, and where figures are counted differently."""
    said = []
    pooled = int((~trends.own & trends.frame["change"].notna()).sum())
    if pooled:
        group = f"{number(pooled)} {noun(trends.level, pooled)}"
        verb = "has" if pooled == 1 else "have"
        said.append(POOLED.format(group, verb, FEWEST_EVENTS, FEWEST_A_YEAR))
    said += [REBASED.format(month_words(month_number(b.month)), b.label) for b in trends.breaks]
    if trends.kind is EventKind.ASSESSMENT:
        said.append("The last period is left out: assessments of its referrals are still to come.")
    return tuple(said)


def change_words(change: float) -> str:
    """Write a yearly change with its sign.

    Examples
    --------
    >>> change_words(0.081), change_words(-0.2), change_words(0.001)
    ('+8%', '−20%', '0%')
    """
    whole = round(change * 100)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole)}%"
