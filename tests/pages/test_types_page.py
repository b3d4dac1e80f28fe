"""The Types page opens on every view, and its sentence, legend, cards, table and file agree."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.register.records import Actor, Role
from data.type_overrides import Override, Overrides, overrides_file, save_override
from geo.builds import Build
from models import type_findings, type_structure
from models.type_ground import ground_of
from tests.page_of import keep_files, page_of
from tests.small_builds import HOSTILE, make_build, varied_areas
from tests.small_figures import shared, shared_build_of
from tests.small_kinds import COUNT, areas_of_kinds
from views import types_figures, types_words
from views.inside import WHY_INSIDE
from views.sign_in import ROLE_KEY

Open = Callable[..., AppTest]
Files = dict[str, str]


@pytest.fixture(scope="module")
def internal_kinds(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """An internal build of three kinds of place, with referrals."""
    return make_build(tmp_path_factory.mktemp("kinds") / "build", areas_of_kinds(figures=True))


@pytest.fixture(scope="module")
def shared_kinds(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The same, released."""
    areas = shared(areas_of_kinds(figures=True))
    return shared_build_of(tmp_path_factory.mktemp("shared_kinds") / "build", areas)


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """How surely types come out again is tried a few times only."""
    monkeypatch.setattr(type_findings, "ground_of", partial(ground_of, draws=8))


