"""The command `atlas solve`: problems with known answers, solved by what places support."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from views.console import JsonOption, print_json, say

if TYPE_CHECKING:
    from data.orlib import MedianGraph
    from models.siting import Answer

solve = typer.Typer(help="Solve a published problem with a known answer, to check the solver.")


@solve.command()
def orlib(
    file: Annotated[Path, typer.Argument(help="A p-median instance of the OR-Library, such as pmed1.txt.")],
    seconds: Annotated[
        float | None, typer.Option(help="Stop after so long with the best found; else when it is proven.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Choose vertices so that the ways of all vertices to the nearest are shortest together.

    Ctrl+C ends it with the best found so far.
    """
    if seconds is not None and not seconds > 0:
        raise typer.BadParameter("more than 0 seconds are needed.", param_hint="--seconds")
    from data.orlib import read_orlib
    from models.orlib import siting_of_graph
    from models.siting_tree import solve as solve_siting

    started = time.perf_counter()
    graph = read_orlib(file)
    with _interrupted() as asked_to_stop:

        def watch(loss: float, bound: float) -> bool:
            late = seconds is not None and time.perf_counter() - started >= seconds
            return late or asked_to_stop()

        answer = solve_siting(siting_of_graph(graph), watch)
    found = _describe(answer, time.perf_counter() - started)
    if as_json:
        print_json(found)
    else:
        say(_sentence(graph, found))


@contextmanager
def _interrupted() -> Iterator[Callable[[], bool]]:
    """Take the first Ctrl+C as a wish to stop; the second one ends the command at once."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _describe(answer: "Answer", seconds: float) -> dict[str, Any]:
    sites = [] if answer.chosen is None else [int(vertex) + 1 for vertex in answer.chosen]
    return {
        "objective": answer.loss,
        "bound": answer.bound,
        "gap": answer.gap,
        "proven": answer.proven,
        "seconds": round(seconds, 3),
        "sites": sites,
    }


def _sentence(graph: "MedianGraph", found: dict[str, Any]) -> str:
    sites = ", ".join(map(str, found["sites"]))
    proof = (
        "No other choice is better."
        if found["proven"]
        else f"Another choice may be better, by {found['gap']:.2%} at most: it was stopped."
    )
    return (
        f"The {graph.vertices:,} vertices have {found['objective']:,.10g} to go together to the nearest of "
        f"{graph.chosen:,}. {proof} It took {found['seconds']:.2f} s.\nChosen: {sites}."
    )
