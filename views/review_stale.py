"""Places that nobody has confirmed for a long time: to confirm, to ask about, or to retire, many at once."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from data.asset_kinds import asset_kinds
from data.errors import first_few
from data.register.records import Place, State
from data.register.store import LostRace
from data.settings import settings
from models.register_times import ago_words
from models.words import sentence_case
from views import look, tables
from views.review_decide import RETIREMENTS, confirm_places
from views.review_desk import Desk, carry_out
from views.review_effect import tell_effect
from views.review_reasons import ask_reason
from views.review_state import Section, cut_page, open_place, show_pages
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX

ROWS: Final = 40
HIGH: Final = 14
ANY: Final = ""
WIDTHS: Final = {"Name": 300, "Kind": 190, "Last confirmed": 140, "Run by": 190, "From file": 190}


def show_stale(desk: Desk) -> None:
    """Show what nobody has confirmed, longest ago first, with what can be done about many at once."""
    stale = [place for place in desk.everything if desk.state_of(place) is State.STALE]
    months = settings().stale_months
    if not stale:
        st.info(f"Every published place was confirmed within {months} months.", icon=":material/done_all:")
        return
    look.show_note(
        f"{_so_many(stale)} not confirmed in {months} months. They stay on the map, drawn hollow, and do not "
        "count until somebody says that they are still there."
    )
    found = sorted(_narrow(desk, stale), key=lambda p: (p.last_confirmed or date.min, p.name, p.id))
    shown, paged = cut_page(found, desk.shown.page, ROWS)
    rows = _show_table(desk, shown, paged.page)
    show_pages(paged)
    every = len(found) > len(shown) and st.checkbox(f"Choose all {len(found):,}, on every page")
    chosen = found if every else [shown[row] for row in rows]
    _show_actions(desk, chosen)


def _so_many(places: Sequence[Place]) -> str:
    return f"{len(places):,} {'place was' if len(places) == 1 else 'places were'}"


def _narrow(desk: Desk, stale: list[Place]) -> list[Place]:
    """Narrow the list to a kind of place, and to who runs it or which file it came from."""
    kinds = {kind.id: kind.plural for kind in asset_kinds().values()}
    with st.container(horizontal=True):
        kind = _choose(
            "Kind of place", [k for k in kinds if any(p.kind == k for p in stale)], kinds, "stale_kind"
        )
        whose = _choose("From", *_origins(desk, stale), "stale_from")
    return [
        place
        for place in stale
        if kind in (ANY, place.kind) and whose in (ANY, place.organisation_id, place.source_id)
    ]


def _origins(desk: Desk, stale: list[Place]) -> tuple[list[str], dict[str, str]]:
    """Return the organisations and files that stale places come from, and their names."""
    files = {source.id: f"File: {source.file}" for source in desk.register.sources()}
    names = {**{id_: one.name for id_, one in desk.organisations.items()}, **files}
    present = {p.organisation_id for p in stale} | {p.source_id for p in stale}
    return [id_ for id_ in names if id_ in present], names


def _choose(label: str, options: list[str], names: dict[str, str], key: str) -> str:
    if st.session_state.get(key) not in (ANY, *options):
        st.session_state[key] = ANY
    return st.selectbox(
        label,
        [ANY, *options],
        format_func=lambda id_: sentence_case(names[id_]) if id_ else "All",
        key=key,
    )


def _show_table(desk: Desk, shown: Sequence[Place], page: int) -> list[int]:
    """Show a page as a table whose rows can be chosen, and return the positions of those that are."""
    kinds = asset_kinds()
    files = {source.id: source.file for source in desk.register.sources()}
    rows = pd.DataFrame(
        {
            "Name": [place.name for place in shown],
            "Kind": [sentence_case(kinds[p.kind].singular) for p in shown],
            "Last confirmed": [_confirmed(place, desk.today) for place in shown],
            "Run by": [desk.names.organisations.get(p.organisation_id, "") for p in shown],
            "From file": [files.get(p.source_id, "") for p in shown],
        }
    )
    state = st.dataframe(
        tables.to_arrow(rows),
        height=min(len(shown) + 1, HIGH) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={name: st.column_config.TextColumn(width=width) for name, width in WIDTHS.items()},
        key=f"stale {page} {desk.revision}",
        on_select="rerun",
        selection_mode="multi-row",
        alt="Places that nobody has confirmed lately",
    )
    return [row for row in state["selection"]["rows"] if row < len(shown)]


def _confirmed(place: Place, today: date) -> str:
    return ago_words(place.last_confirmed, today) if place.last_confirmed else "never"


def _show_actions(desk: Desk, chosen: list[Place]) -> None:
    if not chosen:
        look.show_note("Choose places in the table, by its left edge, to confirm, to ask or to retire them.")
        return
    count = f"{len(chosen):,} {'place' if len(chosen) == 1 else 'places'}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            f"Confirm {count}",
            icon=":material/event_available:",
            type=desk.main_button,
            on_click=confirm_places,
            args=(desk, [place.id for place in chosen]),
            help="They are there today: somebody has told you, or you have looked.",
        )
        with st.popover("Whom to ask", icon=":material/mail:"):
            _show_addresses(chosen)
        with st.popover(f"Retire {count}", icon=":material/block:"):
            reason = ask_reason("retire many", "Why?", RETIREMENTS)
            st.button("Retire them", on_click=_retire, args=(desk, chosen, reason))
        if len(chosen) == 1:
            st.button(
                "Open it",
                icon=":material/open_in_full:",
                on_click=open_place,
                args=(chosen[0].id, Section.PLACES),
            )


def addresses_of(places: Sequence[Place]) -> tuple[list[str], list[Place]]:
    """Return the email addresses of places, each once, and the places that have none."""
    emails = {p.id: [contact.email for contact in p.contacts if contact.email] for p in places}
    every = dict.fromkeys(email for found in emails.values() for email in found)
    return sorted(every), [place for place in places if not emails[place.id]]


def _show_addresses(chosen: list[Place]) -> None:
    """Show the addresses of those to ask, ready to be copied into a message."""
    emails, without = addresses_of(chosen)
    if emails:
        st.markdown("Copy these into the hidden copies (Bcc) of one message:")
        st.code("; ".join(emails), language=None, wrap_lines=True)
    if without:
        named = "; ".join(place.name for place in without[:10])
        more = f" and {len(without) - 10:,} more" if len(without) > 10 else ""
        look.show_note(f"No email address is known of: {named}{more}.")


def _retire(desk: Desk, chosen: list[Place], reason: Callable[[], str]) -> None:
    """Retire places one by one: those that somebody changed meanwhile stay, and are named."""

    def work() -> str:
        why, stay = reason(), []
        for place in chosen:
            try:
                desk.register.retire(desk.actor, place.id, place.version, why)
            except LostRace:
                stay.append(place.name)
        done = len(chosen) - len(stay)
        said = f"{done:,} {'place is' if done == 1 else 'places are'} retired."
        return (
            f"{said} Changed by somebody else meanwhile, so not retired: {first_few(stay)}." if stay else said
        )

    carry_out(lambda: tell_effect(work))
