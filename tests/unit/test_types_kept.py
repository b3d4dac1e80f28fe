"""Types kept beside a build: who may keep them, that they stay a model, and what is refused."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from data import beside_build
from data.errors import DisclosureError, RegisterError, SourceError
from data.provenance import Tier
from data.register.records import Actor, Role
from models.type_frozen import FrozenTypes, load_types
from models.type_kept import forget_types, keep_types, kept_file, read_kept
from tests.small_builds import HOSTILE
from tests.small_type_scenes import type_findings

ANALYST = Actor("someone@council.example", Role.ANALYST)
EDITOR = Actor("local", Role.EDITOR)
ADMIN = Actor("chief", Role.ADMIN)


@pytest.fixture(scope="module")
def frozen() -> FrozenTypes:
    types = type_findings().types
    assert types is not None
    return types.frozen


def test_nothing_is_kept_until_somebody_does_and_looking_makes_no_file(tmp_path: Path) -> None:
    assert read_kept(tmp_path / "elmshire", Tier.INTERNAL) is None
    assert list(tmp_path.iterdir()) == []


def test_kept_types_come_back_without_a_name_and_are_a_model_for_the_command(
    tmp_path: Path, frozen: FrozenTypes
) -> None:
    build = tmp_path / "elmshire"
    build.mkdir()
    kept = keep_types(build, ANALYST, frozen, None)
    assert kept == read_kept(build, Tier.INTERNAL)
    assert (kept.frozen, kept.saved_by) == (frozen, Role.ANALYST)
    assert kept_file(build) == tmp_path.resolve() / "elmshire.types_kept.json"
    assert load_types(kept_file(build)) == frozen
    assert list(build.iterdir()) == []
    assert "someone" not in kept_file(build).read_text(encoding="utf-8")
    if os.name != "nt":
        assert kept_file(build).stat().st_mode & 0o077 == 0


def test_hostile_names_come_back_as_they_are(tmp_path: Path, frozen: FrozenTypes) -> None:
    named = replace(frozen, names=dict.fromkeys(frozen.letters, f"=1+1 {HOSTILE}"))
    assert keep_types(tmp_path, EDITOR, named, None).frozen.names["A"] == f"=1+1 {HOSTILE}"
    assert read_kept(tmp_path, Tier.INTERNAL).frozen == named  # type: ignore[union-attr]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_those_who_only_look_may_not(tmp_path: Path, frozen: FrozenTypes, role: Role) -> None:
    with pytest.raises(RegisterError, match="Only analysts and editors"):
        keep_types(tmp_path, Actor("x", role), frozen, None)
    kept = keep_types(tmp_path, ANALYST, frozen, None)
    with pytest.raises(RegisterError, match="may do more"):
        forget_types(tmp_path, Actor("x", role), kept)
    assert read_kept(tmp_path, Tier.INTERNAL) == kept


def test_what_somebody_kept_who_may_do_more_stays(tmp_path: Path, frozen: FrozenTypes) -> None:
    kept = keep_types(tmp_path, ADMIN, frozen, None)
    with pytest.raises(RegisterError, match="may do more"):
        keep_types(tmp_path, EDITOR, frozen, kept)
    with pytest.raises(RegisterError, match="may do more"):
        forget_types(tmp_path, EDITOR, kept)
    forget_types(tmp_path, ADMIN, kept)
    assert read_kept(tmp_path, Tier.INTERNAL) is None


def test_of_two_who_keep_at_once_one_is_told(tmp_path: Path, frozen: FrozenTypes) -> None:
    others = [replace(frozen, apart=float(n + 1)) for n in range(4)]

    def keep(one: FrozenTypes) -> str:
        try:
            keep_types(tmp_path, EDITOR, one, None)
        except RegisterError as error:
            return error.message
        return ""

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(keep, others))
    assert sorted(map(bool, told)) == [False, True, True, True]
    assert all("meanwhile" in message for message in told if message)
    assert read_kept(tmp_path, Tier.INTERNAL).frozen == others[told.index("")]  # type: ignore[union-attr]


def test_types_of_an_internal_build_are_not_laid_over_a_shared_one(
    tmp_path: Path, frozen: FrozenTypes
) -> None:
    assert frozen.tier is Tier.INTERNAL
    keep_types(tmp_path, EDITOR, frozen, None)
    with pytest.raises(DisclosureError, match="made of an internal build"):
        read_kept(tmp_path, Tier.SHARED)
    with pytest.raises(DisclosureError, match="made of an internal build"):
        keep_types(tmp_path, EDITOR, replace(frozen, tier=Tier.SHARED), None)


def test_types_of_a_shared_build_may_be_laid_over_an_internal_one(
    tmp_path: Path, frozen: FrozenTypes
) -> None:
    shared = keep_types(tmp_path, EDITOR, replace(frozen, tier=Tier.SHARED), None)
    assert read_kept(tmp_path, Tier.INTERNAL) == shared


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"saved_by": "viewer"}, "does not read as kept types"),
        ({"saved_at": "noon"}, "does not read as kept types"),
        ({"saved_at": "2026-01-01"}, "does not read as kept types"),
        ({"format": 2}, "later version"),
        ({"format": "x"}, "does not read as kept types"),
        ({"tier": ["internal"]}, "tier is not internal or shared"),
        ({"apart": 10**400}, "apart is not a number"),
        ({"letters": ["A", "B", "C", HOSTILE]}, "a letter is not A to Z"),
        ({"names": {"A": "x" * 10_000, "B": "b", "C": "c", "D": "d"}}, "a name is no text of 1 to 160"),
        ({"names": {"A": "\ud83d", "B": "b", "C": "c", "D": "d"}}, "half of a character"),
        ({"centres": []}, "centres is not one row"),
    ],
)
def test_a_damaged_file_is_said_and_left_as_it_is(
    tmp_path: Path, frozen: FrozenTypes, change: dict[str, object], words: str
) -> None:
    kept = keep_types(tmp_path, EDITOR, frozen, None)
    path = kept_file(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(SourceError, match=words):
        read_kept(tmp_path, Tier.INTERNAL)
    with pytest.raises(SourceError, match=words):
        keep_types(tmp_path, EDITOR, frozen, kept)
    assert path.read_bytes() == before


def test_a_file_too_large_to_be_read_again_is_not_written(
    tmp_path: Path, frozen: FrozenTypes, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep_types(tmp_path, EDITOR, frozen, None)
    size = kept_file(tmp_path).stat().st_size
    monkeypatch.setattr(beside_build, "MOST_BYTES", size + 1_000)
    many = replace(frozen, assigned=frozen.assigned | {f"E0199{n:04}": "A" for n in range(500)})
    with pytest.raises(SourceError, match="would be larger than"):
        keep_types(tmp_path, EDITOR, many, kept)
    assert read_kept(tmp_path, Tier.INTERNAL) == kept
    monkeypatch.setattr(beside_build, "MOST_BYTES", size - 1)
    with pytest.raises(SourceError, match="it is larger than"):
        read_kept(tmp_path, Tier.INTERNAL)
