"""Look: colours that can be told apart, legends that count, text that stays text."""

import gzip
import math
import re
import tomllib
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from data.asset_kinds import asset_kinds
from data.indicators import indicators
from models.classes import classify
from models.conditions import Comparison, Condition
from models.levels import Level, level_data
from models.places import PlacesHere
from models.search import search
from models.selected import Figure
from models.two_way import BOTH_WORST, cross
from models.words import Part
from tests.small_builds import HOSTILE, make_areas, varied_areas
from tests.small_figures import HIDDEN, with_figures
from tests.small_places import with_places
from tests.small_profiles import profiled_areas
from views import legends, look, maps, shortlist_look, types_look
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
        (("Library", HOSTILE),), 3, (Figure("library", "4 min"),), "Minutes’ walk to the nearest"
    )
    words = look._places(places)
    assert "<img" not in words
    assert "and 3 more" in words
    assert "Minutes’ walk to the nearest: library <b>4 min</b>" in words
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
    kinds = drawn_markers().partition("const SITES")[0]
    drawn = {kind: (shape, ink, size) for kind, shape, ink, size in re.findall(pattern, kinds)}
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
        if ink not in ("halo", "plain")
    }
    assert drawn == {**named, "halo": theme["backgroundColor"], "plain": theme["textColor"]}


TWO_WAY_PALETTES = {"light": legends.TWO_WAY, "dark": legends.TWO_WAY_DARK}

SIGHTS = {
    "full": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""

TO_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]


def cielab(colour: str, sight: str) -> tuple[float, float, float]:
    """L*, a* and b* (D65) of a colour as it is seen."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24_389 else (t * 24_389 / 27 + 16) / 116
        for t in np.array(TO_XYZ) @ seen / np.array([0.95047, 1, 1.08883])
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """The colour difference of Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_c**7 / (mean_c**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    mean_l, mean_c, mean_h = (l1 + l2) / 2, (c1 + c2) / 2, h1 + turn / 2
    t = 1 - 0.17 * cosine(mean_h - 30) + 0.24 * cosine(2 * mean_h)
    t += 0.32 * cosine(3 * mean_h + 6) - 0.2 * cosine(4 * mean_h - 63)
    sl = 1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2)
    sc, sh = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    about_blue = math.radians(60 * math.exp(-((((mean_h % 360) - 275) / 25) ** 2)))
    rt = -2 * math.sqrt(mean_c**7 / (mean_c**7 + 25**7)) * math.sin(about_blue)
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))


def cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def test_the_difference_is_that_of_the_published_examples() -> None:
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((50, 2.49, -0.001), (50, -2.49, 0.0011)) == pytest.approx(7.2195, abs=1e-4)
    assert ciede2000((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514)) == pytest.approx(0.9082, abs=1e-4)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", TWO_WAY_PALETTES)
def test_the_nine_classes_are_told_apart_by_every_reader(scheme: str, sight: str) -> None:
    seen = [cielab(colour, sight) for colour in TWO_WAY_PALETTES[scheme]]
    assert min(ciede2000(one, other) for one, other in combinations(seen, 2)) >= 12


@pytest.mark.parametrize("scheme", TWO_WAY_PALETTES)
def test_more_on_either_indicator_is_further_from_the_paper(scheme: str) -> None:
    """So that a print in grey still says which of two neighbours in the legend is worse."""
    away = 1 if scheme == "dark" else -1
    grey = [away * lightness(colour) for colour in TWO_WAY_PALETTES[scheme]]
    steps = [grey[3 * a + b + 1] - grey[3 * a + b] for a in range(3) for b in range(2)]
    steps += [grey[3 * (a + 1) + b] - grey[3 * a + b] for a in range(2) for b in range(3)]
    assert min(steps) >= 9


