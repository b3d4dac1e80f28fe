"""What the register holds: places with their services, contacts and organisations, and who may do what.

All are frozen: a change is a new record, saved with the version that it was made on. Times are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

Edition = tuple[int, datetime]
"""The number and time of the newest line of the history: what tells one state of a register from another."""


class State(StrEnum):
    """Where a place stands. `STALE` is never stored: it is a published place confirmed too long ago."""

    SUBMITTED = "submitted"
    NEEDS_INFORMATION = "needs information"
    PUBLISHED = "published"
    STALE = "stale"
    RETIRED = "retired"
    REJECTED = "rejected"


DRAFTS = (State.SUBMITTED, State.NEEDS_INFORMATION)
"""The states in which a partner may still change what was submitted."""


class Role(StrEnum):
    """What a person may do: see `data.register.rights`."""

    VIEWER = "viewer"
    PARTNER = "partner"
    EDITOR = "editor"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True)
class Actor:
    """Who does something.

    Attributes
    ----------
    name
        As it stands in the history: an address from sign-in, "invitation of" an organisation, "command line".
    role
        What they may do.
    organisation_id
        Whose partner they are; "" for nobody's.
    invitation_id
        The invitation they came by; "" for those who signed in. The store looks at every write whether it
        still holds.
    """

    name: str
    role: Role
    organisation_id: str = ""
    invitation_id: str = ""


COMMAND_LINE = Actor("command line", Role.ADMIN)


@dataclass(frozen=True)
class Opening:
    """When a service is open on one day: `day` 0 is Monday; times "09:30" in 24 hours, local."""

    day: int
    opens: str
    closes: str


@dataclass(frozen=True)
class Service:
    """What is offered at a place.

    Attributes
    ----------
    id
        A UUID.
    name, description
        In words.
    kind
        A kind of `data/asset_kinds.toml`.
    minimum_age, maximum_age
        Who it is for, in whole years; None where all are welcome or nobody said.
    cost
        In words, "" where nobody said; `free` says yes or no, None where nobody said.
    accessibility
        Keys of `data.register.fields.ACCESSIBILITY`.
    openings
        When it is open, sorted; empty where nobody said.
    opening_note
        What days and times cannot say: "term time only".
    sessions_a_week
        Its capacity; None where nobody said.
    """

    id: str
    name: str
    kind: str
    description: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    cost: str = ""
    free: bool | None = None
    accessibility: tuple[str, ...] = ()
    openings: tuple[Opening, ...] = ()
    opening_note: str = ""
    sessions_a_week: float | None = None


@dataclass(frozen=True)
class Contact:
    """How to reach a place. Personal data: shown outside the register only with consent, erased on request.

    Attributes
    ----------
    consent
        Whether the person agreed to be published; `consented_at` says when.
    """

    id: str
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    consent: bool = False
    consented_at: datetime | None = None


@dataclass(frozen=True)
class Organisation:
    """Who runs places and services; `scheme` says whose number `identifier` is: GB-CHC, GB-COH."""

    id: str
    version: int
    name: str
    description: str = ""
    website: str = ""
    scheme: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class Source:
    """A file that places were imported from; its `sha256` says whether it was imported before."""

    id: str
    sha256: str
    file: str
    title: str
    publisher: str
    licence: str
    attribution: str
    dated: date
    imported_at: datetime
    imported_by: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A place of support.

    Attributes
    ----------
    id
        A UUID: uuid5 of the source and its own identity for an imported one, so that it is the same again.
    version
        1 when it is made, one more at each change.
    state
        As stored, so never `STALE`; `state_on` says what it is on a day.
    held
        Why an editor has to look before it can be published, such as a word that speaks of a refuge; "" else.
    confidential
        Whether its location is withheld. **The store never gives out a location of a place that is
        confidential or held**: address, postcode and coordinates are empty, the ward stays.
    kind, detail
        A kind of `data/asset_kinds.toml`, and the finer kind as text.
    easting_m, northing_m
        In EPSG:27700; None only where withheld.
    located_by
        "postcode", "point" (somebody pointed), "coordinates" or "shape" (of a file).
    ward_code, ward_name
        The ward it lay in when it was located, for those who may not see more; "" outside the build.
    reason
        What an editor wrote when asking for more or rejecting; the partner sees it.
    source_id, source_key
        The source that an imported place comes from, and what tells it there; "" else.
    last_confirmed
        The day on which somebody, or its source, last said that it is there.
    merged_into
        The id of the place that it was merged into; "" else.
    """

    id: str
    version: int
    state: State
    name: str
    kind: str
    detail: str = ""
    held: str = ""
    confidential: bool = False
    organisation_id: str = ""
    address: str = ""
    postcode: str = ""
    easting_m: float | None = None
    northing_m: float | None = None
    located_by: str = ""
    ward_code: str = ""
    ward_name: str = ""
    website: str = ""
    reason: str = ""
    source_id: str = ""
    source_key: str = ""
    last_confirmed: date | None = None
    merged_into: str = ""
    submitted_by: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    services: tuple[Service, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether its location is kept from everybody."""
        return self.confidential or bool(self.held)

    def state_on(self, day: date, stale_months: int) -> State:
        """Return its state on a day: a published place is stale after so many months without a word.

        Examples
        --------
        >>> told = date(2025, 1, 31)
        >>> place = Place("p", 1, State.PUBLISHED, "Mill Library", "library", last_confirmed=told)
        >>> place.state_on(date(2026, 1, 31), 12), place.state_on(date(2026, 2, 1), 12)
        (<State.PUBLISHED: 'published'>, <State.STALE: 'stale'>)
        """
        if self.state is not State.PUBLISHED:
            return self.state
        return State.STALE if is_stale(self.last_confirmed, day, stale_months) else State.PUBLISHED


def is_stale(confirmed: date | None, day: date, stale_months: int) -> bool:
    """Say whether a word of `confirmed` is older on a day than so many months; none at all is."""
    if confirmed is None:
        return True
    months = (day.year - confirmed.year) * 12 + day.month - confirmed.month
    return months > stale_months or (months == stale_months and day.day > confirmed.day)


@dataclass(frozen=True)
class Suggestion:
    """A change that a partner asks for: fields of a place with their new values, as `fields.to_json` writes.

    `state` is "open", "accepted" or "rejected"; `place_version` the version the partner saw.
    """

    id: str
    place_id: str
    place_version: int
    changes: Mapping[str, Any]
    note: str
    made_by: str
    organisation_id: str
    made_at: datetime
    state: str
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """One line of the history: who changed what, when, and what stood before and after.

    `before` and `after` are as `fields.to_json` writes them without contacts; None before a record was
    made. `number` is one more than the line before it; the newest is the register's revision.
    """

    number: int
    at: datetime
    who: str
    role: Role
    action: str
    entity: str
    entity_id: str
    version: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    note: str = ""
    undoes: int | None = None


@dataclass(frozen=True)
class Invitation:
    """A link that lets an organisation's people submit and confirm. The link itself is nowhere kept."""

    id: str
    organisation_id: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    label: str = ""


@dataclass(frozen=True)
class Receipt:
    """What who submitted gets: the place, and the signed text of a link to follow it (`Register.follow`)."""

    place: Place
    token: str


@dataclass(frozen=True)
class Refusal:
    """Something that was refused: who tried what, and why not."""

    at: datetime
    who: str
    role: Role
    action: str
    entity_id: str
    why: str
