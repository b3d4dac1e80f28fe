"""What something done to the register changed; and the first time, when the places of the files come in."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from data.register.records import Place
from geo.register_start import start_from_build
from models.near_places import changed_kinds
from models.register_effect import effect_of, effect_of_place
from views import look, session
from views.review_desk import Desk, Outcome, carry_out


def is_first(desk: Desk) -> bool:
    """Say whether the next publication is the first, while the build has places of files."""
    return not desk.build.places.from_register and len(desk.build.places.frame) > 0


def say_first(desk: Desk) -> None:
    """Say that the register takes over from the files, and offer to bring their places in; else nothing."""
    if not is_first(desk):
        return
    count = f"{len(desk.build.places.frame):,}"
    with st.container(border=True):
        st.markdown(
            f"**The register takes over from the {count} places of your files.** They come in first, so that "
            "nothing disappears from the map: by themselves when you publish the first place, or now."
        )
        st.button(
            f"Bring the {count} places in now",
            key="start from build",
            icon=":material/move_to_inbox:",
            on_click=_bring_in,
            args=(desk,),
        )


def _bring_in(desk: Desk) -> None:
    carry_out(lambda: Outcome(bring_in(desk)))


def bring_in(desk: Desk) -> str:
    """Bring the places of the build's files into the register, and say how many came."""
    with st.spinner("Bringing in the places of your files"):
        total = start_from_build(desk.register, desk.build, desk.actor).total
    came = f"{total['added']:,} places of your files came in"
    return f"{came}; {total['held']:,} of them are held for you." if total["held"] else f"{came}."


def publish_place(desk: Desk, place: Place, confidential: bool) -> Outcome:
    """Publish a place, after those of the files where it is the first, and say what that changed."""
    came = bring_in(desk) if is_first(desk) else ""

    def work() -> str:
        kept = desk.register.publish(desk.actor, place.id, place.version, confidential)
        said = f"“{place.name}” is published{', its location withheld' if kept.withheld else ''}."
        return " ".join(filter(None, (came, said)))

    return tell_effect(work)


def tell_effect(work: Callable[[], str]) -> Outcome:
    """Do something, and say what it changed for children; `work` returns what was done."""
    before = session.current_build()
    said = work()
    after = session.current_build()
    if not changed_kinds(before.places, after.places):
        return Outcome(said)
    return Outcome(said, explained=effect_of(before.places, after.places, after))


def show_what_would_change(desk: Desk, place: Place) -> None:
    """Say what publishing a place would do for children; what has to be known of that is said afterwards."""
    if not place.withheld:
        told = effect_of_place(place, desk.build, desk.build.places, desk.today)
        look.show_small_explanation(replace(told, caveats=()))
