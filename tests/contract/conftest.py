"""A register on each engine for the tests of the contract, emptied or copied rather than made anew."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import Server
from sqlalchemy import text

from data.register import tables
from data.register.engine import append_only_lifted
from data.register.store import Register, open_register


@pytest.fixture(scope="session")
def shared_database(postgres: Server) -> str:
    """The address of a database that tests use one after the other."""
    return postgres.make_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def register(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Register]:
    """A register that holds nothing, on SQLite and on PostgreSQL. A key of links is the test's own."""
    monkeypatch.setenv("ATLAS_BUILDS", str(tmp_path / "builds"))
    opened = _sqlite(request, tmp_path) if request.param == "sqlite" else _postgresql(request, tmp_path)
    yield opened
    opened.engine.dispose()
    monkeypatch.undo()


def _sqlite(request: pytest.FixtureRequest, folder: Path) -> Register:
    path = folder / "elmshire.register.db"
    shutil.copy(request.getfixturevalue("empty_register"), path)
    return open_register(folder / "elmshire", f"sqlite:///{path}")


def _postgresql(request: pytest.FixtureRequest, folder: Path) -> Register:
    opened = open_register(folder / "elmshire", request.getfixturevalue("shared_database"))
    filled = ", ".join(name for name in tables.metadata.tables if name != "register")
    with opened.engine.begin() as connection:
        with append_only_lifted(connection):
            connection.execute(text(f"TRUNCATE {filled}"))
        connection.execute(text("UPDATE register SET revision = 0"))
    return opened
