"""Organisations that run places, and the links by which their people come."""

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Final
from uuid import uuid4

import streamlit as st

from data.register.records import Invitation, Organisation
from data.register.refusing import invitation_fault
from data.settings import settings
from models.register_times import ago_words, day_words
from views import look
from views.invitations import INVITATION_PATH
from views.review_desk import Desk, Outcome, carry_out
from views.review_list import Line, show_list
from views.review_queue import HALVES
from views.review_state import open_place
from views.sign_in import link_to

LINK_KEY: Final = "review_link"
SCHEMES: Final = {"": "None", "GB-CHC": "Charity number", "GB-COH": "Company number"}
ONCE: Final = (
    "**Copy this link now: it is shown this once and kept nowhere.** Send it to the organisation. Whoever "
    "has it can add and confirm places for them until {}."
)


def show_organisations(desk: Desk) -> None:
    """Show the organisations, and what is open of them."""
    with st.popover("Add an organisation", icon=":material/add:"):
        _show_form(desk, None)
    if not desk.organisations:
        st.info(
            "No organisation yet. Add one, then make an invitation link for its people.",
            icon=":material/groups:",
        )
        return
    left, right = st.columns(HALVES, gap="medium")
    invitations = desk.register.invitations(desk.actor)
    now = datetime.now(UTC)
    with left:
        chosen = show_list(
            "Organisations",
            list(desk.organisations.values()),
            lambda one: Line(one.name, _standing(one, invitations, now)),
            desk.shown.place,
            desk.revision,
        )
    if chosen is not None:
        with right:
            _show_one(desk, chosen, [one for one in invitations if one.organisation_id == chosen.id], now)


def _standing(organisation: Organisation, invitations: tuple[Invitation, ...], now: datetime) -> str:
    mine = [one for one in invitations if one.organisation_id == organisation.id]
    good = sum(not invitation_fault(one, now) for one in mine)
    if not mine:
        return "not invited yet"
    return f"{good} valid {'link' if good == 1 else 'links'}" if good else "no valid link any more"


def _show_one(desk: Desk, organisation: Organisation, invitations: list[Invitation], now: datetime) -> None:
    st.subheader(look.plain(organisation.name), anchor=False)
    told = {
        "Website": organisation.website,
        SCHEMES.get(organisation.scheme, organisation.scheme): organisation.identifier,
        "About": organisation.description,
    }
    lines = "".join(
        f'<div style="overflow-wrap:anywhere"><b>{escape(label)}:</b> {escape(text)}</div>'
        for label, text in told.items()
        if text
    )
    st.html(lines or f'<div style="{look.PALE}">Nothing more is known of it.</div>')
    with st.popover("Change it", icon=":material/edit:"):
        _show_form(desk, organisation)
    st.markdown("**Invitation links**")
    _show_link(organisation)
    for invitation in invitations:
        _show_invitation(desk, invitation, now)
    _show_invite(desk, organisation)


def _show_form(desk: Desk, organisation: Organisation | None) -> None:
    """Ask what an organisation is called and how it is known."""
    base = organisation or Organisation("", 0, "")
    key = f"organisation {base.id} {base.version} {st.session_state.get('organisations_made', 0)}"
    with st.form(key, border=False):
        st.text_input("Name", base.name, key=f"{key} name", max_chars=200)
        st.text_input("Website (optional)", base.website, key=f"{key} website", max_chars=300)
        st.text_area("What it does (optional)", base.description, key=f"{key} description", height=88)
        schemes = [*SCHEMES, *([base.scheme] if base.scheme not in SCHEMES else [])]
        st.selectbox(
            "Registered number (optional)",
            schemes,
            index=schemes.index(base.scheme),
            format_func=lambda scheme: SCHEMES.get(scheme, scheme),
            key=f"{key} scheme",
        )
        st.text_input("Its number", base.identifier, key=f"{key} identifier", max_chars=50)
        st.form_submit_button(
            "Save", type=desk.main_button, on_click=_save, args=(desk, base, key), width="stretch"
        )


