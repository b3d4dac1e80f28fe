"""Criteria of a shortlist: what a file of them may say, and every fault that it is refused for."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SourceError
from data.shortlist_criteria import (
    Asked,
    Budget,
    Counts,
    Criterion,
    Curve,
    Direction,
    Spread,
    as_document,
    asked_from,
    criteria_from,
)
from data.shortlist_terms import CRITERIA_FILE, LARGEST_CRITERIA_BYTES

ONE = {"indicator": "need_index_score", "swing": 100, "direction": "more"}


def document(*criteria: dict[str, Any], **rest: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"criterion": list(criteria or [ONE]), **rest}


def test_the_example_is_read_and_weighs_by_its_swings() -> None:
    asked = asked_from(criteria_from(), CRITERIA_FILE.name)
    assert [c.swing for c in asked.criteria] == [100, 80, 50, 40, 30]
    assert asked.weights["need_index_score"] == pytest.approx(100 / 300)
    assert sum(asked.weights.values()) == pytest.approx(1)


def test_a_file_of_json_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(criteria_from()), encoding="utf-8")
    assert asked_from(criteria_from(file), "mine") == asked_from(criteria_from(), "example")


figures = st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def criteria(draw: st.DrawFn, name: str = "a") -> Criterion:
    direction = draw(st.sampled_from(Direction))
    low, step = draw(figures), draw(st.floats(1, 1e6))
    ends = (low, low + step) if direction is Direction.MORE else (low + step, low)
    curve = draw(st.sampled_from(Curve))
    at = None if curve is Curve.LINEAR else ends[0] + (ends[1] - ends[0]) * 0.3
    worst, best = draw(st.sampled_from([ends, (ends[0], None), (None, ends[1]), (None, None)]))
    floors = sorted([draw(figures), draw(figures)])
    return Criterion(name, draw(st.floats(1, 100)), direction, curve, worst, best, at, *floors)


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    names = draw(st.lists(st.text("abc_1", min_size=1), min_size=1, max_size=12, unique=True))
    costs = st.floats(0, 1e6) | st.dictionaries(st.text("E05", min_size=1), st.floats(0, 1e6), max_size=3)
    return Asked(
        draw(st.sampled_from(["ward", "area"])),
        tuple(draw(criteria(name)) for name in names),
        draw(st.integers(1, 50)),
        draw(st.sampled_from(Counts)),
        draw(st.floats(0, 0.9)),
        draw(st.none() | st.builds(Spread, st.integers(1, 9), st.sampled_from(["locality", "council"]))),
        draw(st.none() | st.builds(Budget, st.floats(1, 1e9), costs)),
        draw(st.sampled_from(["", "E08000001"])),
    )


@given(asked())
def test_what_is_asked_comes_back_from_its_document(one: Asked) -> None:
    plain = json.loads(json.dumps(as_document(one)))
    assert asked_from(plain, "it") == one


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (document(ONE, ONE), "stands twice"),
        (document(ONE | {"swing": 101}), "swing is not a number from 0 to 100"),
        (document(ONE | {"swing": True}), "swing is not a number from 0 to 100"),
        (document(ONE | {"swing": float("nan")}), "swing is not a number from 0 to 100"),
        (document(ONE | {"swing": 0}), "no swing is above 0"),
        (document(ONE | {"direction": "up"}), "direction is none of more, less"),
        (document(ONE | {"curve": "steep"}), "curve is none of linear, threshold, diminishing"),
        (document(ONE | {"curve": ["linear"]}), "curve is none of linear, threshold, diminishing"),
        (document(ONE | {"worst": 5, "best": 1}), "best has to be above worst"),
        (document(ONE | {"direction": "less", "worst": 1, "best": 5}), "best has to be below worst"),
        (document(ONE | {"curve": "threshold"}), "takes at"),
        (document(ONE | {"at": 3}), "a linear one has none"),
        (document(ONE | {"curve": "diminishing", "worst": 0, "best": 10, "at": 6}), "nearer to worst"),
        (document(ONE | {"curve": "diminishing", "worst": 0, "at": -1}), "between worst and best"),
        (document(ONE | {"veto_below": 3, "veto_above": 2}), "every shape would be out"),
        (document(ONE | {"best": float("inf")}), "best is not a number"),
        (document(ONE | {"colour": "red"}), "colour is not known"),
        (document(ONE | {"indicator": " "}), "names no indicator"),
        (document(ONE | {"indicator": "a\x1b[31m"}), "names no indicator"),
        (document(colour=1), "colour is not known"),
        (document(top=0), "top is not a whole number"),
        (document(top=2.5), "top is not a whole number"),
        (document(level="region"), "level is none of"),
        (document(level={}), "level is none of"),
        (document(tolerance=1), "tolerance is not a number"),
        (document(counts="some"), "counts is none of"),
        (document(within=7), "within is not the code"),
        (document(spread={"most": 0}), "most in spread"),
        (document(spread={"most": 1, "within": "ward"}), "says nothing of a shortlist of wards"),
        (document(spread=[]), "spread is no table"),
        (document(budget={"gbp": 0, "cost_gbp": 1}), "pounds above 0"),
        (document(budget={"gbp": 1, "cost_gbp": {"E05": -1}}), "1 costs in budget are no pounds"),
        (document(budget={"gbp": 1}), "neither pounds for each nor a table"),
        ({"criterion": {}}, "has no [[criterion]]"),
        ({}, "has no [[criterion]]"),
        (document(*(ONE | {"indicator": f"a{n}"} for n in range(13))), "12 at most"),
    ],
)
def test_a_fault_is_named(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceError, match=r"^mine\.toml: ") as refused:
        asked_from(wrong, "mine.toml")
    assert words in refused.value.message
    assert refused.value.hint is not None


def test_all_faults_are_named_at_once_and_none_without_end() -> None:
    many = document(*(ONE | {"swing": -1, "direction": "up", "x" * 500: 1} for _ in range(12)), top=0)
    with pytest.raises(SourceError) as refused:
        asked_from(many, "mine.toml")
    assert "top is not" in refused.value.message
    assert "more faults" in refused.value.message
    assert len(refused.value.message) < 2_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.toml", b"level = "),
        ("bad.json", b"[1]"),
        ("deep.json", b"[" * 100_000),
        ("bytes.toml", b"\xff\xfe\x00"),
        ("large.toml", b"#" * (LARGEST_CRITERIA_BYTES + 1)),
        ("parts.toml", b"x = { " + b"a." * 500_000 + b"a = 1 }"),
        ("numbers.toml", b"1." * 500_000 + b"1 = 1"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(SourceError, match=f"{name} cannot be read"):
        criteria_from(file)


def test_a_file_that_is_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.toml cannot be read: No such file or directory\."):
        criteria_from(tmp_path / "none.toml")


def test_costs_of_many_in_one_line_are_read(tmp_path: Path) -> None:
    costs = ", ".join(f'"E0500{n:04}" = {n}.25' for n in range(1_000))
    file = tmp_path / "costs.toml"
    file.write_text(f"[budget]\ngbp = 10.5\ncost_gbp = {{ {costs} }}\n", encoding="utf-8")
    assert len(criteria_from(file)["budget"]["cost_gbp"]) == 1_000
