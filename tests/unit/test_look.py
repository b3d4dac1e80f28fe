"""Look: colours that can be told apart, legends that count, text that stays text."""

import gzip
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from data.asset_kinds import asset_kinds
from data.indicators import indicators
from models.classes import classify
from models.levels import Level, level_data
from models.places import PlacesHere
from models.selected import Figure
from models.words import Part
from tests.small_builds import HOSTILE, make_areas, varied_areas
from tests.small_places import with_places
from views import look, maps
from views.markers import MARKERS, pill_words
from views.routes import assets

PALETTES = {
    "need": (look.NEED, "light"),
    "need, dark": (look.NEED_DARK, "dark"),
    "people": (look.PEOPLE, "light"),
    "people, dark": (look.PEOPLE_DARK, "dark"),
}


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lightness(colour: str) -> float:
    """L* of CIELAB."""
    y = luminance(colour)
    return float(116 * y ** (1 / 3) - 16) if y > 216 / 24_389 else y * 24_389 / 27


@pytest.mark.parametrize("name", PALETTES)
def test_classes_step_evenly_away_from_the_paper(name: str) -> None:
    colours, scheme = PALETTES[name]
    steps = [lightness(colour) for colour in colours]
    gaps = [abs(b - a) for a, b in pairwise(steps)]
    assert min(gaps) >= 9
    assert steps == sorted(steps, reverse=scheme == "light")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    monkeypatch.setattr(look.st, "html", pages.append)
    return pages


def test_the_legend_names_the_comparator_and_counts_every_class(written: list[str]) -> None:
    classes = classify(level_data(varied_areas(), Level.AREA), indicators()["need_idaci_rank"])
    look.show_legend(classes, dark=False)
    assert "Fifths of England" in written[0]
    assert "33,755 small areas (2021)" in written[0]
    for key, label in classes.labels.items():
        assert f"{label} {classes.counts[key]}" in written[0]
    assert "repeating-linear-gradient" in written[0]
    assert "radial-gradient" in written[0]


def test_the_legend_says_when_nothing_is_hidden_or_missing(written: list[str]) -> None:
    classes = classify(level_data(varied_areas(), Level.AREA), indicators()["need_crime_rank"])
    look.show_legend(classes, dark=True)
    assert "No small area is hidden or without data." in written[0]
    assert "no data 0" not in written[0]


def test_text_from_files_is_escaped(written: list[str]) -> None:
    look.show_note(HOSTILE)
    assert "<img" not in written[0]
    assert look._parts([Part(HOSTILE, bold=True)]).startswith("<b>&lt;img")


def test_what_goes_to_the_map_cannot_end_its_script() -> None:
    text = maps.script_json({"name": "</script><script>alert(1)</script>\u2028"})
    assert "<" not in text
    assert ">" not in text
    assert "\u2028" not in text


def test_the_base_of_the_map_is_the_same_for_every_view() -> None:
    first, second = maps.AtlasMap(), maps.AtlasMap()
    assert first.options == second.options
    assert first.default_js == second.default_js
    assert all(address.startswith("../../app/static/") for _, address in first.default_js)
    assert all(address.startswith("../../app/static/") for _, address in first.default_css)


def test_a_class_that_is_a_number_is_set_apart_from_its_count(written: list[str]) -> None:
    areas = with_places(make_areas({"need_idaci_rank": [1.0] * 8}), {"library": [2.0] * 4 + [0.0] * 4})
    data = level_data(areas, Level.AREA)
    look.show_legend(classify(data, data.dictionary["asset_library"]), dark=False)
    assert "2: 4<" in written[0]
    assert "none: 4<" in written[0]


def test_green_spaces_are_in_the_legend_where_they_are_on_the_map(written: list[str]) -> None:
    classes = classify(level_data(varied_areas(), Level.AREA), indicators()["need_crime_rank"])
    look.show_legend(classes, dark=False, green=True)
    look.show_legend(classes, dark=False)
    assert [("green space" in page) for page in written] == [True, False]


def test_the_legend_shows_the_green_of_the_map() -> None:
    styles = gzip.decompress(assets()["map_style.js"].packed).decode()
    assert f'green: "{look.GREEN}"' in styles
    assert f'green: "{look.GREEN_DARK}"' in styles


def test_the_places_of_a_selected_area_are_escaped_and_counted() -> None:
    places = PlacesHere(
        (("Library", HOSTILE),), 3, (Figure("library", "250 m"),), "Nearest, as the crow flies"
    )
    words = look._places(places)
    assert "<img" not in words
    assert "and 3 more" in words
    assert "Nearest, as the crow flies: library <b>250 m</b>" in words
    assert "none" in look._places(PlacesHere((), 0, (), ""))


def test_every_kind_of_place_has_a_marker_that_no_other_has() -> None:
    assert set(MARKERS) == set(asset_kinds())
    assert len({marker.glyph for marker in MARKERS.values()}) == len(MARKERS)
    assert len({marker.name for marker in MARKERS.values()}) == len(MARKERS)
    assert pill_words("library", 1_234) == ":blue[▲] Libraries 1,234"


def drawn_markers() -> str:
    return gzip.decompress(assets()["map_markers.js"].packed).decode()


def test_the_map_draws_each_kind_in_the_ink_of_its_pill_and_in_a_shape_of_its_own() -> None:
    pattern = r'(\w+): \{ shape: "(\w+)", ink: "(\w+)", radius: ([\d.]+) \}'
    drawn = {kind: (shape, ink, size) for kind, shape, ink, size in re.findall(pattern, drawn_markers())}
    assert {kind: ink for kind, (_, ink, _) in drawn.items()} == {k: m.ink for k, m in MARKERS.items()}
    assert len({(shape, size) for shape, _, size in drawn.values()}) == len(drawn)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_inks_of_the_map_are_the_text_colours_of_the_theme(scheme: str) -> None:
    config = Path(__file__).parent.parent.parent / ".streamlit" / "config.toml"
    theme = tomllib.loads(config.read_text(encoding="utf-8"))["theme"][scheme]
    inks = re.search(rf"{scheme}: \{{(.*?)\}}", drawn_markers(), re.DOTALL)
    assert inks
    drawn = dict(re.findall(r'(\w+): "(#\w+)"', inks[1]))
    named = {
        ink: theme["primaryColor" if ink == "primary" else f"{ink}TextColor"]
        for ink in drawn
        if ink != "halo"
    }
    assert drawn == {**named, "halo": theme["backgroundColor"]}
