"""The tables of the Place support page: the new sites, and the small areas as the map shows them."""

from collections.abc import Mapping
from html import escape
from textwrap import wrap
from typing import Final

import pandas as pd
import streamlit as st

from models.candidates import MIDDLE
from models.placement import NEW, Placed
from models.placement_manual import ON_MAP
from models.reach import HIGHER_NEED, LOWER_NEED, REACHED, UNKNOWN_NEED
from models.words import sentence_case
from views import look, tables
from views.markers import MARKERS
from views.place_map import GROUP_WORDS, KEYS
from views.place_scene import PlaceScene
from views.place_state import choose_area, choose_site, key_of
from views.reach_rows import NOT_KNOWN, minutes_cells, number_cells
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX
from views.tables import ROWS_A_PAGE, ROWS_ON_ONE_PAGE

NUMBER: Final = "#"
TIE: Final = "○"
NONE: Final = "–"
SITE: Final = "Site"
GAINED: Final = "Newly reached"
HIGHER: Final = "Of them, higher need"
LOST: Final = "Lost if dropped"
WHY: Final = "Why"
GROUP: Final = "Reach"
BEFORE: Final = "Minutes today"
AFTER: Final = "Minutes then"
CHILDREN: Final = "Children"
RIGHT: Final = (NUMBER, GAINED, HIGHER, LOST, BEFORE, AFTER, CHILDREN)
WIDTHS_PX: Final = {
    **{NUMBER: 38, SITE: 282, "Kind": 84, "Postcode": 84, GAINED: 102, HIGHER: 142, LOST: 108},
    WHY: 278,
}
"""They fill a page of 1,280 px."""

LETTER_PX: Final = 6.6
"""How wide a letter is taken to be where words wrap: a little more than it is on average."""

WRAPPED_PX: Final = 66
"""The height of a row of up to three lines: in rows below 65 px Streamlit cuts words off."""

LINE_PX: Final = 20
"""How much taller a row becomes by each line beyond the third."""

HELPS: Final = {
    GAINED: "Children whom this site alone newly brings within reach. Two sites can reach the same children.",
    HIGHER: "Children in areas of England’s two most deprived fifths.",
    LOST: "Children who would be out of reach if only this site were left out.",
    GROUP: "What at least half of the homes of the area are.",
    BEFORE: "To the nearest today: half of the homes are as near or nearer.",
    AFTER: "To the nearest with the new sites.",
}
FIRST: Final = (NEW, HIGHER_NEED, LOWER_NEED, UNKNOWN_NEED, REACHED)
"""The order of areas: those that gain, then those that still need it."""

ROWS_SHOWN: Final = 14
PHONE: Final = "<style>@media(min-width:700px){.atlas-sites{display:none}}</style>"


