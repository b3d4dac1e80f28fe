"""A publication of Open Referral made ready for the register: placed, and told from what is there."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from data.postcodes import Found, PostcodeDirectory
from data.provenance import NOT_STATED, file_sha256
from data.register.fields import MOST_SERVICES
from data.register.open_referral_load import gather, json_files
from data.register.open_referral_read import OpenReferral, newest_day, read_gathered
from data.register.records import Actor, Organisation, Place, Source
from data.sources.base import readable
from geo.area_table import CRS
from geo.builds import Build
from geo.place_tallies import WHY_NOT_PLACED
from geo.places import find_areas, find_near
from geo.register_counts import Rejected, Sorted
from geo.register_editions import Dated, find_day, source_id
from geo.register_known import Known, hidden_key
from geo.register_locate import buffer_of, council_names

_TOLD: Final = ("name", "kind", "detail", "postcode", "easting_m", "northing_m")


@dataclass(frozen=True)
class Feed:
    """A publication that was read.

    Attributes
    ----------
    source
        As the register keeps it.
    dated
        Of which day it is, and how that is known.
    content
        What it holds.
    """

    source: Source
    dated: Dated
    content: OpenReferral


def read_feed(
    path: Path, actor: Actor, today: date, said: date | None, title: str, publisher: str, licence: str
) -> Feed:
    """Read a file, folder or zip file of Open Referral, with the record that the register keeps of it.

    Raises
    ------
    AtlasError
        When it cannot be read, or the day that was said is still to come.
    """
    found = gather(path)
    dated = find_day(path, said, today, lambda: newest_day(found, today))
    sha256 = _sha256_of(path)
    name = readable(path.name)
    source = Source(
        id=source_id(sha256),
        sha256=sha256,
        file=name,
        title=title or name,
        publisher=publisher or NOT_STATED,
        licence=licence or NOT_STATED,
        attribution="",
        dated=dated.day,
        imported_at=datetime.now(UTC),
        imported_by=actor.name,
    )
    return Feed(source, dated, read_gathered(found, dated.day))


def sort_feed(
    feed: Feed,
    directory: PostcodeDirectory,
    build: Build,
    known: Known,
    organisations: Iterable[Organisation],
) -> Sorted:
    """Say what becomes of everything that a publication holds.

    A place that is there already by another source, or that somebody added, is a duplicate; the same place
    told twice in the publication keeps the services of both.

    Parameters
    ----------
    feed
        The publication.
    directory
        Where postcodes lie, for places without a point.
    build
        The build whose areas they lie in, or near to.
    known
        The places that the register holds.
    organisations
        Who is in the register: the same organisation is not added again.
    """
    content = feed.content
    rejected = [Rejected(feed.source.file, r.number, r.reason) for r in content.rejected]
    placed, lost = _place(content.places, directory, build)
    rejected += [Rejected(feed.source.file, content.numbers[place.id], why) for place, why in lost]
    same = _same_organisations(content.organisations, organisations)
    runs = {place.organisation_id: same.get(place.organisation_id, place.organisation_id) for place in placed}
    run = [replace(place, organisation_id=runs[place.organisation_id]) for place in placed]
    places = _tell_apart(_join_twins(run, known), known)
    ids = {place.organisation_id for place in places}
    return Sorted(
        read=content.read,
        places=tuple(replace(place, source_id=feed.source.id) for place in places),
        duplicates=content.read - len(places) - len(rejected),
        rejected=tuple(sorted(rejected, key=lambda row: row.row)),
        organisations=tuple(one for one in content.organisations if one.id in ids),
    )


def _place(
    places: Sequence[Place], directory: PostcodeDirectory, build: Build
) -> tuple[list[Place], list[tuple[Place, str]]]:
    """Put places without a point where their postcode is, and each in its ward; say why one is nowhere."""
    frame = pd.DataFrame(
        [(place.postcode, place.easting_m, place.northing_m) for place in places],
        columns=["postcode", "easting_m", "northing_m"],
    ).astype({"easting_m": float, "northing_m": float})
    lacks = frame["easting_m"].isna()
    found = directory.locate(frame.loc[lacks, "postcode"])
    frame.loc[lacks, ["easting_m", "northing_m"]] = found[["easting_m", "northing_m"]].round(2)
    frame.loc[lacks, "found"] = found["found"]
    points = gpd.GeoSeries.from_xy(frame["easting_m"], frame["northing_m"], crs=CRS)
    placed = frame["easting_m"].notna()
    areas, buffer_m = build.areas.frame, buffer_of(build)
    codes = find_areas(points[placed], areas.geometry)
    apart = points[codes.index[codes.isna()]]
    near = set(apart.index[find_near(apart, areas.geometry, buffer_m)])
    wards = {what: codes.map(areas[what]).astype("string").fillna("") for what in ("ward_code", "ward_name")}
    far = f"more than {buffer_m:,.0f} m outside {council_names(build.areas)}"
    kept: list[Place] = []
    lost: list[tuple[Place, str]] = []
    for at, place in enumerate(places):
        if not placed[at]:
            lost.append((place, WHY_NOT_PLACED[Found(frame.at[at, "found"])]))
        elif pd.isna(codes[at]) and at not in near:
            lost.append((place, far))
        else:
            kept.append(
                replace(
                    place,
                    easting_m=float(frame.at[at, "easting_m"]),
                    northing_m=float(frame.at[at, "northing_m"]),
                    located_by="postcode" if lacks[at] else place.located_by,
                    ward_code=str(wards["ward_code"][at]),
                    ward_name=str(wards["ward_name"][at]),
                )
            )
    return kept, lost


def _tell_apart(places: Sequence[Place], known: Known) -> list[Place]:
    """Return the places that are not there yet by another source, or that this one brought before."""
    ours = [(place, known.current(place.id)) for place in places]
    new = [place for place, there in ours if there is None and hidden_key(place) not in known.hidden]
    rows = pd.DataFrame([[getattr(place, name) for name in _TOLD] for place in new], columns=list(_TOLD))
    rows = rows.astype({**dict.fromkeys(_TOLD[:4], "string"), "easting_m": float, "northing_m": float})
    told = known.told_before(rows) if new else []
    kept: dict[str, Place] = {}
    for place in (p for p, before in zip(new, told, strict=True) if not before):
        kept[place.id] = place
    for place, there in ours:
        if there is not None:
            kept.setdefault(there, replace(place, id=there))
    return sorted(kept.values(), key=lambda place: place.id)


def _join_twins(places: Sequence[Place], known: Known) -> list[Place]:
    """Join what the publication tells twice: the same name, kind, organisation and spot.

    The one that is in the register stands for both, and the lower id where neither is.
    """
    found: dict[tuple[object, ...], Place] = {}
    for place in sorted(places, key=lambda place: (known.current(place.id) is None, place.id)):
        spot = (round(place.easting_m or 0), round(place.northing_m or 0), place.postcode)
        twin = (place.name.casefold(), place.kind, place.organisation_id, bool(place.held), *spot)
        first = found.setdefault(twin, place)
        if first is not place:
            services = (*first.services, *place.services)[:MOST_SERVICES]
            found[twin] = replace(first, services=services)
    return list(found.values())


def _same_organisations(new: Iterable[Organisation], there: Iterable[Organisation]) -> dict[str, str]:
    """Return which organisations are in the register under another id: by number, or by name without one."""
    numbers = {(one.scheme, one.identifier): one.id for one in there if one.identifier}
    names = {one.name.casefold(): one for one in there}
    same: dict[str, str] = {}
    for one in new:
        named = names.get(one.name.casefold())
        if one.identifier and (one.scheme, one.identifier) in numbers:
            same[one.id] = numbers[one.scheme, one.identifier]
        elif named is not None and not (one.identifier and named.identifier):
            same[one.id] = named.id
    return same


def _sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and content of the files of a folder."""
    if path.is_file():
        return file_sha256(path)
    told = [f"{name} {file_sha256(file)}" for name, file in json_files(path).items()]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
