"""What a shortlist was made of, kept with its record; and by name what of it is another today.

A record holds for each criterion the files that its figures came from, by SHA-256, what was done with them,
and a hash of the figures themselves: a change is told by the file where a file tells of it, by the method,
the places or the ways between them where those changed, and by the figures alone where nothing else tells.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd
import shapely

from data.asset_kinds import asset_kinds
from data.errors import SourceError
from data.provenance import Provenance
from data.register.decisions import Choice, Decision, Input
from data.register.records import Role
from data.shortlist_criteria import Asked, as_document
from data.version import app_version
from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import SESSIONS, Places
from models.levels import CODE_COLUMNS, Level, LevelData
from models.shortlist import DRAWS, Shortlist
from models.shortlist_values import column_of

ON_PLACES: Final = ("access_", "asset_", "out_of_reach_")
"""How columns begin that rest on places of one kind; what follows begins with its id."""
ON_EVERY_KIND: Final = ("type_", "model_")
"""How columns begin that may rest on places of any kind."""
CONSIDERED: Final = 0.1
"""The least chance of being among the first that makes a shape that is out one that was considered, if it is
in no lower a tier than the last that is in."""
MOST_LISTED: Final = 2_000
"""How many shapes a record holds, those that come first."""


@dataclass(frozen=True)
class Basis:
    """What a shortlist is made of on one build. The attributes are those of `Decision` of the same names.

    Attributes
    ----------
    codes
        The shapes that are compared, by code: their names. Of a record, those that it holds.
    level
        What they are.
    """

    inputs: tuple[Input, ...]
    areas: str
    places: Mapping[str, str]
    place_counts: Mapping[str, int]
    travel: str
    settings: Mapping[str, Any]
    place: str
    built: str
    app: str
    level: Level
    codes: Mapping[str, str] = field(default_factory=dict)
    not_listed: int = 0


def basis_of(record: Decision) -> Basis:
    """Return what a record says that it was made of."""
    return Basis(
        inputs=record.inputs,
        areas=record.areas,
        places=record.places,
        place_counts=record.place_counts,
        travel=record.travel,
        settings=record.settings,
        place=record.place,
        built=record.built,
        app=record.app,
        level=Level(record.level),
        codes={choice.code: choice.name for choice in record.choices},
        not_listed=record.not_listed,
    )


def basis_on(
    data: LevelData, asked: Asked, build: Build, areas: AreaTable, *, seed: int = 0, draws: int = DRAWS
) -> Basis:
    """Say what a shortlist is made of on a build, whether it can be made or not.

    Parameters
    ----------
    data
        Values at the level that is asked for, with all that is laid over them.
    asked
        What is asked; a criterion that the build has no figures of is left out.
    build
        With the places that count, of files or of the register.
    areas
        The small areas, with need and places laid over them.
    seed, draws
        Of the weightings.
    """
    inputs = recorded_inputs(data, asked, build, areas)
    kinds = kinds_of(one.column for one in inputs)
    hashes, counts = _hash_places(build.places, kinds)
    frame = data.frame
    if asked.within:
        frame = frame[frame["la_code"].eq(asked.within).fillna(False)]
    return Basis(
        inputs=inputs,
        areas=areas.content_hash,
        places=hashes,
        place_counts=counts,
        travel=build.travel_revision if kinds else "",
        settings={"weightings drawn": draws, "seed": seed},
        place=str(build.report.get("folder", "")),
        built=str(build.report.get("made", "")),
        app=app_version(),
        level=data.level,
        codes={str(code): str(name) for code, name in frame["name"].sort_index().items()},
    )


def recorded_inputs(data: LevelData, asked: Asked, build: Build, areas: AreaTable) -> tuple[Input, ...]:
    """List what each criterion is made of, and what says which small areas make up a shape.

    Returns
    -------
    tuple of Input
        In the order of the criteria; a criterion that the build has no figures of is left out.
    """
    named = _files_of(build.report)
    found = []
    for criterion in asked.criteria:
        try:
            column = column_of(data, criterion.indicator)
        except SourceError:
            continue
        entry = data.dictionary.get(criterion.indicator)
        label, unit = (entry.label, entry.unit) if entry else (criterion.indicator, "")
        figures = data.frame[column].astype("float64")
        found.append(_input(criterion.indicator, label, unit, data.provenance.get(column), named, figures))
    code = CODE_COLUMNS.get(data.level)
    if code is not None and code in areas.provenance:
        which = areas.frame[code].astype("string").fillna("")
        label = f"Which {data.level.singular} a small area is in"
        found.append(_input(code, label, "", areas.provenance[code], named, which))
    return tuple(found)


def _input(
    column: str,
    label: str,
    unit: str,
    source: Provenance | None,
    named: Mapping[str, str],
    figures: pd.Series,
) -> Input:
    if source is None:
        return Input(column, label, unit=unit, figures=_hash_figures(figures))
    hashes = [sha for sha in source.sha256.split("; ") if sha]
    alone = f"{source.file} ({source.vintage})" if source.vintage else source.file
    files = {sha: named.get(sha) or (alone if len(hashes) == 1 else source.file) for sha in hashes}
    return Input(
        column=column,
        label=label,
        source=source.source,
        publisher=source.publisher,
        vintage=source.vintage,
        file=source.file,
        sha256=source.sha256,
        files=files,
        unit=unit,
        steps=source.steps,
        figures=_hash_figures(figures),
    )


def _files_of(report: Mapping[str, Any]) -> dict[str, str]:
    """Return what each file of a build is called, by SHA-256, with its edition where it has one."""
    named = {}
    for file in report.get("files", ()):
        name = str(file["path"]).rsplit("/", 1)[-1]
        edition = str(file.get("edition") or "")
        named[str(file["sha256"])] = f"{name} ({edition})" if edition else name
    return named


def _hash_figures(figures: pd.Series) -> str:
    """Hash figures in the order of their codes and to ten digits, so that a rounding tells nothing."""
    digest = hashlib.sha256()
    for code, value in figures.sort_index().items():
        word = value if isinstance(value, str) else "" if pd.isna(value) else f"{value:.10g}"
        digest.update(f"{code}\t{word}\n".encode())
    return digest.hexdigest()


def kinds_of(columns: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds of place that columns rest on, in the order of their ids.

    Examples
    --------
    >>> kinds_of(["access_library_min", "out_of_reach_family_hub_share", "pop_0_17"])
    ('family_hub', 'library')
    """
    named = list(columns)
    if any(column.startswith(ON_EVERY_KIND) for column in named):
        return tuple(sorted(asset_kinds()))
    starts = {kind: tuple(f"{start}{kind}" for start in ON_PLACES) for kind in asset_kinds()}
    return tuple(sorted(kind for kind, words in starts.items() if any(c.startswith(words) for c in named)))


