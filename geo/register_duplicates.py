"""Places of the register that may be the one that somebody adds: by name, postcode, distance and telephone.

`geo.duplicates` decides for whole files; this finds, while somebody types, what they may have missed.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

import numpy as np
import phonenumbers
import shapely
from rapidfuzz import fuzz, process

from data.asset_kinds import asset_kinds
from data.postcode_text import canonical, squeeze
from data.register.records import Place
from geo.duplicates import ALIKE, WIDE_KINDS, WIDE_M
from geo.plain_names import PlainName, plain_name

SAME: Final = 80.0
"""From this score on a place is probably the same."""

LISTED: Final = 55.0
"""From this score on a place is worth a look."""

NEAR_M: Final = 500.0
_KEPT: Final = 4
_PART_OF: Final = 85.0
"""What a name counts that has all the words of the other, and more."""

_TOLD_APART: Final = 50.0
"""The most that names count that tell themselves apart, such as an infant and a junior school."""

_OTHER_SIGNS: Final = 70.0
_BY_NAME_ALONE: Final = 0.75

_ONE_POSTCODE: Final = ((250.0, 1.0), (500.0, 0.9), (1_000.0, 0.8), (float("inf"), 0.6))
_TWO_POSTCODES: Final = ((50.0, 1.0), (100.0, 0.9), (NEAR_M, 0.7))
_POSTCODE_UNTOLD: Final = ((100.0, 1.0), (150.0, 0.85), (NEAR_M, 0.7))
"""How much of what the names count is left, by how far the two stand apart at most, in metres."""


@dataclass(frozen=True)
class Alike:
    """A place that may be the same.

    Attributes
    ----------
    place
        The place.
    score
        How alike the two are, 0 to 100; from `SAME` on they probably are one.
    distance_m
        How far apart they stand, in metres; None where one of the two is not located.
    why
        In words: "the same name, 40 m away".
    """

    place: Place
    score: float
    distance_m: float | None
    why: str


def find_alike(candidate: Place, others: Sequence[Place], limit: int = 5) -> tuple[Alike, ...]:
    """Find the places that may be the one that is added, the likeliest first.

    A place of another kind counts too: a library that is a warm hub is one place. What was asked once of
    the same places is answered fast again.

    Parameters
    ----------
    candidate
        The place as far as it is told: a name, and a postcode, a point or a telephone number if known.
    others
        The places it is compared with. The candidate itself is passed over.
    limit
        How many to name at most.

    Returns
    -------
    tuple of Alike
        None below `LISTED`.
    """
    if not candidate.name.strip():
        return ()
    index = _index_of(others)
    asked = _Told.of(candidate)
    found = [
        alike
        for number in index.worth_a_look(asked)
        if index.places[number].id != candidate.id
        and (alike := _compare(asked, index.told[number])).score >= LISTED
    ]
    found.sort(key=lambda a: (-a.score, a.distance_m if a.distance_m is not None else NEAR_M, a.place.id))
    return tuple(found[: max(limit, 0)])


@dataclass(frozen=True)
class _Told:
    """What of a place is compared."""

    place: Place
    name: PlainName
    postcode: str
    east_m: float | None
    north_m: float | None
    phones: frozenset[str]

    @classmethod
    def of(cls, place: Place) -> "_Told":
        """Make a place fit to be compared."""
        phones = {_international(contact.phone) for contact in place.contacts}
        postcode = canonical(squeeze(place.postcode)) or ""
        known = place.easting_m is not None and place.northing_m is not None
        east, north = (place.easting_m, place.northing_m) if known else (None, None)
        return cls(place, _plain(place.name), postcode, east, north, frozenset(phones - {""}))

    def distance_to(self, other: "_Told") -> float | None:
        """Return the distance in metres; None where one of the two is nowhere."""
        if self.east_m is None or self.north_m is None or other.east_m is None or other.north_m is None:
            return None
        return float(np.hypot(self.east_m - other.east_m, self.north_m - other.north_m))


class _Index:
    """Places made fit to be asked for by point, postcode, telephone and name."""

    def __init__(self, others: Sequence[Place]) -> None:
        self.places = tuple(others)
        self.told = [_Told.of(place) for place in self.places]
        located = [n for n, t in enumerate(self.told) if t.east_m is not None]
        self.located = np.array(located, dtype=np.int64)
        east, north = ([getattr(self.told[n], axis) for n in located] for axis in ("east_m", "north_m"))
        self.tree = shapely.STRtree(shapely.points(np.array(east, float), np.array(north, float)))
        self.cores = [told.name.core for told in self.told]
        self.by_key: dict[str, list[int]] = {}
        for number, told in enumerate(self.told):
            for key in (*told.phones, *([told.postcode] if told.postcode else [])):
                self.by_key.setdefault(key, []).append(number)

    def worth_a_look(self, asked: _Told) -> list[int]:
        """Return the numbers of places that stand near, or share a postcode or a telephone number.

        Where it is not told where the candidate stands, places of a like name anywhere are looked at too.
        """
        found = {n for key in (asked.postcode, *asked.phones) for n in self.by_key.get(key, ())}
        if asked.east_m is not None:
            point = shapely.Point(asked.east_m, asked.north_m)
            found |= set(self.located[self.tree.query(point, "dwithin", NEAR_M)].tolist())
        elif not asked.postcode and self.cores:
            likeness = process.cdist([asked.name.core], self.cores, scorer=fuzz.ratio, score_cutoff=ALIKE)
            found |= set(np.flatnonzero(likeness[0]).tolist())
        return sorted(found)


_indexes: "OrderedDict[int, _Index]" = OrderedDict()
_lock = Lock()


def _index_of(others: Sequence[Place]) -> _Index:
    """Return the index of places, made once for the same versions of the same places."""
    key = hash(tuple((p.id, p.version, p.easting_m, len(p.contacts)) for p in others))
    with _lock:
        index = _indexes.pop(key, None)
    if index is None or len(index.places) != len(others):
        index = _Index(others)
    with _lock:
        _indexes[key] = index
        while len(_indexes) > _KEPT:
            _indexes.popitem(last=False)
    return index


def _compare(asked: _Told, other: _Told) -> Alike:
    apart_m = asked.distance_to(other)
    names = _name_points(asked, other)
    nearness = _nearness(asked, other, apart_m)
    score = names * nearness
    phone = bool(asked.phones & other.phones)
    if phone and names > _TOLD_APART:
        score = max(score, names, SAME)
    return Alike(other.place, round(score, 1), apart_m, _say_why(asked, other, names, apart_m, phone))


def _name_points(asked: _Told, other: _Told) -> float:
    """Say how alike two names are, 0 to 100, with what the kinds say."""
    a, b = asked.name, other.name
    points = _likeness(a, b)
    one_kind = asked.place.kind == other.place.kind
    if a.differs(b) or (one_kind and _details_differ(asked.place.detail, other.place.detail)):
        return min(points, _TOLD_APART)
    if a.signs != b.signs and not one_kind:
        return min(points, _OTHER_SIGNS)
    return points


def _likeness(a: PlainName, b: PlainName) -> float:
    if a.core == b.core or (a.short == b.core or a.core == b.short):
        return 100.0
    ratio = fuzz.ratio(a.core, b.core)
    if a.signs == b.signs and fuzz.token_set_ratio(a.core, b.core) >= 95.0:
        return max(ratio, _PART_OF)
    return ratio if ratio >= ALIKE else ratio - (100.0 - ALIKE)


def _details_differ(first: str, second: str) -> bool:
    one, two = _plain(first).signs, _plain(second).signs
    return bool(one and two and one.isdisjoint(two))


def _nearness(asked: _Told, other: _Told, apart_m: float | None) -> float:
    together = bool(asked.postcode) and asked.postcode == other.postcode
    if apart_m is None:
        return 1.0 if together else _BY_NAME_ALONE
    steps: Sequence[tuple[float, float]]
    if together:
        steps = _ONE_POSTCODE
    else:
        steps = _TWO_POSTCODES if asked.postcode and other.postcode else _POSTCODE_UNTOLD
    near = next((share for most_m, share in steps if apart_m <= most_m), 0.0)
    wide = not WIDE_KINDS.isdisjoint((asked.place.kind, other.place.kind)) and apart_m <= WIDE_M
    return max(near, 0.9) if wide else near


def _say_why(asked: _Told, other: _Told, names: float, apart_m: float | None, phone: bool) -> str:
    """Say what two places have in common, in words."""
    if names >= 100.0:
        parts = ["the same name"]
    else:
        parts = ["a like name"] if names > _TOLD_APART else ["another name"]
    if phone:
        parts.append("the same telephone number")
    if asked.postcode and asked.postcode == other.postcode:
        parts.append("the same postcode")
    elif apart_m is not None:
        parts.append("at the same spot" if apart_m < 5 else f"{max(10, round(apart_m, -1)):,.0f} m away")
    if asked.place.kind != other.place.kind and (kind := asset_kinds().get(other.place.kind)):
        parts.append(f"listed under {kind.plural}")
    return ", ".join(parts)


@lru_cache(maxsize=65_536)
def _plain(name: str) -> PlainName:
    return plain_name(name)


@lru_cache(maxsize=65_536)
def _international(phone: str) -> str:
    """Write a telephone number in one way; "" where it is none."""
    if not phone.strip():
        return ""
    try:
        number = phonenumbers.parse(phone, "GB")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
