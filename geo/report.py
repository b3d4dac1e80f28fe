"""The report of a build: what was read, chosen, set aside, rejected and reconciled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.asset_kinds import CHARITY, UNTOLD, asset_kinds
from data.choices import SetAside
from data.codes import CODE_TYPES, AreaKind, latest_council_code, stand_in
from data.errors import first_few
from data.folder import Folder, Unplaced
from data.provenance import attribution_lines, catalogue
from data.sources.base import KIND_WORDS, Source, SourceKind, readable
from geo.area_table import LOCALITY, REGION
from geo.demand_report import describe_demand
from geo.starts import describe_starts

if TYPE_CHECKING:
    from geo.build_folder import Draft

MOST_REJECTED = 1_000
_SHOWN = 60
"""The most letters of a rejected value that are repeated."""


def describe_build(draft: Draft, seconds: float) -> dict[str, Any]:
    """Return the report of a build as plain values for JSON."""
    areas = draft.areas
    rejected = reject_list(draft)
    return {
        "folder": readable(draft.folder.path.name),
        "folder_path": str(draft.folder.path.resolve()),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "areas": len(areas.frame),
        "vintage": areas.vintage,
        "tier": areas.tier.value,
        "wards": int(areas.frame["ward_code"].nunique()),
        "councils": sorted(areas.frame["la_name"].dropna().unique()),
        "regions": sorted(areas.frame["region_name"].dropna().unique()) if REGION[1] in areas.frame else [],
        "indicators": areas.indicators,
        "coverage": areas.coverage,
        "files": describe_files(draft),
        "unknown": [describe_unplaced(u, draft.folder) for u in draft.folder.unplaced],
        "missing": list_missing(draft),
        "set_aside": [describe_set_aside(a, draft.folder) for a in all_set_aside(draft)],
        "rejected": len(rejected),
        "rejected_rows": rejected[:MOST_REJECTED],
        "reconciled": draft.reconciled,
        "published": draft.published,
        "places": describe_places(draft),
        "roads": draft.beside.roads.to_json(),
        "times": draft.beside.times.to_json(),
        "own_columns": [entry.to_json() for entry in areas.own],
        "localities": sorted(areas.frame["locality_name"].dropna().unique())
        if LOCALITY[1] in areas.frame
        else [],
        "attribution": attribution_lines(s.provenance("") for s in used_sources(draft)),
        "crosswalk": draft.crosswalk.method if draft.crosswalk else None,
        "demand": describe_demand(draft.demand),
        "notes": list_notes(draft),
        "content_hash": areas.content_hash,
        "seconds": round(seconds, 2),
    }


def all_set_aside(draft: Draft) -> list[SetAside]:
    """List every recognised file that the build took nothing from: those set aside by rule, and the rest."""
    told = {id(a.source) for a in draft.set_aside} | {id(s) for s in used_sources(draft)}
    spare = [SetAside(s, "the build had no use for it") for s in draft.folder.sources if id(s) not in told]
    return [*draft.set_aside, *spare]


def describe_files(draft: Draft) -> list[dict[str, Any]]:
    """Describe every recognised file: what it is, its vintage, how much of the build it matches, its use."""
    aside = {id(a.source): a for a in all_set_aside(draft)}
    used = {id(s) for s in used_sources(draft)}
    return [
        describe_source(s, draft.folder, draft, id(s) in used, aside.get(id(s)))
        for s in (*draft.folder.sources, *draft.folder.left_out)
    ]


def used_sources(draft: Draft) -> list[Source]:
    """List the sources that the build took something from."""
    aside = {id(a.source) for a in draft.set_aside if not a.partly}
    chosen = {id(s) for s in draft.columns.columns.values()} | {id(s) for s in draft.outlines.used}
    chosen |= {id(s) for s in draft.beside.used} | {id(s) for s in draft.demand.used}
    chosen |= {id(s) for s in draft.folder.of_kind(SourceKind.SUMMARY) if draft.published}
    supporting = (SourceKind.BOUNDARIES, SourceKind.LOOKUP, SourceKind.CROSSWALK, SourceKind.POSTCODES)
    named = {(p.file, p.sha256) for p in draft.areas.provenance.values()}
    out = []
    for source in draft.folder.sources:
        structural = (
            source.kind in supporting and id(source) not in aside and source.kind is not SourceKind.LOOKUP
        )
        if (
            id(source) in chosen
            or structural
            or ((source.label, source.sha256) in named and id(source) not in aside)
        ):
            out.append(source)
    return out


def describe_source(
    source: Source,
    folder: Folder,
    draft: Draft | None = None,
    used: bool = False,
    aside: SetAside | None = None,
) -> dict[str, Any]:
    """Describe one recognised file; without a draft, as when a build is refused, it fills nothing.

    Parameters
    ----------
    source
        The file.
    folder
        The folder that holds it.
    draft
        The build that is made of the folder, if one can be.
    used
        Whether the build takes something from the file.
    aside
        Why the build does not, where a rule says so.
    """
    notes = [*source.notes]
    finding = folder.vintages.get(folder.sources.index(source)) if source in folder.sources else None
    if finding is not None:
        notes.append(finding.why)
    if draft is not None and source in draft.demand.waiting:
        notes.append(draft.demand.looked[draft.demand.waiting.index(source)])
    if aside is not None:
        notes += [f"set aside: {aside.reason}", *([aside.hint] if aside.hint else [])]
    vintages = finding.vintages if finding is not None else ()
    entry = catalogue()[source.entry]
    columns = [c for c, s in draft.columns.columns.items() if s is source] if draft else []
    return {
        "path": readable(source.path.relative_to(folder.path).as_posix()),
        "part": source.part and readable(source.part),
        "kind": source.kind.value,
        "kind_words": KIND_WORDS[source.kind],
        "why": source.why,
        "area": source.area_kind.value if source.area_kind else "",
        "area_words": CODE_TYPES[source.area_kind].plural if source.area_kind else "",
        "title": entry.title,
        "publisher": entry.publisher,
        "licence": entry.licence,
        "url": entry.url,
        "origin": source.origin.name.lower(),
        "size": source.path.stat().st_size,
        "vintage": " or ".join(vintages) if vintages else source.edition,
        "edition": source.edition,
        "rows": source.rows,
        "rejected": len(source.rejected),
        "matched_share": matched_share(source, draft) if draft else None,
        "used": used,
        "columns": columns,
        "own_columns": [e.to_json() for e in source.own],
        "places": count_kinds(source),
        "tally": describe_tally(source, draft) if draft else None,
        "sha256": source.sha256,
        "notes": notes,
    }


def count_kinds(source: Source) -> dict[str, int]:
    """Count the usable rows of a file of places by kind, the most frequent first; none for other files."""
    if source.kind is not SourceKind.ASSETS:
        return {}
    words = {kind.id: kind.plural for kind in asset_kinds().values()}
    words |= {CHARITY: "charities' addresses", UNTOLD: "kind not told"}
    return {words[str(kind)]: int(n) for kind, n in source.frame["kind"].value_counts().items()}


def describe_tally(source: Source, draft: Draft) -> dict[str, Any] | None:
    """Return what became of every row of a file of places; None for any other file."""
    tally = draft.beside.tallies.get(source)
    return tally.to_json() if tally else None


def describe_places(draft: Draft) -> dict[str, Any]:
    """Return how many places of each kind the build has, inside its areas and beyond them."""
    return {
        **draft.beside.places.places.count(),
        "beyond_m": draft.folder.settings.asset_buffer_m,
        "measured_from": describe_starts(draft.beside.starts),
        "sessions_a_week": dict(draft.folder.settings.capacity),
    }


def matched_share(source: Source, draft: Draft) -> float | None:
    """Return the share of the build's areas, wards or councils that stand in a file; None for postcodes."""
    frame = draft.areas.frame
    if source.kind is SourceKind.SERIES or source.area_kind is None:
        return None
    codes = {
        AreaKind.LSOA: frame.index,
        AreaKind.WARD: pd.Index(frame["ward_code"].dropna().unique()),
        AreaKind.COUNCIL: pd.Index(frame["la_code"].dropna().unique()),
    }.get(source.area_kind)
    if codes is None or not len(codes):
        return None
    if source.area_kind is AreaKind.COUNCIL:
        held = latest_council_code(source.frame.index.to_series())
        return round(float(latest_council_code(codes.to_series()).isin(held).mean()), 4)
    return round(float(stand_in(codes, source.frame.index).mean()), 4)


