"""Days are read as they are written, and what cannot be told is refused."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SourceError
from data.referral_rows import FATES, Fate
from data.sources.referral_dates import NO_DAY, Days, is_date_like, read_days, without_clock

TODAY = date(2025, 6, 1)
EPOCH = date(1970, 1, 1)
FORMS = {
    "ISO": "%Y-%m-%d",
    "ISO with slashes": "%Y/%m/%d",
    "compact": "%Y%m%d",
    "British": "%d/%m/%Y",
    "with hyphens": "%d-%m-%Y",
    "with points": "%d.%m.%Y",
    "named": "%d %b %Y",
    "named in full": "%d %B %Y",
    "named with hyphens": "%d-%b-%Y",
    "named, short year": "%d-%b-%y",
    "American, named": "%B %d, %Y",
    "short year": "%d/%m/%y",
}


def read(texts: list[str], today: date = TODAY) -> Days:
    series = pd.Series(texts, dtype="string")
    return read_days(series, np.ones(len(series), np.int64), "Date", today)


def dates(found: Days) -> list[date | None]:
    epoch = EPOCH.toordinal()
    return [None if day == NO_DAY else date.fromordinal(epoch + int(day)) for day in found.day]


def fates(found: Days) -> list[Fate]:
    return [FATES[number] for number in found.fate]


DAYS = st.lists(st.dates(date(2001, 1, 1), date(2024, 12, 31)), min_size=1, max_size=20, unique=True)


@given(DAYS, st.sampled_from(sorted(FORMS)))
def test_what_is_written_in_a_form_is_read_back(days: list[date], form: str) -> None:
    proof = date(2020, 3, 31)  # one day above 12 tells which number is the day
    found = read([day.strftime(FORMS[form]) for day in (proof, *days)])
    assert dates(found) == [proof, *days]
    assert set(fates(found)) == {Fate.USED}


@given(DAYS)
def test_american_dates_are_read_where_one_proves_it(days: list[date]) -> None:
    proof = date(2020, 3, 31)
    found = read([day.strftime("%m/%d/%Y") for day in (proof, *days)])
    assert dates(found) == [proof, *days]
    assert any("month before the day" in note for note in found.notes)


@given(DAYS)
def test_serial_numbers_are_those_of_workbooks(days: list[date]) -> None:
    found = read([str((day - date(1899, 12, 30)).days) for day in days])
    assert dates(found) == days
    assert any("serial numbers" in note for note in found.notes)


@given(DAYS, st.data())
def test_iso_and_british_stand_in_one_column(days: list[date], draw: st.DataObject) -> None:
    forms = draw.draw(
        st.lists(st.sampled_from(["%Y-%m-%d", "%d/%m/%Y"]), min_size=len(days), max_size=len(days))
    )
    written = [day.strftime(form) for day, form in zip(days, forms, strict=True)]
    found = read(["31/03/2020", *written])
    assert dates(found)[1:] == days


@given(DAYS, st.permutations(range(20)))
def test_the_order_of_rows_plays_no_part(days: list[date], order: list[int]) -> None:
    texts = ["31/03/2020", *(day.strftime("%d/%m/%Y") for day in days)]
    turned = sorted(range(len(texts)), key=lambda place: order[place % 20])
    straight, again = read(texts), read([texts[place] for place in turned])
    assert again.day.tolist() == [straight.day.tolist()[place] for place in turned]
    assert again.notes == straight.notes


def test_both_forms_in_one_column_are_refused() -> None:
    with pytest.raises(
        SourceError, match="31/03/2020 can only have the day first, 03/31/2020 only the month"
    ):
        read(["31/03/2020", "03/31/2020", "01/02/2020"])


def test_a_slip_among_thousands_is_no_other_form() -> None:
    days = pd.date_range("2005-01-01", "2024-12-31", freq="D")
    texts = [*days.strftime("%d/%m/%Y"), "03/31/2020"]
    found = read(texts)
    assert fates(found)[-1] is Fate.BAD_DATE
    assert set(fates(found)[:-1]) == {Fate.USED}


def test_few_dates_without_proof_are_refused_and_many_are_british() -> None:
    few = [f"{day:02d}/{month:02d}/2024" for day in range(1, 6) for month in range(1, 7)]
    with pytest.raises(SourceError, match="whether the day or the month comes first: 01/01/2024"):
        read(few)
    found = read([*few, "06/01/2024"])
    assert dates(found)[-1] == date(2024, 1, 6)
    assert any("that was taken" in note for note in found.notes)


@pytest.mark.parametrize(
    "text", ["31/02/2024", "2023-02-29", "13/13/2024", "x", "0", "2024-05", "1/1", "45", "00/00/0000"]
)
def test_what_is_no_day_of_the_calendar_is_said(text: str) -> None:
    found = read(["31/03/2020", text])
    assert fates(found)[1] is Fate.BAD_DATE
    assert dates(found)[1] is None


def test_tomorrow_is_the_future_and_today_is_not() -> None:
    found = read(["2025-06-01", "2025-06-02"])
    assert fates(found) == [Fate.USED, Fate.FUTURE_DATE]


def test_a_day_before_case_systems_is_none() -> None:
    found = read(["1900-01-01", "1980-01-01"])
    assert fates(found) == [Fate.BAD_DATE, Fate.USED]
    assert found.notes == ("1 rows are dated before 1980, which counts as no date",)


def test_two_figures_of_a_year_are_noted() -> None:
    assert any("two figures" in note for note in read(["31/03/24"]).notes)
    assert read(["31/03/2024"]).notes == ()


def test_the_time_of_day_is_cut_off() -> None:
    stamps = pd.Series(["2024-05-06T10:11:12.123Z", "2024-05-06 00:00:00", "06/05/2024 9:30", "2024-05-06"])
    assert without_clock(stamps).tolist() == ["2024-05-06", "2024-05-06", "06/05/2024", "2024-05-06"]


def test_numbers_of_children_are_no_dates() -> None:
    ids = pd.Series([str(n) for n in range(300_000_000, 300_000_050)])
    assert not is_date_like(ids).any()
