"""Links that let an organisation's people in, and receipts to follow a submission: signed, never kept.

A link holds the id of its invitation and a secret of 256 bits; the register keeps the SHA-256 of the secret
alone. Signing tells an altered link before the register is asked, and whether it holds is looked at again at
every use.
"""

import hashlib
import hmac
import os
import secrets
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Connection, insert, update

from data.errors import RegisterError
from data.register import tables
from data.register.cleaning import clean_text
from data.register.fields import LONGEST_NAME
from data.register.reading import read_invitations, read_organisation
from data.register.records import Actor, Invitation, Role
from data.register.refusing import ASK_AGAIN, RefusedError, invitation_fault, no_such
from data.register.rights import Action
from data.register.writing import Deed, Writer
from data.settings import settings

STRANGER: Final = Actor("somebody with a link", Role.VIEWER)
USE_LINK: Final = "use an invitation link"
FOLLOW: Final = "follow a receipt"
LONGEST_TOKEN: Final = 500
LONGEST_DAYS: Final = 366
_INVITATION, _RECEIPT = "invitation", "receipt"


def invite(writer: Writer, organisation_id: str, days: int | None, label: str) -> tuple[Invitation, str]:
    """Make an invitation of an organisation; the text of its link is told this once."""
    writer.require(Action.INVITE, organisation_id)
    organisation = writer.organisation(organisation_id)
    lasts = settings().invitation_days if days is None else days
    if not 1 <= lasts <= LONGEST_DAYS:
        raise RegisterError(
            f"An invitation cannot hold for {lasts:,} days.", f"Give from 1 to {LONGEST_DAYS} days."
        )
    ends = writer.at + timedelta(days=lasts)
    named = clean_text(label[:LONGEST_NAME])
    made = Invitation(str(uuid4()), organisation.id, writer.actor.name, writer.at, ends, None, named)
    secret = secrets.token_urlsafe(32)
    row = {name: getattr(made, name) for name in Invitation.__dataclass_fields__}
    writer.connection.execute(insert(tables.invitation), row | {"secret_hash": _hash(secret)})
    writer.record(Deed.INVITED, "invitation", made.id, 1, None, _to_json(made))
    return made, _sign([made.id, secret], _INVITATION)


def revoke(writer: Writer, invitation_id: str) -> Invitation:
    """End an invitation; one that was ended stays as it is."""
    writer.require(Action.INVITE, invitation_id)
    found = read_invitations(writer.connection, invitation_id)
    if not found:
        raise no_such("invitation", invitation_id)
    before = found[0][0]
    if before.revoked_at is not None:
        return before
    after = replace(before, revoked_at=writer.at)
    table = tables.invitation
    ended = update(table).where(table.c.id == before.id).values(revoked_at=writer.at)
    writer.connection.execute(ended)
    writer.record(Deed.REVOKED, "invitation", before.id, 2, _to_json(before), _to_json(after))
    return after


def read_guest(connection: Connection, token: str) -> Actor:
    """Return who comes by a link.

    Raises
    ------
    RefusedError
        When the link was altered, has expired or was withdrawn.
    """
    invitation_id, secret = _read_link(token)
    found = read_invitations(connection, invitation_id)
    if not found or not hmac.compare_digest(found[0][1], _hash(secret)):
        raise RefusedError(
            USE_LINK, invitation_id, "This invitation link is not one of this register.", ASK_AGAIN
        )
    invitation = found[0][0]
    why = invitation_fault(invitation, datetime.now(UTC))
    if why:
        raise RefusedError(USE_LINK, invitation_id, f"This invitation link {why}.", ASK_AGAIN)
    organisation = read_organisation(connection, invitation.organisation_id)
    if organisation is None:
        raise no_such("organisation", invitation.organisation_id)
    return Actor(f"invitation of {organisation.name}", Role.PARTNER, organisation.id, invitation.id)


def is_signed(token: str) -> bool:
    """Say whether a link was made here, whatever became of its invitation: whoever guesses has none such."""
    return _unsign(token, _INVITATION) is not None


def _read_link(token: str) -> tuple[str, str]:
    content = _unsign(token, _INVITATION)
    if isinstance(content, list) and len(content) == 2 and all(isinstance(part, str) for part in content):
        return content[0], content[1]
    raise RefusedError(USE_LINK, "", "This invitation link is not whole, or was altered.", ASK_AGAIN)


def sign_receipt(place_id: str) -> str:
    """Return the text of a link by which who submitted a place can follow it."""
    return _sign(place_id, _RECEIPT)


def read_receipt(token: str) -> str:
    """Return the id of the place that a receipt is of.

    Raises
    ------
    RefusedError
        When it was altered.
    """
    place_id = _unsign(token, _RECEIPT)
    if not isinstance(place_id, str):
        raise RefusedError(
            FOLLOW, "", "This receipt is not whole, or was altered.", "Look for the whole link."
        )
    return place_id


def _sign(content: Any, salt: str) -> str:  # noqa: ANN401
    return URLSafeSerializer(_key(), salt=salt).dumps(content)


def _unsign(token: str, salt: str) -> Any:  # noqa: ANN401
    """Return what a token holds, None where it is not one of ours."""
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        return None
    try:
        return URLSafeSerializer(_key(), salt=salt).loads(token)
    except BadData:
        return None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _to_json(invitation: Invitation) -> dict[str, Any]:
    values = {name: getattr(invitation, name) for name in Invitation.__dataclass_fields__}
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def _key() -> str:
    """Return what signs links: that of the settings, else that of a file made once, for its owner alone."""
    given = settings().secret_key
    if given is not None:
        return given
    path = settings().builds / "register.key"
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterError(
            f"The key of links cannot be read or made at {path}: {error}.", _KEY_HINT
        ) from error
    if len(key) < 32:
        raise RegisterError(f"{path} holds no key of links.", _KEY_HINT)
    return key


_KEY_HINT: Final = "Set ATLAS_SECRET_KEY, or see that the folder is yours and remove a damaged file."


def _make_key(path: Path) -> None:
    """Write a key whole and once: who comes second finds that of the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
