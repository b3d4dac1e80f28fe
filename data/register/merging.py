"""Make one place of two, and keep the organisations that run them."""

from dataclasses import replace
from typing import Final

from sqlalchemy import insert, update

from data.errors import RegisterError
from data.register import tables
from data.register.as_json import organisation_to_json
from data.register.fields import check_organisation, check_place
from data.register.moves import keep_location, require_location
from data.register.reading import read_organisation
from data.register.records import Organisation, Place, State
from data.register.refusing import LostRace, no_such, what_happened
from data.register.rights import Action
from data.register.rows import part_ids
from data.register.submitting import stamp_consents
from data.register.writing import Deed, Saving, Writer

_KEPT: Final = ("state", "source_id", "source_key", "merged_into", "submitted_by", "reason")


def merge(writer: Writer, keep: Place, gone_id: str, gone_version: int) -> Place:
    """Keep one place with the fields that are wanted of both, and retire the other, which says into which.

    Services and contacts of the other that the kept one takes over move to it. Where the location of either
    is withheld that of both is from now on: they are the same place.
    """
    writer.require(Action.MERGE, keep.id)
    if keep.id == gone_id:
        raise RegisterError("A place cannot be merged with itself.", "Choose two places.")
    current, gone = writer.place(keep.id), writer.place(gone_id)
    writer.require_version(current, keep.version, keep)
    writer.require_version(gone, gone_version)
    for place in (current, gone):
        if place.merged_into:
            raise RegisterError(
                f"“{place.name[:60]}” was merged already.", "Open the one that it was merged into."
            )
    if gone.state is State.PUBLISHED and current.state is not State.PUBLISHED:
        raise RegisterError(
            f"“{gone.name[:60]}” is published and “{current.name[:60]}” is {current.state.value}, so nothing "
            "would be published any more.",
            "Keep the published one, and take over into it what the other says.",
        )
    kept = _kept(writer, keep, current, gone)
    savings = [
        Saving(gone, _left(gone, kept), Deed.MERGED_AWAY, {"note": kept.id}),
        Saving(current, kept, Deed.MERGED, {"note": gone.id}),
    ]
    return writer.save_places(savings)[1]


def _kept(writer: Writer, keep: Place, current: Place, gone: Place) -> Place:
    days = [day for day in (current.last_confirmed, gone.last_confirmed) if day]
    contacts = stamp_consents(keep.contacts, (*gone.contacts, *current.contacts), writer.at)
    wanted = replace(
        keep_location(current, keep),
        **{name: getattr(current, name) for name in _KEPT},
        confidential=keep.confidential or current.confidential or gone.confidential,
        held=current.held or gone.held,
        last_confirmed=max(days, default=None),
        contacts=contacts,
    )
    kept = check_place(wanted)
    if kept.organisation_id:
        writer.organisation(kept.organisation_id)
    if kept.state is State.PUBLISHED:
        require_location(kept)
    return kept


def _left(gone: Place, kept: Place) -> Place:
    """Return the place that goes, without what the other takes over."""
    taken = set(part_ids(kept))
    return replace(
        gone,
        state=State.RETIRED,
        merged_into=kept.id,
        reason=f"merged into “{kept.name}”",
        confidential=gone.confidential or kept.confidential,
        held=gone.held or kept.held,
        services=tuple(service for service in gone.services if service.id not in taken),
        contacts=tuple(contact for contact in gone.contacts if contact.id not in taken),
    )


def save_organisation(writer: Writer, organisation: Organisation) -> Organisation:
    """Add an organisation (version 0) or change one."""
    writer.require(Action.ORGANISE, organisation.id)
    cleaned = check_organisation(organisation)
    current = read_organisation(writer.connection, cleaned.id)
    if current is None and cleaned.version:
        raise no_such("organisation", cleaned.id)
    if current is not None and replace(cleaned, version=current.version) == current:
        return current
    if current is not None and current.version != cleaned.version:
        what = what_happened(writer.connection, writer.actor, current.id, cleaned.version)
        raise LostRace(f"“{current.name[:60]}” {what}", organisation, current)
    return write_organisation(writer, current, replace(cleaned, version=cleaned.version + 1))


def write_organisation(writer: Writer, before: Organisation | None, after: Organisation) -> Organisation:
    """Write an organisation and its line of the history."""
    table = tables.organisation
    row = organisation_to_json(after)
    if before is None:
        writer.connection.execute(insert(table), row)
    else:
        writer.connection.execute(update(table).where(table.c.id == after.id).values(row))
    old = organisation_to_json(before) if before else None
    deed = Deed.CHANGED if before else Deed.MADE
    writer.record(deed, "organisation", after.id, after.version, old, row)
    return after
