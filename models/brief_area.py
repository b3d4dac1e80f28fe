"""The briefing of one small area, ward, locality or council: what its profile says, for a board."""

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from data.asset_kinds import asset_kinds
from data.provenance import Provenance
from models.brief_area_beside import (
    POINTS_READ,
    RANKS_READ,
    demand_section,
    deprivation_section,
    lines_of_others,
    need_section,
    others_section,
)
from models.brief_area_facts import AreaFacts, places_inside
from models.brief_parts import share_table
from models.briefing import VARIES, Brief, BriefMap, Column, Section, Table, plain_sentence, table_of
from models.briefing_figures import Form, cell_at, form_of, words_cell
from models.briefing_maps import AROUND, map_of_classes
from models.briefing_sources import Imprint, column_source, sources_from
from models.classes import Classes
from models.levels import NEED_INDEX, Level, LevelData
from models.need_words import HIGH, LOW, RANK, has_ranks
from models.places import places_table
from models.profile_setting import members_of
from models.profile_types import OF_A_PLACE, TypesHere
from models.words import sentence_case

MOST_AREAS_PRINTED: Final = 40

MOST_PLACES_PRINTED: Final = 20

NOT_LISTED: Final = "A place that is not listed is not counted: that does not mean that it is not there."


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
            deprivation_section(facts),
            need_section(facts),
            _types(facts.types, sheet.level),
            _places(facts),
            demand_section(facts),
            others_section(facts),
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
    shown = places_table(places_inside(facts), list(asset_kinds()), facts.areas, "")
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
    for file in sorted(places_inside(facts)["file"].unique()):
        if places.provenance[file].source not in told:
            yield "Places inside", places.provenance[file]
    for line in lines_of_others(facts):
        if line.indicator.id in facts.data.provenance:
            yield line.indicator.label, facts.data.provenance[line.indicator.id]
