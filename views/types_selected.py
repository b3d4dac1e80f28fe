"""What is said of the small area that is selected on the Types page: what it is, what suits it, how sure."""

from collections.abc import Iterable
from html import escape

import pandas as pd
import streamlit as st

from models.selected import Figure, SelectedArea
from models.type_patches import Patches
from models.type_portraits import sentences_of_area
from models.words import Part, number, percent
from views import look
from views.scene import PROFILE_PAGE
from views.types_classes import BETWEEN, NO_TYPE, sureness_of
from views.types_scene import TypesScene

REACH_PAGE = "reach.py"


def show_selected(scene: TypesScene) -> None:
    """Show what is told of the selected area, with ways to its profile and to Reach; nothing without one."""
    code = scene.sought.area
    if not code:
        return
    look.show_selected(
        explain_area(scene, code), None, write_model(scene, code) + write_likeness(scene, code)
    )
    with st.container(horizontal=True):
        asked = {"level": "area", "area": code}
        st.page_link(PROFILE_PAGE, label="Open its profile", icon=":material/article:", query_params=asked)
        st.page_link(
            REACH_PAGE, label="See what it reaches", icon=":material/directions_walk:", query_params=asked
        )


def explain_area(scene: TypesScene, code: str) -> SelectedArea:
    """Say what kind of place an area is, and how sure that is."""
    named = scene.areas.frame.loc[code]
    where = [str(part) for part in (named["ward_name"], named["la_name"]) if pd.notna(part)]
    return SelectedArea(
        code=code,
        name=str(named["area_name"]),
        place=", ".join(where) or "Small area",
        sentence=tuple(_kind_parts(scene, code)),
        figures=tuple(_figures(scene, code)),
    )


def _kind_parts(scene: TypesScene, code: str) -> Iterable[Part]:
    found = scene.found
    if found.types is None:
        yield Part("No types were made here: what suits it is told by rule.")
        return
    row = found.types.frame.loc[code]
    if pd.isna(row["type"]):
        yield Part("No type", True)
        yield Part(": too few of the figures that types are made of are known here.")
        return
    sure = str(sureness_of(found.types)[code])
    yield Part(f"{found.title_of(row['type'])}. ", True)
    second = found.title_of(row["second"])
    further = percent(row["margin"] / max(1 - row["margin"], 0.01))
    if sure == BETWEEN:
        yield Part("Between two types", True)
        yield Part(f": it could as well be {second}, which lies {further} further away. ")
    else:
        yield Part(sure, True)
        yield Part(f": the second, {second}, lies {further} further away. ")
    yield Part(f"{percent(row['share'])} of fresh draws of areas give it the same type.")


def _figures(scene: TypesScene, code: str) -> Iterable[Figure]:
    types = scene.found.types
    if types is not None:
        row = types.frame.loc[code]
        yield Figure("Type", _or(row["type"], NO_TYPE))
        yield Figure("Second type", _or(row["second"], "None"))
        yield Figure("How sure", str(sureness_of(types)[code]))
    if isinstance(scene.patches, Patches):
        patch = scene.patches.frame["patch"].get(code)
        if patch is not None and pd.notna(patch):
            people = number(scene.patches.table.loc[int(patch), "people"])
            yield Figure("Patch", f"{int(patch)}, with {people} people")


def write_model(scene: TypesScene, code: str) -> str:
    """Write what suits an area, why, and what would be next; who overruled it says why."""
    models = scene.found.models
    row = models.frame.loc[code]
    model = models.rules.named(row["model"])
    lines = [f"<b>Way of working: {escape(models.label_of(row['model']))}.</b> {escape(_why(scene, row))}"]
    if model is not None:
        lines += [
            f"<b>What it offers:</b> {escape(model.offer)}",
            f"<b>What is known:</b> {escape(model.evidence)}",
        ]
    if pd.notna(row["next"]):
        label = models.label_of(row["next"])
        fits = "it fits as well" if not row["distance"] else f"{_points(row['distance'])} off"
        lines.append(f"<b>Next nearest:</b> {escape(label)}, {fits}.")
    return _lines(lines)


def _why(scene: TypesScene, row: pd.Series) -> str:
    if not row["reason"]:
        return str(row["why"])
    by_rule = scene.found.models.label_of(row["by_rule"])
    given = f"Given by somebody who knows the place: “{row['reason']}”"
    return f"{given} By rule it would be {by_rule}: {row['why']}"


def write_likeness(scene: TypesScene, code: str) -> str:
    """Write what an area is like beside all."""
    told = " ".join(sentences_of_area(scene.found.composites, code, scene.areas))
    return _lines([f"<b>Beside all small areas here:</b> {escape(told)}"])


def _lines(lines: Iterable[str]) -> str:
    inner = "".join(f'<div style="margin-top:.3rem">{line}</div>' for line in lines)
    return f'<div style="{look.SMALL};overflow-wrap:anywhere;margin-top:.5rem">{inner}</div>'


def _points(distance: float) -> str:
    points = max(round(distance), 1)
    return "1 point" if points == 1 else f"{points} points"


def _or(value: object, words: str) -> str:
    return words if pd.isna(value) else str(value)
