"""What the reader chose on the profile page, kept in the address so that a profile can be shared.

As on Explore (`views.state`), the session holds the truth while a reader works, and the address wins when it
was changed from outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from data.need_weights import Weights, parse_weights, write_weights
from models.levels import Level
from models.profile_setting import PROFILED
from views.state import EVERY_PLACE, Possible, find_area, hold, unknown_words

NAMES: Final = ("level", "area", "compare", "count", "weights")
MOST_COMPARED: Final = 4
"""Four beside the one that is profiled: five in all."""

_WRITTEN: Final = "profile_written"
_TOUCHED: Final = "profile_touched"

Neediest = Callable[[Level, str], str]


@dataclass(frozen=True)
class Profiled:
    """The shape that is profiled, those it is compared with, and the reader's weights of need.

    `count_all` lets places count that nobody has confirmed lately, as on Explore.
    """

    level: Level
    area: str
    council: str
    compare: tuple[str, ...] = ()
    weights: Weights = ()
    count_all: bool = False


def key_of(name: str) -> str:
    """Return the key in the session of a choice."""
    return f"profile_{name}"


def read_profiled(possible: Possible, neediest: Neediest) -> tuple[Profiled, tuple[str, ...]]:
    """Return what is profiled and notices on what in the address is not understood; call it once a run.

    Parameters
    ----------
    possible
        What can be chosen in the build.
    neediest
        Given a level and a council's code, or an empty text, the shape that stands when none is asked for.
    """
    asked, is_held = _asked()
    st.session_state.pop(_TOUCHED, None)
    profiled, notices = parse_profiled(asked, possible, neediest)
    _write(profiled)
    return profiled, () if is_held else notices


def counts_all() -> bool:
    """Say whether places count that nobody has confirmed lately; what can be chosen hangs on it."""
    return _asked()[0].get("count") == EVERY_PLACE


def _asked() -> tuple[dict[str, str], bool]:
    """Return what is chosen as texts, and whether the session holds it rather than the address."""
    address = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if not st.session_state.get(_TOUCHED, False) and address != st.session_state.get(_WRITTEN):
        return address, False
    return {name: _text(st.session_state.get(key_of(name))) for name in (*NAMES, "council")}, True


def parse_profiled(
    asked: Mapping[str, str], possible: Possible, neediest: Neediest
) -> tuple[Profiled, tuple[str, ...]]:
    """Turn texts into a shape to profile; what is not known is ignored with a notice."""
    levels = profiled_levels(possible)
    level = Level(asked["level"]) if asked.get("level") in levels else Level.AREA
    unknown = [("level", asked["level"])] if asked.get("level") and asked["level"] not in levels else []
    council = asked.get("council", "")
    council = council if council in possible.councils and level is not Level.COUNCIL else ""
    found = find_area(asked["area"], level, council, possible) if asked.get("area") else None
    if asked.get("area") and found is None and not council:
        unknown.append(("area", asked["area"]))
    area = found or neediest(level, council)
    weights = parse_weights(asked.get("weights", ""))
    if asked.get("weights") and not weights:
        unknown.append(("weights", asked["weights"]))
    count_all = asked.get("count") == EVERY_PLACE
    if asked.get("count") and not count_all:
        unknown.append(("count", asked["count"]))
    codes = possible.councils_of(level)
    others = [c for c in dict.fromkeys(asked.get("compare", "").split(",")) if c in codes.index and c != area]
    its = "" if level is Level.COUNCIL or codes.isna()[area] else str(codes[area])
    chosen = Profiled(level, area, its, tuple(others[:MOST_COMPARED]), weights, count_all)
    return chosen, tuple(unknown_words(*pair) for pair in unknown)


def profiled_levels(possible: Possible) -> list[Level]:
    """Return the levels that have profiles in a build."""
    return [level for level in possible.levels("") if level in PROFILED]


def keep_choice() -> None:
    """Note that the reader used a widget of this page."""
    st.session_state[_TOUCHED] = True


def choose_area(code: str) -> None:
    """Profile another shape, from a callback."""
    st.session_state[key_of("area")] = code
    st.session_state[key_of("council")] = ""
    keep_choice()


def _text(value: str | list[str] | bool | None) -> str:
    if isinstance(value, bool):
        return EVERY_PLACE if value else ""
    return ",".join(value) if isinstance(value, list) else value or ""


def _write(profiled: Profiled) -> None:
    texts = {
        "level": profiled.level.value,
        "area": profiled.area,
        "compare": ",".join(profiled.compare),
        "count": EVERY_PLACE if profiled.count_all else "",
        "weights": write_weights(dict(profiled.weights)),
    }
    for name in ("level", "area", "weights"):
        hold(key_of(name), texts[name])
    hold(key_of("council"), profiled.council)
    hold(key_of("count"), profiled.count_all)
    hold(key_of("compare"), list(profiled.compare))
    address = {name: text for name, text in texts.items() if text}
    if {name: st.query_params.get(name) for name in NAMES if name in st.query_params} != address:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
        st.query_params.from_dict({**others, **address})
    st.session_state[_WRITTEN] = address
