"""For whom support can be placed, and what may leave: figures of referrals of an internal build may not."""

from dataclasses import replace

import numpy as np
import pytest

from data.errors import SourceError
from data.indicators import national_list
from data.provenance import Status
from geo.area_table import AreaTable
from geo.builds import Build
from models.demand_columns import fit_measure
from models.placement_asked import For
from models.placement_weights import DEMAND, offered_people, weighing_of
from tests.small_builds import make_areas
from tests.small_figures import HIDDEN, shared, with_figures
from tests.small_placements import line_table, placing_build

COUNT = 48


def referred(hidden: tuple[int, ...] = ()) -> AreaTable:
    """Areas with children, deprivation and numbers of children referred."""
    areas = make_areas(
        {
            "pop_0_17": [300.0 + 7 * n for n in range(COUNT)],
            "need_idaci_rank": [1.0 + 600.0 * n for n in range(COUNT)],
        }
    )
    return with_figures(areas, hidden=hidden)


def build_of(areas: AreaTable) -> Build:
    return replace(placing_build(), areas=areas)


def test_a_build_offers_what_it_can_be_placed_for() -> None:
    assert offered_people(placing_build(), "library") == (For.CHILDREN, For.NEED)
    assert offered_people(placing_build(line_table(scores=None)), "library") == (For.CHILDREN, For.NEED)
    neither = line_table(scores=None, ranks=None)
    assert offered_people(placing_build(neither), "library") == (For.CHILDREN,)
    assert offered_people(placing_build(line_table(children=None)), "library") == ()
    assert offered_people(build_of(referred()), "library") == tuple(For)


@pytest.mark.parametrize("people", [For.NEED, For.DEMAND])
def test_what_is_not_offered_is_refused(people: For) -> None:
    build = placing_build(line_table(scores=None, ranks=None))
    assert people not in offered_people(build, "library")
    with pytest.raises(SourceError, match="HINT: Add"):
        weighing_of(build, people, "library")


def test_without_a_score_a_child_counts_by_the_national_rank() -> None:
    areas = line_table(scores=None)
    found = weighing_of(placing_build(areas), For.NEED, "library")
    of = national_list(areas.provenance["need_idaci_rank"].vintage, areas.vintage).areas
    place = (of + 1 - areas.frame["need_idaci_rank"]) / of
    weight = -0.23 * np.log(1 - place * (1 - np.exp(-100 / 23)))
    assert found.values.to_numpy() == pytest.approx(
        (areas.frame["pop_0_17"] * weight).to_numpy(), nan_ok=True
    )
    assert found.unit == "children weighted by need"


def test_demand_is_never_the_number_observed() -> None:
    areas = referred()
    found = weighing_of(build_of(areas), For.DEMAND, "library")
    fitted = fit_measure(areas, DEMAND)
    assert fitted is not None
    assert found.values.equals(fitted.expectation.expected)
    assert found.values.corr(areas.frame[DEMAND.column]) < 0.9
    assert "not how many were" in found.method


def test_a_hidden_count_leaves_its_area_what_is_expected_of_it() -> None:
    areas = referred(HIDDEN)
    assert (areas.status[DEMAND.column].iloc[list(HIDDEN)] == Status.SUPPRESSED.value).all()
    values = weighing_of(build_of(areas), For.DEMAND, "library").values
    assert values.notna().all()
    assert (values > 0).all()


def test_demand_of_an_internal_build_stays_inside_and_of_a_shared_one_need_not() -> None:
    areas = referred(HIDDEN)
    assert weighing_of(build_of(areas), For.DEMAND, "library").internal
    assert not weighing_of(build_of(areas), For.CHILDREN, "library").internal
    assert not weighing_of(build_of(shared(areas)), For.DEMAND, "library").internal
    assert not weighing_of(placing_build(), For.NEED, "library").internal


def test_sources_are_those_of_what_is_weighed() -> None:
    build = placing_build()
    need = weighing_of(build, For.NEED, "library")
    assert [p.vintage for p in need.sources] == ["2025", "2025"]
    assert need.values.tolist() == pytest.approx([50.0, 40.0, 20.0, 20.0])
