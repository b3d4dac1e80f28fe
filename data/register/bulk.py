"""Write many places at once: an import, or the confirmation of a list."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import bindparam, insert, update

from data.errors import RegisterError, first_few
from data.register import tables
from data.register.engine import count_anew
from data.register.reading import ids_there, in_parts
from data.register.records import Place
from data.register.rows import contact_rows, new_values, place_line, place_row, service_rows
from data.register.writing import Deed, Writer

MANY: Final = 1_000
"""From how many changes on the database is told that its tables have grown."""
Changes = Sequence[tuple[Place | None, Place, Deed]]


def write_many(writer: Writer, changes: Changes) -> None:
    """Write many changed or new places, their parts and their lines, in a few statements."""
    done = [(before, _stamp(writer, before, after), deed) for before, after, deed in changes]
    if not done:
        return
    _refuse_taken_ids(writer, [after for _, after, _ in done])
    _write_places(writer, done)
    _write_parts(writer, done)
    lines = [writer.line(deed, **place_line(before, after)) for before, after, deed in done]
    writer.connection.execute(insert(tables.history), lines)
    if len(done) >= MANY:
        count_anew(writer.connection)


def _stamp(writer: Writer, before: Place | None, after: Place) -> Place:
    version, made = (before.version + 1, before.created_at) if before else (1, writer.at)
    return replace(after, version=version, created_at=made, updated_at=writer.at)


def _refuse_taken_ids(writer: Writer, places: Sequence[Place]) -> None:
    for table, kind in ((tables.service, "services"), (tables.contact, "contacts")):
        owner = {part.id: place.id for place in places for part in getattr(place, kind)}
        taken = ids_there(writer.connection, table, list(owner), set(owner.values()))
        if taken:
            raise RegisterError(
                f"{len(taken):,} {kind} have an id that stands at another place: {first_few(taken)}.",
                "Give them ids of their own. Nothing was imported.",
            )


def _write_places(writer: Writer, done: Changes) -> None:
    table = tables.place
    added = [place_row(after) for before, after, _ in done if before is None]
    if added:
        writer.connection.execute(insert(table), added)
    updated = [new_values(after) | {"of": after.id} for before, after, _ in done if before]
    if updated:
        columns: dict[str, Any] = {name: bindparam(name) for name in updated[0] if name != "of"}
        writer.connection.execute(update(table).where(table.c.id == bindparam("of")).values(columns), updated)


def _write_parts(writer: Writer, done: Changes) -> None:
    for table, kind, rows_of in (
        (tables.service, "services", service_rows),
        (tables.contact, "contacts", contact_rows),
    ):
        new = [
            (before, after)
            for before, after, _ in done
            if before is None or getattr(before, kind) != getattr(after, kind)
        ]
        for some in in_parts(before.id for before, _ in new if before):
            writer.connection.execute(table.delete().where(table.c.place_id.in_(some)))
        rows = [row for _, after in new for row in rows_of(after)]
        if rows:
            writer.connection.execute(insert(table), rows)
