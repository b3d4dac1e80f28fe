"""The sentences of a pen portrait, in units that people know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.indicators import national_list
from geo.area_table import AreaTable
from models.composite_parts import UNDER_FIVES
from models.composites import Composites
from models.profile_words import POVERTY
from models.words import percent

if TYPE_CHECKING:
    from models.type_portraits import Trait

LEVELS: Final = ((1.0, "much"), (0.4, ""), (0.15, "a little"))
"""From how many standard deviations of all areas which word is used, the widest first."""

MISLEADING: Final = 3.0
"""Services are called near by how far each is. Where the share of homes within reach lies so many times as
many, or as few, standard deviations from the average, it would belie that and is not told."""


def figure_words(composites: Composites, id_: str, inside: pd.Series, weights: pd.Series) -> str:
    """Write how some areas are on a composite, and how all are: "48, against 27 in all areas"."""
    values = composites.frame[id_]
    here, everywhere = _mean(values[inside], weights), _mean(values, weights)
    if id_ == "need":
        mine, usual = _apart(here, everywhere, 0)
        return f"{mine} on a scale of 100, against {usual} in all areas"
    if id_ == "assets":
        mine, usual = _apart(here, everywhere, 1)
        return f"{mine} for each 1,000 children, against {usual}"
    if id_ == "access":
        reached = composites.measures["within_reach_percent"]
        near, all_homes = _mean(reached[inside], weights), _mean(reached, weights)
        gap, of_share = (here - everywhere) * reached.std(), (near - all_homes) * values.std()
        if gap * of_share <= 0 or not 1 / MISLEADING <= of_share / gap <= MISLEADING:
            return "by how far the nearest of each kind is"
        mine, usual = _apart(near, all_homes, 0)
        return f"a kind of service is within reach of {mine}% of homes, against {usual}%"
    if id_ == "demand":
        noun = "referrals" if composites.sources[id_].startswith("Referrals") else "children referred"
        mine, usual = _apart(here, everywhere, 2)
        return f"{mine} {noun} for each one expected, against {usual}"
    if id_ == "trend":
        return f"{_change((1 + here) / (1 + everywhere) - 1)} a year than in all areas together"
    if id_ == "rurality":
        mine, usual = _apart(here, everywhere, 1)
        return f"{mine} hectares of land for each 100 people, against {usual}"
    young = "children under five" if composites.sources[id_] == UNDER_FIVES else "children"
    mine, usual = _apart(here * 100, everywhere * 100, 1)
    return f"{mine}% of everyone are {young}, against {usual}%"


def _apart(here: float, everywhere: float, decimals: int) -> tuple[str, str]:
    """Write two figures with as many decimals as are given, or as many more as tell them apart."""
    written = ((f"{here:.{n}f}", f"{everywhere:.{n}f}") for n in range(decimals, decimals + 4))
    return next((pair for pair in written if pair[0] != pair[1]), (f"{here}", f"{everywhere}"))


def portrait_sentences(
    traits: tuple[Trait, ...], areas: AreaTable, codes: pd.Index, weights: pd.Series
) -> tuple[str, ...]:
    """Write a portrait: a sentence for each composite that stands out, the most first; then the rest.

    Parameters
    ----------
    traits
        How the type is on each composite.
    areas
        All areas.
    codes
        Those of the type.
    weights
        What each area counts by.
    """
    ordered = sorted(traits, key=lambda t: (-abs(t.gap), t.composite.id))
    out = [t for t in ordered if t.level != "about average"]
    same = [t for t in traits if t.level == "about average"]
    sentences = [f"{t.composite.label}: {t.level} than average ({t.words})." for t in out]
    if same:
        sentences.append(f"About average: {', '.join(t.composite.label.lower() for t in same)}.")
    return (*sentences, *_poverty(areas, codes, weights))


def _poverty(areas: AreaTable, codes: pd.Index, weights: pd.Series) -> list[str]:
    """Say how children's poverty compares with England's."""
    for column, words in POVERTY.items():
        if column in areas.frame and areas.frame.loc[codes, column].notna().all():
            of = national_list(areas.provenance[column].vintage, areas.vintage).areas
            worse = (of - _mean(areas.frame.loc[codes, column].astype("float64"), weights)) / of
            label = f"{words[:1].upper()}{words[1:]}"
            average = "on average " if len(codes) > 1 else ""
            return [f"{label} is {average}higher than in {percent(worse)} of England's small areas."]
    return []


def _change(share: float) -> str:
    return f"{percent(abs(share))} {'more' if share > 0 else 'less'}"


def _mean(values: pd.Series, weights: pd.Series) -> float:
    its = weights.reindex(values.index)
    known = (values.notna() & its.notna()).to_numpy()
    if not known.any():
        return float("nan")
    return float(np.average(values.to_numpy(dtype=float)[known], weights=its.to_numpy(dtype=float)[known]))
