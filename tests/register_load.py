"""Writers of a register, as processes: they tell each write once it is committed, and may be killed.

Run as a program it imports everything once and forks its writers, so that twenty of them, or two hundred one
after another, cost no more than one start of Python:

    register_load.py write PLAN WRITERS SECONDS     prints what was told, a JSON object a line
    register_load.py kill PLAN WRITERS ROUNDS       kills and looks, and prints what it found
"""

import json
import os
import random
import select
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Engine
from sqlalchemy import select as choose

from data.register import tables
from data.register.engine import make_engine, reading
from data.register.records import Actor, Contact, Organisation, Place, Role, Service, Source, State
from data.register.store import LostRace, Register
from data.register.verify import verify

EDITOR = Actor("editor of the load", Role.EDITOR)
SHARED = 3
"""How many places every writer changes."""
DRAFTS = 5
"""How many drafts every writer submits: the same ones."""
ROWS = 25
"""How many places an import brings."""
OLD = date(2020, 1, 1)
_NAMES = UUID("6f6c1c52-5d2f-4f0e-9f43-0d6b0a3c9a11")
Ack = dict[str, Any]
Tell = Callable[[Ack], None]


@dataclass(frozen=True)
class Plan:
    """What all writers share: the register, the link of an organisation, and the places they all change."""

    url: str
    token: str
    shared: tuple[str, ...]


def prepare(url: str) -> Plan:
    """Make a register with what the writers share."""
    register = Register(make_engine(url))
    organisation = register.save_organisation(EDITOR, Organisation(str(uuid4()), 0, "Mill Trust"))
    _, token = register.invite(EDITOR, organisation.id)
    shared = []
    for number in range(SHARED):
        place = register.submit(EDITOR, replace(draft(f"shared {number}", 0), detail="0")).place
        shared.append(register.publish(EDITOR, place.id, place.version).id)
    register.engine.dispose()
    return Plan(url, token, tuple(shared))


def draft(name: str, number: int) -> Place:
    """A place that somebody submits, with a service and a contact; the same for the same name and number."""
    place_id, service_id, contact_id = (str(uuid5(_NAMES, f"{part} {name} {number}")) for part in "psc")
    return Place(
        place_id,
        0,
        State.SUBMITTED,
        f"Place {name} {number}",
        "library",
        postcode="ZE1 1AB",
        easting_m=400_000.0 + number,
        northing_m=300_000.0,
        located_by="postcode",
        services=(Service(service_id, "Story time", "library", maximum_age=5),),
        contacts=(Contact(contact_id, "Ann", email="ann@example.org", consent=True),),
    )


def source_of(name: str) -> tuple[Source, list[Place]]:
    """A file that somebody imports, with its places."""
    digest = sha256(name.encode()).hexdigest()
    source = Source(
        str(uuid5(_NAMES, name)), digest, f"{name}.csv", "Places", "", "", "", OLD, datetime.now(UTC), ""
    )
    rows = [
        replace(draft(f"row of {name}", number), contacts=(), source_id=source.id, source_key=str(number))
        for number in range(ROWS)
    ]
    return source, rows


class Load:
    """One writer: it does one thing after another, each at random, and tells each once it is committed."""

    def __init__(self, register: Register, plan: Plan, name: str, tell: Tell) -> None:
        self.register, self.plan, self.name, self.tell = register, plan, name, tell
        self.random = random.Random(name)
        self.partner = register.guest(plan.token)
        self.made = 0
        self.imported: list[str] = []

    def do_some(self, seconds: float) -> None:
        """Do each thing once, and then one after another at random."""
        works = (self.submit, self.submit_shared, self.change, self.confirm, self.bring)
        for work in self.random.sample(works, len(works)):
            work()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            (work,) = self.random.choices(works, (30, 5, 40, 15, 10))
            work()

    def submit(self) -> None:
        """Submit a place, and now and then send it twice, as a form does on a bad line."""
        self.made += 1
        form = draft(self.name, self.made)
        for _ in range(self.random.choice((1, 1, 1, 2))):
            place = self.register.submit(self.partner, form).place
        self.tell({"did": "submit", "place": place.id, "version": place.version})

    def submit_shared(self) -> None:
        """Submit what the others submit too."""
        place = self.register.submit(self.partner, draft("of all", self.random.randrange(DRAFTS))).place
        self.tell({"did": "submit shared", "place": place.id, "version": place.version})

    def change(self) -> None:
        """Add one to the number that a shared place carries; when the race is lost, look again."""
        place_id = self.random.choice(self.plan.shared)
        while True:
            seen = self.register.find(EDITOR, place_id)
            try:
                place = self.register.edit(EDITOR, replace(seen, detail=str(int(seen.detail) + 1)))
            except LostRace:
                self.tell({"did": "lose a race"})
                continue
            self.tell(
                {"did": "change", "place": place.id, "version": place.version, "count": int(place.detail)}
            )
            return

    def confirm(self) -> None:
        """Confirm a place of an import, on a later day each time."""
        if not self.imported:
            self.bring()
        place_id = self.random.choice(self.imported)
        last = self.register.find(EDITOR, place_id).last_confirmed
        assert last is not None
        day = last + timedelta(days=1)
        assert self.register.confirm(EDITOR, [place_id], day) == 1
        self.tell({"did": "confirm", "place": place_id, "day": day.isoformat()})

    def bring(self) -> None:
        """Import a file of its own, and the one that all import."""
        self.made += 1
        for name in (f"file {self.made} of {self.name}", "the file of all"):
            source, rows = source_of(name)
            counts = self.register.import_rows(EDITOR, source, rows)
            assert sum(counts.values()) == ROWS
            assert counts["added"] in (0, ROWS)
            assert counts["added"] or name == "the file of all"
            self.tell({"did": "import", "source": source.id, "added": counts["added"]})
            if name != "the file of all":
                self.imported = [row.id for row in rows]


