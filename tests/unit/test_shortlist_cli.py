"""`atlas shortlist`: the object, the words and the file, what stays inside, and refusals."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from geo.area_table import AreaTable
from geo.builds import Build
from tests.small_builds import HOSTILE, make_areas, make_build
from tests.small_figures import with_figures
from tests.unit.conftest import Run
from views.shortlist_report import CSV_COLUMNS, INSIDE, INVENTED

CRITERIA = """
top = 2
[[criterion]]
indicator = "need_idaci_rank"
swing = 100
direction = "less"
[[criterion]]
indicator = "pop_0_17"
swing = 60
direction = "more"
"""
ON_REFERRALS = """
[[criterion]]
indicator = "demand_children_36m_over_expected"
swing = 100
direction = "more"
"""
COUNCILS = {"E08000001": "Eastham", "E08000002": "Westham"}


def five_wards() -> AreaTable:
    """Five wards in two councils, one of them with a hostile name."""
    ranks = [float(1 + (n * 7_919) % 33_000) for n in range(40)]
    areas = make_areas(
        {"need_idaci_rank": ranks, "pop_0_17": [float(100 + n) for n in range(40)]}, councils=COUNCILS
    )
    areas.frame.loc[areas.frame["ward_code"].eq("E05000000"), "ward_name"] = HOSTILE
    areas.frame.loc[areas.frame["ward_code"].eq("E05000001"), "ward_name"] = "=HYPERLINK(1)"
    return areas


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of the five."""
    return make_build(tmp_path_factory.mktemp("plain") / "build", five_wards())


