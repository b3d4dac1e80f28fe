"""The tables of the register, the same on SQLite and PostgreSQL. `migrations/` makes and changes them."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A time in UTC: with its zone on PostgreSQL, and read back with it on SQLite, which keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Return it in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _key() -> Column[str]:
    return Column("id", String(36), primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


register = Table(
    "register",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
)
"""One row. Every write takes it first, so that the history has no gap and is in the order of commits."""

organisation = Table(
    "organisation",
    metadata,
    _key(),
    Column("version", Integer, nullable=False),
    *map(_text, ("name", "description", "website", "scheme", "identifier")),
)

source = Table(
    "source",
    metadata,
    _key(),
    Column("sha256", String(64), nullable=False, unique=True),
    *map(_text, ("file", "title", "publisher", "licence", "attribution", "imported_by")),
    Column("dated", Date, nullable=False),
    Column("imported_at", Moment, nullable=False),
    Column("counts", JSON, nullable=False),
)

place = Table(
    "place",
    metadata,
    _key(),
    Column("version", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    *map(_text, ("name", "kind", "detail", "held", "address", "postcode", "located_by")),
    *map(_text, ("ward_code", "ward_name", "website", "reason", "source_key", "submitted_by")),
    Column("confidential", Boolean, nullable=False),
    Column("organisation_id", ForeignKey(organisation.c.id)),
    Column("easting_m", Float),
    Column("northing_m", Float),
    Column("source_id", ForeignKey(source.c.id)),
    Column("last_confirmed", Date),
    Column("merged_into", ForeignKey("place.id")),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "state"),
    Index(None, "organisation_id"),
    Index(None, "postcode"),
    Index(None, "source_id", "source_key"),
)

service = Table(
    "service",
    metadata,
    _key(),
    Column("place_id", ForeignKey(place.c.id), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    *map(_text, ("name", "kind", "description", "cost", "opening_note")),
    Column("minimum_age", Integer),
    Column("maximum_age", Integer),
    Column("free", Boolean),
    Column("accessibility", JSON, nullable=False),
    Column("openings", JSON, nullable=False),
    Column("sessions_a_week", Float),
)

contact = Table(
    "contact",
    metadata,
    _key(),
    Column("place_id", ForeignKey(place.c.id), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    *map(_text, ("name", "role", "phone", "email")),
    Column("consent", Boolean, nullable=False),
    Column("consented_at", Moment),
)

suggestion = Table(
    "suggestion",
    metadata,
    _key(),
    Column("place_id", ForeignKey(place.c.id), nullable=False, index=True),
    Column("place_version", Integer, nullable=False),
    Column("changes", JSON, nullable=False),
    *map(_text, ("note", "made_by", "organisation_id", "reason")),
    Column("made_at", Moment, nullable=False),
    Column("state", String(20), nullable=False, index=True),
)

invitation = Table(
    "invitation",
    metadata,
    _key(),
    Column("organisation_id", ForeignKey(organisation.c.id), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    *map(_text, ("made_by", "label")),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

history = Table(
    "history",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    *map(_text, ("who", "role", "action", "entity", "note")),
    Column("entity_id", String(36), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("contacts_before", JSON(none_as_null=True)),
    Column("contacts_after", JSON(none_as_null=True)),
    Column("undoes", Integer),
)
"""Contacts stand in columns of their own, so that they can be erased and nothing else."""

decision = Table(
    "decision",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), nullable=False),
    Column("tier", String(20), nullable=False),
    *map(_text, ("made_by", "role", "content")),
    Column("made_at", Moment, nullable=False),
    Column("previous", String(64), nullable=False, server_default=""),
    Column("sha256", String(64), nullable=False),
)
"""One row a version of a record of a decision. Rows are added and never changed: triggers refuse it. What
it says is one text, so that its hash is the same on every database."""

refusal = Table(
    "refusal",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    *map(_text, ("who", "role", "action", "entity_id", "why")),
)
