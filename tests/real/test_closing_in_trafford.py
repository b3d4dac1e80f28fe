"""Closing a children's centre of Trafford: what a placement says of it is what reach says of it."""

import pytest

from geo.builds import Build
from models.candidates import candidates_of
from models.placement_asked import Wanted
from models.placement_problem import problem_of
from models.placement_today import closing
from models.reach import HIGHER, reach_in
from models.reach_change import without_place

pytestmark = pytest.mark.real

WANTED = Wanted("family_hub", sites=1, buildings=("library",))


def test_closing_a_centre_loses_those_who_fall_out_of_reach(trafford_build: Build) -> None:
    problem = problem_of(trafford_build, WANTED, candidates_of(trafford_build, WANTED))
    reach = reach_in(trafford_build, trafford_build.areas, WANTED.asked)
    found = closing(problem)
    assert len(found) > 1
    for place in found.index:
        gained = without_place(trafford_build.areas, reach, str(place)).areas
        higher = gained["fifth"] <= HIGHER
        assert found.at[place, "children_lost"] == pytest.approx(-gained["children_gained"].sum())
        assert found.at[place, "higher_need_lost"] == pytest.approx(-gained["children_gained"][higher].sum())
    assert (found["children_lost"] > 0).all()
