"""What the reader chose, kept in the address so that a view can be shared.

The session holds the truth while a reader works; the address mirrors it. The address wins when it was
changed from outside: a shared link, or the browser's back button.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import pandas as pd
import streamlit as st

from data.indicators import Indicator
from data.need_weights import Weights, parse_weights, write_weights
from geo.area_table import AreaTable
from models.conditions import Condition
from models.levels import CODE_COLUMNS, WIDE, Level, levels_of
from views.shown import Show, Shown, Way, parse_shown, shown_texts

CHOICES: Final = (
    *("show", "indicator", "with", "way", "find", "level", "council", "area", "points", "count", "weights"),
)
"""Names in the address, and keys of the widgets in the session."""

EVERY_PLACE: Final = "all"
"""What the address says where those places count, too, that nobody has confirmed lately."""


NO_POINTS: Final = "none"
OPENING: Final = "need_idaci_rank"
WORDS: Final = {
    "points": "points on the map",
    "show": "way to show",
    "with": "indicator to go with",
    "way": "way to draw two",
    "find": "conditions to find",
    "count": "places to count",
}
_WRITTEN: Final = "address_written"
_TOUCHED: Final = "address_touched"


@dataclass(frozen=True)
class Chosen:
    """What is shown. An empty text is no choice: all councils, no selected area.

    `points` are the kinds of place whose markers stand on the map. `show` is the way of looking; `other` is
    the second of two indicators and `way` how the two are drawn; `find` is what is searched for; `weights`
    are the reader's weights of need; `count_all` lets places count that nobody has confirmed lately.
    """

    indicator: str
    level: Level = Level.AREA
    council: str = ""
    area: str = ""
    points: tuple[str, ...] = ()
    show: Show = Show.ONE
    other: str = ""
    way: Way = Way.BOTH
    find: tuple[Condition, ...] = ()
    weights: Weights = ()
    count_all: bool = False

    @property
    def view(self) -> tuple[str, str, str]:
        """What the table shows: everything but the selected area and the places."""
        return self.indicator, self.level.value, self.council


@dataclass(frozen=True)
class Possible:
    """What can be chosen in a build.

    Attributes
    ----------
    indicators
        Ids of the offered indicators, the opening one first.
    councils
        Council names by code.
    identity
        One row a small area: `la_code`, `ward_code` and perhaps `locality_code` and `region_code`, indexed by
        area code.
    by_area_alone
        Indicators that are not added up: they are shown by small area and at no other level.
    kinds
        The kinds of place that there are, in their order.
    opening_kinds
        Those that the map shows until another choice is made.
    is_large
        Whether the place opens on its councils, for it has too many small areas to show them unasked.
    offered
        What the offered indicators mean, by id.
    """

    indicators: tuple[str, ...]
    councils: Mapping[str, str]
    identity: pd.DataFrame
    by_area_alone: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()
    opening_kinds: tuple[str, ...] = ()
    is_large: bool = False
    offered: Mapping[str, Indicator] = field(default_factory=dict)

    def levels_of_all(self, indicators: Collection[str], council: str = "") -> list[Level]:
        """Return the levels that each of several indicators can be shown at."""
        each = [self.levels(indicator, council) for indicator in indicators]
        return [level for level in each[0] if all(level in levels for levels in each)]

    def levels(self, indicator: str, council: str = "") -> list[Level]:
        """Return the levels that an indicator can be shown at: those whose codes the areas shown know."""
        if indicator in self.by_area_alone:
            return [Level.AREA]
        return [level for level in Level if level is Level.AREA or self._is_level_of(level, council)]

    def _is_level_of(self, level: Level, council: str) -> bool:
        its = self.councils_of(level)
        if level in WIDE:  # one council beside no other, or one region, is nothing to compare
            return len(its) > 1
        return bool(len(its)) and (not council or bool(its.eq(council).any()))

    def opening_level(self, indicator: str) -> Level:
        """Return the level that a map opens on when the address names no place."""
        wide = self.is_large and Level.COUNCIL in self.levels(indicator)
        return Level.COUNCIL if wide else Level.AREA

    def councils_of(self, level: Level) -> pd.Series:
        """Return the council of each shape of a level, by its code; of a region the first."""
        return self._councils[level]

    @cached_property
    def _councils(self) -> dict[Level, pd.Series]:
        found = {Level.AREA: self.identity["la_code"]}
        for level, column in CODE_COLUMNS.items():
            known = self.identity.get(column, pd.Series(dtype=object)).dropna().drop_duplicates()
            found[level] = self.identity["la_code"].reindex(known.index).set_axis(pd.Index(known))
        return found

    def part_of(self, code: str, level: Level) -> str:
        """Return the shape of a level that a small area or a council is part of; the code itself if none."""
        column = CODE_COLUMNS[level]
        if code in self.identity.index:
            return str(self.identity.at[code, column])
        if level is Level.REGION and code in self.councils:
            return str(self.identity.loc[self.identity["la_code"].eq(code), column].iloc[0])
        return code


def possible_choices(
    areas: AreaTable, offered: Mapping[str, Indicator], kinds: Mapping[str, bool] | None = None
) -> Possible:
    """Return what can be chosen in a build. It opens on income deprivation affecting children.

    Parameters
    ----------
    areas
        The small areas.
    offered
        The indicators that a map can show, by id.
    kinds
        The kinds of place that there are, in their order, and whether a map shows them at first.
    """
    first = [OPENING] if OPENING in offered else []
    councils = areas.frame.dropna(subset=["la_code"]).groupby("la_code")["la_name"].first()
    codes = [column for column in CODE_COLUMNS.values() if column in areas.frame.columns]
    return Possible(
        indicators=tuple(dict.fromkeys([*first, *offered])),
        councils=councils.sort_values().to_dict(),
        identity=pd.DataFrame(areas.frame[codes]),
        by_area_alone=frozenset(id_ for id_, entry in offered.items() if levels_of(entry) == (Level.AREA,)),
        kinds=tuple(kinds or {}),
        opening_kinds=tuple(kind for kind, shown in (kinds or {}).items() if shown),
        is_large=areas.is_large,
        offered=offered,
    )


def read_chosen(possible: Possible) -> tuple[Chosen, tuple[str, ...]]:
    """Return what is chosen and notices on what in the address is not understood; call it once a run.

    Sets the widgets' values in the session, so it comes before them, and brings the address up to date.
    """
    asked, is_held = _asked()
    if is_held and parse_points(asked["points"], possible)[1]:
        # Pills send words, and those of a kind tell how many there are: they may have changed meanwhile.
        asked["points"] = st.session_state.get(_WRITTEN, {}).get("points", "")
    st.session_state.pop(_TOUCHED, None)
    chosen, notices = parse_choices(asked, possible)
    _write(chosen, possible)
    # What no longer fits was dropped by a choice just made: that needs no words.
    return chosen, () if is_held else notices


def counts_all() -> bool:
    """Say whether places count that nobody has confirmed lately; what can be chosen hangs on it."""
    return _asked()[0].get("count") == EVERY_PLACE


def _asked() -> tuple[dict[str, str], bool]:
    """Return what is chosen as texts, and whether the session holds it rather than the address."""
    address = {name: st.query_params[name] for name in CHOICES if name in st.query_params}
    if not st.session_state.get(_TOUCHED, False) and address != st.session_state.get(_WRITTEN):
        return address, False
    return {name: _text(name, st.session_state.get(name)) for name in CHOICES}, True


def _text(name: str, value: str | list[str] | bool | None) -> str:
    """Write what a widget holds as it stands in the address."""
    if isinstance(value, bool):
        return EVERY_PLACE if value else ""
    if name == "points" or isinstance(value, list):
        return join_points(value or ())
    return value or ""


def join_points(kinds: Collection[str]) -> str:
    """Write kinds of place as one text of the address; it tells none of them from no choice."""
    return ",".join(kinds) or NO_POINTS


def keep_choice() -> None:
    """Note that the reader used a widget: what the session holds is newer than the address."""
    st.session_state[_TOUCHED] = True


def choose_area(code: str) -> None:
    """Select an area from a callback: a click on the map or in the table."""
    st.session_state["area"] = code
    keep_choice()


def show_small_areas(council: str) -> None:
    """Show the small areas of one council, from a callback."""
    st.session_state["level"], st.session_state["council"] = Level.AREA.value, council
    st.session_state["area"] = None
    keep_choice()


def parse_choices(asked: Mapping[str, str], possible: Possible) -> tuple[Chosen, tuple[str, ...]]:
    """Turn texts into what can be shown; what is not known is ignored with a notice.

    A council is chosen where its small areas or wards are shown, and selected where councils are: either of
    the two becomes the other as the level changes.

    Examples
    --------
    >>> area = pd.DataFrame({"ward_code": ["E05000001"], "la_code": ["E08000009"]}, index=["E01006109"])
    >>> possible = Possible(("need_idaci_rank",), {"E08000009": "Trafford"}, area)
    >>> parse_choices({"level": "ward", "area": "E01006109"}, possible)[0].area
    'E05000001'
    """
    wanted = asked.get("indicator", "")
    indicator = wanted if wanted in possible.indicators else possible.indicators[0]
    shown, strange_shown = parse_shown(asked, indicator, possible.offered)
    several = possible.councils if len(possible.councils) > 1 else {}
    council = asked["council"] if asked.get("council") in several else ""
    allowed: dict[str, Collection[str]] = {
        "indicator": possible.indicators,
        "level": possible.levels_of_all(shown.indicators(indicator), council),
        "council": possible.councils,
    }
    known = {name: asked[name] for name in allowed if asked.get(name) in allowed[name]}
    place = asked.get("area", "")
    level = Level(known.get("level", Level.AREA if council or place else possible.opening_level(indicator)))
    if level in WIDE:
        council, place = "", place or council
    elif place in several:
        council, place = council or place, ""
        level = level if level in possible.levels(indicator, council) else Level.AREA
    area = find_area(place, level, council, possible)
    points, strange = parse_points(asked.get("points", ""), possible)
    unknown = [(name, asked[name]) for name in allowed if asked.get(name) and name not in known]
    if place and area is None:
        unknown.append(("area", asked["area"]))
    if strange:
        unknown.append(("points", ",".join(strange)))
    weights = parse_weights(asked.get("weights", ""))
    if asked.get("weights") and not weights:
        unknown.append(("weights", asked["weights"]))
    count_all = asked.get("count") == EVERY_PLACE
    if asked.get("count") and not count_all:
        unknown.append(("count", asked["count"]))
    looking = (shown.show, shown.other, shown.way, shown.find)
    chosen = Chosen(indicator, level, council, area or "", points, *looking, weights, count_all)
    return chosen, tuple(unknown_words(*pair) for pair in [*unknown, *strange_shown])


def parse_points(text: str, possible: Possible) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kinds of place that a text of the address asks for, and those that there are none of.

    Without a text it is the kinds that a map opens with.
    """
    if not text:
        return possible.opening_kinds, ()
    asked = [] if text == NO_POINTS else text.split(",")
    strange = tuple(kind for kind in asked if kind not in possible.kinds)
    if asked and len(strange) == len(asked):
        return possible.opening_kinds, strange
    return tuple(kind for kind in possible.kinds if kind in asked), strange


