"""The ledger: which cells, never a count; whole, in order, and demanded."""

import json
from pathlib import Path

import pytest

from data.errors import DisclosureError
from data.ledger import LedgerEntry, LedgerTable, line_hash, one_at_a_time, open_ledger


def entry(number: int) -> LedgerEntry:
    table = LedgerTable("area", "referrals", "2024-04", 12, "", "", ("E01000001",), ("E01000002",))
    rule = {"smallest": 1, "largest_suppressed": 5, "round_to": 0}
    wards = {"E05000001": ("E01000001", "E01000002")}
    return LedgerEntry(f"2025-04-0{number}", "2025-04-01", "Oakmere", rule, "2021", wards, (table,))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.jsonl")
    assert ledger.head == ""
    for number in (1, 2):
        ledger = ledger.with_entry(entry(number))
        ledger.save()
    again = open_ledger(ledger.path)
    assert again == ledger
    assert again.entries == (entry(1), entry(2))
    assert again.head == line_hash(ledger.path.read_text(encoding="utf-8").splitlines()[-1])
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.jsonl"]


@pytest.mark.parametrize("change", ["edited", "taken out", "turned"])
def test_a_changed_ledger_is_refused(tmp_path: Path, change: str) -> None:
    ledger = open_ledger(tmp_path / "ledger.jsonl")
    for number in (1, 2, 3):
        ledger = ledger.with_entry(entry(number))
    ledger.save()
    lines = ledger.path.read_text(encoding="utf-8").splitlines()
    changed = {
        "edited": [lines[0].replace("E01000002", "E01000003"), *lines[1:]],
        "taken out": [lines[0], lines[2]],
        "turned": [lines[1], lines[0], lines[2]],
    }[change]
    ledger.path.write_text("\n".join(changed) + "\n", encoding="utf-8")
    with pytest.raises(DisclosureError, match="was changed"):
        open_ledger(ledger.path)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 9}', "\x00"])
def test_a_damaged_ledger_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DisclosureError, match="damaged"):
        open_ledger(path)


def test_a_demanded_line_has_to_be_there(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with pytest.raises(DisclosureError, match="is not there"):
        open_ledger(path, ("ab" * 32,))
    ledger = open_ledger(path).with_entry(entry(1))
    ledger.save()
    assert open_ledger(path, (ledger.head, "")) == ledger
    with pytest.raises(DisclosureError, match="does not hold every earlier release"):
        open_ledger(path, (ledger.head, "ab" * 32))


def test_the_end_cut_off_is_missed_by_what_names_it(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.jsonl").with_entry(entry(1)).with_entry(entry(2))
    ledger.save()
    ledger.path.write_text(ledger.lines[0] + "\n", encoding="utf-8")
    with pytest.raises(DisclosureError):
        open_ledger(ledger.path, (ledger.head,))


def test_one_release_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with one_at_a_time(path), pytest.raises(DisclosureError, match="Another release"), one_at_a_time(path):
        pass
    with one_at_a_time(path):
        pass


def test_a_line_holds_no_number_but_months_rule_and_format(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.jsonl").with_entry(entry(1))
    said = json.loads(ledger.lines[0])
    numbers = [v for v in said.values() if isinstance(v, int)]
    assert numbers == [1]
    assert {k for t in said["tables"] for k, v in t.items() if isinstance(v, int)} == {"months"}
