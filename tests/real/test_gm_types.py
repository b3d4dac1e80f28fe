"""Types of Greater Manchester: the same areas belong together under another seed, order of rows and noise."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from models.composites import Composites
from models.type_inputs import inputs_of
from models.type_pipeline import one_thread, type_pipeline
from models.type_stability import nearest
from models.types import types_of
from tests.conftest import FULL_PROOFS

pytestmark = pytest.mark.real
ALIKE = 0.85


@pytest.fixture(scope="module")
def working_k(gm_composites: Composites) -> int:
    """How many types: found in full; what was found then in every run."""
    return types_of(gm_composites).k if FULL_PROOFS else 4


def labels_of(frame: pd.DataFrame, k: int, seed: int, starts: int = 20) -> np.ndarray:
    with one_thread():
        pipeline = type_pipeline(k, seed=seed, starts=starts).fit(frame.to_numpy(dtype=float))
    return nearest(pipeline, frame.sort_index())


@pytest.mark.proof
def test_types_stay_under_another_seed_order_and_noise(gm_composites: Composites, working_k: int) -> None:
    frame = inputs_of(gm_composites).whole
    own = labels_of(frame, working_k, seed=0)
    rng = np.random.default_rng(1)
    for seed in range(1, 6 if FULL_PROOFS else 3):
        noise = rng.normal(0.0, 0.02, frame.shape) * frame.std().to_numpy()
        mixed = (frame + noise).sample(frac=1.0, random_state=seed)
        alike = adjusted_rand_score(own, labels_of(mixed, working_k, seed))
        assert alike >= ALIKE
        print(f"{working_k} types, seed {seed}, another order, 2 % noise: adjusted Rand {alike:.3f}")
