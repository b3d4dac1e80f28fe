"""Changes that a partner asks for, of a place that is published, and what an editor makes of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from data.errors import RegisterError
from data.register import tables
from data.register.as_json import contacts_from_json, contacts_to_json, from_json, to_json
from data.register.changes import blank_location
from data.register.fields import LOCATION, check_note, check_place
from data.register.moves import is_same, require_location
from data.register.reading import give_out, may_see, read_place, read_some, read_suggestions
from data.register.records import Actor, Contact, Place, State, Suggestion
from data.register.refusing import lost_race, no_such, refuse
from data.register.rights import Action, may
from data.register.screen import hold_reason
from data.register.submitting import stamp_consents
from data.register.writing import Deed, Writer

SUGGESTABLE: Final = frozenset(
    {"name", "kind", "detail", "website", "services", "contacts", "ward_code", "ward_name", *LOCATION}
)
"""The fields of a place that a partner may ask to have changed."""

CLOSED: Final = {"state": State.RETIRED.value}
"""What somebody suggests, and nothing else with it, who says that a place has closed."""
LOCATED: Final = frozenset(LOCATION)
OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"


def suggest(writer: Writer, place_id: str, version: int, changes: Mapping[str, Any], note: str) -> Suggestion:
    """Keep a change that somebody asks for, cleaned, for an editor to accept or reject."""
    writer.require(Action.SUGGEST, place_id)
    current = read_place(writer.connection, place_id)
    if current is None or current.state is not State.PUBLISHED or not may_see(current, writer.actor):
        raise refuse(writer.actor, Action.SUGGEST, place_id, "there is no such published place")
    unknown = [] if dict(changes) == CLOSED else sorted(set(changes) - SUGGESTABLE)
    if unknown or not changes:
        what = (
            f"Nobody may suggest to change {', '.join(map(str, unknown))[:200]}"
            if unknown
            else "Nothing is changed"
        )
        raise RegisterError(f"{what}.", "Change what the place says of itself.")
    wanted = _apply(writer, current, changes, writer.actor.organisation_id)
    guessed = current.withheld and not LOCATED.isdisjoint(changes)  # an answer would tell who guesses right
    if is_same(wanted, current) and not guessed:
        raise RegisterError(f"“{current.name[:60]}” says this already.", "Change what is wrong with it.")
    _require_untouched(writer, current, version, changes, wanted)
    made = Suggestion(
        str(uuid4()),
        current.id,
        version,
        _written(wanted, changes),
        check_note(note),
        writer.actor.name,
        writer.actor.organisation_id,
        writer.at,
        OPEN,
    )
    row = {name: getattr(made, name) for name in Suggestion.__dataclass_fields__}
    writer.connection.execute(insert(tables.suggestion), row)
    _record(writer, Deed.SUGGESTED, None, made, current)
    return give_out_suggestion(made, current, writer.actor)


def settle(writer: Writer, suggestion_id: str, accept: bool, reason: str) -> Suggestion:
    """Accept a suggestion, which changes the place, or reject it with a reason."""
    writer.require(Action.DECIDE, suggestion_id)
    found = read_suggestions(writer.connection, tables.suggestion.c.id == suggestion_id)
    if not found:
        raise no_such("suggestion", suggestion_id)
    before = found[0]
    if before.state != OPEN:
        raise RegisterError(
            f"The suggestion was {before.state} already.", "Look at the history of the place."
        )
    current = writer.place(before.place_id)
    said = check_note(reason, needed=not accept)
    if accept:
        current = _accept(writer, before, current)
    after = replace(before, state=ACCEPTED if accept else REJECTED, reason=said)
    table = tables.suggestion
    settled = update(table).where(table.c.id == after.id).values(state=after.state, reason=after.reason)
    writer.connection.execute(settled)
    _record(writer, Deed.ACCEPTED if accept else Deed.DECLINED, before, after, current)
    return give_out_suggestion(after, current, writer.actor)


def _accept(writer: Writer, suggestion: Suggestion, current: Place) -> Place:
    """Change the place and return it; words that speak of a confidential place, new by this, hold it."""
    if current.state is not State.PUBLISHED:
        raise RegisterError(
            f"“{current.name[:60]}” is {current.state.value} by now.", "Reject the suggestion, and say so."
        )
    wanted = _apply(writer, current, suggestion.changes, suggestion.organisation_id)
    _require_untouched(writer, current, suggestion.place_version, suggestion.changes, wanted)
    require_location(wanted)
    if not current.withheld and not hold_reason(current):
        wanted = replace(wanted, held=hold_reason(wanted))
    if suggestion.changes == CLOSED:
        wanted = replace(wanted, reason=suggestion.note)
    if is_same(wanted, current):
        return current
    return writer.save_place(current, wanted, Deed.ACCEPTED, note=f"suggested by {suggestion.made_by}")


def _apply(writer: Writer, current: Place, changes: Mapping[str, Any], organisation_id: str) -> Place:
    """Return a place with the changes that somebody of an organisation asks for, cleaned.

    Contacts are suggested as a whole, and those that the partner could not see stay.
    """
    try:
        fields = {key: value for key, value in changes.items() if key != "contacts"}
        wanted = from_json(to_json(current) | fields, contacts_to_json(current.contacts))
        if "contacts" in changes:
            asked = contacts_from_json(changes["contacts"])
            kept = stamp_consents(asked, current.contacts, writer.at)
            wanted = replace(wanted, contacts=(*kept, *_unseen(current, organisation_id)))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise RegisterError(
            "What was suggested has not the shape of a place.", "Suggest it again by the form."
        ) from error
    return check_place(wanted)


def _unseen(place: Place, organisation_id: str) -> tuple[Contact, ...]:
    """Return the contacts of a place that a partner of another organisation does not see."""
    if organisation_id in ("", place.organisation_id):
        return ()
    seen = give_out(place, None).contacts
    return tuple(contact for contact in place.contacts if contact not in seen)


def _written(wanted: Place, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were asked for as they would be kept."""
    written = to_json(wanted)
    if "contacts" in changes:
        asked = {contact.id.lower() for contact in contacts_from_json(changes["contacts"])}
        written["contacts"] = contacts_to_json(c for c in wanted.contacts if c.id in asked)
    return {key: written[key] for key in written if key in changes}


