"""Whom a kind of place serves, by the column that counts them, and what its places supply."""

import pytest

from models.reach_supply import children_for, children_note
from tests.small_builds import make_areas

FOUR = [10.0, 20.0, 30.0, 40.0]


@pytest.mark.parametrize(
    ("kind", "loaded", "column"),
    [
        ("early_years", ("pop_0_4", "pop_0_17"), "pop_0_4"),
        ("early_years", ("pop_0_15", "pop_iod_0_15"), "pop_0_15"),
        ("library", ("pop_0_4", "pop_iod_0_15", "pop_0_15", "pop_0_17"), "pop_0_17"),
        ("library", ("pop_iod_0_15", "pop_0_15"), "pop_0_15"),
        ("library", ("pop_iod_0_15",), "pop_iod_0_15"),
        ("library", ("pop_0_4", "pop_total"), None),
    ],
)
def test_children_of_the_ages_served_are_taken_before_all_children(
    kind: str, loaded: tuple[str, ...], column: str | None
) -> None:
    assert children_for(kind, make_areas(dict.fromkeys(loaded, FOUR))) == column


def test_a_column_known_for_few_areas_gives_way_to_one_known_for_most() -> None:
    areas = make_areas({"pop_0_17": [10.0, None, None, None], "pop_0_15": FOUR})
    assert children_for("library", areas) == "pop_0_15"
    assert children_for("library", make_areas({"pop_0_17": [None] * 4})) is None


def test_the_note_says_where_others_are_counted_than_those_served() -> None:
    assert children_note("early_years", "pop_0_4") == ""
    assert "serve ages 0 to 4; children aged 0 to 17" in children_note("early_years", "pop_0_17")
    assert children_note("library", "pop_iod_0_15").startswith("Libraries serve ages 0 to 17")
