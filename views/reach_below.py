"""What stands below the map of reach: fifths, wards, the places with whom they reach, and the sources."""

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from data.asset_kinds import asset_kinds
from geo.area_table import AreaTable
from geo.builds import Build
from models.levels import Level
from models.reach import Reach
from models.reach_levels import by_fifth
from models.words import number, percent, sentence_case
from views import controls, look, reach_files, reach_map, tables
from views.inside import why_inside
from views.profile_parts import STYLE, inks_of, write_table
from views.reach_figures import LevelReach
from views.reach_state import View, key_of
from views.reach_rows import NOT_KNOWN, minutes_cells, number_cells, signed_cells
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX
from views.tables import ROWS_A_PAGE

FIFTH_WORDS: Final = {
    1: "Most deprived",
    2: "Second",
    3: "Middle",
    4: "Fourth",
    5: "Least deprived",
}
WARDS_SHOWN: Final = 11


def show_fifths(reach: Reach, after: Reach | None, dark: bool) -> None:
    """Show by fifth of deprivation how many children are out of reach, with a bar and in words.

    Parameters
    ----------
    reach
        Of today.
    after
        What it is after a change; None where there is none.
    dark
        Whether the page is dark.
    """
    st.subheader("By deprivation", anchor=False)
    if reach.fifths is None:
        look.show_note("No rank of deprivation was loaded, so nobody can be told by it.")
        return
    if reach.areas["children_out"].isna().all():
        look.show_note("Without numbers of children nobody can be counted by deprivation.")
        return
    today = by_fifth(reach)
    st.html(STYLE + write_fifths(today, None if after is None else by_fifth(after), dark))
    cars = " Households without a car stand beside them." if _has_cars(today) else ""
    which = reach.fifths.words
    look.show_note(
        f"Fifths of England by {which}, {reach.fifths.year}. Bars show the share of children within "
        f"{reach.asked.minutes:g} minutes{', today and newly' if after else ''}.{cars}"
    )


def write_fifths(today: pd.DataFrame, after: pd.DataFrame | None, dark: bool) -> str:
    """Write reach by fifth as a table with bars: within reach today, and newly so."""
    cars = "<th scope=col class=n>No car, out</th>" if _has_cars(today) else ""
    change = "" if after is None else "<th scope=col class=n>Change</th>"
    heads = (
        "<th scope=col>Fifth of England</th><td class=track></td><th scope=col class=n>Children out</th>"
        f"<th scope=col class=n>of all</th>{change}{cars}"
    )
    changed = today if after is None else after
    rows = zip(today.iterrows(), changed.iterrows(), strict=True)
    return write_table(
        heads, "".join(_fifth_row(one, other, bool(change), bool(cars), dark) for one, (_, other) in rows)
    )


def _fifth_row(
    named: tuple[object, pd.Series], after: pd.Series, change: bool, cars: bool, dark: bool
) -> str:
    fifth, row = named
    name = NOT_KNOWN if pd.isna(fifth) else FIFTH_WORDS[int(str(fifth))]
    told = number_cells(pd.Series([row["children_out"], row["households_no_car_out"]]))
    share = "" if pd.isna(row["out_share"]) else f" {escape(percent(row['out_share']))}"
    cells = f"<td class=n>{told[0]}</td><td class=n><b>{share or NOT_KNOWN}</b></td>"
    if change:
        gain = row["children_out"] - after["children_out"]
        cells += f"<td class=n>{signed_cells(pd.Series([gain]))[0]}</td>"
    if cars:
        cells += f"<td class=n>{told[1]}</td>"
    return (
        f"<tr><th scope=row>{name}</th><td class=track aria-hidden=true>{_bar(row, after, dark)}</td>"
        f"{cells}</tr>"
    )


def _bar(today: pd.Series, after: pd.Series, dark: bool) -> str:
    """Draw the share within reach; after a change the newly reached follow, or those who lose are marked."""
    if pd.isna(today["out_share"]):
        return ""
    within, then = 1 - today["out_share"], 1 - after["out_share"]
    palette = reach_map.palette_of(View.WHAT_IF, dark)
    parts = [(min(within, then), palette[0]), (max(then - within, 0), palette[1]), (max(within - then, 0), palette[5])]
    spans = "".join(
        f'<div style="height:100%;width:{share:.1%};background:{ink}"></div>' for share, ink in parts if share > 0
    )
    return f'<div style="height:10px;display:flex;border:1px solid {inks_of(dark).line}">{spans}</div>'


