"""Places of a register by hand: what it gives out for the analysis, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from uuid import NAMESPACE_URL, uuid5

from data.register.records import COMMAND_LINE, Place, Service, Source, State
from data.register.store import Register
from geo.area_table import AreaTable

TODAY = date(2026, 11, 28)
LATELY = date(2026, 9, 1)
LONG_AGO = date(2025, 6, 3)


@dataclass
class Given:
    """What a register gives out; its revision counts the changes made to it."""

    places: Sequence[Place] = ()
    files: Sequence[Source] = ()
    number: int = field(default=1)

    def published(self) -> tuple[Place, ...]:
        return tuple(self.places)

    def sources(self) -> tuple[Source, ...]:
        return tuple(self.files)

    def revision(self) -> int:
        return self.number if self.places else 0


def place_in(
    areas: AreaTable, code: str, name: str = "Mill Pantry", kind: str = "food", **more: object
) -> Place:
    """A published place in the middle of an area, confirmed lately."""
    middle = areas.frame.geometry[code].centroid
    place = Place(
        f"id-{name}",
        1,
        State.PUBLISHED,
        name,
        kind,
        easting_m=middle.x,
        northing_m=middle.y,
        located_by="point",
        last_confirmed=LATELY,
    )
    return replace(place, **more)  # type: ignore[arg-type]


def bring_in(register: Register, source: Source, *places: Place) -> None:
    """Import places into a real register, under ids made of their names."""
    rows = [replace(place, id=str(uuid5(NAMESPACE_URL, place.name))) for place in places]
    register.import_rows(COMMAND_LINE, source, rows)


def publish(register: Register, place: Place, confidential: bool = False) -> Place:
    """Put a place into a real register and publish it, under an id made of its name."""
    draft = replace(place, id=str(uuid5(NAMESPACE_URL, place.name)))
    made = register.submit(COMMAND_LINE, draft).place
    return register.publish(COMMAND_LINE, made.id, made.version, confidential)


def service(kind: str, name: str = "A service") -> Service:
    """Something that is offered."""
    return Service(f"s-{name}-{kind}", name, kind)


def file_source(title: str, sha256: str = "cd" * 32, file: str = "list.csv") -> Source:
    """A file that places were imported from."""
    return Source(
        id=str(uuid5(NAMESPACE_URL, title + sha256)),
        sha256=sha256,
        file=file,
        title=title,
        publisher=f"Publisher of {title}",
        licence="Open Government Licence v3.0",
        attribution=f"Attribution of {title}.",
        dated=date(2026, 3, 31),
        imported_at=datetime(2026, 4, 1, tzinfo=UTC),
        imported_by="command line",
    )
