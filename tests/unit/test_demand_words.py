"""Demand in words: what the map says, how sure it is, and what it never says."""

from dataclasses import replace

import pandas as pd
import pytest
from demand_places import demand_areas, demand_values
from small_builds import make_areas

from data.indicators import Group
from data.provenance import Status
from geo.area_table import AreaTable, make_status
from models.classes import Classes, classify, offered_indicators
from models.condition_words import subject
from models.demand_at import demand_at
from models.demand_columns import with_demand
from models.demand_figures import area_demand_sentence, range_cells, rate_range, seen_words, sure_cells
from models.demand_measures import Measure, demand_words
from models.demand_words import (
    AGAINST_EACH_OTHER,
    BY_ITSELF,
    DEMAND_IS_NOT_NEED,
    HIDDEN_NEED,
    NO_DIFFERENCE,
    STEADIED,
)
from models.explain import Explanation, explain_map
from models.levels import Level, LevelData, level_data
from models.schemes import FIFTHS, Comparator
from models.selected import explain_area
from models.two_way import HIDDEN_NEED as HIGH_NEED_LOW_DEMAND
from models.two_way import cross
from models.two_way_words import explain_two_way

CHILDREN = Measure("children", 36)
YEAR = Measure("children", 12)


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    return with_demand(demand_areas(lifted={10: 4.0, 20: 3.0, 30: 0.0}, hidden=[3]))


def shown(areas: AreaTable, column: str, level: Level = Level.AREA) -> tuple[Classes, LevelData, Explanation]:
    data = demand_at(areas, level)
    classes = classify(data, data.dictionary[column])
    return classes, data, explain_map(classes, data)


def test_the_map_says_how_many_are_above_expected_beyond_chance(areas: AreaTable) -> None:
    _, data, said = shown(areas, CHILDREN.ratio)
    above = int(data.frame[CHILDREN.signal].eq(1).sum())
    assert above == 2
    assert said.text.startswith(
        "2 of 159 small areas with a figure in 2 councils have more children referred than deprivation and "
        "child numbers would lead one to expect, beyond chance. Furthest above is Area 0"
    )
    assert said.text.endswith(" 1 has fewer, beyond chance.")
    assert said.sentence[0].bold


def test_none_is_said_as_none() -> None:
    _, _, said = shown(with_demand(demand_areas(seed=4)), CHILDREN.ratio)
    assert said.text.startswith("None of 160 small areas in 2 councils has more children referred than")


@pytest.mark.parametrize("column", [CHILDREN.column, *CHILDREN.derived[:2], CHILDREN.ratio])
@pytest.mark.parametrize("level", [Level.AREA, Level.WARD, Level.COUNCIL])
def test_every_map_of_demand_says_that_it_is_not_need(areas: AreaTable, column: str, level: Level) -> None:
    _, _, said = shown(areas, column, level)
    assert said.caveats[0] == DEMAND_IS_NOT_NEED
    assert "Need is deprivation, not demand" not in " ".join(said.caveats)
    assert said.text


def test_hidden_counts_are_said_to_be_hidden(areas: AreaTable) -> None:
    classes, _, said = shown(areas, CHILDREN.ratio)
    assert classes.counts["s"] == 1
    assert "1 small area is hidden because the count is small." in said.caveats


def test_what_could_have_been_seen_shrinks_with_months(areas: AreaTable) -> None:
    data = demand_at(areas, Level.AREA)
    long, short = (seen_words(data, m, data.frame.index) for m in (CHILDREN, YEAR))
    assert long.startswith("Over 36 months only a rise to about ")
    assert long.endswith(" times expected could have been seen in a typical small area.")
    rises = [float(words.split("about ")[1].split(" times")[0]) for words in (long, short)]
    assert 1 < rises[0] < rises[1]
    assert long in shown(areas, CHILDREN.ratio)[2].caveats
    assert seen_words(data, CHILDREN, data.frame.index[:5]) == ""


def test_where_a_rise_could_not_be_seen_at_all_that_is_said() -> None:
    areas = with_demand(demand_areas(level=0.2))
    data = demand_at(areas, Level.AREA)
    assert seen_words(data, YEAR, data.frame.index) == (
        "Over 12 months no rise in a typical small area could have been seen."
    )


def test_steadied_rates_without_difference_say_so_first() -> None:
    values = {"pop_0_17": [355.0] * 60, "demand_children_36m": [18.0, 19.0, 20.0] * 20}
    _, _, said = shown(with_demand(make_areas(values)), CHILDREN.smoothed)
    assert said.text.startswith("No real difference can be told among the 60 small areas in Eastham")
    assert "178 per 10,000 children a year" in said.text
    assert NO_DIFFERENCE in said.caveats
    assert STEADIED not in said.caveats


def test_steadied_rates_with_difference_say_what_they_are(areas: AreaTable) -> None:
    _, _, said = shown(areas, CHILDREN.smoothed)
    assert STEADIED in said.caveats
    assert NO_DIFFERENCE not in said.caveats


