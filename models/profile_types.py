"""What a profile says of types: the kind of place that a small area is, or the kinds that lie in a ward."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA
from geo.area_table import AreaTable
from models.demand_mix import Share
from models.levels import CODE_COLUMNS, Level
from models.type_findings import TypeFindings
from models.types_told import SLIGHTLY
from models.words import Part

NO_TYPE: Final = "No type"
TOO_LITTLE: Final = "too few of the figures that types are made of are known here"
OF_A_PLACE: Final = (
    "A type is what its areas share on average, and a way of working is a proposal by rule: neither says "
    "what each family needs."
)


@dataclass(frozen=True)
class TypesHere:
    """What is told of types in one shape.

    Attributes
    ----------
    kind
        Which kind of place a small area is, with its second type and how sure that is; empty of a larger
        shape, and where no types were made.
    way
        Which way of working suits a small area, and why; empty of a larger shape.
    reason
        Why somebody gave another way of working than the rule; empty where nobody did.
    kinds, ways
        How many small areas of a larger shape are of each type, and have each way of working.
    notes
        Why there are no types, or that they are slices of a gradient or little more; empty where there are
        kinds of place.
    """

    kind: tuple[Part, ...]
    way: tuple[Part, ...]
    reason: str
    kinds: tuple[Share, ...]
    ways: tuple[Share, ...]
    notes: tuple[str, ...]


def types_here(
    found: TypeFindings, sure: pd.Series | None, areas: AreaTable, level: Level, code: str
) -> TypesHere:
    """Say what is known of types in one shape.

    Parameters
    ----------
    found
        The types and ways of working of the build, with what people gave.
    sure
        How sure the type of each area is, in words, by code; None where no types were made.
    areas
        The small areas, which say what they lie in.
    level, code
        The shape.
    """
    notes = tuple(_notes(found))
    if level is Level.AREA:
        kind = tuple(_kind_parts(found, sure, code))
        way, reason = _way_parts(found, code)
        return TypesHere(kind, way, reason, (), (), notes)
    inside = areas.frame.index[areas.frame[CODE_COLUMNS[level]].eq(code).fillna(False)]
    return TypesHere((), (), "", _kinds(found, inside), _ways(found, inside), notes)


def _kind_parts(found: TypeFindings, sure: pd.Series | None, code: str) -> Iterable[Part]:
    if found.types is None or sure is None:
        return
    row = found.types.frame.loc[code]
    yield Part("Kind of place: ")
    if pd.isna(row["type"]):
        yield Part(NO_TYPE, True)
        yield Part(f": {TOO_LITTLE}.")
        return
    yield Part(found.title_of(row["type"]), True)
    yield Part(f" (second: {found.title_of(row['second'])}; {str(sure[code]).lower()}).")


def _way_parts(found: TypeFindings, code: str) -> tuple[tuple[Part, ...], str]:
    """Return the way of working with why, and the reason of somebody who gave it in the place of the rule."""
    row = found.models.frame.loc[code]
    said = (
        Part("Way of working that suits it: "),
        Part(found.models.label_of(row["model"]), True),
    )
    if not row["reason"]:
        return (*said, Part(f". {row['why']}")), ""
    by_rule = found.models.label_of(row["by_rule"])
    given = f", given by somebody who knows the place in the stead of {by_rule}."
    return (*said, Part(given)), str(row["reason"])


def _kinds(found: TypeFindings, inside: pd.Index) -> tuple[Share, ...]:
    """Count the small areas of each type, in the order of the letters."""
    if found.types is None:
        return ()
    counts = found.letters.reindex(inside).value_counts()
    told = [
        Share(found.title_of(k), int(counts[k]), float(counts[k] / len(inside))) for k in sorted(counts.index)
    ]
    without = len(inside) - int(counts.sum())
    return (*told, *([Share(NO_TYPE, without, without / len(inside))] if without else []))


def _ways(found: TypeFindings, inside: pd.Index) -> tuple[Share, ...]:
    """Count the small areas with each way of working, the most frequent first."""
    counts = found.models.frame.loc[inside, "model"].value_counts()
    order = [*(model.id for model in found.models.rules.models), NO_RULE, NOT_ENOUGH_DATA]
    ids = sorted(counts.index, key=lambda id_: (-counts[id_], order.index(id_)))
    return tuple(
        Share(found.models.label_of(id_), int(counts[id_]), float(counts[id_] / len(inside))) for id_ in ids
    )


def _notes(found: TypeFindings) -> Iterable[str]:
    if found.types is None:
        yield f"No types were made. {found.alone}"
    elif found.types.structure.one:
        yield found.types.structure.sentence
    elif found.types.structure.slight:
        yield f"The types here are {SLIGHTLY}."
