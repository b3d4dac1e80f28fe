"""Read places and what belongs to them, and decide what of a place is given out to whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import islice
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, StaticPool, and_, create_engine, select

from data.register import tables
from data.register.as_json import openings_from_json
from data.register.records import (
    DRAFTS,
    Actor,
    Contact,
    Invitation,
    Organisation,
    Place,
    Role,
    Service,
    Source,
    State,
    Suggestion,
)
from data.register.rights import Action, may

AT_ONCE: Final = 500
"""How many ids are asked for in one statement."""
_T = TypeVar("_T")
_PLACE: Final = tables.place.c
_EVERY_PLACE: Final = select(tables.place)
_PLACE_NAMES: Final = tuple(column.name for column in tables.place.columns)
_STATES: Final = {state.value: state for state in State}
_REFERS: Final = ("organisation_id", "source_id", "merged_into")

IS_PUBLISHED: Final[ColumnElement[bool]] = and_(
    _PLACE.state == State.PUBLISHED.value, _PLACE.held == "", _PLACE.confidential.is_(False)
)
"""What may stand in analysis, the feed and exports."""
IS_WAITING: Final[ColumnElement[bool]] = _PLACE.state.in_([state.value for state in DRAFTS]) | (
    (_PLACE.held != "") & _PLACE.state.not_in([State.RETIRED.value, State.REJECTED.value])
)
"""What an editor has to look at."""


def read_places(
    connection: Connection, where: ColumnElement[bool] | None = None, blank: Collection[str] = ()
) -> tuple[Place, ...]:
    """Read places as they are stored, but for texts to leave blank, by name, in three statements."""
    wanted = _EVERY_PLACE if where is None else _EVERY_PLACE.where(where)
    services, contacts = _services_of(connection, where), _contacts_of(connection, where)
    rows = connection.execute(wanted.order_by(_PLACE.name, _PLACE.id))
    over = dict.fromkeys(blank, "")
    return tuple(_place(row, over, services, contacts) for row in rows)


def read_place(connection: Connection, place_id: str) -> Place | None:
    """Read one place as it is stored, or None."""
    return next(iter(read_places(connection, _PLACE.id == place_id)), None)


def read_some(connection: Connection, ids: Iterable[str]) -> dict[str, Place]:
    """Read places by their ids, however many; those that are not there are left out."""
    found: dict[str, Place] = {}
    for some in in_parts(ids):
        found |= {place.id: place for place in read_places(connection, _PLACE.id.in_(some))}
    return found


def in_parts(values: Iterable[_T], size: int = AT_ONCE) -> Iterator[list[_T]]:
    """Cut a sequence into lists of at most so many."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def _services_of(connection: Connection, where: ColumnElement[bool] | None) -> Mapping[str, list[Service]]:
    found: dict[str, list[Service]] = defaultdict(list)
    for row in connection.execute(_belonging(tables.service, where)):
        found[row.place_id].append(
            Service(
                row.id,
                row.name,
                row.kind,
                row.description,
                row.minimum_age,
                row.maximum_age,
                row.cost,
                row.free,
                tuple(row.accessibility),
                openings_from_json(row.openings),
                row.opening_note,
                row.sessions_a_week,
            )
        )
    return found


def _contacts_of(connection: Connection, where: ColumnElement[bool] | None) -> Mapping[str, list[Contact]]:
    found: dict[str, list[Contact]] = defaultdict(list)
    for row in connection.execute(_belonging(tables.contact, where)):
        found[row.place_id].append(
            Contact(row.id, row.name, row.role, row.phone, row.email, row.consent, row.consented_at)
        )
    return found


def _belonging(table: Any, where: ColumnElement[bool] | None) -> Select[Any]:  # noqa: ANN401
    wanted = select(table).order_by(table.c.place_id, table.c.position)
    return wanted if where is None else wanted.join(tables.place).where(where)


def _place(
    row: Row[Any],
    over: Mapping[str, str],
    services: Mapping[str, list[Service]],
    contacts: Mapping[str, list[Contact]],
) -> Place:
    values = dict(zip(_PLACE_NAMES, row, strict=True))
    for name in _REFERS:
        values[name] = values[name] or ""
    values.update(over)
    values["state"] = _STATES[values["state"]]
    place_id = values["id"]
    return Place(
        **values,
        services=tuple(services[place_id]) if place_id in services else (),
        contacts=tuple(contacts[place_id]) if place_id in contacts else (),
    )