def test_the_denominator_is_said_when_it_is_not_0_17() -> None:
    values = demand_values()
    values["pop_0_15"] = values.pop("pop_0_17")
    made = with_demand(make_areas(values))
    rates = " ".join(shown(made, CHILDREN.rate)[2].caveats)
    assert "Rates are out of children aged 0–15" in rates
    assert "higher than published rates" in rates
    assert "What is expected is out of children aged 0–15" in " ".join(shown(made, CHILDREN.ratio)[2].caveats)
    assert "0–15" not in " ".join(shown(with_demand(demand_areas()), CHILDREN.rate)[2].caveats)


def test_redrawn_areas_are_said_to_have_no_figure(areas: AreaTable) -> None:
    index = pd.Index([f"E010{33768 - 140 + n}" for n in range(160)], name="area_code")
    draw = demand_areas()
    status = draw.status.assign(
        pop_0_17=make_status(draw.frame[["pop_0_17"]], Status.APPORTIONED)["pop_0_17"]
    )
    made = with_demand(replace(draw, frame=draw.frame.set_axis(index), status=status.set_axis(index)))
    said = shown(made, CHILDREN.ratio)[2].caveats
    redrawn = made.frame.index > "E01033768"
    assert made.frame[CHILDREN.ratio].isna().tolist() == redrawn.tolist()
    assert made.frame[CHILDREN.rate].isna().tolist() == redrawn.tolist()
    assert made.frame[CHILDREN.expected].notna().all()
    assert any(c.startswith("19 small areas have no figure: redrawn in 2021") for c in said)
    said_of_one = area_demand_sentence(
        level_data(made, Level.AREA), str(made.frame.index[-1]), CHILDREN.ratio
    )
    assert said_of_one is not None
    assert "cannot be said" in said_of_one[-1].text
    assert any("carried across from other boundaries" in c for c in said)
    assert not any("redrawn" in c for c in shown(areas, CHILDREN.ratio)[2].caveats)


def test_councils_are_said_to_be_held_against_each_other(areas: AreaTable) -> None:
    assert AGAINST_EACH_OTHER in shown(areas, CHILDREN.ratio, Level.COUNCIL)[2].caveats
    alone = with_demand(demand_areas(councils={"E08000001": "Eastham"}))
    assert BY_ITSELF in shown(alone, CHILDREN.ratio, Level.COUNCIL)[2].caveats
    assert AGAINST_EACH_OTHER not in shown(areas, CHILDREN.ratio, Level.WARD)[2].caveats


def test_the_method_tells_the_steps_and_the_months(areas: AreaTable) -> None:
    method = " ".join(shown(areas, CHILDREN.ratio)[2].method)
    assert "Expected by a count regression on Income deprivation" in method
    assert "A child counts once in each small area" in method
    assert "Brothers and sisters" in method
    assert "A child counts once" not in " ".join(shown(areas, "demand_referrals_36m")[2].method)


def test_classes_say_how_sure_a_difference_is(areas: AreaTable) -> None:
    classes, data, _ = shown(areas, CHILDREN.ratio)
    assert classes.comparator is Comparator.BANDS
    assert [classes.spoken[key] for key in FIFTHS] == [
        "above expected, beyond chance",
        "above expected, could be chance",
        "as expected",
        "below expected, could be chance",
        "below expected, beyond chance",
    ]
    for code, row in classes.inside.iterrows():
        ratio, signal = data.frame.loc[code, [CHILDREN.ratio, CHILDREN.signal]]
        assert (row["class"] == "4") == (signal == 1)
        assert (row["class"] == "0") == (signal == -1)
        assert row["class"] != "2" or 0.9 <= round(ratio, 2) < 1.1
    assert shown(areas, CHILDREN.rate)[0].comparator is Comparator.THESE


def test_one_shape_is_told_with_its_range_and_how_sure_it_is(areas: AreaTable) -> None:
    classes, data, _ = shown(areas, CHILDREN.ratio)
    named, hidden = data.frame.index[10], data.frame.index[3]
    text = "".join(part.text for part in explain_area(classes, data, named).sentence)
    row = data.frame.loc[named]
    assert text.startswith(f"{row[CHILDREN.column]:.0f} children referred over 36 months, against ")
    assert "times expected (likely " in text
    assert text.endswith(", above what is expected beyond chance.")
    gone = "".join(part.text for part in explain_area(classes, data, hidden).sentence)
    assert "hidden, small count" in gone
    assert not any(character.isdigit() for character in gone.replace("36 months", ""))
    plain = data.frame.index[data.frame[CHILDREN.signal].eq(0) & data.frame[CHILDREN.low].lt(1)][0]
    unsure = "".join(part.text for part in explain_area(classes, data, plain).sentence)
    assert unsure.endswith(", which chance alone could make.")


def test_an_area_with_few_expected_is_said_to_have_too_few() -> None:
    areas = with_demand(demand_areas(level=2.0))
    classes, data, _ = shown(areas, CHILDREN.ratio)
    code = data.frame[CHILDREN.expected].idxmin()
    text = "".join(part.text for part in explain_area(classes, data, code).sentence)
    assert text.endswith(", but too few are expected to tell.")


