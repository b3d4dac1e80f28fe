"""The sentences on reach: true, grammatical, and silent on what is not known."""

from collections.abc import Iterator, Sequence

import pytest

from geo.area_table import AreaTable
from geo.travel import Means, Mode
from models.explain import Explanation
from models.levels import Level
from models.reach import Reach, reach_in
from models.reach_asked import Asked
from models.reach_levels import in_all
from models.reach_method import EDGE, cars_words
from models.reach_phrases import Near
from models.reach_words import SIZE_OF_A_GAP, explain_gaps, explain_reach
from tests.reach_line import Start, areas_of, line_build, straight_walks
from tests.small_builds import HOSTILE, without_places

CHILDREN = [1_000.0, 200.0, 60.0, 40.0]
RANKS = [1.0, 10_000.0, 30_000.0, 2.0]
WARDS = ["East", "East", "West", "North"]
NEAR_BY: list[Start] = [(0, 1.0, 0.0), (1, 1.0, 10.0), (2, 1.0, 30.0), (3, 1.0, 45.0)]


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def areas(
    children: Sequence[float | None] | None = CHILDREN,
    ranks: Sequence[float | None] | None = RANKS,
    cars: Sequence[float | None] | None = None,
    wards: Sequence[str] = WARDS,
    councils: Sequence[str] = (),
) -> AreaTable:
    given = {
        "pop_0_17": children,
        "need_idaci_rank": ranks,
        "pop_households_no_car": cars,
        "pop_total": [1.0] * 4,
    }
    return areas_of({name: values for name, values in given.items() if values}, wards, councils)


def reach(
    table: AreaTable, at: float = 0.0, minutes: float = 15.0, mode: Mode = Mode.WALK, kind: str = "library"
) -> Reach:
    build = line_build(table, NEAR_BY, [("Near", at, 0)], kind)
    return reach_in(build, table, Asked(kind, mode, minutes))


def said(table: AreaTable, council: str = "", **asked: object) -> str:
    return explain_reach(reach(table, **asked), table, council).text  # type: ignore[arg-type]


def bold(told: Explanation) -> list[str]:
    return [part.text for part in told.sentence if part.bold]


def test_a_sentence_says_how_many_how_deprived_and_where() -> None:
    table = areas()
    told = explain_reach(reach(table), table)
    assert told.text == (
        "100 of 1,300 children aged 0–17 (8%) in Eastham live more than 15 minutes’ walk from a library; 40 "
        "of "
        "them in the most deprived fifth of England. Furthest: North ward, 45 minutes."
    )
    assert bold(told) == ["100 of 1,300 children aged 0–17 (8%)", "40", "North ward"]
    assert told.caveats == (
        "Minutes are along straight lines, at 4.8 km an hour: rivers and railways are not seen.",
        "A place that is not listed is not counted.",
    )


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"mode": Mode.PRAM, "minutes": 20.0}, "more than 20 minutes’ walk with a pram from a library"),
        ({"minutes": 1.0}, "more than 1 minute’s walk from a library"),
        ({"kind": "family_hub"}, "more than 15 minutes’ walk from a family hub or children’s centre;"),
        ({"kind": "advice"}, "from an advice or employment service;"),
        ({"minutes": 2.5}, "more than 2.5 minutes’ walk from"),
    ],
)
def test_what_near_is_is_said_in_words_that_fit(asked: dict[str, object], part: str) -> None:
    assert part in said(areas(), **asked)


def test_supplied_times_say_themselves_how_people_travel() -> None:
    near = Near(Asked("library", Mode.PRAM, 15.0), Means.MATRIX)
    assert near.within == "within 15 minutes of a library"
    assert near.beyond == "more than 15 minutes from a library"


@pytest.mark.parametrize(
    ("children", "minutes", "sentence"),
    [
        (
            CHILDREN, 45.0,
            "All 1,300 children aged 0–17 in Eastham live within 45 minutes’ walk of a library.",
        ),
        ([0.0] * 4, 15.0, "No children aged 0–17 live in Eastham."),
        (
            [0, 0, 1, 0], 15.0,
            "The only child aged 0–17 in Eastham lives more than 15 minutes’ walk from a library. "
            "Furthest: West ward, 30 minutes.",
        ),
        (
            [1, 0, 0, 0], 15.0,
            "The only child aged 0–17 in Eastham lives within 15 minutes’ walk of a library.",
        ),
        (
            [9, 0, 1, 0], 15.0,
            "1 of 10 children aged 0–17 (10%) in Eastham lives more than 15 minutes’ walk from a library. "
            "Furthest: West ward, 30 minutes.",
        ),
        (
            [9, 0, 0, 1], 15.0,
            "1 of 10 children aged 0–17 (10%) in Eastham lives more than 15 minutes’ walk from a library, "
            "in the "
            "most deprived fifth of England. Furthest: North ward, 45 minutes.",
        ),
        (
            [9, 0, 0, 0.3], 15.0,
            "Almost none of 9 children aged 0–17 in Eastham live more than 15 minutes’ walk from a library.",
        ),
        (
            [0.3, 0, 0, 9], 15.0,
            "Almost all of 9 children aged 0–17 in Eastham live more than 15 minutes’ walk from a library; "
            "all "
            "of them in the most deprived fifth of England. Furthest: North ward, 45 minutes.",
        ),
        (
            [9, 0, 5, 0], 15.0,
            "5 of 14 children aged 0–17 (36%) in Eastham live more than 15 minutes’ walk from a library; "
            "none of "
            "them in the most deprived fifth of England. Furthest: West ward, 30 minutes.",
        ),
    ],
)  # fmt: skip
def test_few_none_and_all_are_said_in_words_that_fit(
    children: list[float], minutes: float, sentence: str
) -> None:
    assert said(areas(children), minutes=minutes) == sentence