@pytest.mark.parametrize("colour", [*legends.TWO_WAY, *legends.TWO_WAY_DARK])
def test_a_count_can_be_read_on_its_class(colour: str) -> None:
    light, dark = sorted((luminance(colour), luminance(legends.ink_on(colour))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_legend_of_two_indicators_has_words_and_counts(written: list[str]) -> None:
    data = level_data(varied_areas(), Level.AREA)
    two = cross(data, indicators()["need_idaci_rank"], indicators()["pop_total"])
    legends.show_two_way(two, dark=False, green=True)
    (page,) = written
    for label in ("most deprived", "least deprived", "fewest", "IDACI ↓", "Everyone →", "green space"):
        assert label in page
    cells = [int(count) for count in re.findall(r"<td[^>]*>(\d+)</td>", page)]
    assert len(cells) == 9
    assert sum(cells) == 30
    assert "thirds of England (33,755 small areas, 2021)" in page
    assert "thirds of these small areas, equal values together" in page
    assert "hidden, small count 1<" in page


def test_the_legend_of_a_search_counts_what_cannot_be_told(written: list[str]) -> None:
    data = level_data(varied_areas(), Level.AREA)
    rank = indicators()["need_idaci_rank"]
    legends.show_found(search(data, [Condition(rank, Comparison.WORST_HALF)]), dark=True, green=False)
    (page,) = written
    for expected in ("match 14<", "do not match 16<", "hidden, small count 1<", "no data 1<"):
        assert expected in page


BESIDE_EXPECTED = {"light": look.BESIDE_EXPECTED, "dark": look.BESIDE_EXPECTED_DARK}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", BESIDE_EXPECTED)
def test_above_and_below_what_is_expected_are_told_apart_by_every_reader(scheme: str, sight: str) -> None:
    seen = [cielab(colour, sight) for colour in BESIDE_EXPECTED[scheme]]
    assert min(ciede2000(one, other) for one, other in combinations(seen, 2)) >= 7.9


@pytest.mark.parametrize("scheme", BESIDE_EXPECTED)
def test_only_what_is_beyond_chance_stands_out(scheme: str) -> None:
    below_sure, below, none, above, above_sure = (lightness(colour) for colour in BESIDE_EXPECTED[scheme])
    for sure, unsure in ((below_sure, below), (above_sure, above)):
        assert abs(sure - none) > 1.5 * abs(unsure - none)


def test_hidden_need_is_named_in_the_legend_and_in_every_tooltip(written: list[str]) -> None:
    areas = with_figures(profiled_areas(), hidden=HIDDEN)
    data = level_data(areas, Level.AREA)
    rate = areas.dictionary["demand_children_36m_smoothed_per_10k"]
    two = cross(data, areas.dictionary["need_idaci_rank"], rate)
    legends.show_two_way(two, dark=False, green=False)
    (page,) = written
    count = len(two.worst_on_both)
    assert f"<b>hidden need</b>: high need, low demand {count}<" in page
    assert f"hidden, small count {len(HIDDEN)}<" in page
    assert two.spoken[BOTH_WORST].startswith("high need, low demand")
    other = cross(data, areas.dictionary["need_crime_rank"], areas.dictionary["pop_0_17"])
    assert not other.spoken[BOTH_WORST].startswith("high need")


KINDS = {"light": types_look.KINDS, "dark": types_look.KINDS_DARK}
FAR_APART = 17.0


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", KINDS)
def test_kinds_of_place_are_told_apart_by_every_reader(scheme: str, sight: str) -> None:
    seen = [cielab(colour, sight) for colour in KINDS[scheme]]
    assert min(ciede2000(one, other) for one, other in combinations(seen[:6], 2)) >= FAR_APART
    assert min(ciede2000(one, other) for one, other in combinations(seen, 2)) >= 12


@pytest.mark.parametrize("scheme", KINDS)
def test_the_kind_of_the_highest_need_is_furthest_from_the_paper(scheme: str) -> None:
    steps = [lightness(colour) for colour in KINDS[scheme][:6]]
    assert steps[0] == (max if scheme == "dark" else min)(steps)
    assert min(abs(one - other) for one, other in combinations(steps, 2)) >= 9


@pytest.mark.parametrize("colour", [*types_look.KINDS, *types_look.KINDS_DARK])
def test_a_letter_can_be_read_on_the_colour_of_its_kind(colour: str) -> None:
    light, dark = sorted((luminance(colour), luminance(legends.ink_on(colour))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


CHANCES = {"light": shortlist_look.CHANCES, "dark": shortlist_look.CHANCES_DARK}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", CHANCES)
def test_what_is_chosen_and_what_could_be_are_told_apart_by_every_reader(scheme: str, sight: str) -> None:
    """The two that are chosen have one colour, and differ by their stripes."""
    sure, less_sure, *others = CHANCES[scheme]
    assert less_sure.partition("/")[0] == sure
    seen = [cielab(colour, sight) for colour in (sure, *others)]
    assert min(ciede2000(one, other) for one, other in combinations(seen, 2)) >= 12


@pytest.mark.parametrize("scheme", CHANCES)
def test_the_likelier_is_further_from_the_paper(scheme: str) -> None:
    away = 1 if scheme == "dark" else -1
    sure, _, *others = CHANCES[scheme][:5]
    steps = [away * lightness(colour) for colour in (sure, *others)]
    assert steps == sorted(steps, reverse=True)
    assert min(before - after for before, after in pairwise(steps)) >= 9


def test_what_lies_between_two_kinds_is_striped() -> None:
    (colours,) = {types_look.striped(types_look.kind_colours(12, dark=False), dark=False)}
    assert colours[0] == colours[10] == "#5A2F26/#FFFFFF"
    assert "repeating-linear-gradient(135deg,#FFFFFF 0 2px,#5A2F26 2px" in look.swatch(
        "a", colours, dark=False
    )
