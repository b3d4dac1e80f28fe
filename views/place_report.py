"""What the command line says of a placement: lines for people, one object for programs."""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from data.asset_kinds import asset_kinds
from geo.builds import Build
from geo.journeys import means_of
from models.candidates import MIDDLE
from models.explain import Explanation
from models.placement import Placed, ward_names
from models.placement_goal import goal_of
from models.placement_words import explain_beyond, explain_placed, reasons
from models.reach_phrases import NEXT_TO_NOTHING
from models.siting import Answer
from models.words import number, percent
from views.place_extras import Extras, describe_extras, extra_lines, late_words

Plain = str | float | bool | None
"""What stands in a cell of JSON."""

ASKED: Final = (
    *("kind", "sites", "exactly", "minutes", "mode", "objective", "people", "fairness", "council"),
    *("buildings", "middles", "required", "excluded", "closed", "wards", "cost_gbp", "budget_gbp"),
    "capacity",
)

EXACT: Final = 12
"""So many decimals leave a gap between objective and bound as it is."""

INSIDE: Final = "It rests on referrals: keep it inside the council."
NOT_ALL: Final = "The search was stopped before all that was asked for was found."


@dataclass(frozen=True, eq=False)
class Found:
    """What was found.

    Attributes
    ----------
    build
        The build, with the places that were counted.
    placed, answer
        The best choice, as far as the search went, and what is proven of it.
    extras
        What was found beside it.
    seconds
        How long the search for the best choice took, without the reading and the measuring.
    notes
        What became of the rows of lists that were named.
    """

    build: Build
    placed: Placed
    answer: Answer
    extras: Extras
    seconds: float
    notes: tuple[str, ...]


def describe_placed(found: Found) -> dict[str, Any]:
    """Return a placement as one object of plain values; what is not known is null.

    Returns
    -------
    dict
        `build`, `made`, `tier` (of the build: an internal one stays inside the council) and `means` (line,
        network or matrix); `asked`, the fields of `models.placement_asked.Wanted`; and

        - `sites`: one each, those that gain most first, with `id`, `name`, `kind`, `postcode`, `area_code`,
          `area_name`, `ward_code`, `ward_name`, `easting`, `northing`, `cost_gbp`, `reason`;
          `newly_reached` children, whoever else reaches them, `newly_reached_higher_need` of them in areas of
          higher need; `taken_over`, whom it keeps within reach where a place closes; and how many of all
          these are `reached_by_it_alone`;
        - `objective` and `bound`, in the `unit` that is told, where `more_is_better` or less is; `gap`, by
          which share of the objective another choice could be better at most; `proven` where that is 1e-6 at
          most, and `stopped` where a search was ended before it was;
        - `coverage_by_quintile`: by fifth of England, 1 the most deprived and null where that is not known:
          `children`, within reach `before` and `after`, and `share` of them after; the same by ward in
          `coverage_by_ward`;
        - `candidates`: how many there were; `children`, `before`, `after`, `share`: of all;
        - `sentence`, `caveats` and `method` in words; `seconds` that the search for the best choice took;
        - `unfinished`: which of the following were asked for and not all found, as time was up;
        - where they were asked for, `near`, `trials` and `curve`: see `views.place_extras.describe_extras`.
    """
    build, placed, answer = found.build, found.placed, found.answer
    goal = goal_of(placed.problem, answer.loss, answer.bound)
    asked, figures = placed.problem.wanted, placed.figures
    said, names = explain(found), ward_names(build)
    return {
        "build": str(build.path),
        "made": build.report.get("made"),
        "tier": build.areas.tier.value,
        "means": means_of(build).value,
        "asked": {name: _asked(getattr(asked, name)) for name in ASKED},
        "sites": describe_sites(build, placed),
        "objective": _figure(goal.value, EXACT),
        "bound": _figure(goal.bound, EXACT),
        "unit": goal.unit,
        "more_is_better": goal.more,
        "gap": _figure(goal.gap, EXACT),
        "proven": bool(answer.proven),
        "stopped": bool(answer.stopped and not answer.proven),
        "coverage_by_quintile": [
            {"quintile": None if pd.isna(fifth) else int(fifth), **_coverage(row)}
            for fifth, row in placed.by_fifth.iterrows()
        ],
        "coverage_by_ward": [
            {"ward_code": _text(code), "ward_name": _text(names.get(code)), **_coverage(row)}
            for code, row in placed.by_ward.iterrows()
        ],
        "candidates": len(placed.problem.candidates.frame),
        "children": _figure(figures.children),
        "before": _figure(figures.before),
        "after": _figure(figures.after),
        "share": _figure(figures.share_after, 4),
        "sentence": said.text,
        "caveats": list(said.caveats),
        "method": list(said.method),
        "seconds": _figure(found.seconds, 3),
        "unfinished": list(found.extras.unfinished),
        **describe_extras(placed, found.extras),
    }


