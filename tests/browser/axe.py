"""What axe finds on a page and in the frame of its map."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.runs import wait_until_still

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": STANDARDS}, "iframes": False}
LOOKS_AT_MOST = 3


def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2 A or AA on the page, and in the frame of its map if it has one.

    What it finds is looked at again once the page is still: what is about to be drawn anew is faded.
    """
    for _ in range(LOOKS_AT_MOST):
        wait_until_still(page)
        expect(page.locator("[data-stale='true']")).to_have_count(0)
        if not (found := look_once(page)):
            break
    return found


def look_once(page: Page) -> list[str]:
    """Return what axe finds on a page as it is now."""
    maps = [frame for frame in page.frames if "streamlit_folium" in frame.url]
    found = []
    for where in (page, *maps):
        for violation in Axe().run(where, options=OPTIONS).response["violations"]:
            nodes = [node["html"][:300] for node in violation["nodes"]]
            found.append(f"{violation['id']}: {violation['help']} {nodes}")
    return found
