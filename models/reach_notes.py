"""What has to be known of reach beside its figures: how it was measured, and what was not."""

from collections.abc import Iterator
from typing import Final

from data.asset_kinds import asset_kinds
from data.settings import settings
from geo.builds import Build
from geo.register_locate import buffer_of
from geo.travel import Means, Mode, TravelCosts, metres_of
from models.places import describe_unconfirmed
from models.reach_asked import Asked
from models.reach_supply import children_note
from models.words import distance, figure, sentence_case

ACROSS: Final = "near their borders, more may be within reach."
"""How a note ends on a kind that is known in some councils only."""


def notes_of(build: Build, asked: Asked, costs: TravelCosts, column: str | None) -> Iterator[str]:
    """Yield what has to be known of an answer, in sentences.

    Parameters
    ----------
    build
        The build.
    asked
        What was asked.
    costs
        What travel costs.
    column
        The column of children; None where none was loaded.
    """
    if costs.means is Means.MATRIX:
        yield from costs.notes[1:]
    mine = build.places.frame["kind"] == asked.kind
    silent = describe_unconfirmed(build.places, mine, settings().stale_months)
    if silent:
        yield silent
    if column and children_note(asked.kind, column):
        yield children_note(asked.kind, column)
    yield from _unknown_across(build, asked.kind)
    buffer_m = buffer_of(build)
    beyond = f"Places more than {distance(buffer_m)} outside these areas are not known"
    if costs.means is Means.MATRIX:
        yield f"{beyond}: near the border, more may be within reach."
    elif farthest_m(asked.minutes, asked.mode, costs.means) > buffer_m:
        told = f"{beyond}, and {figure(asked.minutes)} minutes reach further"
        yield f"{told}: near the border, more may be within reach."


def _unknown_across(build: Build, kind: str) -> Iterator[str]:
    """Say where a kind is known in some councils of a build only: what lies across their borders is not."""
    councils = build.areas.frame["la_code"].dropna().unique()
    counted = build.places.counted
    known = counted.loc[(counted["kind"] == kind).to_numpy(dtype=bool), "la_code"].dropna().nunique()
    if 0 < known < len(councils):
        plural = sentence_case(asset_kinds()[kind].plural)
        yield f"{plural} are known in {known:,} of {len(councils):,} councils only: {ACROSS}"


def farthest_m(minutes: float, mode: Mode, means: Means) -> float:
    """Return how far away, as the crow flies, a place within some minutes can be, in metres."""
    along_m = metres_of(minutes, mode)
    return along_m / settings().detour if means is Means.LINE else along_m
