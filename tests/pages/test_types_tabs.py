"""The panels of the Types page by role: what is overruled, withdrawn, kept, compared, forgotten, damaged."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.register.records import Actor, Role
from data.type_overrides import (
    LONGEST_REASON,
    Override,
    Overrides,
    overrides_file,
    read_overrides,
    save_override,
)
from geo.builds import Build
from models.type_frozen import FrozenTypes
from models.type_kept import keep_types, kept_file, read_kept
from tests.small_builds import HOSTILE, make_build
from tests.small_type_scenes import AREA, type_areas, type_findings, types_page
from views.types_overrides import CHOOSE, NONE_YET, WHO_MAY
from views.types_panels import tabs
from views.types_state import key_of

SURE, RULES, DRIVERS, OVERRULED, BEFORE = tabs()
LONG = "x" * 10_000
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EDITOR, ADMIN = Actor("local", Role.EDITOR), Actor("chief", Role.ADMIN)
INSTEAD = Override(Overrides.AREA_MODEL, AREA, "reach_out", "Two hubs open in May.", Role.EDITOR, NOON)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return make_build(tmp_path / "elmshire", type_areas())


def frozen() -> FrozenTypes:
    types = type_findings().types
    assert types is not None
    return types.frozen


def words_of(page: AppTest) -> str:
    """All that is shown, as text."""
    assert not page.exception
    html = re.sub(r"<[^>]+>", " ", " ".join(element.proto.body for element in page.get("html")))
    shown = [*page.markdown, *page.error, *page.success, *page.warning, *page.subheader]
    return " ".join([html, *(element.value.replace("\\", "") for element in shown)])


def model_of(page: AppTest, code: str = AREA) -> str:
    """The way of working of an area in the table beside the map."""
    rows = page.dataframe[0].value
    row = rows[rows["Small area"].eq(f"Area {int(code[-4:]) + 1:03}A")]
    return str(row["Way of working"].iloc[0])


def test_each_panel_tells_its_own_and_looking_leaves_no_file(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = types_page(build.path, monkeypatch, Role.VIEWER, tab=SURE).run()
    assert "4 types, as asked for." in words_of(page)
    assert "areas are drawn anew 50 times" in words_of(page)
    page = types_page(build.path, monkeypatch, Role.VIEWER, tab=RULES).run()
    assert "Types and rules agree" in words_of(page)
    assert "“Reach out” is left out: the build has no data on" in words_of(page)
    assert "Need is at least 67 of 100 and community places are at most 33 of 100." in words_of(page)
    page = types_page(build.path, monkeypatch, Role.VIEWER, tab=DRIVERS).run()
    assert "What separates types" in words_of(page) or "separates the types most" in words_of(page)
    assert "has no counts of children referred" in words_of(page)
    assert "no figures of factors at the end of assessment" in words_of(page)
    assert [file.name for file in build.path.parent.iterdir() if "types" in file.name] == []


def test_a_way_of_working_is_overruled_and_withdrawn(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    page = types_page(build.path, monkeypatch, Role.ANALYST, tab=OVERRULED, area=AREA).run()
    assert NONE_YET in words_of(page)
    before = model_of(page)
    page.selectbox(key_of(f"override_model_{AREA}")).set_value("reach_out")
    page.text_area(key_of("override_model_reason")).set_value(f"Two hubs. {HOSTILE} =HYPERLINK(1)")
    page.button(f"FormSubmitter:{key_of('override_model')}-Save the way of working").click().run()
    assert "Saved: Area 006A: Reach out" in words_of(page)
    assert before != model_of(page) == "Reach out"
    assert "&lt;img src=x" in words_of(page)
    (saved,) = read_overrides(build.path)
    assert (saved.key, saved.value, saved.saved_by) == (AREA, "reach_out", Role.ANALYST)
    page.selectbox(key_of("override_withdrawn")).set_value((Overrides.AREA_MODEL, AREA, 0)).run()
    page.button(key_of("override_withdraw")).click().run()
    assert model_of(page) == before
    assert NONE_YET in words_of(page)
    assert read_overrides(build.path) == ()


def test_a_type_is_named_and_the_name_is_seen_everywhere(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = types_page(build.path, monkeypatch, Role.ANALYST, tab=OVERRULED).run()
    assert CHOOSE in words_of(page)
    page.selectbox(key_of("override_letter")).set_value("B")
    page.text_input(key_of("override_name")).set_value("**Mill** <b>terraces</b>")
    page.text_area(key_of("override_name_reason")).set_value("So people here call it.")
    page.button(f"FormSubmitter:{key_of('override_type')}-Save the name").click().run()
    assert words_of(page).count("**Mill** &lt;b&gt;terraces&lt;/b&gt;") >= 3


@pytest.mark.parametrize(
    ("model", "reason", "said"),
    [
        ("grow", " \u200b ", "No reason is given"),
        (None, "Because.", "no such way of working"),
    ],
)
def test_what_is_not_fit_is_refused_in_words_and_what_was_typed_stays(
    build: Build, monkeypatch: pytest.MonkeyPatch, model: str | None, reason: str, said: str
) -> None:
    page = types_page(build.path, monkeypatch, Role.EDITOR, tab=OVERRULED, area=AREA).run()
    page.selectbox(key_of(f"override_model_{AREA}")).set_value(model)
    page.text_area(key_of("override_model_reason")).set_value(reason)
    page.button(f"FormSubmitter:{key_of('override_model')}-Save the way of working").click().run()
    assert said in words_of(page)
    assert page.text_area(key_of("override_model_reason")).value == reason
    assert read_overrides(build.path) == ()


def test_of_a_very_long_reason_no_more_is_kept_than_there_is_room_for(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = types_page(build.path, monkeypatch, Role.EDITOR, tab=OVERRULED, area=AREA).run()
    page.selectbox(key_of(f"override_model_{AREA}")).set_value("grow")
    page.text_area(key_of("override_model_reason")).set_value(LONG)
    page.button(f"FormSubmitter:{key_of('override_model')}-Save the way of working").click().run()
    assert len(read_overrides(build.path)[0].reason) == LONGEST_REASON


def test_who_only_looks_sees_what_is_overruled_and_cannot_change_it(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_override(build.path, EDITOR, INSTEAD)
    page = types_page(build.path, monkeypatch, Role.VIEWER, tab=OVERRULED, area=AREA).run()
    assert WHO_MAY in words_of(page)
    assert "Two hubs open in May." in words_of(page)
    assert model_of(page) == "Reach out"
    names = {element.key for element in (*page.text_area, *page.text_input, *page.button)}
    assert not {name for name in names if name and "override" in name}


def test_an_analyst_leaves_what_an_administrator_said(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    save_override(build.path, ADMIN, INSTEAD)
    page = types_page(build.path, monkeypatch, Role.ANALYST, tab=OVERRULED, area=AREA).run()
    assert all(box.key != key_of("override_withdrawn") for box in page.selectbox)
    page.selectbox(key_of(f"override_model_{AREA}")).set_value("grow")
    page.text_area(key_of("override_model_reason")).set_value("I think otherwise.")
    page.button(f"FormSubmitter:{key_of('override_model')}-Save the way of working").click().run()
    assert "Somebody who may do more than you" in words_of(page)
    assert read_overrides(build.path)[0].value == "reach_out"


def test_types_are_kept_compared_and_forgotten(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    page = types_page(build.path, monkeypatch, Role.ANALYST, tab=BEFORE).run()
    assert "No types are kept yet." in words_of(page)
    page.button(key_of("keep")).click().run()
    assert "4 types of 96 areas are kept." in words_of(page)
    assert "All 96 areas have the same type and name as when types were kept." in words_of(page)
    assert "The data is much as it was" in words_of(page)
    kept = read_kept(build.path, build.areas.tier)
    assert kept is not None
    assert (kept.frozen, kept.saved_by) == (frozen(), Role.ANALYST)
    page.button(key_of("forget_now")).click().run()
    assert "No types are kept yet." in words_of(page)
    assert not kept_file(build.path).exists()


def test_areas_that_changed_are_told_with_what_they_were(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = frozen().assigned[AREA]
    was = next(letter for letter in "ABCD" if letter != now)
    names = {letter: f"Old {letter}" for letter in "ABCD"} | {was: HOSTILE}
    later = replace(frozen(), assigned={**frozen().assigned, AREA: was}, names=names)
    keep_types(build.path, EDITOR, later, None)
    page = types_page(build.path, monkeypatch, Role.VIEWER, tab=BEFORE).run()
    assert "None of" not in words_of(page)
    changed = page.dataframe[-1].value
    mine = changed[changed["Small area"] == "Area 006A"].iloc[0]
    assert (mine["Then"], mine["Now"]) == (was, now)
    assert "Old " in words_of(page)
    assert "&lt;img src=x" in words_of(page)
    assert all(button.key != key_of("keep") for button in page.button)


def test_who_comes_second_is_told(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    page = types_page(build.path, monkeypatch, Role.EDITOR, tab=BEFORE).run()
    keep_types(build.path, EDITOR, frozen(), None)
    page.button(key_of("keep")).click().run()
    assert "Somebody else changed the kept types meanwhile." in words_of(page)


@pytest.mark.parametrize("tab", [OVERRULED, BEFORE])
def test_a_damaged_file_is_said_and_the_page_goes_on(
    build: Build, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    file = overrides_file(build.path) if tab == OVERRULED else kept_file(build.path)
    file.write_text(json.dumps({"format": 1, "overrides": [HOSTILE]}), encoding="utf-8")
    page = types_page(build.path, monkeypatch, Role.EDITOR, tab=tab, area=AREA).run()
    assert not page.exception
    assert len(page.warning) == 2
    assert "is damaged" in words_of(page)
    assert len(page.dataframe) == 1
    assert all(button.key not in (key_of("keep"), key_of("override_model")) for button in page.button)


def test_types_of_a_later_version_are_said_and_left_alone(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_types(build.path, EDITOR, frozen(), None)
    file = kept_file(build.path)
    later = json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"format": 3})
    file.write_text(later, encoding="utf-8")
    page = types_page(build.path, monkeypatch, Role.EDITOR, tab=BEFORE).run()
    assert "a later version of Prevention Atlas wrote" in words_of(page)
    assert "as if no types were kept" in words_of(page)
    assert file.read_text(encoding="utf-8") == later
