"""The register on both engines, beside the same rows written by hand without rights, history or versions."""

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from sqlalchemy import make_url

from data.register.engine import make_engine
from data.register.migrations import ensure_current
from data.register.records import Place, Source, State
from data.register.rows import contact_rows, place_row, service_rows
from data.register.store import Register
from tests.postgres import running_server
from tests.register_load import EDITOR, draft, source_of

SECONDS = 5.0
WRITERS = (1, 20)
PLACES = 30_000
OPENED = 20
Work = Callable[[], object]


@dataclass(frozen=True)
class Written:
    """What so many writers did in the time they had."""

    a_second: float
    p95_ms: float


def main() -> None:
    """Print each figure beside its peer."""
    with tempfile.TemporaryDirectory() as name:
        _bench("SQLite", lambda number: f"sqlite:///{Path(name) / f'{number}.register.db'}")
    try:
        with running_server(durable=True) as server:
            _bench("PostgreSQL", lambda _: server.make_database())
    except pytest.skip.Exception as absent:
        print(f"Register on PostgreSQL left out: {absent}")


def _bench(engine: str, address: Callable[[int], str]) -> None:
    print(f"Register on {engine}: writes acknowledged on the disk, and the same rows by hand")
    for writers in WRITERS:
        urls = address(2 * writers), address(2 * writers + 1)
        for url in urls:
            made = make_engine(url)
            ensure_current(made)
            made.dispose()
        ours, plain = (_write(work, url, writers) for work, url in zip((_submit, _insert), urls, strict=True))
        times = plain.a_second / ours.a_second
        print(
            f"  {writers:>2} at once: {ours.a_second:,.0f} a second, p95 {ours.p95_ms:,.1f} ms; by hand "
            f"{plain.a_second:,.0f}, {plain.p95_ms:,.1f} ms: {times:.1f} times as many"
        )
    _bench_many(address(100), address(101))


def _bench_many(url: str, other: str) -> None:
    """Import places, read those that are published, and open what is there."""
    register, peer = Register(make_engine(url)), make_engine(other)
    ensure_current(peer)
    source, rows = _file()
    imported = _seconds(lambda: register.import_rows(EDITOR, source, rows))
    again = _seconds(lambda: register.import_rows(EDITOR, _later(source), rows))
    by_hand = _seconds(lambda: _insert_all(other, rows))
    print(
        f"  import of {PLACES:,} places: {imported:.1f} s; a later file of the same {again:.1f} s; "
        f"by hand {by_hand:.1f} s: {imported / by_hand:.1f} times as long"
    )
    read = _seconds(lambda: len(register.published()) == PLACES or _fail())
    once = _seconds(register.published)
    selected = _seconds(lambda: len(_select_all(other)) == PLACES or _fail())
    print(
        f"  reading {PLACES:,} published ones: {read:.2f} s, again {1000 * once:.1f} ms; rows by hand "
        f"{selected:.2f} s: {read / selected:.1f} times as long"
    )
    register.engine.dispose()
    peer.dispose()
    opened = np.median([_seconds(lambda: _open(url)) for _ in range(OPENED)])
    connected = np.median([_seconds(lambda: _connect(url)) for _ in range(OPENED)])
    print(f"  opening it and asking its revision: {1000 * opened:.1f} ms; by hand {1000 * connected:.1f} ms")


def _fail() -> bool:
    raise SystemExit("not every place was read")


