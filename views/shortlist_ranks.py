"""The ranked table beside the map of a shortlist: tiers, how far each rank could lie, and chances.

It is a table of the page's own, in which a rank is drawn with its range and a name is a button: a table of
Streamlit can draw no range, and a drawing could not be pressed.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from models.levels import Level
from models.shortlist import Shortlist
from models.words import joined, noun, number
from views import look
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import choose_area, key_of
from views.shortlist_words import range_words, short_chance
from views.tables import ROWS_A_PAGE

HERE: Final = Path(__file__).parent
RANKS_KEY: Final = "shortlist_ranks"
SEEN: Final = key_of("seen")
NAME: Final = "prevention_atlas_ranks"
FULL_PAGE: Final = 60
"""So many rows stand on one page, and beyond that `ROWS_A_PAGE`: on a scale of 200 the first are one dot."""

HEIGHTS: Final = {"alone": "32rem", "under": "19rem"}
"""How high the table is, alone beside the map and under a selected shape; beyond that it scrolls."""

HELPS: Final = {
    "tier": "Within a tier the order could be chance.",
    "range": "The rank with its range: where it lies in nine of ten weightings that fit what was said.",
    "chance": "In how many of the weightings it is among the first.",
    "value": "0 to 100: what its figures are worth, each times the weight of its criterion.",
}


@cache
def _renderer() -> ComponentRenderer:
    """Return what mounts the table; it is made known to Streamlit once."""
    script, style = (HERE.joinpath(f"ranks.{kind}").read_text("utf-8") for kind in ("js", "css"))
    return component(NAME, html='<div class="ranks" role="region" tabindex="0"></div>', css=style, js=script)


def show_ranks(scene: ShortlistScene, found: Shortlist) -> None:
    """Show the ranked table; a press on a row selects its shape."""
    rows = found.frame
    pages = 1 if len(rows) <= FULL_PAGE else -(-len(rows) // ROWS_A_PAGE)
    _turn_to_selected(rows.index, scene.sought.area)
    page = min(st.session_state.get(key_of("page"), 1), pages)
    shown = rows if pages == 1 else rows.iloc[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    _renderer()(
        key=RANKS_KEY,
        data=table_of(scene, found, shown, page),
        on_picked_change=_pick,
    )
    if pages > 1:
        st.pagination(pages, key=key_of("page"), max_visible_pages=5)
    if len(found.out):
        look.show_note(out_words(scene, found.out))


def _turn_to_selected(codes: pd.Index, selected: str) -> None:
    """Turn to the page of a shape when it is selected, and not again: the reader may turn on from there."""
    if selected == st.session_state.get(SEEN) or len(codes) <= FULL_PAGE:
        return
    st.session_state[SEEN] = selected
    if selected in codes:
        st.session_state[key_of("page")] = codes.get_loc(selected) // ROWS_A_PAGE + 1


def table_of(scene: ShortlistScene, found: Shortlist, shown: pd.DataFrame, page: int) -> dict[str, Any]:
    """Return what the table shows, as it is sent to the browser.

    Parameters
    ----------
    scene, found
        What is shown.
    shown
        The rows of this page of `Shortlist.frame`.
    page
        Its number, from 1.
    """
    first = found.asked.top
    last = int(max(shown["rank_high"].max(), shown["rank"].max()))
    tiers = [
        [int(str(tier)), [_row(scene, code, row) for code, row in rows.iterrows()]]
        for tier, rows in shown.groupby("tier", sort=True)
    ]
    return {
        "name": f"{scene.level.plural.capitalize()} by rank, with the same figures as the map",
        "view": f"{scene.level} {scene.asked.within} {page}",
        "heads": [
            ["Tier", "tier", HELPS["tier"]],
            ["Rank", "n", ""],
            [scene.level.singular.capitalize(), "", ""],
            [f"Likely rank, 1 to {last:,}", "range", HELPS["range"]],
            [f"In first\N{NO-BREAK SPACE}{first:,}", "n", HELPS["chance"]],
            ["Value", "n wide", HELPS["value"]],
        ],
        "tiers": tiers,
        "last": last,
        "selected": scene.sought.area,
        "chosen_words": "chosen",
        "height": HEIGHTS["under" if scene.sought.area else "alone"],
    }


def _row(scene: ShortlistScene, code: object, row: pd.Series) -> list[Any]:
    return [
        str(code),
        int(row["rank"]),
        str(row["name"]),
        place_words(scene, row),
        float(row["rank_low"]),
        float(row["rank_high"]),
        range_words(row["rank_low"], row["rank_high"]),
        short_chance(row["chance_top"]),
        f"{row['value']:.0f}",
        bool(row["chosen"]),
    ]


def place_words(scene: ShortlistScene, row: pd.Series) -> str:
    """Say where a shape lies as far as its name does not: its ward, and its council among several."""
    ward = row["ward_name"] if scene.level is Level.AREA else None
    council = row["la_name"] if scene.shown["la_name"].nunique() > 1 else None
    return ", ".join(str(part) for part in (ward, council) if part is not None and pd.notna(part))


def out_words(scene: ShortlistScene, out: pd.DataFrame) -> str:
    """Say which shapes are not compared, and why: the first few by name."""
    told = [f"{name} ({words})" for name, words in zip(out["name"], out["words"], strict=True)][:3]
    more = f"; and {number(len(out) - 3)} more" if len(out) > 3 else ""
    return joined(
        f"Not compared: {number(len(out))} {noun(scene.level, len(out))}:", f"{'; '.join(told)}{more}."
    )


def _pick() -> None:
    code = st.session_state[RANKS_KEY].picked
    if code:
        choose_area(str(code))
