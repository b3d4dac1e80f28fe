"""What the report of a build says of the extracts: what was read, used, dropped and kept, and until when.

It holds counts of rows by reason, and never a value of a row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data.referral_rows import Fate, ReadColumn, ReadFile
from data.sources.base import readable
from geo.area_counts import windows_of
from geo.area_table import AreaTable
from geo.demand import MARKING, Demand, Grain
from geo.demand_areas import RULE, name_councils
from geo.find_demand import FoundDemand
from geo.periods import Span, month_number, span_words

GRAIN_WORDS = {
    Grain.MONTH: "by month",
    Grain.QUARTER: "by quarter",
    Grain.YEAR: "by year",
    Grain.WHOLE: "over the whole time",
}
TABLE_WORDS = {
    "periods:contacts": "contacts by small area",
    "periods:referrals": "referrals by small area",
    "periods:assessments": "assessments by small area",
    "ward_source": "referrals by ward and source",
    "ward_need": "referrals by ward and need",
    "rereferrals": "re-referrals by ward",
}


def describe_demand(found: FoundDemand) -> dict[str, Any] | None:
    """Return what became of the records of children as plain values for JSON; None where there are none.

    Returns
    -------
    dict or None
        `rows` and `used` over all files, `fates` (rows by reason, in words), `files`, `addresses` (tables
        that they were joined to) and `not_read`; and of what is kept: `kept` (whether anything is),
        `months`, `first`, `last`, `windows` (words by months), `tables` (name, words, grain, cells),
        `councils`, `rule`, `left_out`, `distorted`, `notes`, `marking`, `made`, `delete_after`.
    """
    if not found.files and not found.not_read:
        return None
    fates = {fate.value: sum(file.fates.get(fate, 0) for file in found.files) for fate in Fate}
    return {
        "kept": found.demand is not None,
        "rows": sum(file.rows for file in found.files),
        "used": fates[Fate.USED.value],
        "fates": {words: rows for words, rows in fates.items() if rows},
        "files": [describe_file(file, found.areas) for file in found.files],
        "addresses": [
            {
                "label": table.source.label,
                "rows": table.rows,
                "joined": table.joined,
                "columns": _describe_columns(table.columns),
                "notes": list(table.notes),
            }
            for table in found.addresses
        ],
        "not_read": [
            {"file": record.source.label, "reason": record.reason, "hint": record.hint}
            for record in found.not_read
        ],
        **(_describe_kept(found.demand, found.areas) if found.demand else {}),
    }


def describe_file(file: ReadFile, areas: AreaTable) -> dict[str, Any]:
    """Return what was made of one extract as plain values for JSON."""
    return {
        "label": file.source.label,
        "kind": file.kind.value,
        "layout": file.layout,
        "columns": _describe_columns(file.columns),
        "dropped": list(file.dropped),
        "rows": file.rows,
        "fates": {fate.value: file.fates[fate] for fate in Fate if file.fates.get(fate)},
        "first": file.first and file.first.isoformat(),
        "last": file.last and file.last.isoformat(),
        "terminated": file.terminated,
        "apart": dict(file.apart),
        "distorted": _name_areas(file.apart_areas, areas),
        "uncoded": {what: rows for what, rows in file.uncoded.items() if rows},
        "notes": list(file.notes),
    }


def _describe_columns(columns: Sequence[ReadColumn]) -> list[dict[str, str]]:
    return [{"name": readable(c.name), "role": c.role.value, "why": c.why} for c in columns]


def _describe_kept(demand: Demand, areas: AreaTable) -> dict[str, Any]:
    return {
        "months": span_words(Span(month_number(demand.first), month_number(demand.last))),
        "first": demand.first,
        "last": demand.last,
        "windows": {str(months): span_words(span) for months, span in windows_of(demand).items()},
        "tables": [*_describe_tables(demand)],
        "councils": list(name_councils(demand.councils, areas).values()),
        "rule": RULE,
        "left_out": dict(demand.left_out),
        "distorted": _name_areas(demand.distorted, areas),
        "notes": list(demand.notes),
        "marking": MARKING,
        "made": demand.made.isoformat(),
        "delete_after": demand.delete_after.isoformat(),
    }


def _describe_tables(demand: Demand) -> list[dict[str, Any]]:
    """Describe each table that holds anything: what it counts, how fine, and in how many cells."""
    parts: dict[str, pd.DataFrame] = {
        f"periods:{kind}": part for kind, part in demand.tables["periods"].groupby("kind", sort=True)
    }
    parts |= {name: table for name, table in demand.tables.items() if name in TABLE_WORDS}
    described = [
        {
            "name": name,
            "words": TABLE_WORDS[name],
            "grain": GRAIN_WORDS[demand.grains[name]],
            "cells": len(parts[name]),
        }
        for name in TABLE_WORDS
        if name in parts and len(parts[name])
    ]
    windows = demand.tables["windows"]
    if len(windows):
        over = " and ".join(str(months) for months in sorted(windows["months"].unique()))
        children = " and distinct children" if windows["children"].notna().any() else ""
        words = f"referrals{children} by small area"
        grain = f"over {over} months"
        described.append({"name": "windows", "words": words, "grain": grain, "cells": len(windows)})
    return described


def _name_areas(codes: tuple[str, ...], areas: AreaTable) -> list[Mapping[str, str]]:
    names = areas.frame["area_name"].reindex(list(codes))
    return [{"code": code, "name": code if pd.isna(name) else str(name)} for code, name in names.items()]
