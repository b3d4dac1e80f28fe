"""The profile says what is known of referrals in a place: how sure, beside what it lies in, and over time."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.referral_codes import SOURCES
from geo.builds import Build
from models.demand_words import DEMAND_IS_NOT_NEED
from models.profile_demand import BY_WARD_ALONE
from tests.asking import ask
from tests.small_builds import make_build
from tests.small_profiles import profiled_areas
from views.inside import WHY_INSIDE

MAIN = Path(__file__).parent.parent.parent / "views" / "pages" / "main.py"
CODES = {"area": "E01000004", "ward": "E05000000", "council": "E08000001"}

Open = Callable[..., AppTest]


@pytest.fixture
def profile_of(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the profile of the first place of a level."""

    def open_it(build: Build, level: str) -> AppTest:
        monkeypatch.setenv("ATLAS_BUILD", str(build.path))
        page = AppTest.from_file(str(MAIN), default_timeout=60).run()
        page.query_params.clear()
        page.query_params.update({"level": level, "area": CODES[level]})
        page.switch_page("area_profile.py").run()
        assert not page.exception
        return page

    return open_it


def words_of(page: AppTest) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", " ".join(element.proto.body for element in page.get("html"))))


def row_of(words: str, label: str) -> list[str]:
    """The figures that stand behind a label."""
    return words.split(label, 1)[1].split()


@pytest.mark.parametrize("level", CODES)
def test_the_figures_are_those_of_the_build(internal: Build, profile_of: Open, level: str) -> None:
    words = words_of(profile_of(internal, level))
    areas = internal.areas.frame
    column = {"area": areas.index, "ward": areas["ward_code"], "council": areas["la_code"]}[level]
    mine = areas[column == CODES[level]]
    number, people = mine["demand_children_36m"].sum(), mine["pop_0_17"].sum()
    assert f"{number:,.0f} children referred over 36 months" in words
    assert f"{number:,.0f}" in row_of(words, "Children referred over 36 months ")[:3]
    rate = number / people / 3 * 10_000
    assert f"{rate:.3g}" in row_of(words, "Rate: a year for every 10,000 children")[:1]
    assert DEMAND_IS_NOT_NEED in words


@pytest.mark.parametrize(("level", "mixed"), [("area", False), ("ward", True), ("council", True)])
def test_who_refers_and_why_is_told_of_wards_and_councils_alone(
    internal: Build, profile_of: Open, level: str, mixed: bool
) -> None:
    words = words_of(profile_of(internal, level))
    assert ("Who refers" in words.replace(BY_WARD_ALONE, "")) is mixed
    assert ("Main need" in words) is mixed
    assert ("re-referrals" in words) is mixed
    assert (BY_WARD_ALONE in words) is not mixed
    if mixed:
        assert SOURCES["6"] in words


@pytest.mark.parametrize("level", CODES)
def test_it_says_the_trend_and_what_its_print_leaves_out(
    internal: Build, profile_of: Open, level: str
) -> None:
    words = words_of(profile_of(internal, level))
    assert re.search(r"Referrals in [\w ]+ (show no clear change|rose|fell)", words)
    assert f"{WHY_INSIDE} The printed page leaves them out." in words


@pytest.mark.parametrize("level", CODES)
def test_a_shared_profile_shows_years_and_prints_its_figures(
    released: Build, profile_of: Open, level: str
) -> None:
    words = words_of(profile_of(released, level))
    assert WHY_INSIDE not in words
    assert "no clear change" not in words
    printed = ask("/atlas/profile", query=f"level={level}&area={CODES[level]}").content.decode()
    assert "Referrals to children" in printed
    assert ("Who refers:" in printed) is (level != "area")


def test_what_is_hidden_says_so_and_is_never_nothing(
    released: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = released.areas.status["demand_children_36m"]
    hidden = status.index[status.eq("suppressed")]
    assert len(hidden)
    monkeypatch.setenv("ATLAS_BUILD", str(released.path))
    printed = ask("/atlas/profile", query=f"level=area&area={hidden[0]}")
    assert printed.status == 200
    text = unescape(re.sub(r"<[^>]*>", " ", printed.content.decode()))
    assert "hidden, small count" in text
    assert row_of(text, "Children referred over 36 months ")[0] == "Hidden"
    assert row_of(text, "Steadied rate")[0] == "Hidden"


def test_without_referrals_nothing_is_said_of_them(tmp_path: Path, profile_of: Open) -> None:
    words = words_of(profile_of(make_build(tmp_path / "build", profiled_areas()), "area"))
    assert "Referrals to children" not in words
    assert WHY_INSIDE not in words
