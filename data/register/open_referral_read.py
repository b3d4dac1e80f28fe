"""Reads what others publish as Open Referral, 3.0 or 1.0, as places for the register.

A place is what one organisation offers at one location. What cannot be a place comes back with its reason.

An open publication is public, but a person in it has not agreed to be in ours: only a telephone number or an
e-mail address that stands without a name, and is not written like somebody's own, comes with consent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from data.postcode_text import canonical, squeeze
from data.register.fields import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_TEXT,
    MOST_SERVICES,
    FieldsError,
    check_place,
)
from data.register.open_referral_kinds import kind_of_place, kind_of_service, own_kind
from data.register.open_referral_load import Gathered, gather
from data.register.open_referral_parts import (
    access_of,
    address_of,
    ages_of,
    costs_of,
    day_of,
    items_of,
    openings_of,
    record_of,
    shorten,
    text_of,
    without_markup,
)
from data.register.open_referral_runners import Runners
from data.register.open_referral_spots import (
    Spot,
    contacts_of,
    hold,
    is_visited,
    name_of,
    point_of,
    unusable,
    without,
)
from data.register.open_referral_terms import as_uuid, service_id_of, stable_id
from data.register.records import Organisation, Place, Service, State

Record = Mapping[str, Any]
_SCHEDULES: Final = ("schedules", "regular_schedules", "regular_schedule")


@dataclass(frozen=True)
class Rejected:
    """What is no place of the register: what tells it in the publication, its name, and why.

    `number` is that of its service in the publication, from 1; 0 for what is no service.
    """

    key: str
    name: str
    reason: str
    number: int = 0


@dataclass(frozen=True)
class OpenReferral:
    """What a publication holds for the register.

    Attributes
    ----------
    places
        Each with a point, or with a postcode and no point yet. Those that speak of a confidential place are
        held, and submitted rather than published.
    organisations
        Who runs them.
    rejected
        What is no place, with reasons.
    notes
        What was left out of places, counted.
    version
        "3.0" or "1.0".
    numbers
        The number of the first service of each place in the publication, by the place's id.
    """

    places: tuple[Place, ...]
    organisations: tuple[Organisation, ...]
    rejected: tuple[Rejected, ...]
    notes: tuple[str, ...]
    version: str
    numbers: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def read(self) -> int:
        """How many rows it has: places, and what is none."""
        return len(self.places) + len(self.rejected)


def read_open_referral(path: Path, dated: date) -> OpenReferral:
    """Read a JSON file, a folder or a zip file of Open Referral.

    Parameters
    ----------
    path
        A service, a page or list of them, organisations with services, or files of such.
    dated
        The day on which it was published: what it says was confirmed then, or earlier where it says so.

    Raises
    ------
    SourceError
        When it cannot be read, is too large, or holds no service.
    """
    return read_gathered(gather(path), dated)


def read_gathered(found: Gathered, dated: date) -> OpenReferral:
    """Read what was gathered from a publication: see `read_open_referral`."""
    reader = _Reader(found, dated)
    made = [(spot, place) for spot in reader.spots() if (place := reader.place_of(spot)) is not None]
    places = [place for _, place in made]
    return OpenReferral(
        places=tuple(places),
        organisations=reader.runners.used(place.organisation_id for place in places),
        rejected=tuple(reader.rejected),
        notes=tuple(f"{count:,} × {what}" for what, count in sorted(reader.lost.items())),
        version="1.0" if found.old else "3.0",
        numbers={place.id: reader.numbers[spot.services[0][0]] for spot, place in made},
    )


def newest_day(found: Gathered, today: date) -> date | None:
    """Return the newest day on which a publication says that something of it was changed or looked at."""
    told = (
        day_of(text_of(service, name))
        for service in found.services.values()
        for name in ("last_modified", "assured_date")
    )
    return max((day for day in told if day is not None and day <= today), default=None)


class _Reader:
    """Turns what was gathered into places, one spot after the other."""

    def __init__(self, found: Gathered, dated: date) -> None:
        self.found, self.dated = found, dated
        self.runners = Runners(found.organisations)
        self.rejected = [Rejected(where, "", reason) for where, reason in found.broken]
        self.lost: dict[str, int] = {}
        self.numbers = {key: number for number, key in enumerate(found.services, start=1)}

    def spots(self) -> Iterable[Spot]:
        """Return who offers what where, in the order of the keys; services that are nowhere are rejected."""
        spots: dict[tuple[str, str], Spot] = {}
        for key, service in sorted(self.found.services.items()):
            links = self.found.at.get(key, {})
            locations = [link["location"] for link in links.values()]
            if reason := unusable(service, locations):
                self._reject(key, text_of(service, "name"), reason)
                continue
            for place_key, link in links.items():
                if is_visited(link["location"]):
                    self._put(spots, place_key, key, service, link)
        runners = Counter(place_key for place_key, _ in spots)
        for (place_key, _), spot in spots.items():
            spot.shared = runners[place_key] > 1
        return [spots[key] for key in sorted(spots)]

    def place_of(self, spot: Spot) -> Place | None:
        """Return the place at a spot; None where it is none, with the reason kept."""
        location = spot.location
        kinds = [kind_of_service(service) for _, service, _ in spot.services]
        kind, detail = kind_of_place(location, kinds)
        name = shorten(name_of(spot), LONGEST_NAME)
        address, typed = address_of(location, name)
        postcode = canonical(squeeze(typed[:20])) or ""
        easting, northing, fault = point_of(location)
        if fault and not postcode:
            self._reject(spot.services[0][0], name, f"{fault}, and no postcode")
            return None
        place_id = stable_id("open referral", spot.key)
        services = self._services_of(spot, place_id, [one for one, _ in kinds])
        drafted = Place(
            id=place_id,
            version=1,
            state=State.PUBLISHED,
            name=name,
            kind=kind,
            detail=shorten(detail, LONGEST_NAME),
            organisation_id=self.runners.id_of(spot.runner),
            address=shorten(address, LONGEST_ADDRESS),
            postcode=postcode,
            easting_m=easting,
            northing_m=northing,
            located_by="" if easting is None else "coordinates",
            website=next((w for _, s, _ in spot.services if (w := text_of(s, "url"))), ""),
            source_key=spot.key if len(spot.key) <= LONGEST_NAME else stable_id(spot.key),
            last_confirmed=self._confirmed(spot),
            services=services,
            contacts=contacts_of(spot, place_id),
        )
        place = self._check(drafted, spot)
        return None if place is None else hold(place, spot)

    def _put(
        self, spots: dict[tuple[str, str], Spot], place_key: str, key: str, service: Record, link: Record
    ) -> None:
        runner = self.runners.of(service)
        runner_key = self.runners.id_of(runner)
        named = f"{place_key}|{runner_key}".strip("|")
        spot = spots.setdefault((place_key, runner_key), Spot(named, record_of(link, "location"), runner))
        spot.services.append((key, service, link))

    def _services_of(self, spot: Spot, place_id: str, kinds: list[str]) -> tuple[Service, ...]:
        """Return the services at a spot; the one that stands for a place without any is none."""
        stand_in = service_id_of(text_of(spot.location, "id")) if own_kind(spot.location) else ""
        made: list[Service] = []
        for (key, service, link), kind in zip(spot.services, kinds, strict=True):
            if as_uuid(key) == stand_in:
                continue
            if len(made) == MOST_SERVICES:
                self._reject(key, text_of(service, "name"), f"its place has {MOST_SERVICES} services already")
                continue
            made.append(self._service(service, link, kind, stable_id("service", place_id, key)))
        return tuple(made)

    def _service(self, service: Record, link: Record, kind: str, service_id: str) -> Service:
        schedules = [schedule for record in (service, link) for schedule in items_of(record, *_SCHEDULES)]
        openings, note = openings_of(schedules, self.dated)
        lowest, highest = ages_of(service)
        cost, free = costs_of(service)
        description = without_markup(text_of(service, "description")[: 4 * LONGEST_TEXT])
        return Service(
            id=service_id,
            name=shorten(text_of(service, "name"), LONGEST_NAME),
            kind=kind,
            description=shorten(description, LONGEST_TEXT),
            minimum_age=lowest,
            maximum_age=highest,
            cost=shorten(without_markup(cost[: 4 * LONGEST_TEXT]), LONGEST_NAME),
            free=free,
            accessibility=access_of(record_of(link, "location")),
            openings=openings,
            opening_note=shorten(note, LONGEST_NOTE),
        )

    def _confirmed(self, spot: Spot) -> date:
        """Return the day on which somebody last said that it is there: never after it was published."""
        said = [day for _, service, _ in spot.services if (day := day_of(text_of(service, "assured_date")))]
        return min(max(said), self.dated) if said else self.dated

    def _check(self, place: Place, spot: Spot) -> Place | None:
        """Return a place as the register keeps it; a part that cannot be kept is left out, and counted."""
        try:
            return check_place(place)
        except FieldsError as faults:
            mended = without(place, faults.faults)
            if mended is None:
                self._reject(spot.services[0][0], place.name, "; ".join(faults.faults.values()))
                return None
            for fault in faults.faults.values():
                self.lost[fault] = self.lost.get(fault, 0) + 1
        try:
            return check_place(mended)
        except FieldsError as faults:
            self._reject(spot.services[0][0], place.name, "; ".join(faults.faults.values()))
            return None

    def _reject(self, key: str, name: str, reason: str) -> None:
        number = self.numbers.get(key, 0)
        self.rejected.append(Rejected(key[:LONGEST_NAME], name[:LONGEST_NAME], reason, number))
