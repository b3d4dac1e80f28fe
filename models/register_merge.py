"""Two records of one place made one: what differs, which of both is fuller, and what is kept.

Nobody has to decide what is alike. Where one record alone says something, that is kept; where both do, the
longer text; an editor can choose otherwise field by field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from data.errors import RegisterError
from data.register.records import Place, State
from models.record_words import LABELS, NO_NAMES, Names, tell_place
from models.service_words import contact_words, service_words


class Side(StrEnum):
    """Whose value is kept: that of the record that stays, of the one that goes, or both one after another."""

    STAYS = "stays"
    GOES = "goes"
    BOTH = "both"


FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",),
    "kind": ("kind",),
    "detail": ("detail",),
    "organisation_id": ("organisation_id",),
    "address": ("address", "postcode"),
    "point": ("easting_m", "northing_m", "located_by", "ward_code", "ward_name"),
    "website": ("website",),
    "services": ("services",),
    "contacts": ("contacts",),
}
"""What is chosen as one: an address goes with its postcode, a point with the ward that it lies in."""

MANY: Final = {"services": "What is offered", "contacts": "Contacts"}
"""Fields that hold several things, of which those of both may be kept."""


@dataclass(frozen=True)
class Row:
    """One field of two records.

    Attributes
    ----------
    field
        A key of `FIELDS`.
    label
        What it is called.
    stays, goes
        What each of the two says, as text; empty where it says nothing.
    default
        Whose is kept unless somebody chooses.
    """

    field: str
    label: str
    stays: str
    goes: str
    default: Side

    @property
    def differs(self) -> bool:
        """Whether the two say different things."""
        return self.stays != self.goes

    @property
    def to_choose(self) -> bool:
        """Whether there is a choice: both say something, and not the same."""
        return self.differs and bool(self.stays) and bool(self.goes)

    @property
    def sides(self) -> tuple[Side, ...]:
        """What can be chosen."""
        return tuple(Side) if self.field in MANY else (Side.STAYS, Side.GOES)


def order_pair(one: Place, other: Place) -> tuple[Place, Place]:
    """Return the record that stays and the one that goes: a published one stays, else the older.

    What stays keeps its id, which links and other registers may know.
    """

    def rank(place: Place) -> tuple[bool, float, str]:
        made = place.created_at.timestamp() if place.created_at else float("inf")
        return place.state is not State.PUBLISHED, made, place.id

    stays, goes = sorted((one, other), key=rank)
    return stays, goes


def lay_beside(stays: Place, goes: Place, names: Names = NO_NAMES) -> tuple[Row, ...]:
    """Return two records field by field, those that neither fills left out."""
    rows = []
    for field in FIELDS:
        one, other = _text(stays, field, names), _text(goes, field, names)
        if one or other:
            label = MANY.get(field) or LABELS[field]
            rows.append(Row(field, label, one, other, _default(field, one, other)))
    return tuple(rows)


def _text(place: Place, field: str, names: Names) -> str:
    if field == "services":
        return "\n".join(map(service_words, place.services))
    if field == "contacts":
        return "\n".join(map(contact_words, place.contacts))
    told = tell_place(place, names)
    keys = ("address", "postcode") if field == "address" else (field,)
    return ", ".join(told[LABELS[key]] for key in keys if LABELS[key] in told)


def _default(field: str, stays: str, goes: str) -> Side:
    """Return whose value is fuller; that of the record that stays where both are alike or nobody can say.

    A longer kind or point is no better one, so those stay. A name in capitals gives way to one that is not.
    """
    if not stays or not goes:
        return Side.STAYS if stays else Side.GOES
    if field in ("kind", "point", "organisation_id"):
        return Side.STAYS
    if field == "name" and stays.isupper() != goes.isupper():
        return Side.GOES if stays.isupper() else Side.STAYS
    return Side.GOES if len(goes) > len(stays) else Side.STAYS


def merge_places(stays: Place, goes: Place, chosen: Mapping[str, Side] | None = None) -> Place:
    """Return the record that stays with the values that are kept, to be handed to `Register.merge`.

    It is confidential when either is, and was last confirmed when either was.

    Parameters
    ----------
    stays, goes
        As `order_pair` returns them.
    chosen
        Whose value is kept by field; the fuller one where nothing is said.

    Raises
    ------
    RegisterError
        When a record is merged with itself, or when one of them is held.
    """
    if stays.id == goes.id:
        raise RegisterError("A place cannot be merged with itself.", "Choose another place.")
    if stays.held or goes.held:
        raise RegisterError(
            "A place that is held cannot be merged.", "Decide first whether its location is confidential."
        )
    sides = {row.field: row.default for row in lay_beside(stays, goes)} | dict(chosen or {})
    values: dict[str, Any] = {}
    for field, side in sides.items():
        for attribute in FIELDS[field]:
            values[attribute] = _kept(attribute, stays, goes, side)
    days = [day for day in (stays.last_confirmed, goes.last_confirmed) if day]
    return replace(
        stays,
        **values,
        confidential=stays.confidential or goes.confidential,
        last_confirmed=max(days, default=None),
    )


def _kept(attribute: str, stays: Place, goes: Place, side: Side) -> object:
    one, other = getattr(stays, attribute), getattr(goes, attribute)
    if side is Side.BOTH:
        return (*one, *other)
    return one if side is Side.STAYS else other
