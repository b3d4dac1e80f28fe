"""The rows of the table beside the map of reach: of minutes, of gaps, and of what a change does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from models.levels import Level
from models.nearness import whole_minutes
from models.reach import UNKNOWN_NEED
from models.reach_change import Change
from models.words import HIDDEN, sentence_case
from views.reach_classes import CROSSED, ReachClasses
from views.reach_figures import LevelReach

MINUTES: Final = "Minutes"
OUT: Final = "Children out"
REACH: Final = "Reach"
NEAREST: Final = "Nearest"
CHANGE: Final = "Change"
COUNCIL: Final = "Council"
GAINS: Final = "Children"
BEFORE: Final = "Before"
AFTER: Final = "After"
NOT_KNOWN: Final = "Not known"
GAPS_FIRST: Final = "53420m1."
"""The classes of a map of gaps, the worst first."""

CHANGED: Final = ("before_share", "after_share", "before_min", "after_min", "children_gained")
FELT: Final = 1e-9
"""By what share of its homes an area has to gain or lose to be named."""


class Order(StrEnum):
    """The orders of the table: the worst first, the most children out of reach first, or by name."""

    WORST = "worst"
    CHILDREN = "children"
    NAME = "name"


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a table.

    Attributes
    ----------
    frame
        What is shown, as words, by code.
    orders
        The codes in each order that there is.
    words
        What each of these orders is called.
    sorts
        The order that each heading asks for.
    """

    frame: pd.DataFrame
    orders: Mapping[Order, pd.Index]
    words: Mapping[Order, str]
    sorts: Mapping[str, Order]


def minutes_rows(classes: ReachClasses, found: LevelReach) -> Rows:
    """Return the rows that go with a map of minutes, the furthest first."""
    inside = classes.inside
    columns = {**_named(classes), MINUTES: _minutes(found, inside), **_out(found, inside)}
    if classes.level is Level.AREA:
        columns[NEAREST] = inside["nearest_id"].map(found.reach.places["name"]).fillna("None near")
    return _rows(columns, inside, "Furthest first", ["unknown", "far", "out"])


def gap_rows(classes: ReachClasses, found: LevelReach) -> Rows:
    """Return the rows that go with a map of gaps, those of higher need first."""
    inside = classes.inside
    words = inside["gap"].fillna(NOT_KNOWN).map(sentence_case)
    if found.reach.fifths is None:
        words = words.replace(sentence_case(UNKNOWN_NEED), "Out of reach")
    columns = {**_named(classes), **_out(found, inside), REACH: words}
    columns[MINUTES] = _minutes(found, inside)
    first = "Out of reach first" if found.reach.fifths is None else "Higher need first"
    return _rows(columns, inside, first, ["unknown", "gap", "out", "far"])


def change_rows(classes: ReachClasses, change: Change, cutoff_min: float) -> Rows:
    """Return the small areas that gain or lose by a change, with their minutes before and after."""
    inside = classes.inside.join(change.areas[list(CHANGED)])
    share = (inside["after_share"] - inside["before_share"]).fillna(0.0)
    inside = inside[share.abs() > FELT]
    more = share.loc[inside.index] > 0
    words = pd.Series(np.where(more, "More within reach", "Fewer within reach"), inside.index, dtype=object)
    words = words.mask(inside["class"].isin(CROSSED), inside["class"].map(classes.labels).map(sentence_case))
    columns = {classes.level.singular.capitalize(): inside["name"]}
    if inside["children_gained"].notna().any():
        columns[GAINS] = signed_cells(inside["children_gained"])
    columns |= {
        CHANGE: words,
        BEFORE: minutes_cells(inside["before_min"], inside["before_share"], cutoff_min),
        AFTER: minutes_cells(inside["after_min"], inside["after_share"], cutoff_min),
    }
    gain = inside["children_gained"].fillna(0.0).abs()
    by_size = inside.assign(change=-gain, share=-share.loc[inside.index].abs())
    rows = _rows(columns, by_size, "Largest change first", ["change", "share"])
    orders: dict[Order, pd.Index] = {o: codes for o, codes in rows.orders.items() if o is not Order.CHILDREN}
    return replace(rows, orders=orders)