def describe_set_aside(aside: SetAside, folder: Folder) -> dict[str, str | bool]:
    """Return a set-aside file, or the set-aside part of a file that is used otherwise, as plain values."""
    path = readable(aside.source.path.relative_to(folder.path).as_posix())
    kind = aside.source.kind.value
    return {"path": path, "kind": kind, "reason": aside.reason, "hint": aside.hint, "partly": aside.partly}


def describe_unplaced(unplaced: Unplaced, folder: Folder) -> dict[str, str]:
    """Return a file that no reader took as plain values."""
    path = readable(unplaced.path.relative_to(folder.path).as_posix())
    return {"path": path, "reason": unplaced.reason, "hint": unplaced.hint}


def reject_list(draft: Draft) -> list[dict[str, Any]]:
    """List every rejected row with its file, row number, value and reason.

    Postcodes without a grid reference are told by their file's count alone: a directory holds thousands.
    """
    told_apart = (SourceKind.POSTCODES, SourceKind.ASSETS)
    rejected = [
        {"file": s.label, "row": r.row, "value": r.value, "reason": r.reason, "near": ""}
        for s in draft.folder.sources
        if s.kind not in told_apart
        for r in s.rejected.itertuples()
    ]
    rejected += draft.beside.places.rejected.to_dict("records")
    return [
        {
            **r,
            "row": int(r["row"]),
            "value": None if pd.isna(r["value"]) else readable(str(r["value"]))[:_SHOWN],
        }
        for r in rejected
    ]


