"""A panel of the Types page: what people gave in the place of what was found, and how to say so."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Final

import streamlit as st

from data.errors import AtlasError
from data.register.records import Actor
from data.type_overrides import (
    LONGEST_NAME,
    LONGEST_REASON,
    Override,
    Overrides,
    may_override,
    may_withdraw,
    save_override,
    withdraw_override,
)
from models.type_letters import titled
from models.types import Types
from models.words import a
from views import look
from views.demand_lines import day_words
from views.sign_in import current_actor
from views.types_beside import words_of
from views.types_scene import TypesScene
from views.types_state import key_of
from views.who_panel import ROLE_NAMES

HALVES: Final = (1, 1)
MOST_SHOWN: Final = 50
TOLD: Final = key_of("told")
NAME: Final = key_of("override_name")
NAME_REASON: Final = key_of("override_name_reason")
MODEL_REASON: Final = key_of("override_model_reason")
WITHDRAWN: Final = key_of("override_withdrawn")
CHANGES: Final = (
    "Who knows a place can say better than a rule what it is called and what suits it. What is said here "
    "changes what is shown to all who use this build, and nothing that is worked out; what the rule says "
    "stays beside it."
)
WHO_MAY: Final = "Analysts and editors of the council can overrule a name or a way of working."
NO_SUCH_TYPE: Final = "There is no such type now."
OF_THE_NUMBER: Final = "A name is shown where there are as many types as now: {}."
KEEP_TOO: Final = (
    "Keep these types as well, under “Compare with last time”: the name then follows its type when the build "
    "is made anew."
)
NONE_YET: Final = "Nothing is overruled."
CHOOSE: Final = "Choose a small area first: on the map, or by “Find a small area” above it."


def show_overrides(scene: TypesScene) -> None:
    """Show what people gave, with their reasons, and let those who may overrule and withdraw."""
    actor = current_actor()
    look.show_note(CHANGES)
    show_told()
    if scene.beside.overrides_fault:
        st.warning(look.plain(scene.beside.overrides_fault), icon=":material/folder_off:")
        return
    if may_override(actor.role):
        left, right = st.columns(HALVES, gap="medium")
        with left:
            _show_model_form(scene, actor)
        with right:
            if scene.found.types is not None:
                _show_name_form(scene, scene.found.types, actor)
    else:
        look.show_note(WHO_MAY)
    _show_given(scene, actor)


def show_told() -> None:
    """Show once what became of what was asked for last."""
    done, words = st.session_state.pop(TOLD, (True, ""))
    if words:
        (st.success if done else st.error)(look.plain(words))


def attempt(do: Callable[[], str]) -> bool:
    """Do something from a callback, keep what to say of it or why it was refused; say whether it was done."""
    try:
        st.session_state[TOLD] = (True, do())
    except AtlasError as error:
        st.session_state[TOLD] = (False, words_of(error))
        return False
    return True


def _show_model_form(scene: TypesScene, actor: Actor) -> None:
    area, models = scene.sought.area, scene.found.models
    st.subheader("Another way of working for an area", anchor=False)
    if area not in models.frame.index:
        look.show_note(CHOOSE)
        return
    told = models.frame.loc[area]
    st.html(
        f"<div><b>{escape(area_words(scene, area))}</b><br>The rule says: "
        f"{escape(models.label_of(told['by_rule']))}. {escape(told['why'])}</div>"
    )
    key = key_of(f"override_model_{area}")
    labels = {model.id: model.label for model in models.rules.models}
    with st.form(key_of("override_model"), border=True):
        st.selectbox(
            "Way of working instead",
            list(labels),
            index=None,
            format_func=labels.__getitem__,
            placeholder="Choose one",
            key=key,
        )
        st.text_area("Why", key=MODEL_REASON, max_chars=LONGEST_REASON, height=90)
        st.form_submit_button(
            "Save the way of working",
            icon=":material/save:",
            on_click=_save,
            args=(scene, actor, Overrides.AREA_MODEL, lambda: (area, st.session_state[key]), MODEL_REASON),
        )


def _show_name_form(scene: TypesScene, types: Types, actor: Actor) -> None:
    st.subheader("Another name for a type", anchor=False)
    told = [OF_THE_NUMBER.format(types.k), *([] if scene.beside.kept else [KEEP_TOO])]
    look.show_note(" ".join(told))
    letter = key_of("override_letter")
    with st.form(key_of("override_type"), border=True):
        st.selectbox(
            "Type", list(types.names), format_func=lambda one: titled(one, types.names[one]), key=letter
        )
        st.text_input("Name instead", key=NAME, max_chars=LONGEST_NAME)
        st.text_area("Why", key=NAME_REASON, max_chars=LONGEST_REASON, height=90)
        st.form_submit_button(
            "Save the name",
            icon=":material/save:",
            on_click=_save,
            args=(
                scene,
                actor,
                Overrides.TYPE_NAME,
                lambda: (st.session_state[letter], st.session_state[NAME]),
                NAME_REASON,
            ),
        )


def _save(
    scene: TypesScene, actor: Actor, what: Overrides, read: Callable[[], tuple[str, str]], reason: str
) -> None:
    """Save from a callback what the form holds by then."""
    key, value = read()
    why = str(st.session_state.get(reason) or "")
    now = datetime.now(UTC).replace(microsecond=0)
    types = scene.found.types
    among = types.k if types is not None and what is Overrides.TYPE_NAME else 0

    def save() -> str:
        override = Override(what, key or "", value or "", why, actor.role, now, among)
        return f"Saved: {given_words(scene, save_override(scene.build.path, actor, override))}."

    if attempt(save):
        for name in (reason, NAME):
            st.session_state[name] = ""
        st.session_state.pop(key_of(f"override_model_{key}"), None)


def _show_given(scene: TypesScene, actor: Actor) -> None:
    st.subheader("Overruled so far", anchor=False)
    if not scene.overrides:
        look.show_note(NONE_YET)
        return
    st.html(write_given(scene))
    if len(scene.overrides) > MOST_SHOWN:
        look.show_note(f"The first {MOST_SHOWN} of {len(scene.overrides):,}.")
    mine = {(one.what, one.key, one.among): one for one in scene.overrides if may_withdraw(actor.role, one)}
    if not mine:
        return
    if st.session_state.get(WITHDRAWN) not in mine:
        st.session_state[WITHDRAWN] = None  # it was withdrawn meanwhile, perhaps by somebody else
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Withdraw",
            list(mine),
            index=None,
            format_func=lambda key: given_words(scene, mine[key]),
            placeholder="None",
            key=WITHDRAWN,
            width=420,
        )
        if chosen is not None:
            st.button(
                "Withdraw it",
                key=key_of("override_withdraw"),
                icon=":material/undo:",
                on_click=_withdraw,
                args=(scene, actor, mine[chosen]),
            )


def _withdraw(scene: TypesScene, actor: Actor, override: Override) -> None:
    def withdraw() -> str:
        withdraw_override(scene.build.path, actor, override)
        return f"Withdrawn: {given_words(scene, override)}."

    attempt(withdraw)


def write_given(scene: TypesScene) -> str:
    """Write what people gave: of what, what the rule says, the reason, the role and the day."""
    items = "".join(_item(scene, one) for one in scene.overrides[:MOST_SHOWN])
    return f'<ul style="margin:0;padding-left:1.1rem;max-width:72em">{items}</ul>'


def _item(scene: TypesScene, one: Override) -> str:
    saved = f"{a(ROLE_NAMES[one.saved_by].lower())}, {day_words(one.saved_at.date())}"
    small = f"{found_words(scene, one)} Said by {saved}."
    return (
        '<li style="margin-bottom:.45rem;overflow-wrap:anywhere">'
        f"<b>{escape(given_words(scene, one))}</b><br>{escape(one.reason)}"
        f'<div style="{look.SMALL};{look.PALE}">{escape(small)}</div></li>'
    )


def given_words(scene: TypesScene, one: Override) -> str:
    """Say what somebody gave: "Larkbeck 003B: Grow community strength"."""
    if one.what is Overrides.TYPE_NAME:
        return f"Type {one.key} of {one.among}: {one.value}"
    model = scene.found.models.rules.named(one.value)
    return f"{area_words(scene, one.key)}: {one.value if model is None else model.label}"


def found_words(scene: TypesScene, one: Override) -> str:
    """Say what stands in its place otherwise, or that it is of nothing that is here now."""
    if one.what is Overrides.TYPE_NAME:
        types = scene.found.types
        if types is None or one.among != types.k:
            return f"Shown where there are {one.among} types."
        return f"By its figures: {types.names[one.key]}." if one.key in types.names else NO_SUCH_TYPE
    models = scene.found.models
    if one.key not in models.frame.index:
        return "That area is not in this build."
    gone = "" if models.rules.named(one.value) else " What was given is not among the rules any more."
    return f"The rule says: {models.label_of(models.frame.at[one.key, 'by_rule'])}.{gone}"


def area_words(scene: TypesScene, code: str) -> str:
    """Return the name of a small area, or its code where it is not in the build."""
    names = scene.areas.frame["area_name"]
    return str(names[code]) if code in names.index else code
