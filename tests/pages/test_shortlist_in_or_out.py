"""The panels of the Shortlist page that take a value apart, and that say what it would take to get in."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from geo.builds import Build
from models.levels import Level, level_data
from tests.page_of import page_of
from tests.small_builds import make_areas, make_build
from views.shortlist_state import key_of
from views.shortlist_takes import WARNING

WHY, TAKES = "Why is it here?", "What would it take?"
CRITERIA = "need_idaci_rank~100~l~~pop_0_17~60~~need_crime_rank~40~l"


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Eight wards: one figure grows with another, but for the last ward, which has least of all three."""
    least = [1.0] * 56 + [0.0] * 8
    ranks = [1_000.0 + 500 * ((n // 8) * 3 % 7) + n for n in range(64)]
    crimes = [2_000.0 + 500 * ((n // 8) * 5 % 7) + n for n in range(64)]
    values = {
        "need_idaci_rank": [rank if here else 30_000.0 for rank, here in zip(ranks, least, strict=True)],
        "need_crime_rank": [rank if here else 30_000.0 for rank, here in zip(crimes, least, strict=True)],
        "pop_0_17": [100.0 + 10 * ((n // 8) * 2 % 7) * here for n, here in enumerate(least)],
        "pop_total": [1_500.0] * 64,
    }
    return make_build(tmp_path_factory.mktemp("eight") / "build", make_areas(values))


def panel(build: Build, patch: pytest.MonkeyPatch, tab: str, **choices: str) -> AppTest:
    """The page with a panel open, on three criteria."""
    return page_of("shortlist", build.path, patch, c=CRITERIA, tab=tab, top="3", **choices).run()


def words_of(page: AppTest) -> str:
    assert not page.exception
    html = " ".join(element.proto.body for element in page.get("html"))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.replace("</th>", " ").replace("</td>", " ")))


def ranked(page: AppTest) -> list[str]:
    """The wards in the order of their rank, as the box of a panel names them."""
    return [option.split(". ", 1)[1] for option in page.selectbox(key=key_of("picked")).options]


def test_a_value_is_taken_apart_and_another_ward_is_chosen_in_the_panel(
    eight: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = panel(eight, monkeypatch, WHY)
    names = ranked(page)
    assert f"{names[0]} has a value of" in words_of(page)
    assert f"ahead of {names[2]}, the last one in" in words_of(page)
    page = page.selectbox(key=key_of("picked")).select_index(len(names) - 1).run()
    assert page.query_params["area"]
    assert f"{names[-1]} has a value of" in words_of(page)
    assert f"behind {names[2]}, the last one in" in words_of(page)


def test_using_the_weights_brings_the_ward_in_and_of_one_that_none_bring_in_it_is_told_who_is_ahead(
    eight: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = panel(eight, monkeypatch, TAKES)
    fourth = ranked(page)[3]
    assert f"{fourth} would be in the top three if" in words_of(page)
    assert WARNING in words_of(page)
    page = page.button(key=key_of("use_weights")).click().run()
    assert fourth in ranked(page)[:3]
    assert f"{fourth} is in the top three, and would be out if less than 0.1 of 100" in words_of(page)
    assert page.query_params["c"] != [CRITERIA]
    names = ranked(page)
    page = page.selectbox(key=key_of("picked")).select_index(len(names) - 1).run()
    assert f"No weights bring {names[-1]} in: " in words_of(page)
    assert key_of("use_weights") not in [button.key for button in page.button]


def test_one_that_is_out_before_weighing_says_why(eight: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    children = level_data(eight.areas, Level.WARD).frame["pop_0_17"]
    floor = CRITERIA.replace("pop_0_17~60", f"pop_0_17~60~vb{children.median():.0f}")
    choices = {"c": floor, "tab": TAKES, "area": str(children.idxmin())}
    page = page_of("shortlist", eight.path, monkeypatch, **choices).run()
    assert "is out before weighing: " in words_of(page)
    assert "No weights change that." in words_of(page)
