"""The register as everybody calls it, the same on SQLite and PostgreSQL: from a submission to the history."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from register_made import (
    ADMIN,
    DAY,
    EDITOR,
    VIEWER,
    a_contact,
    a_partner,
    a_place,
    a_service,
    add_organisation,
    add_published,
    new_id,
)

from data.errors import RegisterError
from data.register.fields import FieldsError
from data.register.records import Actor, Organisation, Place, State
from data.register.store import LostRace, Register, open_register
from data.settings import settings


def test_a_register_that_was_never_written_reads_as_empty_and_is_no_file(tmp_path: Path) -> None:
    register = open_register(tmp_path / "elmshire", f"sqlite:///{tmp_path / 'none.db'}")
    assert register.revision() == 0
    assert register.published() == register.everything(EDITOR) == register.queue(EDITOR) == ()
    assert register.sources() == register.organisations() == register.history(EDITOR) == ()
    with pytest.raises(RegisterError, match="no place"):
        register.find(EDITOR, new_id())
    assert list(tmp_path.iterdir()) == []


def test_from_a_submission_to_publication(register: Register) -> None:
    partner = a_partner(register)
    draft = a_place()
    receipt = register.submit(partner, draft)
    assert (receipt.place.version, receipt.place.state) == (1, State.SUBMITTED)
    assert receipt.place.organisation_id == partner.organisation_id
    assert receipt.place.submitted_by == partner.name
    assert register.published() == ()
    assert register.queue(EDITOR) == (register.find(EDITOR, draft.id),)

    asked = register.ask(EDITOR, draft.id, 1, "When is it open?")
    assert register.mine(partner) == (asked,)
    assert register.follow(receipt.token).reason == "When is it open?"
    again = register.edit(partner, replace(asked, services=(a_service(name="Homework club"),)))
    assert (again.version, again.state, again.reason) == (3, State.SUBMITTED, "")

    published = register.publish(EDITOR, draft.id, 3)
    assert published.state is State.PUBLISHED
    assert published.last_confirmed == published.updated_at.date()
    assert [place.id for place in register.published()] == [draft.id]
    assert register.queue(EDITOR) == ()
    retired = register.retire(EDITOR, draft.id, 4, "closed for good")
    assert (retired.state, retired.reason, register.published()) == (State.RETIRED, "closed for good", ())
    assert [change.action for change in register.history(EDITOR, draft.id)] == [
        "retired",
        "published",
        "changed",
        "asked for information",
        "submitted",
    ]
    assert [change.number for change in register.history(EDITOR)] == list(range(register.revision(), 0, -1))


def test_what_is_stored_is_what_was_given(register: Register) -> None:
    draft = a_place()
    stored = register.submit(EDITOR, draft).place
    same = replace(stored, version=0, submitted_by="", created_at=None, updated_at=None)
    dated = tuple(replace(contact, consented_at=None) for contact in same.contacts)
    assert replace(same, contacts=dated) == draft
    assert [contact.consented_at for contact in stored.contacts] == [stored.created_at, None]


def test_submitting_again_is_no_second_place(register: Register) -> None:
    partner, other = a_partner(register), a_partner(register, "Brook Hall")
    draft = a_place()
    first = register.submit(partner, draft)
    assert register.submit(partner, draft) == first
    assert len(register.everything(EDITOR)) == 1
    revision = register.revision()
    for actor, another in ((partner, replace(draft, name="Another")), (other, draft), (EDITOR, draft)):
        with pytest.raises(RegisterError, match="is there already"):
            register.submit(actor, another)
    assert register.revision() == revision


def test_a_rejected_place_is_no_draft_any_longer(register: Register) -> None:
    partner = a_partner(register)
    place = register.submit(partner, a_place()).place
    rejected = register.reject(EDITOR, place.id, 1, "It is a private house.")
    assert register.mine(partner)[0].reason == "It is a private house."
    with pytest.raises(RegisterError, match="is rejected, and no draft"):
        register.edit(partner, replace(rejected, name="Mill Hall"))


def test_decisions_need_a_reason_of_some_length(register: Register) -> None:
    place = register.submit(EDITOR, a_place()).place
    for reason in ("", " \n", "x" * 5_000, "x" * 1_000_000):
        for decide in (register.ask, register.reject):
            with pytest.raises(RegisterError, match="reason"):
                decide(EDITOR, place.id, 1, reason)


def test_decisions_fit_the_state(register: Register) -> None:
    place = register.submit(EDITOR, a_place()).place
    with pytest.raises(RegisterError, match="is submitted, so it cannot be made retired"):
        register.retire(EDITOR, place.id, 1, "closed")
    with pytest.raises(RegisterError, match="cannot be made confirmed"):
        register.confirm(EDITOR, [place.id], DAY)
    register.publish(EDITOR, place.id, 1)
    for decide in (register.ask, register.reject):
        with pytest.raises(RegisterError, match="is published, so it cannot be made"):
            decide(EDITOR, place.id, 2, "why")
    with pytest.raises(RegisterError, match="cannot be made published"):
        register.publish(EDITOR, place.id, 2)


def test_publishing_needs_a_location(register: Register) -> None:
    nowhere = {"address": "", "postcode": "", "easting_m": None, "northing_m": None, "located_by": ""}
    place = register.submit(EDITOR, a_place(**nowhere, ward_code="")).place
    for confidential in (False, True):
        with pytest.raises(RegisterError, match="no location"):
            register.publish(EDITOR, place.id, 1, confidential)
    published = add_published(register)
    with pytest.raises(RegisterError, match="no location"):
        register.edit(EDITOR, replace(published, **nowhere))
    assert register.find(EDITOR, published.id) == published


def test_a_lost_race_is_told_with_both_versions(register: Register) -> None:
    place = add_published(register)
    register.edit(EDITOR, replace(place, name="Mill Hall", website=""))
    mine = replace(place, name="Mill House")
    with pytest.raises(
        LostRace, match=r"was changed by editor@elmshire.example at .* changed .name, website"
    ) as lost:
        register.edit(ADMIN, mine)
    assert lost.value.yours == mine
    assert lost.value.theirs.name == "Mill Hall"
    assert register.find(EDITOR, place.id).name == "Mill Hall"


def test_a_decision_on_an_earlier_version_is_a_lost_race(register: Register) -> None:
    partner = a_partner(register)
    place = register.submit(partner, a_place(name="Mill Hall")).place
    register.edit(partner, replace(place, name="Mill House"))
    for decide in (
        lambda: register.publish(EDITOR, place.id, 1),
        lambda: register.ask(EDITOR, place.id, 1, "why"),
        lambda: register.reject(EDITOR, place.id, 1, "why"),
    ):
        with pytest.raises(LostRace) as lost:
            decide()
        assert (lost.value.yours.name, lost.value.theirs.name) == ("Mill Hall", "Mill House")


def test_a_partner_who_lost_a_race_is_not_told_the_name_of_staff(register: Register) -> None:
    partner = a_partner(register)
    place = register.submit(partner, a_place()).place
    register.ask(EDITOR, place.id, 1, "When?")
    with pytest.raises(LostRace, match="by somebody else") as lost:
        register.edit(partner, replace(place, name="Mill Hall"))
    assert EDITOR.name not in str(lost.value)


def test_of_many_edits_of_one_version_one_is_kept(register: Register) -> None:
    place = add_published(register)
    told: list[object] = []

    def rename(number: int) -> None:
        try:
            told.append(register.edit(EDITOR, replace(place, name=f"Mill Hall {number}")))
        except LostRace as lost:
            told.append(lost)

    threads = [threading.Thread(target=rename, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = [one for one in told if isinstance(one, Place)]
    assert (len(told), len(kept)) == (8, 1)
    assert register.find(EDITOR, place.id) == kept[0]


def test_an_edit_without_a_change_is_none(register: Register) -> None:
    place = add_published(register)
    revision = register.revision()
    assert register.edit(EDITOR, place) == place
    assert register.revision() == revision


def test_what_the_store_sets_nobody_else_does(register: Register) -> None:
    for who in (a_partner(register), EDITOR):
        _submit_and_edit_what_is_the_stores(register, who)


def _submit_and_edit_what_is_the_stores(register: Register, who: Actor) -> None:
    wanted = {
        "state": State.PUBLISHED,
        "version": 7,
        "held": "my own",
        "reason": "because",
        "source_id": new_id(),
        "source_key": "row 1",
        "last_confirmed": DAY - timedelta(days=700),
        "merged_into": new_id(),
        "submitted_by": "somebody else",
    }
    made = register.submit(who, a_place(**wanted)).place
    changed = register.edit(who, replace(made, **wanted | {"version": 1}, name="Mill Hall"))
    for place, version in ((made, 1), (changed, 2)):
        assert place.state is State.SUBMITTED
        assert (place.version, place.submitted_by, place.last_confirmed) == (version, who.name, None)
        assert (place.held, place.reason, place.merged_into) == ("", "", "")
        assert (place.source_id, place.source_key) == ("", "")


def test_a_partner_cannot_make_a_place_confidential_or_anothers(register: Register) -> None:
    partner, other = a_partner(register), a_partner(register, "Brook Hall")
    asked = {"confidential": True, "organisation_id": other.organisation_id}
    made = register.submit(partner, a_place(**asked)).place
    changed = register.edit(partner, replace(made, **asked, name="Mill Hall"))
    for place in (made, changed):
        assert (place.confidential, place.organisation_id) == (False, partner.organisation_id)


def test_consent_keeps_its_time_and_ends_with_it(register: Register) -> None:
    given = a_contact(consent=True)
    place = register.submit(EDITOR, a_place(contacts=(given,))).place
    kept = register.edit(
        EDITOR, replace(place, contacts=(replace(place.contacts[0], phone="0161 496 0999"),))
    )
    assert kept.contacts[0].consented_at == place.created_at
    ended = register.edit(EDITOR, replace(kept, contacts=(replace(kept.contacts[0], consent=False),)))
    assert ended.contacts[0].consented_at is None


def test_confirming(register: Register) -> None:
    places = [add_published(register) for _ in range(3)]
    ids = [place.id for place in places]
    today = places[0].last_confirmed
    assert register.confirm(EDITOR, ids, today) == 0
    assert register.confirm(EDITOR, [*ids, ids[0]], today + timedelta(days=1)) == 3
    assert {place.last_confirmed for place in register.published()} == {today + timedelta(days=1)}
    assert register.confirm(EDITOR, ids, today) == 0
    with pytest.raises(RegisterError, match="in the future"):
        register.confirm(EDITOR, ids, today + timedelta(days=2))
    with pytest.raises(RegisterError, match="no place"):
        register.confirm(EDITOR, [*ids, new_id()], today)
    with pytest.raises(RegisterError, match="in parts"):
        register.confirm(EDITOR, [new_id() for _ in range(5_001)], today)


def test_a_place_goes_stale_and_stays_published(register: Register) -> None:
    place = add_published(register)
    later = place.last_confirmed + timedelta(days=400)
    assert register.published()[0].state_on(later, settings().stale_months) is State.STALE


def test_services_and_contacts_are_of_one_place(register: Register) -> None:
    place = add_published(register)
    thief = a_place(services=(replace(place.services[0], name="Taken"),), contacts=())
    with pytest.raises(RegisterError, match="stands at another place"):
        register.submit(EDITOR, thief)
    mine = register.submit(EDITOR, a_place()).place
    with pytest.raises(RegisterError, match="stands at another place"):
        register.edit(EDITOR, replace(mine, contacts=(*mine.contacts, place.contacts[0])))
    assert register.find(EDITOR, place.id) == place


def test_faults_of_a_draft_are_told_together_and_nothing_is_kept(register: Register) -> None:
    faulty = a_place(
        name="", website="javascript:alert(1)", services=(a_service(minimum_age=9, maximum_age=3),)
    )
    add_organisation(register)
    revision = register.revision()
    with pytest.raises(FieldsError) as told:
        register.submit(EDITOR, faulty)
    assert set(told.value.faults) == {"name", "website", "services.0.maximum_age"}
    assert (register.revision(), register.everything(EDITOR)) == (revision, ())


HOSTILE = (
    "'; DROP TABLE place; --",
    '=HYPERLINK("http://evil.example","Open")',
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "{{7*7}} ${7*7} %s %(name)s :name \\u0000 \\",
    "Ťěśť 中文 عربى 👨‍👩‍👧",
)


def test_hostile_text_is_stored_as_text(register: Register) -> None:
    for text in HOSTILE:
        _write_everywhere(register, text)


def _write_everywhere(register: Register, text: str) -> None:
    service = a_service(name=text, description=text, cost=text, opening_note=text)
    contact = a_contact(name=text, role=text, consent=True)
    place = a_place(
        name=text, detail=text, address=text, ward_name=text, services=(service,), contacts=(contact,)
    )
    kept = add_published(register, **{name: getattr(place, name) for name in Place.__dataclass_fields__})
    assert register.find(VIEWER, kept.id) == replace(kept, submitted_by="")
    assert (kept.name, kept.detail, kept.address, kept.ward_name) == (text, text, text, text)
    assert kept.services == (service,)
    assert kept.contacts[0].name == text
    organisation = register.save_organisation(EDITOR, Organisation(new_id(), 0, text, description=text))
    assert organisation in register.organisations()
    suggestion = register.suggest(EDITOR, kept.id, kept.version, {"name": f"{text} 2"}, text)
    assert register.settle(EDITOR, suggestion.id, False, text).reason == text
    register.note_refusal(VIEWER, text, text, text)
    assert register.refusals(EDITOR)[0].why == text


def test_text_that_nobody_sees_is_taken_out(register: Register) -> None:
    name = "Mill\x00 La\u202ene\u2066 \ud800Library\x1b\ufeff"
    place = register.submit(EDITOR, a_place(name=name)).place
    assert place.name == "Mill Lane Library"
    register.note_refusal(VIEWER, "see\x00", "\ud800", "x" * 1_000_000)
    refusal = register.refusals(EDITOR)[0]
    assert (refusal.action, refusal.entity_id, len(refusal.why)) == ("see", "", 500)


def test_organisations(register: Register) -> None:
    made = register.save_organisation(
        EDITOR, Organisation(new_id(), 0, "Elmton  Trust", website="elmton.example")
    )
    assert (made.version, made.name, made.website) == (1, "Elmton Trust", "https://elmton.example")
    assert register.save_organisation(EDITOR, replace(made, version=0)) == made
    changed = register.save_organisation(EDITOR, replace(made, scheme="GB-CHC", identifier="1000001"))
    assert (changed.version, register.organisations()) == (2, (changed,))
    with pytest.raises(LostRace, match="was changed by") as lost:
        register.save_organisation(ADMIN, replace(made, name="Brook Trust"))
    assert lost.value.theirs == changed
    with pytest.raises(RegisterError, match="no organisation"):
        register.save_organisation(EDITOR, Organisation(new_id(), 3, "Nobody"))
    with pytest.raises(FieldsError, match=r"name is missing.*give both or neither"):
        register.save_organisation(EDITOR, Organisation(new_id(), 0, "", scheme="GB-COH"))


def test_two_readers_of_a_register_see_what_the_other_wrote(register: Register, tmp_path: Path) -> None:
    other = Register(register.engine)
    assert register.published() == other.published() == ()
    place = add_published(register)
    assert other.published()[0].id == place.id
    other.retire(EDITOR, place.id, place.version, "closed")
    assert register.published() == ()
