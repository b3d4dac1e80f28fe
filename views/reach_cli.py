"""The command `atlas reach`: who reaches each kind of place of a build, and who does not."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.asset_kinds import asset_kinds
from views.cli_options import (
    MatrixOption,
    ModeOption,
    NetworkOption,
    kind_of,
    minutes_of,
    mode_of,
    refuse_both,
    with_travel,
)
from views.console import JsonOption, Told, print_json, say, say_parts, show_list

if TYPE_CHECKING:
    from geo.builds import Build
    from geo.places import PlacesDraft
    from views.reach_report import Answers


def reach(
    build: Annotated[Path, typer.Argument(help="The build whose people and places are asked about.")],
    kind: Annotated[
        str | None, typer.Option(help="One kind of place, such as library; else all, one line each.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="How far is near enough; else as ATLAS_REACH_MIN says, 15.")
    ] = None,
    mode: ModeOption = "walk",
    assets: Annotated[
        Path | None, typer.Option(help="A list of places to count in the stead of those of the build.")
    ] = None,
    network: NetworkOption = None,
    matrix: MatrixOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say who has no place of a kind within some minutes, where they live, and how deprived it is there."""
    wanted = None if kind is None else kind_of(kind)
    asked_min, by = minutes_of(minutes), mode_of(mode)
    refuse_both(network, matrix)
    from geo.register_places import open_in_force
    from models.reach import reach_in
    from models.reach_asked import Asked
    from views.reach_report import Answers, describe_reach

    with Told(quiet=as_json) as tell:
        tell("Opening the build", 0, 1)
        opened, draft = _with_places(open_in_force(build, date.today()), assets, wanted)
        opened = with_travel(opened, network, matrix)
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


def _with_places(
    build: "Build", assets: Path | None, kind: str | None
) -> tuple["Build", "PlacesDraft | None"]:
    """Return the build with the places of a file in the stead of its own, where one is named."""
    if assets is None:
        return build, None
    from geo.reach_assets import places_from_file

    draft = places_from_file(assets, build, kind)
    return replace(build, places=draft.places), draft


def _kinds_in(build: "Build") -> list[str]:
    """Return the kinds of which a place counts, in the order in which they are shown."""
    there = set(build.places.counted["kind"])
    return [kind for kind in asset_kinds() if kind in there]


def _show(found: "Answers", *, in_full: bool) -> None:
    from models.reach_words import explain_reach
    from views.reach_report import file_lines, kind_line, reach_lines

    areas = found.build.areas
    if not found.reaches:
        say("No place of any kind is known here. Name a list of places with --assets.")
    for reached in found.reaches:
        if in_full:
            say_parts(explain_reach(reached, areas).sentence)
            for title, lines in reach_lines(reached, areas):
                if lines:
                    show_list(title, lines)
        else:
            say(kind_line(reached, areas))
    if found.draft is not None:
        show_list("The list of places", file_lines(found.draft))