def _has_cars(frame: pd.DataFrame) -> bool:
    return bool(frame["households_no_car_out"].notna().any())


def show_wards(wards: LevelReach, council: str) -> None:
    """Show reach by ward, the most children out of reach first."""
    st.subheader(f"By {wards.level.singular}", anchor=False)
    frame = wards.inside(council)
    frame = frame.sort_index().sort_values(["children_out", "nearest_min"], ascending=False, kind="stable")
    columns = {sentence_case(wards.level.singular): frame["name"]}
    if wards.has_children:
        shares = frame["out_share"].map(percent, na_action="ignore").fillna("–")
        columns |= {"Children out": number_cells(frame["children_out"]), "Share": shares}
    columns["Minutes"] = minutes_cells(wards, frame)
    if _has_cars(frame):
        columns["No car, out"] = number_cells(frame["households_no_car_out"])
    right = [name for name in columns if name != sentence_case(wards.level.singular)]
    st.dataframe(
        tables.to_arrow(pd.DataFrame(columns, frame.index)),
        height=min(len(frame) + 1, WARDS_SHOWN) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={name: st.column_config.TextColumn(alignment="right") for name in right},
        alt=f"{wards.level.plural.capitalize()} with the children who are out of reach",
    )


def show_places(build: Build, areas: AreaTable, reach: Reach, council: str) -> None:
    """Show the places and how many children they have in reach, one click away, and as a file."""
    words = asset_kinds()[reach.asked.kind]
    panel = st.expander(f"{sentence_case(words.plural)}, and whom they reach", on_change="rerun", key=key_of("places"))
    if not panel.open:
        return
    with panel:
        frame = reach.places.sort_index()
        frame = frame[frame["la_code"].eq(council).fillna(False)] if council else frame
        frame = frame.sort_values("children_within", ascending=False, kind="stable", na_position="last")
        _show_places_page(reach, frame)
        if held := why_inside(build, reach_files.used_indicators(reach, areas)):
            look.show_note(held)
            return
        st.download_button(
            f"Download all {len(reach.places):,} places",
            lambda: reach_files.places_to_csv(build, areas, reach),
            f"reach_places_{reach.asked.kind}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _show_places_page(reach: Reach, frame: pd.DataFrame) -> None:
    pages = max(-(-len(frame) // ROWS_A_PAGE), 1)
    page = min(st.session_state.get(key_of("places_page"), 1), pages)
    shown = frame.iloc[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    columns = {"Place": shown["name"], "Where": shown["inside"].map({True: "inside", False: "beyond the border"})}
    children = reach.areas["children"]
    if frame["children_within"].notna().any():
        columns["Children within"] = number_cells(shown["children_within"])
        columns["Share of all"] = (shown["children_within"] / children.sum()).map(percent)
        each = (1 / shown["ratio"]).map(number, na_action="ignore").fillna("–")
        columns[f"Children to one of its {reach.supply.unit}"] = each
    look.show_note(
        f"Within {reach.asked.minutes:g} minutes. A child can be near several places, so numbers do not add up. "
        "The last column shares each child out among all that are near, the nearest counting most."
    )
    st.dataframe(
        tables.to_arrow(pd.DataFrame(columns, shown.index)),
        height=min(len(shown) + 1, 14) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={n: st.column_config.TextColumn(alignment="right") for n in list(columns)[2:]},
        alt="The places with the children whom they reach",
    )
    if pages > 1:
        st.pagination(pages, key=key_of("places_page"), max_visible_pages=5)


def show_sources(build: Build, areas: AreaTable, reach: Reach, method: tuple[str, ...]) -> None:
    """Show how it was measured and where every figure came from, one click away."""
    panel = st.expander("Sources and method", on_change="rerun", key=key_of("sources"))
    if not panel.open:
        return
    with panel:
        look.show_note(" ".join(dict.fromkeys([*method, *reach.notes])))
        for source in reach_files.travel_sources(build):
            controls.show_source("Travel", source)
        for source in reach_files.place_sources(build, reach):
            controls.show_source(sentence_case(asset_kinds()[reach.asked.kind].plural), source)
        for column in reach_files.used_columns(reach, areas):
            controls.show_source(areas.dictionary[column].label, areas.provenance[column])
        controls.show_source("Boundaries of small areas", areas.provenance["geometry"])
        if "ward_code" in areas.provenance:
            controls.show_source("Wards of small areas", areas.provenance["ward_code"])
