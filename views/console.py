"""What every command prints by: tables for people, one JSON object for programs, an error with its hint."""

import json
import sys
from collections.abc import Iterable
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from data.folder import Progress as Tell
from data.sources.base import readable
from models.words import Part

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
out_console = Console()
err_console = Console(stderr=True)


class Told:
    """A progress bar on the error stream, for people; none where JSON is asked for or nobody looks."""

    def __init__(self, quiet: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=err_console,
            transient=True,
            disable=quiet or not err_console.is_terminal,
        )
        self._task = self._bar.add_task("Starting", total=None)

    def __enter__(self) -> Tell:
        self._bar.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _tell(self, doing: str, done: int, total: int) -> None:
        self._bar.update(self._task, description=plain(doing), completed=done, total=total)


def plain(text: str) -> str:
    """Return text that a file or a user wrote as nothing but text: no markup, no control characters."""
    return escape("\n".join(readable(line) for line in text.split("\n")))


def show_list(title: str, lines: list[str]) -> None:
    """Print lines under a title; nothing when there is none."""
    if lines:
        out_console.print(f"\n[bold]{title}[/bold]")
    for line in lines:
        out_console.print(Padding(plain(line), (0, 0, 0, 2)), highlight=False)


def print_json(content: dict[str, Any]) -> None:
    """Print one JSON object on the output stream."""
    sys.stdout.write(json.dumps(content, indent=1, default=str) + "\n")


def fail(message: str, hint: str | None) -> NoReturn:
    """Print what is wrong and what to do, and end with status 1."""
    err_console.print(f"[bold red]Error:[/bold red] {plain(message)}", highlight=False, soft_wrap=True)
    if hint:
        err_console.print(f"HINT: {plain(hint)}", highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural but for one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def say(text: str) -> None:
    """Print a line."""
    out_console.print(plain(text), highlight=False, soft_wrap=True)


def say_parts(parts: Iterable[Part]) -> None:
    """Print a sentence of parts on a line, those that stand out in bold."""
    told = "".join(f"[bold]{plain(part.text)}[/bold]" if part.bold else plain(part.text) for part in parts)
    out_console.print(told, highlight=False, soft_wrap=True)
