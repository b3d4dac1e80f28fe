"""The command `atlas reach`: who reaches each kind of place of a build, and who does not."""

from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from data.asset_kinds import asset_kinds
from data.errors import SourceError
from views.console import JsonOption, Told, out_console, plain, print_json, say, show_list

if TYPE_CHECKING:
    from geo.area_table import AreaTable
    from geo.builds import Build
    from geo.places import PlacesDraft
    from geo.travel import Mode
    from models.reach import Reach
    from views.reach_report import Answers

MOST_MIN: Final = 60.0
"""The most minutes that can be asked for: further than that nobody walks."""


def reach(
    build: Annotated[Path, typer.Argument(help="The build whose people and places are asked about.")],
    kind: Annotated[
        str | None, typer.Option(help="One kind of place, such as library; else all, one line each.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="How far is near enough; else as ATLAS_REACH_MIN says, 15.")
    ] = None,
    mode: Annotated[str, typer.Option(help="How people travel: walk, or pram.")] = "walk",
    assets: Annotated[
        Path | None, typer.Option(help="A list of places to count in the stead of those of the build.")
    ] = None,
    network: Annotated[
        Path | None, typer.Option(help="A road network to measure by, such as OS Open Roads.")
    ] = None,
    matrix: Annotated[
        Path | None, typer.Option(help="A table of travel times to measure by: from, to, minutes.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say who has no place of a kind within some minutes, where they live, and how deprived it is there."""
    wanted = None if kind is None else _kind_of(kind)
    asked_min, by = _minutes_of(minutes), _mode_of(mode)
    if network is not None and matrix is not None:
        raise typer.BadParameter("name one of --network and --matrix, not both.", param_hint="--matrix")
    from geo.register_places import open_in_force
    from models.reach import reach_in
    from models.reach_asked import Asked
    from views.reach_report import Answers, describe_reach

    with Told(quiet=as_json) as tell:
        tell("Opening the build", 0, 1)
        opened, draft = _with_places(open_in_force(build, date.today()), assets, wanted)
        opened = _with_travel(opened, network, matrix)
        kinds = [wanted] if wanted else _kinds_in(opened)
        reaches = []
        for done, one in enumerate(kinds):
            tell(f"Measuring ways to {asset_kinds()[one].plural}", done, len(kinds))
            reaches.append(reach_in(opened, opened.areas, Asked(one, by, asked_min)))
    found = Answers(opened, by, asked_min, reaches, draft)
    if as_json:
        print_json(describe_reach(found, in_full=wanted is not None))
    else:
        _show(found, in_full=wanted is not None)


def _kind_of(text: str) -> str:
    """Return the kind that is asked for, by its id or its name in any spelling."""
    names = {name.lower(): k.id for k in asset_kinds().values() for name in (k.id, k.singular, k.plural)}
    found = names.get(text.strip().lower())
    if found is not None:
        return found
    near = get_close_matches(text.strip().lower(), list(names), n=1)
    nearest = f" The nearest is {names[near[0]]}." if near else ""
    raise typer.BadParameter(
        f"“{text}” is not a kind of place.{nearest} There are {', '.join(asset_kinds())}.",
        param_hint="--kind",
    )


def _minutes_of(minutes: float | None) -> float:
    from data.settings import settings

    asked = settings().reach_min if minutes is None else minutes
    if not 0 < asked <= MOST_MIN:
        raise typer.BadParameter(
            f"{asked:g} is out of range: more than 0, and {MOST_MIN:g} at most.", param_hint="--minutes"
        )
    return asked


def _mode_of(text: str) -> "Mode":
    from geo.travel import Mode

    if text not in list(Mode):
        raise typer.BadParameter(f"“{text}” is none of {', '.join(Mode)}.", param_hint="--mode")
    return Mode(text)


def _with_places(
    build: "Build", assets: Path | None, kind: str | None
) -> tuple["Build", "PlacesDraft | None"]:
    """Return the build with the places of a file in the stead of its own, where one is named."""
    if assets is None:
        return build, None
    from geo.reach_assets import places_from_file

    draft = places_from_file(assets, build, kind)
    return replace(build, places=draft.places), draft


def _with_travel(build: "Build", network: Path | None, matrix: Path | None) -> "Build":
    """Return the build measured by the roads or the times of a file, where one is named."""
    for path in (network, matrix):
        if path is not None and not path.is_file():
            raise SourceError(f"There is no file {path}.", "Look at its name again.")
    if network is not None:
        from geo.find_roads import read_network
        from geo.register_locate import buffer_of

        roads = read_network(network, build.areas, build.starts, buffer_of(build))
        return replace(build, roads=roads, times=None)
    if matrix is not None:
        from geo.find_times import read_times

        return replace(build, times=read_times(matrix, build))
    return build


def _kinds_in(build: "Build") -> list[str]:
    """Return the kinds of which a place counts, in the order in which they are shown."""
    there = set(build.places.counted["kind"])
    return [kind for kind in asset_kinds() if kind in there]


def _show(found: "Answers", *, in_full: bool) -> None:
    from views.reach_report import file_lines, kind_line, reach_lines

    areas = found.build.areas
    if not found.reaches:
        say("No place of any kind is known here. Name a list of places with --assets.")
    for reached in found.reaches:
        if in_full:
            out_console.print(_sentence(reached, areas), highlight=False, soft_wrap=True)
            for title, lines in reach_lines(reached, areas):
                if lines:
                    show_list(title, lines)
        else:
            say(kind_line(reached, areas))
    if found.draft is not None:
        show_list("The list of places", file_lines(found.draft))


def _sentence(reached: "Reach", areas: "AreaTable") -> str:
    from models.reach_words import explain_reach

    parts = explain_reach(reached, areas).sentence
    return "".join(f"[bold]{plain(p.text)}[/bold]" if p.bold else plain(p.text) for p in parts)
