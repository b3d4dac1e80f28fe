"""The router: page settings, the navigation on top, and the page that is asked for.

It stands among the pages and not above them: beside a folder called `pages` Streamlit makes a navigation of
its own, and the address of one page, opened first, would skip this script. A page that the visitor may not
open is among the pages as its refusal.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from data.errors import AtlasError
from data.provenance import Tier
from views import access_log, look, session, sign_in, who_panel
from views.navigation import (
    ASSETS,
    ENTRIES,
    EXPLORE,
    RECEIPT,
    REVIEW,
    Entry,
    count_waiting,
    may_open,
    why_not,
)
from views.register_session import current_register
from views.routes import asset_address
from views.visitors import Visitor, Way

HERE = Path(__file__).parent
NOTED = "opening_noted"
WHO_PATH = "who"

st.set_page_config(page_title="Prevention Atlas", page_icon=str(HERE.parent / "icon.svg"), layout="wide")
# By its address: a file would be sent inside every run of every page.
st.logo(asset_address("logo_dark.svg" if look.is_dark() else "logo.svg"), size="large")
look.mend_buttons()


def follows_receipt() -> bool:
    """Say whether the address carries a receipt: anybody who has one may follow what they submitted."""
    return bool(st.query_params.get(RECEIPT))


def shown_tier() -> Tier:
    """Return the tier of the build that is shown; as if internal where there is none to open."""
    try:
        return session.current_build().areas.tier
    except AtlasError:
        return Tier.INTERNAL


def make_pages(visitor: Visitor) -> dict[Entry, Page]:
    """Return the pages of a visitor; those that are not for them are hidden, and say so when opened."""
    tier = shown_tier()
    return {
        entry: st.Page(HERE / entry.file, title=title_of(entry, visitor), default=entry is EXPLORE)
        if may_open(visitor, entry, tier, follows_receipt())
        else st.Page(
            who_panel.show_sign_in if visitor.way is Way.STRANGER else partial(refuse, entry, visitor),
            title=entry.title,
            url_path=entry.path,
            visibility="hidden",
        )
        for entry in ENTRIES
    }


def title_of(entry: Entry, visitor: Visitor) -> str:
    """Return the title of a page in the navigation: with how many places wait, where somebody should look."""
    waiting = count_waiting(visitor.actor) if entry is REVIEW else 0
    return f"{entry.title} ({waiting:,})" if waiting else entry.title


def make_others(visitor: Visitor, pages: Mapping[Entry, Page]) -> list[Page]:
    """Return the pages about the visitor: the way in; or who they are, and where they begin."""
    if visitor.way is Way.STRANGER:
        return [st.Page(who_panel.show_sign_in, title="Sign in", url_path=WHO_PATH, default=True)]
    who = partial(who_panel.show_who, visitor)
    others = [st.Page(who, title=who_panel.title_of(visitor), icon=":material/person:", url_path=WHO_PATH)]
    if not any(page.url_path == "" for page in pages.values()):
        begin = partial(st.switch_page, pages[ASSETS])
        others.append(st.Page(begin, title="Start", url_path="start", default=True, visibility="hidden"))
    return others


def note_opening(entry: Entry, visitor: Visitor) -> None:
    """Note that a page was opened: not again at each run of it, but again after another page or build."""
    build = session.current_build()
    opening = (entry.title, str(build.path), visitor.actor.name)
    if st.session_state.get(NOTED) != opening:
        access_log.note_opening(build, entry.title, visitor.actor.name)
        st.session_state[NOTED] = opening


def refuse(entry: Entry, visitor: Visitor) -> None:
    """Say that a page is not for the visitor. It is known who they are, so the store notes it."""
    why = why_not(visitor, entry)
    current_register().note_refusal(visitor.actor, f"open {entry.title}", "", why)
    st.title("This page is not for you", anchor=False)
    st.markdown(why)


try:
    visitor = sign_in.current_visitor()
    pages = make_pages(visitor)
    page = st.navigation([*pages.values(), *make_others(visitor, pages)], position="top")
    for entry in ENTRIES:
        if pages[entry] is page and page.visibility == "visible":
            note_opening(entry, visitor)
    page.run()
except AtlasError as error:
    look.show_failure(error)
