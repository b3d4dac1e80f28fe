"""Composites: what is more is more, what is not known is not 0, and what the build lacks is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import chi2
from statsmodels.stats.meta_analysis import combine_effects

from data.provenance import Tier
from geo.builds import Build
from geo.places import SESSIONS, Places
from models.composite_demand import NORMAL_95, released_trends, steady_trends
from models.composites import COMPOSITES, Composites, composites_of, place_among
from models.need import overlay_need
from tests.small_builds import make_build, provenance
from tests.small_places import make_places
from tests.small_profiles import profiled_areas

IDS = [one.id for one in COMPOSITES]


def places_of(areas_build: Build, rows: list[tuple[str, str, str | None, str | None]]) -> Places:
    frame = make_places(areas_build.areas, rows)
    pedigrees = {file: provenance("Places") for file in frame["file"].unique()}
    return Places(frame, pedigrees)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Areas of two councils with libraries and hubs in both."""
    areas = profiled_areas()
    codes = list(areas.frame.index)
    rows = [("library", f"Library {n}", None, codes[n]) for n in (0, 3, 9, 14, 20, 28)]
    rows += [("family_hub", f"Hub {n}", None, codes[n]) for n in (1, 10, 25)]
    plain = make_build(tmp_path_factory.mktemp("plain") / "b", areas)
    return make_build(tmp_path_factory.mktemp("composites") / "b", areas, places_of(plain, rows))


@pytest.fixture(scope="module")
def made(build: Build) -> Composites:
    return composites_of(build)


def test_a_build_without_referrals_has_the_rest_and_says_what_it_lacks(made: Composites) -> None:
    assert list(made.frame.columns) == ["need", "assets", "access", "rurality", "young"]
    assert made.left_out == {
        "demand": "The build holds no figures of referrals.",
        "trend": "The build holds no figures of referrals.",
    }
    assert set(made.sources) == set(made.frame.columns)
    assert made.tier is Tier.INTERNAL
    assert made.frame.index.is_monotonic_increasing
    assert made.measures.index.equals(made.frame.index)
    assert not {"demand_signal", "trend_signal", "no_car_percent"} & set(made.measures)


def test_more_is_more(build: Build, made: Composites) -> None:
    need = overlay_need(build.areas).frame["need_index_score"]
    assert made.frame["need"].tolist() == need.tolist()
    ground, people = build.areas.frame.geometry.area, build.areas.frame["pop_total"]
    assert made.frame["rurality"].corr(ground / people) == pytest.approx(1)
    assert made.measures["people_per_km2"].corr(people / ground) == pytest.approx(1)
    young = build.areas.frame["pop_0_4"] / people
    assert made.frame["young"].tolist() == pytest.approx(young.tolist())
    at_a_library_and_near_a_hub, far_from_both = "E01000000", "E01000031"
    access = made.frame["access"]
    assert access[at_a_library_and_near_a_hub] > access[far_from_both] > 0
    assert access.max() <= 1


def test_need_takes_the_places_in_england_that_its_areas_have(build: Build, made: Composites) -> None:
    imd = (33_755 + 1 - build.areas.frame["need_imd_rank"]) / 33_755 * 100
    assert sorted(made.measures["need_place"]) == pytest.approx(sorted(imd))
    assert made.measures["need_place"].corr(made.frame["need"], method="spearman") == pytest.approx(1)
    assert made.within["need"] == "England"
    assert made.within["assets"] == "these areas"


def test_a_place_with_twice_the_sessions_counts_as_two(build: Build) -> None:
    frame = build.places.frame.copy()
    frame[SESSIONS] = np.where(frame["kind"] == "library", 2.0, np.nan)
    first = frame.index[(frame["kind"] == "library").to_numpy()][0]
    frame.loc[first, SESSIONS] = 14.0
    busy = composites_of(replace(build, places=replace(build.places, frame=frame)))
    before, after = composites_of(build).frame["assets"], busy.frame["assets"]
    beside = frame.at[first, "area_code"]
    children = build.areas.frame["pop_0_17"]
    assert after[beside] > before[beside]
    assert (after * children).sum() == pytest.approx((before * children).sum())


def test_places_that_nobody_confirmed_do_not_count(build: Build) -> None:
    frame = build.places.frame.copy()
    frame["unconfirmed_since"] = pd.Series("2001-01", frame.index, dtype="string")
    stale = composites_of(replace(build, places=replace(build.places, frame=frame)))
    assert set(stale.left_out) == {"assets", "access", "demand", "trend"}


