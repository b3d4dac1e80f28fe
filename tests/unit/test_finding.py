"""Among thousands, what is typed finds what it names, a bounded number of them, and does nothing else."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.finding import MOST_FOUND, find_shapes
from tests.small_builds import HOSTILE


def shapes() -> pd.DataFrame:
    """A hundred areas in two councils, one with a hostile name."""
    names = [f"{'Bolton' if n < 60 else 'Bury'} {n:03}A" for n in range(100)]
    names[99] = HOSTILE
    councils = ["Bolton" if n < 60 else "Bury" for n in range(100)]
    codes = [f"E01{n:06}" for n in range(100)]
    return pd.DataFrame({"name": names, "ward_name": pd.NA, "la_name": councils}, index=codes)


@pytest.mark.parametrize("typed", ["bury 070a", "BURY 070", " 070  Bury ", "E01000070", "e01000070"])
def test_a_name_or_a_code_finds_its_area_whatever_the_case(typed: str) -> None:
    assert find_shapes(shapes(), typed) == (["E01000070"], 1)


def test_many_matches_are_counted_and_the_first_returned_by_name() -> None:
    found, count = find_shapes(shapes(), "bolton")
    assert count == 60
    assert found == [f"E01{n:06}" for n in range(MOST_FOUND)]


def test_the_council_is_looked_through_too_and_names_that_begin_so_come_first() -> None:
    areas = shapes().assign(la_name="Bury Metropolitan")
    assert find_shapes(areas, "bury")[0][0] == "E01000060"
    assert find_shapes(areas, "metropolitan")[1] == 100


@pytest.mark.parametrize("typed", ["", "   ", "nowhere", ".*", "(", "[a-z]", "%", "\\", "' OR 1=1 --"])
def test_nothing_is_found_by_what_names_nothing(typed: str) -> None:
    assert find_shapes(shapes(), typed) == ([], 0)


@given(st.text())
def test_any_text_can_be_typed(typed: str) -> None:
    found, count = find_shapes(shapes(), typed)
    assert len(found) == min(count, MOST_FOUND)
    assert len(set(found)) == len(found)


def test_a_hostile_name_is_found_as_text() -> None:
    assert find_shapes(shapes(), "<img src=x")[0] == ["E01000099"]
