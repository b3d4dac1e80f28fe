"""A shortlist recorded on its page: from a draft to what was agreed, two people at it, then and today."""

from dataclasses import replace
from pathlib import Path

import pytest
from register_decisions import tampering
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from data.provenance import Tier
from data.register import tables
from data.register.decisions import EQUALITY, Decision, DecisionState
from data.register.records import COMMAND_LINE, Role
from data.register.store import Register, open_register
from geo.builds import Build
from tests.page_of import page_of
from tests.small_builds import HOSTILE, make_build, varied_areas
from views.shortlist_record import NONE_YET, NOT_YOURS
from views.shortlist_record_read import HIDDEN
from views.shortlist_state import key_of
from views.sign_in import ROLE_KEY

ASKED = {"c": "need_crime_rank~100~l~~pop_total~40", "top": "2"}
NEW = "need_crime_rank~100"
SAVE, AGREE, FOLLOW, RENEW = (key_of(f"record_{name}") for name in ("save", "agree", "follow", "renew"))


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A small build of four wards."""
    return make_build(tmp_path_factory.mktemp("record") / "build", varied_areas())


@pytest.fixture
def register(empty_register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    """A register of the test's own, empty."""
    path = tmp_path / "own.register.db"
    path.write_bytes(empty_register.read_bytes())
    monkeypatch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{path}")
    return open_register(tmp_path, f"sqlite:///{path}")


def opened(
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
    tab: str = "Record",
    role: Role = Role.EDITOR,
    **asked: str,
) -> AppTest:
    page = page_of("shortlist", build.path, monkeypatch, **{**ASKED, **asked}, tab=tab)
    page.session_state[ROLE_KEY] = role.value
    return run(page)


def run(page: AppTest) -> AppTest:
    page.run()
    assert [error.message for error in page.exception] == []
    return page


def write(page: AppTest, label: str, words: str) -> None:
    put(page, label, words)
    run(page)


def put(page: AppTest, label: str, words: str) -> None:
    """Write in a field, and let others be written before the page runs."""
    fields = [field for field in (*page.text_input, *page.text_area) if label in field.label]
    assert len(fields) == 1, (label, [field.label for field in fields])
    fields[0].set_value(words)


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click()
    return run(page)


def save(page: AppTest, name: str = "Two wards") -> None:
    """Write all that a record takes, and save it at once."""
    put(page, "Name of the record", name)
    put(page, "Who said the weights?", "The board")
    for asked in EQUALITY.values():
        put(page, asked, f"Answer: {asked}")
    put(page, "Who filled in the equality view?", "R. Ashdown")
    for field in [field.label for field in page.text_input if field.label.startswith("Why is ")]:
        put(page, field, f"Because of {field}")
    press(page, SAVE)


def only(register: Register) -> Decision:
    (record,) = register.decisions(COMMAND_LINE, Tier.INTERNAL)
    return record


def plain(words: str) -> str:
    return words.replace("\\", "")


def html_of(page: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in page.get("html"))


