"""Publishing, what it changed, and the first time: the places of the files come in before the first one."""

from typing import Final

import streamlit as st
from geo.register_import import start_from_build

from data.register.records import Place
from models.register_effect import effect_of
from views import session
from views.review_desk import Desk, Outcome, carry_out

CONFIDENTIAL: Final = "Its ward is all that is told of where it is: it is on no map and in no figure."


def is_first(desk: Desk) -> bool:
    """Say whether the next publication is the first, while the build has places of files."""
    return not desk.register.published() and len(desk.build.places.frame) > 0


def say_first(desk: Desk) -> None:
    """Say that the register takes over from the files, and offer to bring their places in; else nothing."""
    if not is_first(desk):
        return
    count = len(desk.build.places.frame)
    with st.container(border=True):
        st.markdown(
            f"The register takes over from the **{count:,} places of your files**; they come in first, so that "
            "nothing disappears from the map. That happens by itself when you publish the first place, or now:"
        )
        st.button(
            f"Bring the {count:,} places in now",
            key="start from build",
            icon=":material/move_to_inbox:",
            on_click=carry_out,
            args=(lambda: Outcome(bring_in(desk)),),
        )


def bring_in(desk: Desk) -> str:
    """Bring the places of the build's files into the register, and say how many came."""
    with st.spinner("Bringing in the places of your files"):
        counts = start_from_build(desk.register, desk.actor, desk.build)
    return f"{counts['added']:,} places of your files came in."


def publish_place(desk: Desk, place: Place, confidential: bool) -> Outcome:
    """Publish a place, after those of the files where it is the first, and say what that changed."""
    came = bring_in(desk) if is_first(desk) else ""
    before = session.current_build()
    desk.register.publish(desk.actor, place.id, place.version, confidential)
    kept = confidential or place.confidential
    said = f"“{place.name}” is published{', its location withheld' if kept else ''}."
    if kept:
        return Outcome(" ".join(filter(None, (came, said, CONFIDENTIAL))))
    after = session.current_build()
    effect = effect_of(before.places, after.places, before, place.kind)
    return Outcome(" ".join(filter(None, (came, said))), explained=effect)
