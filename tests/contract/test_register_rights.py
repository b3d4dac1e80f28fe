"""Who may do what: every action by every role, and what guests and partners cannot reach. All is logged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import URLSafeSerializer
from register_made import (
    ADMIN,
    ANALYST,
    DAY,
    EDITOR,
    VIEWER,
    a_contact,
    a_partner,
    a_place,
    a_source,
    add_organisation,
    add_published,
    made_id,
    new_id,
)
from sqlalchemy import update

from data.errors import RegisterError
from data.register import tables
from data.register.engine import writing
from data.register.records import Actor, Organisation, Place, Role, State
from data.register.store import RefusedError, Register
from data.settings import settings


@dataclass(frozen=True)
class World:
    """A register with a partner whose role somebody may have, and another partner."""

    register: Register
    partner: Actor
    other: Actor

    def draft(self) -> Place:
        return self.register.submit(self.partner, a_place()).place

    def others_draft(self) -> Place:
        return self.register.submit(self.other, a_place()).place

    def published(self) -> Place:
        return add_published(self.register, self.partner)

    def others_published(self) -> Place:
        return add_published(self.register, self.other)

    def suggestion(self) -> str:
        place = self.published()
        changes = {"name": "Mill Hall"}
        return self.register.suggest(self.partner, place.id, place.version, changes).id


Call = Callable[[World, Actor], object]
P, E, A, N = Role.PARTNER, Role.EDITOR, Role.ADMIN, Role.ANALYST
STAFF = {E, A}


def merge(world: World, actor: Actor) -> object:
    keep, gone = world.published(), world.published()
    return world.register.merge(actor, keep, gone.id, gone.version)


def undo(world: World, actor: Actor) -> object:
    world.published()
    return world.register.undo(actor, world.register.revision())


def erase(world: World, actor: Actor) -> object:
    place = world.published()
    return world.register.erase_contact(actor, place.id, place.contacts[0].id)


def revoke(world: World, actor: Actor) -> object:
    made, _ = world.register.invite(EDITOR, world.partner.organisation_id)
    return world.register.revoke(actor, made.id)


def import_one(world: World, actor: Actor) -> object:
    return world.register.import_rows(actor, a_source(new_id()), [a_place()])


def suggest(world: World, actor: Actor) -> object:
    place = world.others_published()
    return world.register.suggest(actor, place.id, place.version, {"name": "Mill Hall"})


def decide(name: str) -> Call:
    def call(world: World, actor: Actor) -> object:
        place = world.published() if name == "retire" else world.draft()
        return getattr(world.register, name)(actor, place.id, place.version, "because")

    return call


def confirm(which: str) -> Call:
    return lambda w, who: w.register.confirm(who, [getattr(w, which)().id], datetime.now(UTC).date())


def rename(which: str) -> Call:
    def call(world: World, actor: Actor) -> object:
        return world.register.edit(actor, replace(getattr(world, which)(), name="Mill Hall"))

    return call


def see(which: str) -> Call:
    return lambda w, who: w.register.find(who, getattr(w, which)().id)


ACTIONS: dict[str, tuple[Call, set[Role]]] = {
    "submit": (lambda w, who: w.register.submit(who, a_place()), {P, *STAFF}),
    "change an own draft": (rename("draft"), {P, *STAFF}),
    "change another's draft": (rename("others_draft"), STAFF),
    "change another's place": (rename("others_published"), STAFF),
    "suggest": (suggest, {P, *STAFF}),
    "settle": (lambda w, who: w.register.settle(who, w.suggestion(), True), STAFF),
    "publish": (lambda w, who: w.register.publish(who, w.draft().id, 1), STAFF),
    "ask": (decide("ask"), STAFF),
    "reject": (decide("reject"), STAFF),
    "retire": (decide("retire"), STAFF),
    "confirm an own place": (confirm("published"), {P, *STAFF}),
    "confirm another's place": (confirm("others_published"), STAFF),
    "merge": (merge, STAFF),
    "undo": (undo, STAFF),
    "organise": (lambda w, who: w.register.save_organisation(who, Organisation(new_id(), 0, "A")), STAFF),
    "invite": (lambda w, who: w.register.invite(who, w.partner.organisation_id), STAFF),
    "revoke": (revoke, STAFF),
    "erase": (erase, STAFF),
    "import": (import_one, {N, *STAFF}),
    "see everything": (lambda w, who: w.register.everything(who), {N, *STAFF}),
    "see the queue": (lambda w, who: w.register.queue(who), {N, *STAFF}),
    "see the history": (lambda w, who: w.register.history(who), {N, *STAFF}),
    "see refusals": (lambda w, who: w.register.refusals(who), {N, *STAFF}),
    "see invitations": (lambda w, who: w.register.invitations(who), STAFF),
    "see suggestions": (lambda w, who: w.register.suggestions(who), {P, N, *STAFF}),
    "see an own draft": (see("draft"), {P, N, *STAFF}),
    "see another's draft": (see("others_draft"), {N, *STAFF}),
    "see a published place": (see("others_published"), set(Role)),
    "see own places": (lambda w, who: w.register.mine(who), set(Role)),
}


@contextmanager
def refused(register: Register, who: str) -> Iterator[None]:
    """Expect a refusal that changes nothing and is logged."""
    before = len(register.refusals(EDITOR))
    with pytest.raises(RefusedError) as told:
        yield
    assert told.value.hint
    logged = register.refusals(EDITOR)
    assert len(logged) == before + 1
    assert (logged[0].who, logged[0].why) == (who, told.value.message)


def lines_of(register: Register, role: Role) -> int:
    return sum(change.role is role for change in register.history(EDITOR, limit=1_000))


@pytest.mark.parametrize("role", Role)
def test_each_role_does_what_it_may_and_nothing_else(register: Register, role: Role) -> None:
    world = World(register, a_partner(register), a_partner(register, "Brook Hall"))
    actor = world.partner if role is Role.PARTNER else Actor(f"a {role}", role)
    for name, (call, allowed) in ACTIONS.items():
        if role in allowed:
            call(world, actor)
            assert register.refusals(EDITOR, 1) == () or register.refusals(EDITOR, 1)[0].who == actor.name, (
                name
            )
            continue
        done = lines_of(register, role)
        try:
            with refused(register, actor.name):
                call(world, actor)
        except BaseException as error:
            error.add_note(f"{role}: {name}")
            raise
        assert lines_of(register, role) == done or role is Role.PARTNER, name


def test_a_partner_reaches_nothing_of_another(register: Register) -> None:
    partner, other = a_partner(register), a_partner(register, "Brook Hall")
    draft = register.submit(other, a_place()).place
    place = add_published(register, other)
    suggestion = register.suggest(other, place.id, place.version, {"name": "Brook House"}, "please")
    assert register.mine(partner) == register.suggestions(partner) == register.suggestions(partner, "") == ()
    assert register.suggestions(other) == (suggestion,)
    for attempt in (
        lambda: register.find(partner, draft.id),
        lambda: register.find(partner, new_id()),
        lambda: register.edit(partner, replace(draft, name="Mine")),
        lambda: register.edit(partner, replace(place, name="Mine")),
        lambda: register.edit(partner, a_place(version=1)),
        lambda: register.confirm(partner, [place.id], DAY),
        lambda: register.suggest(partner, draft.id, 1, {"name": "Mine"}),
        lambda: register.suggest(partner, new_id(), 1, {"name": "Mine"}),
        lambda: register.queue(partner),
        lambda: register.settle(partner, suggestion.id, True),
    ):
        with refused(register, partner.name):
            attempt()
    own = add_published(register, partner)
    with refused(register, partner.name):
        register.confirm(partner, [own.id, place.id], DAY)
    assert register.find(EDITOR, own.id).last_confirmed == own.last_confirmed


def test_a_partner_sees_no_contact_without_consent_and_no_name_of_another(register: Register) -> None:
    partner, other = a_partner(register), a_partner(register, "Brook Hall")
    place = add_published(register, other)
    agreed = tuple(contact for contact in place.contacts if contact.consent)
    assert 0 < len(agreed) < len(place.contacts)
    for actor in (partner, VIEWER):
        seen = register.find(actor, place.id)
        assert (seen.contacts, seen.submitted_by) == (agreed, "")
    assert register.published() == (register.find(VIEWER, place.id),)
    assert register.find(other, place.id).contacts == place.contacts
    assert register.find(ANALYST, place.id).contacts == agreed
    draft = register.submit(other, a_place())
    assert register.find(ANALYST, draft.place.id).contacts == ()
    assert register.follow(draft.token).contacts == ()


def test_an_own_published_place_is_changed_by_a_suggestion_alone(register: Register) -> None:
    partner = a_partner(register)
    place = add_published(register, partner)
    with pytest.raises(RegisterError, match="is published, and no draft") as told:
        register.edit(partner, replace(place, name="Mill Hall"))
    assert told.value.hint == "Suggest a change of it instead."


def test_a_place_takes_no_id_of_another_record(register: Register) -> None:
    """Else what happened to an organisation and to the place would be told as one, and undone as one."""
    partner = a_partner(register)
    made, _ = register.invite(EDITOR, partner.organisation_id)
    for taken in (partner.organisation_id, made.id):
        with pytest.raises(RegisterError, match="stands for something else"):
            register.submit(partner, a_place(id=taken))
    assert register.mine(partner) == ()


def test_a_partner_of_no_organisation_does_nothing(register: Register) -> None:
    a_partner(register)
    for organisation_id in ("", new_id()):
        stray = Actor("stray", Role.PARTNER, organisation_id)
        for attempt in (lambda: register.submit(stray, a_place()), lambda: register.mine(stray)):  # noqa: B023
            with refused(register, "stray"):
                attempt()


def test_an_invitation_lets_in_until_it_ends(register: Register) -> None:
    organisation = add_organisation(register)
    made, token = register.invite(EDITOR, organisation.id, days=30, label="for Robin")
    assert made.expires_at - made.made_at == timedelta(days=30)
    assert register.invitations(EDITOR) == (made,)
    guest = register.guest(token)
    assert guest == Actor("invitation of Elmton Trust", Role.PARTNER, organisation.id, made.id)
    draft = register.submit(guest, a_place()).place
    assert register.mine(guest) == (draft,)

    revoked = register.revoke(EDITOR, made.id)
    assert revoked.revoked_at is not None
    assert register.revoke(EDITOR, made.id) == revoked
    _refuse_guest(register, guest, token, draft, "withdrawn")


def test_an_expired_invitation_lets_nobody_in(register: Register) -> None:
    made, token = register.invite(EDITOR, add_organisation(register).id)
    assert (made.expires_at - made.made_at).days == settings().invitation_days
    guest = register.guest(token)
    draft = register.submit(guest, a_place()).place
    with writing(register.engine) as connection:
        connection.execute(update(tables.invitation).values(expires_at=datetime.now(UTC)))
    _refuse_guest(register, guest, token, draft, "expired")


def _refuse_guest(register: Register, guest: Actor, token: str, draft: Place, why: str) -> None:
    with refused(register, "somebody with a link"):
        register.guest(token)
    for attempt in (
        lambda: register.submit(guest, a_place()),
        lambda: register.edit(guest, replace(draft, name="Mill Hall")),
        lambda: register.mine(guest),
        lambda: register.find(guest, draft.id),
        lambda: register.suggestions(guest),
        lambda: register.confirm(guest, [draft.id], DAY),
    ):
        with refused(register, guest.name):
            attempt()
        assert why in register.refusals(EDITOR, 1)[0].why
    assert register.find(EDITOR, draft.id) == draft


def test_an_altered_link_lets_nobody_in(register: Register) -> None:
    made, token = register.invite(EDITOR, add_organisation(register).id)
    body, signature = token.split(".")
    forged = URLSafeSerializer("x" * 40, salt="invitation").dumps([made.id, "secret"])
    receipt = register.submit(EDITOR, a_place()).token
    altered = [
        f"{body}.{signature[:-1]}",
        f"{body}x.{signature}",
        body,
        "",
        "x" * 10_000,
        "\ud800",
        forged,
        receipt,
        None,
    ]
    for text in altered:
        with refused(register, "somebody with a link"):
            register.guest(text)
    assert register.guest(token).invitation_id == made.id
    with refused(register, "somebody with a link"):
        register.follow(token)


def test_an_invitation_of_another_organisation_or_role_is_none(register: Register) -> None:
    partner, other = a_partner(register), a_partner(register, "Brook Hall")
    made, _ = register.invite(EDITOR, partner.organisation_id)
    for forged in (
        Actor("forged", Role.PARTNER, other.organisation_id, made.id),
        Actor("forged", Role.EDITOR, partner.organisation_id, made.id),
        Actor("forged", Role.PARTNER, partner.organisation_id, made_id(1)),
    ):
        with refused(register, "forged"):
            register.submit(forged, a_place())
        with refused(register, "forged"):
            register.mine(forged)


def test_the_secret_of_a_link_is_nowhere_kept(register: Register) -> None:
    _, token = register.invite(EDITOR, add_organisation(register).id)
    secret = URLSafeSerializer("", salt="invitation").loads_unsafe(token)[1][1]
    with register.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                assert secret not in str(row)
                assert token not in str(row)


def test_the_key_of_links_is_made_once_for_its_owner_alone(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ATLAS_SECRET_KEY")
    organisation = add_organisation(register)
    tokens = [register.invite(EDITOR, organisation.id)[1] for _ in range(2)]
    key = settings().builds / "register.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in settings().builds.iterdir()] == ["register.key"]
    assert len({register.guest(token).invitation_id for token in tokens}) == 2
    key.write_text("short")
    with pytest.raises(RegisterError, match="holds no key"):
        register.guest(tokens[0])


def test_invitations_hold_for_a_year_at_most(register: Register) -> None:
    organisation = add_organisation(register)
    for days in (0, -1, 367):
        with pytest.raises(RegisterError, match="cannot hold"):
            register.invite(EDITOR, organisation.id, days)
    with pytest.raises(RegisterError, match="no organisation"):
        register.invite(EDITOR, new_id())
    with pytest.raises(RegisterError, match="no invitation"):
        register.revoke(EDITOR, new_id())


def test_the_open_form(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    with refused(register, VIEWER.name):
        register.submit(VIEWER, a_place())
    monkeypatch.setenv("ATLAS_OPEN_FORM", "1")
    monkeypatch.setenv("ATLAS_OPEN_FORM_AN_HOUR", "2")
    organisation = add_organisation(register)
    asked = {"organisation_id": organisation.id, "confidential": True}
    drafts = [a_place(**asked, contacts=(a_contact(consent=True),)) for _ in range(2)]
    for draft in drafts:
        place = register.submit(VIEWER, draft).place
        stored = register.find(EDITOR, place.id)
        assert (stored.state, stored.organisation_id, stored.confidential) == (State.SUBMITTED, "", False)
        assert [contact.consent for contact in stored.contacts] == [False]
    with refused(register, VIEWER.name):
        register.submit(VIEWER, a_place())
    assert "2 places an hour" in register.refusals(EDITOR, 1)[0].why
    assert register.submit(VIEWER, drafts[0]).place.id == drafts[0].id
    with writing(register.engine) as connection:
        earlier = datetime.now(UTC) - timedelta(hours=1)
        connection.execute(update(tables.history).values(at=earlier))
    register.submit(VIEWER, a_place())
    for attempt in (
        lambda: register.edit(VIEWER, replace(stored, name="Mill Hall")),
        lambda: register.find(VIEWER, stored.id),
        lambda: register.suggest(VIEWER, stored.id, 1, {"name": "Mill Hall"}),
    ):
        with refused(register, VIEWER.name):
            attempt()
    assert register.mine(VIEWER) == ()
    register.submit(ADMIN, a_place())


def test_the_log_of_refusals_keeps_the_newest(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.register.refusals.MOST_REFUSALS", 5)
    for number in range(8):
        register.note_refusal(VIEWER, "open the queue", str(number), "not allowed")
    assert [refusal.entity_id for refusal in register.refusals(EDITOR)] == ["7", "6", "5", "4", "3"]
