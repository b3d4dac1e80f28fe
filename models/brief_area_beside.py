"""Figures of a shape beside what it lies in: deprivation, need, referrals and every other indicator."""

from typing import Final

from data.indicators import Group
from models.brief_area_facts import AreaFacts, places_beside
from models.brief_parts import mix_table
from models.briefing import VARIES, Column, Section, plain_sentence, table_of
from models.briefing_figures import Cell, Form, words_cell
from models.briefing_sources import column_source
from models.levels import Level, LevelData
from models.profile import Line, Mark, other_lines

MOST_OTHERS_PRINTED: Final = 12

TOLD: Final = (Group.DEMAND, Group.ASSETS, Group.ACCESS)
"""Groups of indicators that have a section of their own."""

RANKS_READ: Final = (
    "Each figure is the share of England’s {of:,} small areas that are less deprived: higher is worse. Those "
    "of wards, councils and larger places are averages over people."
)

POINTS_READ: Final = "Points of a score from 0 to 100: the higher, the more need."


def deprivation_section(facts: AreaFacts) -> Section:
    """Say how its ranks of deprivation compare with England, beside those of what it lies in."""
    sheet = facts.sheet
    if not sheet.lines:
        return Section("Deprivation beside what it lies in")
    source = column_source(sheet.sources.get("Ranks of deprivation"))
    unit = "share of small areas that are less deprived"
    places = places_beside(sheet)
    columns = (
        Column("Worse than this share of England"),
        *(Column(name, Form.PERCENT, unit, "Higher is worse", source) for name in places),
        Column(
            "In worst tenth" if sheet.level is not Level.AREA else "Tenth",
            Form.TEXT,
            "small areas" if sheet.level is not Level.AREA else "1 is the most deprived",
            "How many of its small areas are in England’s most deprived tenth"
            if sheet.level is not Level.AREA
            else "Its tenth of England",
            source,
        ),
    )
    rows = [
        (line.indicator.label, *(_share(mark) for mark in (line.own, *line.beside)), words_cell(line.tenth))
        for line in sheet.lines
    ]
    note = RANKS_READ.format(of=sheet.ranked_out_of)
    return Section(
        "Deprivation beside what it lies in",
        tables=(table_of("Deprivation beside what it lies in", columns, rows, note),),
    )


def _share(mark: Mark) -> Cell:
    return words_cell(mark.value) if mark.worse_than is None else mark.worse_than


def need_section(facts: AreaFacts) -> Section:
    """Say how many points each domain gives to its need, beside the most that it can give."""
    sheet = facts.sheet
    source = column_source(sheet.sources.get("Combined need"))
    columns = [
        Column("Domain"),
        Column("Points here", Form.ONE, "points", "What the domain gives to the score", source),
        Column("The most it can give", Form.WHOLE, "points", "The weight of the domain", source),
    ]
    named = sheet.settings if sheet.points and sheet.points[0].beside else ()
    wider = places_beside(sheet)[1:]
    columns += [Column(name, Form.ONE, "points", f"The same of {name}", source) for name in wider if named]
    rows = [(p.label, p.points, p.most, *(words_cell(words) for words in p.beside)) for p in sheet.points]
    table = table_of("What its need is made of", columns, rows, POINTS_READ)
    return Section("What its need is made of", tables=(table,) if rows else ())


def demand_section(facts: AreaFacts) -> Section:
    """Say what has been released of its referrals, beside what it lies in."""
    here = None if facts.left_out else facts.sheet.demand
    if here is None:
        return Section("Referrals")
    source = column_source(next(iter(here.pedigree.values()), None))
    columns = (
        Column("Referrals to children’s social care"),
        *(Column(name, Form.OPEN, VARIES, "Released figures", source) for name in places_beside(facts.sheet)),
    )
    rows = [
        (row.label, words_cell(row.own), *(words_cell(words) for words in row.beside)) for row in here.rows
    ]
    tables = [table_of("Referrals beside what it lies in", columns, rows)]
    tables += [
        mix_table(head, s) for head, s in (("Who refers", here.sources), ("Main need", here.needs)) if s
    ]
    told = [here.sentence, *([plain_sentence(here.again)] if here.again else [])]
    return Section("Referrals", (*told, *map(plain_sentence, here.notes)), tuple(tables))


def others_section(facts: AreaFacts) -> Section:
    """List every indicator that no other section has."""
    lines = lines_of_others(facts)
    if not lines:
        return Section("Every other indicator")
    columns = (
        Column("Indicator"),
        *(Column(name, Form.OPEN, VARIES) for name in places_beside(facts.sheet)),
        Column("Unit"),
        Column("Source"),
    )
    rows = [_other_row(facts.data, line) for line in lines]
    table = table_of("Every other indicator", columns, rows, "", MOST_OTHERS_PRINTED)
    return Section("Every other indicator", tables=(table,))


def lines_of_others(facts: AreaFacts) -> list[Line]:
    """Return the indicators that no other section has: neither referrals, places, nor how near they are."""
    lines = other_lines(facts.areas, facts.data, facts.sheet.code, facts.sheet.settings)
    return [line for line in lines if line.indicator.group not in TOLD]


def _other_row(data: LevelData, line: Line) -> tuple[Cell, ...]:
    marks = (words_cell(mark.value) for mark in (line.own, *line.beside))
    source = column_source(data.provenance.get(line.indicator.id))
    unit = line.indicator.unit
    return (line.indicator.label, *marks, "share" if unit == "share of 1" else unit, source)
