"""Tables and charts of the Types page: every figure is there as text, and nothing typed is more than text."""

import math
import re
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.assessment_factors import EPISODES
from data.provenance import Tier
from data.register.records import Role
from data.type_overrides import Override, Overrides
from geo.area_table import AreaTable
from models.assessment_factors import Factors
from models.demand_measures import MEASURES
from models.drivers import Drivers
from models.moran import Likeness
from models.operating_models import overrule
from models.type_changes import changes_of
from models.type_kept import KeptTypes
from models.type_sure_words import soft_of
from models.words import Part
from tests.small_builds import HOSTILE
from tests.small_type_scenes import AREA, type_findings, type_scene
from views import types_scene
from views.types_before import then_words, write_drift, write_sizes
from views.types_beside import Beside
from views.types_charts import Range, ticks_for, write_bar, write_levels, write_range
from views.types_drivers import (
    effect_scale,
    factors_source,
    left_out_words,
    method_words,
    write_effects,
    write_factors,
)
from views.types_overrides import area_words, found_words, given_words, write_given
from views.types_rules import parted_rows, write_rule
from views.types_scene import TypesScene, waiting_words
from views.types_sources import source_columns
from views.types_sure import levels_of, number_text, write_by_number, write_each
from views.types_tables import type_words, write_crossed, write_list

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMED = Override(Overrides.TYPE_NAME, "B", HOSTILE, f"=HYPERLINK() {HOSTILE}", Role.EDITOR, NOON, 4)
MODEL = Override(Overrides.AREA_MODEL, AREA, "reach_out", "Two **hubs** open.", Role.ANALYST, NOON)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> TypesScene:
    types = type_findings().types
    assert types is not None
    kept = KeptTypes(replace(types.frozen, names={k: f"Old {k}" for k in "ABCD"}), Role.EDITOR, NOON)
    return type_scene(tmp_path_factory.mktemp("scene") / "build", Beside((NAMED, MODEL), kept))


