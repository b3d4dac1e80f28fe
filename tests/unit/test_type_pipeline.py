"""What types are made with, beside other routines: pipeline, agreement, gap statistic, membership."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds_apart import kinds_apart
from scipy.spatial.distance import pdist
from sklearn.cluster import KMeans
from sklearn.exceptions import SkipTestWarning
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.metrics.pairwise import nan_euclidean_distances
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import check_estimator

from geo.builds import Build
from models.composites import composites_of
from models.type_inputs import inputs_of
from models.type_letters import first_letters, kept_letters
from models.type_membership import membership_of
from models.type_pipeline import distances_to, nearest_two, one_thread, prepare, type_pipeline
from models.type_stability import crossed, jaccard_of, matched, rand_of
from models.type_structure import draw_clouds, first_enough, gap_of, log_within, structure_of, structure_words
from tests.conftest import FULL_PROOFS

LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=60)
OF_ANY_PIPELINE = {"check_estimators_overwrite_params", "check_dont_overwrite_parameters"}


def failed_checks(estimator: object) -> set[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)
        checks = check_estimator(estimator, on_fail=None)
    return {check["check_name"] for check in checks if check["status"] == "failed"}


def test_the_pipeline_passes_the_checks_of_scikit_learn() -> None:
    """But for two that no pipeline passes, since it fits its steps in place."""
    assert failed_checks(type_pipeline(3, starts=2)) <= OF_ANY_PIPELINE
    plain = make_pipeline(MinMaxScaler(), KMeans(3, n_init=2, random_state=0))
    assert failed_checks(plain) == OF_ANY_PIPELINE


def test_the_unit_of_a_composite_does_not_matter() -> None:
    frame, _ = kinds_apart(90, 3, 5.0, seed=1)
    other = frame * 1_000.0 + 7.0
    first, second = (type_pipeline(3, starts=5).fit(f.to_numpy()) for f in (frame, other))
    assert np.allclose(prepare(first, frame), prepare(second, other))


def test_a_weight_stretches_the_squared_difference() -> None:
    frame, _ = kinds_apart(60, 3, 5.0, seed=1)
    plain = type_pipeline(2, starts=2).fit(frame.to_numpy())
    weighed = type_pipeline(2, [4.0, *[1.0] * 6], starts=2).fit(frame.to_numpy())
    assert np.allclose(prepare(weighed, frame)[:, 0], 2.0 * prepare(plain, frame)[:, 0])
    assert np.allclose(prepare(weighed, frame)[:, 1:], prepare(plain, frame)[:, 1:])


def test_distances_over_gaps_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    values, centres = rng.normal(size=(40, 5)), rng.normal(size=(3, 5))
    values[rng.random(values.shape) < 0.3] = np.nan
    values[0] = np.nan
    assert np.allclose(
        distances_to(centres, values), nan_euclidean_distances(values, centres), equal_nan=True
    )


def test_the_margin_is_nothing_half_way_and_all_at_the_heart() -> None:
    first, second, margin = nearest_two(np.asarray([[2.0, 2.0, 5.0], [9.0, 0.0, 3.0], [3.0, 4.0, 1.0]]))
    assert first.tolist() == [0, 1, 2]
    assert second.tolist() == [1, 2, 0]
    assert margin.tolist() == pytest.approx([0.0, 1.0, 2 / 3])


@given(LABELS)
def test_the_adjusted_rand_index_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.asarray(labels) for labels in zip(*pairs, strict=True))
    assert rand_of(crossed(one, other, 5, 4)) == pytest.approx(adjusted_rand_score(one, other))


@given(LABELS)
def test_the_overlap_of_types_is_that_of_their_sets(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.asarray(labels) for labels in zip(*pairs, strict=True))
    found = jaccard_of(crossed(one, other, 5, 4))
    for row in range(5):
        for column in range(4):
            a, b = set(np.flatnonzero(one == row)), set(np.flatnonzero(other == column))
            assert found[row, column] == pytest.approx(len(a & b) / max(len(a | b), 1))


def test_types_are_matched_so_that_most_areas_keep_theirs() -> None:
    assert matched(np.asarray([[10, 9, 0], [9, 0, 0]])).tolist() == [1, 0, -1]


def naive_log_within(values: np.ndarray, most: int, start: int) -> list[float]:
    """Tibshirani, Walther and Hastie's W: squared distances of all pairs in a type over twice its number."""
    found = []
    for k in range(1, most + 1):
        labels = np.zeros(len(values))
        if k > 1:
            labels = KMeans(k, n_init=2, random_state=start).fit_predict(values)
        parts = [values[labels == label] for label in range(k)]
        found.append(np.log(sum(2 * (pdist(p) ** 2).sum() / (2 * len(p)) for p in parts)))
    return found


def test_the_gap_statistic_is_that_of_a_plain_routine() -> None:
    frame, _ = kinds_apart(70, 3, 6.0, seed=2)
    values = frame.to_numpy()
    clouds = draw_clouds(values, 6, np.random.default_rng(3))
    with one_thread():
        gap, error = gap_of(log_within(values, 5, 4), np.stack([log_within(c, 5, 4) for c in clouds]))
        own = naive_log_within(values, 5, 4)
        theirs = [naive_log_within(cloud, 5, 4) for cloud in clouds]
    for k in range(5):
        logs = [cloud[k] for cloud in theirs]
        mean = sum(logs) / 6
        assert gap[k] == pytest.approx(mean - own[k])
        spread = (sum((log - mean) ** 2 for log in logs) / 6) ** 0.5
        assert error[k] == pytest.approx(spread * (1 + 1 / 6) ** 0.5)
    assert first_enough(gap, error) == 3


