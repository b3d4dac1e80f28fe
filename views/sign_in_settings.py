"""Whether sign-in is set up, and how: [auth] in Streamlit's secrets.toml, looked at before it is used."""

import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st

from data.errors import RegisterError

SHORTEST_SECRET: Final = 32
CALLBACK: Final = "/oauth2callback"
_OF_PROVIDER: Final = ("client_id", "client_secret", "server_metadata_url")
_NO_PROVIDERS: Final = frozenset({"client_kwargs"})


def is_sign_in_configured() -> bool:
    """Say whether there is an [auth] section, however faulty: with a faulty one nobody gets in."""
    return _auth_section() is not None


def providers() -> tuple[str, ...]:
    """Return the names of the providers of sign-in; an empty name for the only one.

    Raises
    ------
    RegisterError
        When the section is faulty, naming all that is, or when the library for sign-in is not installed.
    """
    section = _auth_section() or {}
    if importlib.util.find_spec("authlib") is None:
        raise RegisterError(
            "Sign-in is set up, but the library for it is not installed.",
            'Install it with: python -m pip install "streamlit[auth]"',
        )
    named = _named_providers(section)
    faults = [*_faults(section, named)]
    if faults:
        raise RegisterError(
            f"Nobody can sign in until [auth] in secrets.toml is right: {'; '.join(faults)}.",
            "See “Signing in” in the README for an example.",
        )
    return tuple(named) or ("",)


def _named_providers(section: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        key: value
        for key, value in section.items()
        if isinstance(value, Mapping) and key not in _NO_PROVIDERS
    }


def _faults(section: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if not section:
        yield "it is empty, or secrets.toml is not TOML"
        return
    secret = str(section.get("cookie_secret", ""))
    if len(secret) < SHORTEST_SECRET:
        yield f"cookie_secret needs {SHORTEST_SECRET} characters or more"
    if not str(section.get("redirect_uri", "")).endswith(CALLBACK):
        yield f"redirect_uri has to be the address of the app with {CALLBACK}"
    for name, provider in (named or {"": section}).items():
        where = f"[auth.{name}]" if name else "[auth]"
        yield from (f"{where} has no {key}" for key in _OF_PROVIDER if not provider.get(key))
        if not _is_safe(str(provider.get("server_metadata_url", "https:"))):
            yield f"server_metadata_url of {where} has to begin with https"


def _is_safe(address: str) -> bool:
    """Say whether an address is encrypted, or on this computer as in a test."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def _auth_section() -> Mapping[str, Any] | None:
    """Return the [auth] section; None without one, and an empty one where the file cannot be read."""
    if not st.secrets.load_if_toml_exists():
        broken = any(Path(path).exists() for path in st.get_option("secrets.files"))
        return {} if broken else None
    section = st.secrets.get("auth")
    return section if section is None or isinstance(section, Mapping) else {}
