"""A tab of the Place support page: what other choices trade off, what today's places do, and saved plans."""

from html import escape
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from models.explain import Explanation
from models.placement import Placed
from models.placement_asked import For, Objective
from models.placement_compare import how_chosen
from models.placement_others import Price
from models.placement_phrases import listed
from models.placement_trade_words import moves_words, near_frame, near_words, price_words
from models.reach_phrases import NEXT_TO_NOTHING, Near
from models.siting_near import NearSets
from models.words import number, percent
from views import look, place_tab_figures
from views.place_address import How
from views.place_plans import show_plans
from views.place_scene import PlaceScene
from views.place_spots import BETWEEN, MOST_SPOTS
from views.place_state import keep, key_of
from views.profile_parts import STYLE, write_table
from views.reach_rows import NOT_KNOWN, signed_cells

SHARES: Final = (0.01, 0.02, 0.05, 0.1)
"""How near to the best that can be other choices are offered to be."""

HALVES: Final = (1, 1)
MOST_ROWS: Final = 10
STILL_LOOKING: Final = (
    "This is told of the best choice, which takes longer to find: look for it under “Best sites”."
)
BY_HAND: Final = "Of the best choice, not of the sites that you chose yourself."
ROOM_COUNTS: Final = "Not worked out where a site has room for only so many children."
MEASURED: Final = {
    Objective.COVER: "who is within reach, weighed as asked",
    Objective.FAIR: "who is within reach, weighed fairly",
    Objective.MEDIAN: "the length of all ways",
    Objective.CENTRE: "the longest way",
}
NEAR_NOTE: Final = (
    "Short by: of the best that can be, by {}. Children: how many more or fewer are within reach than with "
    "the best choice, and of them in areas of higher need."
)
SHOW_WORDS: Final = {
    Objective.FAIR: "Show the fair choice on the map",
    Objective.COVER: "Show the one with most children",
}
GINI: Final = "Gini: how unevenly reach is spread, 0 where every small area has the same share in reach."


def show_trade_offs(scene: PlaceScene) -> None:
    """Show other choices that do nearly as well, what fairness costs, what today's places do, and plans."""
    best = best_of(scene)
    if best is not None:
        left, right = st.columns(HALVES, gap="medium")
        with left:
            _show_near(scene, best)
        with right:
            _show_price(scene, best)
        _show_moves(scene, best)
    show_plans(scene)


def best_of(scene: PlaceScene) -> Placed | None:
    """Return the best choice, and say so where another one is shown, none is found yet or there is none."""
    if scene.fault is not None:
        look.show_note(f"This is told of the best choice, and there is none. {scene.fault.message}")
        return None
    if scene.found is None:
        look.show_note(STILL_LOOKING)
    elif scene.hand is not None:
        look.show_note(BY_HAND)
    return scene.found


def _show_near(scene: PlaceScene, best: Placed) -> None:
    st.subheader("Nearly as good", anchor=False)
    if best.problem.capacity is not None:
        look.show_note(ROOM_COUNTS)
        return
    within = st.selectbox(
        "Within", SHARES, format_func=lambda share: f"{share:.0%} of the best", key=key_of("near"), width=180
    )
    near = place_tab_figures.near_for(scene.build, best, within)
    frame = near_frame(best.problem, near, best.chosen)
    look.show_small_explanation(Explanation(near_words(near, len(frame), within), ()))
    if len(frame):
        st.html(STYLE + write_near(frame))
        look.show_note(NEAR_NOTE.format(MEASURED[best.problem.wanted.objective]))
        _offer_on_map(frame)
        return
    if within < SHARES[-1]:
        wider = place_tab_figures.near_for(scene.build, best, SHARES[-1])
        look.show_note(further_words(wider, near_frame(best.problem, wider, best.chosen)))


def further_words(near: NearSets, frame: pd.DataFrame) -> str:
    """Say by how much the nearest other choice falls short; nothing where none was found.

    Parameters
    ----------
    near
        Choices that do nearly as well.
    frame
        Those of them that are told, as `models.placement_trade_words.near_frame` returns them.
    """
    if frame.empty:
        return ""
    which = "The nearest other one found" if len(frame) == near.others else "One that was found"
    return f"{which} falls {frame['short'].iloc[0]:.1%} short of it."


def _offer_on_map(frame: pd.DataFrame) -> None:
    """Let one of the other choices be shown on the map, as sites that are put down by hand."""
    words = {
        BETWEEN.join(row["ids"]): f"{row['takes'] or 'none'} instead of {row['leaves'] or 'none'}"
        for _, row in frame.iterrows()
        if len(row["ids"]) <= MOST_SPOTS
    }
    if words:
        key = key_of("near_shown")
        st.session_state[key] = None
        st.selectbox(
            "Show one on the map",
            list(words),
            index=None,
            format_func=words.__getitem__,
            placeholder="None",
            key=key,
            on_change=lambda: keep(how=How.HAND.value, spots=st.session_state[key] or ""),
        )


