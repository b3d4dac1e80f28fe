"""Sentences about the data: what went into a build, what did not, and how it was brought together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from data.asset_kinds import asset_kinds
from data.errors import first_few
from data.indicators import indicators
from models.words import Part, distance, percent

Report = Mapping[str, Any]
WORST_DECILE: Final = "_worst_decile_share"
FOUND_BY: Final = {"coordinates": "their coordinates", "shape": "their shapes", "postcode": "their postcodes"}


class State(StrEnum):
    """What became of a file."""

    USED = "Used"
    NOT_USED = "Not used"
    UNKNOWN = "Not recognised"


@dataclass(frozen=True)
class Entry:
    """A file of the folder, or one sheet or layer of it, with everything that the report says of it."""

    path: str
    part: str
    state: State
    kind: str
    why_not: str = ""
    hint: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file as it is named in a list: its path, and its sheet or layer where it has several."""
        return f"{self.path} ({self.part})" if self.part else self.path


def list_entries(report: Report) -> list[Entry]:
    """List everything that was found in the folder, in order of its path."""
    aside: dict[tuple[str, str], list[Report]] = {}
    for each in report.get("set_aside", []):
        if each.get("partly"):
            continue  # The file is used, and its notes say what was left out of it.
        aside.setdefault((each["path"], each["kind"]), []).append(each)
    entries = [_entry(file, aside.get((file["path"], file["kind"]), [])) for file in report.get("files", [])]
    for unknown in report.get("unknown", []):
        reason, hint = unknown["reason"], unknown["hint"]
        entries.append(Entry(unknown["path"], "", State.UNKNOWN, "", reason, hint))
    return sorted(entries, key=lambda entry: (entry.path, entry.part, entry.state != State.USED))


def _entry(file: Report, aside: list[Report]) -> Entry:
    """Describe a recognised file; why it is not used stands in the list of those set aside."""
    kind = _taken_for(file)
    if file["used"]:
        return Entry(file["path"], file["part"] or "", State.USED, kind, facts=file)
    # Two sheets of one file may be set aside for two reasons: each takes its own, in the order of the report.
    told = aside.pop(0) if len(aside) > 1 else (aside or [{}])[0]
    reason, hint = str(told.get("reason", "")), str(told.get("hint", ""))
    return Entry(file["path"], file["part"] or "", State.NOT_USED, kind, reason, hint, file)


def _taken_for(file: Report) -> str:
    """Say what a file was taken for; of a list of places, what kind of place most of it is."""
    words = str(file.get("kind_words") or file["kind"])
    kinds = list(file.get("places") or [])
    more = " and others" if len(kinds) > 1 else ""
    return f"{words}: {kinds[0]}{more}" if kinds else words


def indicator_words(column: str, report: Report) -> str:
    """Return the label of an indicator, or of a measure of it by council, for people to read."""
    own = {entry["id"]: entry["label"] for entry in report.get("own_columns", [])}
    labels = {entry.id: entry.label for entry in indicators().values()} | own
    stem = column.removesuffix(WORST_DECILE)
    if stem != column and f"{stem}_rank" in labels:
        return f"{labels[f'{stem}_rank']}: share of small areas in England's worst tenth"
    return labels.get(column, column)


def count_files(entries: Iterable[Entry]) -> Counter[State]:
    """Count files, not sheets: a file is used when any part of it is, and unknown when all of it is."""
    best: dict[str, State] = {}
    order = list(State)
    for entry in entries:
        best[entry.path] = min(best.get(entry.path, State.UNKNOWN), entry.state, key=order.index)
    return Counter(best.values())


def describe_reading(report: Report) -> tuple[Part, ...]:
    """Say in one sentence how many files were read and what became of them; the numbers add up."""
    counts = count_files(list_entries(report))
    rejected = int(report.get("rejected", 0))
    total = counts.total()
    if not total:
        return (Part("This build does not say which files it was made of."),)
    return (
        Part(_many(total, "file"), bold=True),
        Part(" read: "),
        Part(f"{counts[State.USED]:,} used", bold=True),
        Part(", "),
        Part(f"{counts[State.NOT_USED]:,} recognised but not used", bold=True),
        Part(", "),
        Part(f"{counts[State.UNKNOWN]:,} not recognised", bold=True),
        Part("; "),
        Part(f"{_many(rejected, 'row')} rejected", bold=True),
        Part("."),
    )


def describe_making(report: Report) -> str:
    """Say what the build is of, from which folder, and when it was made."""
    parts = [
        f"From the folder {report['folder']}" if report.get("folder") else "",
        f"made {str(report['made'])[:16].replace('T', ' ')} UTC" if report.get("made") else "",
        _areas_words(report),
    ]
    return ", ".join(part for part in parts if part).strip() + "."


def _areas_words(report: Report) -> str:
    if "areas" not in report:
        return ""
    vintage = f" of LSOA {report['vintage']}" if report.get("vintage") else ""
    councils = report.get("councils", [])
    place = f" in {first_few(councils, 3)}" if councils else ""
    return f"{_many(report['areas'], 'small area')}{vintage}{place}"


