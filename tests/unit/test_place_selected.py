"""What is said of a site that is selected on the Place support page."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from models.placement import place
from models.placement_asked import Wanted
from models.selected import SelectedArea
from tests.reach_line import straight_walks
from tests.small_placements import BUILDINGS, Building, line_table, placing_build
from views.place_selected import explain_site

HUB = Wanted("family_hub", sites=1, buildings=("library", "school"))
TWICE: list[Building] = [*BUILDINGS, ("library", "Book Room", 62.0, 2), ("school", "Book School", 62.0, 2)]


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def told(table: Any = None, **wanted: Any) -> SelectedArea:  # noqa: ANN401
    """What is said of the only chosen site."""
    build = placing_build(table, TWICE)
    placed = place(build, Wanted(**{**vars(HUB), **wanted}))
    scene: Any = SimpleNamespace(placed=placed, problem=placed.problem)
    return explain_site(scene, str(placed.sites.index[0]), "Reaches East")


def test_a_building_that_is_listed_twice_is_told_under_all_its_names_and_kinds() -> None:
    site = told()
    assert (site.name, site.place) == ("1 · Book Room", "Libraries, Schools")
    said = "".join(part.text for part in site.sentence)
    assert said == "Reaches East. Listed there too: Book School; East School."
    assert told(required=("p001",)).place == "Schools"


def test_a_figure_that_is_not_known_is_left_out() -> None:
    assert [f.label for f in told().figures] == ["Newly reached", "Of them, higher need", "Lost if dropped"]
    assert [f.label for f in told(line_table(ranks=None)).figures] == ["Newly reached", "Lost if dropped"]


def test_whom_a_site_takes_over_is_told_where_a_place_closes() -> None:
    figures = {f.label: f.value for f in told(closed=("p004",), required=("p000",)).figures}
    assert figures["Newly reached"] == "0"
    assert figures["Taken over"] == figures["Lost if dropped"] == "100"
