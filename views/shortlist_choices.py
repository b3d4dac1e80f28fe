"""The choices of the Shortlist page in one row, its rules, and how what is asked is saved and shared."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from data.errors import AtlasError
from data.shortlist_terms import MOST_CHOSEN
from models.words import joined, noun, number
from views import controls, finder, look
from views.shortlist_address import MOST_GBP, NAMES, OWN_COSTS, write_sure
from views.shortlist_costs import costs_in, template_of
from views.shortlist_figures import PLAN
from views.shortlist_files import FORMATS, LARGEST_FILE_MB, asked_in, asked_to_toml
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import (
    choose_area,
    keep_asked,
    keep_choice,
    keep_costs,
    key_of,
    tell,
)
from views.shortlist_words import SURE_WORDS, sure_words
from views.sign_in import link_to

SELECTING: Final = finder.Selecting(key_of("area"), keep_choice, choose_area)
RULES: Final = "Rules"
SAVING: Final = "Save and share"
MOST_IN_ONE: Final = (1, 2, 3)
PATH: Final = "shortlist"
NOT_ASKED: Final = ("area", "tab")
NOTHING_INVENTED: Final = "No cost is known here: what one costs is yours to say. Both figures are needed."
MINE: Final = "The address of this page holds all that is asked: who opens it sees the same shortlist."
NOT_COSTS: Final = "It does not hold the costs of your file: the file of criteria below does."
NOT_PLANS: Final = "The command knows no saved plans: leave such a criterion out there."
THE_FILE: Final = "The same as a file that can be loaded again, and that the command atlas shortlist reads."


def show_choices(scene: ShortlistScene) -> None:
    """Show what can be chosen in one row: of what, how many, how sure the weights are, and by what rules."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        levels = [level.value for level in scene.offered.levels]
        words = {level.value: controls.LEVEL_WORDS[level] for level in scene.offered.levels}
        if len(levels) > 1:
            _choose("Compare", "level", words, 120)
        if scene.offered.councils:
            councils = scene.offered.councils
            every = {} if scene.offered.opening_council else {"": f"All {len(councils)} councils"}
            _choose("Council", "council", {**every, **councils}, 170)
        st.number_input("How many", 1, MOST_CHOSEN, key=key_of("top"), on_change=keep_choice, width=105)
        own = write_sure(scene.asked)
        sure = {text: sure_words(text) for text in dict.fromkeys([*SURE_WORDS, own])}
        _choose("How sure the weights are", "sure", sure, 270)
        rules = st.popover(RULES, key=key_of("rules"), icon=":material/rule:", on_change="rerun")
        if rules.open:
            with rules:
                _show_rules(scene)
        finder.show_finder(scene.shown, scene.level, scene.sought.area, SELECTING)


def show_saving(scene: ShortlistScene) -> None:
    """Show what unfolds to save and share what is asked: its address, and a file of it to keep or to load."""
    saving = st.popover(SAVING, key=key_of("saving"), icon=":material/link:", on_change="rerun")
    if saving.open:
        with saving:
            _show_saving(scene)


def _choose(label: str, name: str, words: Mapping[str, str], width: int) -> None:
    st.selectbox(
        label,
        list(words),
        format_func=lambda value: words.get(value, value),
        key=key_of(name),
        on_change=keep_choice,
        width=width,
    )


def _show_rules(scene: ShortlistScene) -> None:
    """Show the rules for those chosen together: how many in one place, and what they may cost."""
    spreads = scene.offered.spreads(scene.level)
    if spreads:
        words = {
            f"{most}.{place}": f"At most {most} in one {place}" for place in spreads for most in MOST_IN_ONE
        }
        own = st.session_state.get(key_of("spread")) or ""
        if own and own not in words:
            most, _, place = own.partition(".")
            words[own] = f"At most {most} in one {place}"
        _choose("Spread", "spread", {"": "No rule", **words}, 300)
    else:
        look.show_note("A spread rule counts in localities or councils, and this build has none or one.")
    _show_budget(scene)


def _show_budget(scene: ShortlistScene) -> None:
    plural = scene.level.plural
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "Budget, £",
            1,
            MOST_GBP,
            value=None,
            step=1_000,
            key=key_of("budget"),
            on_change=keep_choice,
            width=150,
        )
        if scene.sought.cost == OWN_COSTS:
            costs = scene.offered.costs or {}
            look.show_note(f"Costs of {number(len(costs))} {noun(scene.level, len(costs))} from your file.")
            st.button("Forget them", key=key_of("forget"), on_click=keep_costs, args=(None,))
        else:
            st.number_input(
                f"Cost of each {scene.level.singular}, £",
                0,
                MOST_GBP,
                value=None,
                step=1_000,
                key=key_of("cost"),
                on_change=keep_choice,
                width=200,
            )
    look.show_note(NOTHING_INVENTED)
    key = key_of("costs_file")
    st.file_uploader(
        f"Or a file with the cost of each of the {plural}",
        type=["csv"],
        key=key,
        on_change=_load_costs,
        args=(key, scene),
        max_upload_size=LARGEST_FILE_MB,
    )
    st.download_button(
        "Template to fill in",
        lambda: template_of(scene.shown, scene.level),
        f"costs_{scene.level}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _load_costs(key: str, scene: ShortlistScene) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    try:
        keep_costs(costs_in(file.getvalue(), scene.shown, scene.level))
    except AtlasError as error:
        tell(f"{error.message} {error.hint}")


def _show_saving(scene: ShortlistScene) -> None:
    asked = {n: st.query_params[n] for n in NAMES if n in st.query_params and n not in NOT_ASKED}
    look.show_note(joined(MINE, NOT_COSTS if scene.sought.cost == OWN_COSTS else ""))
    st.code(link_to(f"{PATH}?{urlencode(asked)}"), language=None, wrap_lines=True)
    on_plans = any(c.indicator.startswith(PLAN) for c in scene.asked.criteria)
    look.show_note(joined(THE_FILE, NOT_PLANS if on_plans else ""))
    if scene.asked.criteria:
        st.download_button(
            "Download the criteria",
            lambda: asked_to_toml(scene.asked),
            "shortlist_criteria.toml",
            mime="application/toml",
            icon=":material/download:",
            on_click="ignore",
        )
    key = key_of("criteria_file")
    st.file_uploader(
        "Load criteria",
        type=list(FORMATS),
        key=key,
        on_change=_load_criteria,
        args=(key,),
        max_upload_size=LARGEST_FILE_MB,
    )


def _load_criteria(key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    try:
        keep_asked(asked_in(file.getvalue(), file.name))
    except AtlasError as error:
        tell(f"{error.message} {error.hint}")
