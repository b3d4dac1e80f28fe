"""A page of the app on a build, with choices in its address, for tests without a browser."""

from pathlib import Path

import pytest
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
