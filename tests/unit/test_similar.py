"""Similar shapes: a distance like any other, and never the shape itself."""

from dataclasses import replace

import pandas as pd
import pytest

from models.levels import Level, LevelData, level_data
from models.similar import FEWEST_SHAPES, MOST, most_similar, places_in_england
from tests.small_builds import make_areas
from tests.small_profiles import ENGLAND, STEMS, laid_over, profiled_areas


@pytest.fixture(scope="module")
def data() -> LevelData:
    return level_data(laid_over(profiled_areas()), Level.AREA)


def changed(data: LevelData, frame: pd.DataFrame) -> LevelData:
    return replace(data, frame=frame)


def apart(data: LevelData, one: str, other: str) -> float:
    """How far two shapes lie apart, by a plain loop over their places."""
    places = places_in_england(data)
    gaps = [abs(places.at[one, column] - places.at[other, column]) for column in places]
    return sum(gaps) / len(gaps)


def test_it_lists_the_nearest_by_a_plain_count_and_never_the_shape_itself(data: LevelData) -> None:
    for code in data.frame.index:
        found = most_similar(data, code)
        others = sorted((round(apart(data, code, o), 9), o) for o in data.frame.index if o != code)
        assert [(round(s.apart, 9), s.code) for s in found] == others[:MOST]
        assert code not in {s.code for s in found}


def test_the_distance_is_the_same_both_ways(data: LevelData) -> None:
    every = len(data.frame)
    away = {c: {s.code: s.apart for s in most_similar(data, c, every)} for c in data.frame.index}
    for one, its in away.items():
        assert len(its) == every - 1
        for other, distance in its.items():
            assert away[other][one] == pytest.approx(distance)


def test_the_order_of_rows_changes_nothing(data: LevelData) -> None:
    shuffled = changed(data, data.frame.sample(frac=1, random_state=3))
    for code in data.frame.index:
        assert most_similar(shuffled, code) == most_similar(data, code)


def test_a_copy_is_the_most_similar(data: LevelData) -> None:
    frame = data.frame.copy()
    copied = [c for c in frame if c.startswith(("need_", "pop_"))]
    frame.loc["E01000020", copied] = frame.loc["E01000003", copied]
    first = most_similar(changed(data, frame), "E01000003")[0]
    assert (first.code, first.apart) == ("E01000020", 0.0)


def test_one_that_lacks_a_figure_is_left_out_and_has_none_itself(data: LevelData) -> None:
    frame = data.frame.copy()
    frame.loc["E01000020", "need_crime_rank"] = None
    lacking = changed(data, frame)
    every = len(frame)
    assert most_similar(lacking, "E01000020") == []
    assert "E01000020" not in {s.code for s in most_similar(lacking, "E01000000", every)}
    assert len(most_similar(lacking, "E01000000", every)) == every - 2


def test_what_it_differs_most_in_is_its_widest_gap_the_right_way_round() -> None:
    ranks = [float(ENGLAND)] * FEWEST_SHAPES
    values: dict[str, list[float | None]] = {f"need_{stem}_rank": list(ranks) for stem in STEMS}
    values["need_crime_rank"][1] = ENGLAND / 2
    data = level_data(make_areas(values), Level.AREA)
    words = {s.code: s.most_unlike for s in most_similar(data, "E01000000", FEWEST_SHAPES)}
    assert words["E01000001"] == "Crime: 50 points worse"
    back = {s.code: s.most_unlike for s in most_similar(data, "E01000001", FEWEST_SHAPES)}
    assert back["E01000000"] == "Crime: 50 points better"


def test_among_few_shapes_or_on_few_indices_there_are_none() -> None:
    few = level_data(make_areas({f"need_{s}_rank": [1.0] * (FEWEST_SHAPES - 1) for s in STEMS}), Level.AREA)
    assert most_similar(few, "E01000000") == []
    narrow = {f"need_{stem}_rank": [1.0] * 32 for stem in ("crime", "health")}
    assert most_similar(level_data(make_areas(narrow), Level.AREA), "E01000000") == []


def test_income_stands_in_for_idaci_and_never_beside_it(data: LevelData) -> None:
    labels = set(places_in_england(data).columns)
    assert "Income deprivation affecting children (IDACI)" in labels
    assert "Income deprivation" not in labels
    without = level_data(profiled_areas(without=("need_idaci",)), Level.AREA)
    assert "Income deprivation" in places_in_england(without).columns