def cells(html: str) -> list[str]:
    """The texts of the cells of a table."""
    return [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", html)]


def test_two_ways_of_sorting_are_crossed_with_their_sums_and_the_usual_one_marked() -> None:
    counts = pd.DataFrame({"x": [3, 0], "y": [1, 1_200]}, index=["A", "B"])
    heads = ("Types", {"A": HOSTILE, "B": "B"}, {"x": "Reach out", "y": "<b>Grow</b>"})
    html = write_crossed(counts, heads, {("A", "x")}, "usual", False)
    assert "<img" not in html
    assert "<b>Grow</b>" not in html
    assert 'role=region aria-label="Types"' in html
    assert cells(html)[4:] == [
        "&lt;img src=x onerror=&quot;window.hacked=1&quot;&gt;",
        "3   usual",
        "1",
        "4",
        "B",
        "0",
        "1,200",
        "1,200",
    ]
    assert html.count("usual") == 1


def test_types_have_their_letter_and_the_name_that_somebody_gave(scene: TypesScene) -> None:
    assert type_words(scene, "B") == f"B · {HOSTILE}"
    assert type_words(scene, "A") == f"A · {scene.found.types.names['A']}"  # type: ignore[union-attr]
    assert type_words(scene, "Q") == "Q"
    assert then_words(scene, "B") == "B · Old B"


def test_what_was_given_stands_with_its_reason_its_role_and_what_the_rule_says(scene: TypesScene) -> None:
    html = write_given(scene)
    assert "<img" not in html
    assert "&lt;img src=x" in html
    assert "=HYPERLINK() " in html
    name = scene.found.types.names["B"]  # type: ignore[union-attr]
    assert f"By its figures: {name}. Said by an editor, 2 March 2026." in html
    rule = scene.found.models.label_of(scene.found.models.frame.at[AREA, "by_rule"])
    assert f"The rule says: {rule}. Said by an analyst, 2 March 2026." in html
    assert given_words(scene, MODEL) == "Area 006A: Reach out"


def test_what_is_of_nothing_here_is_said(scene: TypesScene) -> None:
    assert found_words(scene, replace(NAMED, key="Z")) == "There is no such type now."
    assert found_words(scene, replace(NAMED, among=6)) == "Shown where there are 6 types."
    assert found_words(scene, replace(MODEL, key="E01999999")) == "That area is not in this build."
    assert "not among the rules any more" in found_words(scene, replace(MODEL, value="dance"))
    assert given_words(scene, replace(MODEL, key="E01999999", value="dance")) == "E01999999: dance"
    assert area_words(scene, "E01999999") == "E01999999"


def test_areas_that_part_come_surest_first_and_only_those_that_are_shown(scene: TypesScene) -> None:
    agreement = scene.found.agreement
    assert agreement is not None
    rows = parted_rows(scene, agreement)
    assert sorted(rows.index) == sorted(agreement.parted.index)
    assert (rows["Rules say"].str.removesuffix(" (nearest)") != rows["Usual for the type"]).all()
    margin = scene.found.types.frame["margin"].reindex(rows.index)  # type: ignore[union-attr]
    wholly = ~rows["Rules say"].str.endswith("(nearest)")
    assert margin[wholly.to_numpy()].is_monotonic_decreasing
    east = replace(scene, sought=replace(scene.sought, council="E08000001"))
    shown = parted_rows(east, agreement)
    assert 0 < len(shown) < len(rows)
    assert set(shown.index) <= set(east.named.index)


def test_a_rule_says_what_it_takes_offers_and_stands_on(scene: TypesScene) -> None:
    for model in scene.found.models.rules.models:
        html = write_rule(replace(model, offer=HOSTILE))
        assert "<img" not in html
        for words in ("It takes", "It offers", "What is known", "Related to"):
            assert words in html


def test_figures_by_number_stand_in_the_chart_and_in_the_table(scene: TypesScene) -> None:
    types = scene.found.types
    assert types is not None
    levels = levels_of(types.by_k)
    assert [one.k for one in levels] == list(range(2, 11))
    assert all(one.low <= one.value == one.high for one in levels)
    html = write_levels(levels, types.k, (0.0, 0.5, 1.0), number_text(types), False)
    assert "Chosen: 4." in html
    table = write_by_number(types)
    for _, row in types.by_k.iterrows():
        for name in ("stability", "stability_low", "jaccard", "silhouette"):
            assert f"<td class=n>{row[name]:.2f}</td>" in table
    assert table.count("chosen") == 1
    each = write_each(scene, types, soft_of(types))
    assert "<img" not in each
    for jaccard in types.jaccard:
        assert f"<b>{jaccard:.2f}</b>" in each


@given(st.floats(-3, 3), st.floats(0, 3))
def test_a_scale_takes_in_what_it_is_for_in_few_lines(low: float, more: float) -> None:
    ticks = ticks_for(low, low + more)
    assert ticks[0] <= low + 0.01
    assert ticks[-1] >= low + more - 0.01
    assert 2 <= len(ticks) <= 15
    assert ticks == sorted(set(ticks))


@given(st.floats(0.2, 5), st.floats(0.2, 5), st.floats(0.2, 5))
def test_twice_and_half_lie_as_far_from_the_middle_and_all_is_on_the_scale(
    a: float, b: float, c: float
) -> None:
    low, value, high = sorted((a, b, c))
    place = effect_scale(pd.DataFrame({"low": [low], "high": [high]}))
    assert place(1.0) == pytest.approx(0.5)
    assert place(value) + place(1 / value) == pytest.approx(1.0)
    assert -1e-9 <= place(low) <= place(value) <= place(high) <= 1 + 1e-9


@pytest.mark.parametrize(("low", "high", "hollow"), [(0.9, 1.2, True), (1.1, 1.2, False), (0.7, 0.9, False)])
def test_what_could_be_chance_is_hollow(low: float, high: float, hollow: bool) -> None:
    html = write_range(Range((low + high) / 2, low, high), lambda value: value / 2, 1.0, False)
    assert ("border-radius:50%;background:#FFFFFF" in html) is hollow


def test_a_bar_never_leaves_its_frame() -> None:
    assert "width:100.0%" in write_bar(1.4, False)
    assert "width:0.0%" in write_bar(-0.2, True)


def effects(beside: Likeness | None) -> Drivers:
    """Two effects, one of which could be chance."""
    frame = pd.DataFrame(
        {
            "label": ["Need", HOSTILE],
            "step": [1.0, 1.0],
            "ratio": [1.5, 0.98],
            "low": [1.3, 0.9],
            "high": [1.7, 1.07],
            "clear": [True, False],
            "importance": [0.7, -0.01],
            "error": [0.1, 0.1],
        },
        index=["need", "assets"],
    )
    words = (Part("Need.", True),)
    left_out = {"trend": "it is made of referrals themselves"}
    return Drivers(MEASURES[0], frame, 0.7, 0.72, 3.3, beside, 96, 12, left_out, Tier.INTERNAL, words, ())


def test_effects_stand_with_their_range_and_what_is_lost_without() -> None:
    found = effects(None)
    html = write_effects(found, False)
    assert "<img" not in html
    assert "<b>1.50</b> (1.30 to 1.70)" in html
    assert "<td class=n>70%</td>" in html
    assert "<td class=n>0%</td>" in html
    assert left_out_words(found.left_out) == (
        "Trend in referrals is not used: it is made of referrals themselves.",
    )


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        (None, "Too few areas lie beside others"),
        (Likeness(0.02, 0.4, 96, 0), "no more alike in what is not told than chance allows (Moran’s I 0.02)"),
        (Likeness(0.2, 0.004, 96, 0), ""),
    ],
)
def test_how_it_was_measured_says_whether_neighbours_are_alike(beside: Likeness | None, said: str) -> None:
    words = " ".join(method_words(effects(beside)))
    assert "it would seem 72% instead of 70%" in words
    assert said in words
    assert ("Moran" in words or "Too few" in words) is bool(said)