def test_a_kind_known_in_one_council_alone_is_not_counted(build: Build) -> None:
    frame = build.places.frame
    mine = frame[~((frame["kind"] == "family_hub") & (frame["la_code"] == "E08000002"))]
    made = composites_of(replace(build, places=replace(build.places, frame=mine)))
    words = "known better in some councils than in others, so not counted: family hubs and children's centres"
    assert words in made.sources["assets"]
    assert words in made.sources["access"]
    assert made.frame["assets"].notna().all()


def test_a_kind_of_which_one_council_tells_more_types_is_not_counted(build: Build) -> None:
    frame = build.places.frame.copy()
    hubs = frame.index[(frame["kind"] == "family_hub").to_numpy()]
    west = frame["la_code"] == "E08000002"
    frame.loc[hubs, "detail"] = np.where(west[hubs], "Linked site", "Family hub")
    frame.loc[hubs, "file"] = np.where(west[hubs], "west.csv", "east.csv")
    pedigrees = {file: provenance("Places") for file in frame["file"].unique()}
    made = composites_of(replace(build, places=Places(frame, pedigrees)))
    words = "known better in some councils than in others, so not counted: family hubs and children's centres"
    assert words in made.sources["assets"]
    assert words not in made.sources["access"]


def test_row_order_changes_nothing(build: Build, made: Composites) -> None:
    areas = overlay_need(build.areas)
    given = composites_of(build, areas)
    pd.testing.assert_frame_equal(given.frame, made.frame)
    frame = build.places.frame
    turned = replace(build, places=replace(build.places, frame=frame.iloc[::-1]))
    pd.testing.assert_frame_equal(composites_of(turned).frame, made.frame)


def test_an_area_that_lacks_a_figure_lacks_the_composite(tmp_path: Path) -> None:
    areas = profiled_areas(values={"pop_0_4": [None, *([70.0] * 15), *([90.0] * 16)]})
    made = composites_of(make_build(tmp_path / "b", areas))
    assert made.frame["young"].isna().tolist() == [True] + [False] * 31
    assert pd.isna(made.measures.at["E01000000", "young_place"])


def test_areas_count_by_children_also_where_more_of_them_know_everyone(tmp_path: Path) -> None:
    some = [None, *([300.0] * 31)]
    areas = profiled_areas(values={"pop_0_17": some, "pop_iod_0_15": some})
    made = composites_of(make_build(tmp_path / "b", areas))
    assert made.weights.isna().tolist() == [True] + [False] * 31
    assert set(made.weights.dropna()) == {300.0}


def test_what_is_everywhere_the_same_or_known_for_few_is_left_out(tmp_path: Path) -> None:
    same = [70.0] * 32
    areas = profiled_areas(values={"pop_0_4": same, "pop_total": [1_400.0] * 32})
    made = composites_of(make_build(tmp_path / "b", areas))
    assert made.left_out["young"] == "It is the same in every small area, so it tells none from another."
    assert made.left_out["rurality"] == made.left_out["young"]


def test_without_any_figure_of_deprivation_there_is_no_need(tmp_path: Path) -> None:
    areas = profiled_areas(without=("need_",))
    made = composites_of(make_build(tmp_path / "b", areas))
    assert made.left_out["need"] == "There is no measure of deprivation for most areas."


@pytest.fixture
def inside(sparse_referrals: Build) -> Build:
    """An internal build with so few referrals that a shared one has to hide some."""
    return sparse_referrals


@pytest.fixture
def shared(released_referrals: Build) -> Build:
    """The shared build that is published of it."""
    return released_referrals


def test_demand_is_drawn_towards_the_whole_and_told_beside_what_is_common(inside: Build) -> None:
    made = composites_of(inside)
    ratio = inside.areas.frame["demand_children_36m_over_expected"]
    assert ratio.notna().all()
    assert made.frame["demand"].std() < ratio.std()
    assert made.frame["demand"].between(ratio.min(), ratio.max()).all()
    signal = inside.areas.frame["demand_children_36m_signal"]
    assert made.measures["demand_signal"].tolist() == signal.tolist()


def test_trends_that_may_be_chance_are_left_out(inside: Build, shared: Build) -> None:
    for build in (inside, shared):
        made = composites_of(build)
        assert made.left_out == {
            "assets": "No community place is known alike in most of these areas.",
            "access": "No place that serves families is known in most of these areas.",
            "trend": "Trends of referrals differ no more than chance would make them.",
        }
        assert "trend_place" not in made.measures
        assert made.measures["trend_signal"].eq(0).all()


