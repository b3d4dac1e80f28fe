"""One write of somebody: what they may do, the rows that change, and the lines of the history that say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from data.errors import RegisterError
from data.register import tables
from data.register.reading import ids_there, read_organisation, read_place
from data.register.records import Actor, Edition, Organisation, Place, Suggestion
from data.register.refusing import check_actor, lost_race, no_such, refuse
from data.register.rights import Action, may
from data.register.rows import contact_rows, new_values, place_line, place_row, service_rows

_NAMED: Final = 60


class Deed(StrEnum):
    """What was done, as it stands in the history."""

    SUBMITTED = "submitted"
    CHANGED = "changed"
    ASKED = "asked for information"
    REJECTED = "rejected"
    PUBLISHED = "published"
    RETIRED = "retired"
    CONFIRMED = "confirmed"
    MERGED = "merged with another"
    MERGED_AWAY = "merged into another"
    UNDONE = "undone"
    CONTACT_ERASED = "contact erased"
    IMPORTED = "imported"
    IMPORT_CHANGED = "changed by import"
    IMPORT_CONFIRMED = "confirmed by import"
    SUGGESTED = "suggested a change"
    ACCEPTED = "accepted a suggestion"
    DECLINED = "declined a suggestion"
    MADE = "made"
    INVITED = "invited"
    REVOKED = "revoked an invitation"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Saving:
    """A place before and after a change, and what its line in the history says besides."""

    before: Place
    after: Place
    deed: Deed
    others: Mapping[str, Any] = field(default_factory=dict)


class Writer:
    """One transaction of somebody.

    Parameters
    ----------
    connection
        From `engine.writing`, so that nobody else writes until it ends.
    actor
        Who writes.
    """

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self.connection = connection
        self.actor = actor
        self.at = datetime.now(UTC)
        self.number = self._begun_at = read_revision(connection)

    def finish(self) -> None:
        """Set the register's revision to the number of the last line, where one was written."""
        if self.number != self._begun_at:
            self.connection.execute(update(tables.register).values(revision=self.number))

    def require(self, action: Action, entity_id: str = "") -> None:
        """Refuse those who may not do something, and guests whose invitation holds no longer."""
        check_actor(self.connection, self.actor, action, entity_id, self.at)
        if not may(self.actor, action):
            raise refuse(self.actor, action, entity_id)

    def place(self, place_id: str) -> Place:
        """Return a place as it is stored."""
        place = read_place(self.connection, place_id)
        if place is None:
            raise no_such("place", place_id)
        return place

    def organisation(self, organisation_id: str) -> Organisation:
        """Return an organisation."""
        organisation = read_organisation(self.connection, organisation_id)
        if organisation is None:
            raise no_such("organisation", organisation_id)
        return organisation

    def require_version(self, current: Place, version: int, yours: Place | Suggestion | None = None) -> None:
        """Refuse a change of another version than the present one.

        Raises
        ------
        LostRace
            With both versions, and who changed what since.
        """
        if version != current.version:
            raise lost_race(self.connection, self.actor, current, version, yours)

    def record(
        self,
        deed: Deed,
        entity: str,
        entity_id: str,
        version: int,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        **others: Any,  # noqa: ANN401
    ) -> int:
        """Append a line to the history and return its number."""
        line = self.line(deed, entity, entity_id, version, before, after, **others)
        self.connection.execute(insert(tables.history), line)
        return self.number

    def line(
        self,
        deed: Deed,
        entity: str,
        entity_id: str,
        version: int,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        **others: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        """Return the next line of the history, for those who write many in one statement."""
        self.number += 1
        return {
            "number": self.number,
            "at": self.at,
            "who": self.actor.name,
            "role": self.actor.role.value,
            "action": deed.value,
            "entity": entity,
            "entity_id": entity_id,
            "version": version,
            "before": before,
            "after": after,
            "note": "",
            "undoes": None,
            "contacts_before": None,
            "contacts_after": None,
        } | others

    def make_place(self, place: Place, deed: Deed) -> Place:
        """Write a new place, its line in the history with it."""
        made = replace(place, version=1, created_at=self.at, updated_at=self.at)
        self.refuse_taken_ids(made)
        self.connection.execute(insert(tables.place), place_row(made))
        self._write_parts(None, made)
        self.record(deed, **place_line(None, made))
        return made

    def save_place(self, before: Place, after: Place, deed: Deed, **others: Any) -> Place:  # noqa: ANN401
        """Write a changed place, its line in the history with it."""
        return self.save_places([Saving(before, after, deed, others)])[0]

    def save_places(self, savings: Sequence[Saving]) -> tuple[Place, ...]:
        """Write changed places, each with its line; services and contacts may move from one to another."""
        ids = [saving.before.id for saving in savings]
        for saving in savings:
            self.refuse_taken_ids(saving.after, *ids)
        for saving in savings:
            self._drop_parts(saving)
        return tuple(self._save(saving) for saving in savings)

    def _save(self, saving: Saving) -> Place:
        before = saving.before
        saved = replace(
            saving.after,
            id=before.id,
            version=before.version + 1,
            created_at=before.created_at,
            updated_at=self.at,
        )
        table = tables.place
        self.connection.execute(update(table).where(table.c.id == saved.id).values(new_values(saved)))
        self._write_parts(before, saved)
        self.record(saving.deed, **place_line(before, saved), **saving.others)
        return saved

    def refuse_taken_ids(self, place: Place, *also: str) -> None:
        """Refuse services and contacts whose ids stand at another place."""
        for table, parts in ((tables.service, place.services), (tables.contact, place.contacts)):
            ids = [part.id for part in parts]
            if ids and (taken := ids_there(self.connection, table, ids, {place.id, *also})):
                raise RegisterError(
                    f"{len(taken)} of what “{place.name[:_NAMED]}” offers or its contacts have an id that "
                    "stands at another place.",
                    "Open the form again: it makes new ones.",
                )

    def _drop_parts(self, saving: Saving) -> None:
        before, after = saving.before, saving.after
        if before.services and before.services != after.services:
            table = tables.service
            self.connection.execute(table.delete().where(table.c.place_id == before.id))
        if before.contacts and before.contacts != after.contacts:
            table = tables.contact
            self.connection.execute(table.delete().where(table.c.place_id == before.id))

    def _write_parts(self, before: Place | None, after: Place) -> None:
        if after.services and (before is None or before.services != after.services):
            self.connection.execute(insert(tables.service), service_rows(after))
        if after.contacts and (before is None or before.contacts != after.contacts):
            self.connection.execute(insert(tables.contact), contact_rows(after))


def newest_line(connection: Connection) -> Edition | None:
    """Return the number and time of the last line of the history, which together tell what all stands on."""
    history = tables.history.c
    newest = select(history.number, history.at).order_by(history.number.desc()).limit(1)
    row = connection.execute(newest).first()
    return (row.number, row.at) if row else None


def read_revision(connection: Connection) -> int:
    """Return the newest number of the history, 0 where there is none."""
    return connection.scalar(select(tables.register.c.revision)) or 0
