"""Who refers and why: counts of the window add up to those of the rows, and hidden ones are never nothing."""

import pandas as pd
import pytest

from data.referral_codes import NEEDS, SOURCES
from data.referral_rows import KINDS, EventKind
from geo.builds import Build
from models.demand_mix import Share, mix_of_kept, mix_of_released, window_start
from models.levels import Level
from tests.small_demand import draw_rows, plain
from tests.small_demand_builds import ROWS
from tests.small_profiles import profiled_areas
from views.demand_parts import MOST_SHARES, mix_line, shortened, write_mix

WARD = "E05000000"
CODES = {"source": SOURCES, "need": NEEDS}


@pytest.fixture
def internal(internal_referrals: Build) -> Build:
    return internal_referrals


@pytest.fixture
def released(released_referrals: Build) -> Build:
    return released_referrals


@pytest.mark.parametrize("by", ["source", "need"])
def test_a_ward_has_the_referrals_of_its_rows(internal: Build, by: str) -> None:
    rows = plain(draw_rows(profiled_areas(), ROWS, seed=1))
    wards = internal.areas.frame["ward_code"]
    mine = rows[rows["area_code"].map(wards).eq(WARD) & rows["month"].ge("2022-04")]
    expected = mine[by].map(lambda code: CODES[by].get(code, "Not known")).value_counts()
    shares = mix_of_kept(internal.demand, [WARD], by)
    assert {share.label: share.count for share in shares} == expected.to_dict()
    assert sum(share.share for share in shares) == pytest.approx(1)
    assert [s.count for s in shares] == sorted((s.count for s in shares), reverse=True)


def test_wards_together_are_the_sum_of_each(internal: Build) -> None:
    wards = sorted(internal.areas.frame["ward_code"].unique())
    together = {s.label: s.count for s in mix_of_kept(internal.demand, wards, "source")}
    apart = pd.Series(0, index=sorted(together))
    for ward in wards:
        each = {s.label: s.count for s in mix_of_kept(internal.demand, [ward], "source")}
        apart = apart.add(pd.Series(each), fill_value=0)
    assert apart.astype(int).to_dict() == together


def test_what_is_before_the_window_is_not_counted(internal: Build) -> None:
    assert window_start("2025-03") == "2022-04"
    assert window_start("2025-03", 12) == "2024-04"
    assert mix_of_kept(internal.demand, [], "need") == ()


@pytest.mark.parametrize("by", ["source", "need"])
def test_a_released_ward_hides_what_is_withheld(released: Build, by: str) -> None:
    cells = released.released.frame
    mine = cells[cells["level"].eq("ward") & cells["code"].eq(WARD) & cells["by"].eq(by)]
    shares = mix_of_released(released.released, Level.WARD, WARD, by)
    hidden = [share for share in shares if share.count is None]
    assert len(hidden) == mine["status"].eq("suppressed").sum()
    assert all(share.share is None for share in hidden)
    assert sum(share.count or 0 for share in shares) == mine["value"].sum()
    html = write_mix("Who refers", shares, dark=False)
    assert html.count("Hidden") == len(hidden)


def test_the_rest_is_added_up_and_hidden_ones_keep_their_name() -> None:
    shares = [Share(f"S{n}", 10 - n, (10 - n) / 55) for n in range(10)]
    short = shortened([*shares, Share("H", None, None)])
    assert [s.label for s in short] == ["S0", "S1", "S2", "S3", "S4", "5 others together", "H"]
    assert sum(s.count or 0 for s in short) == sum(s.count for s in shares)
    assert len(shortened(shares[: MOST_SHARES + 1])) == MOST_SHARES + 1
    line = mix_line("Who refers", [*shares, Share("H", None, None)])
    assert line.startswith("Who refers: S0 18%, S1 16%")
    assert line.endswith("; 1 hidden, small count.")
    assert mix_line("Main need", []) == ""


def test_a_hostile_label_stays_text() -> None:
    assert "<img" not in write_mix("x", [Share("<img src=x>", 1, 1.0)], dark=True)


def test_only_referrals_are_told_apart(sparse_referrals: Build) -> None:
    assert KINDS[1] is EventKind.REFERRAL
    build = sparse_referrals
    total = sum(s.count for s in mix_of_kept(build.demand, build.areas.frame["ward_code"].unique(), "need"))
    assert total == int(build.demand.tables["ward_need"]["referrals"].sum())
