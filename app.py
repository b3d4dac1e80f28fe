"""The app: `streamlit run app.py` serves the pages, the map's files and the boundaries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from views.routes import atlas_middleware, atlas_routes


@asynccontextmanager
async def say_where(_: st.App) -> AsyncIterator[None]:
    """Say where the app is, in the stead of Streamlit's own greeting, which recommends other things too."""
    address, port = (st.get_option(f"server.{name}") for name in ("address", "port"))
    print(f"\nPrevention Atlas is at http://{address or 'localhost'}:{port}\n", flush=True)
    yield


app = st.App(
    Path(__file__).parent / "views" / "pages" / "main.py",
    lifespan=say_where,
    routes=atlas_routes(),
    middleware=atlas_middleware(),
)
