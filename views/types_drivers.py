"""A panel of the Types page: what separates the types, and what goes together with referrals."""

import math
from collections.abc import Callable, Mapping
from html import escape
from pathlib import PurePosixPath
from typing import Final

import pandas as pd
import streamlit as st

from data.assessment_factors import EPISODES
from data.errors import AtlasError
from geo.builds import Build
from models.assessment_factors import Factors
from models.drivers import Drivers
from models.explain import Explanation
from models.moran import BEYOND_CHANCE, Likeness
from models.type_drivers import Separation
from models.type_inputs import label_of
from models.words import number, percent
from views import look, types_figures
from views.profile_parts import STYLE, write_table
from views.types_beside import words_of
from views.types_charts import Range, write_range
from views.types_scene import TypesScene
from views.types_state import key_of
from views.types_tables import type_words, write_list

HALVES: Final = (1, 1)
MOST_FACTORS: Final = 10
LEAST_SPREAD: Final = 1.25
"""The scale of effects goes at least from 1 over this to this, so that nothing small looks large."""

EFFECTS: Final = (
    "Times as many: how many times as many are referred where it is one standard deviation higher and all "
    "else is equal, with a 95% range; a hollow dot could be chance. Lost without: the share of what is told "
    "of unseen wards that is lost when its values are shuffled; more than 100% where that misleads."
)
SHARES: Final = "Between types: the share of its differences that lies between types, with a 95% range."
NO_FACTORS: Final = (
    "This build has no figures of factors at the end of assessment. Add the file “Factors identified at the "
    "end of assessment” of the statistics of children in need to the folder, and build it again."
)


def show_drivers(scene: TypesScene) -> None:
    """Show what separates types, what goes together with referrals, and what assessments find."""
    left, right = st.columns(HALVES, gap="medium")
    with left:
        _show_separation(scene)
    with right:
        _show_drivers(scene)
    _show_factors(scene)


def _show_separation(scene: TypesScene) -> None:
    st.subheader("What separates the types", anchor=False)
    if scene.found.types is None:
        look.show_note("There are no types here.")
        return
    found = types_figures.separation_for(scene.build, scene.found)
    if isinstance(found, AtlasError):
        look.show_note(words_of(found))
        return
    look.show_small_explanation(Explanation(found.sentence, ()))
    st.html(STYLE + write_shares(found.frame, scene.dark))
    look.show_note(SHARES)
    with st.expander("A few questions that name the type"):
        st.html(write_questions(scene, found))
    st.html(write_list("To bear in mind", (*found.caveats, *left_out_words(found.left_out))))


def write_shares(frame: pd.DataFrame, dark: bool) -> str:
    """Write how much of each characteristic lies between types, as dots and as figures."""
    heads = "<th scope=col>Characteristic</th><td class=track></td><th scope=col class=n>Between types</th>"
    rows = ""
    for _, row in frame.iterrows():
        one = Range(row["share"], row["low"], row["high"])
        rows += (
            f"<tr><th scope=row>{escape(row['label'])}</th>"
            f"<td class=track aria-hidden=true>{write_range(one, lambda share: share, None, dark)}</td>"
            f"<td class=n><b>{escape(percent(one.value))}</b> ({one.low:.0%} to {one.high:.0%})</td></tr>"
        )
    return write_table(heads, rows)


def write_questions(scene: TypesScene, found: Separation) -> str:
    """Write the questions of the tree as rules, each with the type that it names."""
    items = "".join(
        f"<li><b>{escape(type_words(scene, rule.type))}</b>: {escape('; '.join(rule.conditions))} "
        f"({number(rule.areas)} areas, {escape(percent(rule.right))} of them of that type)</li>"
        for rule in found.rules
    )
    return f'<ul style="{look.SMALL};margin:0;padding-left:1.1rem">{items}</ul>'


def left_out_words(left_out: Mapping[str, str]) -> tuple[str, ...]:
    """Write which characteristics were not used, and why."""
    return tuple(f"{label_of(id_)} is not used: {why}." for id_, why in left_out.items())


def _show_drivers(scene: TypesScene) -> None:
    st.subheader("What goes together with referrals", anchor=False)
    with st.spinner("Holding referrals against what is known of the areas"):
        found = types_figures.drivers_for(scene.build, scene.found)
    if isinstance(found, AtlasError):
        look.show_note(words_of(found))
        return
    look.show_small_explanation(Explanation(found.sentence, ()))
    st.html(STYLE + write_effects(found, scene.dark))
    look.show_note(EFFECTS)
    st.html(write_list("To bear in mind: association, never cause", found.caveats))
    with st.expander("How it was measured"):
        st.html(write_list("", (*left_out_words(found.left_out), *method_words(found))))


