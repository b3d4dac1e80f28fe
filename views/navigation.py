"""Which pages there are, and who may open which: the router builds the navigation of a visitor from it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from data.provenance import Tier
from data.register.records import Actor, Edition, Role
from data.register.rights import Action, may
from data.register.store import Register
from data.settings import settings
from views.register_session import current_register
from views.visitors import Visitor, Way, may_see_figures

RECEIPT: Final = "receipt"
"""What the address of the Assets page carries for somebody who follows what they submitted."""


@dataclass(frozen=True)
class Entry:
    """A page: its file, and its title and its part of the address."""

    file: str
    title: str
    path: str


EXPLORE: Final = Entry("explore.py", "Explore", "explore")
PROFILE: Final = Entry("area_profile.py", "Area profile", "area_profile")
TYPES: Final = Entry("types.py", "Types", "types")
REACH: Final = Entry("reach.py", "Reach", "reach")
PLACE: Final = Entry("place_support.py", "Place support", "place_support")
SHORTLIST: Final = Entry("shortlist.py", "Shortlist", "shortlist")
ASSETS: Final = Entry("assets.py", "Assets", "assets")
REVIEW: Final = Entry("review.py", "Review queue", "review")
DATA: Final = Entry("data_and_methods.py", "Data and methods", "data_and_methods")
ENTRIES: Final = (EXPLORE, PROFILE, TYPES, REACH, PLACE, SHORTLIST, ASSETS, REVIEW, DATA)


def may_open(visitor: Visitor, entry: Entry, tier: Tier, follows: bool = False) -> bool:
    """Say whether a visitor may open a page.

    Parameters
    ----------
    tier
        Of the build that is shown: partners see no figures of an internal one.
    follows
        Whether the address carries a receipt, which anybody who has it may follow.
    """
    if entry is ASSETS:
        return visitor.way is not Way.STRANGER or follows or settings().open_form
    if entry is REVIEW:
        return may(visitor.actor, Action.DECIDE)
    return may_see_figures(visitor, tier)


def why_not(visitor: Visitor, entry: Entry) -> str:
    """Say why a visitor may not open a page: for the page that they see instead, and for the log."""
    if entry is REVIEW:
        only = "Only editors and administrators check what was added."
        return f"{only} To be one, open “Local, no sign-in”." if visitor.way is Way.LOCAL else only
    if visitor.actor.role is Role.PARTNER:
        return "This is an internal build: its figures stay within the council."
    return "Sign in first."


def count_waiting(editor: Actor) -> int:
    """Return how many places and suggestions wait for an editor; read once an edition of the register."""
    register = current_register()
    return _count(register, register.edition(), editor)


@lru_cache(maxsize=8)
def _count(register: Register, edition: Edition | None, editor: Actor) -> int:
    return len(register.queue(editor)) + len(register.suggestions(editor))
