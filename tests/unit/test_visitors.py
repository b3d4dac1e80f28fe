"""Who asks: an invitation, then a sign-in, then this computer, else a stranger; and what each may open."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from starlette.requests import Request
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from data.errors import RegisterError
from data.provenance import Tier
from data.register.records import COMMAND_LINE, Actor, Organisation, Role
from data.register.store import Register
from tests.secrets_file import SECRETS, secrets_in
from tests.small_builds import make_build, varied_areas
from views import navigation
from views.navigation import (
    ASSETS,
    DATA,
    ENTRIES,
    EXPLORE,
    PLACE,
    PROFILE,
    REACH,
    REVIEW,
    SHORTLIST,
    TYPES,
    may_open,
    why_not,
)
from views.register_session import current_register
from views.request_visitor import visitor_of
from views.visitors import SIGNED_IN_SECONDS, STRANGER, Visitor, Way, find_visitor, may_see_figures

SECRET = "a-secret-of-thirty-two-letters-or-more"
FIGURES = (EXPLORE, PROFILE, TYPES, REACH, PLACE, DATA)
EVERY_ROLE = [Visitor(Actor("x", role), Way.SIGNED_IN) for role in Role]


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("ATLAS_BUILD", str(make_build(tmp_path / "build", varied_areas()).path))
    made = current_register()
    made.save_organisation(COMMAND_LINE, Organisation("0f0e1b52-6b4e-4b0c-8c7e-3a2f1d0c9b8a", 0, "Mill Lane"))
    return made


@pytest.fixture
def token(register: Register) -> str:
    return register.invite(COMMAND_LINE, register.organisations()[0].id)[1]


@pytest.fixture
def with_sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "roles.toml").write_text('[people]\n"a@council.example" = "editor"', encoding="utf-8")
    monkeypatch.setenv("ATLAS_ROLES", str(tmp_path / "roles.toml"))
    with secrets_in(tmp_path / "secrets.toml") as write:
        write(SECRETS)
        yield


def person(**claims: object) -> dict[str, object]:
    said = {"iss": "https://id.council.example", "sub": "7", "email": "a@council.example"}
    return {**said, "email_verified": True, "iat": time.time(), **claims}


def asking(cookies: Mapping[str, str]) -> Visitor:
    """Return who a request with cookies is of."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return visitor_of(Request({"type": "http", "headers": [(b"cookie", header.encode())]}))


def user_cookie(secret: str = SECRET, **changes: object) -> dict[str, str]:
    """Return the cookie that Streamlit makes of a sign-in."""
    kept = {**person(), "origin": "http://localhost:8501", "is_logged_in": True, **changes}
    return {"_streamlit_user": create_signed_value(secret, "_streamlit_user", json.dumps(kept)).decode()}


def test_an_invitation_comes_before_a_sign_in(token: str) -> None:
    visitor = find_visitor(token, person(), configured=True)
    assert visitor.way is Way.INVITED
    assert visitor.actor.role is Role.PARTNER
    assert visitor.actor.name == "invitation of Mill Lane"


def test_an_invitation_that_does_not_hold_counts_as_none_and_is_noted(token: str, register: Register) -> None:
    register.revoke(COMMAND_LINE, register.invitations(COMMAND_LINE)[0].id)
    assert find_visitor(token, {}, configured=True) == STRANGER
    assert find_visitor(token[:-1] + "x", {}, configured=False).way is Way.LOCAL
    assert len(register.refusals(COMMAND_LINE)) == 2


def test_without_sign_in_whoever_asks_is_local_and_a_viewer() -> None:
    visitor = find_visitor("", person(), configured=False)
    assert visitor == Visitor(Actor("local", Role.VIEWER), Way.LOCAL)


def test_a_person_is_known_by_the_file_of_roles(with_sign_in: None) -> None:
    visitor = find_visitor("", person(), configured=True)
    assert visitor == Visitor(Actor("a@council.example", Role.EDITOR), Way.SIGNED_IN)


@pytest.mark.parametrize(
    "issued", [0, None, "now", time.time() - SIGNED_IN_SECONDS], ids=["never", "none", "text", "yesterday"]
)
def test_a_sign_in_of_yesterday_is_none(with_sign_in: None, issued: object) -> None:
    assert find_visitor("", person(iat=issued), configured=True) == STRANGER


