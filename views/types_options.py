"""What `atlas types` is asked with: how many types, and files that may be read and written."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from data.errors import DisclosureError, SourceError

if TYPE_CHECKING:
    from data.provenance import Tier
    from models.type_frozen import FrozenTypes

AUTO: Final = "auto"
FEWEST, MOST = 2, 10


def types_asked(text: str) -> int | None:
    """Return how many types are asked for; None where the number is left open."""
    asked = text.strip().lower()
    if asked == AUTO:
        return None
    if not (asked.isdecimal() and len(asked) < 4 and FEWEST <= int(asked) <= MOST):
        raise typer.BadParameter(f"“{text}” is neither auto nor {FEWEST} to {MOST}.", param_hint="--k")
    return int(asked)


def require_together(asked: int | None, model: Path | None, frozen: bool) -> None:
    """Refuse options that do not go together."""
    if frozen and model is None:
        raise typer.BadParameter("name the model to sort by with --model.", param_hint="--frozen")
    if frozen and asked is not None:
        raise typer.BadParameter("a frozen model has as many types as it was made with.", param_hint="--k")


def require_place(path: Path, build: Path, option: str) -> None:
    """Refuse to write inside a build, over a folder or the app's own files, or in a folder that is absent.

    Raises
    ------
    SourceError
        When it is one of them.
    """
    from data.plans import plans_file
    from data.type_overrides import overrides_file
    from geo.builds import is_build
    from models.type_kept import kept_file

    if path.resolve() in (overrides_file(build), kept_file(build), plans_file(build)):
        raise SourceError(f"{path} is where the app keeps something.", f"Name another file with {option}.")
    folder = path.resolve().parent
    if any(one == build.resolve() or is_build(one) for one in (folder, *folder.parents)):
        raise SourceError(
            f"{path} lies inside a build, which is made whole and left so.",
            f"Name a file elsewhere with {option}.",
        )
    if not folder.is_dir():
        raise SourceError(f"There is no folder {folder}.", f"Make it first, or name another with {option}.")
    if path.is_dir():
        raise SourceError(f"{path} is a folder.", f"Name a file with {option}.")


def require_csv(out: Path, start: bytes, what: str = "list of types") -> None:
    """Refuse to write over a file that this command did not write.

    Parameters
    ----------
    out
        The file to be written.
    start
        What every file of this command begins with.
    what
        What it writes.

    Raises
    ------
    SourceError
        When something else is there.
    """
    if out.suffix.lower() != ".csv":
        raise typer.BadParameter(f"{out.name} does not end in .csv.", param_hint="--out")
    if not out.exists():
        return
    try:
        with out.open("rb") as file:
            found = file.read(len(start))
    except OSError as error:
        raise SourceError(
            f"{out} cannot be read: {error.strerror or error}.", "Name another file."
        ) from error
    if found != start:
        raise SourceError(f"{out} is there already and is no {what}.", "Name another file with --out.")


def kept_model(path: Path | None, *, needed: bool) -> "FrozenTypes | None":
    """Return the model of the last run; None where there is none yet.

    Raises
    ------
    SourceError
        When it is needed and absent, or is not one: what is no model is not written over.
    """
    from models.type_frozen import load_types

    return load_types(path) if path is not None and (needed or path.exists()) else None


def require_tier_kept(kept: "FrozenTypes", tier: "Tier", *, frozen: bool) -> None:
    """Refuse a model of an internal build over a shared one, and one to be written in the other's place.

    Raises
    ------
    DisclosureError
        When that is so.
    """
    from models.type_scored import require_tier

    require_tier(kept, tier)
    if not frozen and kept.tier is not tier:
        raise DisclosureError(
            "This model of types is of a shared build, and one of an internal build would take its place.",
            "Name another file with --model, or sort by this model as it is with --frozen.",
        )


def write_file(out: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone.

    Raises
    ------
    SourceError
        When it cannot be written.
    """
    from data.whole_files import write_whole

    try:
        write_whole(out, content.decode("utf-8"))
    except OSError as error:
        raise SourceError(
            f"{out} cannot be written: {error.strerror or error}.", "Name a file in a folder of yours."
        ) from error
