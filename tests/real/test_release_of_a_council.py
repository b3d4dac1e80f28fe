"""Trafford's simulated referrals released: what is shown is true, and what is hidden cannot be worked out."""

import numpy as np
import pandas as pd
import pytest

from geo.builds import Build, open_build
from models.audit import audit
from models.publish import publish
from models.recheck import audit_released
from models.release_cells import make_cells
from models.release_counts import DemandCounts
from models.release_rule import release_plan

pytestmark = pytest.mark.real

TRAFFORD = "E08000009"


@pytest.fixture(scope="module")
def shared(trafford_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    out = tmp_path_factory.mktemp("shared") / "trafford"
    return open_build(publish(trafford_build, out, "Trafford Council").path)


def test_what_is_shown_adds_up_to_the_extract(trafford_build: Build, shared: Build) -> None:
    assert trafford_build.demand is not None
    assert shared.released is not None
    frame = shared.released.frame
    windows = trafford_build.demand.tables["windows"]
    whole = frame[(frame["level"] == "council") & (frame["by"] == "") & (frame["months"] == 36)]
    for measure in ("referrals", "children"):
        (value,) = whole.loc[whole["measure"] == measure, "value"]
        assert value == windows.loc[windows["months"] == 36, measure].sum() > 1_000
    by_need = frame[(frame["level"] == "council") & (frame["by"] == "need")]
    assert by_need["value"].sum() == whole.loc[whole["measure"] == "referrals", "value"].item()


def test_a_release_without_more_than_the_small_ones_hidden_fails_and_ours_passes(
    trafford_build: Build, shared: Build
) -> None:
    assert trafford_build.demand is not None
    assert shared.released is not None
    plan = release_plan()
    counts = DemandCounts.of(trafford_build.demand, trafford_build.areas.frame)
    cells, _ = make_cells(counts, plan.tables)
    naive = audit(cells, plan.rule, np.isin(cells.values, plan.rule.hidden))
    assert naive.exact > 50
    assert audit_released(shared.released, trafford_build.demand, trafford_build.areas).passed


def test_no_figure_of_the_shared_areas_comes_from_a_hidden_count(shared: Build) -> None:
    frame, status = shared.areas.frame, shared.areas.status
    for column in ("demand_referrals_12m", "demand_children_12m"):
        hidden = status[column] == "suppressed"
        assert 0 < hidden.sum() < len(frame) / 2
        derived = [c for c in frame if c.startswith(f"{column}_")]
        assert derived
        assert frame.loc[hidden, derived].isna().all(axis=None)
    assert pd.unique(frame["la_code"]).tolist() == [TRAFFORD]
