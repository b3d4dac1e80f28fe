"""Who is using the app, and what they may do: asked by every page, checked again by the store at every write.

Without sign-in it is somebody at this computer, who says which role to look with.
"""

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from data.errors import RegisterError
from data.register.records import Actor, Role
from data.register.rights import Action, may
from data.settings import settings
from views.limits import Limit
from views.roles import Claims
from views.sign_in_settings import is_sign_in_configured
from views.visitors import INVITATION_COOKIE, LOCAL, Visitor, Way, find_guest, find_visitor

ROLE_KEY: Final = "local_role"
ORGANISATION_KEY: Final = "local_organisation"
"""Where the role and the organisation chosen at this computer are kept; tests of pages set them."""

SUBMISSIONS: Final = Limit(10, 60 * 60)
"""How many places one client may submit by the open form in an hour; the store limits all together."""

_REFUSED: Final = "refused_invitation"


def current_actor() -> Actor:
    """Return who is using the page, for the store to ask what they may do."""
    return current_visitor().actor


def current_visitor() -> Visitor:
    """Return who is using the page, and how they came.

    An invitation is looked at afresh at every run of a page, so that one that was revoked ends at once.

    Raises
    ------
    RegisterError
        When sign-in is set up and the file of roles is not understood.
    """
    token = _text(st.context.cookies.get(INVITATION_COOKIE))
    if token and st.session_state.get(_REFUSED) != token:
        guest = find_guest(token)
        if guest is not None:
            return guest
        st.session_state[_REFUSED] = token  # Noted once and not at every run: the browser keeps its cookie.
    configured = is_sign_in_configured()
    visitor = find_visitor("", signed_in_claims() if configured else {}, configured)
    return replace(visitor, actor=_local_actor()) if visitor.way is Way.LOCAL else visitor


def was_refused() -> bool:
    """Say whether the visitor has an invitation that does not hold."""
    return _REFUSED in st.session_state


def signed_in_claims() -> Claims:
    """Return what the provider says of who is signed in; empty where nobody is."""
    claims = dict(st.user.to_dict())
    return claims if claims.get("is_logged_in") is True else {}


def may_add(actor: Actor) -> bool:
    """Say whether somebody may open the form to add a place: a viewer, where the open form is on."""
    return may(actor, Action.SUBMIT) or settings().open_form


def count_open_submission() -> None:
    """Count a submission by the open form against the client's own limit; call it before `Register.submit`.

    Raises
    ------
    RegisterError
        When so many came from there within the hour.
    """
    if not SUBMISSIONS.count(_text(st.context.ip_address) or LOCAL):
        raise RegisterError(
            "Many places were submitted from your connection within the hour.",
            "Try again in an hour, or ask the council for an invitation link.",
        )


def link_to(path: str) -> str:
    """Return the full address of something in the app, to copy or to send.

    Parameters
    ----------
    path
        What follows the app's own address, such as `assets?receipt=...`.
    """
    return f"{_own_address().rstrip('/')}/{path.lstrip('/')}"


def _text(sent: object) -> str:
    """Return what a client sent as text; "" where it sent none, as a page under test does."""
    return sent if isinstance(sent, str) else ""


def _own_address() -> str:
    if public_url := settings().public_url:
        return public_url
    seen = urlsplit(_text(st.context.url))
    return f"{seen.scheme}://{seen.netloc}" if seen.netloc else ""


def _local_actor() -> Actor:
    role = Role(st.session_state.get(ROLE_KEY, Role.VIEWER))
    if role is not Role.PARTNER:
        return Actor(LOCAL, role)
    return Actor(LOCAL, role, organisation_id=st.session_state.get(ORGANISATION_KEY, ""))
