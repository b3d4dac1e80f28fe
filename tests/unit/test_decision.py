"""What a record says it was made of, what of that is named as changed, and both shortlists side by side."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from register_made import ANALYST, new_id
from shapely import Point

from data.demo import NORTHMERE_FOLDER
from data.provenance import Tier
from data.register.decision_checks import lacking
from data.register.decision_json import data_hash
from data.register.decisions import EQUALITY, Decision, Input
from data.register.store import Register, open_register
from data.shortlist_criteria import Asked, Criterion, Direction, asked_from
from data.version import app_version
from geo.area_table import AreaTable
from geo.build_folder import build_folder
from geo.builds import Build
from geo.places import Places
from models.decision import Basis, basis_of, basis_on, record_of
from models.decision_changes import compare_inputs
from models.decision_wards import records_side_by_side, side_by_side
from models.levels import Level, LevelData, level_data
from models.need import overlay_need
from models.shortlist import Shortlist, shortlist_of

INDICES = "File_7_IoD2025_Northmere.csv"
PEOPLE = "sapelsoasyoa20222024.xlsx"
PLAIN = (INDICES, PEOPLE, "LSOA21_WD24_LAD24_Lookup_Northmere.csv", "LSOA_2021_Boundaries_Northmere.geojson")
ASKED = Asked(
    "ward",
    (
        Criterion("need_idaci_rank", 100.0, Direction.LESS),
        Criterion("pop_0_17", 40.0, Direction.MORE),
    ),
    top=3,
)
NEED = replace(ASKED, criteria=(Criterion("need_index_score", 100.0, Direction.MORE), ASKED.criteria[1]))
IDACI = "IDACI"


def folder_of(path: Path) -> Path:
    """Some files of Northmere: areas, need and people."""
    path.mkdir()
    for name in PLAIN:
        shutil.copy(NORTHMERE_FOLDER / name, path)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of some files."""
    base = tmp_path_factory.mktemp("made")
    return build_folder(folder_of(base / "northmere"), base / "build")


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of the same files, but for one line of the Indices."""
    base = tmp_path_factory.mktemp("newer")
    folder = folder_of(base / "northmere")
    table = pd.read_csv(folder / INDICES, dtype=str)
    column = next(c for c in table.columns if "IDACI" in c and "Rank" in c)
    table.loc[table.index[:40], column] = [str(5 + 3 * number) for number in range(40)]
    table.to_csv(folder / INDICES, index=False)
    return build_folder(folder, base / "build")


@pytest.fixture
def register(empty_register: Path, tmp_path: Path) -> Iterator[Register]:
    """A register that holds nothing."""
    path = tmp_path / "northmere.register.db"
    shutil.copy(empty_register, path)
    opened = open_register(tmp_path / "northmere", f"sqlite:///{path}")
    yield opened
    opened.engine.dispose()


_values: dict[int, tuple[LevelData, AreaTable]] = {}
_lists: dict[tuple[int, str], tuple[Shortlist, Basis, LevelData]] = {}
_kept: list[Build] = []


def values(build: Build) -> tuple[LevelData, AreaTable]:
    """Lay need over a build, once for all tests; what is kept keeps its number."""
    if id(build) not in _values:
        areas = overlay_need(build.areas)
        _kept.append(build)
        _values[id(build)] = level_data(areas, Level.WARD), areas
    return _values[id(build)]


def shortlist(build: Build, asked: Asked = ASKED) -> tuple[Shortlist, Basis, LevelData]:
    data, areas = values(build)
    key = (id(build), repr(asked))
    if key not in _lists:
        basis = basis_on(data, asked, build, areas, draws=300)
        _lists[key] = shortlist_of(data, asked, draws=300), basis, data
    return _lists[key]


def record(build: Build, asked: Asked = ASKED) -> Decision:
    return record_of(*shortlist(build, asked), new_id())


def changes(then: Decision, build: Build) -> tuple[str, ...]:
    data, areas = values(build)
    asked = asked_from(then.criteria, then.name)
    return compare_inputs(basis_of(then), basis_on(data, asked, build, areas, draws=300))


def test_a_record_holds_what_the_shortlist_says_and_what_it_is_made_of(
    made: Build, register: Register
) -> None:
    found, basis, data = shortlist(made)
    drafted = record_of(found, basis, data, new_id())
    assert [c.code for c in drafted.choices[: len(found.frame)]] == list(found.frame.index)
    assert [c.code for c in drafted.chosen] == found.chosen
    assert [c.value for c in drafted.choices if c.rank] == found.frame["value"].tolist()
    assert asked_from(drafted.criteria, "it") == ASKED
    assert drafted.weights == ASKED.weights
    by_column = {one.column: one for one in drafted.inputs}
    assert list(by_column) == ["need_idaci_rank", "pop_0_17", "ward_code"]
    files = {file["path"]: file["sha256"] for file in made.report["files"]}
    assert by_column["need_idaci_rank"].files == {files[INDICES]: f"{INDICES} (2025)"}
    assert by_column["pop_0_17"].files == {files[PEOPLE]: f"{PEOPLE} (2024)"}
    assert (drafted.app, drafted.place) == (app_version(), "northmere")
    assert drafted.tier is Tier.INTERNAL
    saved = register.save_decision(ANALYST, replace(drafted, name="Three wards"))
    there = register.decision(ANALYST, saved.id, Tier.INTERNAL)
    assert there == saved
    assert basis_of(there) == basis_of(drafted)
    assert data_hash(there) == data_hash(drafted)
    assert changes(there, made) == ()


def test_those_that_cannot_be_told_apart_owe_a_reason(made: Build) -> None:
    drafted = record(made)
    lowest = max(choice.tier or 0 for choice in drafted.chosen)
    for choice in drafted.choices:
        near = not choice.chosen and (choice.tier or 99) <= lowest and (choice.chance or 0) >= 0.1
        assert choice.considered == near, choice
    owed = [words for words in lacking(drafted) if words.startswith("a reason why")]
    assert len(owed) == sum(choice.owes_reason for choice in drafted.choices) >= 3
    assert len(lacking(drafted)) == 1 + len(owed) + 1 + len(EQUALITY) + 1


def test_reopened_on_a_newer_build_the_changed_file_is_named_and_nothing_else(
    made: Build, newer: Build
) -> None:
    (said,) = changes(record(made), newer)
    assert IDACI in said
    assert said.endswith(f": {INDICES} (2025), with other content.")
    assert "Children aged" not in said
    (need,) = changes(record(made, NEED), newer)
    assert need.endswith(f": {INDICES} (2025), with other content.")
    before, after = record(made), record(newer)
    assert data_hash(before) != data_hash(after)
    assert changes(after, newer) == ()


def with_source(build: Build, column: str, **parts: object) -> Build:
    areas = build.areas
    changed = {**areas.provenance, column: replace(areas.provenance[column], **parts)}
    return replace(build, areas=replace(areas, provenance=changed))


def test_another_edition_is_named_by_both(made: Build) -> None:
    old = with_source(made, "need_idaci_rank", file="File_7_2019.csv", sha256="0" * 64, vintage="2019")
    (said,) = changes(record(old), made)
    assert said.endswith(f": {INDICES} (2025) instead of File_7_2019.csv (2019).")


def test_of_many_files_each_is_named_once_with_all_that_it_gives(made: Build) -> None:
    first = basis_of(record(made)).inputs[0]
    names = [f"file_{number}.csv" for number in range(6)]
    columns = (replace(first, column="a", label="A"), replace(first, column="b", label="B"))

    def basis(sign: str, *inputs: Input) -> Basis:
        files = {f"{sign}{number}": name for number, name in enumerate(names)}
        return replace(basis_of(record(made)), inputs=tuple(replace(one, files=files) for one in inputs))

    said = compare_inputs(basis("x", *columns), basis("y", *columns))
    assert said == tuple(f"A; B: {name}, with other content." for name in names)
    kept = basis("x", *columns)
    fewer = replace(kept, inputs=tuple(replace(one, files={"z": "new.csv"}) for one in kept.inputs))
    assert compare_inputs(kept, fewer) == (f"A; B: new.csv instead of {', '.join(names)}.",)


def test_another_method_another_unit_and_figures_alone_are_named(made: Build) -> None:
    then = record(made)
    stepped = with_source(made, "need_idaci_rank", steps=("put right by hand",))
    (said,) = changes(then, stepped)
    assert "put right by hand" in said
    first, *others = then.inputs
    far = replace(then, inputs=(replace(first, unit="within 20 minutes’ walk"), *others))
    (said,) = changes(far, made)
    assert said.endswith("instead of within 20 minutes’ walk.")
    other = replace(then, inputs=(replace(first, figures="0" * 64), *others))
    assert changes(other, made) == (
        f"{first.label}: the figures are others, though the files and what was done with them are the same.",
    )
    gone = replace(then, inputs=(replace(first, column="own_gone", label="Gone"), *others))
    assert "Gone: this build has no such figures." in changes(gone, made)


def test_need_weights_are_named(made: Build) -> None:
    then = record(made, NEED)
    first, *others = then.inputs
    steps = tuple(step.replace("30%", "45%") for step in first.steps)
    assert steps != first.steps
    (said,) = changes(replace(then, inputs=(replace(first, steps=steps), *others)), made)
    assert said.startswith("Need weights or what they are given to changed.")
    assert "30%" in said
    assert "45%" in said


def test_places_are_named_by_kind_and_only_where_a_criterion_rests_on_them(made: Build) -> None:
    def placed(*kinds: str, at: float = 0.0) -> Build:
        ids = pd.Index([f"p{number}" for number in range(len(kinds))], name="place_id")
        empty = Places.empty()
        frame = gpd.GeoDataFrame(
            {column: pd.Series("", index=ids, dtype="string") for column in empty.frame.columns[:-2]},
            geometry=[Point(at, number) for number in range(len(kinds))],
            index=ids,
            crs=27700,
        ).assign(kind=list(kinds), sessions_a_week=float("nan"), unconfirmed_since=pd.NA)
        return replace(made, places=replace(empty, frame=frame))

    areas = made.areas
    hubs = pd.DataFrame({"asset_family_hub": 1.0}, index=areas.frame.index)
    data, laid = values(made)
    asked = replace(ASKED, criteria=(*ASKED.criteria, Criterion("asset_family_hub", 10.0, Direction.LESS)))
    counted = replace(data, frame=data.frame.assign(asset_family_hub=float(hubs["asset_family_hub"].iloc[0])))

    def basis(build: Build, what: Asked = asked) -> Basis:
        return basis_on(counted, what, build, laid)

    then = basis(placed("family_hub", "library"))
    assert then.place_counts == {"family_hub": 1}
    assert compare_inputs(then, basis(placed("family_hub", "library", "library"))) == ()
    more = compare_inputs(then, basis(placed(*["family_hub"] * 4)))
    assert more == ("Places: 3 more family hubs and children's centres.",)
    fewer = compare_inputs(then, basis(placed("library")))
    assert fewer == ("Places: 1 fewer family hub or children's centre.",)
    (moved,) = compare_inputs(then, basis(placed("family_hub", at=5.0)))
    assert "others, elsewhere" in moved
    assert compare_inputs(basis(placed(), ASKED), basis(placed("family_hub"), ASKED)) == ()
    (ways,) = compare_inputs(then, replace(then, travel="other"))
    assert ways.startswith("Ways: ")


def test_codes_settings_version_and_place_are_named(made: Build) -> None:
    then = basis_of(record(made))
    codes = dict(then.codes)
    (first, name), *_ = codes.items()
    del codes[first]
    said = compare_inputs(then, replace(then, codes={**codes, "E05999999": name}))
    assert said == (
        f"1 ward of then is not in this build: {name}; 1 ward is new: {name}; 1 ward has another code under "
        "the same name.",
    )
    other = replace(then, settings={**then.settings, "seed": 7}, app="9.9.9", place="elsewhere")
    assert compare_inputs(then, other) == (
        "The build: elsewhere instead of northmere.",
        "Seed: 7 instead of 0.",
        f"Prevention Atlas: version 9.9.9 instead of {then.app}.",
    )
    assert compare_inputs(then, replace(then, level=Level.AREA)) == (
        "What is compared: small areas instead of wards.",
    )


def test_then_and_now_side_by_side(made: Build, newer: Build) -> None:
    then, now = record(made), shortlist(newer)[0]
    same = side_by_side(then, shortlist(made)[0])
    assert same.sentence == "All 3 wards decided in would be listed today, and no other."
    assert set(same.frame["note"]) == {"the same rank"}
    found = side_by_side(then, now)
    frame = found.frame
    assert set(frame.index) == set(now.frame.index)
    assert frame["rank_now"].astype(int).to_dict() == now.frame["rank"].to_dict()
    assert frame["value_now"].to_dict() == now.frame["value"].to_dict()
    assert frame["rank_then"].astype(int).to_dict() == {c.code: c.rank for c in then.choices}
    assert set(found.enter) == set(now.chosen) - {c.code for c in then.chosen}
    assert set(found.leave) == {c.code for c in then.chosen} - set(now.chosen)
    assert found.enter
    assert frame.loc[list(found.leave), "note"].eq("in then, out today").all()
    assert all(str(frame.loc[code, "name"]) in found.sentence for code in (*found.enter, *found.leave))
    assert frame["decided"].tolist() == sorted(frame["decided"], reverse=True)
    assert frame["rank_then"].head(3).tolist() == [1, 2, 3]


def test_what_is_barred_new_or_gone_is_noted(made: Build) -> None:
    then = record(made)
    floor = replace(ASKED.criteria[1], veto_below=float(shortlist(made)[2].frame["pop_0_17"].median()))
    barred = shortlist(made, replace(ASKED, criteria=(ASKED.criteria[0], floor)))[0]
    found = side_by_side(then, barred).frame
    assert len(barred.out)
    assert all("is below" in note for note in found.loc[barred.out.index, "note"])
    shorter = replace(then, choices=then.choices[1:])
    frame = side_by_side(shorter, shortlist(made)[0]).frame
    assert frame.loc[then.choices[0].code, "note"] == "not in the record"
    strange = replace(then.choices[0], code="E05999999")
    frame = side_by_side(replace(then, choices=(strange, *then.choices[1:])), shortlist(made)[0]).frame
    assert frame.loc["E05999999", "note"] == "not in the data today"
    assert pd.isna(frame.loc["E05999999", "rank_now"])


def test_two_records_side_by_side(made: Build, newer: Build) -> None:
    first, second = (replace(record(build), name=name) for build, name in ((made, "One"), (newer, "Two")))
    found = records_side_by_side(first, second)
    assert set(found.enter) == {c.code for c in second.chosen} - {c.code for c in first.chosen}
    assert "“Two”" in found.sentence
    assert records_side_by_side(first, first).leave == ()
