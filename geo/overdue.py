"""An area table and a report without the counts of referrals, as if no extract had been read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from geo.area_counts import PREFIX
from geo.area_table import AreaTable


def without_demand(
    areas: AreaTable, report: Mapping[str, Any], note: str
) -> tuple[AreaTable, dict[str, Any]]:
    """Return an area table and its report without any figure of demand.

    Parameters
    ----------
    areas
        The area table of a build.
    report
        Its report.
    note
        What is added to the notes of the report.

    Returns
    -------
    tuple of AreaTable, dict
        Without the columns that begin with `demand_`, and without what the report says of the extracts.
    """
    gone = [column for column in areas.indicators if column.startswith(PREFIX)]
    left = replace(
        areas,
        frame=areas.frame.drop(columns=gone),
        status=areas.status.drop(columns=gone),
        provenance={column: p for column, p in areas.provenance.items() if column not in gone},
        own=tuple(entry for entry in areas.own if entry.id not in gone),
    )
    said = {
        **report,
        "demand": None,
        "indicators": left.indicators,
        "coverage": left.coverage,
        "content_hash": left.content_hash,
        "notes": [*report.get("notes", []), note],
    }
    return left, said
