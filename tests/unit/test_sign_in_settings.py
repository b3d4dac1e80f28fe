"""Sign-in is set up by secrets.toml: a faulty one lets nobody in, and is never taken for none."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from data.errors import RegisterError
from tests.secrets_file import SECRETS, secrets_in
from views import sign_in_settings
from views.sign_in_settings import is_sign_in_configured, providers

Write = Callable[[str], None]


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    with secrets_in(tmp_path / "secrets.toml") as write:
        yield write


def test_without_a_file_there_is_no_sign_in(write: Write) -> None:
    assert not is_sign_in_configured()


def test_a_file_of_other_secrets_is_no_sign_in(write: Write) -> None:
    write('other = "x"')
    assert not is_sign_in_configured()


def test_one_provider_has_no_name(write: Write) -> None:
    write(SECRETS)
    assert is_sign_in_configured()
    assert providers() == ("",)


def test_what_a_provider_is_asked_is_no_provider(write: Write) -> None:
    write(f'{SECRETS}\n[auth.client_kwargs]\nprompt = "login"')
    assert providers() == ("",)


def test_several_providers_are_named(write: Write) -> None:
    first, rest = SECRETS.split("client_id", 1)
    write(f"{first}\n[auth.council]\nclient_id{rest}\n[auth.partners]\nclient_id{rest}")
    assert providers() == ("council", "partners")


FAULTS = {
    "not TOML": ("[auth", "not TOML"),
    "empty": ("[auth]", "empty"),
    "no table": ('auth = "x"', "empty"),
    "a short secret": (SECRETS.replace("-of-thirty-two-letters-or-more", ""), "32 characters"),
    "another callback": (SECRETS.replace("/oauth2callback", "/back"), "redirect_uri"),
    "no client": (SECRETS.replace("client_id", "client"), r"\[auth\] has no client_id"),
    "a provider in the clear": (SECRETS.replace("https://id", "http://id"), "https"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_not_taken_for_none(write: Write, fault: str) -> None:
    text, words = FAULTS[fault]
    write(text)
    assert is_sign_in_configured()
    with pytest.raises(RegisterError, match=words):
        providers()


def test_a_provider_on_this_computer_may_be_in_the_clear(write: Write) -> None:
    write(SECRETS.replace("https://id.council.example", "http://localhost:9400"))
    assert providers() == ("",)


def test_a_missing_library_is_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write(SECRETS)
    monkeypatch.setattr(sign_in_settings.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RegisterError, match="library") as error:
        providers()
    assert "streamlit[auth]" in (error.value.hint or "")


def test_the_streamlit_that_is_installed_reads_the_file(write: Write) -> None:
    write(SECRETS)
    assert st.secrets["auth"]["client_id"] == "atlas"
