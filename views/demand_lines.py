"""What the command line says of referrals: how many rows were read and used, what is kept, and until when."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from data.referral_rows import Fate
from geo.purge import Outcome, Purged

_NOTHING_ELSE = "No row, name, number or address is kept."


def demand_lines(demand: Mapping[str, Any]) -> list[str]:
    """Say what became of the records of children of a build: one paragraph, then its notes.

    Parameters
    ----------
    demand
        What `geo.demand_report.describe_demand` says.
    """
    told = [_read_words(demand), *_unused_words(demand), *_kept_words(demand)]
    notes = [note for file in demand["files"] for note in file["notes"]]
    return [" ".join(told), *notes, *demand.get("notes", [])]


def _read_words(demand: Mapping[str, Any]) -> str:
    files = ", ".join(f"{file['label']} ({file['kind']}, {file['layout']})" for file in demand["files"])
    if not files:
        return "No extract of referrals could be read."
    return f"{demand['rows']:,} rows read from {files}; {demand['used']:,} used."


def _unused_words(demand: Mapping[str, Any]) -> Iterator[str]:
    reasons = [f"{words} {rows:,}" for words, rows in demand["fates"].items() if words != Fate.USED.value]
    if reasons:
        yield f"Not used: {'; '.join(reasons)}."
    dropped = list(dict.fromkeys(what for file in demand["files"] for what in file["dropped"]))
    if dropped:
        yield f"Seen and not kept past the read: {', '.join(dropped)}."


def _kept_words(demand: Mapping[str, Any]) -> Iterator[str]:
    if not demand["kept"]:
        yield "Nothing could be counted, so nothing of them is kept."
        return
    windows = [f"{months} months: {words}" for months, words in demand["windows"].items()]
    yield f"Complete months: {demand['months']}{''.join(f'; {window}' for window in windows)}."
    if demand["left_out"]:
        left = "; ".join(f"{rows:,} {reason}" for reason, rows in demand["left_out"].items())
        yield f"Used rows that are in no table: {left}."
    tables = "; ".join(f"{table['words']} {table['grain']}" for table in demand["tables"])
    yield f"Kept are counts alone: {tables or 'none'}. {_NOTHING_ELSE}"
    if demand["distorted"]:
        areas = ", ".join(area["name"] for area in demand["distorted"])
        yield f"Addresses that are no family home were counted apart; they would have distorted {areas}."
    yield (
        f"This build is {demand['marking']}: only you can read it, and atlas purge deletes its figures of "
        f"referrals after {day_words(demand['delete_after'])}."
    )


def purge_lines(done: Sequence[Purged]) -> list[str]:
    """Say of each build what was deleted, or when it will be."""
    return [_purge_line(entry) for entry in done] or ["No build holds figures of referrals."]


def _purge_line(entry: Purged) -> str:
    if entry.outcome is Outcome.KEPT and entry.delete_after:
        return f"{entry.path}: figures of referrals are kept until {day_words(entry.delete_after)}."
    return f"{entry.path}: {entry.outcome.value}."


def day_words(day: date | str) -> str:
    """Return a day in words: "2 January 2027".

    Examples
    --------
    >>> day_words("2027-01-02")
    '2 January 2027'
    """
    read = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{read.day} {read:%B %Y}"
