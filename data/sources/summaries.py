"""Published summaries of the Indices by council, one row a council and index, to check our own by."""

import re

import pandas as pd

from data.codes import AreaKind
from data.errors import SourceError, first_few
from data.sources.base import Source, SourceKind, readable
from data.sources.wording import index_by_keys, words
from data.tables import Table, note_unread, to_number

_STEMS = {
    "index of multiple deprivation": "imd",
    "imd": "imd",
    "income": "income",
    "employment": "employment",
    "education skills and training": "education",
    "health deprivation and disability": "health",
    "health": "health",
    "crime": "crime",
    "barriers to housing and services": "barriers",
    "living environment": "living",
    "income deprivation affecting children": "idaci",
    "income deprivation affecting older people": "idaopi",
}
_MEASURES = {
    "worst_decile_share": re.compile(
        r"proportion.*(?:(?:bottom|worst|first|1st|most deprived) (?:decile|tenth|10)|decile 1\b).*"
    ),
    "average_score": re.compile(r"average score"),
    "average_rank": re.compile(r"average rank"),
}
_EDITIONS = ("2019", "2025")


def recognise(table: Table) -> Source | None:
    """Read a table if it is a summary of the Indices by council and index, else return None.

    Raises
    ------
    SourceError
        When a share lies outside 0 to 1, or the edition is none that is known.
    """
    measures = {c: name for c in table.header for name, p in _MEASURES.items() if p.fullmatch(words(c))}
    if "worst_decile_share" not in measures.values():
        return None
    code = next((c for c, kind in table.kinds.items() if kind is AreaKind.COUNCIL), None)
    index = next((c for c in table.header if _names_indices(table.sample[c])), None)
    if code is None or index is None:
        return None
    edition, kept = _newest(table)
    stems = _stems(kept[index])
    unknown = kept[index][stems.isna()].dropna().unique()
    usable, rejected, notes = index_by_keys(
        kept.assign(stem=stems)[stems.notna()], code, AreaKind.COUNCIL, ["stem"]
    )
    numbers = usable[list(measures)].apply(to_number)
    notes += note_unread(usable[list(measures)], numbers)
    if len(unknown):
        notes += (f"indices that are not known here are left out: {first_few(map(readable, unknown))}",)
    frame = _widen(numbers.rename(columns=measures), usable["stem"])
    shares = frame.filter(regex="_worst_decile_share$")
    if not (shares.isna() | ((shares >= 0) & (shares <= 1))).all(axis=None):
        raise SourceError(
            f"{table.path.name} gives shares of small areas outside 0 to 1.",
            "Take the publisher's file again: shares are published as parts of 1.",
        )
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.SUMMARY,
        entry=f"iod{edition}",
        edition=edition,
        area_kind=AreaKind.COUNCIL,
        frame=frame,
        rows=len(table.frame),
        rejected=rejected,
        notes=(*table.notes, *notes, "used to check the figures of councils, and for nothing else"),
        why=f"it has one row a council and index, with {first_few(map(readable, measures))}",
    )


def _stems(values: pd.Series) -> pd.Series:
    """Return the stem of each index named, "need_idaci", missing where it is none that is known."""
    plain = values.map(lambda v: re.sub(r"(?: domain)?(?: deprivation)?$", "", words(v)), na_action="ignore")
    full = values.map(words, na_action="ignore")
    found = full.map(_STEMS).where(lambda s: s.notna(), plain.map(_STEMS))
    return "need_" + found.astype("string")


def _names_indices(values: pd.Series) -> bool:
    present = values.dropna()
    return len(present) > 0 and float(_stems(present).notna().mean()) >= 0.8


def _newest(table: Table) -> tuple[str, pd.DataFrame]:
    """Return the newest edition that the table holds, and its rows."""
    frame = table.frame
    for column in (c for c in table.header if "year" in words(c).split()):
        years = frame[column].str.strip()
        if years.str.fullmatch(r"20\d{2}").fillna(False).any():
            edition = str(years[years.str.fullmatch(r"20\d{2}").fillna(False)].max())
            break
    else:
        years = None
        found = [e for e in _EDITIONS if e in f"{table.above} {table.sheet or ''} {' '.join(table.header)}"]
        edition = max(found, default="")
    if edition not in _EDITIONS:
        raise SourceError(
            f"{table.path.name} is a council summary of the Indices of no edition that is known here.",
            "Use the summaries of 2019 or 2025.",
        )
    return edition, frame if years is None else frame[(years == edition).fillna(False).astype(bool)]


def _widen(numbers: pd.DataFrame, stems: pd.Series) -> pd.DataFrame:
    """Turn rows by council and index into one row a council."""
    wide = numbers.set_index(pd.Index(stems, name="stem"), append=True).unstack("stem")
    wide.columns = pd.Index([f"{stem}_{measure}" for measure, stem in wide.columns])
    return wide.sort_index(axis=1)
