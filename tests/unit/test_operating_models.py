"""Operating models: the first rule that fits wins, as anybody with a pencil would find."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA, Rules, operating_rules
from data.register.records import Role
from data.type_overrides import Override, Overrides, models_given
from models.operating_models import OperatingModels, operating_models_of, overrule
from tests.small_types import composites_with

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AREA = {
    "need_place": 50.0,
    "assets_place": 50.0,
    "access_place": 50.0,
    "demand_signal": 0.0,
    "trend_signal": 0.0,
    "people_per_km2": 4_000.0,
    "no_car_percent": 20.0,
}
PLACES = st.one_of(st.floats(0, 100), st.sampled_from([33.0, 67.0, 33.1, 66.9]))
SIGNALS = st.sampled_from([-1.0, 0.0, 1.0])
FIELDS = {
    "need_place": PLACES,
    "assets_place": PLACES,
    "access_place": PLACES,
    "demand_signal": SIGNALS,
    "trend_signal": SIGNALS,
    "people_per_km2": st.one_of(st.floats(1, 20_000), st.just(300.0)),
    "no_car_percent": st.floats(0, 60),
}
FULL = st.fixed_dictionaries(FIELDS)
MEASURED = st.fixed_dictionaries({name: st.one_of(st.none(), values) for name, values in FIELDS.items()})


def found_of(*areas: dict[str, float | None], rules: Rules | None = None) -> OperatingModels:
    columns = {name: [area[name] for area in areas] for name in areas[0]}
    return operating_models_of(composites_with(measures=columns), rules)


def model_of(rules: Rules | None = None, **changes: float | None) -> str:
    return str(found_of({**AREA, **changes}, rules=rules).frame["model"].iloc[0])


def by_hand(area: dict[str, float]) -> str | None:
    """Find the model of an area by the table of the brief; None where no rule fits."""
    need, assets, access = (area[k] for k in ("need_place", "assets_place", "access_place"))
    above = area["demand_signal"] == 1
    rural = area["people_per_km2"] <= 300 or (access <= 33 and area["no_car_percent"] > 25)
    if rural and not need <= 33:
        return "reach_out"
    if need >= 67 and assets <= 33:
        return "build_and_anchor"
    if above or area["trend_signal"] == 1:
        return "step_in"
    if need >= 67 and assets >= 67:
        return "coordinate"
    if 33 < need < 67 and assets < 67:
        return "grow"
    return "universal" if need <= 33 else None


@given(st.lists(FULL, min_size=20, max_size=40))
def test_the_rules_are_those_of_the_table(areas: list[dict[str, float]]) -> None:
    frame = found_of(*areas).frame
    assert frame["model"].map(type).eq(str).all()
    for area, (_, row) in zip(areas, frame.iterrows(), strict=True):
        expected = by_hand(area)
        assert row["fits"] == (expected is not None)
        if expected is not None:
            assert row["model"] == expected
        else:
            assert row["model"] not in ("step_in", NOT_ENOUGH_DATA)


@given(st.lists(FULL, min_size=20, max_size=40), st.lists(st.sampled_from(sorted(AREA)), min_size=1), FULL)
def test_what_an_area_lacks_would_not_change_its_model(
    areas: list[dict[str, float]], gaps: list[str], other: dict[str, float]
) -> None:
    lacking = [{**area, **dict.fromkeys(gaps)} for area in areas]
    frame = found_of(*lacking, other).frame.iloc[:-1]
    for area, (_, row) in zip(areas, frame.iterrows(), strict=True):
        if row["fits"]:
            assert row["model"] == by_hand(area)
            assert row["model"] == by_hand({**area, **{gap: other[gap] for gap in gaps}})


@given(st.lists(MEASURED, min_size=2, max_size=6))
def test_an_area_has_the_same_model_whatever_stands_beside_it(areas: list[dict[str, float | None]]) -> None:
    together = found_of(*areas).frame
    turned = found_of(*areas[::-1]).frame
    assert together["model"].tolist() == turned["model"].tolist()[::-1]
    np.testing.assert_allclose(together["distance"], turned["distance"][::-1])


@given(MEASURED)
def test_the_next_rule_is_another_and_no_nearer_than_here(area: dict[str, float | None]) -> None:
    row = found_of({name: AREA[name] if v is None else v for name, v in area.items()}).frame.iloc[0]
    assert row["next"] != row["model"]
    assert row["distance"] >= 0


def test_a_rule_that_would_fit_as_well_is_no_points_off() -> None:
    row = found_of({**AREA, "demand_signal": 1.0}).frame.iloc[0]
    assert (row["model"], row["next"], row["distance"]) == ("step_in", "grow", 0.0)


def test_the_distance_is_what_the_measures_would_have_to_move() -> None:
    row = found_of({**AREA, "need_place": 80.0, "assets_place": 20.0}).frame.iloc[0]
    assert (row["model"], row["next"]) == ("build_and_anchor", "grow")
    assert row["distance"] == pytest.approx(13.0)


def test_where_no_rule_fits_the_nearest_is_taken_and_says_so() -> None:
    row = found_of({**AREA, "need_place": 90.0, "assets_place": 60.0}).frame.iloc[0]
    assert (row["model"], row["fits"]) == ("coordinate", False)
    assert row["why"] == (
        "No rule fits wholly. This is the nearest: community places are more than in 60% of areas, "
        "and it takes 67% or more."
    )
    assert (
        model_of(replace(operating_rules(), nearest_within=5.0), need_place=90.0, assets_place=60.0)
        == NO_RULE
    )


def test_no_chance_difference_brings_an_area_to_early_help() -> None:
    steps = [float(n) for n in range(0, 101, 10)]
    grid = [{**AREA, "need_place": need, "assets_place": assets} for need in steps for assets in steps]
    assert set(found_of(*grid).frame["model"]) == {"build_and_anchor", "coordinate", "grow", "universal"}


def test_why_says_what_the_rule_looked_at() -> None:
    rural = found_of({**AREA, "people_per_km2": 210.0, "need_place": 66.7}).frame.iloc[0]
    assert rural["why"] == "Need is higher than in 67% of areas and 210 people live on a square kilometre."
    edge = found_of({**AREA, "need_place": 66.7}).frame.iloc[0]
    assert (
        edge["why"]
        == "Need is higher than in 66.7% of areas and community places are more than in 50% of areas."
    )
    closer = found_of({**AREA, "need_place": 80.0, "assets_place": 66.97}).frame.iloc[0]
    assert closer["why"].endswith(
        "community places are more than in 66.97% of areas, and it takes 67% or more."
    )
    more = found_of({**AREA, "demand_signal": 1.0}).frame.iloc[0]
    assert more["why"] == "More are referred than expected, beyond chance."


def test_an_area_without_what_others_have_is_told_apart_with_what_it_lacks() -> None:
    found = found_of({**AREA, "demand_signal": None}, AREA)
    assert found.frame["model"].tolist() == [NOT_ENOUGH_DATA, "grow"]
    assert found.frame["why"].iloc[0] == "Not known here: demand over expected."
    assert math.isnan(found.frame["distance"].iloc[0])
    assert found.left_out == ()
    assert [found.label_of(id_) for id_ in found.frame["model"]] == [
        "Not enough data",
        "Grow community strength",
    ]


WITHOUT = "is judged without {}: the build has no data on that."
LEFT_OUT = "is left out: the build has no data on {}."


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        (("no_car_percent",), {"Reach out": WITHOUT.format("households without a car")}),
        (
            ("demand_signal", "trend_signal"),
            {
                "Step in early": LEFT_OUT.format("demand over expected and the trend in referrals"),
                "Coordinate and connect": WITHOUT.format("demand over expected"),
                "Universal and watch": WITHOUT.format("demand over expected"),
            },
        ),
        (
            ("assets_place",),
            {
                "Build and anchor": LEFT_OUT.format("community places"),
                "Coordinate and connect": WITHOUT.format("community places"),
                "Grow community strength": WITHOUT.format("community places"),
            },
        ),
    ],
)
def test_what_the_whole_build_lacks_is_left_out_and_said(
    lacks: tuple[str, ...], said: dict[str, str]
) -> None:
    area = {name: value for name, value in AREA.items() if name not in lacks}
    found = found_of(*({**area, "need_place": need} for need in (10.0, 50.0, 80.0)))
    assert list(found.left_out) == [f"“{label}” {words}" for label, words in said.items()]
    assert not found.frame["model"].isin([NOT_ENOUGH_DATA]).any()


def test_without_need_nothing_is_said_of_most_areas() -> None:
    area = {k: v for k, v in AREA.items() if k != "need_place"}
    found = found_of(area, {**area, "demand_signal": 1.0})
    assert found.frame["model"].tolist() == [NO_RULE, "step_in"]
    assert [m.id for m in found.used.models] == ["step_in"]


def test_the_order_of_the_file_decides() -> None:
    rules = operating_rules()
    risk_first = replace(rules, models=(rules.models[2], *rules.models[:2], *rules.models[3:]))
    area = {"people_per_km2": 100.0, "demand_signal": 1.0}
    assert model_of(rules, **area) == "reach_out"
    assert model_of(risk_first, **area) == "step_in"


def test_what_people_gave_stands_in_place_of_the_rule_with_its_reason() -> None:
    found = found_of(AREA, AREA, {**AREA, "need_place": 10.0})
    said = [
        Override(Overrides.AREA_MODEL, "E01000001", "coordinate", "Two hubs open in May.", Role.EDITOR, NOON),
        Override(Overrides.AREA_MODEL, "E01000002", "gone", "An older rule.", Role.EDITOR, NOON),
        Override(Overrides.AREA_MODEL, "E01999999", "grow", "Elsewhere.", Role.EDITOR, NOON),
    ]
    given = overrule(found, models_given(said))
    assert given.frame["model"].tolist() == ["grow", "coordinate", "universal"]
    assert given.frame["by_rule"].tolist() == ["grow", "grow", "universal"]
    assert given.frame["reason"].tolist() == ["", "Two hubs open in May.", ""]
    assert given.left_out == (
        "Some areas were given “gone”, which is not among the rules: they keep their own.",
    )
    assert found.frame["model"].tolist() == ["grow", "grow", "universal"]
    assert given.counts == {"coordinate": 1, "grow": 1, "universal": 1}


def test_people_may_give_a_model_whose_rule_the_build_has_no_data_for() -> None:
    area = {name: value for name, value in AREA.items() if not name.endswith("_signal")}
    found = found_of(area, {**area, "need_place": 10.0})
    assert "step_in" not in [m.id for m in found.used.models]
    said = Override(Overrides.AREA_MODEL, "E01000000", "step_in", "A joint pilot.", Role.EDITOR, NOON)
    assert overrule(found, models_given([said])).frame["model"].tolist() == ["step_in", "universal"]


def test_places_are_said_to_be_among_whom() -> None:
    composites = composites_with(frame={"need": [1.0, 2.0, 3.0], "assets": [1.0, 5.0, 2.0]})
    here = operating_models_of(composites)
    assert "among these small areas: 100" in here.caveats[1]
    england = operating_models_of(replace(composites, within={"need": "England", "assets": "these areas"}))
    assert "among England's small areas for need, and among these" in england.caveats[1]
    assert isinstance(england.frame, pd.DataFrame)
