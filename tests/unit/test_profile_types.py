"""A profile says what kind of place it is and which way of working suits it, on the page and in print."""

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.errors import SourceError
from data.operating_models import Rules, operating_rules
from data.register.records import Actor, Role
from data.type_overrides import Override, Overrides, overrides_file, save_override
from geo.area_table import AreaTable
from geo.builds import Build
from models import type_findings, type_ground, type_structure
from models.levels import Level
from models.profile_types import NO_TYPE, OF_A_PLACE, types_here
from models.type_findings import TypeFindings, TypesPrepared, prepare_findings
from models.type_ground import ground_of
from models.types_told import SLIGHTLY
from tests.page_of import page_of
from tests.small_builds import HOSTILE, make_build
from tests.small_figures import shared_build_of, with_figures
from tests.small_profiles import Elements
from tests.small_type_builds import areas_of_kinds
from views import profile_types, session, types_figures
from views.profile_document import TYPES_HELD, write_profile
from views.profile_types import NOT_PRINTED, TITLES
from views.types_here import find_types_here

AREA, WARD, COUNCIL = "E01000000", "E05000000", "E08000001"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few draws and starts tell how sure types are: how that is told is what is tested here."""
    monkeypatch.setattr(type_findings, "ground_of", partial(ground_of, draws=2))
    monkeypatch.setattr(type_ground, "starts_for", lambda _: 2)
    monkeypatch.setattr(type_structure, "REFERENCES", 9)


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    return areas_of_kinds()


@pytest.fixture
def build(areas: AreaTable, tmp_path: Path) -> Build:
    """Three kinds of 24 areas each, and nothing of referrals; the types of it stand ready."""
    made = make_build(tmp_path / "build", areas)
    types_figures.findings_for(made, None, None)
    return made


def found_in(build: Build) -> TypeFindings:
    return types_figures.findings_for(build, None, None)


def give(build: Build, what: Overrides, key: str, value: str, reason: str) -> None:
    types = found_in(build).types
    among = types.k if types is not None and what is Overrides.TYPE_NAME else 0
    one = Override(what, key, value, reason, Role.ADMIN, datetime.now(UTC), among)
    save_override(build.path, Actor("chief", Role.ADMIN), one)


def plain(parts: object) -> str:
    return "".join(part.text for part in parts)  # type: ignore[attr-defined]


def words_of(page: AppTest) -> str:
    assert not page.exception
    return text_of(" ".join(element.proto.body for element in page.get("html")))


def printed(build: Build, level: str, code: str) -> str:
    sheet = session.find_sheet(build, level, code)
    assert sheet
    return write_profile(build, *sheet, None)


def text_of(html: str) -> str:
    """What is read: bold words run on, and all else stands apart."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?b\b[^>]*>", "", html))).split())


def test_an_area_has_its_type_its_second_and_how_sure(build: Build) -> None:
    found = found_in(build)
    assert found.types is not None
    for code, row in found.types.frame.iterrows():
        here = find_types_here(build, Level.AREA, str(code))
        own, second = (found.title_of(str(row[k])) for k in ("type", "second"))
        sure = "between two types" if row["between"] else "sure"
        assert plain(here.kind).startswith(f"Kind of place: {own} (second: {second}; ")
        assert sure in plain(here.kind)
        assert plain(here.way).startswith("Way of working that suits it: ")
        assert (here.kinds, here.ways, here.reason) == ((), (), "")


@pytest.mark.parametrize(("level", "code"), [(Level.WARD, WARD), (Level.COUNCIL, COUNCIL)])
def test_a_larger_shape_counts_its_areas_once_each(build: Build, level: Level, code: str) -> None:
    here = find_types_here(build, level, code)
    column = {Level.WARD: "ward_code", Level.COUNCIL: "la_code"}[level]
    inside = build.areas.frame.index[build.areas.frame[column] == code]
    assert (
        sum(one.count or 0 for one in here.kinds) == sum(one.count or 0 for one in here.ways) == len(inside)
    )
    assert sum(one.share or 0.0 for one in here.kinds) == pytest.approx(1.0)
    letters = found_in(build).letters[inside].value_counts()
    assert {one.label: one.count for one in here.kinds} == {
        found_in(build).title_of(str(letter)): count for letter, count in letters.items()
    }
    assert [one.label for one in here.kinds] == sorted(one.label for one in here.kinds)
    assert plain(here.kind) == plain(here.way) == ""


