"""The organisations of a publication: who runs what, with identifiers that stay."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from data.register.fields import LONGEST_NAME, LONGEST_TEXT, FieldsError, check_organisation
from data.register.open_referral_parts import items_of, record_of, shorten, text_of, without_markup
from data.register.open_referral_terms import SCHEMES, stable_id, stand_in_id
from data.register.records import Organisation

Record = Mapping[str, Any]
_OPTIONAL: Final = {
    "website": {"website": ""},
    "description": {"description": ""},
    "scheme": {"scheme": "", "identifier": ""},
    "identifier": {"scheme": "", "identifier": ""},
}
"""What is left blank where a field cannot be kept."""


class Runners:
    """Who runs services, by the identifiers of a publication.

    Parameters
    ----------
    told
        The organisations as the publication has them, by their identifier.
    """

    def __init__(self, told: Mapping[str, Record]) -> None:
        self._told = told
        self._known: dict[str, Organisation] = {}

    def of(self, service: Record) -> Record:
        """Return who runs a service, as the publication has it; an empty record where it does not say."""
        nested = record_of(service, "organization")
        key = text_of(nested, "id") or text_of(service, "organization_id")
        return self._told.get(key, nested)

    def id_of(self, runner: Record) -> str:
        """Return the identifier in the register; "" where nobody runs it, or what stands for nobody does."""
        name, key = text_of(runner, "name"), text_of(runner, "id")
        if not name or key.lower() == stand_in_id(name):
            return ""
        made = self._make(runner, name, key)
        if made is None:
            return ""
        self._known.setdefault(made.id, made)
        return made.id

    def used(self, ids: Iterable[str]) -> tuple[Organisation, ...]:
        """Return the organisations of some identifiers, each once."""
        return tuple(self._known[key] for key in sorted(set(ids)) if key)

    def _make(self, runner: Record, name: str, key: str) -> Organisation | None:
        scheme, number = _number_of(runner)
        about = without_markup(text_of(runner, "description")[: 4 * LONGEST_TEXT])
        drafted = Organisation(
            id=stable_id("organisation", *((scheme, number) if number else (key or name,))),
            version=0,
            name=shorten(name, LONGEST_NAME),
            description="" if about == name else shorten(about, LONGEST_TEXT),
            website=text_of(runner, "website", "url"),
            scheme=scheme,
            identifier=number,
        )
        try:
            return check_organisation(drafted)
        except FieldsError as faults:
            if not faults.faults.keys() <= _OPTIONAL.keys():
                return None
            blank: dict[str, Any] = {
                name: text for fault in faults.faults for name, text in _OPTIONAL[fault].items()
            }
        return check_organisation(replace(drafted, **blank))


def _number_of(runner: Record) -> tuple[str, str]:
    """Return the scheme and number of an organisation: of a charity before any other."""
    types = {words.casefold(): scheme for scheme, words in SCHEMES.items()}
    found = {}
    for record in items_of(runner, "organization_identifiers"):
        scheme = text_of(record, "identifier_scheme").upper()
        told = text_of(record, "identifier_type")
        scheme = scheme or types.get(told.casefold(), told.upper())
        if number := text_of(record, "identifier"):
            found[scheme] = number
    for scheme in SCHEMES:
        if scheme in found:
            return scheme, found[scheme]
    return next(iter(found.items()), ("", ""))