def list_notes(draft: Draft) -> list[str]:
    """List what an analyst should know of the build as a whole."""
    return [
        *draft.folder.notes,
        *draft.identity.notes,
        *_district_notes(draft),
        *draft.region_notes,
        *draft.beside.localities.notes,
        *draft.outlines.notes,
        *draft.beside.places.notes,
        *draft.beside.roads.notes,
        *draft.beside.times.notes,
        *unmatched_notes(draft),
    ]


def _district_notes(draft: Draft) -> list[str]:
    """Say which councils are districts, which do not run children's services."""
    frame = draft.areas.frame
    districts = frame.loc[frame["la_code"].str.startswith("E07").fillna(False), "la_name"].unique()
    if not len(districts):
        return []
    return [
        f"{first_few(districts)}: districts do not run children's services, their county does. Add a lookup "
        "with a column of upper-tier councils (UTLA) to group by county."
    ]


def list_missing(draft: Draft) -> list[str]:
    """Say in words which kinds of figure the build is without."""
    have = set(draft.areas.indicators)
    frame = draft.areas.frame
    wants = [
        (
            "need_imd_rank" in have or "need_imd_score" in have,
            "Indices of Deprivation (File 7, or Files 1 and 2)",
        ),
        ("need_idaci_rank" in have, "income deprivation affecting children (IDACI; File 3 or File 7)"),
        ("pop_0_17" in have, "children aged 0–17 (ONS small-area population by single year of age)"),
        (bool(frame["ward_code"].notna().any()), "a lookup from small areas to wards"),
        (bool(frame["la_code"].notna().any()), "a lookup from small areas to councils"),
    ]
    return [words for present, words in wants if not present] + _partly_covered(draft)


def _partly_covered(draft: Draft) -> list[str]:
    """Name the indicators that some areas of the build have and others lack."""
    total = len(draft.areas.frame)
    lacking: dict[int, list[str]] = {}
    for column in draft.areas.indicators:
        if without := int(draft.areas.frame[column].isna().sum()):
            lacking.setdefault(without, []).append(draft.areas.dictionary[column].label)
    return [
        f"{first_few(labels, 3)}: {without:,} of {total:,} small areas have no value"
        for without, labels in sorted(lacking.items())
    ]


def unmatched_notes(draft: Draft) -> list[str]:
    """Name small areas of the build's councils that stand in a used file but have no boundary."""
    notes = []
    areas = draft.areas.frame
    councils = set(latest_council_code(areas["la_code"].dropna()))
    vintage = draft.areas.vintage
    for source in used_sources(draft):
        if source.area_kind is not AreaKind.LSOA or "la_code" not in source.frame.columns:
            continue
        if vintage not in draft.folder.vintage_of(source):
            continue
        mine = source.frame.index[latest_council_code(source.frame["la_code"]).isin(councils)]
        lost = mine.difference(areas.index)
        if len(lost):
            notes.append(
                f"{len(lost):,} small areas of these councils stand in {source.label} but have no boundary: "
                f"{', '.join(lost[:5])}."
            )
    return notes
