"""The router: page settings, the navigation on top, and the page that is asked for.

It stands among the pages and not above them: beside a folder called `pages` Streamlit makes a navigation of
its own, and the address of one page, opened first, would skip this script.
"""

from pathlib import Path

import streamlit as st

from data.errors import AtlasError
from views import access_log, look, session
from views.routes import asset_address

HERE = Path(__file__).parent

st.set_page_config(page_title="Prevention Atlas", page_icon=str(HERE.parent / "icon.svg"), layout="wide")
# By its address: a file would be sent inside every run of every page.
st.logo(asset_address("logo_dark.svg" if look.is_dark() else "logo.svg"), size="large")

pages = [
    st.Page(HERE / "explore.py", title="Explore", default=True),
    st.Page(HERE / "area_profile.py", title="Area profile"),
    st.Page(HERE / "data_and_methods.py", title="Data and methods"),
]
page = st.navigation(pages, position="top")

NOTED = "opening_noted"


def note_opening_once(title: str) -> None:
    """Note that a page was opened: not again at each run of it, but again after another page or build."""
    build = session.current_build()
    opening = (title, str(build.path))
    if st.session_state.get(NOTED) != opening:
        access_log.note_opening(build, title)
        st.session_state[NOTED] = opening


try:
    note_opening_once(page.title)
except AtlasError as error:
    look.show_failure(error)
else:
    page.run()
