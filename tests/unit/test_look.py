"""Look: colours that can be told apart, legends that count, text that stays text."""

from itertools import pairwise

import pytest

from data.indicators import indicators
from models.classes import classify
from models.levels import Level, level_data
from models.words import Part
from tests.small_builds import HOSTILE, varied_areas
from views import look, maps

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
