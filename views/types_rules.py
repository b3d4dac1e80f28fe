"""A panel of the Types page: rules beside types, where they part, and the rules themselves in words."""

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA, RULES_FILE, OperatingModel
from models.explain import Explanation
from models.operating_models import NO_MODEL
from models.rule_words import rule_words
from models.type_compare import Agreement
from models.words import Part, number
from views import look
from views.types_scene import TypesScene
from views.types_tables import show_areas, type_words, write_crossed, write_list

WHERE: Final = (
    f"They stand in data/{RULES_FILE.name}, with named cut-offs: edit it, or copy it and give the copy to "
    "atlas types with --rules."
)
IN_TURN: Final = (
    "Tried in this order: the first rule that fits an area wins. An area that none fits takes the nearest, "
    "if that is not too far off."
)
USUAL: Final = "usual"


def show_rules(scene: TypesScene) -> None:
    """Show rules beside types, where they part, and every rule in words."""
    agreement = scene.found.agreement
    st.subheader("Rules beside types", anchor=False)
    if agreement is None:
        look.show_note(f"There are no types to set beside the rules. {scene.found.alone}".strip())
    else:
        _show_agreement(scene, agreement)
        _show_parted(scene, agreement)
    _show_all_rules(scene)


def _show_agreement(scene: TypesScene, agreement: Agreement) -> None:
    look.show_small_explanation(Explanation((Part(agreement.sentence),), agreement.caveats))
    rows = {str(letter): type_words(scene, str(letter)) for letter in agreement.table.index}
    columns = {str(id_): scene.found.models.label_of(str(id_)) for id_ in agreement.table.columns}
    heads = ("Types by way of working", rows, columns)
    st.html(write_crossed(agreement.table, heads, set(agreement.usual.items()), USUAL, scene.dark))
    note = "Small areas by type and by what the rules say. Usual: what most areas of a type have."
    without = scene.found.models.frame["by_rule"].isin([NO_RULE, NOT_ENOUGH_DATA]).sum()
    if without:
        areas = "1 area" if without == 1 else f"{number(without)} areas"
        note += f" Not among them: {areas} that no rule is near or that too little is known of."
    look.show_note(note)


def _show_parted(scene: TypesScene, agreement: Agreement) -> None:
    parted = parted_rows(scene, agreement)
    st.subheader("Where they part", anchor=False)
    if parted.empty:
        look.show_note("Every small area that is shown has the way of working that is usual for its type.")
        return
    show_areas(
        scene,
        parted,
        "parted",
        "Small areas with another way of working than is usual for their type",
        "those that are most surely of their type, and whose rule fits wholly",
    )


def parted_rows(scene: TypesScene, agreement: Agreement) -> pd.DataFrame:
    """Return the areas that are shown and have another model than is usual for their type, as words."""
    models, types = scene.found.models, scene.found.types
    parted = agreement.parted
    parted = parted[parted.index.isin(scene.named.index)]
    margin = pd.Series(0.0, parted.index) if types is None else types.frame["margin"].reindex(parted.index)
    fits = models.frame["fits"].reindex(parted.index).astype(bool)
    order = (
        pd.DataFrame({"fits": ~fits, "margin": -margin})
        .sort_index()
        .sort_values(["fits", "margin"], kind="stable")
    )
    parted = parted.loc[order.index]
    return pd.DataFrame(
        {
            "Type": list(parted["type"]),
            "Rules say": [
                models.label_of(id_) + ("" if fits[code] else " (nearest)")
                for code, id_ in parted["model"].items()
            ],
            "Usual for the type": [models.label_of(id_) for id_ in parted["usual"]],
        },
        parted.index,
        dtype=object,
    )


def _show_all_rules(scene: TypesScene) -> None:
    st.subheader("The rules, in words", anchor=False)
    models = scene.found.models
    look.show_note(" ".join([IN_TURN, *models.caveats, WHERE]))
    if models.left_out:
        st.html(write_list("Left out", models.left_out))
    counts = models.counts
    used = {model.id for model in models.used.models}
    for place, model in enumerate(models.rules.models, start=1):
        count = counts.get(model.id, 0)
        areas = "1 area" if count == 1 else f"{number(count)} areas"
        told = areas if model.id in used else "left out here"
        with st.expander(look.plain(f"{place}. {model.label}: {told}")):
            st.html(write_rule(model))
    for id_ in (NO_RULE, NOT_ENOUGH_DATA):
        if counts.get(id_):
            look.show_note(f"{NO_MODEL[id_]}: {number(counts[id_])} areas.")


def write_rule(model: OperatingModel) -> str:
    """Write a rule with its cut-offs, what it offers, what is known of it, and its kin."""
    pairs = {
        "It takes": rule_words(model),
        "It offers": model.offer,
        "What is known": model.evidence,
        "Related to": f"{model.kin} ({model.source})",
    }
    lines = "".join(
        f'<dt style="font-weight:600">{escape(label)}</dt>'
        f'<dd style="margin:0 0 .35rem;overflow-wrap:anywhere">{escape(words)}</dd>'
        for label, words in pairs.items()
    )
    return f'<dl style="{look.SMALL};margin:0;max-width:60em">{lines}</dl>'
