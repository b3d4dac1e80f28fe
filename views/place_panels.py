"""The Place support page from its sentence to its sources."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from data.asset_kinds import asset_kinds
from data.errors import AtlasError
from models.explain import Explanation
from models.placement_asked import For, Objective
from models.placement_phrases import Phrases
from models.reach_phrases import Near
from models.words import sentence_case
from views import (
    controls,
    look,
    maps,
    place_charts,
    place_figures,
    place_files,
    place_map,
    place_running,
    place_sure,
    place_table,
    place_trade_offs,
    reach_files,
)
from views.badges import Marking
from views.brief_buttons import show_brief_buttons
from views.briefs import brief_of_placement
from views.export_answers import sites_layer
from views.export_buttons import show_formats
from views.place_address import TAB_WORDS, Tab
from views.place_choices import MORE, show_choices, show_how
from views.place_scene import PlaceScene
from views.place_selected import explain_area, explain_site
from views.place_state import choose_area, choose_site, keep_choice, key_of
from views.places_panel import show_counting

HALVES: Final = (1.32, 1)
CHOOSE_BUILDINGS: Final = f"Choose other kinds of building, or the middles of areas, under “{MORE}”."


def show_head(marking: Marking) -> None:
    """Show the title with its badges, and beside it how sites are chosen."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        look.show_header("Place support", marking, width="content")
        show_how()
    look.show_overdue(marking)


def show_no_places() -> None:
    """Say what to do where a build has no place at all."""
    st.info(
        "No place of support or building is known here yet, so there is nowhere to place any. Add places on "
        "the Assets page, or put files of places into the folder and build it again.",
        icon=":material/location_off:",
    )


def show_best(scene: PlaceScene) -> None:
    """Show where new sites would do most; while that is looked for, how far the search is."""
    if scene.fault is not None:
        show_fault(scene, scene.fault)
        place_running.show_ended(scene.build, scene.sought.wanted)
        return
    if scene.found is None:
        show_notices(scene)
        place_running.show_search(scene.build, scene.problem)
        show_choices(scene)
        look.show_note("Map and tables follow as soon as the search has ended, or when you stop it.")
        return
    place_running.end_search()
    show_sentence(scene, scene.explanation)
    place_running.show_ended(scene.build, scene.sought.wanted)
    show_choices(scene)
    show_result(scene, scene.explanation)


def show_fault(scene: PlaceScene, fault: AtlasError) -> None:
    """Say why nothing can be placed, above the choices that can mend it."""
    hint = CHOOSE_BUILDINGS if scene.candidates is None else fault.hint or ""
    st.warning(look.plain(f"{fault.message} {hint}"), icon=":material/rule:")
    show_notices(scene)
    show_choices(scene)


def show_sentence(scene: PlaceScene, explanation: Explanation) -> None:
    """Show the sentence, and what of the address was not understood."""
    look.show_explanation(explanation)
    show_notices(scene)


def show_notices(scene: PlaceScene) -> None:
    """Say what of the address was not understood."""
    if scene.notices:
        st.info(look.plain(" ".join(scene.notices)), icon=":material/link_off:")


def show_result(
    scene: PlaceScene,
    explanation: Explanation,
    show_beside: Callable[[], None] | None = None,
    ties: Sequence[str] | None = None,
    on_pick: Callable[[], None] | None = None,
    **rare: Any,  # noqa: ANN401
) -> None:
    """Show the map beside its charts, the tabs below, and the sources.

    Parameters
    ----------
    scene, explanation
        What is shown, and the sentence that says it.
    show_beside
        Shows what stands beside the map above the charts; nothing when not given.
    ties
        Ids of candidates that are drawn hollow; those that could stand in for a site when not given.
    on_pick
        Called when the map was clicked; it selects an area or a site when not given.
    **rare
        What few maps have: see `views.maps.MapView`.
    """
    ties = list(scene.ties.index) if ties is None else ties
    left, right = st.columns(HALVES, gap="medium")
    with left:
        place_map.show_legend(scene)
        name = f"Map. {explanation.text} {TAB_WORDS[Tab.AREAS]} below have the same figures in a table."
        place_map.show_map(scene, name, on_pick or _pick, ties, **rare)
        place_map.show_marks(scene, ties)
        show_counting(scene.build, key_of("count"), keep_choice)
        _show_selected(scene)
    with right:
        if show_beside is not None:
            show_beside()
        _show_charts(scene)
    _show_tabs(scene)
    _show_briefing(scene, explanation)
    show_sources(scene, explanation.method)


