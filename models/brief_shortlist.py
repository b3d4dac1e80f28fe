"""The briefing of a shortlist: who is chosen and how sure, why, what it would take, and who lives there."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from data.provenance import Provenance
from models.brief_decision import decision_section
from models.brief_shortlist_facts import NEXT_IN_LINE, ShortlistFacts
from models.brief_shortlist_why import criteria_table, takes_section, why_tables, without_tables
from models.briefing import Brief, BriefMap, Column, MapClass, Section, Table, plain_sentence, table_of
from models.briefing_figures import NO_DATA, Cell, Form
from models.briefing_maps import bounds_around, outlines_over, shapes_of
from models.briefing_sources import Imprint, sources_from
from models.classes import MISSING, OUTSIDE
from models.levels import Level
from models.shortlist_fairness import FIFTH
from models.shortlist_values import column_of
from models.shortlist_words import METHOD
from models.words import few, number, sentence_case

MOST_RANKED_PRINTED: Final = 25

APART: Final = (
    "Within a tier the order could be chance. A likely rank is where it lies in nine of ten weightings that "
    "fit what was said."
)

TIMES: Final = (
    "Times is how large a part of the group lives in the chosen places beside that of everybody (of children "
    "by fifths, of all children): above 1, the choice favours the group."
)


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
            Section("What counts", tables=(criteria_table(facts),)),
            Section("Why each is there", tables=tuple(why_tables(facts))),
            takes_section(facts),
            Section("What hangs on one criterion", tables=tuple(without_tables(facts))),
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
