"""The tables of the register: what the migrations make, and what they refuse to touch."""

import sqlite3
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from postgres import Server
from sqlalchemy import Connection, Engine, inspect, select, text

from data.errors import RegisterError
from data.provenance import Tier
from data.register import migrations
from data.register.engine import make_engine, reading, writing
from data.register.migrations import HEAD, VERSION_TABLE, ensure_current, version_of
from data.register.records import COMMAND_LINE
from data.register.store import Register
from data.register.tables import metadata, register

PROJECT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def untouched(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a register of which nothing is there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elmshire.register.db'}"
    server: Server = request.getfixturevalue("postgres")
    return server.make_database("template0")


def differences(engine: Engine) -> list[Any]:
    """What alembic would have to change to make of a database what `tables` says."""

    def other_default(*words: str | None) -> bool:
        """Say whether defaults differ; alembic's own comparison takes '' on SQLite for another than ''."""
        inspected, rendered = words[3], words[5]
        return (inspected or "").strip("()'") != (rendered or "").strip("()'").removesuffix("'::text")

    with reading(engine) as connection:
        options = {
            "compare_type": True,
            "compare_server_default": other_default if engine.dialect.name == "sqlite" else True,
            "version_table": VERSION_TABLE,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_migrations_make_exactly_the_tables(untouched: str) -> None:
    engine = make_engine(untouched)
    assert version_of(engine) == ""
    ensure_current(engine)
    assert version_of(engine) == HEAD
    assert differences(engine) == []
    with reading(engine) as connection:
        assert connection.execute(select(register)).all() == [(1, 0)]
        names = {name for table in metadata.tables for name in _constraints(connection, table)}
    assert names == {str(c.name) for t in metadata.tables.values() for c in (*t.constraints, *t.indexes)}
    engine.dispose()


def _constraints(connection: Connection, table: str) -> set[str]:
    """Every name that a later migration would have to say to change something."""
    found = inspect(connection)
    of_lists = (found.get_foreign_keys, found.get_unique_constraints, found.get_indexes)
    names = {str(entry["name"]) for listed in of_lists for entry in listed(table)}
    return names | {str(found.get_pk_constraint(table)["name"])}


def test_a_register_of_before_keeps_what_it_holds(untouched: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, upgrade = make_engine(untouched), command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
    ensure_current(engine)
    monkeypatch.undo()
    assert version_of(engine) == "0001"
    with writing(engine) as connection:
        connection.execute(register.update().values(revision=7))
    assert Register(engine).decisions(COMMAND_LINE, Tier.INTERNAL) == ()
    assert version_of(engine) == HEAD
    assert differences(engine) == []
    assert Register(engine).revision() == 7
    engine.dispose()


def test_a_difference_would_be_found(untouched: str) -> None:
    engine = make_engine(untouched)
    ensure_current(engine)
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE place ADD COLUMN colour TEXT"))
        connection.execute(text("DROP INDEX ix_place_state"))
    found = {(entry[0], getattr(entry[-1], "name", "")) for entry in differences(engine)}
    assert found == {("remove_column", "colour"), ("add_index", "ix_place_state")}
    engine.dispose()


def test_what_is_current_is_left_as_it_is(untouched: str) -> None:
    engine = make_engine(untouched)
    ensure_current(engine)
    with writing(engine) as connection:
        connection.execute(register.update().values(revision=7))
    ensure_current(engine)
    with reading(engine) as connection:
        assert connection.scalar(select(register.c.revision)) == 7
    engine.dispose()


def test_many_may_make_it_at_once(untouched: str) -> None:
    together = Barrier(8)

    def make(_: int) -> str:
        engine = make_engine(untouched)
        together.wait(10)
        ensure_current(engine)
        with writing(engine) as connection:
            before = connection.scalars(select(register.c.revision)).one()
            connection.execute(register.update().values(revision=before + 1))
        version = version_of(engine)
        engine.dispose()
        return version

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make, range(8))) == [HEAD] * 8
    engine = make_engine(untouched)
    with reading(engine) as connection:
        assert connection.execute(select(register)).all() == [(1, 8)]
    engine.dispose()


def test_many_may_be_made_at_once(tmp_path: Path) -> None:
    """Alembic is not made for it: what a migration works on is one for the whole process."""
    engines = [make_engine(f"sqlite:///{tmp_path / f'{number}.register.db'}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ensure_current, engines))
    assert [differences(engine) for engine in engines] == [[]] * 8
    for engine in engines:
        engine.dispose()


def test_a_migration_that_fails_leaves_nothing(untouched: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade = command.upgrade

    def fail_at_the_end(*words: object) -> None:
        upgrade(*words)
        raise ZeroDivisionError

    engine = make_engine(untouched)
    monkeypatch.setattr(command, "upgrade", fail_at_the_end)
    with pytest.raises(ZeroDivisionError):
        ensure_current(engine)
    assert version_of(engine) == ""
    monkeypatch.undo()
    ensure_current(engine)
    assert differences(engine) == []
    engine.dispose()


def test_a_later_version_is_refused(untouched: str) -> None:
    engine = make_engine(untouched)
    ensure_current(engine)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(RegisterError, match=r"later version .* are of version 9999, .* up to 0002") as told:
        ensure_current(engine)
    assert "Update Prevention Atlas" in str(told.value.hint)
    engine.dispose()


def test_a_file_that_is_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    text_file, other = tmp_path / "notes.register.db", tmp_path / "other.register.db"
    text_file.write_text("Minutes of the meeting\n" * 100)
    made = sqlite3.connect(other)
    made.execute("CREATE TABLE minutes (id INTEGER)")
    made.close()
    for file, words in ((text_file, "is not a register"), (other, "holds other tables, minutes")):
        before = file.read_bytes()
        engine = make_engine(f"sqlite:///{file}")
        for use in (version_of, ensure_current):
            with pytest.raises(RegisterError, match=words) as told:
                use(engine)
            assert "move this one away" in str(told.value.hint)
        engine.dispose()
        assert file.read_bytes() == before


def test_other_tables_of_a_server_are_let_be_unless_they_are_named_alike(postgres: Server) -> None:
    engine = make_engine(postgres.make_database("template0"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE spatial_ref_sys (srid INTEGER)"))
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
    ensure_current(engine)
    assert version_of(engine) == HEAD
    engine.dispose()
    engine = make_engine(postgres.make_database("template0"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE place (id INTEGER)"))
    with pytest.raises(RegisterError, match="holds other tables, place"):
        ensure_current(engine)
    engine.dispose()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RegisterError, match=r"cannot be made at .*: ") as told:
        ensure_current(make_engine(f"sqlite:///{tmp_path / 'file' / 'elmshire.register.db'}"))
    assert "folder is yours" in str(told.value.hint)


def test_the_code_names_the_last_version_and_ships_all() -> None:
    scripts = ScriptDirectory.from_config(migrations._config())
    assert scripts.get_current_head() == HEAD
    packages = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert {"data.register.migrations", "data.register.migrations.versions"} <= set(packages)
    assert all(Path(script.path).is_file() for script in scripts.walk_revisions())
