"""What a look over the register finds: nothing where it was used, and whatever is not as it was told."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from postgres import Server
from register_decisions import a_decision
from register_load import EDITOR, draft, prepare, source_of
from sqlalchemy import Connection, Engine, delete, insert, make_url, select, text, update

from data.errors import RegisterError
from data.register import tables
from data.register.backup import back_up
from data.register.engine import make_engine, writing
from data.register.migrations import VERSION_TABLE
from data.register.records import COMMAND_LINE, Actor, Role
from data.register.restore import restore
from data.register.store import Register, open_register
from data.register.verify import Check, verify

HISTORY, PLACE = tables.history, tables.place
Tamper = Callable[[Connection], object]


def use(url: str) -> Register:
    """Do with a register whatever can be done with it."""
    plan = prepare(url)
    register = Register(make_engine(url))
    partner = register.guest(plan.token)
    submitted = register.submit(partner, draft("one", 1)).place
    asked = register.ask(EDITOR, submitted.id, submitted.version, "Which door?")
    again = register.edit(partner, replace(asked, address="The side door"))
    hidden = register.publish(EDITOR, again.id, again.version, confidential=True)
    shown, other = (register.find(EDITOR, place_id) for place_id in plan.shared[:2])
    kept = register.suggest(
        partner,
        shown.id,
        shown.version,
        {"website": "https://example.org/ann@example.org"},
        "Ask ann@example.org",
    )
    register.settle(EDITOR, kept.id, True)
    refused = register.suggest(partner, other.id, other.version, {"postcode": "ZE1 1AD"})
    register.settle(EDITOR, refused.id, False, "No")
    register.erase_contact(EDITOR, hidden.id, hidden.contacts[0].id)
    register.merge(EDITOR, register.find(EDITOR, shown.id), other.id, other.version)
    register.undo(EDITOR, register.revision())
    source, rows = source_of("libraries")
    register.import_rows(EDITOR, source, rows)
    register.confirm(EDITOR, [rows[0].id], date(2026, 11, 1))
    held = register.submit(partner, replace(draft("two", 2), name="Refuge of Mill Trust")).place
    assert held.held
    register.reject(EDITOR, held.id, held.version, "Not by this form")
    retired = register.find(EDITOR, rows[1].id)
    register.retire(EDITOR, retired.id, retired.version, "It closed")
    decided = register.save_decision(EDITOR, a_decision())
    register.agree_decision(EDITOR, decided.id, decided.version)
    guest = register.invitations(EDITOR)[0]
    register.revoke(EDITOR, guest.id)
    with pytest.raises(RegisterError):
        register.confirm(partner, [rows[0].id], date(2026, 11, 2))
    return register


@pytest.fixture(scope="module")
def used_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register that was used, to be copied."""
    file = tmp_path_factory.mktemp("used") / "elmshire.register.db"
    use(f"sqlite:///{file}").engine.dispose()
    return file


@pytest.fixture(scope="module")
def used_database(postgres: Server) -> str:
    """A database that was used, to be copied."""
    url = postgres.make_database()
    use(url).engine.dispose()
    return url


@pytest.fixture
def used(used_file: Path, tmp_path: Path) -> Iterator[Register]:
    """A copy of a register that was used."""
    register = Register(make_engine(f"sqlite:///{copy(used_file, tmp_path)}"))
    yield register
    register.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def used_either(request: pytest.FixtureRequest) -> Iterator[Register]:
    """The same on either engine, where what is looked at differs."""
    if request.param == "sqlite":
        yield request.getfixturevalue("used")
        return
    server: Server = request.getfixturevalue("postgres")
    template = make_url(request.getfixturevalue("used_database")).database
    register = Register(make_engine(server.make_database(str(template))))
    yield register
    register.engine.dispose()


def found(engine: Engine) -> dict[str, tuple[str, ...]]:
    return {check.name: check.faults for check in verify(engine) if not check.passed}


