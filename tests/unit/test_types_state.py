"""What an address asks of the Types page: read tolerantly, and what is not known is told."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_builds import HOSTILE, varied_areas
from views.state import possible_choices
from views.types_state import NAMES, Offered, Show, Sought, parse_sought

POSSIBLE = possible_choices(varied_areas(), {})
OFFERED = Offered((Show.TYPE, Show.MODEL, Show.PATCH, Show.SURE), POSSIBLE, ("How sure", "Rules"))


def test_without_an_address_the_first_of_everything_is_shown() -> None:
    sought, notices = parse_sought({}, OFFERED)
    assert sought == Sought(Show.TYPE, None, "", "", "How sure")
    assert not notices


def test_all_that_can_be_asked_is_understood() -> None:
    asked = {"show": "patch", "k": "9", "council": "E08000001", "area": "E01000001", "tab": "Rules"}
    sought, notices = parse_sought(asked, OFFERED)
    assert sought == Sought(Show.PATCH, 9, "E08000001", "E01000001", "Rules")
    assert not notices


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("show", "moon", "way to show"),
        ("k", "1", "number of types"),
        ("k", "11", "number of types"),
        ("k", "４", "number of types"),
        ("council", "E08000009", "council"),
        ("area", HOSTILE, "area"),
        ("tab", "Nothing", "part of the page"),
    ],
)
def test_what_is_not_known_is_left_out_and_said(name: str, value: str, words: str) -> None:
    sought, (notice,) = parse_sought({name: value}, OFFERED)
    assert sought == parse_sought({}, OFFERED)[0]
    assert f"the {words} “{value}”" in notice


def test_where_rules_stand_alone_types_are_not_shown() -> None:
    sought, (notice,) = parse_sought({"show": "type"}, Offered((Show.MODEL, Show.PATCH), POSSIBLE))
    assert sought.show is Show.MODEL
    assert "“type”" in notice


def test_an_area_of_another_council_gives_way() -> None:
    frame: pd.DataFrame = varied_areas().frame
    code = str(frame.index[frame["la_code"].eq("E08000002")][0])
    sought, notices = parse_sought({"council": "E08000001", "area": code}, OFFERED)
    assert (sought.council, sought.area) == ("E08000001", "")
    assert len(notices) == 1


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=80)))
def test_no_address_breaks_it(asked: dict[str, str]) -> None:
    sought, notices = parse_sought(asked, OFFERED)
    assert sought.show in OFFERED.shows
    assert len(notices) <= len(asked)
