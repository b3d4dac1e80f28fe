"""What assessments of a council's children find, beside what goes together with referrals between its areas.

The factors are published by council and year, so they say nothing of one neighbourhood; they say what social
workers name when an assessment ends, which no figure of areas can.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.assessment_factors import EPISODES, FACTORS
from data.codes import latest_council_code
from models.words import Part, percent

ENGLAND: Final = "E92000001"
YEARS_BACK: Final = 5
NAMED: Final = 3
"""How many factors the sentence names."""

WORTH_NAMING: Final = 0.05
"""A factor that is set against England is found in at least so large a share."""

STANDS_OUT: Final = 1.25
OTHER: Final = "Other"

SEVERAL_EACH: Final = "One assessment can name several factors, so the shares add up to more than 100%."
ONLY_ASSESSED: Final = (
    "Only what an assessment recorded is counted. Councils differ in what they record, so a gap to England "
    "can be one of recording."
)
WHOLE_COUNCIL: Final = "These are figures of the whole council: they say nothing of one neighbourhood."


@dataclass(frozen=True)
class Factors:
    """Factors at the end of assessment of one council.

    Attributes
    ----------
    frame
        One row a factor, the most frequent first, those without a number last: `label`; `episodes`, how
        many named it; `marker`, what the publisher writes where it gives no number; `share` of the episodes
        with any factor; `england`, the same of England; `times`, how many times England's; `change` of the
        share, in points of 1, since `since`.
    council
        The name of the council.
    period, since
        The year to March that the figures are of, and the one that change is measured from; empty where
        the files hold one year alone.
    episodes
        How many episodes of need have any factor.
    sentence, caveats
        What it says, and what it does not.
    """

    frame: pd.DataFrame
    council: str
    period: str
    since: str
    episodes: float
    sentence: tuple[Part, ...]
    caveats: tuple[str, ...]


def factors_of(series: pd.DataFrame, council: str) -> Factors | None:
    """Read the factors of a council from the figures over time of a build.

    Parameters
    ----------
    series
        That of the build: see `geo.series.gather_series`.
    council
        Its code, of any year.

    Returns
    -------
    Factors or None
        None where the build has no such figures of that council.
    """
    mine = series[series["measure"].isin([EPISODES, *FACTORS])]
    codes = latest_council_code(mine["area_code"])
    here = mine[codes.eq(latest_council_code(pd.Series([council])).iloc[0]).to_numpy(dtype=bool)]
    wide = mine[mine["area_code"].eq(ENGLAND).to_numpy(dtype=bool)]
    counted = here[here["measure"].eq(EPISODES).to_numpy(dtype=bool) & here["value"].gt(0)]
    if counted.empty:
        return None
    period = str(counted["period"].max())
    earlier = sorted(p for p in counted["period"].astype(str) if p < period)
    since = max([p for p in earlier if int(p[:4]) <= int(period[:4]) - YEARS_BACK], default="")
    since = since or (earlier[0] if earlier else "")
    frame = _frame(here, wide, period, since)
    name = str(counted["area_name"].dropna().iloc[-1]) if counted["area_name"].notna().any() else council
    episodes = float(_column(here, period, "value")[EPISODES])
    caveats = tuple(_caveats(frame))
    return Factors(frame, name, period, since, episodes, _sentence(frame, name, period), caveats)


def _column(rows: pd.DataFrame, period: str, column: str) -> pd.Series:
    """Return a column of one period, by measure: the first file's where two hold the same figure."""
    of_period = rows[rows["period"].eq(period).to_numpy(dtype=bool)]
    ordered = of_period.sort_values(["measure", "file"], kind="stable").drop_duplicates("measure")
    return ordered.set_index("measure")[column]


def _shares(rows: pd.DataFrame, period: str) -> pd.Series:
    """Return each factor's share of the episodes with any; missing where no number is published."""
    values = _column(rows, period, "value").astype("float64")
    return values.reindex(list(FACTORS)) / values.get(EPISODES, float("nan"))


def _frame(here: pd.DataFrame, wide: pd.DataFrame, period: str, since: str) -> pd.DataFrame:
    shares, england = _shares(here, period), _shares(wide, period)
    frame = pd.DataFrame(
        {
            "label": pd.Series(FACTORS),
            "episodes": _column(here, period, "value").astype("float64").reindex(list(FACTORS)),
            "marker": _column(here, period, "marker").reindex(list(FACTORS)),
            "share": shares,
            "england": england,
            "times": shares / england.where(england > 0),
            "change": shares - _shares(here, since),
        }
    ).rename_axis("factor")
    published = frame["episodes"].notna() | frame["marker"].notna()
    retired = england.eq(0) & frame["episodes"].fillna(0).eq(0) & frame["marker"].isna()
    return frame[published & ~retired].sort_values("share", ascending=False, kind="stable")


def _sentence(frame: pd.DataFrame, council: str, period: str) -> tuple[Part, ...]:
    named = frame[frame["share"].notna() & (frame.index != OTHER)]
    if named.empty:
        return (Part(f"No factor of {council}’s assessments has a published number", True), Part("."))
    listed = [f"{_within(row['label'])} ({percent(row['share'])})" for _, row in named.head(NAMED).iterrows()]
    head = Part(f"{council}’s assessments most often name {_listed(listed)}", True)
    above = named[(named["share"] >= WORTH_NAMING) & (named["times"] >= STANDS_OUT)]
    if above.empty:
        return (head, Part(f" in the year to March {period[:4]}."))
    most = above.loc[above["times"].idxmax()]
    more = f"{most['label']} is named {most['times']:.1f} times as often as in England."
    return (head, Part(f" in the year to March {period[:4]}. {more}"))


def _within(label: str) -> str:
    return label[0].lower() + label[1:]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _caveats(frame: pd.DataFrame) -> Iterable[str]:
    yield WHOLE_COUNCIL
    yield SEVERAL_EACH
    yield ONLY_ASSESSED
    marked = int(frame["episodes"].isna().sum())
    if marked:
        yield f"{marked} of {len(frame)} factors have no published number. That is not the same as none."
