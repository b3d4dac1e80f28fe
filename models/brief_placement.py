"""The briefing of a placement: which sites, whom they reach, where, and how sure that is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.asset_kinds import asset_kinds
from data.provenance import Provenance
from geo.area_table import AreaTable
from geo.builds import Build
from models.briefing import Brief, BriefMap, Column, MapClass, Mark, Section, Table, plain_sentence, table_of
from models.briefing_figures import NO_DATA, Cell, Form
from models.briefing_maps import bounds_around, marks_of, outlines_over, shapes_of
from models.briefing_sources import Imprint, sources_from
from models.candidates import MIDDLE
from models.classes import MISSING, OUTSIDE
from models.explain import Explanation
from models.levels import Level
from models.placement import NEW, Placed, ward_names
from models.placement_words import explain_beyond, reasons
from models.reach import HIGHER_NEED, LOWER_NEED, REACHED, UNKNOWN_NEED
from models.reach_phrases import Near
from models.words import a, number, sentence_case, who

MOST_AREAS_PRINTED: Final = 40
GROUPS: Final = (
    (REACHED, "reached today", "T"),
    (NEW, "newly reached", "N"),
    (HIGHER_NEED, "out of reach, higher need", "H"),
    (LOWER_NEED, "out of reach, lower need", "L"),
    (UNKNOWN_NEED, "out of reach, need unknown", "U"),
)
"""Groups of areas as on the page, each with a letter; by their order they have the colours of the page."""

CHILDREN: Final = "children"
STEPS: Final = {REACHED: 0, NEW: 1, LOWER_NEED: 2, HIGHER_NEED: 3, UNKNOWN_NEED: 4}
NOT_KNOWN: Final = "reach not known"
HIGHER_MEANS: Final = "Of higher need are England’s two most deprived fifths."


@dataclass(frozen=True, eq=False)
class PlacementFacts:
    """What the briefing of a placement is made of.

    Attributes
    ----------
    build, areas
        The build, and its small areas with places laid over them.
    placed
        The choice of sites, and who is reached by it.
    explanation
        It in words.
    used
        Where its figures came from, with what they are.
    notes
        What else has to be known: what became of the rows of a list.
    """

    build: Build
    areas: AreaTable
    placed: Placed
    explanation: Explanation
    used: tuple[tuple[str, Provenance], ...]
    notes: tuple[str, ...] = ()

    @property
    def near(self) -> Near:
        """What near is: a kind of place and the minutes to it."""
        reach = self.placed.problem.reach
        return Near(reach.asked, reach.costs.means)

    @property
    def children(self) -> str:
        """Whom the figures count: "children aged 0–17"."""
        column = self.placed.problem.reach.children_column
        return "children" if column is None else who(self.areas.dictionary[column])


def placement_brief(facts: PlacementFacts, imprint: Imprint) -> Brief:
    """Write the briefing of a placement.

    Parameters
    ----------
    facts
        What it is made of.
    imprint
        The build that it comes from.
    """
    placed, said = facts.placed, facts.explanation
    wanted = placed.problem.wanted
    kind = asset_kinds()[wanted.kind]
    sites = len(placed.chosen)
    noun = kind.singular if sites == 1 else kind.plural
    beyond = explain_beyond(placed, facts.build)
    return Brief(
        title=f"Where to place {number(sites)} new {noun}" if sites else f"Where to place {a(kind.singular)}",
        subtitle=f"Within {facts.near.minutes}, of {number(len(placed.problem.candidates.frame))} candidates",
        imprint=imprint,
        headline=(said.sentence,),
        sections=(
            _sites(facts),
            _map_section(facts),
            Section("Who gains", (beyond,) if beyond else (), tuple(_who_gains(facts))),
            Section("Small areas", tables=(_area_table(facts),)),
        ),
        method=tuple(dict.fromkeys((*_method(said), *placed.problem.notes))),
        caveats=(*said.caveats, *facts.notes),
        sources=sources_from(facts.used),
    )


def _method(said: Explanation) -> Iterable[str]:
    """Return how it was found, without the sources: these stand under a heading of their own."""
    return (line for line in said.method if not line.startswith("Source: "))


def _sites(facts: PlacementFacts) -> Section:
    placed = facts.placed
    if not len(placed.chosen):
        return Section("New sites", (plain_sentence("No site is chosen."),))
    why, names = reasons(placed, facts.build), ward_names(facts.build)
    costs = placed.sites["cost_gbp"].notna().any()
    columns = [
        Column("Site"),
        Column("Kind"),
        Column("Postcode"),
        Column("Ward"),
        Column(
            "Newly reached",
            Form.WHOLE,
            CHILDREN,
            "Whom this site newly brings within reach, whoever else does",
        ),
        Column("Of them, higher need", Form.WHOLE, CHILDREN, HIGHER_MEANS),
        Column(
            "Lost if dropped",
            Form.WHOLE,
            CHILDREN,
            "Who would be out of reach if only this site were left out",
        ),
    ]
    columns += [Column("Cost", Form.POUNDS, "£ a year", "As it was supplied")] if costs else []
    columns += [Column("Why")]
    rows = [
        (
            f"{row['number']}. {row['name'] if pd.notna(row['name']) else 'No name'}",
            _kind(str(row["kind"])),
            _text(row["postcode"]),
            names.get(row["ward_code"], "no ward"),
            *(_number(row[name]) for name in ("children", "higher_need", "lost")),
            *([_number(row["cost_gbp"])] if costs else []),
            str(why[id_]),
        )
        for id_, row in placed.sites.iterrows()
    ]
    note = f"Children are {facts.children}. Two sites can reach the same ones."
    return Section("New sites", tables=(table_of("New sites", columns, rows, note),))


def _kind(kind: str) -> str:
    return sentence_case(
        kind if kind == MIDDLE or kind not in asset_kinds() else asset_kinds()[kind].singular
    )


def _text(cell: object) -> str:
    return "not known" if pd.isna(cell) else str(cell)


def _number(value: float) -> Cell:
    return NO_DATA if pd.isna(value) or not np.isfinite(value) else float(value)


def _map_section(facts: PlacementFacts) -> Section:
    placed = facts.placed
    shapes = shapes_of(facts.build, Level.AREA)
    groups = placed.areas["group"].reindex(shapes.index)
    inside = pd.Series(shapes.index.isin(placed.areas.index), shapes.index)
    classes = groups.astype(object).where(groups.notna(), MISSING).where(inside, OUTSIDE)
    drawn = shapes.assign(**{"class": classes, "label": ""})
    entries = tuple(_classes(facts, classes.value_counts()))
    picture = BriefMap(
        title=f"Reach of {a(facts.near.singular)} with the new sites",
        alt=f"Map of small areas by reach of {a(facts.near.singular)}. {facts.explanation.text}",
        classes=entries,
        shapes=drawn,
        legend_title=f"within {facts.near.minutes}; counts are small areas, by at least half of their homes",
        lines=outlines_over(facts.build, Level.AREA),
        marks=tuple(_marks(facts)),
        marks_words=tuple(_marks_words(facts)),
        bounds_m=bounds_around(drawn[drawn["class"] != OUTSIDE], None),
    )
    return Section("Where they are", maps=(picture,))


def _classes(facts: PlacementFacts, counts: pd.Series) -> Iterable[MapClass]:
    known = facts.placed.problem.reach.fifths is not None
    for group, words, mark in GROUPS:
        count = int(counts.get(group, 0))
        if count or (known and group is not UNKNOWN_NEED):
            label = words if known else words.replace(", need unknown", "")
            yield MapClass(group, label, "placement", STEPS[group], mark, count=count)
    if counts.get(MISSING, 0):
        yield MapClass(MISSING, NOT_KNOWN, pattern="dots", count=int(counts[MISSING]))


def _marks(facts: PlacementFacts) -> Iterable[Mark]:
    placed = facts.placed
    wanted, places = placed.problem.wanted, facts.build.places.frame
    closed = [id_ for id_ in wanted.closed if id_ in places.index]
    today = places.index.intersection(placed.problem.reach.places.index).difference(closed)
    yield from marks_of(places.geometry.loc[today], "today")
    yield from marks_of(places.geometry.loc[closed], "closed")
    sites = placed.sites.iloc[::-1]
    points = placed.problem.candidates.frame.geometry.loc[sites.index]
    yield from marks_of(points, "chosen", sites["number"].astype(str))


def _marks_words(facts: PlacementFacts) -> Iterable[tuple[str, str]]:
    placed = facts.placed
    if len(placed.chosen):
        yield "chosen", "new, numbered as in the table"
    yield "today", f"{facts.near.singular} today"
    if placed.problem.wanted.closed:
        yield "closed", "closes"


def _who_gains(facts: PlacementFacts) -> Iterable[Table]:
    placed = facts.placed
    fifths = placed.problem.reach.fifths
    if fifths is not None:
        by_fifth = placed.by_fifth[placed.by_fifth["children"] > 0]
        names = {fifth: f"{_fifth_words(fifth)}" for fifth in by_fifth.index}
        note = f"By {fifths.words}, {fifths.year}, in fifths of England’s small areas."
        yield _reach_table(facts, "By deprivation", "Fifth of England", by_fifth, names, note)
    by_ward = placed.by_ward
    if len(by_ward) and by_ward.index.notna().any():
        told = ward_names(facts.build)
        names = {code: told.get(code, "no ward") if pd.notna(code) else "no ward" for code in by_ward.index}
        gained = by_ward["after"] - by_ward["before"]
        order = by_ward.assign(gained=gained, name=[names[code] for code in by_ward.index])
        order = order.sort_values(["gained", "name"], ascending=[False, True], kind="stable")
        yield _reach_table(facts, "By ward", "Ward", order[["children", "before", "after"]], names, "")


def _fifth_words(fifth: object) -> str:
    words = {1: "1, the most deprived", 5: "5, the least deprived"}
    return "not known" if pd.isna(fifth) else words.get(int(str(fifth)), str(fifth))


def _reach_table(
    facts: PlacementFacts, title: str, first: str, sums: pd.DataFrame, names: Mapping[object, str], note: str
) -> Table:
    columns = (
        Column(first),
        Column("Children", Form.WHOLE, CHILDREN, "Where reach is known"),
        Column("Within reach today", Form.WHOLE, CHILDREN, "Before the new sites"),
        Column("Within reach then", Form.WHOLE, CHILDREN, "With the new sites"),
        Column("Today", Form.PERCENT, f"share of {CHILDREN}", "Within reach, before the new sites"),
        Column("Then", Form.PERCENT, f"share of {CHILDREN}", "Within reach, with the new sites"),
    )
    rows = [
        (
            names[key],
            *(_number(row[name]) for name in ("children", "before", "after")),
            *(
                _number(row[name] / row["children"]) if row["children"] > 0 else NO_DATA
                for name in ("before", "after")
            ),
        )
        for key, row in sums.iterrows()
    ]
    return table_of(title, columns, rows, note)


def _area_table(facts: PlacementFacts) -> Table:
    placed = facts.placed
    frame = facts.areas.frame
    homes, cutoff = placed.problem.reach.homes, placed.problem.minutes.cutoff_min
    middle = {
        name: homes.middle(minutes).reindex(placed.areas.index)
        for name, minutes in (("before", placed.problem.before_min), ("after", placed.after_min))
    }
    words = {group: sentence_case(label) for group, label, _ in GROUPS}
    order = placed.areas.assign(name=frame["area_name"].reindex(placed.areas.index))
    order = order.sort_values(
        ["children_gained", "children", "name"],
        ascending=[False, False, True],
        kind="stable",
        na_position="last",
    )
    columns = (
        Column("Small area"),
        Column("Code"),
        Column("Ward"),
        Column("Reach"),
        Column("Children", Form.WHOLE, CHILDREN, sentence_case(facts.children)),
        Column("Newly reached", Form.WHOLE, CHILDREN, "How many more are within reach; below 0, fewer"),
        Column("Today", Form.MINUTES, "minutes", "To the nearest, for the middle home"),
        Column("Then", Form.MINUTES, "minutes", "To the nearest with the new sites, for the middle home"),
    )
    rows = [
        (
            str(frame.at[code, "area_name"]),
            str(code),
            str(frame.at[code, "ward_name"]) if pd.notna(frame.at[code, "ward_name"]) else "no ward",
            words.get(row["group"], sentence_case(NOT_KNOWN))
            if pd.notna(row["group"])
            else sentence_case(NOT_KNOWN),
            _number(row["children"]),
            _number(row["children_gained"]),
            *(_minutes(middle[name].get(code, np.nan), cutoff) for name in ("before", "after")),
        )
        for code, row in order.iterrows()
    ]
    title = f"Small areas, {len(rows):,} in all, those that gain most first"
    return table_of(title, columns, rows, HIGHER_MEANS, MOST_AREAS_PRINTED)


def _minutes(value: float, cutoff_min: float) -> Cell:
    """Return minutes; further than is looked for in words."""
    if pd.isna(value):
        return NO_DATA
    return float(value) if value <= cutoff_min else f"over {cutoff_min:g} min"
