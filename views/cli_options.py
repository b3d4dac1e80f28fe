"""Options that several commands have, and what they stand for: kinds, minutes, modes, roads, times."""

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from data.asset_kinds import asset_kinds

if TYPE_CHECKING:
    from geo.builds import Build
    from geo.travel import Mode

MOST_MIN: Final = 60.0
"""The most minutes that can be asked for: further than that nobody walks."""

ModeOption = Annotated[str, typer.Option(help="How people travel: walk, or pram.")]
NetworkOption = Annotated[
    Path | None, typer.Option(help="A road network to measure by, such as OS Open Roads.")
]
MatrixOption = Annotated[
    Path | None, typer.Option(help="A table of travel times to measure by: from, to, minutes.")
]


def refuse_both(network: Path | None, matrix: Path | None) -> None:
    """Refuse a network and a matrix at once."""
    if network is not None and matrix is not None:
        raise typer.BadParameter("name one of --network and --matrix, not both.", param_hint="--matrix")


def kind_of(text: str, option: str = "--kind") -> str:
    """Return the kind that is asked for, by its id or its name in any spelling."""
    names = {name.lower(): k.id for k in asset_kinds().values() for name in (k.id, k.singular, k.plural)}
    found = names.get(text.strip().lower())
    if found is not None:
        return found
    near = get_close_matches(text.strip().lower(), list(names), n=1)
    nearest = f" The nearest is {names[near[0]]}." if near else ""
    raise typer.BadParameter(
        f"“{text}” is not a kind of place.{nearest} There are {', '.join(asset_kinds())}.",
        param_hint=option,
    )


def minutes_of(minutes: float | None) -> float:
    """Return the minutes that are asked for, or else those of the settings."""
    from data.settings import settings

    asked = settings().reach_min if minutes is None else minutes
    if not 0 < asked <= MOST_MIN:
        raise typer.BadParameter(
            f"{asked:g} is out of range: more than 0, and {MOST_MIN:g} at most.", param_hint="--minutes"
        )
    return asked


def mode_of(text: str) -> "Mode":
    """Return how people travel."""
    from geo.travel import Mode

    if text not in list(Mode):
        raise typer.BadParameter(f"“{text}” is none of {', '.join(Mode)}.", param_hint="--mode")
    return Mode(text)


def with_travel(build: "Build", network: Path | None, matrix: Path | None) -> "Build":
    """Return the build measured by the roads or the times of a file, where one is named."""
    from geo.place_files import require_file

    for path in (network, matrix):
        if path is not None:
            require_file(path)
    if network is not None:
        from geo.find_roads import read_network
        from geo.register_locate import buffer_of

        roads = read_network(network, build.areas, build.starts, buffer_of(build))
        return replace(build, roads=roads, times=None)
    if matrix is not None:
        from geo.find_times import read_times

        return replace(build, times=read_times(matrix, build))
    return build
