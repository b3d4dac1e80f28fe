"""Tells the kind of a place and of its services from what Open Referral says of them.

Our own terms say it outright. Else the words of other taxonomies do, then names, then descriptions, as in
files of assets; what none of them tells is another place.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from data.asset_kinds import OTHER, Finder, asset_kinds, vocabulary
from data.register.open_referral_parts import items_of, record_of, text_of
from data.register.open_referral_terms import kinds_by_term

Record = Mapping[str, Any]


def own_kind(record: Record) -> str:
    """Return the kind that one of our own terms says; "" where none does."""
    for attribute in items_of(record, "attributes"):
        key = text_of(record_of(attribute, "taxonomy_term"), "id") or text_of(attribute, "taxonomy_term_id")
        if kind := kinds_by_term().get(key.lower()):
            return kind
    return ""


def terms_of(service: Record) -> tuple[str, ...]:
    """Return the words of the taxonomies that a service is filed under, of either shape."""
    found = [
        text_of(record_of(attribute, "taxonomy_term"), "name", "term")
        for attribute in items_of(service, "attributes")
    ]
    found += [
        text_of(record_of(link, "taxonomy"), "name")
        for link in items_of(service, "service_taxonomys", "service_taxonomies")
    ]
    return tuple(dict.fromkeys(filter(None, found)))


def kind_of_service(service: Record) -> tuple[str, str]:
    """Return the kind of a service and the finer kind in words."""
    if kind := own_kind(service):
        return kind, ""
    words = vocabulary()
    for term in terms_of(service):
        if told := _tell(term, words.types):
            kind, word = told
            return kind, words.kinds[kind].details.get(word, term)
    name = text_of(service, "name")
    for text, finder in ((name, words.names), (text_of(service, "description"), words.descriptions)):
        if told := _tell(text[:2_000], finder):
            kind, word = told
            return kind, words.kinds[kind].details.get(word, "")
    return OTHER, next(iter(terms_of(service)), "")


def kind_of_place(location: Record, services: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the kind of a place and the finer kind in words.

    Parameters
    ----------
    location
        As the publication has it.
    services
        Kind and finer kind of each service there.
    """
    if kind := own_kind(location):
        return kind, text_of(location, "description")
    words = vocabulary()
    if told := _tell(text_of(location, "name")[:2_000], words.names):
        kind, word = told
        return kind, words.kinds[kind].details.get(word, "")
    offered = list(services)
    counts = Counter(kind for kind, _ in offered if kind != OTHER) or Counter({OTHER: 1})
    order = list(asset_kinds())
    kind = min(counts, key=lambda kind: (-counts[kind], order.index(kind)))
    return kind, next((detail for told_kind, detail in offered if told_kind == kind and detail), "")


def _tell(text: str, finder: Finder) -> tuple[str, str] | None:
    """Return the kind that a text tells, and the word that tells it."""
    found = finder.find_last(text)
    return (found[1], found[0]) if found else None
