"""The review as an editor meets it: each section and decision, two editors at one place, who stays out."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from streamlit.testing.v1 import AppTest

from data.register.fields import to_json
from data.register.records import (
    COMMAND_LINE,
    Actor,
    Contact,
    Organisation,
    Place,
    Role,
    Service,
    State,
)
from data.register.store import Register, open_register
from geo.builds import Build, open_build
from geo.places import Places
from tests.conftest import PROJECT
from tests.small_builds import HOSTILE, make_build, provenance, varied_areas
from tests.small_places import varied_places
from tests.small_register import LONG_AGO, bring_in, file_source, place_in
from views.review_state import Section
from views.sign_in import ROLE_KEY

PAGE = PROJECT / "views" / "pages" / "review.py"
AREAS = varied_areas()
FIRST, SECOND, *_ = AREAS.frame.index
EDITOR = Actor("local", Role.EDITOR)
"""Who an editor at this computer is."""


def key(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


TRUST = Organisation(key("trust"), 0, "Brambley *Trust*")


@dataclass(frozen=True)
class Desk:
    """A build with its register, and the partner who sends places."""

    build: Build
    register: Register
    partner: Actor

    def send(self, name: str, code: str = FIRST, kind: str = "food", **more: object) -> Place:
        """Submit a place as the partner does."""
        draft = place_in(AREAS, code, name, kind, id=key(name), version=0, postcode="ZE1 1AA", **more)
        return self.register.submit(self.partner, draft).place

    def now(self, name: str) -> Place:
        """The place as it stands."""
        return self.register.find(COMMAND_LINE, key(name))


def with_files(path: Path) -> Build:
    """A build with places of files, which says when it was made."""
    rows = varied_places(AREAS)
    files = {file: provenance(f"Places of {file}") for file in rows["file"].unique()}
    make_build(path, AREAS, Places(rows, files))
    (path / "report.json").write_text(json.dumps({"made": "2026-11-01T09:00:00"}), encoding="utf-8")
    return open_build(path)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Build]:
    """A build without places and one with places of files; each test has a register of its own."""
    root = tmp_path_factory.mktemp("builds")
    return {"bare": make_build(root / "bare", AREAS), "with files": with_files(root / "files")}


@pytest.fixture
def desk(
    builds: dict[str, Build], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Desk:
    build = builds[getattr(request, "param", "bare")]
    url = f"sqlite:///{tmp_path / 'register.db'}"
    for name, value in {"BUILD": build.path, "BUILDS": tmp_path, "DATABASE_URL": url}.items():
        monkeypatch.setenv(f"ATLAS_{name}", str(value))
    register = open_register(build.path, url)
    register.save_organisation(COMMAND_LINE, TRUST)
    invitation, _ = register.invite(COMMAND_LINE, TRUST.id)
    partner = Actor("invitation of Brambley *Trust*", Role.PARTNER, TRUST.id, invitation.id)
    return Desk(build, register, partner)


def open_review(section: Section = Section.QUEUE, role: Role = Role.EDITOR, **asked: str) -> AppTest:
    page = AppTest.from_file(str(PAGE), default_timeout=30)
    page.session_state[ROLE_KEY] = role.value
    for name, value in {"section": section.value, **asked}.items():
        page.query_params[name] = value
    return page.run()


def words_of(page: AppTest) -> str:
    """Everything that a page says."""
    assert not page.exception
    html = " ".join(element.proto.body for element in page.get("html"))
    others = (page.markdown, page.success, page.error, page.warning, page.info, page.subheader)
    return " ".join([html, *(element.value for kind in others for element in kind)])


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [button for button in page.button if button.label == label]
    return button.click().run()


def test_every_section_opens_before_anything_happened(desk: Desk) -> None:
    for section in Section:
        assert len(words_of(open_review(section))) > 20


def test_hostile_text_is_text_in_every_section(desk: Desk) -> None:
    bring_in(
        desk.register, file_source(HOSTILE), place_in(AREAS, FIRST, f"Old {HOSTILE}", last_confirmed=LONG_AGO)
    )
    service = Service(key("service"), HOSTILE, "food", description="[a](javascript:alert(1))")
    desk.send(
        HOSTILE, SECOND, services=(service,), contacts=(Contact(key("c"), HOSTILE, phone="01632 960001"),)
    )
    old = desk.register.published()[0]
    desk.register.suggest(desk.partner, old.id, old.version, {"name": f"New {HOSTILE}"}, HOSTILE)
    for section in Section:
        said = words_of(open_review(section))
        own = said.count("<img alt=")  # the small map
        assert said.count("<img") == said.count(r"\<img") + own
        if section not in (Section.ORGANISATIONS, Section.REFUSED, Section.STALE):
            assert "&lt;img" in said or r"\<img" in said


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER, Role.ANALYST])
def test_nobody_else_sees_the_review_even_without_the_router(desk: Desk, role: Role) -> None:
    desk.send("Mill Pantry")
    page = open_review(role=role)
    said = words_of(page)
    if role is Role.ANALYST:  # sees what is not published, and decides nothing
        page = press(page, "Publish")
        assert "may not" in words_of(page)
        assert desk.now("Mill Pantry").state is State.SUBMITTED
    else:
        assert "Mill Pantry" not in said
        assert "Refused" in said
    assert desk.register.refusals(COMMAND_LINE)[0].role is role


def test_a_button_does_nothing_once_its_editor_is_none_any_more(desk: Desk) -> None:
    desk.send("Mill Pantry")
    page = open_review()
    page.session_state[ROLE_KEY] = Role.VIEWER.value  # as when a sign-in ends, or a role is taken away
    page = press(page, "Publish")
    assert desk.now("Mill Pantry").state is State.SUBMITTED
    assert "Refused" in words_of(page)


@pytest.mark.parametrize("desk", ["with files"], indirect=True)
def test_the_first_publication_brings_the_places_of_the_files_with_it(desk: Desk) -> None:
    desk.send("Mill Pantry")
    desk.send("Quay Pantry", SECOND)
    count = len(desk.build.places.frame)
    page = open_review()
    assert f"The register takes over from the {count:,} places of your files." in words_of(page)
    page = press(page, "Publish")
    said = words_of(page)
    assert f"{count:,} places of your files came in. “Mill Pantry” is published." in said.replace("\\", "")
    assert "within 15 minutes’ walk" in said
    assert len(desk.register.published()) == count + 1
    assert page.radio[0].value == key("Quay Pantry")  # the next is open
    assert "takes over" not in said


def test_a_question_needs_words_and_the_partner_reads_them(desk: Desk) -> None:
    desk.send("Mill Pantry")
    page = press(open_review(), "Send the question")
    assert "A reason is missing" in page.error[0].value
    assert desk.now("Mill Pantry").state is State.SUBMITTED
    (picked,) = [group for group in page.get("button_group") if "ask" in str(group.key)]
    picked.set_value(["Is it still running?"])
    (words,) = [area for area in page.text_area if "ask" in str(area.key)]
    words.input("We rang: *nobody* answered.")
    page = press(page, "Send the question")
    asked = desk.register.find(desk.partner, key("Mill Pantry"))
    assert asked.state is State.NEEDS_INFORMATION
    assert asked.reason == "Is it still running? We rang: *nobody* answered."
    assert "You asked" in str(page.radio[0].options)


def test_what_was_changed_after_a_question_is_shown(desk: Desk) -> None:
    sent = desk.send("Mill Pantry")
    desk.register.ask(EDITOR, sent.id, sent.version, "Which door?")
    asked = desk.register.find(desk.partner, sent.id)
    desk.register.edit(desk.partner, replace(asked, address="Side door"))
    said = words_of(open_review())
    assert "After it was asked: Which door?" in said
    assert "Side door" in said


def test_a_held_place_says_its_word_and_not_where_it_is(desk: Desk) -> None:
    desk.send("Larkfield Refuge", address="12 Larkfield Road")
    page = open_review()
    said = words_of(page).replace("\\", "")
    assert "it has the word “refuge”" in said
    for secret in ("Larkfield Road", "ZE1 1AA", "400,", 'src="data:image'):
        assert secret not in said
    assert "Ward 1 ward" not in said.replace(desk.now("Larkfield Refuge").ward_name or "no ward", "")
    page = press(page, "Publish as confidential")
    assert "its location withheld" in words_of(page)
    assert desk.now("Larkfield Refuge").confidential
    assert "Larkfield Refuge" not in {place.name for place in desk.register.published()}


def test_who_was_slower_sees_both_versions_and_decides_again(desk: Desk) -> None:
    desk.send("Mill Pantry")
    page = open_review()
    desk.register.edit(COMMAND_LINE, replace(desk.now("Mill Pantry"), name="Mill Lane Pantry"))
    page = press(page, "Publish")
    said = words_of(page)
    assert "Somebody was quicker" in said
    assert "Mill Pantry" in said
    assert "Mill Lane Pantry" in said
    assert desk.now("Mill Pantry").state is State.SUBMITTED
    page = press(press(page, "I have seen it"), "Publish")
    assert "Somebody was quicker" not in words_of(page)
    assert desk.now("Mill Pantry").state is State.PUBLISHED


def test_twins_are_made_one_with_the_values_that_were_chosen(desk: Desk) -> None:
    bring_in(
        desk.register, file_source("Pantries"), place_in(AREAS, FIRST, "Mill Pantry", postcode="ZE1 1AA")
    )
    desk.send("The Mill Pantry", website="https://mill.example")
    listed = desk.register.published()[0]
    page = open_review()
    said = words_of(page)
    assert "at the same point" in str([expander.label for expander in page.expander])
    assert "The other is published, so it would stay" in said
    (name,) = [group for group in page.get("button_group") if str(group.key).startswith("side name")]
    assert name.value == "goes"
    name.set_value("stays")
    page = press(page, "Same place: make them one")
    assert "went into" in words_of(page)
    kept = desk.register.find(COMMAND_LINE, listed.id)
    assert (kept.name, kept.website, kept.state) == ("Mill Pantry", "https://mill.example", State.PUBLISHED)
    assert desk.now("The Mill Pantry").merged_into == listed.id


def test_places_told_apart_are_not_shown_again(desk: Desk) -> None:
    desk.send("Mill Pantry")
    desk.send("Mill Pantry 2", contacts=(Contact(key("c"), phone="01632 960001"),))
    page = open_review(place=key("Mill Pantry 2"))
    assert len([button for button in page.button if button.label == "Different place"]) == 1
    page = press(page, "Different place")
    assert not [button for button in page.button if button.label == "Different place"]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_suggestion_is_accepted_or_rejected_with_a_reason(desk: Desk, accepted: bool) -> None:
    bring_in(desk.register, file_source("Pantries"), place_in(AREAS, FIRST, "Mill Pantry"))
    place = desk.register.published()[0]
    desk.register.suggest(desk.partner, place.id, place.version, {"name": "Mill Larder"}, "New sign")
    page = open_review(Section.SUGGESTIONS)
    assert "Mill Larder" in words_of(page)
    if accepted:
        page = press(page, "Accept")
    else:
        assert "A reason is missing" in press(page, "Reject it").error[0].value
        (words,) = page.text_area
        words.input("The sign is old.")
        page = press(page, "Reject it")
    (settled,) = desk.register.suggestions(desk.partner, "accepted" if accepted else "rejected")
    assert settled.reason == ("" if accepted else "The sign is old.")
    assert desk.register.find(COMMAND_LINE, place.id).name == ("Mill Larder" if accepted else "Mill Pantry")
    assert "No change is suggested" in words_of(page)


def test_an_organisation_is_added_invited_by_a_link_told_once_and_the_link_withdrawn(desk: Desk) -> None:
    page = open_review(Section.ORGANISATIONS)
    next(field for field in page.text_input if field.label == "Name").input("Quay Club")
    page = next(button for button in page.button if button.label == "Save").click().run()
    quay = next(one for one in desk.register.organisations() if one.name == "Quay Club")
    assert page.query_params["place"] == quay.id
    page = press(page, "Make the link")
    link = page.code[0].value
    guest = desk.register.guest(link.rsplit("/", 1)[1])
    assert guest.organisation_id == quay.id
    page = press(page, "I have copied it")
    assert not page.code
    assert "valid until" in words_of(page)
    page = press(page, "Withdraw")
    assert "withdrawn on" in words_of(page)
    with pytest.raises(ValueError, match="withdrawn"):
        desk.register.guest(link.rsplit("/", 1)[1])


def test_what_was_done_is_told_in_words_and_undone(desk: Desk) -> None:
    sent = desk.send("Mill Pantry")
    desk.register.reject(EDITOR, sent.id, sent.version, "It has closed.")
    page = open_review(Section.HISTORY)
    said = words_of(page)
    assert "<b>Rejected</b> · Mill Pantry" in said
    assert "Reason given: “It has closed.” added" in said
    number = desk.register.history(COMMAND_LINE, sent.id, 1)[0].number
    page = page.button(key=f"undo {number}").click().run()
    assert f"Change {number} (rejected) is undone" in words_of(page).replace("\\", "")
    assert desk.now("Mill Pantry").state is State.SUBMITTED
    page.selectbox(key="history_deed").set_value("rejected").run()
    assert "<b>Submitted</b>" not in words_of(page)


def test_a_published_place_is_made_confidential_shown_again_and_retired(desk: Desk) -> None:
    sent = desk.send("Mill Pantry", address="1 Mill Lane")
    desk.register.publish(EDITOR, sent.id, sent.version)
    page = press(open_review(Section.PLACES), "Make its location confidential")
    assert desk.register.published() == ()
    assert "1 Mill Lane" not in words_of(page)
    assert words_of(open_review(Section.HISTORY)).count("would be shown to everyone again") == 1
    page = press(page, "Show it to everyone")
    assert [place.address for place in desk.register.published()] == ["1 Mill Lane"]
    (words,) = [area for area in page.text_area if "retire" in str(area.key)]
    words.input("It has moved out.")
    page = press(page, "Retire it")
    assert desk.now("Mill Pantry").reason == "It has moved out."
    page = press(page, "Bring it back")
    assert desk.now("Mill Pantry").state is State.PUBLISHED


def test_a_published_place_that_is_held_is_decided_like_a_new_one(desk: Desk) -> None:
    bring_in(desk.register, file_source("Pantries"), place_in(AREAS, FIRST, "Mill Pantry"))
    place = desk.register.published()[0]
    changes = {"name": "Mill Refuge"}
    asked = desk.register.suggest(desk.partner, place.id, place.version, changes)
    desk.register.settle(EDITOR, asked.id, True)
    page = open_review()
    assert "it has the word “refuge”" in words_of(page).replace("\\", "")
    page = press(page, "Publish")
    assert desk.register.find(COMMAND_LINE, place.id).held == ""


def test_two_editors_of_an_organisation_lose_nothing(desk: Desk) -> None:
    page = open_review(Section.ORGANISATIONS)
    trust = desk.register.organisations()[0]
    desk.register.save_organisation(COMMAND_LINE, replace(trust, website="https://trust.example"))
    page.text_input(key=f"organisation {trust.id} 1 0 name").input("Brambley Family Trust")
    page = [button for button in page.button if button.label == "Save"][1].click().run()
    said = words_of(page)
    assert "Somebody was quicker" in said
    assert "Brambley Family Trust" in said
    assert "https://trust.example" in said
    press(page, "Keep mine over it")
    assert desk.register.organisations()[0].name == "Brambley Family Trust"


def test_a_contact_is_erased_from_the_card_and_from_the_history(desk: Desk) -> None:
    desk.send("Mill Pantry", contacts=(Contact(key("c"), "Ada Lovell", phone="01632 960001"),))
    page = open_review()
    assert "Ada Lovell" in words_of(page)
    page = press(page, "Erase for good")
    assert "Ada Lovell" not in words_of(page)
    assert desk.now("Mill Pantry").contacts == ()


def test_a_long_queue_is_shown_a_page_at_a_time_and_a_link_opens_the_right_one(desk: Desk) -> None:
    for number in range(10):
        desk.send(f"Pantry {number}")
    page = open_review(place=key("Pantry 9"))
    listed = page.radio[0]
    assert len(listed.options) == 2
    assert listed.value == key("Pantry 9")
    assert page.subheader[0].value == "Pantry 9"
    assert len(open_review(page="1").radio[0].options) == 8
    assert len(open_review(page="999999").radio[0].options) == 2


def test_places_are_found_in_every_state_and_opened(desk: Desk) -> None:
    bring_in(desk.register, file_source("Pantries"), place_in(AREAS, FIRST, "Mill Pantry"))
    desk.send("Mill Club")
    page = open_review(Section.PLACES, only="submitted")
    (listed,) = page.radio[0].options
    assert listed.startswith("**Mill Club**")
    page.selectbox(key="review_state").set_value("").run()
    page.text_input(key="review_find").input("pantry").run()
    assert page.subheader[0].value == "Mill Pantry"
    page = press(page, "Confirm that it is still open")
    assert "1 place is confirmed" in words_of(page)


def test_what_is_suggested_is_no_news_where_the_place_says_it_already(desk: Desk) -> None:
    bring_in(desk.register, file_source("Pantries"), place_in(AREAS, FIRST, "Mill Pantry"))
    place = desk.register.published()[0]
    desk.register.suggest(desk.partner, place.id, place.version, {"name": "Mill Larder"})
    desk.register.edit(COMMAND_LINE, replace(place, name="Mill Larder"))
    assert to_json(desk.register.published()[0])["name"] == "Mill Larder"
    said = words_of(open_review(Section.SUGGESTIONS))
    assert "The place says this already." in said
    assert "The place was changed since this was suggested" in said
