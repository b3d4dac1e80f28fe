"""Save, agree and withdraw records of decisions, each by a version more, and read them.

Only rows are added: no version is changed or deleted, here or by the database, whose triggers refuse it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Text, func, insert, select, tuple_, type_coerce

from data.errors import RegisterError
from data.provenance import Tier
from data.register import tables
from data.register.cleaning import is_uuid
from data.register.decision_checks import check_decision, check_reason, lacking
from data.register.decision_json import content_to_text, decision_of, decision_row, sealed
from data.register.decisions import Decision, DecisionState
from data.register.engine import is_sqlite
from data.register.reading import in_parts
from data.register.records import Actor, Role
from data.register.refusing import LostRace, no_such
from data.register.rights import Action, may
from data.register.writing import Deed, Writer

ENTITY: Final = "decision"
MOST_VERSIONS: Final = 1_000
MOST_DECISIONS: Final = 5_000
"""How many versions a record may have, and how many records a register: nobody fills its disk with them."""
_NAMED: Final = 60
_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)
_TABLE: Final = tables.decision.c


def save_decision(writer: Writer, draft: Decision) -> Decision:
    """Save a new record (version 0) or a draft that was changed, as a version more.

    The same draft saved twice is one version. What the store sets is set, whatever the draft came with.

    Raises
    ------
    RefusedError
        When the actor may not.
    RegisterError
        When it cannot be kept, is agreed or withdrawn already, or what it takes the place of is not there.
    LostRace
        When somebody else saved a version since, with both.
    """
    writer.require(Action.RECORD, draft.id)
    cleaned = check_decision(replace(draft, state=DecisionState.DRAFT, reason=""))
    current = read_newest(writer.connection, cleaned.id)
    if current is None:
        _require_new(writer, cleaned)
        return _append(writer, None, cleaned, Deed.MADE)
    _require_sound(current)
    _require_tier(current, cleaned)
    if content_to_text(current) == content_to_text(cleaned) and current.state is DecisionState.DRAFT:
        return current
    _require_version(writer.actor, current, draft.version, cleaned)
    if current.state is not DecisionState.DRAFT:
        raise RegisterError(
            f"“{current.name[:_NAMED]}” is {current.state.value} and is not changed any more.",
            "Make a new record that takes its place.",
        )
    return _append(writer, current, cleaned, Deed.CHANGED)


def agree_decision(writer: Writer, decision_id: str, version: int) -> Decision:
    """Say that a draft was agreed, where it is complete; it is never changed after that.

    Raises
    ------
    RefusedError
        When the actor may not.
    RegisterError
        When it is no draft, or lacks something; all of it at once.
    LostRace
        When somebody else saved a version since.
    """
    writer.require(Action.AGREE, decision_id)
    current = _require_there(writer.connection, decision_id)
    _require_version(writer.actor, current, version, current)
    if current.state is not DecisionState.DRAFT:
        raise RegisterError(
            f"“{current.name[:_NAMED]}” is {current.state.value} already.", "Open it in the list of records."
        )
    if missing := lacking(current):
        raise RegisterError(
            f"“{current.name[:_NAMED]}” cannot be agreed yet. It lacks {'; '.join(missing)}.",
            "Fill it in, save it and agree it then.",
        )
    return _append(writer, current, replace(current, state=DecisionState.AGREED), Deed.AGREED)


def withdraw_decision(writer: Writer, decision_id: str, version: int, reason: str) -> Decision:
    """Withdraw a record, with the reason; it is kept and shown as withdrawn.

    A draft is withdrawn by who may record one, an agreed record by who may agree one.
    """
    writer.require(Action.RECORD, decision_id)
    why = check_reason(reason)
    current = _require_there(writer.connection, decision_id)
    if current.state is DecisionState.AGREED:
        writer.require(Action.AGREE, decision_id)
    _require_version(writer.actor, current, version, current)
    if current.state is DecisionState.WITHDRAWN:
        raise RegisterError(f"“{current.name[:_NAMED]}” is withdrawn already.", "Nothing has to be done.")
    gone = replace(current, state=DecisionState.WITHDRAWN, reason=why)
    return _append(writer, current, gone, Deed.WITHDRAWN)


def _append(writer: Writer, before: Decision | None, after: Decision, deed: Deed) -> Decision:
    """Write the next version, chained to the one before, and its line in the history."""
    made = sealed(
        replace(
            after,
            version=before.version + 1 if before else 1,
            made_by=writer.actor.name,
            role=writer.actor.role,
            made_at=writer.at,
            previous=before.sha256 if before else "",
            fault="",
        )
    )
    if made.version > MOST_VERSIONS:
        raise RegisterError(
            f"“{made.name[:_NAMED]}” has {MOST_VERSIONS:,} versions, and takes no more.", "Make a new record."
        )
    writer.connection.execute(insert(tables.decision), decision_row(made))
    old = decision_line(before) if before else None
    writer.record(deed, ENTITY, made.id, made.version, old, decision_line(made), note=made.reason)
    return made


def decision_line(decision: Decision) -> dict[str, Any]:
    """Return what the history says of a version: its hash stands for all that it holds."""
    return {
        "name": decision.name,
        "state": decision.state.value,
        "tier": decision.tier.value,
        "previous": decision.previous,
        "sha256": decision.sha256,
    }


def _require_new(writer: Writer, draft: Decision) -> None:
    """Refuse a version of a record that is not there, an id that is taken, and more than a register holds."""
    if draft.version:
        raise no_such("record of a decision", draft.id)
    history = tables.history.c
    if writer.connection.execute(select(history.number).where(history.entity_id == draft.id)).first():
        raise RegisterError("The id of this record stands for something else.", "Begin a new record.")
    if (writer.connection.scalar(select(func.count(_TABLE.id.distinct()))) or 0) >= MOST_DECISIONS:
        raise RegisterError(
            f"The register holds {MOST_DECISIONS:,} records of decisions, and takes no more.",
            "Use a register of its own for another place.",
        )
    if draft.successor_of:
        earlier = read_newest(writer.connection, draft.successor_of)
        if earlier is None or earlier.tier is not draft.tier:
            raise no_such("record of a decision", draft.successor_of)
        if earlier.state is DecisionState.DRAFT:
            raise RegisterError(
                f"“{earlier.name[:_NAMED]}” is a draft: there is nothing to take the place of.",
                "Change the draft instead.",
            )


def _require_tier(current: Decision, draft: Decision) -> None:
    """Refuse to save over a record of another tier: it does not move from the inside to the outside."""
    if current.tier is not draft.tier:
        raise RegisterError(
            "This record was made on a build of another tier.", "Make a new record on this build."
        )


def _require_sound(current: Decision) -> None:
    if current.fault:
        raise RegisterError(
            f"This record was tampered with and takes no more versions. {current.fault}",
            "Look with: atlas register verify. Put a backup back, or make a new record.",
        )


def _require_there(connection: Connection, decision_id: str) -> Decision:
    current = read_newest(connection, decision_id)
    if current is None:
        raise no_such("record of a decision", decision_id)
    _require_sound(current)
    return current


def _require_version(actor: Actor, current: Decision, version: int, yours: Decision) -> None:
    if version == current.version:
        return
    who = current.made_by if may(actor, Action.SEE_HISTORY) or current.made_by == actor.name else "somebody"
    at = current.made_at
    when = f" at {at:%H:%M} UTC on {at.day} {at:%B %Y}" if at else ""
    raise LostRace(
        f"“{current.name[:_NAMED]}” was saved by {who}{when} after you opened it: it is version "
        f"{current.version} now, and {current.state.value}.",
        yours,
        give_out(current, actor),
    )


def give_out(decision: Decision, actor: Actor) -> Decision:
    """Return what somebody may see of a version that they may see: who saved it is for those who see that."""
    if may(actor, Action.SEE_HISTORY):
        return decision
    return replace(decision, made_by="", role=Role.VIEWER)


def may_read(states: Collection[str], tiers: Collection[str], actor: Actor, tier: Tier) -> bool:
    """Say whether somebody may see a record in front of a build of a tier, by what its versions were.

    A record of an internal build is shown by internal builds alone. One that was never agreed is for those
    who prepare them.
    """
    if not tiers or (tier is not Tier.INTERNAL and set(tiers) != {tier.value}):
        return False
    agreed = DecisionState.AGREED.value in states
    return may(actor, Action.SEE_DECISIONS) and (agreed or may(actor, Action.RECORD))


def read_newest(connection: Connection, decision_id: str) -> Decision | None:
    """Read the newest version of a record, or None."""
    versions = read_versions(connection, decision_id)
    return versions[-1] if versions else None


def read_versions(connection: Connection, decision_id: str) -> tuple[Decision, ...]:
    """Read every version of a record, the oldest first."""
    if not is_uuid(decision_id):
        return ()
    return _read(connection, _TABLE.id == decision_id)


def read_for(connection: Connection, actor: Actor, decision_id: str, tier: Tier) -> tuple[Decision, ...]:
    """Read every version of a record that somebody may see, the oldest first; none where they may not."""
    versions = read_versions(connection, decision_id)
    states, tiers = ({str(getattr(v, name)) for v in versions} for name in ("state", "tier"))
    shown = may_read(states, tiers, actor, tier)
    return tuple(give_out(version, actor) for version in versions) if shown else ()


def read_shown(connection: Connection, actor: Actor, tier: Tier) -> tuple[Decision, ...]:
    """Read the newest version of every record that somebody may see, the one changed last first."""
    newest: dict[str, int] = {}
    states, tiers = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    columns = select(_TABLE.id, _TABLE.version, _TABLE.state, _TABLE.tier).order_by(_TABLE.version)
    for row in connection.execute(columns):
        if not is_uuid(row.id) or not isinstance(row.version, int):
            continue  # it was tampered with, and cannot be asked for: `check_decisions` tells
        newest[row.id] = row.version
        states[row.id].add(row.state)
        tiers[row.id].add(row.tier)
    wanted = [one for one in newest.items() if may_read(states[one[0]], tiers[one[0]], actor, tier)]
    shown = [
        give_out(decision, actor)
        for part in in_parts(wanted)
        for decision in _read(connection, tuple_(_TABLE.id, _TABLE.version).in_(part))
    ]
    return tuple(sorted(shown, key=lambda one: (one.made_at or _BEFORE_ALL, one.id), reverse=True))


def read_every(connection: Connection) -> Mapping[str, tuple[Decision, ...]]:
    """Read every version of every record, the oldest first, by the id of the record."""
    found: dict[str, list[Decision]] = {}
    for decision in _read(connection):
        found.setdefault(decision.id, []).append(decision)
    return {decision_id: tuple(versions) for decision_id, versions in found.items()}


def _read(connection: Connection, *which: ColumnElement[bool]) -> tuple[Decision, ...]:
    """Read versions in their order, each with its time as a text in UTC, since it may be none any more."""
    kept: ColumnElement[str] = type_coerce(_TABLE.made_at, Text)
    if not is_sqlite(connection):
        kept = func.to_char(func.timezone("UTC", _TABLE.made_at), "YYYY-MM-DD HH24:MI:SS.US")
    columns = [kept.label("made_at") if column is _TABLE.made_at else column for column in _TABLE]
    rows = connection.execute(select(*columns).where(*which).order_by(_TABLE.id, _TABLE.version))
    return tuple(decision_of(row) for row in rows)
