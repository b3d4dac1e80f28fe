"""The register behind `Places`: its published places in the form in which files of places come.

Once a register holds any published place in reach of a build, its places replace those of the build's folder:
the two are never added up, as a place would stand in both.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import geopandas as gpd
import pandas as pd

from data.asset_kinds import OTHER, asset_kinds
from data.errors import RegisterError, first_few
from data.place_settings import PlaceSettings
from data.provenance import MOST_NAMED, Provenance
from data.register.records import Place, Source, State
from data.settings import settings
from geo.area_table import CRS
from geo.builds import Build, open_build
from geo.places import NEVER, REGISTER, SESSIONS, TEXT, Places, find_areas, find_near, frame_of

STEPS = ("each place in the area that holds its point", "kept in the asset register")


class Registered(Protocol):
    """What a register is asked for here: see `data.register.store.Register`."""

    def published(self) -> tuple[Place, ...]:
        """Return the published places, the stale ones among them, none of which is withheld."""

    def sources(self) -> tuple[Source, ...]:
        """Return the files that places were imported from."""


def with_register(build: Build, register: Registered, today: date, stale_months: int) -> Build:
    """Return a build with the places in force: those of its register, once it holds any, else its own."""
    places = places_of(register, build, today, stale_months)
    return replace(build, places=places) if len(places.frame) else build


def open_in_force(path: Path, today: date) -> Build:
    """Open a build with the places in force: see `with_register`.

    Raises
    ------
    SourceError
        When the folder is not a build, or is damaged.
    RegisterError
        When its register cannot be read.
    """
    from data.register.store import open_register

    build = open_build(path, today)
    return with_register(build, open_register(path), today, settings().stale_months)


def places_of(register: Registered, build: Build, today: date, stale_months: int) -> Places:
    """Return the published places of a register as the places of a build.

    Parameters
    ----------
    register
        The register.
    build
        The build whose areas they lie in; those further outside them than its own places are left out.
    today
        The day on which it is asked who has confirmed them lately.
    stale_months
        After how many months without a word a place does not count.

    Returns
    -------
    Places
        One row a place and kind: a place with services of other kinds than its own counts once in each. One
        without a location stands on no map and is left out.

    Raises
    ------
    RegisterError
        When the register gives out a place whose location is to be withheld.
    """
    return place_rows(register.published(), register.sources(), build, today, stale_months)


def place_rows(
    published: Sequence[Place], sources: Iterable[Source], build: Build, today: date, stale_months: int
) -> Places:
    """Return places of a register as the places of a build: see `places_of`."""
    _refuse_withheld(published)
    by_id = {source.id: source for source in sources}
    labels = label_sources(by_id.values())
    rows = [
        row
        for place in published
        if place.easting_m is not None and place.northing_m is not None
        for row in _rows_of(place, labels.get(place.source_id, REGISTER), today, stale_months)
    ]
    numbers = (SESSIONS, "easting_m", "northing_m")
    frame = pd.DataFrame(rows, columns=["place_id", *TEXT, *numbers]).astype(dict.fromkeys(numbers, float))
    here = frame_of(_located(frame, build))
    told = {labels[id_]: _imported(source, build) for id_, source in by_id.items()}
    told[REGISTER] = _own(build)
    present = sorted(here["file"].unique())
    return Places(here, {label: told[label] for label in present}, build.places.tier)


def label_sources(sources: Iterable[Source]) -> dict[str, str]:
    """Give every source a label of its own, by its id: its file is named where two have the same title."""
    ordered = sorted(sources, key=lambda source: (source.title, source.file, source.sha256))
    titles = [source.title or source.file for source in ordered]
    for more in ([s.file for s in ordered], [s.sha256[:12] for s in ordered]):
        often = Counter(titles)
        titles = [f"{t} ({m})" if often[t] > 1 else t for t, m in zip(titles, more, strict=True)]
    return {source.id: f"{REGISTER}: {title}" for source, title in zip(ordered, titles, strict=True)}


def _refuse_withheld(published: Sequence[Place]) -> None:
    """Refuse to go on with a place that is to be withheld: it must not reach a map or a figure."""
    wrong = sum(place.withheld or place.state is not State.PUBLISHED for place in published)
    if wrong:
        raise RegisterError(
            f"{wrong:,} of {len(published):,} places of the register are given out as published, but are "
            "withheld or not published. No place of it is used.",
            "Run atlas register verify.",
        )


def _rows_of(place: Place, label: str, today: date, stale_months: int) -> Iterable[dict[str, Any]]:
    """Return a row for the place's own kind, and one for each other kind of its services."""
    known = asset_kinds()
    is_stale = place.state_on(today, stale_months) is State.STALE
    confirmed = place.last_confirmed.isoformat() if place.last_confirmed else NEVER
    told = [place.kind, *(service.kind for service in place.services)]
    kinds = dict.fromkeys(kind if kind in known else OTHER for kind in told)
    for at, kind in enumerate(kinds):
        yield {
            "place_id": f"{place.id}-{kind}" if at else place.id,
            "name": place.name or None,
            "kind": kind,
            "detail": None if at else place.detail or None,
            "address": place.address or None,
            "postcode": place.postcode or None,
            "located_by": place.located_by or None,
            "file": label,
            "unconfirmed_since": confirmed if is_stale else None,
            SESSIONS: _sessions_of(place, kind),
            "easting_m": place.easting_m,
            "northing_m": place.northing_m,
        }


