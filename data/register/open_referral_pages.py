"""The feed of Open Referral UK: its addresses, their pages, and one record each.

A feed is made once for each revision of the register; what is asked for is written when it is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from data.errors import RegisterError
from data.register.open_referral_filters import FindPostcode, matching
from data.register.open_referral_offers import Offer, make_offers
from data.register.open_referral_terms import OPENAPI, PROFILE, VERSION, as_uuid, taxonomy, terms
from data.register.open_referral_write import Record, link_id, write_link, write_organisation, write_service
from data.register.records import Organisation, Place, Source

PER_PAGE: Final = 50
MOST_PER_PAGE: Final = 1_000


@dataclass(frozen=True)
class Feed:
    """What the feed says at one revision of the register.

    Attributes
    ----------
    offers
        Services at places, by identifier.
    sources
        The files that the places come from.
    """

    offers: tuple[Offer, ...]
    sources: tuple[Source, ...] = ()

    def root(self) -> Record:
        """Say which version of the standard this is, and whose the data are."""
        return {"version": VERSION, "profile": PROFILE, "openapi_url": OPENAPI, "sources": list(self.credits)}

    @cached_property
    def credits(self) -> tuple[Record, ...]:
        """The sources that what is shown comes from, with licence and attribution."""
        used = {offer.place.source_id for offer in self.offers}
        return tuple(
            {
                "title": source.title,
                "publisher": source.publisher,
                "licence": source.licence,
                "attribution": source.attribution,
                "dated": source.dated.isoformat(),
            }
            for source in self.sources
            if source.id in used
        )

    def page(
        self, name: str, query: Mapping[str, str], find_postcode: FindPostcode | None = None
    ) -> Record | None:
        """Return one page of a list; None where the list has no such page.

        Raises
        ------
        RegisterError
            When a parameter cannot be understood.
        """
        number = _whole(query, "page", 1)
        size = _whole(query, "per_page", PER_PAGE, MOST_PER_PAGE)
        items, write = self._list(name, query, find_postcode)
        pages = max(1, -(-len(items) // size))
        if number > pages:
            return None
        contents = [write(item) for item in items[(number - 1) * size : number * size]]
        return _page(contents, len(items), number, pages)

    def whole_list(self, name: str) -> Record:
        """Return a list as a single page, for a file."""
        items, write = self._list(name, {}, None)
        return _page([write(item) for item in items], len(items), 1, 1)

    def one(self, name: str, key: str) -> Record | None:
        """Return one record with all that belongs to it; None where there is none."""
        item = self._items[name].get(key.lower())
        return None if item is None else _WHOLE[name](item)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the identifiers of the records of a list."""
        return tuple(self._items[name])

    @cached_property
    def _items(self) -> Mapping[str, Mapping[str, Any]]:
        running = {as_uuid(offer.organisation.id): offer.organisation for offer in self.offers}
        whole = taxonomy()
        return {
            "services": {as_uuid(offer.service.id): offer for offer in self.offers},
            "service_at_locations": dict(sorted((link_id(offer), offer) for offer in self.offers)),
            "organizations": dict(sorted(running.items())),
            "taxonomies": {whole["id"]: whole},
            "taxonomy_terms": dict(sorted((term["id"], term) for term in terms().values())),
        }

    def _list(
        self, name: str, query: Mapping[str, str], find_postcode: FindPostcode | None
    ) -> tuple[Sequence[Any], Callable[[Any], Record]]:
        items = tuple(self._items[name].values())
        if name in ("services", "service_at_locations"):
            items = matching(items, query, find_postcode)
        return items, _SHORT[name]


def make_feed(
    places: Sequence[Place],
    organisations: Sequence[Organisation],
    sources: Sequence[Source],
    day: date,
    stale_months: int,
    councils: Mapping[str, str] | None = None,
) -> Feed:
    """Make the feed of what is published; the parameters are those of `make_offers`."""
    return Feed(make_offers(places, organisations, sources, day, stale_months, councils), tuple(sources))


_SHORT: Final[Mapping[str, Callable[[Any], Record]]] = {
    "services": lambda offer: write_service(offer, whole=False),
    "service_at_locations": lambda offer: write_link(offer, whole=False),
    "organizations": lambda organisation: write_organisation(organisation, whole=False),
    "taxonomies": dict,
    "taxonomy_terms": dict,
}
"""How each list writes an item."""

_WHOLE: Final[Mapping[str, Callable[[Any], Record]]] = {
    "services": write_service,
    "service_at_locations": write_link,
    "organizations": write_organisation,
    "taxonomies": lambda whole: whole | {"taxonomy_terms": list(terms().values())},
    "taxonomy_terms": dict,
}
"""How the address of one record writes it. The services of an organisation, perhaps thousands, are asked for
page by page, `/services?organization_id=`."""

LISTS: Final = tuple(_SHORT)


def _page(contents: list[Record], total: int, number: int, pages: int) -> Record:
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number == pages,
        "empty": not contents,
        "contents": contents,
    }


def _whole(query: Mapping[str, str], name: str, default: int, most: int | None = None) -> int:
    """Return a whole number from 1, up to a limit where there is one."""
    text = query.get(name, "").strip()
    if not text:
        return default
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if value < 1 or (most is not None and value > most):
        upto = f" to {most:,}" if most else ""
        raise RegisterError(
            f"The parameter {name} is no whole number from 1{upto}.", "Change it or leave it out."
        )
    return value
