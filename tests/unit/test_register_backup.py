"""A backup is one state of the register, whole; it goes back on either engine; anything less is refused."""

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from postgres import Server
from register_rows import Rows, make_rows, read_rows, write_rows
from sqlalchemy import Engine, event, select, update
from sqlalchemy.exc import IntegrityError

from data.errors import RegisterError
from data.register import tables
from data.register.backup import Backup, back_up, open_backup, write_backup
from data.register.engine import make_engine, reading, writing
from data.register.migrations import ensure_current, version_of
from data.register.records import COMMAND_LINE, Actor, Role
from data.register.restore import RESTORED, restore

Make = Callable[[str], Engine]


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Make engines of registers of which nothing is written, by the name of the database."""
    made: list[Engine] = []

    def make_one(kind: str) -> Engine:
        if kind == "sqlite":
            url = f"sqlite:///{tmp_path / f'{len(made)}.register.db'}"
        else:
            server: Server = request.getfixturevalue("postgres")
            url = server.make_database()
        made.append(make_engine(url))
        return made[-1]

    yield make_one
    for engine in made:
        engine.dispose()


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with rows in every table, to be copied."""
    file = tmp_path_factory.mktemp("filled") / "0.register.db"
    fill(make_engine(f"sqlite:///{file}"), make_rows()).dispose()
    return file


@pytest.fixture
def filled(make: Make, filled_file: Path, tmp_path: Path) -> Engine:
    engine = make("sqlite")
    copy(filled_file, tmp_path)
    return engine


def fill(engine: Engine, rows: Rows) -> Engine:
    ensure_current(engine)
    write_rows(engine, rows)
    return engine


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_every_value_goes_back_on_either_engine(make: Make, tmp_path: Path, source: str, target: str) -> None:
    engine = fill(make(source), make_rows())
    held = read_rows(engine)
    made = back_up(engine, tmp_path / "backup.zip")
    assert made == open_backup(made.path)
    assert made.revision == 12
    assert made.rows == {name: len(rows) for name, rows in held.items()}
    other = fill(make(target), make_rows(3))
    before = read_rows(other)
    done = restore(other, COMMAND_LINE, made.path, tmp_path / "kept.zip")
    now = read_rows(other)
    assert now.pop("register") == [(1, 13)]
    said = now["history"].pop()
    assert (said[0], said[2], said[4]) == (13, "command line", RESTORED)
    assert now == {name: rows for name, rows in held.items() if name != "register"}
    assert done.kept is not None
    assert (done.revision, done.aside, done.kept.revision) == (13, None, 3)
    restore(other, COMMAND_LINE, tmp_path / "kept.zip", tmp_path / "kept_too.zip")
    again = read_rows(other)
    assert {**again, "history": again["history"][:-1], "register": before["register"]} == before


def test_a_register_that_was_never_written_is_made(make: Make, filled: Engine, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "backup.zip")
    engine = make("sqlite")
    assert restore(engine, COMMAND_LINE, made.path, tmp_path / "kept.zip").kept is None
    assert not (tmp_path / "kept.zip").exists()
    assert read_rows(engine)["place"] == read_rows(filled)["place"]


def test_a_backup_is_of_one_state_while_others_write(database_url: str, tmp_path: Path) -> None:
    engine = fill(make_engine(database_url), make_rows())
    with reading(engine) as connection:
        assert connection.execute(tables.register.select()).all() == [(1, 12)]
        with writing(engine) as other:
            other.execute(update(tables.place).values(name="changed since"))
            other.execute(update(tables.register).values(revision=99))
        made = write_backup(connection, tmp_path / "backup.zip")
    engine.dispose()
    assert made.revision == 12
    assert b"changed since" not in zipfile.ZipFile(made.path).read("place.jsonl")


def test_one_of_a_register_without_records_of_decisions_goes_back(
    make: Make, filled: Engine, tmp_path: Path
) -> None:
    def without(parts: dict[str, bytes]) -> None:
        del parts["decision.jsonl"]
        manifest = json.loads(parts["manifest.json"])
        del manifest["tables"]["decision"]
        parts["manifest.json"] = json.dumps(manifest | {"tables_version": "0001"}).encode()

    earlier = rewrite(back_up(filled, tmp_path / "backup.zip").path, without)
    assert open_backup(earlier).rows["decision"] == 0
    engine = fill(make("sqlite"), make_rows(3))
    restore(engine, COMMAND_LINE, earlier, tmp_path / "kept.zip")
    now, held = read_rows(engine), read_rows(filled)
    assert now["decision"] == []
    assert now["place"] == held["place"]
    with writing(engine) as connection:
        connection.execute(tables.decision.insert(), make_rows(3)["decision"])
    with writing(engine) as connection, pytest.raises(IntegrityError, match="never changed"):
        connection.execute(tables.decision.delete())


