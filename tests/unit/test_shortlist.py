"""A shortlist: value, ranks over weightings beside an independent count, tiers, and who is chosen."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import GeographyError, InfeasibleError, SourceError
from data.provenance import Tier
from data.shortlist_criteria import Asked, Budget, Counts, Curve, Spread
from models.levels import LevelData
from models.shortlist import APART, Shortlist, shortlist_of
from models.shortlist_smaa import BLOCK_CELLS, spread_of
from models.shortlist_smaa import Spread as Spreading
from tests.small_shortlists import (
    FIVE,
    acceptability_in_loops,
    asked_of,
    drawn_wards,
    less,
    more,
    wards_of,
    weights_by_rejection,
)

DRAWS = 2_000


def found_in(data: LevelData, asked: Asked, draws: int = DRAWS, seed: int = 0) -> Shortlist:
    return shortlist_of(data, asked, seed, draws)


@pytest.mark.parametrize("counts", Counts)
def test_acceptability_is_that_of_an_independent_count_to_monte_carlo_error(counts: Counts) -> None:
    data, asked = drawn_wards(12), asked_of(*FIVE, counts=counts, tolerance=0.5)
    found = found_in(data, asked, 20_000)
    weights = weights_by_rejection(asked, DRAWS, seed=9)
    theirs = acceptability_in_loops(found.values[list("abcde")].to_numpy(), weights)
    ours = found.acceptability.to_numpy()
    both = (ours * 20_000 + theirs * DRAWS) / (20_000 + DRAWS)
    error = np.sqrt(both * (1 - both) * (1 / 20_000 + 1 / DRAWS))
    assert (np.abs(ours - theirs) <= 5 * error + 1e-9).all()
    assert found.frame["chance_top"].to_numpy() == pytest.approx(ours[:, :5].sum(axis=1))


def test_value_is_the_sum_of_weight_times_worth() -> None:
    data = wards_of({"a": [0, 10, 5], "b": [8, 0, 2]})
    found = found_in(data, asked_of(more("a", 100), less("b", 50)))
    # a: 0, 1, 1/2; b: 0, 1, 3/4; weights 2/3 and 1/3
    assert found.frame["value"].to_dict() == pytest.approx(
        {"E05000002": 100.0, "E05000003": 100 * (2 / 3 * 0.5 + 1 / 3 * 0.75), "E05000001": 0.0}
    )
    assert found.frame["rank"].tolist() == [1, 2, 3]


def test_every_rank_is_taken_once_in_all_and_ends_of_ranges_are_ranks_taken() -> None:
    found = found_in(drawn_wards(30), asked_of(*FIVE, counts=Counts.ANY))
    shares = found.acceptability
    assert shares.sum(axis=0).to_numpy() == pytest.approx(1)
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    frame = found.frame
    assert (frame["rank_low"] <= frame["rank_high"]).all()
    below = [shares.loc[code, : row["rank_high"]].sum() for code, row in frame.iterrows()]
    above = [shares.loc[code, row["rank_low"] :].sum() for code, row in frame.iterrows()]
    assert min(below) >= 0.95 - 1e-9
    assert min(above) >= 0.95 - 1e-9


def test_equal_wards_share_their_ranks_and_stand_by_code() -> None:
    data = wards_of({"a": [5, 9, 9, 9, 1], "b": [1, 4, 4, 4, 2]}, names={1: "Z", 2: "A", 3: "M"})
    found = found_in(data, asked_of(more("a"), more("b", 60), top=2))
    assert found.frame.index[:3].tolist() == ["E05000002", "E05000003", "E05000004"]
    assert found.acceptability.iloc[:3, :3].to_numpy() == pytest.approx(1 / 3)
    assert found.frame["chance_top"].iloc[:3].tolist() == pytest.approx([2 / 3] * 3)
    assert found.chosen == ["E05000002", "E05000003"]


def shuffled(data: LevelData, seed: int) -> LevelData:
    order = np.random.default_rng(seed).permutation(len(data.frame))
    return replace(data, frame=data.frame.iloc[order], status=data.status.iloc[order])


def test_the_order_of_rows_and_of_criteria_changes_nothing() -> None:
    data, asked = drawn_wards(25), asked_of(*FIVE)
    one = found_in(data, asked)
    other = found_in(shuffled(data, 1), replace(asked, criteria=FIVE[::-1]))
    pd.testing.assert_frame_equal(one.frame, other.frame)
    pd.testing.assert_frame_equal(one.acceptability, other.acceptability)
    pd.testing.assert_frame_equal(one.without, other.without.loc[one.without.index])
    assert one.sentence == other.sentence


def test_the_unit_of_a_figure_changes_nothing() -> None:
    data = drawn_wards(25)
    asked = asked_of(more("a", 100, curve=Curve.DIMINISHING, at=20.0, worst=1.0), *FIVE[1:])
    rescaled = replace(data, frame=data.frame.assign(a=data.frame["a"] * 1_000))
    first = replace(asked.criteria[0], at=20_000.0, worst=1_000.0)
    other = found_in(rescaled, replace(asked, criteria=(first, *FIVE[1:])))
    one = found_in(data, asked)
    assert one.frame.drop(columns="name").equals(other.frame.drop(columns="name"))


@given(st.integers(0, 10_000), st.sampled_from(Counts), st.sampled_from(Curve))
def test_a_dominated_ward_never_beats_its_dominator(seed: int, counts: Counts, curve: Curve) -> None:
    rng = np.random.default_rng(seed)
    figures = rng.integers(0, 6, (8, 3)).astype(float)
    figures[1] = np.minimum(figures[0], figures[1])
    data = wards_of({"a": figures[:, 0], "b": figures[:, 1], "c": -figures[:, 2]})
    at = None if curve is Curve.LINEAR else 2.0
    ends = {"worst": 0.0, "best": 5.0} if at else {}
    criteria = (more("a", 100, curve=curve, at=at, **ends), more("b", 70), less("c", 40))
    found = shortlist_of(data, asked_of(*criteria, counts=counts), seed, 60, uncertain=False)
    better, worse = found.frame.loc["E05000001"], found.frame.loc["E05000002"]
    assert better["value"] >= worse["value"]
    assert better["rank"] < worse["rank"]
    ours = found.acceptability.cumsum(axis=1)
    assert (ours.loc["E05000001"] >= ours.loc["E05000002"] - 1e-9).all()
    assert better["chance_top"] >= worse["chance_top"] - 1e-9


def test_a_tier_ends_before_the_first_that_its_head_beats_in_nine_of_ten_draws() -> None:
    found = found_in(drawn_wards(30), asked_of(*FIVE, counts=Counts.ORDER), 3_000)
    values = found.values[list("abcde")].to_numpy()
    drawn = weights_by_rejection(asked_of(*FIVE, counts=Counts.ORDER), 3_000, seed=11) @ values.T
    tiers = found.frame["tier"].to_numpy()
    assert tiers[0] == 1
    assert set(np.diff(tiers)) <= {0, 1}
    assert len(set(tiers)) > 2
    for tier in range(1, tiers.max() + 1):
        mine = np.flatnonzero(tiers == tier)
        beaten = (drawn[:, [mine[0]]] > drawn).mean(axis=0)
        assert (beaten[mine[1:]] < APART + 0.03).all()
        if mine[-1] + 1 < len(tiers):
            assert beaten[mine[-1] + 1] > APART - 0.03


def test_those_chosen_without_rules_are_those_of_most_value() -> None:
    found = found_in(drawn_wards(20), asked_of(*FIVE, top=4))
    assert found.chosen == found.frame.index[:4].tolist()
    assert found.frame["chosen"].tolist() == [True] * 4 + [False] * 16


def test_what_leaving_a_criterion_out_changes_is_what_choosing_without_it_gives() -> None:
    data, asked = drawn_wards(20), asked_of(*FIVE, top=4)
    found = found_in(data, asked)
    for criterion in FIVE:
        rest = tuple(c for c in FIVE if c is not criterion)
        others = set(found_in(data, replace(asked, criteria=rest)).chosen)
        row = found.without.loc[criterion.indicator]
        assert set(row["enter"]) == others - set(found.chosen)
        assert set(row["leave"]) == set(found.chosen) - others
        assert row["changed"] == len(others - set(found.chosen))
    assert found.without["changed"].sum() > 0


def test_floors_of_a_criterion_that_is_left_out_stay() -> None:
    data = wards_of({"a": [1, 9, 5], "b": [9, 1, 5]})
    found = found_in(data, asked_of(more("a", 100), more("b", 50, veto_below=2.0), top=1))
    assert found.out.index.tolist() == ["E05000002"]
    assert found.without.loc["b", "enter"] == ()


def test_a_criterion_that_is_alone_cannot_be_left_out() -> None:
    assert found_in(wards_of({"a": [1, 2]}), asked_of(more("a"))).without.empty


def placed(data: LevelData) -> LevelData:
    """The same wards in three localities, one of them in none."""
    codes = [f"L{n % 3}" for n in range(len(data.frame))]
    return replace(data, frame=data.frame.assign(locality_code=[None, *codes[1:]]))


def test_a_spread_and_a_budget_are_kept_as_by_trying_all() -> None:
    data = placed(drawn_wards(10))
    costs = {code: 10.0 + 3 * at for at, code in enumerate(data.frame.index)}
    asked = replace(asked_of(*FIVE, top=4), spread=Spread(2), budget=Budget(70.0, costs))
    found = found_in(data, asked)
    value, place = found.frame["value"], data.frame["locality_code"]
    allowed = [
        some
        for count in range(1, 5)
        for some in combinations(sorted(data.frame.index), count)
        if sum(costs[c] for c in some) <= 70 and place[list(some)].value_counts().max() <= 2
    ]
    best = max(allowed, key=lambda some: value[list(some)].sum())
    assert set(found.chosen) == set(best)
    assert found.choice.together is not None
    assert any("budget" in caveat for caveat in found.caveats)
    assert found.sentence.split(".")[0].endswith("are chosen")


def test_a_spread_within_localities_takes_localities() -> None:
    asked = replace(asked_of(*FIVE), spread=Spread(1))
    with pytest.raises(GeographyError, match="No ward here has a locality"):
        found_in(drawn_wards(6), asked)


def test_costs_of_codes_that_are_not_there_are_refused_and_none_is_made_up() -> None:
    data, asked = drawn_wards(6), asked_of(*FIVE)
    with pytest.raises(SourceError, match="1 costs are of codes that are no wards: E05999999"):
        found_in(data, replace(asked, budget=Budget(10.0, {"E05999999": 1.0})))
    one = replace(asked, budget=Budget(10.0, {"E05000004": 1.0}))
    assert found_in(data, one).chosen == ["E05000004"]
    with pytest.raises(InfeasibleError, match="None of the wards compared has a cost"):
        found_in(data, replace(asked, budget=Budget(10.0, {})))


def test_what_is_asked_wrongly_is_refused_however_it_was_made() -> None:
    with pytest.raises(SourceError, match="stands twice"):
        found_in(drawn_wards(6), asked_of(more("a"), more("a")))


def test_more_than_can_be_ranked_are_refused() -> None:
    with pytest.raises(InfeasibleError, match="5,001 wards are more"):
        found_in(wards_of({"a": np.arange(5_001.0)}), asked_of(more("a")))


def test_fewer_than_asked_for_are_all_chosen_and_it_is_said() -> None:
    found = found_in(wards_of({"a": [1, 2]}), asked_of(more("a")))
    assert found.chosen == ["E05000002", "E05000001"]
    assert "There are two to compare, fewer than the five that were asked for." in found.caveats
    alone = shortlist_of(wards_of({"a": [1]}), asked_of(more("a")), draws=10)
    assert "There is one to compare, fewer than the five that were asked for." in alone.caveats


def test_names_that_stand_twice_are_told_apart() -> None:
    data = wards_of({"a": [1, 2, 3]}, names={0: "Mill", 1: "Mill"})
    data.frame.loc["E05000002", "la_name"] = "Westham"
    assert found_in(data, asked_of(more("a"))).names.to_dict() == {
        "E05000001": "Mill (Eastham)",
        "E05000002": "Mill (Westham)",
        "E05000003": "Ward 3",
    }


def test_the_sentence_says_who_is_sure_and_who_cannot_be_told_apart() -> None:
    data = wards_of({"a": [90, 80, 50, 42, 0], "b": [90, 85, 30, 41, 0]})
    found = found_in(data, asked_of(more("a", 60), more("b", 60), top=3, counts=Counts.ANY))
    chance = found.frame["chance_top"]
    assert 0.05 < chance["E05000003"] < 0.95
    assert found.sentence == (
        "Ward 1, Ward 2 and Ward 4 come out top. Ward 1 and Ward 2 are among the top three in more than 95% "
        f"of weightings; Ward 4 in {chance['E05000004']:.0%}. Ward 4 cannot be told apart from Ward 3 "
        f"({chance['E05000003']:.0%}), left out here."
    )


def test_the_sentence_of_one_and_of_sure_ones() -> None:
    data = wards_of({"a": [9, 5, 1]})
    assert found_in(data, asked_of(more("a"), top=1)).sentence == (
        "Ward 1 comes out top. It is first in more than 95% of weightings."
    )
    everyone = found_in(data, asked_of(more("a"), top=3)).caveats
    assert "There are only three to compare: weighing leaves nobody out." in everyone
    assert found_in(data, asked_of(more("a"), top=2)).sentence == (
        "Ward 1 and Ward 2 come out top. Both are among the top two in more than 95% of weightings."
    )


def test_who_is_unsure_is_said_of_one_and_of_many_in_words_that_end() -> None:
    even = wards_of({"a": [9.0, 1.0], "b": [1.0, 8.0]})
    one = found_in(even, asked_of(more("a", 60), more("b", 60), top=1, counts=Counts.ANY))
    chance = f"{one.frame['chance_top'].max():.0%}"
    assert f"It is first in {chance} of weightings." in one.sentence
    assert f"The same ward comes first in {chance} of weightings." in one.caveats
    count = 40
    many = wards_of({"a": list(range(count)), "b": [count - at for at in range(count)]})
    found = found_in(many, asked_of(more("a", 60), more("b", 60), top=15, counts=Counts.ANY))
    assert "None of them is among the top 15 in more than 95% of weightings: " in found.sentence
    assert " and 6 more in 50%." in found.sentence
    assert len(found.sentence) < 1_000


def test_caveats_say_what_is_flat_alike_the_wrong_way_round_and_out() -> None:
    data = wards_of({"a": [1, 2, 3, 4, 5, None], "b": [2, 4, 6, 8, 10, 1], "c": [7.0] * 6})
    found = found_in(data, asked_of(more("a"), more("b"), less("c", 5)))
    said = " ".join(found.caveats)
    assert "1 of 6 wards is out before weighing: 1 for lack of a figure." in said
    assert "Label of c is worth the same everywhere compared: it tells nobody apart." in said
    assert "Label of a and Label of b rank wards nearly alike" in said
    assert "“Label of c”: low figures count towards being chosen, and they are the better ones." in said
    assert "Taken as they are, since their sources state no range" in said


def test_the_tier_of_the_build_is_that_of_the_shortlist() -> None:
    assert found_in(wards_of({"a": [1, 2]}, tier=Tier.INTERNAL), asked_of(more("a"))).tier is Tier.INTERNAL


def test_blocks_of_any_size_give_the_same_ranks() -> None:
    drawn = np.random.default_rng(5).random((500, 9))
    drawn[::3, 4] = drawn[::3, 2]
    whole: Spreading = spread_of(iter([drawn]), 9, 3)
    parts = spread_of(iter(np.array_split(drawn, 7)), 9, 3)
    assert whole.acceptability == pytest.approx(parts.acceptability, abs=1e-12)
    assert (whole.parts == parts.parts).all()
    assert (whole.kept == parts.kept).all()
    assert whole.together == parts.together
    assert BLOCK_CELLS > 0
