"""The app: `streamlit run app.py` serves the pages, the map's files and the boundaries."""

from pathlib import Path

import streamlit as st

from views.routes import atlas_middleware, atlas_routes

app = st.App(
    Path(__file__).parent / "views" / "pages" / "main.py",
    routes=atlas_routes(),
    middleware=atlas_middleware(),
)