def test_where_children_are_not_known_areas_are_counted() -> None:
    table = areas(children=None)
    told = explain_reach(reach(table), table)
    assert told.text == (
        "2 of 4 small areas (50%) in Eastham lie more than 15 minutes’ walk from a library; 1 of them in "
        "the most "
        "deprived fifth of England. Furthest: North ward, 45 minutes."
    )
    assert (
        "No number of children was loaded, so areas are counted: as out of reach if most homes are."
        in told.caveats
    )
    assert EDGE not in told.method


def test_where_children_are_known_of_some_areas_the_others_are_left_out_and_told() -> None:
    table = areas([1_000.0, None, 60.0, 40.0])
    told = explain_reach(reach(table), table)
    assert told.text.startswith("100 of 1,100 children aged 0–17 (9%)")
    assert "The number of children is not known for 1 of 4 small areas, which sums leave out." in told.caveats


def test_deprivation_that_is_not_known_is_not_said() -> None:
    assert "fifth" not in said(areas(ranks=None))
    table = areas(ranks=[1.0, None, None, 2.0])
    told = explain_reach(reach(table), table)
    assert "; at least 40 of them in the most deprived fifth of England." in told.text
    assert "How deprived 2 of 4 small areas are is not known." in told.caveats
    assert "fifth" not in said(areas(ranks=[1.0, 2.0, None, 30_000.0]))


def test_what_is_beyond_all_minutes_is_said_with_how_many_more() -> None:
    table = areas(wards=["East", "Far", "West", "North"])
    assert said(table, at=-20.0).endswith("Furthest: North ward, over 60 minutes.")
    assert said(table, at=-55.0).endswith("Furthest: Far ward and 2 more, over 60 minutes.")


def test_where_half_of_each_ward_has_one_near_the_ward_with_most_who_have_not_is_named() -> None:
    table = areas(wards=["East", "East", "West", "West"])
    starts = [(0, 1.0, 0.0), (1, 0.6, 10.0), (1, 0.4, 40.0), (2, 0.9, 5.0), (2, 0.1, 90.0), (3, 1.0, 5.0)]
    found = reach_in(line_build(table, starts, [("Near", 0.0, 0)]), table, Asked("library"))
    assert explain_reach(found, table).text.endswith("The most in East ward: 80.")


def test_one_ward_alone_is_not_the_furthest() -> None:
    assert "Furthest" not in said(areas(wards=["East"] * 4))


def test_one_council_is_told_of_alone_and_its_name_is_said() -> None:
    table = areas(councils=["Eastham", "Eastham", "Westham", "Westham"])
    build = line_build(table, NEAR_BY, [("Near", 0.0, 0), ("West", 40.0, 2)])
    found = reach_in(build, table, Asked("library", minutes=8.0))
    assert explain_reach(found, table).text == (
        "260 of 1,300 children aged 0–17 (20%) live more than 8 minutes’ walk from a library; none of them "
        "in the "
        "most deprived fifth of England. Furthest: West ward in Westham, 10 minutes."
    )
    assert explain_reach(found, table, "E08000001").text.startswith(
        "60 of 100 children aged 0–17 (60%) in Westham live"
    )
    by_council = explain_reach(found, table, level=Level.COUNCIL)
    assert by_council.text.endswith("Furthest: Westham, 10 minutes.")


def test_a_kind_that_is_known_nowhere_leaves_nothing_to_say() -> None:
    table = areas()
    build = line_build(table, NEAR_BY, [("Near", 0.0, 0)])
    for explain in (explain_reach, explain_gaps):
        told = explain(reach_in(build, table, Asked("school")), table)
        assert told.text == (
            "No school or college is known in Eastham, so who reaches one is not known. That does not mean "
            "that "
            "there is none."
        )
        assert not any("Counted:" in sentence for sentence in told.method)


