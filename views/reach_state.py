"""What the reader chose on the Reach page, kept in the address so that a view can be shared.

As on Explore (`views.state`), the session holds the truth while a reader works, and the address wins when it
was changed from outside.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd
import streamlit as st

from data.settings import settings
from geo.travel import Mode
from models.levels import WIDE, Level
from models.reach import Asked
from views.state import EVERY_PLACE, Possible, find_area, hold, unknown_words

NAMES: Final = ("kind", "mode", "minutes", "view", "level", "council", "area", "spot", "closed", "count")
"""Names in the address; in the session they are `key_of(name)`."""

MINUTES: Final = (10, 15, 20, 30, 45)
OPENING_KIND: Final = "family_hub"
SPOT: Final = re.compile(r"(-?\d{1,2}(?:\.\d{1,8})?),(-?\d{1,3}(?:\.\d{1,8})?)", re.ASCII)
WORDS: Final = {
    "kind": "kind of place",
    "mode": "way to travel",
    "spot": "spot of a new place",
    "closed": "place to close",
    "count": "places to count",
}
_WRITTEN: Final = "reach_written"
_TOUCHED: Final = "reach_touched"

Degrees = tuple[float, float]
"""Latitude and longitude."""


class View(StrEnum):
    """What the map shows: how far the nearest place is, who is out of reach, or what a change does."""

    MINUTES = "minutes"
    GAPS = "gaps"
    WHAT_IF = "whatif"


@dataclass(frozen=True)
class Sought:
    """What is asked and shown. An empty text is no choice; no mode where a supplied matrix says how.

    `spot` is where a place opens, or else `closed` the id of one that closes, in `View.WHAT_IF`, which has
    small areas alone.
    """

    kind: str
    mode: Mode | None
    minutes: int
    view: View = View.MINUTES
    level: Level = Level.AREA
    council: str = ""
    area: str = ""
    spot: Degrees | None = None
    closed: str = ""
    count_all: bool = False

    @property
    def asked(self) -> Asked:
        """What is asked of the places."""
        return Asked(self.kind, self.mode or Mode.WALK, float(self.minutes))


@dataclass(frozen=True)
class Offered:
    """What can be chosen: kinds with a place, ways to travel, and what Explore offers of places on the map.

    `places` are those that count: `kind`, by place id.
    """

    kinds: tuple[str, ...]
    modes: tuple[Mode, ...]
    places: pd.DataFrame
    possible: Possible

    @property
    def minutes(self) -> tuple[int, ...]:
        """The times that are offered: that of the settings is among them."""
        return tuple(sorted({*MINUTES, round(settings().reach_min)}))

    def levels(self, council: str) -> list[Level]:
        """Return the levels that reach is shown at."""
        return [level for level in self.possible.levels("", council) if level is not Level.REGION]


def key_of(name: str) -> str:
    """Return the key in the session of a choice."""
    return f"reach_{name}"


def counts_all() -> bool:
    """Say whether places count that nobody has confirmed lately; what can be chosen hangs on it."""
    return _asked()[0].get("count") == EVERY_PLACE


def read_sought(offered: Offered) -> tuple[Sought, tuple[str, ...]]:
    """Return what is asked and notices on what in the address is not understood; call it once a run."""
    asked, is_held = _asked()
    if is_held and asked["kind"] not in offered.kinds:
        # A box sends words, and those of a kind tell how many there are: they may have changed meanwhile.
        asked["kind"] = st.session_state.get(_WRITTEN, {}).get("kind", "")
    st.session_state.pop(_TOUCHED, None)
    sought, notices = parse_sought(asked, offered)
    _write(sought)
    return sought, () if is_held else notices


def keep_choice() -> None:
    """Note that the reader used a widget of this page."""
    st.session_state[_TOUCHED] = True


def choose_area(code: str) -> None:
    """Select an area from a callback: a click on the map or in the table."""
    keep(area=code)


def keep(**texts: str) -> None:
    """Set choices from a callback, as they stand in the address."""
    for name, text in texts.items():
        st.session_state[key_of(name)] = text
    keep_choice()


def parse_sought(asked: Mapping[str, str], offered: Offered) -> tuple[Sought, tuple[str, ...]]:
    """Turn texts into what can be shown; what is not known is ignored with a notice."""
    possible = offered.possible
    several = possible.councils if len(possible.councils) > 1 else {}
    council = asked["council"] if asked.get("council") in several else ""
    allowed: dict[str, Collection[str]] = {
        "kind": offered.kinds,
        "mode": offered.modes,
        "minutes": [str(minutes) for minutes in offered.minutes],
        "view": list(View),
        "level": offered.levels(council),
        "council": possible.councils,
        "count": (EVERY_PLACE,),
    }
    known = {name: asked[name] for name in allowed if asked.get(name) in allowed[name]}
    unknown = [(name, asked[name]) for name in allowed if asked.get(name) and name not in known]
    place = asked.get("area", "")
    view = View(known.get("view", View.MINUTES))
    opening = Level.AREA if council or place else possible.opening_level("")
    level = Level.AREA if view is View.WHAT_IF else Level(known.get("level", opening))
    if level in WIDE:
        council, place = "", place or council
    area = find_area(place, level, council, possible) if place else ""
    spot = parse_spot(asked.get("spot", ""))
    kind = known.get("kind", opening_kind(offered.kinds))
    closed = asked.get("closed", "")
    if closed not in offered.places.index[offered.places["kind"] == kind]:
        closed = ""
    if spot is not None:
        closed = ""  # One change at a time: what two do together is not the sum of what each does.
    found = {"area": area, "spot": spot, "closed": closed}
    unknown += [(name, asked[name]) for name, value in found.items() if asked.get(name) and not value]
    sought = Sought(
        kind=kind,
        mode=Mode(known.get("mode", offered.modes[0])) if offered.modes else None,
        minutes=int(known.get("minutes", round(settings().reach_min))),
        view=view,
        level=level,
        council=council,
        area=area or "",
        spot=spot,
        closed=closed,
        count_all="count" in known,
    )
    return sought, tuple(unknown_words(WORDS.get(name, name), value) for name, value in unknown)


def opening_kind(kinds: Collection[str]) -> str:
    """Return the kind that the page opens with; an empty text where there is no place at all."""
    return OPENING_KIND if OPENING_KIND in kinds else next(iter(kinds), "")


def parse_spot(text: str) -> Degrees | None:
    """Read latitude and longitude; None where a text is not that.

    Examples
    --------
    >>> parse_spot("53.41,-2.35"), parse_spot("here")
    ((53.41, -2.35), None)
    """
    found = SPOT.fullmatch(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def write_spot(spot: Degrees | None) -> str:
    """Write latitude and longitude to about a metre, as they stand in the address."""
    return "" if spot is None else ",".join(f"{part:.5f}" for part in spot)


def _asked() -> tuple[dict[str, str], bool]:
    """Return what is chosen as texts, and whether the session holds it rather than the address."""
    address = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if not st.session_state.get(_TOUCHED, False) and address != st.session_state.get(_WRITTEN):
        return address, False
    return {name: _text(st.session_state.get(key_of(name))) for name in NAMES}, True


def _text(value: str | float | None) -> str:
    if isinstance(value, bool):
        return EVERY_PLACE if value else ""
    return "" if value is None else str(value)


def _write(sought: Sought) -> None:
    mode = sought.mode.value if sought.mode else ""
    texts = {
        "kind": sought.kind,
        "mode": mode,
        "minutes": str(sought.minutes),
        "view": sought.view.value,
        "level": sought.level.value,
        "council": sought.council,
        "area": sought.area,
        "spot": write_spot(sought.spot),
        "closed": sought.closed,
    }
    for name, text in texts.items():
        hold(key_of(name), text)
    hold(key_of("minutes"), sought.minutes)
    hold(key_of("area"), sought.area or None)
    hold(key_of("count"), sought.count_all)
    if sought.view is not View.WHAT_IF:
        texts |= {"spot": "", "closed": ""}
    texts["count"] = EVERY_PLACE if sought.count_all else ""
    address = {name: text for name, text in texts.items() if text}
    if {name: st.query_params.get(name) for name in NAMES if name in st.query_params} != address:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
        st.query_params.from_dict({**others, **address})  # At once: each would be a step of the back button.
    st.session_state[_WRITTEN] = address
