"""What goes together with demand: found where it was put in, said in words, and never taken for a cause."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from demand_places import demand_areas
from small_builds import make_areas

from data.errors import AtlasError, GeographyError
from data.provenance import Status, Tier
from geo.area_table import AreaTable
from geo.builds import Build
from geo.neighbours import neighbours_of
from models.demand_measures import Measure
from models.driver_words import INSIDE, NEVER_CAUSE, SUPPORT_FOLLOWS_NEED, ratio_words
from models.drivers import Drivers, drivers_of

LABELS = {"need": "Need", "young": "Young families", "other": "Something else"}
TRUE = {"need": 0.5, "young": -0.2, "other": 0.0}


def place(count: int = 160, seed: int = 2) -> tuple[AreaTable, pd.DataFrame]:
    """Small areas whose counts rise by half an e-fold a step of need and fall a fifth of one for young."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(count, 3))
    steps = (steps - steps.mean(axis=0)) / steps.std(axis=0)
    children = rng.integers(200, 600, count).astype(float)
    level = np.where(np.arange(count) // 8 % 2 == 0, 0.1, 0.2)
    events = rng.poisson(children * level * np.exp(steps @ np.array(list(TRUE.values()))))
    areas = make_areas(
        {"pop_0_17": children.tolist(), "demand_children_36m": events.astype(float).tolist()},
        councils={"E08000001": "Eastham", "E08000002": "Westham"},
    )
    return areas, pd.DataFrame(steps * [2.0, 0.1, 30.0], index=areas.frame.index, columns=list(TRUE))


def found_in(areas: AreaTable, characteristics: pd.DataFrame, **more: int) -> Drivers:
    return drivers_of(areas, characteristics, neighbours_of(areas.frame.geometry), LABELS, **more)


def test_what_was_put_in_is_found_in_its_own_unit_and_said() -> None:
    found = found_in(*place())
    assert found.frame.index.tolist()[:2] == ["need", "young"]
    assert found.frame.loc[["need", "young", "other"], "clear"].tolist() == [True, True, False]
    assert found.frame.loc["need", "step"] == pytest.approx(2.0)
    for name, effect in TRUE.items():
        row = found.frame.loc[name]
        assert row["low"] <= np.exp(effect) <= row["high"]
        assert row["low"] < row["ratio"] < row["high"]
    row = found.frame.loc["need"]
    words = "".join(part.text for part in found.sentence)
    assert words == (
        "Need goes most together with children referred: where it is one step (one standard deviation) "
        f"higher, all else equal, there are {ratio_words(row['ratio'], row['low'], row['high'])}. "
        "2 of 3 characteristics are clear of chance."
    )
    assert found.caveats[0] == NEVER_CAUSE
    assert SUPPORT_FOLLOWS_NEED not in found.caveats
    assert (found.areas, found.blocks) == (160, 20)
    assert found.beside is not None
    assert found.beside.p > 0.05


def test_councils_that_accept_more_do_not_pass_for_need() -> None:
    """All areas of the council of twice the referrals have more of what does nothing: it stays at nothing."""
    areas, steps = place()
    steps["other"] += 60.0 * areas.frame["la_code"].eq("E08000002")
    found = found_in(areas, steps)
    assert not found.frame.at["other", "clear"]


def test_a_single_ward_of_another_council_does_not_spoil_the_skill() -> None:
    """A level of one ward would be unknown whenever that ward is left out."""
    areas, steps = place()
    at = np.arange(len(areas.frame))
    wards = np.where(at < 150, at // 8, 19)
    frame = areas.frame.assign(
        ward_code=[f"E0500{ward:04}" for ward in wards],
        la_code=np.where(at < 150, "E08000001", "E08000002"),
        demand_children_36m=(areas.frame["pop_0_17"] * 0.1 * np.exp(0.25 * steps["need"])).round(),
    )
    found = found_in(replace(areas, frame=frame), steps)
    assert found.skill > 0.8


def test_it_does_not_depend_on_the_order_of_rows() -> None:
    areas, steps = place()
    one, other = found_in(areas, steps), found_in(areas, steps.iloc[::-1])
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert one.skill == other.skill


def test_what_cannot_be_used_is_left_out_and_said() -> None:
    areas, steps = place()
    extra = steps.assign(
        demand=1.0,
        trend=steps["need"],
        same=2.0,
        absent=np.nan,
        twice=steps["need"] * 3 + 1,
        asset_all=steps["other"],
    )
    found = found_in(areas, extra)
    assert dict(found.left_out) == {
        "demand": "it is made of referrals themselves",
        "trend": "it is made of referrals themselves",
        "same": "it is the same in every area",
        "absent": "no area has it",
        "twice": "it says almost the same as Need and the others",
        "asset_all": "it says almost the same as Something else and the others",
    }
    plain = found_in(areas, steps)
    pd.testing.assert_frame_equal(found.frame, plain.frame)


def test_characteristics_that_rise_together_and_places_bring_their_caveats() -> None:
    areas, steps = place()
    noise = np.random.default_rng(3).normal(size=len(steps))
    found = found_in(areas, steps.assign(asset_all=steps["need"] + noise))
    assert (
        "Need and asset_all are closely tied to each other, so which of them matters cannot well be told."
        in found.caveats
    )
    assert SUPPORT_FOLLOWS_NEED in found.caveats


def test_only_those_that_are_tied_to_each_other_are_named_together() -> None:
    areas, steps = place()
    noise = np.random.default_rng(3).normal(size=(2, len(steps)))
    twins = steps.assign(need_2=steps["need"] + noise[0], young_2=noise[1] * 0.05 - steps["young"])
    tied = [words for words in found_in(areas, twins).caveats if "closely tied" in words]
    assert [words.split(" are ")[0] for words in tied] == ["Need and need_2", "Young families and young_2"]


def test_neighbours_alike_in_what_is_not_told_are_said() -> None:
    areas, steps = place()
    slope = np.exp(np.linspace(-0.6, 0.6, len(areas.frame)))
    frame = areas.frame.assign(demand_children_36m=(areas.frame["demand_children_36m"] * slope).round())
    found = found_in(replace(areas, frame=frame), steps)
    assert found.beside is not None
    assert found.beside.moran_i > 0.1
    assert any(words.startswith("Neighbours are still alike in what is not told") for words in found.caveats)


def test_hidden_counts_are_left_out_never_taken_for_none_and_said() -> None:
    areas = demand_areas(160, hidden=[3, 4, 5])
    steps = pd.DataFrame({"need": -areas.frame["need_idaci_rank"]})
    found = found_in(areas, steps)
    assert found.areas == 157
    assert any(words.startswith("3 areas with hidden counts are left out.") for words in found.caveats)
    assert found.frame.at["need", "low"] > 1.2
    status = areas.status["demand_children_36m"]
    assert status.eq(Status.SUPPRESSED.value).sum() == 3


def test_the_tier_of_the_build_goes_with_the_result() -> None:
    areas, steps = place()
    inside, shared = found_in(areas, steps), found_in(replace(areas, tier=Tier.SHARED), steps)
    assert (inside.tier, shared.tier) == (Tier.INTERNAL, Tier.SHARED)
    assert INSIDE in inside.caveats
    assert INSIDE not in shared.caveats


def test_too_little_is_said_and_so_are_strange_codes() -> None:
    areas, steps = place(48)
    with pytest.raises(AtlasError, match="48 areas in 6 wards have a count"):
        found_in(areas, steps)
    with pytest.raises(AtlasError, match="no counts of referrals over 12 months"):
        found_in(areas, steps, measure=Measure("referrals", 12))
    with pytest.raises(GeographyError, match="not those of the build: E99"):
        found_in(areas, steps.rename(index={steps.index[0]: "E99"}))
    large, others = place()
    with pytest.raises(AtlasError, match=r"160 areas in 20 wards .* all of 0 characteristics"):
        found_in(large, others[["need"]].rename(columns={"need": "demand_children"}))


def test_northmere_tells_need_from_what_does_nothing(northmere_build: Build) -> None:
    areas = northmere_build.areas
    noise = np.random.default_rng(1).normal(size=len(areas.frame))
    steps = pd.DataFrame({"need": areas.frame["need_imd_score"], "other": noise})
    found = found_in(areas, steps)
    assert found.frame.index[0] == "need"
    assert found.frame.at["need", "low"] > 1.1
    assert found.skill > 0.3
    assert abs(found.frame.at["other", "importance"]) < 0.05
