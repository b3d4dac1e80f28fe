"""A released file passes when it is attacked as it stands, and fails when somebody shows one cell more."""

from dataclasses import replace

import pandas as pd
import pytest

from data.errors import DisclosureError
from models.disclosure import Release, release
from models.recheck import audit_released
from models.release_rule import ReleasePlan, Rule
from tests.small_builds import make_areas
from tests.small_releases import HIERARCHY, demand_of, places_of, random_counts

AREAS = make_areas({"pop_0_17": [300.0] * 16})
DEMAND = demand_of(places_of(16, 8), random_counts(1, 16, 0.6, 36))
PLAN = ReleasePlan(HIERARCHY, Rule(), 3.0)


@pytest.fixture(scope="module")
def made() -> Release:
    return release(DEMAND, AREAS, "Eastham", PLAN)


def test_the_file_passes_as_it_stands_in_any_order(made: Release) -> None:
    first = audit_released(made.released, DEMAND, AREAS, PLAN)
    assert first.passed
    assert first.attacked == made.audit.attacked
    turned = replace(made.released, frame=made.released.frame.sample(frac=1, random_state=3))
    assert audit_released(turned, DEMAND, AREAS, PLAN).passed


def test_one_cell_beside_the_small_ones_shown_gives_something_away(made: Release) -> None:
    """No cell is withheld for nothing: whichever is shown, the audit fails."""
    frame = made.released.frame
    true = DEMAND.tables["windows"].set_index(["area_code", "months"])
    failed = tried = 0
    hidden = frame[(frame["status"] == "suppressed") & (frame["level"] == "area")]
    for place, row in hidden[(hidden["start"] == "2024-04") | (hidden["months"] == 36)].iterrows():
        count = int(true.loc[(row["code"], row["months"]), row["measure"]])
        if count <= 5:
            continue
        shown = frame.copy()
        shown.loc[place, ["value", "status"]] = [count, "observed"]
        tried += 1
        failed += not audit_released(replace(made.released, frame=shown), DEMAND, AREAS, PLAN).passed
    assert failed == tried > 0


def test_other_figures_are_refused(made: Release) -> None:
    frame = made.released.frame.copy()
    place = frame.index[frame["value"].notna()][0]
    frame.loc[place, "value"] += 1
    with pytest.raises(DisclosureError, match="not the counts"):
        audit_released(replace(made.released, frame=frame), DEMAND, AREAS, PLAN)
    fewer = replace(made.released, frame=made.released.frame.iloc[1:])
    with pytest.raises(DisclosureError, match="other cells"):
        audit_released(fewer, DEMAND, AREAS, PLAN)
    twice = replace(made.released, frame=pd.concat([made.released.frame, made.released.frame.iloc[:1]]))
    with pytest.raises(DisclosureError, match="other cells"):
        audit_released(twice, DEMAND, AREAS, PLAN)
