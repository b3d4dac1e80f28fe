"""Sign-in by a real OpenID provider, invitation links, and this computer alone without sign-in."""

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from data.register import tables
from data.register.records import COMMAND_LINE, Organisation
from data.register.store import Register, open_register
from tests.app_server import PROJECT, free_port, running_app
from tests.browser.explore import Explore
from tests.openid_provider import running_provider
from tests.small_builds import make_build, varied_areas

pytestmark = pytest.mark.browser

ORGANISATION = "0f0e1b52-6b4e-4b0c-8c7e-3a2f1d0c9b8a"
NOT_FOR_YOU = "This page is not for you"
PEOPLE = {
    "by-address": {"email": "Editor@council.example", "email_verified": True},
    "not-vouched": {"email": "editor@council.example", "email_verified": False},
    "by-claim": {"groups": ["swimming", "atlas-admins"]},
}
ROLES = """
[people]
"editor@council.example" = "editor"

[groups]
"atlas-admins" = "admin"
"""
SECRETS = """
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "a-secret-of-thirty-two-letters-or-more"
client_id = "atlas"
client_secret = "of-the-app"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@dataclass
class SignedApp:
    """The app with sign-in, the provider beside it, and the register that both processes share."""

    address: str
    provider: str
    register: Register

    def invite(self) -> tuple[str, str]:
        """Make an invitation; return its id and the address of its link."""
        invitation, token = self.register.invite(COMMAND_LINE, ORGANISATION)
        return invitation.id, f"{self.address}/atlas/invitation/{token}"

    @property
    def refused(self) -> list[tuple[str, str]]:
        """Who was refused what, the newest first."""
        return [(refusal.who, refusal.action) for refusal in self.register.refusals(COMMAND_LINE)]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedApp]:
    """The app on an internal build, with sign-in."""
    folder = tmp_path_factory.mktemp("signed")
    make_build(folder / "build", varied_areas())
    register = open_register(folder / "build")
    register.save_organisation(COMMAND_LINE, Organisation(ORGANISATION, 0, "Mill <b>Lane</b> *Trust*"))
    (folder / "roles.toml").write_text(ROLES, encoding="utf-8")
    port = free_port()
    environment = {
        "ATLAS_BUILD": str(folder / "build"),
        "ATLAS_ROLES": str(folder / "roles.toml"),
        "ATLAS_ROLE_CLAIM": "groups",
    }
    with running_provider(PEOPLE) as provider:
        secrets = folder / "secrets.toml"
        secrets.write_text(SECRETS.format(port=port, provider=provider), encoding="utf-8")
        options = ("--secrets.files", str(secrets))
        with running_app(PROJECT / "app.py", environment, *options, port=port):
            yield SignedApp(f"http://localhost:{port}", provider, register)


@pytest.fixture
def page(visit: Callable[..., Explore], app: SignedApp) -> Page:
    """A page without a cookie."""
    return visit(app.address).page


def sign_in(page: Page, app: SignedApp, who: str) -> None:
    page.goto(app.address)
    page.get_by_role("button", name="Sign in with your council account").click()
    page.get_by_role("button", name=who, exact=True).click()
    page.get_by_role("heading", name="Explore", level=1).wait_for()


def get(address: str, **headers: str) -> httpx.Response:
    """Ask for an address, and wait as long as a browser would."""
    return httpx.get(address, headers=headers, timeout=30)


def cookie_of(page: Page) -> str:
    """Return the cookies of a page's window as a client sends them."""
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())


def test_an_editor_by_address_signs_in_and_out(page: Page, app: SignedApp) -> None:
    asked: list[tuple[str, str]] = []
    page.on("request", lambda r: asked.append((urlsplit(r.url).netloc, r.headers.get("referer", ""))))
    sign_in(page, app, "by-address")
    page.get_by_role("link", name="Review queue").click()
    expect(page).to_have_url(f"{app.address}/review")
    page.get_by_role("link", name="Signed in: editor").click()
    expect(page.get_by_text("As editor@council.example, editor")).to_be_visible()
    profile = f"{app.address}/atlas/profile?level=area&area=E01000003"
    assert get(profile, Cookie=cookie_of(page)).status_code == 200
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="End Session").wait_for()
    page.goto(app.address)
    page.get_by_role("heading", name="Sign in", level=1).wait_for()
    assert get(profile, Cookie=cookie_of(page)).status_code == 403
    hosts = {host for host, referer in asked if host and not referer.startswith(app.provider)}
    assert hosts == {urlsplit(app.address).netloc, urlsplit(app.provider).netloc}


def test_a_group_in_a_claim_makes_an_administrator(page: Page, app: SignedApp) -> None:
    sign_in(page, app, "by-claim")
    expect(page.get_by_role("link", name="Signed in: administrator")).to_be_visible()
    expect(page.get_by_role("link", name="Review queue")).to_be_visible()


