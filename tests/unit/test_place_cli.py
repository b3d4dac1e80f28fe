"""`atlas place`: exit status, the words and the object, conditions, lists, and a search that is stopped."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.errors import AtlasError, InfeasibleError
from geo import register_places
from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import Places
from models import placement_run
from models.placement import Placed, place
from models.placement_asked import For, Objective, Wanted
from models.placement_problem import fair_weight
from models.placement_run import Progress
from models.siting import Answer
from tests.small_builds import COUNCILS, HOSTILE, make_areas, make_build, provenance, without_places
from tests.small_places import make_places
from tests.small_solvers import refusing, until_stopped
from tests.unit.conftest import Run
from views import place_search
from views.place_report import INSIDE
from views.place_time import Shared, ends_at

COUNT = 24
CHILDREN = [100.0 + 37 * n % 50 for n in range(COUNT)]
UNKNOWN = 17
"""The area of which no children are known."""

SCHOOLS = (1, 6, 8, 11, 13, 18, 22)
"""Where the schools are, p000 to p006; the library p007 is in area 20, hubs p008 and p009 in 3 and 12."""

NEAR = {2, 3, 7, 8, 12, 13, 16}
"""Who is within 20 minutes of a hub: 1 km is 16 minutes along a line."""

TOLD = {
    *("build", "made", "tier", "means", "asked", "sites", "objective", "bound", "unit", "more_is_better"),
    *("gap", "proven", "stopped", "coverage_by_quintile", "coverage_by_ward", "candidates", "children"),
    *("before", "after", "share", "sentence", "caveats", "method", "seconds", "unfinished"),
}
SITE = {
    *("id", "name", "kind", "postcode", "area_code", "area_name", "ward_code", "ward_name", "easting"),
    *("northing", "cost_gbp", "reason", "newly_reached", "newly_reached_higher_need", "taken_over"),
    "reached_by_it_alone",
}

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    """Six rows of four areas in two councils, the deprived ones first."""
    ranks = [1.0 + n * 33_754 // (COUNT - 1) for n in range(COUNT)]
    children = [None if n == UNKNOWN else count for n, count in enumerate(CHILDREN)]
    scores = [0.6 - n / 50 for n in range(COUNT)]
    values = {"need_idaci_rank": ranks, "need_idaci_score": scores, "pop_0_17": children}
    return make_areas(values, councils=COUNCILS)


@pytest.fixture(scope="module")
def build(areas: AreaTable, tmp_path_factory: pytest.TempPathFactory) -> Build:
    codes = areas.frame.index
    rows = [("school", HOSTILE if n == 6 else f"School {n}", None, codes[n]) for n in SCHOOLS]
    rows += [
        ("library", "Library", None, codes[20]),
        *(("family_hub", f"Hub {n}", None, codes[n]) for n in (3, 12)),
    ]
    places = Places(make_places(areas, rows), {f"{k}.csv": provenance("Places") for k, *_ in rows})
    return make_build(tmp_path_factory.mktemp("place") / "build", areas, places)


@pytest.fixture
def opened(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the build once for many questions."""
    monkeypatch.setattr(register_places, "open_in_force", lambda *_: build)