def test_a_trend_is_told_beside_that_of_all_areas(inside: Build) -> None:
    assert inside.demand is not None
    periods = inside.demand.tables["periods"]
    first = inside.areas.frame.index[inside.areas.frame["ward_code"] == "E05000000"]
    late = periods["area_code"].isin(first) & (periods["start"] >= "2024-04")
    risen = periods.assign(count=periods["count"].where(~late, periods["count"] * 6))
    demand = replace(inside.demand, tables={**inside.demand.tables, "periods": risen})
    made = composites_of(replace(inside, demand=demand))
    trend = made.frame["trend"]
    assert (trend[first] > 0.1).all()
    assert (trend.drop(first) < 0).all()
    assert (made.measures.loc[first, "trend_signal"] == 1).all()
    assert not (made.measures["trend_signal"].drop(first) == 1).any()


def trends_with(slope: np.ndarray, error: np.ndarray) -> pd.DataFrame:
    """Trends of wards, each of which two areas have."""
    codes = [f"w{n:02}" for n in range(len(slope))]
    log = {"change": slope, "low": slope - NORMAL_95 * error, "high": slope + NORMAL_95 * error}
    units = pd.DataFrame({name: np.expm1(values) for name, values in log.items()}, codes)
    return pd.concat([units, units]).rename_axis("from_code").reset_index()


@pytest.mark.parametrize("seed", range(5))
def test_trends_are_drawn_as_in_a_random_effects_meta_analysis(seed: int) -> None:
    random = np.random.default_rng(seed)
    slope, error = random.normal(0, 0.3, 15), random.uniform(0.05, 0.2, 15)
    steadied = steady_trends(trends_with(slope, error))
    expected = combine_effects(slope, error**2, method_re="chi2")
    assert steadied.between == pytest.approx(expected.tau2)
    assert steadied.chance == pytest.approx(chi2.sf(expected.q, 14))
    assert steadied.common == pytest.approx(expected.mean_effect_re)
    drawn = steadied.values.to_numpy()[:15] - steadied.common
    share = expected.tau2 / (expected.tau2 + error**2)
    assert drawn == pytest.approx(share * (slope - expected.mean_effect_re))


def test_trends_closer_together_than_chance_are_all_the_common_one() -> None:
    steadied = steady_trends(trends_with(np.array([0.01, 0.02, 0.03]), np.full(3, 0.2)))
    assert (steadied.between, steadied.common) == (0.0, pytest.approx(0.02))
    assert steadied.values.tolist() == pytest.approx([0.02] * 6)
    assert steadied.chance > 0.9


def test_a_hidden_count_leaves_an_area_without_demand(shared: Build) -> None:
    made = composites_of(shared)
    assert made.tier is Tier.SHARED
    hidden = shared.areas.status["demand_children_36m"].eq("suppressed")
    assert hidden.sum() > 0
    assert made.frame["demand"].isna().equals(hidden)
    assert made.measures["demand_signal"].isna().equals(hidden)


def test_a_shared_build_tells_the_trend_of_wards_from_its_protected_years(shared: Build) -> None:
    assert shared.released is not None
    cells = shared.released.frame.query("level == 'ward' and measure == 'referrals' and months == 12")
    years = cells[cells["by"] == ""].pivot(index="code", columns="start", values="value").astype(float)
    design = np.column_stack([np.ones(3), np.arange(3)])
    slopes = [sm.GLM(row, design, family=sm.families.Poisson()).fit().params[1] for row in years.to_numpy()]
    found = released_trends(shared.released, shared.areas)
    assert found["from_code"].tolist() == shared.areas.frame["ward_code"].tolist()
    by_ward = found.groupby("from_code")["change"].first().astype(float)
    assert np.log1p(by_ward).tolist() == pytest.approx(slopes, abs=1e-6)


def test_a_hidden_year_leaves_a_ward_with_the_trend_of_its_council(shared: Build) -> None:
    assert shared.released is not None
    frame = shared.released.frame.copy()
    mine = frame["level"].eq("ward") & frame["code"].eq("E05000000") & frame["start"].eq("2023-04")
    assert mine.sum() == 1
    frame.loc[mine, "value"] = pd.NA
    found = released_trends(replace(shared.released, frame=frame), shared.areas)
    levels = found["from_level"].groupby(shared.areas.frame["ward_code"]).first()
    assert levels.to_dict() == {"E05000000": "council"} | dict.fromkeys(levels.index[1:], "ward")


def test_places_among_all_share_ties_and_keep_what_is_missing() -> None:
    placed = place_among(pd.Series([1.0, 2.0, 2.0, None]))
    assert placed.tolist()[:3] == pytest.approx([100 / 6, 200 / 3, 200 / 3])
    assert pd.isna(placed[3])
