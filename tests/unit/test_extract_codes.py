"""Sources and needs are told by their code first, then by their words."""

import pandas as pd
import pytest

from data.referral_codes import NEEDS, SOURCES, need_patterns, source_patterns
from data.sources.referral_coded import need_numbers, source_numbers

SOURCE_TEXTS = {
    "a) 1A: Individual - Family member/relative/carer": "1A",
    "b) 1B: Individual - Acquaintance (including neighbours and child minders)": "1B",
    "c) 1C: Individual - Self": "1C",
    "d) 1D: Individual - Other (including strangers, MPs)": "1D",
    "e) 2A: Schools": "2A",
    "f) 2B: Education services": "2B",
    "g) 3A: Health services - GP": "3A",
    "q) 6: Police": "6",
    "t) 9: Anonymous": "9",
    "u) 10: Unknown": "10",
    "q) 2A": "2A",
    "1a": "1A", "6.0": "6", "06": "6", "10": "10", " 3E ": "3E", "5C - External": "5C", "4 Housing": "4",
    "Police (6)": "6",
    "Police": "6", "Greater Manchester Police": "6",
    "Individual - family member": "1A", "Relative": "1A", "Mother": "1A", "Neighbour": "1B", "Self": "1C",
    "Member of the public": "1D", "Other individual": "1D",
    "Primary school": "2A", "Academy": "2A", "Education Welfare Service": "2B", "Nursery": "2B",
    "G.P.": "3A", "Health visitor": "3B", "School nurse": "3C", "Midwife": "3D",
    "Other primary health services": "3D", "A&E": "3E", "Accident and Emergency department": "3E",
    "Hospital": "3F", "Other health services": "3F", "CAMHS": "3F",
    "Housing association": "4", "Adult social care": "5A", "LA services - other internal": "5B",
    "Other local authority": "5C", "Court": "7", "Probation service": "7", "Voluntary organisation": "8",
    "Other": "8", "Anonymous": "9", "Unknown": "10", "Not known": "10",
}  # fmt: skip
NEED_TEXTS = {
    "N1": "N1", "n5": "N5", "N 4": "N4", "a) N1: Abuse or neglect": "N1",
    "N3 - Parental disability or illness": "N3",
    "Abuse or neglect": "N1", "Child's disability or illness": "N2", "Parent's disability or illness": "N3",
    "Parental illness": "N3", "Family in acute stress": "N4", "Family dysfunction": "N5",
    "Socially unacceptable behaviour": "N6", "Low income": "N7", "Absent parenting": "N8",
    "Cases other than children in need": "N9", "Not a child in need": "N9", "Not stated": "N0",
}  # fmt: skip
NONE = ["", "?", "yes", "11A", "4417", "N", "7F", "12 High Street", "zebra"]


def code_of(numbers: pd.Series, codes: dict[str, str]) -> str:
    number = int(numbers[0])
    return list(codes)[number] if number >= 0 else ""


@pytest.mark.parametrize("text", SOURCE_TEXTS)
def test_sources_are_told(text: str) -> None:
    assert code_of(source_numbers(pd.Series([text])), SOURCES) == SOURCE_TEXTS[text]


@pytest.mark.parametrize("text", NEED_TEXTS)
def test_needs_are_told(text: str) -> None:
    assert code_of(need_numbers(pd.Series([text])), NEEDS) == NEED_TEXTS[text]


@pytest.mark.parametrize("text", NONE)
def test_what_is_neither_code_nor_words_is_not_known(text: str) -> None:
    assert source_numbers(pd.Series([text])).tolist() == [-1]
    assert need_numbers(pd.Series([text])).tolist() == [-1]


def test_every_code_and_its_own_words_are_told() -> None:
    for codes, read in ((SOURCES, source_numbers), (NEEDS, need_numbers)):
        assert read(pd.Series(list(codes))).tolist() == list(range(len(codes)))
        assert read(pd.Series(list(codes.values()))).tolist() == list(range(len(codes)))


def test_the_order_of_texts_plays_no_part() -> None:
    texts = pd.Series([*SOURCE_TEXTS, *NONE, None])
    turned = texts[::-1]
    assert (source_numbers(turned) == source_numbers(texts)[::-1]).all()


def test_every_code_can_be_told_by_words() -> None:
    assert {code for code, _ in source_patterns()} == set(SOURCES)
    assert {code for code, _ in need_patterns()} == set(NEEDS)
