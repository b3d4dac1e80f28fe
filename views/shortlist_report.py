"""What the command line says of a shortlist: lines for people, an object for programs, a file of all.

Of an internal build, the figures of criteria that rest on referrals are in none of them, nor are values that
such a criterion weighs in: what the others add is known, and a small count could be worked out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import pandas as pd

from data.codes import is_invented
from data.shortlist_criteria import as_document
from geo.area_table import AreaTable
from geo.builds import Build
from models.levels import LevelData
from models.shortlist import Shortlist
from models.shortlist_fairness import Fairness
from models.shortlist_words import label_in
from models.words import few, number, percent
from views.inside import stays_inside
from views.tables import write_csv

INSIDE: Final = "It rests on referrals: keep it inside the council."
INVENTED: Final = "This is an invented place with invented figures."
MORE_SHOWN: Final = 10
"""How many are shown below those that are asked for."""

CSV_COLUMNS: Final = (
    *("code", "name", "la_name", "ward_name", "rank", "tier", "chosen", "value", "value_low", "value_high"),
    *("chance_top", "rank_low", "rank_high", "out", "why", "weights", "invented", "access_tier"),
)
CSV_START: Final = f"\ufeff{','.join(CSV_COLUMNS)}\r\n".encode()
"""What every file of a shortlist begins with."""


@dataclass(frozen=True, eq=False)
class Listed:
    """A shortlist with what it was made from.

    Attributes
    ----------
    build, areas
        The build, with the places in force, and its small areas with need and places laid over them.
    data
        The values of its level, with what was laid over them.
    shortlist, fairness
        What was found.
    seconds
        How long it took.
    """

    build: Build
    areas: AreaTable
    data: LevelData
    shortlist: Shortlist
    fairness: Fairness
    seconds: float

    @property
    def invented(self) -> bool:
        """Whether the place is invented."""
        return is_invented(self.build.areas.frame["la_code"].dropna().unique())

    @property
    def held(self) -> frozenset[str]:
        """The criteria whose figures stay inside."""
        entries = {name: self.data.dictionary.get(name) for name in self.shortlist.weights}
        return frozenset(n for n, e in entries.items() if e is not None and stays_inside(self.data, e))

    @property
    def hides_value(self) -> bool:
        """Whether the value of a place, less what others add, would tell a figure that stays inside."""
        return any(self.shortlist.weights[name] > 0 for name in self.held)


def describe_shortlist(found: Listed) -> dict[str, Any]:
    """Return a shortlist as one object of plain values; what is not known, or stays inside, is null.

    Returns
    -------
    dict
        `build`, `made`, `tier` (of the build) and `invented`; `asked`, the criteria as a document; `weights`
        and `labels` by indicator; `sentence`; `chosen`, codes; `compared`, one object a place in the order of
        rank, with `values` by indicator and `acceptability`, the share of weightings by rank from 1 to the
        number asked for; `out`, who is out and why; `without`, who enters and leaves without a criterion;
        `fairness`; `caveats`; `seconds`.
    """
    listed = found.shortlist
    return {
        "build": str(found.build.path),
        "made": found.build.report.get("made"),
        "tier": listed.tier.value,
        "invented": found.invented,
        "asked": as_document(listed.asked),
        "weights": {name: _figure(weight, 6) for name, weight in listed.weights.items()},
        "labels": {name: label_in(found.data, name) for name in listed.weights},
        "sentence": listed.sentence,
        "chosen": listed.chosen,
        "compared": [_compared(found, str(code)) for code in listed.frame.index],
        "out": [
            {
                "code": str(code),
                **{name: str(row[name]) for name in ("name", "why")},
                "words": _why(found, row),
            }
            for code, row in listed.out.iterrows()
        ],
        "without": {
            str(indicator): {"enter": list(row["enter"]), "leave": list(row["leave"])}
            for indicator, row in listed.without.iterrows()
        },
        "fairness": _fairness(found.fairness),
        "caveats": caveats_of(found),
        "seconds": _figure(found.seconds, 3),
    }


def caveats_of(found: Listed) -> list[str]:
    """Return what has to be known of a shortlist."""
    first = [INVENTED] if found.invented else []
    return [*first, *([INSIDE] if found.held else []), *found.shortlist.caveats]


def shortlist_lines(found: Listed) -> list[tuple[str, list[str]]]:
    """Return what stands below the sentence, as titles with lines."""
    listed = found.shortlist
    shown = listed.frame.head(listed.asked.top + MORE_SHOWN)
    rest = len(listed.frame) - len(shown)
    ranks = [_rank_line(found, str(code)) for code in shown.index]
    return [
        ("By rank", [*ranks, *([f"and {number(rest)} more"] if rest else [])]),
        ("Weights", [f"{label_in(found.data, k)}: {percent(w)}" for k, w in listed.weights.items()]),
        ("Without one criterion", list(_without_lines(found))),
        ("Out", [f"{row['name']}: {_why(found, row)}" for _, row in listed.out.head(MORE_SHOWN).iterrows()]),
        (
            "Who lives there",
            [found.fairness.sentence, *_group_lines(found.fairness), *found.fairness.caveats],
        ),
        ("What has to be known", caveats_of(found)),
    ]


def shortlist_to_csv(found: Listed) -> bytes:
    """Write everyone as a row of a CSV file that a spreadsheet opens without running anything."""
    listed = found.shortlist
    frame, out = listed.frame, listed.out
    values = ["value", "value_low", "value_high"]
    rounded = frame[values].round(2).astype("object")
    weights = "; ".join(f"{label_in(found.data, k)} {percent(w)}" for k, w in listed.weights.items())
    inside = pd.DataFrame(
        {
            **{name: frame[name] for name in ("name", "la_name", "ward_name", "rank", "tier")},
            "chosen": frame["chosen"].map({True: "yes", False: "no"}),
            **{name: "" if found.hides_value else rounded[name] for name in values},
            "chance_top": frame["chance_top"].round(4),
            **{name: frame[name] for name in ("rank_low", "rank_high")},
            "out": "no",
            "why": "",
        }
    )
    named = found.data.frame.loc[out.index, ["name", "la_name", "ward_name"]]
    outside = named.assign(out="yes", chosen="no", why=[_why(found, row) for _, row in out.iterrows()])
    both = pd.concat([inside.astype("object"), outside.astype("object")]).reindex(columns=list(CSV_COLUMNS))
    both["code"], both["weights"] = both.index, weights
    both["invented"], both["access_tier"] = "yes" if found.invented else "no", listed.tier.value
    return write_csv(both)


def _compared(found: Listed, code: str) -> dict[str, Any]:
    listed = found.shortlist
    row, top = listed.frame.loc[code], min(listed.asked.top, len(listed.frame))
    values = {} if found.hides_value else {n: _figure(row[n]) for n in ("value", "value_low", "value_high")}
    return {
        "code": code,
        **{name: _text(row[name]) for name in ("name", "la_name", "ward_name")},
        **{name: int(row[name]) for name in ("rank", "tier", "rank_low", "rank_high")},
        **dict.fromkeys(("value", "value_low", "value_high")),
        **values,
        "chance_top": _figure(row["chance_top"]),
        "chosen": bool(row["chosen"]),
        "values": {
            name: None if name in found.held else _figure(listed.values.at[code, name])
            for name in listed.weights
        },
        "acceptability": [_figure(share) for share in listed.acceptability.loc[code].iloc[:top]],
    }


def _why(found: Listed, row: pd.Series) -> str:
    """Say why a place is out, without a figure that stays inside."""
    return str(row["why"]) if found.held else str(row["words"])


def _rank_line(found: Listed, code: str) -> str:
    listed = found.shortlist
    row = listed.frame.loc[code]
    value = f" {row['value']:.1f} ({row['value_low']:.1f} to {row['value_high']:.1f}),"
    return (
        f"{row['rank']}. {listed.names[code]}{', chosen' if row['chosen'] else ''}:"
        f"{'' if found.hides_value else value} rank {row['rank_low']} to {row['rank_high']}, "
        f"tier {row['tier']}, in the top {few(listed.asked.top)} in {percent(row['chance_top'])}"
    )


def _without_lines(found: Listed) -> Iterator[str]:
    listed = found.shortlist
    for indicator, row in listed.without.iterrows():
        enter, leave = (", ".join(str(listed.names[c]) for c in row[name]) for name in ("enter", "leave"))
        moved = "; ".join(f"{names} {verb}" for names, verb in ((enter, "in"), (leave, "out")) if names)
        yield f"{label_in(found.data, str(indicator))}: {moved or 'nothing changes'}"


def _group_lines(fairness: Fairness) -> Iterator[str]:
    for _, row in fairness.frame.dropna(subset=["share", "beside"]).iterrows():
        yield f"{row['label']}: {percent(row['share'])} live there, beside {percent(row['beside'])} of all"


def _fairness(fairness: Fairness) -> dict[str, Any]:
    return {
        "sentence": fairness.sentence,
        "groups": [
            {
                "kind": str(row["kind"]),
                "label": str(row["label"]),
                **{name: _figure(row[name]) for name in ("chosen", "all", "share", "beside", "times")},
            }
            for _, row in fairness.frame.iterrows()
        ],
        "covered": list(fairness.covered),
        "absent": list(fairness.absent),
        "caveats": list(fairness.caveats),
    }


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)


def _figure(value: float, digits: int = 4) -> float | None:
    """Return a rounded number, None where it is missing or has no end."""
    return round(float(value), digits) if pd.notna(value) and isfinite(value) else None
