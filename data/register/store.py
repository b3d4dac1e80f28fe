"""The asset register: every way to read and change it, for every face of the tool.

Each write is one transaction: it takes the register, asks whether this person may, whether the invitation
holds, whose place it is and whether the version is the present one, changes the rows, and appends to the
history. What is refused is rolled back and kept in the log of refusals.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from data.provenance import Tier
from data.register import (
    changes,
    deciding,
    erasing,
    importing,
    invitations,
    merging,
    moves,
    reading,
    refusals,
    submitting,
    suggesting,
)
from data.register.decisions import Decision
from data.register.engine import file_of, make_engine, register_url, writing
from data.register.engine import reading as reading_from
from data.register.migrations import ensure_current, version_of
from data.register.records import (
    Actor,
    Change,
    Edition,
    Invitation,
    Organisation,
    Place,
    Receipt,
    Refusal,
    Role,
    Source,
    Suggestion,
)
from data.register.refusing import LostRace, RefusedError, check_actor, no_such, refuse
from data.register.rights import Action, may
from data.register.sqlite_file import is_there
from data.register.writing import Writer, newest_line, read_revision

__all__ = ["LostRace", "RefusedError", "Register", "open_register"]

_P = ParamSpec("_P")
_T = TypeVar("_T")


def open_register(beside: Path, url: str | None = None) -> "Register":
    """Open the register of a build, at an address or where the settings say; only a write makes it."""
    return Register(make_engine(url if url is not None else register_url(beside)))


class Register:
    """The register of places on an engine of `engine.make_engine`. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._current = False
        self._published: tuple[object, tuple[Place, ...]] = (None, ())

    def revision(self) -> int:
        """Return the newest number of the history: 0 when the register holds nothing."""
        with self._reading() as connection:
            return read_revision(connection)

    def edition(self) -> Edition | None:
        """Return what tells this state of the register from any other; None when it holds nothing.

        The revision alone does not: after a backup was restored, its numbers come again.
        """
        with self._reading() as connection:
            return newest_line(connection)

    def published(self) -> tuple[Place, ...]:
        """Return the places that count: published, stale ones too, none whose location is withheld."""
        with self._reading() as connection:
            newest, kept = newest_line(connection), self._published
            if kept[0] != newest:
                places = reading.read_places(connection, reading.IS_PUBLISHED, blank=("submitted_by",))
                kept = self._published = (newest, reading.give_out_all(places, None))
            return kept[1]

    def everything(self, actor: Actor) -> tuple[Place, ...]:
        """Return every place in every state."""
        with self._asking(actor, Action.SEE_ALL) as connection:
            return reading.give_out_all(reading.read_places(connection), actor)

    def find(self, actor: Actor, place_id: str) -> Place:
        """Return a place that somebody may see."""
        with self._asking(actor, None, "see a place", place_id) as connection:
            place = reading.read_place(connection, place_id)
            if place is not None and reading.may_see(place, actor):
                return reading.give_out(place, actor)
            if place is None and may(actor, Action.SEE_ALL):
                raise no_such("place", place_id)
            raise refuse(actor, "see a place", place_id, "there is no such published place")

    def mine(self, actor: Actor) -> tuple[Place, ...]:
        """Return the places of somebody's organisation in any state, the newest change first."""
        with self._asking(actor, None, "see own places") as connection:
            return reading.give_out_all(reading.read_own(connection, actor), actor)

    def follow(self, token: str) -> Place:
        """Return the place that a receipt is of."""
        with self._logging(invitations.STRANGER), self._reading() as connection:
            place_id = invitations.read_receipt(token)
            place = reading.read_place(connection, place_id)
            if place is None:
                raise no_such("place", place_id)
            return reading.give_out(place, None)

    def queue(self, actor: Actor) -> tuple[Place, ...]:
        """Return what waits for an editor, the oldest first."""
        with self._asking(actor, Action.SEE_ALL) as connection:
            places = reading.read_places(connection, reading.IS_WAITING)
        waiting = sorted(places, key=lambda place: (place.created_at, place.id))
        return reading.give_out_all(waiting, actor)

    def suggestions(self, actor: Actor, state: str = "open") -> tuple[Suggestion, ...]:
        """Return suggestions in a state, the oldest first; "" is every state. A partner sees their own."""
        needs = Action.SUGGEST if actor.role is Role.PARTNER else Action.SEE_ALL
        with self._asking(actor, needs) as connection:
            return suggesting.read_for(connection, actor, state)

    def history(
        self, actor: Actor, entity_id: str = "", limit: int = 200, before: int | None = None
    ) -> tuple[Change, ...]:
        """Return who did what, the newest first: of one record, or of all."""
        with self._asking(actor, Action.SEE_HISTORY, entity_id=entity_id) as connection:
            return changes.read_changes(connection, entity_id, limit, before)

    def organisations(self) -> tuple[Organisation, ...]:
        """Return every organisation by name."""
        with self._reading() as connection:
            return reading.read_organisations(connection)

    def sources(self) -> tuple[Source, ...]:
        """Return every file that was imported, the newest first."""
        with self._reading() as connection:
            return reading.read_sources(connection)

    def invitations(self, actor: Actor) -> tuple[Invitation, ...]:
        """Return every invitation, the newest first."""
        with self._asking(actor, Action.INVITE) as connection:
            return tuple(invitation for invitation, _ in reading.read_invitations(connection))

    def refusals(self, actor: Actor, limit: int = 200) -> tuple[Refusal, ...]:
        """Return what was refused, the newest first."""
        with self._asking(actor, Action.SEE_HISTORY) as connection:
            return refusals.read_refusals(connection, limit)

    def submit(self, actor: Actor, draft: Place) -> Receipt:
        """Put a new place before the editors; sent twice it is one."""
        return _receipt(self._write(actor, submitting.submit, draft), actor)

    def submit_many(self, actor: Actor, drafts: Sequence[Place]) -> tuple[Receipt, ...]:
        """Put new places before the editors, all of them or none."""
        places = self._write(actor, submitting.submit_many, drafts)
        return tuple(_receipt(place, actor) for place in places)

    def edit(self, actor: Actor, changed: Place) -> Place:
        """Change a place: an editor any, a partner an own draft. A withheld location left empty stays."""
        return reading.give_out(self._write(actor, moves.edit, changed), actor)

    def suggest(
        self, actor: Actor, place_id: str, version: int, changes: Mapping[str, Any], note: str = ""
    ) -> Suggestion:
        """Ask for a change of a published place: fields as `fields.to_json` writes them, and contacts."""
        return self._write(actor, suggesting.suggest, place_id, version, changes, note)

    def settle(self, actor: Actor, suggestion_id: str, accept: bool, reason: str = "") -> Suggestion:
        """Accept a suggestion, which changes the place, or reject it with a reason."""
        return self._write(actor, suggesting.settle, suggestion_id, accept, reason)

    def publish(self, actor: Actor, place_id: str, version: int, confidential: bool = False) -> Place:
        """Publish a place, confirmed today; what held it is settled by this."""
        return reading.give_out(self._write(actor, moves.publish, place_id, version, confidential), actor)

    def ask(self, actor: Actor, place_id: str, version: int, reason: str) -> Place:
        """Ask who submitted a place for more."""
        return reading.give_out(self._write(actor, moves.ask, place_id, version, reason), actor)

    def reject(self, actor: Actor, place_id: str, version: int, reason: str) -> Place:
        """Reject what was submitted, with a reason that the partner sees."""
        return reading.give_out(self._write(actor, moves.reject, place_id, version, reason), actor)

    def retire(self, actor: Actor, place_id: str, version: int, reason: str) -> Place:
        """Take a published place out of use."""
        return reading.give_out(self._write(actor, moves.retire, place_id, version, reason), actor)

    def confirm(self, actor: Actor, place_ids: Sequence[str], day: date) -> int:
        """Note that published places were there on a day; return of how many that is news."""
        return self._write(actor, moves.confirm, place_ids, day)

    def merge(self, actor: Actor, keep: Place, gone_id: str, gone_version: int) -> Place:
        """Make one place of two: one is kept with the fields given, the other retired."""
        return reading.give_out(self._write(actor, merging.merge, keep, gone_id, gone_version), actor)

    def undo(self, actor: Actor, number: int) -> Change:
        """Put back what stood before a change, by a change more; of a merge, by two."""
        numbers = self._write(actor, changes.undo, number)
        with self._reading() as connection:
            return changes.read_change(connection, numbers[-1])

    def save_organisation(self, actor: Actor, organisation: Organisation) -> Organisation:
        """Add an organisation (version 0) or change one."""
        return self._write(actor, merging.save_organisation, organisation)

    def erase_contact(self, actor: Actor, place_id: str, contact_id: str) -> None:
        """Delete a contact and its traces in the history and in suggestions."""
        self._write(actor, erasing.erase_contact, place_id, contact_id)
        erasing.drop_from_log(self.engine)

    def import_rows(
        self,
        actor: Actor,
        source: Source,
        rows: Sequence[Place],
        organisations: Sequence[Organisation] = (),
    ) -> Mapping[str, int]:
        """Add and update the places of a file in one transaction; return how many were what.

        Organisations of the file that are not there are added with them.
        """
        return self._write(actor, importing.import_rows, source, rows, organisations)

    def invite(
        self, actor: Actor, organisation_id: str, days: int | None = None, label: str = ""
    ) -> tuple[Invitation, str]:
        """Invite an organisation's people; return the text of the link, which is told this once."""
        return self._write(actor, invitations.invite, organisation_id, days, label)

    def revoke(self, actor: Actor, invitation_id: str) -> Invitation:
        """Withdraw an invitation."""
        return self._write(actor, invitations.revoke, invitation_id)

    def save_decision(self, actor: Actor, draft: Decision) -> Decision:
        """Save a record of a decision (version 0 is new), or a draft that was changed, as a version more."""
        return self._write(actor, deciding.save_decision, draft)

    def agree_decision(self, actor: Actor, decision_id: str, version: int) -> Decision:
        """Say that a draft was agreed, where nothing is lacking; it is never changed after that."""
        return self._write(actor, deciding.agree_decision, decision_id, version)

    def withdraw_decision(self, actor: Actor, decision_id: str, version: int, reason: str) -> Decision:
        """Withdraw a record, with the reason; it is kept and shown as withdrawn."""
        return self._write(actor, deciding.withdraw_decision, decision_id, version, reason)

    def decisions(self, actor: Actor, tier: Tier) -> tuple[Decision, ...]:
        """Return the newest version of each record that a build of a tier may show, the newest first."""
        with self._asking(actor, Action.SEE_DECISIONS) as connection:
            return deciding.read_shown(connection, actor, tier)

    def decision(self, actor: Actor, decision_id: str, tier: Tier) -> Decision:
        """Return the newest version of a record; see `decisions`."""
        return self.decision_versions(actor, decision_id, tier)[-1]

    def decision_versions(self, actor: Actor, decision_id: str, tier: Tier) -> tuple[Decision, ...]:
        """Return every version of a record, the oldest first; see `decisions`."""
        with self._asking(actor, Action.SEE_DECISIONS, entity_id=decision_id) as connection:
            versions = deciding.read_for(connection, actor, decision_id, tier)
            if not versions:
                raise no_such("record of a decision", decision_id)
            return versions

    def guest(self, token: str) -> Actor:
        """Return who comes by an invitation's link."""
        with self._logging(invitations.STRANGER), self._reading() as connection:
            return invitations.read_guest(connection, token)

    def note_refusal(self, actor: Actor, action: str, entity_id: str, why: str) -> None:
        """Keep that somebody was refused something."""
        self._make()
        with writing(self.engine) as connection:
            refusals.keep_refusal(
                connection, Refusal(datetime.now(UTC), actor.name, actor.role, action, entity_id, why)
            )

    def _write(
        self, actor: Actor, work: Callable[Concatenate[Writer, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Do some work in one transaction of its own."""
        with self._logging(actor):
            self._make()
            with writing(self.engine) as connection:
                writer = Writer(connection, actor)
                done = work(writer, *args, **kwargs)
                writer.finish()
            return done

    def _make(self) -> None:
        """Make the register where there is none, and bring one of an earlier version up to date."""
        file = file_of(self.engine)
        if not self._current or (file is not None and not is_there(file)):
            ensure_current(self.engine)
            self._current = True

    def _is_there(self) -> bool:
        """Say whether anything was ever written."""
        file = file_of(self.engine)
        there = file is None or is_there(file) if self._current else version_of(self.engine) != ""
        if there:
            self._make()
        return there

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state; where nothing was ever written, one to an empty register."""
        if self._is_there():
            with reading_from(self.engine) as connection:
                yield connection
        else:
            with reading.reading_nothing() as connection:
                yield connection

    @contextmanager
    def _asking(
        self, actor: Actor, needs: Action | None, action: str = "", entity_id: str = ""
    ) -> Iterator[Connection]:
        """Give a connection to read with, to those who may, and refuse and log the others."""
        asked = needs or action
        with self._logging(actor), self._reading() as connection:
            if needs is not None and not may(actor, needs):
                raise refuse(actor, asked, entity_id)
            check_actor(connection, actor, asked, entity_id, datetime.now(UTC))
            yield connection

    @contextmanager
    def _logging(self, actor: Actor) -> Iterator[None]:
        """Keep what is refused, once it was rolled back."""
        try:
            yield
        except RefusedError as refused:
            self.note_refusal(actor, refused.action, refused.entity_id, refused.message)
            raise


def _receipt(place: Place, actor: Actor) -> Receipt:
    return Receipt(reading.give_out(place, actor), invitations.sign_receipt(place.id))
