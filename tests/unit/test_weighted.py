"""Weighted groups against sums and sorted lists that are made one by one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.weighted import Weighted, is_half

HOMES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.0]),
        st.one_of(st.just(float("nan")), st.integers(0, 9).map(float)),
    ),
    min_size=1,
    max_size=12,
)


def grouped(homes: list[tuple[str | None, float, float]]) -> tuple[Weighted, np.ndarray]:
    keys = pd.Series([key for key, _, _ in homes], dtype="object", name="key")
    of = Weighted.by(keys, np.array([weight for _, weight, _ in homes]))
    return of, np.array([value for _, _, value in homes])


@given(HOMES)
def test_groups_are_as_lists_say(homes: list[tuple[str | None, float, float]]) -> None:
    of, values = grouped(homes)
    assert list(of.index) == sorted({key for key, _, _ in homes if key})
    for key in of.index:
        mine = [(weight, value) for k, weight, value in homes if k == key]
        whole = sum(weight for weight, _ in mine)
        known = [value for _, value in mine if not np.isnan(value)]
        total = sum(weight * value for weight, value in mine)
        assert of.mean(values)[key] == pytest.approx(total / whole if whole else np.nan, nan_ok=True)
        assert of.least(values)[key] == pytest.approx(min(known, default=np.nan), nan_ok=True)
        most = max(known) if len(known) == len(mine) else np.nan
        assert of.most(values)[key] == pytest.approx(most, nan_ok=True)
        share = sum(weight for weight, value in mine if value <= 4)
        assert of.share(values <= 4)[key] == pytest.approx(share / whole if whole else np.nan, nan_ok=True)


@given(HOMES)
def test_half_do_not_exceed_the_middle_and_no_lower_value_will_do(
    homes: list[tuple[str | None, float, float]],
) -> None:
    of, values = grouped(homes)
    middle = of.middle(values)
    for key in of.index:
        mine = [(w, np.inf if np.isnan(v) else v) for k, w, v in homes if k == key]
        half = sum(weight for weight, _ in mine) / 2
        enough = [v for _, v in mine if sum(w for w, other in mine if other <= v) >= half]
        expected = min(enough)
        assert middle[key] == (
            pytest.approx(expected) if np.isfinite(expected) else pytest.approx(np.nan, nan_ok=True)
        )


@given(HOMES)
def test_the_middle_is_within_as_soon_as_half_are(homes: list[tuple[str | None, float, float]]) -> None:
    of, values = grouped(homes)
    told = of.total(of.weight) > 0
    near = of.middle(values)[told] <= 4
    assert near.tolist() == is_half(of.share(values <= 4))[told].tolist()


def test_the_commonest_counts_most_and_of_two_alike_the_first_is_taken() -> None:
    keys = pd.Series(["a", "a", "a", "b", "b", "c", None])
    of = Weighted.by(keys, np.array([0.2, 0.3, 0.5, 0.5, 0.5, 1.0, 1.0]))
    assert of.commonest(np.array([4, 4, 1, 7, 3, -1, 2])).tolist() == [1, 3, -1]
    assert of.commonest(np.array([4, 4, -1, 7, 3, -1, 2])).tolist() == [4, 3, -1]
