"""Explore beside stock `folium.Choropleth` with `st_folium`, in a real browser: bytes and seconds.

Bytes are everything that passes between browser and app, both ways, as it is on the wire: HTTP and WebSocket,
after compression. A map counts as drawn when its canvas or its paths show the new colours.
"""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from geo.build_folder import build_folder
from tests.app_server import FLAGS, PROJECT, find_chromium, running_app
from tests.benchmarks.counting_proxy import CountingProxy

CHANGES = (
    "Crime",
    "Overall deprivation (IMD)",
    "Income deprivation",
    "Employment deprivation",
    "Health deprivation and disability",
)
TIMEOUT_MS = 600_000
AS_IT_COMES = ("--server.enableWebsocketCompression", "false", "--global.minCachedMessageSize", "10000")
OURS = PROJECT / "app.py"
STOCK = Path(__file__).parent / "stock_app.py"
PAINTED = "the map has been painted"
TELL_OF_PAINTS = f"""(() => {{
    const seen = new WeakMap();
    // Ours counts its paints. The peer has a new frame with new paths for every change of colour.
    const paintsOf = page => page?.querySelector("[data-paints]")?.dataset.paints
        || page?.querySelector("path.leaflet-interactive")?.tagName;
    const look = () => {{
        for (const frame of document.querySelectorAll("iframe")) {{
            const page = frame.contentDocument;
            const paints = paintsOf(page);
            if (paints && seen.get(page) !== paints) {{
                seen.set(page, paints);
                console.info("{PAINTED}");
            }}
        }}
        requestAnimationFrame(look);
    }};
    look();
}})();"""
"""Looked at on every frame that the browser draws, from the page that holds the map's frame."""


@dataclass(frozen=True)
class Figures:
    """What one app took: bytes and seconds for the first map, and for a change of indicator."""

    first_bytes: int
    first_s: float
    change_bytes: float
    change_s: float
    changes: int


@dataclass(frozen=True)
class Place:
    """A place to measure, how to ask for its small areas where it does not open on them, and how patiently.

    Stock takes half a minute for one change of England: it is asked for fewer.
    """

    name: str
    folder: Path
    by_area: str = ""
    changes_of_stock: Sequence[str] = CHANGES


def main() -> None:
    """Print both apps beside each other, for a borough, for Greater Manchester and for England."""
    path = find_chromium()
    if path is None:
        print("map benchmark left out: there is no Chromium")
        return
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for place in places():
            build = build_folder(place.folder, Path(scratch) / place.folder.name)
            environment = {"ATLAS_BUILD": str(build.path)}
            measured = partial(measure, browser, environment)
            figures = {
                "ours": measured(OURS, CHANGES, place.by_area),
                "stock as it comes": measured(STOCK, place.changes_of_stock, "", *AS_IT_COMES),
                "stock with our compression": measured(STOCK, place.changes_of_stock, ""),
            }
            report(f"{place.name} ({len(build.areas.frame):,} areas)", figures)
            if place.by_area:
                report(f"{place.name} as it opens, by council", {"ours": measured(OURS, CHANGES, "")})
        browser.close()


def places() -> Iterator[Place]:
    """Give the places that can be measured here."""
    yield Place("Northmere", PROJECT / "data" / "demo" / "northmere")
    realdata = Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata"))
    if not realdata.is_dir():
        print(f"Real places left out: published data not found at {realdata}; set ATLAS_REALDATA")
        return
    yield Place("Greater Manchester", realdata / "greater_manchester")
    yield Place("England", realdata / "england", "?level=area", CHANGES[:2])


def measure(
    browser: Browser,
    environment: Mapping[str, str],
    script: Path,
    labels: Sequence[str],
    query: str,
    *options: str,
) -> Figures:
    """Open an app in an empty browser and change its indicator several times."""
    with running_app(script, environment, *options) as app_port, CountingProxy(app_port) as proxy:
        with fresh_page(browser) as warm_up:
            open_and_wait(warm_up, app_port, query)
        with fresh_page(browser) as page:
            proxy.reset()
            first_s = open_and_wait(page, proxy.port, query)
            wait_for_quiet(page, proxy)
            first_bytes = proxy.passed
            changes = [change(page, proxy, label) for label in labels]
    sizes, seconds = zip(*changes, strict=True)
    return Figures(first_bytes, first_s, median(sizes), median(seconds), len(changes))


def open_and_wait(page: Page, port: int, query: str) -> float:
    """Open the app and return the seconds until its map is painted."""
    started = time.perf_counter()
    with page.expect_console_message(is_painted, timeout=TIMEOUT_MS):
        page.goto(f"http://localhost:{port}/{query}", timeout=TIMEOUT_MS)
    return time.perf_counter() - started


def change(page: Page, proxy: CountingProxy, label: str) -> tuple[int, float]:
    """Choose another indicator and return the bytes that it took and the seconds until it is painted."""
    page.get_by_role("combobox", name="Indicator").click(timeout=TIMEOUT_MS)
    option = page.get_by_role("option", name=label, exact=True)
    option.wait_for(timeout=TIMEOUT_MS)
    wait_for_quiet(page, proxy)
    proxy.reset()
    started = time.perf_counter()
    with page.expect_console_message(is_painted, timeout=TIMEOUT_MS):
        option.click(timeout=TIMEOUT_MS)
    seconds = time.perf_counter() - started
    wait_for_quiet(page, proxy)
    return proxy.passed, seconds


def is_painted(message: ConsoleMessage) -> bool:
    """Say whether a frame tells that its map has been painted."""
    return message.text == PAINTED


def wait_for_quiet(page: Page, proxy: CountingProxy) -> None:
    """Wait until the page has run and no byte has passed for a third of a second."""
    page.locator("[data-test-script-state='notRunning']").wait_for(state="attached", timeout=TIMEOUT_MS)
    before = -1
    while before != proxy.passed:
        before = proxy.passed
        page.evaluate("() => new Promise(done => setTimeout(done, 333))")


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """Give a page with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(TELL_OF_PAINTS)
    try:
        yield context.new_page()
    finally:
        context.close()


def report(name: str, figures: Mapping[str, Figures]) -> None:
    """Print one place: a line an app, each beside ours."""
    print(f"Map of {name} in Chromium; bytes on the wire, both ways; changes: the median")
    ours = figures["ours"]
    for app, its in figures.items():
        beside = (
            ""
            if app == "ours"
            else (
                f" ({its.change_bytes / ours.change_bytes:.0f} times our bytes, "
                f"{its.change_s / ours.change_s:.1f} times our seconds)"
            )
        )
        print(
            f"  {app}: first map {its.first_bytes:,} bytes in {its.first_s:.2f} s; "
            f"change of indicator (of {its.changes}) {its.change_bytes:,.0f} bytes in {its.change_s:.2f} s"
            f"{beside}"
        )
    if len(figures) > 1:
        print("  Stock gets Leaflet and nothing else, from this machine: the hosts it names are not asked.")


if __name__ == "__main__":
    main()
