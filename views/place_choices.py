"""What can be chosen on the Place support page: one row, and below it what few need.

That is in a part of the page that unfolds, and not in a box over it: who goes through the page by keyboard
comes to it next, and sees it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final

import pandas as pd
import streamlit as st

from geo.travel import Mode
from models.candidates import Candidates
from models.placement_asked import For, Objective
from models.places import count_kinds
from views import look
from views.markers import MARKERS
from views.place_address import MOST_AMOUNT, MOST_SITES, How, Offered, Sought
from views.place_scene import PlaceScene
from views.place_state import keep_choice, key_of
from views.reach_scene import MODE_WORDS

MOST_LISTED: Final = 1_500
"""A box of more options than this is slow to open: a council is chosen first."""

MORE: Final = "Candidates, budget and fairness"
FOR_WORDS: Final = {
    For.CHILDREN: "All children",
    For.NEED: "Children, weighted by need",
    For.DEMAND: "Expected to be referred",
}
OBJECTIVE_WORDS: Final = {
    Objective.COVER: "As many children as possible",
    Objective.FAIR: "Fair: higher need counts more",
    Objective.MEDIAN: "Shortest way for all",
    Objective.CENTRE: "Nobody too far",
}
OBJECTIVE_HELPS: Final = {
    Objective.COVER: "Brings as many as possible within the minutes.",
    Objective.FAIR: "As many as possible, and as large a share as possible of the children of higher need, "
    "who live in England’s two most deprived fifths.",
    Objective.MEDIAN: "Makes all ways to the nearest place, added up, as short as possible; further than an "
    "hour counts as an hour.",
    Objective.CENTRE: "Makes the longest way to the nearest place as short as possible.",
}
HOW_WORDS: Final = {How.BEST: "Best sites", How.HAND: "By hand"}
WIDTHS_PX: Final = {"kind": 200, "for": 232, "minutes": 164, "sites": 116}


def show_how() -> None:
    """Show whether the best sites are found, or the reader drops them by hand."""
    st.segmented_control(
        "How sites are chosen",
        [how.value for how in How],
        format_func=lambda value: HOW_WORDS[How(value)],
        required=True,
        key=key_of("how"),
        on_change=keep_choice,
        label_visibility="collapsed",
    )


def show_choices(scene: PlaceScene) -> None:
    """Show what can be chosen in one row: what, for whom, how near, how many; and the rest below it."""
    offered, sought = scene.offered, scene.sought
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _choose("Place", "kind", offered.kinds, lambda kind: MARKERS[kind].name)
        _choose(
            "For",
            "for",
            [p.value for p in offered.people(sought.wanted.kind) or (For.CHILDREN,)],
            lambda value: FOR_WORDS[For(value)],
        )
        walk = "’ walk" if offered.modes else ""
        _choose("Within", "minutes", offered.minutes, lambda minutes: f"{minutes} minutes{walk}")
        if sought.how is How.BEST:
            st.number_input(
                "New sites",
                1,
                MOST_SITES,
                key=key_of("sites"),
                on_change=keep_choice,
                width=WIDTHS_PX["sites"],
            )
    with st.expander(MORE, key=key_of("more")):
        _show_more(scene)


def _show_more(scene: PlaceScene) -> None:
    offered, sought = scene.offered, scene.sought
    left, right = st.columns(2, gap="medium")
    with left:
        _show_candidates(offered, sought, count_kinds(scene.build.places.counted, sought.wanted.council))
        _show_objective(sought)
        _show_money()
    with right:
        _show_conditions(offered, sought, scene.candidates)


def _show_candidates(offered: Offered, sought: Sought, counts: Mapping[str, int]) -> None:
    if not sought.wanted.middles:
        st.multiselect(
            "Kinds of building",
            offered.buildings(sought.wanted.kind),
            format_func=lambda kind: f"{MARKERS[kind].name} · {counts.get(kind, 0):,}",
            key=key_of("buildings"),
            on_change=keep_choice,
            help="Where a new place could be housed. A place of the kind itself is there already.",
            placeholder="None",
        )
    st.toggle(
        "Middles of areas instead of buildings",
        key=key_of("middles"),
        on_change=keep_choice,
        help="A point inside each small area. Whether there is a building near it is not known.",
    )
    if offered.councils:
        names = dict(offered.councils)
        if not offered.possible.is_large:
            names = {"": f"All {len(names)} councils", **names}
        _choose("Council", "council", list(names), lambda code: names[code])
    if offered.modes:
        _choose("Travel", "mode", [m.value for m in offered.modes], lambda m: MODE_WORDS[Mode(m)])


def _show_objective(sought: Sought) -> None:
    wanted = sought.wanted
    _choose(
        "What is best", "objective", [o.value for o in Objective], lambda o: OBJECTIVE_WORDS[Objective(o)]
    )
    look.show_note(OBJECTIVE_HELPS[wanted.objective])
    if wanted.objective is Objective.FAIR:
        st.slider(
            "How much higher need counts",
            0.0,
            1.0,
            step=0.05,
            format="percent",
            key=key_of("fair"),
            on_change=keep_choice,
            help="At 0 % every child counts the same. At 100 % only children of higher need count.",
        )


def _show_conditions(offered: Offered, sought: Sought, candidates: Candidates | None) -> None:
    wanted = sought.wanted
    st.toggle(
        "Exactly as many sites, even where one adds nothing", key=key_of("exactly"), on_change=keep_choice
    )
    frame = pd.DataFrame(columns=["name", "postcode"]) if candidates is None else candidates.frame
    if len(frame) > MOST_LISTED:
        look.show_note(
            f"{len(frame):,} buildings are too many to list: choose a council to name some of them."
        )
    else:
        names = unique_names(frame)
        _name_several("Sites to include", "required", _but_for(names, wanted.excluded, wanted.required))
        _name_several("Sites to leave out", "excluded", _but_for(names, wanted.required, wanted.excluded))
    mine = offered.places[offered.places["kind"] == wanted.kind]
    if wanted.council:
        mine = mine[mine["la_code"].eq(wanted.council).fillna(False) | mine.index.isin(wanted.closed)]
    if 0 < len(mine) <= MOST_LISTED:
        _name_several("Places of today that close", "closed", unique_names(mine))
    wards = offered.wards_of(wanted.council)
    if 0 < len(wards) <= MOST_LISTED:
        _name_several("At least one new site in each of", "wards", unique_names(wards, "la_name"))


def _show_money() -> None:
    """Ask for cost, budget and capacity: what a candidate says itself goes before."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label, least in (
            ("cost", "A new site costs, £", 0),
            ("budget", "Budget, £", 0),
            ("capacity", "Children a site can serve", 1),
        ):
            st.number_input(
                label,
                least,
                MOST_AMOUNT,
                value=None,
                step=1,
                placeholder="Not set",
                key=key_of(name),
                on_change=keep_choice,
                width=188,
            )


