"""Data and methods says what went in and what did not, and what it says can be corrected."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.place_settings import FileSettings, read_place_settings
from geo.build_folder import build_folder
from geo.builds import Build, open_build
from models.data_words import State, count_files, describe_reading, list_entries
from tests import places
from tests.small_builds import HOSTILE, make_build, varied_areas
from views.files_panel import as_rows, files_csv, rejected_rows, to_csv

MAIN = Path(__file__).parent.parent.parent / "views" / "pages" / "main.py"
CHILDREN = b"Child Unique ID,Gender,Date of birth\n17,1,2011-02-03\n"
LIBRARIES = "Library name,Postcode,Easting,Northing\nMain library,ZE1 1AA,430110,560110\n"

Open = Callable[..., AppTest]


def make_place(root: Path) -> Build:
    """Build Elmshire with an unknown file, a hostile name and a rejected row."""
    folder = places.simple_folder(root / "elmshire")
    name = HOSTILE.replace("/", "") + ".csv"
    (folder / name).write_text("colour,shape\nred,round\n", encoding="utf-8")
    table = places.lookup(places.small_areas())
    table.loc[0, "LSOA21CD"] = '=HYPERLINK("http://x.test")'
    table.to_csv(folder / "lookup.csv", index=False)
    return build_folder(folder, root / "build")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return make_place(tmp_path_factory.mktemp("place"))


@pytest.fixture
def place(made: Build, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Elmshire, built once and opened by the app; a test that changes its files takes `own_place`."""
    monkeypatch.setenv("ATLAS_BUILD", str(made.path))
    return made