def give_out(place: Place, actor: Actor | None) -> Place:
    """Return what somebody may see of a place that they may see; None is the public.

    The location of a confidential or held place is given to nobody. Contacts without consent, and who
    submitted it, are for its own organisation and for editors; analysts see who, and no such contact.
    """
    own = actor is not None and is_own(place, actor)
    every_contact = own or (actor is not None and may(actor, Action.EDIT))
    changes: dict[str, Any] = {}
    if place.withheld:
        changes |= {"address": "", "postcode": "", "easting_m": None, "northing_m": None, "source_key": ""}
    if place.contacts and not every_contact:
        open_to_all = place.state is State.PUBLISHED and not place.withheld
        changes["contacts"] = tuple(contact for contact in place.contacts if contact.consent and open_to_all)
    if place.submitted_by and not own and (actor is None or not may(actor, Action.SEE_ALL)):
        changes["submitted_by"] = ""
    return replace(place, **changes) if changes else place


def give_out_all(places: Iterable[Place], actor: Actor | None) -> tuple[Place, ...]:
    """Return what somebody may see of places that they may see."""
    return tuple(give_out(place, actor) for place in places)


def is_own(place: Place, actor: Actor) -> bool:
    """Say whether a place is of somebody's own organisation, or for council staff their own submission."""
    if actor.role is Role.PARTNER:
        return bool(actor.organisation_id) and place.organisation_id == actor.organisation_id
    return actor.role is not Role.VIEWER and bool(actor.name) and place.submitted_by == actor.name


def read_own(connection: Connection, actor: Actor) -> tuple[Place, ...]:
    """Read the places of somebody's own, the newest change first."""
    if actor.role is Role.PARTNER:
        where = _PLACE.organisation_id == actor.organisation_id
    else:
        where = _PLACE.submitted_by == actor.name
    own = [place for place in read_places(connection, where) if is_own(place, actor)]
    return tuple(sorted(own, key=lambda place: (place.updated_at, place.id), reverse=True))


def may_see(place: Place, actor: Actor) -> bool:
    """Say whether somebody may see a place at all."""
    shown = place.state is State.PUBLISHED and not place.held
    return shown or may(actor, Action.SEE_ALL) or is_own(place, actor)


def read_organisations(connection: Connection) -> tuple[Organisation, ...]:
    """Read every organisation, in the order of their names."""
    rows = connection.execute(select(tables.organisation).order_by(tables.organisation.c.name))
    return tuple(Organisation(**row._mapping) for row in rows)


def read_organisation(connection: Connection, organisation_id: str) -> Organisation | None:
    """Read one organisation, or None."""
    wanted = select(tables.organisation).where(tables.organisation.c.id == organisation_id)
    row = connection.execute(wanted).one_or_none()
    return Organisation(**row._mapping) if row else None


def read_sources(connection: Connection) -> tuple[Source, ...]:
    """Read every source, the newest first."""
    rows = connection.execute(select(tables.source).order_by(tables.source.c.imported_at.desc()))
    return tuple(Source(**row._mapping) for row in rows)


def read_invitations(connection: Connection, invitation_id: str = "") -> tuple[tuple[Invitation, str], ...]:
    """Read invitations, the newest first, each with the hash of its secret."""
    wanted = select(tables.invitation).order_by(tables.invitation.c.made_at.desc())
    if invitation_id:
        wanted = wanted.where(tables.invitation.c.id == invitation_id)
    found = []
    for row in connection.execute(wanted):
        values = dict(row._mapping)
        secret_hash = values.pop("secret_hash")
        found.append((Invitation(**values), secret_hash))
    return tuple(found)


def read_suggestions(connection: Connection, *where: ColumnElement[bool]) -> tuple[Suggestion, ...]:
    """Read suggestions as they are stored, the oldest first."""
    wanted = select(tables.suggestion).where(*where).order_by(tables.suggestion.c.made_at)
    return tuple(Suggestion(**row._mapping) for row in connection.execute(wanted))


def ids_there(connection: Connection, table: Any, ids: Sequence[str], but_of: Collection[str]) -> set[str]:  # noqa: ANN401
    """Return which ids of services or contacts stand at other places than those named."""
    found: set[str] = set()
    for some in in_parts(ids):
        wanted = select(table.c.id, table.c.place_id).where(table.c.id.in_(some))
        found |= {row.id for row in connection.execute(wanted) if row.place_id not in but_of}
    return found


_ONE_AT_A_TIME: Final = Lock()


@contextmanager
def reading_nothing() -> Iterator[Connection]:
    """Give a connection to a register that holds nothing, for one that was never written."""
    with _ONE_AT_A_TIME, _nothing().connect() as connection:
        yield connection


@cache
def _nothing() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    tables.metadata.create_all(engine)
    return engine
