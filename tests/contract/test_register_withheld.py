"""Where a confidential or held place is, no way of reading the register tells anybody."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from register_made import (
    ADMIN,
    ANALYST,
    EDITOR,
    VIEWER,
    a_partner,
    a_place,
    a_source,
    add_published,
    made_id,
)
from sqlalchemy import select

from data.register import tables
from data.register.records import Actor, Place, State
from data.register.store import LostRace, RefusedError, Register

SECRET = {
    "address": "13 Hidden Row, Elmton",
    "postcode": "ZE9 9ZZ",
    "easting_m": 412_345.25,
    "northing_m": 398_765.75,
    "located_by": "postcode",
}
TELLING = ("Hidden Row", "ZE9 9ZZ", "412345", "398765")
NOWHERE = {"address": "", "postcode": "", "easting_m": None, "northing_m": None, "located_by": ""}


def read_all(register: Register, partner: Actor) -> str:
    """Everything that anybody is given by any reading function, as text."""
    told: list[object] = [register.published()]
    for actor in (EDITOR, ADMIN, ANALYST, partner, VIEWER):
        for read in (
            register.everything,
            register.mine,
            register.queue,
            register.history,
            register.refusals,
            lambda who: register.suggestions(who, ""),
        ):
            told.extend(_read(lambda: read(actor)))  # noqa: B023
        for place in register.everything(EDITOR):
            told.extend(_read(lambda: register.find(actor, place.id)))  # noqa: B023
    return repr(told)


def _read(read: object) -> list[object]:
    try:
        return [read()]  # type: ignore[operator]
    except RefusedError as error:
        return [error]


def assert_untold(told: str | Iterable[object]) -> None:
    text = told if isinstance(told, str) else repr(list(told))
    assert [word for word in TELLING if word in text] == []


def stored(register: Register, place_id: str) -> tuple[object, ...]:
    columns = [tables.place.c[name] for name in SECRET]
    with register.engine.connect() as connection:
        return tuple(connection.execute(select(*columns).where(tables.place.c.id == place_id)).one())


def submit_refuge(register: Register, actor: Actor) -> Place:
    receipt = register.submit(actor, a_place(name="Elmton Women's Refuge", **SECRET))
    assert_untold([receipt, register.follow(receipt.token)])
    assert "refuge" in receipt.place.held
    return receipt.place


def test_a_held_submission_is_told_by_nothing_and_kept(register: Register) -> None:
    partner = a_partner(register)
    held = submit_refuge(register, partner)
    assert (held.ward_name, held.address, held.easting_m) == ("Elmton East", "", None)
    asked = register.ask(EDITOR, held.id, 1, "Is it known?")
    again = register.edit(partner, replace(asked, name="Elmton House", services=()))
    assert again.held == held.held, "who wrote the word cannot lift what held it"
    assert_untold([asked, again, read_all(register, partner)])
    assert stored(register, held.id) == tuple(SECRET.values())
    with pytest.raises(LostRace) as lost:
        register.publish(EDITOR, held.id, 1)
    assert_untold([lost.value.yours, lost.value.theirs, str(lost.value)])


def test_a_confidential_place_is_told_by_nothing_whatever_is_done_with_it(register: Register) -> None:
    partner = a_partner(register)
    held = submit_refuge(register, partner)
    place = register.publish(EDITOR, held.id, 1, confidential=True)
    assert (place.state, place.held, place.confidential) == (State.PUBLISHED, "", True)
    assert register.published() == ()
    assert register.find(VIEWER, place.id).ward_name == "Elmton East"
    assert register.find(VIEWER, place.id).contacts == ()

    edited = register.edit(EDITOR, replace(place, website="https://elmton.example"))
    suggestion = register.suggest(partner, place.id, edited.version, {"name": "Elmton House"})
    moved = register.suggest(partner, place.id, edited.version, SECRET | {"address": "15 Hidden Row"})
    settled = register.settle(EDITOR, suggestion.id, True)
    told = [place, edited, suggestion, moved, settled, register.settle(EDITOR, moved.id, True)]
    retired = register.retire(EDITOR, place.id, register.find(EDITOR, place.id).version, "closed")
    told += [retired, register.undo(EDITOR, register.revision())]
    assert_untold([*told, read_all(register, partner)])
    assert stored(register, place.id) == ("15 Hidden Row", *tuple(SECRET.values())[1:])


def test_a_suggestion_cannot_find_out_where_a_confidential_place_is(register: Register) -> None:
    other = a_partner(register, "Brook Hall")
    refuge = register.submit(EDITOR, a_place(confidential=True, **SECRET)).place
    place = register.publish(EDITOR, refuge.id, 1)
    right = register.suggest(other, place.id, place.version, SECRET)
    wrong = register.suggest(other, place.id, place.version, SECRET | {"postcode": "ZE9 9ZY"})
    assert (right.changes, right.state) == (wrong.changes, wrong.state)
    newer = register.edit(EDITOR, replace(place, name="Elmton House", contacts=place.contacts))
    for suggestion in (right, wrong):
        register.settle(EDITOR, suggestion.id, False, "We know.")
    with pytest.raises(LostRace) as lost:
        register.suggest(other, place.id, place.version, {"name": "Elmton Hall", "contacts": []})
    assert_untold([lost.value.yours, lost.value.theirs])
    assert lost.value.yours.contacts == ()
    assert newer.contacts == place.contacts != ()


def test_publishing_again_does_not_lift_what_is_confidential(register: Register) -> None:
    place = submit_refuge(register, EDITOR)
    published = register.publish(EDITOR, place.id, 1, confidential=True)
    retired = register.retire(EDITOR, place.id, published.version, "closed")
    again = register.publish(EDITOR, place.id, retired.version)
    assert again.confidential
    assert_untold([again, register.published()])


def test_lifting_what_is_confidential_is_an_edit(register: Register) -> None:
    partner = a_partner(register)
    place = submit_refuge(register, partner)
    published = register.publish(EDITOR, place.id, 1, confidential=True)
    lifted = register.edit(EDITOR, replace(published, confidential=False, name="Elmton House"))
    assert {name: getattr(lifted, name) for name in SECRET} == SECRET
    assert register.published()[0].postcode == SECRET["postcode"]
    lines = register.history(EDITOR, place.id)
    assert_untold(lines)
    moved = register.edit(EDITOR, replace(lifted, address="14 Hidden Row"))
    assert register.history(EDITOR, place.id)[0].after["address"] == "14 Hidden Row"
    assert_untold(register.history(EDITOR, place.id)[1:])
    register.edit(EDITOR, replace(moved, confidential=True))
    assert_untold(read_all(register, partner))


def test_an_edit_of_a_withheld_place_keeps_what_it_leaves_empty(register: Register) -> None:
    place = register.submit(EDITOR, a_place(confidential=True, **SECRET)).place
    kept = register.edit(EDITOR, replace(place, name="Mill Hall", ward_code="", ward_name=""))
    assert (kept.ward_name, stored(register, place.id)) == ("Elmton East", tuple(SECRET.values()))
    new = {"postcode": "ZE1 1AB", "easting_m": 400_000.0, "northing_m": 300_000.0, "located_by": "point"}
    moved = register.edit(EDITOR, replace(kept, **new, ward_name="Elmton West"))
    assert (moved.ward_name, moved.postcode) == ("Elmton West", "")
    assert stored(register, place.id) == (SECRET["address"], *new.values())
    register.edit(EDITOR, replace(moved, address="2 Mill Lane"))
    assert stored(register, place.id) == ("2 Mill Lane", *new.values())


def test_what_is_not_withheld_can_lose_its_location(register: Register) -> None:
    place = register.submit(EDITOR, a_place(**SECRET)).place
    bare = register.edit(EDITOR, replace(place, **NOWHERE))
    assert (bare.address, stored(register, place.id)) == ("", tuple(NOWHERE.values()))


def test_a_place_merged_with_a_confidential_one_is_confidential_too(register: Register) -> None:
    partner = a_partner(register)
    for keeps_secret in (True, False):
        refuge = register.submit(EDITOR, a_place(confidential=True, **SECRET)).place
        secret = register.publish(EDITOR, refuge.id, 1, confidential=True)
        double = add_published(register, EDITOR, **SECRET)
        keep, gone = (secret, double) if keeps_secret else (double, secret)
        merged = register.merge(EDITOR, replace(keep, confidential=False), gone.id, gone.version)
        assert merged.confidential
        assert register.find(EDITOR, gone.id).confidential
    assert_untold([register.published(), read_all(register, partner)])


def test_an_imported_place_that_is_held_is_told_by_nothing(register: Register) -> None:
    row = a_place(id=made_id(1), held="it may be a refuge", source_key="refuge|ZE9 9ZZ", **SECRET)
    register.import_rows(ANALYST, a_source(), [row])
    place = register.find(EDITOR, row.id)
    assert (place.state, place.held, register.published()) == (State.SUBMITTED, row.held, ())
    assert register.queue(EDITOR) == (place,)
    assert_untold(read_all(register, a_partner(register)))
    register.import_rows(ANALYST, a_source("newer"), [replace(row, name="Elmton House", held="")])
    discreet = register.find(EDITOR, row.id)
    assert (discreet.name, discreet.state) == ("Elmton House", State.SUBMITTED)
    assert (discreet.held, register.published()) == (row.held, ()), "an editor alone may show it"
    assert_untold(read_all(register, a_partner(register)))
    assert register.publish(EDITOR, row.id, discreet.version).held == ""


def test_a_suggestion_that_speaks_of_a_refuge_holds_the_place(register: Register) -> None:
    partner = a_partner(register)
    place = add_published(register, partner, **SECRET)
    suggestion = register.suggest(partner, place.id, place.version, {"name": "Elmton Women's Refuge"})
    register.settle(EDITOR, suggestion.id, True)
    held = register.find(EDITOR, place.id)
    assert "refuge" in held.held
    assert (register.published(), register.queue(EDITOR)) == ((), (held,))
    with pytest.raises(RefusedError):
        register.find(VIEWER, place.id)
    assert_untold(read_all(register, partner))
    assert register.publish(EDITOR, place.id, held.version).held == ""
    assert len(register.published()) == 1