def test_it_is_its_owners_alone_and_replaces_nothing(filled: Engine, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = back_up(filled, tmp_path / "backup.zip")
    finally:
        os.umask(before)
    assert made.path.stat().st_mode & 0o777 == 0o600
    content = made.path.read_bytes()
    with pytest.raises(RegisterError, match="is there already"):
        back_up(filled, made.path)
    assert made.path.read_bytes() == content
    assert not list(tmp_path.glob(".backup*"))


def test_what_fails_half_way_leaves_no_file(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(RegisterError, match="cannot be written: No space left on device"):
        back_up(filled, tmp_path / "backup.zip")
    assert {p.name for p in tmp_path.iterdir() if "register.db" not in p.name} == set()
    with pytest.raises(RegisterError, match="cannot be written: No such file"):
        back_up(filled, tmp_path / "nowhere" / "backup.zip")


def test_nothing_to_back_up_is_said(make: Make, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="There is no register to back up"):
        back_up(make("sqlite"), tmp_path / "backup.zip")
    assert not list(tmp_path.iterdir())


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write a backup again with its parts changed."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    changed = path.with_name("changed.zip")
    with zipfile.ZipFile(changed, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return changed


def edit_manifest(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | changes).encode()

    return change


def replaced(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (replaced("place.jsonl", b"0.30000000000000004", b"0.3"), "place is not what was written"),
        (lambda parts: parts.pop("place.jsonl"), "place.jsonl"),
        (lambda parts: parts.pop("manifest.json"), "is not a backup of a register"),
        (lambda parts: parts.update({"place.jsonl": b""}), "place is not what was written"),
        (replaced("place.jsonl", b'"version": 1', b'"version": "1"'), "line 1 of place cannot be read"),
        (replaced("place.jsonl", b'"version": 1', b'"version": true'), "line 1 of place cannot be read"),
        (replaced("place.jsonl", b'"version": 1', b'"version": null'), "line 1 of place cannot be read"),
        (replaced("place.jsonl", b'"version": 1', b'"verse": 1'), "line 1 of place cannot be read"),
        (replaced("place.jsonl", b'"2026-03-29T', b'"soon'), "line 1 of place cannot be read"),
        (replaced("service.jsonl", b"{", b"["), "line 1 of service cannot be read"),
        (edit_manifest(tables_version="9999"), "made by a later version"),
        (edit_manifest(format=2), "made by another version"),
        (edit_manifest(what="something else"), "is not one of a register"),
        (edit_manifest(tables={}), "is not one of a register"),
        (edit_manifest(tables=[]), "manifest cannot be read"),
        (edit_manifest(made_at="soon"), "manifest cannot be read"),
        (lambda parts: parts.update({"manifest.json": b"\xff{"}), "manifest cannot be read"),
    ],
)
def test_anything_less_than_whole_is_refused_and_nothing_touched(
    filled: Engine, tmp_path: Path, change: Callable[[dict[str, bytes]], None], words: str
) -> None:
    changed = rewrite(back_up(filled, tmp_path / "backup.zip").path, change)
    before = read_rows(filled)
    with pytest.raises(RegisterError, match=words):
        restore(filled, COMMAND_LINE, changed, tmp_path / "kept.zip")
    assert read_rows(filled) == before
    assert not (tmp_path / "kept.zip").exists()


def test_a_backup_that_was_cut_short_is_refused(filled: Engine, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "backup.zip")
    content = made.path.read_bytes()
    for length in (0, 100, len(content) // 2, len(content) - 1):
        made.path.write_bytes(content[:length])
        with pytest.raises(RegisterError, match="damaged backup"):
            open_backup(made.path)
    flipped = bytearray(content)
    flipped[200] ^= 0xFF
    made.path.write_bytes(flipped)
    with pytest.raises(RegisterError, match="damaged backup"):
        open_backup(made.path)
    with pytest.raises(RegisterError, match="cannot be read: No such file"):
        open_backup(tmp_path / "nowhere.zip")


def test_a_backup_that_is_locked_or_nested_without_end_is_refused(filled: Engine, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "backup.zip")
    locked = bytearray(made.path.read_bytes())
    entry = locked.index(b"PK\x01\x02")
    while entry >= 0:
        locked[entry + 8] |= 1
        entry = locked.find(b"PK\x01\x02", entry + 4)
    made.path.write_bytes(locked)
    with pytest.raises(RegisterError, match=r"damaged backup: .*encrypted"):
        open_backup(made.path)
    nested = tmp_path / "nested.zip"
    with zipfile.ZipFile(nested, "w") as packed:
        packed.writestr("manifest.json", "[" * 200_000)
    with pytest.raises(RegisterError, match="damaged backup"):
        open_backup(nested)


def test_restoring_leaves_the_row_that_other_writers_wait_for(filled: Engine, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "backup.zip")
    done: list[str] = []
    event.listen(filled, "before_cursor_execute", lambda *args: done.append(args[2]))
    restored = restore(filled, COMMAND_LINE, made.path, tmp_path / "kept.zip")
    assert "DELETE FROM history" in done
    assert "DELETE FROM register" not in done
    with reading(filled) as connection:
        assert connection.scalars(select(tables.register.c.revision)).all() == [restored.revision]


def test_one_that_unpacks_to_too_much_is_refused(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(filled, tmp_path / "backup.zip")
    monkeypatch.setattr("data.register.backup.settings", lambda: type("S", (), {"max_unpacked_mb": 0})())
    with pytest.raises(RegisterError, match="unpacks to more than 0 bytes"):
        open_backup(made.path)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_administrator_restores(filled: Engine, tmp_path: Path, role: Role) -> None:
    made = back_up(filled, tmp_path / "backup.zip")
    before = read_rows(filled)
    with pytest.raises(RegisterError, match=f"with the role {role.value} you may not restore"):
        restore(filled, Actor("somebody", role), made.path, tmp_path / "kept.zip")
    assert read_rows(filled) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_breaks_while_restoring_changes_nothing(make: Make, tmp_path: Path, kind: str) -> None:
    """A row that names another that the backup does not have is refused by the database itself."""
    rows = make_rows()
    made = back_up(fill(make("sqlite"), rows), tmp_path / "backup.zip")
    broken = forge(made, "contact", lambda row: {**row, "place_id": "nowhere"})
    engine = fill(make(kind), make_rows(3))
    before = read_rows(engine)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        restore(engine, COMMAND_LINE, broken, tmp_path / "kept.zip")
    assert read_rows(engine) == before
    assert not (tmp_path / "kept.zip").exists()


def forge(made: Backup, name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Path:
    """Change every row of a table of a backup, and what the manifest says of it."""
    import hashlib

    def forged(parts: dict[str, bytes]) -> None:
        rows = [json.dumps(change(json.loads(line))) for line in parts[f"{name}.jsonl"].splitlines()]
        content = "".join(f"{row}\n" for row in rows).encode()
        manifest = json.loads(parts["manifest.json"])
        manifest["tables"][name]["sha256"] = hashlib.sha256(content).hexdigest()
        parts |= {f"{name}.jsonl": content, "manifest.json": json.dumps(manifest).encode()}

    return rewrite(made.path, forged)


def test_a_file_that_cannot_be_written_for_what_was_there_stops_it(filled: Engine, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "backup.zip")
    before = read_rows(filled)
    with pytest.raises(RegisterError, match="is there already"):
        restore(filled, COMMAND_LINE, made.path, made.path)
    assert read_rows(filled) == before
    assert open_backup(made.path) == made


@pytest.mark.parametrize("damage", ["in the middle", "at the start", "cut short"])
def test_a_damaged_register_is_moved_away_and_the_backup_takes_its_place(
    make: Make, tmp_path: Path, damage: str
) -> None:
    engine = fill(make("sqlite"), make_rows(150))
    made = back_up(engine, tmp_path / "backup.zip")
    held = read_rows(engine)
    running = make_engine(f"sqlite:///{engine.url.database}")  # an app that goes on
    assert read_rows(running) == held
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    file = tmp_path / "0.register.db"
    content = file.read_bytes()
    noise = b"\xa5" * 30_000
    file.write_bytes(
        {
            "in the middle": content[:20_000] + noise + content[50_000:],
            "at the start": noise + content[30_000:],
            "cut short": content[: len(content) // 2],
        }[damage]
    )
    damaged = file.read_bytes()
    done = restore(engine, COMMAND_LINE, made.path, tmp_path / "kept.zip")
    now = read_rows(engine)
    assert now["place"] == held["place"]
    assert done.kept is None
    assert done.aside is not None
    assert done.aside.name.startswith("0.register.db.damaged-")
    assert done.aside.read_bytes() == damaged
    assert read_rows(running) == now
    running.dispose()
    assert file.stat().st_mode & 0o777 == 0o600


def test_something_else_in_its_place_is_not_moved_away(make: Make, filled: Engine, tmp_path: Path) -> None:
    import sqlite3

    made = back_up(filled, tmp_path / "backup.zip")
    other = make("sqlite")
    file = Path(str(other.url.database))
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE minutes (id INTEGER)")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(RegisterError, match="holds other tables, minutes"):
        restore(other, COMMAND_LINE, made.path, tmp_path / "kept.zip")
    assert file.read_bytes() == before
    with pytest.raises(RegisterError, match="holds other tables"):
        version_of(other)
