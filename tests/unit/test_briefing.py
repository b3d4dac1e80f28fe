"""What a briefing is made of: figures printed as the pages print them, tables that fit, sources told once."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators import Indicator, indicators
from data.provenance import Provenance, Status, Tier
from geo.builds import Build
from geo.reach_columns import minutes_indicator, per_1k_indicator, share_indicator
from models.briefing import Column, Section, Table, table_of
from models.briefing_figures import (
    HIDDEN,
    NO_DATA,
    Form,
    cell_of,
    form_of,
    print_figure,
    read_figure,
    words_cell,
)
from models.briefing_sources import column_source, imprint_of, sources_from
from models.words import value_words
from tests.small_briefs import long_table, made_brief
from tests.small_builds import make_build
from tests.small_places import with_places
from tests.small_profiles import COUNT, profiled_areas

MADE = {minutes_indicator: "minutes", share_indicator: "shares", per_1k_indicator: "supply"}


@given(st.sampled_from(sorted(indicators())), st.floats(0, 999))
def test_a_figure_is_printed_as_the_pages_print_it(id_: str, value: float) -> None:
    entry = indicators()[id_]
    assert print_figure(value, form_of(entry)).words == value_words(value, Status.OBSERVED, entry)


@pytest.mark.parametrize("make", [minutes_indicator, share_indicator, per_1k_indicator])
@pytest.mark.parametrize("value", [0.0, 0.004, 0.25, 0.996, 1.0, 11.6, 234.5])
def test_reach_is_printed_as_the_pages_print_it(make: Callable[..., Indicator], value: float) -> None:
    areas = with_places(profiled_areas(), **{MADE[make]: {"library": [1.0] * COUNT}})
    (entry,) = (e for e in areas.dictionary.values() if e.id.startswith("access_library"))
    assert print_figure(value, form_of(entry)).words == value_words(value, Status.OBSERVED, entry)


@given(st.sampled_from(list(Form)), st.floats(-1e7, 1e7))
def test_the_number_of_a_figure_is_what_its_words_say(form: Form, value: float) -> None:
    printed = print_figure(value, form)
    if printed.value is None:
        assert not printed.pattern
        return
    digits = (
        printed.words.translate(str.maketrans("", "", ",£%min ")) if form is not Form.TEXT else printed.words
    )
    scale = 100 if printed.words.endswith("%") else 1
    assert printed.value == pytest.approx(float(digits.replace(",", "")) / scale, rel=1e-12, abs=1e-12)


def test_what_is_hidden_or_missing_is_said_and_is_no_number() -> None:
    for form in Form:
        assert print_figure(HIDDEN, form).words == "hidden, small count"
        for gone in (None, np.nan, pd.NA):
            assert print_figure(gone, form) == print_figure(NO_DATA, form)
    assert cell_of(3.0, Status.SUPPRESSED) == HIDDEN
    assert cell_of(np.nan, Status.MISSING) == NO_DATA
    assert cell_of(0.0, Status.OBSERVED) == 0.0
    assert [words_cell(w).words for w in ("Hidden", "No data", "12 min")] == [HIDDEN, NO_DATA, "12 min"]


@pytest.mark.parametrize(
    "words", ["more than 99%", "712 of 33,755", "1.2.3", "12,34", "٣", "-", "£", "12 mins", ""]
)
def test_words_that_say_no_number_are_words(words: str) -> None:
    assert read_figure(words).value is None
    assert read_figure(words).words == words


def test_a_table_has_the_columns_that_are_told() -> None:
    with pytest.raises(ValueError, match="columns"):
        Table("Wrong", (Column("A"), Column("B")), pd.DataFrame({"B": [1], "A": [2]}))
    with pytest.raises(ValueError, match="columns"):
        Table("Twice", (Column("A"), Column("A")), pd.DataFrame([[1, 2]], columns=["A", "A"]))
    table = long_table(12)
    assert (len(table.cells), len(table.shown)) == (12, 7)
    assert table.more_words == "The first 7 of 12: the workbook has them all."
    assert table_of("Short", (Column("A"),), [("x",)], "", 5).more_words == ""


def test_sections_without_anything_are_left_out() -> None:
    assert "Empty" not in [section.title for section in made_brief().filled]
    assert Section("Empty").is_empty


def test_one_source_of_several_figures_stands_once() -> None:
    first = Provenance("Census 2021", "ONS", "OGL", "2021", "LSOA", "a.csv", "00", "Source: ONS.")
    same = Provenance("Census 2021", "ONS", "OGL", "2021", "LSOA", "b.csv", "11", "Source: ONS.")
    other = Provenance("Places", "", "", "", "", "c.csv", "22")
    found = sources_from([("People", first), ("Cars", same), ("Places", other), ("People", first)])
    assert [(s.what, s.title) for s in found] == [("Cars, People", "Census 2021"), ("Places", "Places")]
    assert (found[1].publisher, found[1].licence) == ("Not stated", "Not stated")
    assert column_source(first) == "Census 2021 (ONS)"
    assert column_source(None) == ""


def test_each_sentence_that_a_licence_asks_for_stands_once() -> None:
    assert made_brief().attribution == "Contains made up data. Thank you. And maps."


def test_the_imprint_says_which_build_it_is(tmp_path: Path) -> None:
    build: Build = make_build(tmp_path / "build", profiled_areas(councils={"E08990001": "Northmere"}))
    imprint = imprint_of(build, date(2026, 11, 29), "0.1.0")
    assert (imprint.tier, imprint.invented) == (Tier.INTERNAL, "Northmere")
    assert imprint.invented_words == "Northmere is not a real place"
    assert imprint.build_hash == build.areas.content_hash
    assert dict(imprint.lines)["Briefing made"] == "29 November 2026"