def unique_names(frame: pd.DataFrame, beside: str = "postcode") -> dict[str, str]:
    """Return a name for each row by its code: a box sends names, so no two are the same.

    Parameters
    ----------
    frame
        `name`, and `beside`, by code.
    beside
        The column that tells two of one name apart; where it does not, the code does.
    """
    names = ["No name" if pd.isna(name) else str(name) for name in frame["name"]]
    beside_them = ["" if pd.isna(words) else str(words) for words in frame[beside]]
    for told in (beside_them, [str(code) for code in frame.index]):
        often = Counter(names)
        names = [
            f"{name} · {more}" if more and often[name] > 1 else name
            for name, more in zip(names, told, strict=True)
        ]
    return dict(sorted(zip(frame.index, names, strict=True), key=lambda pair: pair[1]))


def _but_for(names: Mapping[str, str], others: Collection[str], chosen: Collection[str]) -> dict[str, str]:
    """Return the names that can be chosen: not those of the other box, unless both are asked for."""
    return {code: name for code, name in names.items() if code not in others or code in chosen}


def _name_several(label: str, name: str, names: Mapping[str, str]) -> None:
    st.multiselect(
        label,
        list(names),
        format_func=lambda code: names[code],
        key=key_of(name),
        on_change=keep_choice,
        placeholder="None",
    )


def _choose(
    label: str, name: str, options: "list[str] | tuple[str, ...] | tuple[int, ...]", words: Callable[..., str]
) -> None:
    st.selectbox(
        label,
        options,
        format_func=words,
        key=key_of(name),
        on_change=keep_choice,
        width=WIDTHS_PX.get(name, "stretch"),
    )
