"""Build a place: from a folder of published files to an area table, whole or not at all."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from data.choices import BoundaryChoice, ColumnChoice, SetAside, unread
from data.choosing import DATA_KINDS, CarriedShare, choose_boundaries, choose_columns, choose_lookup
from data.codes import AreaKind
from data.demo import NORTHMERE_FOLDER
from data.errors import GeographyError
from data.folder import Folder, Progress, read_folder
from data.indicators import Indicator, Kind, indicators
from data.provenance import Provenance, Status
from data.settings import PROJECT, settings
from data.sources.base import BoundarySource, Source, SourceKind
from geo.area_table import CRS, IDENTITY, AreaTable, make_status
from geo.beside import Beside, find_beside, not_used
from geo.builds import AREAS_FILE, Build, BuildParts, open_build, require_target, save_build
from geo.countries import leave_out_countries
from geo.crosswalk import Crosswalk, carry, from_boundaries, from_lookup, inside_place, reconcile
from geo.events import count_events, event_columns, event_indicator
from geo.find_demand import FoundDemand, find_demand
from geo.homes import Homes
from geo.identity import Identity, find_council, identify
from geo.localities import Localities, find_localities
from geo.outlines import Outlines, draw_outlines
from geo.published import compare_with_published
from geo.regions import Regions, find_regions
from geo.report import describe_build

Derive = Callable[[AreaTable], AreaTable]
"""What works further columns out of the counts of referrals in an area table, such as rates."""


@dataclass(frozen=True)
class Draft:
    """A build before it is written: the table, its outlines and the choices that made it."""

    folder: Folder
    areas: AreaTable
    outlines: Outlines
    boundaries: BoundaryChoice
    identity: Identity
    columns: ColumnChoice
    set_aside: tuple[SetAside, ...]
    crosswalk: Crosswalk | None
    reconciled: list[dict[str, Any]]
    beside: Beside
    published: list[dict[str, Any]]
    demand: FoundDemand
    region_notes: tuple[str, ...] = ()


def build_folder(
    path: Path,
    out: Path,
    council: str | None = None,
    vintage: str | None = None,
    progress: Progress | None = None,
    derive: Derive | None = None,
) -> Build:
    """Read a folder, bring its files together by small area, and write a build.

    Parameters
    ----------
    path
        The folder of published files.
    out
        Where the build goes. An earlier build there is replaced only once the new one is whole.
    council
        Name or code of one council; what `place.toml` says, or all that the boundaries hold, when not given.
    vintage
        "2021" or "2011"; what `place.toml` says, or chosen by rule, when not given.
    progress
        Called before each step.
    derive
        Works further columns out of the counts of referrals, where there are any, before the table is
        saved; none when not given.

    Raises
    ------
    AtlasError
        When the folder cannot make a build; an earlier build is left as it was.
    """
    started = time.perf_counter()
    require_target(out)
    draft = draft_build(read_folder(path, progress), council, vintage, progress)
    if derive is not None and draft.demand.demand is not None:
        draft = replace(draft, areas=derive(draft.areas))
    report = describe_build(draft, time.perf_counter() - started)
    report["asked"] = {"council": council, "vintage": vintage}
    save_build(
        out,
        BuildParts(
            areas=draft.areas,
            outlines=draft.outlines.frame,
            places=draft.beside.places.places,
            starts=draft.beside.starts,
            series=draft.beside.series,
            events=draft.beside.events,
            report=report,
            demand=draft.demand.demand,
            roads=draft.beside.roads.roads,
            times=draft.beside.times.times,
        ),
    )
    return open_build(out)


def draft_build(
    folder: Folder,
    council: str | None = None,
    vintage: str | None = None,
    progress: Progress | None = None,
    read_extracts: bool = True,
) -> Draft:
    """Choose, join and carry, without writing anything; the rows of referral extracts may be left unread."""
    tell = progress or (lambda *_: None)
    council, vintage = council or folder.settings.council, vintage or folder.settings.vintage
    tell("Choosing vintage and boundaries", 0, 5)
    boundaries = choose_boundaries(folder, vintage)
    shapes = _stack(boundaries.sources)
    homes = Homes(folder, shapes.geometry)
    tell("Carrying other vintages across", 1, 5)
    crosswalk, crossing = _find_crosswalk(folder, boundaries, shapes, homes)
    drawn = shapes.index
    anywhere = choose_columns(folder, boundaries.vintage, drawn, _carried(crosswalk, drawn))
    boundaries, here = leave_out_countries(boundaries, drawn, anywhere)
    shapes = shapes.loc[here]
    lookup = choose_lookup(folder, boundaries.vintage, here)
    identity = identify(folder, shapes, lookup, boundaries.vintage, boundaries.sources[0], homes)
    wanted = here
    if council is not None:
        mine = identity.frame["la_code"] == find_council(identity.frame, council)
        wanted = wanted[mine.fillna(False).to_numpy(dtype=bool)]
    columns = anywhere
    if not wanted.equals(drawn):
        columns = choose_columns(folder, boundaries.vintage, wanted, _carried(crosswalk, wanted))
    if not columns.columns:
        raise GeographyError(
            f"{folder.path} has boundaries but no indicator: no file of deprivation or population was used."
            + unread(folder),
            "Add the Indices of Deprivation (File 7), or small-area population estimates.",
        )
    tell("Joining indicators", 2, 5)
    inside = shapes.geometry.loc[wanted]
    localities = find_localities(folder, inside, homes)
    events = folder.of_kind(SourceKind.EVENTS)
    counts = count_events(events, inside)
    table, reconciled = _assemble(folder, boundaries, shapes.loc[wanted], identity, columns, crosswalk)
    regions = find_regions(folder, table.frame, boundaries.vintage)
    named = _add_regions(_add_localities(table, localities), regions)
    areas = _add_events(named, events, counts, boundaries.vintage)
    tell("Placing community assets", 3, 5)
    beside = find_beside(folder, areas, homes, localities, events, counts)
    demand = find_demand(folder, areas, date.today(), progress, read_extracts)
    tell("Drawing outlines", 4, 5)
    outlines = draw_outlines(folder, areas.frame, localities)
    aside = (
        *boundaries.set_aside,
        *crossing,
        *(a for a in lookup.set_aside if a.source not in regions.used),
        *columns.set_aside,
        *outlines.set_aside,
        *localities.set_aside,
        *not_used(folder, beside),
        *demand.set_aside(),
        *homes.spare(),
    )
    published = compare_with_published(areas, folder.of_kind(SourceKind.SUMMARY))
    return Draft(
        folder,
        demand.areas,
        outlines,
        boundaries,
        identity,
        columns,
        aside,
        crosswalk,
        reconciled,
        beside,
        published,
        demand,
        regions.notes,
    )


def demo_build(progress: Progress | None = None, derive: Derive | None = None) -> Path:
    """Build Northmere, the invented borough, unless it is newer than its files and this code.

    Parameters
    ----------
    progress
        Called before each step.
    derive
        Works further columns out of the counts of referrals, as in `build_folder`.

    Returns
    -------
    Path
        The build's folder.
    """
    out = settings().builds / "northmere"
    code = [p for folder in ("data", "geo", "models") for p in (PROJECT / folder).rglob("*.py")]
    newest = max(p.stat().st_mtime for p in (*code, *NORTHMERE_FOLDER.rglob("*")))
    built = out / AREAS_FILE
    if not built.is_file() or built.stat().st_mtime < newest or _is_overdue(built):
        build_folder(NORTHMERE_FOLDER, out, progress=progress, derive=derive)
    return out


def _is_overdue(built: Path) -> bool:
    """Say whether counts of referrals of that age are past their date: the demonstration counts afresh."""
    kept = timedelta(days=settings().keep_demand_days)
    return date.fromtimestamp(built.stat().st_mtime) + kept < date.today()


def _stack(sources: Sequence[BoundarySource]) -> gpd.GeoDataFrame:
    """Put boundary files together, each area from the first file that has it."""
    stacked = pd.concat([s.shapes for s in sources])
    unique = stacked[~stacked.index.duplicated()].sort_index().rename_axis("area_code")
    return gpd.GeoDataFrame(unique, geometry="geometry", crs=CRS)


def _find_crosswalk(
    folder: Folder,
    boundaries: BoundaryChoice,
    shapes: gpd.GeoDataFrame,
    homes: Homes,
) -> tuple[Crosswalk | None, list[SetAside]]:
    """Make the crosswalk from 2011 where the build is on 2021 and something in the folder needs it."""
    published = folder.of_kind(SourceKind.CROSSWALK)
    older = boundaries.older
    if boundaries.vintage != "2021" or not _needs_carrying(folder) or not (published or older):
        aside = [
            SetAside(s, "nothing has to be carried from LSOA 2011 to 2021") for s in (*published, *older)
        ]
        return None, aside
    postcodes = homes.postcodes
    if published:
        pairs = pd.concat([s.frame for s in published])
        crosswalk = from_lookup(pairs, shapes.geometry, postcodes.points)
    else:
        here = inside_place(_stack(older).geometry, shapes.geometry)
        crosswalk = from_boundaries(here, shapes.geometry, postcodes.points)
    unused = older if published else ()
    why = "the published lookup says how LSOA 2011 goes into LSOA 2021"
    aside = [SetAside(s, why) for s in unused]
    split = bool(crosswalk.weights["source"].duplicated().any())
    method = f"{crosswalk.method} ({postcodes.name})" if split else crosswalk.method
    return Crosswalk(crosswalk.weights, method), aside


def _needs_carrying(folder: Folder) -> bool:
    data = [s for kind in DATA_KINDS for s in folder.of_kind(kind, AreaKind.LSOA)]
    return any(folder.vintage_of(s) == ("2011",) for s in data)


def _carried(crosswalk: Crosswalk | None, areas: pd.Index) -> CarriedShare | None:
    """Return how much of some areas codes of 2011 carry to, where anything can be carried."""
    return None if crosswalk is None else lambda codes: crosswalk.cover(codes, areas)


def _add_regions(areas: AreaTable, regions: Regions) -> AreaTable:
    if not regions.used:
        return areas
    return areas.overlaid(regions.frame, make_status(regions.frame), regions.provenance, ())


def _add_localities(areas: AreaTable, localities: Localities) -> AreaTable:
    if localities.source is None:
        return areas
    status = make_status(localities.frame, Status.MODELLED)
    return areas.overlaid(localities.frame, status, localities.provenance, ())


def _add_events(areas: AreaTable, events: list[Source], counts: pd.DataFrame, vintage: str) -> AreaTable:
    if not events:
        return areas
    values = event_columns(events, counts, areas.frame.index)
    entries = [event_indicator(s) for s in events]
    provenance = {
        entry.id: source.provenance(f"LSOA {vintage}", "counted by the small area that holds the point")
        for entry, source in zip(entries, events, strict=True)
    }
    return areas.overlaid(values, make_status(values), provenance, entries)


def _assemble(
    folder: Folder,
    boundaries: BoundaryChoice,
    shapes: gpd.GeoDataFrame,
    identity: Identity,
    columns: ColumnChoice,
    crosswalk: Crosswalk | None,
) -> tuple[AreaTable, list[dict[str, Any]]]:
    """Join every chosen column on the area code, carrying those of another vintage."""
    names = identity.frame.reindex(shapes.index)
    geography = f"LSOA {boundaries.vintage}"
    values: dict[str, pd.Series] = {}
    carried: set[str] = set()
    provenance = {c: p for c, p in identity.provenance.items() if c in IDENTITY}
    reconciled: list[dict[str, Any]] = []
    dictionary = indicators() | {entry.id: entry for s in columns.columns.values() for entry in s.own}
    for column, source in columns.columns.items():
        indicator = dictionary[column]
        native = boundaries.vintage in folder.vintage_of(source)
        if native or crosswalk is None:
            values[column] = source.frame[column].reindex(shapes.index)
            provenance[column] = source.provenance(geography, "joined on the area code", column=column)
            continue
        people = _people(folder, source, indicator.denominator)
        values[column], entry = _carry_column(indicator, source, crosswalk, shapes.index, people)
        carried.add(column)
        reconciled += entry
        steps = [f"carried from LSOA 2011: {crosswalk.method}"]
        if people is not None and indicator.kind in (Kind.RATE, Kind.SCORE):
            steps.append(f"averaged over {indicator.denominator} of {people.label}")
        provenance[column] = source.provenance(geography, *steps, column=column)
    provenance["geometry"] = _geometry_provenance(boundaries, geography)
    plain = pd.concat([names[list(IDENTITY)], pd.DataFrame(values, index=shapes.index)], axis=1)
    frame = gpd.GeoDataFrame(plain, geometry=shapes.geometry, crs=CRS)
    status = make_status(frame)
    for column in carried:
        status[column] = make_status(frame[[column]], Status.APPORTIONED)[column]
    for prefix, placed in identity.placed.items():
        if placed:
            both = [f"{prefix}_code", f"{prefix}_name"]
            status[both] = make_status(frame[both], Status.MODELLED)
    known = indicators()
    own = [
        e for s in dict.fromkeys(columns.columns.values()) for e in s.own if columns.columns.get(e.id) is s
    ]
    table = AreaTable(
        frame, status, provenance, boundaries.vintage, own=tuple(e for e in own if e.id not in known)
    )
    return table, reconciled


def _carry_column(
    indicator: Indicator, source: Source, crosswalk: Crosswalk, areas: pd.Index, people: Source | None
) -> tuple[pd.Series, list[dict[str, Any]]]:
    """Carry one column across, and for a count reconcile its total."""
    before = source.frame[indicator.id]
    counted = people.frame[indicator.denominator] if people is not None else None
    after = carry(before, indicator, crosswalk, counted)
    entry = []
    if indicator.kind is Kind.COUNT:
        balance = reconcile(before, after, areas, crosswalk)
        entry = [{"column": indicator.id, "file": source.label, "from": "2011", "to": "2021", **balance}]
    return after.reindex(areas), entry


def _people(folder: Folder, source: Source, denominator: str | None) -> Source | None:
    """Find who a rate is averaged over when it is carried: in its own file, else in another on LSOA 2011."""
    others = folder.of_kind(SourceKind.DEPRIVATION) + folder.of_kind(SourceKind.POPULATION, AreaKind.LSOA)
    holding = [
        s
        for s in (source, *others)
        if "2011" in folder.vintage_of(s) and denominator in s.frame and s.frame[denominator].notna().any()
    ]
    return next(iter(holding), None)


def _geometry_provenance(boundaries: BoundaryChoice, geography: str) -> Provenance:
    first, *more = boundaries.sources
    steps = [n for s in boundaries.sources for n in s.notes]
    steps += [f"further areas from {s.label}" for s in more]
    return first.provenance(geography, *steps)
