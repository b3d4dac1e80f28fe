"""Sign-in against a real OpenID provider: who may open what, and what a stranger sees."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app_server import PROJECT, free_port, running_app
from tests.openid_provider import running_provider
from tests.small_builds import make_build, varied_areas

pytestmark = pytest.mark.browser

PEOPLE = {
    "by-address": {"email": "Editor@council.example", "email_verified": True},
    "not-vouched": {"email": "editor@council.example", "email_verified": False},
    "by-claim": {"groups": ["swimming", "atlas-admins"]},
    "unknown": {"email": "new@council.example", "email_verified": True},
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
cookie_secret = "a secret of thirty-two letters or more"
client_id = "atlas"
client_secret = "of the app"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@dataclass
class SignedApp:
    """The app with sign-in, and what the tests look into."""

    address: str
    provider: str
    log: Path


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, access_log: Path) -> Iterator[SignedApp]:
    """The app on an internal build, with sign-in by a provider that runs beside it."""
    folder = tmp_path_factory.mktemp("signed")
    make_build(folder / "build", varied_areas())
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
        with running_app(PROJECT / "app.py", environment, *options, port=port) as at:
            yield SignedApp(f"http://localhost:{at}", provider, access_log)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a window of its own, with no cookie."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def sign_in(page: Page, app: SignedApp, who: str) -> None:
    page.goto(app.address)
    page.get_by_role("button", name="Sign in with your council account").click()
    page.get_by_role("button", name=who, exact=True).click()
    page.get_by_role("heading", name="Explore", level=1).wait_for()


def test_an_editor_by_address_signs_in_and_out(page: Page, app: SignedApp) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, app, "by-address")
    page.get_by_role("link", name="Review queue").click()
    page.get_by_role("heading", name="review", level=1).wait_for()
    page.get_by_role("link", name="Signed in: editor").click()
    expect(page.get_by_text("As editor@council.example, editor")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="End Session").wait_for()
