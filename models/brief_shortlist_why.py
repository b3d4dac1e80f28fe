"""Why each is on a shortlist: what counts, what it adds, what it would take, what hangs on one criterion."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from models.brief_shortlist_facts import ShortlistFacts
from models.briefing import Column, Section, Table, plain_sentence, table_of
from models.briefing_figures import Cell, Form, form_of, print_figure
from models.briefing_sources import column_source
from models.shortlist_takes import takes_of
from models.shortlist_takes_words import takes_words
from models.shortlist_values import column_of
from models.words import sentence_case

TAKES_S: Final = 0.5
"""How long the smallest shift of weights is looked for, for each."""

RULED: Final = (
    "The choice keeps to a spread or a budget, so what weights alone would change is not told here: the "
    "table of ranks says who comes next."
)

ADDS: Final = (
    "What each criterion adds to the value, out of 100: how good the figure is, times the weight. Together "
    "they are the value."
)


def criteria_table(facts: ShortlistFacts) -> Table:
    """Say of each criterion what it weighs, which end of it counts, and where its figures are from."""
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


def why_tables(facts: ShortlistFacts) -> Iterable[Table]:
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


def takes_section(facts: ShortlistFacts) -> Section:
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


def without_tables(facts: ShortlistFacts) -> Iterable[Table]:
    """Say who would come in and go out if one criterion counted for nothing."""
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
