"""What every part of the review starts from, and what became of the last thing that was done there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final, Literal

import streamlit as st

from data.errors import AtlasError, RegisterError
from data.register.records import Actor, Change, Edition, Organisation, Place, State, Suggestion
from data.register.store import LostRace, Register
from data.settings import settings
from geo.builds import Build
from models.explain import Explanation
from models.record_words import Names
from views import look
from views.review_state import Shown
from views.sign_in import current_actor

OUTCOME_KEY: Final = "review_outcome"
RACE_KEY: Final = "review_race"
DRAWN_KEY: Final = "review_drawn_for"
"""Whom the page was drawn for."""
LONGEST_SHOWN: Final = 80
MOST_SEARCHED: Final = 5_000
"""How many changes and refusals are looked through at most."""


@dataclass(frozen=True)
class Desk:
    """What a part of the review starts from: the register, who sits there, the build and what is shown."""

    register: Register
    actor: Actor
    build: Build
    shown: Shown
    today: date
    dark: bool

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """Every organisation by its id, in the order of names."""
        return {one.id: one for one in self.register.organisations()}

    @cached_property
    def revision(self) -> int:
        """The newest number of the history."""
        return self.edition[0] if self.edition else 0

    @cached_property
    def edition(self) -> Edition | None:
        """The state of the register; what is read is kept as long as it stays the same."""
        return self.register.edition()

    @cached_property
    def everything(self) -> tuple[Place, ...]:
        """Every place in every state."""
        return _everything(self.register, self.edition, self.actor)

    @cached_property
    def queue(self) -> tuple[Place, ...]:
        """What waits, the oldest first."""
        return _queue(self.register, self.edition, self.actor)

    @cached_property
    def history(self) -> tuple[Change, ...]:
        """The newest changes, the newest first."""
        return _history(self.register, self.edition, self.actor)

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """The changes that partners ask for, the oldest first."""
        return self.register.suggestions(self.actor)

    @cached_property
    def names(self) -> Names:
        """The names of organisations and of places."""
        return Names(
            {id_: one.name for id_, one in self.organisations.items()},
            {place.id: place.name for place in self.everything},
        )

    @property
    def main_button(self) -> Literal["primary", "secondary"]:
        """How the main button of a part is drawn: on dark paper its white words would be too pale."""
        return "secondary" if self.dark else "primary"

    def state_of(self, place: Place) -> State:
        """Return the state of a place today."""
        return place.state_on(self.today, settings().stale_months)

    def find(self, place_id: str) -> Place | None:
        """Return a place as it stands now; None where there is none of that id."""
        return next((place for place in self.everything if place.id == place_id), None)


@lru_cache(maxsize=2)
def _everything(register: Register, edition: Edition | None, actor: Actor) -> tuple[Place, ...]:
    return register.everything(actor)


@lru_cache(maxsize=2)
def _queue(register: Register, edition: Edition | None, actor: Actor) -> tuple[Place, ...]:
    return register.queue(actor)


@lru_cache(maxsize=1)
def _history(register: Register, edition: Edition | None, actor: Actor) -> tuple[Change, ...]:
    return register.history(actor, "", MOST_SEARCHED)


@dataclass(frozen=True)
class Outcome:
    """What became of something: in words, with what to do where it failed, and with what it changed."""

    said: str
    hint: str = ""
    failed: bool = False
    explained: Explanation | None = None


@dataclass(frozen=True)
class Race:
    """Somebody else was quicker: what happened, what was to be kept, what stands now, and how to try again.

    `again` keeps `yours` over what stands now; None for a decision, which is made anew.
    """

    said: str
    yours: Place | Organisation
    theirs: Place | Organisation
    again: Callable[[], Outcome] | None = None


def carry_out(
    work: Callable[[], Outcome], again: Callable[[LostRace], Callable[[], Outcome]] | None = None
) -> bool:
    """Do something to the register, and keep what became of it for the page to show.

    Called from callbacks alone: these are bound to what was on the page when the button was drawn. A run of
    the page would read a newer version, and decide on what nobody has seen. Who presses it may have been
    signed out, or have lost the role, since the button was drawn, so that is asked first.

    Returns
    -------
    bool
        Whether it was done.
    """
    try:
        if st.session_state.get(DRAWN_KEY) not in (None, current_actor()):
            raise RegisterError(
                "You are signed out by now, or have another role: nothing was done.", "Sign in again."
            )
        keep_outcome(work())
    except LostRace as race:
        if isinstance(race.yours, Place | Organisation) and isinstance(race.theirs, Place | Organisation):
            st.session_state[RACE_KEY] = Race(
                race.message, race.yours, race.theirs, again(race) if again else None
            )
        return False
    except AtlasError as error:
        keep_outcome(Outcome(error.message, error.hint or "", failed=True))
        return False
    st.session_state.pop(RACE_KEY, None)
    return True


def keep_outcome(outcome: Outcome) -> None:
    """Keep what became of something for the next run to show."""
    st.session_state[OUTCOME_KEY] = outcome


def show_outcome() -> None:
    """Show what became of the last thing that was done, once.

    It is told at the edge of the window too: the button that did it may be far down, on a phone above all.
    """
    outcome: Outcome | None = st.session_state.pop(OUTCOME_KEY, None)
    if outcome is None:
        return
    st.toast(
        look.plain(outcome.said), icon=":material/error:" if outcome.failed else ":material/check_circle:"
    )
    if outcome.failed:
        st.error(look.plain(" ".join(filter(None, (outcome.said, outcome.hint)))), icon=":material/error:")
        return
    st.success(look.plain(outcome.said), icon=":material/check_circle:")
    if outcome.explained is not None:
        look.show_small_explanation(outcome.explained)


def shorten(text: str) -> str:
    """Cut a long text where one line has to do.

    Examples
    --------
    >>> shorten("Mill Library"), len(shorten("x" * 500))
    ('Mill Library', 80)
    """
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