@pytest.fixture
def ask(run: Run, opened: None, build: Build) -> Ask:
    """Ask, and give the one object that is printed."""

    def call(*arguments: object) -> dict[str, Any]:
        status, out, err = run("place", build.path, "--minutes", "20", *arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    return call


def row(name: str, number: int, **more: object) -> dict[str, object]:
    """A row of a list of places in the middle of an area."""
    east, north = 400_500 + number % 4 * 1_000, 300_500 + number // 4 * 1_000
    return {"Name": name, "Easting": east, "Northing": north, **more}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a CSV file."""

    def call(*rows: dict[str, object]) -> Path:
        pd.DataFrame(list(rows)).to_csv(tmp_path / "list.csv", index=False)
        return tmp_path / "list.csv"

    return call


def ids(told: dict[str, Any]) -> list[str]:
    return [site["id"] for site in told["sites"]]


def error(text: str) -> str:
    """What stands on the error stream, in one line."""
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize(
    ("objective", "people"),
    [*((objective, For.CHILDREN) for objective in Objective), (Objective.COVER, For.NEED)],
)
def test_what_is_printed_is_the_placement(ask: Ask, build: Build, objective: Objective, people: For) -> None:
    told = ask("--objective", objective, "--for", people)
    wanted = Wanted("family_hub", 2, minutes=20.0, objective=objective, people=people)
    placed = place(build, Wanted(**{**vars(wanted), "buildings": ("library", "school")}))
    assert set(told) == TOLD
    assert all(set(site) == SITE for site in told["sites"])
    assert ids(told) == list(placed.sites.index)
    assert (told["proven"], told["stopped"], told["gap"]) == (True, False, 0.0)
    assert told["asked"]["buildings"] == ["library", "school"]
    assert told["candidates"] == len(SCHOOLS) + 1
    figures = placed.figures
    by_goal = {
        Objective.COVER: (figures.weight_after, True),
        Objective.MEDIAN: (figures.mean_after_min, False),
        Objective.CENTRE: (figures.longest_after_min, False),
        Objective.FAIR: (fair_share(placed), True),
    }
    value, more = by_goal[objective]
    assert told["objective"] == pytest.approx(value, abs=1e-6)
    assert told["bound"] == told["objective"]
    assert told["more_is_better"] is more
    assert (told["children"], told["before"], told["after"]) == (
        pytest.approx(figures.children, abs=0.01),
        pytest.approx(figures.before, abs=0.01),
        pytest.approx(figures.after, abs=0.01),
    )


def fair_share(placed: Placed) -> float:
    """Half the share of all that is within reach, and half that of those of higher need."""
    every = placed.problem.weight
    higher = np.where(placed.problem.higher_need > 0, every, 0.0)
    return sum(0.5 * weight @ placed.within / weight.sum() for weight in (every, higher))


def test_coverage_adds_up_to_a_hand_count(ask: Ask) -> None:
    told = ask()
    everybody = sum(CHILDREN) - CHILDREN[UNKNOWN]
    for site in told["sites"]:
        number = int(site["area_code"][-4:])
        assert (site["easting"], site["northing"]) == (
            400_500 + number % 4 * 1_000,
            300_500 + number // 4 * 1_000,
        )
        assert site["ward_name"] == f"Ward {number // 8 + 1}"
    before = sum(CHILDREN[n] for n in NEAR)
    assert (told["children"], told["before"]) == (everybody, before)
    for part in ("coverage_by_quintile", "coverage_by_ward"):
        assert sum(group["children"] for group in told[part]) == everybody
        assert sum(group["before"] for group in told[part]) == before
        assert sum(group["after"] for group in told[part]) == pytest.approx(told["after"], abs=0.05)
        assert all(group["share"] == round(group["after"] / group["children"], 4) for group in told[part])
    assert [group["quintile"] for group in told["coverage_by_quintile"]] == [1, 2, 3, 4, 5]
    assert told["sites"][0]["newly_reached"] >= told["sites"][1]["newly_reached"]
    assert told["after"] - before <= sum(site["newly_reached"] for site in told["sites"]) + 0.05


def test_conditions_are_kept(ask: Ask) -> None:
    free = ids(ask())
    other = "p005" if "p005" not in free else "p000"
    assert other in ids(ask("--require", other))
    assert not set(free) & set(ids(ask("--exclude", free[0], "--exclude", free[1])))
    assert len(ids(ask("--sites", 8, "--exactly"))) == 8
    ward = ask("--ward", "ward 1", "--sites", 1)
    assert [site["ward_name"] for site in ward["sites"]] == ["Ward 1"]
    assert ward["asked"]["wards"] == ["E05000000"]
    assert len(ids(ask("--sites", 5, "--cost", 100, "--budget", 250))) == 2
    assert {site["kind"] for site in ask("--buildings", "Libraries")["sites"]} == {"library"}
    closed = ask("--close", "p008")
    assert closed["asked"]["closed"] == ["p008"]
    full = ask("--capacity", 50)
    assert full["after"] - full["before"] == pytest.approx(100, abs=0.05)


def test_one_council_by_its_name(ask: Ask) -> None:
    told = ask("--council", "westham")
    assert told["asked"]["council"] == "E08000002"
    assert {int(site["area_code"][-4:]) // 8 for site in told["sites"]} == {1}
    assert told["children"] == sum(CHILDREN[8:16])


def test_middles_stand_in_for_buildings(ask: Ask) -> None:
    told = ask("--middles")
    assert told["candidates"] == COUNT
    assert {site["kind"] for site in told["sites"]} == {"middle of an area"}
    assert {site["postcode"] for site in told["sites"]} == {None}
    assert any("middles of areas" in caveat for caveat in told["caveats"])


def test_lists_of_candidates_and_of_what_is_there(ask: Ask, write: Callable[..., Path]) -> None:
    rooms = [row(f"{name} Hall", n, Type="Hall", Cost=f"£{cost}", Capacity=30) for name, n, cost in ROOMS]
    told = ask("--candidates", write(*rooms), "--budget", 600, "--sites", 3)
    assert told["candidates"] == len(ROOMS)
    assert sum(site["cost_gbp"] for site in told["sites"]) <= 600
    assert {site["name"] for site in told["sites"]} <= {f"{name} Hall" for name, *_ in ROOMS}
    room = ask("--candidates", write(*rooms), "--budget", 600, "--sites", 3, "--capacity", 500)
    assert room["after"] - room["before"] == pytest.approx(90, abs=0.05)
    assert told["after"] > room["after"]
    hubs = [row(f"Hub {n}", n, Type="Family hub") for n in (20, 15, 900)]
    told = ask("--existing", write(*hubs))
    assert told["before"] == sum(CHILDREN[n] for n in (11, 14, 15, 16, 19, 20, 21))
    assert any("too far outside" in caveat for caveat in told["caveats"])


ROOMS = [("Ash", 1, 100), ("Elm", 9, 200), ("Oak", 14, 300), ("Yew", 22, 5_000)]


def test_more_is_told_when_it_is_asked_for(ask: Ask, run: Run, build: Build) -> None:
    more = ("--near", 10, "--trials", 20, "--curve", 4)
    told = ask(*more)
    assert set(told) == {*TOLD, "near", "trials", "curve"}
    assert [step["sites"] for step in told["curve"]] == [0, 1, 2, 3, 4]
    assert told["curve"][0] == {"sites": 0, "children": told["before"], "extra": None, "proven": True}
    assert told["curve"][2]["children"] == pytest.approx(told["after"], abs=0.01)
    assert told["near"]["choices"][0]["sites"] == sorted(ids(told))
    assert all(choice["short"] <= 0.1 for choice in told["near"]["choices"])
    assert told["trials"]["count"] == 20
    assert {one["id"] for one in told["trials"]["sites"] if one["share"] > 0.5} <= set(ids(told))
    status, out, _ = run("place", build.path, "--minutes", 20, *more)
    assert status == 0
    for title in ("Choices nearly as good", "How often sites are chosen", "by number of new sites"):
        assert title in out


def test_a_curve_ends_where_all_candidates_are_chosen(ask: Ask) -> None:
    told = ask("--curve", 1000)
    assert len(told["curve"]) == told["candidates"] + 1


def test_words_for_people(run: Run, build: Build) -> None:
    status, out, err = run("place", build.path, "--minutes", 20, "--sites", 8, "--exactly")
    assert (status, err) == (0, "")
    assert "would bring" in out.splitlines()[0]
    for title in ("New sites", "What has to be known", "by fifth of England", "How it was found"):
        assert title in out
    assert "Proven best choice of 8 of 8 candidate buildings" in " ".join(out.split())
    assert HOSTILE in " ".join(out.split())


WRONG = [
    (["--kind", "librery"], "The nearest is library."),
    (["--sites", "0"], "greater than or equal to 1"),
    (["--minutes", "0"], "more than 0, and 60 at most"),
    (["--mode", "car"], "none of walk, pram"),
    (["--objective", "most"], "none of cover, median, centre, fair"),
    (["--for", "adults"], "none of children, need, demand"),
    (["--fairness", "0.3"], "for --objective fair alone"),
    (["--objective", "fair", "--fairness", "1.2"], "1.2 is not between 0 and 1"),
    (["--buildings", "school,castle"], "“castle” is not a kind of place"),
    (["--buildings", "school", "--middles"], "one of --buildings and --middles"),
    (["--network", "a", "--matrix", "b"], "not both"),
    (["--budget", "nan"], "nan is not a number above 0"),
    (["--cost", "inf"], "inf is not a number above 0"),
    (["--budget", "1e300", "--cost", "1e300"], "1e+300 is more than 1,000,000,000,000"),
    (["--seconds", "0"], "0 is not a number above 0"),
    (["--buildings", ","], "no kind of building is named"),
    (["--exclude", " "], "an id is empty"),
    (["--near", "101"], "more than 100 per cent"),
]
REFUSED = [
    (["--council", "Nowhere"], "lies in 'Nowhere'"),
    (["--ward", "Ward 9"], "The nearest is Ward"),
    (["--ward", "Ward 2", "--council", "Eastham"], "The nearest is Ward"),
    (["--candidates", "nothing.csv"], "There is no file nothing.csv"),
    (["--existing", "nothing.csv"], "There is no file nothing.csv"),
    (["--candidates", ""], "No file is named where one is asked for"),
    (["--existing", ""], "No file is named where one is asked for"),
    (["--candidates", os.devnull], "is no file on a disk"),
    (["--existing", os.curdir + os.sep + os.pardir], ".. is a folder, not a file"),
    (["--network", ""], "No file is named where one is asked for"),
    (["--require", "p99"], "no candidates: p99"),
    (["--exclude", "p99"], "1 of those to exclude is no candidate: p99"),
    (["--council", ""], "lies in ''"),
    (["--budget", "100", "--cost", "150"], "more than the budget"),
    (["--ward", "Ward 1", "--ward", "Ward 2", "--sites", "1"], "2 wards have to have one"),
    (["--capacity", "50", "--curve", "3"], "Leave out --near, --trials and --curve"),
    (["--objective", "centre", "--trials", "3"], "Leave out --curve and --trials"),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG)
def test_a_wrong_word_ends_with_2(run: Run, build: Build, arguments: list[str], says: str) -> None:
    status, out, err = run("place", build.path, *arguments)
    assert (status, out) == (2, "")
    assert says in error(err)


@pytest.mark.parametrize(("arguments", "says"), REFUSED)
def test_what_cannot_be_ends_with_1_and_a_hint(
    run: Run, opened: None, build: Build, arguments: list[str], says: str
) -> None:
    status, out, err = run("place", build.path, *arguments, "--json")
    assert (status, out) == (1, "")
    assert says in error(err)
    assert "HINT: " in err


def test_a_list_of_which_no_row_can_be_used_says_why(
    run: Run, opened: None, build: Build, write: Callable[..., Path]
) -> None:
    nowhere = write({"Name": "A", "Easting": 9_999_999, "Northing": -7}, {"Name": "B"})
    for option in ("--candidates", "--existing"):
        status, _, err = run("place", build.path, option, nowhere)
        assert status == 1
        assert "No row of list.csv can be used: its coordinates are outside Great Britain" in error(err)
    priceless = write(row("Ash", 1, Cost="1e300"), row("Elm", 9, Cost="5"))
    status, _, err = run("place", build.path, "--candidates", priceless)
    assert (status, "1 of its rows tells no cost that can be used: “1e300”" in error(err)) == (1, True)


def test_a_ward_of_a_name_that_is_there_twice_has_to_be_named_by_its_code(
    run: Run, areas: AreaTable, tmp_path: Path
) -> None:
    frame = areas.frame.assign(ward_name="Central")
    twice = make_build(tmp_path / "build", AreaTable(frame, areas.status, areas.provenance, areas.vintage))
    status, _, err = run("place", twice.path, "--ward", "central", "--middles")
    assert status == 1
    assert "3 wards are called 'central': E05000000 (Eastham)" in error(err)


def test_a_ward_cannot_be_named_where_none_is_known(run: Run, areas: AreaTable, tmp_path: Path) -> None:
    bare = make_build(tmp_path / "build", without_places(areas, "ward_code", "ward_name"))
    status, _, err = run("place", bare.path, "--ward", "Ward 1", "--middles")
    assert (status, "No ward is known here" in error(err)) == (1, True)


def test_a_search_that_takes_too_long_tells_the_best_so_far(
    ask: Ask, run: Run, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placement_run, "work_of", lambda _: (until_stopped, (10.0,)))
    monkeypatch.setattr(place_search, "LOOK_S", 0.02)
    told = ask("--seconds", 0.05)
    assert (told["proven"], told["stopped"], ids(told)) == (False, True, ["p001"])
    assert told["bound"] - told["objective"] == pytest.approx(7.0)
    assert told["gap"] == pytest.approx(7.0 / told["objective"], abs=1e-8)
    status, out, _ = run("place", build.path, "--minutes", 20, "--seconds", 0.05)
    assert status == 0
    assert "Best found of 8 candidate buildings" in out


def test_what_is_proven_as_it_is_stopped_was_not_stopped(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def proven_late(watch: object) -> Answer:
        return Answer(np.array([1]), 10.0, 10.0, 1, stopped=True)

    monkeypatch.setattr(placement_run, "work_of", lambda _: (proven_late, ()))
    told = ask()
    assert (told["proven"], told["stopped"], told["gap"]) == (True, False, 0.0)


def test_a_gap_of_what_is_printed_is_no_proof(
    ask: Ask, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound meets the loss to 1e-6, and what is within reach, a third of that, not so closely."""
    whole = ask("--sites", 1)["children"]
    loss = 0.75 * whole

    def nearly(watch: object) -> Answer:
        return Answer(np.array([1]), loss, loss * (1 - 9e-7), 1, False, whole)

    monkeypatch.setattr(placement_run, "work_of", lambda _: (nearly, ()))
    told = ask("--sites", 1)
    assert told["gap"] == pytest.approx(2.7e-6)
    assert (told["proven"], told["stopped"]) == (False, False)


@pytest.mark.parametrize("objective", [Objective.COVER, Objective.FAIR])
def test_a_covering_is_searched_until_what_is_printed_is_proven(build: Build, objective: Objective) -> None:
    wanted = Wanted("family_hub", 2, minutes=20.0, objective=objective, buildings=("school",))
    placed = place(build, wanted)
    weight = fair_weight(placed.problem) if objective is Objective.FAIR else placed.problem.weight
    assert placed.problem.siting.total == placed.answer.total == float(weight.sum())
    full = place(build, replace(wanted, capacity=50.0))
    assert full.answer.total == placed.answer.total
    assert place(build, replace(wanted, objective=Objective.MEDIAN)).answer.total == np.inf


def test_ctrl_c_takes_the_best_so_far(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = iter([False, KeyboardInterrupt])

    def wait(run: placement_run.Run, seconds: float) -> bool:
        if next(waits) is KeyboardInterrupt:
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr(placement_run, "work_of", lambda _: (until_stopped, (10.0,)))
    monkeypatch.setattr(place_search, "AT_ONCE_S", 0.01)
    monkeypatch.setattr(placement_run.Run, "wait", wait)
    told = ask()
    assert (told["proven"], told["stopped"], ids(told)) == (False, True, ["p001"])


def test_ctrl_c_later_leaves_out_what_was_not_found_yet(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("views.place_extras.how_often", stop)
    told = ask("--curve", 1, "--trials", 5)
    assert set(told) == {*TOLD, "curve"}
    assert told["proven"]
    assert "stopped before all that was asked for" in told["caveats"][-1]
    assert told["unfinished"] == ["trials"]


def test_seconds_are_for_all_that_is_asked_together(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still until the best choice is found, and is up for all that follows it."""
    now = [0.0]
    for module in ("place_time", "place_search"):
        monkeypatch.setattr(f"views.{module}.monotonic", lambda: now[0])

    def found(*arguments: object) -> tuple[np.ndarray, Answer]:
        chosen = find_best(*arguments)
        now[0] = 10.0
        return chosen

    find_best = place_search.find_best
    monkeypatch.setattr(place_search, "find_best", found)
    told = ask("--curve", 7, "--trials", 50, "--near", 100, "--sites", 3, "--seconds", 9)
    assert told["unfinished"] == ["near", "curve", "trials"]
    assert told["proven"]
    assert told["trials"]["count"] == 1
    assert not told["near"]["complete"]
    assert len(told["curve"]) < 8
    said = " ".join(told["caveats"])
    assert "Time was up before all choices nearly as good were found." in said
    assert "sites were chosen again 1 time, not 50" in said
    assert "Time was up: the curve ends at" in said


def test_time_is_shared_evenly_and_what_is_left_passes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("views.place_time.monotonic", lambda: now[0])
    time = Shared(12.0, 3)
    assert time.next_end() == 104
    now[0] = 102.0
    assert time.next_end() == 107
    is_over = ends_at(107.0)
    assert not is_over()
    now[0] = 107.0
    assert is_over(1.0, 2.0)
    assert time.next_end() == 112
    now[0] = 115.0
    assert time.next_end() == 115
    assert Shared(None, 2).next_end() == np.inf


@pytest.mark.parametrize(
    ("stopped", "kind", "says"),
    [(True, AtlasError, "stopped before it found"), (False, InfeasibleError, "keeps all the conditions")],
)
def test_no_choice_at_all_is_told(
    monkeypatch: pytest.MonkeyPatch, stopped: bool, kind: type[AtlasError], says: str
) -> None:
    none = Answer(None, float("inf"), 0.0 if stopped else float("inf"), 1, stopped)
    monkeypatch.setattr(place_search, "solve_within", lambda *_: none)
    with pytest.raises(kind, match=says):
        place_search.find_best(object(), lambda *_: None)


def test_a_solver_that_refuses_ends_with_1(run: Run, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_search, "solve_within", lambda *_: None)
    monkeypatch.setattr(placement_run, "work_of", lambda _: (refusing, ()))
    status, _, err = run("place", build.path)
    assert (status, error(err)) == (1, "Error: There is no site. HINT: Name one.")


def test_how_far_a_search_is_in_words(build: Build) -> None:
    problem = place(build, Wanted("family_hub", sites=1, buildings=("library", "school"))).problem
    began = Progress(2.4, float("inf"), 0.0, done=False)
    most = float(problem.weight.sum())
    later = Progress(61.0, most / 2, most * 0.49, done=False)
    assert place_search.progress_words(problem, began).startswith("Looking for the best choice: 2 s (Ctrl+C")
    assert "61 s, another at most 2.0% better (Ctrl+C" in place_search.progress_words(problem, later)


def test_what_is_printed_of_referrals_is_marked(
    ask: Ask, build: Build, areas: AreaTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {"demand_children_36m": [float(40 - n) for n in range(COUNT)]}
    columns = ("need_idaci_rank", "pop_0_17")
    values = {name: areas.frame[name].fillna(100.0).tolist() for name in columns}
    inside = replace(build, areas=make_areas({**values, **counts}, councils=COUNCILS))
    monkeypatch.setattr(register_places, "open_in_force", lambda *_: inside)
    told = ask("--for", "demand")
    assert (told["tier"], told["unit"]) == (
        "internal",
        "children expected to be referred in three years within reach",
    )
    assert INSIDE in told["caveats"]
    assert INSIDE not in ask()["caveats"]
