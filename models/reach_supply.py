"""What the places of a kind supply, and which children they serve: the two sides of a share of supply."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.asset_kinds import Ages, AssetKind, asset_kinds
from data.settings import settings
from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import SESSIONS
from models.places import describe_unconfirmed

COLUMN_AGES: Final[Mapping[str, Ages]] = {
    "pop_0_4": (0, 4),
    "pop_0_17": (0, 17),
    "pop_0_15": (0, 15),
    "pop_iod_0_15": (0, 15),
}
"""First and last age of those whom a column counts."""

ALL_CHILDREN: Final = ("pop_0_17", "pop_0_15", "pop_iod_0_15")
"""The columns that stand for all children, the best first."""

ENOUGH: Final = 0.9
"""The share of the areas of the best known column that another must know to be taken before it."""

FEWEST_TOLD: Final = 0.5
"""The share of the places that must tell their sessions for the middle of those to stand for the others."""

SESSIONS_A_WEEK: Final = "sessions a week"
PLACES: Final = "places"


@dataclass(frozen=True)
class Supply:
    """What some places of one kind supply.

    Attributes
    ----------
    values
        What each supplies, in `unit`, above 0; index place id.
    unit
        What it is counted in, in words: "sessions a week" or "places".
    known
        How many of the places told it themselves.
    notes
        What has to be known of it, in sentences.
    """

    values: pd.Series
    unit: str
    known: int
    notes: tuple[str, ...] = ()


def supply_of(build: Build, ids: pd.Index) -> Supply:
    """Return what some counted places of a build supply, in one unit for all of them.

    Where `place.toml` says how many sessions a week a place of the kind has, that stands for those that do
    not tell it themselves; where it does not, the middle of those that tell, if at least half do. With
    fewer each counts as one place: what a few tell would make up most of the figures.

    Parameters
    ----------
    build
        The build, with its report and its places in force.
    ids
        Ids of its counted places, all of one kind.
    """
    told = build.places.frame.loc[ids, SESSIONS].rename("supply")
    if told.empty:
        return Supply(told, PLACES, 0)
    kind = asset_kinds()[str(build.places.frame.at[ids[0], "kind"])]
    usual = usual_sessions(build).get(kind.id)
    known = int(told.notna().sum())
    values, unit = told, SESSIONS_A_WEEK
    if usual is not None:
        values = told.fillna(float(usual))
    elif known >= FEWEST_TOLD * len(told):
        values = told.fillna(told.median())
    else:
        values, unit = pd.Series(1.0, index=told.index, name=told.name), PLACES
    note = _sessions_note(kind, told, usual)
    mine = build.places.frame["kind"] == kind.id
    silent = describe_unconfirmed(build.places, mine, settings().stale_months)
    return Supply(values, unit, known, (note, silent) if silent else (note,))


def usual_sessions(build: Build) -> Mapping[str, float]:
    """Return the sessions a week of a place that does not tell them, by kind, as `place.toml` has it."""
    usual: Mapping[str, float] = (build.report.get("places") or {}).get("sessions_a_week") or {}
    return usual


def _sessions_note(kind: AssetKind, told: pd.Series, usual: float | None) -> str:
    """Say what supply is counted in, and what stands for those that do not tell it."""
    count, known = len(told), int(told.notna().sum())
    if not known:
        where, each = (
            (f"the {count:,} {kind.plural}", "each") if count > 1 else (f"the {kind.singular}", "it")
        )
        usually = "one place" if usual is None else f"{usual:g}, as place.toml says"
        return f"Nobody has said how many sessions a week there are at {where}: {each} counts as {usually}."
    verb, they = ("says", "it holds") if known == 1 else ("say", "they hold")
    who = f"{known:,} of {count:,} {kind.plural} {verb} how many sessions a week {they}"
    others = "the other counts" if count - known == 1 else "the others count"
    if known == count:
        return f"{who}."
    if usual is not None:
        return f"{who}; {others} as {usual:g}, as place.toml says."
    if known >= FEWEST_TOLD * count:
        return f"{who}; {others} as {told.median():g}, the middle of what is said."
    return f"{who}, too few to go by: each counts as one place."


def children_for(kind: str, areas: AreaTable) -> str | None:
    """Return the column of the children whom a kind of place serves; None where none is loaded.

    The column of just their ages is taken where it is known for nearly as many areas as any, else that of
    all children: those under 18 before those under 16. See `children_note`.

    Parameters
    ----------
    kind
        An id of `data/asset_kinds.toml`, which says whom it serves.
    areas
        The areas.
    """
    served = asset_kinds()[kind].ages
    fitting = [column for column, ages in COLUMN_AGES.items() if ages == served]
    wanted = dict.fromkeys((*fitting, *ALL_CHILDREN))
    known = {c: int(areas.frame[c].notna().sum()) for c in wanted if c in areas.frame}
    best = max(known.values(), default=0)
    return next((c for c, count in known.items() if count and count >= ENOUGH * best), None)


def best_known(areas: AreaTable, columns: Iterable[str]) -> str | None:
    """Return which of some columns is known of the most areas, the first of equals; None where none is."""
    known = {column: int(areas.frame[column].notna().sum()) for column in columns if column in areas.frame}
    best = max(known, key=lambda column: known[column], default=None)
    return best if best is not None and known[best] else None


def children_note(kind: str, column: str) -> str:
    """Say where a column counts other children than those whom a kind serves; empty where it does not.

    Examples
    --------
    >>> children_note("early_years", "pop_0_15")
    'Nurseries and early years providers serve ages 0 to 4; children aged 0 to 15 stand for them here.'
    >>> children_note("library", "pop_0_17")
    ''
    """
    words, counted = asset_kinds()[kind], COLUMN_AGES[column]
    if counted == words.ages:
        return ""
    who = f"{words.plural[:1].upper()}{words.plural[1:]} serve ages {words.ages[0]} to {words.ages[1]}"
    return f"{who}; children aged {counted[0]} to {counted[1]} stand for them here."
