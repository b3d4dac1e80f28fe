"""Sentences: true, complete and honest in every state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators import indicators
from data.provenance import Status
from models.classes import Classes, classify
from models.explain import (
    AVERAGES_ARE_NEAR,
    AVERAGES_HIDE,
    NEED_IS_NOT_DEMAND,
    RANKS_ARE_ROUGH,
    Explanation,
    explain_map,
)
from models.levels import Level, LevelData, level_data
from models.selected import explain_area
from models.words import percent, rank_spread, source_words, value_words
from tests.small_builds import (
    COUNCILS,
    make_areas,
    placed_by_a_point,
    provenance,
    varied_areas,
    without_places,
)

WORST, BEST = 1.0, 33_755.0


def look_at(
    values: dict[str, list[float | None]],
    indicator: str = "need_idaci_rank",
    level: Level = Level.AREA,
    council: str | None = None,
    **options: object,
) -> tuple[Classes, LevelData, Explanation]:
    data = level_data(make_areas(values, **options), level)  # type: ignore[arg-type]
    classes = classify(data, indicators()[indicator], council)
    return classes, data, explain_map(classes, data)


def test_one_council_with_children() -> None:
    values = {"need_idaci_rank": [WORST, WORST, *[BEST] * 8], "pop_0_17": [100.0] * 10}
    explanation = look_at(values)[2]
    assert explanation.text == (
        "2 of the 10 small areas in Eastham are in England’s most deprived fifth. "
        "200 children aged 0–17 live there, 20% of all in Eastham."
    )
    assert explanation.sentence[0].bold
    assert explanation.caveats[0] == NEED_IS_NOT_DEMAND


def test_several_councils_are_counted() -> None:
    values = {"need_idaci_rank": [WORST] * 32, "pop_0_15": [10.0] * 32}
    text = look_at(values, councils=COUNCILS)[2].text
    assert "32 of the 32 small areas in 2 councils are" in text
    assert text.endswith("320 children aged 0–15 live there, 100% of all in these councils.")


def test_one_chosen_council_of_several_is_named() -> None:
    values = {"need_idaci_rank": [WORST] * 32}
    assert "16 small areas in Westham" in look_at(values, council="E08000002", councils=COUNCILS)[2].text


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ([BEST] * 8, "None of the 8 small areas in Eastham are in England’s most deprived fifth."),
        ([WORST, *[BEST] * 7], "1 of the 8 small areas in Eastham is in England’s most deprived fifth."),
        ([WORST], "The only small area in Eastham is in England’s most deprived fifth."),
        ([BEST], "The only small area in Eastham is not in England’s most deprived fifth."),
        (
            [WORST, BEST, None],
            "1 of the 2 small areas with a figure in Eastham is in England’s most deprived fifth.",
        ),
    ],
)
def test_few_or_none_reads_as_english(ranks: list[float | None], expected: str) -> None:
    assert look_at({"need_idaci_rank": ranks})[2].text == expected


def test_without_children_it_says_that_they_are_not_counted() -> None:
    explanation = look_at({"need_idaci_rank": [WORST] * 8})[2]
    assert "children" not in explanation.text
    assert any("No number of children was loaded" in caveat for caveat in explanation.caveats)


def test_children_who_are_not_all_known_are_not_added_up() -> None:
    values = {"need_idaci_rank": [WORST] * 8, "pop_0_17": [None, *[100.0] * 7]}
    explanation = look_at(values)[2]
    assert "live there" not in explanation.text
    assert any("not known for 1 of 8 small areas" in caveat for caveat in explanation.caveats)


def test_children_known_everywhere_come_before_a_better_age_known_in_part() -> None:
    values = {"need_idaci_rank": [WORST] * 8, "pop_0_17": [None, *[1.0] * 7], "pop_0_15": [5.0] * 8}
    assert "40 children aged 0–15 live there" in look_at(values)[2].text


def test_hidden_missing_and_estimated_values_are_said() -> None:
    data = level_data(varied_areas(), Level.AREA)
    caveats = " ".join(explain_map(classify(data, indicators()["need_idaci_rank"]), data).caveats)
    assert "1 small area is hidden because the count is small." in caveats
    assert "1 small area is without data. That is not the same as none." in caveats
    assert "1 of 32 figures are carried across from other boundaries, so estimated." in caveats


@pytest.mark.parametrize(
    ("status", "expected"), [(Status.SUPPRESSED, "has no figure to show"), (Status.MISSING, "has no data")]
)
def test_nothing_known_at_all(status: Status, expected: str) -> None:
    states = {"need_idaci_rank": dict.fromkeys(range(8), status)}
    text = look_at({"need_idaci_rank": [None] * 8}, states=states)[2].text
    assert expected in text
    assert "8 small areas in Eastham" in text
    assert "0" not in text


def test_wards_speak_of_average_ranks_and_pass_on_their_caveats() -> None:
    _, data, explanation = look_at({"need_idaci_rank": [WORST] * 8 + [BEST] * 8}, level=Level.WARD)
    assert (
        explanation.text
        == "1 of the 2 wards in Eastham has an average rank in England’s most deprived fifth."
    )
    assert set(data.caveats) <= set(explanation.method)
    assert data.caveats


def test_counts_say_how_many_and_where_most_are() -> None:
    explanation = look_at({"pop_total": [10.0] * 4 + [60.0]}, "pop_total")[2]
    assert explanation.text == (
        "100 people live in the 5 small areas in Eastham. The 1 small area with most holds 60% of them."
    )
    assert NEED_IS_NOT_DEMAND not in explanation.caveats


def test_a_count_with_gaps_is_at_least() -> None:
    text = look_at({"pop_total": [10.0, None]}, "pop_total")[2].text
    assert text.startswith("At least 10 people live in")


def test_scores_are_compared_with_each_other_only() -> None:
    text = look_at({"need_crime_score": [1.0, 3.0, 2.0]}, "need_crime_score")[2].text
    assert "Area 002A" in text
    assert "not with England" in text


def test_a_selected_area_gives_its_figures_in_words() -> None:
    data = level_data(varied_areas(), Level.AREA)
    classes = classify(data, indicators()["need_idaci_rank"])
    area = explain_area(classes, data, "E01000000")
    assert area.place == "Ward 1, Eastham"
    assert "ranked 1 of 33,755" in "".join(part.text for part in area.sentence)
    assert {figure.label: figure.value for figure in area.figures} == {
        "Score": "50.0%",
        "Children aged 0–17, 2025": "300",
        "Everyone, 2025": "1,500",
    }


@pytest.mark.parametrize(("code", "words"), [("E01000002", "hidden, small count"), ("E01000009", "no data")])
def test_a_selected_area_without_a_value_says_so(code: str, words: str) -> None:
    data = level_data(varied_areas(), Level.AREA)
    area = explain_area(classify(data, indicators()["need_idaci_rank"]), data, code)
    assert words in "".join(part.text for part in area.sentence)
    score = next(figure.value for figure in area.figures if figure.label == "Score")
    assert score in ("Hidden", "No data")


def test_a_carried_figure_is_said_to_be_an_estimate() -> None:
    states = {"pop_total": {0: Status.APPORTIONED}}
    data = level_data(make_areas({"need_idaci_rank": [WORST], "pop_total": [900.0]}, states), Level.AREA)
    area = explain_area(classify(data, indicators()["need_idaci_rank"]), data, data.frame.index[0])
    assert "Everyone, 2025, estimated" in {figure.label for figure in area.figures}


@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
def test_a_selected_area_is_ranked_out_of_its_own_edition(level: Level) -> None:
    areas = make_areas({"need_idaci_rank": [WORST] * 8}, years={"need_idaci_rank": "2019"})
    data = level_data(areas, level)
    area = explain_area(classify(data, indicators()["need_idaci_rank"]), data, data.frame.index[0])
    assert "rank 1 of 32,844" in "".join(part.text for part in area.sentence).replace("ranked", "rank")


@pytest.mark.parametrize(
    ("indicator", "fifths"),
    [
        (
            "pop_total",
            [
                "in the fifth of these small areas with the fewest.",
                "in the fifth of these small areas with the second fewest.",
                "in the middle fifth of these small areas.",
                "in the fifth of these small areas with the second most.",
                "in the fifth of these small areas with the most.",
            ],
        ),
        (
            "need_crime_score",
            [
                "in the lowest fifth of these small areas.",
                "in the second lowest fifth of these small areas.",
                "in the middle fifth of these small areas.",
                "in the second highest fifth of these small areas.",
                "in the highest fifth of these small areas.",
            ],
        ),
    ],
)
def test_each_class_of_a_count_and_of_a_score_reads_as_english(indicator: str, fifths: list[str]) -> None:
    data = level_data(make_areas({indicator: [1.0, 2.0, 3.0, 4.0, 5.0]}), Level.AREA)
    classes = classify(data, indicators()[indicator])
    for code, fifth in zip(data.frame.index, fifths, strict=True):
        sentence = "".join(part.text for part in explain_area(classes, data, code).sentence)
        assert sentence.endswith(f", {fifth}")


@pytest.mark.parametrize(
    ("unknown", "place"),
    [(("ward_code", "ward_name"), "Eastham"), (("la_code", "la_name"), "Ward 1")],
)
def test_the_place_of_an_area_is_what_is_known_of_it(unknown: tuple[str, ...], place: str) -> None:
    areas = make_areas({"need_idaci_rank": [WORST] * 8})
    data = level_data(without_places(areas, *unknown), Level.AREA)
    classes = classify(data, indicators()["need_idaci_rank"])
    assert explain_area(classes, data, data.frame.index[0]).place == place


def test_an_area_without_ward_and_council_has_no_place() -> None:
    areas = make_areas({"need_idaci_rank": [WORST] * 8})
    bare = without_places(areas, "ward_code", "ward_name", "la_code", "la_name")
    data = level_data(bare, Level.AREA)
    area = explain_area(classify(data, indicators()["need_idaci_rank"]), data, data.frame.index[0])
    assert area.place == ""


@pytest.mark.parametrize("rows", [slice(None), slice(0, 1)])
@pytest.mark.parametrize("indicator", ["need_idaci_rank", "pop_total", "need_crime_score"])
def test_councils_that_are_not_all_known_are_not_spoken_of(rows: slice, indicator: str) -> None:
    values = {"need_idaci_rank": [WORST] * 8, "pop_0_17": [9.0] * 8}
    values |= {"pop_total": [10.0] * 8, "need_crime_score": [1.0] * 8}
    data = level_data(without_places(make_areas(values), "la_code", "la_name", rows=rows), Level.AREA)
    text = explain_map(classify(data, indicators()[indicator]), data).text
    assert "council" not in text
    assert "Eastham" not in text
    assert "  " not in text
    assert " ." not in text


@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
def test_a_count_says_its_year_and_whether_it_is_estimated(level: Level) -> None:
    values, years = {"pop_total": [10.0] * 8}, {"pop_total": "2015"}
    carried = {"pop_total": dict.fromkeys(range(8), Status.APPORTIONED)}
    told = look_at(values, "pop_total", level, states=carried, years=years)[2].caveats
    assert told == ("2015 figures, carried across from other boundaries, so estimated.",)
    assert look_at(values, "pop_total", level, years=years)[2].caveats == ("2015 figures.",)


def test_a_count_that_is_estimated_in_part_says_how_many() -> None:
    states = {"pop_total": {0: Status.APPORTIONED}}
    caveats = look_at({"pop_total": [10.0] * 8}, "pop_total", states=states)[2].caveats
    assert caveats == (
        "2025 figures.",
        "1 of 8 figures are carried across from other boundaries, so estimated.",
    )


def test_a_ward_s_count_by_placed_areas_is_an_estimate() -> None:
    areas = placed_by_a_point(make_areas({"pop_total": [10.0] * 8}), "ward_code", "ward_name")
    data = level_data(areas, Level.WARD)
    classes = classify(data, indicators()["pop_total"])
    assert "2025 figures, modelled, so estimated." in explain_map(classes, data).caveats


def test_a_selected_ward_counts_its_small_areas() -> None:
    data = level_data(make_areas({"need_idaci_rank": [WORST] * 3 + [BEST] * 5}), Level.WARD)
    area = explain_area(classify(data, indicators()["need_idaci_rank"]), data, data.frame.index[0])
    figures = {figure.label: figure.value for figure in area.figures}
    assert figures["Small areas in the most deprived fifth"] == "3 of 8"
    assert figures["Its small areas rank"] == f"{WORST:,.0f} to {BEST:,.0f}"


def test_every_rank_says_how_rough_it_is() -> None:
    ranks = {"need_idaci_rank": [WORST] * 8 + [BEST] * 8}
    assert RANKS_ARE_ROUGH in look_at(ranks)[2].caveats
    assert AVERAGES_HIDE.format("ward") in look_at(ranks, level=Level.WARD)[2].caveats
    assert RANKS_ARE_ROUGH not in look_at({"pop_total": [10.0] * 8}, "pop_total")[2].caveats


def test_a_ward_whose_areas_are_hidden_has_no_range() -> None:
    states = {"need_idaci_rank": {0: Status.SUPPRESSED}}
    areas = make_areas({"need_idaci_rank": [None, *[BEST] * 7]}, states)
    data = level_data(areas, Level.WARD)
    assert set(rank_spread(data, indicators()["need_idaci_rank"]).values()) == {"Hidden"}
    assert rank_spread(level_data(areas, Level.AREA), indicators()["need_idaci_rank"]) == {}


@pytest.mark.parametrize(("status", "said"), [(Status.APPORTIONED, True), (Status.OBSERVED, False)])
def test_averages_by_carried_populations_say_so(status: Status, said: bool) -> None:
    people = {"pop_iod_0_15": dict.fromkeys(range(8), status)}
    values = {"need_idaci_rank": [WORST] * 8, "pop_iod_0_15": [100.0] * 8}
    explanation = look_at(values, states=people, level=Level.WARD)[2]
    assert (AVERAGES_ARE_NEAR in explanation.method) == said


@given(st.floats(0, 1))
def test_only_nothing_is_0_percent_and_only_everything_is_100(share: float) -> None:
    assert (percent(share) == "0%") == (share == 0)
    assert (percent(share) == "100%") == (share == 1)


@given(st.sampled_from([Status.SUPPRESSED, Status.MISSING]), st.sampled_from(list(indicators())))
def test_no_value_is_never_a_number(status: Status, column: str) -> None:
    words = value_words(float("nan"), status.value, indicators()[column])
    assert words in ("Hidden", "No data")


def test_a_source_is_not_named_with_its_year_twice() -> None:
    assert source_words(provenance("Indices 2025")) == "Indices 2025"
    assert source_words(provenance("Indices")) == "Indices, 2025"
