"""Who is using the app, and what they may do: asked by every page, checked again by the store at every write.

Without sign-in it is somebody at this computer, who says which role to look with.
"""

from typing import Final

import streamlit as st

from data.register.records import Actor, Role
from views.register_session import current_register

LOCAL: Final = "local"
"""How somebody at this computer stands in the history and in the access log."""

LOCAL_NOTICE: Final = "Local, no sign-in"
ROLE_KEY: Final = "local_role"
ORGANISATION_KEY: Final = "local_organisation"
"""Where the chosen role and organisation are kept in the session; tests of pages set them."""

ROLE_NAMES: Final = {
    Role.VIEWER: "Viewer",
    Role.PARTNER: "Partner",
    Role.EDITOR: "Editor",
    Role.ANALYST: "Analyst",
    Role.ADMIN: "Administrator",
}


def current_actor() -> Actor:
    """Return who is using the page."""
    role = Role(st.session_state.get(ROLE_KEY, Role.VIEWER))
    if role is not Role.PARTNER:
        return Actor(LOCAL, role)
    return Actor(LOCAL, role, organisation_id=st.session_state.get(ORGANISATION_KEY, ""))


def show_who() -> None:
    """Show who is using the page, with the role switch where there is no sign-in.

    The router draws it on every page: a page does not.
    """
    actor = current_actor()
    with st.popover(f"{LOCAL_NOTICE} · {ROLE_NAMES[actor.role]}", icon=":material/person:"):
        _switch_role(actor)


def _switch_role(actor: Actor) -> None:
    chosen = st.selectbox(
        "Look as", list(Role), index=list(Role).index(actor.role), format_func=lambda role: ROLE_NAMES[role]
    )
    organisations = {one.id: one.name for one in current_register().organisations()}
    organisation = actor.organisation_id
    if chosen is Role.PARTNER:
        ids = list(organisations)
        index = ids.index(organisation) if organisation in ids else 0
        organisation = (
            st.selectbox("Of", ids, index=index if ids else None, format_func=organisations.get) or ""
        )
    if (chosen, organisation) != (actor.role, actor.organisation_id):
        st.session_state[ROLE_KEY], st.session_state[ORGANISATION_KEY] = chosen.value, organisation
        st.rerun()
