"""What Open Referral UK asks of every record: an identifier that stays, and a taxonomy of kinds of place."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid5

from data.asset_kinds import OTHER, asset_kinds

VERSION: Final = "HSDS-UK-3.0"
PROFILE: Final = "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md"
OPENAPI: Final = "https://docs.openreferraluk.org/en/latest/openapi30.json"

NAMESPACE: Final = UUID("860d0af9-5b25-4b2b-a973-27943cee1d2f")
"""What our own identifiers are made in. It never changes: with it, every identifier handed out would."""

UNKNOWN_RUNNER: Final = "Not recorded"
"""The organisation of a place of which nobody said who runs it, and which no source stands behind."""

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SCHEMES: Final = {"GB-CHC": "Charity number", "GB-COH": "Company number"}
CHARGED: Final = "There is a charge"
FREE: Final = "Free"
PLACE_TYPE: Final = "place_type"
SERVICE_TYPE: Final = "service_type"
"""What the term of an attribute is about: the place, or the service."""


def stable_id(*parts: str) -> str:
    """Return an identifier that is the same whenever it is made of the same parts.

    Examples
    --------
    >>> stable_id("service of", "a") == stable_id("service of", "a") != stable_id("service of", "b")
    True
    """
    told = "\N{INFORMATION SEPARATOR ONE}".join(parts)
    return str(uuid5(NAMESPACE, told.encode("utf-8", "replace").decode()))  # JSON can hold half a character


def as_uuid(key: str) -> str:
    """Return a key as a UUID: as it is where it is one, and one made of it else."""
    try:
        return str(UUID(key))
    except ValueError:
        return stable_id("key", key)


def service_id_of(place_id: str) -> str:
    """Return the identifier of the service that stands for a place without any."""
    return stable_id("service of", as_uuid(place_id))


def stand_in_id(name: str) -> str:
    """Return the identifier of the organisation that stands for who runs a place, by its name."""
    return stable_id("stand-in", name)


def taxonomy() -> dict[str, Any]:
    """Return the taxonomy of kinds of place, without its terms."""
    return {
        "id": stable_id("taxonomy"),
        "name": "Kinds of place",
        "description": "What kind of place of support it is, as Prevention Atlas counts them.",
        "version": "1",
    }


@cache
def terms() -> Mapping[str, dict[str, Any]]:
    """Return the term of each kind of place, by the kind."""
    whole = taxonomy()
    return {
        kind: {
            "id": stable_id("term", kind),
            "name": _capital(entry.singular),
            "description": _capital(entry.plural),
            "taxonomy": whole["name"],
            "taxonomy_id": whole["id"],
            "term": _capital(entry.singular),
        }
        for kind, entry in asset_kinds().items()
    }


def term_of(kind: str) -> dict[str, Any]:
    """Return the term of a kind; that of any other place where the kind is no longer known."""
    return terms().get(kind) or terms()[OTHER]


@cache
def kinds_by_term() -> Mapping[str, str]:
    """Return the kind of each term, by the term's identifier."""
    return {term["id"]: kind for kind, term in terms().items()}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
