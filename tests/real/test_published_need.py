"""Need against figures that others published, and against scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from geo.builds import Build
from models.levels import NEED_INDEX, Level, level_data
from models.need import overlay_need, place_of, transform_place
from models.need_ranks import domains_of, measure_need
from models.need_words import need_method

pytestmark = pytest.mark.real

PUBLISHED_WEIGHTS = {
    "income": 0.225,
    "employment": 0.225,
    "education": 0.135,
    "health": 0.135,
    "crime": 0.093,
    "barriers": 0.093,
    "living": 0.093,
}
AGREEMENT = {"greater_manchester": 0.984, "england": 0.971}
"""How far our ranks go with those of the published index: close, because six of seven domains are its own."""


def test_the_transformation_gives_the_published_index_to_its_last_decimal(gm_build: Build) -> None:
    """Domain ranks, transformed and weighted as the publisher says, are the published score."""
    areas = gm_build.areas
    score = sum(
        weight * transform_place(place_of(areas, f"need_{stem}_rank"))
        for stem, weight in PUBLISHED_WEIGHTS.items()
    )
    np.testing.assert_allclose(score, areas.frame["need_imd_score"], atol=0.000_51)


@pytest.mark.parametrize("place", AGREEMENT)
def test_ranks_go_with_those_of_the_published_index_as_stated(
    place: str, request: pytest.FixtureRequest
) -> None:
    build: Build = request.getfixturevalue({"england": "england_build"}.get(place, "gm_build"))
    data = level_data(overlay_need(build.areas), Level.AREA)
    agreement = -spearmanr(data.frame[NEED_INDEX], data.frame["need_imd_rank"]).statistic
    assert agreement == pytest.approx(AGREEMENT[place], abs=0.0005)
    assert any(f"correlation of {agreement:.2f}" in line for line in need_method(data))


def test_every_area_of_england_has_need_from_seven_domains(england_build: Build) -> None:
    data = level_data(overlay_need(england_build.areas), Level.AREA)
    need = measure_need(data)
    assert len(domains_of(data)) == 7
    assert need.ranked == 32_844
    assert sorted(need.frame["rank"]) == list(range(1, 32_845))
    assert (need.frame["rank_low"] <= need.frame["rank_high"]).all()


def test_wards_keep_the_children_that_they_are_weighted_by(gm_build: Build) -> None:
    table = overlay_need(gm_build.areas)
    wards = measure_need(level_data(table, Level.WARD)).frame["score"]
    people = pd.Series(table.frame[table.dictionary[NEED_INDEX].denominator])
    weighted = (table.frame[NEED_INDEX] * people).groupby(table.frame["ward_code"]).sum()
    np.testing.assert_allclose(wards, weighted / people.groupby(table.frame["ward_code"]).sum())