def write_near(frame: pd.DataFrame) -> str:
    """Write other choices as a table: what each swaps, and what it gives up."""
    heads = (
        '<th scope=col>Instead of</th><th scope=col>Choose</th><th scope=col class="n wide">Short by</th>'
        "<th scope=col class=n>Children</th><th scope=col class=n>Higher need</th>"
    )
    children, higher = signed_cells(frame["children"]), signed_cells(frame["higher_need"])
    rows = "".join(
        f"<tr><td>{escape(row['leaves']) or 'none'}</td><td>{escape(row['takes']) or 'none'}</td>"
        f'<td class="n wide">{row["short"]:.1%}</td>'
        f"<td class=n>{children[place]}</td><td class=n>{higher[place]}</td></tr>"
        for place, row in frame.iterrows()
    )
    return write_table(heads, rows)


def _show_price(scene: PlaceScene, best: Placed) -> None:
    st.subheader("The price of fairness", anchor=False)
    if best.problem.reach.fifths is None:
        look.show_note("No rank of deprivation was loaded, so nobody can be told by it.")
        return
    price = place_tab_figures.price_for(scene.build, best)
    look.show_small_explanation(Explanation(price_words(price), ()))
    wards = scene.areas.frame.groupby("ward_code")["ward_name"].first()
    st.html(STYLE + write_price(price, wards))
    fairness = percent(best.problem.wanted.fairness)
    look.show_note(
        f"Fair: the share of children of higher need counts {fairness}, and that of all children the rest. "
        f"Both for all children, under the same conditions. {GINI}"
    )
    other = Objective.COVER if best.problem.wanted.objective is Objective.FAIR else Objective.FAIR
    if not np.array_equal(price.efficient.chosen, price.fair.chosen):
        st.button(
            SHOW_WORDS[other],
            key=key_of("other_aim"),
            icon=":material/map:",
            on_click=lambda: keep(how=How.BEST.value, objective=other.value, **{"for": For.CHILDREN.value}),
        )


def write_price(price: Price, ward_names: pd.Series) -> str:
    """Write the choice that reaches most children beside the fair one."""
    pair = [price.frame.loc[name] for name in ("efficient", "fair")]
    lines = {
        "Sites": [listed(list(placed.sites["name"])) or "none" for placed in (price.efficient, price.fair)],
        "Children within reach": [number(row["children"]) for row in pair],
        "Of higher need": [number(row["higher_need"]) for row in pair],
        "Worst-off ward": [_ward_words(row, ward_names) for row in pair],
        "Gini": [f"{row['gini']:.2f}" for row in pair],
        "How chosen": [how_chosen(placed) for placed in (price.efficient, price.fair)],
    }
    heads = "<td></td><th scope=col>Most children</th><th scope=col>Fair</th>"
    return write_table(heads, write_lines(lines), " lines")


def write_lines(lines: dict[str, list[str]]) -> str:
    """Write labelled rows of a table."""
    return "".join(
        f"<tr><th scope=row>{escape(label)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for label, cells in lines.items()
    )


def _ward_words(row: pd.Series, ward_names: pd.Series) -> str:
    if pd.isna(row["worst_ward"]):
        return NOT_KNOWN
    return f"{ward_names.get(row['worst_ward'], row['worst_ward'])}, {percent(row['worst_share'])}"


def _show_moves(scene: PlaceScene, best: Placed) -> None:
    reach = best.problem.reach
    near = Near(reach.asked, reach.costs.means)
    st.subheader(f"Today’s {near.plural}", anchor=False)
    moves = place_tab_figures.moves_for(scene.build, best)
    if moves.empty:
        look.show_note(f"There is no {near.singular} here today that stays.")
        return
    look.show_small_explanation(Explanation(moves_words(moves), ()))
    st.html(STYLE + write_moves(moves.head(MOST_ROWS)))
    more = f" The first {MOST_ROWS} of {len(moves):,}." if len(moves) > MOST_ROWS else ""
    look.show_note(f"Children, for each place alone: all others stay, and no new site opens.{more}")


def write_moves(moves: pd.DataFrame) -> str:
    """Write what closing each place of today loses, and where it would best be moved."""
    heads = "<th scope=col>Place</th><th scope=col>If it closes</th><th scope=col>Best moved to</th>"
    net = signed_cells(moves["children_net"])
    need = moves["higher_need_net"]
    higher = (", " + signed_cells(need) + " of higher need").where(need.notna(), "")
    rows = "".join(
        f"<tr><th scope=row>{escape(str(row['name']))}</th>"
        f"<td>{_lost_words(row['children_lost'], row['higher_need_lost'])}</td>"
        f"<td>{escape(str(row['to_name']))}: <b>{net[place]}</b> within reach{higher[place]}</td></tr>"
        for place, row in moves.iterrows()
    )
    return write_table(heads, rows, " lines")


def _lost_words(children: float, higher_need: float) -> str:
    if children < NEXT_TO_NOTHING:
        return "nobody out of reach"
    of_them = f", {number(higher_need)} of higher need" if higher_need >= NEXT_TO_NOTHING else ""
    return f"<b>{number(children)}</b> out of reach{of_them}"
