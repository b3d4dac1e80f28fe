"""Put new places before the editors: once each, screened, and by the open form so many an hour."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from data.errors import RegisterError
from data.register import tables
from data.register.as_json import changed_keys, to_json
from data.register.fields import check_place
from data.register.reading import read_place
from data.register.records import Contact, Place, Role, State
from data.register.refusing import refuse
from data.register.rights import Action, may
from data.register.screen import hold_reason
from data.register.writing import Deed, Writer
from data.settings import settings

MOST_SUBMITTED: Final = 500
"""How many places may be submitted at once."""


def submit(writer: Writer, draft: Place) -> Place:
    """Put a new place before the editors; the same one again is no second place."""
    open_form = writer.actor.role is Role.VIEWER and settings().open_form
    if not open_form:
        writer.require(Action.SUBMIT, draft.id)
    cleaned = check_place(_as_submitted(writer, draft))
    there = read_place(writer.connection, cleaned.id)
    if there is not None:
        _require_same(writer, cleaned)
        return there
    _require_new(writer, cleaned.id)
    if open_form:
        _require_room(writer, cleaned.id)
    return writer.make_place(replace(cleaned, held=why_held(writer, cleaned)), Deed.SUBMITTED)


def submit_many(writer: Writer, drafts: Sequence[Place]) -> tuple[Place, ...]:
    """Put many new places before the editors at once; the open form is for one at a time."""
    writer.require(Action.SUBMIT)
    if len(drafts) > MOST_SUBMITTED:
        raise RegisterError(
            f"{len(drafts):,} places are more than the {MOST_SUBMITTED:,} that may be sent at once.",
            "Send them in several files.",
        )
    return tuple(submit(writer, draft) for draft in drafts)


def _as_submitted(writer: Writer, draft: Place) -> Place:
    """Return a draft with what the store sets, whatever it came with."""
    actor = writer.actor
    editor = may(actor, Action.EDIT)
    contacts = stamp_consents(draft.contacts, (), writer.at)
    if actor.role is Role.VIEWER:
        contacts = tuple(replace(contact, consent=False, consented_at=None) for contact in contacts)
    return replace(
        draft,
        version=1,
        state=State.SUBMITTED,
        held="",
        confidential=draft.confidential if editor else False,
        organisation_id=draft.organisation_id if editor else actor.organisation_id,
        reason="",
        source_id="",
        source_key="",
        last_confirmed=None,
        merged_into="",
        submitted_by=actor.name,
        created_at=None,
        updated_at=None,
        contacts=contacts,
    )


def stamp_consents(
    contacts: Sequence[Contact], before: Sequence[Contact], at: datetime
) -> tuple[Contact, ...]:
    """Return contacts with the time of their consent: that which was kept, or now."""
    given = {contact.id: contact.consented_at for contact in before if contact.consent}
    return tuple(
        replace(contact, consented_at=(given.get(contact.id) or at) if contact.consent else None)
        for contact in contacts
    )


def _require_same(writer: Writer, draft: Place) -> None:
    """Refuse an id that stands for another place, or for this one with other content."""
    history = tables.history.c
    wanted = select(history.who, history.after).where(history.entity_id == draft.id, history.version == 1)
    first = writer.connection.execute(wanted).one()
    differ = set(changed_keys(first.after, to_json(draft))) - {"held"}
    if first.who != writer.actor.name or differ:
        raise RegisterError(
            "A place with the id of this form is there already, and says something else.",
            "If it is yours, change it among your submissions. Else open the form again.",
        )


def _require_new(writer: Writer, place_id: str) -> None:
    """Refuse the id of another record, such as an organisation: the history of the two would be one."""
    history = tables.history.c
    if writer.connection.execute(select(history.number).where(history.entity_id == place_id)).first():
        raise RegisterError("The id of this form stands for something else.", "Open the form again.")


def _require_room(writer: Writer, place_id: str) -> None:
    """Refuse more submissions by the open form than an hour may bring."""
    history = tables.history.c
    wanted = select(func.count()).where(
        history.role == Role.VIEWER.value,
        history.action == Deed.SUBMITTED.value,
        history.at > writer.at - timedelta(hours=1),
    )
    most = settings().open_form_an_hour
    if (writer.connection.scalar(wanted) or 0) >= most:
        why = f"the open form takes {most} places an hour, and has had them"
        raise refuse(writer.actor, Action.SUBMIT, place_id, why, "Try again in an hour.")


def why_held(writer: Writer, place: Place) -> str:
    """Say why an editor has to look; an organisation that is not there is refused."""
    if not place.organisation_id:
        return hold_reason(place)
    return hold_reason(place, writer.organisation(place.organisation_id).name)
