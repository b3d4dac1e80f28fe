"""The editable file of breaks in what is counted: read whole, or refused with every fault."""

from pathlib import Path

import pytest

from data.definition_breaks import Break, definition_breaks
from data.errors import SourceError
from data.referral_rows import EventKind


def test_the_built_in_file_marks_families_first() -> None:
    (found,) = definition_breaks()
    assert found.month == "2025-04"
    assert found.label == "Families First Partnership"
    assert found.touches(EventKind.REFERRAL, "E08000009")
    assert not found.touches(EventKind.CONTACT, "E08000009")


def test_breaks_come_the_earliest_first(tmp_path: Path) -> None:
    path = tmp_path / "breaks.toml"
    path.write_text(
        '[[break]]\nmonth = "2025-04"\nlabel = "B"\nmeasures = ["contacts"]\nrebase = false\n'
        '[[break]]\nmonth = "2023-11"\nlabel = "A"\nmeasures = ["referrals"]\ncouncils = ["E08000009"]\n',
        encoding="utf-8",
    )
    first, second = definition_breaks(path)
    assert first == Break("2023-11", "A", (EventKind.REFERRAL,), ("E08000009",), "", True)
    assert second.rebase is False
    assert first.touches(EventKind.REFERRAL, "E08000009")
    assert not first.touches(EventKind.REFERRAL, "E08000001")
    assert first.touches(EventKind.REFERRAL, None)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "breaks.toml"
    path.write_text(
        '[[break]]\nmonth = "April 2025"\nlabel = " "\nmeasures = ["visits"]\nrebase = "yes"\nwhen = 1\n'
        '[[break]]\nmonth = "2025-13"\nlabel = "x"\nmeasures = []\ncouncils = "E08000009"\nnote = 3\n',
        encoding="utf-8",
    )
    with pytest.raises(SourceError) as caught:
        definition_breaks(path)
    text = str(caught.value)
    for fault in (
        "break 1: unknown fields: when",
        "break 1: the month is not written",
        "break 1: there is no label",
        "break 1: measures are not some of",
        "break 1: rebase is not true or false",
        "break 2: the month is not written",
        "break 2: measures are not some of",
        "break 2: councils are not a list of codes",
        "break 2: the note is not text",
    ):
        assert fault in text


@pytest.mark.parametrize("text", ["[[break]", "break = 3", "break = [1]"])
def test_a_file_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "breaks.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"breaks\.toml cannot be read"):
        definition_breaks(path)


def test_a_file_without_breaks_has_none(tmp_path: Path) -> None:
    path = tmp_path / "breaks.toml"
    path.write_text("# none\n", encoding="utf-8")
    assert definition_breaks(path) == ()