def _hash_places(places: Places, kinds: Iterable[str]) -> tuple[dict[str, str], dict[str, int]]:
    """Hash the places that count of each kind: which they are, where they are and how much there is."""
    hashes, counts = {}, {}
    for kind in kinds:
        mine = places.counted.loc[places.counted["kind"].eq(kind)].sort_index()
        digest = hashlib.sha256("\n".join(map(str, mine.index)).encode())
        digest.update(shapely.get_coordinates(mine.geometry.to_numpy()).round(2).tobytes())
        digest.update(mine[SESSIONS].to_numpy(dtype=float).tobytes())
        hashes[kind], counts[kind] = digest.hexdigest(), len(mine)
    return hashes, counts


def record_of(shortlist: Shortlist, basis: Basis, data: LevelData, decision_id: str) -> Decision:
    """Return the draft of a record of a shortlist, to which people add its name, reasons and answers.

    Those that the shortlist lists are in; of the others those are marked as considered that cannot be told
    apart from them: see `CONSIDERED`.

    Parameters
    ----------
    shortlist
        The shortlist.
    basis
        What it was made of: see `basis_on`.
    data
        The values of its level.
    decision_id
        A new UUID.
    """
    ranked = shortlist.frame.head(MOST_LISTED)
    return Decision(
        id=decision_id,
        version=0,
        name="",
        level=shortlist.level.value,
        tier=shortlist.tier,
        criteria=as_document(shortlist.asked),
        weights=dict(shortlist.weights),
        top=shortlist.asked.top,
        choices=(*_ranked(ranked), *_barred(shortlist.out, data, MOST_LISTED - len(ranked))),
        not_listed=max(0, len(shortlist.frame) + len(shortlist.out) - MOST_LISTED),
        inputs=basis.inputs,
        areas=basis.areas,
        places=basis.places,
        place_counts=basis.place_counts,
        travel=basis.travel,
        settings=basis.settings,
        place=basis.place,
        built=basis.built,
        app=basis.app,
        sentence=shortlist.sentence,
        caveats=shortlist.caveats,
        role=Role.VIEWER,
    )


def renewed(record: Decision, fresh: Decision) -> Decision:
    """Return a record with the shortlist of another: what people typed stays, reasons by code.

    Those that the new shortlist lists are in; a reason stays with its ward whether that is in or out now.

    Parameters
    ----------
    record
        A draft.
    fresh
        What `record_of` makes of what is asked now.
    """
    typed = {choice.code: choice for choice in record.choices}
    choices = tuple(
        replace(choice, reason=typed[choice.code].reason) if choice.code in typed else choice
        for choice in fresh.choices
    )
    mine = ("id", "version", "state", "name", "question", "weights_by", "equality", "equality_by")
    kept = {name: getattr(record, name) for name in (*mine, "successor_of")}
    return replace(fresh, **kept, choices=choices)


def _ranked(frame: pd.DataFrame) -> tuple[Choice, ...]:
    chosen = frame[frame["chosen"]]
    lowest = int(chosen["tier"].max()) if len(chosen) else 0
    near = ~frame["chosen"] & frame["tier"].le(lowest) & frame["chance_top"].ge(CONSIDERED)
    return tuple(
        Choice(
            code=str(code),
            name=str(row["name"]),
            council=_text(row["la_name"]),
            rank=int(row["rank"]),
            value=float(row["value"]),
            chance=float(row["chance_top"]),
            tier=int(row["tier"]),
            listed=bool(row["chosen"]),
            chosen=bool(row["chosen"]),
            considered=bool(near[code]),
        )
        for code, row in frame.iterrows()
    )


def _barred(out: pd.DataFrame, data: LevelData, most: int) -> tuple[Choice, ...]:
    councils = data.frame["la_name"]
    return tuple(
        Choice(str(code), str(row["name"]), _text(councils[code]), barred=str(row["words"]))
        for code, row in out.sort_index().head(max(most, 0)).iterrows()
    )


def _text(value: Any) -> str:  # noqa: ANN401
    return "" if pd.isna(value) else str(value)
