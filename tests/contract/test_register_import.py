"""Importing the places of a file: again, newer, after people changed them, and twice at once."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from register_made import (
    ADMIN,
    ANALYST,
    EDITOR,
    a_contact,
    a_place,
    a_service,
    a_source,
    add_published,
    made_id,
    new_id,
)

from data.errors import RegisterError
from data.register.records import Organisation, Place, State
from data.register.store import Register

NEWER = date(2026, 9, 1)


def rows(count: int = 3) -> list[Place]:
    return [
        a_place(
            id=made_id(number),
            name=f"Library {number}",
            source_key=str(number),
            services=(a_service(id=made_id(1_000 + number)),),
            contacts=(a_contact(id=made_id(2_000 + number)),),
        )
        for number in range(count)
    ]


def test_what_is_imported_is_published_with_its_source(register: Register) -> None:
    source = a_source()
    assert register.import_rows(ANALYST, source, rows()) == {"added": 3, "updated": 0, "unchanged": 0}
    (kept,) = register.sources()
    assert (kept.sha256, kept.file, kept.imported_by) == (source.sha256, source.file, ANALYST.name)
    assert kept.counts == {"added": 3, "updated": 0, "unchanged": 0}
    for place in register.published():
        assert (place.state, place.source_id, place.last_confirmed) == (
            State.PUBLISHED,
            source.id,
            source.dated,
        )
        assert place.version == 1
    assert [change.action for change in register.history(EDITOR)] == ["imported"] * 4


def test_the_same_file_again_changes_nothing(register: Register) -> None:
    source = a_source()
    register.import_rows(ANALYST, source, rows())
    revision, before = register.revision(), register.published()
    again = replace(source, id=new_id(), title="another title")
    assert register.import_rows(EDITOR, again, rows()) == {"added": 0, "updated": 0, "unchanged": 3}
    assert (register.revision(), register.published(), len(register.sources())) == (revision, before, 1)


def test_a_newer_file_updates_and_confirms(register: Register) -> None:
    first = rows()
    register.import_rows(ANALYST, a_source(), first)
    services = (replace(first[0].services[0], name="Homework club"), a_service())
    changed = replace(first[0], name="Library of Elmton", services=services, contacts=())
    newer = a_source("newer", NEWER)
    counts = register.import_rows(ANALYST, newer, [changed, *first[1:], a_place(id=made_id(9))])
    assert counts == {"added": 1, "updated": 1, "unchanged": 2}
    place = register.find(EDITOR, first[0].id)
    assert (place.name, place.version, place.source_id) == ("Library of Elmton", 2, newer.id)
    assert (place.services, place.contacts) == (services, ())
    assert {place.last_confirmed for place in register.published()} == {NEWER}
    assert {change.action for change in register.history(EDITOR, made_id(1))} == {
        "imported",
        "confirmed by import",
    }

    older = a_source("older", date(2025, 1, 1))
    assert register.import_rows(ANALYST, older, first[1:])["unchanged"] == 2
    assert {place.last_confirmed for place in register.published()} == {NEWER}


def test_what_people_changed_is_kept_and_confirmed(register: Register) -> None:
    register.import_rows(ANALYST, a_source(), rows())
    edited = register.edit(EDITOR, replace(register.find(EDITOR, made_id(0)), name="As people call it"))
    retired = register.retire(EDITOR, made_id(1), 1, "closed")
    register.confirm(EDITOR, [made_id(2)], NEWER)
    again = [replace(place, name=f"New name {place.name}") for place in rows()]
    counts = register.import_rows(ANALYST, a_source("newer", NEWER), again)
    assert counts == {"added": 0, "updated": 1, "unchanged": 2}
    kept = register.find(EDITOR, edited.id)
    assert (kept.name, kept.last_confirmed, kept.source_id) == ("As people call it", NEWER, edited.source_id)
    assert register.find(EDITOR, retired.id) == retired
    assert register.find(EDITOR, made_id(2)).name == "New name Library 2", "to confirm is not to change"


def test_an_import_of_nothing_new_is_one_line_that_says_so(register: Register) -> None:
    first = rows()
    register.import_rows(ANALYST, a_source(dated=NEWER), first)
    revision = register.revision()
    register.import_rows(ANALYST, a_source("other", NEWER), first)
    assert register.revision() == revision + 1
    assert register.history(EDITOR, limit=1)[0].after["counts"] == {"added": 0, "updated": 0, "unchanged": 3}


def test_an_import_with_a_fault_imports_nothing(register: Register) -> None:
    first = rows()
    place = add_published(register)
    revision = register.revision()
    for faulty, wrong in (
        (
            [*first, a_place(name="", website="javascript:1"), a_place(kind="nonsense")],
            "2 of 5 rows cannot be kept",
        ),
        ([*first, first[0]], "share an id: 4 rows, 3 ids"),
        ([*first, a_place(services=first[0].services)], "share an id"),
        (
            [*first, a_place(services=place.services)],
            "1 services have an id that stands at another",
        ),
    ):
        with pytest.raises(RegisterError, match=wrong) as told:
            register.import_rows(ANALYST, a_source(), faulty)
        assert "Nothing was imported." in told.value.hint
    with pytest.raises(RegisterError, match="without an id or its SHA-256"):
        register.import_rows(ANALYST, replace(a_source(), sha256="x"), first)
    assert (register.revision(), register.sources(), len(register.everything(EDITOR))) == (revision, (), 1)


def test_of_two_imports_of_one_file_at_once_one_adds(register: Register) -> None:
    told: list[int] = []

    def bring_in() -> None:
        told.append(register.import_rows(ADMIN, a_source(), rows(50))["added"])

    threads = [threading.Thread(target=bring_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 0, 0, 50]
    assert (len(register.published()), len(register.sources())) == (50, 1)


def test_many_rows_are_more_than_one_statement_takes(register: Register) -> None:
    many = [a_place(id=made_id(n), services=(), contacts=()) for n in range(600)]
    assert register.import_rows(ADMIN, a_source(), many)["added"] == 600
    counts = register.import_rows(ADMIN, a_source("newer"), [replace(place, detail="new") for place in many])
    assert counts["updated"] == 600
    assert {place.detail for place in register.published()} == {"new"}


def test_who_runs_imported_places_comes_with_them(register: Register) -> None:
    new, there = (Organisation(made_id(n), 0, f"Trust {n}") for n in (5_001, 5_002))
    written = register.save_organisation(EDITOR, replace(there, description="As people wrote it"))
    places = [
        replace(place, organisation_id=one.id) for place, one in zip(rows(2), (new, there), strict=True)
    ]
    faulty = replace(places[1], name="")
    with pytest.raises(RegisterError, match="cannot be kept"):
        register.import_rows(ANALYST, a_source(), [places[0], faulty], [new, there])
    assert register.organisations() == (written,)
    register.import_rows(ANALYST, a_source(), places, [new, there])
    assert set(register.organisations()) == {replace(new, version=1), written}
    made = next(change for change in register.history(EDITOR) if change.entity_id == new.id)
    assert (made.entity, made.who, made.version) == ("organisation", ANALYST.name, 1)
