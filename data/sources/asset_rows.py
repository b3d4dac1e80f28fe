"""Tell the kind of each place of a file from what stands in its rows, and screen what must not be shown."""

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.asset_kinds import CHARITY, OTHER, UNTOLD, Finder, Signature, Vocabulary, plain, vocabulary
from data.errors import SourceError
from data.sources.asset_columns import Columns, clean_text, compact

_MOST_NAMES: Final = 0.6
_MOST_TOLD: Final = 0.8
_FEWEST_TYPED: Final = 0.5
_LONGEST_DETAIL: Final = 100
_NOT_ACTIVE: Final = (
    r"inactive|not active|suspended|resigned|cancelled|deregistered|removed|ceased|surrendered"
)
_PERSON_NAME: Final = re.compile(
    r"(?i)(?:mr|mrs|ms|miss|mx)\.? [a-z'’-]+(?: [a-z'’-]+){0,2}(?: (?:&|and) .*)?"
)
MAY_BE_CONFIDENTIAL: Final = "may be a confidential place"
UNTOLD_NOTE: Final = (
    "its content does not say what kind of place these are, so they are not used: "
    "say so on the Data and methods page or in place.toml"
)
CHARITY_NOTE: Final = (
    "a charity's contact postcode is often a trustee's home or an accountant's office: "
    "its rows are set aside and not drawn as places"
)


@dataclass(frozen=True)
class Told:
    """The kind of each row, its finer kind, and how the file told them.

    Attributes
    ----------
    kind, detail
        On the index of the rows; `detail` is missing where nothing tells it.
    how
        In words: "kind told by “type”".
    share
        The share of the rows whose kind something in the file tells.
    entry
        The source in the catalogue that the content shows, if any.
    notes
        What was noticed.
    """

    kind: pd.Series
    detail: pd.Series
    how: str
    share: float
    entry: str | None
    notes: tuple[str, ...]


def tell_kinds(rows: pd.DataFrame, columns: Columns, forced: str | None = None) -> Told:
    """Tell the kind of every row, from its type, the file's header, or what most names or descriptions say.

    Parameters
    ----------
    rows
        The rows of a file.
    columns
        What its columns hold.
    forced
        A kind that a person said all rows are.

    Raises
    ------
    SourceError
        When the forced kind is unknown.
    """
    words = vocabulary()
    if forced is not None and forced not in {*words.kinds, CHARITY}:
        raise SourceError(f"“{forced}” is not a kind of place.", f"Use one of {', '.join(words.kinds)}.")
    published = _published_types(rows, columns)
    signature = _find_signature(rows, columns, words)
    entry = signature.entry if signature else None
    kind = pd.Series(pd.NA, index=rows.index, dtype="string")
    detail = published["main"] if "main" in published else kind.copy()
    if forced is not None:
        return Told(kind.fillna(forced), detail, "kind given by you", 1.0, entry, ())
    if signature and signature.every:
        detail = kind.fillna(signature.detail) if signature.detail else detail
        notes = (CHARITY_NOTE,) if signature.kind == CHARITY else ()
        return Told(kind.fillna(signature.kind), detail, _by_header(signature), 1.0, entry, notes)
    kind, detail, by = _by_types(published, words, kind, detail)
    typed = float(kind.notna().mean()) if len(kind) else 0.0
    if signature:
        found = detail.fillna(signature.detail) if signature.detail else detail
        how = f"kind told by “{by}”" if by and typed >= _FEWEST_TYPED else _by_header(signature)
        return Told(kind.fillna(signature.kind), found, how, 1.0, entry, ())
    if typed >= _FEWEST_TYPED:
        return Told(kind.fillna(OTHER), detail, f"kind told by “{by}”", typed, entry, _untold(kind))
    return _by_vote(rows, columns, words, published, kind, detail, by)


def screen_rows(rows: pd.DataFrame, columns: Columns, kinds: pd.Series) -> pd.Series:
    """Return why a row must not be shown at all, missing for the others; addresses are not looked at.

    A name such as “Mr A Smith” is a practice's among dentists, and a person's where the kind is not told.
    """
    words = vocabulary()
    reasons = pd.Series(pd.NA, index=rows.index, dtype="string")
    for column in (columns.description, *columns.types, columns.name):
        if column is None:
            continue
        text = rows[column].astype("string").dropna()
        described = column == columns.description
        found = {t: _screen(t, words, described) for t in text.unique()}
        reasons = reasons.fillna(text.map(found).astype("string").reindex(rows.index))
    if columns.name is not None:
        person = rows[columns.name].astype("string").str.strip().str.fullmatch(_PERSON_NAME).fillna(False)
        reasons[person & kinds.isin([OTHER, UNTOLD]) & reasons.isna()] = "its name looks like a person's"
    return reasons


def closed_rows(rows: pd.DataFrame, column: str | None) -> pd.Series:
    """Return why a row is not a place that is open, missing for the others."""
    reasons = pd.Series(pd.NA, index=rows.index, dtype="string")
    if column is None:
        return reasons
    status = clean_text(rows[column], 40)
    lowered = status.str.lower()
    reasons[lowered.str.startswith(("closed", "permanently closed")).fillna(False)] = "closed"
    reasons[lowered.str.startswith("proposed to open").fillna(False)] = "not open yet"
    shut = lowered.str.match(_NOT_ACTIVE).fillna(False).astype(bool)
    if compact(column) == "providerstatus":
        shut = shut | (lowered.notna() & ~lowered.isin(["active", "open", "registered"]))
    reasons[shut] = "not active (“" + status[shut] + "”)"
    return reasons


