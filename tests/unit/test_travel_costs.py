"""Costs by straight line are those of a look at every pair, and nothing beyond the cut-off is stored."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_reach import POINTS, Point, places_at, starts_at

from geo.travel import Means, Mode, costs_by_line, metres_of, minutes_of, speed_kmh

LISTS = st.lists(POINTS, max_size=8)


@given(LISTS, LISTS, st.sampled_from(list(Mode)), st.floats(0.5, 60))
def test_it_is_what_a_look_at_every_pair_finds(
    homes: list[Point], there: list[Point], mode: Mode, cutoff_min: float
) -> None:
    costs = costs_by_line(starts_at(homes), places_at(there), mode, cutoff_min)
    expected = {
        (start, place): minutes
        for start, (x, y) in enumerate(homes)
        for place, (u, v) in enumerate(there)
        if (minutes := math.hypot(x - u, y - v) * 1.3 / (speed_kmh(mode) * 1_000 / 60)) <= cutoff_min
    }
    found = dict(zip(zip(costs.start, costs.place, strict=True), costs.minutes, strict=True))
    assert list(found) == sorted(expected)
    assert np.allclose(list(found.values()), [expected[pair] for pair in found], rtol=1e-12)
    assert (costs.means, costs.cutoff_min, costs.notes) == (Means.LINE, cutoff_min, ())


def test_a_pair_just_at_the_cut_off_is_kept_and_one_beyond_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_DETOUR", "1")
    monkeypatch.setenv("ATLAS_WALK_KMH", "6")
    costs = costs_by_line(starts_at([(0, 0)]), places_at([(300, 400), (300, 401)]), Mode.WALK, 5.0)
    assert costs.place.tolist() == [0]
    assert costs.minutes.tolist() == [5.0]


def test_a_pram_is_slower_and_speeds_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert minutes_of(np.array([1_000.0]), Mode.WALK).tolist() == [12.5]
    assert minutes_of(np.array([1_000.0]), Mode.PRAM).tolist() == [15.0]
    monkeypatch.setenv("ATLAS_PRAM_KMH", "3")
    assert metres_of(20, Mode.PRAM) == 1_000.0


def test_without_starts_or_places_there_are_no_pairs() -> None:
    for homes, there in (([], [(0, 0)]), ([(0, 0)], []), ([], [])):
        costs = costs_by_line(starts_at(homes), places_at(there), Mode.WALK, 15)
        assert len(costs.minutes) == 0
