"""The kinds of place, and the words and headers that tell them: what `asset_kinds.toml` says."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from data.errors import SourceError

KINDS_FILE: Final = Path(__file__).parent / "asset_kinds.toml"
CHARITY: Final = "charity"
"""The kind of rows that are set aside: a charity's contact postcode is often someone's home."""

UNTOLD: Final = "untold"
"""The kind of rows of a file whose content does not say what they are. They may even be people, so they are
set aside until somebody says."""

OTHER: Final = "other"

Ages = tuple[int, int]
"""First and last year of age."""

ALL_CHILDREN: Final[Ages] = (0, 17)
"""Whom a kind of place serves that says nothing else: everybody under 18."""


@dataclass(frozen=True)
class AssetKind:
    """A kind of place.

    Attributes
    ----------
    id
        What stands in `kind`: "library".
    singular, plural
        What it is called where people read it.
    shown
        Whether it is on the map at first.
    words
        Tell it in types, and in names where most names of a file agree.
    types
        Tell it in types only.
    descriptions
        Tell it in descriptions where most of a file agree.
    details
        The finer kind that a word stands for.
    ages
        Whom it serves.
    """

    id: str
    singular: str
    plural: str
    shown: bool
    words: tuple[str, ...]
    types: tuple[str, ...]
    descriptions: tuple[str, ...]
    details: Mapping[str, str]
    ages: Ages = ALL_CHILDREN


@dataclass(frozen=True)
class Signature:
    """What a header, or the values of a column of types, tells of a whole file."""

    kind: str
    columns: tuple[str, ...]
    values: frozenset[str]
    detail: str | None
    entry: str | None
    every: bool

    def fits_header(self, compact: Iterable[str]) -> bool:
        """Say whether all its columns are in a header written as letters and digits alone."""
        names = list(compact)
        return bool(self.columns) and all(
            any(n.startswith(c[:-1]) if c.endswith("*") else n == c for n in names) for c in self.columns
        )


@dataclass(frozen=True)
class Vocabulary:
    """Everything that `asset_kinds.toml` says."""

    kinds: Mapping[str, AssetKind]
    signatures: tuple[Signature, ...]
    columns: Mapping[str, tuple[str, ...]]
    confidential: "Finder"
    unless: "Finder"
    private: "Finder"
    held: "Finder"
    screened: Mapping[str, "Finder"]
    types: "Finder"
    names: "Finder"
    descriptions: "Finder"


class Finder:
    """Finds the words of a vocabulary in text.

    Parameters
    ----------
    words
        Each word with what it stands for.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._meaning = {plain(word): meaning for word, meaning in words.items()}
        longest_first = sorted(self._meaning, key=len, reverse=True)
        self._pattern = re.compile(
            rf"\b({'|'.join(re.escape(word) for word in longest_first)})(?:s|es)?\b" if words else r"(?!)"
        )

    def find_all(self, text: str) -> list[tuple[str, str]]:
        """Return each word found, in order, with what it stands for."""
        return [(m[1], self._meaning[m[1]]) for m in self._pattern.finditer(plain(text))]

    def find_last(self, text: str) -> tuple[str, str] | None:
        """Return the word that ends last before a bracket or comma, or else in the whole text."""
        found = self.find_all(re.split(r"[(,]| - ", text, maxsplit=1)[0]) or self.find_all(text)
        return found[-1] if found else None

    def blank(self, text: str) -> str:
        """Return a text without the words."""
        return self._pattern.sub(" ", plain(text))


