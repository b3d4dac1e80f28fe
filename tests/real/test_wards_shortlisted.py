"""Greater Manchester's 215 wards by five criteria and many weightings, beside an independent count."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from data.shortlist_criteria import Asked, Counts, Criterion, Direction
from geo.builds import Build
from models.levels import Level, LevelData, level_data
from models.need import overlay_need
from models.shortlist import Shortlist, shortlist_of
from models.shortlist_fairness import fairness_of
from models.shortlist_laid import with_column
from tests.conftest import FULL_PROOFS

CRITERIA = (
    Criterion("need_index_score", 100, Direction.MORE),
    Criterion("need_idaci_rank", 80, Direction.LESS),
    Criterion("pop_0_15", 60, Direction.MORE),
    Criterion("need_health_score", 60, Direction.MORE),
    Criterion("need_crime_score", 30, Direction.MORE),
)
ASKED = Asked("ward", CRITERIA)
DRAWS = 10_000 if FULL_PROOFS else 2_000


@pytest.fixture(scope="module")
def wards(gm_build: Build) -> LevelData:
    """Its wards with combined need."""
    return level_data(overlay_need(gm_build.areas), Level.WARD)


@pytest.fixture(scope="module")
def found(wards: LevelData) -> Shortlist:
    """The shortlist over weightings alone."""
    return shortlist_of(wards, ASKED, seed=1, draws=DRAWS, uncertain=False)


@pytest.mark.proof
def test_acceptabilities_equal_those_of_an_independent_count(wards: LevelData, found: Shortlist) -> None:
    # figures straight from the level, scaled by their ends; weights by rejection: the two of 60 in any order
    figures = wards.frame[[c.indicator for c in CRITERIA if c.indicator in wards.frame]].copy()
    figures["need_idaci_rank"] = -wards.frame["need_idaci_average_rank"]
    figures = figures[[c.indicator for c in CRITERIA]].loc[found.frame.index]
    worth = ((figures - figures.min()) / (figures.max() - figures.min())).to_numpy()
    said, rng = np.array([100.0, 80, 60, 60, 30]), np.random.default_rng(99)
    drawn = rng.uniform(0.75, 1.25, (40 * DRAWS, 5)) * said
    kept = (drawn[:, 0] >= drawn[:, 1]) & (drawn[:, 1] >= drawn[:, 2:4].max(axis=1))
    kept &= drawn[:, 2:4].min(axis=1) >= drawn[:, 4]
    weights = drawn[kept][:DRAWS]
    weights /= weights.sum(axis=1, keepdims=True)
    ranks = rankdata(-(weights @ worth.T), axis=1, method="ordinal").astype(int)
    theirs = np.stack([(ranks == rank + 1).mean(axis=0) for rank in range(len(worth))], axis=1)
    ours = found.acceptability.to_numpy()
    error = np.sqrt(np.maximum(ours + theirs, 1e-4) / 2 * (1 - (ours + theirs) / 2) * 2 / DRAWS)
    assert ours.shape == (215, 215)
    assert (np.abs(ours - theirs) <= 5.5 * error).all()
    chance = (ranks <= 5).mean(axis=0)
    assert np.abs(found.frame["chance_top"].to_numpy() - chance).max() < 5 * np.sqrt(0.25 * 2 / DRAWS)


def test_a_ward_that_is_worse_off_on_all_never_stands_below(found: Shortlist) -> None:
    values, rank = found.values.to_numpy(), found.frame["rank"].to_numpy()
    above = (values[:, None] >= values[None]).all(axis=2) & (values[:, None] > values[None]).any(axis=2)
    assert above.sum() > 1_000
    assert (rank[:, None] < rank[None])[above].all()
    high = found.acceptability.cumsum(axis=1).to_numpy()
    assert (high[:, None] >= high[None] - 1e-9)[above].all()


def test_tiers_are_many_and_the_uncertainty_of_need_widens_ranges(wards: LevelData, found: Shortlist) -> None:
    unsure = shortlist_of(wards, ASKED, seed=1, draws=2_000)
    width, wider = (one.frame["value_high"] - one.frame["value_low"] for one in (found, unsure))
    assert wider.mean() > width.mean()
    assert 10 < found.frame["tier"].max() < 215
    assert found.frame["value"].to_dict() == unsure.frame["value"].to_dict()


def test_a_copy_of_a_ward_has_its_value_and_its_ranks(wards: LevelData) -> None:
    asked = Asked("ward", CRITERIA, counts=Counts.ORDER)
    alone = shortlist_of(wards, asked, draws=500, uncertain=False)
    second = alone.frame.index[1]
    extra = wards.frame.loc[[second]].set_axis(["E05999999"])
    states = wards.status.loc[[second]].set_axis(["E05999999"])
    both = LevelData(
        wards.level,
        _under(wards.frame, extra),
        _under(wards.status, states),
        wards.provenance,
        wards.dictionary,
        wards.vintage,
        wards.tier,
    )
    found = shortlist_of(both, asked, draws=500, uncertain=False)
    assert found.frame.loc[alone.frame.index, "value"].equals(alone.frame["value"])
    pair = found.acceptability.loc[[second, "E05999999"]].to_numpy()
    assert pair[0] == pytest.approx(pair[1])


def _under(frame: pd.DataFrame, row: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a row below it."""
    return pd.concat([frame, row]).rename_axis(frame.index.name)


def test_who_lives_in_those_chosen(gm_build: Build, found: Shortlist) -> None:
    fair = fairness_of(gm_build.areas, found.chosen, Level.WARD)
    fifths = fair.frame[fair.frame["kind"].eq("fifth")]
    inside = gm_build.areas.frame["ward_code"].isin(found.chosen)
    assert fifths["chosen"].sum() == gm_build.areas.frame.loc[inside, "pop_0_15"].sum()
    assert fifths["times"].iloc[0] > 1


def test_a_result_is_weighed_like_any_figure(wards: LevelData) -> None:
    score = wards.frame["need_index_score"].rename("result")
    data = with_column(wards, "result", "A result", score, wards.provenance["need_index_score"])
    asked = Asked("ward", (Criterion("result", 100, Direction.MORE),))
    found = shortlist_of(data, asked, draws=50)
    assert found.frame.index[0] == score.idxmax()