def _require_untouched(
    writer: Writer, current: Place, version: int, changes: Mapping[str, Any], wanted: Place
) -> None:
    """Refuse a change of fields that somebody else changed since the version that was seen."""
    if version == current.version:
        return
    history = tables.history.c
    seen = writer.connection.execute(
        select(history.after, history.contacts_after).where(
            history.entity_id == current.id, history.version == version
        )
    ).first()
    touched = set(changes) | (LOCATED if not LOCATED.isdisjoint(changes) else set())
    now = to_json(current) | {"contacts": contacts_to_json(current.contacts)}
    then = {**seen.after, "contacts": seen.contacts_after} if seen else {}
    if any(now[key] != then.get(key) for key in touched):
        yours = give_out(wanted, writer.actor)
        raise lost_race(writer.connection, writer.actor, current, version, yours)


def _record(writer: Writer, deed: Deed, before: Suggestion | None, after: Suggestion, place: Place) -> None:
    writer.record(
        deed,
        "suggestion",
        after.id,
        2 if before else 1,
        _to_json(before, place) if before else None,
        _to_json(after, place),
        contacts_before=before.changes.get("contacts") if before else None,
        contacts_after=after.changes.get("contacts"),
    )


def _to_json(suggestion: Suggestion, place: Place) -> dict[str, Any]:
    """Write a suggestion without contacts, with what says whether the place is withheld at this time."""
    values = {name: getattr(suggestion, name) for name in Suggestion.__dataclass_fields__}
    changes = {key: value for key, value in suggestion.changes.items() if key != "contacts"}
    told = {"changes": changes, "made_at": suggestion.made_at.isoformat()}
    return values | told | {"confidential": place.confidential, "held": place.held}


def read_for(connection: Connection, actor: Actor, state: str) -> tuple[Suggestion, ...]:
    """Read the suggestions in a state ("" for every one) that somebody may see: a partner the own ones."""
    where = [tables.suggestion.c.state == state] if state else []
    if not may(actor, Action.SEE_ALL):
        where.append(tables.suggestion.c.organisation_id == actor.organisation_id)
    found = read_suggestions(connection, *where)
    places = read_some(connection, dict.fromkeys(suggestion.place_id for suggestion in found))
    return tuple(give_out_suggestion(one, places[one.place_id], actor) for one in found)


def give_out_suggestion(suggestion: Suggestion, place: Place, actor: Actor) -> Suggestion:
    """Return what somebody may see of a suggestion: no location that is withheld, contacts as of a place."""
    changes = dict(suggestion.changes)
    if place.withheld:
        changes = dict(blank_location(changes) or {})
    own = bool(actor.organisation_id) and suggestion.organisation_id == actor.organisation_id
    if not own and not may(actor, Action.EDIT):
        changes.pop("contacts", None)
    return replace(suggestion, changes=changes)
