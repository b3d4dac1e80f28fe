"""What is typed in a record of a decision, kept in the session until it is saved, and what became of saving.

What is typed is kept apart from the widgets: Streamlit forgets a widget that is not on the page, and another
part of the page may be opened while somebody types.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

import streamlit as st

from data.errors import AtlasError
from data.register.decisions import EQUALITY, Choice, Decision, DecisionState
from data.register.store import LostRace
from views.shortlist_state import keep_choice, key_of

OPENED: Final = key_of("record")
NAMED: Final = "named"
_LAST: Final = key_of("record_last")
_TYPED: Final = key_of("record_typed")
_NEW: Final = key_of("record_new")
_FOLLOWS: Final = key_of("record_follows")
_TOLD: Final = key_of("record_told")
_RACE: Final = key_of("record_race")


@dataclass(frozen=True)
class Race:
    """Somebody else saved first: what happened, what was to be saved, and what stands there now."""

    said: str
    yours: Decision
    theirs: Decision


def new_id() -> str:
    """Return the id of the record that is begun: the same until it is saved, so that it is saved once."""
    return str(st.session_state.setdefault(_NEW, str(uuid4())))


def follows() -> str:
    """Return the id of the record that the new one takes the place of; "" for none."""
    return str(st.session_state.get(_FOLLOWS, ""))


def begin(follow: str = "") -> None:
    """Begin a new record, from a callback; `follow` is the id of one that it takes the place of."""
    st.session_state.pop(_NEW, None)
    st.session_state[_FOLLOWS] = follow
    open_record("")


def open_record(record_id: str) -> None:
    """Open a record from a callback; "" is a new one."""
    st.session_state[OPENED] = st.session_state[_LAST] = record_id
    keep_choice()


def opened_in(options: Sequence[str]) -> None:
    """Set the widget that opens a record: to what was open before another part of the page was."""
    if st.session_state.get(OPENED) not in options:
        last = st.session_state.get(_LAST)
        st.session_state[OPENED] = last if last in options else options[0]
    st.session_state[_LAST] = st.session_state[OPENED]


def key_in(record: Decision, name: str) -> str:
    """Return the key of the widget of a part of a version of a record."""
    return key_of(f"record_{name}", f"{record.id}_{record.version}")


def hold_typed(record: Decision, name: str, saved: Any) -> str:  # noqa: ANN401
    """Set a widget that is new on the page to what was typed, or to what was saved, and return its key."""
    key = key_in(record, name)
    if key not in st.session_state:
        st.session_state[key] = _typed(record).get(name, saved)
    return key


def keep_typed(record: Decision, name: str) -> None:
    """Keep what was typed, from the callback of its widget."""
    st.session_state.setdefault(_TYPED, {}).setdefault(key_in(record, ""), {})[name] = st.session_state[
        key_in(record, name)
    ]
    keep_choice()


def _typed(record: Decision) -> Mapping[str, Any]:
    kept: Mapping[str, Mapping[str, Any]] = st.session_state.get(_TYPED, {})
    return kept.get(key_in(record, ""), {})


def written_on(record: Decision) -> int | None:
    """Return the version before this one that somebody at this page wrote on and did not save, or None."""
    kept = st.session_state.get(_TYPED, {})
    earlier = range(record.version - 1, 0, -1)
    return next((n for n in earlier if kept.get(key_in(replace(record, version=n), ""))), None)


def lose_race(said: str, yours: Decision, theirs: Decision) -> Race:
    """Keep that somebody else saved first, until it is settled."""
    st.session_state[_RACE] = Race(said, yours, theirs)
    return Race(said, yours, theirs)


def forget_typed(record: Decision) -> None:
    """Forget what was typed in a version of a record, from a callback."""
    st.session_state.get(_TYPED, {}).pop(key_in(record, ""), None)
    for key in [key for key in st.session_state if str(key).endswith(f"_{record.id}_{record.version}")]:
        del st.session_state[key]


def with_typed(record: Decision) -> Decision:
    """Return a record as it stands on the page, with what was typed and is not saved."""
    typed = _typed(record)
    named = typed.get(NAMED)
    return replace(
        record,
        name=typed.get("name", record.name),
        question=typed.get("question", record.question),
        weights_by=typed.get("weights_by", record.weights_by),
        equality_by=typed.get("equality_by", record.equality_by),
        equality={
            key: words
            for key in EQUALITY
            if (words := typed.get(f"equality_{key}", record.equality.get(key, "")))
        },
        choices=tuple(_choice_typed(choice, typed, named) for choice in record.choices),
    )


def _choice_typed(choice: Choice, typed: Mapping[str, Any], named: list[str] | None) -> Choice:
    considered = choice.considered if named is None else choice.code in named
    return replace(
        choice,
        chosen=typed.get(f"in_{choice.code}", choice.chosen),
        considered=considered,
        reason=typed.get(f"why_{choice.code}", choice.reason),
    )


def carry_out(work: Callable[[], Decision], said: str, yours: Decision | None = None) -> None:
    """Do something to the register from a callback, and keep what became of it for the page to show.

    Parameters
    ----------
    work
        What is done.
    said
        What is told of it, with the name of the record for `{}`.
    yours
        What was to be saved, to be kept where somebody else was quicker.
    """
    try:
        done = work()
    except LostRace as race:
        if isinstance(race.theirs, Decision):
            lose_race(race.message, yours or race.theirs, race.theirs)
        keep_choice()
        return
    except AtlasError as error:
        st.session_state[_TOLD] = (" ".join(filter(None, (error.message, error.hint))), True)
        keep_choice()
        return
    if yours is not None:
        forget_typed(yours)
    if done.state is DecisionState.DRAFT:
        st.session_state.pop(_NEW, None)
        st.session_state[_FOLLOWS] = ""
    st.session_state.pop(_RACE, None)
    st.session_state[_TOLD] = (said.format(done.name), False)
    open_record(done.id)


def told() -> tuple[str, bool]:
    """Return once what became of the last thing that was done, and whether it failed."""
    words, failed = st.session_state.pop(_TOLD, ("", False))
    return words, failed


def race() -> Race | None:
    """Return who was quicker, until it is settled; None where nobody was."""
    found: Race | None = st.session_state.get(_RACE)
    return found


def settle_race(race: Race) -> None:
    """Let what somebody else saved stand, from a callback: what was typed is forgotten."""
    forget_typed(race.yours)
    st.session_state.pop(_RACE, None)
    open_record(race.theirs.id)
