"""Greater Manchester: published factors as the file has them, and effects put into real areas found again."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.assessment_factors import EPISODES, FACTORS
from geo.area_table import AreaTable, make_status
from geo.builds import Build
from geo.neighbours import neighbours_of
from models.assessment_factors import factors_of
from models.drivers import drivers_of
from tests.conftest import FULL_PROOFS

NEED, CRIME = 0.35, 0.1


def with_counts(build: Build, counts: pd.Series) -> AreaTable:
    """The areas of a build with invented counts of children referred over 36 months."""
    values = counts.to_frame("demand_children_36m")
    status = make_status(values)
    pedigree = {"demand_children_36m": build.areas.provenance["need_imd_score"]}
    return build.areas.without(["demand_children_36m"]).overlaid(values, status, pedigree, ())


def test_factors_of_every_council_are_those_of_the_file(gm_build: Build, greater_manchester: Path) -> None:
    path = next((greater_manchester / "timeseries").glob("c3_*.csv"))
    table = pd.read_csv(path, dtype=str)
    assert set(FACTORS) <= set(table.columns)
    latest = table[table["time_period"] == table["time_period"].max()].set_index("new_la_code")
    for council in gm_build.areas.frame["la_code"].unique():
        found = factors_of(gm_build.series, council)
        assert found is not None
        row = latest.loc[council]
        assert found.episodes == float(row[EPISODES])
        for factor, cells in found.frame.iterrows():
            if row[factor].isdigit():
                assert cells["episodes"] == float(row[factor])
            else:
                assert pd.isna(cells["episodes"])
                assert cells["marker"] == row[factor]


@pytest.mark.proof
def test_effects_put_into_real_areas_are_found_again(gm_build: Build) -> None:
    """Counts drawn on real deprivation, children and wards, with a level of each council and of each ward."""
    frame = gm_build.areas.frame
    steps = frame[["need_imd_score", "need_crime_score"]]
    z = ((steps - steps.mean()) / steps.std(ddof=0)).to_numpy()
    held, runs, beside = np.zeros(2), 20 if FULL_PROOFS else 3, neighbours_of(frame.geometry)
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        of_council, of_ward = (
            frame[column].map(
                dict(zip(sorted(frame[column].unique()), rng.normal(size=500) * size, strict=False))
            )
            for column, size in (("la_code", 0.3), ("ward_code", 0.15))
        )
        mean = frame["pop_0_15"] * 0.1 * np.exp(z @ [NEED, CRIME] + of_council + of_ward)
        counts = pd.Series(
            rng.poisson(mean * rng.gamma(20, 1 / 20, len(mean))).astype(float), index=frame.index
        )
        found = drivers_of(with_counts(gm_build, counts), steps, beside, seed=seed)
        rows = found.frame.loc[steps.columns]
        held += (np.log(rows["low"]) <= [NEED, CRIME]) & (np.log(rows["high"]) >= [NEED, CRIME])
        assert found.frame.index[0] == "need_imd_score"
        assert found.skill > 0.4
        assert found.beside is not None
        assert found.beside.moran_i > 0
    assert (held >= 0.6 * runs).all()
