"""Publishing: a shared build is made of an internal one, once its audit has passed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import pandas as pd

from data.errors import DisclosureError
from data.ledger import Ledger, one_at_a_time, open_ledger
from data.provenance import Tier
from data.settings import settings
from geo.area_table import AreaTable
from geo.builds import Build, BuildParts, require_target, save_build
from geo.released import RELEASED_FILE, Released
from geo.roads import Roads
from geo.times import Times
from models.disclosure import Release, release, share_areas, share_places
from models.release_rule import ReleasePlan
from models.shared_report import is_public, shared_readme, shared_report, with_places_of_register
from models.suppression import Tell

Ways = TypeVar("Ways", Roads, Times)

LEDGER_NAME: Final = "ledger.jsonl"


@dataclass(frozen=True)
class Published:
    """A release that was made, its folder and its ledger."""

    path: Path
    ledger: Path
    ledger_hash: str
    release: Release
    left_out: tuple[str, ...]


def publish(
    build: Build,
    out: Path,
    controller: str,
    ledger: Path | None = None,
    plan: ReleasePlan | None = None,
    derive: Callable[[AreaTable], AreaTable] | None = None,
    today: date | None = None,
    tell: Tell | None = None,
) -> Published:
    """Protect the counts of a build, attack the result, and write what may leave the council.

    The ledger is written before the folder: were it the other way round, a process that is killed between
    the two would leave figures that no later release knows of.

    Parameters
    ----------
    build
        An internal build with counts of referrals, and the places in force: see
        `geo.register_places.open_in_force`.
    out
        The folder of the shared build. An earlier shared build there is replaced once the new one is whole.
    controller
        Who answers for the figures.
    ledger
        The ledger; else `ATLAS_LEDGER`, else the one that the last release of this build was entered in, else
        `ledger.jsonl` beside `out`.
    plan
        What is published and by which rule; `data/release.toml` when not given.
    derive
        Adds the figures that are derived from counts; `models.demand_columns.with_demand` when not given.
    today
        The day of the release.
    tell
        Called before each step.

    Raises
    ------
    DisclosureError
        When the build has no counts, the ledger of an earlier release is not there, or the audit fails.
    SourceError
        When the folder cannot be written.
    """
    demand = build.demand
    if demand is None:
        raise DisclosureError(
            f"{build.path} holds no counts of referrals, so there is nothing to publish.",
            "Build a folder that has referral extracts, with: atlas build FOLDER",
        )
    _require_shared_target(build, out)
    path = _find_ledger(build, out, ledger)
    with one_at_a_time(path):
        known = open_ledger(path, _demanded(build, out))
        made = release(demand, build.areas, controller, plan, known.entries, today, tell)
        entered = known.with_entry(made.entry)
        parts, left_out = shared_parts(build, made.entered(entered.head), derive)
        entered.save()
        try:
            save_build(out, parts)
        except BaseException:
            _take_back(known)
            raise
        _remember(build, path, entered.head)
    return Published(out, path, entered.head, made, left_out)


def shared_parts(
    build: Build, released: Released, derive: Callable[[AreaTable], AreaTable] | None = None
) -> tuple[BuildParts, tuple[str, ...]]:
    """Return the parts of a shared build, and what it does not hold, in words.

    Columns, events and figures over time stay where their publisher is known; the council's own files and
    those of third parties are left out. Places, outlines and names stay.
    """
    if derive is None:
        from models.demand_columns import with_demand as derive

    areas, without = _public_columns(build.areas)
    shared = share_areas(areas, released, derive)
    events = build.events[build.events["event"].isin(shared.indicators)].reset_index(drop=True)
    series, gone = _public_series(build)
    times, roads = _public_ways(build.times), _public_ways(build.roads)
    left_out = (
        *_words("Columns of files without a publisher", without),
        *_words("Figures over time without a publisher", gone),
        *(["Travel times without a publisher are left out."] if times is not build.times else []),
        *(["Roads without a publisher are left out."] if roads is not build.roads else []),
    )
    readme = shared_readme(released, left_out)
    parts = BuildParts(
        areas=shared,
        outlines=build.outlines,
        places=share_places(build.places),
        starts=build.starts,
        roads=roads,
        times=times,
        series=series,
        events=events,
        report=shared_report(with_places_of_register(build.report, build.places), shared, left_out, released),
        released=replace(released, readme=readme),
    )
    return parts, left_out


def _public_columns(areas: AreaTable) -> tuple[AreaTable, list[str]]:
    """Return the areas without the columns of files that have no publisher, and the labels of these."""
    gone = [
        c
        for c in areas.indicators
        if not c.startswith("demand_") and not is_public(areas.provenance[c].publisher)
    ]
    return areas.without(gone), [areas.dictionary[c].label for c in gone]


def _public_ways(ways: Ways | None) -> Ways | None:
    """Return travel times or roads if they may be shared: what has no publisher may be the council's."""
    return ways if ways is not None and is_public(ways.provenance.publisher) else None


