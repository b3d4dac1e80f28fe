"""What is said of the small area or the site that is selected on the Place support page."""

import pandas as pd

from models.placement import NEW
from models.reach import REACHED
from models.reach_phrases import Near, children_of, minutes_words
from models.selected import Figure, SelectedArea
from models.words import Part, a, number, percent, who
from views.place_scene import PlaceScene
from views.place_table import kind_words
from views.reach_below import FIFTH_WORDS


def explain_area(scene: PlaceScene, code: str) -> SelectedArea:
    """Say what the new sites do for a small area."""
    row, named = scene.placed.areas.loc[code], scene.areas.frame.loc[code]
    where = [str(part) for part in (named["ward_name"], named["la_name"]) if pd.notna(part)]
    figures = []
    if pd.notna(row["fifth"]):
        figures.append(Figure("Fifth of England", FIFTH_WORDS[int(row["fifth"])]))
    if pd.notna(row["children_before"]):
        figures.append(Figure("Reached today", percent(row["before_share"])))
        figures.append(Figure("With the new sites", percent(row["after_share"])))
    return SelectedArea(
        code=code,
        name=str(named["area_name"]),
        place=", ".join(where) or "Small area",
        sentence=tuple(_area_sentence(scene, row, code)),
        figures=tuple(figures),
    )


def _area_sentence(scene: PlaceScene, row: pd.Series, code: str) -> tuple[Part, ...]:
    placed = scene.placed
    reach = placed.problem.reach
    near = Near(reach.asked, reach.costs.means)
    if pd.isna(row["after_share"]):
        return (Part(f"Who reaches {a(near.singular)} from here is not known."),)
    homes, cutoff = reach.homes, placed.problem.minutes.cutoff_min
    before, after = (homes.middle(minutes)[code] for minutes in (placed.problem.before_min, placed.after_min))
    far = [minutes_words(m if m <= cutoff else float("nan"), cutoff) for m in (before, after)]
    ways = (
        (Part(f"The nearest {near.singular} would be "), Part(far[1], True), Part(f" away, not {far[0]}."))
        if row["group"] == NEW or far[0] != far[1]
        else (
            Part(f"The nearest {near.singular} is "),
            Part(far[1], True),
            Part(" away." if row["group"] == REACHED else " away, also with the new sites."),
        )
    )
    if pd.isna(row["children_after"]):
        return ways
    people = (
        children_of(who(scene.areas.dictionary[reach.children_column])) if reach.children_column else None
    )
    if people is None:
        return ways
    told = f" {number(row['children_after'])} of {people.of(row['children'])} would be within {near.minutes}"
    return (*ways, Part(told), Part(f", {number(row['children_before'])} today."))


def explain_site(scene: PlaceScene, code: str, why: str) -> SelectedArea:
    """Say what a site does: one that is chosen, or one that could stand in for it."""
    placed = scene.placed
    whose = placed if code in placed.sites.index else scene
    row = whose.problem.candidates.frame.loc[code]
    kind, postcode = _kinds_of(row), str(row["postcode"]) if pd.notna(row["postcode"]) else ""
    postcode = postcode or "no postcode"
    if code not in placed.sites.index:
        said = f"{why}." if why else "It is not chosen."
        return SelectedArea(postcode, str(row["name"]), kind, (Part(said), *_also(row)), ())
    site, ranked = placed.sites.loc[code], placed.problem.reach.fifths is not None
    figures = (
        Figure("Newly reached", number(site["children"])),
        *((Figure("Of them, higher need", number(site["higher_need"])),) if ranked else ()),
        *((Figure("Taken over", number(site["taken_over"])),) if placed.problem.wanted.closed else ()),
        Figure("Lost if dropped", number(site["lost"])),
        *((Figure("Cost", f"£{site['cost_gbp']:,.0f}"),) if pd.notna(site["cost_gbp"]) else ()),
    )
    known = placed.areas["children"].notna().any()
    return SelectedArea(
        postcode,
        f"{site['number']} · {row['name']}",
        kind,
        (Part(f"{why}."), *_also(row)),
        figures if known else (),
    )


def _kinds_of(row: pd.Series) -> str:
    """Return all kinds of building that a site is listed under, the one that it is taken for first."""
    if pd.isna(row["kinds"]) or row["kind"] == row["kinds"]:
        return kind_words(str(row["kind"]))
    return ", ".join(kind_words(kind) for kind in str(row["kinds"]).split())


def _also(row: pd.Series) -> tuple[Part, ...]:
    """Name what else stands at the same point and counts as one building with a site."""
    return (Part(f" Listed there too: {row['also']}."),) if pd.notna(row["also"]) and row["also"] else ()
