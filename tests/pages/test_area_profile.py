"""Area profile opens on every kind of shape and build, and says what is missing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.indicators import Kind
from data.provenance import Status
from geo.area_table import AreaTable
from geo.places import Places
from models.levels import NEED_INDEX, Level, level_data
from models.profile_setting import neediest_shape
from tests.small_builds import HOSTILE, make_areas, make_build, provenance, varied_areas, without_places
from tests.small_places import own_indicator, varied_places, with_own
from tests.small_profiles import laid_over, profiled_areas, renamed, with_localities

MAIN = Path(__file__).parent.parent.parent / "views" / "pages" / "main.py"
PARTS = {"North": slice(0, 12), "South": slice(12, 32)}
SHAPES = {"area": "E01000005", "ward": "E05000001", "locality": "North", "council": "E08000001"}

Open = Callable[..., AppTest]


@pytest.fixture
def open_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the profile on a build, with choices in its address."""

    def open_it(areas: AreaTable | None = None, places: bool = True, **choices: str) -> AppTest:
        areas = profiled_areas() if areas is None else areas
        build = make_build(tmp_path / "build", areas, places_of(areas) if places else None)
        monkeypatch.setenv("ATLAS_BUILD", str(build.path))
        page = AppTest.from_file(str(MAIN), default_timeout=30).switch_page("area_profile.py")
        for name, value in choices.items():
            page.query_params[name] = value
        return page.run()

    return open_it


def places_of(areas: AreaTable) -> Places:
    """A few places, each from a file of its own."""
    rows = varied_places(areas)
    return Places(rows, {file: provenance(f"Places of {file}") for file in rows["file"].unique()})


def words_of(page: AppTest) -> str:
    """Everything that the page writes itself."""
    return " ".join(element.proto.body for element in page.get("html"))


def check(page: AppTest) -> str:
    """Check that the page stands and says nothing in a program's own words."""
    assert not page.exception
    words = words_of(page)
    assert not re.search(r"\b(nan|None|NaN|NA|&lt;NA&gt;)\b", re.sub(r"<[^>]+>", " ", words))
    return words


@pytest.mark.parametrize("level", SHAPES)
def test_it_opens_at_each_level(open_page: Open, level: str) -> None:
    page = open_page(with_localities(profiled_areas(), PARTS), level=level, area=SHAPES[level])
    words = check(page)
    assert not page.info
    assert page.selectbox(key="profile_area").value == SHAPES[level]
    assert "for combined need, where 1 is the highest" in words
    assert "Shaded by combined need." in words
    for heading in ("Deprivation beside what it lies in", "What its need is made of", "Where it is"):
        assert heading in [element.value for element in page.subheader]


def test_it_opens_on_the_neediest_area_and_writes_the_address(open_page: Open) -> None:
    page = open_page()
    laid = level_data(laid_over(profiled_areas()), Level.AREA)
    assert laid.frame.at[neediest_shape(laid), NEED_INDEX] == laid.frame[NEED_INDEX].max()
    assert page.selectbox(key="profile_area").value == neediest_shape(laid)
    assert page.query_params["area"] == neediest_shape(laid)
    assert page.query_params["level"] == "area"
    assert "ranked 1, " in words_of(page) or "ranked 1 of" in words_of(page)


def test_a_choice_changes_name_and_address(open_page: Open) -> None:
    page = open_page(area="E01000000")
    page.selectbox(key="profile_area").select("E01000003").run()
    assert page.title[0].value == "Area 004A"
    assert page.query_params["area"] == "E01000003"
    page.selectbox(key="profile_level").select("ward").run()
    assert page.title[0].value == "Ward 1"
    assert page.query_params["area"] == "E05000000"
    page.selectbox(key="profile_council").select("E08000002").run()
    check(page)
    assert page.query_params["area"] in ("E05000001", "E05000003")


def test_what_the_address_asks_in_vain_is_said(open_page: Open) -> None:
    page = open_page(level="nothing", area=HOSTILE, weights="x")
    check(page)
    (notice,) = page.info
    for word in ("nothing", "img src", "weights"):
        assert word in notice.value
    assert page.query_params["level"] == "area"


def test_up_to_five_stand_side_by_side(open_page: Open) -> None:
    others = [f"E0100000{n}" for n in (1, 2, 3, 4)]
    page = open_page(area="E01000000", compare=",".join([*others, "E01000006"]))
    words = check(page)
    assert page.multiselect(key="profile_compare").value == others
    assert page.query_params["compare"] == ",".join(others)
    table = words[words.index('aria-label="Side by side"') :]
    assert all(f"Area 00{n}A" in table for n in (1, 2, 3, 4, 5))
    page.multiselect(key="profile_compare").set_value([]).run()
    assert 'aria-label="Side by side"' not in words_of(page)
    assert "compare" not in page.query_params


def test_a_change_of_level_drops_what_it_was_compared_with(open_page: Open) -> None:
    page = open_page(area="E01000000", compare="E01000001")
    page.selectbox(key="profile_level").select("ward").run()
    check(page)
    assert page.multiselect(key="profile_compare").value == []


