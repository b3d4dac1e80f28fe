"""A secrets.toml of a test alone, in place of those that Streamlit would look for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit import config

SECRETS: Final = """
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
cookie_secret = "a-secret-of-thirty-two-letters-or-more"
client_id = "atlas"
client_secret = "of-the-app"
server_metadata_url = "https://id.council.example/.well-known/openid-configuration"
"""


@contextmanager
def secrets_in(path: Path) -> Iterator[Callable[[str], None]]:
    """Let Streamlit look for its secrets at a path until the block ends, and give what writes them there."""
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(path)])
    st.secrets._reset()

    def write(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        st.secrets._reset()

    try:
        yield write
    finally:
        config.set_option("secrets.files", before)
        st.secrets._reset()
