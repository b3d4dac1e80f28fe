"""Demand in a profile: the rate of one shape, what is expected, how sure that is, who refers and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from data.provenance import Provenance
from geo.area_table import AreaTable
from geo.demand import Demand
from geo.released import Released
from models.demand_figures import area_demand_sentence
from models.demand_measures import Measure, measures_in
from models.demand_mix import MIXED, Share, mix_of_kept, mix_of_released
from models.demand_words import DEMAND_IS_NOT_NEED, shows_no_difference
from models.levels import Level, LevelData
from models.profile import NOT_ADDED_UP
from models.profile_setting import Setting, members_of
from models.rereferrals import rereferral_shares
from models.words import HIDDEN, NO_DATA, Part, Values, number, percent, sentence_case, words_at

BY_WARD_ALONE: Final = (
    "Who refers and why is kept by ward and never by small area: it stands in the profile of the ward."
)
NOT_BY_LOCALITY: Final = (
    "Who refers and why is kept by ward: it stands in the profiles of wards and councils."
)
STEADIED: Final = (
    "A steadied rate is drawn towards that of the whole place, as far as the rest may be chance."
)
FLAT: Final = "The steadied rates are all the same: between these {} no real difference can be told."
SURE: Final = {1: "above", -1: "below", 0: "not sure"}


@dataclass(frozen=True)
class DemandRow:
    """One figure: what it is, that of the shape, and those of what it lies in, the nearest first."""

    label: str
    own: str
    beside: tuple[str, ...]


@dataclass(frozen=True)
class DemandHere:
    """What is known of referrals in one shape.

    Attributes
    ----------
    sentence
        How many there were, against how many expected, and how sure the difference is.
    rows
        Rates and figures beside those of what it lies in.
    sources, needs
        Who referred and why over 36 months; empty for a small area or where it is not kept.
    again
        How many were re-referrals, in words; empty where that is not known.
    notes
        What to bear in mind.
    pedigree
        Where the figures came from.
    """

    sentence: tuple[Part, ...]
    rows: tuple[DemandRow, ...]
    sources: tuple[Share, ...] = ()
    needs: tuple[Share, ...] = ()
    again: str = ""
    notes: tuple[str, ...] = ()
    pedigree: Mapping[str, Provenance] = field(default_factory=dict)


def demand_here(
    areas: AreaTable,
    data: LevelData,
    code: str,
    settings: Sequence[Setting],
    demand: Demand | None = None,
    released: Released | None = None,
) -> DemandHere | None:
    """Bring together what is known of referrals in one shape; None where a build has no figures of them.

    Parameters
    ----------
    areas
        The small areas.
    data
        The values at the level of the shape, its demand made for that level.
    code
        The shape.
    settings
        What it lies in, the nearest first.
    demand
        What an internal build keeps of referrals.
    released
        What a shared build holds of them.
    """
    found = [m for m in measures_in(data.frame.columns) if m.ratio in data.frame.columns]
    if not found:
        return None
    first = found[0]
    sources, needs = _mixes(areas, data.level, code, demand, released)
    return DemandHere(
        sentence=_sentence(data, first, code),
        rows=tuple(_rows(data, code, settings, first, found)),
        sources=sources,
        needs=needs,
        again=_again(areas, data.level, code, demand),
        notes=tuple(_notes(data, first, demand is not None or released is not None)),
        pedigree={data.dictionary[first.ratio].label: data.provenance[first.ratio]},
    )


def _sentence(data: LevelData, measure: Measure, code: str) -> tuple[Part, ...]:
    said = area_demand_sentence(data, code, measure.ratio)
    if said is not None:
        return said
    state = words_at(data, code, measure.column)
    words = {HIDDEN: "hidden, small count", NO_DATA: "no data"}.get(
        state, f"{state}, of which no more can be said"
    )
    return (Part(f"{_what(measure)} over {measure.months} months: "), Part(words, True), Part("."))


def _rows(
    data: LevelData, code: str, settings: Sequence[Setting], first: Measure, found: Sequence[Measure]
) -> list[DemandRow]:
    plain = {
        first.column: f"{_what(first)} over {first.months} months",
        first.rate: "Rate: a year for every 10,000 children",
        first.smoothed: "Steadied rate",
        first.ratio: "Times what is expected",
    }
    rows = [_row(data, code, settings, column, label) for column, label in plain.items()]
    for label, words in (("95 % range of that", _range_at), ("Beyond chance", _sure_at)):
        beside = tuple(words(setting, setting.code, first) for setting in settings)
        rows.append(DemandRow(label, words(data, code, first), beside))
    others = [m for m in found if m is not first and (m.what == first.what or m.months == first.months)]
    labels = {m.rate: f"{_what(m)} over {m.months} months: rate" for m in others}
    rows += [_row(data, code, settings, rate, label) for rate, label in labels.items()]
    return rows


def _what(measure: Measure) -> str:
    return sentence_case(measure.noun)


def _row(data: LevelData, code: str, settings: Sequence[Setting], column: str, label: str) -> DemandRow:
    entry = data.dictionary[column]
    beside = tuple(
        words_at(s, s.code, column, entry) if column in s.frame.columns else NOT_ADDED_UP for s in settings
    )
    return DemandRow(label, words_at(data, code, column, entry), beside)


def _range_at(values: Values, code: str, measure: Measure) -> str:
    if measure.low not in values.frame.columns:
        return NOT_ADDED_UP
    low, high = values.frame.at[code, measure.low], values.frame.at[code, measure.high]
    return words_at(values, code, measure.low) if pd.isna(low) else f"{low:.2f} to {high:.2f}"


def _sure_at(values: Values, code: str, measure: Measure) -> str:
    if measure.signal not in values.frame.columns:
        return NOT_ADDED_UP
    signal = values.frame.at[code, measure.signal]
    return words_at(values, code, measure.signal) if pd.isna(signal) else SURE[int(signal)]


def _mixes(
    areas: AreaTable, level: Level, code: str, demand: Demand | None, released: Released | None
) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    if level not in MIXED:
        return (), ()
    if released is not None:
        sources, needs = (mix_of_released(released, level, code, by) for by in ("source", "need"))
        return sources, needs
    if demand is None:
        return (), ()
    wards = areas.frame.loc[members_of(areas, level, code), "ward_code"].dropna().unique()
    sources, needs = (mix_of_kept(demand, wards, by) for by in ("source", "need"))
    return sources, needs


def _again(areas: AreaTable, level: Level, code: str, demand: Demand | None) -> str:
    """Say what share were re-referrals; of a ward with few referrals that of its council."""
    found = rereferral_shares(demand, areas, level) if demand is not None and level in MIXED else None
    if found is None or code not in found.frame.index:
        return ""
    row = found.frame.loc[code]
    if pd.isna(row["share"]):
        return ""
    likely = f"likely {percent(row['low'])} to {percent(row['high'])}"
    if row["pooled"]:
        return (
            f"Too few to tell re-referrals here; of the council they are {percent(row['share'])} ({likely})."
        )
    counts = f"{number(row['again'])} of {number(row['referrals'])}"
    return f"{percent(row['share'])} were re-referrals ({likely}): {counts} came within 12 months of another."


def _notes(data: LevelData, measure: Measure, kept: bool) -> Iterable[str]:
    yield DEMAND_IS_NOT_NEED
    yield FLAT.format(data.level.plural) if shows_no_difference(data, measure) else STEADIED
    if kept and data.level is Level.AREA:
        yield BY_WARD_ALONE
    elif kept and data.level not in MIXED:
        yield NOT_BY_LOCALITY