def test_from_a_draft_to_what_was_agreed_and_withdrawn(
    build: Build, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(build, monkeypatch)
    press(page, SAVE)
    assert "name is missing" in page.error[0].value
    save(page, "Two <b>wards</b>")
    draft = only(register)
    assert (draft.version, draft.state, draft.name) == (1, DecisionState.DRAFT, "Two <b>wards</b>")
    assert draft.criteria["top"] == 2
    assert len(draft.chosen) == 2
    assert all(choice.reason for choice in draft.chosen)
    assert draft.fairness
    assert [box.value for box in page.selectbox if box.label == "Record"] == [draft.id]
    assert page.button(key=SAVE).disabled
    write(page, "Who said the weights?", "")
    assert page.button(key=AGREE).disabled
    assert "who said the weights" in html_of(page)
    write(page, "Who said the weights?", "The board, in October")
    assert page.button(key=AGREE).disabled, "what is not saved is not agreed"
    press(page, SAVE)
    assert not page.button(key=AGREE).disabled
    press(page, AGREE)
    agreed = only(register)
    assert (agreed.state, agreed.version, agreed.weights_by) == ("agreed", 3, "The board, in October")
    shown = html_of(page)
    briefs = [
        str(one.proto.label) for one in page.get("download_button") if "with this record" in one.proto.label
    ]
    assert briefs == ["Briefing with this record: HTML, to print"]
    assert agreed.sha256 in shown
    assert draft.sha256 in shown
    assert "Every version is as it was saved" in shown
    assert "<b>wards" not in shown
    assert [area.label for area in page.text_area] == ["Why is it withdrawn?"]
    page.text_area[0].set_value("The grant was not given")
    press(page, key_of("record_withdraw"))
    assert only(register).reason == "The grant was not given"
    press(page, FOLLOW)
    save(page, "Another two")
    after, _ = register.decisions(COMMAND_LINE, Tier.INTERNAL)
    assert (after.name, after.successor_of) == ("Another two", agreed.id)


def test_who_is_second_sees_both_and_decides(
    build: Build, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(build, monkeypatch)
    save(page)
    first = only(register)
    write(page, "What had to be decided?", "Mine?")
    register.save_decision(COMMAND_LINE, replace(first, question=f"Theirs? {HOSTILE}"))
    write(page, "Name of the record", "My name")
    assert "Somebody was quicker" in page.warning[0].value
    shown = html_of(page)
    assert "Mine?" in shown
    assert "Theirs?" in shown
    assert "<img" not in shown
    press(page, key_of("record_mine"))
    kept = only(register)
    assert (kept.version, kept.question, kept.name) == (3, "Mine?", "My name")
    write(page, "What had to be decided?", "Mine again")
    page.button(key=SAVE).click()
    register.save_decision(COMMAND_LINE, replace(kept, question="Theirs again"))
    run(page)
    assert "it is version 4 now" in page.warning[0].value
    press(page, key_of("record_theirs"))
    assert not page.warning
    assert only(register).question == "Theirs again"
    assert next(a for a in page.text_area if "decided" in a.label).value == "Theirs again"


def test_what_is_typed_outlives_another_part_of_the_page_and_other_criteria(
    build: Build, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(build, monkeypatch)
    write(page, "Name of the record", "Half written")
    page.query_params["tab"] = "Compare"
    run(page)
    assert not page.text_input
    page.query_params["tab"] = "Record"
    page.query_params["c"] = NEW
    run(page)
    assert page.text_input[0].value == "Half written"
    save(page, "Written")
    assert len(only(register).criteria["criterion"]) == 1
    page.query_params["c"] = ASKED["c"]
    run(page)
    press(page, RENEW)
    renewed = only(register)
    assert (renewed.version, renewed.name, len(renewed.criteria["criterion"])) == (2, "Written", 2)


def test_a_ward_can_be_taken_out_and_another_be_named(
    build: Build, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(build, monkeypatch)
    write(page, "Name of the record", "One and one")
    listed = [box for box in page.checkbox if " is in" in box.label]
    assert [box.value for box in listed[:2]] == [True, True]
    out = str(listed[0].key).split("_in_")[1].split("_")[0]
    listed[0].uncheck()
    run(page)
    named = page.multiselect[0].options[-1]
    page.multiselect[0].select(page.multiselect[0].options[-1])
    run(page)
    write(page, f"Why is {named} out?", "it was talked about")
    press(page, SAVE)
    choices = {choice.code: choice for choice in only(register).choices}
    assert not choices[out].chosen
    assert choices[out].listed
    other = next(choice for choice in choices.values() if choice.name == named)
    assert (other.considered, other.reason) == (True, "it was talked about")


def test_each_role_sees_and_does_what_it_may(
    build: Build, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("views.navigation.may_see_figures", lambda *_: True)  # as of a shared build
    writer = opened(build, monkeypatch)
    save(writer, "Agreed name")
    analyst = opened(build, monkeypatch, role=Role.ANALYST)
    next(box for box in analyst.selectbox if box.label == "Record").select_index(1)
    keys = {str(button.key) for button in run(analyst).button}
    assert SAVE in keys
    assert AGREE not in keys
    assert NONE_YET in html_of(opened(build, monkeypatch, role=Role.VIEWER))
    press(writer, AGREE)
    viewer = opened(build, monkeypatch, role=Role.VIEWER)
    assert "Agreed name" in html_of(viewer)
    assert HIDDEN in html_of(viewer)
    assert not [button for button in viewer.button if str(button.key).startswith(key_of("record"))]
    partner = html_of(opened(build, monkeypatch, role=Role.PARTNER))
    assert NOT_YOURS in partner
    assert "Agreed name" not in partner


def test_reopened_it_says_what_has_changed_and_stands_beside_today(
    build: Build, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(build, monkeypatch)
    save(page)
    first = only(register)
    page = opened(build, monkeypatch, "Compare", c=NEW)
    shown = html_of(page)
    assert "Nothing that it was made of has changed since." in shown
    assert any("would be listed today, and no other" in plain(text.value) for text in page.markdown)
    old = replace(first.inputs[0], sha256="0" * 64, files={"0" * 64: "File_2019.csv (2019)"})
    aged = replace(first, inputs=(old, *first.inputs[1:]), app="0.0.1")
    register.save_decision(COMMAND_LINE, aged)
    shown = html_of(run(page))
    assert "instead of File_2019.csv (2019)." in shown
    assert "instead of 0.0.1." in shown
    press(page, key_of("compare_open"))
    assert page.query_params["c"] == ASKED["c"]
    other = replace(first, id=str(first.id)[:-1] + ("0" if first.id[-1] != "0" else "1"), version=0)
    swapped = tuple(replace(choice, chosen=not choice.chosen) for choice in first.choices)
    register.save_decision(COMMAND_LINE, replace(other, name="The others", choices=swapped))
    run(page)
    boxes = {box.label: box for box in page.selectbox}
    boxes["Record"].set_value(first.id)
    run(page)
    next(box for box in page.selectbox if box.label == "Beside").select_index(1)
    run(page)
    assert any("decided in by “The others”" in plain(text.value) for text in page.markdown)


def test_a_tampered_record_says_so(build: Build, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(build, monkeypatch)
    save(page)
    with tampering(register.engine) as connection:
        connection.execute(update(tables.decision).values(made_by="somebody@elmshire.example"))
    run(page)
    assert "This record was tampered with" in page.error[0].value
    assert SAVE not in {str(button.key) for button in page.button}
    compared = opened(build, monkeypatch, "Compare")
    assert "This record was tampered with" in compared.error[0].value
