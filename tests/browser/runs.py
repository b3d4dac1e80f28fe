"""When the server runs a page: what is pressed or read before it has is out of date."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

STATE = "data-test-script-state"
STILL = "notRunning"
LISTEN = f"""() => {{
  const app = document.querySelector("[data-testid='stApp']");
  window.atlasRuns = false;
  window.atlasSince = performance.now();
  new MutationObserver(function () {{
    window.atlasRuns = true;
  }}).observe(app, {{ attributes: true, attributeFilter: ["{STATE}"] }});
}}"""
HAS_RUN = "() => window.atlasRuns || performance.now() - window.atlasSince > 5000"
"""A run that is over at once is not seen: none that begins later than this is waited for."""


def wait_until_still(page: Page) -> None:
    """Wait until the server has finished with the page."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(STATE, STILL)


@contextmanager
def a_run(page: Page) -> Iterator[None]:
    """Do within it what makes the page run, and go on once it has run.

    A page that is still after a click may not have begun: the server is told of the click first. Whether the
    click did what it should is for the caller to look at.
    """
    wait_until_still(page)
    page.evaluate(LISTEN)
    yield
    page.wait_for_function(HAS_RUN)
    wait_until_still(page)
