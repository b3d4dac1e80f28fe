"""What the command line says of reach: lines for people, one object for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from data.asset_kinds import asset_kinds
from geo.area_table import AreaTable
from geo.builds import Build
from geo.journeys import means_of
from geo.places import PlacesDraft
from geo.travel import Mode
from models.reach import Reach
from models.reach_levels import by_fifth, by_ward, in_all
from models.reach_phrases import NEXT_TO_NOTHING, minutes_words
from models.reach_words import explain_gaps, explain_reach
from models.words import number, percent, sentence_case
from views.console import count

MOST_SHOWN: Final = 8
"""How many wards are listed for people; all are in the JSON."""

Plain = str | float | bool | None
"""What stands in a cell of JSON."""

_DIGITS: Final = {"_min": 2, "_share": 4, "score": 4, "ratio": 6, "": 2}
"""How many decimals the figures of a column have, by how its name ends."""

_OF_LEVEL: Final = (
    *("areas", "areas_unknown", "children", "children_out", "out_share", "households_no_car"),
    *("households_no_car_out", "nearest_min", "reached_share", "within", "score", "gap"),
)
_OF_AREA: Final = (
    *("nearest_min", "nearest_from_min", "nearest_to_min", "nearest_id", "within", "reached_share", "score"),
    *("children", "children_out", "households_no_car", "households_no_car_out", "fifth", "gap"),
)
_OF_PLACE: Final = ("name", "la_code", "inside", "supply", "children_within", "ratio")


@dataclass(frozen=True, eq=False)
class Answers:
    """What was found.

    Attributes
    ----------
    build
        The build, with the places that were counted.
    mode, minutes
        How people travel, and how far is near enough.
    reaches
        One a kind of place.
    draft
        What became of the rows of a list whose places were counted in the stead of the build's.
    """

    build: Build
    mode: Mode
    minutes: float
    reaches: Sequence[Reach]
    draft: PlacesDraft | None


def describe_reach(found: Answers, *, in_full: bool) -> dict[str, Any]:
    """Return answers as one object of plain values; what is not known is null.

    Parameters
    ----------
    found
        The answers.
    in_full
        Whether areas and places are listed one by one.

    Returns
    -------
    dict
        `build`, `made`, `tier` (of the build: an internal one stays inside the council), `mode`, `minutes`,
        `means` (line, network or matrix), `assets` (of `found.draft`, else null) and `kinds`, a list with for
        each kind of place:

        - `kind`, `sentence`, `gaps`, `caveats` and `method` (in words), `measured_by`, `places_counted`;
        - `children`, `children_out`, `share` (of them out of reach), `children_column`,
          `households_no_car`, `households_no_car_out`;
        - `supply`: its `unit`, and how many places `told` it themselves;
        - `by_ward` and `by_fifth`: columns of `models.reach_levels.by_level`;
        - in full: `areas` and `places`, columns of `models.reach.Reach`. No place's location is given, and
          a place whose location is withheld is not among them.
    """
    build = found.build
    return {
        "build": str(build.path),
        "made": build.report.get("made"),
        "tier": build.areas.tier.value,
        "mode": found.mode.value,
        "minutes": found.minutes,
        "means": means_of(build).value,
        "assets": None if found.draft is None else _describe_file(found.draft),
        "kinds": [_describe_kind(reach, build.areas, in_full=in_full) for reach in found.reaches],
    }


_WHOLE: Final = ("areas", "areas_unknown", "fifth", "row", "number")


def _describe_file(draft: PlacesDraft) -> dict[str, Any]:
    return {
        "files": [tally.to_json() for tally in draft.tallies],
        "rejected_rows": _rows(draft.rejected, ("file", "row", "value", "reason", "near"), "number"),
        "notes": list(draft.notes),
    }


def _describe_kind(reach: Reach, areas: AreaTable, *, in_full: bool) -> dict[str, Any]:
    said, total = explain_reach(reach, areas), in_all(reach)
    told: dict[str, Any] = {
        "kind": reach.asked.kind,
        "sentence": said.text,
        "gaps": explain_gaps(reach, areas).text,
        "caveats": list(said.caveats),
        "method": list(said.method),
        "measured_by": reach.means_words,
        "places_counted": len(reach.places),
        "children": _value(total["children"], "children"),
        "children_out": _value(total["children_out"], "children_out"),
        "share": _value(total["out_share"], "out_share"),
        "children_column": reach.children_column,
        "households_no_car": _value(total["households_no_car"], "households_no_car"),
        "households_no_car_out": _value(total["households_no_car_out"], "households_no_car_out"),
        "supply": {"unit": reach.supply.unit, "told": reach.supply.known},
        "by_ward": _rows(by_ward(reach, areas), ("name", "la_code", *_OF_LEVEL), "ward_code"),
        "by_fifth": _rows(by_fifth(reach), _OF_LEVEL, "fifth"),
    }
    if in_full:
        told["areas"] = _rows(reach.areas, _OF_AREA, "area_code")
        told["places"] = _rows(reach.places, _OF_PLACE, "place_id")
    return told


def _rows(frame: pd.DataFrame, columns: Sequence[str], index: str) -> list[dict[str, Plain]]:
    """Return the rows of a frame as plain values, each with what it is of."""
    cells = frame[list(columns)].itertuples(index=False, name=None)
    return [
        {name: _value(cell, name) for name, cell in zip((index, *columns), (key, *row), strict=True)}
        for key, row in zip(frame.index, cells, strict=True)
    ]


def _value(cell: object, column: str) -> Plain:
    """Return a cell as a plain value, None where it is missing, and rounded where it was measured."""
    if pd.isna(cell):
        return None
    if isinstance(cell, str):
        return cell
    if column == "inside":
        return bool(cell)
    number_ = float(cell)  # type: ignore[arg-type]
    if column in _WHOLE:
        return int(number_)
    return round(number_, next(digits for end, digits in _DIGITS.items() if column.endswith(end)))


def reach_lines(reach: Reach, areas: AreaTable) -> list[tuple[str, list[str]]]:
    """Return what stands below the sentence on one kind of place, as titles with lines."""
    said, gaps = explain_reach(reach, areas), explain_gaps(reach, areas)
    return [
        ("What has to be known", list(said.caveats)),
        ("Need without reach", [gaps.text]),
        ("Wards with most children out of reach", _ward_lines(reach, areas)),
        ("By fifth of England, 1 the most deprived", _fifth_lines(reach)),
        ("How it was found", list(dict.fromkeys((*said.method, *gaps.method)))),
    ]


def kind_line(reach: Reach, areas: AreaTable) -> str:
    """Say in one line who reaches a kind of place."""
    plural = asset_kinds()[reach.asked.kind].plural
    return f"{sentence_case(plural)} ({len(reach.places):,}): {explain_reach(reach, areas).text}"


def file_lines(draft: PlacesDraft) -> list[str]:
    """Say what became of the rows of a list of places."""
    lines = []
    for tally in draft.tallies:
        fates = [
            f"{getattr(tally, fate):,} {words}" for fate, words in _FATES.items() if getattr(tally, fate)
        ]
        lines.append(f"{tally.file}: of {count(tally.rows, 'row')}, {', '.join(fates)}")
    return [*lines, *draft.notes]


_FATES: Final = {
    "used": "used",
    "duplicate": "the same place as another row",
    "outside": "too far outside",
    "rejected": "rejected",
    "set_aside": "not to be plotted",
}


def _ward_lines(reach: Reach, areas: AreaTable) -> list[str]:
    wards = by_ward(reach, areas)
    out = wards[wards["children_out"] >= NEXT_TO_NOTHING]
    most = out.sort_values("children_out", ascending=False, kind="stable").head(MOST_SHOWN)
    far = [minutes_words(minutes, reach.costs.cutoff_min) for minutes in most["nearest_min"]]
    told = zip(most["name"], [_share(ward) for _, ward in most.iterrows()], far, strict=True)
    lines = [f"{name}: {share}; the nearest {minutes} away" for name, share, minutes in told]
    more = len(out) - len(most)
    return [*lines, *([f"and {more:,} more"] if more else [])]


def _fifth_lines(reach: Reach) -> list[str]:
    told = by_fifth(reach)
    told = told[told["children"] > 0]
    return [f"{'not known' if pd.isna(fifth) else fifth}: {_share(row)}" for fifth, row in told.iterrows()]


def _share(row: pd.Series) -> str:
    """Write how many children of how many are out of reach."""
    if row["children_out"] < NEXT_TO_NOTHING:
        return f"none of {number(row['children'])}"
    return f"{number(row['children_out'])} of {number(row['children'])} ({percent(row['out_share'])})"