def test_the_number_of_kinds_is_one_whose_gap_is_clear_of_chance() -> None:
    gap, error = np.array([0.0, 0.01, 0.02, 0.04, 0.06, 0.09]), np.full(6, 0.05)
    assert first_enough(gap, error) == 5
    assert first_enough(gap / 10, error) == 6


def test_kinds_that_are_little_tighter_than_a_cloud_are_said_to_be() -> None:
    gap = np.log([1.0, 1.0, 1 / 0.94, 1 / 0.81])
    assert "slices of a gradient, not separate kinds" in structure_words(gap, 1)
    assert "a little more clumped" in structure_words(gap, 3)
    assert "within 3 types are 6% smaller" in structure_words(gap, 3)
    assert "within 4 types are 19% smaller" in structure_words(gap, 4)
    assert "may be more than slices of a gradient" in structure_words(gap, 4)


@pytest.mark.proof
def test_a_normal_with_the_covariance_of_the_data_is_one_cloud(northmere_build: Build) -> None:
    """A hundred in full, and at least 95 of them; the first two in every run."""
    whole = inputs_of(composites_of(northmere_build)).whole
    rng = np.random.default_rng(5)
    count = 100 if FULL_PROOFS else 2
    with one_thread():
        values = prepare(type_pipeline(5, starts=1).fit(whole.to_numpy(dtype=float)), whole)
        middle, spread = values.mean(axis=0), np.cov(values, rowvar=False)
        clouds = (rng.multivariate_normal(middle, spread, len(values)) for _ in range(count))
        ones = [structure_of(cloud, seed).one for seed, cloud in enumerate(clouds)]
    assert sum(ones) >= 0.95 * count
    print(f"{sum(ones)} of {count} normals with the covariance of Northmere's composites are one cloud")


@pytest.mark.proof
def test_kinds_that_overlap_are_recovered() -> None:
    """The silhouette of the true kinds is 0.35 at most; twenty seeds in full."""
    for seed in range(20 if FULL_PROOFS else 4):
        frame, kind = kinds_apart(240, 6, 4.0, seed)
        with one_thread():
            pipeline = type_pipeline(6, starts=10).fit(frame.to_numpy())
        values = prepare(pipeline, frame)
        assert silhouette_score(values, kind) <= 0.35
        assert adjusted_rand_score(kind, pipeline.named_steps["types"].labels_) >= 0.7


def test_the_clouds_have_the_mean_and_the_covariance_of_the_data() -> None:
    values = kinds_apart(400, 3, 3.0, seed=4)[0].to_numpy()
    cloud = np.vstack(draw_clouds(values, 100, np.random.default_rng(6)))
    assert np.allclose(cloud.mean(axis=0), values.mean(axis=0), atol=0.05)
    assert np.allclose(np.cov(cloud, rowvar=False), np.cov(values, rowvar=False), atol=0.1)


def test_membership_follows_the_kinds_and_adds_up_with_gaps_too() -> None:
    frame, kind = kinds_apart(150, 3, 8.0, seed=7)
    values = frame.to_numpy(copy=True)
    values[0, :3] = np.nan
    found = membership_of(values, kind.to_numpy(), 3)
    assert np.allclose(found.sum(axis=1), 1.0)
    assert (found[1:].argmax(axis=1) == kind.to_numpy()[1:]).mean() > 0.98


def test_membership_without_gaps_is_that_of_scikit_learn() -> None:
    frame, kind = kinds_apart(150, 3, 4.0, seed=8)
    means = frame.groupby(kind).mean().to_numpy()
    theirs = GaussianMixture(3, covariance_type="tied", means_init=means, max_iter=1_000, random_state=0)
    theirs.fit(frame.to_numpy())
    ours = membership_of(frame.to_numpy(), kind.to_numpy(), 3)
    assert np.allclose(ours, theirs.predict_proba(frame.to_numpy()), atol=1e-8)


def test_letters_follow_need_and_then_stay() -> None:
    need = pd.Series([10.0, 30.0, 20.0])
    assert first_letters(need) == ["C", "A", "B"]
    codes = [f"a{at}" for at in range(12)]
    earlier = pd.Series(["A"] * 4 + ["B"] * 4 + ["C"] * 4, index=codes)
    labels = pd.Series([2] * 4 + [0] * 5 + [1] * 3, index=codes)
    assert kept_letters(labels, 3, earlier, need) == ["B", "C", "A"]


def test_a_new_type_takes_a_letter_that_was_not_used() -> None:
    codes = [f"a{at}" for at in range(12)]
    earlier = pd.Series(["A"] * 6 + ["B"] * 6, index=codes)
    labels = pd.Series([0] * 6 + [1] * 4 + [2] * 2, index=codes)
    assert kept_letters(labels, 3, earlier, pd.Series([1.0, 2.0, 3.0])) == ["A", "B", "C"]
    assert kept_letters(labels % 2, 2, pd.Series("Z", index=["gone"]), pd.Series([1.0, 2.0])) == ["B", "A"]
