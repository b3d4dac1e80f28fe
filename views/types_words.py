"""What the Types page says first: what kinds of place there are, or why there are none."""

import pandas as pd

from models.explain import Explanation
from models.levels import Level
from models.types import Types
from models.words import Part, all_of, few, percent, sentence_case
from views.types_scene import TypesScene

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
    named: list[Part] = []
    for letter in there:
        share = percent(counts[letter] / len(placed))
        named += [Part("; " if named else ": "), Part(letter, True)]
        named.append(Part(f" {scene.found.name_of(letter)} ({share})"))
    kinds = f"{few(len(there))} kinds of place" if len(there) > 1 else "one kind of place"
    between = percent(float(placed["between"].mean())) if len(placed) else "none"
    return (
        Part(f"{sentence_case(all_of(Level.AREA, scene.named))} fall into "),
        Part(kinds, True),
        *named,
        Part(f". {between} lie between two types."),
    )


def _explain_rules(scene: TypesScene, first: str) -> Explanation:
    models = scene.found.models
    mine: pd.Series = models.frame["model"].reindex(scene.named.index)
    counts = mine.value_counts()
    ids = [id_ for id_ in models.counts if counts.get(id_, 0)]
    told = ", ".join(f"{models.label_of(id_)} ({percent(counts[id_] / len(mine))})" for id_ in ids)
    parts = [Part(f"{first} ", True)] if first else []
    parts += [
        Part("Ways of working by rule", True),
        Part(f" among {all_of(Level.AREA, scene.named)}: {told}."),
    ]
    alone = (scene.found.alone,) if scene.found.alone else ()
    return Explanation(tuple(parts), (*alone, *models.caveats))
