"""The classes of the Types page: by type, by way of working, by patch, and by how sure a type is."""

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
from views.types_patches import colours_of
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

NO_TYPE_WORDS: Final = "no type: too little is known"


@dataclass(frozen=True, kw_only=True)
class TypesClasses(Classed):
    """A map of the page in classes.

    Attributes
    ----------
    palette
        The colour of each class, in the order of `KEYS`.
    told
        What the tooltip of each area says beside its class, by code; None for nothing.
    in_legend
        Whether each class stands in the legend: patches are too many.
    """

    palette: tuple[str, ...]
    told: pd.Series | None = None
    in_legend: bool = True


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
    colours = types_look.kind_colours(len(letters), scene.dark)
    frame = types.frame
    own = frame["type"].map(dict(zip(letters, KEYS, strict=False)))
    striped = frame["type"].map(dict(zip(letters, KEYS[len(letters) :], strict=False)))
    keys = own.mask(frame["between"].astype(bool), striped)
    names = {letter: f"{letter} {scene.found.name_of(letter)}" for letter in letters}
    labels = {key: names[letter] for key, letter in zip(KEYS, letters, strict=False)}
    spoken = labels | {
        key: f"{names[letter]}, between two types"
        for key, letter in zip(KEYS[len(letters) :], letters, strict=False)
    }
    told = pd.Series("", index=frame.index).mask(
        frame["between"].astype(bool), "; the other is " + frame["second"].fillna("")
    )
    return TypesClasses(
        level=Level.AREA,
        frame=_with_class(scene, keys),
        labels={**labels, MISSING: NO_TYPE_WORDS},
        spoken={**spoken, MISSING: NO_TYPE_WORDS},
        title="Types",
        note=joined("Striped: between two types.", _counts_words(scene)),
        palette=(*colours, *types_look.striped(colours, scene.dark)),
        told=told,
    )


def _by_sureness(scene: TypesScene, types: Types) -> TypesClasses:
    words = (SURE, FAIRLY_SURE, BETWEEN)
    labels = {key: text.lower() for key, text in zip(KEYS, words, strict=False)} | {MISSING: NO_TYPE.lower()}
    keys = sureness_of(types).map(dict(zip(words, KEYS, strict=False)))
    frame = types.frame
    told = (": " + frame["type"] + ", then " + frame["second"]).fillna("")
    return TypesClasses(
        level=Level.AREA,
        frame=_with_class(scene, keys),
        labels=labels,
        spoken={key: text.capitalize() for key, text in labels.items()},
        title="How sure the type is",
        note=_counts_words(scene),
        palette=types_look.sure_colours(scene.dark),
        told=told,
    )


def _by_model(scene: TypesScene) -> TypesClasses:
    models = scene.found.models
    used = [model.id for model in models.rules.models][: len(KEYS) - 1]
    keys = dict(zip(used, KEYS, strict=False)) | {NO_RULE: KEYS[len(used)]}
    labels = {key: models.label_of(id_) for id_, key in keys.items()} | {
        MISSING: models.label_of(NOT_ENOUGH_DATA)
    }
    colours = (*types_look.kind_colours(len(used), scene.dark), types_look.NO_RULE[scene.dark])
    return TypesClasses(
        level=Level.AREA,
        frame=_with_class(scene, models.frame["model"].map(keys)),
        labels=labels,
        spoken=labels,
        title="Ways of working",
        note=joined("By rule, the first that fits.", _counts_words(scene)),
        palette=colours,
    )


def _by_patch(scene: TypesScene, patches: Patches) -> TypesClasses:
    colours = types_look.patch_colours(scene.dark)
    of_patch = patches.frame["patch"]
    at = colours_of(of_patch, scene.build.areas.frame.geometry) % len(colours)
    keys = at.map(lambda colour: KEYS[int(colour)], na_action="ignore")
    return TypesClasses(
        level=Level.AREA,
        frame=_with_class(scene, keys),
        labels=dict.fromkeys(KEYS[: len(colours)], "Patch") | {MISSING: "In no patch"},
        spoken=dict.fromkeys(KEYS[: len(colours)], "Patch ") | {MISSING: "In no patch"},
        title=f"{number(len(patches.table))} patches",
        note="Colours only tell neighbours apart. Point at an area for the number of its patch.",
        palette=colours,
        told=of_patch.astype("str").where(of_patch.notna(), ""),
        in_legend=False,
    )


def _with_class(scene: TypesScene, keys: pd.Series) -> pd.DataFrame:
    frame = scene.areas.frame[["area_name", "ward_name", "la_code", "la_name"]].sort_index()
    placed = keys.reindex(frame.index).astype(object)
    placed = placed.where(placed.notna(), MISSING)
    ours = frame.index.isin(scene.named.index)
    return frame.rename(columns={"area_name": "name"}).assign(**{"class": placed.where(ours, OUTSIDE)})


def _counts_words(scene: TypesScene) -> str:
    return f"Counts are {joined(Level.AREA.plural, where(scene.named))}."
