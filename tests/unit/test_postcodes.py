"""Postcodes are written one way, located from the folder first, and a slip gets suggestions."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.gazetteer import Gazetteer, State
from data.postcode_text import PATTERN, to_keys
from data.postcodes import DIRECTORY, Found, PostcodeDirectory, normalise
from data.sources import postcodes
from data.sources.base import Source
from tests import places
from tests.reading import read_csv

PACKAGE = {
    "ZE1 1AB": (440_000, State.PLACED),
    "ZE9 9ZZ": (441_000, State.PLACED),
    "ZE9 9ZY": (0, State.NO_GRID),
    "ZE9 9ZX": (0, State.NORTHERN_IRELAND),
}


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A package of a few invented postcodes under Z; the letters that were asked for."""
    asked: list[str] = []

    def national(letter: str) -> Gazetteer:
        asked.append(letter)
        here = sorted(p for p in PACKAGE if p.startswith(letter))
        east = np.array([PACKAGE[p][0] for p in here], dtype=np.int32)
        state = np.array([PACKAGE[p][1] for p in here], dtype=np.int8)
        return Gazetteer(to_keys(here), east, east, state, np.zeros(len(here), dtype=bool))

    monkeypatch.setattr("data.gazetteer.national", national)
    return asked


def own(path: Path, ended: int = 1) -> Source:
    """The folder's own directory of Elmshire, with its first postcodes terminated."""
    frame = places.postcodes()
    frame.loc[: ended - 1, "doterm"] = "201501"
    return read_csv(frame, path / "own.csv", postcodes)


@pytest.mark.parametrize(
    "typed",
    ["ze1 1ab", "ZE11AB", " ZE1  1AB ", "ZE1\N{NO-BREAK SPACE}1AB", "ZE1 1AB.", "ze1 1ab,", "\ufeffZE1 1AB"],
)
def test_one_postcode_is_written_one_way(typed: str) -> None:
    assert normalise(pd.Series([typed])).tolist() == ["ZE1 1AB"]


@pytest.mark.parametrize(
    "typed", ["ZE154 1HF", "ZE1 IAB", "ZEO 1AB", "ZE1", "ZE1 1CB", "QE1 1AB", "", "-", None, 5, 1.5]
)
def test_what_is_no_postcode_stays_missing(typed: object) -> None:
    assert normalise(pd.Series([typed], dtype=object)).isna().all()


@given(st.lists(st.one_of(st.none(), st.text(), st.from_regex(PATTERN, fullmatch=True))))
def test_what_is_accepted_is_a_postcode_and_stays_as_it_is(typed: list[str | None]) -> None:
    once = normalise(pd.Series(typed, dtype=object, index=range(5, 5 + len(typed))))
    assert once.index.tolist() == list(range(5, 5 + len(typed)))
    assert all(PATTERN.fullmatch(p.replace(" ", "")) and p[-4] == " " for p in once.dropna())
    pd.testing.assert_series_equal(normalise(once), once)


@given(st.lists(st.text()))
def test_any_text_can_be_located(typed: list[str]) -> None:
    located = PostcodeDirectory().locate(pd.Series(typed, dtype=object))
    assert located["found"].isin([str(f) for f in Found]).all()
    assert located["easting_m"].notna().equals(located["found"].isin([Found.PLACED, Found.TERMINATED]))


def test_keys_are_distinct_and_sort_like_fixed_width_text() -> None:
    assert len(set(to_keys(["Z1 1AB", "Z11 1AB", "ZE1 1AB", "ZE1A 1AB"]).tolist())) == 4


def test_the_folder_comes_first_then_the_package(tmp_path: Path, letters: list[str]) -> None:
    directory = PostcodeDirectory([own(tmp_path)])
    typed = pd.Series(
        ["ZE1 1AA", "ze11ba", "ZE99ZZ", "ZE9 9ZY", "ZE9 9ZX", "ZE5 5ZZ", "ZE154 1HF", None], list("hgfedcba")
    )
    located = directory.locate(typed)
    assert located.index.equals(typed.index)
    assert located["found"].tolist() == [
        Found.TERMINATED, Found.PLACED, Found.PLACED, Found.NO_GRID, Found.NORTHERN_IRELAND, Found.UNKNOWN,
        Found.MALFORMED, Found.EMPTY,
    ]  # fmt: skip
    assert located["source"].tolist()[:5] == ["own.csv", "own.csv", DIRECTORY, DIRECTORY, DIRECTORY]
    assert located["source"].isna().tolist()[5:] == [True, True, True]
    assert located.loc["f", "easting_m"] == 441_000
    assert located.loc[["e", "d", "c"], "easting_m"].isna().all()


def test_letters_are_loaded_only_when_needed(tmp_path: Path, letters: list[str]) -> None:
    directory = PostcodeDirectory([own(tmp_path)])
    directory.locate(places.postcodes()["pcds"])
    assert letters == []
    directory.locate(pd.Series(["M1 1AA", "M1 1AB", "OL1 1AA", "nonsense"]))
    assert letters == ["M", "O"]


def test_slips_get_suggestions_that_stand_in_the_directory(tmp_path: Path, letters: list[str]) -> None:
    directory = PostcodeDirectory([own(tmp_path)])
    assert directory.suggest("ZE1 IAA")[0] == "ZE1 1AA"
    assert directory.suggest("EZ1 1AA") == ["ZE1 1AA"]
    assert directory.suggest("ZE9 99ZZ") == ["ZE9 9ZZ"]
    assert directory.suggest("ZE1 1AA") == []
    assert directory.suggest("") == directory.suggest("x" * 5_000) == []
    assert len(directory.suggest("ZE1 1A", most=2)) == 2
    assert directory.suggest("ZE1 1A", most=2) == directory.suggest("ze11a", most=5)[:2]


def test_the_same_first_letter_is_tried_before_any_other(letters: list[str]) -> None:
    assert PostcodeDirectory().suggest("ZE9 9Z2") == ["ZE9 9ZZ", "ZE9 9ZX", "ZE9 9ZY"]
    assert set(letters) == {"Z"}
    assert PostcodeDirectory().suggest("YE1 1AB") == ["ZE1 1AB"]


def test_points_leave_out_the_terminated_and_count_each_postcode_once(
    tmp_path: Path, letters: list[str]
) -> None:
    first, second = own(tmp_path, ended=2), own(tmp_path, ended=1)
    areas = places.small_areas().geometry
    directory = PostcodeDirectory([first, second])
    bounds = tuple(float(b) for b in areas.total_bounds)
    live = directory.points_within(bounds, areas=areas)  # type: ignore[arg-type]
    every = directory.points_within(bounds, live_only=False, areas=areas)  # type: ignore[arg-type]
    assert (len(live.points), len(every.points)) == (len(first.frame) - 2, len(first.frame))
    assert len(live.sources) == 2
    assert letters == []


def test_an_area_without_a_postcode_of_the_folder_is_filled_from_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = places.postcodes()
    points = gpd.GeoSeries.from_xy(frame["oseast1m"], frame["osnrth1m"], crs=places.CRS)
    areas = places.small_areas().geometry
    hole = points.within(areas.iloc[4])
    source = read_csv(frame[~hole], tmp_path / "own.csv", postcodes)
    package = frame[["oseast1m", "osnrth1m"]].to_numpy("float64")
    monkeypatch.setattr("data.postcodes.national_points", lambda bounds: package)
    bounds = tuple(float(b) for b in areas.total_bounds)
    found = PostcodeDirectory([source]).points_within(bounds, areas=areas)  # type: ignore[arg-type]
    assert len(found.points) == len(frame)
    assert DIRECTORY in found.name