def _show_charts(scene: PlaceScene) -> None:
    """Show what each further site adds to the best choice, and who gains by the one that is shown."""
    placed = scene.placed
    reach = placed.problem.reach
    figures, near = placed.figures, Near(reach.asked, reach.costs.means)
    share = figures.after / figures.children if figures.children > 0 else float("nan")
    wanted = placed.problem.wanted
    if scene.hand is None and wanted.capacity is None and wanted.objective is not Objective.CENTRE:
        curve = place_figures.curve_for(scene.build, placed)
        there = Phrases(placed, scene.areas).there
        within = f"{there} {near.within}".strip()
        plain = (wanted.objective, wanted.people) == (Objective.COVER, For.CHILDREN)
        aim = "" if plain else place_trade_offs.MEASURED[wanted.objective]
        place_charts.show_curve(curve, (len(placed.chosen), share), within, aim, scene.dark)
        if curve.frame.index.max() < wanted.sites:
            look.show_note("Told for as many sites as can be looked through at once.")
    fifths = f"{reach.fifths.words}, {reach.fifths.year}" if reach.fifths else ""
    place_charts.show_who_gains(placed.by_fifth, fifths, scene.dark)


def _show_selected(scene: PlaceScene) -> None:
    sought = scene.sought
    if sought.site:
        look.show_selected(explain_site(scene, sought.site, scene.why.get(sought.site, "")), None)
    elif sought.area in scene.placed.areas.index:
        look.show_selected(explain_area(scene, sought.area), None)


def _show_tabs(scene: PlaceScene) -> None:
    tabs = dict(
        zip(Tab, st.tabs(list(TAB_WORDS.values()), key=key_of("tab"), on_change=keep_choice), strict=True)
    )
    if tabs[Tab.SITES].open:
        with tabs[Tab.SITES]:
            place_table.show_sites(scene)
            count = len(scene.placed.chosen)
            if count:
                with st.container(horizontal=True):
                    _offer(scene, f"Download {count:,} {'site' if count == 1 else 'sites'}", "sites")
                    if not scene.held:
                        stem = f"place_{scene.sought.wanted.kind}_sites"
                        show_formats(lambda: sites_layer(scene), stem, "The new sites as points.")
    if tabs[Tab.AREAS].open:
        with tabs[Tab.AREAS]:
            place_table.show_areas(scene)
            _offer(scene, f"Download all {len(scene.placed.areas):,}", "areas")
    if tabs[Tab.TRADE_OFFS].open:
        with tabs[Tab.TRADE_OFFS]:
            place_trade_offs.show_trade_offs(scene)
    if tabs[Tab.SURE].open:
        with tabs[Tab.SURE]:
            place_sure.show_how_sure(scene)


def _offer(scene: PlaceScene, label: str, what: str) -> None:
    """Offer a table as a file, unless it has to stay inside."""
    if scene.held:
        look.show_note(scene.held)
        return
    st.download_button(
        label,
        lambda: place_files.sites_to_csv(scene) if what == "sites" else place_files.areas_to_csv(scene),
        f"place_{scene.sought.wanted.kind}_{what}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _show_briefing(scene: PlaceScene, explanation: Explanation) -> None:
    """Offer the briefing of the choice that is shown, unless it has to stay inside."""
    make = partial(brief_of_placement, scene.build, scene.areas, scene.placed, explanation)
    title = f"place {asset_kinds()[scene.sought.wanted.kind].singular}"
    show_brief_buttons(make, title, key_of("brief"), held=scene.held)


def show_sources(scene: PlaceScene, method: tuple[str, ...]) -> None:
    """Show how it was worked out and where every figure came from, one click away."""
    panel = st.expander("Sources and method", on_change="rerun", key=key_of("sources"))
    if not panel.open:
        return
    with panel:
        reach = scene.placed.problem.reach
        look.show_note(" ".join(dict.fromkeys([reach.means_words, *method, *scene.placed.problem.notes])))
        for source in reach_files.travel_sources(scene.build):
            controls.show_source("Travel", source)
        for source in reach_files.place_sources(scene.build, reach):
            controls.show_source(sentence_case(asset_kinds()[reach.asked.kind].plural), source)
        for source in place_files.candidate_sources(scene):
            controls.show_source("Candidates", source)
        for column in reach_files.used_columns(reach, scene.areas):
            controls.show_source(scene.areas.dictionary[column].label, scene.areas.provenance[column])
        controls.show_source("Boundaries of small areas", scene.areas.provenance["geometry"])


def _pick() -> None:
    site, (code, _) = maps.picked_site(place_map.MAP_KEY), maps.picked(place_map.MAP_KEY)
    if site:
        choose_site(site)
    elif code:
        choose_area(code)
