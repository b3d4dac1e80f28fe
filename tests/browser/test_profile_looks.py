"""The profile as axe and a printer see it: no fault in any state, and one page of paper."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.browser.axe import look_once, violations
from tests.browser.explore import Explore
from tests.browser.looks import DARK, in_turn
from tests.browser.test_profile_journeys import STATES, WARD, open_profile, pages_of
from tests.conftest import FULL_PROOFS

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing(visit: Visit, northmere_app: str, state: str, width: int, scheme: str) -> None:
    explore = open_profile(visit(northmere_app, width, scheme), STATES[state])
    assert violations(explore.page) == []


@pytest.mark.proof
@pytest.mark.parametrize("scheme", DARK)
def test_axe_finds_nothing_with_hidden_and_missing_values(visit: Visit, varied_app: str, scheme: str) -> None:
    explore = open_profile(visit(varied_app, 1280, scheme), "area=E01000002&compare=E01000009")
    for panel in ("Every other indicator", "Sources and method"):
        explore.page.get_by_text(panel).click()
    explore.page.get_by_text("Boundaries of small areas").wait_for()
    assert violations(explore.page) == []


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing_on_the_printed_page(
    visit: Visit, northmere_app: str, state: str, width: int, scheme: str
) -> None:
    visitor = visit(northmere_app, width, scheme)
    visitor.page.goto(f"{northmere_app}/atlas/profile?{STATES[state]}")
    assert look_once(visitor.page) == []
    assert visitor.errors == []


@pytest.mark.proof
@pytest.mark.parametrize(
    ("level", "areas"),
    [
        ("area", [f"E0199{n:04}" for n in (1, 40, 48, 101, 130)]),
        ("ward", [f"E0599{n:04}" for n in range(1, 21, 3)]),
        ("locality", ["Marlhaven", "Cragwick", "Fenbury"]),
    ],
)
def test_it_prints_to_exactly_one_page(
    visit: Visit, northmere_app: str, level: str, areas: list[str]
) -> None:
    page = visit(northmere_app).page
    for area in areas if FULL_PROOFS else areas[::3]:
        answer = page.goto(f"{northmere_app}/atlas/profile?level={level}&area={quote(area)}")
        assert answer
        assert answer.status == 200
        assert pages_of(page.pdf(prefer_css_page_size=True, print_background=True)) == 1, area


def test_two_pages_are_counted_as_two(visit: Visit, northmere_app: str) -> None:
    page = visit(northmere_app).page
    page.goto(f"{northmere_app}/atlas/profile?level=ward&area={WARD}")
    page.evaluate("document.body.style.paddingTop = '150mm'")
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 2