def minutes_cells(minutes: pd.Series, shares: pd.Series, cutoff_min: float) -> pd.Series:
    """Write how many minutes the nearest place is away: "12", "over 60" or "Not known".

    Parameters
    ----------
    minutes
        Missing where it is beyond the cut-off.
    shares
        The share of homes within reach: missing where nothing is known.
    cutoff_min
        How far was looked.
    """
    words = whole_minutes(minutes).map("{:,.0f}".format).where(minutes.notna(), f"over {cutoff_min:.0f}")
    return words.where(shares.notna(), NOT_KNOWN)


def _minutes(found: LevelReach, inside: pd.DataFrame) -> pd.Series:
    return minutes_cells(inside["nearest_min"], inside["reached_share"], found.reach.costs.cutoff_min)


def children_cells(frame: pd.DataFrame) -> pd.Series:
    """Write the children out of reach: "Hidden", or with a plus where those of some areas are not known."""
    words = number_cells(frame["children_out"]).mask(frame["hidden"], HIDDEN)
    if "areas_unknown" not in frame:
        return words
    return words.mask(frame["areas_unknown"].gt(0) & frame["children_out"].notna(), words + "+")


def number_cells(values: pd.Series) -> pd.Series:
    """Write whole numbers; "Not known" where there is none."""
    words = [NOT_KNOWN if pd.isna(value) else f"{round(value):,}" for value in values]
    return pd.Series(words, values.index, dtype=object)


def signed_cells(gains: pd.Series) -> pd.Series:
    """Write whole numbers with their sign: "+120", "−30", and "0" without one."""
    words = ["0" if pd.notna(gain) and not round(gain) else _signed(gain) for gain in gains]
    return pd.Series(words, gains.index, dtype=object)


def _signed(gain: float) -> str:
    return NOT_KNOWN if pd.isna(gain) else f"{'−' if gain < 0 else '+'}{round(abs(gain)):,}"


def _out(found: LevelReach, inside: pd.DataFrame) -> dict[str, pd.Series]:
    return {OUT: children_cells(inside)} if found.has_children else {}


def _named(classes: ReachClasses) -> dict[str, pd.Series]:
    """Return the names of shapes, with their council where names alone do not tell it."""
    inside = classes.inside
    named = {classes.level.singular.capitalize(): inside["name"]}
    if classes.level in (Level.WARD, Level.LOCALITY) and inside["la_name"].nunique() > 1:
        named[COUNCIL] = inside["la_name"].fillna("No council")
    return named


def _rows(columns: Mapping[str, pd.Series], inside: pd.DataFrame, first: str, worst: Sequence[str]) -> Rows:
    """Put the columns of shapes together, with the orders that they can stand in.

    What is not known comes last, and none within the time that is looked through before all minutes.
    """
    keyed = inside.assign(
        unknown=inside["reached_share"].isna(),
        gap=inside["class"].map(GAPS_FIRST.find),
        far=-inside["nearest_min"].fillna(float("inf")),
        out=-inside["children_out"].fillna(-1.0),
    ).sort_index()
    by = {Order.WORST: list(worst), Order.CHILDREN: ["unknown", "out", "far"], Order.NAME: ["name"]}
    words = {Order.WORST: first, Order.CHILDREN: "Most children out first", Order.NAME: "By name"}
    if inside["children_out"].isna().all():
        del by[Order.CHILDREN]
    return Rows(
        frame=pd.DataFrame(columns).loc[inside.index],
        orders={order: keyed.sort_values(names, kind="stable").index for order, names in by.items()},
        words=words,
        sorts={next(iter(columns)): Order.NAME, OUT: Order.CHILDREN},
    )
