"""The types that are kept beside a build: what later types are matched to, and compared with.

The file is a frozen model, as `atlas types --model` reads one, with when it was kept and in which role. It
stands beside the build and not in it: building anew leaves it as it is.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from data.beside_build import BesideBuild, beside
from data.errors import DisclosureError, RegisterError, SourceError
from data.provenance import Tier
from data.register.records import Actor, Role
from data.type_overrides import may_change, may_override
from models.type_frozen import FORMAT, FrozenTypes, content_of, frozen_of

_AWAY: Final = "Move the file away to begin anew. It is left as it is."


@dataclass(frozen=True)
class KeptTypes:
    """Types as they were kept.

    Attributes
    ----------
    frozen
        The model.
    saved_by
        The role of who kept it: nobody is named.
    saved_at
        When, in UTC, to the second.
    """

    frozen: FrozenTypes
    saved_by: Role
    saved_at: datetime


def kept_file(build: Path) -> Path:
    """Return the file that holds the kept types of a build: it stands beside its folder."""
    return beside(build, "types_kept")


def read_kept(build: Path, tier: Tier) -> KeptTypes | None:
    """Return the types that are kept beside a build; None where none are.

    Parameters
    ----------
    build
        The folder of the build.
    tier
        That of the build.

    Raises
    ------
    SourceError
        When the file is damaged, too large, of a later version, or cannot be read.
    DisclosureError
        When it was made of an internal build and this one is shared.
    """
    file = _file(build)
    document = file.read()
    if document is None:
        return None
    try:
        saved_by, saved_at = Role(document["saved_by"]), datetime.fromisoformat(document["saved_at"])
        if not may_override(saved_by) or saved_at.tzinfo is None:
            raise ValueError("not as this tool writes it")
        saved_at = saved_at.astimezone(UTC)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise file.unlike() from error
    try:
        frozen = frozen_of(document, file.path.name)
    except SourceError as error:
        raise SourceError(f"The kept types cannot be read: {error.message}", _AWAY) from error
    _check_tier(frozen, tier, file.path.name)
    return KeptTypes(frozen, saved_by, saved_at)


def keep_types(build: Path, actor: Actor, frozen: FrozenTypes, seen: KeptTypes | None) -> KeptTypes:
    """Keep types beside a build, in the place of those that were kept before.

    Parameters
    ----------
    build
        The folder of the build.
    actor
        Who keeps them.
    frozen
        The types.
    seen
        Those that were kept when the actor looked; None where none were.

    Raises
    ------
    RegisterError
        When the actor may not keep types or not replace those that are kept, or somebody else kept some
        meanwhile.
    SourceError
        When the file is damaged, or cannot be written.
    DisclosureError
        When what is kept was made of an internal build, and what is to be kept of a shared one.
    """
    if not may_override(actor.role):
        raise RegisterError(
            "Only analysts and editors of the council can keep types.", "Ask one of them to keep these."
        )
    kept = KeptTypes(frozen, actor.role, datetime.now(UTC).replace(microsecond=0))
    with _file(build).alone():
        _check_seen(build, actor, frozen.tier, seen)
        _file(build).write(
            {
                **content_of(frozen),
                "saved_by": kept.saved_by.value,
                "saved_at": kept.saved_at.isoformat(),
            }
        )
    return kept


def forget_types(build: Path, actor: Actor, seen: KeptTypes) -> None:
    """Forget the types that are kept: letters and names are given anew. It raises as `keep_types` does."""
    with _file(build).alone():
        _check_seen(build, actor, seen.frozen.tier, seen)
        kept_file(build).unlink(missing_ok=True)


def _check_seen(build: Path, actor: Actor, tier: Tier, seen: KeptTypes | None) -> None:
    """Raise unless what is kept is what the actor saw, and the actor may change it. Under the lock."""
    there = read_kept(build, tier)
    if there != seen:
        raise RegisterError(
            "Somebody else changed the kept types meanwhile.", "Look at what is kept now, and say it again."
        )
    if there is not None and not may_change(actor.role, there.saved_by):
        raise RegisterError(
            "Somebody who may do more than you kept the types that are there.",
            "Ask an editor to change them.",
        )


def _check_tier(frozen: FrozenTypes, tier: Tier, name: str) -> None:
    if frozen.tier is Tier.INTERNAL and tier is not Tier.INTERNAL:
        raise DisclosureError(
            f"The kept types ({name}) were made of an internal build, and this one is shared.", _AWAY
        )


def _file(build: Path) -> BesideBuild:
    return BesideBuild(kept_file(build), "kept types", "kept types", FORMAT)
