"""What people do with a place that is there: change, publish, ask, reject, retire, confirm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from data.errors import RegisterError
from data.register.as_json import KEPT_BY_STORE
from data.register.bulk import write_many
from data.register.fields import check_note, check_place
from data.register.reading import is_own, read_place, read_some
from data.register.records import DRAFTS, Actor, Place, State
from data.register.refusing import no_such, refuse
from data.register.rights import Action, may
from data.register.submitting import stamp_consents, why_held
from data.register.writing import Deed, Writer

MOST_CONFIRMED: Final = 5_000
"""How many places may be confirmed at once."""
_KEPT: Final = ("state", "held", "source_id", "source_key", "last_confirmed", "merged_into", "submitted_by")
"""What only the store sets: an edit keeps it as it stands."""

_POINT: Final = ("postcode", "easting_m", "northing_m", "located_by", "ward_code", "ward_name")


def edit(writer: Writer, changed: Place) -> Place:
    """Change a place: an editor any, a partner an own draft, which is then submitted again."""
    current = _editable(writer, changed.id)
    writer.require_version(current, changed.version, changed)
    cleaned = check_place(_as_changed(writer, current, changed))
    why = why_held(writer, cleaned)
    if not may(writer.actor, Action.EDIT):
        cleaned = replace(cleaned, held=why or current.held)
        if current.state is State.NEEDS_INFORMATION:
            cleaned = replace(cleaned, state=State.SUBMITTED, reason="")
    return current if is_same(cleaned, current) else writer.save_place(current, cleaned, Deed.CHANGED)


def _editable(writer: Writer, place_id: str) -> Place:
    """Return a place that this actor may edit now."""
    actor = writer.actor
    editor = may(actor, Action.EDIT)
    writer.require(Action.EDIT if editor else Action.EDIT_DRAFT, place_id)
    current = read_place(writer.connection, place_id)
    if not editor and (current is None or not is_own(current, actor)):
        raise refuse(actor, Action.EDIT_DRAFT, place_id, "this is no draft of your organisation")
    if current is None:
        raise no_such("place", place_id)
    if not editor and current.state not in DRAFTS:
        raise RegisterError(
            f"“{current.name[:60]}” is {current.state.value}, and no draft any longer.",
            "Suggest a change of it instead." if current.state is State.PUBLISHED else "Submit it anew.",
        )
    if current.merged_into:
        raise RegisterError(
            f"“{current.name[:60]}” was merged into another place.", "Change that one, or undo the merge."
        )
    return current


def _as_changed(writer: Writer, current: Place, changed: Place) -> Place:
    """Return what an edit asks for, with what only the store sets as it stands."""
    merged = keep_location(current, changed)
    kept = {name: getattr(current, name) for name in (*_KEPT, "reason")}
    if not may(writer.actor, Action.EDIT):
        kept |= {"confidential": current.confidential, "organisation_id": current.organisation_id}
    contacts = stamp_consents(changed.contacts, current.contacts, writer.at)
    result = replace(merged, **kept, contacts=contacts)
    if current.state is State.PUBLISHED:
        require_location(result)
    return result


def keep_location(current: Place, changed: Place) -> Place:
    """Return a change of a place whose location is withheld with what is stored where it gives none.

    Who changes such a place sees no location. What is left empty therefore stays: the address for itself,
    and postcode, point and ward together, for a new postcode comes with its point.
    """
    if not current.withheld:
        return changed
    kept = ("address",) if not changed.address else ()
    if not changed.postcode and changed.easting_m is None:
        kept = (*kept, *_POINT)
    return replace(changed, **{name: getattr(current, name) for name in kept})


def require_location(place: Place) -> None:
    """Refuse to have a place published that is nowhere: a confidential one needs at least its ward."""
    if place.easting_m is not None or (place.confidential and place.ward_code):
        return
    raise RegisterError(
        f"“{place.name[:60]}” has no location, so it cannot be published.",
        "Give its postcode or point at it on the map.",
    )


def is_same(one: Place, other: Place) -> bool:
    """Say whether two versions of a place hold the same."""
    return replace(one, **{name: getattr(other, name) for name in KEPT_BY_STORE}) == other


def publish(writer: Writer, place_id: str, version: int, confidential: bool) -> Place:
    """Publish a place and clear what held it; once confidential it stays so until an edit lifts it."""
    writer.require(Action.DECIDE, place_id)
    current = writer.place(place_id)
    writer.require_version(current, version)
    after = replace(
        current,
        state=State.PUBLISHED,
        held="",
        confidential=confidential or current.confidential,
        reason="",
        last_confirmed=writer.at.date(),
    )
    if current.state is State.PUBLISHED and not current.held and after.confidential == current.confidential:
        raise _wrong_state(current, "published")
    if current.merged_into:
        raise _wrong_state(current, "published: it was merged into another")
    require_location(after)
    return writer.save_place(current, after, Deed.PUBLISHED)


def ask(writer: Writer, place_id: str, version: int, reason: str) -> Place:
    """Ask who submitted a place for more."""
    return _decide(writer, place_id, version, Deed.ASKED, reason)


def reject(writer: Writer, place_id: str, version: int, reason: str) -> Place:
    """Reject what was submitted."""
    return _decide(writer, place_id, version, Deed.REJECTED, reason)


def retire(writer: Writer, place_id: str, version: int, reason: str) -> Place:
    """Take a published place out of use."""
    return _decide(writer, place_id, version, Deed.RETIRED, reason)


_DECISIONS: Final = {
    Deed.ASKED: (State.NEEDS_INFORMATION, DRAFTS),
    Deed.REJECTED: (State.REJECTED, DRAFTS),
    Deed.RETIRED: (State.RETIRED, (State.PUBLISHED,)),
}


def _decide(writer: Writer, place_id: str, version: int, deed: Deed, reason: str) -> Place:
    writer.require(Action.DECIDE, place_id)
    current = writer.place(place_id)
    writer.require_version(current, version)
    state, of = _DECISIONS[deed]
    if current.state not in of:
        raise _wrong_state(current, state.value)
    return writer.save_place(
        current, replace(current, state=state, reason=check_note(reason, needed=True)), deed
    )


def _wrong_state(place: Place, wanted: str) -> RegisterError:
    return RegisterError(
        f"“{place.name[:60]}” is {place.state.value}, so it cannot be made {wanted}.",
        "Look at what was done with it last.",
    )


def confirm(writer: Writer, place_ids: Sequence[str], day: date) -> int:
    """Note that places were still there on a day; return of how many that is news."""
    everyone = may(writer.actor, Action.CONFIRM)
    ids = tuple(dict.fromkeys(place_ids))
    writer.require(Action.CONFIRM if everyone else Action.CONFIRM_OWN, ids[0] if len(ids) == 1 else "")
    _require_day(writer, ids, day)
    places = read_some(writer.connection, ids)
    if not everyone:
        _require_own(writer.actor, ids, places)
    missing = [place_id for place_id in ids if place_id not in places]
    if missing:
        raise no_such("place", missing[0])
    for place in places.values():
        if place.state is not State.PUBLISHED:
            raise _wrong_state(place, "confirmed")
    news = [p for p in places.values() if p.last_confirmed is None or p.last_confirmed < day]
    write_many(writer, [(place, replace(place, last_confirmed=day), Deed.CONFIRMED) for place in news])
    return len(news)


def _require_day(writer: Writer, ids: Sequence[str], day: date) -> None:
    if len(ids) > MOST_CONFIRMED:
        raise RegisterError(
            f"{len(ids):,} places were to be confirmed, and at most {MOST_CONFIRMED:,} can be at once.",
            "Do it in parts.",
        )
    if day > writer.at.date() + timedelta(days=1):
        raise RegisterError(f"{day:%d %B %Y} is in the future.", "Give the day on which it was there.")


def _require_own(actor: Actor, ids: Sequence[str], places: dict[str, Place]) -> None:
    for place_id in ids:
        if place_id not in places or not is_own(places[place_id], actor):
            raise refuse(actor, Action.CONFIRM_OWN, place_id, "this is no place of your organisation")
