"""The router: page settings, the navigation on top, and the page that is asked for."""

from pathlib import Path

import streamlit as st

from data.errors import AtlasError
from views import look, session
from views.routes import asset_address

HERE = Path(__file__).parent

st.set_page_config(page_title="Prevention Atlas", page_icon=str(HERE / "icon.svg"), layout="wide")
# By its address: a file would be sent inside every run of every page.
st.logo(asset_address("logo_dark.svg" if look.is_dark() else "logo.svg"), size="large")

pages = [st.Page(HERE / "pages" / "explore.py", title="Explore", default=True)]
page = st.navigation(pages, position="top")

try:
    session.current_build()
except AtlasError as error:
    look.show_failure(error)
else:
    page.run()
