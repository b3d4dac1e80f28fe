"""What `atlas place` is asked for, from the words of its options."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, TypeVar

import typer

from data.errors import SourceError, first_few
from models.candidate_files import MOST_AMOUNT
from models.placement_asked import EVEN, Objective, Wanted
from views.cli_options import kind_of

if TYPE_CHECKING:
    from geo.builds import Build
    from models.candidates import Candidates

Named = TypeVar("Named", bound=StrEnum)


def one_of(text: str, names: type[Named], option: str) -> Named:
    """Return the member that a word names."""
    word = text.strip().lower()
    if word not in list(names):
        raise typer.BadParameter(f"“{text}” is none of {', '.join(names)}.", param_hint=option)
    return names(word)


def kinds_of(text: str | None) -> tuple[str, ...]:
    """Return the kinds of building that are named, with commas between them."""
    names = [name for name in (text or "").split(",") if name.strip()]
    if text is not None and not names:
        raise typer.BadParameter("no kind of building is named.", param_hint="--buildings")
    return tuple(sorted({kind_of(name, "--buildings") for name in names}))


def ids_of(ids: Sequence[str] | None, option: str) -> tuple[str, ...]:
    """Return ids, each once and sorted."""
    named = {one.strip() for one in ids or ()}
    if "" in named:
        raise typer.BadParameter("an id is empty.", param_hint=option)
    return tuple(sorted(named))


def fairness_of(fairness: float | None, objective: Objective) -> float:
    """Return how much children of higher need count by themselves."""
    if fairness is None:
        return EVEN
    if objective is not Objective.FAIR:
        raise typer.BadParameter("this is for --objective fair alone.", param_hint="--fairness")
    if not 0 <= fairness <= 1:
        raise typer.BadParameter(f"{fairness:g} is not between 0 and 1.", param_hint="--fairness")
    return fairness


def above_zero(amount: float | None, option: str) -> float | None:
    """Return an amount that has to be a number above 0, where it is given."""
    if amount is not None and not (isfinite(amount) and amount > 0):
        raise typer.BadParameter(f"{amount:g} is not a number above 0.", param_hint=option)
    if amount is not None and amount > MOST_AMOUNT:
        raise typer.BadParameter(f"{amount:g} is more than {MOST_AMOUNT:,.0f}.", param_hint=option)
    return amount


def share_of(per_cent: float | None, option: str) -> float | None:
    """Return the share that a number of per cent is, where it is given."""
    amount = above_zero(per_cent, option)
    if amount is not None and amount > 100:
        raise typer.BadParameter(f"{amount:g} is more than 100 per cent.", param_hint=option)
    return None if amount is None else amount / 100


def check_excluded(candidates: "Candidates", excluded: Sequence[str]) -> None:
    """Refuse to leave out what is no candidate: it is a slip, and what was meant would still be chosen.

    Raises
    ------
    SourceError
        With the ids that are none of a candidate.
    """
    known = candidates.frame.index.union(list(candidates.merged))
    unknown = [one for one in excluded if one not in known]
    if unknown:
        raise SourceError(
            f"{len(unknown)} of those to exclude {'is no candidate' if len(unknown) == 1 else 'are none'}: "
            f"{first_few(unknown)}.",
            "Name each by the id that --json tells, or leave it out.",
        )


def refuse_two(option: str, **given: object) -> None:
    """Refuse options of which one leaves nothing for another to say."""
    named = [f"--{name}" for name, value in given.items() if value]
    if len(named) > 1:
        raise typer.BadParameter(f"name one of {' and '.join(named)}, not both.", param_hint=option)


def within(build: "Build", wanted: Wanted, council: str | None, wards: Sequence[str]) -> Wanted:
    """Return what is asked for with the codes of the council and the wards that are named.

    Raises
    ------
    GeographyError
        When no area lies in the council.
    SourceError
        When a ward is not there, or when there are several of its name.
    """
    from geo.identity import find_council

    code = "" if council is None else find_council(build.areas.frame, council)
    found = {_ward_of(build, ward, code) for ward in wards}
    return replace(wanted, council=code, wards=tuple(sorted(found)))


def _ward_of(build: "Build", text: str, council: str) -> str:
    areas = build.areas.frame
    mine = areas[areas["la_code"].eq(council).fillna(False)] if council else areas
    names = mine[["ward_code", "ward_name", "la_name"]].dropna(subset=["ward_code"]).drop_duplicates()
    word = text.strip().casefold()
    match = names[(names["ward_code"].str.casefold() == word) | (names["ward_name"].str.casefold() == word)]
    codes = match["ward_code"].unique()
    if len(codes) == 1:
        return str(codes[0])
    if len(codes):
        told = [f"{row.ward_code} ({row.la_name})" for row in match.itertuples()]
        raise SourceError(f"{len(codes)} wards are called {text!r}: {first_few(told)}.", "Name its code.")
    if names.empty:
        raise SourceError(
            "No ward is known here.", "Leave out --ward, or add a lookup of wards to the folder."
        )
    near = get_close_matches(text.strip(), [str(name) for name in names["ward_name"].dropna()], n=1)
    there = f"The nearest is {near[0]}." if near else f"Wards here: {first_few(names['ward_name'])}."
    raise SourceError(f"No small area lies in a ward {text!r}. {there}", "Use its name or its code.")
