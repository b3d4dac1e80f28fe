"""Plans of where to place support, saved by name beside a build, for all of the council who use it.

A plan holds what is asked, and not what was found: that is found anew whenever it is opened, with the places
of the day. Only a few figures are kept as they were, so that a change can be told. They never rest on
referrals. The file stands beside the build and not in it: building anew leaves it as it is.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from data.errors import RegisterError, SourceError
from data.register.cleaning import clean_text
from data.register.records import Actor, Role
from data.whole_files import write_whole

FORMAT: Final = 1
MOST_PLANS: Final = 200
LONGEST_NAME: Final = 80
LARGEST_PLAN_BYTES: Final = 10_000
LARGEST_FIGURE: Final = 1e12
LOCK_WAIT_S: Final = 20.0
_MOST_BYTES: Final = 3_000_000
_HALF_WRITTEN: Final = r"\.{}\.[a-z0-9_]{{8}}"
"""How a file is called that a writer was about to put in the place of the plans when it was ended."""

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
    folder = build.resolve()
    return folder.with_name(f"{folder.name}.plans.json")


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
    path = plans_file(build)
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SourceError(
            f"{path.name} cannot be read: {error.strerror or error}.", "Check that you may read it."
        ) from error
    if len(content) > _MOST_BYTES:
        raise _damaged(path, f"it is larger than {_MOST_BYTES // 1_000_000} MB")
    try:
        document = json.loads(content)
        _refuse_later(path, document)
        plans = [_plan_of(entry) for entry in _entries_of(document)]
    except SourceError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _damaged(path, "it does not read as plans") from error
    return _ordered(plans)


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
    with _alone(build):
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
    with _alone(build):
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


@contextmanager
def _alone(build: Path) -> Iterator[None]:
    """Let one writer at a time read the plans and write them."""
    path = plans_file(build)
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_WAIT_S)
    try:
        lock.acquire()
    except OSError as error:  # a lock that does not come free in time is one too
        raise _unwritten(path, error) from error
    try:
        yield
    finally:
        lock.release()


def _write(build: Path, plans: Sequence[Plan]) -> None:
    path = plans_file(build)
    entries = [_entry_of(plan) for plan in _ordered(plans)]
    text = json.dumps({"format": FORMAT, "plans": entries}, indent=1)
    try:
        write_whole(path, f"{text}\n")
        for left in _half_written(path):
            left.unlink()
    except OSError as error:
        raise _unwritten(path, error) from error


def _half_written(path: Path) -> list[Path]:
    """Return what writers left that were ended before they were done: whoever is alone is the only one."""
    name = re.compile(_HALF_WRITTEN.format(re.escape(path.name)))
    return [file for file in path.parent.iterdir() if name.fullmatch(file.name)]


def _entry_of(plan: Plan) -> dict[str, Any]:
    times = {"saved_at": plan.saved_at.isoformat(), "build_made": plan.build_made.isoformat()}
    return {**asdict(plan), **times, "saved_by": plan.saved_by.value}


def _refuse_later(path: Path, document: Any) -> None:  # noqa: ANN401
    """Refuse a file that a later version of this tool wrote: it is whole, and nothing here reads it."""
    made = document.get("format") if isinstance(document, dict) else None
    if isinstance(made, int) and made > FORMAT:
        raise SourceError(
            f"The saved plans cannot be read: a later version of Prevention Atlas wrote {path.name}.",
            "Update Prevention Atlas, or move the file away to begin anew. It is left as it is.",
        )


def _entries_of(document: Any) -> Sequence[Any]:  # noqa: ANN401
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("another format")
    entries = document["plans"]
    if not isinstance(entries, list):
        raise TypeError("no list of plans")
    return entries


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


def _damaged(path: Path, why: str) -> SourceError:
    return SourceError(
        f"The saved plans cannot be read: {path.name} is damaged ({why}).",
        f"Put {path.name} back from a copy, or move it away to begin anew. It is left as it is.",
    )


def _unwritten(path: Path, error: OSError) -> SourceError:
    return SourceError(
        f"{path.name} cannot be written: {error.strerror or error}.",
        "Check that the app may write beside its build, and that nobody else holds the file.",
    )
