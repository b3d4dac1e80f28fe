"""Who may do what in the register. The store asks at every write, whatever the page showed."""

from enum import StrEnum
from typing import Final

from data.register.records import Actor, Role


class Action(StrEnum):
    """What can be done."""

    SUBMIT = "submit a place"
    EDIT_DRAFT = "change an own draft"
    SUGGEST = "suggest a change"
    CONFIRM_OWN = "confirm a place of the own organisation"
    CONFIRM = "confirm any place"
    EDIT = "change a place"
    DECIDE = "publish, ask, reject or retire"
    MERGE = "merge places"
    UNDO = "undo a change"
    ORGANISE = "add or change an organisation"
    INVITE = "invite or revoke"
    ERASE = "erase a contact"
    IMPORT = "import a file"
    SEE_ALL = "see what is not published"
    SEE_HISTORY = "see who did what"
    RESTORE = "restore a backup"
    SEE_DECISIONS = "see the records of decisions"
    RECORD = "record a decision"
    AGREE = "agree a decision"


_PARTNER: Final = frozenset({Action.SUBMIT, Action.EDIT_DRAFT, Action.SUGGEST, Action.CONFIRM_OWN})
_EDITOR: Final = frozenset(Action) - {Action.RESTORE}
ALLOWED: Final = {
    Role.VIEWER: frozenset({Action.SEE_DECISIONS}),
    Role.PARTNER: _PARTNER,
    Role.ANALYST: frozenset(
        {Action.IMPORT, Action.SEE_ALL, Action.SEE_HISTORY, Action.SEE_DECISIONS, Action.RECORD}
    ),
    Role.EDITOR: _EDITOR,
    Role.ADMIN: frozenset(Action),
}
"""What each role may do. Records of decisions are the council's own: a partner sees none, a viewer those that
were agreed; an analyst prepares them, and an editor says that one was agreed. A viewer may also submit where
the open form is switched on: the store looks."""


def may(actor: Actor, action: Action) -> bool:
    """Say whether somebody's role allows an action; whose place it is, the store looks at."""
    return action in ALLOWED[actor.role]
