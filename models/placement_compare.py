"""Two choices of sites side by side: what each comes to, and in words what sets them apart."""

from collections.abc import Iterator
from math import isnan

import pandas as pd

from models.placement import Placed
from models.placement_manual import ON_MAP
from models.placement_phrases import listed
from models.reach_phrases import NEXT_TO_NOTHING
from models.words import Part, number, percent

NOT_KNOWN = "Not known"
FIFTHS = {
    1: "Most deprived fifth",
    2: "Second fifth",
    3: "Middle fifth",
    4: "Fourth fifth",
    5: "Least deprived fifth",
}


def compare(left: Placed, right: Placed, ward_names: pd.Series) -> pd.DataFrame:
    """Put what two choices come to side by side.

    Parameters
    ----------
    left, right
        The choices; they need not be of the same question.
    ward_names
        The name of each ward, index ward code.

    Returns
    -------
    pandas.DataFrame
        One row a figure that is known of either, index what it is, in words: `left`, `right`.
    """
    columns = {name: dict(_rows(one, ward_names)) for name, one in (("left", left), ("right", right))}
    frame = pd.DataFrame(columns, index=list(columns["left"]))
    return frame[frame.ne(NOT_KNOWN).any(axis=1)]


def _rows(placed: Placed, ward_names: pd.Series) -> Iterator[tuple[str, str]]:
    figures = placed.figures
    yield "New sites", listed(names_of(placed)) or "none"
    yield "Children within reach", _of(figures.after, figures.share_after)
    yield "More than today", number(figures.after - figures.before)
    yield "Of higher need, within reach", _of(figures.higher_after, figures.higher_share_after)
    for fifth, name in FIFTHS.items():
        row = placed.by_fifth.loc[fifth]
        yield name, percent(row["after"] / row["children"]) if row["children"] > 0 else NOT_KNOWN
    worst = figures.worst_ward_after
    yield "Worst-off ward", NOT_KNOWN if worst is None else f"{ward_names[worst[0]]}, {percent(worst[1])}"
    yield "Gini of reach", f"{figures.gini_after:.2f}"
    mean = figures.mean_of_children_min
    yield "Mean way of a child to the nearest", NOT_KNOWN if isnan(mean) else f"{mean:.0f} minutes"
    yield "Cost of the new sites", NOT_KNOWN if figures.cost_gbp is None else f"£{figures.cost_gbp:,.0f}"
    yield "How chosen", how_chosen(placed)


def _of(count: float, share: float) -> str:
    return NOT_KNOWN if isnan(share) else f"{number(count)} ({percent(share)})"


def how_chosen(placed: Placed) -> str:
    """Say in two or three words whether a choice is proven, found or made by hand."""
    if placed.answer is None:
        return "by hand"
    return "proven best" if placed.answer.proven else "best found, not proven"


def difference_words(left: Placed, right: Placed, names: tuple[str, str]) -> tuple[Part, ...]:
    """Say which of two choices reaches more children, and which sites they share.

    Parameters
    ----------
    left, right
        The choices.
    names
        What they are called.
    """
    more = left.figures.after - right.figures.after
    higher = left.figures.higher_after - right.figures.higher_after
    ahead, behind = names if more > 0 else names[::-1]
    if abs(more) < NEXT_TO_NOTHING:
        head: tuple[Part, ...] = (Part("Both bring as many children within reach"),)
    else:
        head = (
            Part(ahead, True),
            Part(" brings "),
            Part(f"{number(abs(more))} more children", True),
            Part(f" within reach than {behind}"),
        )
    return (*head, Part(f"{_higher_words(more, higher, names)}. {_shared_words(left, right)}"))


def _higher_words(more: float, higher: float, names: tuple[str, str]) -> str:
    """Say which of them brings more children of higher need within reach."""
    if isnan(higher):
        return ""
    if abs(higher) < NEXT_TO_NOTHING:
        return ", and as many of higher need" if abs(more) >= NEXT_TO_NOTHING else ""
    count = number(abs(higher))
    if abs(more) < NEXT_TO_NOTHING:
        return f"; {names[0] if higher > 0 else names[1]} {count} more of higher need"
    return f", and {count} {'more' if (more > 0) == (higher > 0) else 'fewer'} of higher need"


def _shared_words(left: Placed, right: Placed) -> str:
    """Say which sites both have."""
    mine, theirs = _sites_of(left), _sites_of(right)
    both = [name for site, name in mine.items() if site in theirs]
    if not both:
        return "They share no site."
    if len(both) == len(mine) == len(theirs):
        return "Their sites are the same."
    return f"Both have {listed(both)}."


def _sites_of(placed: Placed) -> dict[object, str]:
    """Return the names of sites by what tells them apart: the id of a candidate, or a point on the map."""
    points, sites = placed.problem.candidates.frame.geometry, placed.sites
    own = sites["kind"].eq(ON_MAP)
    keys = [(points[id_].x, points[id_].y) if there else str(id_) for id_, there in own.items()]
    return dict(zip(keys, names_of(placed), strict=True))


def question_words(left: Placed, right: Placed) -> str:
    """Say that two choices answer different questions; an empty text where they do not."""
    asked = [one.problem.wanted for one in (left, right)]
    apart: dict[str, set[object]] = {
        "kinds of place": {one.kind for one in asked},
        "minutes": {one.minutes for one in asked},
        "ways to travel": {one.mode for one in asked},
        "councils": {one.council for one in asked},
        "groups of children": {one.people for one in asked},
    }
    names = [name for name, values in apart.items() if len(values) > 1]
    return f"They are of different {listed(names)}, so compare them with care." if names else ""


def names_of(placed: Placed) -> list[str]:
    """Return the names of the sites, in the order of their numbers."""
    return [str(name) for name in placed.sites["name"]]
