"""Two plans of where to place support side by side: in words, in a table and as a file."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from typing import Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from data.asset_kinds import asset_kinds
from data.errors import AtlasError
from data.plans import Plan
from models.explain import Explanation
from models.placement import Placed
from models.placement_asked import Wanted
from models.placement_compare import compare, difference_words, question_words
from models.placement_manual import by_hand
from models.placement_phrases import listed
from models.words import figure, sentence_case
from views import look, session
from views.place_address import How, parse_sought
from views.place_choices import FOR_WORDS, OBJECTIVE_WORDS
from views.place_files import sources_of
from views.place_offered import offered_in
from views.place_scene import PlaceScene
from views.place_spots import in_metres
from views.place_state import WORDS
from views.profile_parts import STYLE, write_table
from views.state import EVERY_PLACE
from views.tables import write_csv

STILL_LOOKING: Final = "The best choice is still being looked for: open the plan to wait for it."
LONGEST: Final = 40
"""So many letters are told of what is not known any more."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A plan as it comes out with the places of today.

    Attributes
    ----------
    name
        What it is called.
    scene
        What it is worked out from.
    placed
        Its choice of sites; None where there is none.
    fault
        Why there is none.
    left_out
        What of it is not known any more, in words.
    """

    name: str
    scene: PlaceScene
    placed: Placed | None = None
    fault: str = ""
    left_out: tuple[str, ...] = ()


def shown_now(scene: PlaceScene, name: str) -> Opened:
    """Return what the page shows, as a plan."""
    return Opened(name, scene, scene.placed)


def open_plan(scene: PlaceScene, plan: Plan) -> Opened:
    """Work out a plan with the places of today.

    Parameters
    ----------
    scene
        What the page shows.
    plan
        The plan.
    """
    count_all = plan.asked.get("count") == EVERY_PLACE
    build = session.counting(session.current_build(), count_all)
    areas = session.areas_of(build)
    offered = scene.offered if count_all == scene.sought.count_all else offered_in(build, areas)
    sought, strange = parse_sought(plan.asked, offered)
    left_out = tuple(f"{WORDS.get(name, name)} ({text[:LONGEST]})" for name, text in strange.items())
    mine = replace(scene, build=build, areas=areas, offered=offered, sought=sought, hand=None)
    try:
        mine = mine.with_hand(_by_hand(mine)) if sought.how is How.HAND else mine
        placed = mine.hand or mine.found
    except AtlasError as error:
        return Opened(plan.name, mine, None, f"{error.message} {error.hint or ''}".strip(), left_out)
    return Opened(plan.name, mine, placed, "" if placed else STILL_LOOKING, left_out)


def _by_hand(scene: PlaceScene) -> Placed:
    """Return the choice of a plan whose sites were put down by hand."""
    spots = [in_metres(spot, scene.build) for spot in scene.sought.spots]
    return by_hand(scene.problem, scene.build, spots).placed


def show_compared(left: Opened, right: Opened) -> None:
    """Show two plans side by side, and offer them as a file."""
    if left.placed is None or right.placed is None:
        for one in (left, right):
            if one.fault:
                st.warning(look.plain(f"{one.name}: {one.fault}"), icon=":material/rule:")
        return
    words = difference_words(left.placed, right.placed, (left.name, right.name))
    caveat = question_words(left.placed, right.placed)
    look.show_small_explanation(Explanation(words, (caveat,) if caveat else ()))
    st.html(STYLE + write_compared(left.name, right.name, compared_frame(left, right)))
    held = left.scene.held or right.scene.held
    if held:
        look.show_note(held)
        return
    st.download_button(
        "Download both",
        lambda: plans_to_csv((left, right)),
        "place_plans.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def compared_frame(left: Opened, right: Opened) -> pd.DataFrame:
    """Return what two plans ask and come to: one row each, columns `left` and `right`.

    Raises
    ------
    ValueError
        When one of them has no choice of sites.
    """
    if left.placed is None or right.placed is None:
        raise ValueError("A plan without a choice of sites cannot be compared.")
    asked = [asked_rows(one.scene) for one in (left, right)]
    questions = pd.DataFrame(dict(zip(("left", "right"), asked, strict=True)), index=list(asked[0]))
    wards = left.scene.areas.frame.groupby("ward_code")["ward_name"].first()
    return pd.concat([questions, compare(left.placed, right.placed, wards)])


def asked_rows(scene: PlaceScene) -> dict[str, str]:
    """Say what is asked, in a few rows."""
    wanted, hand = scene.sought.wanted, scene.hand
    words = asset_kinds()[wanted.kind]
    sites = wanted.sites if hand is None else len(hand.chosen)
    what = words.singular if sites == 1 else words.plural
    return {
        "Asked": f"{sites} {what} within {figure(wanted.minutes)} minutes",
        "For": FOR_WORDS[wanted.people],
        "Best is": OBJECTIVE_WORDS[wanted.objective] if hand is None else "chosen by hand",
        "Conditions": sentence_case(listed(list(_conditions(wanted)))) or "none",
    }


def _conditions(wanted: Wanted) -> Iterable[str]:
    counts = {
        "required": wanted.required,
        "left out": wanted.excluded,
        "closed": wanted.closed,
        "wards to serve": wanted.wards,
    }
    yield from (f"{len(codes)} {words}" for words, codes in counts.items() if codes)
    if wanted.budget_gbp is not None:
        yield f"£{wanted.budget_gbp:,.0f} at most"
    if wanted.capacity is not None:
        yield f"{wanted.capacity:,.0f} children a site at most"


def write_compared(left: str, right: str, frame: pd.DataFrame) -> str:
    """Write two plans side by side as a table; what differs is set in bold."""
    heads = f"<td></td><th scope=col>{escape(left)}</th><th scope=col>{escape(right)}</th>"
    rows = "".join(_row(str(name), row["left"], row["right"]) for name, row in frame.iterrows())
    return write_table(heads, rows, " lines")


def _row(name: str, left: str, right: str) -> str:
    mark = ("<b>", "</b>") if left != right else ("", "")
    cells = "".join(f"<td>{mark[0]}{escape(words)}{mark[1]}</td>" for words in (left, right))
    return f"<tr><th scope=row>{escape(name)}</th>{cells}</tr>"


def plans_to_csv(plans: tuple[Opened, Opened]) -> bytes:
    """Write two plans as a CSV file that a spreadsheet opens without running anything.

    One row a plan and figure: names stand in cells and never in a heading.
    """
    frame = compared_frame(*plans)
    parts = [
        pd.DataFrame(
            {
                "plan": one.name,
                "figure": frame.index,
                "value": frame[side].to_numpy(),
                "site_ids": " ".join(str(id_) for id_ in one.placed.sites.index) if one.placed else "",
                "source": " ".join(dict.fromkeys(p.attribution or p.source for p in sources_of(one.scene))),
                "tier": one.scene.areas.tier.value,
            }
        )
        for one, side in zip(plans, ("left", "right"), strict=True)
    ]
    return write_csv(pd.concat(parts, ignore_index=True))


def link_of(asked: dict[str, str]) -> str:
    """Return what follows the address of the app to open what is asked."""
    return f"place_support?{urlencode(asked)}"
