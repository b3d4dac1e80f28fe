"""The places page: each section for each role, the form, and what the register answers."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.register.records import COMMAND_LINE, Actor, Place, Role, State
from data.register.store import Register
from geo.builds import Build
from tests.browser.register import begin_register, draft_at, make_register_build
from tests.conftest import PROJECT
from tests.small_builds import HOSTILE
from views.register_session import current_register
from views.sign_in import ORGANISATION_KEY, ROLE_KEY

PAGE = PROJECT / "views" / "pages" / "assets.py"


@pytest.fixture(scope="module")
def elmshire(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return make_register_build(tmp_path_factory.mktemp("assets"))


class Stand:
    """A register beside Elmshire, and the page as somebody sees it."""

    def __init__(self, build: Build, register: Register, organisation_id: str) -> None:
        self.build, self.register, self.organisation_id = build, register, organisation_id
        self.partner = Actor("local", Role.PARTNER, organisation_id)

    def open(self, role: Role = Role.PARTNER, **address: str) -> AppTest:
        page = AppTest.from_file(str(PAGE), default_timeout=60)
        page.session_state[ROLE_KEY] = role.value
        page.session_state[ORGANISATION_KEY] = self.organisation_id
        for name, value in address.items():
            page.query_params[name] = value
        return run(page)

    def submit(self, name: str, kind: str = "food", postcode: str = "ZE1 1AA") -> Place:
        return self.register.submit(self.partner, draft_at(self.build, name, kind, postcode)).place

    def publish(self, name: str, **where: str) -> Place:
        made = self.submit(name, **where)
        return self.register.publish(COMMAND_LINE, made.id, made.version)


@pytest.fixture
def stand(elmshire: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stand:
    monkeypatch.setenv("ATLAS_BUILD", str(elmshire.path))
    monkeypatch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    _, organisation_id = begin_register(elmshire)
    return Stand(elmshire, current_register(), organisation_id)


def run(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def words_of(page: AppTest) -> str:
    shown = [page.markdown, page.info, page.error, page.success, page.warning, page.subheader, page.code]
    texts = [element.value for group in shown for element in group]
    texts += [element.proto.body for element in page.get("html")]
    return " ".join(texts).replace("\\", "")


def told(page: AppTest) -> str:
    return page.success[0].value.replace("\\", "")


def field(page: AppTest, label: str) -> Any:  # noqa: ANN401
    groups = (page.text_input, page.text_area, page.button_group, page.checkbox, page.radio, page.selectbox)
    return next(one for group in groups for one in group if one.label == label)


def press(page: AppTest, label: str) -> AppTest:
    next(one for one in page.button if one.label == label).click()
    return run(page)


def fill(page: AppTest, name: str = "Mill Lane pantry", postcode: str = "ZE1 1BA", **more: str) -> AppTest:
    field(page, "Name of the place or group").set_value(name)
    field(page, "What kind of place is it?").set_value("food")
    field(page, "Postcode").set_value(postcode)
    for label, value in more.items():
        field(page, label).set_value(value)
    return run(page)


def labels_of(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_each_role_sees_the_sections_that_are_of_use_to_it(stand: Stand) -> None:
    page = stand.open(Role.PARTNER)
    assert field(page, "Section").options == ["Browse", "Add a place", "Add many", "My submissions"]
    assert field(page, "Section").value == "add"
    viewer = stand.open(Role.VIEWER)
    assert not [group for group in viewer.button_group if group.label == "Section"]
    for section in ("add", "many", "mine"):
        refused = stand.open(Role.VIEWER, section=section)
        assert "open the link of your invitation, or sign in" in words_of(refused)
        assert not refused.text_input


def test_everything_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(stand: Stand) -> None:
    page = stand.open()
    field(page, "Phone or email").set_value("ask at the bar")
    field(page, "Website").set_value("javascript:alert(1)")
    press(page, "Send to an editor")
    words = words_of(page)
    assert (
        "5 answers need another look: Name, What kind of place, Where it is, Phone or email, Website."
        in words
    )
    for fault in (
        "What is the place called?",
        "Choose the kind",
        "Type a postcode, or point",
        "neither a phone",
    ):
        assert fault in words
    assert not stand.register.mine(stand.partner)
    fill(page, **{"Website": "pantry.example.org", "Phone or email": "01632 960001 hello@example.org"})
    assert "another look" not in words_of(page)
    press(page, "Send to an editor")
    (place,) = stand.register.mine(stand.partner)
    assert (place.website, place.postcode) == ("https://pantry.example.org", "ZE1 1BA")
    (contact,) = place.contacts
    assert (contact.phone, contact.email, contact.consent) == ("01632 960001", "hello@example.org", False)


def test_a_place_that_is_sent_twice_is_one_and_has_a_receipt_that_anybody_can_follow(stand: Stand) -> None:
    page = fill(stand.open(), **{"When is it open?": "Tues and Thurs 10-12, term time"})
    assert "It falls in <b>Oakmere 001A</b>, Ward A." in words_of(page)
    assert "Read as: Tuesday and Thursday 10am to 12 noon; term time." in words_of(page)
    assert "If published:" in words_of(page)
    press(page, "Send to an editor")
    token = page.query_params["receipt"]
    page.query_params.pop("receipt")
    press(run(page), "Send to an editor")
    assert page.query_params["receipt"] == token
    (place,) = stand.register.mine(stand.partner)
    assert [(o.day, o.opens) for o in place.services[0].openings] == [(1, "10:00"), (3, "10:00")]
    receipt = stand.open(Role.VIEWER, receipt=token)
    assert "Thank you. We have Mill Lane pantry" in words_of(receipt)
    assert f"assets?receipt={token}" in words_of(receipt)
    assert labels_of(receipt) == []
    press(page, "Add another")
    assert field(page, "Name of the place or group").value == ""
    assert "receipt" not in page.query_params
    altered = stand.open(Role.VIEWER, receipt=token[:-3] + "AAA")
    assert altered.error
    assert "Mill Lane" not in words_of(altered)


def test_places_that_may_be_meant_are_shown_and_what_was_typed_is_kept(stand: Stand) -> None:
    there = stand.publish("Mill Lane Food Pantry")
    page = stand.open()
    field(page, "Name of the place or group").set_value("Mill Lane food pantry")
    run(page)
    assert "Is it this one?" in words_of(page)
    press(page, "It is this one")
    assert page.query_params["place"] == there.id
    assert "Confirmed November 2026" in words_of(page)
    field(page, "Section").set_value("add")
    run(page)
    assert field(page, "Name of the place or group").value == "Mill Lane food pantry"
    press(page, "No, it is another")
    assert "Is it this one?" not in words_of(page)


def test_a_postcode_that_is_not_there_says_so_and_a_pin_does_instead(stand: Stand) -> None:
    page = fill(stand.open(), postcode="ZE1 1BZ")
    assert "ZE1 1BZ is in no list of postcodes." in words_of(page)
    page.session_state["add 0 pin"] = (430_500.0, 560_500.0)
    field(page, "Postcode").set_value("")
    page.session_state["add 0 pin"] = (430_500.0, 560_500.0)
    run(page)
    page.session_state["add 0 pin"] = (430_500.0, 560_500.0)
    press(page, "Send to an editor")
    (place,) = stand.register.mine(stand.partner)
    assert (place.located_by, place.easting_m, place.ward_name) == ("point", 430_500.0, "Ward A")


def test_a_place_that_may_be_confidential_is_held_calmly_and_its_location_is_nowhere(stand: Stand) -> None:
    page = press(fill(stand.open(), "Rowan women's refuge"), "Send to an editor")
    held = words_of(page)
    assert "An editor looks at it first." in held
    assert "nobody is shown where it is" in held
    assert "everyone can find it" not in held
    mine = words_of(stand.open(section="mine"))
    assert "Rowan" in mine
    assert "ZE1 1BA" not in held + mine
    place_id = stand.register.mine(stand.partner)[0].id
    change = stand.open(section="mine", do="edit", place=place_id)
    assert field(change, "Postcode").value == ""
    field(change, "Name of the place or group").set_value("Rowan women's refuge shop")
    press(run(change), "Send again")
    assert stand.register.mine(stand.partner)[0].name == "Rowan women's refuge shop"
    assert stored(stand, place_id, "postcode") == "ZE1 1BA"


def stored(stand: Stand, place_id: str, column: str) -> object:
    with stand.register.engine.connect() as connection:
        return connection.scalar(text(f"select {column} from place where id = :id"), {"id": place_id})


def test_a_question_is_answered_and_a_reason_is_seen(stand: Stand) -> None:
    asked, refused = stand.submit("Mill debt advice", "advice"), stand.submit("Old club", "other")
    stand.register.ask(COMMAND_LINE, asked.id, asked.version, "Which *days*?")
    stand.register.reject(COMMAND_LINE, refused.id, refused.version, "It has closed.")
    page = stand.open(section="mine")
    assert "**The editor wrote:** Which *days*?" in words_of(page)
    assert "**The editor wrote:** It has closed." in words_of(page)
    press(page, "Answer and send again")
    assert "Which *days*?" in page.info[0].value.replace("\\", "")
    field(page, "When is it open?").set_value("Mondays 1 to 3")
    press(run(page), "Send again")
    assert "your change was saved" in words_of(page)
    (place,) = [place for place in stand.register.mine(stand.partner) if place.id == asked.id]
    assert (place.state, place.services[0].openings[0].opens) == (State.SUBMITTED, "13:00")


def test_a_lost_race_shows_both_versions_and_loses_neither(stand: Stand) -> None:
    place = stand.submit("Mill pantry")
    page = stand.open(section="mine", do="edit", place=place.id)
    field(page, "Name of the place or group").set_value("Mill Lane pantry")
    field(page, "What happens there?").set_value("Food and tea")
    edited = replace(place, name="Mill food pantry", website="https://mill.example")
    stand.register.edit(COMMAND_LINE, edited)
    press(run(page), "Send again")
    assert "Somebody else changed this place" in page.warning[0].value
    assert {radio.label for radio in page.radio} == {"Name", "What happens there", "Website"}
    assert field(page, "Name").options == [
        "**Yours:** Mill Lane pantry",
        "**The register’s:** Mill food pantry",
    ]
    field(page, "Name").set_value("theirs")
    field(page, "Website").set_value("theirs")
    press(page, "Go on with these")
    assert field(page, "What happens there?").value == "Food and tea"
    press(page, "Send again")
    (now,) = stand.register.mine(stand.partner)
    said = (now.name, now.website, now.services[0].description)
    assert said == ("Mill food pantry", "https://mill.example", "Food and tea")


def test_a_change_is_suggested_its_fate_is_seen_and_a_place_can_have_closed(stand: Stand) -> None:
    first, second = stand.publish("Mill pantry"), stand.publish("Quay pantry", postcode="ZE3 6AG")
    page = stand.open(section="browse", place=first.id)
    press(page, "Suggest a change")
    press(page, "Send to an editor")
    assert "Nothing is changed." in words_of(page)
    field(page, "Name of the place or group").set_value("Mill Lane pantry")
    field(page, "Anything else the editor should know? (optional)").set_value("They moved <b>next door</b>")
    press(run(page), "Send to an editor")
    (suggestion,) = stand.register.suggestions(COMMAND_LINE)
    assert dict(suggestion.changes).keys() == {"name", "services"}
    stand.register.settle(COMMAND_LINE, suggestion.id, False, "It is called Mill pantry.")
    press(stand.open(section="mine", do="suggest", place=second.id), "It has closed")
    (closed,) = stand.register.suggestions(COMMAND_LINE)
    stand.register.settle(COMMAND_LINE, closed.id, True)
    assert stored(stand, second.id, "state") == "retired"
    fates = stand.open(section="mine")
    assert ":gray-badge[Not taken over]" in words_of(fates)
    assert "**The editor wrote:** It is called Mill pantry." in words_of(fates)


def test_own_places_are_confirmed_by_one_press_and_several_at_once(stand: Stand) -> None:
    for number in (1, 2):
        stand.publish(f"Hall {number}", kind="community_centre", postcode=f"ZE{number} 1BA")
    age_all(stand)
    page = stand.open(section="mine")
    assert [label for label in labels_of(page) if label == "It is still open"] == ["It is still open"] * 2
    press(page, "It is still open")
    assert "confirmed today. Thank you." in told(page)
    age_all(stand)
    page = stand.open(section="mine")
    page.session_state["several"] = True
    press(run(page), "These are still open")
    assert "2 places: confirmed today." in told(page)
    assert [place.last_confirmed for place in stand.register.published()] == [date.today()] * 2


def age_all(stand: Stand) -> None:
    with stand.register.engine.begin() as connection:
        connection.execute(text("update place set last_confirmed = '2025-03-02'"))


def test_browsing_finds_by_words_kind_and_freshness_and_hostile_names_are_text(stand: Stand) -> None:
    stand.publish("Mill pantry")
    hostile = stand.publish(
        f"{HOSTILE} **Club** [x](https://evil.example)", kind="youth_sport", postcode="ZE3 6AG"
    )
    page = stand.open(Role.VIEWER)
    assert "2 places, confirmed in the last 12 months." in words_of(page)
    field(page, "Search").set_value("pantry 1aa")
    run(page)
    assert "1 place, confirmed" in words_of(page)
    found = page.dataframe[0].value
    assert found["Name"].tolist() == ["Mill pantry"]
    page = stand.open(Role.VIEWER, place=hostile.id, kinds="youth_sport", fresh="confirmed")
    card = words_of(page)
    assert HOSTILE not in card
    assert "&lt;img src=x onerror=&quot;window.hacked=1&quot;&gt; **Club** [x](https://evil.example)" in card
    assert "01632 960001" in card
    assert labels_of(page) == ["Close"]
    assert "Nothing was found." in words_of(stand.open(Role.VIEWER, fresh="old"))


def test_what_is_not_published_is_refused_and_logged(stand: Stand) -> None:
    secret = stand.submit("Somebody's draft")
    stranger = stand.open(Role.VIEWER, place=secret.id)
    assert "Somebody's draft" not in words_of(stranger)
    assert stranger.error
    other = stand.open(Role.VIEWER, section="mine", do="edit", place=secret.id)
    assert not other.text_input
    assert [(r.who, r.entity_id) for r in stand.register.refusals(COMMAND_LINE)] == [("local", secret.id)]


def bring(page: AppTest, name: str, content: str) -> AppTest:
    page.file_uploader[0].set_value([(name, content.encode(), "text/csv")])
    return run(page)


def test_many_places_are_sent_all_at_once_or_none(stand: Stand) -> None:
    stand.publish("Mill pantry")
    page = stand.open(section="many")
    bring(page, "places.csv", f"Name,Kind,Postcode\nQuay club,Disco,ZE1 1BA\n{HOSTILE},food,ZE9\n")
    assert "2 cells need another look, in 2 rows. Nothing has been sent." in words_of(page)
    assert "“Disco” is no kind of place." in words_of(page)
    assert not [label for label in labels_of(page) if label.startswith("Send")]
    bring(page, "children.csv", "Child_ID,DOB,Name,Kind,Postcode\n1,2011-02-03,A,food,ZE1 1BA\n")
    assert page.error
    assert "2011-02-03" not in words_of(page)
    bring(page, "places.csv", "Name,Kind,Postcode\nMill pantry,food,ZE1 1AA\nQuay club,youth club,ZE1 1BA\n")
    assert "Nothing is wrong: 2 places can be sent." in words_of(page)
    assert "Probably listed already: row 2 (Mill pantry: the same name" in words_of(page)
    press(page, "Send all 2 to an editor")
    assert "2 places were sent." in told(page)
    assert page.query_params["section"] == "mine"
    assert {place.name for place in stand.register.mine(stand.partner)} == {"Mill pantry", "Quay club"}
    assert len(stand.register.mine(stand.partner)) == 3


def test_the_open_form_takes_a_place_from_anybody_and_no_contact_to_be_shown(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_OPEN_FORM", "1")
    page = stand.open(Role.VIEWER, section="add")
    assert field(page, "Section").options == ["Browse", "Add a place"]
    assert not page.checkbox
    press(fill(page, **{"Phone or email": "01632 960001"}), "Send to an editor")
    assert "Thank you. We have Mill Lane pantry" in words_of(page)
    assert labels_of(page) == ["Add another"]
    (place,) = stand.register.queue(COMMAND_LINE)
    assert not place.contacts[0].consent


def test_a_partner_of_no_organisation_is_told_what_to_do(stand: Stand) -> None:
    stand.organisation_id = ""
    page = press(fill(stand.open()), "Send to an editor")
    assert "Ask an editor to add yours" in words_of(page)
    assert not stand.register.queue(COMMAND_LINE)
