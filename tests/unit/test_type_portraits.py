"""Portraits: what they say is what the figures say, in words that judge nobody."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.asset_kinds import asset_kinds
from geo.area_table import AreaTable
from models.composite_parts import UNDER_FIVES
from models.composites import COMPOSITE, COMPOSITES, Composites
from models.portrait_words import figure_words
from models.type_lacking import kinds_lacking
from models.type_portraits import (
    Portrait,
    Trait,
    level_of,
    portraits_of,
    sentences_of_area,
    suggest_names,
    weighted_moments,
)
from tests.small_places import with_places
from tests.small_profiles import profiled_areas
from tests.small_types import codes_of, composites_with

COUNT = 32
HALF = COUNT // 2
JUDGING = re.compile(
    r"depriv|\bpoor|problem|bad|worst|worse|rough|slum|sink|fail|troubled|left.behind|broken|feckless|vulnerable",
    re.I,
)

LEVELS = {
    "need": 30.0,
    "assets": 2.0,
    "access": 0.5,
    "demand": 1.0,
    "trend": -0.02,
    "rurality": 5.0,
    "young": 0.07,
}


def values_of(seed: int = 3) -> dict[str, list[float | None]]:
    """Composites of which the first half of the areas has much of some and little of others."""
    random = np.random.default_rng(seed)
    first = np.arange(COUNT) < HALF
    return {
        "need": list(np.where(first, 60.0, 20.0) + random.normal(0, 4, COUNT)),
        "assets": list(np.where(first, 2.0, 6.0) + random.normal(0, 0.3, COUNT)),
        "access": list(np.where(first, 0.4, 0.6) + random.normal(0, 0.02, COUNT)),
        "demand": list(1.0 + random.normal(0, 0.001, COUNT) + np.tile([0.1, -0.1], HALF)),
        "trend": list(np.where(first, 0.05, -0.05) + random.normal(0, 0.002, COUNT)),
        "rurality": list(np.where(first, 2.0, 9.0) + random.normal(0, 0.5, COUNT)),
        "young": list(np.where(first, 0.08, 0.05) + random.normal(0, 0.003, COUNT)),
    }


def composites_here() -> Composites:
    reached = {"within_reach_percent": [30.0] * HALF + [70.0] * HALF}
    return composites_with(values_of(), reached)


def types_here() -> pd.Series:
    return pd.Series(["A"] * HALF + ["B"] * (HALF - 1) + [None], codes_of(COUNT), dtype="object")


def areas_here() -> AreaTable:
    shares = {
        "library": [0.1] * HALF + [0.7] * HALF,
        "health": [0.8] * HALF + [1.0] * HALF,
        "family_hub": [None] * HALF + [0.5] * HALF,
    }
    return with_places(profiled_areas(), shares=shares)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Portrait]:
    return dict(portraits_of(composites_here(), types_here(), areas_here()))


def test_a_portrait_says_what_is_higher_and_lower_and_by_how_much(drawn: dict[str, Portrait]) -> None:
    sides = {t.composite.id: t.level.split()[-1] for t in drawn["A"].traits}
    assert sides == {
        "need": "higher",
        "assets": "lower",
        "access": "lower",
        "demand": "average",
        "trend": "higher",
        "rurality": "lower",
        "young": "higher",
    }
    text = " ".join(drawn["A"].sentences)
    assert "a kind of service is within reach of 30% of homes, against 50%" in text
    assert "About average: demand over expected." in drawn["A"].sentences
    assert "5% more a year than in all areas together" in text


def test_figures_of_what_is_called_higher_or_lower_differ() -> None:
    close = {id_: list(level + np.arange(COUNT) / 1e5) for id_, level in LEVELS.items()}
    here = composites_with(close, {"within_reach_percent": list(50.0 + np.arange(COUNT) / 1e3)})
    first = pd.Series(np.arange(COUNT) < HALF, codes_of(COUNT))
    said = {id_: figure_words(here, id_, first, here.weights) for id_ in LEVELS}
    assert said["trend"] == "less than 1% less a year than in all areas together"
    for id_ in set(LEVELS) - {"trend"}:
        mine, usual = re.findall(r"\d+\.\d+", said[id_])
        assert float(mine) < float(usual)


def test_the_share_within_reach_is_told_only_where_it_bears_out_how_near_services_are() -> None:
    """Much further than average, and within reach of hardly fewer homes: that reads like an error."""
    reached = [48.0, 52.0] * (HALF // 2) + [2.0, 100.0] * (HALF // 2)
    here = composites_with(values_of(), {"within_reach_percent": reached})
    first = pd.Series(np.arange(COUNT) < HALF, codes_of(COUNT))
    assert figure_words(here, "access", first, here.weights) == "by how far the nearest of each kind is"


def test_its_figures_are_averages_by_children(drawn: dict[str, Portrait]) -> None:
    composites = composites_here()
    weights = composites.weights.to_numpy()
    for trait in drawn["A"].traits:
        values = composites.frame[trait.composite.id].to_numpy()
        assert trait.value == pytest.approx(np.average(values[:HALF], weights=weights[:HALF]))
        assert trait.average == pytest.approx(np.average(values, weights=weights))
        assert np.sign(trait.gap) == np.sign(trait.value - trait.average)


def test_areas_children_and_wards_are_counted(drawn: dict[str, Portrait]) -> None:
    assert [p.areas for p in drawn.values()] == [HALF, HALF - 1]
    assert drawn["A"].children == areas_here().frame["pop_0_17"].iloc[:HALF].sum()
    assert drawn["A"].wards == (("Ward 1", 8), ("Ward 2", 8))
    assert drawn["B"].wards == (("Ward 3", 8), ("Ward 4", 7))


def test_people_are_not_taken_for_children_nor_what_is_not_known_for_none() -> None:
    some = [None, *([300.0] * (COUNT - 1))]
    areas = profiled_areas(values={"pop_0_17": some, "pop_iod_0_15": some})
    found = portraits_of(composites_here(), types_here(), areas)
    assert np.isnan(found["A"].children)
    assert found["B"].children == 300.0 * (HALF - 1)


def test_what_is_lacking_is_within_reach_of_fewer_homes_and_known_everywhere(
    drawn: dict[str, Portrait],
) -> None:
    assert [(one.kind, round(one.share, 2)) for one in drawn["A"].lacking] == [("library", 0.1)]
    assert drawn["A"].lacking[0].plural == asset_kinds()["library"].plural
    assert drawn["B"].lacking == ()


def test_nothing_is_lacking_where_no_place_is_known() -> None:
    areas = profiled_areas()
    assert kinds_lacking(areas, areas.frame.index[:4], pd.Series(1.0, areas.frame.index)) == ()


def test_no_word_judges(drawn: dict[str, Portrait]) -> None:
    said = [words for p in drawn.values() for words in (p.name, *p.sentences)]
    said += [words for one in COMPOSITES for words in (one.label, one.meaning, one.high_name, one.low_name)]
    assert [words for words in said if JUDGING.search(words)] == []


def test_young_children_are_named_as_they_were_counted() -> None:
    composites = composites_here()
    before = " ".join(portraits_of(composites, types_here(), areas_here())["A"].sentences)
    assert "of everyone are children, against" in before
    under_fives = replace(composites, sources={**composites.sources, "young": UNDER_FIVES})
    after = " ".join(portraits_of(under_fives, types_here(), areas_here())["A"].sentences)
    assert "of everyone are children under five, against" in after


def test_an_area_is_told_beside_all_even_where_its_children_are_not_known() -> None:
    composites = composites_here()
    weights = composites.weights.copy()
    weights.iloc[0] = np.nan
    lacking = replace(composites, weights=weights)
    sentences = sentences_of_area(lacking, "E01000000", areas_here())
    need = composites.frame["need"].iloc[0]
    assert any(s.startswith("Need: ") and f"({need:.0f} on a scale of 100" in s for s in sentences)
    assert sentences[-1].startswith("Child poverty (IDACI) is higher than in ")


def test_referrals_are_not_called_children() -> None:
    counted = replace(
        composites_here(), sources={**composites_here().sources, "demand": "Referrals over 12 months"}
    )
    inside = pd.Series(True, codes_of(COUNT))
    assert " referrals for each one expected" in figure_words(counted, "demand", inside, counted.weights)


def test_demand_that_may_be_chance_is_said_to_be() -> None:
    values = {**values_of(), "demand": [1.5, *([1.0] * (COUNT - 2)), 0.9]}
    measures = {"within_reach_percent": [50.0] * COUNT, "demand_signal": [0.0, 1.0, *([0.0] * (COUNT - 2))]}
    composites = composites_with(values, measures)
    first = sentences_of_area(composites, "E01000000", areas_here())
    assert first[-1] == "That referrals here differ from what is expected may be chance."
    second = sentences_of_area(composites, "E01000001", areas_here())
    assert not any("chance" in words for words in second)


def trait(id_: str, gap: float) -> Trait:
    return Trait(COMPOSITE[id_], 0.0, 0.0, gap, level_of(gap), "")


def test_names_are_of_need_and_of_what_stands_out_most() -> None:
    names = suggest_names(
        {
            "A": (trait("need", 1.2), trait("assets", -0.5), trait("access", 0.9)),
            "B": (trait("need", 0.1), trait("rurality", 2.0)),
            "C": (trait("need", -0.8), trait("young", 0.1)),
        }
    )
    assert names == {
        "A": "High need, services close by",
        "B": "Middling need, open land",
        "C": "Low need",
    }


def test_no_two_types_have_the_same_name() -> None:
    high = (trait("need", 1.0), trait("access", 0.9), trait("young", 0.6))
    names = suggest_names({"A": high, "B": high[:2], "C": (trait("need", 0.0),), "D": (trait("need", 0.1),)})
    assert names == {
        "A": "High need, services close by, young families",
        "B": "High need, services close by",
        "C": "Middling need (C)",
        "D": "Middling need (D)",
    }
    assert suggest_names({"A": ()}) == {"A": "Much as elsewhere"}


def test_moments_are_those_of_what_is_known() -> None:
    values, weights = pd.Series([1.0, None, 4.0, 9.0]), pd.Series([1.0, 5.0, 2.0, None])
    mean, spread = weighted_moments(values, weights)
    assert mean == pytest.approx(3.0)
    assert spread == pytest.approx(np.sqrt(np.cov([1.0, 4.0], fweights=[1, 2], ddof=0)))
    assert all(np.isnan(weighted_moments(values[[1]], weights)))
