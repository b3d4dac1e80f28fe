"""Rows of every table of the register, with whatever text people write, straight into the database."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, bindparam, insert, select, update

from data.register import tables
from data.register.engine import reading, writing

HOSTILE = (
    "plain",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "\u202egnirts\u202c",
    "Café ☕ 'quoted' \"twice\" \\ back\nline\r\ttab \u2028 separator",
    "'; DROP TABLE place; --",
    "x" * 5_000,
    "",
    "null",
    '{"a": [1]}',
)
AT = datetime(2026, 3, 29, 1, 30, 15, 123_456, tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]


def make_rows(count: int = 12) -> Rows:
    """So many places with all that belongs to them; they refer to one another, and forwards too."""
    text = [HOSTILE[number % len(HOSTILE)] for number in range(count)]
    organisations = [{"id": f"o{n}", "version": 1, "name": text[n], "website": text[-n]} for n in range(3)]
    source = {
        "id": "s0",
        "sha256": "0" * 64,
        "title": HOSTILE[1],
        "dated": date(2024, 2, 29),
        "imported_at": AT,
    }
    places = [
        {
            "id": f"p{n}",
            "version": 1,
            "state": "published",
            "name": text[n],
            "held": text[n] if n % 4 == 0 else "",
            "confidential": n % 3 == 0,
            "organisation_id": f"o{n % 3}" if n % 2 else None,
            "easting_m": 350_000.1 + n / 3 if n % 5 else None,
            "northing_m": 0.1 + 0.2 if n % 5 else None,
            "source_id": "s0" if n % 2 == 0 else None,
            "last_confirmed": date(2026, 1, 31) if n % 3 else None,
            "merged_into": f"p{count - 1 - n}" if n % 4 == 1 else None,
            "created_at": AT,
            "updated_at": AT,
        }
        for n in range(count)
    ]
    services = [
        {
            "id": f"v{n}",
            "place_id": f"p{n}",
            "position": 0,
            "name": text[n],
            "minimum_age": n if n % 2 else None,
            "free": (None, True, False)[n % 3],
            "accessibility": ["step_free", text[n]],
            "openings": [[0, "09:30", "17:00"]],
            "sessions_a_week": 2.5 if n % 2 else None,
        }
        for n in range(count)
    ]
    contact = {
        "id": "c0",
        "place_id": "p0",
        "position": 0,
        "name": HOSTILE[4],
        "consent": True,
        "consented_at": AT,
    }
    suggestion = {
        "id": "g0",
        "place_id": "p1",
        "place_version": 1,
        "changes": {"name": HOSTILE[4], "easting_m": None},
    }
    invitation = {
        "id": "i0",
        "organisation_id": "o0",
        "secret_hash": "a" * 64,
        "made_at": AT,
        "expires_at": AT,
    }
    history = [
        {
            "number": n + 1,
            "at": AT,
            "who": text[n],
            "entity": "place",
            "entity_id": f"p{n}",
            "version": 1,
            "after": {"name": text[n], "easting_m": 0.1 + 0.2, "none": None},
            "contacts_after": [{"name": text[n]}] if n % 2 else None,
        }
        for n in range(count)
    ]
    decisions = [
        {
            "id": f"d{n // 3}",
            "version": n % 3 + 1,
            "state": "draft",
            "tier": "internal",
            "made_by": text[n],
            "content": text[-n],
            "made_at": AT,
            "sha256": "b" * 64,
        }
        for n in range(count)
    ]
    return {
        "organisation": organisations,
        "source": [{**source, "counts": {"added": count}}],
        "place": places,
        "service": services,
        "contact": [contact],
        "suggestion": [{**suggestion, "made_at": AT, "state": "open"}],
        "invitation": [invitation],
        "history": history,
        "decision": decisions,
        "refusal": [{"at": AT, "who": text[n], "why": text[-n]} for n in range(3)],
    }


def write_rows(engine: Engine, rows: Rows) -> None:
    """Write them as they are, without rights or history of its own."""
    with writing(engine) as connection:
        for name, some in rows.items():
            table = tables.metadata.tables[name]
            later = [{**row, "merged_into": None} for row in some] if name == "place" else some
            connection.execute(insert(table), later)
        place = tables.place
        merged = update(place).where(place.c.id == bindparam("of")).values(merged_into=bindparam("into"))
        connection.execute(merged, [{"of": row["id"], "into": row["merged_into"]} for row in rows["place"]])
        connection.execute(update(tables.register).values(revision=len(rows.get("history", ()))))


def read_rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with reading(engine) as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in tables.metadata.sorted_tables
        }