def test_a_large_place_is_said_to_take_longer(scene: TypesScene, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Sorting 96 small areas" in waiting_words(scene.build)
    assert waiting_words(scene.build).endswith("takes some seconds.")
    monkeypatch.setattr(types_scene, "LARGE_PLACE", 95)
    assert waiting_words(scene.build).endswith("takes a minute or more.")


def test_the_file_of_factors_is_told_with_its_publisher_and_licence(scene: TypesScene) -> None:
    series = pd.DataFrame({"measure": [EPISODES, "other"], "file": ["c3.csv", "other.csv"]})
    said = {"path": "dfe/c3.csv", "title": "Children in need", "publisher": "DfE", "licence": "OGL"}
    build = replace(scene.build, series=series, report={"files": [said]})
    assert factors_source(build) == "Source: Children in need, DfE, OGL, c3.csv."
    assert factors_source(replace(build, report={})) == "Source: c3.csv."


def test_every_column_that_rules_and_types_take_has_its_source(scene: TypesScene) -> None:
    composites = replace(scene.found.composites, sources={"trend": "", "young": ""})
    composites = replace(composites, measures=pd.DataFrame({"no_car_percent": [1.0]}))
    made = {"pop_no_car_share", "pop_0_15", "demand_children_36m"}
    known = dict.fromkeys([*made, "pop_other"], scene.areas.provenance["geometry"])
    found = replace(scene.found, composites=composites)
    areas = cast(AreaTable, SimpleNamespace(provenance=known))
    assert set(source_columns(replace(scene, areas=areas, found=found))) == made


def test_factors_without_a_number_are_no_zero() -> None:
    frame = pd.DataFrame(
        {
            "label": ["Neglect", "Gangs"],
            "episodes": [30.0, math.nan],
            "marker": [None, "c"],
            "share": [0.3, math.nan],
            "england": [0.2, 0.01],
            "times": [1.5, math.nan],
            "change": [-0.04, math.nan],
        }
    )
    factors = Factors(frame, "Eastham", "2025", "2020", 100.0, (), ())
    assert cells(write_factors(factors))[5:] == [
        "Neglect",
        "30%",
        "20%",
        "1.5",
        "−4",
        "Gangs",
        "no number",
        "1%",
        "–",
        "–",
    ]


def test_drift_marks_what_moved_far(scene: TypesScene) -> None:
    found = type_findings()
    assert found.types is not None
    frozen = found.types.frozen
    moved = replace(frozen, means=tuple(m - d for m, d in zip(frozen.means, frozen.deviations, strict=True)))
    drift = changes_of(moved, found.types, found.composites).drift
    assert drift is not None
    assert write_drift(drift).count("+1.00, far") == len(frozen.composites)
    assert "far" not in write_drift(changes_of(frozen, found.types, found.composites).drift)  # type: ignore[arg-type]
    assert "D · Old D" in write_sizes(scene, drift)


def test_lists_say_nothing_where_nothing_is() -> None:
    assert write_list("Left out", ()) == ""
    assert "<img" not in write_list("", (HOSTILE,))


def test_an_override_leaves_the_rule_as_it_was(scene: TypesScene) -> None:
    found = overrule(type_findings().models, {AREA: MODEL})
    assert found.frame.at[AREA, "model"] == "reach_out"
    assert found.frame.at[AREA, "by_rule"] == scene.found.models.frame.at[AREA, "by_rule"] != "reach_out"
