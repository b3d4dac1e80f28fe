"""What the reader chose, kept in the address so that a view can be shared.

The session holds the truth while a reader works; the address mirrors it. The address wins when it was
changed from outside: a shared link, or the browser's back button.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from data.indicators import Indicator
from geo.area_table import AreaTable
from models.levels import Level

CHOICES: Final = ("indicator", "level", "council", "area")
"""Names in the address, and keys of the widgets in the session."""

OPENING: Final = "need_idaci_rank"
_WRITTEN: Final = "address_written"
_TOUCHED: Final = "address_touched"


@dataclass(frozen=True)
class Chosen:
    """What is shown. An empty text is no choice: all councils, no selected area."""

    indicator: str
    level: Level = Level.AREA
    council: str = ""
    area: str = ""

    @property
    def view(self) -> tuple[str, str, str]:
        """What the table shows: everything but the selected area."""
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
        One row a small area: `ward_code, la_code`, indexed by area code.
    """

    indicators: tuple[str, ...]
    councils: Mapping[str, str]
    identity: pd.DataFrame

    @property
    def has_wards(self) -> bool:
        """Whether the areas know their wards."""
        return bool(self.identity["ward_code"].notna().any())

    @property
    def ward_councils(self) -> pd.Series:
        """The council of each ward."""
        known = self.identity.dropna(subset=["ward_code"])
        return known.groupby("ward_code")["la_code"].first()


def possible_choices(areas: AreaTable, offered: Mapping[str, Indicator]) -> Possible:
    """Return what can be chosen in a build. It opens on income deprivation affecting children."""
    first = [OPENING] if OPENING in offered else []
    councils = areas.frame.dropna(subset=["la_code"]).groupby("la_code")["la_name"].first()
    return Possible(
        indicators=tuple(dict.fromkeys([*first, *offered])),
        councils=councils.sort_values().to_dict(),
        identity=areas.frame[["ward_code", "la_code"]],
    )


def read_chosen(possible: Possible) -> tuple[Chosen, tuple[str, ...]]:
    """Return what is chosen and notices on what in the address is not understood; call it once a run.

    Sets the widgets' values in the session, so it comes before them, and brings the address up to date.
    """
    address = {name: st.query_params[name] for name in CHOICES if name in st.query_params}
    touched = st.session_state.pop(_TOUCHED, False)
    if touched or address == st.session_state.get(_WRITTEN):
        held = {name: st.session_state.get(name) or "" for name in CHOICES}
        chosen, notices = parse_choices(held, possible)
        notices = ()  # What no longer fits was dropped by a choice just made: that needs no words.
    else:
        chosen, notices = parse_choices(address, possible)
    _write(chosen)
    return chosen, notices


def keep_choice() -> None:
    """Note that the reader used a widget: what the session holds is newer than the address."""
    st.session_state[_TOUCHED] = True


def choose_area(code: str) -> None:
    """Select an area from a callback: a click on the map or in the table."""
    st.session_state["area"] = code
    keep_choice()


def parse_choices(asked: Mapping[str, str], possible: Possible) -> tuple[Chosen, tuple[str, ...]]:
    """Turn texts into what can be shown; what is not known is ignored with a notice.

    Examples
    --------
    >>> area = pd.DataFrame({"ward_code": ["E05000001"], "la_code": ["E08000009"]}, index=["E01006109"])
    >>> possible = Possible(("need_idaci_rank",), {"E08000009": "Trafford"}, area)
    >>> parse_choices({"level": "ward", "area": "E01006109"}, possible)[0].area
    'E05000001'
    """
    allowed: dict[str, Collection[str]] = {
        "indicator": possible.indicators,
        "level": [Level.AREA, *([Level.WARD] if possible.has_wards else [])],
        "council": possible.councils,
    }
    known = {name: asked[name] for name in allowed if asked.get(name) in allowed[name]}
    level = Level(known.get("level", Level.AREA))
    council = known.get("council", "") if len(possible.councils) > 1 else ""
    area = find_area(asked.get("area", ""), level, council, possible)
    chosen = Chosen(known.get("indicator", possible.indicators[0]), level, council, area or "")
    unknown = [name for name in allowed if asked.get(name) and name not in known]
    if asked.get("area") and area is None:
        unknown.append("area")
    return chosen, tuple(_unknown(name, asked[name]) for name in unknown)


def find_area(code: str, level: Level, council: str, possible: Possible) -> str | None:
    """Return the shape to select at a level: a small area gives its ward, one of another council none."""
    councils = possible.identity["la_code"] if level is Level.AREA else possible.ward_councils
    if level is Level.WARD and code in possible.identity.index:
        code = str(possible.identity.at[code, "ward_code"])
    if code not in councils.index or (council and councils[code] != council):
        return None
    return code


def _unknown(what: str, value: str) -> str:
    shown = value if len(value) <= 40 else f"{value[:40]}…"
    return f"The address asks for the {what} “{shown}”, which is not in this view. It was left out."


def _write(chosen: Chosen) -> None:
    values = {"indicator": chosen.indicator, "level": chosen.level.value, "council": chosen.council}
    values["area"] = chosen.area
    for name, value in values.items():
        st.session_state[name] = value or (None if name == "area" else "")
    address = {name: value for name, value in values.items() if value}
    if {name: st.query_params.get(name) for name in CHOICES if name in st.query_params} != address:
        for name in CHOICES:
            if name in address:
                st.query_params[name] = address[name]
            elif name in st.query_params:
                del st.query_params[name]
    st.session_state[_WRITTEN] = address
