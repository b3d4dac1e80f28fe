"""The link of an invitation: a cookie while it holds, words when it does not, and few guesses."""

from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from data.register.records import COMMAND_LINE, Invitation, Organisation
from data.register.store import Register
from tests.asking import ask
from tests.small_builds import make_build, varied_areas
from views import invitations
from views.limits import Limit
from views.register_session import current_register

ORGANISATION = "0f0e1b52-6b4e-4b0c-8c7e-3a2f1d0c9b8a"


@pytest.fixture(autouse=True)
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("ATLAS_BUILD", str(make_build(tmp_path / "build", varied_areas()).path))
    monkeypatch.setattr(invitations, "TRIES", Limit(3, 60))
    made = current_register()
    made.save_organisation(COMMAND_LINE, Organisation(ORGANISATION, 0, "Mill Lane"))
    return made


@pytest.fixture
def invited(register: Register) -> tuple[Invitation, str]:
    invitation, token = register.invite(COMMAND_LINE, ORGANISATION, days=3)
    return invitation, f"/atlas/invitation/{token}"


def test_a_link_that_holds_leaves_a_cookie_as_long_as_it_holds(invited: tuple[Invitation, str]) -> None:
    invitation, address = invited
    answer = ask(address)
    assert (answer.status, answer.headers["location"]) == (303, "/assets")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    cookie = SimpleCookie(answer.headers["set-cookie"])["atlas_invitation"]
    assert cookie.value == address.rpartition("/")[2]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
    assert abs((parsedate_to_datetime(cookie["expires"]) - invitation.expires_at).total_seconds()) < 2


def test_leaving_takes_the_cookie_back() -> None:
    answer = ask("/atlas/leave")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert SimpleCookie(answer.headers["set-cookie"])["atlas_invitation"]["max-age"] == "0"


def test_a_few_guesses_and_then_no_more(register: Register, invited: tuple[Invitation, str]) -> None:
    answers = [ask(f"{invited[1]}{number}") for number in range(4)]
    assert [answer.status for answer in answers] == [403, 403, 403, 429]
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert len(register.refusals(COMMAND_LINE)) == 3
    assert ask("/atlas/invitation/guess").status == 429
    assert ask(invited[1]).status == 303, "others' guesses keep out nobody who was invited"


def test_behind_a_proxy_the_cookie_goes_by_https_alone(
    invited: tuple[Invitation, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not SimpleCookie(ask(invited[1]).headers["set-cookie"])["atlas_invitation"]["secure"]
    monkeypatch.setenv("ATLAS_PUBLIC_URL", "https://atlas.elmshire.example")
    assert SimpleCookie(ask(invited[1]).headers["set-cookie"])["atlas_invitation"]["secure"]


def test_links_that_hold_are_no_guesses(invited: tuple[Invitation, str]) -> None:
    assert {ask(invited[1]).status for _ in range(10)} == {303}


@pytest.mark.parametrize("address", ["/atlas/invitation/", "/atlas/invitation/a/b", "/atlas/invitation/../x"])
def test_there_is_nothing_else_at_the_address(address: str) -> None:
    assert ask(address).status in (404, 307)


def test_without_a_build_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, invited: tuple[Invitation, str]
) -> None:
    monkeypatch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{tmp_path}")
    answer = ask(invited[1])
    assert answer.status == 503
    assert "set-cookie" not in answer.headers
