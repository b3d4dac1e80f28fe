"""What a placement says: its sentence, how sure it is, reasons, swaps, and what is not known."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from data.errors import AtlasError
from geo.builds import Build
from models.candidates import candidates_of
from models.placement import Placed, place
from models.placement_asked import For, Objective, Wanted
from models.placement_caveats import proof_words
from models.placement_manual import by_hand
from models.placement_manual_words import explain_by_hand
from models.placement_phrases import NO_BUILDING, NOT_SAID, Phrases, named
from models.placement_problem import problem_of
from models.placement_words import explain_beyond, explain_placed, explain_swap, reasons
from models.siting import Answer, no_sites
from models.words import Part
from tests.reach_line import Start, straight_walks, with_times
from tests.small_builds import HOSTILE
from tests.small_placements import BUILDINGS, Building, line_table, placing_build

HUB = Wanted("family_hub", sites=1, buildings=("community_centre", "library", "school"))
KIND = "a family hub or children’s centre"
NEAR_HOMES: list[Start] = [(0, 1.0, 0.0), (1, 1.0, 45.0), (2, 1.0, 28.0), (3, 1.0, 90.0)]


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


@pytest.fixture(scope="module")
def build() -> Build:
    return placing_build()


def said(build: Build, wanted: Wanted = HUB) -> str:
    return explain_placed(place(build, wanted), build).text


def text(parts: Sequence[Part]) -> str:
    return "".join(part.text for part in parts)


def test_two_sites_are_told_with_whom_they_reach(build: Build) -> None:
    placed = place(build, replace(HUB, sites=2))
    told = explain_placed(placed, build, near=1)
    assert told.text == (
        f"East School and Middle School would bring {KIND} within 15 minutes’ walk of 600 more children, "
        "taking reach from 13% to 93%. 200 of them live in England’s two most deprived fifths."
    )
    assert [part.text for part in told.sentence if part.bold] == [
        "East School",
        "Middle School",
        "600 more children",
    ]
    assert told.caveats[:3] == (
        "Proven best pair of 4 candidate buildings; 1 other pair comes within 1%.",
        "Straight-line distance at 4.8 km/h.",
        NOT_SAID,
    )


@pytest.mark.parametrize(
    ("children", "ranks", "ending"),
    [
        (
            [9.0, 0.0, 1.0, 0.0],
            [1.0] * 4,
            "of 1 more child, taking reach from 90% to 100%. That child lives in",
        ),
        ([9.0, 0.0, 1.0, 0.0], [33_000.0] * 4, "to 100%. That child does not live in"),
        ([9.0, 0.0, 80.0, 0.0], [33_000.0] * 4, "None of them live in"),
        ([9.0, 0.0, 80.0, 0.0], [1.0] * 4, "to 100%. All of them live in"),
        ([9.0, 0.0, 80.0, 0.0], [None] * 4, "of 80 more children, taking reach from 10% to 100%."),
        ([9.0, 0.0, 80.0, 0.0], [1.0, 1.0, None, 1.0], "of 80 more children, taking reach from 10% to 100%."),
        ([9e4, 0.0, 80.0, 0.0], [1.0] * 4, "taking reach from more than 99% to 100%."),
    ],
)
def test_few_children_and_unknown_need_are_told_in_words_that_fit(
    children: list[float], ranks: list[float | None], ending: str
) -> None:
    told = said(placing_build(line_table(children=children, ranks=ranks)))
    assert ending in told
    assert told.endswith((ending, "England’s two most deprived fifths."))


def test_at_least_is_said_where_the_fifth_of_some_is_not_known() -> None:
    table = line_table(ranks=[1.0, 1.0, None, 1.0])
    assert "At least 200 of them live in England’s two most deprived fifths." in said(
        placing_build(table), replace(HUB, sites=2)
    )


def test_who_has_one_already_and_whom_nothing_helps_are_told(build: Build) -> None:
    near = placing_build(line_table(children=[100.0, 0.0, 0.0, 0.0]))
    assert said(near) == f"All 100 children already live within 15 minutes’ walk of {KIND}."
    assert said(near, replace(HUB, required=("p001",))) == said(near)
    far = placing_build(buildings=[("library", "Here", 3.0, 0), ("family_hub", "Old Hub", -2.0, None)])
    nobody = f"Here would bring no more children within 15 minutes’ walk of {KIND}."
    assert said(far, replace(HUB, required=("p000",))) == nobody
    assert said(far) in (nobody, f"No new site would bring more children within 15 minutes’ walk of {KIND}.")


def test_the_mean_and_the_longest_way_are_told_first(build: Build) -> None:
    assert said(build, replace(HUB, objective=Objective.MEDIAN)).startswith(
        f"East School would cut the average walk to {KIND} from 45.8 to 10.7 minutes. 400 more children "
        "would come within 15 minutes’ walk, taking reach from 13% to 67%."
    )
    assert said(build, replace(HUB, objective=Objective.CENTRE, sites=2)).startswith(
        f"Middle School and Far Hall would cut the longest walk to {KIND} from over 60 to 25 minutes."
    )
    far: list[Building] = [("school", "School", 29.0, 1), ("family_hub", "Old Hub", -2.0, None)]
    assert said(placing_build(buildings=far), replace(HUB, objective=Objective.CENTRE)).startswith(
        f"School would leave 50 children more than 60 minutes from {KIND}, 400 fewer than today."
    )
    hub: list[Building] = [("school", "School", -2.0, 0), ("family_hub", "Old Hub", 30.0, 1)]
    closing = replace(HUB, objective=Objective.CENTRE, closed=("p001",))
    assert said(placing_build(buildings=hub), closing).startswith(
        f"School would leave 450 children more than 60 minutes from {KIND}, 450 more than today."
    )


def test_what_makes_no_way_shorter_leaves_it_as_it_is(build: Build) -> None:
    there: list[Building] = [("school", "School", -2.0, 0), ("family_hub", "Old Hub", -2.0, None)]
    wanted = replace(HUB, objective=Objective.MEDIAN, required=("p000",))
    assert said(placing_build(buildings=there), wanted).startswith(
        f"School would leave the average walk to {KIND} at 45.8 minutes. No more children would come "
        "within 15 minutes’ walk."
    )


def test_need_tells_reach_among_those_in_need(build: Build) -> None:
    told = said(build, replace(HUB, people=For.NEED))
    assert "Among children in families of low income, reach goes from 38% to 69%." in told


def test_closing_is_told(build: Build) -> None:
    closing = replace(HUB, closed=("p004",))
    assert said(build, closing).endswith(
        "of 400 more children. None of them live in England’s two most deprived fifths. 100 children would "
        "fall out of reach by the place that closes; in all, reach goes from 13% to 53%."
    )
    beside = placing_build(buildings=[*BUILDINGS, ("family_hub", "Other Hub", -3.0, None)])
    assert said(beside, closing).endswith("Nobody would fall out of reach by the place that closes.")


def test_a_proof_says_what_is_kept_and_for_whom(build: Build) -> None:
    def proof(wanted: Wanted) -> str:
        return proof_words(Phrases(place(build, wanted), build.areas))

    assert proof(replace(HUB, required=("p003",))) == (
        "Proven best site that keeps the conditions, of 4 candidate buildings."
    )
    needy = replace(HUB, people=For.NEED)
    assert proof(needy) == "Proven best site for children in families of low income of 4 candidate buildings."
    longest = replace(needy, objective=Objective.CENTRE, cost_gbp=1.0, budget_gbp=1.0)
    assert proof(longest) == "Proven best site that keeps the conditions, of 4 candidate buildings."


def test_a_mean_that_is_weighed_says_of_whom_it_is(build: Build) -> None:
    needy = replace(HUB, objective=Objective.MEDIAN, people=For.NEED)
    placed = place(build, needy)
    assert explain_placed(placed, build).text.startswith(
        f"East School would cut the average walk of children in families of low income to {KIND} from "
    )
    other = Placed(placed.problem, placed.problem.positions(["p003"]))
    assert "the average way of children in families of low income is " in text(explain_swap(placed, other))
    hand = explain_by_hand(by_hand(placed.problem, build, ["p001"]), build, None).text
    assert hand.startswith(
        f"Your site makes the average way of children in families of low income to {KIND} "
    )


def test_a_site_that_takes_over_is_told_so(build: Build) -> None:
    wanted = replace(HUB, closed=("p004",), required=("p000",))
    placed = place(build, wanted)
    assert reasons(placed, build).tolist() == ["Takes over in West"]
    near = placing_build(buildings=[("library", "Here", 14.0, 0), *BUILDINGS[1:]], homes=NEAR_HOMES)
    assert reasons(place(near, wanted), near).tolist() == ["Reaches East, takes over in West"]
    hand = by_hand(replace(placed.problem, wanted=replace(HUB, closed=("p004",))), build, ["p000", "p001"])
    told = explain_by_hand(hand, build, None).text
    assert told.startswith(
        f"Your two sites bring 200 more children within 15 minutes’ walk of {KIND}, taking"
    )
    needy = problem_of(build, replace(wanted, people=For.NEED), candidates_of(build, wanted))
    told = explain_by_hand(by_hand(needy, build, ["p000", "p001"]), build, None).text
    assert "That is 40 children in families of low income." in told


def test_supplied_times_are_no_walk(build: Build) -> None:
    timed = with_times(build, [(n, m, 10.0 if n == m else 50.0) for n in range(4) for m in range(4)])
    told = explain_placed(place(timed, replace(HUB, objective=Objective.MEDIAN)), timed)
    assert f"the average journey to {KIND}" in told.text
    assert "within 15 minutes," in told.text
    assert told.caveats[1] == "Supplied travel times."


def test_many_sites_are_named_up_to_three_and_a_name_is_text() -> None:
    schools: list[Building] = [("school", f"{HOSTILE} {n}", 30.0 + n, 1) for n in range(6)]
    build = placing_build(buildings=[*schools, ("family_hub", "Old Hub", -2.0, None)])
    problem = problem_of(build, HUB, candidates_of(build, HUB))
    told = explain_placed(Placed(problem, np.arange(6)), build)
    bold = [part.text for part in told.sentence if part.bold]
    assert bold[:3] == [f"{HOSTILE} {n}" for n in range(3)]
    assert " and three others would bring " in told.text
    assert told.caveats[0] == "Chosen by hand, beside 6 candidate buildings."
    assert text(named(["A", "B", "C", "D"])) == "A, B, C and D"


def test_the_proof_or_what_is_left_is_told(build: Build) -> None:
    placed = place(build, replace(HUB, sites=2))

    def of(loss: float, bound: float, objective: Objective = Objective.COVER, **how: object) -> str:
        problem = replace(placed.problem, wanted=replace(placed.problem.wanted, objective=objective))
        answer = Answer(placed.chosen, loss, bound, 1, stopped=True)
        return proof_words(Phrases(Placed(problem, placed.chosen, answer), build.areas), **how)

    assert (
        of(50.0, 50.0, near=0) == "Proven best pair of 4 candidate buildings; no other pair comes within 1%."
    )
    assert of(50.0, 50.0, near=12, within=0.03, every=False).endswith(
        "; at least 12 other pairs come within 3%."
    )
    assert of(50.0, 43.0) == (
        "Best found of 4 candidate buildings: another choice could reach at most 1.0% more children."
    )
    assert of(50.0, -np.inf).endswith("could reach at most 7.1% more children.")
    assert of(750.0, 0.0).endswith(": another choice may be better.")
    assert of(100.0, 99.0, Objective.MEDIAN).endswith("could shorten the average walk by at most 1.0%.")
    assert of(40.0, 39.99, Objective.CENTRE).endswith("could shorten the longest walk by at most 0.1%.")
    none = Placed(placed.problem, no_sites(), Answer(None, float("inf"), float("inf"), 1, stopped=False))
    assert explain_placed(none, build).text == "No choice of sites keeps all conditions."


def test_each_site_has_its_reason(build: Build) -> None:
    everywhere = place(build, replace(HUB, sites=4, exactly=True))
    assert reasons(everywhere, build).to_dict() == {
        "p002": "Reaches East",
        "p001": "Reaches West",
        "p003": "Reaches East",
        "p000": "Reaches nobody new",
    }
    at_the_hub = placing_build(buildings=[("school", "S", -2.0, 0), ("family_hub", "Old Hub", -2.0, None)])
    placed = place(at_the_hub, replace(HUB, required=("p000",)))
    assert reasons(placed, at_the_hub).tolist() == ["Reaches nobody new"]


def test_a_swap_tells_what_it_gives_up(build: Build) -> None:
    best = place(build, replace(HUB, sites=2))

    def instead(*ids: str) -> str:
        return text(explain_swap(best, Placed(best.problem, best.problem.positions(ids))))

    assert instead("p001", "p003") == (
        "Far Hall in place of East School: 350 fewer children within reach and 50 more children of higher "
        "need."
    )
    assert instead("p002") == (
        "Without Middle School: 200 fewer children within reach and 200 fewer children of higher need."
    )
    assert instead("p000", "p001", "p002") == (
        "Also West Library: as many children within reach and as many children of higher need."
    )
    assert instead("p001", "p002") == "The same sites."
    far = place(build, replace(HUB, sites=1, objective=Objective.MEDIAN))
    other = Placed(far.problem, far.problem.positions(["p003"]))
    assert text(explain_swap(far, other)).startswith("Far Hall in place of East School: the average way is ")


def test_whom_no_candidate_reaches_is_told(build: Build) -> None:
    placed = place(build, replace(HUB, buildings=("library",)))
    assert text(explain_beyond(placed, build)) == (
        "650 children (87%) live more than 15 minutes’ walk from every candidate and every place of today, "
        "most in East and West."
    )
    apart = placing_build(buildings=[("school", "Middle School", 35.0, 1), BUILDINGS[-1]])
    assert text(explain_beyond(place(apart, HUB), apart)).startswith(
        "450 children (60%) live more than 15 minutes’ walk from every candidate and every place of today, "
    )
    closing = replace(HUB, closed=("p001",))
    assert text(explain_beyond(place(apart, closing), apart)).startswith(
        "550 children (73%) live more than 15 minutes’ walk from every candidate and every place that stays, "
    )
    everywhere = place(build, replace(HUB, minutes=40.0))
    assert explain_beyond(everywhere, build) == ()


def test_what_is_not_known_is_told() -> None:
    table = line_table(
        children=[100.0, None, 400.0, 50.0], councils=["Eastham", "Eastham", "Westham", "Westham"]
    )
    here = placing_build(table, [*BUILDINGS, ("family_hub", "Hub", 1.0, 0)])
    caveats = explain_placed(place(here, replace(HUB, buildings=("school",), sites=1)), here).caveats
    hub = "No family hub or children’s centre is known in Westham"
    uncounted = (
        f"{hub}: who lacks one there is not known, nobody there counts, and near their borders, more may be "
        "within reach."
    )
    assert uncounted in caveats
    assert sum("known in" in words for words in caveats) == 1
    assert "What counts is not known for 1 of 2 small areas, which are left out." in caveats
    problem = problem_of(here, replace(HUB, buildings=("school",)), candidates_of(here, HUB))
    for spots in ([], [str(problem.candidates.frame.index[0])]):
        own = explain_by_hand(by_hand(problem, here, spots), here, None).caveats
        assert uncounted in own
    alone = explain_placed(place(here, replace(HUB, council="E08000001")), here)
    assert f"{hub}: it is taken that there is none there." in alone.caveats


def test_fewer_sites_than_may_be_are_explained(build: Build) -> None:
    fewer = "Up to 9 were asked for; no further site would help"
    told = explain_placed(place(build, replace(HUB, sites=9)), build)
    assert f"{fewer}." in told.caveats
    bound = replace(HUB, sites=9, cost_gbp=10.0, budget_gbp=10.0)
    assert f"{fewer} within the budget." in explain_placed(place(build, bound), build).caveats
    assert fewer not in " ".join(explain_placed(place(build, HUB), build).caveats)


def test_a_fair_choice_and_rooms_are_told(build: Build) -> None:
    fair = explain_placed(place(build, replace(HUB, objective=Objective.FAIR, fairness=0.25)), build)
    assert any("makes up 25% of what counts" in caveat for caveat in fair.caveats)
    blind = placing_build(line_table(ranks=None))
    unknown = explain_placed(place(blind, replace(HUB, objective=Objective.FAIR)), blind)
    assert any("so all children count the same" in caveat for caveat in unknown.caveats)
    room = explain_placed(place(build, replace(HUB, capacity=100.0)), build)
    assert "Who is reached is limited by how many children each new site has room for." in room.caveats
    assert any("linear programme" in line for line in room.method)


def test_middles_are_no_buildings(build: Build) -> None:
    told = explain_placed(place(build, replace(HUB, middles=True)), build)
    assert told.caveats[0] == "Proven best site of 4 middles of areas."
    assert told.caveats[2] == NO_BUILDING


def test_a_place_of_today_that_no_home_reaches_is_told_apart(build: Build) -> None:
    """It is there, and counts as one that is; that it helps nobody is said beside it."""
    placed = place(build, HUB)
    problem = placed.problem
    costs, nothing = problem.reach.costs, problem.reach.costs.start[:0]
    cut_off = replace(costs, start=nothing, place=nothing, minutes=costs.minutes[:0])
    apart = replace(placed, problem=replace(problem, reach=replace(problem.reach, costs=cut_off)))
    said = "1 of those there today is within 60 minutes of no home, or no way there is known."
    assert said not in explain_placed(placed, build).method
    method = explain_placed(apart, build).method
    assert method[next(n for n, line in enumerate(method) if line.startswith("There today: 1")) + 1] == said


def test_the_method_tells_sources_and_licences(build: Build) -> None:
    method = explain_placed(place(build, replace(HUB, people=For.NEED)), build).method
    assert "Maximal covering (Church and ReVelle, 1974)" in method[0]
    assert "Candidates: 2 schools and colleges, 1 library, 1 community centre." in method
    assert "There today: 1 family hub or children's centre, 1 of them across the border." in [
        line.replace("’", "'") for line in method
    ]
    sources = [line for line in method if line.startswith("Source: ")]
    assert len(sources) == len(set(sources)) > 3
    assert all(line.endswith("Licence: Open Government Licence v3.0.") for line in sources)


def test_early_years_tell_ages() -> None:
    table = line_table(column="pop_0_4")
    here = placing_build(table, [*BUILDINGS[:-1], ("early_years", "Nursery", -2.0, None)])
    assert "400 more children aged 0–4, taking reach" in said(here, replace(HUB, kind="early_years"))


def test_errors_are_of_the_house(build: Build) -> None:
    with pytest.raises(AtlasError, match="HINT: "):
        place(build, replace(HUB, minutes=-1.0))


def test_a_site_that_reaches_nobody_new_may_shorten_ways() -> None:
    near: list[Building] = [("school", "S", 1.0, 0), ("family_hub", "Old Hub", 14.0, None)]
    build = placing_build(buildings=near)
    placed = place(build, replace(HUB, required=("p000",), objective=Objective.MEDIAN))
    assert reasons(placed, build).tolist() == ["Shortens ways in West"]


def test_a_place_that_closes_is_told_where_nobody_gains() -> None:
    table = line_table(children=[100.0, 0.0, 0.0, 0.0])
    told = said(placing_build(table), replace(HUB, closed=("p004",), required=("p003",)))
    assert told.endswith(
        "100 children would fall out of reach by the place that closes; in all, reach goes from 100% to 0%."
    )
    assert "already" not in told


def test_a_middle_of_an_area_is_called_that(build: Build) -> None:
    told = said(build, replace(HUB, middles=True))
    assert told.startswith("The middle of Area 003A would bring ")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (replace(HUB, objective=Objective.FAIR), "could be at most 0.6% better by this weighing."),
        (replace(HUB, people=For.NEED), "could reach at most 2.0% more children in families of low income."),
    ],
)
def test_how_much_better_another_choice_could_be_is_told_in_its_unit(
    build: Build, wanted: Wanted, words: str
) -> None:
    problem = problem_of(build, wanted, candidates_of(build, wanted))
    loss = problem.siting.ceiling.sum()
    answer = Answer(no_sites(), loss, loss - 1.0, 1, stopped=True)
    told = proof_words(Phrases(Placed(problem, no_sites(), answer), build.areas))
    assert told == f"Best found of 4 candidate buildings: another choice {words}"


def test_a_share_that_hardly_changes_is_told_to_a_tenth_or_not_as_a_change() -> None:
    table = line_table(children=[90.0, 0.0, 1.0, 909.0])
    assert "taking reach from 9.0% to 9.1%." in said(placing_build(table), replace(HUB, required=("p002",)))
    table = line_table(children=[9e4, 0.0, 1.0, 9e5], scores=[0.5] * 4)
    told = said(placing_build(table), replace(HUB, required=("p002",), people=For.NEED))
    assert "of 1 more child; reach stays at 9%." in told
    assert told.endswith("Among children in families of low income, reach stays at 9%.")


def test_a_headline_says_of_which_councils_the_share_is() -> None:
    table = line_table(councils=["Eastham", "Eastham", "Westham", "Westham"])
    assert ", taking reach in 2 councils from 13% to 67%." in said(placing_build(table))
    hubs: list[Building] = [*BUILDINGS, ("family_hub", "Hub", 61.0, 2)]
    told = said(placing_build(table, hubs), replace(HUB, sites=2))
    assert ", taking reach in Westham from 89% to " in told


def test_minutes_of_one_sentence_are_told_alike() -> None:
    homes: list[Start] = [(0, 1.0, 0.0), (1, 1.0, 20.0), (2, 1.0, 22.0), (3, 1.0, 24.0)]
    schools: list[Building] = [("school", "School", 46.2, 3), ("family_hub", "Old Hub", -9.0, None)]
    told = said(placing_build(None, schools, homes), replace(HUB, objective=Objective.CENTRE))
    assert "from 33.0 to 26.2 minutes" in told
    far: list[Start] = [*homes[:3], (3, 1.0, 105.0)]
    told = said(placing_build(None, schools, far), replace(HUB, objective=Objective.CENTRE))
    assert "from over 60 to 59 minutes" in told


def test_a_longer_way_is_told_in_minutes(build: Build) -> None:
    best = place(build, replace(HUB, sites=2, objective=Objective.CENTRE))

    def instead(*ids: str) -> str:
        return text(explain_swap(best, Placed(best.problem, best.problem.positions(ids))))

    assert "the longest way is 3 minutes longer" in instead("p001", "p002")
    assert "the longest way is as long" in instead("p000", "p001", "p003")
    other = Placed(best.problem, best.problem.positions(("p001", "p002")))
    assert "the longest way is 3 minutes shorter" in text(explain_swap(other, best))


def test_rooms_of_a_list_count_when_they_are_asked_for(build: Build) -> None:
    made = candidates_of(build, HUB)
    rooms = made.frame["capacity"].where(made.frame.index != "p002", 80.0)
    listed = replace(made, frame=made.frame.assign(capacity=rooms))
    free = place(build, HUB, listed)
    assert free.figures.gained == 400.0
    assert "How many children a site has room for is not looked at." in explain_placed(free, build).caveats
    bound = place(build, replace(HUB, capacity=150.0), listed)
    assert bound.sites["children"].tolist() == pytest.approx([150.0])
    assert bound.sites.index.tolist() == ["p001"]


def test_homes_of_which_no_way_is_known_and_lone_fifths_are_told(build: Build) -> None:
    timed = with_times(build, [(n, m, 10.0 if n == m else 50.0) for n in range(3) for m in range(4)])
    told = explain_placed(place(timed, HUB), timed).caveats
    assert "No way is known from the homes of 1 of 4 small areas, and nobody there counts." in told
    rich = placing_build(line_table(ranks=[33_000.0] * 4))
    fair = explain_placed(place(rich, replace(HUB, objective=Objective.FAIR)), rich).caveats
    assert "No children here live in England’s two most deprived fifths, so all count the same." in fair


def test_two_buildings_that_are_one_are_told_in_the_method() -> None:
    twice = placing_build(buildings=[*BUILDINGS, ("library", "East Library", 62.0, 2)])
    method = explain_placed(place(twice, HUB), twice).method
    assert any(
        line.startswith("1 place stands at the point, or under the name and postcode,") for line in method
    )
