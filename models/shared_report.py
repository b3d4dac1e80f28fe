"""The report of a shared build, and its README: only what may leave the council."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from data.provenance import NOT_STATED, attribution_lines
from data.sources.base import SourceKind
from geo.area_table import AreaTable
from geo.places import Places
from geo.released import Released

_AS_THEY_ARE: Final = (
    "made",
    "areas",
    "vintage",
    "wards",
    "councils",
    "regions",
    "reconciled",
    "published",
    "places",
    "localities",
    "crosswalk",
    "seconds",
)
"""Entries of a report that say nothing of referrals."""

_EMPTIED: Final = {"unknown": [], "missing": [], "set_aside": [], "rejected": 0, "rejected_rows": []}
"""Entries that repeat names of files or rows of them."""

_OF_FILES: Final = (
    "kind",
    "kind_words",
    "area",
    "area_words",
    "title",
    "publisher",
    "licence",
    "url",
    "origin",
    "size",
    "vintage",
    "edition",
    "rows",
    "rejected",
    "matched_share",
    "used",
    "columns",
    "own_columns",
    "places",
    "tally",
    "sha256",
)


def is_public(publisher: str) -> bool:
    """Say whether a file has a publisher of its own: what has none may be the council's, and stays there."""
    return bool(publisher) and NOT_STATED not in publisher and not publisher.startswith("The council itself")


def with_places_of_register(report: dict[str, Any], places: Places) -> dict[str, Any]:
    """Return a report that tells of the places in force; as it is where these are those of the folder.

    Of the folder's files of places those stay that the register has taken in. What became of their rows is
    left out: that was told of the build's own reading.
    """
    if not places.from_register:
        return report
    taken_in = {source.sha256 for source in places.provenance.values()}
    files = [
        {key: value for key, value in file.items() if key != "tally"}
        for file in report.get("files", [])
        if file["kind"] != SourceKind.ASSETS.value or file["sha256"] in taken_in
    ]
    attribution = [*report.get("attribution", []), *attribution_lines(places.provenance.values())]
    return {
        **report,
        "files": files,
        "places": {**(report.get("places") or {}), **places.count()},
        "attribution": list(dict.fromkeys(attribution)),
    }


def shared_report(
    report: dict[str, Any], areas: AreaTable, left_out: Sequence[str], released: Released
) -> dict[str, Any]:
    """Return what a shared build says of itself: no extract, no folder, no row that was rejected.

    Parameters
    ----------
    report
        The report of the internal build.
    areas
        The areas as they are shared.
    left_out
        What the shared build does not hold, in words.
    released
        The protected figures.
    """
    facts = released.facts
    kept: dict[str, Any] = {key: report[key] for key in _AS_THEY_ARE if key in report}
    files = [_file(file, areas) for file in report.get("files", []) if _may_be_named(file, areas)]
    return {
        "folder": report.get("folder", ""),
        **kept,
        **_EMPTIED,
        "tier": areas.tier.value,
        "indicators": areas.indicators,
        "coverage": areas.coverage,
        "files": files,
        "own_columns": [entry.to_json() for entry in areas.own],
        "attribution": [line for line in report.get("attribution", []) if line],
        "notes": [f"Released by {facts['controller']} on {facts['released']}. {facts['rule']}", *left_out],
        "content_hash": areas.content_hash,
        "asked": {"council": None, "vintage": None},
    }


def _may_be_named(file: dict[str, Any], areas: AreaTable) -> bool:
    """Say whether a shared build names a file: its own places and shapes, and what it took figures from."""
    if not file.get("used") or file["kind"] == SourceKind.REFERRALS.value:
        return False
    shapes = (SourceKind.ASSETS, SourceKind.BOUNDARIES, SourceKind.LOOKUP, SourceKind.POSTCODES)
    return is_public(file["publisher"]) or file["kind"] in [kind.value for kind in shapes]


def _file(file: dict[str, Any], areas: AreaTable) -> dict[str, Any]:
    """Return what is said of a file: its name without a folder, and no remark."""
    there = set(areas.indicators)
    return {
        "path": PurePosixPath(file["path"]).name,
        "part": file.get("part"),
        "why": "",
        "notes": [],
        **{key: file[key] for key in _OF_FILES if key in file},
        "columns": [column for column in file.get("columns", []) if column in there],
        "own_columns": [e for e in file.get("own_columns", []) if e["id"] in there],
    }


def shared_readme(released: Released, left_out: Sequence[str], invented: bool = False) -> str:
    """Return the README of a shared build, in Markdown."""
    facts = released.facts
    rows = [
        f"| {table} | {said['cells']:,} | {said['withheld']:,} |"
        for table, said in facts["cost"]["tables"].items()
    ]
    untold = facts["cost"]["not_told"]
    also = (
        [
            "",
            f"{untold:,} further cells are not told at all, zeros among them: they are parts of a total that "
            "is withheld.",
        ]
        if untold
        else []
    )
    absent = [f"- {line}" for line in (*facts["left_out"], *left_out)] or ["- nothing"]
    invented_words = ["**This is an invented place, made for demonstration.**", ""] if invented else []
    lines = [
        "# Referrals to children's social care, protected",
        "",
        *invented_words,
        f"- Controller: {facts['controller']}",
        f"- Released: {facts['released']}",
        f"- Months: {facts['first']} to {facts['last']}; years are counted back from the last month",
        f"- Small areas: LSOA {facts['vintage']}",
        f"- Rule: {facts['rule']}",
        f"- Line of the ledger (SHA-256): {facts['ledger']}",
        "",
        "## How to read it",
        "",
        "`released.parquet` has one row a cell: `level`, `code`, `name`, `measure`, `start` (first month),",
        "`months`, `by`, `category`, `value`, `status`. Where `status` is `suppressed` there is no value:",
        "the count is at least 1, and it is withheld because it is small or because a small one could be",
        "worked out from it. A value of 0 is a true zero. Referrals are demand that reached the council, not",
        "need.",
        "A child counts once in each small area where it lived, and wards and councils add these up.",
        "",
        "`areas.parquet` has the last 12 and 36 months of each small area, and rates, steadied rates and",
        "expected numbers that were made from the protected figures alone. Open this folder with the app by",
        "setting `ATLAS_BUILD` to it.",
        "",
        "## What is withheld",
        "",
        "| table | cells | withheld |",
        "| --- | --- | --- |",
        *rows,
        *also,
        "",
        facts["audit"],
        "",
        "## What is not here",
        "",
        *absent,
        "",
    ]
    return "\n".join(lines)
