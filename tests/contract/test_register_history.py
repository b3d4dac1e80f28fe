"""The history: undoing, merging, erasing, suggestions; and that it tells all there is of every record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register_made import (
    ADMIN,
    ANALYST,
    EDITOR,
    a_contact,
    a_partner,
    a_place,
    a_service,
    a_source,
    add_organisation,
    add_published,
    made_id,
    new_id,
)
from sqlalchemy import select

from data.errors import RegisterError
from data.register import tables
from data.register.as_json import contacts_to_json, to_json
from data.register.engine import file_of
from data.register.reading import read_places
from data.register.records import Actor, Place, State
from data.register.store import LostRace, Register, open_register
from data.register.verify import verify
from tests.conftest import FULL_PROOFS


def content(place: Place) -> Place:
    """A place without what changes with every change."""
    return replace(place, version=0, updated_at=None)


def last_number(register: Register, place_id: str) -> int:
    return register.history(EDITOR, place_id, limit=1)[0].number


def test_undo_puts_back_what_stood_before(register: Register) -> None:
    first = register.submit(a_partner(register), a_place()).place
    published = register.publish(EDITOR, first.id, 1)
    services = (a_service(name="Homework club"), published.services[0])
    contacts = (a_contact(consent=True),)
    changed = register.edit(
        EDITOR, replace(published, name="Mill Hall", services=services, contacts=contacts)
    )
    assert changed.services == services
    number = last_number(register, first.id)

    line = register.undo(ADMIN, number)
    back = register.find(EDITOR, first.id)
    assert (line.who, line.action, line.undoes, line.number) == (ADMIN.name, "undone", number, number + 1)
    assert content(back) == content(published)
    assert (line.before["name"], line.after["name"], back.version) == ("Mill Hall", published.name, 4)

    register.undo(ADMIN, line.number)
    assert content(register.find(EDITOR, first.id)) == content(changed), (
        "undoing what was undone does it again"
    )


def test_undoing_a_publication_and_a_retirement_puts_the_state_back(register: Register) -> None:
    place = register.submit(EDITOR, a_place()).place
    register.publish(EDITOR, place.id, 1)
    register.retire(EDITOR, place.id, 2, "closed")
    register.undo(EDITOR, last_number(register, place.id))
    assert register.find(EDITOR, place.id).state is State.PUBLISHED
    with pytest.raises(RegisterError, match=r"stands on it") as told:
        register.undo(EDITOR, last_number(register, place.id) - 2)
    assert "undone, by editor@elmshire.example" in told.value.message


def test_undoing_what_made_a_place_retires_it(register: Register) -> None:
    place = register.submit(EDITOR, a_place()).place
    register.undo(EDITOR, last_number(register, place.id))
    gone = register.find(EDITOR, place.id)
    assert (gone.state, gone.name) == (State.RETIRED, place.name)
    assert "was undone" in gone.reason


def test_a_change_with_another_on_it_is_not_undone(register: Register) -> None:
    place = register.submit(EDITOR, a_place()).place
    changed = register.edit(EDITOR, replace(place, name="Mill Hall"))
    number = last_number(register, place.id)
    register.edit(ADMIN, replace(changed, name="Mill House"))
    with pytest.raises(
        RegisterError, match=rf"change {number + 1:,} .changed, by admin@elmshire.example. stands"
    ):
        register.undo(EDITOR, number)
    assert register.find(EDITOR, place.id).name == "Mill House"


def test_an_undo_that_would_bring_back_an_id_in_use_is_refused(register: Register) -> None:
    place = register.submit(EDITOR, a_place()).place
    without = register.edit(EDITOR, replace(place, services=()))
    number = last_number(register, place.id)
    other = register.submit(EDITOR, a_place(services=place.services)).place
    with pytest.raises(RegisterError, match="stands at another place"):
        register.undo(EDITOR, number)
    assert register.find(EDITOR, place.id) == without
    assert register.find(EDITOR, other.id) == other


def test_what_cannot_be_undone_says_what_to_do(register: Register) -> None:
    organisation = add_organisation(register)
    with pytest.raises(RegisterError, match="made an organisation"):
        register.undo(EDITOR, 1)
    changed = register.save_organisation(EDITOR, replace(organisation, name="Brook Trust"))
    register.undo(EDITOR, 2)
    assert register.organisations() == (replace(organisation, version=changed.version + 1),)
    register.invite(EDITOR, organisation.id)
    place = add_published(register)
    suggestion = register.suggest(EDITOR, place.id, place.version, {"name": "Mill Hall"})
    register.import_rows(ANALYST, a_source(), [a_place()])
    for change in register.history(EDITOR):
        if change.entity in ("invitation", "suggestion", "source"):
            with pytest.raises(RegisterError, match="cannot be undone") as told:
                register.undo(EDITOR, change.number)
            assert told.value.hint
    assert register.suggestions(EDITOR) == (suggestion,)
    with pytest.raises(RegisterError, match="no change number 9,999"):
        register.undo(EDITOR, 9_999)


def merge_two(register: Register) -> tuple[Place, Place, Place]:
    keep, gone = add_published(register), add_published(register)
    wanted = replace(
        keep,
        name="Mill Hall and Library",
        services=(*keep.services, *gone.services),
        contacts=(gone.contacts[0],),
    )
    return keep, gone, register.merge(EDITOR, wanted, gone.id, gone.version)


def test_merging_makes_one_of_two(register: Register) -> None:
    keep, gone, merged = merge_two(register)
    assert (merged.id, merged.version, merged.name) == (keep.id, keep.version + 1, "Mill Hall and Library")
    assert merged.services == (*keep.services, *gone.services)
    assert merged.contacts == (gone.contacts[0],)
    left = register.find(EDITOR, gone.id)
    assert (left.state, left.merged_into, left.services) == (State.RETIRED, keep.id, ())
    assert left.contacts == gone.contacts[1:]
    assert [place.id for place in register.published()] == [keep.id]
    for attempt in (
        lambda: register.merge(EDITOR, merged, gone.id, left.version),
        lambda: register.edit(EDITOR, replace(left, name="Mill Hall")),
        lambda: register.publish(EDITOR, gone.id, left.version),
        lambda: register.merge(EDITOR, merged, merged.id, merged.version),
    ):
        with pytest.raises(RegisterError, match="merged"):
            attempt()


@pytest.mark.parametrize("line", ["keep", "gone"])
def test_undoing_a_merge_puts_both_back(register: Register, line: str) -> None:
    keep, gone, merged = merge_two(register)
    number = last_number(register, keep.id if line == "keep" else gone.id)
    register.undo(EDITOR, number)
    assert content(register.find(EDITOR, keep.id)) == content(keep)
    assert content(register.find(EDITOR, gone.id)) == content(gone)
    lines = register.history(EDITOR, limit=4)
    assert [change.action for change in lines[:2]] == ["undone", "undone"]
    assert [change.undoes for change in lines[:2]] == [lines[2].number, lines[3].number]

    register.undo(EDITOR, lines[0].number if line == "keep" else lines[1].number)
    assert content(register.find(EDITOR, keep.id)) == content(merged), "the merge stands again, whole"
    assert register.find(EDITOR, gone.id).merged_into == keep.id


def test_a_merge_with_a_change_on_either_is_not_undone(register: Register) -> None:
    _, _, merged = merge_two(register)
    number = register.revision()
    register.edit(EDITOR, replace(merged, name="Mill Hall"))
    for line in (number, number - 1):
        with pytest.raises(RegisterError, match="stands on it"):
            register.undo(EDITOR, line)


def test_a_published_place_does_not_go_into_one_that_is_not(register: Register) -> None:
    shown, draft = add_published(register), register.submit(EDITOR, a_place()).place
    rejected = register.reject(EDITOR, draft.id, draft.version, "listed already")
    for keep in (register.submit(EDITOR, a_place()).place, rejected):
        with pytest.raises(RegisterError, match="nothing would be published"):
            register.merge(EDITOR, keep, shown.id, shown.version)
    assert register.published()[0].id == shown.id
    assert register.merge(EDITOR, shown, rejected.id, rejected.version).state is State.PUBLISHED


def test_a_lost_race_in_a_merge_is_told(register: Register) -> None:
    keep, gone = add_published(register), add_published(register)
    newer = register.edit(EDITOR, replace(gone, name="Mill Hall"))
    for wanted, version in ((keep, gone.version), (replace(keep, version=1), newer.version)):
        with pytest.raises(LostRace):
            register.merge(EDITOR, wanted, gone.id, version)
    assert len(register.published()) == 2


def every_value(register: Register) -> str:
    """Every value of every table, as text."""
    with register.engine.connect() as connection:
        rows = [row for table in tables.metadata.sorted_tables for row in connection.execute(select(table))]
    return repr(rows)


def test_an_erased_contact_is_nowhere_any_more(register: Register) -> None:
    partner = a_partner(register)
    person = a_contact(name="Sasha Wren", phone="0161 496 0777", email="sasha@wren.example", consent=True)
    other = a_contact()
    place = add_published(register, partner, contacts=(person, other))
    renamed = replace(place.contacts[0], phone="0161 496 0778", email="wren@wren.example")
    suggestion = register.suggest(
        partner,
        place.id,
        place.version,
        {"contacts": contacts_to_json((renamed, other))},
        "Sasha Wren has a new number, 0161 496 0778",
    )
    register.settle(EDITOR, suggestion.id, True)
    changed = register.find(EDITOR, place.id)
    copied = replace(renamed, id=new_id())
    changed = register.edit(EDITOR, replace(changed, contacts=(*changed.contacts, copied)))
    changed = register.edit(EDITOR, replace(changed, contacts=changed.contacts[:2]))
    number = last_number(register, place.id)

    register.erase_contact(EDITOR, place.id, person.id)
    told = every_value(register)
    for value in (person.id, "Sasha Wren", "0161 496 0777", "0161 496 0778", "sasha@wren", "wren@wren"):
        assert value not in told
    assert other.email in told
    _assert_not_on_disk(register, b"Sasha Wren", b"0161 496 0777", b"wren@wren")
    assert [contact.id for contact in register.find(EDITOR, place.id).contacts] == [other.id]
    line = register.history(EDITOR, place.id, limit=1)[0]
    assert (line.action, line.who) == ("contact erased", EDITOR.name)
    for undone in (number, line.number):
        with pytest.raises(RegisterError, match="erased a contact"):
            register.undo(EDITOR, undone)
    with pytest.raises(RegisterError, match="no contact"):
        register.erase_contact(EDITOR, place.id, person.id)
    assert [check.name for check in verify(register.engine) if check.faults] == []


def _assert_not_on_disk(register: Register, *values: bytes) -> None:
    file = file_of(register.engine)
    if file is None:
        return
    for path in (file, Path(f"{file}-wal")):
        held = path.read_bytes() if path.exists() else b""
        assert [value for value in values if value in held] == []


def test_a_contact_that_only_the_history_holds_can_be_erased(register: Register) -> None:
    place = add_published(register)
    register.edit(EDITOR, replace(place, contacts=()))
    gone = place.contacts[0]
    register.erase_contact(EDITOR, place.id, gone.id)
    assert gone.email not in every_value(register)


def test_a_suggestion_is_accepted_or_rejected_with_a_reason(register: Register) -> None:
    partner = a_partner(register)
    place = add_published(register, partner)
    service = a_service(name="Homework club", openings=())
    changes = {"name": "Mill  Hall", "services": to_json(replace(place, services=(service,)))["services"]}
    suggestion = register.suggest(partner, place.id, place.version, changes, "It was renamed.")
    assert register.suggestions(EDITOR) == register.suggestions(partner) == (suggestion,)
    assert suggestion.changes["name"] == "Mill Hall"
    assert register.find(EDITOR, place.id) == place
    done = register.settle(EDITOR, suggestion.id, True)
    assert (done.state, register.suggestions(EDITOR)) == ("accepted", ())
    changed = register.find(EDITOR, place.id)
    assert (changed.name, changed.services, changed.contacts) == ("Mill Hall", (service,), place.contacts)
    with pytest.raises(RegisterError, match="accepted already"):
        register.settle(EDITOR, suggestion.id, False, "no")

    second = register.suggest(partner, place.id, changed.version, {"website": ""})
    with pytest.raises(RegisterError, match="reason is missing"):
        register.settle(EDITOR, second.id, False)
    assert register.settle(EDITOR, second.id, False, "It is right.").state == "rejected"
    assert register.suggestions(partner, "rejected")[0].reason == "It is right."
    assert register.find(EDITOR, place.id).website == place.website


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, "Nothing is changed"),
        ({"confidential": False}, "may suggest to change confidential"),
        ({"held": "", "name": "Mill"}, "may suggest to change held"),
        ({"state": "published", "version": 9}, "may suggest to change state, version"),
        ({"organisation_id": made_id(1)}, "may suggest to change organisation_id"),
        ({"name": ""}, "the name is missing"),
        ({"website": "javascript:alert(1)"}, "no web address"),
        ({"services": "all"}, "has not the shape"),
        ({"services": [{"name": "no kind"}]}, "has not the shape"),
        ({"services": [{"id": [], "name": {}, "kind": []}]}, "is no UUID"),
        (
            {"services": [{"id": made_id(1), "name": "A", "kind": "library", "openings": [[0, [], {}]]}]},
            "09:30",
        ),
        ({"contacts": [1]}, "has not the shape"),
        ({"contacts": None}, "has not the shape"),
        ({"name": 7}, "is no text"),
        ({"easting_m": "far"}, "is no number"),
        ({"easting_m": None}, "only one of its two"),
        ({"accessibility": []}, "may suggest to change accessibility"),
    ],
)
def test_a_suggestion_that_cannot_be_kept_says_why(
    suggestable: tuple[Register, Place], changes: dict[str, object], wrong: str
) -> None:
    register, place = suggestable
    with pytest.raises(RegisterError, match=wrong):
        register.suggest(EDITOR, place.id, place.version, changes)
    assert register.suggestions(EDITOR) == ()


@pytest.fixture(scope="module")
def suggestable(tmp_path_factory: pytest.TempPathFactory) -> tuple[Register, Place]:
    """A register with one published place. What is refused here never reaches the engine."""
    folder = tmp_path_factory.mktemp("suggestable")
    register = open_register(folder / "elmshire", f"sqlite:///{folder / 'one.db'}")
    return register, add_published(register)


def test_a_suggestion_for_fields_that_were_changed_since_is_a_lost_race(register: Register) -> None:
    place = add_published(register)
    named = register.suggest(EDITOR, place.id, place.version, {"name": "Mill Hall"})
    linked = register.suggest(EDITOR, place.id, place.version, {"website": ""})
    moved = register.suggest(EDITOR, place.id, place.version, {"postcode": "ZE2 2AB"})
    called = register.suggest(EDITOR, place.id, place.version, {"contacts": []})
    register.edit(ADMIN, replace(place, name="Mill House", easting_m=1.0, contacts=place.contacts[:1]))
    for suggestion in (named, moved, called):
        with pytest.raises(LostRace, match=r"was changed by admin@elmshire\.example") as lost:
            register.settle(EDITOR, suggestion.id, True)
        assert lost.value.theirs.name == "Mill House"
    assert lost.value.yours.contacts == ()
    register.settle(EDITOR, linked.id, True)
    assert register.find(EDITOR, place.id).website == ""
    with pytest.raises(LostRace):
        register.suggest(EDITOR, place.id, place.version, {"name": "Mill Cottage"})
    register.retire(EDITOR, place.id, register.find(EDITOR, place.id).version, "closed")
    with pytest.raises(RegisterError, match="is retired by now"):
        register.settle(EDITOR, named.id, True)


def test_a_suggestion_of_contacts_keeps_those_that_the_partner_could_not_see(register: Register) -> None:
    owner, other = a_partner(register), a_partner(register, "Brook Hall")
    place = add_published(register, owner)
    agreed, hidden = place.contacts
    new = replace(agreed, phone="0161 496 0999")
    for partner, left in ((other, (new, hidden)), (owner, (new,))):
        place = register.find(EDITOR, place.id)
        suggestion = register.suggest(partner, place.id, place.version, {"contacts": contacts_to_json([new])})
        assert [contact["id"] for contact in suggestion.changes["contacts"]] == [agreed.id]
        register.settle(EDITOR, suggestion.id, True)
        assert register.find(EDITOR, place.id).contacts == left


def test_the_history_is_read_in_pages(register: Register) -> None:
    place = register.submit(EDITOR, a_place()).place
    for number in range(5):
        place = register.edit(EDITOR, replace(place, name=f"Mill Hall {number}"))
    newest = register.history(EDITOR, limit=2)
    assert [change.number for change in newest] == [6, 5]
    assert [change.number for change in register.history(EDITOR, limit=2, before=5)] == [4, 3]
    assert len(register.history(EDITOR, place.id)) == 6
    assert register.history(EDITOR, new_id()) == ()
    assert len(register.history(EDITOR, limit=-1)) == 1


Step = Callable[[Register, Actor, Callable[[int], Place], int], object]


def _merge_any(register: Register, _: Actor, some: Callable[[int], Place], number: int) -> object:
    keep, gone = some(number), some(number // 7)
    return register.merge(EDITOR, replace(keep, services=gone.services), gone.id, gone.version)


def _suggest_any(register: Register, partner: Actor, some: Callable[[int], Place], number: int) -> object:
    place = some(number)
    changes = {"name": f"Suggested {number}", "contacts": []} if number % 2 else {"services": []}
    suggestion = register.suggest(partner, place.id, place.version, changes)
    return register.settle(EDITOR, suggestion.id, number % 3 != 0, "because")


def _import_any(register: Register, _: Actor, __: Callable[[int], Place], number: int) -> object:
    dated = datetime.now(UTC).date() - timedelta(days=100 - number % 50)
    rows = [
        a_place(
            id=made_id(n), name=f"Imported {n}", held="a refuge" if n == 3 else "", services=(), contacts=()
        )
        for n in range(number % 5)
    ]
    return register.import_rows(ANALYST, a_source(str(number), dated), rows)


STEPS: dict[str, Step] = {
    "submit": lambda r, who, some, n: r.submit(
        who, a_place(name=f"Refuge {n}" if n % 5 == 0 else f"Mill {n}")
    ),
    "edit": lambda r, who, some, n: r.edit(
        EDITOR, replace(some(n), name=f"Edited {n}", confidential=n % 7 == 0)
    ),
    "edit draft": lambda r, who, some, n: r.edit(who, replace(some(n), services=(a_service(), a_service()))),
    "publish": lambda r, who, some, n: r.publish(EDITOR, some(n).id, some(n).version),
    "ask": lambda r, who, some, n: r.ask(EDITOR, some(n).id, some(n).version, "why"),
    "reject": lambda r, who, some, n: r.reject(EDITOR, some(n).id, some(n).version, "why"),
    "retire": lambda r, who, some, n: r.retire(EDITOR, some(n).id, some(n).version, "why"),
    "confirm": lambda r, who, some, n: r.confirm(
        EDITOR, [some(n).id], datetime.now(UTC).date() + timedelta(n % 2)
    ),
    "merge": _merge_any,
    "suggest": _suggest_any,
    "import": _import_any,
    "undo": lambda r, who, some, n: r.undo(EDITOR, max(1, r.revision() - n % 6)),
    "erase": lambda r, who, some, n: r.erase_contact(EDITOR, some(n).id, some(n).contacts[n % 2].id),
}


@pytest.mark.proof
@settings(
    max_examples=200 if FULL_PROOFS else 10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 1_000)), max_size=12))
def test_whatever_is_done_the_history_tells_every_record(
    register: Register, steps: list[tuple[str, int]]
) -> None:
    partner = a_partner(register)
    register.submit(partner, a_place())

    def some(number: int) -> Place:
        places = sorted(register.everything(EDITOR), key=lambda place: place.id)
        return places[number % len(places)]

    for name, number in steps:
        before = register.revision()
        try:
            STEPS[name](register, partner, some, number)
        except (RegisterError, IndexError):
            assert register.revision() == before, "what is refused leaves nothing"
    replayed, contacts = replay(register)
    with register.engine.connect() as connection:
        rows = read_places(connection)
    assert replayed == {place.id: to_json(place) for place in rows}
    assert contacts == {place.id: contacts_to_json(place.contacts) for place in rows}
    assert [check.name for check in verify(register.engine) if check.faults] == []


def replay(register: Register) -> tuple[dict[str, object], dict[str, object]]:
    """Follow the history from its first line: what each place and its contacts are in the end."""
    places: dict[str, object] = {}
    contacts: dict[str, object] = {}
    with register.engine.connect() as connection:
        lines = connection.execute(select(tables.history).order_by(tables.history.c.number)).all()
    assert [line.number for line in lines] == list(range(1, register.revision() + 1))
    for line in lines:
        if line.entity == "place":
            assert line.before == places.get(line.entity_id)
            assert (line.contacts_before or []) == contacts.get(line.entity_id, [])
            places[line.entity_id], contacts[line.entity_id] = line.after, line.contacts_after
    return places, contacts
