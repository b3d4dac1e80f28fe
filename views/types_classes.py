"""The classes of the Types page: by type, by way of working, by patch, and by how sure a type is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA
from models.classes import MISSING, OUTSIDE, Classed
from models.levels import Level
from models.type_patches import Patches
from models.types import Types
from models.words import joined, number, where
from views import types_look
from views.types_scene import TypesScene
from views.types_state import Show

KEYS: Final = "0123456789abcdefghijklnopqrtuvwxyz"
"""The characters of classes: without those of hidden and missing values."""

SURE: Final = "Sure"
FAIRLY_SURE: Final = "Fairly sure"
BETWEEN: Final = "Between two types"
NO_TYPE: Final = "No type"
SURE_MARGIN: Final = 0.25
SURE_SHARE: Final = 0.9
"""A type is sure where its area lies well off the border to the second, and nine in ten draws agree."""

SURE_WORDS: Final = "Sure: well off the border to the second, and nine in ten fresh draws agree."
BETWEEN_WORDS: Final = "of them between two types"
NO_TYPE_WORDS: Final = "no type: too little is known"


@dataclass(frozen=True, kw_only=True)
class TypesClasses(Classed):
    """A map of the page in classes.

    Attributes
    ----------
    palette
        The colour of each class, in the order of `KEYS`.
    entries
        Class, words and count of what stands in the legend.
    told
        What the tooltip of each area says beside its class, by code; None for nothing.
    """

    palette: tuple[str, ...]
    entries: tuple[tuple[str, str, str], ...]
    told: pd.Series | None = None


def classify(scene: TypesScene) -> TypesClasses:
    """Place the small areas in the classes that are asked for."""
    types = scene.found.types
    if types is not None and scene.sought.show is Show.TYPE:
        return _by_type(scene, types)
    if types is not None and scene.sought.show is Show.SURE:
        return _by_sureness(scene, types)
    if scene.sought.show is Show.PATCH and isinstance(scene.patches, Patches):
        return _by_patch(scene, scene.patches)
    return _by_model(scene)


def sureness_of(types: Types) -> pd.Series:
    """Say how sure the type of each area is: sure, fairly sure, between two types, or none."""
    frame = types.frame
    words = pd.Series(FAIRLY_SURE, index=frame.index, dtype=object)
    words = words.mask((frame["margin"] >= SURE_MARGIN) & (frame["share"] >= SURE_SHARE), SURE)
    return words.mask(frame["between"].astype(bool), BETWEEN).mask(frame["type"].isna(), NO_TYPE)


def _by_type(scene: TypesScene, types: Types) -> TypesClasses:
    letters = sorted(types.names)
    count = len(letters)
    own, striped = dict(zip(letters, KEYS, strict=False)), dict(zip(letters, KEYS[count:], strict=False))
    frame, between = types.frame, types.frame["between"].astype(bool)
    keys = frame["type"].map(own).mask(between, frame["type"].map(striped))
    names = {letter: scene.found.title_of(letter) for letter in letters}
    spoken = {own[letter]: name for letter, name in names.items()}
    spoken |= {striped[letter]: f"{name}; between two types" for letter, name in names.items()}
    colours = types_look.kind_colours(count, scene.dark)
    placed = _with_class(scene, keys)
    counts = placed["class"].value_counts()
    halves = {key: int(counts.get(key, 0)) for key in (*own.values(), *striped.values())}
    entries = [(own[at], names[at], f"{halves[own[at]] + halves[striped[at]]:,}") for at in letters]
    entries.append((striped[letters[0]], BETWEEN_WORDS, f"{sum(halves[k] for k in striped.values()):,}"))
    return TypesClasses(
        level=Level.AREA,
        frame=placed,
        labels={**spoken, MISSING: NO_TYPE_WORDS},
        spoken={**spoken, MISSING: NO_TYPE_WORDS},
        title="Types",
        note=_counts_words(scene),
        palette=(*colours, *types_look.striped(colours, scene.dark)),
        entries=(*entries, *_missing(counts, NO_TYPE_WORDS)),
        told=(": the other is " + frame["second"]).where(between, ""),
    )


def _by_sureness(scene: TypesScene, types: Types) -> TypesClasses:
    words = (SURE, FAIRLY_SURE, BETWEEN)
    keys = sureness_of(types).map(dict(zip(words, KEYS, strict=False)))
    frame = types.frame
    told = (": " + frame["type"] + ", then " + frame["second"]).fillna("")
    labels = dict(zip(KEYS, words, strict=False)) | {MISSING: NO_TYPE}
    colours = types_look.sure_colours(scene.dark)
    return _counted(scene, keys, labels, "How sure the type is", colours, told, SURE_WORDS)


def _by_model(scene: TypesScene) -> TypesClasses:
    models = scene.found.models
    used = [model.id for model in models.rules.models][: len(KEYS) - 1]
    keys = dict(zip((*used, NO_RULE), KEYS, strict=False))
    labels = {keys[id_]: f"{at} · {models.label_of(id_)}" for at, id_ in enumerate(used, 1)}
    labels |= {keys[NO_RULE]: models.label_of(NO_RULE), MISSING: models.label_of(NOT_ENOUGH_DATA)}
    colours = (*types_look.kind_colours(len(used), scene.dark), types_look.NO_RULE[scene.dark])
    return _counted(scene, models.frame["model"].map(keys), labels, "Ways of working", colours)


def _by_patch(scene: TypesScene, patches: Patches) -> TypesClasses:
    colours = types_look.patch_colours(scene.dark)
    of_patch = patches.frame["patch"]
    at = scene.colours_of_patches % len(colours)
    spoken = dict.fromkeys(KEYS[: len(colours)], "Patch ") | {MISSING: "In no patch"}
    placed = _with_class(scene, at.map(lambda colour: KEYS[int(colour)], na_action="ignore"))
    count, every = of_patch.reindex(scene.named.index).nunique(), of_patch.nunique()
    return TypesClasses(
        level=Level.AREA,
        frame=placed,
        labels=spoken,
        spoken=spoken,
        title=f"{number(count)} {'' if count == every else f'of {number(every)} '}patches",
        note="Colours only tell neighbours apart. Point at an area for the number of its patch, or press it.",
        palette=colours,
        entries=tuple(_missing(placed["class"].value_counts(), spoken[MISSING])),
        told=of_patch.astype("str").where(of_patch.notna(), ""),
    )


def _counted(
    scene: TypesScene,
    keys: pd.Series,
    labels: Mapping[str, str],
    title: str,
    palette: tuple[str, ...],
    told: pd.Series | None = None,
    first: str = "",
) -> TypesClasses:
    """Return classes of which each stands in the legend, but for those of nothing at all and of no rule."""
    placed = _with_class(scene, keys)
    counts = placed["class"].value_counts()
    usual = [key for key in labels if key != MISSING][: len(palette)]
    shown = [key for key in labels if counts.get(key, 0) or (key in usual and key != usual[-1])]
    entries = tuple((key, labels[key], f"{int(counts.get(key, 0)):,}") for key in shown)
    note = joined(first, _counts_words(scene))
    return TypesClasses(
        level=Level.AREA,
        frame=placed,
        labels=labels,
        spoken=labels,
        title=title,
        note=note,
        palette=palette,
        entries=entries,
        told=told,
    )


def _missing(counts: pd.Series, words: str) -> list[tuple[str, str, str]]:
    """Return the entry of a legend for what has no class, where there is some."""
    return [(MISSING, words, f"{int(counts[MISSING]):,}")] if counts.get(MISSING, 0) else []


def _with_class(scene: TypesScene, keys: pd.Series) -> pd.DataFrame:
    frame = scene.areas.frame[["area_name", "ward_name", "la_code", "la_name"]].sort_index()
    placed = keys.reindex(frame.index).astype(object)
    placed = placed.where(placed.notna(), MISSING)
    ours = frame.index.isin(scene.named.index)
    return frame.rename(columns={"area_name": "name"}).assign(**{"class": placed.where(ours, OUTSIDE)})


def _counts_words(scene: TypesScene) -> str:
    return f"Counts are {joined(Level.AREA.plural, where(scene.named))}."
