"""The first tables of the register, and the one row that every write takes."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, those that others refer to first."""
    op.create_table("register", _number("id", key=True), _number("revision"))
    op.bulk_insert(sa.table("register", sa.column("id"), sa.column("revision")), [{"id": 1, "revision": 0}])
    _make_organisations()
    _make_places()
    _make_what_a_place_has()
    _make_history()


def _make_organisations() -> None:
    op.create_table(
        "organisation",
        _key(),
        _number("version"),
        *_texts("name", "description", "website", "scheme", "identifier"),
    )
    op.create_table(
        "invitation",
        _key(),
        _refers("organisation_id", "organisation.id", nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        *_texts("made_by", "label"),
        _moment("made_at"),
        _moment("expires_at"),
        _moment("revoked_at", nullable=True),
    )


def _make_places() -> None:
    op.create_table(
        "source",
        _key(),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        *_texts("file", "title", "publisher", "licence", "attribution", "imported_by"),
        sa.Column("dated", sa.Date, nullable=False),
        _moment("imported_at"),
        sa.Column("counts", sa.JSON, nullable=False),
    )
    op.create_table(
        "place",
        _key(),
        _number("version"),
        sa.Column("state", sa.String(20), nullable=False),
        *_texts("name", "kind", "detail", "held", "address", "postcode", "located_by"),
        *_texts("ward_code", "ward_name", "website", "reason", "source_key", "submitted_by"),
        sa.Column("confidential", sa.Boolean, nullable=False),
        _refers("organisation_id", "organisation.id"),
        sa.Column("easting_m", sa.Float),
        sa.Column("northing_m", sa.Float),
        _refers("source_id", "source.id"),
        sa.Column("last_confirmed", sa.Date),
        _refers("merged_into", "place.id"),
        _moment("created_at"),
        _moment("updated_at"),
    )
    for columns in (["state"], ["organisation_id"], ["postcode"], ["source_id", "source_key"]):
        _index("place", *columns)


def _make_what_a_place_has() -> None:
    op.create_table(
        "service",
        *_of_place(),
        *_texts("name", "kind", "description", "cost", "opening_note"),
        _number("minimum_age", nullable=True),
        _number("maximum_age", nullable=True),
        sa.Column("free", sa.Boolean),
        sa.Column("accessibility", sa.JSON, nullable=False),
        sa.Column("openings", sa.JSON, nullable=False),
        sa.Column("sessions_a_week", sa.Float),
    )
    op.create_table(
        "contact",
        *_of_place(),
        *_texts("name", "role", "phone", "email"),
        sa.Column("consent", sa.Boolean, nullable=False),
        _moment("consented_at", nullable=True),
    )
    op.create_table(
        "suggestion",
        _key(),
        _refers("place_id", "place.id", nullable=False),
        _number("place_version"),
        sa.Column("changes", sa.JSON, nullable=False),
        *_texts("note", "made_by", "organisation_id", "reason"),
        _moment("made_at"),
        sa.Column("state", sa.String(20), nullable=False),
    )
    for table in ("service", "contact", "suggestion"):
        _index(table, "place_id")
    _index("suggestion", "state")


def _make_history() -> None:
    op.create_table(
        "history",
        _number("number", key=True, autoincrement=False),
        _moment("at"),
        *_texts("who", "role", "action", "entity", "note"),
        sa.Column("entity_id", sa.String(36), nullable=False),
        _number("version"),
        *(sa.Column(name, sa.JSON) for name in ("before", "after", "contacts_before", "contacts_after")),
        _number("undoes", nullable=True),
    )
    _index("history", "entity_id")
    op.create_table(
        "refusal",
        _number("number", key=True),
        _moment("at"),
        *_texts("who", "role", "action", "entity_id", "why"),
    )


def _key() -> sa.Column[str]:
    return sa.Column("id", sa.String(36), primary_key=True)


def _number(
    name: str, nullable: bool = False, key: bool = False, autoincrement: bool | Literal["auto"] = "auto"
) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable, primary_key=key, autoincrement=autoincrement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False, server_default="") for name in names]


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(name: str, to: str, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), sa.ForeignKey(to), nullable=nullable)


def _of_place() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return _key(), _refers("place_id", "place.id", nullable=False), _number("position")


def _index(table: str, *columns: str) -> None:
    op.create_index(None, table, list(columns))
