"""Explore beside stock `folium.Choropleth` with `st_folium`, in a real browser: bytes and seconds.

Bytes are everything that passes between browser and app, both ways, as it is on the wire: HTTP and WebSocket,
after compression. A map counts as drawn when its canvas or its paths show the new colours.
"""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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
TIMEOUT_MS = 120_000
OURS = PROJECT / "app.py"
STOCK = Path(__file__).parent / "stock_app.py"
PAINTED = "the map has been painted"
TELL_OF_PAINTS = f"""(() => {{
    const tell = () => requestAnimationFrame(() => console.info("{PAINTED}"));
    let seen = false;  // The peer has a new frame with new paths for every change: each tells of its first.
    new MutationObserver(records => {{
        if (records.some(record => record.type === "attributes")) {{
            tell();
        }} else if (!seen && document.querySelector("path.leaflet-interactive")) {{
            seen = true;
            tell();
        }}
    }}).observe(document, {{ subtree: true, childList: true, attributeFilter: ["data-paints"] }});
}})();"""


@dataclass(frozen=True)
class Figures:
    """What one app took: bytes and seconds for the first map, and for a change of indicator."""

    first_bytes: int
    first_s: float
    change_bytes: float
    change_s: float


def main() -> None:
    """Print both apps beside each other, for a borough and for Greater Manchester."""
    path = find_chromium()
    if path is None:
        print("map benchmark left out: there is no Chromium")
        return
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for name, folder in places():
            build = build_folder(folder, Path(scratch) / folder.name)
            ours, stock = (
                measure(browser, script, {"ATLAS_BUILD": str(build.path)}) for script in (OURS, STOCK)
            )
            report(f"{name} ({len(build.areas.frame):,} areas)", ours, stock)
        browser.close()


def places() -> Iterator[tuple[str, Path]]:
    """Give the places that can be measured here."""
    yield "Northmere", PROJECT / "data" / "demo" / "northmere"
    realdata = Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata"))
    if (realdata / "greater_manchester").is_dir():
        yield "Greater Manchester", realdata / "greater_manchester"
    else:
        print(f"Greater Manchester left out: published data not found at {realdata}; set ATLAS_REALDATA")


def measure(browser: Browser, script: Path, environment: Mapping[str, str]) -> Figures:
    """Open an app in an empty browser and change its indicator several times."""
    with running_app(script, environment) as app_port, CountingProxy(app_port) as proxy:
        with fresh_page(browser) as warm_up:
            open_and_wait(warm_up, app_port)
        with fresh_page(browser) as page:
            proxy.reset()
            first_s = open_and_wait(page, proxy.port)
            wait_for_quiet(page)
            first_bytes = proxy.passed
            changes = [change(page, proxy, label) for label in CHANGES]
    sizes, seconds = zip(*changes, strict=True)
    return Figures(first_bytes, first_s, median(sizes), median(seconds))


def open_and_wait(page: Page, port: int) -> float:
    """Open the app and return the seconds until its map is painted."""
    started = time.perf_counter()
    with page.expect_console_message(is_painted, timeout=TIMEOUT_MS):
        page.goto(f"http://localhost:{port}/")
    return time.perf_counter() - started


def change(page: Page, proxy: CountingProxy, label: str) -> tuple[int, float]:
    """Choose another indicator and return the bytes that it took and the seconds until it is painted."""
    page.get_by_role("combobox", name="Indicator").click()
    option = page.get_by_role("option", name=label, exact=True)
    option.wait_for()
    wait_for_quiet(page)
    proxy.reset()
    started = time.perf_counter()
    with page.expect_console_message(is_painted, timeout=TIMEOUT_MS):
        option.click()
    seconds = time.perf_counter() - started
    wait_for_quiet(page)
    return proxy.passed, seconds


def is_painted(message: ConsoleMessage) -> bool:
    """Say whether a frame tells that its map has been painted."""
    return message.text == PAINTED


def wait_for_quiet(page: Page) -> None:
    """Wait until the page has run and the browser has nothing left to do."""
    page.wait_for_load_state("networkidle")
    page.locator("[data-test-script-state='notRunning']").wait_for(state="attached")
    page.evaluate("() => new Promise(done => requestIdleCallback(done))")


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """Give a page with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(TELL_OF_PAINTS)
    try:
        yield context.new_page()
    finally:
        context.close()


def report(name: str, ours: Figures, stock: Figures) -> None:
    """Print one place."""
    print(f"Map of {name}, in Chromium, bytes on the wire both ways")
    rows = [
        ("first map, bytes", ours.first_bytes, stock.first_bytes, ",.0f"),
        ("first map, seconds", ours.first_s, stock.first_s, ".2f"),
        (
            f"change of indicator, bytes (median of {len(CHANGES)})",
            ours.change_bytes,
            stock.change_bytes,
            ",.0f",
        ),
        (f"change of indicator, seconds (median of {len(CHANGES)})", ours.change_s, stock.change_s, ".2f"),
    ]
    for label, mine, theirs, style in rows:
        print(f"  {label}: {mine:{style}} against {theirs:{style}}, {theirs / mine:.1f} times less")
    print("  stock is given its files locally: the public hosts it names are not asked")


if __name__ == "__main__":
    main()
