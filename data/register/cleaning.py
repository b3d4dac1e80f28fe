"""Clean and bound what people type: text without what nobody can see, links that are links, numbers in range.

The rule for text: characters that cannot be seen are taken out (null bytes and other control characters,
marks that turn the direction of writing, zero-width spaces, tags, halves of characters). Line ends and tabs
become a space, but in long texts line ends stay. What is left is kept as it stands: `<script>` or
`=HYPERLINK(...)` is text. Text that is too long is refused before anything else is done with it.
"""

import math
import re
import unicodedata
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import urlsplit

from data.postcode_text import canonical, squeeze

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HOST: Final = re.compile(r"(?!-)[\w-]{1,63}(\.[\w-]{1,63})+", re.UNICODE)
_BARE_LINK: Final = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?", re.UNICODE)
_UNSAFE_IN_LINKS: Final = re.compile(r"[\s<>\"'`\\{}|^]")
_EMAIL: Final = re.compile(
    r"[^@\s<>\"'`,;:()\[\]\\]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.IGNORECASE
)
_UK_PHONE: Final = re.compile(r"(?:\+44|0)\d{9,10}")
_SHORT_PHONE: Final = re.compile(r"\d{3,6}")
LONGEST_LINK: Final = 500
LONGEST_EMAIL: Final = 254
LONGEST_PHONE: Final = 40
_ROOM: Final = 4
"""A text that is so many times too long is not cleaned first to see what is left."""


def clean_text(text: str, lines: bool = False) -> str:
    r"""Take out what cannot be seen and close up white space.

    Examples
    --------
    >>> clean_text(" Mill\x00 Lane\u202e\tLibrary ")
    'Mill Lane Library'
    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    if not lines:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def is_uuid(text: object) -> bool:
    """Say whether something is a UUID in the form in which the register keeps them."""
    return isinstance(text, str) and _UUID.fullmatch(text) is not None


class Cleaner:
    """Cleans the values of one record and keeps what is wrong with each.

    Attributes
    ----------
    faults
        What is wrong, by the key of the value: {"services.0.name": "the name of service 1 is missing"}.
    """

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        self._prefix = self._of = ""

    def within(self, prefix: str, of: str) -> None:
        """Say of which part of the record the next values are: `services.0.` and "service 1"."""
        self._prefix, self._of = prefix, f" of {of}" if of else ""

    def fault(self, key: str, word: str, wrong: str) -> None:
        """Keep a fault of a value; the first of each is told."""
        self.faults.setdefault(f"{self._prefix}{key}", f"the {word}{self._of} {wrong}")

    def text(self, key: str, word: str, value: Any, limit: int, lines: bool = False) -> str:  # noqa: ANN401
        """Return a text cleaned; what is no text or too long is a fault."""
        if not isinstance(value, str):
            self.fault(key, word, "is no text")
            return ""
        cleaned = clean_text(value, lines) if len(value) <= _ROOM * limit else value
        if len(cleaned) > limit:
            self.fault(key, word, f"is longer than {limit:,} characters")
            return ""
        return cleaned

    def needed(self, key: str, word: str, value: Any, limit: int) -> str:  # noqa: ANN401
        """Return a text cleaned that must hold a letter or a digit."""
        cleaned = self.text(key, word, value, limit)
        if not any(sign.isalnum() for sign in cleaned):
            self.fault(key, word, "is missing")
        return cleaned

    def link(self, key: str, word: str, value: Any) -> str:  # noqa: ANN401
        """Return an address of the web, with https:// where nothing stands before it."""
        link = self.text(key, word, value, LONGEST_LINK)
        if not link:
            return ""
        if _BARE_LINK.fullmatch(link):
            link = f"https://{link}"
        if not _is_link(link):
            self.fault(key, word, "is no web address that starts with https:// or http://")
        return link

    def email(self, key: str, word: str, value: Any) -> str:  # noqa: ANN401
        """Return an e-mail address."""
        email = self.text(key, word, value, LONGEST_EMAIL)
        if email and not _EMAIL.fullmatch(email):
            self.fault(key, word, "is no e-mail address such as name@example.org")
        return email

    def phone(self, key: str, word: str, value: Any) -> str:  # noqa: ANN401
        """Return a telephone number as it was typed."""
        phone = self.text(key, word, value, LONGEST_PHONE)
        if phone and not _is_phone(phone):
            self.fault(key, word, "is no telephone number")
        return phone

    def postcode(self, key: str, word: str, value: Any) -> str:  # noqa: ANN401
        """Return a postcode with its space."""
        typed = self.text(key, word, value, 20)
        postcode = canonical(squeeze(typed)) if typed else ""
        if postcode is None:
            self.fault(key, word, "is no postcode such as AB1 2CD")
        return postcode or ""

    def key(self, key: str, word: str, value: Any) -> str:  # noqa: ANN401
        """Return a UUID in small letters."""
        found = value.lower() if isinstance(value, str) and len(value) == 36 else ""
        if not _UUID.fullmatch(found):
            self.fault(key, word, "is no UUID")
        return found

    def number(
        self,
        key: str,
        word: str,
        value: Any,  # noqa: ANN401
        least: float,
        most: float,
        whole: bool = False,
    ) -> Any:  # noqa: ANN401
        """Return a number inside its limits, or None."""
        if value is None:
            return None
        kinds = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not math.isfinite(value):
            self.fault(key, word, "is no whole number" if whole else "is no number")
            return None
        if not least <= value <= most:
            self.fault(key, word, f"is not between {least:,} and {most:,}")
            return None
        return value

    def flag(self, key: str, word: str, value: Any, unsaid: bool = False) -> Any:  # noqa: ANN401
        """Return yes or no, or None where nobody has to say."""
        if isinstance(value, bool) or (unsaid and value is None):
            return value
        self.fault(key, word, "is neither yes nor no")
        return None

    def choice(self, key: str, word: str, value: Any, known: Collection[Any]) -> Any:  # noqa: ANN401
        """Return a value that must be one of those known."""
        try:
            if value in known:
                return value
        except TypeError:  # a list or another thing that no set can look for
            pass
        self.fault(key, word, "is none of those that are known")
        return next(iter(known))


def _is_link(link: str) -> bool:
    if _UNSAFE_IN_LINKS.search(link):
        return False
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = parts.scheme in ("http", "https") and "@" not in parts.netloc
    return plain and host is not None and _HOST.fullmatch(host) is not None


def _is_phone(phone: str) -> bool:
    squeezed = re.sub(r"[\s().-]", "", phone)
    if _UK_PHONE.fullmatch(squeezed) or _SHORT_PHONE.fullmatch(squeezed):
        return True
    import phonenumbers

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(phone, "GB"))
    except phonenumbers.NumberParseException:
        return False