def test_one_that_was_used_passes_and_so_does_its_backup(used_either: Register, tmp_path: Path) -> None:
    used = used_either
    checks = verify(used.engine)
    assert [check for check in checks if not check.passed] == []
    assert len(checks) == 10
    assert all(check.looked_at for check in checks)
    made = back_up(used.engine, tmp_path / "backup.zip")
    other = make_engine(f"sqlite:///{tmp_path / 'other.register.db'}")
    restore(other, COMMAND_LINE, made.path, tmp_path / "kept.zip")
    assert found(other) == {}
    register = Register(other)
    assert register.published() == used.published()
    assert register.history(EDITOR)[0].action == "restored a backup"
    with pytest.raises(RegisterError, match="cannot be undone"):
        register.undo(EDITOR, register.revision())
    used.confirm(EDITOR, [used.published()[0].id], date.today() + timedelta(days=1))
    restore(used.engine, COMMAND_LINE, made.path, tmp_path / "kept_too.zip")
    assert found(used.engine) == {}
    other.dispose()


def test_one_that_was_never_written_has_nothing_to_check(tmp_path: Path) -> None:
    register = open_register(tmp_path / "elmshire")
    assert verify(register.engine) == ()
    assert not list(tmp_path.iterdir())


def last_line(place: str) -> Any:  # noqa: ANN401
    """Choose the last line of a kind of place in the history."""
    wanted = select(HISTORY.c.number).where(HISTORY.c.action == place, HISTORY.c.entity == "place")
    return HISTORY.c.number == wanted.order_by(HISTORY.c.number.desc()).limit(1).scalar_subquery()


def change_after(connection: Connection, **changes: Any) -> None:  # noqa: ANN401
    row = connection.execute(select(HISTORY).where(last_line("confirmed"))).one()
    connection.execute(
        update(HISTORY).where(HISTORY.c.number == row.number).values(after={**row.after, **changes})
    )


def add_personal(connection: Connection) -> None:
    change_after(connection, contacts=[{"name": "Ann"}])


def change_row(**changes: Any) -> Tamper:  # noqa: ANN401
    """Change the rows of the place that was confirmed."""

    def change(connection: Connection) -> None:
        place_id = connection.scalar(select(HISTORY.c.entity_id).where(last_line("confirmed")))
        connection.execute(update(PLACE).where(PLACE.c.id == place_id).values(changes))

    return change


@pytest.mark.parametrize(
    ("tamper", "name", "words"),
    [
        (
            lambda c: c.execute(delete(HISTORY).where(HISTORY.c.number == 7)),
            "no gap",
            "after line 6 comes line 8",
        ),
        (lambda c: c.execute(update(tables.register).values(revision=999)), "no gap", "is at [999]"),
        (lambda c: c.execute(delete(tables.register)), "no gap", "the register is at []"),
        (change_row(name="Another"), "as the history says", "name not as line"),
        (change_row(version=77), "as the history says", "version not as line"),
        (change_row(state="nonsense"), "as the history says", "what is stored cannot be read"),
        (lambda c: c.execute(delete(tables.contact)), "as the history says", "contacts not as line"),
        (
            lambda c: c.execute(update(tables.service).values(name="X")),
            "as the history says",
            "services not as",
        ),
        (
            lambda c: c.execute(update(tables.suggestion).values(reason="X")),
            "as the history says",
            "reason not as",
        ),
        (
            lambda c: c.execute(update(tables.invitation).values(label="X")),
            "as the history says",
            "label not as",
        ),
        (
            lambda c: c.execute(update(tables.organisation).values(name="X")),
            "as the history says",
            "name not as",
        ),
        (lambda c: c.execute(update(tables.source).values(title="X")), "as the history says", "title not as"),
        (
            lambda c: c.execute(insert(tables.organisation).values(id="o", version=1)),
            "as the history says",
            "organisation o: the history says nothing of it",
        ),
        (lambda c: c.execute(delete(tables.suggestion)), "as the history says", "and is not there"),
        (lambda c: change_after(c, name="Another"), "as the history says", "name not as line"),
        (
            lambda c: c.execute(update(HISTORY).where(last_line("confirmed")).values(before={"name": "X"})),
            "follows from the one before",
            "does not begin where line",
        ),
        (
            lambda c: c.execute(update(HISTORY).where(last_line("confirmed")).values(version=9)),
            "follows from the one before",
            "is of version 9, not 2",
        ),
        (
            lambda c: c.execute(update(HISTORY).where(last_line("submitted")).values(before={"name": "X"})),
            "follows from the one before",
            "is its first, and something stood before",
        ),
        (
            lambda c: c.execute(update(HISTORY).where(last_line("submitted")).values(contacts_after=[])),
            "follows from the one before",
            "does not begin where line",
        ),
        (add_personal, "no contact stands among", "line "),
        (change_row(confidential=True, name="At 1 AB, ze11ab"), "no withheld place", "repeats its address"),
        (
            lambda c: c.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0000'")),
            "of the version",
            "0000",
        ),
    ],
)
def test_what_was_tampered_with_is_found(used: Register, tamper: Tamper, name: str, words: str) -> None:
    with writing(used.engine) as connection:
        tamper(connection)
    faults = found(used.engine)
    (named,) = [check for check in faults if name in check]
    assert any(words in fault for fault in faults[named])


