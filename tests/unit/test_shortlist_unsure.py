"""The uncertainty of figures: drawn about the figure, within the range that is stated, and said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.need_weights import standard_weights
from data.provenance import Status
from models.demand_measures import MEASURES
from models.levels import DOMAIN_PREFIX, NEED_INDEX, LevelData
from models.need import combine
from models.need_ranks import domains_of, rank_range
from models.shortlist import shortlist_of
from models.shortlist_unsure import CountRange, unsure_of
from tests.small_shortlists import asked_of, indicator_of, less, more, wards_of

M = MEASURES[0]


def needy(count: int = 30, seed: int = 2) -> LevelData:
    """Wards with four domains of need and their average."""
    rng = np.random.default_rng(seed)
    ids = ("poverty", "education", "health", "crime")
    figures = {f"{DOMAIN_PREFIX}{id_}_score": rng.uniform(0, 100, count) for id_ in ids}
    bare = wards_of({**figures, NEED_INDEX: np.zeros(count)})
    weights = {f"{DOMAIN_PREFIX}{k}_score": w for k, w in standard_weights(domains_of(bare)).items()}
    index = combine(bare.frame[list(figures)], weights)
    return replace(bare, frame=bare.frame.assign(**{NEED_INDEX: index}))


def counted() -> LevelData:
    """Wards with referrals: a count, what is expected, and the range of the one by the other."""
    count, expected, children = [30.0, 0.0, 12.0], [20.0, 4.0, 12.0], [2_000.0, 500.0, 1_000.0]
    ratio = [c / e for c, e in zip(count, expected, strict=True)]
    return wards_of(
        {
            M.column: count,
            M.expected: expected,
            M.ratio: ratio,
            M.low: [1.0, 0.0, np.nan],
            M.high: [2.2, 0.9, np.nan],
            M.rate: [c / n * 10_000 / 3 for c, n in zip(count, children, strict=True)],
            M.smoothed: [40.0, 30.0, 35.0],
            "pop_0_17": children,
        }
    )


def figures_of(data: LevelData, *columns: str) -> pd.DataFrame:
    return data.frame[list(columns)]


def test_draws_of_a_count_lie_within_its_range_as_often_as_is_stated() -> None:
    one = CountRange(np.array([10.0]), np.array([4.0]), np.array([30.0]), "x")
    drawn = one.at(np.random.default_rng(1).standard_normal((40_000, 1)))
    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx([4, 10, 30], rel=0.03)
    assert drawn.min() >= 0


def test_the_range_of_a_ratio_a_count_and_a_rate_is_one_range_in_their_units() -> None:
    data = counted()
    found = unsure_of(data, figures_of(data, M.ratio, M.column, M.rate)).counts
    assert found[M.ratio].high[:2].tolist() == [2.2, 0.9]
    assert found[M.column].high[:2] == pytest.approx([44, 3.6])
    assert found[M.rate].low[:2] == pytest.approx([20 / 2_000 * 10_000 / 3, 0])
    assert {one.count for one in found.values()} == {M.column}


def test_a_ward_without_a_range_keeps_its_figure_and_a_steadied_rate_has_none() -> None:
    data = counted()
    found = unsure_of(data, figures_of(data, M.ratio, M.smoothed))
    assert found.indicators == (M.ratio,)
    assert (found.draw(5, 3, np.random.default_rng(0))[M.ratio][:, 2] == 1).all()


def test_one_count_is_drawn_once_for_all_its_figures() -> None:
    data = counted()
    drawn = unsure_of(data, figures_of(data, M.ratio, M.column)).draw(9, 3, np.random.default_rng(0))
    assert drawn[M.column][:, 0] == pytest.approx(drawn[M.ratio][:, 0] * 20)


def test_ranks_by_need_alone_range_as_need_says_of_itself() -> None:
    data = needy()
    found = shortlist_of(data, asked_of(more(NEED_INDEX)), draws=20_000)
    columns = [c for c in data.frame if c.startswith(DOMAIN_PREFIX)]
    weights = {f"{DOMAIN_PREFIX}{k}_score": w for k, w in standard_weights(domains_of(data)).items()}
    low, high = rank_range(data.frame[columns], weights, seed=5, draws=4_000)
    codes = found.frame.index
    assert (found.frame["rank_low"] - low[codes]).abs().max() <= 1
    assert (found.frame["rank_high"] - high[codes]).abs().max() <= 1
    assert (found.frame["rank_high"] > found.frame["rank_low"]).any()


def test_need_that_is_no_average_of_its_domains_has_no_range() -> None:
    data = needy()
    other = replace(data, frame=data.frame.assign(**{NEED_INDEX: data.frame[NEED_INDEX] + 1}))
    assert unsure_of(other, figures_of(other, NEED_INDEX)).indicators == ()


def test_without_uncertainty_and_with_one_criterion_no_rank_moves() -> None:
    found = shortlist_of(needy(), asked_of(more(NEED_INDEX)), draws=50, uncertain=False)
    assert (found.frame["rank_low"] == found.frame["rank_high"]).all()
    assert "Figures are taken as they are: their own uncertainty is left out." in found.caveats


def test_the_caveats_say_which_figures_were_drawn_and_which_not() -> None:
    data = counted()
    data = replace(data, dictionary={**data.dictionary, "pop_0_17": indicator_of("pop_0_17", "neutral")})
    found = shortlist_of(data, asked_of(more(M.ratio), less("pop_0_17", 5)), draws=20)
    said = " ".join(found.caveats)
    assert f"Drawn as well, within what chance makes of counts of referrals: Label of {M.ratio}." in said
    assert "Taken as they are, since their sources state no range: Label of pop_0_17." in said
    assert Status.OBSERVED.value in set(data.status[M.ratio])
