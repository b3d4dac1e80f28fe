"""Names of places made fit to be compared: in one spelling, and with what tells two of them apart."""

import re
import unicodedata
from dataclasses import dataclass, replace

_LEGAL_FORM = re.compile(r"\b(?:ltd|limited|plc|llp|cic|cio|community interest company)\b")
_IN_BRACKETS = re.compile(r"(?<=\S)\s*\([^()]*\)\s*$")
_SPELLINGS = {"saint": "st", "center": "centre", "childrens": "children", "doctor": "doctors"}
_SILENT = frozenset(
    (
        *("the", "a", "of", "and", "in", "at", "for", "centre", "centres", "community", "children", "family"),
        *("hub", "site", "building", "facility", "service", "services", "clinic"),
    )
)
_SIGNS = {
    word: sign
    for sign, words in {
        "library": "library libraries",
        "practice": "practice surgery medical health doctors gp",
        "pharmacy": "pharmacy pharmacies chemist chemists",
        "dentist": "dental dentist dentists orthodontic orthodontics",
        "optician": "optician opticians optometrist",
        "hospital": "hospital",
        "school": "school academy college",
        "nursery": "nursery preschool playgroup kindergarten",
        "church": "church chapel",
        "mosque": "mosque masjid",
        "club": "club",
        "food": "foodbank",
        "park": "park",
        "garden": "garden gardens",
        "post office": "postoffice",
        "bus stop": "busstop",
    }.items()
    for word in words.split()
}
"""Words that only say the kind, with what they say."""

_TELLING = frozenset(
    (
        *(
            "infant",
            "infants",
            "junior",
            "juniors",
            "primary",
            "secondary",
            "sixth",
            "senior",
            "boys",
            "girls",
        ),
        *("men", "mens", "women", "womens", "ladies", "upper", "lower", "north", "south", "east", "west"),
    )
)
"""Words that tell two places of one name apart, and stay in the name."""


@dataclass(frozen=True)
class PlainName:
    """A name made fit to be compared: its words in one spelling, its core, and what tells it apart.

    `short` is the core without what stands in brackets at the end; the core itself where nothing does.
    """

    words: str
    core: str
    signs: frozenset[str]
    short: str

    def differs(self, other: "PlainName") -> bool:
        """Say whether each of two names has a sign that the other has not."""
        return bool(self.signs - other.signs) and bool(other.signs - self.signs)


def plain_name(name: str) -> PlainName:
    """Return a name fit to be compared.

    Examples
    --------
    >>> plain_name("The St. Anne's Library & Café Ltd").words
    'the st annes library and cafe'
    >>> plain_name("Castle Quay Surgery").core, plain_name("Library").core
    ('castle quay', 'library')
    >>> plain_name("Oak Park (Northmere)").short
    'oak'
    """
    whole, shorter = _tell(name), _IN_BRACKETS.sub("", name)
    return whole if shorter == name else replace(whole, short=_tell(shorter).core)


def _tell(name: str) -> PlainName:
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c) and c not in "'’‘`")
    text = re.sub(r"[^\w]+|_", " ", text.replace("&", " and "))
    text = text.replace("food bank", "foodbank").replace("post office", "postoffice")
    text = text.replace("bus stop", "busstop").replace("pre school", "preschool")
    short = _LEGAL_FORM.sub(" ", text)
    tokens = [_SPELLINGS.get(token, token) for token in (short if short.strip() else text).split()]
    core = sorted(token for token in tokens if token not in _SIGNS and token not in _SILENT)
    signs = {_SIGNS[token] for token in tokens if token in _SIGNS}
    signs |= {token for token in tokens if token in _TELLING or any(c.isdigit() for c in token)}
    told = " ".join(core or sorted(tokens))
    return PlainName(" ".join(tokens), told, frozenset(signs), told)