def _seconds(work: Work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _write(make: Callable[[str, int], Work], url: str, writers: int) -> Written:
    """Have so many processes write for a while, and gather how long each write took."""
    make_engine(url)  # imports the driver once for all
    pipes = [os.pipe() for _ in range(writers)]
    children = []
    for number, (told, tells) in enumerate(pipes):
        child = os.fork()
        if not child:
            os.close(told)
            os._exit(_tell(make(url, number), tells))
        os.close(tells)
        children.append(child)
    taken: list[float] = []
    for told, _ in pipes:
        with os.fdopen(told) as lines:
            taken += json.loads(lines.read())
    if any(os.waitpid(child, 0)[1] for child in children):
        raise SystemExit("a writer failed")
    return Written(len(taken) / SECONDS, 1000 * float(np.percentile(taken, 95)))


def _tell(work: Work, tells: int) -> int:
    for _ in range(3):
        work()
    taken = []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        taken.append(_seconds(work))
    with os.fdopen(tells, "w") as lines:
        lines.write(json.dumps(taken))
    return 0


def _submit(url: str, number: int) -> Work:
    register = Register(make_engine(url))
    return lambda: register.submit(EDITOR, draft(f"{uuid4()}", number))


def _insert(url: str, number: int) -> Work:
    connection = _plain_connection(url)

    def insert() -> None:
        with _transaction(connection):
            for table, rows in _rows_of([draft(f"{uuid4()}", number)]).items():
                _insert_rows(connection, table, rows)

    return insert


def _rows_of(places: Sequence[Place]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of places as a driver takes them."""
    made = [replace(place, version=1) for place in places]
    stamp = "2026-11-28 12:00:00+00:00"
    told = [
        place_row(place) | {"created_at": stamp, "updated_at": stamp, "organisation_id": None}
        for place in made
    ]
    services = [row for place in made for row in service_rows(place)]
    contacts = [row for place in made for row in contact_rows(place)]
    lists = {"accessibility": "[]", "openings": "[]"}
    return {"place": told, "service": [row | lists for row in services], "contact": contacts}


def _insert_rows(connection: Any, table: str, rows: Sequence[dict[str, Any]]) -> None:  # noqa: ANN401
    if rows:
        mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
        marks = ", ".join([mark] * len(rows[0]))
        values = [tuple(v.isoformat() if isinstance(v, date) else v for v in row.values()) for row in rows]
        words = f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})"
        connection.cursor().executemany(words, values)


def _insert_all(url: str, rows: Sequence[Place]) -> None:
    connection = _plain_connection(url)
    with _transaction(connection):
        for table, some in _rows_of([replace(place, source_id="") for place in rows]).items():
            _insert_rows(connection, table, some)
    connection.close()


def _select_all(url: str) -> list[Any]:
    connection = _plain_connection(url)
    wanted = "SELECT * FROM place WHERE state = 'published' AND held = '' AND NOT confidential"
    rows = connection.execute(wanted).fetchall()
    services: list[Any] = connection.execute("SELECT * FROM service").fetchall()
    connection.close()
    return rows if len(services) == len(rows) else []


def _plain_connection(url: str) -> Any:  # noqa: ANN401
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), 30, isolation_level=None)
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    parsed = make_url(url)
    return psycopg.connect(
        dbname=parsed.database,
        user=parsed.username,
        password=parsed.password,
        host=str(parsed.query["host"]),
        autocommit=True,
    )


@contextmanager
def _transaction(connection: Any) -> Iterator[None]:  # noqa: ANN401
    if isinstance(connection, sqlite3.Connection):
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    else:
        with connection.transaction():
            yield


def _file() -> tuple[Source, list[Place]]:
    source, _ = source_of("thirty thousand places")
    places = [
        replace(draft("of many", number), contacts=(), state=State.PUBLISHED) for number in range(PLACES)
    ]
    return source, [replace(place, source_id=source.id, source_key=place.name) for place in places]


def _later(source: Source) -> Source:
    return replace(source, id=str(uuid4()), sha256="0" * 64, dated=date(2026, 11, 1))


def _open(url: str) -> None:
    register = Register(make_engine(url))
    if not register.revision():
        _fail()
    register.engine.dispose()


def _connect(url: str) -> None:
    connection = _plain_connection(url)
    connection.execute("SELECT revision FROM register").fetchone()
    connection.close()


if __name__ == "__main__":
    main()
