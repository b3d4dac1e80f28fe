"""What a locality says better than a rule: names of types, and operating models of areas, each with a reason.

They stand in a file beside the build, for all of the council who use it. Nobody is named: a role is kept. An
override changes what is shown and nothing that is computed, and what the rule says stays beside it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from data.beside_build import BesideBuild, beside
from data.codes import CODE_TYPES, AreaKind
from data.errors import RegisterError
from data.register.cleaning import clean_text
from data.register.records import Actor, Role

FORMAT: Final = 1
MOST_OVERRIDES: Final = 2_000
LONGEST_NAME: Final = 60
LONGEST_REASON: Final = 400
FEWEST_TYPES, MOST_TYPES = 2, 99
_TYPE: Final = re.compile(r"[A-Z]")
_MODEL: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")

_RANKS: Final = (Role.ANALYST, Role.EDITOR, Role.ADMIN)
"""The roles that may override, the highest last: an override is seen by everybody."""


class Overrides(StrEnum):
    """What an override is of."""

    TYPE_NAME = "type_name"
    AREA_MODEL = "area_model"


@dataclass(frozen=True)
class Override:
    """One override.

    Attributes
    ----------
    what
        What it is of.
    key
        The letter of the type, or the code of the small area.
    value
        The name of the type, or the id of the operating model.
    reason
        Why, in the words of whoever gave it.
    saved_by
        Their role.
    saved_at
        When, in UTC, to the second.
    among
        How many types there were where a type was named: among more or fewer, its letter is that of another
        kind of place. 0 of an area.
    """

    what: Overrides
    key: str
    value: str
    reason: str
    saved_by: Role
    saved_at: datetime
    among: int = 0


def overrides_file(build: Path) -> Path:
    """Return the file that holds the overrides of a build: it stands beside its folder."""
    return beside(build, "types")


def may_override(role: Role) -> bool:
    """Say whether a role may override: analysts, editors and administrators may."""
    return role in _RANKS


def may_withdraw(role: Role, override: Override) -> bool:
    """Say whether a role may change or withdraw an override: one of at least the role that gave it."""
    return may_change(role, override.saved_by)


def may_change(role: Role, saved_by: Role) -> bool:
    """Say whether a role may change what another saved: one that may override, and of at least that role."""
    return may_override(role) and _RANKS.index(role) >= _RANKS.index(saved_by)


def read_overrides(build: Path) -> tuple[Override, ...]:
    """Return the overrides of a build, names of types first; none where there are none.

    Raises
    ------
    SourceError
        When the file is damaged or cannot be read.
    """
    return _ordered(_file(build).read_list("overrides", _override_of))


def save_override(build: Path, actor: Actor, override: Override) -> Override:
    """Save an override, in the place of an earlier one of the same type or area; return it as it was saved.

    Parameters
    ----------
    build
        The folder of the build.
    actor
        Who gives it.
    override
        The override; invisible characters are taken out of its texts, and its role is the actor's.

    Raises
    ------
    RegisterError
        When the actor may not override, or not change the earlier one; when it has no reason or name, or one
        that is too long; or when there is no room.
    SourceError
        When the file is damaged or cannot be written.
    """
    if not may_override(actor.role):
        raise RegisterError(
            "Only analysts and editors of the council can overrule a name or a way of working.",
            "Tell one of them what you know of the place.",
        )
    checked = _checked(replace(override, saved_by=actor.role))
    with _file(build).alone():
        kept = read_overrides(build)
        before = next((one for one in kept if _key(one) == _key(checked)), None)
        if before is not None and not may_withdraw(actor.role, before):
            raise _higher()
        others = [one for one in kept if one is not before]
        if len(others) >= MOST_OVERRIDES:
            raise RegisterError(
                f"{MOST_OVERRIDES:,} names and ways of working are overruled, and there is no room for more.",
                "Withdraw those that are not needed any more, or change the rules.",
            )
        _write(build, [*others, checked])
    return checked


def withdraw_override(build: Path, actor: Actor, override: Override) -> None:
    """Withdraw an override as it was seen. One that is gone already, or was changed meanwhile, is left alone.

    Raises
    ------
    RegisterError
        When the actor may not withdraw it.
    SourceError
        When the file is damaged or cannot be written.
    """
    if not may_withdraw(actor.role, override):
        raise _higher()
    with _file(build).alone():
        kept = read_overrides(build)
        left = [one for one in kept if one != override]
        if len(left) < len(kept):
            _write(build, left)


def names_given(overrides: Iterable[Override], k: int) -> dict[str, Override]:
    """Return the overrides of names by the letter of the type, where there are `k` types."""
    return {one.key: one for one in overrides if one.what is Overrides.TYPE_NAME and one.among == k}


def models_given(overrides: Iterable[Override]) -> dict[str, Override]:
    """Return the overrides of operating models by the code of the area."""
    return {one.key: one for one in overrides if one.what is Overrides.AREA_MODEL}


def _checked(override: Override) -> Override:
    """Return an override that is fit to be saved."""
    value = clean_text(override.value[: LONGEST_NAME * 4])
    reason = clean_text(override.reason[: LONGEST_REASON * 4])
    if not reason:
        raise RegisterError("No reason is given.", "Say in a sentence what you know that the figures do not.")
    if len(reason) > LONGEST_REASON:
        raise RegisterError(f"The reason is longer than {LONGEST_REASON} characters.", "Say it more shortly.")
    if override.what is Overrides.TYPE_NAME:
        if not (_TYPE.fullmatch(override.key) and FEWEST_TYPES <= override.among <= MOST_TYPES):
            raise RegisterError("There is no type of that letter.", "Choose one of the types shown.")
        if not 0 < len(value) <= LONGEST_NAME:
            raise RegisterError(
                f"A name has 1 to {LONGEST_NAME} characters.", "Say what is particular to these places."
            )
    else:
        if not CODE_TYPES[AreaKind.LSOA].pattern.fullmatch(override.key):
            raise RegisterError("That is not the code of a small area.", "Choose an area on the map.")
        if not _MODEL.fullmatch(value):
            raise RegisterError("There is no such way of working.", "Choose one of those shown.")
    among = override.among if override.what is Overrides.TYPE_NAME else 0
    return replace(override, value=value, reason=reason, among=among)


def _higher() -> RegisterError:
    return RegisterError("Somebody who may do more than you said so.", "Ask an editor to change it.")


def _key(override: Override) -> tuple[str, str, int]:
    return override.what.value, override.key, override.among


def _ordered(overrides: Sequence[Override]) -> tuple[Override, ...]:
    return tuple(sorted(overrides, key=lambda one: (one.what is Overrides.AREA_MODEL, one.among, one.key)))


def _file(build: Path) -> BesideBuild:
    return BesideBuild(overrides_file(build), "overruled types", "overruled types", FORMAT)


def _write(build: Path, overrides: Sequence[Override]) -> None:
    entries = [
        {
            **asdict(one),
            "what": one.what.value,
            "saved_by": one.saved_by.value,
            "saved_at": one.saved_at.isoformat(),
        }
        for one in _ordered(overrides)
    ]
    _file(build).write({"overrides": entries})


def _override_of(entry: Mapping[str, Any]) -> Override:
    key, value, reason, among = (entry[name] for name in ("key", "value", "reason", "among"))
    if type(among) is not int:
        raise TypeError("no number of types")
    for text in (key, value, reason):
        if not isinstance(text, str):
            raise TypeError("no text")
        text.encode()  # half of a character, which JSON can hold, reaches no screen
    saved_by = Role(entry["saved_by"])
    if not may_override(saved_by):
        raise ValueError("a role that may not override")
    saved_at = datetime.fromisoformat(entry["saved_at"])
    return _checked(Override(Overrides(entry["what"]), key, value, reason, saved_by, saved_at, among))
