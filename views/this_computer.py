"""Without sign-in the app answers this computer alone: no other client, and no other name for this one.

A page elsewhere that gives its own name the address of this computer is refused by the name it asks for, and
a proxy that somebody forgot by what it adds. It stands before everything that is served, pages' sockets too.
"""

from collections.abc import Iterable
from html import escape
from ipaddress import IPv6Address, ip_address
from typing import Final

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from views.sign_in_settings import is_sign_in_configured

OWN_NAMES: Final = frozenset({b"localhost", b"127.0.0.1", b"[::1]"})
ADDED_BY_PROXIES: Final = frozenset(
    {
        *(b"forwarded", b"via", b"x-real-ip", b"cf-connecting-ip", b"x-original-host"),
        *(b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port"),
    }
)
POLICY_VIOLATION: Final = 1008

PLAIN_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

REFUSED: Final = (
    "No sign-in is set up, so this app answers only the computer that it runs on.",
    "On that computer, open it as http://localhost and the port that it printed when it started.",
    "To open it to colleagues and partners, set up sign-in: see “Signing in” in the README.",
)


class OnlyThisComputer:
    """Pass on what comes from this computer; refuse the rest, unless sign-in is set up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or the opening of a socket."""
        if scope["type"] == "lifespan" or is_sign_in_configured() or comes_from_here(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await plain_page("Only on this computer", REFUSED, 403)(scope, receive, send)


def comes_from_here(scope: Scope) -> bool:
    """Say whether who asks is on this computer, asks for it by its own name, and came by no proxy."""
    client = scope.get("client")
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    hosts = [value for name, value in headers if name == b"host"]
    return (
        client is not None
        and is_loopback(client[0])
        and len(hosts) == 1
        and _without_port(hosts[0]).lower() in OWN_NAMES
        and not any(name in ADDED_BY_PROXIES for name, _ in headers)
    )


def is_loopback(address: str) -> bool:
    """Say whether an address is one of this computer's own.

    Examples
    --------
    >>> [is_loopback(address) for address in ("127.0.0.1", "::ffff:127.0.0.1", "10.0.0.7", "a socket")]
    [True, True, False, False]
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (inner or found).is_loopback


def plain_page(title: str, lines: Iterable[str], status: int) -> HTMLResponse:
    """Return a page of a few sentences that runs nothing and asks for nothing."""
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<body style="font:1rem/1.5 sans-serif;max-width:36em;margin:3rem auto;padding:0 1rem">'
        f'<h1 style="font:600 1.65rem serif">{title}</h1>{text}</body></html>',
        status,
        headers=PLAIN_HEADERS,
    )


def _without_port(host: bytes) -> bytes:
    """Return a Host header without its port; one that is not understood stays as it is: no own name."""
    name, colon, port = host.rpartition(b":")
    return name if colon and port.isdigit() and (b":" not in name or name.endswith(b"]")) else host
