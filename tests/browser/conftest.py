"""The app on Northmere and on a small build with every kind of value, and Chromium before it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, sync_playwright

from geo.build_folder import build_folder
from tests.app_server import FLAGS, PROJECT, find_chromium, running_app
from tests.small_builds import make_build, varied_areas

NORTHMERE = PROJECT / "data" / "demo" / "northmere"
FRAME = "iframe[title^='streamlit_folium']"


@dataclass
class Explore:
    """The Explore page in a browser, with what it asked for and complained of."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

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
        self.page.get_by_role("option", name=option).first.click()
        self.wait_for_paint_after(paints)

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

    def spoken_cells(self) -> set[str]:
        """The headings and cells of the table as a screen reader meets them."""
        self.page.get_by_test_id("data-grid-canvas").wait_for()
        session = self.page.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        cells = [n for n in nodes if n.get("role", {}).get("value") in ("columnheader", "gridcell")]
        return {cell["name"]["value"] for cell in cells if not cell["ignored"]}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium. Without one these tests are left out, but never where the whole suite must run."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: these tests have to run here.")
        pytest.skip("Chromium is missing: install it to run the browser tests.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def northmere_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on Northmere."""
    folder = tmp_path_factory.mktemp("northmere") / "build"
    build_folder(NORTHMERE, folder)
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(folder)}) as port:
        yield f"http://localhost:{port}"


@pytest.fixture(scope="session")
def varied_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a build with suppressed and missing values, two councils and a hostile name."""
    folder = tmp_path_factory.mktemp("varied") / "build"
    make_build(folder, varied_areas())
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(folder)}) as port:
        yield f"http://localhost:{port}"


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Explore]]:
    """A fresh visitor, with an empty cache: `visit(address, width, scheme)`."""
    contexts = []

    def open_page(address: str, width: int = 1280, scheme: str = "light") -> Explore:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        visitor = Explore(context.new_page(), address)
        visitor.page.on("request", lambda request: visitor.requests.append(request.url))
        visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        visitor.page.on(
            "console",
            lambda message: visitor.errors.append(message.text) if message.type == "error" else None,
        )
        return visitor

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """Where downloaded files are put."""
    return tmp_path
