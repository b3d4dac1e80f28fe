"""Which register a command is about."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import RegisterError
from data.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

BuildOption = Annotated[
    Path | None, typer.Option("--build", help="The build whose register it is; else that the app shows.")
]


def register_engine(build: Path | None) -> "Engine":
    """Return the engine of the register that a command is about."""
    from data.register.engine import make_engine, register_url

    return make_engine(register_url(build_of(build)))


def build_of(build: Path | None) -> Path:
    """Return the build that a command names, else that the app shows; it may be gone, and its register there.

    Raises
    ------
    RegisterError
        When what is named is not a build, and no register stands beside it.
    """
    from data.register.engine import file_beside
    from geo.builds import is_build

    if build is not None and not is_build(build) and not file_beside(build).is_file():
        raise RegisterError(f"{build} is not a build.", "Name one that atlas build made.")
    kept = settings()
    return build or kept.build or kept.builds / "northmere"