def test_councils_where_none_is_known_are_left_out_and_told() -> None:
    table = areas(councils=["Eastham", "Eastham", "Westham", "Westham"], wards=["A", "B", "C", "D"])
    found = reach(table, minutes=5.0)
    assert found.known.sum() == 2
    told = explain_reach(found, table)
    assert told.text == (
        "200 of 1,200 children aged 0–17 (17%) in Eastham live more than 5 minutes’ walk from a library; "
        "none of "
        "them in the most deprived fifth of England. Furthest: B ward, 10 minutes."
    )
    assert "No library is known in Westham, so who reaches one there is not known." in told.caveats
    assert said(table, "E08000001").startswith("No library is known in Westham, so")
    three = areas(councils=["Eastham", "Westham", "Northam", "Northam"])
    build = line_build(three, NEAR_BY, [("One", 0.0, 0), ("Two", 9.0, 1)])
    several = explain_reach(reach_in(build, three, Asked("library")), three).text
    assert several.startswith("All 1,200 children aged 0–17 in 2 councils where that is known live within 15")


def test_households_without_a_car_are_told_where_they_are_known_of_all() -> None:
    def cars(values: list[float | None], minutes: float = 15.0) -> str:
        return cars_words(reach(areas(cars=values), minutes=minutes))

    assert cars([900.0, 100.0, 200.0, 50.0]) == "Of 1,250 households without a car, 250 live out of reach."
    assert cars([5.0, 0.0, 1.0, 0.0]) == "Of 6 households without a car, 1 lives out of reach."
    assert cars([5.0, 0.0, 1.0, 0.0], 60.0) == "No household without a car lives out of reach."
    assert cars([0.0] * 4) == ""
    assert cars([5.0, None, 1.0, 0.0]) == ""
    assert cars_words(reach(areas())) == ""
    table = areas(cars=[9.0] * 4)
    assert explain_reach(reach(table), table).caveats[0].startswith("Of 36 households")


def test_gaps_are_need_without_reach_the_largest_first() -> None:
    table = areas(
        ranks=[1.0, 10_000.0, 3.0, 2.0],
        wards=["East", "East", "West", "North"],
        children=[1_000.0, 200.0, 60.0, 40.0],
    )
    told = explain_gaps(reach(table, minutes=5.0), table)
    assert told.text == (
        "300 of 1,300 children aged 0–17 (23%) in England’s two most deprived fifths live more than 5 "
        "minutes’ walk "
        "from a library. Largest gaps: North (40; 45 minutes), West (60; 30 minutes) and East (200; 10 "
        "minutes)."
    )
    assert bold(told)[1:] == ["North", "West", "East"]
    assert told.method[-1] == SIZE_OF_A_GAP


def test_one_gap_and_none_are_said_in_words_that_fit() -> None:
    one = areas(ranks=[1.0, 10_000.0, 30_000.0, 2.0])
    assert explain_gaps(reach(one), one).text.endswith("Largest gap: North ward (40; 45 minutes).")
    assert explain_gaps(reach(one, at=-30.0, minutes=40.0), one).text.endswith("(40; over 60 minutes).")
    near = explain_gaps(reach(one, minutes=60.0), one).text
    assert near == (
        "All 1,240 children aged 0–17 in England’s two most deprived fifths live within 60 minutes’ walk of "
        "a library."
    )
    well_off = areas(ranks=[30_000.0] * 4)
    assert (
        explain_gaps(reach(well_off), well_off).text
        == "None of these areas is in England’s two most deprived fifths."
    )
    unranked = areas(ranks=None)
    assert explain_gaps(reach(unranked), unranked).text == (
        "How deprived these areas are is not known: gaps cannot be told."
    )
    uncounted = areas(children=None)
    assert explain_gaps(reach(uncounted), uncounted).text.startswith(
        "1 of 3 small areas (33%) in England’s two most deprived fifths lies more than 15 minutes’ walk "
        "from a library."
    )


def test_gaps_of_several_councils_name_them_and_areas_without_wards_are_named_themselves() -> None:
    both = areas(councils=["Eastham", "Eastham", "Westham", "Westham"], ranks=[1.0] * 4)
    build = line_build(both, NEAR_BY, [("Near", 0.0, 0), ("West", 60.0, 2)])
    found = reach_in(build, both, Asked("library", minutes=12.0))
    assert "North in Westham (40; 15 minutes)" in explain_gaps(found, both).text
    table = areas()
    bare = without_places(table, "ward_code", "ward_name")
    assert said(bare).endswith("Furthest: Area 004A, 45 minutes.")


def test_a_hostile_name_is_said_as_it_is() -> None:
    assert HOSTILE in said(areas(wards=["East", "East", "West", HOSTILE]))


def test_the_method_tells_how_places_and_supply_are_counted() -> None:
    table = areas()
    build = line_build(table, NEAR_BY, [("Near", 0.0, 0), ("Across", 70.0, None)])
    method = explain_reach(reach_in(build, table, Asked("library")), table).method
    assert "Counted: 2 libraries, 1 of them across the border." in method
    assert any("0.68 up to 20, 0.22 up to 30" in sentence for sentence in method)
    assert any("each counts as one place" in sentence for sentence in method)
    assert "Children aged 0–17: English indices of deprivation 2025." in method


def test_the_sentence_and_the_table_give_the_same_number() -> None:
    table = areas()
    found = reach(table)
    assert said(table).startswith(f"{in_all(found)['children_out']:.0f} of {in_all(found)['children']:,.0f} ")
