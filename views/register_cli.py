"""The commands of the register: `atlas register migrate` and its neighbours.

Each works on the register of a build, which stands beside it, or on that of `ATLAS_DATABASE_URL`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import RegisterError
from data.settings import Settings
from views.console import JsonOption, out_console, plain, print_json

if TYPE_CHECKING:
    from sqlalchemy import Engine

register = typer.Typer(help="Keep the register of places: migrate, back up, restore, verify, invite.")

BuildOption = Annotated[
    Path | None, typer.Option("--build", help="The build whose register it is; else that the app shows.")
]


@register.command()
def migrate(build: BuildOption = None, as_json: JsonOption = False) -> None:
    """Make the tables of the register, or bring those of an earlier version up to date."""
    from data.register.engine import describe
    from data.register.migrations import ensure_current, version_of

    engine = register_engine(build)
    before = version_of(engine)
    ensure_current(engine)
    after = version_of(engine)
    if as_json:
        print_json({"register": describe(engine), "before": before, "after": after})
        return
    done = "was up to date" if before == after else ("was brought up to date" if before else "was made")
    say(f"The register {done}, version {after}: {describe(engine)}")


def register_engine(build: Path | None) -> "Engine":
    """Return the engine of the register that a command is about."""
    from data.register.engine import make_engine, register_url

    return make_engine(register_url(build_of(build)))


def build_of(build: Path | None) -> Path:
    """Return the build that a command names, else that the app shows.

    Raises
    ------
    RegisterError
        When what is named is not a build.
    """
    from geo.builds import is_build

    if build is not None and not is_build(build):
        raise RegisterError(f"{build} is not a build.", "Name one that atlas build made.")
    settings = Settings()
    return build or settings.build or settings.builds / "northmere"


def say(text: str) -> None:
    """Print a line."""
    out_console.print(plain(text), highlight=False, soft_wrap=True)