def _save(desk: Desk, base: Organisation, key: str) -> None:
    def typed(name: str) -> str:
        return str(st.session_state[f"{key} {name}"] or "").strip()

    wanted = replace(
        base,
        id=base.id or str(uuid4()),
        name=typed("name"),
        website=typed("website"),
        description=typed("description"),
        scheme=typed("scheme"),
        identifier=typed("identifier"),
    )

    def save(organisation: Organisation) -> Outcome:
        desk.register.save_organisation(desk.actor, organisation)
        return Outcome(f"“{organisation.name}” is saved.")

    if carry_out(
        lambda: save(wanted), lambda race: lambda: save(replace(wanted, version=race.theirs.version))
    ):
        st.session_state["organisations_made"] = st.session_state.get("organisations_made", 0) + 1
        open_place(wanted.id)


def _show_invite(desk: Desk, organisation: Organisation) -> None:
    """Offer to make an invitation link."""
    with st.popover("Make an invitation link", icon=":material/add_link:"):
        days, label = f"days {organisation.id}", f"label {organisation.id}"
        st.number_input("Valid for how many days", 1, 366, settings().invitation_days, key=days)
        st.text_input(
            "Who it is for (optional)", key=label, max_chars=100, placeholder="For example the manager"
        )
        st.button(
            "Make the link",
            key=f"invite {organisation.id}",
            type=desk.main_button,
            on_click=_invite,
            args=(desk, organisation, days, label),
        )


def _invite(desk: Desk, organisation: Organisation, days: str, label: str) -> None:
    def work() -> Outcome:
        invitation, token = desk.register.invite(
            desk.actor,
            organisation.id,
            int(st.session_state[days]),
            str(st.session_state[label] or ""),
        )
        st.session_state[LINK_KEY] = (invitation, link_to(f"{INVITATION_PATH}/{token}"))
        return Outcome(f"An invitation link of “{organisation.name}” is made: it stands below.")

    carry_out(work)


def _show_link(organisation: Organisation) -> None:
    """Show a link that was just made, this once."""
    made: tuple[Invitation, str] | None = st.session_state.get(LINK_KEY)
    if made is None or made[0].organisation_id != organisation.id:
        return
    with st.container(border=True):
        st.markdown(ONCE.format(day_words(made[0].expires_at)))
        st.code(made[1], language=None, wrap_lines=True)
        st.button("I have copied it", key="link copied", on_click=st.session_state.pop, args=(LINK_KEY, None))


def describe_invitation(invitation: Invitation, now: datetime) -> str:
    """Say how an invitation stands.

    Examples
    --------
    >>> made, ends = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 8, tzinfo=UTC)
    >>> describe_invitation(Invitation("i", "o", "m", made, ends), made)
    'valid until 8 May 2026'
    """
    if invitation.revoked_at is not None:
        return f"withdrawn on {day_words(invitation.revoked_at)}"
    ended = invitation_fault(invitation, now)
    return f"{'expired on' if ended else 'valid until'} {day_words(invitation.expires_at)}"


def _show_invitation(desk: Desk, invitation: Invitation, now: datetime) -> None:
    made = f"made by {invitation.made_by}, {ago_words(invitation.made_at.date(), now.date())}"
    label = f"{escape(invitation.label)}: " if invitation.label else ""
    standing = escape(describe_invitation(invitation, now))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div style="overflow-wrap:anywhere">{label}<b>{standing}</b> '
            f'<span style="{look.SMALL};{look.PALE}">{escape(made)}</span></div>',
            width="content",
        )
        if not invitation_fault(invitation, now):
            st.button(
                "Withdraw",
                key=f"revoke {invitation.id}",
                icon=":material/link_off:",
                type="tertiary",
                on_click=_revoke,
                args=(desk, invitation),
                help="The link stops working at once.",
            )


def _revoke(desk: Desk, invitation: Invitation) -> None:
    def work() -> Outcome:
        desk.register.revoke(desk.actor, invitation.id)
        return Outcome("The link is withdrawn: it does not open anything any more.")

    carry_out(work)
