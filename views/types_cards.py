"""A card for each type, or for each way of working: what it is like, what suits it, and what is missing."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA, OperatingModel
from models.type_portraits import Portrait, Trait
from models.words import few, number, percent
from views import look, types_look
from views.legends import ink_on
from views.types_scene import TypesScene
from views.types_state import Show

WIDEST: Final = 2.0
"""How many standard deviations from the average a bar is at most drawn."""

CARD: Final = (
    "border:1px solid rgba(125,125,125,.4);border-radius:4px;padding:.8rem 1rem;overflow-wrap:anywhere"
)
ROW: Final = "display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.2fr) 7.4em;gap:.5rem"
BARS_SAY: Final = (
    "Bars: how far the areas of a type lie from the average of all (the line in the middle), up to two "
    "standard deviations. Each area counts by its children."
)


def show_cards(scene: TypesScene) -> None:
    """Show a card for each type; for each way of working where they lead, or the map is by them."""
    if scene.found.types is None or scene.sought.show is Show.MODEL:
        st.subheader("The ways of working", anchor=False)
        _show_grid(list(model_cards(scene)))
        return
    st.subheader("The types", anchor=False)
    look.show_note(BARS_SAY)
    _show_grid(list(type_cards(scene)))


def _show_grid(cards: Sequence[str]) -> None:
    """Show cards beside one another: two where there are two or four, else up to three."""
    least = 460 if len(cards) in (2, 4) else 330
    columns = f"repeat(auto-fit,minmax(min(100%,{least}px),1fr))"
    style = f"display:grid;grid-template-columns:{columns};gap:1rem"
    st.html(f'<div style="{style}">{"".join(cards)}</div>')


def type_cards(scene: TypesScene) -> Iterable[str]:
    """Write the card of each type."""
    portraits = scene.found.portraits
    colours = types_look.kind_colours(len(portraits), scene.dark)
    for (letter, portrait), colour in zip(sorted(portraits.items()), colours, strict=True):
        yield _card(
            _head(letter, scene.found.name_of(letter), colour),
            _renamed(scene, letter),
            _size(scene, portrait),
            _bars(portrait.traits, scene.dark),
            _sentences(portrait),
            _suits(scene, letter),
            _missing(portrait),
        )


def model_cards(scene: TypesScene) -> Iterable[str]:
    """Write the card of each way of working."""
    models = scene.found.models
    colours = types_look.kind_colours(len(models.rules.models), scene.dark)
    for at, model in enumerate(models.rules.models):
        codes = models.frame.index[models.frame["model"].eq(model.id)]
        yield _card(
            _head(str(at + 1), model.label, colours[at]),
            _line(f"{_counted(scene, codes)}.{escape(_here(scene, codes))}"),
            _told(model),
            _line(f"<b>Related to:</b> {escape(model.kin)}"),
            _line(f"<b>Source:</b> {escape(model.source)}"),
        )


def _card(*parts: str) -> str:
    return f'<section style="{CARD}">{"".join(parts)}</section>'


def _head(letter: str, name: str, colour: str) -> str:
    chip = (
        '<span style="display:inline-block;min-width:1.6rem;text-align:center;border-radius:3px;'
        "padding:0 .3rem;"
        f'margin-right:.5rem;background:{colour};color:{ink_on(colour)}">{escape(letter)}</span>'
    )
    return (
        f'<div role=heading aria-level=3 style="font-weight:600;font-size:1.05rem">{chip}{escape(name)}</div>'
    )


def _renamed(scene: TypesScene, letter: str) -> str:
    """Write why somebody gave a type another name; nothing where nobody did."""
    given = scene.found.given.get(letter)
    if given is None:
        return ""
    return _line(f"Named by somebody who knows the place: “{escape(given.reason)}”")


def _here(scene: TypesScene, codes: pd.Index) -> str:
    """Say how many of some areas lie in the council that is shown; nothing where all are shown."""
    if not scene.sought.council:
        return ""
    inside = number(len(scene.named.index.intersection(codes)))
    return f" {inside} of them in {scene.named['la_name'].iloc[0]}."


def _size(scene: TypesScene, portrait: Portrait) -> str:
    codes = scene.found.letters.index[
        scene.found.letters.eq(portrait.type).fillna(False).to_numpy(dtype=bool)
    ]
    wards = ", ".join(f"{name} ({count})" for name, count in portrait.wards)
    most = f" Most in {wards}." if wards else ""
    return _line(f"{_counted(scene, codes)}.{escape(_here(scene, codes) + most)}")


def _counted(scene: TypesScene, codes: pd.Index) -> str:
    """Write how many small areas there are, and how many children live there."""
    if codes.empty:
        return "<b>No small area</b>"
    areas = "1 small area" if len(codes) == 1 else f"{number(len(codes))} small areas"
    share = percent(len(codes) / len(scene.found.composites.frame))
    children = None if scene.children is None else scene.children.loc[codes, "count"]
    if children is None or children.isna().all():
        return f"<b>{areas}</b> ({share})"
    more = "+" if children.isna().any() else ""
    return f"<b>{areas}</b> ({share}), {number(children.sum())}{more} children"


def _bars(traits: Iterable[Trait], dark: bool) -> str:
    rows = "".join(_bar_row(trait, dark) for trait in traits)
    return f'<div role=list style="{look.SMALL};margin:.5rem 0">{rows}</div>'


def _bar_row(trait: Trait, dark: bool) -> str:
    """Write one bar: from the middle to the right for more, to the left for less, and in words beside it."""
    size = min(abs(trait.gap), WIDEST) / WIDEST * 50
    start = 50.0 if trait.gap > 0 else 50 - size
    fill = (look.PEOPLE_DARK if dark else look.PEOPLE)[3]
    bar = (
        f'<span style="position:absolute;top:2px;bottom:2px;left:{start:.1f}%;width:{size:.1f}%;'
        f'background:{fill}"></span>'
        '<span style="position:absolute;top:0;bottom:0;left:50%;border-left:1px solid currentColor"></span>'
    )
    return (
        f'<div role=listitem style="{ROW}">'
        f"<span>{escape(trait.composite.label)}</span>"
        f'<span aria-hidden=true style="position:relative;background:rgba(125,125,125,.14)">{bar}</span>'
        f"<span>{escape(trait.level)}</span></div>"
    )


def _sentences(portrait: Portrait) -> str:
    return _line(escape(" ".join(portrait.sentences)))


def _suits(scene: TypesScene, letter: str) -> str:
    """Write the way of working that most areas of a type have."""
    model = scene.found.usual_model(letter)
    if model is None:
        return _line("<b>No way of working</b> is usual here.")
    told = scene.found.models.frame[scene.found.letters.eq(letter).fillna(False).to_numpy(dtype=bool)]
    mine = told["model"]
    how = "by rule" if told["reason"].eq("").all() else "by rule or as somebody gave it"
    share = percent(float(mine.eq(model.id).mean()))
    others = mine[~mine.isin([model.id, NO_RULE, NOT_ENOUGH_DATA])].nunique()
    more = f"; the others have {few(others)} other {'way' if others == 1 else 'ways'}" if others else ""
    return _line(f"<b>Suggested: {escape(model.label)}</b> ({share} of its areas {how}{more}).") + _told(
        model
    )


def _told(model: OperatingModel) -> str:
    return _line(f"<b>What it offers:</b> {escape(model.offer)}") + _line(
        f"<b>What is known:</b> {escape(model.evidence)}"
    )


def _missing(portrait: Portrait) -> str:
    if not portrait.lacking:
        return _line("<b>Often missing:</b> nothing much less near than on average.")
    told = "; ".join(
        f"{one.plural} (within reach of {percent(one.share)} of homes, {percent(one.average)} in all areas)"
        for one in portrait.lacking
    )
    return _line(f"<b>Often missing:</b> {escape(told)}.")


def _line(inner: str) -> str:
    return f'<div style="{look.SMALL};margin-top:.3rem">{inner}</div>'