def lost(engine: Engine, acks: Iterable[Ack]) -> list[str]:
    """Return what was told and is not there, and what is there by halves."""
    with reading(engine) as connection:
        places = {row.id: row for row in connection.execute(choose(tables.place))}
        sources = {row.id: row for row in connection.execute(choose(tables.source))}
    told = list(acks)
    found = [
        f"not there: {ack}" for ack in told if "place" in ack and not _holds(places.get(ack["place"]), ack)
    ]
    found += [f"not there: {ack}" for ack in told if "source" in ack and ack["source"] not in sources]
    brought = Counter(row.source_id for row in places.values() if row.source_id)
    found += [f"{source}: {brought[source]} of {ROWS} rows" for source in sources if brought[source] != ROWS]
    found += [f"{check.name}: {check.faults}" for check in verify(engine) if not check.passed]
    return found


def _holds(row: Any, ack: Ack) -> bool:  # noqa: ANN401
    """Say whether a place is as it was told, or was changed since."""
    return (
        row is not None
        and row.version >= ack.get("version", 0)
        and int(row.detail or 0) >= ack.get("count", 0)
        and (row.last_confirmed or OLD) >= date.fromisoformat(ack.get("day", OLD.isoformat()))
    )


def warm(plan: Plan) -> tuple[Register, list[Ack]]:
    """Return a register that every statement was sent to once, and has no connection: fit to be forked.

    Its writers then need not compile each statement anew.
    """
    register, acks = Register(make_engine(plan.url)), list[Ack]()
    Load(register, plan, f"warm {time.monotonic_ns()}", acks.append).do_some(0)
    register.engine.dispose()
    return register, acks


def fork_writers(
    register: Register, plan: Plan, names: Sequence[str], seconds: float
) -> tuple[list[int], int]:
    """Start writers, and return their process ids and where they tell what they did."""
    told, tells = os.pipe()
    children = []
    for name in names:
        child = os.fork()
        if not child:
            os.close(told)
            os._exit(_write(register, plan, name, seconds, tells))
        children.append(child)
    os.close(tells)
    return children, told


def _write(register: Register, plan: Plan, name: str, seconds: float, tells: int) -> int:
    def tell(ack: Ack) -> None:
        os.write(tells, (json.dumps(ack) + "\n").encode())  # one write: lines of writers never mix

    try:
        Load(register, plan, name, tell).do_some(seconds)
        register.engine.dispose()
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def read_lines(told: int) -> Iterator[bytes]:
    """Yield what is told, line by line, until nobody can tell any more."""
    with os.fdopen(told, "rb") as lines:
        yield from lines


def write_for(plan: Plan, writers: int, seconds: float) -> int:
    """Have writers write, print what they tell, and return how many of them failed."""
    register, acks = warm(plan)
    print(*map(json.dumps, acks), sep="\n", flush=True)
    names = [f"writer {number}" for number in range(writers)]
    children, told = fork_writers(register, plan, names, seconds)
    for line in read_lines(told):
        sys.stdout.buffer.write(line)
        sys.stdout.flush()
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


def kill_rounds(plan: Plan, writers: int, rounds: int) -> dict[str, Any]:
    """Kill writers at random moments, again and again, and look each time what is there."""
    chance = random.Random(rounds)
    register, acks = warm(plan)
    killed = 0
    for number in range(rounds):
        names = [f"writer {writer} of round {number}" for writer in range(writers)]
        children, told = fork_writers(register, plan, names, 600)
        heard = _hear(told, chance.randrange(1, 12) * writers)
        select.select([], [], [], chance.random() / 50)  # the next write is under way: stop it anywhere
        for child in children:
            os.kill(child, signal.SIGKILL)
        heard += read_lines(told)
        killed += sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9 for child in children)
        acks += [json.loads(line) for line in b"".join(heard).splitlines()]
        missing = lost(register.engine, acks)
        register.engine.dispose()
        if missing:
            return {"round": number, "lost": missing}
    return {"rounds": rounds, "killed": killed, "told": len(acks), "lost": []}


def _hear(told: int, lines: int) -> list[bytes]:
    """Read until so many lines were told."""
    heard: list[bytes] = []
    while b"".join(heard).count(b"\n") < lines:
        heard.append(os.read(told, 65_536))
        assert heard[-1], "the writers ended by themselves"
    return heard


@contextmanager
def plan_file(plan: Plan, folder: Path) -> Iterator[Path]:
    """Write a plan where the program finds it; it holds a password and a link."""
    path = folder / "plan.json"
    path.write_text(json.dumps(asdict(plan)))
    yield path
    path.unlink()


def main(what: str, path: str, writers: str, much: str) -> int:
    """Write or kill."""
    told = json.loads(Path(path).read_text())
    plan = Plan(told["url"], told["token"], tuple(told["shared"]))
    if what == "write":
        return write_for(plan, int(writers), float(much))
    print(json.dumps(kill_rounds(plan, int(writers), int(much))))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
