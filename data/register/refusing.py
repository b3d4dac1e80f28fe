"""Who is refused what, and what is said: rights, invitations that hold no longer, and lost races."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from data.errors import RegisterError
from data.register import tables
from data.register.as_json import changed_keys, from_json
from data.register.decisions import Decision
from data.register.reading import give_out, read_invitations, read_organisation
from data.register.records import Actor, Invitation, Organisation, Place, Role, Suggestion
from data.register.rights import Action, may

ASK_AGAIN: Final = "Ask whoever sent you the link for a new one."
_NAMED: Final = 60


class RefusedError(RegisterError):
    """Somebody may not do this. The store keeps who tried what on which record."""

    def __init__(self, action: str, entity_id: str, message: str, hint: str) -> None:
        self.action = action
        self.entity_id = entity_id
        super().__init__(message, hint)


class LostRace(RegisterError):  # noqa: N818
    """A record was changed by somebody else after it was opened.

    Attributes
    ----------
    yours
        What was to be kept; for a decision, the record as it was seen.
    theirs
        The record as it stands now.
    """

    def __init__(
        self,
        message: str,
        yours: Place | Organisation | Suggestion | Decision,
        theirs: Place | Organisation | Decision,
    ) -> None:
        self.yours = yours
        self.theirs = theirs
        super().__init__(message, "Look at both, then change the newer one.")


def check_actor(connection: Connection, actor: Actor, action: str, entity_id: str, at: datetime) -> None:
    """Refuse a partner of no organisation, and a guest whose invitation holds no longer.

    Raises
    ------
    RefusedError
        With what to do.
    """
    if actor.invitation_id:
        found = read_invitations(connection, actor.invitation_id)
        why = "is not in this register" if not found else invitation_fault(found[0][0], at)
        if not why and (
            actor.role is not Role.PARTNER or found[0][0].organisation_id != actor.organisation_id
        ):
            why = "is of another organisation"
        if why:
            raise RefusedError(action, entity_id, f"The invitation {why}.", ASK_AGAIN)
    if actor.role is Role.PARTNER and not _is_there(connection, actor.organisation_id):
        raise RefusedError(
            action,
            entity_id,
            "You belong to no organisation of this register.",
            "Ask an editor to add yours.",
        )


def invitation_fault(invitation: Invitation, at: datetime) -> str:
    """Say why an invitation does not hold at a time, "" where it does."""
    if invitation.revoked_at is not None:
        return "was withdrawn"
    return "has expired" if at >= invitation.expires_at else ""


def _is_there(connection: Connection, organisation_id: str) -> bool:
    return bool(organisation_id) and read_organisation(connection, organisation_id) is not None


def refuse(actor: Actor, action: str, entity_id: str, why: str = "", hint: str = "") -> RefusedError:
    """Return the refusal of an action, with what to do."""
    because = why or f"with the role {actor.role.value} you may not {action}"
    ask = hint or "Ask an editor, or whoever gives out roles."
    return RefusedError(action, entity_id, f"Refused: {because}.", ask)


def no_such(what: str, entity_id: str) -> RegisterError:
    """Return the error of a record that is not there."""
    return RegisterError(
        f"There is no {what} {entity_id[:_NAMED]} in the register.", "Look for it by name in the list."
    )


def lost_race(
    connection: Connection, actor: Actor, current: Place, version: int, yours: Place | Suggestion | None
) -> LostRace:
    """Return the error of a change of another version than the present one: who changed what since.

    Without `yours` it is the version that was seen, as the history has it.
    """
    seen = yours or _seen(connection, actor, current, version)
    message = f"“{current.name[:_NAMED]}” {what_happened(connection, actor, current.id, version)}"
    return LostRace(message, seen, give_out(current, actor))


def _seen(connection: Connection, actor: Actor, current: Place, version: int) -> Place:
    """Return a place as it was at a version, withheld if it is now."""
    history = tables.history.c
    wanted = select(history.after, history.contacts_after)
    row = connection.execute(
        wanted.where(history.entity_id == current.id, history.version == version)
    ).first()
    if row is None:
        return give_out(current, actor)
    seen = from_json(row.after, row.contacts_after)
    hidden = seen.confidential or current.confidential
    return give_out(replace(seen, confidential=hidden, held=seen.held or current.held), actor)


def what_happened(connection: Connection, actor: Actor, entity_id: str, version: int) -> str:
    """Say who changed a record after a version; partners are told names of their own side only."""
    history = tables.history.c
    wanted = select(tables.history).where(history.entity_id == entity_id, history.version > version)
    rows = connection.execute(wanted.order_by(history.number)).all()
    if not rows:
        return "is not of the version that was changed."
    last = rows[-1]
    keys = dict.fromkeys(key for row in rows for key in changed_keys(row.before, row.after))
    if any(row.contacts_before != row.contacts_after for row in rows):
        keys["contacts"] = None
    who = last.who if may(actor, Action.SEE_ALL) or last.who == actor.name else "somebody else"
    when = f"{last.at:%H:%M} UTC on {last.at.day} {last.at:%B %Y}"
    what = f" ({', '.join(key.replace('_', ' ') for key in keys)})" if keys else ""
    return f"was changed by {who} at {when} after you opened it: {last.action}{what}."
