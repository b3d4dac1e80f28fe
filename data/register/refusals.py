"""The log of what was refused: who tried what, on which record, and why not."""

from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from data.register import tables
from data.register.cleaning import clean_text
from data.register.records import Refusal, Role

MOST_REFUSALS: Final = 50_000
"""How many are kept: whoever tries links by the thousand fills no disk."""
_LONGEST_SAID: Final = 500


def keep_refusal(connection: Connection, refusal: Refusal) -> None:
    """Keep a refusal, bounded and cleaned, and let go of the oldest."""
    table = tables.refusal
    newest = connection.scalar(select(func.max(table.c.number))) or 0
    row = {
        "number": newest + 1,
        "at": refusal.at,
        "who": _bounded(refusal.who),
        "role": refusal.role.value,
        "action": _bounded(refusal.action),
        "entity_id": _bounded(refusal.entity_id),
        "why": _bounded(refusal.why),
    }
    connection.execute(insert(table), row)
    connection.execute(delete(table).where(table.c.number <= newest + 1 - MOST_REFUSALS))


def _bounded(text: str) -> str:
    return clean_text(str(text)[:_LONGEST_SAID])


def read_refusals(connection: Connection, limit: int) -> tuple[Refusal, ...]:
    """Read refusals, the newest first."""
    table = tables.refusal
    wanted = select(table).order_by(table.c.number.desc()).limit(max(1, min(limit, MOST_REFUSALS)))
    rows = connection.execute(wanted)
    return tuple(Refusal(row.at, row.who, Role(row.role), row.action, row.entity_id, row.why) for row in rows)
