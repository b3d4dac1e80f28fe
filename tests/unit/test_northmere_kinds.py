"""The kinds of neighbourhood in Northmere overlap, and types made of its composites are those kinds."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from data.demo import NORTHMERE_FOLDER, plan
from data.demo.generate import generate
from geo.build_folder import build_folder
from geo.builds import Build
from models.composites import composites_of
from models.demand_columns import with_demand
from models.type_pipeline import one_thread, prepare, type_pipeline
from tests.conftest import FULL_PROOFS

MORE_SEEDS = range(1, 20) if FULL_PROOFS else ()
OVERLAP = 0.35
"""Kinds whose silhouette is above this would lie apart."""
ALIKE = 0.7
MAY_MISS = 1
"""In how many of twenty boroughs chance may put two kinds into one type; never in the shipped one."""


@dataclass(frozen=True)
class Found:
    """How far the kinds lie apart in the composites, and how far types agree with them."""

    silhouette: float
    rand: float


def main_kinds(truth: Path) -> pd.Series:
    """The kind that most of each area is, by area code."""
    areas = json.loads(truth.read_text(encoding="utf-8"))["areas"]
    return pd.Series({code: max(told["kinds"], key=told["kinds"].get) for code, told in areas.items()})


def find(build: Build, truth: Path) -> Found:
    frame = composites_of(build).frame.dropna()
    kinds = main_kinds(truth).loc[frame.index]
    assert set(kinds) == set(plan.KINDS)
    with one_thread():
        pipeline = type_pipeline(len(plan.KINDS)).fit(frame.to_numpy(dtype=np.float64))
    return Found(
        float(silhouette_score(prepare(pipeline, frame), kinds)),
        float(adjusted_rand_score(kinds, pipeline.named_steps["types"].labels_)),
    )


@pytest.mark.proof
def test_kinds_that_overlap_are_found_by_types(northmere_build: Build, tmp_path: Path) -> None:
    """In the borough that is shipped, and in nineteen more when all is proved."""
    found = [find(northmere_build, NORTHMERE_FOLDER.parent / "truth.json")]
    for seed in MORE_SEEDS:
        folder = tmp_path / str(seed) / "northmere"
        generate(folder, seed)
        build = build_folder(folder, tmp_path / str(seed) / "build", derive=with_demand)
        found.append(find(build, folder.parent / "truth.json"))
    rand = np.array([one.rand for one in found])
    apart = np.array([one.silhouette for one in found])
    print(
        f"\nadjusted Rand of {len(found)} boroughs: least {rand.min():.2f}, mean {rand.mean():.2f}; "
        f"silhouette of the true kinds: mean {apart.mean():.2f}, most {apart.max():.2f}"
    )
    assert apart.max() <= OVERLAP
    assert rand[0] >= ALIKE
    assert rand.mean() >= ALIKE
    assert (rand < ALIKE).sum() <= MAY_MISS