def test_every_other_indicator_is_one_click_away(open_page: Open) -> None:
    page = open_page(area="E01000000")
    assert len(page.dataframe) == 0
    page.session_state["profile_others"] = True
    page.run()
    frame = page.dataframe[0].value
    check(page)
    assert list(frame.columns) == [
        "Indicator",
        "Here",
        "Ward 1 (ward)",
        "Eastham (council)",
        "All 2 councils",
    ]
    assert {"Combined need", "Children aged 0–17", "Everyone"} <= set(frame["Indicator"])
    assert not frame.isna().any().any()
    assert not frame.eq("").any().any()


def test_a_figure_of_ones_own_is_not_added_up(open_page: Open) -> None:
    own = with_own(profiled_areas(), own_indicator("own_x", Kind.OTHER), [float(n) for n in range(32)])
    page = open_page(own, area="E01000003")
    page.session_state["profile_others"] = True
    page.run()
    row = page.dataframe[0].value.set_index("Indicator").loc["Own own_x"]
    assert list(row) == ["3", "Not added up", "Not added up", "Not added up"]


def test_sources_are_one_click_away(open_page: Open) -> None:
    page = open_page(area="E01000000")
    assert "SHA-256" not in words_of(page)
    page.session_state["profile_sources"] = True
    page.run()
    words = check(page)
    for expected in ("Combined need", "Ranks of deprivation", "Boundaries of small areas", "abababababab"):
        assert expected in words


def test_hidden_and_missing_values_are_said(open_page: Open) -> None:
    assert "Hidden" in check(open_page(varied_areas(), area="E01000002"))
    page = open_page(varied_areas(), area="E01000009")
    (line,) = re.findall(r"<tr><th scope=row>Income deprivation affecting children.*?</tr>", check(page))
    assert "No data" in line


@pytest.mark.parametrize("status", [Status.SUPPRESSED, Status.MISSING])
def test_nothing_known_still_opens(open_page: Open, status: Status) -> None:
    states = {"need_idaci_rank": dict.fromkeys(range(8), status)}
    page = open_page(make_areas({"need_idaci_rank": [None] * 8}, states=states), places=False)
    words = check(page)
    assert "has no figure to sum up" in words
    assert ("Hidden" if status is Status.SUPPRESSED else "No data") in words


def test_without_places_it_speaks_of_none(open_page: Open) -> None:
    page = open_page(places=False)
    check(page)
    assert "What is there" not in [element.value for element in page.subheader]


def test_without_need_it_shows_the_one_index(open_page: Open) -> None:
    page = open_page(make_areas({"need_imd_rank": [float(n + 1) for n in range(16)]}), places=False)
    words = check(page)
    assert "combined need" not in words.lower()
    assert "Shaded by overall deprivation (IMD)." in words
    assert "What its need is made of" not in [element.value for element in page.subheader]


def test_without_any_index_it_says_so(open_page: Open) -> None:
    page = open_page(make_areas({"pop_total": [9.0] * 8, "pop_0_17": [3.0] * 8}), places=False)
    assert "holds no ranks of the Indices of Deprivation" in check(page)


@pytest.mark.parametrize("level", ["area", "ward"])
def test_a_figure_of_ones_own_alone_opens_at_every_level(open_page: Open, level: str) -> None:
    own = with_own(make_areas({"pop_total": [9.0] * 8}), own_indicator("own_x", Kind.OTHER), [1.0] * 8)
    assert "has no figure to sum up" in check(open_page(own, places=False, level=level))


def test_without_wards_and_councils_it_speaks_of_neither(open_page: Open) -> None:
    bare = without_places(profiled_areas(), "ward_code", "ward_name", "la_code", "la_name")
    page = open_page(bare, area="E01000005")
    words = check(page)
    assert page.selectbox(key="profile_level").options == ["Small areas"]
    assert "All small areas" in words
    assert "Small area E01000005" in words
    assert not any(box.key == "profile_council" for box in page.selectbox)


def test_a_hostile_name_is_text(open_page: Open) -> None:
    page = open_page(
        renamed(profiled_areas(), HOSTILE, "area_name", "ward_name", "la_name"),
        area="E01000005",
        compare="E01000001",
    )
    assert "<img" not in words_of(page)
    assert "&lt;img src=x onerror=" in words_of(page)
    assert not page.exception


def test_readers_weights_change_the_points_and_their_words(open_page: Open) -> None:
    plain = check(open_page(area="E01000005"))
    assert "the standard weights" in plain
    own = check(open_page(area="E01000005", weights="crime.50,poverty.10"))
    assert "weights of your own" in own
    assert re.findall(r"<b>([\d.]+)</b> of 83", own)
    assert not re.findall(r"<b>([\d.]+)</b> of 83", plain)


def test_an_invented_place_is_said(open_page: Open) -> None:
    page = open_page(profiled_areas(councils={"E08990001": "Northmere"}))
    assert "Northmere is not a real place" in " ".join(element.value for element in page.markdown)


def test_weights_of_ones_own_are_said_on_the_profile(open_page: Open) -> None:
    own = "Need is by weights of a reader’s own"
    assert own in check(open_page(area="E01000005", weights="crime.50,poverty.5"))
    assert own not in check(open_page(area="E01000005"))
