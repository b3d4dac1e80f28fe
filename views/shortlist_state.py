"""What the reader chose on the Shortlist page, kept in the address so that a view can be shared.

As on Types (`views.types_state`), the session holds the truth while a reader works, and the address wins when
it was changed from outside. Criteria are held as the text that stands in the address: the widgets of a
criterion only show it, and each change of one writes the text anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from data.shortlist_criteria import Asked, Budget, Criterion
from data.shortlist_terms import MOST_CRITERIA
from views.shortlist_address import (
    NAMES,
    NONE,
    OWN_COSTS,
    WORDS,
    Offered,
    Sought,
    fault_of,
    parse_sought,
    read_criteria,
    write_criteria,
    write_number,
    write_sought,
    write_spread,
    write_sure,
)
from views.state import hold, unknown_words

IN_THE_BOX: Final = ("spread", "budget", "cost")
"""Choices whose widgets stand in a part that unfolds: what the page does not show would be forgotten."""

NO_COSTS: Final = (
    "The costs of each came from a file, which is not in the address. Load it again under “Rules”."
)
_WRITTEN: Final = "shortlist_written"
_TOUCHED: Final = "shortlist_touched"
_TOLD: Final = "shortlist_told"
_COSTS: Final = "shortlist_costs"
_TYPES: Final = "shortlist_types_wanted"


def key_of(name: str, indicator: str = "") -> str:
    """Return the key in the session of a choice, or of a part of a criterion."""
    return f"shortlist_{name}_{indicator}" if indicator else f"shortlist_{name}"


def keep_choice() -> None:
    """Note that the reader used a widget of this page."""
    st.session_state[_TOUCHED] = True


def keep(**texts: str | float | None) -> None:
    """Set choices from a callback, as their widgets hold them."""
    for name, text in texts.items():
        st.session_state[key_of(name)] = text
    keep_choice()


def choose_area(code: str) -> None:
    """Select a shape from a callback: a press on the map or in the table."""
    keep(area=code)


def tell(words: str) -> None:
    """Let the next run of the page say something: why a change was not made."""
    st.session_state[_TOLD] = words


def told() -> str:
    """Return what is to be said once."""
    return str(st.session_state.pop(_TOLD, ""))


def own_costs() -> Mapping[str, float] | None:
    """Return what each shape costs, by code, as a file told it; None where none was loaded."""
    costs: Mapping[str, float] | None = st.session_state.get(_COSTS)
    return costs


def keep_costs(costs: Mapping[str, float] | None) -> None:
    """Let costs by code be those that a file told; None for none any more."""
    st.session_state[_COSTS] = costs
    keep(cost=None if costs is None else OWN_COSTS)


def wants_types() -> bool:
    """Say whether the reader asked for types to be made, so that they can be criteria."""
    return bool(st.session_state.get(_TYPES))


def want_types() -> None:
    """Let types be made, from a callback."""
    st.session_state[_TYPES] = True
    keep_choice()


def asked_criteria() -> tuple[Criterion, ...]:
    """Return the criteria that are asked for, whether a build holds their indicators or not."""
    return read_criteria(_asked()[0].get("c", ""))[0]


def add_criterion(criterion: Criterion) -> None:
    """Add a criterion, from a callback."""
    held = _held()
    if len(held) >= MOST_CRITERIA:
        tell(f"There are {MOST_CRITERIA} criteria already. Take one away first.")
        return
    if all(criterion.indicator != one.indicator for one in held):
        keep_criteria([*held, criterion])


def drop_criterion(indicator: str) -> None:
    """Take a criterion away, from a callback."""
    keep_criteria([one for one in _held() if one.indicator != indicator])


def change_criterion(indicator: str, **changes: Any) -> None:  # noqa: ANN401
    """Change a criterion, from a callback; a change that makes no sense is told and not made."""
    changed = [replace(one, **changes) if one.indicator == indicator else one for one in _held()]
    faults = [fault for one in changed if one.indicator == indicator and (fault := fault_of(one))]
    if faults:
        tell(f"That was not changed. {faults[0]}")
        keep_choice()
        return
    keep_criteria(changed)


def keep_criteria(criteria: Sequence[Criterion]) -> None:
    """Let these be the criteria, from a callback."""
    st.session_state[key_of("c")] = write_criteria(criteria) or NONE
    keep_choice()


def keep_asked(asked: Asked) -> None:
    """Let the page ask what a file asks, from a callback: whatever stood there before."""
    keep_criteria(asked.criteria)
    costs = _costs_of(asked.budget)
    if isinstance(costs, Mapping):
        st.session_state[_COSTS] = costs
    keep(
        level=asked.level,
        council=asked.within,
        top=asked.top,
        sure=write_sure(asked),
        spread=write_spread(asked.spread),
        budget=None if asked.budget is None else round(asked.budget.gbp),
        cost=OWN_COSTS if isinstance(costs, Mapping) else costs,
        area=None,
    )


def _costs_of(budget: Budget | None) -> Mapping[str, float] | int | None:
    if budget is None:
        return None
    return budget.cost_gbp if isinstance(budget.cost_gbp, Mapping) else round(budget.cost_gbp)


def read_sought(offered: Offered) -> tuple[Sought, tuple[str, ...]]:
    """Return what is asked and notices on what in the address is not understood; call it once a run."""
    asked, is_held = _asked()
    sought, strange = parse_sought(asked, offered)
    left_out = strange.get("c", "")
    if is_held and strange:
        # A box sends words, and some tell how many there are: they may have changed meanwhile.
        written = st.session_state.get(_WRITTEN, {})
        mended = {**asked, **{name: written.get(name, "") for name in strange if name != "c"}}
        sought, _ = parse_sought(mended, offered)
    st.session_state.pop(_TOUCHED, None)
    _write(sought, offered)
    if is_held:
        return sought, (unknown_words(WORDS["c"], left_out),) if left_out else ()
    notices = [
        NO_COSTS if (name, value) == ("cost", OWN_COSTS) else unknown_words(WORDS.get(name, name), value)
        for name, value in strange.items()
    ]
    return sought, tuple(notices)


def _held() -> tuple[Criterion, ...]:
    return read_criteria(str(st.session_state.get(key_of("c")) or ""))[0]


def _asked() -> tuple[dict[str, str], bool]:
    """Return what is chosen as texts, and whether the session holds it rather than the address."""
    address = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if not st.session_state.get(_TOUCHED, False) and address != st.session_state.get(_WRITTEN):
        return address, False
    return {name: _text(st.session_state.get(key_of(name))) for name in NAMES}, True


def _text(value: str | float | None) -> str:
    """Write what a widget holds as it stands in the address."""
    return write_number(value) if isinstance(value, int | float) else value or ""


def _write(sought: Sought, offered: Offered) -> None:
    """Set the widgets, and bring the address up to date."""
    asked = sought.asked
    own = sought.cost == OWN_COSTS
    values: dict[str, str | float | None] = {
        "c": write_criteria(asked.criteria) or NONE,
        "level": asked.level,
        "council": asked.within,
        "top": asked.top,
        "sure": write_sure(asked),
        "spread": write_spread(asked.spread),
        "budget": sought.gbp,
        "cost": OWN_COSTS if own else int(sought.cost) if sought.cost else None,
        "area": sought.area or None,
        "tab": sought.tab,
    }
    for name, value in values.items():
        if name in IN_THE_BOX:
            st.session_state[key_of(name)] = value
        else:
            hold(key_of(name), value)
    address = write_sought(sought, offered)
    if {name: st.query_params.get(name) for name in NAMES if name in st.query_params} != address:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
        st.query_params.from_dict({**others, **address})  # At once: each would be a step of the back button.
    st.session_state[_WRITTEN] = address
