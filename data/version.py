"""The version of Prevention Atlas that runs."""

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

NAME: Final = "prevention-atlas"
_PROJECT: Final = Path(__file__).parent.parent / "pyproject.toml"


@cache
def app_version() -> str:
    """Return the version: of the sources where it runs from them, else of what is installed; "" if unknown.

    Examples
    --------
    >>> app_version().count(".")
    2
    """
    if _PROJECT.is_file():
        return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    try:
        return version(NAME)
    except PackageNotFoundError:
        return ""
