"""The file of rules: it is edited by people, so every fault in it is named."""

from pathlib import Path

import pytest

from data.errors import SourceError
from data.operating_models import (
    LARGEST_RULES_BYTES,
    MEASURES,
    MOST_RULES,
    RULES_FILE,
    Condition,
    operating_rules,
)
from models.composites import COMPOSITES

ONE = """
nearest_within = 34
[cut_offs]
high = 67
[[model]]
id = "one"
label = "One"
offer = "An offer."
evidence = "Some."
kin = "Kin"
source = "A source"
all = [{ measure = "need_place", at_least = "high", needed = true }]
any = [[{ measure = "demand_signal", at_least = 1 }], [{ measure = "people_per_km2", below = 300.5 }]]
"""


def file_of(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_six_models_stand_in_their_order_with_what_is_to_be_said_of_them() -> None:
    rules = operating_rules()
    assert [m.id for m in rules.models] == [
        "reach_out",
        "build_and_anchor",
        "step_in",
        "coordinate",
        "grow",
        "universal",
    ]
    for model in rules.models:
        assert all((model.label, model.offer, model.evidence, model.kin, model.source))
    assert rules.nearest_within == 34
    grow = rules.named("grow")
    assert grow is not None
    assert grow.label == "Grow community strength"
    assert rules.named("gone") is None


def test_every_composite_may_stand_in_a_rule() -> None:
    assert {f"{one.id}_place" for one in COMPOSITES} <= set(MEASURES)


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    (model,) = operating_rules(file_of(tmp_path, ONE)).models
    assert model.every == (Condition("need_place", "at_least", 67.0, True),)
    assert model.groups == (
        (Condition("demand_signal", "at_least", 1.0),),
        (Condition("people_per_km2", "below", 300.5),),
    )
    assert [c.wants_more for c in model.conditions] == [True, True, False]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('id = "one"', 'id = "One!"', "One!: its id is not a short name in small letters"),
        ('id = "one"', "id = nan", "nan: its id is not a short name in small letters"),
        ('id = "one"', 'id = "no_rule"', "that id is kept for areas without a model"),
        ('offer = "An offer."', 'offer = ""', "one: its offer is no text of 1 to 600 characters"),
        ('kin = "Kin"', "kin = 5", "one: its kin is no text"),
        ('kin = "Kin"', 'kin = "Kin"\ncolour = "red"', "one: colour is not known"),
        ('"need_place"', '"deprivation"', "one: 'deprivation' is no measure"),
        ('at_least = "high"', 'at_least = "hihg"', "one: 'hihg' is no cut-off"),
        ('"need_place"', '["need_place"]', "one: ['need_place'] is no measure"),
        ("high = 67", f"high = 1{'0' * 400}", "a cut-off is not a number"),
        ('at_least = "high"', "at_least = true", "one: True is not a number"),
        ('at_least = "high"', "at_least = nan", "one: nan is not a number"),
        (
            'at_least = "high"',
            "at_least = 1, at_most = 2",
            "a condition on need_place has not one of at_least",
        ),
        ('at_least = "high", ', "", "a condition on need_place has not one of at_least"),
        ("needed = true", 'needed = "yes"', "needed is not true or false in a condition on need_place"),
        (
            "at_least = 1 }",
            "at_least = 1, needed = true }",
            "needed is not known in a condition on demand_signal",
        ),
        ("any = [[", "any = [[], [", "any is not a list of groups of conditions"),
        ("high = 67", 'high = "67"', "a cut-off is not a number"),
        ("nearest_within = 34", "nearest_within = -1", "nearest_within is not a number from 0"),
        ("nearest_within = 34", "", "nearest_within is not a number from 0"),
        ("nearest_within = 34", "nearest_within = 34\nbest = 1", "best is not known"),
        ("[[model]]", "[[modell]]", "it has no model"),
    ],
)
def test_every_fault_is_named(tmp_path: Path, before: str, after: str, fault: str) -> None:
    assert before in ONE
    with pytest.raises(SourceError) as error:
        operating_rules(file_of(tmp_path, ONE.replace(before, after, 1)))
    assert fault in error.value.message
    assert "rules.toml" in error.value.message


def test_several_faults_are_named_together(tmp_path: Path) -> None:
    text = ONE.replace('"high", needed', '"low", needed').replace('label = "One"', "label = 1")
    with pytest.raises(SourceError) as error:
        operating_rules(file_of(tmp_path, text))
    assert error.value.message.count(";") == 1


def test_a_model_that_stands_twice_and_too_many_are_refused(tmp_path: Path) -> None:
    entry = ONE[ONE.index("[[model]]") :]
    with pytest.raises(SourceError, match="the model one stands twice"):
        operating_rules(file_of(tmp_path, ONE + entry))
    many = ONE + "".join(entry.replace('"one"', f'"m{n}"') for n in range(MOST_RULES))
    with pytest.raises(SourceError, match="more than 40 models"):
        operating_rules(file_of(tmp_path, many + " "))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"model = [", b"a = 1\n" + b"#" * LARGEST_RULES_BYTES])
def test_what_is_no_file_of_rules_is_refused_with_a_hint(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"own.toml cannot be read") as error:
        operating_rules(path)
    assert RULES_FILE.name in str(error.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none.toml cannot be read"):
        operating_rules(tmp_path / "none.toml")


def test_a_file_that_is_edited_is_read_again(tmp_path: Path) -> None:
    path = file_of(tmp_path, ONE)
    assert operating_rules(path).nearest_within == 34
    file_of(tmp_path, ONE.replace("nearest_within = 34", "nearest_within = 20"))
    assert operating_rules(path).nearest_within == 20
