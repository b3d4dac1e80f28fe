"""Check a folder without writing anything: what each file is, what wins, what is missing."""

from pathlib import Path
from typing import Any

from data.errors import GeographyError
from data.folder import Folder, Progress, read_folder
from geo.build_folder import Draft, draft_build
from geo.report import (
    all_set_aside,
    describe_files,
    describe_places,
    describe_source,
    describe_unplaced,
    list_missing,
    list_notes,
)


def check_folder(
    path: Path, council: str | None = None, vintage: str | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Say what a folder holds and what a build of it would take.

    Returns
    -------
    dict
        `files` (path, kind, why, publisher, vintage, rows, matched_share, used, tally, notes), `unknown`,
        `missing`, `columns` (for each indicator the file it comes from), `places` (how many of each kind),
        `roads` (how long the network is, or None), `times` (how many travel times, from how many areas to
        what, or None), `published` (council figures beside the publisher's), `set_aside`, `notes`, and
        `refused`: the message and hint with which a build would be refused, or None.
    """
    folder = read_folder(path, progress)
    try:
        draft = draft_build(folder, council, vintage, progress, read_extracts=False)
    except GeographyError as error:
        return _refused(folder, error)
    return _accepted(draft)


def _accepted(draft: Draft) -> dict[str, Any]:
    return {
        "files": describe_files(draft),
        "unknown": [describe_unplaced(u, draft.folder) for u in draft.folder.unplaced],
        "missing": list_missing(draft),
        "columns": {column: source.label for column, source in draft.columns.columns.items()},
        "places": describe_places(draft),
        "roads": draft.beside.roads.to_json(),
        "times": draft.beside.times.to_json(),
        "published": draft.published,
        "set_aside": [a.source.label for a in all_set_aside(draft)],
        "notes": list_notes(draft),
        "refused": None,
    }


def _refused(folder: Folder, error: GeographyError) -> dict[str, Any]:
    return {
        "files": [describe_source(s, folder) for s in (*folder.sources, *folder.left_out)],
        "unknown": [describe_unplaced(u, folder) for u in folder.unplaced],
        "missing": [error.message],
        "columns": {},
        "places": None,
        "roads": None,
        "times": None,
        "published": [],
        "set_aside": [],
        "notes": [],
        "refused": {"message": error.message, "hint": error.hint},
    }