@pytest.fixture
def open_page(internal_kinds: Build, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page on a build, with choices in its address."""

    def open_it(build: Build = internal_kinds, **choices: str) -> AppTest:
        page = page_of("types", build.path, monkeypatch, **choices).run()
        assert not page.exception
        return page

    return open_it


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """Every file that a page offers, as it would be saved."""
    return keep_files(monkeypatch, lambda name: not name.startswith("briefing_"))


@pytest.fixture
def overruled(internal_kinds: Build) -> Iterator[None]:
    """Somebody has given the first type a hostile name, and an area another way of working."""
    types = types_figures.findings_for(internal_kinds, None, None).types
    assert types is not None
    for what, key, value, among in (
        (Overrides.TYPE_NAME, "A", HOSTILE, types.k),
        (Overrides.AREA_MODEL, "E01000001", "reach_out", 0),
    ):
        given = Override(what, key, value, f"We know it. {HOSTILE}", Role.ANALYST, datetime.now(UTC), among)
        save_override(internal_kinds.path, Actor("an", Role.ANALYST), given)
    yield
    overrides_file(internal_kinds.path).unlink()


def raw_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def words_of(page: AppTest) -> str:
    """Everything that the page writes itself, without its tags."""
    return re.sub(r"<[^>]+>", "", raw_of(page))


def counts_of(page: AppTest) -> dict[str, int]:
    """The classes of the legend with their counts."""
    legend = next(e.proto.body for e in page.get("html") if "role=list" in e.proto.body)
    return {words: int(n.replace(",", "")) for words, n in re.findall(r"</span> ([^<:]+): ([\d,]+)<", legend)}


def rows_of(page: AppTest) -> pd.DataFrame:
    """The first page of the table."""
    frame: pd.DataFrame = page.dataframe[0].value
    return frame


def test_it_opens_on_kinds_of_place(open_page: Open) -> None:
    page = open_page()
    assert page.title[0].value == "Types"
    assert dict(page.query_params) == {"show": "type"}
    assert re.search(r"64 small areas in 2 councils fall into \w+ kinds of place: A ", words_of(page))
    assert not page.info
    counts = counts_of(page)
    between = counts.pop("of them between two types")
    assert sum(counts.values()) == COUNT
    assert all(re.match(r"[A-Z] · ", name) for name in counts)
    cards = re.findall(r"<section.*?</section>", raw_of(page))
    assert len(cards) == len(counts)
    for card, (name, count) in zip(cards, counts.items(), strict=True):
        assert name.partition(" · ")[2] in card
        assert f"<b>{count} small areas</b>" in card
    page = open_page(show="sure")
    assert counts_of(page)["Between two types"] == between
    assert rows_of(page)["How sure"].iloc[0] in ("Between", "Fairly sure")


@pytest.mark.parametrize(("show", "column"), [("model", "Way of working"), ("patch", "Patch")])
def test_the_table_is_in_the_order_of_the_map(open_page: Open, show: str, column: str) -> None:
    page = open_page(show=show)
    rows = rows_of(page)
    assert column in rows.columns[: 2 if show == "patch" else 5]
    changes = rows[column].ne(rows[column].shift()).sum()
    assert changes == rows[column].nunique()
    if show == "model":
        assert sum(counts_of(page).values()) == COUNT
        assert len(re.findall("<section", raw_of(page))) == 6
        assert "What is known:" in words_of(page)
    else:
        assert "people, each of areas that lie beside each other" in words_of(page)


def test_another_number_of_types_is_a_choice(open_page: Open) -> None:
    page = open_page(k="6")
    assert re.search("fall into six (kinds of place|types)", words_of(page))
    box = page.selectbox(key="types_k")
    assert box.options[0].startswith("Best: ")
    best = box.options[0].removeprefix("Best: ")
    box.select("").run()
    assert "k" not in page.query_params
    assert page.selectbox(key="types_k").options[0] == f"Best: {best}"
    assert open_page(k="9").selectbox(key="types_k").options[-1] == "9"


def test_types_of_another_number_are_taken_from_the_same_fit(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page(k="8")
    monkeypatch.setattr(types_figures, "prepare_findings", None)
    assert re.search("fall into seven (kinds of place|types)", words_of(open_page(k="7")))


def test_types_that_hardly_come_out_again_are_called_after_their_letters(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (type_findings, types_words):
        monkeypatch.setattr(module, "UNNAMED", 2.0)
    page = open_page(k="5")
    words = words_of(page)
    assert "fall into five types that hardly come out again: Type A (" in words
    assert "Type B" in counts_of(page)
    assert "B · Type B" not in words


def test_types_that_are_hardly_tighter_than_a_cloud_are_not_called_kinds_of_place(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_structure, "SLIGHT", 2.0)
    words = words_of(open_page())
    assert re.search(r"fall into \w+ types: ", words)
    assert types_words.SLICES_FIRST in words


def test_a_council_is_counted_alone(open_page: Open) -> None:
    page = open_page(council="E08000002", show="model")
    assert sum(counts_of(page).values()) == len(rows_of(page)) == COUNT // 2
    assert "of them in Westham" in words_of(page)
    assert re.search(r"\d of \d+ patches", words_of(open_page(council="E08000002", show="patch")))
    assert "The 32 small areas in Westham fall into" in words_of(page)


def test_a_selected_area_is_told_of(open_page: Open) -> None:
    page = open_page(area="E01000003")
    words = words_of(page)
    for told in ("Second type", "How sure", "% of fresh draws of areas give it the same type", "Patch"):
        assert told in words
    assert "Way of working:" in words
    assert "Next nearest:" in words
    assert "Beside all small areas here: " in words
    links = {link.proto.page.split("?")[0]: link.proto.label for link in page.get("page_link")}
    assert set(links.values()) == {"Open its profile", "See what it reaches"}


def test_what_people_gave_is_shown_and_is_only_text(open_page: Open, overruled: None) -> None:
    page = open_page(area="E01000001")
    words = words_of(page)
    assert "Way of working: Reach out. Given by somebody who knows the place: “We know it." in words
    assert "By rule it would be" in words
    assert "Named by somebody who knows the place" in words
    assert words.count("of its areas by rule or as somebody gave it") == 1
    assert "<img" not in raw_of(page)
    assert "A · &lt;img src=x" in raw_of(page)


def test_a_name_stays_with_the_number_of_types_that_it_was_given_among(
    open_page: Open, overruled: None
) -> None:
    words = words_of(open_page(k="7", tab="Overruled"))
    assert "Named by somebody" not in words
    assert re.search(r"Type A of (\d): <img src=x.*?Shown where there are \1 types", html.unescape(words))


def test_what_the_address_asks_in_vain_is_said(open_page: Open) -> None:
    page = open_page(show=HOSTILE, k="99", council="E1", area=HOSTILE)
    (notice,) = page.info
    assert notice.value.count("was left out") == 4
    assert "<img" not in notice.value.replace("\\<", "")
    assert dict(page.query_params) == {"show": "type"}


def test_what_rests_on_referrals_stays_inside(open_page: Open, files: Files) -> None:
    assert WHY_INSIDE in words_of(open_page())
    assert not files


def test_a_shared_build_gives_a_file_that_runs_nothing(
    open_page: Open, shared_kinds: Build, files: Files
) -> None:
    page = open_page(shared_kinds)
    assert WHY_INSIDE not in words_of(page)
    lines = files["types.csv"].splitlines()
    assert len(lines) == COUNT + 1
    assert lines[0].startswith("area_code,area_name,ward_name,la_code,la_name,type,type_name,second_type")
    assert all(line.endswith(",shared") for line in lines[1:])
    assert "'=HYPERLINK(1)" in files["types.csv"]
    assert ",=HYPERLINK" not in files["types.csv"]
    assert set(files) == {"types.csv", "types.zip", "types.gpkg", "types.parquet"}
    assert files["types.gpkg"].startswith("SQLite format 3")
    assert all("shared: small counts are protected" in files[f"types.{form}"] for form in ("gpkg", "parquet"))


def test_among_few_areas_the_rules_stand_alone(
    open_page: Open, tmp_path_factory: pytest.TempPathFactory, files: Files
) -> None:
    page = open_page(make_build(tmp_path_factory.mktemp("few") / "build", varied_areas()))
    words = words_of(page)
    assert page.query_params["show"] == "model"
    assert "Ways of working by rule among the 32 small areas in 2 councils" in words
    assert "There are 32 areas" in words
    assert "The ways of working" in [heading.value for heading in page.subheader]
    assert "Type" not in rows_of(page)
    assert "area_code,area_name,ward_name,la_code,la_name,way_of_working" in files["types.csv"]
    assert "No types were made here" in words_of(open_page_of(page, "E01000003"))


def open_page_of(page: AppTest, area: str) -> AppTest:
    """Select an area on a page that is open."""
    page.session_state["types_area"], page.session_state["types_touched"] = area, True
    return page.run()


def test_slices_of_a_gradient_let_the_rules_lead(
    open_page: Open, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_structure, "REFERENCES", 3)
    page = open_page(make_build(tmp_path_factory.mktemp("one") / "build", areas_of_kinds(61)))
    assert page.query_params["show"] == "model"
    assert "slices of a gradient, not separate kinds of place" in words_of(page)
    assert rows_of(page)["Type"].isin(list("ABCDEFG")).all()


def test_sources_are_one_click_away(open_page: Open) -> None:
    page = open_page()
    page.session_state["types_sources"] = True
    page.run()
    words = words_of(page)
    for told in ("gap statistic", "Children among everyone.", "No community place is known", "Attribution"):
        assert told in words


def test_a_partner_sees_nothing_of_an_internal_build(open_page: Open) -> None:
    page = open_page()
    page.session_state[ROLE_KEY] = Role.PARTNER.value
    page.run()
    assert page.title[0].value == "This page is not for you"
    assert not page.dataframe
