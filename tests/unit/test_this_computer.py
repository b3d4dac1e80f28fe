"""Without sign-in only this computer is answered, asked for by its own name; with sign-in, everybody."""

import asyncio
from collections.abc import Iterable, MutableMapping
from typing import Any

import pytest

from views import this_computer
from views.this_computer import OnlyThisComputer

Message = MutableMapping[str, Any]


@pytest.fixture(autouse=True)
def no_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_computer, "is_sign_in_configured", lambda: False)


def ask(
    host: str = "localhost:8501",
    client: tuple[str, int] | None = ("127.0.0.1", 5),
    kind: str = "http",
    more: Iterable[tuple[bytes, bytes]] = (),
) -> list[Message]:
    """Ask as a client would; what it passes on answers "inside"."""
    sent: list[Message] = []

    async def inside(scope: Message, receive: object, send: object) -> None:
        sent.append({"type": "inside"})

    async def receive() -> Message:
        return {"type": f"{kind}.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode()), *more]
    scope = {"type": kind, "client": client, "headers": headers, "method": "GET", "path": "/"}
    asyncio.run(OnlyThisComputer(inside)(scope, receive, send))
    return sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8501", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:85"]
)
def test_this_computer_is_answered_by_its_own_names(host: str, kind: str) -> None:
    assert ask(host, kind=kind) == [{"type": "inside"}]


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_every_address_of_this_computer_is_its_own(client: str) -> None:
    assert ask(client=(client, 5)) == [{"type": "inside"}]


HOSTS = [
    "evil.example",
    "evil.example:8501",
    "localhost.evil.example",
    "evil.example#localhost",
    "localhost@evil.example",
    "127.0.0.1.evil.example",
    "[::1].evil.example",
    "[::1",
    "::1",
    "localhost:",
    "localhost:80:90",
    "localhost.",
    "10.0.0.7",
    "",
]


@pytest.mark.parametrize("host", HOSTS)
def test_another_name_is_refused_with_what_to_do(host: str) -> None:
    start, body = ask(host)
    assert start["status"] == 403
    assert b"http://localhost" in body["body"]
    assert b"sign-in" in body["body"]
    assert b"evil" not in body["body"]
    assert dict(start["headers"])[b"cache-control"] == b"no-store"


@pytest.mark.parametrize("host", HOSTS)
def test_a_socket_by_another_name_is_closed_before_it_opens(host: str) -> None:
    assert ask(host, kind="websocket") == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("client", [("10.0.0.7", 5), ("::ffff:10.0.0.7", 5), ("a socket", 0), ("", 0), None])
def test_another_computer_is_refused(client: tuple[str, int] | None) -> None:
    assert ask(client=client)[0]["status"] == 403


@pytest.mark.parametrize(
    "name",
    [b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via", b"x-forwarded-host", b"x-forwarded-proto"],
)
def test_what_a_proxy_passes_on_is_refused(name: bytes) -> None:
    assert ask(more=[(name, b"127.0.0.1")])[0]["status"] == 403


def test_two_names_at_once_are_refused() -> None:
    assert ask(more=[(b"host", b"localhost")])[0]["status"] == 403


def test_with_sign_in_everybody_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_computer, "is_sign_in_configured", lambda: True)
    assert ask("atlas.council.example", ("10.0.0.7", 5)) == [{"type": "inside"}]


def test_the_start_of_the_server_passes() -> None:
    assert ask(host="", client=None, kind="lifespan") == [{"type": "inside"}]
