"""Every category is a column, and nobody is counted twice."""

from pathlib import Path

import pandas as pd
import places
import pytest
from reading import read_csv

from data.indicators import Group, Kind
from data.sources import census
from data.tables import read_tables

AREAS = places.small_areas()
TYPES = {"One person": 4, "Couple: With dependent children": 3, "Couple: No dependent children": 2}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def long_form(counts: dict[str, int], unit: str = "Households", period: str = "2021-03-21") -> pd.DataFrame:
    rows = [
        {"area_code": code, "period": period, "indicator": name, "measure": "Count", "unit": unit, "value": n}
        for code in AREAS.index
        for name, n in counts.items()
    ]
    return pd.DataFrame(rows)


def test_a_category_is_a_column(path: Path) -> None:
    source = read_csv(long_form(TYPES).sample(frac=1, random_state=1), path, census)
    assert (source.entry, source.edition, len(source.frame)) == ("census", "2021", len(AREAS))
    first = source.frame.iloc[0].to_dict()
    assert first == {
        "own_census_2021_one_person": 4,
        "own_census_2021_couple_with_dependent_children": 3,
        "own_census_2021_couple_no_dependent_children": 2,
        "own_census_2021_households": 9,
        "own_census_2021_couple_with_dependent_children_share": pytest.approx(1 / 3),
    }
    assert {e.id for e in source.own} == set(source.frame.columns)
    share = next(e for e in source.own if e.kind is Kind.RATE)
    assert share.denominator == "own_census_2021_households"
    assert source.own[0].label.endswith(", census 2021")


def test_a_stated_total_is_not_added_to_its_parts(path: Path) -> None:
    source = read_csv(long_form({"Total: All households": 9} | TYPES), path, census)
    assert set(source.frame["own_census_2021_households"]) == {9}


def test_a_part_that_others_divide_is_not_counted_twice(path: Path) -> None:
    source = read_csv(long_form({"Couple": 5} | TYPES), path, census)
    assert set(source.frame["own_census_2021_households"]) == {9}


def test_parts_that_do_not_add_up_make_no_share(path: Path) -> None:
    source = read_csv(long_form({"Total": 10} | TYPES), path, census)
    assert "own_census_2021_households" not in source.frame.columns
    assert not any(e.kind is Kind.RATE for e in source.own)
    assert any("do not add up" in note for note in source.notes)


def test_people_stand_among_people(path: Path) -> None:
    source = read_csv(long_form({"Aged 4 and under": 1, "Aged 5 to 9": 2}, "Persons"), path, census)
    assert {e.group for e in source.own} == {Group.PEOPLE}
    assert set(source.frame["own_census_2021_persons"]) == {3}


def test_a_missing_category_is_missing_and_so_is_its_sum(path: Path) -> None:
    frame = long_form(TYPES).astype(object)
    frame.loc[0, "value"] = "c"
    source = read_csv(frame.drop(index=4), path, census)
    first, second = source.frame.loc[AREAS.index[0]], source.frame.loc[AREAS.index[1]]
    assert first[["own_census_2021_one_person", "own_census_2021_households"]].isna().all()
    assert pd.isna(second["own_census_2021_households"])
    assert second["own_census_2021_one_person"] == 4
    assert "1 cell is not a number and counts as missing: c" in source.notes


def test_rows_that_clash_are_rejected(path: Path) -> None:
    frame = long_form(TYPES)
    source = read_csv(pd.concat([frame, frame.iloc[[0]].assign(value=99), frame.iloc[[1]]]), path, census)
    assert source.rejected["row"].tolist() == [1, len(frame) + 1]
    assert pd.isna(source.frame.loc[AREAS.index[0], "own_census_2021_one_person"])
    assert "1 rows repeat another exactly and count once" in source.notes


def test_of_several_periods_of_other_counts_the_newest_is_taken(path: Path) -> None:
    both = pd.concat([long_form(TYPES, period=p) for p in ("2023-01-01", "2024-01-01")])
    source = read_csv(both.assign(value=range(len(both))), path, census)
    assert (source.entry, source.edition) == ("figures", "2024")
    assert source.frame.to_numpy().min() == len(both) / 2
    assert any("left out: the newest, 2024-01" in note for note in source.notes)


def test_a_data_set_made_to_order_is_read(path: Path) -> None:
    name = "Household composition (3 categories)"
    frame = long_form(TYPES).rename(columns={"indicator": name, "value": "Observation"})
    frame = frame.rename(columns={"area_code": "Lower layer Super Output Areas Code"})
    kept = frame[["Lower layer Super Output Areas Code", name, "Observation"]].copy()
    kept.insert(1, f"{name} Code", 1)
    source = read_csv(kept, path, census)
    assert source.entry == "census"
    assert set(source.frame["own_census_2021_households"]) == {9}


@pytest.mark.parametrize(
    "frame",
    [
        long_form({"One person": 4}),
        long_form(TYPES).drop(columns="value"),
        long_form(TYPES).assign(unit=["Households", "Persons", "Persons"] * len(AREAS)),
        long_form(TYPES).assign(area_code="E06000901"),
        places.lookup(AREAS),
    ],
)
def test_other_tables_are_left(path: Path, frame: pd.DataFrame) -> None:
    frame.to_csv(path, index=False)
    assert census.recognise(read_tables(path)[0]) is None
