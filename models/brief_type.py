"""The briefing of one type: what its areas are like, where they are, what may suit them, how sure it is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA
from data.provenance import Provenance
from geo.builds import Build
from models.brief_parts import share_table
from models.briefing import (
    Brief,
    BriefMap,
    Column,
    MapClass,
    Section,
    Sentence,
    Table,
    plain_sentence,
    table_of,
)
from models.briefing_figures import NO_DATA, Cell, Form, cell_at
from models.briefing_maps import bounds_around, outlines_over, shapes_of
from models.briefing_sources import Imprint, column_source, sources_from
from models.classes import MISSING
from models.demand_mix import Share
from models.levels import Level, LevelData
from models.profile_setting import whole_name
from models.profile_types import NO_TYPE, OF_A_PLACE, TOO_LITTLE
from models.type_findings import TypeFindings
from models.type_portraits import Portrait
from models.type_sure_words import again_words, overlap_note
from models.types import Types
from models.words import Part, number, percent, sentence_case

MOST_AREAS_PRINTED: Final = 40
MOST_WARDS_PRINTED: Final = 25
OTHERS: Final = "other types"


@dataclass(frozen=True, eq=False)
class TypeFacts:
    """What the briefing of a type is made of.

    Attributes
    ----------
    build
        The build.
    data
        The values of its small areas.
    found, types, letter
        The types and ways of working, and which type it is.
    sure
        How sure the type of each area is, in words, by code.
    withheld
        Ids of composites whose figures do not stand in the briefing.
    method
        How types and ways of working were made.
    used
        Where the figures came from, with what they are.
    left_out
        What does not stand in the briefing, and why.
    """

    build: Build
    data: LevelData
    found: TypeFindings
    types: Types
    letter: str
    sure: pd.Series
    withheld: Collection[str] = ()
    method: tuple[str, ...] = ()
    used: tuple[tuple[str, Provenance], ...] = ()
    left_out: str = ""

    @property
    def portrait(self) -> Portrait:
        """Its portrait."""
        return self.found.portraits[self.letter]

    @property
    def codes(self) -> pd.Index:
        """The small areas of the type."""
        letters = self.found.letters
        return letters.index[letters.eq(self.letter).fillna(False).to_numpy(dtype=bool)].sort_values()

    @property
    def title(self) -> str:
        """Its letter with its name."""
        return self.found.title_of(self.letter)


def type_brief(facts: TypeFacts, imprint: Imprint) -> Brief:
    """Write the briefing of one type.

    Parameters
    ----------
    facts
        What it is made of.
    imprint
        The build that it comes from.
    """
    where = whole_name(facts.build.areas)
    return Brief(
        title=facts.title,
        subtitle=f"Type {facts.letter} of {len(facts.types.names)} in {where}",
        imprint=imprint,
        headline=(_headline(facts),),
        sections=(_likeness(facts), _where(facts), _suits(facts), _areas(facts), _sureness(facts)),
        method=facts.method,
        caveats=(OF_A_PLACE, *facts.types.caveats, *facts.found.models.caveats),
        sources=sources_from(facts.used),
        left_out=facts.left_out,
    )


def _headline(facts: TypeFacts) -> Sentence:
    portrait, codes = facts.portrait, facts.codes
    share = percent(len(codes) / max(len(facts.found.composites.frame), 1))
    areas = "1 small area" if len(codes) == 1 else f"{number(len(codes))} small areas"
    children = "" if pd.isna(portrait.children) else f", home to {number(portrait.children)} children"
    wards = ", ".join(f"{name} ({count})" for name, count in portrait.wards)
    most = f" Most of them are in {wards}." if wards else ""
    verb = "is" if len(codes) == 1 else "are"
    return (Part(f"{areas} ({share})", True), Part(f" {verb} of this type{children}.{most}"))


def _likeness(facts: TypeFacts) -> Section:
    portrait = facts.portrait
    told = [trait for trait in portrait.traits if trait.composite.id not in facts.withheld]
    silent = tuple(
        f"{trait.composite.label}: " for trait in portrait.traits if trait.composite.id in facts.withheld
    )
    sentences = [s for s in portrait.sentences if not s.startswith(silent)] if silent else portrait.sentences
    columns = (
        Column("What types are made of"),
        Column("Than on average"),
        Column(
            "How far off",
            Form.TWO,
            "standard deviations",
            "How far the areas of the type lie above the average of all, each counting by its children",
        ),
        Column("In figures"),
    )
    rows = [
        (trait.composite.label, sentence_case(trait.level), trait.gap, sentence_case(trait.words))
        for trait in told
    ]
    lacking = [
        f"{sentence_case(one.plural)}: within reach of {percent(one.share)} of homes, "
        f"{percent(one.average)} in all areas."
        for one in portrait.lacking
    ]
    tables = [table_of("What its areas are like", columns, rows)] if rows else []
    missing = (plain_sentence("Often missing:"),) if lacking else ()
    return Section(
        "What its areas are like",
        (*map(plain_sentence, sentences), *missing),
        tuple(tables),
        listed=tuple(lacking),
    )


def _where(facts: TypeFacts) -> Section:
    tables = [_ward_table(facts)] if facts.data.frame.loc[facts.codes, "ward_name"].notna().any() else []
    return Section("Where they are", tables=tuple(tables), maps=(_map(facts),))


def _map(facts: TypeFacts) -> BriefMap:
    """Draw every small area: those of the type with its letter, the others pale."""
    shapes = shapes_of(facts.build, Level.AREA)
    letters = facts.found.letters.reindex(shapes.index)
    mine = letters.eq(facts.letter).fillna(False)
    classes = pd.Series("other", shapes.index).mask(mine, "mine").mask(letters.isna(), MISSING)
    between = facts.types.frame["between"].reindex(shapes.index).fillna(False).astype(bool)
    classes = classes.mask(mine & between, "between")
    counts = classes.value_counts()
    at = sorted(facts.types.names).index(facts.letter)
    entries = (
        MapClass("mine", facts.title, "kinds", at, facts.letter, count=int(counts.get("mine", 0))),
        MapClass(
            "between",
            "this type, and near to a second one",
            "kinds",
            at,
            facts.letter,
            "stripes",
            int(counts.get("between", 0)),
        ),
        MapClass("other", OTHERS, "paper", count=int(counts.get("other", 0))),
        MapClass(MISSING, f"no type: {TOO_LITTLE}", pattern="dots", count=int(counts.get(MISSING, 0))),
    )
    drawn = shapes.assign(**{"class": classes, "label": ""})
    text = "".join(part.text for part in _headline(facts))
    return BriefMap(
        title=f"Small areas of {facts.title}",
        alt=f"Map of small areas by type. {text}",
        classes=tuple(entry for entry in entries if entry.count or entry.key == "mine"),
        shapes=drawn,
        legend_title="Types",
        lines=outlines_over(facts.build, Level.AREA),
        bounds_m=bounds_around(drawn, None),
    )


def _ward_table(facts: TypeFacts) -> Table:
    frame = facts.data.frame
    named = frame[["ward_code", "ward_name", "la_name"]].assign(mine=frame.index.isin(facts.codes))
    wards = named.dropna(subset=["ward_code"]).groupby("ward_code", as_index=True)
    counted = wards.agg(name=("ward_name", "first"), council=("la_name", "first"), mine=("mine", "sum"))
    counted["every"] = wards.size()
    counted = counted[counted["mine"] > 0].sort_index().sort_values("mine", ascending=False, kind="stable")
    columns = (
        Column("Ward"),
        Column("Code"),
        Column("Council"),
        Column("Areas of this type", Form.WHOLE, "small areas", "How many small areas of the type it has"),
        Column("All its areas", Form.WHOLE, "small areas", "How many small areas the ward has"),
    )
    rows = [
        (row.name, code, row.council if pd.notna(row.council) else "", row.mine, row.every)
        for code, row in zip(counted.index, counted.itertuples(index=False), strict=True)
    ]
    return table_of(
        f"Wards with areas of this type, {len(rows):,} in all", columns, rows, "", MOST_WARDS_PRINTED
    )


def _suits(facts: TypeFacts) -> Section:
    """Say which way of working is usual, what it offers, and how many areas have which."""
    models = facts.found.models
    mine = models.frame.loc[facts.codes, "model"]
    counts = mine.value_counts()
    order = [*(model.id for model in models.rules.models), NO_RULE, NOT_ENOUGH_DATA]
    shares = [
        Share(models.label_of(id_), int(counts[id_]), float(counts[id_] / len(mine)))
        for id_ in sorted(counts.index, key=lambda id_: (-counts[id_], order.index(id_)))
    ]
    usual = facts.found.usual_model(facts.letter)
    told: list[Sentence] = []
    if usual is not None:
        told.append((Part("Most have the same way of working: "), Part(usual.label, True), Part(".")))
        told += [
            plain_sentence(f"What it offers: {usual.offer}"),
            plain_sentence(f"What is known: {usual.evidence}"),
        ]
    tables = (share_table("Way of working", shares, "small areas"),) if shares else ()
    return Section("What may suit them", tuple(told), tables)


def _areas(facts: TypeFacts) -> Section:
    frame, models, types = facts.data.frame, facts.found.models, facts.types.frame
    children = facts.data.children_column(facts.codes)
    columns = [Column("Small area"), Column("Code"), Column("Ward")]
    if children:
        entry, source = facts.data.dictionary[children], facts.data.provenance.get(children)
        columns.append(Column(entry.label, Form.WHOLE, entry.unit, entry.meaning, column_source(source)))
    columns += [Column("How sure"), Column("Second type"), Column("Way of working")]

    def row(code: str) -> Iterable[Cell]:
        ward = frame.at[code, "ward_name"]
        yield from (str(frame.at[code, "name"]), code, str(ward) if pd.notna(ward) else "no ward")
        if children:
            yield cell_at(facts.data, code, children)
        second = types.at[code, "second"]
        yield str(facts.sure.get(code, NO_TYPE))
        yield str(second) if pd.notna(second) else NO_DATA
        yield models.label_of(models.frame.at[code, "model"])

    rows = [tuple(row(str(code))) for code in facts.codes]
    title = f"Small areas of this type, {len(rows):,} in all"
    return Section("Its small areas", tables=(table_of(title, columns, rows, "", MOST_AREAS_PRINTED),))


def _sureness(facts: TypeFacts) -> Section:
    """Say how far the type comes out again, and why there are so many types."""
    jaccard = float(facts.types.jaccard[facts.letter])
    between = int(facts.types.frame.loc[facts.codes, "between"].astype(bool).sum())
    told = (
        (
            Part("When areas are drawn anew, this type "),
            Part(f"comes out again {again_words(jaccard)}", True),
            Part(f" ({jaccard:.2f} of 1). {_between(between)}."),
        ),
        plain_sentence(overlap_note()),
        plain_sentence(facts.types.structure.sentence),
        plain_sentence(facts.types.chosen),
    )
    return Section("How sure it is", told)


def _between(count: int) -> str:
    if not count:
        return "None of its areas lies between two types"
    return f"{number(count)} of its areas {'lies' if count == 1 else 'lie'} between two types"
