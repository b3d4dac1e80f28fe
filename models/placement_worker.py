"""The child process of `models.placement_run`: it solves what it is given, and tells how far it is.

`python -m models.placement_worker` reads from its standard input a solver of this package and what it is
called with, and writes to its standard output what it has to tell, both pickled by this package alone. It
stops with the best that it has found when its input ends: it is asked to, or its parent is no more.
"""

import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import BinaryIO, Final

from data.errors import AtlasError

AT: Final = "at"
"""What is told on the way: the loss of the best choice so far, and the bound."""

ANSWER: Final = "answer"
"""What is told at the end: the answer."""

WRONG: Final = "wrong"
"""What is told where the solver refuses: the kind of the error, what is wrong, and what to do."""

EVERY_S: Final = 0.1
"""So many seconds apart it is told how far the search is."""

GRACE_S: Final = 30.0
"""How long a solver that is asked to stop may take: a second or two, and more where a machine is busy."""


def main() -> None:
    """Solve what the parent process asks for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which asks to stop
    told = _take_output()
    try:
        solver, arguments = pickle.load(sys.stdin.buffer)
    except (EOFError, pickle.UnpicklingError):  # the parent ended meanwhile
        return
    stop = Event()
    Thread(target=_wait_for_the_end, args=(stop,), daemon=True).start()
    try:
        _solve(solver, arguments, _Watch(told, stop), told)
    except BrokenPipeError:  # nobody is there to be told
        os._exit(1)


def _take_output() -> BinaryIO:
    """Keep the standard output for what is told: what a solver prints goes to the error stream."""
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return told


def _wait_for_the_end(stop: Event) -> None:
    """Ask the solver to stop when the input ends, and end the process where it does not look in time."""
    while os.read(0, 1):
        pass
    stop.set()
    time.sleep(GRACE_S)
    os._exit(1)


def _solve(
    solver: Callable[..., object], arguments: tuple[object, ...], watch: "_Watch", told: BinaryIO
) -> None:
    try:
        answer = solver(*arguments, watch=watch)
    except AtlasError as error:
        _tell(told, WRONG, type(error), error.message, error.hint)
    else:
        _tell(told, ANSWER, answer)


def _tell(told: BinaryIO, *what: object) -> None:
    pickle.dump(what, told)
    told.flush()


class _Watch:
    """Tells how far a search is, and says whether to stop."""

    def __init__(self, told: BinaryIO, stop: Event) -> None:
        self._told, self._stop = told, stop
        self._next = 0.0

    def __call__(self, loss: float, bound: float) -> bool:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + EVERY_S
            _tell(self._told, AT, loss, bound)
        return self._stop.is_set()


if __name__ == "__main__":
    main()
