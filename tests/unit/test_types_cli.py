"""`atlas types`: the object, the words and the file, kept models, rules of one's own, and refusals."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA, RULES_FILE, operating_rules
from data.provenance import Tier
from data.register.records import Actor, Role
from data.type_overrides import Override, Overrides, overrides_file, save_override
from geo.builds import Build
from models import type_findings, type_ground, type_structure
from models.type_frozen import load_types, save_types
from models.type_ground import ground_of
from tests.small_builds import HOSTILE, make_areas, make_build
from tests.small_figures import shared_build_of, with_figures
from tests.small_type_builds import areas_of_kinds
from tests.unit.conftest import Run
from views.types_report import CSV_COLUMNS, INSIDE

TOLD = ("k", "structure", "sizes", "silhouette", "stability", "assignments", "models", "seconds")
NONE = {NOT_ENOUGH_DATA, NO_RULE}

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few draws and starts tell how sure types are: how that is told is what is tested here."""
    monkeypatch.setattr(type_findings, "ground_of", partial(ground_of, draws=2))
    monkeypatch.setattr(type_ground, "starts_for", lambda _: 2)
    monkeypatch.setattr(type_structure, "REFERENCES", 9)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Three kinds of 24 areas each, and nothing of referrals."""
    return make_build(tmp_path / "build", areas_of_kinds())


@pytest.fixture
def ask(run: Run) -> Ask:
    """Ask, and give the one object that is printed."""

    def call(*arguments: object) -> dict[str, Any]:
        status, out, err = run("types", *arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    return call


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def error(text: str) -> str:
    """What stands on the error stream, in one line and without the frame round it."""
    return " ".join(text.replace("│", " ").split())


def test_northmere_has_types_and_every_area_a_way_of_working(
    ask: Ask, northmere_build: Build, tmp_path: Path
) -> None:
    told = ask(northmere_build.path, "--out", tmp_path / "types.csv")
    codes = set(northmere_build.areas.frame.index)
    assert set(TOLD) <= set(told)
    assert 4 <= told["k"] <= 7
    assert sorted(told["sizes"]) == sorted(told["names"]) == sorted(t["type"] for t in told["types"])
    assert sum(told["sizes"].values()) == len(told["assignments"])
    assert set(told["assignments"]) <= codes
    assert set(told["assignments"].values()) == set(told["sizes"])
    assert set(told["models"]) == codes
    ids = {model.id for model in operating_rules().models} | NONE
    assert set(told["models"].values()) <= ids
    assert set(told["model_names"]) == set(told["models"].values())
    assert [row["k"] for row in told["by_k"]] == list(range(2, 11))
    chosen = next(row for row in told["by_k"] if row["k"] == told["k"])
    assert (told["silhouette"], told["stability"]) == (chosen["silhouette"], chosen["stability"])
    assert told["structure"]["answer"] in ("one", "several")
    assert told["tier"] == "internal"
    assert INSIDE in told["caveats"]
    assert (told["drift"], told["alone"], told["overruled"]) == (None, None, {})
    rows = rows_of(tmp_path / "types.csv")
    assert {row["area_code"]: row["type"] for row in rows if row["type"]} == told["assignments"]
    assert {row["area_code"]: row["model"] for row in rows} == told["models"]


def test_the_kinds_are_found_by_need_and_told_in_words(run: Run, build: Build) -> None:
    status, out, err = run("types", build.path, "--k", "3")
    assert (status, err) == (0, "")
    words = " ".join(out.split())
    assert words.startswith("72 areas in 3 types, 0 of them between two types.")
    for part in (
        "A High need",
        "24 areas",
        "3 types, as asked for.",
        "3 types (these): come out again 1.00 of 1",
    ):
        assert part in words
    for title in (
        "Types",
        "Ways of working, by rule",
        "Rules beside types",
        "Left out",
        "What has to be known",
    ):
        assert f"\n{title}\n" in out
    assert "Demand over expected: The build holds no figures of referrals." in words
    assert INSIDE not in words


@pytest.mark.parametrize("k", [2, 10])
def test_as_many_types_as_are_asked_for(ask: Ask, build: Build, k: int) -> None:
    told = ask(build.path, "--k", k)
    assert told["k"] == len(told["sizes"]) == k
    assert sum(told["sizes"].values()) == len(told["assignments"]) == 72


def test_the_file_names_every_area_and_runs_nothing(
    ask: Ask, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    areas = areas_of_kinds()
    frame = areas.frame.copy()
    frame.loc[frame.index[0], "area_name"] = "=HYPERLINK(1)"
    build = make_build(tmp_path / "build", replace(areas, frame=frame))
    out = tmp_path / "types.csv"
    told = ask(build.path, "--k", "3", "--out", out)
    rows = rows_of(out)
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["area_code"] for row in rows] == sorted(build.areas.frame.index)
    assert rows[0]["area_name"] == "'=HYPERLINK(1)"
    assert all(row["type_name"] == told["names"][row["type"]] for row in rows)
    assert all(row["model_name"] == told["model_names"][row["model"]] for row in rows)
    assert {row["tier"] for row in rows} == {"internal"}
    assert {row["between"] for row in rows} <= {"yes", "no"}
    assert all(row["second"] not in ("", row["type"]) for row in rows)
    assert all(0 <= float(row["margin"]) <= 1 and 0 <= float(row["share"]) <= 1 for row in rows)
    assert run("types", build.path, "--k", "2", "--out", out)[0] == 0
    assert {row["type"] for row in rows_of(out)} == {"A", "B"}


def test_letters_and_names_are_kept_by_a_model_and_what_has_moved_is_told(
    ask: Ask, build: Build, tmp_path: Path
) -> None:
    model = tmp_path / "model.json"
    first = ask(build.path, "--k", "3", "--model", model)
    assert first["drift"] is None
    kept = load_types(model)
    assert kept.assigned == first["assignments"]
    turned = dict(zip("ABC", "CAB", strict=True))
    save_types(
        replace(
            kept,
            letters=tuple(turned[letter] for letter in kept.letters),
            names={turned[letter]: f"Kind {letter}" for letter in kept.letters},
            shares={turned[letter]: share for letter, share in kept.shares.items()},
            assigned={code: turned[letter] for code, letter in kept.assigned.items()},
        ),
        model,
    )
    again = ask(build.path, "--k", "3", "--model", model)
    assert again["assignments"] == {code: turned[letter] for code, letter in first["assignments"].items()}
    assert again["names"] == {turned[letter]: f"Kind {letter}" for letter in "ABC"}
    assert again["drift"]["large"] is False
    assert again["drift"]["kept"].startswith("72 of 72 areas (100%)")
    assert load_types(model).names == again["names"]


def test_a_frozen_model_sorts_the_areas_and_stays_as_it_is(ask: Ask, build: Build, tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    made = ask(build.path, "--k", "3", "--model", model)
    before = model.read_bytes()
    told = ask(build.path, "--model", model, "--frozen", "--out", tmp_path / "types.csv")
    assert model.read_bytes() == before
    assert told["assignments"] == made["assignments"]
    assert told["models"] == made["models"]
    assert told["k"] == 3
    assert (told["structure"], told["silhouette"], told["stability"], told["by_k"]) == (None, None, None, [])
    assert told["drift"]["large"] is False
    assert {row["share"] for row in rows_of(tmp_path / "types.csv")} == {""}
    moved = make_build(tmp_path / "moved", areas_of_kinds(30))
    assert set(ask(moved.path, "--model", model, "--frozen")["assignments"]) == set(moved.areas.frame.index)


def test_with_few_areas_the_rules_stand_alone(ask: Ask, run: Run, tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", areas_of_kinds(59))
    model = tmp_path / "model.json"
    told = ask(build.path, "--model", model, "--out", tmp_path / "types.csv")
    assert (told["k"], told["structure"], told["stability"], told["sizes"]) == (None, None, None, {})
    assert told["assignments"] == {}
    assert "types take at least 60" in told["alone"]
    assert set(told["models"]) == set(build.areas.frame.index)
    assert not model.exists()
    rows = rows_of(tmp_path / "types.csv")
    assert len(rows) == 59
    assert {(row["type"], row["between"]) for row in rows} == {("", "")}
    status, out, _ = run("types", build.path)
    assert status == 0
    assert "The rules stand alone." in " ".join(out.split())


def test_rules_of_ones_own_are_used(ask: Ask, build: Build, tmp_path: Path) -> None:
    rules = tmp_path / "own.toml"
    text = RULES_FILE.read_text(encoding="utf-8").replace('id = "coordinate"', 'id = "join_up"')
    rules.write_text(text.replace("Coordinate and connect", "Join up"), encoding="utf-8")
    told = ask(build.path, "--k", "3", "--rules", rules)
    assert told["model_names"]["join_up"] == "Join up"
    assert told["models"] == {
        code: "join_up" if id_ == "coordinate" else id_
        for code, id_ in ask(build.path, "--k", "3")["models"].items()
    }


def test_what_people_gave_stands_in_the_place_of_a_rule_and_a_name(ask: Ask, build: Build) -> None:
    def give(what: Overrides, key: str, value: str, reason: str, among: int = 0) -> None:
        one = Override(what, key, value, reason, Role.ADMIN, datetime.now(UTC), among)
        save_override(build.path, Actor("chief", Role.ADMIN), one)

    give(Overrides.TYPE_NAME, "A", HOSTILE[:30], "So it is called.", ask(build.path)["k"])
    give(Overrides.AREA_MODEL, "E01000000", "step_in", "A school closes.")
    told = ask(build.path)
    assert told["names"]["A"] == HOSTILE[:30]
    assert told["models"]["E01000000"] == "step_in"
    assert told["overruled"]["E01000000"]["reason"] == "A school closes."
    assert told["overruled"]["E01000000"]["by_rule"] not in ("", "step_in")
    assert ask(build.path, "--k", "3")["names"]["A"] != HOSTILE[:30]
    overrides_file(build.path).write_text("{", encoding="utf-8")
    damaged = ask(build.path, "--k", "3")
    assert damaged["overruled"] == {}
    assert any("is damaged" in caveat for caveat in damaged["caveats"])


def test_a_model_of_an_internal_build_is_not_laid_over_a_shared_one(
    ask: Ask, run: Run, build: Build, tmp_path: Path
) -> None:
    internal, model = tmp_path / "internal.json", tmp_path / "shared.json"
    ask(build.path, "--k", "3", "--model", internal)
    shared = shared_build_of(tmp_path / "shared", areas_of_kinds())
    for more in ([], ["--frozen"]):
        status, out, err = run("types", shared.path, "--model", internal, *more)
        assert (status, out) == (1, "")
        assert "was made of an internal build, and the build is a shared one" in error(err)
    assert load_types(internal).tier is Tier.INTERNAL
    assert ask(shared.path, "--k", "3", "--model", model)["tier"] == "shared"
    status, _, err = run("types", build.path, "--model", model)
    assert (status, load_types(model).tier) == (1, Tier.SHARED)
    assert "would take its place" in error(err)
    assert ask(build.path, "--model", model, "--frozen")["k"] == 3


def test_what_rests_on_referrals_is_said_of_an_internal_build_alone(ask: Ask, tmp_path: Path) -> None:
    areas = with_figures(areas_of_kinds())
    assert INSIDE in ask(make_build(tmp_path / "inside", areas).path, "--k", "3")["caveats"]
    assert INSIDE not in ask(shared_build_of(tmp_path / "shared", areas).path, "--k", "3")["caveats"]


def test_the_data_of_a_build_that_a_frozen_model_needs_is_asked_for(
    ask: Ask, run: Run, build: Build, tmp_path: Path
) -> None:
    model = tmp_path / "model.json"
    ask(build.path, "--k", "3", "--model", model)
    bare = make_build(tmp_path / "bare", make_areas({"need_imd_rank": [float(n + 1) for n in range(64)]}))
    status, _, err = run("types", bare.path, "--model", model, "--frozen")
    assert status == 1
    assert "made of composites that this data lacks" in error(err)
    assert ask(bare.path, "--model", model)["k"] is None


REFUSED: dict[str, tuple[list[str], int, str]] = {
    "eleven types": (["--k", "11"], 2, "“11” is neither auto nor 2 to 10"),
    "one type": (["--k", "1"], 2, "neither auto nor 2 to 10"),
    "a word": (["--k", "many"], 2, "neither auto nor 2 to 10"),
    "no model to sort by": (["--frozen"], 2, "name the model to sort by"),
    "a number beside a model": (
        ["--frozen", "--k", "4", "--model", "{}/m.json"],
        2,
        "as many types as it was",
    ),
    "a model that is not there": (["--frozen", "--model", "{}/m.json"], 1, "cannot be read"),
    "a model that is none": (["--model", "{}/own.txt"], 1, "own.txt is not JSON"),
    "a model that is a folder": (["--model", "{}"], 1, "is a folder"),
    "a model in the place of what was overruled": (["--model", "{}/build.types.json"], 1, "the app keeps"),
    "a model in the place of what is kept": (["--model", "{}/build.types_kept.json"], 1, "the app keeps"),
    "a model inside the build": (["--model", "{}/build/m.json"], 1, "lies inside a build"),
    "rules that are not there": (["--rules", "{}/r.toml"], 1, "r.toml cannot be read"),
    "rules that are none": (["--rules", "{}/own.txt"], 1, "own.txt cannot be read"),
    "a file that is no table": (["--out", "{}/own.txt"], 2, "does not end in .csv"),
    "a file of somebody's own": (["--out", "{}/own.csv"], 1, "is no list of types"),
    "a file inside the build": (["--out", "{}/build/t.csv"], 1, "lies inside a build"),
    "a folder that is not there": (["--out", "{}/nowhere/t.csv"], 1, "There is no folder"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_before_anything_is_made(
    run: Run, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setattr(type_findings, "ground_of", lambda *_: pytest.fail("types were made"))
    for name in ("own.txt", "own.csv"):
        (tmp_path / name).write_text("mine, and not JSON", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    options, expected, said = REFUSED[case]
    status, out, err = run("types", build.path, *(option.format(tmp_path) for option in options))
    assert (status, out) == (expected, "")
    assert said in error(err)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_every_fault_of_a_file_of_rules_is_named_at_once(run: Run, build: Build, tmp_path: Path) -> None:
    rules = tmp_path / "own.toml"
    text = RULES_FILE.read_text(encoding="utf-8").replace("nearest_within = 34", "nearest_within = -1")
    rules.write_text(text.replace('measure = "assets_place"', 'measure = "wealth"'), encoding="utf-8")
    status, out, err = run("types", build.path, "--rules", rules)
    assert (status, out) == (1, "")
    for part in ("own.toml", "nearest_within is not a number from 0", "'wealth' is no measure", "HINT:"):
        assert part in error(err)


def test_a_model_with_half_a_character_is_refused(ask: Ask, run: Run, build: Build, tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    ask(build.path, "--k", "2", "--model", model)
    content = json.loads(model.read_text(encoding="utf-8"))
    model.write_text(json.dumps({**content, "names": {"A": "\ud800", "B": "b"}}), encoding="utf-8")
    status, _, err = run("types", build.path, "--model", model)
    assert status == 1
    assert "a text holds half of a character" in error(err)
