"""The files of a build on a page: what became of each, why, and everything about one of them."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from geo.builds import Build
from models.data_words import (
    Entry,
    State,
    count_files,
    describe_published,
    describe_tally,
    indicator_words,
)
from models.words import percent
from views import look, tables
from views.inside import WHY_INSIDE, holds_back, shareable_report

SHOWN_KEY: Final = "files_shown"
FILE_KEY: Final = "file"
ALL: Final = "All"
ROW_HEIGHT_PX: Final = 28
MOST_ROWS_SHOWN: Final = 16
ORIGINS: Final = {"published": "as published", "rebuilt": "rebuilt from published files"}


def show_files(entries: Sequence[Entry]) -> Entry | None:
    """Show the list of files, narrowed by what became of them, and return the selected one.

    A cell of the list selects its file, and the box below does for a keyboard what the list does.
    """
    shown = _narrowed(entries)
    if st.session_state.get(FILE_KEY) not in shown:
        st.session_state[FILE_KEY] = None
    if not shown:
        look.show_note("No file.")
        return None
    st.dataframe(
        tables.to_arrow(as_rows([entries[place] for place in shown])),
        height=min(len(shown) + 1, MOST_ROWS_SHOWN) * ROW_HEIGHT_PX + 4,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config=_columns(),
        key=f"files {st.session_state[SHOWN_KEY]}",
        on_select=lambda: _pick(shown),
        selection_mode="single-cell",
        alt="The files of the folder and what became of each",
    )
    st.selectbox(
        "Show everything about a file",
        shown,
        index=None,
        format_func=lambda place: entries[place].name,
        placeholder="Choose a file",
        key=FILE_KEY,
    )
    chosen = st.session_state[FILE_KEY]
    return None if chosen is None else entries[chosen]


def _narrowed(entries: Sequence[Entry]) -> list[int]:
    """Return the places in the list of the files that are to be shown."""
    counts = count_files(entries)
    words = {ALL: f"All {counts.total():,}", **{s.value: f"{s.value} {counts[s]:,}" for s in State}}
    chosen = st.pills(
        "Files",
        list(words),
        format_func=lambda key: words[key],
        default=ALL,
        required=True,
        key=SHOWN_KEY,
        label_visibility="collapsed",
    )
    return [place for place, entry in enumerate(entries) if chosen in (ALL, entry.state.value)]


def _pick(shown: list[int]) -> None:
    cells = st.session_state[f"files {st.session_state[SHOWN_KEY]}"]["selection"]["cells"]
    if cells:
        st.session_state[FILE_KEY] = shown[cells[0][0]]


def as_rows(entries: Sequence[Entry]) -> pd.DataFrame:
    """Return the list of files as a table, one row an entry, most important first."""
    rows = [
        {
            "File": entry.name,
            "Became": entry.state.value,
            "Taken for": entry.kind,
            "Rows": f"{rows:,}" if (rows := entry.facts.get("rows")) else "",
            "Rejected": f"{rejected:,}" if (rejected := rejected_in(entry)) else "",
            "Covers": covers(entry),
            "Vintage": str(entry.facts.get("vintage") or ""),
            "Why": entry.why_not or str(entry.facts.get("why") or ""),
            "Publisher": str(entry.facts.get("publisher") or ""),
        }
        for entry in entries
    ]
    return pd.DataFrame(rows)


def rejected_in(entry: Entry) -> int:
    """Count the rows of a file that could not be used; a file of places counts those not found, too."""
    counted = entry.facts.get("tally") or entry.facts
    return int(counted.get("rejected", 0))


def covers(entry: Entry) -> str:
    """Say how much of the build's areas, wards or councils stand in a file."""
    share = entry.facts.get("matched_share")
    return "" if share is None else percent(share)


def _columns() -> dict[str, Any]:
    widths = {"File": 226, "Became": 92, "Taken for": 148, "Rows": 70, "Rejected": 74, "Covers": 70}
    right = ("Rows", "Rejected", "Covers")
    return {
        name: st.column_config.TextColumn(width=width, alignment="right" if name in right else "left")
        for name, width in {**widths, "Vintage": 110, "Why": 330, "Publisher": 210}.items()
    }