def test_with_a_faulty_file_nobody_is_anything(with_sign_in: None, tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text("[persons]", encoding="utf-8")
    with pytest.raises(RegisterError):
        find_visitor("", person(), configured=True)
    assert find_visitor("", {}, configured=True) == STRANGER


def test_a_route_knows_who_signed_in_on_a_page(with_sign_in: None) -> None:
    assert asking(user_cookie()) == Visitor(Actor("a@council.example", Role.EDITOR), Way.SIGNED_IN)


def test_a_long_cookie_comes_in_parts(with_sign_in: None) -> None:
    whole = json.dumps({**person(), "origin": "http://localhost:8501", "is_logged_in": True})
    parts = {"": "chunks-2", "_1": whole[:40], "_2": whole[40:]}
    names = {f"_streamlit_user{end}": text for end, text in parts.items()}
    signed = {name: create_signed_value(SECRET, name, text).decode() for name, text in names.items()}
    assert asking(signed).way is Way.SIGNED_IN


FORGED = {
    "no cookie": {},
    "another secret": user_cookie(secret="another-secret-of-thirty-two-letters"),
    "not signed": {"_streamlit_user": json.dumps(person())},
    "of another app": user_cookie(origin="https://elsewhere.example"),
    "signed out": user_cookie(is_logged_in=False),
    "only truthy": user_cookie(is_logged_in="true"),
    "old": user_cookie(iat=0),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_route_believes_no_other_cookie(with_sign_in: None, what: str) -> None:
    assert asking(FORGED[what]) == STRANGER


def test_a_route_knows_an_invitation(with_sign_in: None, token: str) -> None:
    assert asking({"atlas_invitation": token}).way is Way.INVITED
    assert asking({"atlas_invitation": "altered"}) == STRANGER


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("way", [Way.SIGNED_IN, Way.INVITED, Way.LOCAL])
def test_partners_see_figures_of_a_shared_build_alone(tier: Tier, way: Way) -> None:
    partner = Visitor(Actor("x", Role.PARTNER, "org"), way)
    opened = [entry for entry in ENTRIES if may_open(partner, entry, tier)]
    assert opened == (
        [EXPLORE, PROFILE, TYPES, REACH, PLACE, SHORTLIST, ASSETS, DATA] if tier is Tier.SHARED else [ASSETS]
    )
    assert may_see_figures(partner, tier) is (tier is Tier.SHARED)


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.EDITOR, Role.ADMIN])
def test_staff_see_figures_and_editors_review(tier: Tier, role: Role) -> None:
    staff = Visitor(Actor("x", role), Way.SIGNED_IN)
    assert all(may_open(staff, entry, tier) for entry in (*FIGURES, ASSETS))
    assert may_open(staff, REVIEW, tier) is (role in (Role.EDITOR, Role.ADMIN))


@pytest.mark.parametrize("tier", Tier)
def test_a_stranger_opens_nothing_but_what_is_meant_for_all(
    tier: Tier, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any(may_open(STRANGER, entry, tier) for entry in ENTRIES)
    assert [entry for entry in ENTRIES if may_open(STRANGER, entry, tier, follows=True)] == [ASSETS]
    monkeypatch.setenv("ATLAS_OPEN_FORM", "true")
    assert [entry for entry in ENTRIES if may_open(STRANGER, entry, tier)] == [ASSETS]


def test_every_refusal_has_its_reason() -> None:
    for visitor in (STRANGER, *EVERY_ROLE):
        for entry in ENTRIES:
            if not may_open(visitor, entry, Tier.INTERNAL):
                assert why_not(visitor, entry).endswith(".")


def test_what_waits_is_counted_once_a_revision(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(Register, "queue", lambda self, actor: asked.append(actor) or ("place",))
    editor = Actor("e", Role.EDITOR)
    assert [navigation.count_waiting(editor) for _ in range(3)] == [1, 1, 1]
    assert len(asked) == 1
    register.save_organisation(COMMAND_LINE, Organisation("0f0e1b52-6b4e-4b0c-8c7e-3a2f1d0c9b8b", 0, "Quay"))
    navigation.count_waiting(editor)
    assert len(asked) == 2
