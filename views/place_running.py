"""A search that takes longer than a reader waits: it goes on beside the page, tells how far it is, and stops.

What it finds is kept for all readers once it is proven; how one ended that was stopped, by a reader or from
outside, is kept for its reader, who can look again.
"""

from collections.abc import Hashable
from html import escape
from typing import Final

import streamlit as st

from data.errors import AtlasError
from geo.builds import Build
from models.placement import Placed
from models.placement_asked import Objective, Wanted
from models.placement_goal import could_words, goal_of
from models.placement_problem import Problem
from models.placement_run import Progress, start
from models.words import number
from views import look, place_figures
from views.place_state import key_of

EVERY_S: Final = 0.7
RUN: Final = key_of("run")
"""The search that is going on, with what it is for."""

ENDED: Final = key_of("ended")
"""What a search that was not let finish found, or what is wrong, with what it was for."""

STOPPED_WORDS: Final = "The search was stopped before it was done: this is the best that it had found."


def ended_with(build: Build, wanted: Wanted) -> Placed | None:
    """Return what a search had found when the reader stopped it; None where they stopped none for this.

    Raises
    ------
    AtlasError
        When it ended with nothing to show.
    """
    found = _ended(build, wanted)
    if isinstance(found, AtlasError):
        raise found
    return found


def show_ended(build: Build, wanted: Wanted) -> None:
    """Say that a search was stopped, and offer to look again; nothing where none was."""
    found = _ended(build, wanted)
    if found is None:
        return
    failed = isinstance(found, AtlasError)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not failed:
            st.html(f'<div role=status style="{look.SMALL}">{STOPPED_WORDS}</div>', width="content")
        label = "Search again" if failed else "Search on"
        st.button(label, key=key_of("on"), icon=":material/search:", on_click=_search_on)


def _ended(build: Build, wanted: Wanted) -> Placed | AtlasError | None:
    key, found = st.session_state.get(ENDED, ((), None))
    return found if key == place_figures.key_for(build, wanted) else None


def is_going_on(build: Build, wanted: Wanted) -> bool:
    """Say whether the reader waits for a search for this."""
    return bool(st.session_state.get(RUN, ((), None))[0] == place_figures.key_for(build, wanted))


def _search_on() -> None:
    """Forget how a search ended, from a callback: the page looks for the best again."""
    st.session_state.pop(ENDED, None)


def end_search() -> None:
    """End the search that is going on, if there is one: something else is asked now."""
    _, run = st.session_state.pop(RUN, ((), None))
    if run is not None:
        run.close()


def show_search(build: Build, problem: Problem) -> None:
    """Look for the best choice in a process of its own, and tell how far it is until it has ended."""
    key = place_figures.key_for(build, problem.wanted)
    if not is_going_on(build, problem.wanted):
        end_search()
        st.session_state[RUN] = (key, start(problem))
    _follow(build, problem, key)


def progress_words(problem: Problem, progress: Progress) -> str:
    """Say how good the best choice so far is, and how much better another could be at most."""
    if progress.loss == float("inf"):
        return "No choice has been found yet."
    goal = goal_of(problem, progress.loss, progress.bound)
    another = f"another choice {could_words(problem, goal)}"
    if problem.wanted.objective is not Objective.COVER:
        return f"Best so far: {another}."
    return f"Best so far has {number(goal.value)} {goal.unit}; {another}."


@st.fragment(run_every=EVERY_S)
def _follow(build: Build, problem: Problem, key: tuple[Hashable, ...]) -> None:
    """Tell how far the search is; once it has ended the page shows what it found."""
    asked, run = st.session_state.get(RUN, ((), None))
    if run is None or asked != key:
        return
    progress = run.poll()
    if progress.done:
        _take(build, problem, key)
        st.rerun()
    seconds = f"{progress.seconds:.0f} second{'' if round(progress.seconds) == 1 else 's'}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div style="{look.SMALL}"><span role=status><b>Looking for the best choice…</b> '
            f"{escape(progress_words(problem, progress))}</span> {seconds} so far.</div>",
            width="content",
        )
        st.button(
            "Stopping…" if run.stopping else "Stop",
            key=key_of("stop"),
            icon=":material/stop_circle:",
            on_click=run.stop,
            disabled=run.stopping or progress.loss == float("inf"),
        )


def _take(build: Build, problem: Problem, key: tuple[Hashable, ...]) -> None:
    """Keep what the search found, for all or for this reader."""
    _, run = st.session_state.pop(RUN)
    try:
        answer = run.result()
    except AtlasError as error:
        st.session_state[ENDED] = (key, error)
        return
    if answer.proven or not answer.stopped:
        place_figures.keep_answer(build, problem, answer)
    elif answer.chosen is None:
        st.session_state[ENDED] = (key, place_figures.no_choice(answer))
    else:
        st.session_state[ENDED] = (key, Placed(problem, answer.chosen, answer))