def show_file(entry: Entry) -> None:
    """Show everything about one file in a bordered panel."""
    facts = entry.facts
    became = f"{entry.state.value}: {entry.why_not}" if entry.why_not else entry.state.value
    with st.container(border=True):
        st.html(
            f'<div role=heading aria-level=2 style="font-weight:600;overflow-wrap:anywhere">'
            f"{escape(entry.name)}</div>"
            f'<div style="margin:.2rem 0 .4rem">{escape(became)}</div>'
        )
        if entry.hint:
            st.info(look.plain(entry.hint), icon=":material/lightbulb:")
        if facts:
            look.show_pairs("What it is", what_it_is(entry))
            look.show_pairs("What went in", what_went_in(entry))
            if facts.get("notes"):
                _show_list("Noticed while reading", facts["notes"])


def what_it_is(entry: Entry) -> dict[str, str]:
    """Return what a file was taken for, why, and whose it is, under labels."""
    facts = entry.facts
    size = facts.get("size")
    by_area = f" of {facts['area_words']}" if facts.get("area_words") else ""
    said = {
        "Taken for": f"{entry.kind}{by_area}",
        "Told by": facts.get("why"),
        "Source": facts.get("title"),
        "Publisher": facts.get("publisher"),
        "Licence": facts.get("licence"),
        "Where to get it": facts.get("url"),
        "Vintage": facts.get("vintage"),
        "Whose file": ORIGINS.get(str(facts.get("origin")), facts.get("origin")),
        "Size": size_words(size) if size else None,
        "SHA-256": facts.get("sha256"),
    }
    return {label: str(value) for label, value in said.items() if value}


def size_words(size: int) -> str:
    """Write the size of a file.

    Examples
    --------
    >>> size_words(2_600), size_words(2_600_000)
    ('3 kB', '2.6 MB')
    """
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{max(round(size / 1e3), 1):,} kB"


def what_went_in(entry: Entry) -> dict[str, str]:
    """Return how many rows a file has, what became of them, and which columns came of it."""
    facts = entry.facts
    tally: Mapping[str, Any] = facts.get("tally") or {}
    columns = facts.get("columns") or []
    share = covers(entry)
    said = {
        "Rows": describe_tally(tally) if tally else _rows(entry),
        "Reasons": _counted(tally.get("reasons")),
        "Kinds of place": _counted(facts.get("places")),
        "Located by": _counted(tally.get("located_by")),
        "Covers": f"{share} of the build's {facts['area_words']}" if share else "",
        "Indicators": f"{len(columns):,}: {'; '.join(indicator_words(c, facts) for c in columns)}"
        if columns
        else "",
    }
    return {label: value for label, value in said.items() if value}


def _rows(entry: Entry) -> str:
    """Say how many rows a file has; nothing where only reading it all would tell."""
    rows = entry.facts["rows"]
    return f"{rows:,}, {rejected_in(entry):,} rejected" if rows else ""


def _counted(counts: Mapping[str, int] | None) -> str:
    """Write a count of words, the most frequent first."""
    if not counts:
        return ""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{word} {count:,}" for word, count in ordered)


def _show_list(title: str, lines: Sequence[str]) -> None:
    items = "".join(f'<li style="overflow-wrap:anywhere">{escape(str(line))}</li>' for line in lines)
    st.html(
        f'<div style="font-weight:600;margin-top:.4rem">{escape(title)}</div>'
        f'<ul style="{look.SMALL};margin:.1rem 0 0;padding-left:1.1rem">{items}</ul>'
    )


def show_lists(lists: Mapping[str, Sequence[str]]) -> None:
    """Show lists of sentences under their headings."""
    for heading, lines in lists.items():
        _show_list(heading, lines)


def show_rejected(report: Mapping[str, Any]) -> None:
    """Show the rows that could not be used, each with its file, row, value and reason."""
    rows = report.get("rejected_rows", [])
    if not rows:
        look.show_note("No row was rejected.")
        return
    total = int(report.get("rejected", len(rows)))
    if total > len(rows):
        look.show_note(f"The first {len(rows):,} of {total:,} rejected rows.")
    frame = rejected_rows(report)
    widths = {"File": 240, "Row": 70, "Value": 190, "Reason": 540, "Nearest": 160}
    st.dataframe(
        tables.to_arrow(frame),
        height=min(len(frame) + 1, MOST_ROWS_SHOWN) * ROW_HEIGHT_PX + 4,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={name: st.column_config.Column(width=widths[name]) for name in frame.columns},
        alt="Rows that could not be used, with their reasons",
    )


