"""What the reader chose on the Place support page, kept in the address so that a view can be shared.

As on Reach (`views.reach_state`), the session holds the truth while a reader works, and the address wins when
it was changed from outside.
"""

from typing import Final

import streamlit as st

from models.placement_asked import EVEN, Objective
from views.place_address import (
    AMOUNTS,
    LISTS,
    NAMES,
    NONE,
    TAB_WORDS,
    YES,
    How,
    Offered,
    Sought,
    parse_sought,
)
from views.place_spots import write_spots
from views.state import EVERY_PLACE, hold, unknown_words

WORDS: Final = {
    "kind": "kind of place",
    "for": "people to place for",
    "mode": "way to travel",
    "sites": "number of sites",
    "how": "way to choose sites",
    "fair": "weight of fairness",
    "buildings": "kinds of building",
    "middles": "middles of areas",
    "exactly": "exact number",
    "required": "sites to include",
    "excluded": "sites to leave out",
    "closed": "places to close",
    "wards": "wards to serve",
    "cost": "cost of a site",
    "spots": "sites by hand",
    "count": "places to count",
}
IN_THE_BOX: Final = (
    *("objective", "fair", "mode", "council", "middles", "exactly"),
    *LISTS,
    *AMOUNTS,
)
"""The choices that few need, whose widgets are in a part that unfolds."""

_WRITTEN: Final = "place_written"
_TOUCHED: Final = "place_touched"
_TABS: Final = {words: tab.value for tab, words in TAB_WORDS.items()}


def key_of(name: str) -> str:
    """Return the key in the session of a choice."""
    return f"place_{name}"


def counts_all() -> bool:
    """Say whether places count that nobody has confirmed lately; what can be chosen hangs on it."""
    return _asked()[0].get("count") == EVERY_PLACE


def keep_choice() -> None:
    """Note that the reader used a widget of this page."""
    st.session_state[_TOUCHED] = True


def keep(**texts: str) -> None:
    """Set choices from a callback, as they stand in the address."""
    for name, text in texts.items():
        st.session_state[key_of(name)] = text
    keep_choice()


def choose_area(code: str) -> None:
    """Select an area from a callback: a click on the map or in the table."""
    keep(area=code, site="")


def choose_site(code: str) -> None:
    """Select a site from a callback."""
    keep(site=code, area="")


def read_sought(offered: Offered) -> tuple[Sought, tuple[str, ...]]:
    """Return what is asked and notices on what in the address is not understood; call it once a run."""
    asked, is_held = _asked()
    sought, strange = parse_sought(asked, offered)
    if is_held and strange:
        # A box sends words, and some tell how many there are: they may have changed meanwhile.
        written = st.session_state.get(_WRITTEN, {})
        sought, _ = parse_sought({**asked, **{name: written.get(name, "") for name in strange}}, offered)
    st.session_state.pop(_TOUCHED, None)
    _write(sought, offered)
    notices = tuple(unknown_words(WORDS.get(name, name), value) for name, value in strange.items())
    return sought, () if is_held else notices


def _asked() -> tuple[dict[str, str], bool]:
    """Return what is chosen as texts, and whether the session holds it rather than the address."""
    address = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if not st.session_state.get(_TOUCHED, False) and address != st.session_state.get(_WRITTEN):
        return address, False
    return {name: _text(name, st.session_state.get(key_of(name))) for name in NAMES}, True


def _text(name: str, value: str | float | list[str] | None) -> str:
    """Write what a widget holds as it stands in the address."""
    if value is None:
        return ""
    if name in LISTS:
        texts = value.split(",") if isinstance(value, str) else list(value)  # type: ignore[arg-type]
        return ",".join(texts) or (NONE if name == "buildings" else "")
    if isinstance(value, bool):
        return (EVERY_PLACE if name == "count" else YES) if value else ""
    if name == "fair" and isinstance(value, int | float):
        return f"{round(100 * value)}"
    return _TABS.get(str(value), str(value))


def _write(sought: Sought, offered: Offered) -> None:
    """Set the widgets, and bring the address up to date."""
    _hold(sought, offered)
    wanted = sought.wanted
    lists = {name: getattr(wanted, name) for name in LISTS}
    # What opens unasked does not stand in the address, but for what a reader has to see of it.
    if wanted.buildings == offered.usual(wanted.kind):
        lists["buildings"] = ()
    elif not wanted.buildings:
        lists["buildings"] = (NONE,)
    is_fair = wanted.objective is Objective.FAIR or wanted.fairness != EVEN
    texts = {
        **_texts(sought, offered),
        **{name: ",".join(codes) for name, codes in lists.items()},
        **{name: "" if amount is None else f"{amount}" for name, amount in _amounts(sought).items()},
        **{name: YES for name in ("middles", "exactly") if getattr(wanted, name)},
        "minutes": f"{wanted.minutes:.0f}",
        "sites": str(wanted.sites),
        "tab": sought.tab.value,
        "fair": f"{round(100 * wanted.fairness)}" if is_fair else "",
        "count": EVERY_PLACE if sought.count_all else "",
    }
    if sought.how is not How.HAND:
        texts["spots"] = ""
    _write_address({name: text for name, text in texts.items() if text})


def _hold(sought: Sought, offered: Offered) -> None:
    """Set the widgets where they hold anything else.

    Those in the part that unfolds are set in every run: what the page does not show would otherwise be
    forgotten.
    """
    wanted = sought.wanted
    values: dict[str, str | float | list[str] | None] = {
        **_texts(sought, offered),
        **_amounts(sought),
        **{name: _in_order(name, getattr(wanted, name)) for name in LISTS},
        "minutes": round(wanted.minutes),
        "sites": wanted.sites,
        "fair": wanted.fairness,
        "tab": TAB_WORDS[sought.tab],
        "middles": wanted.middles,
        "exactly": wanted.exactly,
        "count": sought.count_all,
    }
    for name, value in values.items():
        if name in IN_THE_BOX:
            st.session_state[key_of(name)] = value
        else:
            hold(key_of(name), value)


def _texts(sought: Sought, offered: Offered) -> dict[str, str]:
    """Return the choices that are texts, in the address as in their widgets."""
    wanted = sought.wanted
    return {
        "kind": wanted.kind,
        "for": wanted.people.value,
        "how": sought.how.value,
        "objective": wanted.objective.value,
        "mode": wanted.mode.value if offered.modes else "",
        "council": wanted.council,
        "area": sought.area,
        "site": sought.site,
        "spots": write_spots(sought.spots),
    }


def _amounts(sought: Sought) -> dict[str, int | None]:
    wanted = sought.wanted
    amounts = (wanted.cost_gbp, wanted.budget_gbp, wanted.capacity)
    return {
        name: None if amount is None else round(amount) for name, amount in zip(AMOUNTS, amounts, strict=True)
    }


def _in_order(name: str, codes: tuple[str, ...]) -> list[str]:
    """Return what a box of several holds: in the order of the reader where it is the same."""
    held = st.session_state.get(key_of(name))
    return held if isinstance(held, list) and sorted(held) == sorted(codes) else list(codes)


def _write_address(address: dict[str, str]) -> None:
    if {name: st.query_params.get(name) for name in NAMES if name in st.query_params} != address:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
        st.query_params.from_dict({**others, **address})  # At once: each would be a step of the back button.
    st.session_state[_WRITTEN] = address