def site_rows(placed: Placed, why: Mapping[str, str], ties: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the new sites and of near ties, as words, by id.

    Parameters
    ----------
    placed
        The choice.
    why
        Why each is among them.
    ties
        Those that could stand in for a site: see `views.place_ties.ties_of`.
    """
    sites = placed.sites
    both = pd.concat([sites[["name", "kind", "postcode"]], ties[["name", "kind", "postcode"]]])
    columns = {
        NUMBER: pd.Series([*sites["number"].astype(str), *[TIE] * len(ties)], both.index, dtype=object),
        SITE: both["name"].fillna("No name"),
        "Kind": both["kind"].map(kind_words),
        "Postcode": both["postcode"].fillna("Not known"),
    }
    if placed.areas["children"].notna().any():
        columns |= {GAINED: number_cells(pd.concat([sites["children"], ties["children"]]).astype(float))}
        if placed.problem.reach.fifths is not None:
            higher = pd.concat([sites["higher_need"], ties["higher_need"]])
            columns |= {HIGHER: number_cells(higher.astype(float))}
        columns |= {LOST: number_cells(sites["lost"]).reindex(both.index).fillna(NONE)}
    columns[WHY] = pd.Series({id_: why.get(str(id_), "") for id_ in both.index}, dtype=object)
    return pd.DataFrame(columns, both.index)


def kind_words(kind: str) -> str:
    """Return what a kind of building is called in a table."""
    return sentence_case(kind) if kind in (MIDDLE, ON_MAP) else MARKERS[kind].name


def area_rows(scene: PlaceScene) -> pd.DataFrame:
    """Return the rows of the small areas: the selected one first, then those that gain most."""
    placed, frame = scene.placed, scene.areas.frame
    areas = placed.areas.join(frame[["area_name", "ward_name", "la_name"]])
    homes, cutoff = placed.problem.reach.homes, placed.problem.minutes.cutoff_min
    areas["before_min"] = homes.middle(placed.problem.before_min).reindex(areas.index)
    areas["after_min"] = homes.middle(placed.after_min).reindex(areas.index)
    order = areas["group"].map({group: at for at, group in enumerate(FIRST)}).fillna(len(FIRST))
    order = order.mask(order.index == scene.sought.area, -1)
    areas = areas.assign(order=order).sort_values(
        ["order", "children", "area_name"], ascending=[True, False, True], kind="stable"
    )
    columns = {"Small area": areas["area_name"]}
    if areas["ward_name"].notna().any():
        columns["Ward"] = areas["ward_name"].fillna("No ward")
    if areas["la_name"].nunique() > 1:
        columns["Council"] = areas["la_name"].fillna("No council")
    words = areas["group"].map(KEYS).map(GROUP_WORDS).fillna(NOT_KNOWN).map(sentence_case)
    columns[GROUP] = words
    if areas["children"].notna().any():
        columns[CHILDREN] = number_cells(areas["children"])
        columns[GAINED] = number_cells(areas["children_gained"])
    columns[BEFORE] = minutes_cells(_within(areas["before_min"], cutoff), areas["before_share"], cutoff)
    columns[AFTER] = minutes_cells(_within(areas["after_min"], cutoff), areas["after_share"], cutoff)
    return pd.DataFrame(columns, areas.index)


def lines_of(rows: pd.DataFrame) -> int:
    """Count the lines that the words of a table take at most in the width of their column."""
    told = [
        (str(words), WIDTHS_PX[name]) for name in rows.columns if name in WIDTHS_PX for words in rows[name]
    ]
    return max([1, *(len(wrap(words, round((width - 16) / LETTER_PX))) for words, width in told)])


def row_height_of(rows: pd.DataFrame) -> int:
    """Return how tall rows are in which all words can be read, in pixels."""
    lines = lines_of(rows)
    return ROW_HEIGHT_PX if lines == 1 else WRAPPED_PX + max(lines - 3, 0) * LINE_PX


def write_sites(rows: pd.DataFrame) -> str:
    """Write the new sites as a list for a phone, where a table of so many columns would be cut off."""
    told = [name for name in (GAINED, HIGHER, LOST) if name in rows]
    items = "".join(
        f'<div role=listitem style="margin-bottom:.6rem"><b>{escape(row[NUMBER])} · {escape(row[SITE])}</b>'
        f'<div style="{look.PALE}">{escape(row["Kind"])}, {escape(row["Postcode"])}</div>'
        f"<div>{escape(row[WHY])}</div>"
        f"<div>{escape(_figures_of(row[[name for name in told if row[name] != NONE]]))}</div></div>"
        for _, row in rows.iterrows()
    )
    style = f"{look.SMALL};overflow-wrap:anywhere"
    return f'{PHONE}<div class=atlas-sites role=list style="{style}">{items}</div>'


def _figures_of(told: pd.Series) -> str:
    """Write the figures of a site: "Newly reached 420; of them, higher need 0"."""
    return "; ".join(f"{str(name).lower()} {figure}" for name, figure in told.items()).capitalize()


def show_sites(scene: PlaceScene) -> None:
    """Show the new sites; a cell selects its site, as a click on the map does."""
    rows = site_rows(scene.placed, scene.why, scene.ties)
    if rows.empty:
        look.show_note("No site is chosen.")
        return
    st.html(write_sites(rows))
    _show(
        rows,
        "place_rows",
        scene.sought.site,
        "site",
        "The new sites in the order of whom they reach, and near ties",
        row_height_of(rows),
        len(rows),
    )


def show_areas(scene: PlaceScene) -> None:
    """Show the small areas with the figures of the map, page by page; a cell selects its area."""
    rows = area_rows(scene)
    pages = 1 if len(rows) <= ROWS_ON_ONE_PAGE else -(-len(rows) // ROWS_A_PAGE)
    page = min(st.session_state.get(key_of("page"), 1), pages)
    shown = rows if pages == 1 else rows.iloc[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    _show(
        shown,
        f"place_areas {page}",
        scene.sought.area,
        "area",
        "Small areas with the same figures as the map",
    )
    if pages > 1:
        st.pagination(pages, key=key_of("page"), max_visible_pages=5)


def _show(
    rows: pd.DataFrame,
    name: str,
    selected: str,
    what: str,
    alt: str,
    row_height_px: int = ROW_HEIGHT_PX,
    most: int = ROWS_SHOWN,
) -> None:
    """Show a table in which the row of what is selected is marked, with up to so many rows in view."""
    codes = [str(code) for code in rows.index]
    picked = [(codes.index(selected), str(rows.columns[1]))] if selected in codes else []
    # What is picked is known by its position: another choice starts with nothing but what is selected.
    key = " ".join([name, *codes, selected])
    st.dataframe(
        tables.to_arrow(rows),
        height=min(len(rows), most) * row_height_px + ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=row_height_px,
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(
                width=WIDTHS_PX.get(name),
                help=HELPS.get(name),
                alignment="right" if name in RIGHT else "left",
            )
            for name in rows.columns
        },
        key=key,
        on_select=lambda: _pick(key, codes, what),
        selection_mode="single-cell",
        selection_default={"selection": {"cells": picked}},
        alt=alt,
    )


def _pick(key: str, codes: list[str], what: str) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    if cells:
        (choose_site if what == "site" else choose_area)(codes[cells[0][0]])


def _within(minutes: pd.Series, cutoff_min: float) -> pd.Series:
    return minutes.where(minutes <= cutoff_min)
