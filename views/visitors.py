"""Who asks for a page or a route: invited, signed in, at this computer without sign-in, or a stranger."""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from data.provenance import Tier
from data.register.records import Actor, Role
from data.register.refusing import RefusedError
from data.settings import settings
from views.register_session import current_register
from views.roles import Claims, name_of, read_roles, role_of

INVITATION_COOKIE: Final = "atlas_invitation"
LOCAL: Final = "local"
"""How somebody at this computer stands in the history and in the access log."""

NOBODY: Final = "not signed in"
SIGNED_IN_SECONDS: Final = 12 * 60 * 60
"""How long a sign-in holds. Streamlit would keep it for thirty days, with the groups of its first day."""


class Way(StrEnum):
    """How a visitor came."""

    INVITED = "invited"
    SIGNED_IN = "signed in"
    LOCAL = "local"
    STRANGER = "stranger"


@dataclass(frozen=True)
class Visitor:
    """Who uses the app, and how they came."""

    actor: Actor
    way: Way


STRANGER: Final = Visitor(Actor(NOBODY, Role.VIEWER), Way.STRANGER)


def find_visitor(token: str, claims: Claims, configured: bool) -> Visitor:
    """Say who asks: by an invitation first, then by sign-in, then at this computer where there is none.

    Parameters
    ----------
    token
        The invitation that the browser keeps; "" for none. One that does not hold counts as none.
    claims
        What a valid sign-in says; empty without one.
    configured
        Whether sign-in is set up.

    Raises
    ------
    RegisterError
        When the file of roles is not understood.
    """
    guest = find_guest(token) if token else None
    if guest is not None:
        return guest
    if not configured:
        return Visitor(Actor(LOCAL, Role.VIEWER), Way.LOCAL)
    if not is_fresh(claims):
        return STRANGER
    kept = settings()
    role = role_of(claims, read_roles(kept.roles, kept.role_claim))
    return Visitor(Actor(name_of(claims), role), Way.SIGNED_IN)


def find_guest(token: str) -> Visitor | None:
    """Return the partner whom an invitation lets in; None, and noted by the store, where it does not hold."""
    try:
        return Visitor(current_register().guest(token), Way.INVITED)
    except RefusedError:
        return None


def is_fresh(claims: Claims) -> bool:
    """Say whether somebody signed in, and not too long ago."""
    issued = claims.get("iat")
    return isinstance(issued, int | float) and time.time() - issued < SIGNED_IN_SECONDS


def may_see_figures(visitor: Visitor, tier: Tier) -> bool:
    """Say whether a visitor may see figures of areas: partners those of a shared build, strangers none."""
    if visitor.way is Way.STRANGER:
        return False
    return visitor.actor.role is not Role.PARTNER or tier is Tier.SHARED
