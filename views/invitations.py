"""The link of an invitation: it opens the app for a partner organisation until it expires or is revoked."""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data.errors import AtlasError
from data.register.invitations import is_signed
from data.register.records import COMMAND_LINE, Actor
from data.register.refusing import RefusedError
from data.settings import settings
from views.limits import Limit
from views.register_session import current_register
from views.this_computer import PLAIN_HEADERS, plain_page
from views.visitors import INVITATION_COOKIE

INVITATION_PATH: Final = "/atlas/invitation"
LEAVE_PATH: Final = "/atlas/leave"
ASSETS_PAGE: Final = "/assets"

TRIES: Final = Limit(30, 10 * 60)
"""How many links that do not hold a client may try; no guess would ever hit, but each is noted."""

DOES_NOT_HOLD: Final = (
    "This invitation does not hold: it has expired, it was withdrawn, or part of the link is missing.",
    "Ask whoever sent it to you for a new one.",
)
TOO_MANY: Final = (
    "Too many links that do not hold were tried from here.",
    "Wait ten minutes, then open the link from your invitation again.",
)


def open_invitation(request: Request) -> Response:
    """Let a partner in who comes by a link that holds, and say so where it does not."""
    client = request.client.host if request.client else ""
    token = request.path_params["token"]
    try:
        # Behind a proxy all may seem to be one client: the guesses of one keep out nobody with a link.
        if TRIES.is_reached(client) and not is_signed(token):
            return plain_page("Too many tries", TOO_MANY, 429)
        expires = _expiry(current_register().guest(token))
    except RefusedError:
        TRIES.count(client)
        return plain_page("This link does not open anything", DOES_NOT_HOLD, 403)
    except AtlasError as error:
        return plain_page("There is nothing to show yet", (error.message,), 503)
    answer = RedirectResponse(ASSETS_PAGE, 303, PLAIN_HEADERS)
    answer.set_cookie(
        INVITATION_COOKIE,
        token,
        expires=expires,
        secure=_is_encrypted(request),
        httponly=True,
        samesite="lax",
    )
    return answer


def leave(request: Request) -> Response:
    """Forget the invitation in this browser; the link itself holds on."""
    answer = RedirectResponse("/", 303, PLAIN_HEADERS)
    answer.delete_cookie(INVITATION_COOKIE, secure=_is_encrypted(request), httponly=True, samesite="lax")
    return answer


def _is_encrypted(request: Request) -> bool:
    """Say whether the browser comes by HTTPS; what a proxy passes on may be plain."""
    return request.url.scheme == "https" or (settings().public_url or "").startswith("https://")


def _expiry(guest: Actor) -> datetime:
    found = {one.id: one.expires_at for one in current_register().invitations(COMMAND_LINE)}
    return found[guest.invitation_id].astimezone(UTC)
