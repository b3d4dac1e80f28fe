"""Referrals and distinct children by small area over 12 and 36 months, and who was referred again."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from data.referral_rows import EventKind
from geo.demand import MOST_IN_ONES, WINDOWS, Grain
from geo.demand_counts import Counts, Mask, count_children, rank_people, share_in_ones
from geo.demand_ladder import Counted, Counting, empty_table, keep_finest, table_of, take
from geo.periods import Span, span_words, start_texts

LOOK_BACK_MONTHS: Final = 12
"""Referrals of so many first months are no base for re-referrals: what came before them is not known."""

MOST_UNKNOWN: Final = 0.01
"""Distinct children are not counted in a council where more of the referrals than this name no child."""

_AGAIN: Final = (Grain.YEAR, Grain.WHOLE)


def number_children(counting: Counting) -> tuple[Counts, Mask]:
    """Return on all rows the number of a referral's child, -1 for none, and whether it had come before.

    Every referral counts as having come before, those of areas and months that are not covered too.
    """
    mine = counting.of_kind(EventKind.REFERRAL)
    if mine.all():
        return rank_people(counting.rows.person, counting.rows.day)
    child, again = np.full(len(mine), -1, dtype=np.int64), np.zeros(len(mine), dtype=bool)
    child[mine], again[mine] = rank_people(counting.rows.person[mine], counting.rows.day[mine])
    return child, again


def count_windows(counting: Counting, child: Counts, names: Mapping[str, str]) -> Counted:
    """Count referrals and distinct children of every area covered, over each window that is covered whole.

    Parameters
    ----------
    counting
        What is counted.
    child
        The number of the child of each row.
    names
        Names of the councils covered.
    """
    parts, notes = [empty_table("windows")], []
    for months in WINDOWS if counting.referrals.any() else ():
        window = counting.span.window(months)
        if window is None:
            notes.append(
                f"There are no figures over {months} months: the extracts cover {counting.span.months} whole "
                f"({span_words(counting.span)})."
            )
            continue
        frame, more = _count_window(counting, window, child, names)
        parts.append(frame)
        notes += more
    return Counted(pd.concat(parts, ignore_index=True), notes=tuple(notes))


def _count_window(
    counting: Counting, window: Span, child: Counts, names: Mapping[str, str]
) -> tuple[pd.DataFrame, list[str]]:
    keep = counting.within(EventKind.REFERRAL, window)
    size = len(counting.covered)
    area = counting.rows.area[keep]
    referrals = np.bincount(area, minlength=size)
    title = f"Referrals by small area over {window.months} months"
    ones = share_in_ones(referrals)
    if ones > MOST_IN_ONES:
        return empty_table("windows"), [f"{title}: not kept. {_ones_words(ones)}"]
    counts = count_children(area, child[keep], size)
    unknown = without_numbers(counting, window)
    notes = _unknown_words(counting, unknown, names, f"Distinct children over {window.months} months")
    ones = share_in_ones(counts[~unknown])
    if ones > MOST_IN_ONES:
        notes.append(f"Distinct children over {window.months} months: not kept. {_ones_words(ones)}")
        unknown = np.ones(size, dtype=bool)
    children = pd.array(counts, dtype="Int64")
    children[unknown] = pd.NA
    columns = {"area_code": counting.rows.areas, "months": window.months, "referrals": referrals}
    frame = table_of("windows", {**columns, "children": children})[counting.covered]
    return frame.sort_values("area_code", ignore_index=True), notes


def count_again(counting: Counting, again: Mask, names: Mapping[str, str]) -> Counted:
    """Count referrals, and those of a child who had come within 12 months before, by ward and year.

    Parameters
    ----------
    counting
        What is counted.
    again
        Of each row, whether its child had come before.
    names
        Names of the councils covered.
    """
    name = "rereferrals"
    empty = Counted(empty_table(name), {name: Grain.WHOLE})
    if not counting.referrals.any() or not counting.parents.wards:
        return empty
    base = Span(counting.span.first + LOOK_BACK_MONTHS, counting.span.last)
    if base.months <= 0:
        note = "Re-referrals: not counted, for nothing is known of 12 months before."
        return Counted(empty.frame, empty.grains, (note,))
    unknown = without_numbers(counting, base)
    keep = counting.within(EventKind.REFERRAL, base) & ~unknown[counting.rows.area]
    cubes = [counting.by_month(mask, base, counting.by_ward()) for mask in (keep, keep & again)]
    kept = keep_finest("Re-referrals by ward", cubes, base, _AGAIN)
    notes = (
        f"Re-referrals are counted over {span_words(base)}: of the {LOOK_BACK_MONTHS} months before it is "
        "not known who had come earlier.",
        kept.note,
        *_unknown_words(counting, unknown, names, "Re-referrals"),
    )
    if kept.periods is None:
        return Counted(empty.frame, empty.grains, notes)
    referrals, came_again = kept.counts
    ward, start = np.nonzero(referrals)
    columns = {
        "ward_code": take(counting.parents.wards, ward),
        "start": take(start_texts(kept.periods), start),
        "referrals": referrals[ward, start],
        "again": came_again[ward, start],
    }
    return Counted(table_of(name, columns), {name: kept.grain}, notes)


def without_numbers(counting: Counting, span: Span) -> Mask:
    """Say of each area whether it lies in a council where too many referrals name no child."""
    mine = counting.within(EventKind.REFERRAL, span)
    size = len(counting.parents.councils)
    council = counting.parents.council[counting.rows.area]
    all_ = np.bincount(council[mine], minlength=size)
    unnumbered = np.bincount(council[mine & (counting.rows.person == 0)], minlength=size)
    return np.asarray((unnumbered > MOST_UNKNOWN * all_)[counting.parents.council])


def _unknown_words(counting: Counting, unknown: Mask, names: Mapping[str, str], title: str) -> list[str]:
    """Name the councils whose children cannot be told apart."""
    codes = {counting.parents.councils[n] for n in np.unique(counting.parents.council[unknown])}
    without = sorted(names.get(code, code) for code in codes & set(counting.councils))
    if not without:
        return []
    where = "" if len(without) == len(counting.councils) else f" in {', '.join(without)}"
    return [f"{title}: not counted{where}, where the extracts have no number of the child."]


def _ones_words(share: float) -> str:
    return f"{share:.0%} would sit in cells of 1; at most {MOST_IN_ONES:.0%} may."
