"""Combined need on Explore: its ranks with their range, and weights that the reader moves."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from data.need_weights import need_domains
from geo.area_table import AreaTable
from models.levels import NEED_INDEX
from tests.small_builds import COUNCILS, make_areas, make_build

MAIN = Path(__file__).parent.parent.parent / "views" / "pages" / "main.py"
Open = Callable[..., AppTest]
STEMS = ("idaci", "education", "health", "crime", "barriers", "living", "imd")
MINE = "crime.50,poverty.5"


@pytest.fixture
def needy() -> AreaTable:
    generator = np.random.default_rng(2)
    ranks = {f"need_{s}_rank": generator.integers(1, 33_755, 32).astype(float).tolist() for s in STEMS}
    people = {"pop_total": [1_500.0] * 32, "pop_0_17": generator.integers(100, 500, 32).tolist()}
    return make_areas({**ranks, **people}, councils=COUNCILS)


@pytest.fixture
def open_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, needy: AreaTable) -> Open:
    def open_it(areas: AreaTable | None = None, **choices: str) -> AppTest:
        build = make_build(tmp_path / "build", areas or needy)
        monkeypatch.setenv("ATLAS_BUILD", str(build.path))
        page = AppTest.from_file(str(MAIN), default_timeout=20)
        for name, value in {"indicator": NEED_INDEX, **choices}.items():
            page.query_params[name] = value
        return page.run()

    return open_it


def words_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


@pytest.mark.parametrize("level", ["area", "ward", "council"])
@pytest.mark.parametrize("council", ["", "E08000002"])
def test_every_rank_of_need_has_its_likely_range(open_page: Open, level: str, council: str) -> None:
    page = open_page(level=level, **({"council": council} if council else {}))
    assert not page.exception
    assert ("with the highest need" if level == "area" else "Need is highest in") in words_of(page)
    assert "nine of ten weightings" in words_of(page)
    ranks = page.dataframe[0].value["Rank (likely)"]
    assert ranks.str.fullmatch(r"\d+( \(\d+–\d+\))?").all()
    assert ranks.str.contains("–").any() or level == "council"


def test_the_selected_area_says_its_rank_and_what_makes_it(open_page: Open) -> None:
    page = open_page(area="E01000003")
    assert "ranked " in words_of(page)
    assert " of 32" in words_of(page)
    assert "points" in words_of(page)


def test_moving_a_weight_moves_the_map_the_table_and_the_address(open_page: Open) -> None:
    page = open_page(area="E01000003")
    before = page.dataframe[0].value
    assert "weights" not in page.query_params
    page.slider(key="weight_crime").set_value(50).run()
    assert not page.exception
    assert "crime.50" in page.query_params["weights"]
    assert not page.dataframe[0].value.equals(before)
    assert "With your weights" in words_of(page)
    assert "moves most, from" in words_of(page)
    page.button[0].click().run()
    assert "weights" not in page.query_params
    assert page.dataframe[0].value.equals(before)


def test_weights_in_an_address_are_taken(open_page: Open) -> None:
    page = open_page(weights=MINE)
    assert not page.info
    assert page.slider(key="weight_crime").value == 50
    assert page.slider(key="weight_health").value == 0
    assert "With your weights" in words_of(page)


@pytest.mark.parametrize("weights", ["crime.51", "nothing.5", "crime.-1", "crime", "<img src=x>"])
def test_weights_that_make_no_sense_are_left_out_with_a_notice(open_page: Open, weights: str) -> None:
    page = open_page(weights=weights)
    assert not page.exception
    assert "weights" in page.info[0].value
    assert page.slider(key="weight_poverty").value == 30


def test_weights_of_domains_that_are_not_there_leave_the_standard_ones(open_page: Open) -> None:
    three = {f"need_{s}_rank": [float(n + 1) for n in range(8)] for s in ("idaci", "health", "crime")}
    page = open_page(make_areas(three), weights="living.20")
    assert not page.exception
    assert page.dataframe[0].value["Rank (likely)"].iloc[0].startswith("1")


def test_all_weights_at_nothing_are_not_taken(open_page: Open) -> None:
    page = open_page(weights="crime.5")
    page.slider(key="weight_crime").set_value(0).run()
    assert not page.exception
    assert page.slider(key="weight_crime").value == 5


def test_without_three_domains_the_published_index_says_that_it_stands_in(open_page: Open) -> None:
    two = {f"need_{s}_rank": [float(n + 1) for n in range(8)] for s in ("idaci", "imd")}
    page = open_page(make_areas(two), indicator="need_imd_rank")
    assert "stands in its place" in words_of(page)
    assert NEED_INDEX not in page.selectbox(key="indicator").options


def test_weights_of_a_file_in_any_unit_fit_the_sliders(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy = tuple(replace(d, weight=d.weight * 4) for d in need_domains())
    monkeypatch.setattr("models.need_ranks.need_domains", lambda: heavy)
    page = open_page()
    assert not page.exception
    assert page.slider(key="weight_poverty").value == 30
