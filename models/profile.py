"""The profile of one small area, ward, locality or council: its figures beside those of what it lies in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.asset_kinds import asset_kinds
from data.indicators import Indicator, Kind
from data.need_weights import Domain
from geo.area_table import AreaTable
from geo.reach_columns import ReachColumn
from models.classes import offered_indicators
from models.levels import DOMAIN_PREFIX, LevelData, stem_of
from models.nearness import journey_word, near_words
from models.need_words import POINTS, has_ranks, rank_cells
from models.profile_setting import Setting
from models.schemes import is_national_rank
from models.words import HIDDEN, NO_DATA, number, sentence_case, value_words, words_at

NEAREST_COMPARED: Final = ("family_hub", "library")
NO_WAY: Final = "No way known"
NOT_ADDED_UP: Final = "Not added up"


@dataclass(frozen=True)
class Mark:
    """One figure of one place.

    Attributes
    ----------
    name
        The place.
    value
        The figure in words; "Hidden" or "No data" where there is none.
    worse_than
        The share of England's small areas that are less deprived, 0 to 1; None where that is not known.
    """

    name: str
    value: str
    worse_than: float | None = None


@dataclass(frozen=True)
class Line:
    """One indicator of a profile.

    Attributes
    ----------
    indicator
        What it is.
    own
        The figure of the shape.
    tenth
        Its tenth of England, or how many of its small areas are in the most deprived one; else empty.
    beside
        The same figure of what the shape lies in, the nearest first.
    """

    indicator: Indicator
    own: Mark
    tenth: str
    beside: tuple[Mark, ...]


@dataclass(frozen=True)
class Points:
    """What one domain gives to need: its points, the most it could give, and those of each setting."""

    label: str
    points: float
    most: float
    beside: tuple[str, ...]


@dataclass(frozen=True)
class KindHere:
    """One kind of place in words.

    Attributes
    ----------
    kind
        What its places are called.
    inside
        How many are inside.
    within
        How many at least half of the homes of a small area have within reach; of a larger shape, the share
        of homes that have one.
    nearest
        The name of the nearest, of a small area.
    far
        How long it takes there.
    """

    kind: str
    inside: str
    within: str
    nearest: str
    far: str


@dataclass(frozen=True)
class PlacesHere:
    """The kinds of place in a shape and near it.

    Attributes
    ----------
    kinds
        One a kind, in the order of the kinds.
    journey
        What a journey to them is called: "walk".
    within
        How near is within reach: "within 15 minutes’ walk".
    method
        What minutes were measured by, in a sentence.
    nothing_near
        Whether no home has a place of any kind within reach, though of some it is known.
    """

    kinds: tuple[KindHere, ...] = ()
    journey: str = ""
    within: str = ""
    method: str = ""
    nothing_near: bool = False


def deprivation_lines(data: LevelData, code: str, settings: Sequence[Setting]) -> list[Line]:
    """Return every national rank of a shape beside those of its settings, the worst first.

    Parameters
    ----------
    data
        Values at the level of the shape.
    code
        The shape.
    settings
        What it lies in, the nearest first.
    """
    entries = [entry for entry in data.dictionary.values() if is_national_rank(entry)]
    lines = [
        _rank_line(data, code, settings, entry)
        for entry in {e.id: e for e in entries}.values()
        if data.column_of(entry) in data.frame.columns
    ]
    return sorted(lines, key=lambda line: -(-1.0 if line.own.worse_than is None else line.own.worse_than))


def _rank_line(data: LevelData, code: str, settings: Sequence[Setting], entry: Indicator) -> Line:
    column = data.column_of(entry)
    of = data.ranked_in(column).areas
    average = f"{stem_of(entry.id)}_average_rank"
    own = _rank_mark(_name(data, code), data.frame.at[code, column], data.status.at[code, column], of)
    beside = tuple(
        _rank_mark(s.name, s.frame.at[s.code, average], s.status.at[s.code, average], of) for s in settings
    )
    return Line(entry, own, _tenth(data, code, entry), beside)


def _rank_mark(name: str, rank: float, status: str, of: int) -> Mark:
    words = value_words(rank, status)
    return Mark(name, words, None if words in (HIDDEN, NO_DATA) else (of - float(rank)) / of)


def _tenth(data: LevelData, code: str, entry: Indicator) -> str:
    """Say which tenth of England an area is in, or how many areas of a shape are in the most deprived one."""
    stem = stem_of(entry.id)
    column = f"{stem}_worst_decile_share" if data.is_added_up else f"{stem}_decile"
    if column not in data.frame.columns:
        return ""
    words = words_at(data, code, column)
    if words in (HIDDEN, NO_DATA) or not data.is_added_up:
        return words
    areas = int(data.frame.at[code, "areas"])
    return f"{round(data.frame.at[code, column] * areas):,} of {areas:,}"


def other_lines(areas: AreaTable, data: LevelData, code: str, settings: Sequence[Setting]) -> list[Line]:
    """Return every other indicator of a shape beside its settings, in the order in which a map offers them.

    Numbers of people and places add up, so that those of a setting include the shape's own; a number of which
    nobody has said what it is stands for the small area alone.
    """
    entries = [e for e in offered_indicators(areas) if not is_national_rank(e)]
    return [_other_line(data, code, settings, entry) for entry in entries if entry.id in data.frame.columns]


def _other_line(data: LevelData, code: str, settings: Sequence[Setting], entry: Indicator) -> Line:
    own = Mark(_name(data, code), words_at(data, code, entry.id, entry))
    beside = tuple(Mark(s.name, _value_in(s, entry)) for s in settings)
    return Line(entry, own, "", beside)


def _value_in(setting: Setting, entry: Indicator) -> str:
    if entry.kind in (Kind.OTHER, Kind.DECILE) or entry.id not in setting.frame.columns:
        return NOT_ADDED_UP
    return words_at(setting, setting.code, entry.id, entry)


def need_points(
    data: LevelData,
    code: str,
    domains: Iterable[Domain],
    weights: Mapping[str, float],
    settings: Sequence[Setting],
) -> list[Points]:
    """Return what each domain gives to a shape's score of need, the most first, beside its settings.

    Parameters
    ----------
    data
        Values with need ranked: see `models.need_ranks.with_need`.
    code
        The shape.
    domains, weights
        The domains that are counted and the share of each.
    settings
        What the shape lies in.
    """
    found = []
    for domain in domains:
        column = f"{DOMAIN_PREFIX}{domain.id}_score"
        share = weights[domain.id]
        beside = tuple(_points_words(setting, column, share) for setting in settings)
        points = float(data.frame.at[code, f"{POINTS}{domain.id}"])
        found.append(Points(domain.label, points, 100 * share, beside))
    known = [p for p in found if not pd.isna(p.points)]
    return sorted(known, key=lambda p: -p.points)


def _points_words(setting: Setting, column: str, share: float) -> str:
    words = words_at(setting, setting.code, column)
    return words if words in (HIDDEN, NO_DATA) else f"{setting.frame.at[setting.code, column] * share:.1f}"


def places_here(data: LevelData, code: str, near: pd.DataFrame | None) -> PlacesHere:
    """Say of each kind of place how many are inside a shape, who has one within reach, and how far it is.

    Parameters
    ----------
    data
        The values at the level of the shape.
    code
        The shape.
    near
        The nearest place of each kind to a small area by name, and how many are within its reach: see
        `geo.nearest.nearest_by_kind`. A larger shape has none, and averages over its small areas stand
        instead.
    """
    columns = {kind.id: [f"asset_{kind.id}", *reach_columns(kind.id)] for kind in asset_kinds().values()}
    known = {kind: three for kind, three in columns.items() if set(three) <= set(data.frame.columns)}
    if not known:
        return PlacesHere()
    rows = []
    for kind, (count, reach, share) in known.items():
        inside, far, homes = (words_at(data, code, c, data.dictionary[c]) for c in (count, reach, share))
        told = near is not None and homes not in (HIDDEN, NO_DATA)
        there = near.loc[kind] if near is not None and told and kind in near.index else None
        counted = number(0.0 if there is None else there["within"]) if told else homes
        rows.append(
            KindHere(
                kind=sentence_case(asset_kinds()[kind].plural),
                inside=inside,
                within=counted,
                nearest="" if there is None else str(there["name"]),
                far=NO_WAY if far == NO_DATA != homes else far,
            )
        )
    _, reach, share = next(iter(known.values()))
    shares = data.frame.loc[code, [three[-1] for three in known.values()]].dropna()
    return PlacesHere(
        kinds=tuple(rows),
        journey=journey_word(data.dictionary[reach]),
        within=near_words(data.dictionary[share]),
        method=data.dictionary[reach].method,
        nothing_near=bool(len(shares)) and bool(shares.eq(0).all()),
    )


def reach_columns(kind: str) -> tuple[str, str]:
    """Return the columns of the minutes to the nearest of a kind, and of the homes that have one near."""
    return ReachColumn.MINUTES.of(kind), ReachColumn.SHARE.of(kind)


def compare_shapes(data: LevelData, codes: Collection[str]) -> list[tuple[str, tuple[Mark, ...]]]:
    """Return what is known of several shapes side by side, by its label.

    Children, the rank for need and the nearest hub and library stand first; then every national rank, in the
    order of the dictionary.
    """
    children = data.children_column(pd.Index(list(codes)))
    columns = [children, *(ReachColumn.MINUTES.of(kind) for kind in NEAREST_COMPARED)]
    rows = []
    if has_ranks(data):
        ranks = rank_cells(data)
        marks = tuple(Mark(_name(data, c), ranks[c] if pd.notna(ranks[c]) else NO_DATA) for c in codes)
        rows.append(("Rank for combined need (likely range)", marks))
    for column in columns:
        if column is not None and column in data.frame.columns:
            entry = data.dictionary[column]
            rows.append(
                (entry.label, tuple(Mark(_name(data, c), words_at(data, c, column, entry)) for c in codes))
            )
    entries = {e.id: e for e in data.dictionary.values() if is_national_rank(e)}
    shown = [e for e in entries.values() if data.column_of(e) in data.frame.columns]
    return rows + [(e.label, tuple(_rank_line(data, code, (), e).own for code in codes)) for e in shown]


def _name(data: LevelData, code: str) -> str:
    return str(data.frame.at[code, "name"])
