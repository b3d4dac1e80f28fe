"""What stands below the map of reach: fifths, wards, the places with whom they reach, and the sources."""

from html import escape
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from data.asset_kinds import asset_kinds
from geo.area_table import AreaTable
from geo.builds import Build
from geo.travel import Means
from models.reach import Reach
from models.reach_change import Change
from models.reach_levels import by_fifth
from models.words import number, percent, sentence_case
from views import controls, look, reach_files, reach_map, tables
from views.inside import why_inside
from views.profile_parts import STYLE, inks_of, write_table
from views.reach_figures import LevelReach
from views.reach_rows import (
    MINUTES,
    NOT_KNOWN,
    OUT,
    children_cells,
    minutes_cells,
    number_cells,
    signed_cells,
)
from views.reach_state import View, key_of
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX
from views.tables import ROWS_A_PAGE

FIFTH_WORDS: Final = {
    1: "Most deprived",
    2: "Second",
    3: "Middle",
    4: "Fourth",
    5: "Least deprived",
}
NO_CAR: Final = "No car, out"
WARDS_SHOWN: Final = 11
MOST_WARDS: Final = 20


def show_fifths(reach: Reach, change: Change | None, dark: bool) -> None:
    """Show by fifth of deprivation how many children are out of reach, with a bar and in words.

    Parameters
    ----------
    reach
        Of today.
    change
        What changes; None where nothing does.
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
    fifths = by_fifth(reach)
    if change is not None:
        fifths = fifths.assign(gained=change.by_fifth["children_gained"].to_numpy())
    st.html(STYLE + write_fifths(fifths, dark))
    cars = f" {NO_CAR}: households without a car that are out of reach." if _has_cars(fifths) else ""
    look.show_note(
        f"Fifths of England by {reach.fifths.words}, {reach.fifths.year}. Within reach: the children of each "
        f"who are within {reach.asked.minutes:g} minutes{' today' if change else ''}.{cars}"
    )


def write_fifths(fifths: pd.DataFrame, dark: bool) -> str:
    """Write reach by fifth as a table with bars; with `gained` also who comes within reach by a change."""
    change = "<th scope=col class=n>Change</th>" if "gained" in fifths else ""
    cars = f"<th scope=col class=n>{NO_CAR}</th>" if _has_cars(fifths) else ""
    heads = (
        "<th scope=col>Fifth of England</th><td class=track></td><th scope=col class=n>Within reach</th>"
        f"<th scope=col class=n>Children out</th>{change}{cars}"
    )
    rows = (_fifth_row(fifth, row, bool(cars), dark) for fifth, row in fifths.iterrows())
    return write_table(heads, "".join(rows))


def _fifth_row(fifth: object, row: pd.Series, cars: bool, dark: bool) -> str:
    name = NOT_KNOWN if pd.isna(fifth) else FIFTH_WORDS[int(str(fifth))]
    out, without = number_cells(row[["children_out", "households_no_car_out"]])
    within = NOT_KNOWN if pd.isna(row["out_share"]) else escape(percent(1 - row["out_share"]))
    cells = f"<td class=n><b>{within}</b></td><td class=n>{out}</td>"
    if "gained" in row:
        cells += f"<td class=n>{signed_cells(row[['gained']]).iloc[0]}</td>"
    if cars:
        cells += f"<td class=n>{without}</td>"
    return f"<tr><th scope=row>{name}</th><td class=track aria-hidden=true>{_bar(row, dark)}</td>{cells}</tr>"


def _bar(row: pd.Series, dark: bool) -> str:
    """Draw the share within reach, then those who come within reach, or who fall out of it."""
    if not row["children"] > 0:
        return ""
    palette = reach_map.palette_of(View.WHAT_IF, dark)
    within, gained = 1 - row["out_share"], np.nan_to_num(row.get("gained", 0.0)) / row["children"]
    parts = (
        (within + min(gained, 0), palette[0]),
        (max(gained, 0), palette[1]),
        (max(-gained, 0), palette[5]),
    )
    spans = "".join(f'<div style="width:{share:.1%};background:{ink}"></div>' for share, ink in parts)
    return f'<div style="height:10px;display:flex;border:1px solid {inks_of(dark).line}">{spans}</div>'


def _has_cars(frame: pd.DataFrame) -> bool:
    return bool(frame["households_no_car_out"].notna().any())


def show_wards(wards: LevelReach, council: str, gained: pd.Series | None) -> None:
    """Show reach by ward: the most children who gain or lose first, else the most out of reach.

    Parameters
    ----------
    wards
        Reach by ward.
    council
        The one council that is shown, or an empty text.
    gained
        How many children come within reach by a change, by ward; None where nothing changes.
    """
    st.subheader(f"By {wards.level.singular}", anchor=False)
    frame = wards.inside(council).sort_index()
    frame = frame.assign(gained=0.0 if gained is None else gained.reindex(frame.index).abs().round())
    most = ["gained", "children_out", "nearest_min"]
    frame = frame.sort_values(most, ascending=False, kind="stable")
    columns = {sentence_case(wards.level.singular): frame["name"]}
    if frame["la_name"].nunique() > 1:
        columns["Council"] = frame["la_name"].fillna("No council")
    words = list(columns)
    if wards.has_children:
        columns |= {OUT: children_cells(frame)}
        columns |= {"Share": frame["out_share"].map(percent, na_action="ignore").fillna(NOT_KNOWN)}
    if gained is not None:
        columns["Change"] = signed_cells(gained.reindex(frame.index))
    columns[MINUTES] = minutes_cells(
        frame["nearest_min"], frame["reached_share"], wards.reach.costs.cutoff_min
    )
    if _has_cars(frame):
        columns[NO_CAR] = number_cells(frame["households_no_car_out"])
    shown = pd.DataFrame(columns, frame.index).head(MOST_WARDS)
    st.dataframe(
        tables.to_arrow(shown),
        height=min(len(shown) + 1, WARDS_SHOWN) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(alignment="right") for name in columns if name not in words
        },
        alt=f"{wards.level.plural.capitalize()} with the children who are out of reach",
    )
    if len(frame) > MOST_WARDS:
        look.show_note(f"The first {MOST_WARDS} of {len(frame):,}. Choose wards as the level to see all.")


def show_places(build: Build, areas: AreaTable, reach: Reach, council: str) -> None:
    """Show the places and how many children they have in reach, one click away, and as a file."""
    words = asset_kinds()[reach.asked.kind]
    panel = st.expander(
        f"{sentence_case(words.plural)}, and whom they reach", on_change="rerun", key=key_of("places")
    )
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
    columns = {
        "Place": shown["name"],
        "Where": shown["inside"].map({True: "inside", False: "beyond the border"}),
    }
    children = reach.areas["children"]
    if frame["children_within"].notna().any():
        columns["Children within"] = number_cells(shown["children_within"])
        columns["Share of all"] = (shown["children_within"] / children.sum()).map("{:.1%}".format)
        columns["Around it"] = (1 / shown["ratio"]).map(number, na_action="ignore").fillna("0")
        look.show_note(
            f"Within {reach.asked.minutes:g} minutes. A child can be near several, so numbers do not add up. "
            f"Around it: children for each of its {reach.supply.unit}, those further away counting for less."
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
        roads = build.roads.notes if build.roads and reach.costs.means is Means.NETWORK else ()
        look.show_note(" ".join(dict.fromkeys([reach.means_words, *method, *reach.notes, *roads])))
        for source in reach_files.travel_sources(build):
            controls.show_source("Travel", source)
        for source in reach_files.place_sources(build, reach):
            controls.show_source(sentence_case(asset_kinds()[reach.asked.kind].plural), source)
        for column in reach_files.used_columns(reach, areas):
            controls.show_source(areas.dictionary[column].label, areas.provenance[column])
        controls.show_source("Boundaries of small areas", areas.provenance["geometry"])
        if "ward_code" in areas.provenance:
            controls.show_source("Wards of small areas", areas.provenance["ward_code"])
