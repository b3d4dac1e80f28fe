"""What is wrong with a placement that is asked for, told before anything is measured."""

from collections.abc import Iterator

import numpy as np

from data.asset_kinds import OTHER, asset_kinds
from data.errors import SourceError, first_few
from geo.builds import Build
from models.placement_asked import Objective, Wanted


def check_wanted(build: Build, wanted: Wanted) -> None:
    """Refuse what cannot be asked of a build.

    Raises
    ------
    SourceError
        With all that is wrong.
    """
    faults = list(_faults(build, wanted))
    if faults:
        raise SourceError(" ".join(faults), "Correct what is asked for.")


def _faults(build: Build, wanted: Wanted) -> Iterator[str]:
    areas = build.areas.frame
    if wanted.kind not in asset_kinds() or wanted.kind == OTHER:
        yield f"“{wanted.kind}” is no kind of place that can be placed."
    unknown = [kind for kind in wanted.buildings if kind not in asset_kinds()]
    if unknown:
        yield f"No kinds of building: {first_few(unknown)}."
    if wanted.sites < 1:
        yield f"{wanted.sites} new sites are asked for: at least one is needed."
    if not (np.isfinite(wanted.minutes) and wanted.minutes > 0):
        yield f"{wanted.minutes:g} minutes are no time to travel."
    if not 0.0 <= wanted.fairness <= 1.0:
        yield f"A fairness of {wanted.fairness:g} is not between 0 and 1."
    if wanted.council and not areas["la_code"].eq(wanted.council).fillna(False).any():
        yield f"No area lies in council {wanted.council}."
    missing = sorted(set(wanted.wards) - set(areas["ward_code"].dropna()))
    if missing:
        yield f"No area lies in {'ward' if len(missing) == 1 else 'wards'} {first_few(missing)}."
    both = sorted(set(wanted.required) & set(wanted.excluded))
    if both:
        names = build.places.frame["name"].reindex(both)
        yield f"To be included and left out at once: {first_few(names.fillna(names.index.to_series()))}."
    yield from _faults_of_amounts(wanted)
    yield from _faults_of_closed(build, wanted)


def _faults_of_amounts(wanted: Wanted) -> Iterator[str]:
    if wanted.capacity is not None and wanted.objective is Objective.CENTRE:
        yield (
            "The longest way is looked at without regard to how many children a site has room for: "
            "leave that out, or choose another aim."
        )
    for words, amount, least in (
        ("A cost", wanted.cost_gbp, 0.0),
        ("A budget", wanted.budget_gbp, 0.0),
        ("A capacity", wanted.capacity, np.nextafter(0.0, 1.0)),
    ):
        if amount is not None and not (np.isfinite(amount) and amount >= least):
            yield f"{words} of {amount:g} cannot be used."


def _faults_of_closed(build: Build, wanted: Wanted) -> Iterator[str]:
    counted = build.places.counted
    there = counted.index[(counted["kind"] == wanted.kind).to_numpy(dtype=bool)]
    unknown = sorted(set(wanted.closed) - set(there))
    if unknown:
        yield f"Not there today, so they cannot close: {first_few(unknown)}."
