"""Two indicators at once: nine classes against a hand count, chance, and the sentence."""

from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators import Kind, indicators
from data.provenance import Status
from models.classes import MISSING, OUTSIDE, SUPPRESSED, classify
from models.levels import Level, level_data
from models.two_way import TwoWay, class_of, cross, third_of_these, third_words
from models.two_way_words import NOT_CAUSING, explain_area_on_both, explain_two_way
from tests.small_builds import make_areas, varied_areas
from tests.small_places import own_indicator, with_own, with_places

IDACI = indicators()["need_idaci_rank"]
CRIME = indicators()["need_crime_rank"]
RANKS = [1.0, 11_251.0, 11_252.0, 22_503.0, 22_504.0, 33_755.0]


def ranked(first: list[float | None], second: list[float | None], **states: dict[int, Status]) -> TwoWay:
    areas = make_areas({"need_idaci_rank": first, "need_crime_rank": second}, states)
    return cross(level_data(areas, Level.AREA), IDACI, CRIME)


def test_the_nine_classes_are_those_of_a_hand_count() -> None:
    pairs = [(one, other) for one in RANKS for other in RANKS]
    two = ranked([one for one, _ in pairs], [other for _, other in pairs])
    by_hand = [3 * (2 - RANKS.index(one) // 2) + (2 - RANKS.index(other) // 2) for one, other in pairs]
    assert two.frame["class"].tolist() == [str(key) for key in by_hand]
    assert {key: two.counts[key] for key in "012345678"} == dict.fromkeys("012345678", 4)
    assert two.by_chance == pytest.approx(12 * 12 / 36)


def test_what_is_hidden_or_missing_on_either_is_in_no_class() -> None:
    hidden = {"need_idaci_rank": {0: Status.SUPPRESSED}}
    two = ranked([None, None, 1.0, 1.0], [1.0, 1.0, None, 1.0], **hidden)
    assert two.frame["class"].tolist() == [SUPPRESSED, MISSING, MISSING, "8"]
    assert len(two.known) == 1
    assert two.by_chance == 1


def test_thirds_of_these_are_of_the_council_that_is_shown() -> None:
    areas = varied_areas()
    data = level_data(areas, Level.AREA)
    people = areas.dictionary["pop_total"]
    two = cross(data, CRIME, people, "E08000002")
    shown = two.inside.index
    assert two.frame.drop(shown)["class"].eq(OUTSIDE).all()
    assert two.second.frame.loc[shown, "third"].value_counts().to_dict() == {"0": 6, "1": 5, "2": 5}


def test_few_places_are_the_third_to_worry_about() -> None:
    areas = with_places(make_areas({"need_idaci_rank": [1.0] * 8}), {"library": [0.0] * 5 + [3.0] * 3})
    data = level_data(areas, Level.AREA)
    two = cross(data, IDACI, data.dictionary["asset_library"])
    assert two.frame["class"].tolist() == ["8"] * 5 + ["7"] * 3
    assert two.second.labels["2"] == "fewest"


def test_an_own_figure_that_is_better_high_is_turned_round() -> None:
    entry = own_indicator("own_trees", Kind.RATE)
    low = type(entry)(**{**entry.to_json(), "polarity": "low_is_worse", "kind": Kind.RATE})
    areas = with_own(make_areas({"need_idaci_rank": [1.0] * 6}), low, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    two = cross(level_data(areas, Level.AREA), IDACI, low)
    assert two.second.frame["third"].tolist() == ["2", "2", "1", "1", "0", "0"]
    assert third_words(low) == {"2": "lowest", "1": "middle", "0": "highest"}


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.randoms())
def test_equal_values_share_a_third_in_whatever_order(values: list[int], random: Random) -> None:
    series = pd.Series(values, dtype="float64")
    thirds = third_of_these(series)
    assert thirds.groupby(series).nunique().max() == 1
    assert thirds.map(int).groupby(series).first().is_monotonic_increasing
    order = list(series.index)
    random.shuffle(order)
    assert third_of_these(series[order])[series.index].equals(thirds)


def test_a_ward_goes_by_its_average_rank_and_says_so() -> None:
    data = level_data(varied_areas(), Level.WARD)
    two = cross(data, IDACI, CRIME)
    averages = data.frame["need_crime_rank".replace("_rank", "_average_rank")]
    expected = 3 - np.ceil(averages * 3 / 33_755)
    assert two.second.frame["third"].map(int).tolist() == expected.tolist()
    assert "each ward by its average rank" in two.second.compared_with


def test_the_sentence_counts_the_worst_on_both_and_what_chance_would_give() -> None:
    areas = make_areas(
        {
            "need_idaci_rank": [1.0, 2.0, 3.0, 33_000.0],
            "need_crime_rank": [1.0, 2.0, 33_000.0, 33_000.0],
            "pop_0_17": [100.0] * 4,
        }
    )
    data = level_data(areas, Level.AREA)
    explanation = explain_two_way(cross(data, IDACI, CRIME), data)
    assert (
        "2 of the 4 small areas in Eastham are in England’s most deprived third for income"
        in explanation.text
    )
    assert "(IDACI) and in England’s most deprived third for crime." in explanation.text
    assert "By chance alone about as many would." in explanation.text
    assert "200 children aged 0–17 live there, 50% of all in Eastham." in explanation.text
    assert NOT_CAUSING in explanation.caveats


def test_where_nothing_is_known_of_both_it_says_so() -> None:
    areas = make_areas({"need_idaci_rank": [1.0, None], "need_crime_rank": [None, 1.0]})
    data = level_data(areas, Level.AREA)
    said = explain_two_way(cross(data, IDACI, CRIME), data).sentence
    assert said[0].text == "IDACI and Crime cannot be compared"
    assert said[1].text == ": none of the 2 small areas in Eastham has a figure for both."


def test_a_selected_area_has_both_figures_under_names_of_their_own() -> None:
    areas = make_areas(
        {
            "need_idaci_rank": [1.0],
            "need_crime_rank": [9_000.0],
            "need_idaci_decile": [1.0],
            "need_crime_decile": [3.0],
            "pop_total": [10.0],
        }
    )
    data = level_data(areas, Level.AREA)
    area = explain_area_on_both(classify(data, IDACI), classify(data, CRIME), data, "E01000000")
    assert [(figure.label, figure.value) for figure in area.figures] == [
        ("IDACI: tenth of England", "1 of 10"),
        ("Everyone, 2025", "10"),
        ("Crime: tenth of England", "3 of 10"),
    ]


def test_every_class_has_words() -> None:
    two = ranked([1.0], [1.0])
    keys = {class_of(one, other) for one in "012" for other in "012"}
    assert set(two.spoken) == {*keys, SUPPRESSED, MISSING}
    assert two.spoken["6"] == "IDACI: most deprived third · Crime: least deprived third"