def find_area(code: str, level: Level, council: str, possible: Possible) -> str | None:
    """Return the shape to select at a level: a small area gives the ward or council that it is part of."""
    councils = possible.councils_of(level)
    if level is not Level.AREA:
        code = possible.part_of(code, level)
    if code not in councils.index or (council and councils[code] != council):
        return None
    return code


def unknown_words(what: str, value: str) -> str:
    """Say that something in the address is not understood."""
    shown = value if len(value) <= 40 else f"{value[:40]}…"
    words = WORDS.get(what, what)
    return f"The address asks for the {words} “{shown}”, which is not in this view. It was left out."


def hold(name: str, value: str | list[str] | float | bool | None) -> None:
    """Set a widget's value where it is another: one that is set is sent again with all of its options."""
    if name not in st.session_state or st.session_state[name] != value:
        st.session_state[name] = value


def _write(chosen: Chosen, possible: Possible) -> None:
    values = {"indicator": chosen.indicator, "level": chosen.level.value, "council": chosen.council}
    values["area"] = chosen.area
    values["weights"] = write_weights(dict(chosen.weights))
    for name, value in values.items():
        hold(name, value or (None if name == "area" else ""))
    hold("count", chosen.count_all)
    if chosen.count_all:
        values["count"] = EVERY_PLACE
    if set(st.session_state.get("points") or ()) != set(chosen.points):
        st.session_state["points"] = list(chosen.points)
    hold("points", st.session_state.get("points") or [])
    if chosen.points != possible.opening_kinds:
        values["points"] = join_points(chosen.points)
    values |= _hold_shown(chosen)
    address = {name: values[name] for name in CHOICES if values.get(name)}
    if {name: st.query_params.get(name) for name in CHOICES if name in st.query_params} != address:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in CHOICES}
        st.query_params.from_dict({**others, **address})  # At once: each would be a step of the back button.
    st.session_state[_WRITTEN] = address


def _hold_shown(chosen: Chosen) -> dict[str, str]:
    """Hold how the reader looks at it, and return what of that stands in the address.

    What is not in use now is kept in the session, so that nobody has to ask the same question twice.
    """
    texts = shown_texts(Shown(chosen.show, chosen.other, chosen.way, chosen.find))
    hold("show", chosen.show.value)
    for name in ("with", "way", "find"):
        if name in texts:
            hold(name, texts[name])
        elif name in st.session_state:
            st.session_state[name] = st.session_state[name]
    return texts
