"""Which role a person who signs in has: by a file of the council, or by a claim that it maps to roles.

An address counts only where the provider vouches for it. Who is not known is a viewer; a file that is not
understood in full gives nobody a role.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from data.errors import RegisterError
from data.register.records import Role

Claims = Mapping[str, Any]
"""What the provider says of a person, as it stands in the identity token."""

RANKS: Final = (Role.VIEWER, Role.ANALYST, Role.EDITOR, Role.ADMIN)
"""The roles of council staff, the highest last. A partner comes by an invitation and not by sign-in."""

_TABLES: Final = ("people", "groups")
_MOST_FAULTS: Final = 5


@dataclass(frozen=True)
class Roles:
    """Who has which role.

    Attributes
    ----------
    people
        Roles by verified address, or by issuer and subject with a space between.
    groups
        Roles by a value of the claim.
    claim
        The claim that holds groups; "" for none.
    """

    people: Mapping[str, Role] = field(default_factory=dict)
    groups: Mapping[str, Role] = field(default_factory=dict)
    claim: str = ""


def read_roles(path: Path | None, claim: str | None) -> Roles:
    """Read the file of roles as it stands now.

    Parameters
    ----------
    path
        What `ATLAS_ROLES` names; without one everybody is a viewer.
    claim
        What `ATLAS_ROLE_CLAIM` names.

    Raises
    ------
    RegisterError
        When there is no such file, when anything in it is not understood, or when file and claim do not fit.
    """
    if path is None:
        if claim:
            raise RegisterError(
                f"ATLAS_ROLE_CLAIM names the claim {claim}, but no file says which values are which role.",
                "Name a file with ATLAS_ROLES and put the values under [groups].",
            )
        return Roles()
    try:
        stat = path.stat()
        return _read(path, claim or "", (stat.st_mtime_ns, stat.st_size))
    except OSError as error:
        raise RegisterError(
            f"The file of roles cannot be read: {path.name} ({error.strerror or error}).",
            "Let ATLAS_ROLES name a TOML file with [people], and let the app read it.",
        ) from error


def role_of(claims: Claims, roles: Roles) -> Role:
    """Return the highest role that a person has by address, by issuer and subject, or by a group.

    Examples
    --------
    >>> roles = Roles(people={"a@council.example": Role.EDITOR})
    >>> role_of({"email": "A@council.example", "email_verified": True}, roles)
    <Role.EDITOR: 'editor'>
    >>> role_of({"email": "a@council.example"}, roles)
    <Role.VIEWER: 'viewer'>
    """
    known_as = (verified_address(claims), _identity(claims))
    found = [roles.people[name] for name in known_as if name in roles.people]
    found += [roles.groups[value] for value in _values(claims, roles.claim) if value in roles.groups]
    return max(found, key=RANKS.index, default=Role.VIEWER)


def key_of(claims: Claims) -> str:
    """Return what stands for a person in the file of roles: the verified address, else issuer and subject."""
    return verified_address(claims) or _identity(claims)


def name_of(claims: Claims) -> str:
    """Return how a person stands in the history: the verified address, else the provider's name for them."""
    return verified_address(claims) or f"{claims.get('sub', '')} of {urlsplit(_issuer(claims)).netloc}"


def verified_address(claims: Claims) -> str:
    """Return a person's address where the provider vouches for it; else an empty text.

    Microsoft Entra has no `email_verified`; there `xms_edov` says that the owner of the domain is verified.
    """
    vouched = claims.get("email_verified", claims.get("xms_edov"))
    address = claims.get("email")
    if vouched not in (True, "true", "1") or not isinstance(address, str):
        return ""
    return _fold(address)


def _read(path: Path, claim: str, stamp: tuple[int, int]) -> Roles:
    del stamp  # Part of the key alone: a file that changed is read again.
    return _parse(path.name, path.read_bytes(), claim)


_read = lru_cache(maxsize=4)(_read)


def _parse(name: str, text: bytes, claim: str) -> Roles:
    try:
        tables = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegisterError(
            f"The file of roles is not TOML: {name}: {error}",
            'Write it as [people] and lines such as "name@council.gov.uk" = "editor".',
        ) from error
    faults = [*_faults(tables, claim)]
    if faults:
        more = f" and {len(faults) - _MOST_FAULTS:,} more" if len(faults) > _MOST_FAULTS else ""
        raise RegisterError(
            f"Nobody has a role until {name} is right: {'; '.join(faults[:_MOST_FAULTS])}{more}.",
            f"Roles are {', '.join(RANKS)}; people stand under [people], values of the claim under [groups].",
        )
    people = {_fold(who): Role(role) for who, role in tables.get("people", {}).items()}
    groups = {value: Role(role) for value, role in tables.get("groups", {}).items()}
    return Roles(people, groups, claim)


def _faults(tables: Mapping[str, Any], claim: str) -> Iterator[str]:
    """Say all that is wrong with the file, and not only what comes first."""
    yield from (f"[{key}] is not known" for key in tables if key not in _TABLES)
    for key in _TABLES:
        table = tables.get(key, {})
        if not isinstance(table, dict):
            yield f"{key} is no table"
            continue
        yield from (f"{who!r} has the role {role!r}" for who, role in table.items() if role not in RANKS)
    people = tables.get("people", {})
    if isinstance(people, dict):
        yield from (f"{who!r} is no address, and no issuer and subject" for who in people if not _names(who))
        folded = [_fold(who) for who in people]
        yield from sorted({f"{who!r} stands twice" for who in folded if folded.count(who) > 1})
    if tables.get("groups") and not claim:
        yield "[groups] is not used, because ATLAS_ROLE_CLAIM names no claim"
    if claim and not tables.get("groups"):
        yield f"ATLAS_ROLE_CLAIM names the claim {claim}, and [groups] says nothing of its values"


def _names(who: str) -> bool:
    """Say whether a text can stand for a person: an address, or an issuer's address and a subject."""
    if who.startswith(("https://", "http://")):
        return len(who.split(" ")) == 2
    before, at, after = who.partition("@")
    return bool(before and at and after) and " " not in who


def _identity(claims: Claims) -> str:
    return f"{_issuer(claims)} {claims.get('sub', '')}"


def _issuer(claims: Claims) -> str:
    return str(claims.get("iss", ""))


def _values(claims: Claims, claim: str) -> list[str]:
    """Return the values of a claim, which may be one text or a list of them."""
    held = claims.get(claim) if claim else None
    return [value for value in (held if isinstance(held, list) else [held]) if isinstance(value, str)]


def _fold(who: str) -> str:
    """Return an address in small letters. Only plain letters are: others could turn into somebody else's."""
    return who.lower() if who.isascii() and "://" not in who else who
