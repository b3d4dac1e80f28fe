"""The trend of one place in words."""

from typing import Final

import pandas as pd

from geo.area_table import AreaTable
from models.demand_series import names_of
from models.demand_trend import Trends
from models.levels import Level
from models.words import Part, percent

NO_TREND: Final = "There are too few events, or too few years, to say whether they are rising or falling."
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


def change_words(change: float) -> str:
    """Write a yearly change with its sign.

    Examples
    --------
    >>> change_words(0.081), change_words(-0.2), change_words(0.001)
    ('+8%', '−20%', '0%')
    """
    whole = round(change * 100)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole)}%"