def test_an_area_without_a_type_says_so_and_is_counted(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    found = found_in(build)
    assert found.types is not None
    frame = found.types.frame.copy()
    frame.loc[AREA, ["type", "second"]] = pd.NA
    frame.loc[AREA, ["margin", "share"]] = float("nan")
    lacking = replace(found, types=replace(found.types, frame=frame))
    monkeypatch.setattr(types_figures, "findings_for", lambda *_: lacking)
    assert f"{NO_TYPE}: too few" in plain(find_types_here(build, Level.AREA, AREA).kind)
    last = find_types_here(build, Level.WARD, WARD).kinds[-1]
    assert (last.label, last.count) == (NO_TYPE, 1)


def test_what_somebody_gave_is_shown_with_its_reason(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = found_in(build).letters[AREA]
    give(build, Overrides.TYPE_NAME, letter, HOSTILE, HOSTILE)
    give(build, Overrides.AREA_MODEL, AREA, "step_in", f"{HOSTILE} {'and so on ' * 30}")
    html = printed(build, "area", AREA)
    elements = Elements(html)
    assert "img" not in elements.names
    assert f"Kind of place: {letter} · {HOSTILE} (second:" in text_of(html)
    assert "Step in early, given by somebody who knows the place" in text_of(html)
    assert f"Reason: {HOSTILE} and so on" in text_of(html)
    assert "and so on …" in text_of(html)
    page = page_of("area_profile", build.path, monkeypatch, level="area", area=AREA).run()
    bodies = " ".join(element.proto.body for element in page.get("html"))
    assert "<img" not in bodies
    assert f"Reason: {HOSTILE} and so on" in words_of(page)
    for level, code in (("ward", WARD), ("council", COUNCIL)):
        assert "img" not in Elements(printed(build, level, code)).names


def test_the_page_and_the_print_say_the_same(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    for level, code in (("area", AREA), ("ward", WARD), ("council", COUNCIL)):
        page = page_of("area_profile", build.path, monkeypatch, level=level, area=code).run()
        words, paper = words_of(page), text_of(printed(build, level, code))
        assert TITLES[level == "area"] in [element.value for element in page.subheader]
        here = find_types_here(build, Level(level), code)
        for parts in (here.kind, here.way):
            assert plain(parts) in words
            assert plain(parts) in paper
        for one in (*here.kinds, *here.ways):
            assert one.label in words
            assert f"{one.label}: {one.count}" in paper
        assert OF_A_PLACE in words
        assert OF_A_PLACE in paper
        assert NOT_PRINTED not in words


def test_with_few_areas_there_is_a_way_of_working_and_no_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = make_build(tmp_path / "few", areas_of_kinds(59))
    page = page_of("area_profile", build.path, monkeypatch, level="area", area=AREA).run()
    for words in (words_of(page), text_of(printed(build, "area", AREA))):
        assert "Way of working that suits it" in words
        assert "No types were made." in words
        assert "types take at least 60" in words
        assert "second:" not in words


def test_the_page_does_not_wait_for_types(
    areas: AreaTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def wait_and_prepare(*arguments: object, **options: object) -> TypesPrepared:
        assert go_on.wait(30)
        return prepare_findings(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(types_figures, "prepare_findings", wait_and_prepare)
    changed = areas.frame.assign(area_name="Elsewhere")
    build = make_build(tmp_path / "build", replace(areas, frame=changed))
    page = page_of("area_profile", build.path, monkeypatch, level="area", area=AREA).run()
    assert "Sorting 72 small areas into kinds of place." in words_of(page)
    assert "Sources and method" in [element.label for element in page.expander]
    monkeypatch.setattr(profile_types, "PATIENCE_S", 0.01)
    assert "72 small areas are still being sorted" in text_of(printed(build, "area", AREA))
    go_on.set()
    types_figures.findings_for(build, None, None)
    assert "Kind of place:" in words_of(page.run())


def test_what_goes_wrong_beside_the_page_is_raised_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> TypesPrepared:
        raise RuntimeError("no types today")

    monkeypatch.setattr(types_figures, "prepare_findings", fail)
    build = make_build(tmp_path / "failing", areas_of_kinds(seed=7))
    assert not types_figures.begin(build, None, None)
    for thread in threading.enumerate():
        if thread.name == "types":
            thread.join(30)
    with pytest.raises(RuntimeError, match="no types today"):
        types_figures.begin(build, None, None)


def test_rules_that_are_edited_while_the_app_runs_are_followed_and_types_are_not_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = make_build(tmp_path / "edited", areas_of_kinds(seed=8))
    assert found_in(build).types is not None
    rules = operating_rules()
    renamed = replace(rules, models=tuple(replace(m, label=f"New {m.label}") for m in rules.models))
    monkeypatch.setattr(types_figures, "operating_rules", lambda: renamed)
    monkeypatch.setattr(types_figures, "prepare_findings", lambda *_, **__: pytest.fail("made anew"))
    assert found_in(build).models.rules == renamed
    assert "Way of working that suits it: New " in text_of(printed(build, "area", AREA))


def test_rules_that_cannot_be_read_are_said_and_the_rest_of_the_profile_stands(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Rules:
        raise SourceError("operating_models.toml cannot be read: line 3.", "Correct it.")

    monkeypatch.setattr(types_figures, "operating_rules", broken)
    assert "operating_models.toml cannot be read: line 3. Correct it." in text_of(
        printed(build, "area", AREA)
    )
    page = page_of("area_profile", build.path, monkeypatch, level="area", area=AREA).run()
    assert "operating_models.toml cannot be read: line 3. Correct it." in words_of(page)
    assert "Sources and method" in [element.label for element in page.expander]


def test_types_that_are_little_more_than_slices_are_said_to_be_so(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = found_in(build)
    assert found.types is not None
    structure = replace(found.types.structure, one=False, k=4)
    several = replace(found, types=replace(found.types, structure=structure))
    for slight, notes in ((-9.0, ()), (9.0, (f"The types here are {SLIGHTLY}.",))):
        monkeypatch.setattr(type_structure, "SLIGHT", slight)
        assert types_here(several, None, build.areas, Level.AREA, AREA).notes == notes


def test_a_large_place_asks_for_the_types_page_first(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_types, "LARGE_PLACE", 70)
    assert "To sort" not in printed(build, "area", AREA)
    monkeypatch.setattr(profile_types, "stand_ready", lambda _: False)
    said = "To sort 72 small areas into kinds of place takes a minute or more"
    assert said in text_of(printed(build, "area", AREA))
    page = page_of("area_profile", build.path, monkeypatch, level="area", area=AREA).run()
    assert said in words_of(page)


def test_types_that_rest_on_referrals_stay_off_the_print_of_an_internal_build(
    areas: AreaTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = make_build(tmp_path / "inside", with_figures(areas))
    types_figures.findings_for(inside, None, None)
    paper = text_of(printed(inside, "area", AREA))
    assert TYPES_HELD in paper
    assert "Kind of place:" not in paper
    assert not any(model.label in paper for model in operating_rules().models)
    page = page_of("area_profile", inside.path, monkeypatch, level="area", area=AREA).run()
    assert "Kind of place:" in words_of(page)
    assert NOT_PRINTED in words_of(page)
    shared = shared_build_of(tmp_path / "shared", with_figures(areas))
    types_figures.findings_for(shared, None, None)
    assert "Kind of place:" in text_of(printed(shared, "area", AREA))


def test_a_damaged_file_of_what_people_gave_is_no_fault_of_the_profile(build: Build) -> None:
    overrides_file(build.path).write_text("{", encoding="utf-8")
    assert "Kind of place:" in text_of(printed(build, "area", AREA))
