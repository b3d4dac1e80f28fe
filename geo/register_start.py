"""Start a register from the places of a build, so that nothing is lost when it takes their place."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any, Final

import pandas as pd

from data.errors import RegisterError
from data.postcode_text import canonical, squeeze
from data.provenance import Provenance
from data.register.records import Actor, Place, Source, State
from data.register.screen import screen_import
from geo.builds import Build
from geo.places import SESSIONS
from geo.register_counts import FileCount, Imported
from geo.register_editions import day_in_name, edition_key, name_keys, place_id, source_id
from geo.register_import import Importable
from geo.register_known import Known
from geo.register_rows import place_of, with_sessions

_TEXT: Final = ("name", "kind", "detail", "address", "postcode", "located_by")


def start_from_build(register: Importable, build: Build, actor: Actor) -> Imported:
    """Bring the places of a build's own files into its register, before or after people add others.

    They are those that the build shows, each once, with the file that each comes from: its SHA-256 is
    recorded, so that the same file is never counted again. A start that was cut short is gone on with.

    Parameters
    ----------
    register
        The register. What it holds already is not brought in again.
    build
        The build, with the places of its own files.
    actor
        Who does it.

    Returns
    -------
    Imported
        For each file how many of the places it gave were added, are held for an editor, or stand in the
        register already.

    Raises
    ------
    RegisterError
        When the build has no places.
    """
    if build.places.frame.empty:
        raise RegisterError("The build has no places.", "Bring in files with: atlas register import FILE")
    files = list(_files_of(build, actor))
    # A place of the files is not there already because somebody sent it: it would leave the map meanwhile.
    published = [place for place in register.everything(actor) if place.state is State.PUBLISHED]
    known = Known(published, register.sources())
    return Imported(tuple(_write(register, actor, source, rows, known) for source, rows in files), ())


def _files_of(build: Build, actor: Actor) -> Iterator[tuple[Source, pd.DataFrame]]:
    """Give each file of a build with its places; parts of one file are one."""
    frame, areas = build.places.frame, build.areas.frame
    wards = pd.DataFrame(areas[["ward_code", "ward_name"]]).reindex(frame["area_code"]).set_axis(frame.index)
    rows = pd.DataFrame(frame[list(_TEXT)]).assign(
        file=frame["file"],
        easting_m=frame.geometry.x,
        northing_m=frame.geometry.y,
        **{SESSIONS: frame[SESSIONS]},
        **wards,
    )
    made = date.fromisoformat(str(build.report["made"])[:10])
    # A label names a sheet or folder too: the next edition of a file is told by the name of the file alone.
    named = {f["sha256"]: PurePosixPath(f["path"]).name for f in build.report.get("files", [])}
    by_content: dict[str, list[str]] = {}
    for label, pedigree in build.places.provenance.items():
        by_content.setdefault(pedigree.sha256, []).append(label)
    for labels in by_content.values():
        pedigree = build.places.provenance[labels[0]]
        source = _source(pedigree, named.get(pedigree.sha256, labels[0]), made, actor)
        mine = rows[rows["file"].isin(labels)]
        yield source, mine


def _source(pedigree: Provenance, file: str, made: date, actor: Actor) -> Source:
    return Source(
        id=source_id(pedigree.sha256),
        sha256=pedigree.sha256,
        file=file,
        title=pedigree.source,
        publisher=pedigree.publisher,
        licence=pedigree.licence,
        attribution=pedigree.attribution,
        dated=day_in_name(file, made) or made,
        imported_at=datetime.now(UTC),
        imported_by=actor.name,
    )


def _place(row: Mapping[Hashable, Any], key: str, source: Source) -> Place:
    place = place_of(
        row,
        source,
        key,
        id=place_id(edition_key(source), key),
        state=State.PUBLISHED,
        name=str(row["name"]),
        kind=str(row["kind"]),
        detail=str(row["detail"]),
        address=str(row["address"]),
        postcode=canonical(squeeze(row["postcode"])) or "",
    )
    reason = screen_import(place)
    held = replace(place, held=reason, state=State.SUBMITTED) if reason else place
    return with_sessions(held, row[SESSIONS])


def _write(register: Importable, actor: Actor, source: Source, rows: pd.DataFrame, known: Known) -> FileCount:
    written = (*_TEXT, "ward_code", "ward_name")
    text = rows.astype(dict.fromkeys(written, "string")).fillna(dict.fromkeys(written, ""))
    keyed = zip(text.to_dict("records"), name_keys(rows), strict=True)
    places = [_place(row, key, source) for row, key in keyed]
    told = known.told_before(rows)
    new = [p for p, before in zip(places, told, strict=True) if p.id in known.by_id or not before]
    done = register.import_rows(actor, source, new)
    held = sum(bool(place.held) for place in new)
    return FileCount(
        file=source.file,
        sha256=source.sha256,
        title=source.title,
        publisher=source.publisher,
        licence=source.licence,
        dated=source.dated,
        dated_by="by its name, or else the day of the build",
        read=len(places),
        added=(added := max(done["added"] - held, 0)),
        updated=0,
        unchanged=len(new) - added - held,
        duplicates=len(places) - len(new),
        rejected=0,
        held=held,
    )