def _sessions_of(place: Place, kind: str) -> float | None:
    """Add up the sessions a week of a place's services of one kind; None where no one told any."""
    known = asset_kinds()
    mine = [s for s in place.services if (s.kind if s.kind in known else OTHER) == kind]
    told = [s.sessions_a_week for s in mine if s.sessions_a_week is not None]
    return sum(told) if told else None


def _located(rows: pd.DataFrame, build: Build) -> pd.DataFrame:
    """Find the area of each row, and leave out those too far outside all of them."""
    areas = build.areas.frame
    points = gpd.GeoSeries.from_xy(rows["easting_m"], rows["northing_m"], crs=CRS)
    codes = find_areas(points, areas.geometry)
    apart = points[codes.isna()]
    beyond = float((build.report.get("places") or {}).get("beyond_m", PlaceSettings.asset_buffer_m))
    near = apart.index[find_near(apart, areas.geometry, beyond)]
    found = rows.assign(area_code=codes, la_code=codes.map(areas["la_code"]).astype("string"))
    return found[codes.notna() | codes.index.isin(near)]


def _imported(source: Source, build: Build) -> Provenance:
    return Provenance(
        source=source.title or source.file,
        publisher=source.publisher,
        licence=source.licence,
        vintage=source.dated.isoformat(),
        geography=_geography(build),
        file=source.file,
        sha256=source.sha256,
        attribution=source.attribution,
        steps=STEPS,
    )


def _own(build: Build) -> Provenance:
    """Return where places come from that people added: the register of the council, or of the councils."""
    names = sorted(build.areas.frame["la_name"].dropna().unique())
    councils = first_few(names, MOST_NAMED) if names else "the council"
    return Provenance(
        source=REGISTER,
        publisher=councils,
        licence="Not stated: ask the council before you publish",
        vintage="",
        geography=_geography(build),
        file=REGISTER,
        sha256="",
        attribution=f"Contains places from the asset register of {councils}.",
        steps=STEPS,
    )


def _geography(build: Build) -> str:
    return f"points, in LSOA {build.areas.vintage}"


def with_place(places: Places, place: Place, build: Build, today: date) -> Places:
    """Return places with one more, as if it were published and confirmed today."""
    published = replace(place, state=State.PUBLISHED, last_confirmed=today, source_id="")
    one = place_rows([published], (), build, today, 1)
    frame = pd.concat([places.frame, one.frame]).sort_index() if len(one.frame) else places.frame
    return replace(places, frame=gpd.GeoDataFrame(frame), provenance={**places.provenance, **one.provenance})


def without_places(places: Places, ids: Collection[str]) -> Places:
    """Return places without those of some ids, in any of their kinds."""
    index = places.frame.index
    mine = index.isin(list(ids)) | index.str.startswith(tuple(f"{id_}-" for id_ in ids))
    return replace(places, frame=places.frame[~mine]) if mine.any() else places