def test_whose_address_nobody_vouches_for_is_a_viewer(page: Page, app: SignedApp) -> None:
    sign_in(page, app, "not-vouched")
    expect(page.get_by_role("link", name="Signed in", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Review queue")).to_have_count(0)
    page.goto(f"{app.address}/review")
    page.get_by_role("heading", name=NOT_FOR_YOU).wait_for()
    assert app.refused[0] == (f"not-vouched of {urlsplit(app.provider).netloc}", "open Review queue")


def test_a_stranger_finds_the_way_in_and_nothing_else(page: Page, app: SignedApp) -> None:
    for path in ("explore", "review", "assets", "data_and_methods", "who", ""):
        page.goto(f"{app.address}/{path}")
        page.get_by_role("heading", name="Sign in", level=1).wait_for()
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("table")).to_have_count(0)
    assert get(f"{app.address}/atlas/profile?level=area&area=E01000003").status_code == 403


def test_an_invitation_opens_the_assets_page_and_no_figures(page: Page, app: SignedApp) -> None:
    _, link = app.invite()
    page.goto(link)
    expect(page).to_have_url(f"{app.address}/assets")
    page.get_by_role("heading", name="Assets", level=1).wait_for()
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "atlas_invitation")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Lax", False)
    for path in ("explore", "area_profile", "data_and_methods", "review"):
        page.goto(f"{app.address}/{path}")
        page.get_by_role("heading", name=NOT_FOR_YOU).wait_for()
    profile = f"{app.address}/atlas/profile?level=area&area=E01000003"
    assert get(profile, Cookie=cookie_of(page)).status_code == 403
    what = {action for who, action in app.refused if who.startswith("invitation of Mill")}
    opened = {f"open {title}" for title in ("Explore", "Area profile", "Data and methods", "Review queue")}
    assert what == opened | {"open Printed profile"}


def test_an_invitation_ends_when_it_is_revoked_or_left(page: Page, app: SignedApp) -> None:
    invitation_id, link = app.invite()
    page.goto(link)
    page.get_by_role("link", name="By invitation").click()
    expect(page.get_by_text("Mill <b>Lane</b> *Trust*")).to_be_visible()
    page.get_by_role("link", name="Leave on this device").click()
    page.get_by_role("heading", name="Sign in", level=1).wait_for()
    page.goto(link)
    page.get_by_role("heading", name="Assets", level=1).wait_for()
    app.register.revoke(COMMAND_LINE, invitation_id)
    page.get_by_role("link", name="By invitation").click()
    page.get_by_text("Your invitation has expired or was withdrawn").wait_for()
    expect(page.get_by_role("link", name="Assets")).to_have_count(0)
    assert app.refused[0] == ("somebody with a link", "use an invitation link")


def test_a_link_that_does_not_hold_is_refused_in_words(app: SignedApp) -> None:
    (revoked_id, revoked), (expired_id, expired), (_, holds) = app.invite(), app.invite(), app.invite()
    app.register.revoke(COMMAND_LINE, revoked_id)
    row = tables.invitation.c.id == expired_id
    with app.register.engine.begin() as connection:
        connection.execute(update(tables.invitation).where(row).values(expires_at=datetime.now(UTC)))
    before = len(app.refused)
    answers = [get(address) for address in (revoked, expired, f"{holds}x", holds[:-5])]
    for answer in answers:
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "Ask whoever sent it to you" in answer.text
    assert len(app.refused) == before + len(answers)


def test_without_sign_in_only_this_computer_is_answered(varied_app: str) -> None:
    for path in ("", "assets", "atlas/profile", "_stcore/health", "_stcore/host-config", "openreferral/"):
        answer = get(f"{varied_app}/{path}", Host="evil.example")
        assert answer.status_code == 403
        assert "Only on this computer" in answer.text
    assert get(f"{varied_app}/_stcore/health").status_code == 200
    port = int(re.sub(".*:", "", varied_app))
    assert opened_socket(port, f"localhost:{port}") == "HTTP/1.1 101 Switching Protocols"
    assert opened_socket(port, f"evil.example:{port}") == "HTTP/1.1 403 Forbidden"


def opened_socket(port: int, host: str) -> str:
    """Ask for the socket of the pages as a page of a host would, and return what the server says first."""
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: streamlit",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        return client.makefile("rb").readline().decode().strip()


def test_without_sign_in_the_role_is_chosen_and_says_so(page: Page, varied_app: str) -> None:
    page.goto(f"{varied_app}/who")
    page.get_by_role("radio", name="Editor").check(force=True)
    expect(page.get_by_role("link", name="Local, no sign-in: editor")).to_be_visible()
    page.get_by_role("link", name="Review queue").click()
    expect(page).to_have_url(f"{varied_app}/review")
    expect(page.get_by_role("heading", name=NOT_FOR_YOU)).to_have_count(0)
