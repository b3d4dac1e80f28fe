"""The commands that bring files of places, and those of a build, into the register."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from views.console import JsonOption, Told, count, print_json, say, show_list
from views.register_of import BuildOption, build_of

if TYPE_CHECKING:
    from geo.register_counts import FileCount, Imported

MOST_SHOWN = 20
"""How many rejected rows are listed for people; all are in the JSON."""


def import_places(
    files: Annotated[list[Path], typer.Argument(help="Files of places, or a folder of them.")],
    dated: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of which they are; else told by name or content."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="The kind of place that all rows are, such as library.")
    ] = None,
    title: Annotated[str, typer.Option(help="What the list is called; else what is known of it.")] = "",
    publisher: Annotated[str, typer.Option(help="Who publishes it; else what is known of it.")] = "",
    licence: Annotated[str, typer.Option(help="Its licence; else what is known of it.")] = "",
    build: BuildOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring files of places into the register; rows that cannot be used are told and stop nothing."""
    from data.register.records import COMMAND_LINE
    from data.register.store import open_register
    from geo.builds import open_build
    from geo.register_import import Said, import_files

    path = build_of(build)
    said = Said(dated.date() if dated else None, title, publisher, licence, kind)
    opened, register = open_build(path), open_register(path)
    with Told(quiet=as_json) as tell:
        done = import_files(register, opened, COMMAND_LINE, files, said, tell)
    if as_json:
        print_json(done.to_json())
        return
    _show(done)
    known = {source.sha256 for source in register.sources()}
    left = [file for file, pedigree in opened.places.provenance.items() if pedigree.sha256 not in known]
    if left:
        say(
            f"\nThe register stands in place of the build's own files, and {count(len(left), 'file')} of "
            "them are not in it. Bring them in with: atlas register start"
        )


def start(build: BuildOption = None, as_json: JsonOption = False) -> None:
    """Bring the places of a build's files into a register that holds none, so that none is lost."""
    from data.register.records import COMMAND_LINE
    from data.register.store import open_register
    from geo.builds import open_build
    from geo.register_start import start_from_build

    path = build_of(build)
    done = start_from_build(open_register(path), open_build(path), COMMAND_LINE)
    if as_json:
        print_json(done.to_json())
    else:
        _show(done)


def _show(done: "Imported") -> None:
    show_list(f"Files ({len(done.files)})", [line for file in done.files for line in _lines(file)])
    rejected = [f"{r.file}, row {r.row:,}: {r.reason}" for r in done.rejected[:MOST_SHOWN]]
    more = len(done.rejected) - len(rejected)
    show_list(f"Rejected ({len(done.rejected):,})", [*rejected, *([f"and {more:,} more"] if more else [])])
    show_list("Passed over", [f"{file}: {reason}" for file, reason in done.passed_over])
    total = done.total
    say(f"\n{count(total['read'], 'row')}: {_in_words(total)}.")
    if total["held"]:
        say("Places that are held wait for an editor, and nobody is shown where they are.")


def _lines(file: "FileCount") -> list[str]:
    counts = {name: getattr(file, name) for name in _WORDS}
    return [
        f"{file.file}: of {count(file.read, 'row')}, {_in_words(counts)}",
        f"    {file.title}; {file.publisher}; of {file.dated} ({file.dated_by})",
    ]


_WORDS = {
    "added": "added",
    "updated": "updated",
    "unchanged": "unchanged",
    "duplicates": "the same place as another",
    "rejected": "rejected",
    "held": "held for an editor",
}


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{counts[name]:,} {words}" for name, words in _WORDS.items() if counts[name]) or "none"
