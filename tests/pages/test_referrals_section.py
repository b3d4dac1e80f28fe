"""Data and methods says what was read of referrals and what is kept of them; and what a release hides."""

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.place_settings import read_place_settings
from data.referral_rows import Role
from geo.builds import Build
from models.referral_words import (
    becomes,
    correction,
    describe_extracts,
    describe_release,
    kept_notes,
    list_columns,
    list_fates,
)
from tests.small_builds import make_build, varied_areas
from tests.small_demand_builds import REPORT
from tests.small_figures import FACTS
from views.referrals_panel import sections_of, write_rows

MAIN = Path(__file__).parent.parent.parent / "views" / "pages" / "main.py"
FILE = REPORT["files"][0]


def open_section(build: Build, section: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    page.session_state["section"] = section
    page.switch_page("data_and_methods.py").run()
    assert not page.exception
    assert not page.error
    return page


def html_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def words_of(page: AppTest) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html_of(page)))


def test_every_row_every_column_and_every_reason_is_told(
    internal: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_section(internal, "Referrals", monkeypatch)
    words = words_of(page)
    for told in (
        "4,000 of 4,100 rows of 1 extract are used",
        "Standard Safeguarding Dataset",
        "No address",
        "names",
        "recognised, not kept past the read",
        "refuge 3",
        "Area 008A (E01000007)",
        "OFFICIAL-SENSITIVE",
        "2 January 2099",
        "atlas purge",
        "dates of both forms",
        "Write them as 2025-03-31.",
    ):
        assert told in words, told
    assert "<img src=x" not in html_of(page)
    assert "<b>.csv" not in html_of(page)
    assert any("atlas publish" in block.value for block in page.code)


def test_a_release_says_who_what_and_what_it_hides(released: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_section(released, "Release", monkeypatch)
    words = words_of(page)
    facts = released.released.facts
    for told in (facts["controller"], facts["rule"], facts["ledger"]):
        assert str(told) in words
    hidden = int(released.released.frame["status"].eq("suppressed").sum())
    assert f"{hidden:,} are hidden" in words
    assert not [block for block in page.code if "atlas publish" in block.value]


def test_a_build_has_the_sections_that_it_can_fill(tmp_path: Path, internal: Build, released: Build) -> None:
    assert sections_of(internal) == ["Referrals"]
    assert sections_of(released) == ["Release"]
    assert sections_of(make_build(tmp_path / "plain", varied_areas())) == []


def test_the_fates_add_up_to_the_rows() -> None:
    *fates, everything = [int(row["Rows"].replace(",", "")) for row in list_fates(FILE)]
    assert sum(fates) == everything == FILE["rows"]


@pytest.mark.parametrize("role", Role)
def test_every_role_says_what_becomes_of_its_column(role: Role) -> None:
    dropped = role in (Role.NAME, Role.BIRTH, Role.PUPIL_NUMBER, Role.HEALTH_NUMBER, Role.FREE_TEXT)
    words = becomes(role.value)
    assert ("not kept" in words) is (dropped or role in (Role.WORKER, Role.ADDRESS, Role.OTHER))
    assert bool(words)


def test_what_a_column_was_taken_for_is_shown_with_why() -> None:
    columns = {row["Column"]: row for row in list_columns(FILE)}
    assert columns["colour"]["What becomes of it"] == "not needed, not kept"
    assert columns["cine_referral_date"]["Told by"] == "its heading says so"


def test_the_correction_that_is_offered_is_sound_and_says_what_was_found(tmp_path: Path) -> None:
    text = correction(FILE)
    plain = tomllib.loads(text)["files"]["extract <b>.csv"]
    assert plain == {
        "events": "referrals",
        "roles": {"cine_referral_date": "date", 'home "postcode"': "postcode"},
    }
    (tmp_path / "place.toml").write_text(text, encoding="utf-8")
    said = read_place_settings(tmp_path).files["extract <b>.csv"]
    assert said.roles['home "postcode"'] is Role.POSTCODE


def test_nothing_read_says_so() -> None:
    told = {**REPORT, "files": [], "rows": 0, "used": 0, "kept": False}
    assert describe_extracts(told).text.startswith("No extract of referrals could be read")
    assert describe_extracts({**told, "files": [FILE]}).caveats == ("Nothing is kept of them.",)


def test_what_is_left_out_is_told() -> None:
    told = {**REPORT, "left_out": {"outside the councils covered": 12}, "notes": ["A note."]}
    assert "12 rows: outside the councils covered." in kept_notes(told)
    assert "A note." in kept_notes(told)


def test_a_release_counts_what_is_shown_and_hidden() -> None:
    assert describe_release(FACTS).text.endswith("30 of 32 are shown, 2 are hidden.")


def test_a_small_table_escapes_what_it_holds() -> None:
    html = write_rows([{"Kept": "<b>x</b>", "Rows": "1"}], '"quoted"')
    assert "<b>x" not in html
    assert "&lt;b&gt;x" in html
    assert 'class="n"' in html