def _public_series(build: Build) -> tuple[pd.DataFrame, list[str]]:
    """Return the figures over time whose publisher is known, and the names of the other files."""
    public = {
        Path(file["path"]).name for file in build.report.get("files", []) if is_public(file["publisher"])
    }
    mine = build.series["file"].isin(public).to_numpy(dtype=bool)
    gone = build.series.loc[~mine, "measure"].astype("str").unique()
    return build.series[mine].reset_index(drop=True), sorted(gone)


def _words(what: str, names: list[str]) -> tuple[str, ...]:
    return (f"{what} are left out ({len(names):,}).",) if names else ()


def _require_shared_target(build: Build, out: Path) -> None:
    """Refuse a folder that is an internal build, or lies in one."""
    require_target(out)
    ours, theirs = build.path.resolve(), out.resolve()
    if theirs.is_relative_to(ours) or ours.is_relative_to(theirs):
        raise DisclosureError(
            f"{out} lies in the internal build, or holds it.", "Name a folder beside it with --to."
        )
    if (out / "areas.parquet").is_file() and AreaTable.open(out / "areas.parquet").tier is not Tier.SHARED:
        raise DisclosureError(f"{out} is an internal build.", "Name another folder with --to.")


def _find_ledger(build: Build, out: Path, ledger: Path | None) -> Path:
    remembered = _remembered(build).get("ledger")
    found = ledger or settings().ledger or (Path(remembered) if remembered else None)
    return (found or out.resolve().parent / LEDGER_NAME).resolve()


def _demanded(build: Build, out: Path) -> tuple[str, ...]:
    """Return the lines that the ledger has to have: those that earlier releases name."""
    lines = [str(_remembered(build).get("head", ""))]
    if (out / RELEASED_FILE).is_file():
        earlier = Released.open(out)
        lines += [str(earlier.facts["ledger"])] if earlier is not None else []
    return tuple(lines)


def _record(build: Build) -> Path:
    return build.path.parent / f".{build.path.name}.ledger.json"


def _remembered(build: Build) -> dict[str, str]:
    """Return where the last release of a build was entered; nothing where there was none."""
    path = _record(build)
    if not path.is_file():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {"ledger": str(said["ledger"]), "head": str(said["head"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DisclosureError(
            f"{path}, which says where the last release was entered, is damaged.",
            "Name the ledger with --ledger, and delete that file once the ledger is whole.",
        ) from error


def _remember(build: Build, ledger: Path, head: str) -> None:
    _record(build).write_text(json.dumps({"ledger": str(ledger), "head": head}), encoding="utf-8")


def _take_back(ledger: Ledger) -> None:
    """Put the ledger back as it was, when the folder could not be written."""
    if ledger.lines:
        ledger.save()
    else:
        ledger.path.unlink(missing_ok=True)
