"""Plans of where to place support, saved by name beside a build, for all of the council who use it.

A plan holds what is asked, and not what was found: that is found anew whenever it is opened, with the places
of the day. Only a few figures are kept as they were, so that a change can be told. They never rest on
referrals. The file stands beside the build and not in it: building anew leaves it as it is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from data.beside_build import BesideBuild, beside
from data.errors import RegisterError
from data.register.cleaning import clean_text
from data.register.records import Actor, Role

FORMAT: Final = 1
MOST_PLANS: Final = 200
LONGEST_NAME: Final = 80
LARGEST_PLAN_BYTES: Final = 10_000
LARGEST_FIGURE: Final = 1e12

_RANKS: Final = (Role.VIEWER, Role.ANALYST, Role.EDITOR, Role.ADMIN)
"""The roles of the council, who may save plans; the highest last."""


@dataclass(frozen=True)
class Plan:
    """What was asked, under a name.

    Attributes
    ----------
    name
        As it was given; no two plans of a build have the same, whatever their letters' size.
    asked
        The texts of the address by which it is opened.
    saved_by
        The role of who saved it: nobody is named.
    saved_at, build_made
        When it was saved, and when the build was made that it was saved with; in UTC, to the second.
    figures
        Figures as they were then, by what they are; none where they would rest on referrals.
    """

    name: str
    asked: Mapping[str, str]
    saved_by: Role
    saved_at: datetime
    build_made: datetime
    figures: Mapping[str, float] = field(default_factory=dict)


def plans_file(build: Path) -> Path:
    """Return the file that holds the plans of a build: it stands beside its folder."""
    return beside(build, "plans")


def may_plan(role: Role) -> bool:
    """Say whether a role may save plans: those of the council may, partners may not."""
    return role in _RANKS


def may_delete(role: Role, plan: Plan) -> bool:
    """Say whether a role may delete a plan: one of at least the role that it was saved in."""
    return may_plan(role) and _RANKS.index(role) >= _RANKS.index(plan.saved_by)


def read_plans(build: Path) -> tuple[Plan, ...]:
    """Return the plans of a build, by name; none where nobody saved one.

    Raises
    ------
    SourceError
        When the file is damaged or cannot be read.
    """
    return _ordered(_file(build).read_list("plans", _plan_of))


def save_plan(build: Path, actor: Actor, plan: Plan) -> Plan:
    """Save a plan under its name, and return it as it was saved; one of that name must not be there.

    Parameters
    ----------
    build
        The folder of the build.
    actor
        Who saves it.
    plan
        The plan; invisible characters are taken out of its name, and its role is the actor's.

    Raises
    ------
    RegisterError
        When the actor may not save plans, the name is taken or none, or there is no room.
    SourceError
        When the file is damaged or cannot be written.
    """
    if not may_plan(actor.role):
        raise RegisterError(
            "Only people of the council can save plans.", "Copy the address to share this one."
        )
    plan = _checked(plan, actor.role)
    with _file(build).alone():
        plans = read_plans(build)
        if any(_key(one.name) == _key(plan.name) for one in plans):
            raise RegisterError(
                f"There is a plan “{plan.name}” already.", "Choose another name, or delete that one first."
            )
        if len(plans) >= MOST_PLANS:
            raise RegisterError(
                f"{MOST_PLANS} plans are saved, and there is no room for more.",
                "Delete one that is not needed any more.",
            )
        _write(build, (*plans, plan))
    return plan


def delete_plan(build: Path, actor: Actor, plan: Plan) -> None:
    """Delete a plan as it was seen. One that is gone already, or was saved anew meanwhile, is left alone.

    Raises
    ------
    RegisterError
        When the actor may not delete it.
    SourceError
        When the file is damaged or cannot be written.
    """
    if not may_delete(actor.role, plan):
        raise RegisterError(
            f"“{plan.name}” was saved by somebody who may do more than you.", "Ask an editor to delete it."
        )
    with _file(build).alone():
        plans = read_plans(build)
        left = [one for one in plans if one != plan]
        if len(left) < len(plans):
            _write(build, left)


def _checked(plan: Plan, role: Role) -> Plan:
    """Return a plan that is fit to be saved."""
    name = clean_text(plan.name[: LONGEST_NAME * 4])
    if not name:
        raise RegisterError("The plan has no name.", "Give it one by which others will know it.")
    if len(name) > LONGEST_NAME:
        raise RegisterError(
            f"The name of the plan is longer than {LONGEST_NAME} characters.", "Choose a shorter one."
        )
    checked = replace(plan, name=name, saved_by=role)
    if len(json.dumps(_entry_of(checked), allow_nan=False)) > LARGEST_PLAN_BYTES:
        raise RegisterError(
            "More is asked than a plan can hold.", "Require and exclude fewer sites, or close fewer places."
        )
    return checked


def _key(name: str) -> str:
    return name.casefold()


def _ordered(plans: Sequence[Plan]) -> tuple[Plan, ...]:
    return tuple(sorted(plans, key=lambda plan: (_key(plan.name), plan.name)))


def _file(build: Path) -> BesideBuild:
    return BesideBuild(plans_file(build), "saved plans", "plans", FORMAT)


def _write(build: Path, plans: Sequence[Plan]) -> None:
    _file(build).write({"plans": [_entry_of(plan) for plan in _ordered(plans)]})


def _entry_of(plan: Plan) -> dict[str, Any]:
    times = {"saved_at": plan.saved_at.isoformat(), "build_made": plan.build_made.isoformat()}
    return {**asdict(plan), **times, "saved_by": plan.saved_by.value}


def _plan_of(entry: Mapping[str, Any]) -> Plan:
    name, asked, figures = entry["name"], entry["asked"], entry["figures"]
    if not isinstance(asked, dict) or not isinstance(figures, dict):
        raise TypeError("nothing by name")
    if not all(isinstance(text, str) for text in (name, *asked.values())):
        raise TypeError("no texts")
    for text in (name, *asked, *asked.values()):
        text.encode()  # half of a character, which JSON can hold, reaches no screen
    if not all(isinstance(value, int | float) and abs(value) < LARGEST_FIGURE for value in figures.values()):
        raise TypeError("no figures")
    return Plan(
        name=name,
        asked=asked,
        saved_by=Role(entry["saved_by"]),
        saved_at=datetime.fromisoformat(entry["saved_at"]),
        build_made=datetime.fromisoformat(entry["build_made"]),
        figures=figures,
    )