@pytest.fixture
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Elmshire, built for one test and opened by the app."""
    build = make_place(tmp_path)
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    return build


def open_page(tab: str = "Files") -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    page.session_state["section"] = tab
    return page.switch_page("data_and_methods.py").run()


def words_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def choose(page: AppTest, build: Build, name: str) -> AppTest:
    names = [entry.name for entry in list_entries(build.report)]
    page.selectbox(key="file").select(names.index(name)).run()
    return page


@pytest.mark.parametrize(
    "tab", ["Files", "Rejected rows", "Reconciliation", "Methods", "Attribution", "Add a file"]
)
@pytest.mark.usefixtures("place")
def test_every_tab_opens(tab: str) -> None:
    page = open_page(tab)
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "Data and methods"
    assert "<img" not in words_of(page)


def test_the_first_sentence_adds_up_and_agrees_with_the_list(place: Build) -> None:
    page = open_page()
    entries = list_entries(place.report)
    counts = count_files(entries)
    files = [p for p in Path(place.report["folder_path"]).iterdir() if not p.name.startswith(".")]
    assert counts.total() == len(files)
    assert counts[State.UNKNOWN] == 1
    bold = [part.text for part in describe_reading(place.report) if part.bold]
    assert bold[0] == f"{len(files)} files"
    assert bold[-1] == "1 row rejected"
    for words in bold:
        assert f"<b>{words}</b>" in words_of(page)
    assert len(page.dataframe[0].value) == len(entries)


def test_the_list_can_be_narrowed(place: Build) -> None:
    page = open_page()
    entries = list_entries(place.report)
    for state in State:
        page.session_state["files_shown"] = state.value
        page.run()
        assert not page.exception
        shown = [became for frame in page.dataframe for became in frame.value["Became"]]
        assert shown == [entry.state.value for entry in entries if entry.state is state]


def test_everything_about_a_file_is_one_choice_away(place: Build) -> None:
    page = choose(open_page(), place, "lookup.csv")
    words = words_of(page)
    (told,) = [file for file in place.report["files"] if file["path"] == "lookup.csv"]
    for expected in (
        told["sha256"],
        told["publisher"],
        told["licence"],
        "lookup between areas",
        "1 rejected",
    ):
        assert expected in words


def test_a_hostile_name_is_shown_as_text(place: Build) -> None:
    name = HOSTILE.replace("/", "") + ".csv"
    page = choose(open_page(), place, name)
    assert "<img" not in words_of(page)
    assert "&lt;img" in words_of(page)
    assert not page.exception


def test_the_rejected_row_is_shown_and_safe_in_a_spreadsheet(place: Build) -> None:
    page = open_page("Rejected rows")
    assert "HYPERLINK" in page.dataframe[0].value["Value"][0].upper()
    rows = list(csv.reader(io.StringIO(to_csv(rejected_rows(place.report)).decode("utf-8-sig"))))
    assert rows[1][2].startswith("'=")
    listed = list(
        csv.DictReader(io.StringIO(to_csv(files_csv(list_entries(place.report))).decode("utf-8-sig")))
    )
    assert len(listed) == len(as_rows(list_entries(place.report)))
    assert {len(row["sha256"]) for row in listed if row["taken_for"]} == {64}


def test_a_correction_is_saved_and_followed_by_the_next_build(own_place: Build) -> None:
    folder = Path(own_place.report["folder_path"])
    page = choose(open_page(), own_place, "lookup.csv")
    assert "place.toml says nothing of this file." in words_of(page)
    next(box for box in page.checkbox if box.label == "Leave the file out").check()
    next(button for button in page.button if button.label == "Save to place.toml").click().run()
    assert not page.exception
    assert read_place_settings(folder).of_file("lookup.csv") == FileSettings(use=False)
    assert "place.toml says: leave it out." in words_of(page)
    next(button for button in page.button if button.label == "Build again").click().run()
    assert not page.exception
    assert not page.error
    after = open_build(own_place.path)
    (left,) = [file for file in after.report["files"] if file["path"] == "lookup.csv"]
    assert not left["used"]
    assert after.report["made"] >= own_place.report["made"]


def test_a_build_that_fails_leaves_the_earlier_one(own_place: Build) -> None:
    folder = Path(own_place.report["folder_path"])
    before = json.loads((own_place.path / "report.json").read_text(encoding="utf-8"))
    (folder / "place.toml").write_text("not toml", encoding="utf-8")
    page = choose(open_page(), own_place, "lookup.csv")
    assert "is not TOML" in page.error[0].value.replace("\\", "")
    next(button for button in page.button if button.label == "Build again").click().run()
    assert any("is not TOML" in error.value.replace("\\", "") for error in page.error)
    assert json.loads((own_place.path / "report.json").read_text(encoding="utf-8")) == before


def test_an_upload_is_recognised_and_only_then_added(own_place: Build) -> None:
    folder = Path(own_place.report["folder_path"])
    before = set(folder.iterdir())
    page = open_page("Add a file")
    page.file_uploader[0].set_value([("libraries.csv", LIBRARIES.encode(), "text/csv")]).run()
    assert not page.exception
    assert "places" in words_of(page)
    assert set(folder.iterdir()) == before
    next(button for button in page.button if button.label == "Add it to the folder").click().run()
    assert not page.exception
    (added,) = set(folder.iterdir()) - before
    assert added.read_bytes() == LIBRARIES.encode()


def test_records_of_children_are_dropped_and_leave_nothing(place: Build) -> None:
    folder = Path(place.report["folder_path"])
    before = set(folder.iterdir())
    page = open_page("Add a file")
    page.file_uploader[0].set_value([("cin.csv", CHILDREN, "text/csv")]).run()
    assert not page.exception
    assert "records of children" in page.error[0].value
    assert "2011-02-03" not in words_of(page)
    assert not [button for button in page.button if button.label == "Add it to the folder"]
    assert set(folder.iterdir()) == before


def test_where_nothing_can_be_added_the_page_says_why(own_place: Build, tmp_path: Path) -> None:
    Path(own_place.report["folder_path"]).rename(tmp_path / "moved")
    page = open_page("Add a file")
    assert "is not there any more" in page.info[0].value
    assert not [button for button in page.button if button.label == "Build again"]
    page.file_uploader[0].set_value([("libraries.csv", LIBRARIES.encode(), "text/csv")]).run()
    assert "places" in words_of(page)
    assert not [button for button in page.button if button.label == "Add it to the folder"]


def test_a_build_without_a_report_still_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD", str(make_build(tmp_path / "build", varied_areas()).path))
    for tab in ("Files", "Rejected rows", "Reconciliation", "Methods", "Attribution", "Add a file"):
        page = open_page(tab)
        assert not page.exception, tab
    assert "does not say which folder" in page.info[0].value
