"""Who asks for a route beside the pages, by the same cookies that a page goes by."""

import json
from typing import Any

from starlette.requests import Request
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from views.roles import Claims
from views.sign_in_settings import is_sign_in_configured
from views.visitors import INVITATION_COOKIE, Visitor, find_visitor


def visitor_of(request: Request) -> Visitor:
    """Return who asks for a route; see `views.visitors.find_visitor`."""
    configured = is_sign_in_configured()
    token = request.cookies.get(INVITATION_COOKIE, "")
    return find_visitor(token, claims_of(request) if configured else {}, configured)


def claims_of(request: Request) -> Claims:
    """Return what the sign-in of a request says; empty where there is none that this app has signed."""

    def read(name: str) -> bytes | None:
        value = request.cookies.get(name)
        return decode_signed_value(get_cookie_secret(), name, value) if value else None

    kept = get_cookie_with_chunks(read, USER_COOKIE_NAME)
    claims: dict[str, Any] = json.loads(kept) if kept else {}
    ours = claims.get("is_logged_in") is True and claims.get("origin") == get_origin_from_redirect_uri()
    return claims if ours else {}
