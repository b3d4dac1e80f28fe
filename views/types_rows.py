"""The rows of the table beside the map of types, and its file."""

from enum import StrEnum
from typing import Final

import pandas as pd

from models.type_patches import Patches
from views.reach_files import plain
from views.tables import write_csv
from views.types_classes import BETWEEN, sureness_of
from views.types_scene import TypesScene
from views.types_state import Show

AREA: Final = "Small area"
TYPE: Final = "Type"
SECOND: Final = "Second"
SURE: Final = "How sure"
MODEL: Final = "Way of working"
WARD: Final = "Ward"
COUNCIL: Final = "Council"
PATCH: Final = "Patch"
CHILDREN: Final = "Children"
NONE: Final = "–"


class Order(StrEnum):
    """The orders of the table."""

    TYPE = "type"
    LEAST_SURE = "least_sure"
    MODEL = "model"
    PATCH = "patch"
    CHILDREN = "children"
    NAME = "name"


ORDER_WORDS: Final = {
    Order.TYPE: "By type",
    Order.LEAST_SURE: "Least sure first",
    Order.MODEL: "By way of working",
    Order.PATCH: "By patch",
    Order.CHILDREN: "Most children first",
    Order.NAME: "By name",
}
COLUMNS: Final = {
    Order.TYPE: TYPE,
    Order.LEAST_SURE: SURE,
    Order.MODEL: MODEL,
    Order.PATCH: PATCH,
    Order.CHILDREN: CHILDREN,
    Order.NAME: AREA,
}
"""The column that each order goes by."""


def facts_of(scene: TypesScene) -> pd.DataFrame:
    """Return what is told of each small area that is shown, by code.

    Returns
    -------
    DataFrame
        `name, ward_name, la_code, la_name`; with types `type, second, margin, share, sure`; `model`, its id,
        `next, distance, why, by_rule, reason`; with patches `patch`; and where children were
        counted `children_count, children_words`.
    """
    named = scene.named
    models = scene.found.models.frame.drop(columns="fits")
    facts = named.join(models)
    types = scene.found.types
    if types is not None:
        facts = facts.join(types.frame[["type", "second", "margin", "share"]])
        facts["sure"] = sureness_of(types).reindex(facts.index)
    if isinstance(scene.patches, Patches):
        facts = facts.join(scene.patches.frame["patch"])
    if scene.children is not None:
        facts = facts.join(scene.children.add_prefix("children_"))
    return facts


def rows_of(scene: TypesScene, facts: pd.DataFrame) -> pd.DataFrame:
    """Return what is told of small areas as the words of a table, what the map is by among the first."""
    columns = {AREA: facts["name"]}
    if scene.sought.show is Show.PATCH and "patch" in facts:
        columns[PATCH] = _patches(facts)
    if "type" in facts:
        columns |= {TYPE: facts["type"].fillna(NONE), SECOND: facts["second"].fillna(NONE)}
        columns[SURE] = facts["sure"].replace(BETWEEN, "Between")
    columns[MODEL] = facts["model"].map(scene.found.models.label_of)
    if facts["ward_name"].notna().any():
        columns[WARD] = facts["ward_name"].fillna("No ward")
    if facts["la_name"].nunique() > 1:
        columns[COUNCIL] = facts["la_name"].fillna("No council")
    if PATCH not in columns and "patch" in facts:
        columns[PATCH] = _patches(facts)
    if "children_words" in facts:
        columns[CHILDREN] = facts["children_words"]
    return pd.DataFrame(columns, facts.index)


def _patches(facts: pd.DataFrame) -> pd.Series:
    return facts["patch"].astype("str").where(facts["patch"].notna(), NONE)


def orders_of(rows: pd.DataFrame) -> list[Order]:
    """Return the orders that rows can stand in."""
    return [order for order in Order if COLUMNS[order] in rows]


def ordered(scene: TypesScene, facts: pd.DataFrame, order: Order) -> pd.Index:
    """Return codes in an order: what is not known comes last, and codes decide between equals."""
    ids = [model.id for model in scene.found.models.rules.models]
    keyed = facts.sort_index().assign(
        rank=facts["model"].map({id_: at for at, id_ in enumerate(ids)}).fillna(len(ids)),
        fewer=-facts["children_count"] if "children_count" in facts else 0.0,
    )
    by = {
        Order.TYPE: ["type", "name"],
        Order.LEAST_SURE: ["share", "margin"],
        Order.MODEL: ["rank", "name"],
        Order.PATCH: ["patch", "name"],
        Order.CHILDREN: ["fewer", "name"],
        Order.NAME: ["name"],
    }[order]
    return keyed.sort_values(by, kind="stable", na_position="last").index


def to_csv(scene: TypesScene, facts: pd.DataFrame) -> bytes:
    """Write what is told of small areas as a CSV file that a spreadsheet opens without running anything."""
    found, frame = scene.found, facts.sort_index()
    output = {
        "area_code": frame.index.to_series(),
        "area_name": frame["name"],
        "ward_name": frame["ward_name"],
        "la_code": frame["la_code"],
        "la_name": frame["la_name"],
    }
    if "type" in frame:
        names = frame["type"].map(found.name_of, na_action="ignore")
        output |= {"type": frame["type"], "type_name": names, "second_type": frame["second"]}
        output |= {"how_sure": frame["sure"], "margin": plain(frame["margin"])}
        output |= {"share_of_draws": plain(frame["share"])}
    output |= {
        "way_of_working": frame["model"],
        "why": frame["why"],
        "by_rule": frame["by_rule"],
        "reason_of_override": frame["reason"],
        "next_nearest": frame["next"],
        "points_to_next": plain(frame["distance"]),
    }
    if "patch" in frame:
        output["patch"] = plain(frame["patch"].astype("float64"))
    if "children_count" in frame:
        count = frame["children_count"]
        output["children"] = plain(count).where(count.notna(), frame["children_words"])
    told = {
        "composites": "; ".join(found.composites.frame),
        "source": " ".join(found.composites.sources.values()),
        "tier": found.tier.value,
    }
    return write_csv(pd.DataFrame({**output, **told}, index=frame.index))