def describe_methods(report: Report, of_register: Sequence[str] = ()) -> dict[str, list[str]]:
    """Say how this build was brought together, a few sentences under each heading.

    Every sentence is about what this build did: a heading without anything to say is left out.

    Parameters
    ----------
    report
        What was read of the folder.
    of_register
        What is said of the asset register, where it has taken the place of the folder's files of places.
    """
    said = {
        "Which file wins": _choices(report),
        "Areas and vintages": _vintages(report),
        "Places and postcodes": _places(report, of_register),
        "Localities": _localities(report),
        "What is missing": [_sentence(words) for words in report.get("missing", [])],
        "Noticed": [_sentence(words) for words in report.get("notes", [])],
    }
    return {heading: lines for heading, lines in said.items() if lines}


def _choices(report: Report) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for aside in report.get("set_aside", []):
        reasons.setdefault(aside["reason"], []).append(aside["path"])
    lines = [
        f"{first_few(dict.fromkeys(paths), 3)}: {reason}."
        for reason, paths in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    rule = (
        "Where two files hold the same figures, one that covers the whole build wins over one that covers a "
        "part, the publisher's original over a rebuilt file, that over a third party's, then the newest."
    )
    return [rule, *lines] if lines else []


def _vintages(report: Report) -> list[str]:
    if "areas" not in report:
        return []
    lines = [f"The build is on {_areas_words(report)}: all figures are brought to these areas."]
    if report.get("crosswalk"):
        lines.append(f"Figures of LSOA 2011 were carried across: {report['crosswalk']}.")
    carried = report.get("reconciled", [])
    if carried:
        share = max(entry["share_in_changed_areas"] for entry in carried)
        lines.append(
            f"Carried across: {_many(len(carried), 'count')}, and every total adds up again; at most "
            f"{percent(share)} of a count stood in areas that changed."
        )
    return lines


def _places(report: Report, of_register: Sequence[str]) -> list[str]:
    tallies = [file["tally"] for file in report.get("files", []) if file.get("tally")]
    if not tallies and not of_register:
        return []
    about = report.get("places") or {}
    beyond, measured = about.get("beyond_m"), about.get("measured_from")
    return [
        *(
            [f"Places are kept to {distance(beyond)} beyond the areas: people cross borders."]
            if beyond
            else []
        ),
        *([f"Ways to places begin at {measured}."] if measured else []),
        *_usual_sessions(about.get("sessions_a_week") or {}),
        *(of_register or _of_files(tallies)),
    ]


def _usual_sessions(usual: Mapping[str, float]) -> list[str]:
    """Say what `place.toml` puts in the place of sessions a week that nobody told."""
    if not usual:
        return []
    kinds = asset_kinds()
    each = ", ".join(f"{kinds[kind].plural} {sessions:g}" for kind, sessions in usual.items())
    return [f"Where a place does not say how many sessions a week it holds, place.toml does: {each}."]


def _of_files(tallies: Sequence[Report]) -> list[str]:
    total = {key: sum(int(t.get(key, 0)) for t in tallies) for key in TALLY}
    words = ", ".join(f"{total[key]:,} {label}" for key, label in TALLY.items() if key != "rows")
    located: Counter[str] = Counter()
    for tally in tallies:
        located.update(tally.get("located_by") or {})
    found = ", ".join(f"{count:,} by {FOUND_BY.get(way, way)}" for way, count in located.most_common())
    return [
        f"{_many(total['rows'], 'row')} in {_many(len(tallies), 'file')} of places: {words}.",
        *([f"Places were put on the map {found}."] if found else []),
        "A place that stands in several files counts once; a kind of place that no file knows of is missing, "
        "not none.",
    ]


TALLY: Final = {
    "rows": "rows",
    "used": "used",
    "duplicate": "told twice",
    "outside": "outside the place",
    "rejected": "rejected",
    "set_aside": "set aside",
}
"""The numbers of a file of places: the first is the sum of the others."""


def describe_tally(tally: Mapping[str, Any]) -> str:
    """Say what became of the rows of one file of places; the numbers add up to the rows.

    Examples
    --------
    >>> describe_tally({"rows": 5, "used": 3, "duplicate": 1, "rejected": 1})
    '5 rows = 3 used + 1 told twice + 1 rejected'
    """
    parts = [f"{int(tally[k]):,} {label}" for k, label in TALLY.items() if k != "rows" and tally.get(k)]
    return f"{_many(int(tally['rows']), 'row')} = {' + '.join(parts) or 'nothing'}"


def describe_published(published: Iterable[Mapping[str, Any]]) -> str:
    """Say how near the figures worked out from the build come to those that are published by council.

    Examples
    --------
    >>> describe_published([{"column": "a", "largest_difference": 0.0}])
    '1 figure was worked out again by council; it agrees exactly.'
    """
    entries = list(published)
    differing = sum(entry["largest_difference"] > 0 for entry in entries)
    many = len(entries) != 1
    start = f"{_many(len(entries), 'figure')} {'were' if many else 'was'} worked out again by council"
    if not differing:
        return f"{start}; {'all agree' if many else 'it agrees'} exactly."
    return f"{start}; {len(entries) - differing:,} agree exactly and {differing:,} differ as the table says."


def _localities(report: Report) -> list[str]:
    files = [f for f in report.get("files", []) if f["kind"] == "localities" and f["used"]]
    return [
        f"Localities are those of {file['path']}: a small area belongs to the one that holds most of its "
        "postcodes."
        for file in files
    ]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
