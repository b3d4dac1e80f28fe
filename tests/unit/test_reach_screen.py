"""The Reach page in parts: what the address may ask, classes of minutes, rows in order, colours apart."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.travel import Mode
from models.levels import Level
from tests.small_builds import HOSTILE, varied_areas
from tests.unit.test_look import SIGHTS, ciede2000, cielab
from views import reach_map, state
from views.reach_classes import ends_of
from views.reach_rows import NOT_KNOWN, children_cells, minutes_cells, signed_cells
from views.reach_state import NAMES, Offered, Sought, View, parse_sought, parse_spot, write_spot

AREAS = varied_areas()
PLACES = pd.DataFrame({"kind": ["library", "library", "school"]}, index=["p1", "p2", "p3"])
OFFERED = Offered(("library", "school"), tuple(Mode), PLACES, state.possible_choices(AREAS, {}))
KNOWN: dict[str, list[str]] = {
    "kind": ["library", "school"],
    "mode": ["walk", "pram"],
    "minutes": ["10", "15", "45"],
    "view": [view.value for view in View],
    "level": ["area", "ward", "council", "region"],
    "council": ["E08000001", "E08000002"],
    "area": ["E01000000", "E05000001", "E08000002"],
    "spot": ["52.6,-1.9", "0,0"],
    "closed": ["p1", "p3"],
    "count": ["all"],
}


def texts_of(sought: Sought) -> dict[str, str]:
    """What was understood, as it stands in the address."""
    found = {
        "kind": sought.kind,
        "mode": sought.mode.value if sought.mode else "",
        "minutes": str(sought.minutes),
        "view": sought.view.value,
        "level": sought.level.value,
        "council": sought.council,
        "area": sought.area,
        "spot": write_spot(sought.spot),
        "closed": sought.closed,
        "count": "all" if sought.count_all else "",
    }
    return {name: text for name, text in found.items() if text}


@given(
    st.fixed_dictionaries({}, optional={n: st.sampled_from(KNOWN[n]) | st.text(max_size=12) for n in NAMES})
)
def test_any_address_can_be_shown_and_what_is_shown_can_be_asked_again(asked: dict[str, str]) -> None:
    sought, notices = parse_sought(asked, OFFERED)
    assert sought.kind in OFFERED.kinds
    assert not sought.closed or PLACES.at[sought.closed, "kind"] == sought.kind
    assert not (sought.spot and sought.closed)
    assert sought.view is not View.WHAT_IF or sought.level is Level.AREA
    assert len(notices) <= len(asked)
    assert parse_sought(texts_of(sought), OFFERED) == (sought, ())


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_spot_comes_back_to_a_metre(latitude: float, longitude: float) -> None:
    found = parse_spot(write_spot((latitude, longitude)))
    assert found == pytest.approx((latitude, longitude), abs=1e-5)


@pytest.mark.parametrize(
    "text", ["", "53", "53.4;-2.3", "nan,nan", "1e3,1", "91,0", "53.4,-181", "٥٣,٢", HOSTILE]
)
def test_what_is_no_spot_is_none(text: str) -> None:
    assert parse_spot(text) is None


def test_what_is_not_understood_is_said_without_a_supplied_way_to_travel() -> None:
    offered = Offered(("library",), (), PLACES, state.possible_choices(AREAS, {}))
    sought, notices = parse_sought({"mode": "walk", "closed": "p3"}, offered)
    assert sought.mode is None
    assert [("way to travel" in n, "place to close" in n) for n in notices] == [(True, False), (False, True)]


@given(st.integers(1, 60))
def test_the_minutes_asked_for_end_a_class(minutes: int) -> None:
    ends = ends_of(minutes)
    assert minutes in ends
    assert len(ends) == 4
    assert all(low < high for low, high in pairwise(ends))


def test_minutes_are_written_so_that_15_is_within_15() -> None:
    minutes = pd.Series([14.2, 15.0, 15.01, np.nan, np.nan])
    shares = pd.Series([1.0, 1.0, 0.4, 0.0, np.nan])
    assert minutes_cells(minutes, shares, 60.0).tolist() == ["15", "15", "16", "over 60", NOT_KNOWN]


def test_numbers_say_what_is_hidden_not_known_and_only_part() -> None:
    frame = pd.DataFrame(
        {"children_out": [1_234.4, np.nan, np.nan, 10.0], "hidden": [False, True, False, False]}
    )
    assert children_cells(frame).tolist() == ["1,234", "Hidden", NOT_KNOWN, "10"]
    several = frame.assign(hidden=False, areas_unknown=[1, 4, 4, 0])
    assert children_cells(several).tolist() == ["1,234+", NOT_KNOWN, NOT_KNOWN, "10"]
    assert signed_cells(pd.Series([12.0, -3.0, 0.2, np.nan])).tolist() == ["+12", "−3", "0", NOT_KNOWN]


@pytest.mark.parametrize("view", [View.MINUTES, View.WHAT_IF])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("sight", SIGHTS)
def test_every_two_classes_can_be_told_apart(view: View, dark: bool, sight: str) -> None:
    seen = [cielab(colour, sight) for colour in reach_map.palette_of(view, dark)]
    assert min(ciede2000(a, b) for a, b in combinations(seen, 2)) >= 7.5
