"""A page of the app on a build, with choices in its address, for tests without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

MAIN = Path(__file__).parent.parent / "views" / "pages" / "main.py"


def page_of(name: str, build: Path, monkeypatch: pytest.MonkeyPatch, **choices: str) -> AppTest:
    """Open a page on the folder of a build: it has yet to run."""
    monkeypatch.setenv("ATLAS_BUILD", str(build))
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.switch_page(f"{name}.py")
    for choice, value in choices.items():
        page.query_params[choice] = value
    return page


def keep_files(monkeypatch: pytest.MonkeyPatch, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Keep every file of a wanted name that pages offer from now on, as it would be saved: its text by name.

    Briefings have tests of their own, and take a while: they are rarely wanted.
    """
    found: dict[str, str] = {}

    def keep(label: str, data: Callable[[], bytes], name: str, **options: object) -> bool:
        del label, options
        if wanted(name):
            found[name] = data().decode("utf-8-sig", "replace")
        return False

    monkeypatch.setattr(st, "download_button", keep)
    return found