@pytest.fixture(scope="module")
def with_referrals(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of the five with figures of referrals, which take longest to bring to wards."""
    return make_build(tmp_path_factory.mktemp("inside") / "build", with_figures(five_wards()))


@pytest.fixture
def criteria(tmp_path: Path) -> Path:
    """A file of two criteria."""
    file = tmp_path / "mine.toml"
    file.write_text(CRITERIA, encoding="utf-8")
    return file


def ask(run: Run, build: Build, criteria: Path, *more: object) -> dict[str, Any]:
    """Ask, and give the one object that is printed."""
    status, out, err = run("shortlist", build.path, "--criteria", criteria, *more, "--json")
    assert (status, err) == (0, "")
    return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_the_object_holds_everyone_compared_by_rank(run: Run, with_referrals: Build, criteria: Path) -> None:
    told = ask(run, with_referrals, criteria)
    assert [one["rank"] for one in told["compared"]] == [1, 2, 3, 4, 5]
    assert told["chosen"] == [one["code"] for one in told["compared"][:2]]
    assert told["weights"] == {"need_idaci_rank": 0.625, "pop_0_17": 0.375}
    assert told["tier"] == "internal"
    assert told["invented"] is False
    first = told["compared"][0]
    worth = sum(told["weights"][name] * value for name, value in first["values"].items())
    assert first["value"] == pytest.approx(100 * worth, abs=0.01)
    assert sum(first["acceptability"]) == pytest.approx(first["chance_top"], abs=1e-3)
    assert told["fairness"]["absent"]
    assert INSIDE not in told["caveats"]


def test_options_stand_in_the_place_of_what_the_criteria_say(run: Run, build: Build, criteria: Path) -> None:
    told = ask(run, build, criteria, "--top", 1, "--council", "eastham")
    assert len(told["chosen"]) == 1
    assert {one["la_name"] for one in told["compared"]} == {"Eastham"}
    assert told["asked"]["within"] == "E08000001"
    assert told["asked"]["top"] == 1
    areas = ask(run, build, criteria, "--level", "area")
    assert len(areas["compared"]) == 40
    assert areas["asked"]["level"] == "area"


def test_what_rests_on_referrals_is_said_to_stay_inside_and_its_figures_are_left_out(
    run: Run, with_referrals: Build, criteria: Path, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    hidden = ("value", "value_low", "value_high")
    for written in (CRITERIA + ON_REFERRALS, ON_REFERRALS):
        criteria.write_text(written, encoding="utf-8")
        told = ask(run, with_referrals, criteria, "--out", file)
        assert INSIDE in told["caveats"]
        assert all(one["values"]["demand_children_36m_over_expected"] is None for one in told["compared"])
        assert {one[name] for one in told["compared"] for name in hidden} == {None}
        assert {row[name] for row in rows_of(file) for name in hidden} == {""}
        assert [one["rank"] for one in told["compared"]] == [1, 2, 3, 4, 5]
    weightless = ON_REFERRALS.replace("swing = 100", "swing = 0")
    assert weightless != ON_REFERRALS
    criteria.write_text(CRITERIA + weightless, encoding="utf-8")
    assert all(one["value"] is not None for one in ask(run, with_referrals, criteria)["compared"])


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"))))


def test_the_file_is_inert_and_holds_who_is_out_and_the_words_are_plain(
    run: Run, build: Build, criteria: Path, tmp_path: Path
) -> None:
    criteria.write_text(CRITERIA + "veto_below = 850\n", encoding="utf-8")
    file = tmp_path / "list.csv"
    status, out, err = run("shortlist", build.path, "--criteria", criteria, "--out", file)
    rows = rows_of(file)
    assert (status, err) == (0, "")
    assert "come out top" in out
    for title in ("By rank", "Weights", "Without one criterion", "Who lives there", "What has to be known"):
        assert f"\n{title}\n" in out
    assert "The shortlist is in" in out
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["out"] for row in rows] == ["no"] * 4 + ["yes"]
    assert rows[-1]["name"] == HOSTILE
    assert "828 is below 850" in rows[-1]["why"]
    assert rows[-1]["value"] == ""
    assert rows[-1]["chosen"] == "no"
    assert {row["access_tier"] for row in rows} == {"internal"}
    assert "'=HYPERLINK(1)" in {row["name"] for row in rows}
    again, _, _ = run("shortlist", build.path, "--criteria", criteria, "--out", file)
    assert again == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('[[criterion]]\nindicator = "pop_0_17"\nswing = 1\ndirection = "more"\n', "stands twice"),
        ("spread = 3\n", "spread is not known"),
    ],
)
def test_a_fault_of_the_criteria_is_told_in_one_message(
    run: Run, build: Build, criteria: Path, change: str, words: str
) -> None:
    criteria.write_text(CRITERIA + change, encoding="utf-8")
    status, out, err = run("shortlist", build.path, "--criteria", criteria)
    assert (status, out) == (1, "")
    assert words in err
    assert "HINT:" in err
    assert "Traceback" not in err


def test_what_cannot_be_is_refused(run: Run, build: Build, criteria: Path, tmp_path: Path) -> None:
    given = ("shortlist", build.path, "--criteria", criteria)
    assert run(*given, "--top", 0)[0] == 2
    assert run(*given, "--level", "region")[0] == 2
    assert run("shortlist", build.path)[0] == 2
    status, _, err = run(*given, "--council", "[red]Northam")
    assert status == 1
    assert "“[red]Northam” is no council of this build" in err
    other = tmp_path / "other.csv"
    other.write_text("mine", encoding="utf-8")
    status, _, err = run(*given, "--out", other)
    assert status == 1
    assert "is no shortlist" in err
    assert other.read_text(encoding="utf-8") == "mine"
    status, _, err = run(*given, "--out", build.path / "list.csv")
    assert status == 1
    assert "lies inside a build" in err


def test_an_invented_place_is_said_to_be_invented(run: Run, criteria: Path, tmp_path: Path) -> None:
    values = {"need_idaci_rank": [1.0 + n for n in range(16)], "pop_0_17": [100.0] * 16}
    areas = make_areas(values, councils={"E08990001": "Northmere"})
    told = ask(run, make_build(tmp_path / "build", areas), criteria)
    assert told["invented"] is True
    assert told["caveats"][0] == INVENTED