def rejected_rows(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rejected rows as a table: `File, Row, Value, Reason` and, where told, `Nearest`."""
    rows = [
        {
            "File": r["file"],
            "Row": int(r["row"]),
            "Value": r["value"] or "",
            "Reason": r["reason"],
            "Nearest": r.get("near") or "",
        }
        for r in report.get("rejected_rows", [])
    ]
    frame = pd.DataFrame(rows, columns=["File", "Row", "Value", "Reason", "Nearest"])
    return frame if frame["Nearest"].any() else frame.drop(columns="Nearest")


def show_reconciled(report: Mapping[str, Any]) -> None:
    """Show how far the build agrees with its sources: totals carried across, and figures published."""
    _show_carried(report)
    published = report.get("published", [])
    if not published:
        return
    _show_list("Beside the figures that were published by council", [describe_published(published)])
    frame = pd.DataFrame(
        [
            {
                "Indicator": indicator_words(entry["column"], report),
                "File": entry["file"],
                "Councils": f"{entry['councils']:,}",
                "Largest difference": f"{entry['largest_difference']:,.4g}",
            }
            for entry in published
        ]
    )
    _show_table(frame, "Figures worked out from the build beside those published")


def _show_table(frame: pd.DataFrame, alt: str) -> None:
    """Show a table of words on the left and numbers on the right."""
    text = st.column_config.TextColumn
    words = ("Count", "File", "Indicator")
    st.dataframe(
        tables.to_arrow(frame),
        height=min(len(frame) + 1, MOST_ROWS_SHOWN) * ROW_HEIGHT_PX + 4,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={name: text(alignment="left" if name in words else "right") for name in frame.columns},
        alt=alt,
    )


def _show_carried(report: Mapping[str, Any]) -> None:
    entries = report.get("reconciled", [])
    if not entries:
        look.show_note("Nothing had to be carried from one vintage of areas to another.")
        return
    frame = pd.DataFrame(
        [
            {
                "Count": indicator_words(entry["column"], report),
                "File": entry["file"],
                f"LSOA {entry['from']}": f"{entry['total_before']:,.0f}",
                "In the build": f"{entry['total_after']:,.0f}",
                "Outside it": f"{entry['outside_the_build']:,.0f}",
                "Beside a missing value": f"{entry['lost_beside_missing']:,.0f}",
                "In changed areas": percent(entry["share_in_changed_areas"]),
            }
            for entry in entries
        ]
    )
    _show_table(frame, "Totals of the counts that were carried across, before and after")


def show_downloads(entries: Sequence[Entry], build: Build) -> None:
    """Offer the list of files, the rejected rows and the report as files."""
    report, held = shareable_report(build), holds_back(build)
    with st.container(horizontal=True):
        _offer("List of files", lambda: to_csv(files_csv(entries)), "files.csv", "text/csv")
        if report.get("rejected_rows"):
            _offer(
                "Rejected rows",
                lambda: to_csv(rejected_rows(report)),
                "rejected_rows.csv",
                "text/csv",
            )
        label = "Report without referrals" if held else "Whole report"
        _offer(label, lambda: report_bytes(report), "report.json", "application/json")
    if held:
        look.show_note(WHY_INSIDE)


def _offer(label: str, make: Callable[[], bytes], name: str, mime: str) -> None:
    st.download_button(label, make, name, mime=mime, icon=":material/download:", on_click="ignore")


def report_bytes(report: Mapping[str, Any]) -> bytes:
    """Return the report as it stands in `report.json`."""
    return json.dumps(report, ensure_ascii=False, indent=1).encode("utf-8")


def to_csv(frame: pd.DataFrame) -> bytes:
    """Write a table as a CSV file that a spreadsheet opens without running anything."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(frame.columns)
    for row in frame.astype(str).itertuples(index=False):
        writer.writerow([tables.formula_safe(cell) for cell in row])
    return buffer.getvalue().encode("utf-8-sig")


def files_csv(entries: Sequence[Entry]) -> pd.DataFrame:
    """Return the list of files with everything that fits a row."""
    rows = as_rows(entries).rename(columns=lambda name: name.lower().replace(" ", "_"))
    more = {
        "licence": [str(e.facts.get("licence") or "") for e in entries],
        "indicators": [" ".join(e.facts.get("columns") or []) for e in entries],
        "hint": [e.hint for e in entries],
        "notes": [" | ".join(map(str, e.facts.get("notes") or [])) for e in entries],
        "sha256": [str(e.facts.get("sha256") or "") for e in entries],
    }
    return rows.assign(**more)
