"""The printed profile: one whole document that runs nothing, fetches nothing and names everything."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import Places
from models.levels import Level
from tests.asking import Answer, ask
from tests.small_builds import HOSTILE, make_areas, make_build, provenance, varied_areas, without_places
from tests.small_places import make_places
from tests.small_profiles import Elements, profiled_areas, renamed
from views import session
from views.profile_document import TIER_WORDS, write_profile
from views.routes import profile_address
from views.this_computer import PLAIN_HEADERS

FETCHING = {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form", "image"}
SHAPES = {Level.AREA: "E01000005", Level.WARD: "E05000001", Level.COUNCIL: "E08000001"}


def build_of(folder: Path, areas: AreaTable, name: str = "Hub") -> Build:
    places = make_places(areas, [("library", name, None, "E01000005"), ("family_hub", name, None, None)])
    sources = {file: provenance(f"Places of {file}") for file in places["file"].unique()}
    return make_build(folder, areas, Places(places, sources))


def document_of(build: Build, level: Level, code: str) -> str:
    found = session.find_sheet(build, level.value, code)
    assert found
    return write_profile(build, *found, session.invented_place(build))


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_of(tmp_path_factory.mktemp("profiled") / "build", profiled_areas())


@pytest.fixture
def served(build: Build, monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    return build


@pytest.mark.parametrize("level", SHAPES)
def test_it_runs_nothing_and_fetches_nothing(build: Build, level: Level) -> None:
    html = document_of(build, level, SHAPES[level])
    elements = Elements(html)
    assert not elements.names & FETCHING
    for tag, attributes in elements.tags:
        for key, value in attributes.items():
            assert not key.startswith("on"), tag
            assert not key.startswith("xmlns") or value in (
                "http://www.w3.org/2000/svg",
                "http://www.w3.org/1999/xlink",
            )
            if key in ("href", "src", "xlink:href"):
                assert (value or "").startswith("#"), (tag, value)
    assert all(address.startswith("#") for address in re.findall(r"url\(([^)]*)\)", html))
    assert "@import" not in html


@pytest.mark.parametrize("level", SHAPES)
def test_it_has_a_language_a_title_one_heading_and_table_headings(build: Build, level: Level) -> None:
    html = document_of(build, level, SHAPES[level])
    elements = Elements(html)
    assert html.startswith("<!DOCTYPE html>")
    assert next(attributes for tag, attributes in elements.tags if tag == "html")["lang"] == "en-GB"
    assert sum(tag == "title" for tag, _ in elements.tags) == 1
    assert sum(tag == "h1" for tag, _ in elements.tags) == 1
    headings = [attributes for tag, attributes in elements.tags if tag == "th"]
    assert headings
    assert {attributes.get("scope") for attributes in headings} == {"col", "row"}
    pictures = [attributes for _, attributes in elements.tags if attributes.get("role") == "img"]
    assert all("and its neighbours" in (attributes["aria-label"] or "") for attributes in pictures)
    assert len(pictures) == 1


def test_it_says_who_may_see_it_and_how_its_figures_are_read(build: Build) -> None:
    for level, code in SHAPES.items():
        text = Elements(document_of(build, level, code)).text
        assert TIER_WORDS[build.areas.tier] in text
        assert "higher is worse" in text
        assert "Points of a score from 0 to 100" in text
        assert "Minutes are along straight lines" in text
        assert "Attribution of" in text
        assert not re.search(r"\b(nan|None|NaN|NA|undefined)\b", text)
        assert "is not a real place" not in text


def test_an_invented_place_is_said(tmp_path: Path) -> None:
    build = build_of(tmp_path / "build", profiled_areas(councils={"E08990001": "Northmere"}))
    assert "Northmere is not a real place" in document_of(build, Level.AREA, "E01000005")


@pytest.mark.parametrize("level", SHAPES)
def test_a_hostile_name_is_text(tmp_path: Path, level: Level) -> None:
    areas = renamed(profiled_areas(), HOSTILE, "area_name", "ward_name", "la_name")
    html = document_of(build_of(tmp_path / "build", areas, HOSTILE), level, SHAPES[level])
    elements = Elements(html)
    assert not elements.names & FETCHING
    assert not any(key.startswith("on") for _, attributes in elements.tags for key in attributes)
    assert HOSTILE in elements.text


def test_a_build_without_places_need_wards_or_councils_still_prints(tmp_path: Path) -> None:
    areas = without_places(
        make_areas({"need_imd_rank": [1.0, None, *[9.0] * 6]}), "ward_code", "ward_name", "la_code", "la_name"
    )
    build = make_build(tmp_path / "build", areas)
    for code in areas.frame.index:
        text = Elements(document_of(build, Level.AREA, code)).text
        assert "Overall deprivation" in text
        assert "What is there" not in text
        assert not re.search(r"\b(nan|None|NaN|NA)\b", text)


def test_the_same_profile_is_the_same_text_twice(build: Build) -> None:
    assert document_of(build, Level.AREA, "E01000005") == document_of(build, Level.AREA, "E01000005")


def answer_of(level: str, area: str, weights: str = "") -> Answer:
    path, _, query = f"/{profile_address(level, area, weights)}".partition("?")
    return ask(path, query=query)


@pytest.mark.parametrize("level", SHAPES)
def test_the_route_serves_it_and_nobody_keeps_it(served: Build, level: Level) -> None:
    answer = answer_of(level.value, SHAPES[level])
    assert answer.status == 200
    assert answer.body.decode() == document_of(served, level, SHAPES[level])
    for name, value in PLAIN_HEADERS.items():
        assert answer.headers[name.lower()] == value
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_the_readers_weights_count(served: Build) -> None:
    by_crime = answer_of("area", "E01000005", "crime.50").body.decode()
    assert by_crime != answer_of("area", "E01000005").body.decode()
    assert answer_of("area", "E01000005", HOSTILE).body == answer_of("area", "E01000005").body


@pytest.mark.parametrize(
    ("level", "area"),
    [
        ("", ""),
        ("area", ""),
        ("", "E01000005"),
        ("nothing", "E01000005"),
        ("region", "E12000001"),
        ("locality", "North"),
        ("ward", "E01000005"),
        ("area", "E01999999"),
        ("area", HOSTILE),
        ("area", "../../../etc/passwd"),
        ("area", "E01000005" * 20_000),
        (HOSTILE, "E01000005"),
        ("AREA", "E01000005"),
    ],
)
def test_what_is_not_there_is_not_found(served: Build, level: str, area: str) -> None:
    answer = answer_of(level, area)
    assert answer.status == 404
    assert b"<" not in answer.body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_question_breaks_it(served: Build, level: str, area: str, weights: str) -> None:
    query = "&".join(
        f"{name}={quote(text)}" for name, text in zip("lwa", (level, weights, area), strict=True)
    )
    assert answer_of(level, area, weights).status == 404
    assert ask("/atlas/profile", query=query).status == 404


def test_without_a_build_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD", str(tmp_path))
    answer = answer_of("area", "E01000005")
    assert answer.status == 503
    assert b"is not a build" in answer.body


def test_a_build_with_hidden_and_missing_values_prints_every_area(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", varied_areas())
    said = {code: Elements(document_of(build, Level.AREA, code)).text for code in build.areas.frame.index}
    assert "Hidden" in said["E01000002"]
    assert "No data" in said["E01000009"]
    assert not any(re.search(r"\b(nan|None|NaN|NA)\b", text) for text in said.values())
