"""The app on Northmere and on a small build with every kind of value, and Chromium before it."""

import asyncio
import os
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from data.register.store import open_register
from geo.builds import Build
from tests.app_server import FLAGS, PROJECT, find_chromium, running_app
from tests.browser.explore import Explore
from tests.small_builds import HOSTILE, make_build, varied_areas
from tests.small_register import LONG_AGO, bring_in, file_source, place_in

expect.set_options(timeout=30_000)  # As long as other waits: both cores of a runner may be taken.


@pytest.fixture(scope="session")
def chromium_of_worker() -> Iterator[tuple[Browser, AbstractEventLoop]]:
    """A Chromium for all files of a worker, and the loop of events that drives it.

    Without one these tests are left out, but never where the whole suite must run.
    """
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: these tests have to run here.")
        pytest.skip("Chromium is missing: install it to run the browser tests.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture(scope="module")
def chromium(chromium_of_worker: tuple[Browser, AbstractEventLoop]) -> Iterator[Browser]:
    """The Chromium of this worker. Between files its loop is set aside: others run loops of their own."""
    browser, loop = chromium_of_worker
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def northmere_app(northmere_build: Build) -> Iterator[str]:
    """The app on Northmere."""
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(northmere_build.path)}) as port:
        yield f"http://localhost:{port}"


@pytest.fixture(scope="session")
def varied_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a build with suppressed and missing values, two councils and a hostile name.

    Its register has one place, of a hostile name and source, in the middle of all areas; nobody has confirmed
    it lately.
    """
    folder = tmp_path_factory.mktemp("varied") / "build"
    areas = make_build(folder, varied_areas()).areas
    middle = areas.frame.geometry.union_all().envelope.centroid
    spot = {"easting_m": middle.x, "northing_m": middle.y, "last_confirmed": LONG_AGO}
    place = place_in(areas, areas.frame.index[0], HOSTILE, "other", **spot)
    bring_in(open_register(folder), file_source(HOSTILE), place)
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(folder)}) as port:
        yield f"http://localhost:{port}"


@pytest.fixture(scope="session")
def browsers() -> dict[tuple[int, str], BrowserContext]:
    """One browser window a width and scheme: what it fetched and compiled once serves every later visit."""
    return {}


@pytest.fixture(scope="session")
def idle_pages() -> list[Page]:
    """Pages that no visitor is on: the next one takes a page over, which opens faster than a new one."""
    return []


@pytest.fixture
def visit(
    chromium: Browser, browsers: dict[tuple[int, str], BrowserContext], idle_pages: list[Page]
) -> Iterator[Callable[..., Explore]]:
    """A visitor without cookies, on a page of her own: `visit(address, width, scheme)`."""
    visitors: list[Explore] = []

    def open_page(address: str, width: int = 1280, scheme: str = "light") -> Explore:
        if (width, scheme) not in browsers:
            browsers[width, scheme] = chromium.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,  # type: ignore[arg-type]
            )
        context = browsers[width, scheme]
        context.clear_cookies()
        page = next((page for page in idle_pages if page.context == context), None)
        if page is None:
            page = context.new_page()
        else:
            idle_pages.remove(page)
            page.set_viewport_size({"width": width, "height": 900})
            page.bring_to_front()  # Behind another page it would be painted once in a while.
        visitors.append(Explore(page, address))
        return visitors[-1]

    yield open_page
    theirs = [visitor.page for visitor in visitors]
    for context in {page.context for page in theirs}:
        for page in context.pages:
            if page not in theirs and page not in idle_pages:
                page.close()
    for visitor in visitors:
        visitor.leave()
        idle_pages.append(visitor.page)


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """Where downloaded files are put."""
    return tmp_path
