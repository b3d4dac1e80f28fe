"""Sentences about the asset register in force: what comes from it, and which files it has not taken in."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import pandas as pd

from data.errors import first_few
from data.sources.base import SourceKind
from geo.places import REGISTER, Places
from models.places import describe_unconfirmed
from models.words import number

Report = Mapping[str, Any]
BRING_IN: Final = "An editor can bring them in, or: atlas register import FILE."


def describe_register(places: Places, revision: int, months: int) -> list[str]:
    """Say where the places come from; nothing where they are those of the folder's files.

    Parameters
    ----------
    places
        The places in force.
    revision
        The newest number of the register's history; 0 in a shared build, which has none of its own.
    months
        After how many months without a word a place is not confirmed any more.
    """
    if not places.from_register:
        return []
    at = f", revision {number(revision)}" if revision else ""
    count = len(places.frame)
    imported = len(places.provenance.keys() - {REGISTER})
    whence = [f"{number(imported)} imported {'file' if imported == 1 else 'files'}"] if imported else []
    whence += ["people who added them"] if REGISTER in places.provenance else []
    every = pd.Series(True, index=places.frame.index)
    silent = describe_unconfirmed(places, every, months)
    return [
        f"Places come from the asset register{at}, and not from the files of the folder.",
        f"It has {number(count)} {'place' if count == 1 else 'places'} in these areas and round them, each "
        f"counted once in each of its kinds: from {' and from '.join(whence)}.",
        *([silent] if silent else []),
    ]


def files_left_out(places: Places, report: Report, taken_in: Collection[str]) -> list[str]:
    """Return the folder's files of places that the register in force has not taken in.

    Parameters
    ----------
    places
        The places in force.
    report
        What was read of the folder.
    taken_in
        The SHA-256 of every file that was imported into the register.
    """
    if not places.from_register:
        return []
    files = [
        file
        for file in report.get("files", [])
        if file["used"] and file["kind"] == SourceKind.ASSETS.value and file["sha256"] not in taken_in
    ]
    return sorted({str(file["path"]) for file in files})


def describe_left_out(files: Iterable[str]) -> str:
    """Say which files of places the register has not taken in, and what to do; "" where there is none.

    Examples
    --------
    >>> print(describe_left_out(["assets/food.csv"]))
    assets/food.csv is not in the asset register, so none of its places is shown or counted. An editor can \
bring them in, or: atlas register import FILE.
    """
    named = list(files)
    if not named:
        return ""
    verb, whose = ("is", "its") if len(named) == 1 else ("are", "their")
    what = f"{first_few(named)} {verb} not in the asset register"
    return f"{what}, so none of {whose} places is shown or counted. {BRING_IN}"
