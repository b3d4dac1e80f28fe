"""The places of a register on the pages: hollow and counted only when asked for, named, and where from."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.register.store import open_register
from geo.builds import Build
from tests.asking import ask
from tests.conftest import PROJECT
from tests.small_builds import HOSTILE, make_build
from tests.small_profiles import profiled_areas
from tests.small_register import LONG_AGO, bring_in, file_source, place_in, publish

MAIN = PROJECT / "views" / "pages" / "main.py"
AREAS = profiled_areas()
FIRST, SECOND, *_ = AREAS.frame.index
COUNT_ALL = "Count places not confirmed for a year too"


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """A build whose register has a hostile name and a pantry that nobody confirmed lately."""
    build = make_build(tmp_path / "build", AREAS)
    register = open_register(build.path)
    publish(register, place_in(AREAS, FIRST, HOSTILE))
    old = place_in(AREAS, SECOND, "Old Pantry", last_confirmed=LONG_AGO)
    bring_in(register, file_source("Pantries"), old)
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    return build


def open_page(script: str = "", **choices: str) -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    for name, value in choices.items():
        page.query_params[name] = value
    page.run()
    if script:
        page.switch_page(script).run()
    assert not page.exception
    return page


def words_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def test_explore_counts_what_is_confirmed_until_the_reader_says_otherwise(build: Build) -> None:
    page = open_page(points="food", indicator="asset_food")
    assert "Hollow markers: 1 place has not been confirmed for a year and is not counted." in words_of(page)
    assert "Not counted: 1 food bank or pantry not confirmed lately." in words_of(page)
    (box,) = page.checkbox
    assert (box.label, box.value) == (COUNT_ALL, False)
    box.check().run()
    assert page.query_params["count"] == "all"
    assert "have not been confirmed" not in words_of(page)
    assert "1 place has not been confirmed for a year and counts all the same." in words_of(page)
    assert "Counted too: 1 food bank or pantry not confirmed lately." in words_of(page)
    page.checkbox[0].uncheck().run()
    assert "count" not in page.query_params
    assert "is not counted" in words_of(page)


def test_an_address_that_counts_all_opens_so(build: Build) -> None:
    page = open_page(points="food", count="all", area=SECOND)
    assert page.checkbox[0].value
    assert "Food bank or pantry, not confirmed since June 2025" in words_of(page)
    assert "counts all the same" in words_of(page)


def test_the_table_of_places_says_what_is_not_confirmed_and_where_all_come_from(build: Build) -> None:
    page = open_page(points="food")
    page.session_state["places"] = True
    page.run()
    table = page.dataframe[-1].value
    assert table["Confirmed"].tolist() == ["", "Not confirmed since June 2025"]
    assert table["File"].tolist() == ["Asset register", "Asset register: Pantries"]
    assert table["Name"].tolist() == [HOSTILE, "Old Pantry"]
    assert "<img" not in words_of(page)


def test_the_profile_and_its_print_follow_the_choice(build: Build) -> None:
    page = open_page("area_profile.py")
    assert page.checkbox[0].label == COUNT_ALL
    assert "is not counted" in words_of(page)
    page.checkbox[0].check().run()
    assert page.query_params["count"] == "all"
    assert "counts all the same" in words_of(page)
    printed = [
        ask("/atlas/profile", query=f"level=area&area={SECOND}{more}").content.decode()
        for more in ("", "&count=all")
    ]
    assert "is not counted" in printed[0]
    assert "counts all the same" in printed[1]
    assert "Old Pantry" in printed[1]
    assert all("<img" not in text for text in printed)


def test_where_places_come_from_stands_among_the_methods(build: Build) -> None:
    page = open_page("data_and_methods.py")
    assert not page.info
    page.session_state["section"] = "Methods"
    page.run()
    assert "Places come from the asset register, revision" in words_of(page)
    page.session_state["section"] = "Attribution"
    page.run()
    assert "Contains places from the asset register of" in words_of(page)


def test_files_of_the_folder_that_are_not_in_the_register_are_named(build: Build, tmp_path: Path) -> None:
    report = tmp_path / "build" / "report.json"
    file = {"path": "a_[b].csv", "kind": "assets", "used": True, "sha256": "ee" * 32, "part": None, "rows": 3}
    report.write_text(json.dumps({"files": [file]}), encoding="utf-8")
    (told,) = open_page("data_and_methods.py").info
    assert told.value.startswith(r"a\_\[b\]\.csv is not in the asset register")