def plain(text: str) -> str:
    """Lower a text to letters and digits with single spaces; apostrophes vanish.

    Examples
    --------
    >>> plain("Children’s_Centre - (Pre-School)")
    'childrens centre pre school'
    """
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['’‘`]", "", text.lower())).split())


@cache
def vocabulary() -> Vocabulary:
    """Read `asset_kinds.toml`.

    Raises
    ------
    SourceError
        When two kinds have the same id, a word tells two kinds, or a signature names no kind.
    """
    return read_vocabulary(KINDS_FILE)


def asset_kinds() -> dict[str, AssetKind]:
    """Return the kinds of place by id, in the order in which they are shown.

    Examples
    --------
    >>> [kind.id for kind in asset_kinds().values() if kind.shown]
    ['family_hub', 'library', 'food']
    """
    return dict(vocabulary().kinds)


def read_vocabulary(path: Path) -> Vocabulary:
    """Read a vocabulary from a file, all faults in one error."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path.name} cannot be read: {error}.", "Mend the line it names.") from error
    kinds = [_read_kind(values) for values in content["kind"]]
    signatures = tuple(_read_signature(values) for values in content.get("signature", []))
    _refuse_faults(path, kinds, signatures)
    confidential = content["confidential"]
    return Vocabulary(
        kinds={kind.id: kind for kind in kinds},
        signatures=signatures,
        columns={what: tuple(names) for what, names in content["columns"].items()},
        confidential=Finder(dict.fromkeys(confidential["words"], "confidential")),
        unless=Finder(dict.fromkeys(confidential["unless"], "")),
        private=Finder(dict.fromkeys(content["private"]["words"], "private")),
        held=Finder(_joined_too((*confidential["words"], *content["held"]["words"]))),
        screened={what: Finder(dict.fromkeys(words, what)) for what, words in content["screened"].items()},
        types=Finder({w: k.id for k in kinds for w in (*k.words, *k.types)}),
        names=Finder({w: k.id for k in kinds for w in k.words}),
        descriptions=Finder({w: k.id for k in kinds for w in k.descriptions}),
    )


def _joined_too(words: Iterable[str]) -> dict[str, str]:
    """Give each word, and the same without its spaces, with the word: people write "safehouse"."""
    return {form: word for word in words for form in (word, plain(word).replace(" ", ""))}


def _read_kind(values: Mapping[str, Any]) -> AssetKind:
    return AssetKind(
        id=values["id"],
        singular=values["singular"],
        plural=values["plural"],
        shown=values["shown"],
        words=tuple(values["words"]),
        types=tuple(values["types"]),
        descriptions=tuple(values["descriptions"]),
        details={plain(word): detail for word, detail in values.get("details", {}).items()},
        ages=_read_ages(values["id"], values["ages"]) if "ages" in values else ALL_CHILDREN,
    )


def _read_ages(kind: str, text: str) -> Ages:
    """Read "0-4"."""
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    if found is None or int(found[1]) > int(found[2]):
        raise SourceError(f"“{text}” are no ages of {kind}.", "Write first and last year, such as 0-4.")
    return int(found[1]), int(found[2])


def _read_signature(values: Mapping[str, Any]) -> Signature:
    return Signature(
        kind=values["kind"],
        columns=tuple(values.get("columns", ())),
        values=frozenset(plain(value) for value in values.get("values", ())),
        detail=values.get("detail"),
        entry=values.get("entry"),
        every=values.get("every", False),
    )


def _refuse_faults(path: Path, kinds: list[AssetKind], signatures: Iterable[Signature]) -> None:
    faults = []
    ids = [kind.id for kind in kinds]
    faults += [f"the kind {name} stands twice" for name in sorted(set(ids)) if ids.count(name) > 1]
    owner: dict[str, str] = {}
    for kind in kinds:
        for word in {plain(w) for w in (*kind.words, *kind.types)}:
            if owner.setdefault(word, kind.id) != kind.id:
                faults.append(f"“{word}” tells {owner[word]} and {kind.id}")
    unknown = {s.kind for s in signatures} - {*ids, CHARITY}
    faults += [f"a signature names the unknown kind {name}" for name in sorted(unknown)]
    if faults:
        raise SourceError(f"{path.name} has faults: {'; '.join(faults)}.", "Give each word to one kind.")
