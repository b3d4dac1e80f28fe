"""What the Types page says first: what kinds of place there are, or why there are none."""

import pandas as pd

from models.explain import Explanation
from models.levels import Level
from models.types import Types
from models.types_told import SLIGHTLY, UNNAMED
from models.words import Part, all_of, few, joined, percent, sentence_case
from views.types_scene import TypesScene

SLICES_FIRST = f", and the types are {SLIGHTLY}"
NOT_KINDS = "slices of a gradient, not separate kinds of place"


def explain_types(scene: TypesScene) -> Explanation:
    """Say what kinds of place there are among the areas that are shown, and how sure that is."""
    types = scene.found.types
    if types is None:
        return _explain_rules(scene, "")
    if types.structure.one:
        return _explain_rules(scene, f"The types here are {NOT_KINDS}: the ways of working lead.")
    first, between, *others = types.caveats
    return Explanation(_kinds_sentence(scene, types), (first, *others), (types.chosen, between))


def _kinds_sentence(scene: TypesScene, types: Types) -> tuple[Part, ...]:
    mine = types.frame.reindex(scene.named.index)
    placed = mine[mine["type"].notna()]
    counts = placed["type"].value_counts()
    there = [letter for letter in sorted(types.names) if counts.get(letter, 0)]
    areas = sentence_case(all_of(Level.AREA, scene.named))
    if not there:
        return (Part(f"{areas} have "), Part("no type", True), Part(": too little is known of them."))
    named: list[Part] = []
    for letter in there:
        title, _, name = scene.found.title_of(letter).partition(" · ")
        share = f"({percent(counts[letter] / len(placed))})"
        named += [Part("; " if named else ": "), Part(title, True), Part(f" {joined(name, share)}")]
    between = sentence_case(percent(float(placed["between"].mean())))
    slices = SLICES_FIRST if types.structure.slight else ""
    return (
        Part(f"{areas} fall into "),
        Part(_kinds(len(there), types), True),
        *named,
        Part(f". {between} lie between two types{slices}."),
    )


def _kinds(count: int, types: Types) -> str:
    """Say how many kinds of place there are; of types that hardly come out again or apart it is not said."""
    if float(types.by_k.loc[types.k, "stability"]) < UNNAMED:
        return f"{few(count)} types that hardly come out again"
    if types.structure.slight:
        return "one type" if count == 1 else f"{few(count)} types"
    return "one kind of place" if count == 1 else f"{few(count)} kinds of place"


def _explain_rules(scene: TypesScene, first: str) -> Explanation:
    models = scene.found.models
    mine: pd.Series = models.frame["model"].reindex(scene.named.index)
    by_rule = models.frame.loc[scene.named.index, "reason"].eq("").all()
    counts = mine.value_counts()
    ids = [id_ for id_ in models.counts if counts.get(id_, 0)]
    told = ", ".join(f"{models.label_of(id_)} ({percent(counts[id_] / len(mine))})" for id_ in ids)
    parts = [Part(f"{first} ", True)] if first else []
    parts += [
        Part("Ways of working by rule" if by_rule else "Ways of working, by rule or as given", True),
        Part(f" among {all_of(Level.AREA, scene.named)}: {told}."),
    ]
    alone = (scene.found.alone,) if scene.found.alone else ()
    return Explanation(tuple(parts), (*alone, *models.caveats))
