"""Erase a contact on request: its row, and every trace of it in the history and in suggestions."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Text, bindparam, cast, or_, select, update

from data.register import tables
from data.register.cleaning import is_uuid
from data.register.engine import is_sqlite
from data.register.refusing import no_such
from data.register.rights import Action
from data.register.writing import Deed, Writer

_PERSONAL: Final = ("name", "phone", "email")
_TELLING: Final = 5
"""Shorter values are not looked for in sentences: they may be part of any word."""
ERASED: Final = "[erased]"


def erase_contact(writer: Writer, place_id: str, contact_id: str) -> None:
    """Erase a contact of a place, whether it still stands there or in the history alone."""
    writer.require(Action.ERASE, place_id)
    current = writer.place(place_id)
    kept = tuple(contact for contact in current.contacts if contact.id != contact_id)
    traces = _lines_with(writer, contact_id) if is_uuid(contact_id) else []
    if len(kept) == len(current.contacts) and not traces:
        raise no_such("contact", contact_id)
    values = _values_of(contact_id, traces)
    writer.save_place(current, replace(current, contacts=kept), Deed.CONTACT_ERASED)
    there = set(writer.connection.scalars(select(tables.contact.c.id)))  # here, and at any other place
    _clean_history(writer, contact_id, values, there)
    _clean_suggestions(writer, contact_id, values, there)


def drop_from_log(engine: Engine) -> None:
    """Have SQLite write its log into the file and empty it, so that what was erased stands in neither."""
    if is_sqlite(engine):
        connection = engine.raw_connection()  # not inside a transaction
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def _lines_with(writer: Writer, contact_id: str) -> list[Any]:
    history = tables.history.c
    columns = (history.contacts_before, history.contacts_after)
    held = or_(*(cast(column, Text).contains(contact_id, autoescape=True) for column in columns))
    return list(writer.connection.execute(select(history.number, *columns).where(held)))


def _values_of(contact_id: str, lines: Iterable[Any]) -> set[str]:
    """Return every name, number and address that the contact ever had."""
    said = [c for line in lines for side in (line.contacts_before, line.contacts_after) for c in side or ()]
    return {c[key] for c in said if c["id"] == contact_id for key in _PERSONAL} - {""}


def _clean_history(writer: Writer, contact_id: str, values: set[str], there: set[str]) -> None:
    history = tables.history
    found = _with_values(
        contact_id, values, history.c.contacts_before, history.c.contacts_after, history.c.note
    )
    rows = writer.connection.execute(select(history).where(found)).all()
    cleaned = [
        {
            "at_number": row.number,
            "contacts_before": _without(row.contacts_before, contact_id, values, there),
            "contacts_after": _without(row.contacts_after, contact_id, values, there),
            "note": _blot(row.note, values),
        }
        for row in rows
    ]
    if cleaned:
        writer.connection.execute(update(history).where(history.c.number == bindparam("at_number")), cleaned)
    _clean_suggested_lines(writer, values)


def _clean_suggested_lines(writer: Writer, values: set[str]) -> None:
    """Blot what was said beside suggestions, which their lines of the history repeat."""
    history = tables.history
    if not (telling := _telling(values)):
        return
    sides = (history.c.before, history.c.after)
    found = or_(*(cast(side, Text).contains(_inside(v), autoescape=True) for side in sides for v in telling))
    rows = writer.connection.execute(select(history).where(history.c.entity == "suggestion", found)).all()
    for row in rows:
        blotted = {"before": _blot_all(row.before, values), "after": _blot_all(row.after, values)}
        writer.connection.execute(update(history).where(history.c.number == row.number).values(blotted))


def _clean_suggestions(writer: Writer, contact_id: str, values: set[str], there: set[str]) -> None:
    table = tables.suggestion
    found = _with_values(contact_id, values, table.c.changes, table.c.note, table.c.reason)
    for row in writer.connection.execute(select(table).where(found)).all():
        changes = {k: v if k == "contacts" else _blot_all(v, values) for k, v in row.changes.items()}
        if "contacts" in changes:
            changes["contacts"] = _without(changes["contacts"], contact_id, values, there)
        blotted = {"changes": changes, "note": _blot(row.note, values), "reason": _blot(row.reason, values)}
        writer.connection.execute(update(table).where(table.c.id == row.id).values(blotted))


def _with_values(contact_id: str, values: set[str], *columns: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Return the condition that a row names the contact or has one of its values."""
    wanted = [contact_id, *map(_inside, _telling(values)), *_telling(values)]
    texts = [cast(column, Text) for column in columns]
    return or_(*(text.contains(value, autoescape=True) for text in texts for value in wanted))


def _inside(value: str) -> str:
    """Return a text as it stands inside JSON."""
    import json

    return json.dumps(value)[1:-1]


def _telling(values: Iterable[str]) -> list[str]:
    """Return the values long enough to be looked for, the longest first."""
    return sorted((value for value in values if len(value) >= _TELLING), key=len, reverse=True)


def _without(
    contacts: list[dict[str, Any]] | None, contact_id: str, values: set[str], there: set[str]
) -> list[dict[str, Any]] | None:
    """Return contacts without the one, and without such as share its values and stand nowhere any more."""
    if contacts is None:
        return None
    return [
        contact
        for contact in contacts
        if contact["id"] != contact_id
        and (contact["id"] in there or not values & {contact[key] for key in _PERSONAL})
    ]


def _blot(text: str, values: set[str]) -> str:
    for value in _telling(values):
        text = text.replace(value, ERASED)
    return text


def _blot_all(written: Any, values: set[str]) -> Any:  # noqa: ANN401
    if isinstance(written, Mapping):
        return {key: _blot_all(value, values) for key, value in written.items()}
    if isinstance(written, list):
        return [_blot_all(value, values) for value in written]
    return _blot(written, values) if isinstance(written, str) else written
