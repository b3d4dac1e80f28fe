"""The best choice for each number of sites: as good as trying all, and never worse with more."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from small_sitings import best_by_trying, drawn_sitings, lost, medium_siting

from models import siting_curve, siting_short
from models.siting import PROVEN_WITHIN, Rules, Siting
from models.siting_curve import curve_of
from models.siting_tree import solve


def best_of(siting: Siting, number: int) -> float:
    """What is lost at least with at most so many sites, by trying all choices."""
    return best_by_trying(replace(siting, rules=replace(siting.rules, most=number, least=0)))


@pytest.mark.proof
@given(drawn_sitings())
def test_each_number_has_its_best_choice_and_more_sites_never_lose_more(siting: Siting) -> None:
    curve = curve_of(siting, 5)
    assert len(curve) == 6
    for number, answer in enumerate(curve):
        best = best_of(siting, number)
        assert answer.proven
        assert answer.bound <= best + 1e-9
        if answer.chosen is None:
            assert answer.loss == best == np.inf
            continue
        assert len(answer.chosen) <= number
        assert replace(siting.rules, most=number, least=0).allow(answer.chosen)
        assert answer.loss == pytest.approx(lost(siting, answer.chosen), abs=1e-9)
        assert answer.loss == pytest.approx(best, rel=PROVEN_WITHIN, abs=1e-9)
    for fewer, more in pairwise(curve):
        assert more.loss <= fewer.loss
        assert more.bound <= fewer.bound


def test_a_short_effort_keeps_bounds_that_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting_curve, "WORK", 0)
    monkeypatch.setattr(siting_short, "SHORTEST", 1)
    siting = medium_siting(3, sites=12, most=12)
    curve = curve_of(siting, 8)
    assert any(answer.stopped and not answer.proven for answer in curve)
    for number, answer in enumerate(curve):
        best = best_of(siting, number)
        assert answer.bound - 1e-9 <= best <= answer.loss + 1e-9
    for fewer, more in pairwise(curve):
        assert more.loss <= fewer.loss
        assert more.bound <= fewer.bound


def test_what_is_known_of_a_number_is_taken_over() -> None:
    siting = medium_siting(1, most=3)
    known = replace(solve(siting), parts=12_345)
    parts = [answer.parts for answer in curve_of(siting, 5, known=known)]
    assert parts[3] == 12_345
    assert 12_345 not in [*parts[:3], *parts[4:]]


def test_what_is_known_of_exactly_so_many_is_not_taken_for_at_most_so_many() -> None:
    """Two sites that can be paid for lose more than a dear one alone: their bound is not that of fewer."""
    loss = np.array([[0.0, 0.0, 9.0], [9.0, 5.0, 9.0], [9.0, 9.0, 6.0]])
    rules = Rules(most=2, least=2, cost=np.array([9.0, 5.0, 5.0]), budget=10.0)
    siting = Siting.of_table(loss, rules, np.full(3, 9.0))
    known = replace(solve(siting), parts=12_345)
    assert known.loss == 20.0
    curve = curve_of(siting, 2, known=known)
    assert [answer.loss for answer in curve] == [27.0, 9.0, 9.0]
    assert 12_345 not in [answer.parts for answer in curve]


def test_it_stops_when_it_is_told_to_and_keeps_what_it_has() -> None:
    siting = medium_siting(2)
    told: list[float] = []

    def watch(loss: float, bound: float) -> bool:
        told.append(loss)
        return len(told) == 3

    curve = curve_of(siting, 10, watch)
    assert len(told) == 3
    assert 1 < len(curve) < 11
    whole = curve_of(siting, len(curve) - 1)
    assert [answer.loss for answer in curve[:-1]] == [answer.loss for answer in whole[:-1]]
