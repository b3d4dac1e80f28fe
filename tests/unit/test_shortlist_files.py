"""The files of the Shortlist page: criteria as the command reads them, and costs that somebody fills in."""

import csv
import io
import json
import tomllib

import pandas as pd
import pytest

from data.errors import SourceError
from data.shortlist_criteria import Asked, Budget, Counts, Criterion, Curve, Direction, Spread, as_document
from data.shortlist_terms import LARGEST_CRITERIA_BYTES
from models.levels import Level
from views.shortlist_costs import LARGEST_COSTS_BYTES, costs_in, template_of
from views.shortlist_files import asked_in, asked_to_toml

ASKED = Asked(
    level="ward",
    criteria=(
        Criterion("need_imd_rank", 100, Direction.LESS, veto_above=30_000.5),
        Criterion("access_library_min", 60, Direction.MORE, Curve.THRESHOLD, at=15),
    ),
    top=3,
    counts=Counts.ANY,
    spread=Spread(1, "locality"),
    budget=Budget(90_000, {"E05000001": 40_000.0, 'E0"5\\': 50_000.0}),
    within="E08000001",
)
SHOWN = pd.DataFrame({"name": ["North", "=South()"]}, pd.Index(["E05000001", "E05000002"]))


def test_criteria_are_written_as_any_reader_of_toml_reads_them() -> None:
    content = asked_to_toml(ASKED)
    assert tomllib.loads(content.decode()) == as_document(ASKED)
    assert asked_in(content, "mine.toml") == ASKED
    assert asked_in(json.dumps(as_document(ASKED)).encode(), "mine.JSON") == ASKED


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"level = 'ward'", "a.toml", "no [[criterion]]"),
        (b"=", "a.toml", "cannot be read"),
        (b"[1]", "a.json", "cannot be read"),
        (b"\xff\xfe", "a.toml", "cannot be read"),
        (b"#" * (LARGEST_CRITERIA_BYTES + 1), "a.toml", "larger than"),
        (b"level = 'ward'", "a.exe", "neither a .toml nor a .json"),
        (b"level = 'ward'", "../../etc/passwd", "neither a .toml nor a .json"),
    ],
)
def test_a_file_that_asks_nothing_sensible_says_why(content: bytes, name: str, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        asked_in(content, name)
    assert told in caught.value.message
    assert caught.value.hint


def test_a_template_lists_every_ward_and_no_cost() -> None:
    rows = list(csv.DictReader(io.StringIO(template_of(SHOWN, Level.WARD).decode("utf-8-sig"))))
    assert [row["ward_code"] for row in rows] == list(SHOWN.index)
    assert {row["cost_gbp"] for row in rows} == {""}
    assert rows[1]["name"] == "'=South()"


def test_costs_are_read_with_pounds_and_thousands() -> None:
    content = 'ward_code,name,cost_gbp\nE05000001,North,"£12,500"\nE05000002,South,0\n'
    assert costs_in(content.encode(), SHOWN, Level.WARD) == {"E05000001": 12_500.0, "E05000002": 0.0}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no columns ward_code and cost_gbp"),
        ("area_code,cost_gbp\nE05000001,1", "no columns ward_code"),
        ("ward_code,cost_gbp\nE05000001,1", "1 is without a cost: E05000002"),
        ("ward_code,cost_gbp\nE05000001,dear\nE05000002,1", "1 cost is no number of pounds: E05000001"),
        ("ward_code,cost_gbp\nE05000001,inf\nE05000002,-1", "2 costs are no numbers of pounds"),
        ("ward_code,cost_gbp\nE05000001,1\nE05000001,2\nE05000002,1", "1 code stands twice: E05000001"),
        ("ward_code,cost_gbp\nE05000001,1\nE05000002,1\nE05000003,1", "1 code is not here: E05000003"),
        ("ward_code,cost_gbp\n" + "x" * LARGEST_COSTS_BYTES, "larger than"),
    ],
)
def test_every_fault_of_a_file_of_costs_is_told(content: str, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        costs_in(content.encode(), SHOWN, Level.WARD)
    assert told in caught.value.message


def test_costs_that_are_no_text_are_refused() -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        costs_in(b"\xff\xfe\x00", SHOWN, Level.WARD)


def test_a_code_of_any_length_is_told_in_a_few_signs() -> None:
    content = f"ward_code,cost_gbp\n{'<b>' * 30_000},1\n"
    with pytest.raises(SourceError) as caught:
        costs_in(content.encode(), SHOWN, Level.WARD)
    assert len(caught.value.message) < 400
