"""What is said of the shape that is selected on the Reach page."""

import pandas as pd

from geo.area_table import AreaTable
from models.levels import Level
from models.reach_phrases import Near, children_of, minutes_words, share_parts
from models.selected import Figure, SelectedArea
from models.words import Part, number, who
from views.reach_below import FIFTH_WORDS
from views.reach_figures import LevelReach
from views.reach_rows import NOT_KNOWN


def explain_shape(found: LevelReach, code: str, areas: AreaTable) -> SelectedArea:
    """Say how far a shape is from the nearest place, and how many children have none within reach.

    Parameters
    ----------
    found
        Reach at the level of the shape.
    code
        The shape.
    areas
        The area table, which says whom its column of children counts.
    """
    column = found.reach.children_column
    row = found.frame.loc[code]
    ward = row["ward_name"] if found.level is Level.AREA else None
    where = [str(part) for part in (ward, row["la_name"]) if pd.notna(part)]
    return SelectedArea(
        code=code,
        name=str(row["name"]),
        place=", ".join(where) or found.level.singular.capitalize(),
        sentence=_sentence(found, row, who(areas.dictionary[column]) if column else ""),
        figures=tuple(_figures(found, row)),
    )


def _sentence(found: LevelReach, row: pd.Series, label: str) -> tuple[Part, ...]:
    near = Near(found.reach.asked, found.reach.costs.means)
    if pd.isna(row["reached_share"]):
        return (Part(f"No {near.singular} is known in its council, so who reaches one is not known."),)
    far = minutes_words(row["nearest_min"], found.reach.costs.cutoff_min)
    place = row.get("nearest_id")
    which = f", mostly {found.reach.places.at[place, 'name']}" if pd.notna(place) else ""
    whose = "homes" if found.level is Level.AREA else "children"
    nearest = (
        Part(f"The nearest {near.singular} is "),
        Part(far, True),
        Part(f" away for half of its {whose}{which}."),
    )
    if pd.isna(row["children_out"]):
        return nearest
    shares = share_parts(row["children_out"], row["children"], children_of(label), near)
    return (*nearest, Part(" "), *shares, Part("."))


def _figures(found: LevelReach, row: pd.Series) -> list[Figure]:
    asked, within = found.reach.asked, row["within"]
    near = NOT_KNOWN if pd.isna(within) else f"{within:.1f}"
    figures = [Figure(f"Places within {asked.minutes:g} minutes", near)]
    if pd.notna(row["score"]):
        figures.append(
            Figure(f"{found.reach.supply.unit.capitalize()} for 1,000 children", f"{row['score']:.2f}")
        )
    if found.level is Level.AREA and pd.notna(row["fifth"]):
        figures.append(Figure("Fifth of England", FIFTH_WORDS[int(row["fifth"])]))
    if pd.notna(row["households_no_car_out"]):
        figures.append(
            Figure(
                "Households without a car, out of reach",
                number(row["households_no_car_out"]),
            )
        )
    return figures
