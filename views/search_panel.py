"""A search on Explore: what meets all conditions, in a sentence, on the map, in a table and in a file."""

import pandas as pd

from data.indicators import Indicator
from models.condition_words import phrase
from models.explain import Explanation
from models.levels import LevelData
from models.schemes import is_national_rank
from models.search import Found, search
from models.search_words import SPOKEN_ANSWERS, explain_found_area, explain_search, question
from views import controls, legends, look
from views.condition_rows import show_conditions
from views.inside import why_inside
from views.listing import Column, Listing, show_listing
from views.listing_columns import identity_of, name_column, pedigree_of, place_columns, rest_of, value_column
from views.scene import Scene, halves, show_below_map, show_foot, show_selected, show_sentence
from views.tables import write_csv


def show_search(scene: Scene) -> None:
    """Show a search and what it finds."""
    found = search(scene.data, scene.chosen.find, scene.council)
    explanation = explain_search(found, scene.data)
    painting = paint_found(found, scene.data, explanation, scene.dark)
    show_sentence(scene, explanation)
    show_conditions(scene, found)
    left, right = halves()
    with left:
        legends.show_found(found, scene.dark, controls.has_green(scene.build))
        controls.show_map(scene.build, painting, scene.chosen, scene.dark)
        show_below_map(scene, painting)
    with right:
        _show_beside_map(scene, found)
    show_foot(scene, found.indicators, found.inside.index, explanation)


def paint_found(found: Found, data: LevelData, explanation: Explanation, dark: bool) -> controls.Painting:
    """Return what the map of a search shows."""
    return controls.Painting(
        level=found.level,
        frame=found.frame,
        palette=legends.FOUND_DARK if dark else legends.FOUND,
        spoken=SPOKEN_ANSWERS,
        name=f"Map of what matches, by {found.level.singular}. {explanation.text} "
        "The table lists the matches; “Find” selects as a click does.",
        columns=tuple(data.column_of(indicator) for indicator in found.indicators),
    )


def _show_beside_map(scene: Scene, found: Found) -> None:
    show_selected(scene, lambda: explain_found_area(found, scene.data, scene.chosen.area))
    if found.matches.empty:
        look.show_note(
            f"No {found.level.singular} to list. Ask for less in one of the conditions, or take one away."
        )
    else:
        show_listing(list_found(found, scene.data), scene.chosen.area)


def list_found(found: Found, data: LevelData) -> Listing:
    """Return the table of what matches, with the value of each condition."""
    shown = found.matches
    values = [_value_column(indicator, found, data) for indicator in found.indicators]
    where = place_columns(shown, found.inside, data, found.indicators)
    plural = found.level.plural
    return Listing(
        name=f"found {question(found)} {len(shown)} {shown.index[0]}",
        columns=(name_column(shown, found.level), *values, *where),
        opening=values[0].order,
        opening_words=values[0].order_words,
        file=f"matching_{plural.replace(' ', '_')}.csv",
        to_csv=lambda: found_to_csv(found, data),
        spoken=f"{plural.capitalize()} that match",
        inside=why_inside(data, found.indicators),
    )


def _value_column(indicator: Indicator, found: Found, data: LevelData) -> Column:
    low_first = is_national_rank(indicator)
    first = "most deprived" if low_first else "highest"
    return value_column(indicator, data, found.matches.index, first, low_first)


def found_to_csv(found: Found, data: LevelData) -> bytes:
    """Write what matches as a CSV file, with each condition in words, its value, status and source."""
    shown = found.matches
    output = identity_of(shown, data)
    for number, condition in enumerate(found.conditions, start=1):
        output |= pedigree_of(data.column_of(condition.indicator), shown, data)
        output[f"condition_{number}"] = phrase(condition, found.level)
    output |= rest_of(shown, found.inside, data)
    return write_csv(pd.DataFrame(output, index=shown.index))
