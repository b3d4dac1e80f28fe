"""The open feed of the register at `/openreferral`, as Open Referral UK describes it.

Anyone who can reach the app may read it, from any page of the web: it holds what is published and nothing
else. It reads no cookie and no session. Where the app answers this computer alone, so does the feed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.errors import AtlasError, RegisterError
from data.register.open_referral_filters import FindPostcode
from data.register.open_referral_pages import LISTS, Feed, make_feed
from data.settings import settings

if TYPE_CHECKING:
    from data.register.records import Edition
    from data.register.store import Register

FEED_PATH: Final = "/openreferral"
METHODS: Final = ("GET", "HEAD", "OPTIONS")
OTHERS: Final = ("POST", "PUT", "PATCH", "DELETE")
"""What is refused in words of the feed's own."""

HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "ETag",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
ASK_FIRST: Final = "public, no-cache"
"""An answer may be kept, but not shown again without asking: what an editor takes out is gone at once."""

_lock = Lock()


def feed_routes() -> list[Route]:
    """Return the routes of the feed."""
    methods = [*METHODS, *OTHERS]
    return [
        Route(FEED_PATH, serve_feed, methods=methods),
        Route(f"{FEED_PATH}/{{rest:path}}", serve_feed, methods=methods),
    ]


def serve_feed(request: Request) -> Response:
    """Answer one request for the feed."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={**HEADERS, "Allow": ", ".join(METHODS)})
    if request.method in OTHERS:
        allow = {"Allow": ", ".join(METHODS)}
        return _answer({"error": "The feed can only be read."}, 405, allow)
    try:
        feed, tag = current_feed()
    except AtlasError:
        return _answer({"error": "The register cannot be read just now."}, 503, {"Retry-After": "60"})
    fresh = {"ETag": tag, "Cache-Control": ASK_FIRST}
    if tag.removeprefix("W/") in _tags(request.headers.get("If-None-Match", "")):
        return Response(status_code=304, headers={**HEADERS, **fresh})
    try:
        found = find(feed, request.path_params.get("rest", ""), request.query_params, find_postcode)
    except RegisterError as error:
        return _answer({"error": error.message, "hint": error.hint}, 400)
    if found is None:
        return _answer({"error": "There is nothing at this address.", "see": list(LISTS)}, 404)
    return _answer(found, 200, fresh)


def find(
    feed: Feed, path: str, query: Mapping[str, str], postcodes: FindPostcode | None = None
) -> dict[str, Any] | None:
    """Return what stands at an address below the feed's own; None where nothing does."""
    name, _, key = path.strip("/").partition("/")
    if not name:
        return feed.root()
    if name not in LISTS:
        return None
    return feed.one(name, key) if key else feed.page(name, query, postcodes)


def current_feed() -> tuple[Feed, str]:
    """Return the feed of the build that the app shows, and what tells this state of it from any other.

    It is made once an edition of the register and a day: what was not confirmed for long changes by the day.
    """
    from views.register_session import current_register

    register = current_register()
    with _lock:  # one request makes it, the others wait for it
        return _feed_of(register, register.edition(), date.today(), settings().stale_months)


@lru_cache(maxsize=2)
def _feed_of(register: Register, edition: Edition | None, day: date, stale_months: int) -> tuple[Feed, str]:
    """Make the feed, and its tag: of all that it is kept under, as each build has a register of its own."""
    from views.register_session import build_path

    places = register.published()
    councils = current_councils()
    feed = make_feed(places, register.organisations(), register.sources(), day, stale_months, councils)
    told = (build_path(), register.engine.url, edition, day, stale_months)
    return feed, f'W/"{hashlib.sha256(repr(told).encode()).hexdigest()[:20]}"'


def current_councils() -> dict[str, str]:
    """Return the name of the council of each ward of the build that the app shows, by the ward's code."""
    from views.register_files import councils_of
    from views.session import current_build

    return councils_of(current_build().areas.frame)


def find_postcode(text: str) -> tuple[float, float] | None:
    """Return where a postcode is; None for one that no directory places."""
    import pandas as pd

    from geo.register_locate import directory_of
    from views.session import current_build

    found = directory_of(current_build()).locate(pd.Series([text], dtype=object)).iloc[0]
    if pd.isna(found["easting_m"]):
        return None
    return float(found["easting_m"]), float(found["northing_m"])


def _tags(text: str) -> set[str]:
    """Return the tags that a reader says it has; a star stands for any, and is none of ours."""
    return {tag.strip().removeprefix("W/") for tag in text.split(",")}


def _answer(content: Mapping[str, Any], status: int, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    kept = {"Cache-Control": "no-store", **HEADERS, **(headers or {})}
    return Response(body, status, kept, "application/json")
