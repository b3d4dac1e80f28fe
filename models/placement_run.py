"""Solving a placement in a child process: what waits for it stays alive, and it can be stopped.

Most placements are proven within a tenth of a second, sooner than a process starts: `solve_within` tries here
first. What is solved goes to the child through a pipe, and nothing is written to disk.
"""

import os
import pickle
import subprocess
import sys
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from data.errors import AtlasError
from models import placement_worker
from models.placement_solve import Work, work_of
from models.siting import Answer

if TYPE_CHECKING:
    from models.placement_problem import Problem

AT_ONCE_S: Final = 0.4
"""How long a placement is tried in this process, before a child is started."""

AT_ONCE_PAIRS: Final = 1_000_000
"""A problem of more pairs of a home and a site is not tried: a single look at them all takes too long."""

UNWATCHED_S: Final = 150.0
"""A search that nobody has asked about for so long is stopped: a browser asks for a page that nobody looks at
once a minute, and for one that is closed no more."""

_ROOT: Final = str(Path(__file__).parent.parent)


@dataclass(frozen=True)
class Progress:
    """How far a search is.

    Attributes
    ----------
    seconds
        How long it has been going on, or went on.
    loss
        What all lose together with the best choice so far; infinite where there is none.
    bound
        What they lose at least with any choice, as far as is known.
    done
        Whether it has ended; then `Run.result` gives the answer, or says what is wrong.
    """

    seconds: float
    loss: float
    bound: float
    done: bool


def start(problem: "Problem") -> "Run":
    """Start to solve a placement in a child process."""
    return Run(work_of(problem))


def solve_within(problem: "Problem", seconds: float = AT_ONCE_S) -> Answer | None:
    """Return the answer where it is found and proven in this process within some seconds, else None."""
    if len(problem.minutes.minutes) > AT_ONCE_PAIRS:
        return None
    solver, arguments = work_of(problem)
    end = monotonic() + seconds
    answer = solver(*arguments, watch=lambda loss, bound: monotonic() > end)
    return answer if answer.proven or not answer.stopped else None


class Run:
    """A solver at work in a child process, which ends with this object or with this process at the latest.

    One that nobody polls for `UNWATCHED_S` is stopped, with the best that it has found.

    Parameters
    ----------
    work
        A solver at the top of a module, which takes a watch by the name `watch`, and what it is called with
        beside it; both can be pickled, and their modules are quick to import.
    """

    def __init__(self, work: Work) -> None:
        self._began = monotonic()
        self._child = _Child(work)
        weakref.finalize(self, self._child.kill)

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end with the best choice so far."""
        return self._child.asked_to_stop

    def poll(self) -> Progress:
        """Tell how far the search is, at once."""
        child = self._child
        child.asked_at = monotonic()
        done = child.ended.is_set()
        return Progress(
            (child.ended_at if done else monotonic()) - self._began, child.loss, child.bound, done
        )

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the search, some seconds at most, and say whether it has ended."""
        return self._child.ended.wait(seconds)

    def stop(self) -> None:
        """Ask the search to end with the best choice so far; `result` gives it a moment later."""
        self._child.ask_to_stop()

    def result(self) -> Answer:
        """Wait for the end of the search, and return what it found.

        Raises
        ------
        AtlasError
            When the solver refuses what it is asked, or its process ended without an answer.
        """
        while not self._child.ended.wait(0.1):
            self._child.asked_at = monotonic()
        if self._child.answer is None:
            raise self._child.error or _without_answer()
        return self._child.answer

    def close(self) -> None:
        """End the process, whether or not the search has ended; it can be done again."""
        self._child.kill()
        self._child.ended.wait()


class _Child:
    """The child process, followed by a thread of its own until it ends."""

    def __init__(self, work: Work) -> None:
        self.loss, self.bound = float("inf"), 0.0
        self.answer: Answer | None = None
        self.error: AtlasError | None = None
        self.ended, self.ended_at = Event(), 0.0
        self.asked_at = monotonic()
        self.asked_to_stop = False
        self._given = Event()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "models.placement_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH")])),
            },
            start_new_session=True,  # what a terminal sends to this process is not for the child
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        Thread(target=self._follow, args=(work,), daemon=True).start()

    def ask_to_stop(self) -> None:
        """End the input of the child, once it has been given all of it."""
        self.asked_to_stop = True
        self._given.wait()
        self._close_input()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def _follow(self, work: Work) -> None:
        """Give the child its work, keep what it tells, and see to its end."""
        try:
            self._talk(work)
        except (OSError, EOFError, pickle.UnpicklingError):  # the child is no more
            self.error = self.error or _without_answer()
        finally:
            self._given.set()
            self._close_input()
            self.kill()
            self._process.wait()
            self.ended_at = monotonic()
            self.ended.set()

    def _talk(self, work: Work) -> None:
        to, of = self._process.stdin, self._process.stdout
        assert to is not None
        assert of is not None
        with of:
            pickle.dump(work, to)
            to.flush()
            self._given.set()
            while self.answer is None:
                match pickle.load(of):
                    case (placement_worker.AT, loss, bound):
                        self._reach(loss, bound)
                        if monotonic() - self.asked_at > UNWATCHED_S:
                            self._close_input()
                    case (placement_worker.ANSWER, answer):
                        self._reach(answer.loss, answer.bound)
                        self.answer = answer
                    case (placement_worker.WRONG, kind, message, hint):
                        self.error = kind(message, hint)

    def _reach(self, loss: float, bound: float) -> None:
        self.loss, self.bound = min(loss, self.loss), max(bound, self.bound)

    def _close_input(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # what is left in it reaches nobody: the child has ended
            self._process.stdin.close()


def _without_answer() -> AtlasError:
    return AtlasError(
        "The search ended without an answer: its process was ended from outside, or memory ran out.",
        "Search again; with fewer candidates, or one council at a time, if it happens again.",
    )
