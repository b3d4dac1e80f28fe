"""Bring in the places of a file: new ones are added, known ones follow it, what people changed stays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import insert, select, update

from data.errors import RegisterError, first_few
from data.register import tables
from data.register.as_json import KEPT_BY_STORE
from data.register.bulk import write_many
from data.register.cleaning import clean_text, is_uuid
from data.register.fields import LONGEST_NOTE, check_organisation, check_place
from data.register.merging import write_organisation
from data.register.reading import in_parts, read_organisation, read_some
from data.register.records import Organisation, Place, Source, State
from data.register.rights import Action
from data.register.rows import part_ids
from data.register.writing import Deed, Writer

BY_IMPORTS: Final = (Deed.IMPORTED.value, Deed.IMPORT_CHANGED.value, Deed.IMPORT_CONFIRMED.value)
_BY_NO_EDIT: Final = (*BY_IMPORTS, Deed.CONFIRMED.value)
ADDED, UPDATED, UNCHANGED = "added", "updated", "unchanged"


def import_rows(
    writer: Writer, source: Source, rows: Sequence[Place], organisations: Sequence[Organisation] = ()
) -> Mapping[str, int]:
    """Add and update the places of a source in one transaction, and count what was done with each.

    Parameters
    ----------
    writer
        Who imports.
    source
        The file.
    rows
        Its places.
    organisations
        Who runs them, as far as the file says; those that are there stay as they are.

    Returns
    -------
    mapping
        added, updated, unchanged. A file that was imported before changes nothing. A place that people
        changed keeps what they wrote; the source only confirms it, which counts as unchanged.
    """
    writer.require(Action.IMPORT, source.id)
    counts = {ADDED: 0, UPDATED: 0, UNCHANGED: 0}
    if _is_known(writer, source):
        return counts | {UNCHANGED: len(rows)}
    kept = _check_source(writer, source)
    _add_organisations(writer, organisations)
    wanted = [_as_imported(kept, place) for place in _check_rows(rows)]
    there = read_some(writer.connection, [place.id for place in wanted])
    edited = _edited_by_people(writer, there)
    writer.connection.execute(insert(tables.source), _source_row(kept))
    changes = []
    for place in wanted:
        before = there.get(place.id)
        after, deed = (
            (place, Deed.IMPORTED) if before is None else _follow(before, place, before.id in edited)
        )
        counts[_COUNTED[deed]] += 1
        if before is None or deed is Deed.IMPORT_CHANGED or after.last_confirmed != before.last_confirmed:
            changes.append((before, after, deed))
    write_many(writer, changes)
    table = tables.source
    writer.connection.execute(update(table).where(table.c.id == kept.id).values(counts=counts))
    told = {"file": kept.file, "sha256": kept.sha256, "title": kept.title, "dated": kept.dated.isoformat()}
    writer.record(Deed.IMPORTED, "source", kept.id, 1, None, told | {"counts": counts})
    return counts


_COUNTED: Final = {
    Deed.IMPORTED: ADDED,
    Deed.IMPORT_CHANGED: UPDATED,
    Deed.IMPORT_CONFIRMED: UNCHANGED,
}


def _add_organisations(writer: Writer, organisations: Sequence[Organisation]) -> None:
    """Add those that are not there; what people wrote of the others stays."""
    for organisation in map(check_organisation, organisations):
        if read_organisation(writer.connection, organisation.id) is None:
            write_organisation(writer, None, replace(organisation, version=1))


def _is_known(writer: Writer, source: Source) -> bool:
    wanted = select(tables.source.c.id).where(tables.source.c.sha256 == source.sha256)
    return writer.connection.execute(wanted).first() is not None


def _check_source(writer: Writer, source: Source) -> Source:
    if not is_uuid(source.id) or len(source.sha256) != 64:
        raise RegisterError(f"{source.file} comes without an id or its SHA-256.", "Import it by the command.")
    return replace(
        source,
        file=clean_text(source.file[:LONGEST_NOTE]),
        title=clean_text(source.title[:LONGEST_NOTE]),
        publisher=clean_text(source.publisher[:LONGEST_NOTE]),
        licence=clean_text(source.licence[:LONGEST_NOTE]),
        attribution=clean_text(source.attribution[:LONGEST_NOTE]),
        imported_at=writer.at,
        imported_by=writer.actor.name,
        counts={},
    )


def _check_rows(rows: Sequence[Place]) -> list[Place]:
    """Clean every row; a fault in any refuses all, with the first few."""
    checked, faults = [], []
    for place in rows:
        try:
            checked.append(check_place(place))
        except RegisterError as error:
            faults.append(error.message)
    if faults:
        raise RegisterError(
            f"{len(faults):,} of {len(rows):,} rows cannot be kept: {first_few(faults)}",
            "Reject them with their reasons before the import. Nothing was imported.",
        )
    ids = [place.id for place in checked]
    parts = [part_id for place in checked for part_id in part_ids(place)]
    if len(set(ids)) < len(ids) or len(set(parts)) < len(parts):
        raise RegisterError(
            f"Rows of the import share an id: {len(ids):,} rows, {len(set(ids)):,} ids.",
            "Leave out repeats before the import. Nothing was imported.",
        )
    return checked


def _as_imported(source: Source, place: Place) -> Place:
    held = bool(place.held)
    return replace(
        place,
        state=State.SUBMITTED if held else State.PUBLISHED,
        source_id=source.id,
        last_confirmed=place.last_confirmed or source.dated,
        submitted_by=source.imported_by,
        reason="",
        merged_into="",
    )


def _follow(before: Place, place: Place, edited: bool) -> tuple[Place, Deed]:
    """Return what becomes of a place that is there: what the source says now, or a confirmation alone."""
    day = max(filter(None, (before.last_confirmed, place.last_confirmed)), default=None)
    confirmed = replace(
        before, last_confirmed=day if before.state is State.PUBLISHED else before.last_confirmed
    )
    if edited:
        return confirmed, Deed.IMPORT_CONFIRMED
    same = (*KEPT_BY_STORE, "last_confirmed", "source_id", "submitted_by")
    after = replace(place, last_confirmed=day)
    if before.held and not after.held:  # only an editor says that it may be shown
        after = replace(after, held=before.held, state=before.state, last_confirmed=before.last_confirmed)
    if replace(after, **{name: getattr(confirmed, name) for name in same}) == confirmed:
        return confirmed, Deed.IMPORT_CONFIRMED
    return after, Deed.IMPORT_CHANGED


def _edited_by_people(writer: Writer, ids: Iterable[str]) -> set[str]:
    """Return which places people changed, more than to say that they are there."""
    history = tables.history.c
    found: set[str] = set()
    for some in in_parts(ids):
        wanted = select(history.entity_id).where(
            history.entity_id.in_(some), history.action.not_in(_BY_NO_EDIT)
        )
        found |= set(writer.connection.scalars(wanted))
    return found


def _source_row(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in Source.__dataclass_fields__}
