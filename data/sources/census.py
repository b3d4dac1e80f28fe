"""Tables with one row a small area and category: the census, and other counts in the same form.

Every category becomes a column of its own. A total that stands among the categories, or a category that
others divide further, is never added to the rest: the columns of which nothing is part of another are the
leaves, and they alone make a total and shares.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.codes import AreaKind
from data.errors import first_few
from data.indicators import Group, Indicator, Kind
from data.sources.base import Source, SourceKind, readable
from data.sources.dates import read_periods
from data.sources.wording import declared_year, index_by_keys, lsoa_columns, slugs, spell, words
from data.tables import Table, note_unread, to_number

VALUES = ("value", "observation", "obs value", "observations", "count")
"""What a column of counts is called."""

_CATEGORY = ("indicator", "category", "variable", "characteristic")
CUSTOM = re.compile(r".+\(\d+ categories\)", re.IGNORECASE)
"""The heading of a category in a census data set that the ONS makes to order."""

_PERIOD = ("period", "date", "time period", "year", "time")
_TOTAL = re.compile(r"(?:total|all)\b(?!.*\b(?:other|aged|children)\b).*", re.IGNORECASE)
_CENSUS_DAY = re.compile(r"2021(?:-03(?:-21)?)?")
_WITH_CHILDREN = re.compile(r"(?<!no )(?<!non-)\bdependent children\b", re.IGNORECASE)
_UNITS = {"persons": "people", "people": "people", "usual residents": "people", "households": "households"}
_MOST = 200


@dataclass(frozen=True)
class _Form:
    """Where things stand in the table, and what it is a count of."""

    code: str
    category: str
    value: str
    unit: str
    counted: bool
    census: bool
    year: str


def recognise(table: Table) -> Source | None:
    """Read a table if it has one row a small area and category, else return None."""
    found = _find_form(table)
    if found is None:
        return None
    form, kept, notes = found
    usable, rejected, more = index_by_keys(kept, form.code, AreaKind.LSOA, [form.category])
    numbers = to_number(usable[form.value])
    unread = note_unread(usable[[form.value]], numbers.to_frame(form.value))
    categories = list(dict.fromkeys(usable[form.category]))
    if not 1 < len(categories) <= _MOST or numbers.isna().all():
        return None
    wide = numbers.set_axis([usable.index, pd.Index(usable[form.category], name="category")]).unstack(
        "category"
    )
    entries = _entries(table, form, categories)
    frame = wide[categories].rename(columns={c: entry.id for c, entry in entries.items()})
    frame.columns.name = None
    totals, total_notes = _add_totals(frame, form, entries) if form.counted else ([], ())
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.INDICATORS,
        entry="census" if form.census else "figures",
        edition=form.year,
        area_kind=AreaKind.LSOA,
        frame=frame,
        rows=len(table.frame),
        rejected=rejected,
        declared=declared_year(form.code),
        notes=(*table.notes, *notes, *unread, *more, *total_notes),
        own=(*entries.values(), *totals),
        why=f"it has one row a small area and category, {len(categories)} categories"
        f"{', of census day 2021' if form.census else ''}",
    )


def _find_form(table: Table) -> tuple[_Form, pd.DataFrame, tuple[str, ...]] | None:
    """Find the columns of a long table, and keep the newest period of it."""
    plain = {words(c): c for c in table.header}
    value = next((plain[name] for name in VALUES if name in plain), None)
    custom = [c for c in table.header if CUSTOM.fullmatch(c)]
    category = next((plain[name] for name in _CATEGORY if name in plain), None)
    code = next(iter(lsoa_columns(table)), None)
    if len(custom) == 1:
        category = custom[0]
    if value is None or category is None or code is None or len(custom) > 1:
        return None
    if not table.sample.duplicated(code).any() or to_number(table.sample[category]).notna().any():
        return None
    frame, period, notes = _newest(table, plain)
    text = f"{table.above} {table.sheet or ''}".lower()
    census = bool(custom) or bool(_CENSUS_DAY.fullmatch(period)) or "census 2021" in text
    units, measures = _only(frame, plain.get("unit")), _only(frame, plain.get("measure"))
    if units is None or measures is None:
        return None
    counted = (measures or ("count" if custom else "")) in ("count", "number", "value") or bool(custom)
    unit = _UNITS.get(units, units) or ("people" if custom else "")
    if custom and "household" in category.lower():
        unit = "households"
    year = "2021" if census else period[:4]
    return _Form(code, category, value, unit or "as published", counted, census, year), frame, notes


def _only(frame: pd.DataFrame, column: str | None) -> str | None:
    """Return the one value of a column in lower case: empty without one, None where there are several."""
    values = frame[column].dropna().str.strip().str.lower().unique() if column else [""]
    return str(values[0]) if len(values) == 1 else None


def _newest(table: Table, plain: dict[str, str]) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    column = next((plain[name] for name in _PERIOD if name in plain), None)
    periods = read_periods(table.frame[column]) if column else None
    if periods is None:
        return table.frame, "", ()
    newest = str(periods.max())
    kept = (periods == newest).fillna(False).astype(bool)
    older = int((~kept).sum())
    words_ = (
        (f"{older:,} rows of other periods are left out: the newest, {newest}, is used",) if older else ()
    )
    return table.frame[kept], newest, words_


def _entries(table: Table, form: _Form, categories: Sequence[str]) -> dict[str, Indicator]:
    """Return a dictionary entry for each category, by category."""
    mark = hashlib.sha256(repr(table.header).encode("utf-8", "surrogatepass")).hexdigest()[:4]
    when = "census 2021" if form.census else form.year
    start, end = ("own_census_2021_", "") if form.census else ("own_", f"_{mark}")
    return {
        category: Indicator(
            id=f"{start}{name}{end}",
            label=", ".join(part for part in (spell(category), when) if part),
            meaning=f"{form.unit.capitalize()} of this category"
            if form.counted
            else "As published in the file",
            unit=form.unit,
            polarity="neutral",
            kind=Kind.COUNT if form.counted else Kind.OTHER,
            denominator=None,
            published_name=readable(category),
            group=Group.PEOPLE if form.unit == "people" else Group.OWN,
            caveat="The census was taken in lockdown, in March 2021." if form.census else "",
        )
        for category, name in slugs(categories).items()
    }


def _add_totals(
    frame: pd.DataFrame, form: _Form, entries: dict[str, Indicator]
) -> tuple[list[Indicator], tuple[str, ...]]:
    """Add the total of the leaves and, of households, the shares with dependent children, to the frame.

    Nothing is added where the categories do not add up exactly to a total that the file states.
    """
    stated = [c for c in entries if _TOTAL.fullmatch(c.strip())]
    leaves = [c for c in entries if c not in stated and not _is_divided(c, entries)]
    summed = frame[[entries[c].id for c in leaves]].sum(axis=1, min_count=len(leaves))
    if not form.census or len(leaves) < 2 or form.unit not in ("people", "households"):
        return [], ()
    if any(not frame[entries[c].id].equals(summed) for c in stated) or len(stated) > 1:
        return [], ("its categories do not add up to its total: no shares are made of them",)
    noun = "persons" if form.unit == "people" else "households"
    total = Indicator(
        id=f"own_census_2021_{noun}",
        label=f"{'Everyone' if form.unit == 'people' else 'Households'} in the table, census 2021",
        meaning=f"All {form.unit} that the {len(leaves)} categories of the table count together",
        unit=form.unit,
        polarity="neutral",
        kind=Kind.COUNT,
        denominator=None,
        published_name=None,
        group=Group.PEOPLE if form.unit == "people" else Group.OWN,
    )
    frame[total.id] = summed
    own = [total]
    for category in (c for c in leaves if noun == "households" and _WITH_CHILDREN.search(c)):
        entry = entries[category]
        share = Indicator(
            id=f"{entry.id}_share",
            label=f"{spell(category)}: share of households, census 2021",
            meaning=f"Households of this category among all {form.unit} of the table",
            unit="share of 1",
            polarity="neutral",
            kind=Kind.RATE,
            denominator=total.id,
            published_name=None,
            group=Group.OWN,
            caveat=entry.caveat,
        )
        frame[share.id] = frame[entry.id] / summed.where(summed > 0)
        own.append(share)
    made = f"{len(own) - 1} shares of households, " if len(own) > 1 else ""
    return own, (
        f"made here: {made}the total of {len(leaves)} categories ({first_few(stated or ['added up'])})",
    )


def _is_divided(category: str, others: Sequence[str] | dict[str, Indicator]) -> bool:
    """Say whether other categories divide one further: "One person: aged 66" divides "One person"."""
    start = category.strip().rstrip(":").lower() + ":"
    return any(other.strip().lower().startswith(start) for other in others if other != category)
