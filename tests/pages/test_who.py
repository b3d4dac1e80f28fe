"""Who uses a page: the role at this computer, who may add, and the addresses that the app gives out."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.register.records import COMMAND_LINE, Actor, Organisation, Role
from tests.small_builds import make_build, varied_areas
from views import sign_in
from views.limits import Limit
from views.register_session import current_register
from views.sign_in import may_add

FIRST, SECOND = "0f0e1b52-6b4e-4b0c-8c7e-3a2f1d0c9b8a", "0f0e1b52-6b4e-4b0c-8c7e-3a2f1d0c9b8b"


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD", str(make_build(tmp_path / "build", varied_areas()).path))


def who_page() -> None:
    """The page of who you are, and what the store is told of it."""
    import streamlit as st

    from views.sign_in import current_visitor
    from views.who_panel import show_who, title_of

    visitor = current_visitor()
    show_who(visitor)
    st.text(f"{visitor.actor.role}|{visitor.actor.organisation_id}|{visitor.actor.name}|{title_of(visitor)}")


def told(page: AppTest) -> list[str]:
    assert not page.exception
    return page.text[0].value.split("|")


def test_somebody_at_this_computer_is_a_viewer_until_they_choose() -> None:
    page = AppTest.from_function(who_page, default_timeout=60).run()
    assert told(page) == ["viewer", "", "local", "Local, no sign-in"]
    page.radio[0].set_value(Role.EDITOR).run()
    assert told(page) == ["editor", "", "local", "Local, no sign-in: editor"]


def test_a_partner_is_one_of_an_organisation() -> None:
    page = AppTest.from_function(who_page, default_timeout=60).run()
    page.radio[0].set_value(Role.PARTNER).run()
    assert told(page)[:2] == ["partner", ""]
    assert "no organisation yet" in page.info[0].value
    for number, (key, name) in enumerate(((FIRST, "Mill *Lane*"), (SECOND, "Quay"))):
        current_register().save_organisation(COMMAND_LINE, Organisation(key, 0, name))
        assert number == len(current_register().organisations()) - 1
    page.run()
    assert told(page)[:2] == ["partner", FIRST]
    page.selectbox[0].set_value(SECOND).run()
    assert told(page)[:2] == ["partner", SECOND]
    page.radio[0].set_value(Role.VIEWER).run()
    assert told(page)[:2] == ["viewer", ""]


def test_looking_makes_no_register(tmp_path: Path) -> None:
    AppTest.from_function(who_page, default_timeout=60).run()
    assert not list(tmp_path.glob("*register*"))


def test_a_viewer_adds_where_the_open_form_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    may = {role: may_add(Actor("x", role)) for role in Role}
    assert [role for role in Role if may[role]] == [Role.PARTNER, Role.EDITOR, Role.ADMIN]
    monkeypatch.setenv("ATLAS_OPEN_FORM", "true")
    assert may_add(Actor("x", Role.VIEWER))


def submit_page() -> None:
    """A page that counts a submission by the open form."""
    import streamlit as st

    from data.errors import RegisterError
    from views.sign_in import count_open_submission

    try:
        count_open_submission()
        st.text("counted")
    except RegisterError as error:
        st.text(error.hint)


def test_one_client_submits_so_often_by_the_open_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "SUBMISSIONS", Limit(2, 60))
    page = AppTest.from_function(submit_page, default_timeout=60)
    assert [page.run().text[0].value for _ in range(2)] == ["counted", "counted"]
    assert "invitation link" in page.run().text[0].value


def link_page() -> None:
    """A page that gives an address."""
    import streamlit as st

    from views.sign_in import link_to

    st.text(link_to("assets?receipt=x"))


@pytest.mark.parametrize("public", ["https://atlas.council.example", "https://atlas.council.example/"])
def test_an_address_is_that_under_which_partners_reach_the_app(
    monkeypatch: pytest.MonkeyPatch, public: str
) -> None:
    monkeypatch.setenv("ATLAS_PUBLIC_URL", public)
    page = AppTest.from_function(link_page, default_timeout=60).run()
    assert page.text[0].value == "https://atlas.council.example/assets?receipt=x"