def test_a_reference_that_leads_nowhere_is_found(used_either: Register) -> None:
    used = used_either
    lost = insert(tables.contact).values(id="c", place_id="nowhere", position=0, consent=False)
    if used.engine.dialect.name == "sqlite":
        connection = used.engine.raw_connection()
        connection.cursor().execute("PRAGMA foreign_keys = OFF")
        connection.cursor().execute(
            "INSERT INTO contact (id, place_id, position, consent) VALUES ('c', 'nowhere', 0, 0)"
        )
        connection.close()
    else:
        with writing(used.engine) as connected:
            connected.execute(text("SET LOCAL session_replication_role = replica"))
            connected.execute(lost)
    assert found(used.engine)["every reference leads somewhere"] == ("contact.place_id of c is not there",)


def test_a_location_that_is_given_out_is_found(used: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were what hides locations broken, the look over would say so."""
    monkeypatch.setattr("data.register.verify.give_out_all", lambda places, _: places)
    faults = found(used.engine)
    assert "its location is given out" in faults["the location of no withheld place is given out"][0]
    monkeypatch.undo()
    monkeypatch.setattr("data.register.changes.blank_location", lambda written: written)
    faults = found(used.engine)
    assert "its location is given out" in faults["the location of no withheld place is given out"][0]


def test_a_published_contact_without_consent_is_found(
    used: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(used.engine) as connection:
        connection.execute(update(tables.contact).values(consent=False))
    monkeypatch.setattr("data.register.verify.give_out_all", lambda places, _: places)
    assert "what everybody sees is published, and its contacts agreed" in found(used.engine)


def test_a_damaged_file_is_not_looked_at_further(used_file: Path, tmp_path: Path) -> None:
    file = Path(copy(used_file, tmp_path))
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA writable_schema = ON")  # an index that is built otherwise than it says
    connection.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, '(postcode)', '(name)') WHERE type = 'index'"
    )
    connection.commit()
    connection.close()
    engine = make_engine(f"sqlite:///{file}")
    checks = verify(engine)
    engine.dispose()
    assert [check.passed for check in checks] == [True, False]
    assert isinstance(checks[-1], Check)
    assert any("index" in fault for fault in checks[-1].faults)


def test_an_actor_is_no_help_to_tell_contacts(used: Register) -> None:
    """Nothing that the look over says has a name, a number or an address of anyone in it."""
    with writing(used.engine) as connection:
        connection.execute(update(tables.contact).values(name="Mrs Private", email="p@example.org"))
    told = str(verify(used.engine))
    assert "contacts not as line" in told
    assert "Private" not in told
    assert Actor("x", Role.VIEWER).name not in told
