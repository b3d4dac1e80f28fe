"""A PostgreSQL of the tests' own: started where a test first needs it, thrown away at the end.

It listens on a socket in a folder of its own and nowhere else, so that nothing else can be in its way; each
worker of pytest-xdist that needs one has one. A database a test is a copy of one that was migrated once.
"""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

from data.register.engine import make_engine
from data.register.migrations import ensure_current

PASSWORD = "not-a-secret-of-anyones"
_BIN = "/usr/lib/postgresql/*/bin"
_CONFIG = """
listen_addresses = ''
max_connections = 100
shared_buffers = '32MB'
timezone = 'Asia/Kathmandu'
lc_messages = 'C'
"""
_FAST = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"


@dataclass(frozen=True)
class Server:
    """A running server in a folder; `bin` holds its programs."""

    bin: Path
    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """The address of a database, as a user would write it."""
        return f"postgresql://postgres:{PASSWORD}@/{database}?host={self.folder}"

    def make_database(self, template: str = "migrated") -> str:
        """Make a database and return its address: with the tables of a register, or "template0" for none."""
        name = f"register_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.url(name)

    def control(self, *words: str) -> None:
        """Run pg_ctl: "start", "stop", "-m", "immediate"."""
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-s", "-w", *words)

    def run(self, program: str, *words: str) -> None:
        """Run a program of the server as the user that it runs as: it refuses to be run by root."""
        user = ["runuser", "-u", _owner(), "--"] if os.geteuid() == 0 else []
        # no pipe: the server would inherit it and keep it open
        with (self.folder / "said").open("w+") as said:
            ended = subprocess.run(
                [*user, str(self.bin / program), *words],
                cwd=self.folder,
                stdout=said,
                stderr=said,
                check=False,
            )
            said.seek(0)
            assert ended.returncode == 0, f"{program} {' '.join(words)}: {said.read()}"


@contextmanager
def running_server(durable: bool = False) -> Iterator[Server]:
    """Start a server and stop it; one that is not `durable` writes faster and may lose what it was told."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="atlas-pg-"))  # not in a folder of pytest's: it is root's alone
    try:
        server = Server(programs, folder)
        (folder / "password").write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, _owner())
        flags = ["--auth=scram-sha-256", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        passed = f"--pwfile={folder / 'password'}"
        server.run("initdb", "-D", str(folder / "data"), *flags, passed, *([] if durable else ["--no-sync"]))
        with (folder / "data" / "postgresql.conf").open("a") as config:
            config.write(f"{_CONFIG}unix_socket_directories = '{folder}'\n{'' if durable else _FAST}")
        server.control("start")
        try:
            _make_template(server)
            yield server
        finally:
            server.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for all tests of a process; they skip where none is installed, and fail so in CI."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a register that was never written: of a file, and of a database of its own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elmshire.register.db'}"
    server: Server = request.getfixturevalue("postgres")
    return server.make_database()


def _make_template(server: Server) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated TEMPLATE template0")
    engine = make_engine(server.url("migrated"))
    ensure_current(engine)
    engine.dispose()


def _programs() -> Path:
    """Find the programs of the newest server that is installed."""
    found = sorted(Path("/").glob(_BIN.lstrip("/")), key=lambda path: float(path.parent.name))
    named = shutil.which("initdb")
    if named:
        return Path(named).resolve().parent
    if found:
        return found[-1]
    reason = "no PostgreSQL server: install the package postgresql"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _owner() -> str:
    """Return the user that the server runs as."""
    return "postgres" if os.geteuid() == 0 else getpass.getuser()
