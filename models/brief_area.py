"""The briefing of one small area, ward, locality or council: what its profile says, for a board."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.asset_kinds import asset_kinds
from data.indicators import Group
from data.provenance import Provenance
from geo.area_table import AreaTable
from geo.builds import Build
from models.brief_parts import mix_table, share_table
from models.briefing import (
    VARIES,
    Brief,
    BriefMap,
    Column,
    Imprint,
    Section,
    Table,
    column_source,
    plain_sentence,
    sources_from,
    table_of,
)
from models.briefing_figures import Cell, Form, cell_at, form_of, words_cell
from models.briefing_maps import AROUND, map_of_classes
from models.classes import Classes
from models.levels import NEED_INDEX, Level, LevelData
from models.need_words import HIGH, LOW, RANK, has_ranks
from models.places import places_table
from models.profile import Line, Mark, other_lines
from models.profile_setting import members_of
from models.profile_sheet import Sheet
from models.profile_types import OF_A_PLACE, TypesHere
from models.words import sentence_case

MOST_AREAS_PRINTED: Final = 40
MOST_PLACES_PRINTED: Final = 20
MOST_OTHERS_PRINTED: Final = 12
TOLD: Final = (Group.DEMAND, Group.ASSETS, Group.ACCESS)
"""Groups of indicators that have a section of their own."""

RANKS_READ: Final = (
    "Each figure is the share of England’s {of:,} small areas that are less deprived: higher is worse. Those "
    "of wards, councils and larger places are averages over people."
)
POINTS_READ: Final = "Points of a score from 0 to 100: the higher, the more need."
NOT_LISTED: Final = "A place that is not listed is not counted: that does not mean that it is not there."


@dataclass(frozen=True, eq=False)
class AreaFacts:
    """What the briefing of a shape is made of.

    Attributes
    ----------
    build
        The build, with the places in force.
    areas
        Its small areas, with places and need laid over them.
    sheet
        The profile of the shape.
    data
        The values at its level, with need ranked.
    classes
        What its map shows, in classes.
    inside
        The small areas with need ranked, and the same indicator in classes; None for a small area.
    types
        What is told of types in it; None where that stays inside, or is not known.
    left_out
        What does not stand in the briefing, and why; with it goes what is known of referrals.
    """

    build: Build
    areas: AreaTable
    sheet: Sheet
    data: LevelData
    classes: Classes
    inside: tuple[LevelData, Classes] | None = None
    types: TypesHere | None = None
    left_out: str = ""


def area_brief(facts: AreaFacts, imprint: Imprint) -> Brief:
    """Write the briefing of one shape.

    Parameters
    ----------
    facts
        What it is made of.
    imprint
        The build that it comes from.
    """
    sheet = facts.sheet
    demand = None if facts.left_out else sheet.demand
    return Brief(
        title=sheet.name,
        subtitle=sheet.place,
        imprint=imprint,
        headline=(sheet.explanation.sentence,),
        sections=(
            Section("Key figures", tables=(_tiles(facts),)),
            _where(facts),
            _inside(facts),
            _deprivation(facts),
            _need(facts),
            _types(facts.types, sheet.level),
            _places(facts),
            _demand(facts),
            _others(facts),
            _similar(facts),
        ),
        method=_method(facts),
        caveats=(*sheet.explanation.caveats, *facts.data.caveats, NOT_LISTED),
        sources=sources_from(_used(facts, demand.pedigree if demand else {})),
        left_out=facts.left_out,
    )


def _tiles(facts: AreaFacts) -> Table:
    columns = (
        Column("Figure"),
        Column("Value", Form.OPEN, VARIES),
        Column("Beside"),
    )
    rows = [(tile.label, words_cell(tile.value), tile.note) for tile in facts.sheet.tiles]
    return table_of("Key figures", columns, rows)


def _where(facts: AreaFacts) -> Section:
    sheet = facts.sheet
    if sheet.code not in facts.classes.frame.index:
        return Section("Where it is")
    near = "the small areas around it" if sheet.level is Level.AREA else f"the {sheet.level.plural} around it"
    alone = len(facts.classes.inside) == 1
    if alone and facts.inside is not None:
        return Section("Where it is")  # the map of its small areas shows its outline, and what is inside
    picture = map_of_classes(
        facts.build,
        facts.classes,
        f"{sheet.name}{'' if alone else f' and {near}'}",
        f"Map of {sheet.name}{'' if alone else f' among {near}'}. {sheet.explanation.text}",
        chosen=(sheet.code,),
        around=AROUND,
        named=sheet.level is not Level.AREA,
    )
    return Section("Where it is", maps=(picture,) if len(picture.shapes) else ())


def _inside(facts: AreaFacts) -> Section:
    """Show the small areas of a larger shape, the highest need first."""
    sheet = facts.sheet
    if facts.inside is None:
        return Section("Its small areas")
    data, classes = facts.inside
    members = data.frame.index.intersection(members_of(facts.areas, sheet.level, sheet.code))
    return Section(
        "Its small areas", tables=(_area_table(data, members),), maps=(_area_map(facts, classes, members),)
    )


def _area_map(facts: AreaFacts, classes: Classes, members: pd.Index) -> BriefMap:
    counts = classes.frame.loc[members, "class"].value_counts()
    told = "; ".join(f"{label}: {counts[key]:,}" for key, label in classes.labels.items() if key in counts)
    return map_of_classes(
        facts.build,
        classes,
        f"The small areas of {facts.sheet.name}",
        f"Map of the {len(members):,} small areas of {facts.sheet.name}. {classes.indicator.label}: {told}. "
        "The table below has the same figures.",
        only=members,
    )


def _area_table(data: LevelData, members: pd.Index) -> Table:
    columns: list[tuple[Column, str]] = []
    if has_ranks(data):
        every = int(data.frame[RANK].notna().sum())
        source = column_source(data.provenance.get(NEED_INDEX))
        for title, name in (("Rank for need", RANK), ("Likely from", LOW), ("Likely to", HIGH)):
            meaning = "1 is the highest need" if name is RANK else "where it stays in nine of ten weightings"
            columns.append((Column(title, Form.WHOLE, f"of {every:,} small areas", meaning, source), name))
        score = Column("Need", Form.ONE, "points, 0 to 100", "Combined need, higher is more", source)
        columns.append((score, NEED_INDEX))
    children = data.children_column(members)
    if children:
        columns.append((_column_of(data, children), children))
    order = data.frame.loc[members].sort_index()
    if has_ranks(data):
        order = order.sort_values(RANK, kind="stable", na_position="last")
    rows = [
        (data.frame.at[code, "name"], code, *(cell_at(data, code, name) for _, name in columns))
        for code in order.index
    ]
    heads = (Column("Small area"), Column("Code"), *(column for column, _ in columns))
    note = "A small area is home to 1,000 to 3,000 people."
    return table_of(f"Small areas, {len(rows):,} in all", heads, rows, note, MOST_AREAS_PRINTED)


def _column_of(data: LevelData, column: str) -> Column:
    entry = data.dictionary[column]
    source = column_source(data.provenance.get(column))
    return Column(entry.label, form_of(entry), entry.unit, entry.meaning, source)


def _deprivation(facts: AreaFacts) -> Section:
    sheet = facts.sheet
    if not sheet.lines:
        return Section("Deprivation beside what it lies in")
    source = column_source(sheet.sources.get("Ranks of deprivation"))
    unit = "share of small areas that are less deprived"
    places = _places_beside(sheet)
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


def _places_beside(sheet: Sheet) -> tuple[str, ...]:
    """Return the headings of the shape and of what it lies in; names that are the same are told apart."""
    names = ["Here", *(setting.name for setting in sheet.settings)]
    return tuple(
        name if names.index(name) == at else f"{name} ({sheet.settings[at - 1].level})"
        for at, name in enumerate(names)
    )


def _share(mark: Mark) -> Cell:
    return words_cell(mark.value) if mark.worse_than is None else mark.worse_than


def _need(facts: AreaFacts) -> Section:
    sheet = facts.sheet
    source = column_source(sheet.sources.get("Combined need"))
    columns = [
        Column("Domain"),
        Column("Points here", Form.ONE, "points", "What the domain gives to the score", source),
        Column("The most it can give", Form.WHOLE, "points", "The weight of the domain", source),
    ]
    named = sheet.settings if sheet.points and sheet.points[0].beside else ()
    wider = _places_beside(sheet)[1:]
    columns += [Column(name, Form.ONE, "points", f"The same of {name}", source) for name in wider if named]
    rows = [(p.label, p.points, p.most, *(words_cell(words) for words in p.beside)) for p in sheet.points]
    table = table_of("What its need is made of", columns, rows, POINTS_READ)
    return Section("What its need is made of", tables=(table,) if rows else ())


def _types(here: TypesHere | None, level: Level) -> Section:
    title = "What kind of place it is" if level is Level.AREA else "What kinds of place it holds"
    if here is None:
        return Section(title)
    sentences = [parts for parts in (here.kind, here.way) if parts]
    if here.reason:
        sentences.append(plain_sentence(f"Reason: {here.reason}"))
    sentences += [plain_sentence(note) for note in (*here.notes, OF_A_PLACE)]
    heads = (("Kind of place", here.kinds), ("Way of working that suits it", here.ways))
    tables = tuple(share_table(head, shares, "small areas") for head, shares in heads if shares)
    return Section(title, tuple(sentences), tables)


def _places(facts: AreaFacts) -> Section:
    here, average = facts.sheet.places, facts.sheet.level is not Level.AREA
    tables: list[Table] = []
    if here.kinds:
        homes = "share of homes" if average else "places that half of the homes have within reach"
        minutes = f"minutes’ {here.journey}{', on average' if average else ''}"
        columns = [
            Column("Kind of place"),
            Column("Inside", Form.WHOLE, "places", "How many there are inside"),
            Column(sentence_case(here.within), Form.OPEN, homes, here.method),
            Column("To the nearest", Form.MINUTES, minutes, here.method),
        ]
        if not average:
            columns.append(Column("The nearest"))
        rows = []
        for kind in here.kinds:
            cells = [kind.kind, words_cell(kind.inside), words_cell(kind.within), words_cell(kind.far)]
            rows.append([*cells, kind.nearest] if not average else cells)
        tables.append(table_of("Kinds of place in it and near it", columns, rows, here.method))
    tables += _listed(facts)
    none = f"No place of any kind that is known is {here.within} of a home here."
    return Section("What is there", (plain_sentence(none),) if here.nothing_near else (), tuple(tables))


def _listed(facts: AreaFacts) -> Iterable[Table]:
    """List the places inside by name, by kind."""
    shown = places_table(_inside_of(facts), list(asset_kinds()), facts.areas, "")
    if shown.empty:
        return
    columns = [Column("Place"), Column("Kind"), Column("Small area")]
    heads = ["name", "kind", "area_name"]
    for title, name in (("Postcode", "postcode"), ("Confirmed", "confirmed")):
        if name in shown and shown[name].notna().any():
            columns.append(Column(title))
            heads.append(name)
    cells = shown[heads].astype(object)
    rows = cells.where(cells.notna(), "").itertuples(index=False)
    yield table_of(f"Places inside, {len(shown):,} in all", columns, rows, "", MOST_PLACES_PRINTED)


def _inside_of(facts: AreaFacts) -> pd.DataFrame:
    """Return the places in the small areas of the shape."""
    places = facts.build.places.frame
    members = members_of(facts.areas, facts.sheet.level, facts.sheet.code)
    return places[places["area_code"].isin(list(members))]


def _demand(facts: AreaFacts) -> Section:
    here = None if facts.left_out else facts.sheet.demand
    if here is None:
        return Section("Referrals")
    source = column_source(next(iter(here.pedigree.values()), None))
    columns = (
        Column("Referrals to children’s social care"),
        *(
            Column(name, Form.OPEN, VARIES, "Released figures", source)
            for name in _places_beside(facts.sheet)
        ),
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


def _others(facts: AreaFacts) -> Section:
    lines = _other_lines(facts)
    if not lines:
        return Section("Every other indicator")
    columns = (
        Column("Indicator"),
        *(Column(name, Form.OPEN, VARIES) for name in _places_beside(facts.sheet)),
        Column("Unit"),
        Column("Source"),
    )
    rows = [_other_row(facts.data, line) for line in lines]
    table = table_of("Every other indicator", columns, rows, "", MOST_OTHERS_PRINTED)
    return Section("Every other indicator", tables=(table,))


def _other_lines(facts: AreaFacts) -> list[Line]:
    """Return the indicators that no other section has: neither referrals, places, nor how near they are."""
    lines = other_lines(facts.areas, facts.data, facts.sheet.code, facts.sheet.settings)
    return [line for line in lines if line.indicator.group not in TOLD]


def _other_row(data: LevelData, line: Line) -> tuple[Cell, ...]:
    marks = (words_cell(mark.value) for mark in (line.own, *line.beside))
    source = column_source(data.provenance.get(line.indicator.id))
    unit = line.indicator.unit
    return (line.indicator.label, *marks, "share" if unit == "share of 1" else unit, source)


def _similar(facts: AreaFacts) -> Section:
    title = f"Most similar {facts.sheet.level.plural}"
    columns = (
        Column(sentence_case(facts.sheet.level.singular)),
        Column("Where"),
        Column(
            "Points apart",
            Form.WHOLE,
            "hundredths of England",
            "How far its ranks lie away, on average over all that is compared",
        ),
        Column("Differs most in"),
    )
    rows = [(one.name, one.place, one.apart, one.most_unlike) for one in facts.sheet.similar]
    return Section(title, tables=(table_of(f"{title}, the most alike first", columns, rows),) if rows else ())


def _method(facts: AreaFacts) -> tuple[str, ...]:
    sheet = facts.sheet
    steps = (step for source in sheet.sources.values() for step in source.steps)
    told = [RANKS_READ.format(of=sheet.ranked_out_of)] if sheet.lines else []
    told += [POINTS_READ] if sheet.points else []
    told += [sheet.places.method] if sheet.places.method else []
    return tuple(dict.fromkeys([*told, *(f"{sentence_case(step).rstrip('.')}." for step in steps)]))


def _used(facts: AreaFacts, more: Mapping[str, Provenance]) -> Iterable[tuple[str, Provenance]]:
    for what, pedigree in facts.sheet.sources.items():
        yield what.partition(":")[0], pedigree
    yield from more.items()
    places = facts.build.places
    told = "; ".join(pedigree.source for pedigree in facts.sheet.sources.values())
    for file in sorted(_inside_of(facts)["file"].unique()):
        if places.provenance[file].source not in told:
            yield "Places inside", places.provenance[file]
    for line in _other_lines(facts):
        if line.indicator.id in facts.data.provenance:
            yield line.indicator.label, facts.data.provenance[line.indicator.id]
