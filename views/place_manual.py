"""Sites by hand: the reader puts them down, and sees at once what they add compared with the best choice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Final

import streamlit as st

from data.errors import AtlasError, RegisterError
from geo.register_locate import directory_of, locate_postcode
from models.explain import Explanation
from models.placement import Placed
from models.placement_manual import ByHand, by_hand
from models.placement_manual_words import explain_by_hand, one_more_words, site_words
from models.words import few, number
from views import look, maps, place_figures, place_panels
from views.place_choices import MOST_LISTED, show_choices, unique_names
from views.place_map import MAP_KEY
from views.place_scene import PlaceScene
from views.place_spots import MOST_SPOTS, Spot, in_degrees, in_metres, with_spot, write_spots
from views.place_state import keep, key_of

BUILDING: Final = key_of("spot_building")
POSTCODE: Final = key_of("spot_postcode")
FAULT: Final = key_of("spot_fault")
BUILDING_WIDTH_PX: Final = 330
POSTCODE_WIDTH_PX: Final = 150
TOLD_WIDTH_PX: Final = 230
"""What a site does stands beside its buttons, on a phone too."""


@dataclass(frozen=True, eq=False)
class Manual:
    """What the reader put down by hand.

    Attributes
    ----------
    scene
        What the page starts from.
    spots
        The sites as the address has them, without those that cannot be.
    hand
        The sites, and who is reached by them.
    faults
        Why others cannot be.
    """

    scene: PlaceScene
    spots: tuple[Spot, ...]
    hand: ByHand
    faults: tuple[str, ...]

    @classmethod
    def of(cls, scene: PlaceScene) -> "Manual":
        """Measure the sites that the address asks for."""
        spots, dropped, faults = [], [], []
        for spot in scene.sought.spots:
            try:
                dropped.append(in_metres(spot, scene.build))
                spots.append(spot)
            except RegisterError as error:
                faults.append(error.message)
        return cls(scene, tuple(spots), by_hand(scene.problem, scene.build, dropped), tuple(faults))

    @cached_property
    def compared(self) -> tuple[Placed | None, str]:
        """The best choice of as many sites, or else why there is none to compare with."""
        if not self.spots:
            return None, ""
        as_many = replace(self.scene.sought.wanted, sites=len(self.spots), exactly=False)
        try:
            best = place_figures.placed_for(self.scene.build, as_many)
        except AtlasError as error:
            return None, f"There is no best choice of as many: {error.message}"
        count = len(self.spots)
        late = f"The best {few(count)} take" if count > 1 else "The best single site takes"
        return best, "" if best else f"{late} longer to find: look for as many under “Best sites”."

    @property
    def ties(self) -> tuple[str, ...]:
        """Ids of the best sites that the reader has not chosen."""
        best = self.compared[0]
        ids = () if best is None else best.sites.index
        return tuple(str(id_) for id_ in ids if id_ not in self.hand.near.index)

    @property
    def explanation(self) -> Explanation:
        """What the sites do, beside the best choice."""
        best, why_not = self.compared
        told = explain_by_hand(self.hand, self.scene.build, best)
        return replace(told, caveats=(why_not, *told.caveats)) if why_not else told


def show_manual(scene: PlaceScene) -> None:
    """Show sites by hand, from the sentence to the sources."""
    try:
        manual = Manual.of(scene)
    except AtlasError as error:
        place_panels.show_fault(scene, error)
        return
    scene = scene.with_hand(manual.hand.placed)
    explanation = manual.explanation
    place_panels.show_sentence(scene, explanation)
    show_choices(scene)
    _show_inputs(manual)
    place_panels.show_result(
        scene, explanation, lambda: _show_list(manual), manual.ties, lambda: pick_spot(manual), click="pin"
    )


def _show_inputs(manual: Manual) -> None:
    """Ask for a site by the name of a building or by a postcode: what a press on the map does as well."""
    scene = manual.scene
    full = len(manual.spots) >= MOST_SPOTS
    st.session_state[BUILDING], st.session_state[POSTCODE] = None, ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        frame = scene.problem.candidates.frame
        if len(frame) <= MOST_LISTED:
            names = unique_names(frame.drop(index=frame.index.intersection(manual.hand.near.index)))
            st.selectbox(
                "Add a building",
                list(names),
                index=None,
                format_func=lambda id_: names.get(id_, ""),
                placeholder="By name",
                key=BUILDING,
                on_change=lambda: _add(manual, st.session_state[BUILDING]),
                disabled=full,
                width=BUILDING_WIDTH_PX,
            )
        st.text_input(
            "or a postcode",
            placeholder="Postcode",
            key=POSTCODE,
            max_chars=20,
            on_change=lambda: _take_postcode(manual),
            disabled=full,
            width=POSTCODE_WIDTH_PX,
        )
        if scene.sought.spots:
            st.button("Clear", key=key_of("spot_clear"), icon=":material/close:", on_click=lambda: _keep(()))
        st.html(f'<p style="{look.SMALL};{look.PALE};margin:0 0 .6rem">{escape(_hint(manual))}</p>')
    faults = [text for text in (st.session_state.get(FAULT), *manual.faults) if text]
    if faults:
        st.warning(look.plain(" ".join(faults)), icon=":material/wrong_location:")


def _hint(manual: Manual) -> str:
    if len(manual.spots) >= MOST_SPOTS:
        return f"{MOST_SPOTS} sites are as many as are compared: remove one to try another."
    return "or press the map where one could be."


def _show_list(manual: Manual) -> None:
    """Show each site with what it adds, what may be meant by it, and a way to take it away."""
    sites, areas = manual.hand.sites, manual.scene.areas
    for place, (site_id, row) in enumerate(sites.iterrows()):
        with st.container(horizontal=True, vertical_alignment="center", key=key_of(f"spot_{place}")):
            gains = f"{number(row['children'])} more, {number(row['lost'])} lost if dropped"
            where = site_words(manual.hand, str(site_id), areas)
            st.html(
                f'<div style="overflow-wrap:anywhere"><b>{row["number"]} · {escape(str(row["name"]))}</b>'
                f'<div style="{look.SMALL};{look.PALE}">{escape(where)}<br>{escape(gains)}</div></div>',
                width=TOLD_WIDTH_PX,
            )
            if row["near_id"]:
                st.button(
                    "Use it",
                    key=key_of(f"spot_use_{place}"),
                    help=look.plain(f"Take {row['near_name']} as site {row['number']}."),
                    on_click=_exchange(manual, place, str(row["near_id"])),
                )
            st.button(
                f"Remove {row['number']}",
                key=key_of(f"spot_remove_{place}"),
                icon=":material/close:",
                on_click=_exchange(manual, place, None),
            )
    _show_one_more(manual)


def _show_one_more(manual: Manual) -> None:
    """Say which candidate adds most, and offer it."""
    more = manual.hand.one_more
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width=TOLD_WIDTH_PX):
            look.show_small_explanation(Explanation(one_more_words(manual.hand), ()))
        if more is not None and len(manual.spots) < MOST_SPOTS:
            st.button(
                "Add it",
                key=key_of("spot_more"),
                icon=":material/add:",
                on_click=lambda: _add(manual, more.candidate_id),
            )


def pick_spot(manual: Manual) -> None:
    """Put a site down where the map was pressed, from a callback."""
    at = maps.picked_spot(MAP_KEY)
    if at is not None:
        _add(manual, (round(at[0], 5), round(at[1], 5)))


def _add(manual: Manual, spot: Spot | None) -> None:
    if spot is not None:
        _keep(with_spot(manual.spots, spot))


def _exchange(manual: Manual, place: int, spot: Spot | None) -> Callable[[], None]:
    """Return what puts another site in the place of one, or takes it away."""
    between = () if spot is None else (spot,)
    return lambda: _keep((*manual.spots[:place], *between, *manual.spots[place + 1 :]))


def _take_postcode(manual: Manual) -> None:
    typed = str(st.session_state.get(POSTCODE) or "").strip()
    if not typed:
        return
    build = manual.scene.build
    try:
        found = locate_postcode(typed, directory_of(build), build)
    except RegisterError as error:
        st.session_state[FAULT] = f"{error.message} {error.hint}"
        return
    _add(manual, in_degrees(found.easting_m, found.northing_m))


def _keep(spots: tuple[Spot, ...]) -> None:
    st.session_state.pop(FAULT, None)
    keep(spots=write_spots(tuple(dict.fromkeys(spots))), site="", area="")
