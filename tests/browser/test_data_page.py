"""Data and methods in a real browser: nothing for axe to find, uploads of each sort, and a correction."""

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from data.place_settings import FileSettings, read_place_settings
from geo.build_folder import build_folder
from geo.builds import open_build
from tests import places
from tests.app_server import PROJECT, running_app
from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import LOOKS, in_turn
from tests.browser.runs import a_run, wait_until_still

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
TABS = ["Files", "Rejected rows", "Reconciliation", "Methods", "Attribution", "Add a file"]
SECRET = "2011-02-03"


class Elmshire:
    """The app on a build of Elmshire, with a temporary folder of its own."""

    def __init__(self, root: Path, address: str) -> None:
        self.folder, self.build, self.temporary = root / "elmshire", root / "build", root / "tmp"
        self.address = address


@pytest.fixture(scope="module")
def elmshire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elmshire]:
    root = tmp_path_factory.mktemp("elmshire")
    (root / "tmp").mkdir()
    build_folder(places.carried_folder(root / "elmshire"), root / "build")
    environment = {"ATLAS_BUILD": str(root / "build"), "TMPDIR": str(root / "tmp")}
    with running_app(PROJECT / "app.py", environment) as port:
        yield Elmshire(root, f"http://localhost:{port}")


def open_tab(visitor: Explore, tab: str) -> Page:
    """Open the page by the navigation, as a reader does, and then a tab."""
    page = visitor.open().page
    narrow = page.viewport_size is not None and page.viewport_size["width"] < 500
    if narrow:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Data and methods").click()
    page.get_by_role("radio", name="Files", exact=True).wait_for()
    if narrow:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    choose_tab(page, tab)
    return page


def choose_tab(page: Page, tab: str) -> None:
    option = page.get_by_role("radio", name=tab, exact=True)
    if option.get_attribute("aria-checked") != "true":
        with a_run(page):
            option.click()
        expect(option).to_have_attribute("aria-checked", "true")


@pytest.mark.proof
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_on_any_tab(visit: Visit, elmshire: Elmshire, width: int, scheme: str) -> None:
    visitor = visit(elmshire.address, width, scheme)
    page = open_tab(visitor, "Files")
    choose_file(page, "lookup")
    page.get_by_text("Correct a wrong guess").click()
    page.get_by_text("Leave the file out").wait_for()
    for tab in (tab for tab, *look in in_turn(TABS) if look == [width, scheme]):
        choose_tab(page, tab)
        assert violations(page) == [], tab
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    hosts = {urlsplit(url).hostname for url in visitor.requests if url.startswith("http")}
    assert hosts == {"localhost"}


def choose_file(page: Page, name: str) -> None:
    with a_run(page):
        page.get_by_role("combobox", name="Show everything about a file").click()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    page.get_by_text("Told by").or_(page.get_by_text("What it is")).first.wait_for()


def upload(page: Page, name: str, content: bytes) -> None:
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    wait_until_still(page)
    page.locator("input[type=file]").first.set_input_files(file)


def shapefile() -> bytes:
    import tempfile

    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(buffer, "w") as archive:
        places.boundary_layer(places.small_areas()).to_file(Path(folder) / "areas.shp")
        for part in sorted(Path(folder).iterdir()):
            archive.write(part, part.name)
    return buffer.getvalue()


def test_a_file_of_each_sort_is_recognised(visit: Visit, elmshire: Elmshire) -> None:
    before = set(elmshire.folder.iterdir())
    page = open_tab(visit(elmshire.address), "Add a file")
    areas = places.small_areas()
    workbook = io.BytesIO()
    places.population(areas).to_excel(workbook, index=False)
    layer = places.boundary_layer(areas).to_crs("EPSG:4326").to_json().encode()
    for name, content, words in (
        ("a.csv", places.lookup(areas).to_csv(index=False).encode(), "lookup between areas"),
        ("b.xlsx", workbook.getvalue(), "population of small areas"),
        ("c.geojson", layer, "boundaries of small areas"),
        ("d.zip", shapefile(), "boundaries of small areas"),
        ("e.txt", b"colour,shape\nred,round\n", "Not recognised"),
        ("f.pdf", b"%PDF-1.7\n", "is a PDF"),
    ):
        upload(page, name, content)
        box = page.get_by_test_id("stVerticalBlock").filter(has=page.get_by_text(name, exact=True)).last
        expect(box.get_by_text(words).first).to_be_visible(timeout=20_000)
    assert set(elmshire.folder.iterdir()) == before
    for _ in range(50):  # a run of the page that is just ending may still look at an upload
        if not list(elmshire.temporary.rglob("atlas-upload-*")):
            break
        page.wait_for_timeout(200)
    assert not list(elmshire.temporary.rglob("atlas-upload-*"))


def test_records_of_children_leave_nothing_on_the_disk(visit: Visit, elmshire: Elmshire) -> None:
    rows = "".join(f"{n},1,{SECRET},2024-01-02\n" for n in range(100_000))
    content = f"Child Unique ID,Gender,Date of birth,Date of referral\n{rows}".encode()
    assert len(content) > 2_000_000
    before = set(elmshire.folder.iterdir())
    page = open_tab(visit(elmshire.address), "Add a file")
    upload(page, "cin.csv", content)
    expect(page.get_by_text("It holds records of children")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Add it to the folder")).to_have_count(0)
    assert set(elmshire.folder.iterdir()) == before
    written = [Path(where) / name for where, _, names in os.walk(elmshire.temporary) for name in names]
    assert not [path for path in written if SECRET.encode() in path.read_bytes()]
    assert SECRET not in page.content()


def test_a_wrong_guess_is_corrected_and_the_next_build_follows(visit: Visit, elmshire: Elmshire) -> None:
    page = open_tab(visit(elmshire.address), "Files")
    choose_file(page, "lookup")
    path = page.get_by_role("combobox", name="Show everything about a file").input_value()
    page.get_by_text("Correct a wrong guess").click()
    page.get_by_text("Leave the file out").wait_for()
    out = page.get_by_role("checkbox", name="Leave the file out")
    out.press("Space")  # what opens around it moves for a while, and a mouse could miss it
    expect(out).to_be_checked()
    page.get_by_role("button", name="Save to place.toml").click()
    expect(page.get_by_text("Saved what place.toml says")).to_be_visible()
    assert read_place_settings(elmshire.folder).of_file(path) == FileSettings(use=False)
    wait_until_still(page)
    page.get_by_role("button", name="Build again").click()
    expect(page.get_by_text("1 recognised but not used")).to_be_visible(timeout=60_000)
    assert [f["used"] for f in open_build(elmshire.build).report["files"] if f["path"] == path] == [False]
