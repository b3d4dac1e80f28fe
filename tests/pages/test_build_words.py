"""What atlas build says of the wards and councils that it found."""

from pathlib import Path

import pytest

from views.cli import _show_build


@pytest.mark.parametrize(
    ("wards", "councils", "words"),
    [
        (0, [], "in no wards; 3 indicators"),
        (0, ["Eastham"], "in no wards of Eastham; 3 indicators"),
        (1, ["Eastham"], "in 1 ward of Eastham; 3 indicators"),
        (2, ["Eastham", "Westham"], "in 2 wards of 2 councils; 3 indicators"),
        (1_200, [], "in 1,200 wards; 3 indicators"),
    ],
)
def test_what_is_not_known_is_not_counted(
    wards: int, councils: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = {"areas": 8, "vintage": "2021", "wards": wards, "councils": councils, "indicators": [1, 2, 3]}
    report |= {
        "seconds": 0.1,
        "places": {"inside": 1},
        "set_aside": [],
        "unknown": [],
        "missing": [],
        "notes": [],
        "rejected": 0,
        "demand": None,
    }
    _show_build(report, Path("made"), as_json=False)
    assert words in " ".join(capsys.readouterr().out.split())
