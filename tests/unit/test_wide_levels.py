"""Councils and regions speak as every level does: in a sentence, a legend, a table, a panel and a file."""

import csv
import io

import pandas as pd
import pytest

from data.indicators import indicators
from geo.area_table import REGION, AreaTable, make_status
from models.classes import Classes, classify
from models.explain import explain_map
from models.levels import WIDE, Level, LevelData, level_data
from models.selected import explain_area
from tests.small_builds import COUNCILS, make_areas, provenance, varied_areas
from views.tables import Sort, make_rows, to_csv, widths_px

REGIONS = {"E08000001": ("E12000001", "North"), "E08000002": ("E12000002", "South")}


def with_regions(areas: AreaTable) -> AreaTable:
    """Lay the regions of the councils over areas."""
    names = [REGIONS[code] for code in areas.frame["la_code"]]
    frame = pd.DataFrame(names, columns=list(REGION), index=areas.frame.index)
    pedigree = {column: provenance("Lookups") for column in REGION}
    return areas.overlaid(frame, make_status(frame), pedigree, ())


def shown(level: Level, indicator: str = "need_crime_rank") -> tuple[Classes, LevelData]:
    """An indicator of two councils in two regions."""
    data = level_data(with_regions(varied_areas()), level)
    return classify(data, indicators()[indicator]), data


@pytest.mark.parametrize("level", WIDE)
def test_the_sentence_speaks_of_them_and_of_no_council_around_them(level: Level) -> None:
    text = explain_map(*shown(level)).text
    assert text.startswith(f"None of the 2 {level.plural} have an average rank in England’s most deprived")
    assert "The most deprived is " in text
    assert "in 2 councils" not in text


def test_the_most_deprived_is_named_only_where_none_is_in_the_fifth() -> None:
    areas = make_areas({"need_crime_rank": [1.0] * 16 + [30_000.0] * 16}, councils=COUNCILS)
    deprived = areas.frame["ward_code"].isin(["E05000000", "E05000002"]).tolist()
    ranks = [1.0 if yes else 30_000.0 for yes in deprived]
    data = level_data(make_areas({"need_crime_rank": ranks}, councils=COUNCILS), Level.COUNCIL)
    text = explain_map(classify(data, indicators()["need_crime_rank"]), data).text
    assert text.startswith("1 of the 2 councils has an average rank in England’s most deprived fifth.")
    assert "The most deprived is" not in text


@pytest.mark.parametrize("level", WIDE)
def test_the_table_names_them_once_and_fits_its_column(level: Level) -> None:
    classes, data = shown(level)
    rows = make_rows(classes, data, Sort.FIRST)
    heading = level.singular.capitalize()
    assert list(rows.frame.columns) == [heading, "Average rank", "Its areas", "Fifth", "Children"]
    assert rows.sorts[heading] is Sort.NAME
    assert sum(widths_px(classes)[column] for column in rows.frame.columns) <= 470


@pytest.mark.parametrize(("level", "code"), [(Level.COUNCIL, "E08000001"), (Level.REGION, "E12000001")])
def test_the_panel_says_how_many_small_areas_lie_in_it(level: Level, code: str) -> None:
    area = explain_area(*shown(level), code)
    assert area.place == "16 small areas"
    assert "average rank" in "".join(part.text for part in area.sentence)


@pytest.mark.parametrize("level", WIDE)
def test_the_file_has_their_codes_and_no_second_council(level: Level) -> None:
    classes, data = shown(level)
    rows = list(csv.DictReader(io.StringIO(to_csv(classes, data).decode("utf-8-sig"))))
    assert [row[f"{level.value}_code"] for row in rows] == sorted(data.frame.index)
    assert not {"la_code", "la_name", "ward_code"} & set(rows[0])


@pytest.mark.parametrize("level", WIDE)
def test_people_add_up_to_the_whole(level: Level) -> None:
    _, data = shown(level, "pop_total")
    assert data.frame["pop_total"].sum() == varied_areas().frame["pop_total"].sum()
    assert not any("best fit" in caveat for caveat in data.caveats)


def test_one_of_each_word() -> None:
    assert (Level.COUNCIL.singular, Level.COUNCIL.plural) == ("council", "councils")
    assert (Level.REGION.singular, Level.REGION.plural) == ("region", "regions")
