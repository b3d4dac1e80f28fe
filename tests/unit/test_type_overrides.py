"""Overrides: who may give them, that each has a reason, and that nothing typed is more than text."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import AtlasError, RegisterError, SourceError
from data.register.records import Actor, Role
from data.type_overrides import (
    LONGEST_NAME,
    LONGEST_REASON,
    Override,
    Overrides,
    may_override,
    may_withdraw,
    models_given,
    names_given,
    overrides_file,
    read_overrides,
    save_override,
    withdraw_override,
)
from tests.small_builds import HOSTILE

ANALYST = Actor("someone@council.example", Role.ANALYST)
EDITOR = Actor("local", Role.EDITOR)
ADMIN = Actor("chief", Role.ADMIN)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAME = Override(
    Overrides.TYPE_NAME, "B", "Mill terraces", "What people here call it.", Role.ANALYST, NOON, among=4
)
MODEL = Override(Overrides.AREA_MODEL, "E01000007", "grow", "Two hubs open in May.", Role.ANALYST, NOON)


def test_a_build_without_overrides_has_none_and_reading_makes_no_file(tmp_path: Path) -> None:
    assert read_overrides(tmp_path / "elmshire") == ()
    assert list(tmp_path.iterdir()) == []


def test_overrides_come_back_and_stand_beside_the_build_without_a_name(tmp_path: Path) -> None:
    build = tmp_path / "elmshire"
    build.mkdir()
    assert save_override(build, EDITOR, MODEL) == replace(MODEL, saved_by=Role.EDITOR)
    save_override(build, ANALYST, NAME)
    kept = read_overrides(build)
    assert [one.key for one in kept] == ["B", "E01000007"]
    assert names_given(kept, 4) == {"B": NAME}
    assert names_given(kept, 5) == {}
    assert models_given(kept)["E01000007"].reason == "Two hubs open in May."
    assert overrides_file(build) == tmp_path.resolve() / "elmshire.types.json"
    assert list(build.iterdir()) == []
    text = overrides_file(build).read_text(encoding="utf-8")
    assert "someone" not in text
    if os.name != "nt":
        assert overrides_file(build).stat().st_mode & 0o077 == 0


def test_a_letter_has_a_name_of_its_own_among_each_number_of_types(tmp_path: Path) -> None:
    four, six = NAME, replace(NAME, value="Canal side", among=6)
    for one in (six, four, replace(MODEL, among=4)):
        save_override(tmp_path, ANALYST, one)
    assert read_overrides(tmp_path) == (four, six, MODEL)


def test_a_later_one_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    save_override(tmp_path, ANALYST, MODEL)
    save_override(tmp_path, ANALYST, replace(MODEL, value="coordinate", reason="Now open."))
    (kept,) = read_overrides(tmp_path)
    assert (kept.value, kept.reason) == ("coordinate", "Now open.")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_those_who_only_look_may_not(tmp_path: Path, role: Role) -> None:
    assert not may_override(role)
    with pytest.raises(RegisterError, match="Only analysts and editors"):
        save_override(tmp_path, Actor("x", role), NAME)
    assert read_overrides(tmp_path) == ()


def test_what_somebody_said_who_may_do_more_stays(tmp_path: Path) -> None:
    by_admin = save_override(tmp_path, ADMIN, NAME)
    assert not may_withdraw(Role.ANALYST, by_admin)
    with pytest.raises(RegisterError, match="may do more"):
        save_override(tmp_path, EDITOR, replace(NAME, value="Other"))
    with pytest.raises(RegisterError, match="may do more"):
        withdraw_override(tmp_path, EDITOR, by_admin)
    assert read_overrides(tmp_path) == (by_admin,)
    withdraw_override(tmp_path, ADMIN, by_admin)
    assert read_overrides(tmp_path) == ()


def test_what_was_changed_meanwhile_is_not_withdrawn(tmp_path: Path) -> None:
    seen = save_override(tmp_path, ANALYST, NAME)
    changed = save_override(tmp_path, EDITOR, replace(NAME, value="Canal side"))
    withdraw_override(tmp_path, ANALYST, seen)
    assert read_overrides(tmp_path) == (changed,)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        (replace(NAME, reason=" \u200b "), "No reason"),
        (replace(NAME, reason="x" * (LONGEST_REASON + 1)), "reason is longer"),
        (replace(NAME, value=""), "A name has 1 to"),
        (replace(NAME, value="x" * (LONGEST_NAME + 1)), "A name has 1 to"),
        (replace(NAME, key="AA"), "no type of that letter"),
        (replace(NAME, among=0), "no type of that letter"),
        (replace(MODEL, key="E05000007"), "not the code of a small area"),
        (replace(MODEL, value="Grow!"), "no such way of working"),
    ],
)
def test_what_is_not_fit_is_refused(tmp_path: Path, override: Override, words: str) -> None:
    with pytest.raises(RegisterError, match=words):
        save_override(tmp_path, ANALYST, override)
    assert read_overrides(tmp_path) == ()


@given(st.text(max_size=LONGEST_NAME), st.text(max_size=LONGEST_REASON) | st.just(HOSTILE))
def test_any_words_come_back_as_they_were_saved_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, value: str, reason: str
) -> None:
    build = tmp_path_factory.mktemp("words") / "b"
    try:
        saved = save_override(build, ANALYST, replace(NAME, value=value, reason=reason))
    except RegisterError:
        assert read_overrides(build) == ()
    else:
        assert read_overrides(build) == (saved,)


def test_nothing_that_many_save_at_once_is_lost(tmp_path: Path) -> None:
    many = [replace(MODEL, key=f"E0100{n:04}") for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: save_override(tmp_path, ANALYST, one), many))
    assert list(read_overrides(tmp_path)) == many


@pytest.mark.parametrize(
    "change",
    [
        {"what": "colour"},
        {"key": 5},
        {"value": "x" * 500},
        {"reason": ""},
        {"reason": "\ud83d"},
        {"saved_by": "viewer"},
        {"saved_at": "noon"},
        {"among": "4"},
    ],
)
def test_a_damaged_file_is_said_and_left_as_it_is(tmp_path: Path, change: dict[str, object]) -> None:
    save_override(tmp_path, ANALYST, NAME)
    path = overrides_file(tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["overrides"][0] |= change
    path.write_text(json.dumps(document), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(SourceError, match="overruled types cannot be read"):
        read_overrides(tmp_path)
    with pytest.raises(AtlasError, match="overruled types cannot be read"):
        save_override(tmp_path, ANALYST, MODEL)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "damaged"),
        ('{"format": 1}', "damaged"),
        ('{"format": 1, "overrides": {}}', "damaged"),
        ('{"format": 2, "overrides": []}', "later version"),
    ],
)
def test_what_is_no_file_of_overrides_is_said(tmp_path: Path, text: str, words: str) -> None:
    overrides_file(tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        read_overrides(tmp_path)
