"""The vocabulary of kinds of place: its order, its words, and what is wrong in an edited one."""

from pathlib import Path

import pytest

from data.asset_kinds import CHARITY, KINDS_FILE, asset_kinds, plain, read_vocabulary, vocabulary
from data.errors import SourceError
from data.provenance import catalogue

ORDER = (
    "family_hub school early_years library community_centre health food youth_sport faith advice green_space "
    "transport other"
)


def test_kinds_stand_in_order_and_three_are_shown() -> None:
    kinds = asset_kinds()
    assert " ".join(kinds) == ORDER
    assert [k for k, kind in kinds.items() if kind.shown] == ["family_hub", "library", "food"]
    assert all(kind.singular and kind.plural for kind in kinds.values())


def test_a_charity_is_no_kind_of_place() -> None:
    assert CHARITY not in asset_kinds()


def test_every_entry_that_a_header_tells_is_in_the_catalogue() -> None:
    entries = {s.entry for s in vocabulary().signatures if s.entry} | {"places"}
    assert entries <= set(catalogue())


def test_every_detail_belongs_to_a_word_of_its_kind() -> None:
    for kind in asset_kinds().values():
        words = {plain(w) for w in (*kind.words, *kind.types, *kind.descriptions)}
        assert set(kind.details) <= words, kind.id


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Elm Park Library", "library"),
        ("Church Street Surgery", "health"),
        ("Park Medical Practice", "health"),
        ("Oak Park (Ashby)", "green_space"),
        ("St Anne's Church, School Lane", "faith"),
        ("Elm Children’s Centre", "family_hub"),
        ("Elm Primary School Nursery", "early_years"),
        ("ELM POST-OFFICE", "other"),
        ("Libraries", "library"),
    ],
)
def test_the_word_that_ends_last_tells(text: str, kind: str) -> None:
    found = vocabulary().types.find_last(text)
    assert found is not None
    assert found[1] == kind


def test_words_match_whole() -> None:
    assert vocabulary().confidential.find_all("Refugee network") == []
    assert vocabulary().types.find_last("Parkinson Ltd") is None


def _edited(tmp_path: Path, old: str, new: str) -> Path:
    content = KINDS_FILE.read_text(encoding="utf-8")
    assert old in content
    path = tmp_path / "edited.toml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return path


def test_all_faults_of_an_edited_vocabulary_are_in_one_error(tmp_path: Path) -> None:
    path = _edited(tmp_path, 'words = ["library", ', 'words = ["library", "food bank", "mosque", ')
    with pytest.raises(SourceError, match=r"faults.*food bank.*mosque"):
        read_vocabulary(path)


def test_a_signature_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    path = _edited(tmp_path, 'kind = "transport"', 'kind = "trnsport"')
    with pytest.raises(SourceError, match="unknown kind trnsport"):
        read_vocabulary(path)


def test_a_broken_vocabulary_says_where(tmp_path: Path) -> None:
    path = _edited(tmp_path, 'id = "library"', "id = library")
    with pytest.raises(SourceError, match="line"):
        read_vocabulary(path)


def test_ages_served_are_all_children_unless_a_kind_says_otherwise() -> None:
    ages = {kind.id: kind.ages for kind in asset_kinds().values()}
    assert ages.pop("early_years") == (0, 4)
    assert set(ages.values()) == {(0, 17)}


@pytest.mark.parametrize("said", ["four", "4-0", "0-4-5"])
def test_ages_that_are_none_are_refused(tmp_path: Path, said: str) -> None:
    path = tmp_path / "kinds.toml"
    path.write_text(KINDS_FILE.read_text(encoding="utf-8").replace('ages = "0-4"', f'ages = "{said}"'))
    with pytest.raises(SourceError, match="no ages of early_years"):
        read_vocabulary(path)