def explain(found: Found) -> Explanation:
    """Say what was found, with what has to be known of it."""
    near, placed = found.extras.near, found.placed
    if near is None or found.extras.asked.near is None:
        said = explain_placed(placed, found.build)
    else:
        said = explain_placed(placed, found.build, near.others, found.extras.asked.near, near.complete)
    more = [INSIDE] if placed.problem.weighing.internal else []
    more += late_words(found.extras)
    more += [NOT_ALL] if found.extras.stopped else []
    return replace(said, caveats=(*said.caveats, *found.notes, *more))


def place_lines(found: Found) -> list[tuple[str, list[str]]]:
    """Return what stands below the sentence on a placement, as titles with lines."""
    said, placed = explain(found), found.placed
    beyond = "".join(part.text for part in explain_beyond(placed, found.build))
    return [
        ("New sites", [_site_line(site) for site in describe_sites(found.build, placed)]),
        ("What has to be known", [*said.caveats, *([beyond] if beyond else [])]),
        ("Children within reach by fifth of England, 1 the most deprived", _fifth_lines(placed)),
        *extra_lines(placed, found.extras),
        ("How it was found", list(said.method)),
    ]


def describe_sites(build: Build, placed: Placed) -> list[dict[str, Plain]]:
    """Return one object a chosen site, those that gain most first: see `describe_placed`."""
    areas = build.areas.frame
    why = reasons(placed, build)
    points = placed.problem.candidates.frame.geometry
    return [
        {
            "id": str(site),
            "name": _text(row["name"]),
            "kind": _text(row["kind"]),
            "postcode": _text(row["postcode"]),
            "area_code": _text(row["area_code"]),
            "area_name": _text(areas.at[row["area_code"], "area_name"]),
            "ward_code": _text(row["ward_code"]),
            "ward_name": _text(areas.at[row["area_code"], "ward_name"]),
            "easting": _figure(shapely.get_x(points[site]), 1),
            "northing": _figure(shapely.get_y(points[site]), 1),
            "cost_gbp": _figure(row["cost_gbp"]),
            "reason": str(why[site]),
            "newly_reached": _figure(row["children"]),
            "newly_reached_higher_need": _figure(row["higher_need"]),
            "taken_over": _figure(row["taken_over"]),
            "reached_by_it_alone": _figure(row["lost"]),
        }
        for site, row in placed.sites.iterrows()
    ]


def _coverage(row: pd.Series) -> dict[str, Plain]:
    share = row["after"] / row["children"] if row["children"] > 0 else np.nan
    return {
        "children": _figure(row["children"]),
        "before": _figure(row["before"]),
        "after": _figure(row["after"]),
        "share": _figure(share, 4),
    }


def _asked(value: Plain | tuple[str, ...]) -> Plain | list[str]:
    if isinstance(value, tuple):
        return list(value)
    return value.value if isinstance(value, StrEnum) else value


def _text(cell: object) -> str | None:
    return None if pd.isna(cell) else str(cell)


def _figure(value: float, digits: int = 2) -> float | None:
    """Return a rounded number, None where it is missing or has no end."""
    return round(float(value), digits) if pd.notna(value) and isfinite(value) else None


def _site_line(site: dict[str, Plain]) -> str:
    kind = str(site["kind"])
    words = kind if kind == MIDDLE else asset_kinds()[kind].singular
    told = ", ".join(str(part) for part in (words, site["postcode"], site["ward_name"], site["id"]) if part)
    new, kept, alone = (
        float(site[name] or 0) for name in ("newly_reached", "taken_over", "reached_by_it_alone")
    )
    children = f"{number(new)} children newly within reach"
    if kept >= NEXT_TO_NOTHING:
        children += f", {number(kept)} kept from losing theirs"
    if round(alone) != round(new + kept):
        children += f", {number(alone)} of them by it alone"
    return f"{site['name']} ({told}): {children}. {site['reason']}."


def _fifth_lines(placed: Placed) -> list[str]:
    told = placed.by_fifth
    told = told[told["children"] > 0]
    return [f"{'not known' if pd.isna(fifth) else fifth}: {_change(row)}" for fifth, row in told.iterrows()]


def _change(row: pd.Series) -> str:
    before, after = (percent(row[name] / row["children"]) for name in ("before", "after"))
    return f"{number(row['after'])} of {number(row['children'])} ({after}; before {before})"
