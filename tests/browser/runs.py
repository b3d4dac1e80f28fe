"""When the server runs a page: what is pressed or read before it has is out of date."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as BrowserTimeout

STATE = "data-test-script-state"
STILL = "notRunning"
LISTEN = f"""() => {{
  const app = document.querySelector("[data-testid='stApp']");
  window.atlasRuns = false;
  new MutationObserver(function () {{
    window.atlasRuns = window.atlasRuns || app.getAttribute("{STATE}") !== "{STILL}";
  }}).observe(app, {{ attributes: true, attributeFilter: ["{STATE}"] }});
}}"""
STARTS_WITHIN_MS = 5_000


def wait_until_still(page: Page) -> None:
    """Wait until the server has finished with the page."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(STATE, STILL)


@contextmanager
def a_run(page: Page) -> Iterator[None]:
    """Do within it what makes the page run, and go on once it has run.

    A page that is still after a click may not have begun: the server is told of the click first.
    """
    wait_until_still(page)
    page.evaluate(LISTEN)
    yield
    with suppress(BrowserTimeout):  # One that was over at once is not seen.
        page.wait_for_function("() => window.atlasRuns", timeout=STARTS_WITHIN_MS)
    wait_until_still(page)
