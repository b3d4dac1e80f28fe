"""From rows to the tables that may be kept: each as fine over time as its cells allow.

Small areas are tried by month, wards by quarter and re-referrals by year. Where more than a fifth of the
events of a table would sit in cells of 1 it is kept by the next coarser period, and where even the whole time
would not do, not at all. What cannot be counted whole is left out, and said.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.referral_codes import NEEDS, SOURCES
from data.referral_rows import KINDS, EventKind, EventRows, Extracts
from geo.area_table import AreaTable
from geo.demand import NO_CATEGORY, Demand, Grain
from geo.demand_areas import NO_COUNCIL, covered_councils, find_parents, name_councils
from geo.demand_ladder import Counted, Counting, empty_table, keep_finest, table_of, take
from geo.demand_windows import count_again, count_windows, number_children
from geo.periods import Span, find_span, month_text, start_texts

OUTSIDE_COUNCILS: Final = "in councils that the extracts do not cover"
OUTSIDE_MONTHS: Final = "in months that the extracts do not cover whole"
NOT_EVERYWHERE: Final = "of a kind that is not there for every council covered"

_BY_AREA: Final = tuple(Grain)
_BY_WARD: Final = (Grain.QUARTER, Grain.YEAR, Grain.WHOLE)


def count_demand(extracts: Extracts, areas: AreaTable, made: date, keep_days: int) -> Demand | None:
    """Count the rows of extracts into the tables that are kept.

    Parameters
    ----------
    extracts
        The rows, in memory, and what was made of each file.
    areas
        The areas of the build, which the rows are placed in.
    made
        Today.
    keep_days
        How many days the tables may be kept.

    Returns
    -------
    Demand or None
        None where no row is used, or no month is covered whole.

    Raises
    ------
    GeographyError
        When the rows are placed in other areas.
    """
    counting = _what_to_count(extracts.rows, areas)
    if counting is None:
        return None
    names = name_councils(counting.councils, areas)
    child, again = number_children(counting)
    counted = {
        "periods": _count_periods(counting),
        "windows": count_windows(counting, child, names),
        "ward_source": _count_by_ward("ward_source", counting, extracts.rows.source, tuple(SOURCES)),
        "ward_need": _count_by_ward("ward_need", counting, extracts.rows.need, tuple(NEEDS)),
        "rereferrals": count_again(counting, again, names),
    }
    left_out = {OUTSIDE_COUNCILS: int((~counting.covered[extracts.rows.area]).sum())}
    left_out |= counted["periods"].left_out
    no_wards = () if counting.parents.wards else ("Nothing is kept by ward: the build knows no wards.",)
    return Demand(
        tables={name: table.frame for name, table in counted.items()},
        grains={name: grain for table in counted.values() for name, grain in table.grains.items()},
        first=month_text(counting.span.first),
        last=month_text(counting.span.last),
        councils=tuple(code for code in counting.councils if code != NO_COUNCIL),
        vintage=areas.vintage,
        made=made,
        delete_after=made + timedelta(days=keep_days),
        files=tuple(file.source.label for file in extracts.files),
        distorted=tuple(sorted({code for file in extracts.files for code in file.apart_areas})),
        left_out={reason: rows for reason, rows in left_out.items() if rows},
        notes=tuple(note for table in counted.values() for note in table.notes if note) + no_wards,
    )


def _what_to_count(rows: EventRows, areas: AreaTable) -> Counting | None:
    """Find the months and councils covered: those of referrals where there are any, else of what is most."""
    parents = find_parents(rows.areas, areas)
    per_kind = np.bincount(rows.kind, minlength=len(KINDS))
    referral = KINDS.index(EventKind.REFERRAL)
    mine = rows.kind == (referral if per_kind[referral] else int(per_kind.argmax()))
    span = find_span(rows.day[mine])
    if span is None:
        return None
    councils = covered_councils(np.bincount(rows.area[mine], minlength=len(parents.council)), parents)
    return Counting(rows, parents, span, councils)


def _count_periods(counting: Counting) -> Counted:
    """Count each kind by small area and period."""
    parts = [_count_kind(counting, kind) for kind in KINDS if counting.of_kind(kind).any()]
    left_out: dict[str, int] = {}
    for part in parts:
        for reason, rows in part.left_out.items():
            left_out[reason] = left_out.get(reason, 0) + rows
    return Counted(
        pd.concat([empty_table("periods"), *(part.frame for part in parts)], ignore_index=True),
        {name: grain for part in parts for name, grain in part.grains.items()},
        tuple(note for part in parts for note in part.notes),
        left_out,
    )


def _count_kind(counting: Counting, kind: EventKind) -> Counted:
    mine = counting.of_kind(kind)
    inside = int((mine & counting.covered[counting.rows.area]).sum())
    per_area = np.bincount(counting.rows.area[mine], minlength=len(counting.covered))
    empty, title = empty_table("periods"), f"{kind.value.capitalize()} by small area"
    if not set(counting.councils) <= set(covered_councils(per_area, counting.parents)):
        note = f"{title}: not kept, for they are not there for every council that has referrals."
        return Counted(empty, notes=(note,), left_out={NOT_EVERYWHERE: inside})
    own = find_span(counting.rows.day[mine])
    span = own and _shared(own, counting.span)
    if span is None:
        note = f"{title}: not kept, for no month is there whole."
        return Counted(empty, notes=(note,), left_out={OUTSIDE_MONTHS: inside})
    keep = counting.within(kind, span)
    cube = counting.by_month(keep, span, counting.by_area())
    kept = keep_finest(title, [cube], span, _BY_AREA, counting.span.last)
    left_out = {OUTSIDE_MONTHS: inside - int(keep.sum())}
    grains = {f"periods:{kind.value}": kept.grain}
    if kept.periods is None:
        return Counted(empty, grains, (kept.note,), left_out)
    (counts,) = kept.counts
    order = np.argsort(counting.rows.areas.to_numpy(dtype=object), kind="stable")
    area, start = np.nonzero(counts[order])
    columns = {
        "kind": kind.value,
        "area_code": counting.rows.areas.to_numpy(dtype=object)[order][area],
        "start": take(start_texts(kept.periods), start),
        "count": counts[order][area, start],
    }
    return Counted(table_of("periods", columns), grains, (kept.note,), left_out)


def _shared(one: Span, other: Span) -> Span | None:
    span = Span(max(one.first, other.first), min(one.last, other.last))
    return span if span.months > 0 else None


def _count_by_ward(
    name: str, counting: Counting, code: npt.NDArray[np.int8], codes: Sequence[str]
) -> Counted:
    """Count referrals by ward, period and the code of a source or of a need."""
    what = name.removeprefix("ward_")
    empty = Counted(empty_table(name), {name: Grain.WHOLE})
    if not counting.referrals.any() or not counting.parents.wards:
        return empty
    if not (code[counting.referrals] >= 0).any():
        note = f"Referrals by ward and {what}: no extract says the {what}."
        return Counted(empty.frame, empty.grains, (note,))
    categories = (*codes, NO_CATEGORY)
    of_row = (len(categories), lambda part: np.where(code[part] < 0, len(codes), code[part]))
    cube = counting.by_month(counting.referrals, counting.span, counting.by_ward(), of_row)
    kept = keep_finest(f"Referrals by ward and {what}", [cube], counting.span, _BY_WARD)
    if kept.periods is None:
        return Counted(empty.frame, empty.grains, (kept.note,))
    (counts,) = kept.counts
    ward, start, category = np.nonzero(counts)
    columns = {
        "ward_code": take(counting.parents.wards, ward),
        "start": take(start_texts(kept.periods), start),
        "category": take(categories, category),
        "referrals": counts[ward, start, category],
    }
    return Counted(table_of(name, columns), {name: kept.grain}, (kept.note,))
