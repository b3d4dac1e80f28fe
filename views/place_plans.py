"""Plans saved by name on the Place support page: saved, opened, deleted, shared and set side by side."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isnan
from typing import Final

import streamlit as st

from data.errors import AtlasError, SourceError
from data.plans import LONGEST_NAME, Plan, delete_plan, may_delete, may_plan, read_plans, save_plan
from data.register.cleaning import clean_text
from data.register.records import Actor
from geo.builds import AREAS_FILE, Build
from models.placement import Placed
from models.reach_phrases import NEXT_TO_NOTHING
from models.words import a, number
from views import look
from views.demand_lines import day_words
from views.place_address import NAMES
from views.place_compare import Opened, link_of, open_plan, show_compared, shown_now
from views.place_scene import PlaceScene
from views.place_state import key_of
from views.sign_in import current_actor, link_to
from views.who_panel import ROLE_NAMES

SHOWN: Final = "What is shown now"
NAME: Final = key_of("plan_name")
PLAN: Final = key_of("plan")
BESIDE: Final = key_of("plan_beside")
TOLD: Final = key_of("plan_told")
NOT_ASKED: Final = ("area", "site", "tab")
"""Names in the address that say what is looked at, and nothing of a plan."""

WIDTH_PX: Final = 300
MINE: Final = "The address of this page holds all that is asked: who opens it sees the same plan."


def show_plans(scene: PlaceScene) -> None:
    """Show how to save what is shown, and the plans that are saved, one beside another."""
    st.subheader("Saved plans", anchor=False)
    actor = current_actor()
    asked = asked_now()
    if not may_plan(actor.role):
        _show_link(asked)
        return
    try:
        plans = {plan.name: plan for plan in read_plans(scene.build.path)}
    except SourceError as error:
        st.warning(look.plain(f"{error.message} {error.hint}"), icon=":material/folder_off:")
        _show_link(asked)
        return
    _show_saving(scene, actor, asked)
    if told := st.session_state.pop(TOLD, ""):
        look.show_note(told)
    if plans:
        _show_saved(scene, actor, plans)
    else:
        look.show_note("No plan is saved yet. All of the council who use this build see those that are.")


def asked_now() -> dict[str, str]:
    """Return what is asked, as the address has it."""
    return {
        name: st.query_params[name] for name in NAMES if name in st.query_params and name not in NOT_ASKED
    }


def headline_of(placed: Placed) -> dict[str, float]:
    """Return the figures that are known and kept with a plan; none where they rest on referrals."""
    if placed.internal:
        return {}
    figures = placed.figures
    kept = {
        "children": figures.children,
        "before": figures.before,
        "after": figures.after,
        "gained_higher": figures.gained_higher,
    }
    return {name: count for name, count in kept.items() if not isnan(count)}


def made_at(build: Build) -> datetime:
    """Return when a build was made, to the second."""
    return datetime.fromtimestamp((build.path / AREAS_FILE).stat().st_mtime, UTC).replace(microsecond=0)


def _show_saving(scene: PlaceScene, actor: Actor, asked: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Save this plan as", key=NAME, max_chars=LONGEST_NAME, width=WIDTH_PX)
        st.button(
            "Save",
            key=key_of("plan_save"),
            icon=":material/save:",
            on_click=_save,
            args=(scene, actor, asked),
        )
        with st.popover("Share", icon=":material/link:", key=key_of("plan_share")):
            _show_link(asked)


def _show_link(asked: Mapping[str, str]) -> None:
    look.show_note(MINE)
    st.code(link_to(link_of(dict(asked))), language=None, wrap_lines=True)


def _save(scene: PlaceScene, actor: Actor, asked: Mapping[str, str]) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    typed = str(st.session_state.get(NAME) or "")
    if clean_text(typed[:LONGEST_NAME]).casefold() == SHOWN.casefold():
        st.session_state[TOLD] = f"“{SHOWN}” stands for the page itself. Choose another name."
        return
    try:
        plan = Plan(typed, asked, actor.role, now, made_at(scene.build), headline_of(scene.placed))
        saved = save_plan(scene.build.path, actor, plan)
    except AtlasError as error:
        st.session_state[TOLD] = f"{error.message} {error.hint}"
        return
    st.session_state[TOLD] = f"Saved as “{saved.name}”."
    st.session_state[NAME] = ""
    st.session_state[PLAN] = saved.name


def _show_saved(scene: PlaceScene, actor: Actor, plans: Mapping[str, Plan]) -> None:
    """Show one plan beside another, or beside what is shown."""
    names = list(plans)
    if st.session_state.get(PLAN) not in names:
        st.session_state[PLAN] = None  # it was deleted meanwhile, perhaps by somebody else
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            f"Look at one of {len(names)}", names, index=None, placeholder="None", key=PLAN, width=WIDTH_PX
        )
        if chosen is None:
            return
        others = [SHOWN, *(name for name in names if name != chosen)]
        if st.session_state.get(BESIDE) not in others:
            st.session_state[BESIDE] = SHOWN
        beside = st.selectbox("Beside", others, key=BESIDE, width=WIDTH_PX)
        plan = plans[chosen]
        st.button(
            "Open it", key=key_of("plan_open"), icon=":material/folder_open:", on_click=_open, args=(plan,)
        )
        if may_delete(actor.role, plan):
            with st.popover("Delete", icon=":material/delete:", key=key_of("plan_gone")):
                look.show_note(f"“{plan.name}” will be gone for everybody.")
                st.button(
                    "Delete it", key=key_of("plan_delete"), on_click=_delete, args=(scene.build, actor, plan)
                )
    opened = open_plan(scene, plan)
    look.show_note(" ".join(told_of(plan, opened)))
    show_compared(opened, shown_now(scene, SHOWN) if beside == SHOWN else open_plan(scene, plans[beside]))


def told_of(plan: Plan, opened: Opened) -> list[str]:
    """Say when a plan was saved and by whom, and what has changed since."""
    role = ROLE_NAMES[plan.saved_by].lower()
    told = [f"Saved on {day_words(plan.saved_at.date())} by {a(role)}."]
    if opened.left_out:
        told.append(f"Not known any more and left out: {', '.join(opened.left_out)}.")
    if not plan.figures:
        told.append("Its figures rest on referrals, so none were kept.")
    elif opened.placed is not None and {"before", "after"} <= plan.figures.keys():
        told.append(_since(plan.figures, opened.placed))
    if made_at(opened.scene.build) != plan.build_made:
        told.append("The build was made anew since.")
    return told


def _since(then: Mapping[str, float], placed: Placed) -> str:
    """Say how many are within reach, and how many were when it was saved."""
    now = placed.figures
    gained, was = now.after - now.before, then["after"] - then["before"]
    more = f"{number(gained)} more children within reach"
    if abs(now.before - then["before"]) >= NEXT_TO_NOTHING:
        return (
            f"Worked out anew, it brings {more} than the {number(now.before)} of today; "
            f"when it was saved, {number(was)} more than {number(then['before'])}."
        )
    if abs(gained - was) >= NEXT_TO_NOTHING:
        return f"Worked out anew, it brings {more}; {number(was)} when it was saved."
    return f"It brings {more}, as when it was saved."


def _open(plan: Plan) -> None:
    """Put what a plan asks into the address, as if its link was followed; the tab stays."""
    kept = {n: st.query_params.get_all(n) for n in st.query_params if n not in NAMES or n == "tab"}
    asked = {name: text for name, text in plan.asked.items() if name in NAMES and name not in NOT_ASKED}
    st.query_params.from_dict({**kept, **asked})


def _delete(build: Build, actor: Actor, plan: Plan) -> None:
    try:
        delete_plan(build.path, actor, plan)
    except AtlasError as error:
        st.session_state[TOLD] = f"{error.message} {error.hint}"
        return
    st.session_state[TOLD] = f"“{plan.name}” is deleted."
