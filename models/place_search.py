"""Find places by words, kind and when they were last confirmed."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from data.asset_kinds import asset_kinds, plain
from data.register.records import Place, is_stale


@dataclass(frozen=True, eq=False)
class Listing:
    """Places made ready to be searched.

    Attributes
    ----------
    places
        The places.
    dated
        Whether it is known when they were confirmed: of the register's, but not of those of files.
    """

    places: Sequence[Place]
    dated: bool

    @cached_property
    def texts(self) -> list[str]:
        """What is searched of each place, in plain letters."""
        return [plain(" ".join(_words_of(place))) for place in self.places]

    @cached_property
    def by_id(self) -> dict[str, Place]:
        """The places by their ids."""
        return {place.id: place for place in self.places}

    def find(self, words: str, confirmed: bool | None, day: date, stale_months: int) -> list[Place]:
        """Return the places that have all the words, in order of their names; those named so come first.

        Parameters
        ----------
        words
            What is searched for; all places for an empty text.
        confirmed
            Whether they are confirmed lately; None for both.
        day, stale_months
            The day, and after how many months without a word a place is not.
        """
        wanted = plain(words).split()
        found = [
            place
            for place, text in zip(self.places, self.texts, strict=True)
            if all(word in text for word in wanted)
            and (confirmed is None or is_stale(place.last_confirmed, day, stale_months) != confirmed)
        ]
        return sorted(
            found, key=lambda place: (not _is_named(place, wanted), place.name.casefold(), place.id)
        )


def of_kinds(places: Sequence[Place], kinds: Collection[str]) -> list[Place]:
    """Return the places of some kinds; all where none is named."""
    return [place for place in places if not kinds or place.kind in kinds]


def count_places(places: Sequence[Place]) -> dict[str, int]:
    """Count places by kind, in the order in which kinds are shown."""
    counts = Counter(place.kind for place in places)
    return {kind: counts[kind] for kind in asset_kinds() if counts[kind]}


def _is_named(place: Place, wanted: Sequence[str]) -> bool:
    name = plain(place.name)
    return all(word in name for word in wanted)


def _words_of(place: Place) -> list[str]:
    kind = asset_kinds().get(place.kind)
    offered = [text for service in place.services for text in (service.name, service.description)]
    where = [place.address, place.postcode, place.ward_name]
    return [place.name, place.detail, kind.singular if kind else "", *where, *offered]
