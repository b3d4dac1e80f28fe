"""The files that the Reach page offers: its table and its places, each row with its source and its tier."""

from collections.abc import Sequence

import pandas as pd

from data.indicators import Indicator
from data.provenance import Provenance
from geo.area_table import AreaTable
from geo.builds import Build
from geo.journeys import means_of
from geo.travel import Means
from models.levels import Level
from models.reach import Reach
from views.reach_figures import LevelReach
from views.tables import write_csv

FIGURES = (
    *("nearest_min", "nearest_from_min", "nearest_to_min", "within", "reached_share", "score"),
    *("children", "children_out", "out_share", "children_out_deprived"),
    *("households_no_car", "households_no_car_out", "fifth", "gap"),
    *("before_share", "after_share", "before_min", "after_min", "before_gap", "after_gap"),
    *("children_gained", "households_no_car_gained"),
)
"""The columns of a file in their order, where a level or a change has them."""

MEANS_WORDS = {
    Means.LINE: "straight lines, lengthened by what streets add",
    Means.NETWORK: "the shortest way along roads",
    Means.MATRIX: "supplied travel times",
}


def used_columns(reach: Reach, areas: AreaTable) -> list[str]:
    """Return the columns of the areas that reach is made with: children, deprivation, households."""
    fifths = reach.fifths.column if reach.fifths else None
    wanted = (reach.children_column, fifths, "households_no_car")
    return [column for column in wanted if column and column in areas.frame]


def used_indicators(reach: Reach, areas: AreaTable) -> list[Indicator]:
    """Return what those columns mean: to ask whether they may leave a page."""
    return [areas.dictionary[column] for column in used_columns(reach, areas) if column in areas.dictionary]


def place_sources(build: Build, reach: Reach) -> list[Provenance]:
    """Return where the places come from, each file once."""
    files = build.places.frame.loc[reach.places.index, "file"].drop_duplicates()
    return [build.places.provenance[file] for file in files]


def travel_sources(build: Build) -> list[Provenance]:
    """Return where roads or supplied times come from; nothing where lines are measured."""
    used = {Means.NETWORK: build.roads, Means.MATRIX: build.times}.get(means_of(build))
    return [used.provenance] if used else []


def table_to_csv(build: Build, areas: AreaTable, found: LevelReach, shown: pd.DataFrame) -> bytes:
    """Write the shapes that are shown as a CSV file that a spreadsheet opens without running anything.

    Parameters
    ----------
    build, areas
        The build and its area table.
    found
        Reach at the level.
    shown
        Those of its rows that are shown, and what else stands beside them.
    """
    level, reach = found.level.value, found.reach
    frame = shown.sort_index()
    output = {f"{level}_code": frame.index.to_series(), f"{level}_name": frame["name"]}
    if found.level is Level.AREA:
        named = frame["nearest_id"].map(reach.places["name"])
        output |= {"nearest_place": named, "nearest_place_id": frame["nearest_id"]}
        output |= {"ward_name": frame["ward_name"]}
    output |= {"la_code": frame["la_code"], "la_name": frame["la_name"]}
    output |= {column: plain(frame[column]) for column in FIGURES if column in frame}
    return write_csv(pd.DataFrame({**output, **_told(build, areas, reach)}, index=frame.index))


def places_to_csv(build: Build, areas: AreaTable, reach: Reach) -> bytes:
    """Write the places and how many they serve as a CSV file."""
    frame = reach.places.sort_index()
    output = {
        "place_id": frame.index.to_series(),
        "name": frame["name"],
        "inside": frame["inside"].map({True: "yes", False: "beyond the border"}),
        **{column: plain(frame[column]) for column in ("supply", "children_within", "ratio")},
    }
    return write_csv(pd.DataFrame({**output, **_told(build, areas, reach)}, index=frame.index))


def plain(values: pd.Series) -> pd.Series:
    """Write numbers as they are and words as words; what is missing as "Not known"."""
    words = ["Not known" if pd.isna(v) else v if isinstance(v, str) else f"{v:.10g}" for v in values]
    return pd.Series(words, values.index, dtype=object)


def _told(build: Build, areas: AreaTable, reach: Reach) -> dict[str, str]:
    """Return what ends each row: what was asked, how it was measured, and whose data it is."""
    asked = reach.asked
    columns = [areas.provenance[column] for column in used_columns(reach, areas)]
    sources = [*place_sources(build, reach), *travel_sources(build), *columns]
    travels = {} if reach.costs.means is Means.MATRIX else {"mode": asked.mode.value}
    return {
        "kind": asked.kind,
        **travels,
        "minutes": f"{asked.minutes:g}",
        "measured_by": MEANS_WORDS[reach.costs.means],
        "children_column": reach.children_column or "none",
        "notes": " ".join(reach.notes),
        "source": _joined([p.attribution or p.source for p in sources]),
        "tier": areas.tier.value,
    }


def _joined(texts: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text))
