"""What the reader chose on the Types page, kept in the address so that a view can be shared.

As on Reach (`views.reach_state`), the session holds the truth while a reader works, and the address wins when
it was changed from outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import streamlit as st

from models.levels import Level
from views.state import Possible, find_area, hold, unknown_words

NAMES: Final = ("show", "k", "council", "area", "tab")
"""Names in the address; in the session they are `key_of(name)`."""

NUMBERS: Final = tuple(str(k) for k in range(2, 11))
"""How many types an address may ask for."""

WORDS: Final = {"show": "way to show", "k": "number of types", "tab": "part of the page"}
_WRITTEN: Final = "types_written"
_TOUCHED: Final = "types_touched"


class Show(StrEnum):
    """What the map shows: types, ways of working, patches, or how sure the types are."""

    TYPE = "type"
    MODEL = "model"
    PATCH = "patch"
    SURE = "sure"


@dataclass(frozen=True)
class Sought:
    """What is shown. An empty text is no choice; without `k` the number of types is that which is best."""

    show: Show = Show.TYPE
    k: int | None = None
    council: str = ""
    area: str = ""
    tab: str = ""


@dataclass(frozen=True)
class Offered:
    """What can be chosen.

    Attributes
    ----------
    shows
        What the map can show, that which it opens with first.
    possible
        What Explore offers of places on the map.
    tabs
        The parts below the map that unfold, as they stand in an address.
    """

    shows: tuple[Show, ...]
    possible: Possible
    tabs: tuple[str, ...] = ()


def key_of(name: str) -> str:
    """Return the key in the session of a choice."""
    return f"types_{name}"


def asked_number() -> int | None:
    """Return how many types are asked for, which decides what can be chosen; None for the best number."""
    text = _asked()[0].get("k", "")
    return int(text) if text in NUMBERS else None


def read_sought(offered: Offered) -> tuple[Sought, tuple[str, ...]]:
    """Return what is asked and notices on what in the address is not understood; call it once a run."""
    asked, is_held = _asked()
    st.session_state.pop(_TOUCHED, None)
    sought, notices = parse_sought(asked, offered)
    _write(sought, offered)
    return sought, () if is_held else notices


def parse_sought(asked: Mapping[str, str], offered: Offered) -> tuple[Sought, tuple[str, ...]]:
    """Turn texts into what can be shown; what is not known is ignored with a notice."""
    possible = offered.possible
    several = possible.councils if len(possible.councils) > 1 else {}
    allowed = {"show": offered.shows, "k": NUMBERS, "council": possible.councils, "tab": offered.tabs}
    known = {name: asked[name] for name in allowed if asked.get(name) in allowed[name]}
    council = known["council"] if known.get("council") in several else ""
    area = find_area(asked.get("area", ""), Level.AREA, council, possible) or ""
    found = {**known, "area": area}
    sought = Sought(
        show=Show(known.get("show", offered.shows[0])),
        k=int(known["k"]) if "k" in known else None,
        council=council,
        area=area,
        tab=known.get("tab", next(iter(offered.tabs), "")),
    )
    unknown = [(name, asked[name]) for name in NAMES if asked.get(name) and not found.get(name)]
    return sought, tuple(unknown_words(WORDS.get(name, name), value) for name, value in unknown)


def keep_choice() -> None:
    """Note that the reader used a widget of this page."""
    st.session_state[_TOUCHED] = True


def choose_area(code: str) -> None:
    """Select an area from a callback: a click on the map or in the table."""
    st.session_state[key_of("area")] = code
    keep_choice()


def _asked() -> tuple[dict[str, str], bool]:
    """Return what is chosen as texts, and whether the session holds it rather than the address."""
    address = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if not st.session_state.get(_TOUCHED, False) and address != st.session_state.get(_WRITTEN):
        return address, False
    return {name: str(st.session_state.get(key_of(name)) or "") for name in NAMES}, True


def _write(sought: Sought, offered: Offered) -> None:
    """Set the widgets, and bring the address up to date."""
    texts = {
        "show": sought.show.value,
        "k": "" if sought.k is None else str(sought.k),
        "council": sought.council,
        "area": sought.area,
        "tab": sought.tab,
    }
    for name, text in texts.items():
        hold(key_of(name), text or (None if name == "area" else ""))
    if sought.tab == next(iter(offered.tabs), ""):
        texts["tab"] = ""
    address = {name: text for name, text in texts.items() if text}
    if {name: st.query_params.get(name) for name in NAMES if name in st.query_params} != address:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
        st.query_params.from_dict({**others, **address})  # At once: each would be a step of the back button.
    st.session_state[_WRITTEN] = address
