"""The small map of what is near: the nearest first, in a picture that runs nothing, and the same in words."""

import base64
import re

import pytest

from geo.builds import Build
from geo.places import Places
from geo.register_places import places_of
from tests.small_builds import HOSTILE, make_build, varied_areas
from tests.small_register import TODAY, Given, place_in
from views.review_map import HALF_HEIGHT_M, HALF_WIDTH_M, Centre, draw_near, find_near, say_near

AREAS = varied_areas()
FIRST, SECOND, *_ = AREAS.frame.index


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return make_build(tmp_path_factory.mktemp("near") / "build", AREAS)


def middle() -> Centre:
    point = AREAS.frame.geometry[FIRST].centroid
    return Centre(point.x, point.y)


def at(build: Build, *offsets: tuple[str, float, float, str]) -> Places:
    centre = middle()
    rows = [
        place_in(
            AREAS, FIRST, name, kind, easting_m=centre.easting_m + east, northing_m=centre.northing_m + north
        )
        for name, east, north, kind in offsets
    ]
    return places_of(Given(rows), build, TODAY, 12)


def drawing(picture: str) -> str:
    found = re.search(r"base64,([^\"]+)", picture)
    assert found
    return base64.b64decode(found[1]).decode()


def test_the_nearest_come_first_and_stops_and_the_place_itself_are_left_out(build: Build) -> None:
    places = at(
        build,
        ("Far", 0, HALF_HEIGHT_M - 1, "food"),
        ("Itself", 0, 0, "food"),
        ("Near", 40, 30, "library"),
        ("Stop", 10, 0, "transport"),
        ("Beyond", 0, HALF_HEIGHT_M + 60, "food"),
        ("Aside", HALF_WIDTH_M - 1, 0, "faith"),
    )
    near = find_near(places.frame, middle(), "id-Itself")
    assert [place.name for place in near] == ["Near", "Far", "Aside"]
    assert near[0].distance_m == pytest.approx(50.0)
    assert say_near(near).startswith("Map. Near it: Near, 50 m; Far, 600 m;")
    assert say_near([]) == "Map. No other place is near."


def test_the_map_is_a_picture_with_its_words_in_which_a_hostile_name_is_text(build: Build) -> None:
    near = find_near(at(build, (HOSTILE, 100, 0, "food")).frame, middle())
    picture = draw_near(build, middle(), near, dark=False)
    assert picture.startswith('<img alt="Map. Near it: &lt;img')
    assert picture.count("<") == 1
    assert HOSTILE not in drawing(picture)
    assert "◆" in drawing(picture)
    assert "NaN" not in drawing(picture)


def test_light_and_dark_differ_in_inks_alone(build: Build) -> None:
    near = find_near(at(build, ("A", 100, 0, "food"), ("B", 200, 0, "school")).frame, middle())
    light, dark = (drawing(draw_near(build, middle(), near, dark=dark)) for dark in (False, True))
    assert light != dark
    assert re.sub("#[0-9A-F]{6}", "", light) == re.sub("#[0-9A-F]{6}", "", dark)


def test_a_point_outside_every_area_has_an_empty_map(build: Build) -> None:
    nowhere = Centre(100_000.0, 100_000.0)
    assert find_near(at(build, ("A", 100, 0, "food")).frame, nowhere) == []
    assert drawing(draw_near(build, nowhere, [], dark=False)).count("<path") == 1  # the scale bar
    assert drawing(draw_near(build, middle(), [], dark=False)).count("<path") > 1
