"""What became of the rows of asset files: how many are used, and why the others are not."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from data.postcodes import Found, PostcodeDirectory
from data.sources.base import AssetSource, readable

MOST_SUGGESTED = 20
"""Postcodes of one file for which near ones are sought: looking them up takes time."""

WHY_NOT_PLACED = {
    Found.EMPTY: "neither coordinates nor a postcode",
    Found.MALFORMED: "not a postcode",
    Found.UNKNOWN: "the postcode is in no source",
    Found.NO_GRID: "the postcode has no grid reference",
    Found.NORTHERN_IRELAND: "the postcode is in Northern Ireland, on another grid",
}


@dataclass(frozen=True)
class FileTally:
    """What became of the rows of one file: each is used, duplicate, outside, rejected or set aside.

    Attributes
    ----------
    file
        Its label.
    rows, used, duplicate, outside, rejected, set_aside
        Numbers of rows; the last five add up to the first.
    located_by
        How the rows that could be placed were, with counts: "coordinates", "shape", "postcode".
    postcodes, postcodes_found
        Rows that have a postcode alone, and those among them that could be placed by it.
    terminated
        Those that were placed by a postcode that is no longer in use.
    duplicate_of
        Of which files its duplicates are, with counts; its own label for those inside the file.
    reasons
        Why rows were rejected or set aside, with counts.
    """

    file: str
    rows: int
    used: int
    duplicate: int
    outside: int
    rejected: int
    set_aside: int
    located_by: Mapping[str, int]
    postcodes: int
    postcodes_found: int
    terminated: int
    duplicate_of: Mapping[str, int]
    reasons: Mapping[str, int]

    @property
    def found_share(self) -> float | None:
        """Share of the postcodes that were found, 0 to 1; None where no row has a postcode alone."""
        return self.postcodes_found / self.postcodes if self.postcodes else None

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return {**asdict(self), "found_share": self.found_share}


def list_rejected(
    rows: pd.DataFrame, labelled: Mapping[str, AssetSource], directory: PostcodeDirectory
) -> pd.DataFrame:
    """List what the readers could not use and what could not be placed, with postcodes that may be meant.

    Parameters
    ----------
    rows
        The rows of all files: `file, row, value` (the postcode as typed), `found, fate, kind, located_by`.
    labelled
        The files by label.
    directory
        Where postcodes lie.

    Returns
    -------
    pandas.DataFrame
        `file, row, value, reason, near`, in order of file and row.
    """
    columns = ["file", "row", "value", "reason", "near"]
    parts = [s.rejected[["row", "value", "reason"]].assign(file=f, near="") for f, s in labelled.items()]
    ours = rows[rows["fate"] == "rejected"]
    reasons = ours["found"].map({found.value: words for found, words in WHY_NOT_PLACED.items()})
    ours = ours.assign(reason=reasons, near="").sort_values(["file", "row"])
    doubtful = ours[ours["found"].isin([Found.MALFORMED, Found.UNKNOWN])].groupby("file").head(MOST_SUGGESTED)
    near = {row: ", ".join(directory.suggest(str(text), most=2)) for row, text in doubtful["value"].items()}
    ours = ours.assign(near=pd.Series(near, dtype=object).reindex(ours.index).fillna(""))
    every = pd.concat([*(part[columns] for part in parts), ours[columns]], ignore_index=True)
    return every.sort_values(["file", "row"], kind="stable", ignore_index=True)


def tally_file(label: str, source: AssetSource, rows: pd.DataFrame, rejected: pd.DataFrame) -> FileTally:
    """Count what became of the rows of one file.

    Parameters
    ----------
    label
        The label of the file.
    source
        The file.
    rows
        The rows of all files, as in `list_rejected`, and `kept`: the index of the record that is kept.
    rejected
        What `list_rejected` returned.
    """
    mine = rows[rows["file"] == label]
    fates = mine["fate"].value_counts()
    refused = rejected[rejected["file"] == label]
    aside = mine.loc[mine["fate"] == "set_aside", "kind"].fillna("unknown")
    alone = mine["found"].notna() & (mine["found"] != Found.EMPTY)
    by_postcode = mine["found"].isin([Found.PLACED, Found.TERMINATED])
    placed = mine[mine["fate"].isin(["used", "duplicate", "outside"])]
    of = rows["file"].reindex(mine.loc[mine["fate"] == "duplicate", "kept"])
    return FileTally(
        file=label,
        rows=source.rows,
        used=int(fates.get("used", 0)),
        duplicate=int(fates.get("duplicate", 0)),
        outside=int(fates.get("outside", 0)),
        rejected=len(refused),
        set_aside=int(fates.get("set_aside", 0)),
        located_by=_count(placed["located_by"]),
        postcodes=int(alone.sum()),
        postcodes_found=int(by_postcode.sum()),
        terminated=int((mine["found"] == Found.TERMINATED).sum()),
        duplicate_of=_count(of),
        reasons={**_count(refused["reason"]), **_count(aside.map(lambda k: f"{k}: not put on the map"))},
    )


def _count(values: pd.Series) -> dict[str, int]:
    return {readable(str(value)): int(n) for value, n in values.value_counts().sort_index().items()}


def describe_tallies(tallies: Sequence[FileTally], buffer_m: float) -> list[str]:
    """Say what is worth knowing of each file."""
    notes = []
    for tally in tallies:
        others = {file: n for file, n in tally.duplicate_of.items() if file != tally.file}
        if tally.terminated:
            notes.append(f"{tally.file}: {tally.terminated:,} placed by a postcode that is no longer in use.")
        if tally.outside:
            notes.append(f"{tally.file}: {tally.outside:,} further than {buffer_m:,.0f} m outside the areas.")
        notes += [f"{tally.file}: {n:,} also in {file}, and counted once." for file, n in others.items()]
    return notes
