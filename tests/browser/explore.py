"""The Explore page as a reader meets it: what she can click, see and hear."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Error, FrameLocator, Locator, Page, Position, Request, expect
from playwright.sync_api import TimeoutError as BrowserTimeout
from pyproj import Transformer

from tests.browser.runs import wait_until_still

FRAME = "iframe[title^='streamlit_folium']"
LOOKS = 20
BETWEEN_LOOKS_MS = 250
WHERE = """(element, at) => {
  const map = Object.values(window).find((value) => value instanceof L.Map);
  const { x, y } = map.latLngToContainerPoint(at);
  return { x, y };
}"""
"""Where a point of the world is on the map, in pixels."""

to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


@dataclass
class Explore:
    """The Explore page in a browser, with what it asked for and complained of."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for event, hear in self._listeners().items():
            self.page.on(event, hear)  # type: ignore[call-overload]

    def _listeners(self) -> dict[str, Callable[..., None]]:
        """What is heard of the page, by event."""
        return {"request": self._asked, "pageerror": self._failed, "console": self._said}

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _failed(self, error: Error) -> None:
        self.errors.append(str(error))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def leave(self) -> None:
        """Leave the page to the next visitor."""
        for event, hear in self._listeners().items():
            self.page.remove_listener(event, hear)
        self.page.goto("about:blank")

    @property
    def frame(self) -> FrameLocator:
        """The frame of the map."""
        return self.page.frame_locator(FRAME)

    @property
    def map(self) -> Locator:
        """The map, once it has been painted."""
        return self.frame.locator("[data-paints]")

    @property
    def paints(self) -> int:
        """How often the map has been painted."""
        return int(self.map.get_attribute("data-paints") or 0)

    def open(self, query: str = "") -> "Explore":
        """Open the page and wait for its map."""
        self.page.goto(f"{self.address}/{query}")
        self.map.wait_for()
        return self

    def wait_for_paint_after(self, paints: int) -> None:
        """Wait until the map has been painted again."""
        self.frame.locator(f"[data-paints]:not([data-paints='{paints}'])").wait_for()

    def choose(self, box: str, option: str) -> None:
        """Choose from a select box as a reader does, and wait for the map."""
        paints = self.paints
        self.page.get_by_role("combobox", name=box).click()
        self.page.keyboard.type(option)  # A long list scrolls under the pointer: a click may be lost.
        self.page.get_by_role("option", name=option).first.click()
        self.wait_for_paint_after(paints)

    def wait_until_still(self) -> None:
        """Wait until the server has finished with the page: a button drawn before that may be out of date."""
        wait_until_still(self.page)

    def download(self, button: str, target: Path, *, keyboard: bool = False) -> list[dict[str, str]]:
        """Download a CSV file by a button, and read it.

        The server refuses a button that an earlier run drew, so one is pressed again as a reader would. Where
        the page has moved, the earlier one stands beside the new one until the run ends.
        """
        found = self.page.get_by_role("button", name=re.compile(button))
        expect(found).to_have_count(1)
        for timeout in (5_000, 10_000, 30_000):
            self.wait_until_still()
            found.focus()
            try:
                with self.page.expect_download(timeout=timeout) as waiting:
                    self.page.keyboard.press("Enter") if keyboard else found.click()
                break
            except BrowserTimeout:
                if timeout == 30_000:
                    raise
        waiting.value.save_as(target)
        return list(csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines()))

    def on_map(self, easting_m: float, northing_m: float) -> Position:
        """Where a point of the British National Grid is on the map, in pixels."""
        longitude, latitude = to_degrees.transform(easting_m, northing_m)
        at: Position = self.map.evaluate(WHERE, [latitude, longitude])
        return at

    def click_middle(self) -> None:
        """Click the middle of the map and wait for what follows."""
        paints = self.paints
        box = self.map.bounding_box()
        assert box
        self.map.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
        self.wait_for_paint_after(paints)

    def click_table(self, x: int, y: int) -> None:
        """Click the table at a point: it is drawn on a canvas, under a layer that scrolls."""
        table = self.page.get_by_test_id("stDataFrame").locator("canvas").first
        table.click(position={"x": x, "y": y}, force=True)

    def expect_spoken(self, cells: set[str]) -> None:
        """Wait until a screen reader meets headings and cells of the table: they follow what is drawn."""
        self.page.get_by_test_id("data-grid-canvas").wait_for()
        spoken = self._spoken_cells()
        for _ in range(LOOKS):
            if cells <= spoken:
                break
            self.page.wait_for_timeout(BETWEEN_LOOKS_MS)
            spoken = self._spoken_cells()
        assert cells <= spoken

    def _spoken_cells(self) -> set[str]:
        session = self.page.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        cells = [n for n in nodes if n.get("role", {}).get("value") in ("columnheader", "gridcell")]
        return {cell["name"]["value"] for cell in cells if not cell["ignored"]}
