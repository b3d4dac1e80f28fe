"""The briefing of a shortlist: who is chosen and how sure, why, what it would take, and who lives there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.provenance import Provenance
from geo.area_table import AreaTable
from geo.builds import Build
from models.brief_decision import DecisionFacts, decision_section
from models.briefing import (
    Brief,
    BriefMap,
    Column,
    Imprint,
    MapClass,
    Section,
    Table,
    column_source,
    plain_sentence,
    sources_from,
    table_of,
)
from models.briefing_figures import NO_DATA, Cell, Form, form_of, print_figure
from models.briefing_maps import bounds_around, outlines_over, shapes_of
from models.classes import MISSING, OUTSIDE
from models.levels import Level, LevelData
from models.shortlist import Shortlist
from models.shortlist_fairness import FIFTH, Fairness
from models.shortlist_takes import takes_of
from models.shortlist_takes_words import takes_words
from models.shortlist_values import column_of
from models.shortlist_words import METHOD, label_in
from models.words import few, number, sentence_case

MOST_RANKED_PRINTED: Final = 25
NEXT_IN_LINE: Final = 5
"""How many of those that come next are told beside those chosen."""

TAKES_S: Final = 0.5
"""How long the smallest shift of weights is looked for, for each."""

RULED: Final = (
    "The choice keeps to a spread or a budget, so what weights alone would change is not told here: the "
    "table of ranks says who comes next."
)
APART: Final = (
    "Within a tier the order could be chance. A likely rank is where it lies in nine of ten weightings that "
    "fit what was said."
)
ADDS: Final = (
    "What each criterion adds to the value, out of 100: how good the figure is, times the weight. Together "
    "they are the value."
)
TIMES: Final = (
    "Times is how large a part of the group lives in the chosen places beside that of everybody (of children "
    "by fifths, of all children): above 1, the choice favours the group."
)


@dataclass(frozen=True)
class Told:
    """A criterion in words: which end counts, the move that its swing is of, and what is not usual of it."""

    end: str
    move: str
    shape: str


@dataclass(frozen=True, eq=False)
class ShortlistFacts:
    """What the briefing of a shortlist is made of.

    Attributes
    ----------
    build, areas
        The build, and its small areas with places laid over them.
    data
        The values of the level, with all that is laid over them.
    found
        The shortlist.
    fairness
        Who lives in the chosen places; None where nothing is chosen.
    told
        Each criterion in words, by indicator.
    classes, legend
        The class of each shape on the map, by code, and what the classes are.
    held
        Criteria whose figures stay inside: none of their figures, nor any value that would tell them, stands
        in the briefing.
    left_out
        What does not stand in it, and why.
    decision
        The record of what was decided on it; None where there is none.
    """

    build: Build
    areas: AreaTable
    data: LevelData
    found: Shortlist
    fairness: Fairness | None
    told: Mapping[str, Told]
    classes: pd.Series
    legend: tuple[MapClass, ...]
    held: frozenset[str] = frozenset()
    left_out: str = ""
    decision: DecisionFacts | None = None

    @property
    def looked_at(self) -> list[str]:
        """Those chosen, and those that come next, by code in the order of rank."""
        frame = self.found.frame
        others = frame.index[~frame["chosen"].astype(bool)][:NEXT_IN_LINE]
        return [str(code) for code in frame.index if code in {*self.found.chosen, *others}]

    def label(self, indicator: str) -> str:
        """Return what a criterion is called."""
        return label_in(self.data, indicator)


def shortlist_brief(facts: ShortlistFacts, imprint: Imprint) -> Brief:
    """Write the briefing of a shortlist.

    Parameters
    ----------
    facts
        What it is made of.
    imprint
        The build that it comes from.
    """
    found = facts.found
    count = len(found.chosen)
    many = found.level.singular if count == 1 else found.level.plural
    compared = len(found.frame) + len(found.out)
    of = f"Chosen from {number(compared)} {found.level.plural} by "
    criteria = len(found.asked.criteria)
    return Brief(
        title=f"A shortlist of {few(count)} {many}",
        subtitle=f"{of}{few(criteria)} {'criterion' if criteria == 1 else 'criteria'}{_within(facts)}",
        imprint=imprint,
        headline=(plain_sentence(found.sentence),),
        sections=(
            *((decision_section(facts.decision),) if facts.decision else ()),
            Section("The shortlist", tables=(_ranked(facts),), maps=tuple(_map(facts))),
            Section("What counts", tables=(_criteria(facts),)),
            Section("Why each is there", tables=tuple(_why(facts))),
            _takes(facts),
            Section("What hangs on one criterion", tables=tuple(_without(facts))),
            _who(facts),
            Section("Who is out, and why", tables=tuple(_out(facts))),
        ),
        method=(METHOD,),
        caveats=(*found.caveats, *(facts.fairness.caveats if facts.fairness else ())),
        sources=sources_from(_used(facts)),
        left_out=facts.left_out,
    )


def _within(facts: ShortlistFacts) -> str:
    """Say in which council, where it is one of several."""
    within = facts.found.asked.within
    if not within:
        return ""
    names = facts.data.frame.loc[facts.data.frame["la_code"].eq(within).fillna(False), "la_name"]
    return f", in {names.iloc[0]}" if len(names) else ""


def _ranked(facts: ShortlistFacts) -> Table:
    found = facts.found
    frame, top = found.frame, found.asked.top
    several = frame["la_name"].nunique() > 1
    columns = [Column(sentence_case(found.level.singular)), Column("Code")]
    columns += [Column("Council")] if several else []
    columns += [
        Column("Chosen"),
        Column("Rank", Form.WHOLE, f"of {len(frame):,}", "1 has the highest value"),
        Column("Tier", Form.WHOLE, "1 the highest", "Within a tier the order could be chance"),
        Column("Likely from", Form.WHOLE, "rank", "The 5 % end over the weightings that fit what was said"),
        Column("Likely to", Form.WHOLE, "rank", "The 95 % end over the weightings that fit what was said"),
        Column(f"In first {top:,}", Form.PERCENT, "share of weightings", "How often it is among the first"),
    ]
    values = () if facts.held else ("value", "value_low", "value_high")
    means = "What its figures are worth, each times the weight of its criterion"
    columns += [
        Column(title, Form.ONE, "of 100", f"{means}{more}")
        for title, more in zip(
            ("Value", "Value from", "Value to")[: len(values)], ("", ", 5 % end", ", 95 % end"), strict=False
        )
    ]
    names = ("rank", "tier", "rank_low", "rank_high", "chance_top", *values)
    rows = [
        (
            str(row["name"]),
            str(code),
            *([_text(row["la_name"])] if several else []),
            "chosen" if row["chosen"] else "no",
            *(float(row[name]) for name in names),
        )
        for code, row in frame.iterrows()
    ]
    printed = max(MOST_RANKED_PRINTED, len(found.chosen) + NEXT_IN_LINE)
    return table_of("The shortlist, by rank", columns, rows, APART, printed)


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)


def _map(facts: ShortlistFacts) -> Iterable[BriefMap]:
    found = facts.found
    shapes = shapes_of(facts.build, found.level)
    if shapes.empty:
        return
    classes = facts.classes.reindex(shapes.index).fillna(OUTSIDE)
    names = facts.data.frame["name"].reindex(shapes.index).fillna("")
    small = found.level is Level.AREA
    drawn = shapes.assign(**{"class": classes, "label": "" if small else names})
    counts = classes.value_counts()
    legend = tuple(
        MapClass(
            one.key, one.label, one.palette, one.step, one.mark, one.pattern, int(counts.get(one.key, 0))
        )
        for one in facts.legend
        if counts.get(one.key, 0) or one.key not in (MISSING,)
    )
    yield BriefMap(
        title="Who is chosen, and who could be",
        alt=f"Map of {found.level.plural} by their chance to be chosen. {found.sentence}",
        classes=legend,
        shapes=drawn,
        legend_title=f"Chance to be among the first {found.asked.top:,}, over the weightings that fit",
        note="The table has the same figures.",
        lines=outlines_over(facts.build, found.level),
        chosen=tuple(code for code in found.chosen if code in drawn.index),
        bounds_m=bounds_around(drawn[drawn["class"] != OUTSIDE], None),
    )


def _criteria(facts: ShortlistFacts) -> Table:
    limited = any(words.shape for words in facts.told.values())
    columns = (
        Column("Criterion"),
        Column("Weight", Form.PERCENT, "share of all", "Its share of all swings"),
        Column("Swing", Form.WHOLE, "of 100", "What the move from worst to best is worth beside the first"),
        Column("Which end counts"),
        Column("From worst to best"),
        *((Column("How it counts"),) if limited else ()),
        Column("Source"),
    )
    rows = []
    for criterion in facts.found.asked.criteria:
        id_, words = criterion.indicator, facts.told[criterion.indicator]
        source = column_source(facts.data.provenance.get(column_of(facts.data, id_)))
        move = "" if id_ in facts.held else words.move
        shape = (words.shape,) if limited else ()
        weight = facts.found.weights[id_]
        rows.append((facts.label(id_), weight, criterion.swing, words.end, move, *shape, source))
    return table_of("What counts, and how much", columns, rows)


def _why(facts: ShortlistFacts) -> Iterable[Table]:
    """Tell what each criterion adds to those looked at, and the figures behind it."""
    if facts.held:
        return
    found, codes = facts.found, facts.looked_at
    criteria = found.asked.criteria
    first = Column(sentence_case(found.level.singular))
    chosen = Column("Chosen")
    adds = [
        Column(facts.label(c.indicator), Form.ONE, "points", "What it adds to the value, out of 100")
        for c in criteria
    ]
    rows = [
        (
            str(found.names[code]),
            "chosen" if code in found.chosen else "next",
            *(100 * found.weights[c.indicator] * float(found.values.at[code, c.indicator]) for c in criteria),
            float(found.frame.at[code, "value"]),
        )
        for code in codes
    ]
    value = Column("Value", Form.ONE, "of 100", "All of it together")
    yield table_of("What each criterion adds", (first, chosen, *adds, value), rows, ADDS)
    figures = [_figure_column(facts, c.indicator) for c in criteria]
    told = [
        (
            str(found.names[code]),
            *(_figure(facts, c.indicator, float(found.figures.at[code, c.indicator])) for c in criteria),
        )
        for code in codes
    ]
    yield table_of("The figures themselves", (first, *figures), told)


def _figure_column(facts: ShortlistFacts, indicator: str) -> Column:
    entry = facts.data.dictionary[indicator]
    source = column_source(facts.data.provenance.get(column_of(facts.data, indicator)))
    return Column(entry.label, form_of(entry), entry.unit, entry.meaning, source)


def _figure(facts: ShortlistFacts, indicator: str, value: float) -> Cell:
    return print_figure(value, form_of(facts.data.dictionary[indicator]))


def _takes(facts: ShortlistFacts) -> Section:
    """Say of each that is looked at what shift of weights would change whether it is in."""
    found, title = facts.found, "What it would take"
    if found.asked.spread is not None or found.asked.budget is not None:
        return Section(title, (plain_sentence(RULED),))
    if len(found.frame) <= found.asked.top or len(found.weights) < 2:
        return Section(title)
    weights = pd.Series(dict(found.weights), dtype=float)
    labels = {name: f"“{facts.label(name)}”" for name in found.weights}
    names = {str(code): str(name) for code, name in found.names.items()}
    taken = [
        takes_of(found.values, weights, found.asked.top, code, seconds=TAKES_S) for code in facts.looked_at
    ]
    lines = tuple(" ".join(takes_words(one, names, labels)) for one in taken)
    caveats = tuple(dict.fromkeys(words for one in taken for words in one.caveats))
    return Section(title, tuple(map(plain_sentence, caveats)), listed=lines)


def _without(facts: ShortlistFacts) -> Iterable[Table]:
    found = facts.found
    if found.without.empty:
        return
    columns = (
        Column("Without"),
        Column("Its weight", Form.PERCENT, "share of all"),
        Column("Comes in"),
        Column("Goes out"),
    )
    rows = [
        (
            facts.label(str(id_)),
            found.weights[str(id_)],
            *(", ".join(str(found.names[c]) for c in row[side]) or "nobody" for side in ("enter", "leave")),
        )
        for id_, row in found.without.iterrows()
    ]
    note = "Each row chooses again as if that criterion counted for nothing. Its limits stay."
    yield table_of("Without one criterion", columns, rows, note)


def _who(facts: ShortlistFacts) -> Section:
    fairness = facts.fairness
    if fairness is None:
        return Section("Who lives there")
    columns = (
        Column("Group"),
        Column("In the chosen", Form.WHOLE, "people", "How many of the group live in the chosen places"),
        Column("Of all", Form.WHOLE, "people", "How many of the group there are"),
        Column("Part", Form.PERCENT, "share of the group", "How much of it lives in the chosen places"),
        Column("Beside", Form.PERCENT, "share of all", "The same of everybody; of fifths, of all children"),
        Column("Times", Form.TWO, "times", TIMES),
    )
    rows = [
        (_group(row), *(_known(row[name]) for name in ("chosen", "all", "share", "beside", "times")))
        for _, row in fairness.frame.iterrows()
    ]
    tables = (table_of("Who lives in the chosen places", columns, rows, TIMES),) if rows else ()
    return Section("Who lives there", (plain_sentence(fairness.sentence),), tables)


def _group(row: pd.Series) -> str:
    """Name a group; of a fifth it is the children who are counted."""
    label = str(row["label"])
    return f"Children, {label[0].lower()}{label[1:]}" if row["kind"] == FIFTH else label


def _known(value: float) -> Cell:
    return NO_DATA if pd.isna(value) else float(value)


def _out(facts: ShortlistFacts) -> Iterable[Table]:
    """List who was not compared, and why: without the figures that stay inside."""
    out = facts.found.out
    if out.empty:
        return
    reason = "why" if facts.held else "words"
    rows = [(str(row["name"]), str(code), sentence_case(str(row[reason]))) for code, row in out.iterrows()]
    columns = (Column(sentence_case(facts.found.level.singular)), Column("Code"), Column("Why"))
    yield table_of(f"Not compared, {len(rows):,} in all", columns, rows, "", MOST_RANKED_PRINTED)


def _used(facts: ShortlistFacts) -> Iterable[tuple[str, Provenance]]:
    for criterion in facts.found.asked.criteria:
        column = column_of(facts.data, criterion.indicator)
        if column in facts.data.provenance:
            yield facts.label(criterion.indicator), facts.data.provenance[column]
    for column, what in (("geometry", "Boundaries of small areas"), ("ward_code", "Wards of small areas")):
        if column in facts.areas.provenance:
            yield what, facts.areas.provenance[column]
