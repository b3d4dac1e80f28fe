"""Roles of those who sign in: by vouched address, issuer and subject, or group; none by a faulty file."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RegisterError
from data.register.records import Role
from views.roles import RANKS, Roles, key_of, name_of, read_roles, role_of, verified_address

ISSUER = "https://id.council.example/tenant"
FILE = """
[people]
"Editor@Council.example" = "editor"
"https://id.council.example/tenant subject-7" = "admin"

[groups]
"early-help" = "analyst"
"atlas-editors" = "editor"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "roles.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def roles(tmp_path: Path) -> Roles:
    return read_roles(write(tmp_path, FILE), "groups")


def person(**claims: object) -> dict[str, object]:
    return {"iss": ISSUER, "sub": "subject-1", "email": "a@council.example", "email_verified": True, **claims}


def test_a_vouched_address_has_its_role_however_it_is_written(roles: Roles) -> None:
    assert role_of(person(email="editor@council.example"), roles) is Role.EDITOR
    assert role_of(person(email="EDITOR@COUNCIL.EXAMPLE"), roles) is Role.EDITOR


@pytest.mark.parametrize("vouched", [False, None, "false", 0, "yes", [True]])
def test_an_address_that_nobody_vouches_for_has_none(roles: Roles, vouched: object) -> None:
    claims = person(email="editor@council.example", email_verified=vouched)
    assert role_of(claims, roles) is Role.VIEWER
    assert name_of(claims) == "subject-1 of id.council.example"


def test_without_a_word_on_the_address_the_domain_owner_may_vouch(roles: Roles) -> None:
    claims = person(email="editor@council.example")
    del claims["email_verified"]
    assert role_of(claims, roles) is Role.VIEWER
    assert role_of({**claims, "xms_edov": True}, roles) is Role.EDITOR
    assert role_of({**claims, "xms_edov": "1"}, roles) is Role.EDITOR
    assert role_of({**claims, "xms_edov": True, "email_verified": False}, roles) is Role.VIEWER


@pytest.mark.parametrize(
    "address",
    ["editor@council.example.evil.example", " editor@council.example", "ed\u0131tor@council.example", "", 7],
)
def test_an_address_that_looks_alike_has_no_role(roles: Roles, address: object) -> None:
    assert role_of(person(email=address), roles) is Role.VIEWER


def test_a_letter_that_folds_to_another_makes_nobody_else(tmp_path: Path) -> None:
    roles = read_roles(write(tmp_path, '[people]\n"mark@council.example" = "admin"'), None)
    assert role_of(person(email="mar\u212a@council.example"), roles) is Role.VIEWER
    assert role_of(person(email="MARK@council.example"), roles) is Role.ADMIN


def test_issuer_and_subject_count_together_alone(roles: Roles) -> None:
    assert role_of(person(sub="subject-7"), roles) is Role.ADMIN
    assert role_of(person(sub="subject-7", iss="https://id.other.example"), roles) is Role.VIEWER
    assert role_of(person(sub="tenant subject-7", iss="https://id.council.example"), roles) is Role.VIEWER


def test_the_highest_role_wins(roles: Roles) -> None:
    claims = person(groups=["early-help", "atlas-editors", "swimming"])
    assert role_of(claims, roles) is Role.EDITOR
    assert role_of({**claims, "sub": "subject-7"}, roles) is Role.ADMIN


@pytest.mark.parametrize("held", ["atlas-editors", ["atlas-editors"], ["x", 7, None, "atlas-editors"]])
def test_a_claim_may_be_one_text_or_a_list(roles: Roles, held: object) -> None:
    assert role_of(person(groups=held), roles) is Role.EDITOR


@pytest.mark.parametrize(
    "held", ["admin", ["editor"], "atlas-editors early-help", {"atlas-editors": 1}, None, 7]
)
def test_a_value_that_the_file_does_not_map_gives_no_role(roles: Roles, held: object) -> None:
    assert role_of(person(groups=held), roles) is Role.VIEWER


@given(
    st.dictionaries(
        st.sampled_from(["iss", "sub", "email", "email_verified", "xms_edov", "groups", "roles"]),
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text())),
    )
)
def test_whatever_a_stranger_claims_makes_a_viewer(claims: dict[str, object]) -> None:
    known = Roles({"a@council.example": Role.ADMIN}, {"atlas-editors": Role.EDITOR}, "groups")
    assert role_of(claims, known) is Role.VIEWER
    assert isinstance(name_of(claims), str)


def test_without_a_file_everybody_is_a_viewer() -> None:
    assert role_of(person(), read_roles(None, None)) is Role.VIEWER


def test_a_claim_without_a_file_is_refused() -> None:
    with pytest.raises(RegisterError, match="ATLAS_ROLE_CLAIM"):
        read_roles(None, "roles")


FAULTY = {
    "not TOML": ("[people", None, "not TOML"),
    "an unknown table": ('[persons]\n"a@b.example" = "editor"', None, "persons"),
    "an unknown role": ('[people]\n"a@b.example" = "superuser"', None, "superuser"),
    "a partner": ('[people]\n"a@b.example" = "partner"', None, "partner"),
    "a list of roles": ('[people]\n"a@b.example" = ["editor"]', None, "editor"),
    "no table": ('people = "a@b.example"', None, "no table"),
    "no address": ('[people]\n"somebody" = "editor"', None, "somebody"),
    "an address with a space": ('[people]\n"a @b.example" = "editor"', None, "a @b"),
    "the same person twice": ('[people]\n"a@b.example" = "viewer"\n"A@b.example" = "admin"', None, "twice"),
    "groups without a claim": ('[groups]\n"x" = "editor"', None, "ATLAS_ROLE_CLAIM"),
    "a claim without groups": ('[people]\n"a@b.example" = "editor"', "roles", "groups"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_file_gives_nobody_a_role_and_says_why(tmp_path: Path, fault: str) -> None:
    text, claim, words = FAULTY[fault]
    with pytest.raises(RegisterError, match=words) as error:
        read_roles(write(tmp_path, text), claim)
    assert "roles.toml" in error.value.message
    assert error.value.hint


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    people = "\n".join(f'"person {n}" = "king"' for n in range(4))
    with pytest.raises(RegisterError, match="and 4 more"):
        read_roles(write(tmp_path, f"[x]\n[people]\n{people}"), None)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"nowhere\.toml"):
        read_roles(tmp_path / "nowhere.toml", None)


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, '[people]\n"a@council.example" = "admin"')
    assert role_of(person(), read_roles(path, None)) is Role.ADMIN
    write(tmp_path, '[people]\n"b@council.example" = "admin"\n')
    assert role_of(person(), read_roles(path, None)) is Role.VIEWER


@pytest.mark.parametrize("vouched", [True, False])
def test_a_person_put_into_the_file_by_their_key_has_the_role(tmp_path: Path, vouched: bool) -> None:
    claims = person(email_verified=vouched)
    line = f'{json.dumps(key_of(claims))} = "editor"'
    assert role_of(claims, read_roles(write(tmp_path, f"[people]\n{line}"), None)) is Role.EDITOR


def test_an_address_is_how_a_person_stands_in_the_history() -> None:
    assert name_of(person(email="A@Council.example")) == "a@council.example"
    assert verified_address(person(email_verified=False)) == ""


def test_a_partner_is_no_role_of_staff() -> None:
    assert Role.PARTNER not in RANKS
    assert set(RANKS) == set(Role) - {Role.PARTNER}
