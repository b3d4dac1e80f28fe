"""Published places of Greater Manchester are shared out among its children as pysal's access does it."""

import numpy as np
import pandas as pd
import pytest
from access import Access, weights

from geo.builds import Build
from geo.journeys import costs_of
from geo.reach import share_supply, steps
from geo.travel import Mode

pytestmark = pytest.mark.real


@pytest.mark.parametrize("kind", ["library", "health", "food"])
def test_the_scores_of_all_starts_are_those_of_access(gm_build: Build, kind: str) -> None:
    frame = gm_build.places.frame
    ids = frame.index[frame["kind"] == kind]
    assert len(ids) > 20
    costs = costs_of(gm_build, ids, Mode.WALK, 60)
    children = gm_build.areas.frame["pop_0_15"].reindex(costs.starts["area_code"]).to_numpy(dtype=float)
    demand = children * costs.weights
    assert (demand > 0).all()
    supply = np.arange(1.0, len(ids) + 1)
    ours = share_supply(costs, demand, supply, steps())
    peer = Access(
        demand_df=pd.DataFrame({"children": demand}).rename_axis("start"),
        demand_value="children",
        supply_df=pd.DataFrame({"places": supply}, index=ids),
        supply_value="places",
        cost_df=pd.DataFrame({"origin": costs.start, "dest": ids[costs.place], "cost": costs.minutes}),
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    theirs = peer.enhanced_two_stage_fca(weight_fn=weights.step_fn(dict(steps())))["e2sfca_places"]
    expected = theirs.reindex(range(len(demand))).fillna(0).to_numpy()
    assert (expected > 0).mean() > 0.1
    np.testing.assert_allclose(ours.score, expected, rtol=1e-9)
    assert ours.score @ demand == pytest.approx(ours.reached, rel=1e-9)