def test_cells_of_a_table_say_hidden_and_no_data(areas: AreaTable) -> None:
    data = demand_at(areas, Level.AREA)
    sure, ranges = sure_cells(data, CHILDREN), range_cells(data, CHILDREN)
    assert sure.iloc[3] == ranges.iloc[3] == "Hidden"
    assert sure.iloc[10] == "above"
    assert sure.iloc[30] == "below"
    assert set(sure) == {"above", "below", "not sure", "Hidden"}
    assert ranges.iloc[30].startswith("0.00 to ")
    values = demand_values()
    values["demand_children_36m"][0] = float("nan")
    lacking = demand_at(with_demand(make_areas(values)), Level.AREA)
    assert sure_cells(lacking, CHILDREN).iloc[0] == range_cells(lacking, CHILDREN).iloc[0] == "No data"


def test_rates_lie_within_their_range(areas: AreaTable) -> None:
    data = demand_at(areas, Level.AREA)
    found, rate = rate_range(data, CHILDREN), data.frame[CHILDREN.rate]
    assert found.isna().all(axis=1).equals(rate.isna())
    known = rate.notna()
    assert (found["low"] <= rate)[known].all()
    assert (found["high"] >= rate)[known].all()
    assert (
        rate_range(demand_at(demand_areas(without=["pop_0_17"]), Level.AREA), CHILDREN).isna().all(axis=None)
    )


def test_need_beside_demand_looks_for_hidden_need(areas: AreaTable) -> None:
    data = demand_at(areas, Level.AREA)
    need, demand = data.dictionary["need_idaci_rank"], data.dictionary[CHILDREN.ratio]
    two = cross(data, need, demand)
    assert two.seeks_hidden_need
    assert two.counts["s"] == 1
    worst = two.worst_on_both.index
    assert len(worst)
    lowest = data.frame[CHILDREN.ratio].rank() <= 160 / 3
    assert lowest[worst].all()
    assert (data.frame.loc[worst, "need_idaci_rank"] <= 33_755 / 3).all()
    assert two.spoken["8"].startswith(HIGH_NEED_LOW_DEMAND)
    assert "lowest third" in two.spoken["8"]
    said = explain_two_way(two, data)
    assert "in the lowest third for children referred against what is expected (36 months)" in said.text
    assert "High need with low demand may be hidden need." in said.text
    assert HIDDEN_NEED in said.caveats
    assert DEMAND_IS_NOT_NEED in said.caveats


def test_the_order_of_need_and_demand_does_not_matter(areas: AreaTable) -> None:
    data = demand_at(areas, Level.AREA)
    need, demand = data.dictionary["need_idaci_rank"], data.dictionary[CHILDREN.rate]
    one, other = cross(data, need, demand), cross(data, demand, need)
    assert one.worst_on_both.index.equals(other.worst_on_both.index)


def test_demand_beside_anything_else_is_worse_where_it_is_high(areas: AreaTable) -> None:
    data = demand_at(areas, Level.AREA)
    demand, people = data.dictionary[CHILDREN.ratio], data.dictionary["pop_0_17"]
    two = cross(data, demand, people)
    assert not two.seeks_hidden_need
    assert two.first.labels["2"] == "highest"
    assert "hidden need" not in explain_two_way(two, data).text


def test_demand_is_named_in_sentences_without_quotes(areas: AreaTable) -> None:
    offered = [e for e in offered_indicators(areas) if e.group is Group.DEMAND]
    names = [subject(entry) for entry in offered]
    assert len(set(names)) == len(names)
    assert not any("“" in name or ":" in name for name in names)
    assert demand_words(YEAR.column) == "children referred over 12 months"
    assert demand_words("pop_0_17") == "pop_0_17"


def test_rates_stand_beside_one_shape_with_their_range(areas: AreaTable) -> None:
    classes, data, _ = shown(areas, CHILDREN.ratio)
    code = data.frame.index[10]
    figures = {f.label: f.value for f in explain_area(classes, data, code).figures}
    raw = figures["Rate, per 10,000 children a year"]
    rate = data.frame.at[code, CHILDREN.rate]
    assert raw.startswith(f"{rate:,.0f} (likely ")
    low, high = (float(end.replace(",", "")) for end in raw.split("likely ")[1].rstrip(")").split(" to "))
    assert low < rate < high
    assert "Steadied rate, per 10,000 children a year" in figures
    assert "Rate steadied towards neighbours, per 10,000 children a year" in figures
    hidden = explain_area(classes, data, data.frame.index[3]).figures
    assert {f.value for f in hidden if "rate" in f.label.lower()} == {"Hidden"}
    ward = demand_at(areas, Level.WARD)
    of_ward = explain_area(classify(ward, data.dictionary[CHILDREN.ratio]), ward, ward.frame.index[0])
    assert not any("neighbours" in f.label for f in of_ward.figures)
