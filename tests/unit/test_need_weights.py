"""The weights of need: what the file may say, and what an address may ask for."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SourceError
from data.indicators import indicators
from data.need_weights import (
    MOST_WEIGHT,
    need_domains,
    parse_weights,
    standard_weights,
    write_weights,
)

DOMAIN = '[[domain]]\nid = "{id}"\nlabel = "A"\nweight = {weight}\nindicators = {indicators}\n'


def write(tmp_path: Path, *domains: dict[str, str], more: str = "") -> Path:
    base = {"id": "one", "weight": "1", "indicators": "{ need_health = 1 }"}
    path = tmp_path / "weights.toml"
    path.write_text("\n".join(DOMAIN.format(**{**base, **d}) for d in domains) + more, encoding="utf-8")
    return path


def test_the_domains_are_the_seven_and_their_indicators_are_in_the_dictionary() -> None:
    domains = need_domains()
    assert [d.id for d in domains] == [
        "poverty",
        "education",
        "health",
        "crime",
        "housing",
        "living",
        "children",
    ]
    known = indicators()
    named = [stem for d in domains for stem in (*d.indicators, *d.instead)]
    assert all(stem in known or f"{stem}_rank" in known for stem in named)
    assert not any(stem.startswith(("demand_", "event_")) for stem in named)
    assert sum(standard_weights().values()) == 100


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": "a", "weight": "2"}, {"id": "b", "indicators": "{ own_x = 3 }"})
    assert standard_weights(need_domains(path)) == {"a": 2.0, "b": 1.0}


@pytest.mark.parametrize(
    ("domains", "words"),
    [
        ([{"id": "a"}, {"id": "a"}], "the domain a stands twice"),
        ([{"id": "Bad id"}], "not a short name"),
        ([{"weight": "-1"}], "weight of one is not a number from 0"),
        ([{"weight": "nan"}], "weight of one is not a number from 0"),
        ([{"weight": '"much"'}], "weight of one is not a number from 0"),
        ([{"weight": "0"}], "no domain has a weight above 0"),
        ([{"indicators": "{}"}], "one has no indicator"),
        ([{"indicators": "{ need_health = 0 }"}], "a share in one"),
        ([{"indicators": "{ demand_referrals_12m = 1 }"}], "demand_referrals_12m is demand"),
        ([{"indicators": "{ need_income = 1, need_idaci = 1 }"}], "side by side"),
        (
            [
                {"id": "a", "indicators": "{ need_income = 1 }"},
                {"id": "b", "indicators": "{ need_idaci = 1 }"},
            ],
            "side by side",
        ),
    ],
)
def test_a_fault_in_the_file_is_named_with_what_to_do(
    tmp_path: Path, domains: list[dict[str, str]], words: str
) -> None:
    with pytest.raises(SourceError, match=words) as error:
        need_domains(write(tmp_path, *domains))
    assert error.value.hint


@pytest.mark.parametrize("text", ["", "domain = 3", "[[domain]]\nid = 1", "not toml [", "\x00"])
def test_a_file_that_says_nothing_of_use_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "weights.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError):
        need_domains(path)


def test_every_fault_is_in_one_message(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as error:
        need_domains(write(tmp_path, {"id": "a", "weight": "-1"}, {"id": "a", "indicators": "{}"}))
    assert "stands twice" in error.value.message
    assert "not a number" in error.value.message
    assert "has no indicator" in error.value.message


@given(
    st.dictionaries(
        st.sampled_from(sorted(standard_weights())), st.integers(0, MOST_WEIGHT), min_size=1
    ).filter(lambda weights: any(weights.values()))
)
def test_weights_come_back_from_an_address(weights: dict[str, int]) -> None:
    assert dict(parse_weights(write_weights(weights))) == weights


@given(
    st.one_of(st.text(max_size=60), st.from_regex(r"[a-z]{1,9}\.[0-9]{1,4}(,[a-z]{1,9}\.[0-9]{1,3}){0,3}"))
)
def test_whatever_an_address_says_gives_sound_weights_or_none(text: str) -> None:
    weights = dict(parse_weights(text))
    assert set(weights) <= set(standard_weights())
    assert not weights or 0 < max(weights.values()) <= MOST_WEIGHT
    assert not weights or min(weights.values()) >= 0


def test_a_very_long_address_is_not_read() -> None:
    assert parse_weights("poverty.30," * 100 + "poverty.30") == ()
