"""Web routes beside the pages: the map's own files, the logo, the boundaries and the places.

Every address holds a digest of the content, so that a browser may keep what it fetched for ever. Nothing is
served but what is listed here; no part of an address is ever used as a path on disk.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from data.errors import AtlasError
from data.need_weights import parse_weights
from geo.layers import find_layer
from views.invitations import INVITATION_PATH, LEAVE_PATH, leave, open_invitation
from views.open_referral_routes import feed_routes
from views.this_computer import PLAIN_HEADERS, OnlyThisComputer, plain_page

if TYPE_CHECKING:
    from views.visitors import Visitor

HERE: Final = Path(__file__).parent
ASSETS_PATH: Final = "/app/static"
"""Where Streamlit expects an app's own files: `st.logo` takes such an address as it is."""

SHAPES_PATH: Final = "/atlas/shapes"
SHAPES_ENDING: Final = ".geojson"
"""How the names of all layers end but those of places."""

OWN_SCRIPTS: Final = (
    "map_style.js",
    "map_labels.js",
    "map_markers.js",
    "map_layers.js",
    "map_way_in.js",
    "map_pin.js",
    "map.js",
)
PROFILE_PATH: Final = "/atlas/profile"
PRINTED: Final = "Printed profile"
"""What an opening of the printed sheet is called in the access log."""

FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_ONE_READER: Final = "private, max-age=31536000, immutable"
"""How long places may be kept: by a browser, and by nothing in between, as one may become confidential."""


@dataclass(frozen=True)
class Asset:
    """A file that the page or the map needs, with its bytes compressed once."""

    packed: bytes
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """Return every file that the page and the map need, by the name it is served under."""
    import streamlit
    from xstatic.pkg import leaflet

    leaflet_folder = Path(leaflet.BASE_DIR)
    fonts = Path(streamlit.__file__).parent / "static" / "static" / "media"
    found = {
        "leaflet.js": (leaflet_folder / "leaflet.js", "text/javascript"),
        "leaflet.css": (leaflet_folder / "leaflet.css", "text/css"),
        **{name: (HERE / "map" / name, "text/javascript") for name in OWN_SCRIPTS},
        "map.css": (HERE / "map" / "map.css", "text/css"),
        **{name: (HERE / name, "image/svg+xml") for name in ("logo.svg", "logo_dark.svg")},
        "source-sans.woff2": (next(fonts.glob("SourceSansVF-Upright*.woff2")), "font/woff2"),
    }
    return {
        name: Asset(gzip.compress(path.read_bytes(), mtime=0), media_type)
        for name, (path, media_type) in found.items()
    }


@cache
def assets_digest() -> str:
    """Return a digest of all assets together: the style sheet can name the font beside it."""
    digest = hashlib.sha256()
    for name, asset in assets().items():
        digest.update(name.encode() + asset.packed)
    return digest.hexdigest()[:20]


def asset_address(name: str) -> str:
    """Return the address of an asset."""
    if name not in assets():
        raise KeyError(name)
    return f"{ASSETS_PATH}/{assets_digest()}/{name}"


def shapes_address(name: str) -> str:
    """Return the address of a map layer, by its file name."""
    return f"{SHAPES_PATH}/{name}"


def profile_address(level: str, code: str, weights: str = "", count: str = "") -> str:
    """Return the address of the printed profile of a shape, as seen from a page."""
    choices = {"level": level, "area": code, "weights": weights, "count": count}
    query = urlencode({name: text for name, text in choices.items() if text}, safe=",")
    return f"{PROFILE_PATH.lstrip('/')}?{query}"


def serve_profile(request: Request) -> Response:
    """Serve the printed profile of a shape: one HTML page that runs nothing and asks for nothing."""
    from views import access_log, session
    from views.profile_document import write_profile
    from views.request_visitor import visitor_of
    from views.state import EVERY_PLACE
    from views.visitors import may_see_figures

    asked = {name: request.query_params.get(name, "") for name in ("level", "area", "weights", "count")}
    try:
        build = session.counting(session.current_build(), asked["count"] == EVERY_PLACE)
        visitor = visitor_of(request)
        if not may_see_figures(visitor, build.areas.tier):
            return refuse_profile(visitor)
        found = session.find_sheet(build, asked["level"], asked["area"], parse_weights(asked["weights"]))
        if found is not None:
            access_log.note_opening(build, PRINTED, visitor.actor.name)
    except AtlasError as error:
        return PlainTextResponse(error.message, status_code=503)
    if found is None:
        return not_found(request)
    document = write_profile(build, *found, session.invented_place(build))
    return HTMLResponse(document, headers=PLAIN_HEADERS)


def refuse_profile(visitor: "Visitor") -> Response:
    """Refuse the printed profile to strangers, and that of an internal build to partners, which is noted."""
    from views.register_session import current_register
    from views.visitors import Way

    if visitor.way is Way.STRANGER:
        return plain_page("Sign in first", ("Open the app, sign in, and follow the link again.",), 403)
    why = "Figures of an internal build stay within the council."
    current_register().note_refusal(visitor.actor, f"open {PRINTED}", "", why)
    return plain_page("This page is not for you", (why,), 403)


def serve_asset(request: Request) -> Response:
    """Serve one of the listed assets."""
    asset = assets().get(request.path_params["name"])
    if asset is None or request.path_params["digest"] != assets_digest():
        return not_found(request)
    return _packed_response(request, asset.packed, asset.media_type)


def serve_shapes(request: Request) -> Response:
    """Serve the shapes, or the places, of a map layer, to whoever has its address.

    They hold no figure: shapes are published ones, and places stand on the map of whoever may see it. The
    digest in the address cannot be guessed.
    """
    name = request.path_params["name"]
    packed = find_layer(name) or _find_in_current_build(name)
    if packed is None:
        return not_found(request)
    kept = FOR_EVER if name.endswith(SHAPES_ENDING) else FOR_ONE_READER
    return _packed_response(request, packed, "application/geo+json", kept)


def not_found(request: Request) -> Response:
    """Answer for everything that is not listed, instead of Streamlit's own page."""
    return PlainTextResponse("There is nothing at this address.", status_code=404)


def atlas_middleware() -> list[Middleware]:
    """Return what stands before everything that is served: pages, their sockets and routes."""
    return [Middleware(OnlyThisComputer)]


def atlas_routes() -> list[Route]:
    """Return the routes that stand beside the pages."""
    return [
        Route(f"{ASSETS_PATH}/{{digest}}/{{name}}", serve_asset),
        Route(f"{SHAPES_PATH}/{{name}}", serve_shapes),
        Route(PROFILE_PATH, serve_profile),
        Route(f"{INVITATION_PATH}/{{token}}", open_invitation),
        Route(LEAVE_PATH, leave),
        *[Route(f"{path}/{{rest:path}}", not_found) for path in (ASSETS_PATH, SHAPES_PATH, INVITATION_PATH)],
        *feed_routes(),
    ]


def _find_in_current_build(name: str) -> bytes | None:
    """Make the layers again after a restart, for a page that was open before it."""
    from views.session import current_layers

    try:
        layer = current_layers().find(name)
    except AtlasError:
        return None
    return layer.packed if layer is not None else None


def _packed_response(request: Request, packed: bytes, media_type: str, kept: str = FOR_EVER) -> Response:
    headers = {
        "Cache-Control": kept,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(gzip.decompress(packed), media_type=media_type, headers=headers)
    return Response(packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
