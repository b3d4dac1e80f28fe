"""What published places offer: services, each at a place and by an organisation, ready to leave the register.

A place without services offers one that stands for it; a place of which nobody said who runs it has the
publisher of its source for an organisation, which says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from data.register.open_referral_terms import UNKNOWN_RUNNER, as_uuid, service_id_of, stand_in_id, term_of
from data.register.records import Organisation, Place, Service, Source, State, is_stale

NATION: Final = "England"
"""The `state_province` of an address whose council is not known: the standard asks for one."""

DECIMALS: Final = 5
"""Of degrees: about a metre."""


@dataclass(frozen=True)
class Offer:
    """A service at a place, by whoever runs it.

    Attributes
    ----------
    place, service, organisation
        The records; service and organisation may stand in for what nobody said.
    latitude, longitude
        In degrees; None where the place has no point.
    province
        The council, for the address.
    unconfirmed
        Whether nobody has said for too long that the place is there.
    """

    place: Place
    service: Service
    organisation: Organisation
    latitude: float | None
    longitude: float | None
    province: str
    unconfirmed: bool


def make_offers(
    places: Iterable[Place],
    organisations: Iterable[Organisation],
    sources: Iterable[Source],
    day: date,
    stale_months: int,
    councils: Mapping[str, str] | None = None,
) -> tuple[Offer, ...]:
    """Return what published places offer, by identifier; what is confidential or held is never among it.

    Parameters
    ----------
    places
        As `Register.published` gives them.
    organisations, sources
        Who runs them, and where they come from.
    day, stale_months
        The day on which places not confirmed for so many months are stale.
    councils
        The name of the council of each ward, by the ward's code.
    """
    shown = [place for place in places if may_leave(place)]
    running = {one.id: one for one in organisations}
    publishers = {source.id: source.publisher for source in sources}
    points = degrees_of(shown)
    offers = []
    for place, (latitude, longitude) in zip(shown, points, strict=True):
        runner = running.get(place.organisation_id) or stand_in(publishers.get(place.source_id, ""))
        province = (councils or {}).get(place.ward_code) or NATION
        stale = is_stale(place.last_confirmed, day, stale_months)
        for service in place.services or (_service_of(place),):
            offers.append(Offer(place, service, runner, latitude, longitude, province, stale))
    return tuple(sorted(offers, key=lambda offer: as_uuid(offer.service.id)))


def may_leave(place: Place) -> bool:
    """Say whether a place may leave the register: published, and neither confidential nor held."""
    return place.state in (State.PUBLISHED, State.STALE) and not place.withheld


def stand_in(publisher: str) -> Organisation:
    """Return the organisation of a place of which nobody said who runs it."""
    if not publisher:
        about = "Nobody has recorded who runs the places listed under this entry."
        return Organisation(stand_in_id(UNKNOWN_RUNNER), 1, UNKNOWN_RUNNER, about)
    about = f"Published the list that these places come from: {publisher}. Who runs each is not recorded."
    return Organisation(stand_in_id(publisher), 1, publisher, about)


def _service_of(place: Place) -> Service:
    """Return the service that stands for a place of which no service is known."""
    return Service(service_id_of(place.id), place.name, place.kind, f"{term_of(place.kind)['name']}.")


def degrees_of(places: Sequence[Place]) -> list[tuple[float | None, float | None]]:
    """Return latitude and longitude of places, None for one without a point."""
    from pyproj import Transformer

    if not places:
        return []
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    nowhere = float("nan")
    east, north = (
        [nowhere if value is None else value for value in values]
        for values in zip(*((p.easting_m, p.northing_m) for p in places), strict=True)
    )
    longitudes, latitudes = to_degrees.transform(east, north)
    return [
        (round(lat, DECIMALS), round(lon, DECIMALS)) if abs(lat) <= 90 and abs(lon) <= 180 else (None, None)
        for lat, lon in zip(latitudes, longitudes, strict=True)
    ]
