"""What is not known of a placement is never written as 0: in its legend, tables, words and JSON."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.placement import Placed, place
from models.placement_asked import Objective, Wanted
from models.placement_compare import difference_words
from models.placement_others import alternatives
from models.placement_today import closing, relocations
from models.placement_trade_words import moves_frame, moves_words, near_frame
from tests.reach_line import straight_walks
from tests.small_placements import BUILDINGS, line_table, placing_build
from views import place_map
from views.place_map import children_by_group, keys_of
from views.place_plans import headline_of
from views.place_report import describe_sites
from views.place_ties import ties_of
from views.place_trade_offs import write_moves

HUB = Wanted("family_hub", sites=1, buildings=("community_centre", "library", "school"))
UNRANKED = line_table(ranks=None)


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def legend_of(placed: Placed) -> dict[str, str]:
    """What the legend of the map counts in each group."""
    scene: Any = SimpleNamespace(placed=placed, dark=False, build=None)
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place_map.st, "html", written.append)
        patch.setattr(place_map.controls, "has_green", lambda _: False)
        place_map.show_legend(scene)
    return dict(re.findall(r"</span> ([^<]+) <b>([^<]+)</b>", written[0]))


def test_a_group_of_areas_whose_children_are_not_known_has_no_count() -> None:
    table = line_table(children=[100.0, None, 400.0, 50.0], ranks=[1.0, 1.0, 30_000.0, 30_000.0])
    placed = place(placing_build(table), HUB)
    assert keys_of(placed).tolist() == ["0", "3", "1", "2"]
    told = children_by_group(placed)
    assert told[["0", "1", "2"]].tolist() == [100.0, 400.0, 50.0]
    assert np.isnan(told["3"])
    assert legend_of(placed)["out of reach, higher need"] == "not known"
    needless = place(placing_build(line_table(children=[100.0, 200.0, 0.0, 50.0], ranks=[1.0] * 4)), HUB)
    assert legend_of(needless)["out of reach, lower need"] == "0"


def test_without_a_rank_nothing_is_said_of_higher_need() -> None:
    build = placing_build(UNRANKED)
    placed = place(build, HUB)
    assert [site["newly_reached_higher_need"] for site in describe_sites(build, placed)] == [None]
    other = Placed(placed.problem, np.array([0]))
    told = "".join(part.text for part in difference_words(placed, other, ("A", "B")))
    assert told == "A brings 400 more children within reach than B. They share no site."
    assert placed.answer is not None
    near = alternatives(placed.problem, placed.answer, 0.9)
    frame = near_frame(placed.problem, near, placed.chosen)
    assert len(frame)
    assert frame["higher_need"].isna().all()
    assert ties_of(placed, near)["higher_need"].isna().all()
    assert headline_of(placed) == {"children": 750.0, "before": 100.0, "after": 500.0}


def test_without_a_rank_nothing_is_said_of_it_where_places_move() -> None:
    build = placing_build(UNRANKED, [*BUILDINGS, ("family_hub", "Hub", 1.0, 0)])
    problem = place(build, HUB).problem
    moves = moves_frame(closing(problem), relocations(problem))
    told = "".join(part.text for part in moves_words(moves)) + write_moves(moves)
    assert "400 more children" in told
    assert "+400</b> within reach</td>" in told
    assert "higher need" not in told


def test_a_fair_choice_without_a_rank_counts_all_alike() -> None:
    fair = place(
        placing_build(UNRANKED), Wanted("family_hub", 1, objective=Objective.FAIR, buildings=HUB.buildings)
    )
    assert fair.sites["name"].tolist() == ["East School"]
