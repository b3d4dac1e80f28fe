"""The commands about invitations of partner organisations: make one, list them, withdraw one."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from data.settings import settings
from views.console import JsonOption, print_json, say, show_list
from views.register_of import BuildOption, build_of

if TYPE_CHECKING:
    from data.register.records import Invitation, Organisation
    from data.register.store import Register


def invite(
    organisation: Annotated[str, typer.Argument(help="Whose people may submit and confirm; made if new.")],
    days: Annotated[int | None, typer.Option(help="For how many days; else as the settings say.")] = None,
    label: Annotated[str, typer.Option(help="For whom it is, to tell it from others later.")] = "",
    build: BuildOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a link that lets an organisation's people in, and print it this once."""
    from data.register.records import COMMAND_LINE
    from data.register.store import open_register

    store = open_register(build_of(build))
    found = _organisation(store, organisation)
    made, token = store.invite(COMMAND_LINE, found.id, days, label)
    link = _link(token)
    if as_json:
        print_json({"id": made.id, "organisation": found.name, "expires_at": made.expires_at, "link": link})
        return
    say(f"For {found.name}, until {made.expires_at:%d %B %Y} (invitation {made.id}):")
    say(link)
    say("It is shown this once. Whoever has it may submit and confirm for the organisation.")


def invitations(build: BuildOption = None, as_json: JsonOption = False) -> None:
    """List the invitations that were made; the links themselves are nowhere kept."""
    from data.register.records import COMMAND_LINE
    from data.register.store import open_register

    store = open_register(build_of(build))
    names = {organisation.id: organisation.name for organisation in store.organisations()}
    made = store.invitations(COMMAND_LINE)
    if as_json:
        told = [
            {**vars(one), "organisation": names[one.organisation_id], "state": _state(one)} for one in made
        ]
        print_json({"invitations": told})
        return
    lines = [f"{one.id}  {names[one.organisation_id]}: {_state(one)}. {one.label}".strip() for one in made]
    show_list(f"Invitations ({len(made)})", lines)
    if not made:
        say("Nobody was invited yet.")


def revoke(
    invitation: Annotated[
        str, typer.Argument(help="The id of an invitation: see atlas register invitations.")
    ],
    build: BuildOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw an invitation, so that its link lets nobody in any more."""
    from data.register.records import COMMAND_LINE
    from data.register.store import open_register

    ended = open_register(build_of(build)).revoke(COMMAND_LINE, invitation)
    if as_json:
        print_json({"id": ended.id, "revoked_at": ended.revoked_at})
        return
    say(f"Invitation {ended.id} was withdrawn.")


def _organisation(store: "Register", name: str) -> "Organisation":
    """Return the organisation of a name, or of an id; a name that is new makes one."""
    from data.register.records import COMMAND_LINE, Organisation

    for organisation in store.organisations():
        if name in (organisation.id, organisation.name) or name.casefold() == organisation.name.casefold():
            return organisation
    return store.save_organisation(COMMAND_LINE, Organisation(str(uuid4()), 0, name))


def _state(invitation: "Invitation") -> str:
    if invitation.revoked_at is not None:
        return f"withdrawn on {invitation.revoked_at:%d %B %Y}"
    ends = invitation.expires_at
    return f"{'expired' if ends <= datetime.now(UTC) else 'holds until'} {ends:%d %B %Y}"


def _link(token: str) -> str:
    """Return the address that a partner opens; of this computer where the settings name no other."""
    from views.invitations import INVITATION_PATH

    return f"{(settings().public_url or 'http://localhost:8501').rstrip('/')}{INVITATION_PATH}/{token}"
