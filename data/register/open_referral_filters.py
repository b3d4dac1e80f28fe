"""What a reader of the feed may ask for, in the words of the standard: kind, age, time, place and date."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from math import hypot, isfinite
from typing import Final

from data.errors import RegisterError
from data.register.open_referral_offers import Offer
from data.register.open_referral_terms import DAYS, as_uuid, kinds_by_term, taxonomy, term_of
from data.register.records import Opening

Test = Callable[[Offer], bool]
FindPostcode = Callable[[str], tuple[float, float] | None]
"""Returns the easting and northing of a postcode in metres; None where there is no such postcode."""

LONGEST_QUERY: Final = 200
FURTHEST_M: Final = 200_000.0
_DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BEFORE_ALL: Final = datetime(1, 1, 1, tzinfo=UTC)


def matching(
    offers: Iterable[Offer], query: Mapping[str, str], find_postcode: FindPostcode | None = None
) -> tuple[Offer, ...]:
    """Return the offers that fit all that is asked for; a parameter that nobody knows asks for nothing.

    Parameters
    ----------
    offers
        What there is.
    query
        Parameters of the address: `search, taxonomy_term_id, taxonomy_id, organization_id, minimum_age,
        maximum_age, day, start_time, end_time, postcode` with `proximity` in metres, `modified_after`.
    find_postcode
        Where a postcode is; None where that cannot be looked up.

    Raises
    ------
    RegisterError
        When a value cannot be understood.
    """
    asked = {name: value.strip() for name, value in query.items() if value.strip()}
    for name, value in asked.items():
        if len(value) > LONGEST_QUERY:
            raise _not_understood(name, f"is longer than {LONGEST_QUERY} characters")
    tests = [test for make in _MAKERS if (test := make(asked)) is not None]
    if "proximity" in asked:
        tests.append(_is_near(asked, find_postcode))
    return tuple(offer for offer in offers if all(test(offer) for test in tests)) if tests else tuple(offers)


def _by_words(asked: Mapping[str, str]) -> Test | None:
    words = asked.get("search", "").casefold().split()
    if not words:
        return None

    def has_all(offer: Offer) -> bool:
        service, place = offer.service, offer.place
        told = (service.name, service.description, place.name, place.detail, place.address, place.postcode)
        text = " ".join((*told, offer.organisation.name, term_of(service.kind)["name"])).casefold()
        return all(word in text for word in words)

    return has_all


def _by_term(asked: Mapping[str, str]) -> Test | None:
    if "taxonomy_term_id" not in asked:
        return None
    kind = kinds_by_term().get(asked["taxonomy_term_id"].lower())
    return lambda offer: kind is not None and kind in (offer.service.kind, offer.place.kind)


def _by_taxonomy(asked: Mapping[str, str]) -> Test | None:
    if "taxonomy_id" not in asked:
        return None
    ours = asked["taxonomy_id"].lower() == taxonomy()["id"]
    return lambda _: ours


def _by_organisation(asked: Mapping[str, str]) -> Test | None:
    if "organization_id" not in asked:
        return None
    wanted = asked["organization_id"].lower()
    return lambda offer: as_uuid(offer.organisation.id) == wanted


def _by_lowest_age(asked: Mapping[str, str]) -> Test | None:
    """Services whose lowest age is at least so much; where nobody said it is 0."""
    if "minimum_age" not in asked:
        return None
    least = _number(asked, "minimum_age")
    return lambda offer: (offer.service.minimum_age or 0) >= least


def _by_highest_age(asked: Mapping[str, str]) -> Test | None:
    """Services whose highest age is at most so much; where nobody said there is no highest."""
    if "maximum_age" not in asked:
        return None
    most = _number(asked, "maximum_age")
    return lambda offer: offer.service.maximum_age is not None and offer.service.maximum_age <= most


def _by_opening(asked: Mapping[str, str]) -> Test | None:
    """Services with one opening that fits day, earliest start and latest end together."""
    fits: list[Callable[[Opening], bool]] = []
    if "day" in asked:
        day = _day(asked["day"])
        fits.append(lambda opening: opening.day == day)
    if "start_time" in asked:
        start = _time(asked, "start_time")
        fits.append(lambda opening: opening.opens >= start)
    if "end_time" in asked:
        end = _time(asked, "end_time")
        fits.append(lambda opening: opening.closes <= end)
    if not fits:
        return None
    return lambda offer: any(all(fit(opening) for fit in fits) for opening in offer.service.openings)


def _by_change(asked: Mapping[str, str]) -> Test | None:
    if "modified_after" not in asked:
        return None
    # a plus sign that was not written as %2B arrives as a space
    text = asked["modified_after"].replace(" ", "+" if "T" in asked["modified_after"] else "T")
    try:
        after = datetime.fromisoformat(text)
    except ValueError as error:
        raise _not_understood("modified_after", "is no moment such as 2026-01-31T09:30:00Z") from error
    after = after.replace(tzinfo=UTC) if after.tzinfo is None else after
    return lambda offer: (offer.place.updated_at or _BEFORE_ALL) >= after


_MAKERS: Final = (
    _by_term,
    _by_taxonomy,
    _by_organisation,
    _by_lowest_age,
    _by_highest_age,
    _by_opening,
    _by_change,
    _by_words,
)
"""Each makes the test of one parameter, or None where it is not asked for; the dearest last."""


def _is_near(asked: Mapping[str, str], find_postcode: FindPostcode | None) -> Test:
    """Return the test of being within so many metres of a postcode."""
    within = _number(asked, "proximity")
    if not 0 < within <= FURTHEST_M:
        raise _not_understood("proximity", f"is not between 1 and {FURTHEST_M:,.0f} metres")
    if "postcode" not in asked:
        raise _not_understood("proximity", "has no postcode to be near")
    found = find_postcode(asked["postcode"]) if find_postcode else None
    if found is None:
        raise _not_understood("postcode", "is not one that can be looked up here")
    return partial(_within, found, within)


def _within(point: tuple[float, float], within: float, offer: Offer) -> bool:
    east, north = offer.place.easting_m, offer.place.northing_m
    return east is not None and north is not None and hypot(east - point[0], north - point[1]) <= within


def _number(asked: Mapping[str, str], name: str) -> float:
    try:
        value = float(asked[name])
    except ValueError as error:
        raise _not_understood(name, "is not a number") from error
    if not isfinite(value):
        raise _not_understood(name, "is not a number")
    return value


def _day(text: str) -> int:
    word = text.casefold()
    for number, (code, name) in enumerate(zip(DAYS, _DAY_NAMES, strict=True)):
        if word in (code.casefold(), name, name[:3]):
            return number
    try:
        return date.fromisoformat(text).weekday()
    except ValueError as error:
        raise _not_understood("day", "is no day such as MO or monday") from error


def _time(asked: Mapping[str, str], name: str) -> str:
    try:
        return f"{time.fromisoformat(asked[name]):%H:%M}"
    except ValueError as error:
        raise _not_understood(name, "is no time such as 09:30") from error


def _not_understood(name: str, wrong: str) -> RegisterError:
    return RegisterError(f"The parameter {name} {wrong}.", "Change it or leave it out.")
