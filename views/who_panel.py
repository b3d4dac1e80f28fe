"""Who you are: the role at this computer, who is signed in, whose invitation it is; and the way out."""

import json
from typing import Final

import streamlit as st
from streamlit.errors import StreamlitAuthError

from data.errors import RegisterError
from data.register.records import Role
from views import look
from views.invitations import LEAVE_PATH
from views.register_session import current_register
from views.roles import key_of
from views.sign_in import ORGANISATION_KEY, ROLE_KEY, signed_in_claims, was_refused
from views.sign_in_settings import providers
from views.visitors import Visitor, Way

NO_SIGN_IN: Final = "Local, no sign-in"
ROLE_NAMES: Final = {
    Role.VIEWER: "Viewer",
    Role.PARTNER: "Partner",
    Role.EDITOR: "Editor",
    Role.ANALYST: "Analyst",
    Role.ADMIN: "Administrator",
}
ROLE_WORDS: Final = {
    Role.VIEWER: "looks at maps, profiles and published places",
    Role.PARTNER: "adds and confirms the places of one organisation",
    Role.EDITOR: "checks what was added, and publishes it",
    Role.ANALYST: "imports files and sees what is not published yet",
    Role.ADMIN: "does all of it, and restores backups",
}


def title_of(visitor: Visitor) -> str:
    """Return what stands in the navigation: how the visitor came, and as what, in words of ours alone."""
    role = visitor.actor.role
    if visitor.way is Way.INVITED:
        return "By invitation"
    came = NO_SIGN_IN if visitor.way is Way.LOCAL else "Signed in"
    return came if role is Role.VIEWER else f"{came}: {ROLE_NAMES[role].lower()}"


def show_who(visitor: Visitor) -> None:
    """Show who the visitor is to the app, and how to be somebody else."""
    if visitor.way is Way.LOCAL:
        _show_local(visitor)
    elif visitor.way is Way.INVITED:
        _show_invited(visitor)
    else:
        _show_signed_in(visitor)


def show_sign_in() -> None:
    """Show the way in to somebody who is not signed in."""
    st.title("Sign in", anchor=False)
    if was_refused():
        st.warning("Your invitation has expired or was withdrawn. Ask whoever sent it for a new one.")
    st.markdown("For staff of the council. If you were invited, open the link of your invitation instead.")
    try:
        for provider in providers():
            _offer(provider)
    except RegisterError as error:
        look.show_failure(error)


def _offer(provider: str) -> None:
    label = f"Sign in with {look.plain(provider)}" if provider else "Sign in with your council account"
    if st.button(label, key=f"sign_in_{provider}"):  # The strong kind is white on pale in the dark.
        try:
            st.login(provider or None)
        except StreamlitAuthError as error:
            raise RegisterError(
                f"Sign-in cannot start: {error}", "Look at [auth] in secrets.toml with whoever set it up."
            ) from error


def _show_local(visitor: Visitor) -> None:
    st.title(NO_SIGN_IN, anchor=False)
    st.markdown(
        "No sign-in is set up, so the app answers this computer alone, and whoever sits at it may take any "
        "role. The history says “local” of all that is done."
    )
    if was_refused():
        st.warning("The invitation that this browser keeps does not hold any more.")
    roles = list(ROLE_NAMES)
    chosen = st.radio(
        "Use it as",
        roles,
        index=roles.index(visitor.actor.role),
        format_func=lambda role: f"**{ROLE_NAMES[role]}** {ROLE_WORDS[role]}",
    )
    organisation = _choose_organisation(visitor.actor.organisation_id) if chosen is Role.PARTNER else ""
    if (chosen, organisation) != (visitor.actor.role, visitor.actor.organisation_id):
        st.session_state[ROLE_KEY], st.session_state[ORGANISATION_KEY] = chosen.value, organisation
        st.rerun()


def _choose_organisation(organisation_id: str) -> str:
    names = {one.id: one.name for one in current_register().organisations()}
    if not names:
        st.info("There is no organisation yet. An editor adds one in the review queue.")
        return ""
    ids = list(names)
    index = ids.index(organisation_id) if organisation_id in names else 0
    return st.selectbox("Of", ids, index=index, format_func=names.__getitem__)


def _show_invited(visitor: Visitor) -> None:
    st.title("By invitation", anchor=False)
    names = {one.id: one.name for one in current_register().organisations()}
    st.markdown(
        f"You add and confirm places for **{look.plain(names[visitor.actor.organisation_id])}**. Whoever has "
        "your link can do the same, so pass it on within your organisation alone."
    )
    # A link button would open another tab and leave this one as it is.
    st.html(f'<a href="{LEAVE_PATH}" target="_self" style="color:inherit">Leave on this device</a>')


def _show_signed_in(visitor: Visitor) -> None:
    st.title("Signed in", anchor=False)
    role = visitor.actor.role
    st.markdown(f"As **{look.plain(visitor.actor.name)}**, {ROLE_NAMES[role].lower()}: {ROLE_WORDS[role]}.")
    if role is Role.VIEWER:
        st.markdown("To do more, give this line to whoever looks after the app:")
        line = f'{json.dumps(key_of(signed_in_claims()))} = "{Role.EDITOR.value}"'
        st.code(line, language=None, wrap_lines=True)
    if st.button("Sign out", icon=":material/logout:"):
        st.logout()
