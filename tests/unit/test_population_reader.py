"""Nobody is counted twice, and nobody is counted who is not there."""

from pathlib import Path

import pandas as pd
import places
import pytest
from reading import read_csv

from data.sources import population
from data.tables import read_tables

AREAS = places.small_areas()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def long_form(by_sex: dict[str, int], period: str | None = None) -> pd.DataFrame:
    """A row an area and sex, ages in columns; each count is the number given for the sex."""
    rows = [
        {"area_code": code, "area_name": "x", "sex": sex, "all_ages": 91 * n}
        | {str(a): n for a in range(90)}
        | {"90+": n}
        for code in AREAS.index
        for sex, n in by_sex.items()
    ]
    frame = pd.DataFrame(rows)
    return frame if period is None else frame.assign(period=period)


@pytest.mark.parametrize(
    ("by_sex", "people"),
    [
        ({"Persons": 5, "Females": 2, "Males": 3}, 5),
        ({"females": 2, "males": 3}, 5),
        ({"F": 2, "M": 3}, 5),
        ({"Females": 2, "Persons": 5, "Males": 3}, 5),
    ],
)
def test_nobody_is_counted_twice(path: Path, by_sex: dict[str, int], people: int) -> None:
    frame = long_form(by_sex).sample(frac=1, random_state=2)
    source = read_csv(frame, path, population)
    assert source.frame.index.sort_values().equals(AREAS.index)
    assert set(source.frame["pop_total"]) == {91 * people}
    assert set(source.frame["pop_0_17"]) == {18 * people}
    assert set(source.frame["pop_60_plus"]) == {31 * people}
    assert not len(source.rejected)


def test_of_several_periods_the_newest_is_taken(path: Path) -> None:
    frame = pd.concat([long_form({"Persons": 2}, "2022"), long_form({"Persons": 7}, "mid-2024")])
    source = read_csv(frame, path, population)
    assert source.edition == "2024"
    assert set(source.frame["pop_total"]) == {91 * 7}


def test_one_sex_alone_is_not_everybody(path: Path) -> None:
    source = read_csv(long_form({"Males": 3}), path, population)
    assert source.frame["pop_total"].isna().all()


def test_sheets_of_one_sex_are_not_populations(path: Path) -> None:
    wide = long_form({"Persons": 5}).drop(columns="sex")
    named = {"Mid-2020 Males": wide, "Mid-2020 Females": wide, "Mid-2020 Persons": wide}
    places.write_workbook(path, {name: ([], frame) for name, frame in named.items()})
    found = [s for t in population.only_newest(read_tables(path)) if (s := population.recognise(t))]
    assert [s.part for s in found] == ["Mid-2020 Persons"]


def test_columns_of_one_sex_are_not_populations(path: Path) -> None:
    males = places.population(AREAS)
    males[[c for c in males.columns if not c.startswith("F")]].to_csv(path, index=False)
    assert population.recognise(read_tables(path)[0]) is None


def test_ages_that_stop_early_are_not_added_up_to_everybody(path: Path) -> None:
    wide = long_form({"Persons": 5})
    source = read_csv(
        wide[[c for c in wide.columns if c not in {"90+", *map(str, range(70, 90))}]], path, population
    )
    assert set(source.frame["pop_0_17"]) == {90}
    assert not {"pop_total", "pop_60_plus"} & set(source.frame.columns)


def test_an_age_without_a_count_leaves_its_sums_missing(path: Path) -> None:
    wide = places.population(AREAS).astype(object)
    wide.loc[0, "F3"] = "c"
    source = read_csv(wide, path, population)
    first = source.frame.iloc[0]
    assert first[["pop_total", "pop_0_4", "pop_0_17"]].isna().all()
    assert first[["pop_16_59", "pop_60_plus"]].notna().all()


def test_bands_follow_from_single_years(path: Path) -> None:
    wide = places.population(AREAS)
    source = read_csv(wide, path, population)
    for column, (first, last) in population.BANDS.items():
        ages = [f"{sex}{age}" for sex in "FM" for age in range(first, min(last, 90) + 1)]
        assert source.frame[column].tolist() == wide[ages].sum(axis=1).tolist()
    assert source.frame["pop_total"].tolist() == wide["Total"].tolist()


def test_an_earlier_year_is_left_out_with_a_note(path: Path) -> None:
    older, newer = long_form({"Persons": 2}, "2022"), long_form({"Persons": 7}, "2024")
    source = read_csv(pd.concat([older, newer.iloc[1:]]), path, population)
    words = " ".join(source.notes)
    assert len(source.frame) == len(AREAS) - 1
    assert "24 rows of 2022 are left out: the newest year, 2024, is used" in words
    assert f"1 areas have no row of 2024 and are left out: {AREAS.index[0]}" in words


def test_older_sheets_are_left_out_with_a_note(path: Path) -> None:
    sheets = {f"Mid-{year} LSOA 2021": ([], places.population(AREAS, year)) for year in (2022, 2023, 2024)}
    places.write_workbook(path, sheets)
    (source,) = [s for t in population.only_newest(read_tables(path)) if (s := population.recognise(t))]
    assert "sheets of 2022, 2023 are left out: the newest, 2024, is used" in source.notes


def test_an_area_of_females_and_males_alone_is_not_lost(path: Path) -> None:
    frame = long_form({"Persons": 5, "Females": 2, "Males": 2})
    first = AREAS.index[0]
    source = read_csv(frame[(frame["area_code"] != first) | (frame["sex"] != "Persons")], path, population)
    assert source.frame.loc[first, "pop_total"] == 91 * 4
    assert set(source.frame["pop_total"].drop(first)) == {91 * 5}
    assert any("females and males of 1 areas" in note for note in source.notes)


def test_cells_that_are_not_numbers_are_noted(path: Path) -> None:
    wide = places.population(AREAS).astype(object)
    wide.loc[0, "F3"] = "c"
    wide.loc[[1, 2], "M4"] = "*"
    source = read_csv(wide, path, population)
    assert "3 cells are not numbers and count as missing: *, c" in source.notes