def _screen(text: str, words: Vocabulary, described: bool) -> str | None:
    if found := words.confidential.find_all(words.unless.blank(text)):
        return f"{MAY_BE_CONFIDENTIAL} (its name, type or description has “{found[0][0]}”)"
    if not described and words.private.find_all(text):
        return "a private home, such as a childminder's"
    return None


def _published_types(rows: pd.DataFrame, columns: Columns) -> dict[str, pd.Series]:
    """Return the texts of the columns of types by name, and `main`: the first as published.

    Where a cell lists several types, the one that is commonest in the file stands for it.
    """
    found: dict[str, pd.Series] = {}
    for column in columns.types:
        text = clean_text(rows[column], 4 * _LONGEST_DETAIL)
        if not text.notna().any():
            continue
        counts = text.dropna().str.split("|").explode().str.strip().value_counts()
        order = {name: place for place, name in enumerate(counts.index)}
        main = {
            cell: min((part.strip() for part in cell.split("|")), key=lambda p: order.get(p, len(order)))
            for cell in text.dropna().unique()
        }
        words = text.map(main).astype("string").str.replace("_", " ", regex=False)
        found[column] = clean_text(words, _LONGEST_DETAIL)
    if found:
        found["main"] = next(iter(found.values()))
    return found


def _find_signature(rows: pd.DataFrame, columns: Columns, words: Vocabulary) -> Signature | None:
    header = [compact(c) for c in rows.columns]
    for signature in words.signatures:
        if signature.fits_header(header):
            return signature
        for column in columns.types if signature.values else ():
            values = rows[column].astype("string").dropna()
            if len(values) and values.map(plain).isin(signature.values).mean() >= _MOST_NAMES:
                return signature
    return None


def _by_types(
    published: dict[str, pd.Series], words: Vocabulary, kind: pd.Series, detail: pd.Series
) -> tuple[pd.Series, pd.Series, str]:
    """Tell rows by each column of types in turn; return kinds, details and the column that told most."""
    told_by: dict[str, int] = {}
    for column, text in published.items():
        if column == "main":
            continue
        found = {t: words.types.find_last(t) for t in text.dropna().unique()}
        kinds = text.map({t: f[1] for t, f in found.items() if f}).astype("string")
        finer = {t: words.kinds[f[1]].details.get(f[0], t) for t, f in found.items() if f}
        new = kind.isna() & kinds.notna()
        told_by[column] = int(new.sum())
        kind = kind.mask(new, kinds)
        detail = detail.mask(new, text.map(finer).astype("string"))
    best = max(told_by, key=lambda c: told_by[c]) if told_by else ""
    return kind, detail, best if best and told_by[best] else ""


def _by_vote(
    rows: pd.DataFrame,
    columns: Columns,
    words: Vocabulary,
    published: dict[str, pd.Series],
    kind: pd.Series,
    detail: pd.Series,
    by: str,
) -> Told:
    """Tell a file whose types say little, by what most of its names, or else of its descriptions, say."""
    for column, finder in ((columns.name, words.names), (columns.description, words.descriptions)):
        if column is None:
            continue
        winner, finer = _elect(rows[column], finder, words)
        if winner is None:
            continue
        detail = pd.Series(finer, index=rows.index, dtype="string") if finer else detail
        how = f"kind told by most of “{column}”"
        return Told(kind.fillna(winner), detail, how, 1.0, None, ())
    typed = float(kind.notna().mean()) if len(kind) else 0.0
    if not typed:
        return Told(kind.fillna(UNTOLD), detail, "kind not told", 0.0, None, (UNTOLD_NOTE,))
    return Told(kind.fillna(OTHER), detail, f"kind told by “{by}” in part", typed, None, _untold(kind))


def _elect(texts: pd.Series, finder: Finder, words: Vocabulary) -> tuple[str | None, str | None]:
    """Return the kind, and the finer kind, that most texts of a column tell, if hardly any tells another."""
    found = [finder.find_last(t) if isinstance(t, str) else None for t in texts.tolist()]
    told = [f for f in found if f]
    counts = pd.Series([f[1] for f in told], dtype="object").value_counts()
    if not len(counts) or counts.iloc[0] < max(_MOST_NAMES * len(found), _MOST_TOLD * len(told)):
        return None, None
    winner = str(counts.index[0])
    details = words.kinds[winner].details
    finer = pd.Series([details.get(f[0]) for f in told if f[1] == winner], dtype="object").value_counts()
    agreed = len(finer) and finer.iloc[0] >= _MOST_NAMES * counts.iloc[0]
    return winner, str(finer.index[0]) if agreed else None


def _by_header(signature: Signature) -> str:
    return "kind told by its header" if signature.columns else "kind told by its types"


def _untold(kind: pd.Series) -> tuple[str, ...]:
    missing = int(kind.isna().sum())
    return (f"{missing:,} rows whose type tells no known kind count as other places",) if missing else ()