def write_effects(found: Drivers, dark: bool) -> str:
    """Write the effect of one more standard deviation of each characteristic, as dots and as figures."""
    heads = (
        "<th scope=col>Characteristic</th><td class=track></td><th scope=col class=n>Times as many</th>"
        "<th scope=col class=n>Lost without</th>"
    )
    place = effect_scale(found.frame)
    rows = ""
    for _, row in found.frame.iterrows():
        one = Range(row["ratio"], row["low"], row["high"])
        weight = escape(percent(max(row["importance"], 0.0)))
        rows += (
            f"<tr><th scope=row>{escape(row['label'])}</th>"
            f"<td class=track aria-hidden=true>{write_range(one, place, 1.0, dark)}</td>"
            f"<td class=n><b>{one.value:.2f}</b> ({one.low:.2f} to {one.high:.2f})</td>"
            f"<td class=n>{weight}</td></tr>"
        )
    return write_table(heads, rows)


def effect_scale(frame: pd.DataFrame) -> Callable[[float], float]:
    """Return where a ratio stands on a scale on which twice and half lie as far from 1."""
    widest = max(LEAST_SPREAD, float(frame["high"].max()), 1 / float(frame["low"].min()))
    whole = 2 * math.log(widest)
    return lambda ratio: 0.5 + math.log(ratio) / whole


def method_words(found: Drivers) -> tuple[str, ...]:
    """Say what it was measured on, how wide counts spread, and whether neighbours are alike in the rest."""
    return (
        f"Measured on {number(found.areas)} small areas in {number(found.blocks)} wards or localities, which "
        "are left out whole: with single areas left out it would seem "
        f"{percent(max(found.skill_scattered, 0))} instead of {percent(max(found.skill, 0))}.",
        f"Counts spread {found.dispersion:.1f} times as wide as chance alone would make them; the ranges "
        "allow for that.",
        *_beside_words(found.beside),
    )


def _beside_words(beside: Likeness | None) -> tuple[str, ...]:
    if beside is None:
        return ("Too few areas lie beside others to tell whether neighbours are alike in what is not told.",)
    if beside.p <= BEYOND_CHANCE and beside.moran_i > 0:
        return ()  # a caveat of the figures says so
    alike = f"Moran’s I {beside.moran_i:.2f}"
    return (f"Neighbours are no more alike in what is not told than chance allows ({alike}).",)


def _show_factors(scene: TypesScene) -> None:
    st.subheader("What assessments find, by council", anchor=False)
    if not scene.build.series["measure"].eq(EPISODES).any():
        look.show_note(NO_FACTORS)
        return
    councils = dict(
        scene.named.dropna(subset=["la_code"]).groupby("la_code")["la_name"].first().sort_values()
    )
    council = next(iter(councils), "")
    if len(councils) > 1:
        key = key_of("factors_council")
        council = st.selectbox(
            "Council of the assessments", list(councils), format_func=councils.__getitem__, key=key, width=260
        )
    factors = types_figures.factors_for(scene.build, council) if council else None
    if factors is None:
        look.show_note(f"This build has no figures of {councils.get(council, 'this council')}’s assessments.")
        return
    look.show_small_explanation(Explanation(factors.sentence, factors.caveats))
    st.html(STYLE + write_factors(factors))
    more = f"The {MOST_FACTORS} named most often, of {len(factors.frame)}. "
    source = factors_source(scene.build)
    look.show_note(f"{more if len(factors.frame) > MOST_FACTORS else ''}{source}")


def factors_source(build: Build) -> str:
    """Say where the figures of assessments came from: file, title, publisher and licence."""
    series = build.series
    names = sorted(set(series.loc[series["measure"].eq(EPISODES).to_numpy(dtype=bool), "file"].astype(str)))
    known = {PurePosixPath(file["path"]).name: file for file in build.report.get("files", [])}
    told = []
    for name in names:
        file = known.get(PurePosixPath(name).name, {})
        parts = [file.get("title"), file.get("publisher"), file.get("licence"), name]
        told.append(", ".join(part for part in parts if part))
    return f"Source: {'; '.join(told)}."


def write_factors(factors: Factors) -> str:
    """Write the factors that are named most often, beside England's."""
    since = f" since {factors.since[:4]}" if factors.since else ""
    heads = (
        "<th scope=col>Factor</th><th scope=col class=n>Named in</th><th scope=col class=n>England</th>"
        f"<th scope=col class=n>Times England’s</th><th scope=col class=n>Points{since}</th>"
    )
    rows = ""
    for _, row in factors.frame.head(MOST_FACTORS).iterrows():
        cells = (
            f"<b>{escape(_share(row['share']))}</b>",
            escape(_share(row["england"])),
            "–" if pd.isna(row["times"]) else f"{row['times']:.1f}",
            "–" if pd.isna(row["change"]) else f"{100 * row['change']:+.0f}".replace("-", "−"),
        )
        figures = "".join(f"<td class=n>{cell}</td>" for cell in cells)
        rows += f"<tr><th scope=row>{escape(row['label'])}</th>{figures}</tr>"
    return f'<div style="max-width:52rem">{write_table(heads, rows)}</div>'


def _share(share: float) -> str:
    return "no number" if pd.isna(share) else percent(share)
