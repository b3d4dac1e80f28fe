"""The app of the peer: its page, beside the files that a public host would have sent."""

from pathlib import Path

import streamlit as st

from views.routes import atlas_routes

app = st.App(Path(__file__).parent / "stock_map.py", routes=atlas_routes())
